//! Where a picture's bytes are.

use std::borrow::Cow;
use std::fs;
use std::io::Read;
#[cfg(unix)]
use std::path::Component;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

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

/// What an image's file held when it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// Of its bytes.
    pub hash: blake3::Hash,
    /// Of the file, where it can be told by that whether it was written since.
    pub stamp: Option<Stamp>,
}

/// What the operating system says of a file: as long as it says the same, the bytes are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Device and number of the file.
    file: (u64, u64),
    n_bytes: u64,
    /// Seconds and nanoseconds of the last write and of the last change of any kind, which no program
    /// can set back.
    times: [(i64, i64); 2],
}

/// How old a change must be before the stamp is trusted: file systems count time in steps, and a
/// second write within one would not be seen.
const SETTLED_SECONDS: i64 = 3;

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
            Self::File(path) => {
                let (bytes, stamp) = read_file(path, MAX_FILE_BYTES)?;
                (Cow::Owned(bytes), stamp)
            }
        };
        let hash = blake3::hash(&bytes);
        Ok((bytes, Content { hash, stamp }))
    }

    /// Whether the bytes are still those of `content`; what is in memory is.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn is_still(&self, content: &Content) -> Result<bool, ImageError> {
        let Self::File(path) = self else {
            return Ok(true);
        };
        if content.stamp.is_some() && stamp_of(&open(path)?)? == content.stamp {
            return Ok(true);
        }
        Ok(self.read_whole()?.1.hash == content.hash)
    }
}

fn io(error: std::io::Error) -> ImageError {
    let reason = match error.kind() {
        std::io::ErrorKind::NotFound => "it is not there any more".to_owned(),
        std::io::ErrorKind::PermissionDenied => "its permissions do not allow it".to_owned(),
        _ => error.to_string(),
    };
    ImageError::Io { reason }
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

/// Opens a regular file, following no link in any part of its path: a folder or a file that has become
/// one since the walk may leave the folder. Each part is opened in the one before, so that nothing can
/// be put in between.
#[cfg(unix)]
fn open(path: &Path) -> Result<fs::File, ImageError> {
    use rustix::fs::{Mode, OFlags, open, openat};
    use rustix::io::Errno;
    // A folder may allow to pass through and not to be listed.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const PASS: OFlags = OFlags::PATH;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const PASS: OFlags = OFlags::RDONLY;
    let folder = PASS | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    // Without waiting for ever where it has become a pipe.
    let file = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let explain = |error: Errno| match error {
        Errno::LOOP | Errno::NOTDIR | Errno::NXIO => ImageError::NotAFile,
        other => io(other.into()),
    };
    let start = if path.is_absolute() { "/" } else { "." };
    let mut at = open(start, folder, Mode::empty()).map_err(explain)?;
    let mut parts = path.components().peekable();
    while let Some(part) = parts.next() {
        let flags = match parts.peek() {
            Some(_) => folder,
            None => file | OFlags::CLOEXEC,
        };
        if let Component::Normal(_) | Component::ParentDir = part {
            at = openat(&at, part.as_os_str(), flags, Mode::empty()).map_err(explain)?;
        }
    }
    regular(fs::File::from(at))
}

/// Elsewhere the path is looked at before it is opened, and the folder above it is asked where it lies.
#[cfg(not(unix))]
fn open(path: &Path) -> Result<fs::File, ImageError> {
    let real = path.canonicalize().map_err(io)?;
    if real != path || !fs::symlink_metadata(path).map_err(io)?.is_file() {
        return Err(ImageError::NotAFile);
    }
    regular(fs::File::open(path).map_err(io)?)
}

fn regular(file: fs::File) -> Result<fs::File, ImageError> {
    match file.metadata().map_err(io)?.is_file() {
        true => Ok(file),
        false => Err(ImageError::NotAFile),
    }
}

#[cfg(unix)]
fn stamp_of(file: &fs::File) -> Result<Option<Stamp>, ImageError> {
    use std::os::unix::fs::MetadataExt;
    let about = file.metadata().map_err(io)?;
    Ok(Some(Stamp {
        file: (about.dev(), about.ino()),
        n_bytes: about.size(),
        times: [
            (about.mtime(), about.mtime_nsec()),
            (about.ctime(), about.ctime_nsec()),
        ],
    }))
}

/// Where the system does not number files, every look reads them.
#[cfg(not(unix))]
fn stamp_of(_: &fs::File) -> Result<Option<Stamp>, ImageError> {
    Ok(None)
}

impl Stamp {
    fn is_settled(&self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_secs().cast_signed());
        self.times
            .iter()
            .all(|(seconds, _)| seconds + SETTLED_SECONDS <= now)
    }
}

#[cfg(test)]
mod tests {
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
