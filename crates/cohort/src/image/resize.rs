//! Pictures in other sizes.
//!
//! Typed, and not by a pixel type that is known at run time: that would build the convolutions of
//! thirteen kinds of pixels where two are used, which took longer than all else in this crate.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

use super::error::ImageError;

/// How a picture is made smaller.
pub(super) enum Filter {
    /// Catmull and Rom's cubic, of the whole picture.
    CatmullRom,
    /// Lanczos's, of the largest middle that has the target's proportions.
    LanczosOfMiddle,
}

/// Grey levels, row by row, in another size (width, height).
pub(super) fn grey(
    pixels: &[u8],
    from: (u32, u32),
    to: (u32, u32),
    filter: &Filter,
) -> Result<Vec<u8>, ImageError> {
    resized::<U8>(pixels, from, to, filter)
}

/// Red, green and blue, row by row, in another size (width, height).
pub(super) fn rgb(
    pixels: &[u8],
    from: (u32, u32),
    to: (u32, u32),
    filter: &Filter,
) -> Result<Vec<u8>, ImageError> {
    resized::<U8x3>(pixels, from, to, filter)
}

fn resized<P: PixelTrait>(
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
    let source = TypedImageRef::<P>::from_buffer(width, height, pixels)
        .map_err(|_| ImageError::NoThumbnail)?;
    let mut bytes = vec![0; new_width as usize * new_height as usize * P::size()];
    let mut target = TypedImage::<P>::from_buffer(new_width, new_height, &mut bytes)
        .map_err(|_| ImageError::NoThumbnail)?;
    Resizer::new()
        .resize_typed(&source, &mut target, &options)
        .map_err(|_| ImageError::NoThumbnail)?;
    Ok(bytes)
}
