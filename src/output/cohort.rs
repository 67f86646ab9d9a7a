//! A cohort, record by record.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cohort::{self, DateOrder, DecimalSign};
use crate::features::model::Pool;
use crate::pipeline::{self, ModelInfo};

use super::layers::Preparation;

/// A cohort, record by record.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Cohort {
    /// Lists are final when it is ready.
    state: CohortState,
    /// Why it failed, in a sentence.
    error: Option<String>,
    progress: Progress,
    name: String,
    /// Of the program.
    version: &'static str,
    /// What to know of the cohort before all else.
    notice: Option<&'static str>,
    /// Conditions of the command line, which the cohort's images meet.
    filters: Vec<String>,
    /// The column that names the patient, where one does.
    group_column: Option<String>,
    has_images: bool,
    /// The longest side in pixels of the pictures of a bundle, which has no larger ones; null where the
    /// images themselves are there.
    reduced_to: Option<u32>,
    n_images: usize,
    /// Images of the whole cohort that do not meet `where`.
    n_excluded: usize,
    /// Patients; images where no column names patients.
    n_groups: usize,
    n_without_country: usize,
    report: JoinReport,
    columns: Vec<Column>,
    records: Vec<ImageRecord>,
    /// What was left out.
    skipped: Vec<Skipped>,
    /// The same by reason, the most frequent first.
    skipped_by_reason: Vec<SkippedReason>,
    /// What had to be assumed to read the files.
    assumed: Vec<Assumption>,
    /// Words that mean that a value is missing, in lower case.
    missing_words: Vec<String>,
    model: Model,
    /// What made it all; null until it is ready.
    made: Option<Made>,
}

/// What made a study: equal versions and features make equal maps and groups, and with an equal table all
/// that is said of columns is equal, too. It is of the whole cohort, whatever `where` leaves out.
#[derive(Debug, Serialize, JsonSchema)]
struct Made {
    /// Of the program.
    version: &'static str,
    /// The start of the hash of the features.
    features: String,
    /// The start of a hash of the patients and of all columns, in the order of the images.
    table: String,
    /// The start of the model file's hash; null for ready vectors.
    model: Option<String>,
    /// What ran the network.
    backend: String,
    /// Of all that is repeated at random.
    seed: u64,
}

/// Where the preparation of a cohort stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum CohortState {
    Pending,
    Ready,
    Failed,
}

/// How far the preparation is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CohortProgress")]
struct Progress {
    /// Images read.
    done: u64,
    /// Images in all.
    total: u64,
    #[schemars(extend("enum" = ["features"]))]
    stage: &'static str,
}

/// How many rows and files met, and how many did not.
#[derive(Debug, Serialize, JsonSchema)]
struct JoinReport {
    /// Rows of the metadata that are not blank.
    n_rows: usize,
    /// Lines of the metadata that are no rows.
    n_skipped_lines: usize,
    /// Rows that the filters leave out.
    n_filtered_out: usize,
    /// Rows that became records.
    n_matched: usize,
    /// Rows whose file is not there.
    n_missing_files: usize,
    /// Rows whose file is no picture that can be read.
    n_unreadable: usize,
    /// Rows that name a file which an earlier row has already.
    n_duplicates: usize,
    /// Files that no row names.
    n_without_row: usize,
    /// Files, folders, and lines or sheets of tables that are not read though somebody may look
    /// for them.
    n_passed_over: usize,
    /// Records that ready vectors do not have.
    n_without_vector: usize,
    /// Images that a built-in model was trained on, where it is used.
    n_in_training: usize,
}

/// One column of the metadata, or one derived from it or from the pictures.
#[derive(Debug, Serialize, JsonSchema)]
struct Column {
    name: String,
    kind: ColumnKind,
    n_missing: usize,
    /// Distinct values.
    n_unique: usize,
    /// Whether it was computed here rather than given.
    derived: bool,
    /// Whether it says what the pictures tell, and not what the metadata says of them.
    of_pictures: bool,
    writing: Writing,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct ColumnKind(
    #[schemars(extend("enum" = ["number", "category", "text", "date"]))] &'static str,
);

impl From<&'static str> for ColumnKind {
    fn from(kind: &'static str) -> Self {
        Self(kind)
    }
}

/// How a column's cells are written, so that the value of a condition is read alike.
#[derive(Debug, Serialize, JsonSchema)]
struct Writing {
    decimal_comma: bool,
    /// Of numeric dates, where that is settled.
    date_order: Option<NumericDates>,
    /// Words for missing that are values here, in lower case.
    kept: Vec<String>,
    /// Values by the spellings that are shown by another.
    spellings: BTreeMap<String, String>,
}

