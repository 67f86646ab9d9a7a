//! The cohort itself: records, columns, and the account of what was left out.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use super::column::Column;
use super::filter::Filter;
use super::image::{Content, Depth, ImageSource, Spacing, Window};
use super::inventory::Inventory;
use super::missing::Missing;
use super::names::{find, suggestion};
use super::summary::Skipped;

/// The column of whether the model was trained on an image.
pub(super) const IN_TRAINING: &str = "in_training";
/// The columns of what the pictures tell; a given column of the same name keeps it.
pub(super) const PICTURE_COLUMNS: [&str; 5] = [
    "width",
    "height",
    "file_type",
    "mean_brightness",
    IN_TRAINING,
];

/// Images, what is known about each, and what was left out.
#[derive(Debug, Clone)]
pub struct Cohort {
    /// What to call it: the folder's name.
    pub name: String,
    /// The images, in the order of the metadata (without metadata: by file name).
    pub records: Vec<Record>,
    /// Typed columns, each aligned with [`records`](Self::records).
    pub columns: Vec<Column>,
    /// What is not in [`records`](Self::records) although somebody may look for it there.
    pub skipped: Vec<Skipped>,
    /// How rows and files met.
    pub report: Report,
    /// The column that names the independent unit, such as the patient.
    pub group_column: Option<String>,
    /// The column that [`Record::country`] is taken from.
    pub country_column: Option<String>,
    /// The filters that were applied, as they were written.
    pub filters: Vec<String>,
    /// Those of them that are about what the pictures tell, until these are read.
    pub(super) awaited: Vec<Filter>,
    /// The rows of the metadata that meet the filters, as far as these do not await the pictures;
    /// without metadata the pictures that do, counted by file name.
    pub wanted: Vec<usize>,
    /// The words for missing.
    pub missing: Missing,
    /// A sentence that must stand beside every view of this cohort.
    pub notice: Option<&'static str>,
    /// What had to be assumed to read it, in the order of reading.
    pub assumed: Vec<Assumption>,
    /// What lay in its folder then; `None` where it comes from none.
    pub inventory: Option<Arc<Inventory>>,
}

impl Cohort {
    /// The number of independent units: distinct groups, where an image without a group counts as
    /// one of its own.
    pub fn n_groups(&self) -> usize {
        let named: HashSet<&str> = self
            .records
            .iter()
            .filter_map(|record| record.group.as_deref())
            .collect();
        named.len()
            + self
                .records
                .iter()
                .filter(|record| record.group.is_none())
                .count()
    }

    /// The number of records whose country is not known.
    pub fn n_without_country(&self) -> usize {
        self.records
            .iter()
            .filter(|record| record.country.is_none())
            .count()
    }

    /// The column of this name, if there is one.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The name of the column that `given` means: composed otherwise, or in another case where that is
    /// unique; what the pictures will tell counts before they are read. What means none stays.
    pub fn column_name<'a>(&'a self, given: &'a str) -> &'a str {
        let columns = self.columns.iter().map(|column| column.name.as_str());
        let names: Vec<&str> = columns.chain(PICTURE_COLUMNS).collect();
        find(names.iter().copied(), given).map_or(given, |place| names[place])
    }

    /// What a column's name that means none may be meant for, to choose from.
    pub fn suggestion(&self, given: &str) -> String {
        let names: Vec<&str> = self
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        suggestion(&names, given)
    }

    /// The longest side in pixels of what is left of its pictures, where the cohort comes from a bundle.
    pub fn reduced_to(&self) -> Option<u32> {
        self.records.iter().find_map(|record| match record.image {
            Some(ImageSource::Reduced { size, .. }) => Some(size),
            _ => None,
        })
    }

    /// Whether any record has an image.
    pub fn has_images(&self) -> bool {
        self.records.iter().any(|record| record.image.is_some())
    }
}

