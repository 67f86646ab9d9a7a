//! Many small pictures in one, so that a browser asks once for all of them.

use image::ExtendedColorType;

use super::encode::jpeg;
use super::error::ImageError;
use super::picture::Picture;
use super::resize::{self, Filter};

/// JPEG quality: a tile is seen at its own size or smaller.
const QUALITY: u8 = 85;

/// The middle of a picture as a square of `side` pixels, red, green and blue, `(side, side, 3)`.
///
/// # Errors
/// When the picture's pixels do not fill it.
pub fn tile(picture: &Picture, side: u32) -> Result<Vec<u8>, ImageError> {
    let from = (picture.width, picture.height);
    let to = (side, side);
    resize::rgb(&picture.rgb(), from, to, &Filter::LanczosOfMiddle)
}

/// A JPEG of tiles of `side` pixels, row by row, `columns` to a row; a missing tile stays black.
///
/// # Errors
/// When there are no tiles, or they are too many for a JPEG.
pub fn sheet(tiles: &[Option<Vec<u8>>], columns: usize, side: u32) -> Result<Vec<u8>, ImageError> {
    let row_of_tile = 3 * side as usize;
    let stride = columns * row_of_tile;
    let height = tiles.len().div_ceil(columns) * side as usize;
    let mut pixels = vec![0; stride * height];
    for (number, tile) in tiles.iter().enumerate() {
        let corner = number / columns * side as usize * stride + number % columns * row_of_tile;
        for (y, row) in tile
            .iter()
            .flat_map(|tile| tile.chunks_exact(row_of_tile).enumerate())
        {
            let start = corner + y * stride;
            pixels[start..start + row_of_tile].copy_from_slice(row);
        }
    }
    let size = (columns as u32 * side, height as u32);
    jpeg(&pixels, size, ExtendedColorType::Rgb8, QUALITY)
}

#[cfg(test)]
mod tests {
    use super::super::room::Room;
    use super::super::{Depth, FileType, Pixels, Want, decode};
    use super::*;

    #[test]
    fn a_tile_is_the_middle_of_the_picture() {
        // Three squares side by side: black, white, black.
        let grey = (0..30 * 10)
            .map(|i| if (10..20).contains(&(i % 30)) { 255 } else { 0 })
            .collect();
        let picture = Picture {
            width: 30,
            height: 10,
            pixels: Pixels::Grey(grey),
            file_type: FileType::Png,
            depth: Depth::EIGHT,
            room: Room::default(),
        };
        assert!(
            tile(&picture, 10)
                .unwrap()
                .iter()
                .all(|value| *value == 255)
        );
    }

    #[test]
    fn tiles_lie_row_by_row_and_missing_ones_are_black() {
        let flat = |value: u8| Some(vec![value; 8 * 8 * 3]);
        let jpeg = sheet(&[flat(60), flat(120), None, flat(180)], 3, 8).unwrap();
        let picture = decode(&jpeg, Want::Rgb).unwrap();
        assert_eq!((picture.width(), picture.height()), (24, 16));
        let middle =
            |column: usize, row: usize| picture.grey()[(8 * row + 4) * 24 + 8 * column + 4];
        for (found, wanted) in [
            (middle(0, 0), 60_u8),
            (middle(1, 0), 120),
            (middle(2, 0), 0),
            (middle(0, 1), 180),
            (middle(1, 1), 0),
        ] {
            assert!(found.abs_diff(wanted) <= 4, "{found} for {wanted}");
        }
        assert!(sheet(&[], 3, 8).is_err());
    }
}
