//! Which row gets which file, and the account of those that get none.

use std::collections::{HashMap, HashSet};

use csv::StringRecord;

use super::Source;
use super::column::ColumnKind;
use super::derive::{self, DerivedCells};
use super::error::CohortError;
use super::headers::Headers;
use super::image::ImageSource;
use super::kinds::{self, Kind};
use super::levels;
use super::matching::{FileIndex, Match, Numbers, match_rows, normalise};
use super::names::{composed, find};
use super::naming::{Naming, filename_column};
use super::record::{Assumption, Report};
use super::summary::{Skipped, by_reason};
use super::table::Table;
use super::walk::{FileEntry, Found};

/// A table, the files of the image folder, and what row leads to which file.
pub(super) struct Join<'a> {
    pub(super) name: String,
    pub(super) table: &'a Table,
    pub(super) files: &'a [FileEntry],
    pub(super) need: Need,
    /// What names the files.
    pub(super) names: Names,
    /// For each row, blank ones included.
    pub(super) matches: Vec<Match>,
    pub(super) derived: Vec<DerivedCells>,
    pub(super) said: Vec<Assumption>,
}

/// What names the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// This column of the table.
    Column(usize),
    /// The files themselves: there is no table, and each picture has a row.
    Files,
    /// Nothing: the vectors of rows come without images.
    Nothing,
}

