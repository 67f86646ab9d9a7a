//! What can go wrong when a cohort is opened.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::names;
use super::summary::SkippedReason;
use super::table::TableError;

/// Why a cohort could not be opened. Each message is one sentence that says what to change.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CohortError {
    /// Neither a folder nor a metadata file nor an image folder was given.
    #[error("no cohort was given: name a folder that holds images/ and metadata.csv")]
    NothingGiven,
    /// A path that should be a folder is none.
    #[error("{} is not a folder: check the path", .path.display())]
    NotAFolder {
        /// The path as given.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("{} cannot be read ({}): {}", .path.display(), why(.source), remedy(.source))]
    Io {
        /// What was to be read or written.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Several tables lie in the folder and none is called `metadata.csv`.
    #[error(
        "{} holds several tables ({}): say which one with --metadata FILE",
        .folder.display(), .names.join(", ")
    )]
    ManyTables {
        /// Where they lie.
        folder: PathBuf,
        /// Their names, sorted.
        names: Vec<String>,
    },
    /// An option that needs metadata was used on a folder of images alone.
    #[error("{option} needs metadata, and there is none: give it with --metadata FILE")]
    NeedsMetadata {
        /// The option.
        option: &'static str,
    },
    /// Rows were asked for and there is no table.
    #[error("there is no metadata.csv: give a table with --metadata FILE")]
    NoMetadata,
    /// The metadata is no table that can be read.
    #[error("{} {fault}", .path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: TableError,
    },
    /// A table could not be written.
    #[error("{} cannot be written ({source}): check the path and its permissions", .path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: csv::Error,
    },
    /// A column was named that is not there.
    #[error("there is no column {column:?}: choose one of {}", suggested(.known, .column))]
    UnknownColumn {
        /// The name as given.
        column: String,
        /// The names that there are, in the order of the table.
        known: Vec<String>,
    },
    /// Two tables were to be joined and no row of one belongs to one of the other.
    #[error(
        "no value of {column:?} is in {} too: name another column with --on",
        .path.display()
    )]
    NoCommonKey {
        /// The column as given.
        column: String,
        /// The second table.
        path: PathBuf,
    },
    /// A condition could not be understood.
    #[error(
        "{given:?} is no condition: write COLUMN=VALUE, COLUMN!=VALUE, COLUMN~TEXT, COLUMN>=VALUE or COLUMN<=VALUE"
    )]
    FilterSyntax {
        /// The text as given.
        given: String,
    },
    /// A condition compares with neither number nor date.
    #[error(
        "{given:?} compares with neither a number nor a date: write one, such as 40 or 2020-03"
    )]
    FilterBound {
        /// The text as given.
        given: String,
    },
    /// A condition compares the values of a column with one of another kind.
    #[error(
        "{given:?} compares {values} with something else: write one of them, such as {example}"
    )]
    FilterKind {
        /// The text as given.
        given: String,
        /// What the column holds.
        values: &'static str,
        /// One of such values.
        example: &'static str,
    },
    /// No column of the table names files of the image folder.
    #[error("no column names the files: choose one with --filename-column, of {}", .known.join(", "))]
    NoFilenameColumn {
        /// The names that there are.
        known: Vec<String>,
    },
    /// The folder holds no picture.
    #[error(
        "{} holds no picture that is read{}: \
         give the folder of the JPEG, PNG, TIFF, BMP, WebP or GIF files with --images DIR",
        .folder.display(), holds(.passed, *.n_other)
    )]
    NoImages {
        /// The folder that was searched.
        folder: PathBuf,
        /// How many files lie there that are neither pictures nor tables.
        n_other: usize,
        /// What was passed over.
        passed: Vec<SkippedReason>,
    },
    /// `--group-pattern` is no regular expression.
    #[error(
        "--group-pattern {given:?} is no pattern ({reason}): write one such as '(patient\\d+)_'"
    )]
    GroupPattern {
        /// The pattern as given.
        given: String,
        /// What is wrong with it.
        reason: String,
    },
    /// `--group-pattern` meets no file name.
    #[error(
        "--group-pattern meets none of the {n_images} file names, such as {example:?}: mend it or leave it out"
    )]
    PatternMeetsNothing {
        /// How many were tried.
        n_images: usize,
        /// One of them.
        example: String,
    },
    /// The filters leave no row, or no image.
    #[error("{0}: loosen --where")]
    NothingLeft(NothingLeft),
    /// Rows are left, but no file belongs to any.
    #[error(
        "none of the {n_rows} rows has its file (column {column:?} says {example:?}): \
         check --images and --filename-column"
    )]
    NoneMatched {
        /// How many rows were looked at.
        n_rows: usize,
        /// The column of file names.
        column: String,
        /// A cell of it.
        example: String,
    },
    /// Every image turned out to be unreadable.
    #[error(
        "none of the {n_images} images can be read (the first: {reason}): check the image folder"
    )]
    NoneReadable {
        /// How many were tried.
        n_images: usize,
        /// What was wrong with the first one.
        reason: String,
    },
    /// The list of examined images does not belong to this cohort.
    #[error(
        "{given} images were examined but the cohort has {expected}: examine each record once, in order"
    )]
    Misaligned {
        /// How many there should be.
        expected: usize,
        /// How many were handed over.
        given: usize,
    },
}

fn suggested(known: &[String], given: &str) -> String {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    names::suggestion(&known, given)
}

/// The first of several conditions that leaves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NothingLeft {
    /// What there is one of for each: `row` or `image`.
    pub unit: &'static str,
    /// How many there are.
    pub n: usize,
    /// How many the conditions tried before it leave; `None` where it is the first.
    pub left: Option<usize>,
    /// The condition as given.
    pub condition: String,
}

impl fmt::Display for NothingLeft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, n, condition) = (self.unit, self.n, &self.condition);
        match self.left {
            None => write!(f, "no {unit} of {n} meets {condition}"),
            Some(left) => write!(
                f,
                "no {unit} of the {left} (of {n}) that the conditions before it leave meets {condition}"
            ),
        }
    }
}

/// What a folder without pictures holds, in brackets.
fn holds(passed: &[SkippedReason], n_other: usize) -> String {
    let mut parts: Vec<String> = passed.iter().take(3).map(ToString::to_string).collect();
    if n_other > 0 {
        parts.push(format!("{n_other} other files"));
    }
    match parts.is_empty() {
        true => String::new(),
        false => format!(" ({})", parts.join("; ")),
    }
}

/// What to do about it.
fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "let others read it, or run as its owner (a container by --user \"$(id -u):$(id -g)\")"
        }
        _ => "check the path and its permissions",
    }
}

/// What the operating system said, in words without its number.
pub(super) fn why(error: &io::Error) -> String {
    let said = error.to_string();
    let words = said.split(" (os error").next().unwrap_or(&said);
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => "no reason was given".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_read_is_told_who_may() {
        let said = |kind| {
            let (path, source) = ("/data".into(), io::Error::from(kind));
            CohortError::Io { path, source }.to_string()
        };
        let denied = said(io::ErrorKind::PermissionDenied);
        assert!(
            denied.starts_with("/data cannot be read (permission denied): let others read it"),
            "{denied}"
        );
        assert!(denied.contains("--user"), "{denied}");
        assert!(said(io::ErrorKind::NotFound).ends_with("check the path and its permissions"));
    }
}
