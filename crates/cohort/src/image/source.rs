//! Where a picture's bytes are.

use std::borrow::Cow;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use super::error::ImageError;
use super::limits::MAX_FILE_BYTES;
use super::opened::{Stamp, io, open, stamp_of};
use super::zipped::ZippedFile;

/// Where a picture's bytes are.
#[derive(Debug, Clone)]
pub enum ImageSource {
    /// In a file whose path holds no link, as the walk of the image folder found it.
    File(PathBuf),
    /// In an archive whose path holds no link.
    Zipped(ZippedFile),
    /// In memory.
    Memory(Arc<[u8]>),
    /// Nowhere yet: it is drawn when it is first read, and then in memory.
    Drawn(Arc<Drawn>),
    /// Not here: smaller pictures of it are in a bundle.
    Reduced {
        /// Which of the bundle's pictures it is, from 0.
        number: usize,
        /// The longest side of the largest of them, in pixels.
        size: u32,
    },
}

/// A picture that is drawn when it is first read.
pub type Drawn =
    LazyLock<Result<Vec<u8>, ImageError>, Box<dyn FnOnce() -> Result<Vec<u8>, ImageError> + Send>>;

/// What an image's file held when it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// Of its bytes.
    pub hash: blake3::Hash,
    /// Of the file, where it can be told by that whether it was written since.
    pub stamp: Option<Stamp>,
}

impl ImageSource {
    /// The bytes of the file, at most [`MAX_FILE_BYTES`].
    ///
    /// # Errors
    /// When the path no longer leads to a regular file, when the file is too large, and when the
    /// operating system refuses.
    pub fn read(&self) -> Result<Cow<'_, [u8]>, ImageError> {
        Ok(self.read_whole()?.0)
    }

    /// The bytes, and what they are told by later.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_whole(&self) -> Result<(Cow<'_, [u8]>, Content), ImageError> {
        let (bytes, stamp) = match self {
            Self::Memory(bytes) => (Cow::Borrowed(&bytes[..]), None),
            Self::Drawn(drawn) => (Cow::Borrowed(bytes_of(drawn)?), None),
            Self::Reduced { size, .. } => return Err(ImageError::Reduced { size: *size }),
            Self::File(path) => {
                let (bytes, stamp) = read_file(path, MAX_FILE_BYTES)?;
                (Cow::Owned(bytes), stamp)
            }
            Self::Zipped(file) => {
                let (bytes, stamp) = file.read()?;
                (Cow::Owned(bytes), stamp.filter(Stamp::is_settled))
            }
        };
        let hash = blake3::hash(&bytes);
        Ok((bytes, Content { hash, stamp }))
    }

    /// The first bytes of the file, at most so many.
    ///
    /// # Errors
    /// As [`read`](Self::read), but for the file's size.
    pub fn read_start(&self, n_bytes: u64) -> Result<Vec<u8>, ImageError> {
        let mut start = Vec::new();
        match self {
            Self::Memory(bytes) => (&bytes[..]).take(n_bytes).read_to_end(&mut start),
            Self::Drawn(drawn) => bytes_of(drawn)?.take(n_bytes).read_to_end(&mut start),
            Self::Reduced { size, .. } => return Err(ImageError::Reduced { size: *size }),
            Self::Zipped(file) => return file.start(n_bytes),
            Self::File(path) => open(path)?.take(n_bytes).read_to_end(&mut start),
        }
        .map_err(io)?;
        Ok(start)
    }

    /// How many bytes the file says it has, without reading them; `None` where nobody knows yet.
    pub fn n_bytes(&self) -> Option<u64> {
        match self {
            Self::File(path) => Some(path.symlink_metadata().ok()?.len()),
            Self::Zipped(file) => Some(file.n_bytes()),
            Self::Memory(bytes) => Some(bytes.len() as u64),
            Self::Drawn(_) | Self::Reduced { .. } => None,
        }
    }

    /// Whether the bytes are still those of `content`; what is in no file is.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn is_still(&self, content: &Content) -> Result<bool, ImageError> {
        let stamp = match self {
            Self::File(path) => stamp_of(&open(path)?)?,
            Self::Zipped(file) => file.stamp()?,
            Self::Memory(_) | Self::Drawn(_) | Self::Reduced { .. } => return Ok(true),
        };
        if content.stamp.is_some() && stamp == content.stamp {
            return Ok(true);
        }
        Ok(self.read_whole()?.1.hash == content.hash)
    }
}

