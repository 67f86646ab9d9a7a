//! What lies in the image folder, whatever its depth: pictures, tables, and what is passed over.
//!
//! A folder or file that cannot be looked at costs itself alone. Hidden files and the litter of
//! operating systems are left out; everything else that somebody may take for a picture or a table
//! is either read or carries the reason why it is not.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::error::{CohortError, why};
use super::image::{FileType, ImageSource};
use super::kinds::{self, Kind};

/// Something that lies in the image folder.
#[derive(Debug, Clone)]
pub(super) struct FileEntry {
    /// Path inside the image folder as it is shown: with forward slashes, bytes that are not UTF-8
    /// as `%XX`, and a slash at the end of a folder.
    pub(super) relative: String,
    /// The path's own bytes, where [`relative`](Self::relative) had to replace some of them.
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) found: Found,
}

/// What a file is.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// A picture by its name or its first bytes.
    Image(ImageSource),
    /// A table by its name.
    Table(PathBuf),
    /// What is not read, with the reason.
    Passed(String),
    /// What nobody would look for on a map.
    Other,
}

impl FileEntry {
    pub(super) fn new(relative: String, found: Found) -> Self {
        let bytes = None;
        Self {
            relative,
            bytes,
            found,
        }
    }

    /// What tells this path from all others.
    pub(super) fn key(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or(self.relative.as_bytes())
    }

    pub(super) fn is_image(&self) -> bool {
        matches!(self.found, Found::Image(_))
    }
}

/// Lists all that lies below `folder`, sorted by path. Links are followed inside the folder, and to
/// files and folders below one of the `stores`.
///
/// # Errors
/// When `folder` itself, or a store, cannot be looked at.
pub(super) fn walk(folder: &Path, stores: &[PathBuf]) -> Result<Vec<FileEntry>, CohortError> {
    let real = |path: &PathBuf| {
        path.canonicalize().map_err(|source| CohortError::Io {
            path: path.clone(),
            source,
        })
    };
    let root = real(&folder.to_owned())?;
    let stores = stores.iter().map(real).collect::<Result<_, _>>()?;
    fs::read_dir(&root).map_err(|source| CohortError::Io {
        path: folder.to_owned(),
        source,
    })?;
    let mut walk = Walk {
        entered: HashSet::from([root.clone()]),
        waiting: vec![(root.clone(), OsString::new())],
        root,
        stores,
        entries: Vec::new(),
    };
    while let Some((folder, prefix)) = walk.waiting.pop() {
        walk.list(&folder, &prefix);
    }
    let mut entries = walk.entries;
    entries.sort_by(|a, b| a.key().cmp(b.key()));
    Ok(entries)
}

struct Walk {
    root: PathBuf,
    stores: Vec<PathBuf>,
    /// Folders that were entered, so that links cannot lead round in circles.
    entered: HashSet<PathBuf>,
    /// Folders to enter, each with its path inside the image folder and a slash.
    waiting: Vec<(PathBuf, OsString)>,
    entries: Vec<FileEntry>,
}