/// One image and the row that describes it.
#[derive(Debug, Clone)]
pub struct Record {
    /// A short hash of the file's path, the same under any order and filter and distinct within the
    /// cohort; the row number for vectors that come without files.
    pub id: String,
    /// The file's path inside the image folder, with forward slashes; bytes that are not UTF-8 are
    /// written as `%XX`.
    pub filename: String,
    /// The index among the metadata's data rows, counted from 0 and before any filter; rows of
    /// ready vectors are found by it. `None` without metadata.
    pub row: Option<usize>,
    /// Where the image's bytes are; `None` for vectors that come without images.
    pub image: Option<ImageSource>,
    /// What the image's file held when the cohort was prepared; `None` before that.
    pub content: Option<Content>,
    /// How deep the image is; `None` before the cohort was prepared.
    pub depth: Option<Depth>,
    /// How far its pixels are apart, where its file says so.
    pub spacing: Option<Spacing>,
    /// Which of its samples are shown at first, where its file says so of more than 8 bits.
    pub window: Option<Window>,
    /// The independent unit that it belongs to, such as the patient.
    pub group: Option<String>,
    /// The country, if it is known.
    pub country: Option<String>,
    /// Whether the network that the features come from was trained on it, as far as that is known.
    pub is_taught: bool,
}

/// Something that the files do not say and that had to be assumed to read them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// What it is about, for programs: `encoding`, `separator`, `missing_words`, ….
    pub topic: &'static str,
    /// The column that it is about; `None` where it is about all of the cohort.
    pub column: Option<String>,
    /// What was assumed, in one sentence for the person who has the files.
    pub text: String,
}

/// How many rows and files met, and how many did not.
///
/// `n_rows = n_filtered_out + n_matched + n_missing_files + n_duplicates + n_unreadable +
/// n_without_vector`; a cohort without metadata has no rows, and these then count its images.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows of the metadata that are not blank.
    pub n_rows: usize,
    /// Rows without any cell: not counted in `n_rows`, though they have their place among ready
    /// vectors, and so has a comment or a sum below the rows, as pandas counts.
    pub n_blank: usize,
    /// Lines of the metadata that are no rows, such as a comment, or a line of more cells than the header
    /// has: not counted in `n_rows`.
    pub n_skipped_lines: usize,
    /// Rows that the filters leave out.
    pub n_filtered_out: usize,
    /// Rows that became records.
    pub n_matched: usize,
    /// Rows whose file is not there.
    pub n_missing_files: usize,
    /// Rows whose file is there and is no picture that can be read.
    pub n_unreadable: usize,
    /// Rows that name a file which an earlier row has already.
    pub n_duplicates: usize,
    /// Files that no row names.
    pub n_without_row: usize,
    /// Files, folders, and lines or sheets of tables, that are not read though somebody may look for
    /// them.
    pub n_passed_over: usize,
    /// Records that ready vectors do not have.
    pub n_without_vector: usize,
    /// Images that the network in use was trained on, where that is known.
    pub n_in_training: usize,
}

/// One line for the log.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.n_rows == 0 {
            write!(f, "{} images", self.n_matched)?;
            if self.n_filtered_out > 0 {
                write!(f, ", {} left out by filters", self.n_filtered_out)?;
            }
            write!(f, ", {} unreadable", self.n_unreadable)?;
        } else {
            write!(
                f,
                "{} rows: {} left out by filters, {} in the cohort, {} without their file, \
                 {} duplicates, {} unreadable; {} files without a row",
                self.n_rows,
                self.n_filtered_out,
                self.n_matched,
                self.n_missing_files,
                self.n_duplicates,
                self.n_unreadable,
                self.n_without_row
            )?;
        }
        for (n, what) in [
            (self.n_without_vector, "without a vector"),
            (self.n_passed_over, "passed over"),
        ] {
            if n > 0 {
                write!(f, ", {n} {what}")?;
            }
        }
        Ok(())
    }
}
