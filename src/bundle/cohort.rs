//! A cohort as JSON and back, value by value.
//!
//! Numbers are written as text: what reads them back is then the same parser that is exact to the last
//! bit, whatever the reader of the JSON does with its numbers.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::cohort::{
    self, Cohort, ColumnKind, DateOrder, DecimalSign, Missing, Record, Report, Value, demo,
    image::ImageSource,
};

use super::LARGE;

/// The file.
#[derive(Debug, Serialize, Deserialize)]
struct File {
    /// Whether negatoscope drew the pictures itself.
    drawn: bool,
    group_column: Option<String>,
    country_column: Option<String>,
    /// Conditions of the command line.
    filters: Vec<String>,
    /// Words that mean that a value is missing.
    missing: Vec<String>,
    /// How rows and files met.
    report: BTreeMap<String, usize>,
    records: Vec<Image>,
    columns: Vec<Column>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Image {
    id: String,
    filename: String,
    group: Option<String>,
    country: Option<String>,
    /// Whether there are pictures of it.
    has_picture: bool,
    /// Whether the network was trained on it.
    #[serde(default)]
    is_taught: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Column {
    name: String,
    kind: String,
    derived: bool,
    of_pictures: bool,
    writing: Writing,
    values: Vec<Option<Cell>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Writing {
    decimal_comma: bool,
    /// Whether numeric dates have the month first, where that is settled.
    month_first: Option<bool>,
    kept: Vec<String>,
    spellings: BTreeMap<String, String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Cell {
    Flag(bool),
    Text(String),
}

const KINDS: [ColumnKind; 4] = [
    ColumnKind::Number,
    ColumnKind::Category,
    ColumnKind::Text,
    ColumnKind::Date,
];

/// The cohort as the bytes of a JSON document, the same for the same cohort.
///
/// # Errors
/// What the writer of JSON says.
pub fn as_json(cohort: &Cohort) -> Result<Vec<u8>, String> {
    let mut report = cohort.report;
    let file = File {
        drawn: cohort.notice.is_some(),
        group_column: cohort.group_column.clone(),
        country_column: cohort.country_column.clone(),
        filters: cohort.filters.clone(),
        missing: cohort.missing.words().to_vec(),
        report: counts(&mut report)
            .into_iter()
            .map(|(name, count)| (name.to_owned(), *count))
            .collect(),
        records: cohort.records.iter().map(Image::of).collect(),
        columns: cohort.columns.iter().map(Column::of).collect(),
    };
    serde_json::to_vec(&file).map_err(|error| error.to_string())
}

/// Reads what [`as_json`] wrote.
///
/// # Errors
/// What is wrong with it.
pub(super) fn of_json(bytes: &[u8], name: &str) -> Result<Cohort, String> {
    let file: File = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let n_images = file.records.len();
    if n_images == 0 {
        return Err("it has no images".to_owned());
    }
    check_distinct("ids", file.records.iter().map(|record| &record.id))?;
    check_distinct("columns", file.columns.iter().map(|column| &column.name))?;
    let mut report = Report::default();
    for (name, count) in counts(&mut report) {
        *count = file.report.get(name).copied().unwrap_or_default();
    }
    let columns = file.columns.into_iter().map(|column| column.read(n_images));
    let columns = columns.collect::<Result<_, _>>()?;
    let records = file.records.into_iter().enumerate();
    let mut cohort = cohort::from_rows(name, n_images, None);
    cohort.records = records.map(|(number, image)| image.read(number)).collect();
    cohort.columns = columns;
    cohort.report = report;
    cohort.group_column = file.group_column;
    cohort.country_column = file.country_column;
    cohort.filters = file.filters;
    cohort.missing = Missing::of(&file.missing);
    cohort.notice = file.drawn.then_some(demo::NOTICE);
    Ok(cohort)
}

fn check_distinct<'a>(what: &str, names: impl Iterator<Item = &'a String>) -> Result<(), String> {
    let mut known = HashSet::new();
    for name in names {
        if name.is_empty() || !known.insert(name) {
            return Err(format!("two of its {what} are the same, or one is empty"));
        }
    }
    Ok(())
}

/// The counts of a report by name.
fn counts(report: &mut Report) -> [(&'static str, &mut usize); 12] {
    [
        ("n_rows", &mut report.n_rows),
        ("n_blank", &mut report.n_blank),
        ("n_skipped_lines", &mut report.n_skipped_lines),
        ("n_filtered_out", &mut report.n_filtered_out),
        ("n_matched", &mut report.n_matched),
        ("n_missing_files", &mut report.n_missing_files),
        ("n_unreadable", &mut report.n_unreadable),
        ("n_duplicates", &mut report.n_duplicates),
        ("n_without_row", &mut report.n_without_row),
        ("n_passed_over", &mut report.n_passed_over),
        ("n_without_vector", &mut report.n_without_vector),
        ("n_in_training", &mut report.n_in_training),
    ]
}

impl Image {
    fn of(record: &Record) -> Self {
        Self {
            id: record.id.clone(),
            filename: record.filename.clone(),
            group: record.group.clone(),
            country: record.country.clone(),
            has_picture: record.image.is_some(),
            is_taught: record.is_taught,
        }
    }

    fn read(self, number: usize) -> Record {
        Record {
            id: self.id,
            filename: self.filename,
            row: None,
            image: self.has_picture.then_some(ImageSource::Reduced {
                number,
                size: LARGE,
            }),
            content: None,
            depth: None,
            spacing: None,
            window: None,
            group: self.group,
            country: self.country,
            is_taught: self.is_taught,
        }
    }
}

impl Column {
    fn of(column: &cohort::Column) -> Self {
        let writing = &column.writing;
        let cell = |value: &Value| match value {
            Value::Bool(flag) => Cell::Flag(*flag),
            other => Cell::Text(other.to_string()),
        };
        let values = column.values.iter();
        Self {
            name: column.name.clone(),
            kind: column.kind.as_str().to_owned(),
            derived: column.derived,
            of_pictures: column.of_pictures,
            writing: Writing {
                decimal_comma: writing.decimals == DecimalSign::Comma,
                month_first: writing.dates.map(|order| order == DateOrder::MonthFirst),
                kept: writing.kept.clone(),
                spellings: writing.spellings.clone(),
            },
            values: values.map(|value| value.as_ref().map(cell)).collect(),
        }
    }

    fn read(self, n_images: usize) -> Result<cohort::Column, String> {
        let Self { name, values, .. } = self;
        if values.len() != n_images {
            let n = values.len();
            return Err(format!(
                "the column {name:?} has {n} values for {n_images} images"
            ));
        }
        let kind = KINDS.into_iter().find(|kind| kind.as_str() == self.kind);
        let kind = kind.ok_or_else(|| format!("{:?} is no kind of a column", self.kind))?;
        let values = values.into_iter().map(|cell| match cell {
            None => Ok(None),
            Some(cell) => cell.read(kind).map(Some),
        });
        let values = values.collect::<Result<_, _>>();
        let mut writing = cohort::Writing {
            dates: self.writing.month_first.map(|first| match first {
                true => DateOrder::MonthFirst,
                false => DateOrder::DayFirst,
            }),
            kept: self.writing.kept,
            spellings: self.writing.spellings,
            ..cohort::Writing::default()
        };
        if self.writing.decimal_comma {
            writing.decimals = DecimalSign::Comma;
        }
        Ok(cohort::Column {
            values: values
                .map_err(|cell| format!("{cell:?} is no value of the column {name:?}"))?,
            name,
            kind,
            derived: self.derived,
            of_pictures: self.of_pictures,
            writing,
        })
    }
}

impl Cell {
    /// The value, or the text that is none.
    fn read(self, kind: ColumnKind) -> Result<Value, String> {
        let text = match self {
            Self::Flag(flag) => return Ok(Value::Bool(flag)),
            Self::Text(text) => text,
        };
        match kind {
            ColumnKind::Number => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Value::Number(number)),
                _ => Err(text),
            },
            // What is no date in a column of dates is text.
            ColumnKind::Date => Ok(text.parse().map_or(Value::Text(text), Value::Date)),
            ColumnKind::Category | ColumnKind::Text => Ok(Value::Text(text)),
        }
    }
}
