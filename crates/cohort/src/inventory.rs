//! What lay in a cohort's folder when it was opened, and what is other there since: new pictures, and a
//! table of metadata that was changed. What became of the pictures that are on the map, their
//! [`ImageSource`] tells.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Source;
use super::folder::Place;
use super::image::{Content, ImageSource};
use super::walk::{FileEntry, Found, Key, key_of, walk_again};

/// A walk takes so long at most: somebody waits for it, and a folder may lie far away.
const PATIENCE: Duration = Duration::from_secs(10);

/// What lay in a folder.
#[derive(Debug)]
pub struct Inventory {
    place: Place,
    stores: Vec<PathBuf>,
    /// Of everything that was found, whether it was read or not.
    files: HashSet<Key>,
    /// Tables that lay beside the image folder.
    beside: Vec<PathBuf>,
    /// Whether nobody said which table it is, so that a new one may be chosen.
    finds_tables: bool,
    /// The tables that were read, and what was in them.
    tables: Vec<(ImageSource, Content)>,
}

/// What is other in a folder than when its cohort was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// Pictures that were not there, whether a row names them or not.
    pub n_new_images: usize,
    /// What became of the metadata, if anything did.
    pub table: Option<TableSince>,
    /// Whether there was time to look at all of the folder.
    pub is_whole: bool,
}

/// What becomes of a table of metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableSince {
    /// It has other bytes.
    Changed,
    /// It cannot be read any more.
    Gone,
    /// One lies there that did not.
    New,
}

impl Inventory {
    /// What lies at a place, by the files that were found there.
    pub(super) fn new(place: &Place, source: &Source, files: &[FileEntry]) -> Self {
        let mut inventory = Self {
            place: place.clone(),
            stores: source.follow_links.clone(),
            files: files.iter().map(|file| key_of(file.key())).collect(),
            beside: place.tables_beside(),
            finds_tables: source.metadata.is_none(),
            tables: Vec::new(),
        };
        if let Some(second) = &source.second {
            inventory.watch(&second.path);
        }
        inventory
    }

    /// Remembers what is in a table that is about to be read. A pipe gives its rows once, and is not looked at.
    pub(super) fn watch(&mut self, table: &Path) {
        let source = table.canonicalize().map(ImageSource::File);
        let watched = source.ok().and_then(|source| {
            let content = source.read_whole().ok()?.1;
            Some((source, content))
        });
        self.tables.extend(watched);
    }

    /// Looks at the folder again. One that cannot be looked at has nothing new: what it had is told as gone.
    pub fn since(&self) -> Since {
        self.until(Instant::now() + PATIENCE)
    }

    fn until(&self, end: Instant) -> Since {
        let walked = walk_again(&self.place.images, &self.stores, &self.files, Some(end));
        let (entries, is_whole) = match walked {
            Ok(walked) => (walked.entries, walked.is_whole),
            Err(_) => (Vec::new(), true),
        };
        let is_table = |file: &FileEntry| matches!(file.found, Found::Table(_));
        let is_new = |path: &PathBuf| !self.beside.contains(path);
        let has_new_table = self.finds_tables
            && (entries.iter().any(is_table) || self.place.tables_beside().iter().any(is_new));
        let became =
            self.tables
                .iter()
                .find_map(|(table, content)| match table.is_still(content) {
                    Ok(true) => None,
                    Ok(false) => Some(TableSince::Changed),
                    Err(_) => Some(TableSince::Gone),
                });
        Since {
            n_new_images: entries.iter().filter(|file| file.is_image()).count(),
            table: became.or(has_new_table.then_some(TableSince::New)),
            is_whole,
        }
    }
}

#[cfg(test)]
mod tests;
