//! Files inside a ZIP archive, as they lie there: listed once, and each read from its own place.

use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::DeflateDecoder;
use zip::read::ZipArchive;
use zip::result::ZipError;
use zip::{CompressionMethod, result::ZipResult};

use super::error::ImageError;
use super::limits::MAX_FILE_BYTES;
use super::opened::{Stamp, io, open, stamp_of};

/// Entries of an archive, at most.
const MAX_ENTRIES: usize = 500_000;

/// A file inside an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZippedFile {
    archive: Arc<PathBuf>,
    /// Where its bytes begin in the archive.
    start: u64,
    /// How many they are there, and once they are unpacked.
    n_packed: u64,
    n_bytes: u64,
    checksum: u32,
    is_deflated: bool,
}

/// What an archive says of one of its files: its path, and the file or why it cannot be read.
pub(crate) type Listed = (String, Result<ZippedFile, &'static str>);

/// Lists the files of an archive in its own order; folders are none.
///
/// # Errors
/// When it cannot be opened, as the end of a sentence.
pub(crate) fn list(path: &Path) -> Result<Vec<Listed>, String> {
    let file = open(path).map_err(|error| error.to_string())?;
    let broken = |error: ZipError| match error {
        ZipError::Io(error) => format!("the archive cannot be read: {error}"),
        _ => "the archive is damaged".to_owned(),
    };
    let mut archive = ZipArchive::new(std::io::BufReader::new(file)).map_err(broken)?;
    if archive.len() > MAX_ENTRIES {
        return Err(format!(
            "the archive holds more than {MAX_ENTRIES} files: unpack it"
        ));
    }
    let place = Arc::new(path.to_owned());
    let listed = (0..archive.len()).filter_map(|number| {
        let listed = entry(&mut archive, number, &place);
        listed.transpose()
    });
    listed.collect::<ZipResult<_>>().map_err(broken)
}

fn entry<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    number: usize,
    place: &Arc<PathBuf>,
) -> ZipResult<Option<Listed>> {
    let entry = archive.by_index_raw(number)?;
    if entry.is_dir() {
        return Ok(None);
    }
    let name = entry.name()?.replace('\\', "/");
    let is_deflated = match entry.compression() {
        CompressionMethod::Stored => Some(false),
        CompressionMethod::Deflated => Some(true),
        _ => None,
    };
    let file = match (entry.encrypted(), is_deflated, entry.data_start()) {
        (true, ..) => Err("it is encrypted in its archive: unpack it"),
        (_, None, _) | (.., None) => Err("it is packed in a way that is not read: unpack it"),
        (false, Some(is_deflated), Some(start)) => Ok(ZippedFile {
            archive: Arc::clone(place),
            start,
            n_packed: entry.compressed_size(),
            n_bytes: entry.size(),
            checksum: entry.crc32(),
            is_deflated,
        }),
    };
    Ok(Some((name, file)))
}

impl ZippedFile {
    /// How long the archive says that it is, unpacked.
    pub(super) fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    /// The bytes of the file, whole and as their checksum says, and the stamp of the archive.
    ///
    /// # Errors
    /// When the file is too large, when the archive cannot be read, and when it does not hold these bytes any more.
    pub(super) fn read(&self) -> Result<(Vec<u8>, Option<Stamp>), ImageError> {
        if self.n_bytes > MAX_FILE_BYTES {
            return Err(ImageError::FileTooLarge {
                bytes: self.n_bytes,
                limit: MAX_FILE_BYTES,
            });
        }
        let before = self.stamp()?;
        let bytes = self.start(self.n_bytes + 1)?;
        let is_whole =
            bytes.len() as u64 == self.n_bytes && crc32fast::hash(&bytes) == self.checksum;
        if !is_whole {
            return Err(ImageError::Io {
                reason: "its archive is damaged or was written anew".to_owned(),
            });
        }
        let stamp = before.filter(|before| self.stamp() == Ok(Some(*before)));
        Ok((bytes, stamp))
    }

    /// The first bytes of the file, at most so many.
    pub(super) fn start(&self, n_bytes: u64) -> Result<Vec<u8>, ImageError> {
        let mut archive = open(&self.archive)?;
        archive.seek(SeekFrom::Start(self.start)).map_err(io)?;
        let packed = archive.take(self.n_packed);
        let mut start = Vec::new();
        match self.is_deflated {
            true => DeflateDecoder::new(packed)
                .take(n_bytes)
                .read_to_end(&mut start),
            false => packed.take(n_bytes).read_to_end(&mut start),
        }
        .map_err(io)?;
        Ok(start)
    }

    /// What the operating system says of the archive.
    pub(super) fn stamp(&self) -> Result<Option<Stamp>, ImageError> {
        stamp_of(&open(&self.archive)?)
    }
}
