//! Reading a bundle that anybody may have made.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use zip::{CompressionMethod, ZipArchive};

use crate::cohort::{Assumption, Cohort};

use super::choice::Contents;
use super::manifest::Manifest;
use super::{
    ANSWERS, BundleError, COHORT, FEATURES, FORMAT, MANIFEST, MIME_ENTRY, MIME_TYPE, PROJECT, Size,
    TOPIC, cohort,
};

/// Bytes of a ZIP archive before the name of its first entry.
const BEFORE_NAME: usize = 30;
/// The largest manifest that is read, in bytes.
const MAX_MANIFEST: u64 = 16 << 20;
/// The largest cohort.
const MAX_COHORT: u64 = 512 << 20;
/// The most bytes of features, as of ready vectors, and room for a header.
const MAX_FEATURES: u64 = (2 << 30) + (1 << 16);
/// The most bytes of answers in all, and the largest project.
const MAX_ANSWER: u64 = 512 << 20;
/// The largest picture.
const MAX_PICTURE: u64 = 8 << 20;

/// An open bundle, whose pictures are read when they are asked for.
pub struct Bundle {
    path: PathBuf,
    archive: Mutex<ZipArchive<BufReader<File>>>,
    manifest: Manifest,
}

/// What is read of a bundle at once.
pub struct Opened {
    /// The cohort, as it was chosen to go in.
    pub cohort: Cohort,
    /// A `.npy` file.
    pub features: Vec<u8>,
    /// Answers by their keys in the cache.
    pub answers: HashMap<blake3::Hash, Vec<u8>>,
}

/// The only thing that every version has where it is.
#[derive(Deserialize)]
struct Version {
    format: u32,
    negatoscope: String,
}

/// Whether the file begins as a bundle does, whatever it is called.
pub fn is_bundle(path: &Path) -> bool {
    let n_bytes = BEFORE_NAME + MIME_ENTRY.len() + MIME_TYPE.len();
    let mut start = Vec::new();
    // A folder and a pipe are none, and nobody waits for the latter.
    let is_file = path.metadata().is_ok_and(|found| found.is_file());
    let mut read = || {
        File::open(path)?
            .take(n_bytes as u64)
            .read_to_end(&mut start)
    };
    if !is_file || read().is_err() {
        return false;
    }
    let name = start.get(BEFORE_NAME..).unwrap_or_default();
    let content = name.strip_prefix(MIME_ENTRY.as_bytes());
    start.starts_with(b"PK\x03\x04") && content == Some(MIME_TYPE.as_bytes())
}

impl Bundle {
    /// Opens a bundle and reads what it says of itself.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, or was written by a later version.
    pub fn open(path: &Path) -> Result<Self, BundleError> {
        let file = File::open(path).map_err(|source| BundleError::Io {
            path: path.to_owned(),
            source,
        })?;
        let damaged = |reason: String| BundleError::Damaged {
            path: path.to_owned(),
            reason,
        };
        let archive = ZipArchive::new(BufReader::new(file));
        let mut archive = archive.map_err(|error| damaged(error.to_string()))?;
        let bytes = entry(&mut archive, MANIFEST, MAX_MANIFEST).map_err(damaged)?;
        let of_json = |error: serde_json::Error| damaged(format!("{MANIFEST}: {error}"));
        let version: Version = serde_json::from_slice(&bytes).map_err(of_json)?;
        if version.format > FORMAT {
            return Err(BundleError::Newer {
                path: path.to_owned(),
                format: version.format,
                version: version.negatoscope,
            });
        }
        Ok(Self {
            path: path.to_owned(),
            manifest: serde_json::from_slice(&bytes).map_err(of_json)?,
            archive: Mutex::new(archive),
        })
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The cohort, its features and the answers, each held against its hash.
    ///
    /// # Errors
    /// When anything is missing, damaged or too large, or the parts do not fit together.
    pub fn read(&self) -> Result<Opened, BundleError> {
        let name = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let cohort = self.part(COHORT, MAX_COHORT)?;
        let cohort = cohort::of_json(&cohort, &name);
        let mut cohort = cohort.map_err(|error| self.damaged(format!("{COHORT}: {error}")))?;
        if cohort.records.len() != self.manifest.n_images {
            return Err(self.damaged("the manifest counts other images".to_owned()));
        }
        cohort.assumed = self.assumed();
        let (mut answers, mut n_bytes) = (HashMap::new(), 0);
        for name in self.manifest.parts.keys() {
            if let Some(key) = name.strip_prefix(ANSWERS) {
                let key = blake3::Hash::from_hex(key);
                let key = key.map_err(|_| self.damaged(format!("{name} is no answer")))?;
                // Several entries may claim the same bytes of the file.
                let bytes = self.part(name, MAX_ANSWER.saturating_sub(n_bytes))?;
                n_bytes += bytes.len() as u64;
                answers.insert(key, bytes);
            }
        }
        Ok(Opened {
            cohort,
            features: self.part(FEATURES, MAX_FEATURES)?,
            answers,
        })
    }

    /// The picture of the record at this place, a JPEG.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn picture(&self, number: usize, size: Size) -> Result<Vec<u8>, String> {
        self.entry(&size.entry(number), MAX_PICTURE)
    }

