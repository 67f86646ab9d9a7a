//! Why a picture could not be read.

use super::file_type::FileType;
use super::limits::{MAX_DECODED_BYTES, MAX_SIDE};

/// Why a picture could not be read. The messages are shown to the person who has the files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The path leads to a folder, a link, a pipe or a device, or through a link.
    #[error("not a regular file, or behind a link")]
    NotAFile,
    /// The operating system refused.
    #[error("the file cannot be opened: {reason}")]
    Io {
        /// What the operating system said.
        reason: String,
    },
    /// The picture itself is not here.
    #[error(
        "full-size X-rays are not in the bundle, whose pictures have at most {size} pixels to a side: \
         ask whoever baked it for the original"
    )]
    Reduced {
        /// The longest side of the pictures that are, in pixels.
        size: u32,
    },
    /// The file is larger than any picture that is read.
    #[error("the file has {bytes} bytes, more than the {limit} that are read")]
    FileTooLarge {
        /// Its size.
        bytes: u64,
        /// The largest size that is read.
        limit: u64,
    },
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The content is none of the types that are read.
    #[error("the content is not DICOM, JPEG, PNG, TIFF, BMP, WebP or GIF")]
    UnknownType,
    /// The picture's sides or the memory that it needs are beyond the limits.
    #[error(
        "{width} × {height} pixels are more than can be read: at most {side} in a row or column, and {memory} MiB in all",
        side = MAX_SIDE,
        memory = MAX_DECODED_BYTES >> 20
    )]
    TooManyPixels {
        /// Width as the file states it, in pixels.
        width: u32,
        /// Height as the file states it, in pixels.
        height: u32,
    },
    /// The decoder would need more memory than it may have.
    #[error(
        "the {file_type} file would need more than {memory} MiB of memory: make the picture smaller",
        memory = MAX_DECODED_BYTES >> 20
    )]
    TooMuchMemory {
        /// The file's type.
        file_type: FileType,
    },
    /// The file ends before its picture does.
    #[error("the {file_type} file is cut off before its end")]
    Truncated {
        /// The file's type.
        file_type: FileType,
    },
    /// The file is of a kind that is not read, such as one with floating-point pixels.
    #[error("{what} in a {file_type} file are not read")]
    Unsupported {
        /// The file's type.
        file_type: FileType,
        /// What is not read.
        what: &'static str,
    },
    /// The file is damaged.
    #[error("the {file_type} file is damaged: {reason}")]
    Damaged {
        /// The file's type.
        file_type: FileType,
        /// What the decoder said.
        reason: String,
    },
    /// A picture without any pixel, or a thumbnail of no size, was asked for.
    #[error("a thumbnail needs a picture and a size above zero")]
    NoThumbnail,
}
