//! What a TIFF is read from, and what can be wrong with it.

use std::io::Cursor;

use tiff::TiffError;
use tiff::decoder::Decoder;

use super::error::ImageError;
use super::file_type::FileType;

pub(super) const TIFF: FileType = FileType::Tiff;

/// What the decoder reads from.
pub(super) type Source<'a> = Decoder<Cursor<&'a [u8]>>;

/// What is not read.
pub(super) fn unsupported(what: &'static str) -> ImageError {
    ImageError::Unsupported {
        file_type: TIFF,
        what,
    }
}

/// The file ends before its pixels do.
pub(super) fn truncated() -> ImageError {
    ImageError::Truncated { file_type: TIFF }
}

/// What is damaged, in words.
pub(super) fn damaged(reason: &str) -> ImageError {
    ImageError::Damaged {
        file_type: TIFF,
        reason: reason.to_owned(),
    }
}

/// What the decoder refuses.
pub(super) fn explain(error: TiffError) -> ImageError {
    match error {
        TiffError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => truncated(),
        TiffError::LimitsExceeded => ImageError::TooMuchMemory { file_type: TIFF },
        TiffError::UnsupportedError(_) => unsupported("pixels of this kind"),
        other => {
            tracing::debug!("tiff: {other:?}");
            damaged("its tags or its pixels contradict each other")
        }
    }
}
