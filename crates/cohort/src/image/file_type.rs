//! The kinds of files, told by their content.

use std::fmt;

use image::ImageFormat;

use super::dicom;

/// The kinds of files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileType {
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG.
    Png,
    /// TIFF.
    Tiff,
    /// Windows bitmap.
    Bmp,
    /// WebP.
    WebP,
    /// GIF.
    Gif,
    /// DICOM.
    Dicom,
}

impl FileType {
    /// Tells the type by the first 256 bytes.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        // Behind its preamble, which may look like the beginning of anything.
        if dicom::is_dicom(bytes) {
            return Some(Self::Dicom);
        }
        // TIFF with 64-bit offsets, which the guess below does not know.
        if bytes.starts_with(b"II\x2B\0") || bytes.starts_with(b"MM\0\x2B") {
            return Some(Self::Tiff);
        }
        match image::guess_format(&bytes[..bytes.len().min(16)]).ok()? {
            ImageFormat::Jpeg => Some(Self::Jpeg),
            ImageFormat::Png => Some(Self::Png),
            ImageFormat::Tiff => Some(Self::Tiff),
            ImageFormat::Bmp => Some(Self::Bmp),
            ImageFormat::WebP => Some(Self::WebP),
            ImageFormat::Gif => Some(Self::Gif),
            _ => None,
        }
    }

    /// The media type, such as `image/png`.
    pub fn media_type(self) -> &'static str {
        match self.format() {
            Some(format) => format.to_mime_type(),
            None => "application/dicom",
        }
    }

    /// What the decoder of most of them calls it; DICOM is none of its.
    pub(super) fn format(self) -> Option<ImageFormat> {
        match self {
            Self::Jpeg => Some(ImageFormat::Jpeg),
            Self::Png => Some(ImageFormat::Png),
            Self::Tiff => Some(ImageFormat::Tiff),
            Self::Bmp => Some(ImageFormat::Bmp),
            Self::WebP => Some(ImageFormat::WebP),
            Self::Gif => Some(ImageFormat::Gif),
            Self::Dicom => None,
        }
    }
}

impl fmt::Display for FileType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Dicom => "DICOM",
        })
    }
}