impl Walk {
    fn list(&mut self, folder: &Path, prefix: &OsString) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                return self.pass(
                    prefix,
                    format!("the folder cannot be opened: {}", why(&error)),
                );
            }
        };
        for entry in entries {
            match entry {
                Ok(entry) => self.take(&entry, prefix),
                Err(error) => self.pass(
                    prefix,
                    format!("the folder cannot be read to its end: {}", why(&error)),
                ),
            }
        }
    }

    fn take(&mut self, entry: &fs::DirEntry, prefix: &OsString) {
        let name = entry.file_name();
        let mut relative = prefix.clone();
        relative.push(&name);
        let kind = entry.file_type();
        let is_folder = matches!(&kind, Ok(kind) if kind.is_dir());
        if is_hidden(&name) || is_folder && kinds::is_litter(&name) {
            return;
        }
        match kind {
            Err(error) => self.pass(&relative, unopened(&error)),
            Ok(kind) if kind.is_symlink() => self.follow(&entry.path(), relative),
            Ok(kind) if kind.is_dir() => self.enter(entry.path(), relative),
            Ok(kind) if kind.is_file() => self.classify(entry.path(), &relative),
            // Pipes and devices: to open one would wait for ever.
            Ok(_) => self.pass(&relative, "not a regular file".to_owned()),
        }
    }

    fn enter(&mut self, folder: PathBuf, mut relative: OsString) {
        relative.push("/");
        if self.entered.insert(folder.clone()) {
            self.waiting.push((folder, relative));
        } else {
            self.pass(
                &relative,
                "a link to a folder that is read already".to_owned(),
            );
        }
    }

    /// Looks where a link leads. One to a folder inside is passed over: its files are found anyway.
    fn follow(&mut self, link: &Path, relative: OsString) {
        let target = match link.canonicalize() {
            Ok(target) => target,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return self.pass(&relative, "a link that leads nowhere".to_owned());
            }
            Err(error) => {
                let reason = format!("a link that cannot be followed: {}", why(&error));
                return self.pass(&relative, reason);
            }
        };
        let inside = target.starts_with(&self.root);
        let in_store = self.stores.iter().any(|store| target.starts_with(store));
        if target.is_dir() {
            if in_store || self.is_hidden(&target) {
                self.enter(target, relative);
            } else if !inside {
                self.pass(&relative, LEAVES.to_owned());
            }
        } else if !(inside || in_store) {
            self.pass(&relative, LEAVES.to_owned());
        } else if target.is_file() {
            self.classify(target, &relative);
        } else {
            self.pass(&relative, "not a regular file".to_owned());
        }
    }

    /// Whether a folder lies inside and the walk does not come by it.
    fn is_hidden(&self, target: &Path) -> bool {
        let inside = target.strip_prefix(&self.root);
        inside.is_ok_and(|inside| {
            inside
                .iter()
                .any(|part| is_hidden(part) || kinds::is_litter(part))
        })
    }

    /// A picture is what is named like one or begins like one: names alone are not to be trusted.
    fn classify(&mut self, path: PathBuf, relative: &OsString) {
        let name = shown(relative);
        let image = |path| Found::Image(ImageSource::File(path));
        let found = match kinds::by_name(&name) {
            Kind::Picture => image(path),
            by_name => match (first_bytes(&path), by_name) {
                (Ok(start), _) if FileType::of(&start).is_some() => image(path),
                (_, Kind::Table) => Found::Table(path),
                (_, Kind::NotRead(reason)) => Found::Passed(reason.to_owned()),
                (_, Kind::Other) => Found::Other,
                (Err(error), _) => Found::Passed(unopened(&error)),
                (Ok(start), _) => Found::Passed(kinds::why_not_read(&start).to_owned()),
            },
        };
        self.push(relative, found);
    }

    fn pass(&mut self, relative: &OsString, reason: String) {
        self.push(relative, Found::Passed(reason));
    }

    fn push(&mut self, relative: &OsString, found: Found) {
        let bytes = relative.to_str().is_none();
        self.entries.push(FileEntry {
            relative: shown(relative),
            bytes: bytes.then(|| relative.as_encoded_bytes().to_owned()),
            found,
        });
    }
}

/// Why a link is not followed.
const LEAVES: &str =
    "a link that leaves the image folder: name the folder that it leads into with --follow-links";

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn unopened(error: &io::Error) -> String {
    format!("the file cannot be opened: {}", why(error))
}

/// A path as text: what is not UTF-8 becomes `%XX`, byte by byte.
fn shown(relative: &OsString) -> String {
    let mut text = String::with_capacity(relative.len());
    for chunk in relative.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// Enough of a file to tell its kind.
fn first_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    fs::File::open(path)?.take(256).read_to_end(&mut start)?;
    Ok(start)
}
