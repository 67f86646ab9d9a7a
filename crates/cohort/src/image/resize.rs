//! Pictures in other sizes.
//!
//! By one type of pixels, colours one after the other: convolutions are built anew for each type, and
//! those of two were a third of the code of this crate.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use super::error::ImageError;

/// How a picture is made smaller.
pub(super) enum Filter {
    /// Catmull and Rom's cubic, of the whole picture.
    CatmullRom,
    /// Lanczos's, of the largest middle that has the target's proportions.
    LanczosOfMiddle,
}

/// Red, green and blue, row by row, in another size (width, height).
pub(super) fn rgb(
    pixels: &[u8],
    from: (u32, u32),
    to: (u32, u32),
    filter: &Filter,
) -> Result<Vec<u8>, ImageError> {
    let mut whole = vec![0; to.0 as usize * to.1 as usize * 3];
    for colour in 0..3 {
        let levels: Vec<u8> = pixels.iter().skip(colour).step_by(3).copied().collect();
        let levels = grey(&levels, from, to, filter)?;
        for (pixel, level) in whole.chunks_exact_mut(3).zip(levels) {
            pixel[colour] = level;
        }
    }
    Ok(whole)
}

/// Grey levels, row by row, in another size (width, height).
pub(super) fn grey(
    pixels: &[u8],
    (width, height): (u32, u32),
    (new_width, new_height): (u32, u32),
    filter: &Filter,
) -> Result<Vec<u8>, ImageError> {
    let options = match filter {
        Filter::CatmullRom => {
            ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
        }
        Filter::LanczosOfMiddle => ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
            .fit_into_destination(None),
    };
    let source = TypedImageRef::<U8>::from_buffer(width, height, pixels)
        .map_err(|_| ImageError::NoThumbnail)?;
    let mut bytes = vec![0; new_width as usize * new_height as usize];
    let mut target = TypedImage::<U8>::from_buffer(new_width, new_height, &mut bytes)
        .map_err(|_| ImageError::NoThumbnail)?;
    Resizer::new()
        .resize_typed(&source, &mut target, &options)
        .map_err(|_| ImageError::NoThumbnail)?;
    Ok(bytes)
}
