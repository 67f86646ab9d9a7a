//! Which row gets which file, and the account of those that get none.

use std::collections::{HashMap, HashSet};

use super::Source;
use super::derive::{self, DerivedCells};
use super::error::CohortError;
use super::folder::{FileEntry, Found, is_image_name};
use super::image::ImageSource;
use super::matching::{FileIndex, Match, filename_column, match_rows};
use super::record::{Report, Skipped};
use super::table::Table;

/// A table, the files of the image folder, and what row leads to which file.
pub(super) struct Join<'a> {
    pub(super) name: String,
    pub(super) table: &'a Table,
    pub(super) files: &'a [FileEntry],
    pub(super) need: Need,
    /// The column of file names; absent only when vectors come without images.
    pub(super) filenames: Option<usize>,
    /// For each row, blank ones included.
    matches: Vec<Match>,
    pub(super) derived: Vec<DerivedCells>,
}

impl<'a> Join<'a> {
    pub(super) fn new(
        name: String,
        table: &'a Table,
        files: &'a [FileEntry],
        source: &Source,
        need: Need,
    ) -> Result<Self, CohortError> {
        if need == Need::Images {
            require_images(files, source)?;
        }
        let index = FileIndex::new(files);
        let filenames = match &source.filename_column {
            Some(name) => Some(table.find(name).ok_or_else(|| unknown(name, table, &[]))?),
            None => filename_column(table, &index),
        };
        if filenames.is_none() && need == Need::Images {
            return Err(CohortError::NoFilenameColumn {
                known: known(table, &[]),
            });
        }
        let matches = match filenames {
            Some(column) => match_rows(table, column, &index),
            None => vec![Match::None; table.len()],
        };
        let derived = derive::country(table, &source.missing)
            .into_iter()
            .chain(derive::source(table))
            .collect();
        Ok(Self {
            name,
            table,
            files,
            need,
            filenames,
            matches,
            derived,
        })
    }

    /// Gives each wanted row its file, and accounts for those that get none.
    pub(super) fn claim(&self, wanted: &[usize], account: &mut Account) -> Vec<Kept<'a>> {
        let mut owner: HashMap<Claim<'_>, usize> = HashMap::new();
        let mut kept = Vec::with_capacity(wanted.len());
        for &row in wanted {
            let file = match self.matches[row] {
                Match::Exact(file) | Match::Loose(file) => Some(file),
                Match::None | Match::Ambiguous => None,
            };
            let claim = match file {
                Some(file) => Claim::File(file),
                None if self.need == Need::Rows => Claim::Name(self.cell(row)),
                None => Claim::Name(""),
            };
            if let Some(first) = owner.get(&claim) {
                account.report.n_duplicates += 1;
                account.skip(
                    self.filename(row),
                    format!("duplicate of row {}", first + 1),
                );
                continue;
            }
            match file.map(|index| &self.files[index]) {
                Some(FileEntry {
                    relative,
                    found: Found::Image(image),
                }) => {
                    kept.push(Kept {
                        row,
                        file: Some((relative, image)),
                    });
                }
                _ if self.need == Need::Rows => kept.push(Kept { row, file: None }),
                Some(entry) => {
                    account.report.n_unreadable += 1;
                    account.skip(self.filename(row), why_no_picture(&entry.found).to_owned());
                }
                None => {
                    account.report.n_missing_files += 1;
                    account.skip(self.filename(row), self.why_missing(row));
                }
            }
            if claim != Claim::Name("") {
                owner.insert(claim, row);
            }
        }
        kept
    }

    /// Accounts for the pictures that no row names, whether a filter keeps the row or not.
    pub(super) fn orphans(&self, account: &mut Account) {
        let named: HashSet<usize> = self
            .matches
            .iter()
            .filter_map(|found| match found {
                Match::Exact(file) | Match::Loose(file) => Some(*file),
                Match::None | Match::Ambiguous => None,
            })
            .collect();
        for (index, file) in self.files.iter().enumerate() {
            let reason = match file.found {
                _ if named.contains(&index) => continue,
                Found::Other => continue,
                Found::Image(_) => "no row in the metadata",
                Found::Refused(reason) => reason,
            };
            account.report.n_without_row += 1;
            account.skip(file.relative.clone(), reason.to_owned());
        }
    }

    /// The file name that a row gives; a row that gives none is called by its number, counted from
    /// 1 below the header.
    pub(super) fn filename(&self, row: usize) -> String {
        match self.cell(row) {
            "" => format!("row {}", row + 1),
            cell => cell.to_owned(),
        }
    }

    /// The cell of the file name, blank when there is no such column.
    fn cell(&self, row: usize) -> &'a str {
        self.filenames
            .map_or("", |column| self.table.cell(row, column))
    }

    fn why_missing(&self, row: usize) -> String {
        let name = self.cell(row);
        let reason = match self.matches[row] {
            _ if name.is_empty() => "the row names no file",
            Match::Ambiguous => "several files have this name: the metadata must give the path",
            _ if has_foreign_extension(name) => {
                "no file of this name in the image folder, and the name is not that of a picture"
            }
            _ => "no file of this name in the image folder",
        };
        reason.to_owned()
    }

    pub(super) fn none_matched(&self, wanted: &[usize]) -> CohortError {
        let column = self.filenames.unwrap_or(0);
        CohortError::NoneMatched {
            n_rows: wanted.len(),
            column: self
                .table
                .names()
                .nth(column)
                .unwrap_or_default()
                .to_owned(),
            example: wanted
                .first()
                .map(|row| self.filename(*row))
                .unwrap_or_default(),
        }
    }
}

