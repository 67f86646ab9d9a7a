//! What can be wrong with a JPEG.

use super::super::error::ImageError;
use super::super::file_type::FileType;

const JPEG: FileType = FileType::Jpeg;

/// The file ends before its pixels do.
pub(super) fn truncated() -> ImageError {
    ImageError::Truncated { file_type: JPEG }
}

/// What is damaged, in words.
pub(super) fn damaged(reason: &str) -> ImageError {
    ImageError::Damaged {
        file_type: JPEG,
        reason: reason.to_owned(),
    }
}

/// What is not read.
pub(super) fn unsupported(what: &'static str) -> ImageError {
    ImageError::Unsupported {
        file_type: JPEG,
        what,
    }
}
