//! What is wrong with a DICOM file.

use crate::image::error::ImageError;
use crate::image::file_type::FileType;

pub(super) fn truncated() -> ImageError {
    ImageError::Truncated {
        file_type: FileType::Dicom,
    }
}

pub(super) fn damaged(reason: &str) -> ImageError {
    ImageError::Damaged {
        file_type: FileType::Dicom,
        reason: reason.to_owned(),
    }
}

pub(super) fn unsupported(what: &'static str) -> ImageError {
    ImageError::Unsupported {
        file_type: FileType::Dicom,
        what,
    }
}

/// What is wrong with the JPEG in a file, said of the file.
pub(super) fn of_dicom(error: ImageError) -> ImageError {
    match error {
        ImageError::Truncated { .. } => truncated(),
        ImageError::Damaged { reason, .. } => damaged(&format!("in its JPEG, {reason}")),
        ImageError::Unsupported { what, .. } => unsupported(what),
        other => other,
    }
}
