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
mod column;
mod country;
mod date;
pub mod demo;
mod derive;
mod describe;
mod error;
mod filter;
mod folder;
mod id;
pub mod image;
mod join;
mod matching;
mod missing;
mod names;
mod number;
mod part;
mod record;
mod settle;
mod table;
mod typing;

use std::path::PathBuf;

use assemble::Parts;
use join::Need;

pub use column::{Column, ColumnKind, Value, Writing};
pub use date::{Date, DateOrder};
pub use demo::demo;
pub use error::CohortError;
pub use filter::Filter;
pub use missing::Missing;
pub use number::DecimalSign;
pub use record::{Assumption, Cohort, Record, Report, Skipped};
pub use settle::Examined;
pub use table::TableError;

/// Where a cohort comes from and which of its rows are wanted.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// A folder in which `metadata.csv` and `images/` are looked for.
    pub folder: Option<PathBuf>,
    /// The table of metadata; overrides what is found in [`folder`](Self::folder).
    pub metadata: Option<PathBuf>,
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
}

/// Opens the cohort at `source`: one record per image that is there (and, with metadata, has a row).
///
/// # Errors
/// When the folder, the table or a named column cannot be found or read, and when no image is left.
pub fn open(source: &Source) -> Result<Cohort, CohortError> {
    let place = folder::locate(source)?;
    let table = place
        .metadata
        .as_deref()
        .map(table::Table::read)
        .transpose()?;
    let files = folder::walk(&place.images)?;
    assemble::assemble(
        Parts {
            name: place.name,
            table,
            files,
        },
        source,
        Need::Images,
    )
}

/// Opens the metadata alone, for vectors that were computed elsewhere: one record per row that the
/// filters leave, with its image where there is one.
///
/// # Errors
/// As [`open()`], except that rows without an image are kept.
pub fn open_rows(source: &Source) -> Result<Cohort, CohortError> {
    let place = folder::locate(source)?;
    let table = place.metadata.as_deref().ok_or(CohortError::NoMetadata)?;
    let table = Some(table::Table::read(table)?);
    let files = folder::walk(&place.images)?;
    assemble::assemble(
        Parts {
            name: place.name,
            table,
            files,
        },
        source,
        Need::Rows,
    )
}

/// A cohort of `n` rows about which nothing is known, for vectors that come alone; the ids are the
/// row numbers `"0"`, `"1"`, ….
pub fn from_rows(name: &str, n: usize) -> Cohort {
    let records = (0..n)
        .map(|row| Record {
            id: row.to_string(),
            filename: format!("row {row}"),
            row: Some(row),
            image: None,
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
        missing: Missing::default(),
        notice: None,
        assumed: Vec::new(),
    }
}