/// Whether numeric dates have the month or the day first.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum NumericDates {
    MonthFirst,
    DayFirst,
}

/// One image.
#[derive(Debug, Serialize, JsonSchema)]
struct ImageRecord {
    /// Its place in the whole cohort, whatever is left out.
    index: usize,
    /// A short hash of the normalised file name; of features alone the row number.
    id: String,
    filename: String,
    /// The patient.
    group: Option<String>,
    country: Option<String>,
    /// Whether the network in use was trained on it, as far as that is known.
    is_taught: bool,
    /// Bits that the picture uses of each sample.
    bits: Option<u8>,
    /// How far its pixels are apart, where its file says so.
    spacing: Option<Spacing>,
    /// Which of its samples are shown at first, where its file says so of more than 8 bits.
    window: Option<Window>,
    /// By column, null where missing.
    #[schemars(with = "BTreeMap<String, Option<CellValue>>")]
    values: Map<String, Value>,
}

/// How far the centres of neighbouring pixels are apart.
#[derive(Debug, Serialize, JsonSchema)]
struct Spacing {
    /// From a row to the one below, in millimetres.
    rows_mm: f64,
    /// From a column to the next, in millimetres.
    columns_mm: f64,
    /// The attribute of DICOM that says so.
    #[schemars(extend("enum" = ["PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"]))]
    attribute: &'static str,
}

/// Which samples are shown.
#[derive(Debug, Serialize, JsonSchema)]
struct Window {
    /// The sample up to which all is black.
    dark: f64,
    /// The sample from which on all is white.
    bright: f64,
}

/// A cell's value; a date as ISO 8601 has it, in the precision that it was given in.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code)] // Says what a cell is; cells are made of `Value` at once.
pub(super) enum CellValue {
    Number(f64),
    Text(String),
    Flag(bool),
}

/// Something that was left out.
#[derive(Debug, Serialize, JsonSchema)]
struct Skipped {
    filename: String,
    reason: String,
}

/// What was left out for one reason.
#[derive(Debug, Serialize, JsonSchema)]
struct SkippedReason {
    reason: String,
    /// How many.
    n: usize,
    /// Names of some of them.
    examples: Vec<String>,
}

/// What had to be assumed.
#[derive(Debug, Serialize, JsonSchema)]
struct Assumption {
    /// What it is about, for programs: `encoding`, `separator`, `missing_words`, ….
    topic: &'static str,
    /// The column that it is about; null where it is about all of the cohort.
    column: Option<String>,
    /// In one sentence.
    text: String,
}

/// What made the features.
#[derive(Debug, Serialize, JsonSchema)]
struct Model {
    name: String,
    layer: Option<String>,
    /// How the layer's positions become one number for each feature; null for ready vectors.
    #[schemars(extend("enum" = ["mean", "max", "cls", null]))]
    pool: Option<&'static str>,
    /// How images are prepared for it; null where no network runs.
    preprocessing: Option<Preparation>,
    /// What was done to the features before all else, in a sentence; null where nothing was.
    scaling: Option<String>,
    /// Numbers of each image.
    n_features: usize,
    /// What ran the network.
    backend: String,
    /// What to know of it, in sentences.
    warnings: Vec<String>,
}

/// Where the preparation of a cohort stands, as [`Cohort`] shows it.
#[derive(Debug)]
pub struct CohortProgress {
    /// Whether it is done.
    pub state: CohortState,
    /// Why it failed.
    pub error: Option<String>,
    /// Images read, and all.
    pub images: (u64, u64),
}

impl Cohort {
    /// A cohort, record by record.
    pub fn new(cohort: &cohort::Cohort, model: ModelInfo, progress: CohortProgress) -> Self {
        let (done, total) = progress.images;
        let by_reason = cohort::by_reason(&cohort.skipped);
        Self {
            state: progress.state,
            error: progress.error,
            progress: Progress {
                done,
                total,
                stage: "features",
            },
            name: cohort.name.clone(),
            version: env!("CARGO_PKG_VERSION"),
            notice: cohort.notice,
            filters: cohort.filters.clone(),
            group_column: cohort.group_column.clone(),
            has_images: cohort.has_images(),
            reduced_to: cohort.reduced_to(),
            n_images: cohort.records.len(),
            n_excluded: 0,
            n_groups: cohort.n_groups(),
            n_without_country: cohort.n_without_country(),
            report: (&cohort.report).into(),
            columns: cohort.columns.iter().map(Column::from).collect(),
            records: records(cohort),
            skipped: cohort.skipped.iter().map(Skipped::from).collect(),
            skipped_by_reason: by_reason.into_iter().map(SkippedReason::from).collect(),
            assumed: cohort.assumed.iter().map(Assumption::from).collect(),
            missing_words: cohort.missing.words().to_vec(),
            model: model.into(),
            made: None,
        }
    }

