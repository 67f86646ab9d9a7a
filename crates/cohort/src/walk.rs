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
use std::time::Instant;

use super::error::{CohortError, why};
use super::image::{self, FileType, ImageSource, Study, ZippedFile};
use super::kinds::{self, Kind};

/// Something that lies in the image folder.
#[derive(Debug, Clone)]
pub(super) struct FileEntry {
    /// Path inside the image folder as it is shown: with forward slashes, bytes that are not UTF-8
    /// as `%XX`, and a slash at the end of a folder.
    pub(super) relative: String,
    /// The path's own bytes, where [`relative`](Self::relative) is another.
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) found: Found,
    /// Whether [`relative`](Self::relative) does not name the patient as [`bytes`](Self::bytes) do.
    pub(super) is_masked: bool,
    /// Whether it is a DICOM file, by its name or its first bytes.
    pub(super) is_dicom: bool,
    /// What the header of a DICOM file says, once it was read.
    pub(super) study: Option<Box<Study>>,
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
        Self {
            relative,
            bytes: None,
            found,
            is_masked: false,
            is_dicom: false,
            study: None,
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

/// Lists all that lies below `folder`, which may be a ZIP archive, sorted by path. Links are followed inside the
/// folder, and to files and folders below one of the `stores`.
///
/// # Errors
/// When `folder` itself, or a store, cannot be looked at.
pub(super) fn walk(folder: &Path, stores: &[PathBuf]) -> Result<Vec<FileEntry>, CohortError> {
    Ok(walk_again(folder, stores, &HashSet::new(), None)?.entries)
}

/// What was found by a walk.
pub(super) struct Walked {
    /// Sorted by path.
    pub(super) entries: Vec<FileEntry>,
    /// Whether there was time for all of it.
    pub(super) is_whole: bool,
}

/// The same, without the files that are known: they are not looked into again. It ends at a moment, if it has to.
///
/// # Errors
/// As [`walk`].
pub(super) fn walk_again(
    folder: &Path,
    stores: &[PathBuf],
    known: &HashSet<Key>,
    until: Option<Instant>,
) -> Result<Walked, CohortError> {
    let real = |path: &PathBuf| {
        path.canonicalize().map_err(|source| CohortError::Io {
            path: path.clone(),
            source,
        })
    };
    let root = real(&folder.to_owned())?;
    let stores = stores.iter().map(real).collect::<Result<_, _>>()?;
    let is_archive = root.is_file();
    if !is_archive {
        fs::read_dir(&root).map_err(|source| CohortError::Io {
            path: folder.to_owned(),
            source,
        })?;
    }
    let mut walk = Walk {
        entered: HashSet::from([root.clone()]),
        waiting: Vec::new(),
        root: root.clone(),
        stores,
        known,
        until,
        entries: Vec::new(),
    };
    match is_archive {
        true => walk.unpack(&root, &OsString::new()),
        false => walk.waiting.push((root, OsString::new())),
    }
    while !walk.is_late()
        && let Some((folder, prefix)) = walk.waiting.pop()
    {
        walk.list(&folder, &prefix);
    }
    let is_whole = !walk.is_late();
    let mut entries = walk.entries;
    entries.sort_by(|a, b| a.key().cmp(b.key()));
    Ok(Walked { entries, is_whole })
}

/// What tells a path inside the image folder from all others, whatever its length.
pub(super) type Key = [u8; 16];

/// The key of a path's own bytes.
pub(super) fn key_of(path: &[u8]) -> Key {
    let mut key = Key::default();
    key.copy_from_slice(&blake3::hash(path).as_bytes()[..16]);
    key
}

struct Walk<'k> {
    root: PathBuf,
    stores: Vec<PathBuf>,
    /// Folders that were entered, so that links cannot lead round in circles.
    entered: HashSet<PathBuf>,
    /// Folders to enter, each with its path inside the image folder and a slash.
    waiting: Vec<(PathBuf, OsString)>,
    /// Files that need not be looked into.
    known: &'k HashSet<Key>,
    /// When it ends, whatever is left.
    until: Option<Instant>,
    entries: Vec<FileEntry>,
}

