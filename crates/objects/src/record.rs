//! What is known of the files of a mirror: a head and a line of JSON for each object that is whole, beside the folder.
//!
//! It is written anew and renamed before and after a change, and a line is added as soon as an object is in its place,
//! so that what came stays if the process ends. A line that is not whole is an object that is fetched again.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use negatoscope_host::files::{Output, OutputError};
use serde::{Deserialize, Serialize};

/// What tells that an object is another one than before, as its listing has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// Its length in bytes.
    pub(crate) size: u64,
    /// When it was written, in milliseconds since 1970.
    pub(crate) modified: i64,
    /// The store's own word for its bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) etag: Option<String>,
}

/// What is known of a mirror.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// Whether the folder was once as the store was, and nothing was begun since.
    pub(crate) is_whole: bool,
    /// The objects that are there, by their path in the folder.
    pub(crate) objects: BTreeMap<String, Stamp>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    address: String,
    whole: bool,
}

#[derive(Serialize, Deserialize)]
struct Line {
    path: String,
    #[serde(flatten)]
    stamp: Stamp,
}

impl Record {
    /// What is known; nothing of a mirror that is not there.
    pub(crate) fn read(file: &Path) -> Self {
        let text = fs::read(file).unwrap_or_default();
        let mut lines = text.split(|byte| *byte == b'\n');
        let head = lines
            .next()
            .and_then(|line| serde_json::from_slice::<Head>(line).ok());
        let objects = lines.filter_map(|line| serde_json::from_slice::<Line>(line).ok());
        Self {
            is_whole: head.is_some_and(|head| head.whole),
            objects: objects.map(|line| (line.path, line.stamp)).collect(),
        }
    }

    /// Writes all of it, beside its place first.
    pub(crate) fn write(&self, file: &Path, address: &str) -> Result<(), OutputError> {
        let head = Head {
            address: address.to_owned(),
            whole: self.is_whole,
        };
        Output::with_folder(file)?.write(|out| {
            serde_json::to_writer(&mut *out, &head).map_err(|error| error.to_string())?;
            for (path, stamp) in &self.objects {
                let line = line(path, stamp).map_err(|error| error.to_string())?;
                out.write_all(&line).map_err(|error| error.to_string())?;
            }
            out.write_all(b"\n").map_err(|error| error.to_string())
        })
    }

    /// The file, to add lines to.
    pub(crate) fn open(file: &Path) -> io::Result<File> {
        OpenOptions::new().append(true).open(file)
    }
}

/// One object's line, with the break before it: whatever was not whole ends there.
pub(crate) fn line(path: &str, stamp: &Stamp) -> serde_json::Result<Vec<u8>> {
    let mut line = vec![b'\n'];
    let (path, stamp) = (path.to_owned(), stamp.clone());
    serde_json::to_writer(&mut line, &Line { path, stamp })?;
    Ok(line)
}
