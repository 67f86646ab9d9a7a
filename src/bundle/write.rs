//! Writing a bundle, entry by entry. Nothing is compressed and no time is written: the same entries
//! are the same bytes.

use std::collections::BTreeMap;
use std::io::{Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::manifest::Manifest;
use super::{ANSWERS, COHORT, FEATURES, MANIFEST, MIME_ENTRY, MIME_TYPE, PROJECT, Size};

/// Writes a bundle.
pub struct Writer<W: Write + Seek> {
    zip: ZipWriter<W>,
}

impl<W: Write + Seek> Writer<W> {
    /// Begins with all that is no picture; `answers` go by their keys, in hexadecimal digits. The
    /// hashes of the parts are put into the manifest here.
    ///
    /// # Errors
    /// Why it cannot be written; so of all others here.
    pub fn new(
        out: W,
        mut manifest: Manifest,
        (cohort, features): (&[u8], &[u8]),
        answers: &BTreeMap<String, Vec<u8>>,
    ) -> Result<Self, String> {
        let mut parts =
            BTreeMap::from([(COHORT.to_owned(), cohort), (FEATURES.to_owned(), features)]);
        for (key, bytes) in answers {
            parts.insert(format!("{ANSWERS}{key}"), bytes);
        }
        let hashes = parts.iter().map(|(name, bytes)| {
            let hash = blake3::hash(bytes).to_hex().to_string();
            (name.clone(), hash)
        });
        manifest.parts = hashes.collect();
        let manifest = serde_json::to_vec_pretty(&manifest).map_err(|error| error.to_string())?;
        let mut writer = Self {
            zip: ZipWriter::new(out),
        };
        writer.add(MIME_ENTRY, MIME_TYPE.as_bytes())?;
        writer.add(MANIFEST, &manifest)?;
        for (name, bytes) in &parts {
            writer.add(name, bytes)?;
        }
        Ok(writer)
    }

    /// Adds the project file.
    pub fn project(&mut self, json: &str) -> Result<(), String> {
        self.add(PROJECT, json.as_bytes())
    }

    /// Adds a picture of the record at this place.
    pub fn picture(&mut self, number: usize, size: Size, jpeg: &[u8]) -> Result<(), String> {
        self.add(&size.entry(number), jpeg)
    }

    /// Ends it.
    pub fn finish(self) -> Result<(), String> {
        self.zip
            .finish()
            .map(drop)
            .map_err(|error| error.to_string())
    }

    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        // The time is that of the format's beginning, the rights those of a file that all may read.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644)
            .large_file(bytes.len() > u32::MAX as usize);
        let begun = self.zip.start_file(name, options);
        begun.map_err(|error| error.to_string())?;
        self.zip.write_all(bytes).map_err(|error| error.to_string())
    }
}