    /// Says what made it.
    #[must_use]
    pub fn with_made(self, made: Option<pipeline::Made>) -> Self {
        let made = made.map(|made| Made {
            version: made.version,
            features: made.features,
            table: made.table,
            model: made.model,
            backend: made.backend,
            seed: made.seed,
        });
        Self { made, ..self }
    }

    /// Says that it is a part of a cohort, in which its records have these places.
    #[must_use]
    pub fn part(mut self, places: &[usize], n_excluded: usize) -> Self {
        self.n_excluded = n_excluded;
        for (record, &place) in self.records.iter_mut().zip(places) {
            record.index = place;
        }
        self
    }
}

impl From<&cohort::Report> for JoinReport {
    fn from(report: &cohort::Report) -> Self {
        Self {
            n_rows: report.n_rows,
            n_skipped_lines: report.n_skipped_lines,
            n_filtered_out: report.n_filtered_out,
            n_matched: report.n_matched,
            n_missing_files: report.n_missing_files,
            n_unreadable: report.n_unreadable,
            n_duplicates: report.n_duplicates,
            n_without_row: report.n_without_row,
            n_passed_over: report.n_passed_over,
            n_without_vector: report.n_without_vector,
            n_in_training: report.n_in_training,
        }
    }
}

impl From<&cohort::Column> for Column {
    fn from(column: &cohort::Column) -> Self {
        Self {
            name: column.name.clone(),
            kind: column.kind.as_str().into(),
            n_missing: column.n_missing(),
            n_unique: column.n_unique(),
            derived: column.derived,
            of_pictures: column.of_pictures,
            writing: (&column.writing).into(),
        }
    }
}

impl From<&cohort::Writing> for Writing {
    fn from(writing: &cohort::Writing) -> Self {
        Self {
            decimal_comma: writing.decimals == DecimalSign::Comma,
            date_order: writing.dates.map(|order| match order {
                DateOrder::MonthFirst => NumericDates::MonthFirst,
                DateOrder::DayFirst => NumericDates::DayFirst,
            }),
            kept: writing.kept.clone(),
            spellings: writing.spellings.clone(),
        }
    }
}

impl From<&cohort::Skipped> for Skipped {
    fn from(skipped: &cohort::Skipped) -> Self {
        Self {
            filename: skipped.filename.clone(),
            reason: skipped.reason.clone(),
        }
    }
}

impl From<cohort::SkippedReason> for SkippedReason {
    fn from(kind: cohort::SkippedReason) -> Self {
        Self {
            reason: kind.reason,
            n: kind.n,
            examples: kind.examples,
        }
    }
}

impl From<&cohort::Assumption> for Assumption {
    fn from(assumption: &cohort::Assumption) -> Self {
        Self {
            topic: assumption.topic,
            column: assumption.column.clone(),
            text: assumption.text.clone(),
        }
    }
}

impl From<ModelInfo> for Model {
    fn from(model: ModelInfo) -> Self {
        Self {
            name: model.name,
            layer: model.layer,
            pool: model.pool.map(Pool::word),
            preprocessing: model.prepared.as_ref().map(Preparation::from),
            n_features: model.n_features,
            scaling: model.scaling,
            backend: model.backend,
            warnings: model.warnings,
        }
    }
}

fn records(cohort: &cohort::Cohort) -> Vec<ImageRecord> {
    let cell = |column: &cohort::Column, row: usize| match &column.values[row] {
        None => Value::Null,
        Some(cohort::Value::Number(number)) => (*number).into(),
        Some(cohort::Value::Text(text)) => text.as_str().into(),
        Some(cohort::Value::Date(date)) => date.to_string().into(),
        Some(cohort::Value::Bool(flag)) => (*flag).into(),
    };
    let values = |row| {
        let columns = cohort.columns.iter();
        columns
            .map(|column| (column.name.clone(), cell(column, row)))
            .collect()
    };
    let records = cohort.records.iter().enumerate();
    records
        .map(|(row, record)| ImageRecord {
            index: row,
            id: record.id.clone(),
            filename: record.filename.clone(),
            group: record.group.clone(),
            country: record.country.clone(),
            is_taught: record.is_taught,
            bits: record.depth.map(|depth| depth.used),
            spacing: record.spacing.map(|spacing| Spacing {
                rows_mm: spacing.rows_mm,
                columns_mm: spacing.columns_mm,
                attribute: spacing.attribute.name(),
            }),
            window: record.window.map(|window| Window {
                dark: window.dark,
                bright: window.bright,
            }),
            values: values(row),
        })
        .collect()
}
