//! A cohort, record by record.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::cohort::{self, Cohort, DateOrder, DecimalSign};
use crate::pipeline::ModelInfo;

/// `GET /api/cohort`.
#[derive(Debug, Serialize)]
pub struct CohortView {
    state: &'static str,
    error: Option<String>,
    progress: Value,
    name: String,
    version: &'static str,
    notice: Option<&'static str>,
    filters: Vec<String>,
    group_column: Option<String>,
    has_images: bool,
    n_images: usize,
    n_excluded: usize,
    n_groups: usize,
    n_without_country: usize,
    report: Value,
    columns: Vec<ColumnView>,
    records: Vec<RecordView>,
    skipped: Vec<Value>,
    skipped_by_reason: Vec<Value>,
    assumed: Vec<AssumptionView>,
    missing_words: Vec<String>,
    model: ModelView,
}

#[derive(Debug, Serialize)]
struct ColumnView {
    name: String,
    kind: &'static str,
    n_missing: usize,
    n_unique: usize,
    derived: bool,
    of_pictures: bool,
    writing: WritingView,
}

/// How its cells are written, so that the page reads the value of a condition alike.
#[derive(Debug, Serialize)]
struct WritingView {
    decimal_comma: bool,
    date_order: Option<&'static str>,
    kept: Vec<String>,
    spellings: BTreeMap<String, String>,
}

#[derive(Debug, Serialize)]
struct RecordView {
    index: usize,
    id: String,
    filename: String,
    group: Option<String>,
    country: Option<String>,
    bits: Option<u8>,
    values: Map<String, Value>,
}

#[derive(Debug, Serialize)]
struct AssumptionView {
    topic: &'static str,
    column: Option<String>,
    text: String,
}

#[derive(Debug, Serialize)]
struct ModelView {
    name: String,
    layer: Option<String>,
    n_features: usize,
    backend: String,
    warnings: Vec<String>,
}

/// Where the preparation of a cohort stands, as [`CohortView`] shows it.
#[derive(Debug)]
pub struct CohortProgress {
    /// `pending`, `ready` or `failed`.
    pub state: &'static str,
    /// Why it failed.
    pub error: Option<String>,
    /// Images read, and all.
    pub images: (u64, u64),
}

impl CohortView {
    /// A cohort, record by record.
    pub fn new(cohort: &Cohort, model: ModelInfo, progress: CohortProgress) -> Self {
        let (done, total) = progress.images;
        Self {
            state: progress.state,
            error: progress.error,
            progress: json!({ "done": done, "total": total, "stage": "features" }),
            name: cohort.name.clone(),
            version: env!("CARGO_PKG_VERSION"),
            notice: cohort.notice,
            filters: cohort.filters.clone(),
            group_column: cohort.group_column.clone(),
            has_images: cohort.has_images(),
            n_images: cohort.records.len(),
            n_excluded: 0,
            n_groups: cohort.n_groups(),
            n_without_country: cohort.n_without_country(),
            report: report(cohort),
            columns: cohort.columns.iter().map(column).collect(),
            records: records(cohort),
            skipped: cohort
                .skipped
                .iter()
                .map(|skipped| json!({ "filename": skipped.filename, "reason": skipped.reason }))
                .collect(),
            skipped_by_reason: cohort::by_reason(&cohort.skipped)
                .iter()
                .map(
                    |kind| json!({ "reason": kind.reason, "n": kind.n, "examples": kind.examples }),
                )
                .collect(),
            assumed: cohort.assumed.iter().map(assumption).collect(),
            missing_words: cohort.missing.words().to_vec(),
            model: ModelView {
                name: model.name,
                layer: model.layer,
                n_features: model.n_features,
                backend: model.backend,
                warnings: model.warnings,
            },
        }
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

fn report(cohort: &Cohort) -> Value {
    let report = &cohort.report;
    json!({
        "n_rows": report.n_rows,
        "n_skipped_lines": report.n_skipped_lines,
        "n_filtered_out": report.n_filtered_out,
        "n_matched": report.n_matched,
        "n_missing_files": report.n_missing_files,
        "n_unreadable": report.n_unreadable,
        "n_duplicates": report.n_duplicates,
        "n_without_row": report.n_without_row,
        "n_passed_over": report.n_passed_over,
        "n_without_vector": report.n_without_vector,
        "n_in_training": report.n_in_training,
    })
}

fn column(column: &cohort::Column) -> ColumnView {
    ColumnView {
        name: column.name.clone(),
        kind: column.kind.as_str(),
        n_missing: column.n_missing(),
        n_unique: column.n_unique(),
        derived: column.derived,
        of_pictures: column.of_pictures,
        writing: writing(&column.writing),
    }
}

fn writing(writing: &cohort::Writing) -> WritingView {
    WritingView {
        decimal_comma: writing.decimals == DecimalSign::Comma,
        date_order: writing.dates.map(|order| match order {
            DateOrder::MonthFirst => "month_first",
            DateOrder::DayFirst => "day_first",
        }),
        kept: writing.kept.clone(),
        spellings: writing.spellings.clone(),
    }
}

fn assumption(assumption: &cohort::Assumption) -> AssumptionView {
    AssumptionView {
        topic: assumption.topic,
        column: assumption.column.clone(),
        text: assumption.text.clone(),
    }
}

fn records(cohort: &Cohort) -> Vec<RecordView> {
    let cell = |column: &cohort::Column, row: usize| match &column.values[row] {
        None => Value::Null,
        Some(cohort::Value::Number(number)) => json!(number),
        Some(cohort::Value::Text(text)) => json!(text),
        Some(cohort::Value::Date(date)) => json!(date.to_string()),
        Some(cohort::Value::Bool(flag)) => json!(flag),
    };
    let values = |row| {
        cohort
            .columns
            .iter()
            .map(|column| (column.name.clone(), cell(column, row)))
            .collect()
    };
    cohort
        .records
        .iter()
        .enumerate()
        .map(|(row, record)| RecordView {
            index: row,
            id: record.id.clone(),
            filename: record.filename.clone(),
            group: record.group.clone(),
            country: record.country.clone(),
            bits: record.depth.map(|depth| depth.used),
            values: values(row),
        })
        .collect()
}
