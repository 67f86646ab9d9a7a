//! The cohort: which images there are, what is known about each, and what was left out and why.
//!
//! [`open()`] reads a folder (`metadata.csv` and `images/`), joins rows to files, and returns a
//! [`Cohort`] whose columns are typed and aligned with its records. Nothing is dropped in silence:
//! a row without a file, a file without a row, a second row for the same file are in
//! [`Cohort::skipped`] with the reason, and [`Report`] counts them. Images are decoded later
//! ([`image`]); [`Cohort::settle`] then takes out those that could not be read and adds what the
//! pictures themselves tell. [`demo()`] draws a cohort of its own.
//!
//! Cells of the metadata are never opened as paths: they only select among the files that the walk
//! of the image folder found.

mod assemble;
pub mod civil;
mod column;
mod country;
mod date;
pub mod demo;
mod derive;
mod describe;
mod error;
mod filter;
mod folder;
mod headers;
mod id;
pub mod image;
mod inventory;
mod join;
mod kinds;
mod levels;
mod masking;
mod matching;
mod missing;
mod names;
mod naming;
mod number;
mod part;
mod pattern;
mod record;
mod second_table;
mod settle;
mod stack;
mod summary;
mod table;
mod typing;
mod vectors;
mod walk;

use std::path::PathBuf;

use assemble::Parts;
use join::Need;

pub use column::{Column, ColumnKind, Value, Writing};
pub use country::is_country;
pub use date::{Date, DateOrder};
pub use demo::demo;
pub use error::{CohortError, NothingLeft};
pub use filter::Filter;
pub use inventory::{Inventory, Since, TableSince};
pub use missing::Missing;
pub use number::DecimalSign;
pub use part::Left;
pub use pattern::GroupPattern;
pub use record::{Assumption, Cohort, Record, Report};
pub use second_table::SecondTable;
pub use settle::Examined;
pub use summary::{Skipped, SkippedReason, by_reason};
pub use table::TableError;
pub use vectors::{Named, named};

/// Where a cohort comes from and which of its rows are wanted.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// A folder in which `metadata.csv` and `images/` are looked for.
    pub folder: Option<PathBuf>,
    /// The table of metadata; overrides what is found in [`folder`](Self::folder).
    pub metadata: Option<PathBuf>,
    /// A second table that is joined to the metadata.
    pub second: Option<SecondTable>,
    /// The folder of images; overrides what is found in [`folder`](Self::folder).
    pub images: Option<PathBuf>,
    /// The column that holds the file names; found by name or by matching when absent.
    pub filename_column: Option<String>,
    /// Conditions that a row must all meet.
    pub filters: Vec<Filter>,
    /// The column whose values name the independent unit, such as the patient.
    pub group_by: Option<String>,
    /// The words for missing.
    pub missing: Missing,
    /// What takes the independent unit out of a file's path, in place of a column.
    pub group_pattern: Option<GroupPattern>,
    /// Folders outside into which links of the image folder may lead.
    pub follow_links: Vec<PathBuf>,
    /// Whether patients' identifiers, names and days of birth in DICOM files become columns as they are written.
    pub dicom_identifiers: bool,
}

/// Opens the cohort at `source`: one record per image that is there (and, with metadata, has a row).
///
/// # Errors
/// When the folder, the table or a named column cannot be found or read, and when no image is left.
pub fn open(source: &Source) -> Result<Cohort, CohortError> {
    assemble::assemble(parts(source, Need::Images)?, source, Need::Images)
}

/// Opens the metadata alone, for vectors that were computed elsewhere: one record per row that the
/// filters leave, with its image where there is one. No image is looked for without a folder.
///
/// # Errors
/// As [`open()`], except that rows without an image are kept; and when there is no table.
pub fn open_rows(source: &Source) -> Result<Cohort, CohortError> {
    let parts = parts(source, Need::Rows)?;
    if parts.table.is_none() {
        return Err(CohortError::NoMetadata);
    }
    assemble::assemble(parts, source, Need::Rows)
}

/// Table and files of a source.
fn parts(source: &Source, need: Need) -> Result<Parts, CohortError> {
    let place = folder::locate(source)?;
    let mut files = match (need, &source.folder, &source.images) {
        (Need::Rows, None, None) => Vec::new(),
        _ => walk::walk(&place.images, &source.follow_links)?,
    };
    // Before headers take patients out of the paths.
    let mut inventory = Inventory::new(&place, source, &files);
    headers::read(&mut files, source.dicom_identifiers);
    let tables = folder::tables(&place, source, &files)?;
    let (mut read, mut passed) = (Vec::new(), tables.passed);
    for (folder, path) in tables.read {
        inventory.watch(&path);
        match table::Table::read(&path) {
            Ok(table) => read.push((folder, table)),
            // Nobody named it, and it may be anything: the pictures are there all the same.
            Err(CohortError::Table { path, fault })
                if source.metadata.is_none() && fault.is_of_content() =>
            {
                passed.push(Skipped {
                    filename: folder::name_of(&path),
                    reason: format!("a table that {fault}"),
                });
            }
            Err(error) => return Err(error),
        }
    }
    let stack = stack::stack(read, &files)?;
    Ok(Parts {
        name: place.name,
        table: stack.table,
        files,
        passed: [stack.skipped, passed].concat(),
        assumed: stack.assumed,
        inventory: Some(inventory),
    })
}

/// A cohort of `n` rows about which nothing is known but, perhaps, how they are called, for vectors
/// that come alone; the ids are the row numbers `"0"`, `"1"`, ….
pub fn from_rows(name: &str, n: usize, filenames: Option<&[String]>) -> Cohort {
    let filename =
        |row: usize| filenames.map_or_else(|| format!("row {row}"), |names| names[row].clone());
    let records = (0..n)
        .map(|row| Record {
            id: row.to_string(),
            filename: filename(row),
            row: Some(row),
            image: None,
            content: None,
            depth: None,
            spacing: None,
            window: None,
            is_taught: false,
            group: None,
            country: None,
        })
        .collect();
    let report = Report {
        n_rows: n,
        n_matched: n,
        ..Report::default()
    };
    Cohort {
        name: name.to_owned(),
        records,
        columns: Vec::new(),
        skipped: Vec::new(),
        report,
        group_column: None,
        country_column: None,
        filters: Vec::new(),
        awaited: Vec::new(),
        wanted: (0..n).collect(),
        missing: Missing::default(),
        notice: None,
        assumed: Vec::new(),
        inventory: None,
    }
}