impl<'a> Join<'a> {
    /// Joins a table to the files.
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
        let naming = match &source.filename_column {
            Some(name) => Some(Naming {
                column: find(table.names(), name).ok_or_else(|| unknown(name, table, &[]))?,
                said: None,
            }),
            None => filename_column(table, &index),
        };
        if naming.is_none() && need == Need::Images {
            return Err(CohortError::NoFilenameColumn {
                known: known(table, &[]),
            });
        }
        let numbers = match source.filename_column {
            Some(_) => Numbers::Name,
            None => Numbers::NameIfMostDo,
        };
        let (names, matches, said) = match naming {
            Some(Naming { column, said }) => {
                let matches = match_rows(table, column, &index, numbers);
                (Names::Column(column), matches, said)
            }
            None => (Names::Nothing, vec![Match::None; table.len()], None),
        };
        let mut join = Self {
            name,
            table,
            files,
            need,
            names,
            matches,
            derived: Vec::new(),
            said: said.into_iter().collect(),
        };
        join.derived = join.derive(source);
        join.say_how_names_were_read();
        Ok(join)
    }

    /// A row for each picture, where there is no table; `rows` is [`rows_of`] the files.
    pub(super) fn of_images(
        name: String,
        rows: &'a Table,
        files: &'a [FileEntry],
        source: &Source,
    ) -> Result<Self, CohortError> {
        require_images(files, source)?;
        let images = files.iter().enumerate().filter(|(_, file)| file.is_image());
        let mut join = Self {
            name,
            table: rows,
            files,
            need: Need::Images,
            names: Names::Files,
            matches: images.map(|(file, _)| Match::Exact(file)).collect(),
            derived: Vec::new(),
            said: Vec::new(),
        };
        join.derived = join.derive(source);
        match source.filename_column {
            Some(_) => Err(CohortError::NeedsMetadata {
                option: "--filename-column",
            }),
            None => Ok(join),
        }
    }

    fn derive(&self, source: &Source) -> Vec<DerivedCells> {
        let files: Vec<Option<usize>> = self.matches.iter().map(|found| found.file()).collect();
        let headers = Headers::of(self.files).columns(&files, source.dicom_identifiers);
        let paths: Vec<Option<&str>> = self
            .matches
            .iter()
            .map(|found| found.file().map(|file| self.files[file].relative.as_str()))
            .collect();
        // Without a table the names of the files are all that tells images apart.
        let filenames = (self.names == Names::Files).then(|| DerivedCells {
            kind: Some(ColumnKind::Text),
            ..DerivedCells::of_texts(
                "filename",
                paths.iter().map(|path| path.map(str::to_owned)).collect(),
            )
        });
        derive::country(self.table, &source.missing)
            .into_iter()
            .chain(filenames)
            .chain(derive::source(self.table))
            .chain(levels::columns(&paths))
            .chain(headers)
            .collect()
    }

    /// Says which names lead to their files only when read otherwise than they are written.
    fn say_how_names_were_read(&mut self) {
        let rows = || self.matches.iter().enumerate();
        let renumbered: Vec<(usize, usize)> = rows()
            .filter_map(|(row, found)| match found {
                Match::Renumbered(file) => Some((row, *file)),
                _ => None,
            })
            .collect();
        let decoded: Vec<usize> = rows()
            .filter_map(|(_, found)| found.file())
            .filter(|file| self.files[*file].bytes.is_some() && !self.files[*file].is_masked)
            .collect();
        let column = match self.names {
            Names::Column(column) => self.table.names().nth(column).map(str::to_owned),
            Names::Files | Names::Nothing => None,
        };
        let mut say = |text| {
            self.said.push(Assumption {
                topic: "file_names",
                column: column.clone(),
                text,
            });
        };
        if let Some((row, file)) = renumbered.first() {
            let Names::Column(column) = self.names else {
                return;
            };
            say(format!(
                "{} file names are numbers that were taken for a file with the same number, such \
                 as {} for {}.",
                renumbered.len(),
                self.table.cell(*row, column),
                self.files[*file].relative
            ));
        }
        if let Some(file) = decoded.first() {
            say(format!(
                "{} file names are not UTF-8 and were read as Windows-1252 to compare them, such \
                 as {}.",
                decoded.len(),
                self.files[*file].relative
            ));
        }
    }

    /// For each row the earlier one that has its file. Of all rows: which one counts does not depend
    /// on conditions.
    pub(super) fn earlier(&self, rows: &[usize]) -> Vec<Option<usize>> {
        let mut owner: HashMap<Claim, usize> = HashMap::new();
        let mut claim = |&row: &usize| {
            let claim = match self.matches[row].file() {
                Some(file) => Claim::File(file),
                None => {
                    let name = composed(&normalise(self.cell(row))).into_owned();
                    // Rows without a file claim nothing where they need one.
                    let claims = self.need == Need::Rows && !name.is_empty();
                    claims.then_some(Claim::Name(name))?
                }
            };
            let first = *owner.entry(claim).or_insert(row);
            (first != row).then_some(first)
        };
        rows.iter().map(&mut claim).collect()
    }

    /// Gives each wanted row its file, and accounts for those that get none.
    pub(super) fn claim(
        &self,
        rows: &[usize],
        earlier: &[Option<usize>],
        wanted: &[usize],
        account: &mut Account,
    ) -> Vec<Kept<'a>> {
        let wanted: HashSet<usize> = wanted.iter().copied().collect();
        let mut kept = Vec::with_capacity(wanted.len());
        for (&row, earlier) in rows.iter().zip(earlier) {
            if let Some(first) = earlier {
                account.report.n_duplicates += 1;
                account.skip(
                    self.filename(row),
                    format!("duplicate of row {}", first + 1),
                );
                continue;
            }
            if !wanted.contains(&row) {
                account.report.n_filtered_out += 1;
                continue;
            }
            let file = self.matches[row].file();
            match file.map(|index| &self.files[index]) {
                Some(FileEntry {
                    found: Found::Image(image),
                    ..
                }) => {
                    let file = file.map(|file| (&self.files[file], image));
                    kept.push(Kept { row, file });
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
        }
        kept
    }

    /// Accounts for the files that no row names, whether a filter keeps the row or not.
    pub(super) fn orphans(&self, account: &mut Account) {
        let named: HashSet<usize> = self
            .matches
            .iter()
            .filter_map(|found| found.file())
            .collect();
        for (index, file) in self.files.iter().enumerate() {
            let (n, reason) = match &file.found {
                _ if named.contains(&index) => continue,
                Found::Other | Found::Table(_) => continue,
                Found::Image(_) => (&mut account.report.n_without_row, "no row in the metadata"),
                Found::Passed(reason) => (&mut account.report.n_passed_over, reason.as_str()),
            };
            *n += 1;
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
    pub(super) fn cell(&self, row: usize) -> &'a str {
        match self.names {
            Names::Column(column) => self.table.cell(row, column),
            Names::Files | Names::Nothing => "",
        }
    }

    fn why_missing(&self, row: usize) -> String {
        let name = self.cell(row);
        let reason = match self.matches[row] {
            _ if name.is_empty() => "the row names no file",
            Match::Ambiguous => "several files have this name: the metadata must give the path",
            _ if matches!(kinds::by_name(name), Kind::NotRead(_)) => {
                "no file of this name in the image folder, and the name is not that of a picture"
            }
            _ => "no file of this name in the image folder",
        };
        reason.to_owned()
    }

    pub(super) fn none_matched(&self, wanted: &[usize]) -> CohortError {
        let column = match self.names {
            Names::Column(column) => self.table.names().nth(column),
            Names::Files | Names::Nothing => None,
        };
        CohortError::NoneMatched {
            n_rows: wanted.len(),
            column: column.unwrap_or_default().to_owned(),
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
enum Claim {
    File(usize),
    Name(String),
}

/// A row that becomes a record, and its file.
pub(super) struct Kept<'a> {
    pub(super) row: usize,
    pub(super) file: Option<(&'a FileEntry, &'a ImageSource)>,
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

/// A table of as many rows as there are pictures, and nothing in it.
pub(super) fn rows_of(files: &[FileEntry]) -> Table {
    let images = files.iter().filter(|file| file.is_image());
    let rows = images.map(|_| StringRecord::new()).collect();
    Table::new(&StringRecord::new(), rows)
}

fn require_images(files: &[FileEntry], source: &Source) -> Result<(), CohortError> {
    if files.iter().any(FileEntry::is_image) {
        return Ok(());
    }
    let folder = source
        .images
        .as_ref()
        .or(source.folder.as_ref())
        .cloned()
        .unwrap_or_default();
    let passed = files.iter().filter_map(|file| match &file.found {
        Found::Passed(reason) => Some(Skipped {
            filename: file.relative.clone(),
            reason: reason.clone(),
        }),
        Found::Image(_) | Found::Table(_) | Found::Other => None,
    });
    let n_other = files
        .iter()
        .filter(|file| matches!(file.found, Found::Other));
    Err(CohortError::NoImages {
        folder,
        n_other: n_other.count(),
        passed: by_reason(&passed.collect::<Vec<_>>()),
    })
}

fn why_no_picture(found: &Found) -> &str {
    match found {
        Found::Passed(reason) => reason,
        Found::Image(_) | Found::Table(_) | Found::Other => kinds::NO_PICTURE,
    }
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
