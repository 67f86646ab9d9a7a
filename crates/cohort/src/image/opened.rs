//! Files that are opened through no link, and what tells that one was written since.

use std::fs;
#[cfg(unix)]
use std::path::Component;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::error::ImageError;

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

pub(super) fn io(error: std::io::Error) -> ImageError {
    let reason = match error.kind() {
        std::io::ErrorKind::NotFound => "it is not there any more".to_owned(),
        std::io::ErrorKind::PermissionDenied => "its permissions do not allow it".to_owned(),
        _ => error.to_string(),
    };
    ImageError::Io { reason }
}

/// Opens a regular file, following no link in any part of its path: a folder or a file that has become
/// one since the walk may leave the folder. Each part is opened in the one before, so that nothing can
/// be put in between.
#[cfg(unix)]
pub(super) fn open(path: &Path) -> Result<fs::File, ImageError> {
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
pub(super) fn open(path: &Path) -> Result<fs::File, ImageError> {
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
pub(super) fn stamp_of(file: &fs::File) -> Result<Option<Stamp>, ImageError> {
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
pub(super) fn stamp_of(_: &fs::File) -> Result<Option<Stamp>, ImageError> {
    Ok(None)
}

impl Stamp {
    pub(super) fn is_settled(&self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_secs().cast_signed());
        self.times
            .iter()
            .all(|(seconds, _)| seconds + SETTLED_SECONDS <= now)
    }
}