    /// The project file, if there is one.
    ///
    /// # Errors
    /// When it is damaged or too large.
    pub fn project(&self) -> Result<Option<String>, BundleError> {
        let archive = self.archive.lock().unwrap_or_else(PoisonError::into_inner);
        let has_one = archive.index_for_name(PROJECT).is_some();
        drop(archive);
        if !has_one {
            return Ok(None);
        }
        let bytes = self
            .entry(PROJECT, MAX_ANSWER)
            .map_err(|reason| self.damaged(reason))?;
        let text = String::from_utf8(bytes);
        text.map(Some)
            .map_err(|_| self.damaged(format!("{PROJECT} is no text")))
    }

    /// What whoever opens it has to know.
    fn assumed(&self) -> Vec<Assumption> {
        let manifest = &self.manifest;
        let contents = Contents {
            columns: manifest.columns.clone(),
            names_kept: manifest.names_kept,
            // Nothing is said of it: who opens the bundle sees them.
            patients_named: false,
            conditions: Vec::new(),
            n_conditions_left_out: manifest.n_conditions_left_out,
        };
        let sentences = contents.sentences().into_iter();
        sentences
            .map(|(column, text)| Assumption {
                topic: TOPIC,
                column,
                text,
            })
            .collect()
    }

    /// A part whose hash is in the manifest.
    fn part(&self, name: &str, limit: u64) -> Result<Vec<u8>, BundleError> {
        let bytes = self
            .entry(name, limit)
            .map_err(|reason| self.damaged(reason))?;
        let hash = blake3::hash(&bytes).to_hex();
        if self.manifest.parts.get(name).map(String::as_str) != Some(hash.as_str()) {
            return Err(self.damaged(format!("{name} is not what the manifest says")));
        }
        Ok(bytes)
    }

    fn entry(&self, name: &str, limit: u64) -> Result<Vec<u8>, String> {
        let mut archive = self.archive.lock().unwrap_or_else(PoisonError::into_inner);
        entry(&mut archive, name, limit)
    }

    fn damaged(&self, reason: String) -> BundleError {
        BundleError::Damaged {
            path: self.path.clone(),
            reason,
        }
    }
}

impl std::fmt::Debug for Bundle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bundle")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// One entry, which is neither compressed nor larger than `limit`: what is read is never more than what
/// the file holds.
fn entry<R: Read + io::Seek>(
    archive: &mut ZipArchive<R>,
    name: &str,
    limit: u64,
) -> Result<Vec<u8>, String> {
    let said = |error: &dyn std::fmt::Display| format!("{name}: {error}");
    let mut entry = archive.by_name(name).map_err(|error| said(&error))?;
    if entry.compression() != CompressionMethod::Stored {
        return Err(said(&"it is compressed, which no bundle is"));
    }
    let size = entry.size();
    if size > limit {
        return Err(said(&format_args!(
            "it has {size} bytes, more than the {limit} that are read"
        )));
    }
    let mut bytes = Vec::new();
    let read = (&mut entry).take(limit).read_to_end(&mut bytes);
    read.map_err(|error| said(&error))?;
    match bytes.len() as u64 == size {
        true => Ok(bytes),
        false => Err(said(&"it is cut off")),
    }
}
