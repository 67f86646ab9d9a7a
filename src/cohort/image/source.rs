//! Where a picture's bytes are.

use std::borrow::Cow;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::ImageError;

/// The largest file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// Where a picture's bytes are.
#[derive(Debug, Clone)]
pub enum ImageSource {
    /// In a file whose path holds no link, as the walk of the image folder found it.
    File(PathBuf),
    /// In memory.
    Memory(Arc<[u8]>),
}

impl ImageSource {
    /// The bytes of the file, at most [`MAX_FILE_BYTES`].
    ///
    /// # Errors
    /// When the path no longer leads to a regular file, when the file is too large, and when the
    /// operating system refuses.
    pub fn read(&self) -> Result<Cow<'_, [u8]>, ImageError> {
        match self {
            Self::Memory(bytes) => Ok(Cow::Borrowed(bytes)),
            Self::File(path) => read_file(path, MAX_FILE_BYTES).map(Cow::Owned),
        }
    }
}

fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, ImageError> {
    let io = |error: std::io::Error| ImageError::Io {
        reason: error.to_string(),
    };
    // Asked of the path, not of the opened file: to open a pipe would wait for ever, and a file that
    // has become a link since the walk may leave the folder.
    if !fs::symlink_metadata(path).map_err(io)?.is_file() {
        return Err(ImageError::NotAFile);
    }
    let file = fs::File::open(path).map_err(io)?;
    let size = file.metadata().map_err(io)?.len();
    if size > limit {
        return Err(ImageError::FileTooLarge { bytes: size, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    // The file may grow while it is read.
    file.take(limit).read_to_end(&mut bytes).map_err(io)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_of_a_fair_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"12345").unwrap();
        assert_eq!(read_file(&path, 5).unwrap(), b"12345");
        assert_eq!(
            read_file(&path, 4),
            Err(ImageError::FileTooLarge { bytes: 5, limit: 4 })
        );
        assert_eq!(read_file(folder.path(), 5), Err(ImageError::NotAFile));
        assert!(matches!(
            read_file(&folder.path().join("b"), 5),
            Err(ImageError::Io { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_became_a_link_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&path, b"12345").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(read_file(&link, 5), Err(ImageError::NotAFile));
    }
}