impl Walk<'_> {
    fn is_late(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    fn is_known(&self, relative: &OsString) -> bool {
        // Most walks know nothing, and hash nothing.
        !self.known.is_empty() && self.known.contains(&key_of(relative.as_encoded_bytes()))
    }

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
            if self.is_late() {
                return;
            }
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

    /// The files of an archive, as if it were a folder. Tables in it are not looked for.
    fn unpack(&mut self, archive: &Path, prefix: &OsString) {
        let listed = match image::list_archive(archive) {
            Ok(listed) => listed,
            Err(reason) => return self.pass(prefix, reason),
        };
        let mut known = HashSet::new();
        for (name, file) in listed {
            let parts = || name.split('/').map(OsStr::new);
            if parts().any(|part| is_hidden(part) || kinds::is_litter(part)) {
                continue;
            }
            let mut relative = prefix.clone();
            if !prefix.is_empty() {
                relative.push("/");
            }
            relative.push(&name);
            if !known.insert(name) {
                self.pass(
                    &relative,
                    "a second file of this name in its archive".to_owned(),
                );
                continue;
            }
            match file {
                Ok(file) => self.classify_zipped(file, &relative),
                Err(reason) => self.pass(&relative, reason.to_owned()),
            }
        }
    }

    fn classify_zipped(&mut self, file: ZippedFile, relative: &OsString) {
        const TABLE: &str = "a table in an archive: unpack it, or name one with --metadata FILE";
        if self.is_known(relative) {
            return;
        }
        let name = shown(relative);
        let source = ImageSource::Zipped(file);
        let by_name = kinds::by_name(&name);
        let (found, file_type) = match (source.read_start(256), by_name) {
            (Ok(start), Kind::Picture) => (Found::Image(source), FileType::of(&start)),
            (Ok(start), _) if FileType::of(&start).is_some() => {
                (Found::Image(source), FileType::of(&start))
            }
            (_, Kind::Table) => (Found::Passed(TABLE.to_owned()), None),
            (_, Kind::Archive) => (Found::Passed(kinds::ARCHIVE.to_owned()), None),
            (_, Kind::NotRead(reason)) => (Found::Passed(reason.to_owned()), None),
            (_, Kind::Other) => (Found::Other, None),
            (Err(error), _) => (Found::Passed(error.to_string()), None),
            (Ok(start), _) => (Found::Passed(kinds::why_not_read(&start).to_owned()), None),
        };
        let is_dicom = match file_type {
            None => kinds::is_dicom_name(&name),
            Some(file_type) => file_type == FileType::Dicom,
        };
        self.push(relative, found);
        if let Some(entry) = self.entries.last_mut() {
            entry.is_dicom = is_dicom;
        }
    }

    /// A picture is what is named like one or begins like one: names alone are not to be trusted.
    fn classify(&mut self, path: PathBuf, relative: &OsString) {
        if self.is_known(relative) {
            return;
        }
        let name = shown(relative);
        let picture = |path| Found::Image(ImageSource::File(path));
        let mut is_dicom = false;
        let found = match kinds::by_name(&name) {
            Kind::Picture if !kinds::is_dicom_name(&name) => picture(path),
            by_name => match (first_bytes(&path), by_name) {
                (Ok(start), Kind::Picture) => {
                    is_dicom = matches!(FileType::of(&start), None | Some(FileType::Dicom));
                    picture(path)
                }
                (Ok(start), _) if FileType::of(&start).is_some() => {
                    is_dicom = FileType::of(&start) == Some(FileType::Dicom);
                    picture(path)
                }
                (_, Kind::Table) => Found::Table(path),
                (_, Kind::Archive) => return self.unpack(&path, relative),
                (_, Kind::NotRead(reason)) => Found::Passed(reason.to_owned()),
                (_, Kind::Other) => Found::Other,
                (Err(error), _) => Found::Passed(unopened(&error)),
                (Ok(start), _) => Found::Passed(kinds::why_not_read(&start).to_owned()),
            },
        };
        self.push(relative, found);
        if let Some(entry) = self.entries.last_mut() {
            entry.is_dicom = is_dicom;
        }
    }

    fn pass(&mut self, relative: &OsString, reason: String) {
        self.push(relative, Found::Passed(reason));
    }

    fn push(&mut self, relative: &OsString, found: Found) {
        let bytes = relative.to_str().is_none();
        self.entries.push(FileEntry {
            bytes: bytes.then(|| relative.as_encoded_bytes().to_owned()),
            ..FileEntry::new(shown(relative), found)
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