fn bytes_of(drawn: &Drawn) -> Result<&[u8], ImageError> {
    match &**drawn {
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(error.clone()),
    }
}

fn read_file(path: &Path, limit: u64) -> Result<(Vec<u8>, Option<Stamp>), ImageError> {
    let mut file = open(path)?;
    let before = stamp_of(&file)?;
    let size = file.metadata().map_err(io)?.len();
    if size > limit {
        return Err(ImageError::FileTooLarge { bytes: size, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    // The file may grow while it is read.
    (&mut file)
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(io)?;
    let stamp = before.filter(|before| stamp_of(&file) == Ok(Some(*before)) && before.is_settled());
    Ok((bytes, stamp))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_regular_files_of_a_fair_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"12345").unwrap();
        assert_eq!(read_file(&path, 5).unwrap().0, b"12345");
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
    fn what_became_a_link_is_refused_wherever_it_stands_in_the_path() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        fs::create_dir(folder.join("inner")).unwrap();
        fs::write(folder.join("inner/a"), b"12345").unwrap();
        symlink(folder.join("inner/a"), folder.join("b")).unwrap();
        symlink(folder.join("inner"), folder.join("other")).unwrap();
        assert_eq!(read_file(&folder.join("b"), 5), Err(ImageError::NotAFile));
        assert_eq!(
            read_file(&folder.join("other/a"), 5),
            Err(ImageError::NotAFile)
        );
        assert!(read_file(&folder.join("inner/a"), 5).is_ok());
    }

    #[test]
    fn a_change_is_told_by_the_bytes_and_not_by_the_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("a");
        fs::write(&path, b"12345").unwrap();
        let source = ImageSource::File(path.clone());
        let content = source.read_whole().unwrap().1;
        assert_eq!(
            content.stamp, None,
            "just written: another write may have the same time"
        );
        assert_eq!(source.is_still(&content), Ok(true));
        fs::write(&path, b"54321").unwrap();
        assert_eq!(source.is_still(&content), Ok(false));
        fs::write(&path, b"12345").unwrap();
        assert_eq!(source.is_still(&content), Ok(true), "the same bytes again");
        fs::remove_file(&path).unwrap();
        assert!(source.is_still(&content).is_err());
    }

    /// A thread swaps a folder and a file for links that lead outside, and back, as fast as it can.
    #[cfg(unix)]
    #[test]
    fn a_fast_toggle_gives_nothing_from_outside() {
        use std::os::unix::fs::symlink;
        use std::sync::atomic::{AtomicBool, Ordering};
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for (name, text) in [("in/sub", b"inside"), ("out", b"secret")] {
            fs::create_dir_all(root.join(name)).unwrap();
            fs::write(root.join(name).join("a"), text).unwrap();
        }
        fs::write(root.join("in/b"), b"inside").unwrap();
        let done = AtomicBool::new(false);
        let (mut n_read, mut n_refused) = (0, 0);
        std::thread::scope(|threads| {
            threads.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    for (name, target) in [("in/sub", "out"), ("in/b", "out/a")] {
                        let (name, aside) = (root.join(name), root.join("aside"));
                        fs::rename(&name, &aside).unwrap();
                        symlink(root.join(target), &name).unwrap();
                        fs::remove_file(&name).unwrap();
                        fs::rename(&aside, &name).unwrap();
                    }
                }
            });
            let sources = ["in/sub/a", "in/b"].map(|name| ImageSource::File(root.join(name)));
            for _ in 0..20_000 {
                for source in &sources {
                    match source.read() {
                        Ok(bytes) => {
                            assert_eq!(bytes.as_ref(), b"inside");
                            n_read += 1;
                        }
                        Err(_) => n_refused += 1,
                    }
                }
            }
            done.store(true, Ordering::Relaxed);
        });
        assert!(n_read > 100 && n_refused > 100, "{n_read} {n_refused}");
    }
}