/// Whether a row must have an image to become a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Images,
    Rows,
}

/// What only one row can have: a file or, where rows need no file, a file name.
#[derive(PartialEq, Eq, Hash)]
enum Claim<'a> {
    File(usize),
    Name(&'a str),
}

/// A row that becomes a record, and its file.
pub(super) struct Kept<'a> {
    pub(super) row: usize,
    pub(super) file: Option<(&'a str, &'a ImageSource)>,
}

/// What was left out so far.
#[derive(Default)]
pub(super) struct Account {
    pub(super) skipped: Vec<Skipped>,
    pub(super) report: Report,
}

impl Account {
    fn skip(&mut self, filename: String, reason: String) {
        self.skipped.push(Skipped { filename, reason });
    }
}

pub(super) fn require_images(files: &[FileEntry], source: &Source) -> Result<(), CohortError> {
    if files
        .iter()
        .any(|file| matches!(file.found, Found::Image(_)))
    {
        return Ok(());
    }
    let folder = source
        .images
        .as_ref()
        .or(source.folder.as_ref())
        .cloned()
        .unwrap_or_default();
    let count = |wanted: fn(&Found) -> bool| files.iter().filter(|f| wanted(&f.found)).count();
    Err(CohortError::NoImages {
        folder,
        n_other: count(|found| matches!(found, Found::Other)),
        n_refused: count(|found| matches!(found, Found::Refused(_))),
    })
}

fn why_no_picture(found: &Found) -> &'static str {
    match found {
        Found::Refused(reason) => reason,
        Found::Image(_) | Found::Other => {
            "the file is not a JPEG, PNG, TIFF, BMP, WebP or GIF picture"
        }
    }
}

/// Whether a name ends like a file that is no picture, such as `.nii.gz` or `.dcm`.
fn has_foreign_extension(name: &str) -> bool {
    const VOLUMES: [&str; 8] = [
        ".nii", ".nii.gz", ".gz", ".zip", ".dcm", ".dicom", ".mha", ".nrrd",
    ];
    let lower = name.to_ascii_lowercase();
    !is_image_name(name) && VOLUMES.iter().any(|end| lower.ends_with(end))
}

fn known(table: &Table, derived: &[DerivedCells]) -> Vec<String> {
    table
        .names()
        .chain(derived.iter().map(|derived| derived.name))
        .map(str::to_owned)
        .collect()
}

pub(super) fn unknown(column: &str, table: &Table, derived: &[DerivedCells]) -> CohortError {
    CohortError::UnknownColumn {
        column: column.to_owned(),
        known: known(table, derived),
    }
}
