//! What is known of each image, as typed columns: the table that every format writes.

mod csv;
mod document;
mod parquet;

use std::collections::HashSet;

use crate::cohort::{self, Value};
use crate::pipeline::{Clusters, Projection, Selection, Study};

pub use csv::{features_csv, table as csv};
pub use document::TableDocument;
pub use parquet::table as parquet;

/// Names of the axes of a map.
const AXES: [&str; 3] = ["x", "y", "z"];
/// Put before the name of a column of the metadata that one of ours has already.
const PREFIX: &str = "metadata_";

/// Columns of equal length.
pub struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) n_rows: usize,
}

/// One column.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) cells: Cells,
}

/// One cell for each row; `None` is missing.
pub(super) enum Cells {
    Texts(Vec<Option<String>>),
    Numbers(Vec<Option<f64>>),
    Integers(Vec<Option<i32>>),
    Flags(Vec<Option<bool>>),
}

/// One cell.
pub(super) enum Cell<'a> {
    Missing,
    Text(&'a str),
    Number(f64),
    /// In single precision, which takes fewer digits.
    Single(f32),
    Integer(i32),
    Flag(bool),
}

impl Table {
    /// Id and file name, coordinates as served, cluster (-1 is noise) and whether it is a core
    /// point; then every column of the metadata, but not the file name again. Of all images, or of
    /// those of a selection.
    pub fn new(
        study: &Study,
        map: &Projection,
        clusters: &Clusters,
        only: Option<&Selection>,
    ) -> Self {
        let records = &study.cohort.records;
        let mut columns = vec![
            texts("id", records.iter().map(|record| &record.id)),
            texts("filename", records.iter().map(|record| &record.filename)),
        ];
        let axes = AXES.iter().zip(map.coordinates.columns());
        columns.extend(axes.map(|(name, axis)| Column {
            name: (*name).to_owned(),
            cells: Cells::Numbers(axis.iter().copied().map(Some).collect()),
        }));
        let labels = clusters.clustering.labels.iter();
        columns.push(Column {
            name: "cluster".to_owned(),
            cells: Cells::Integers(
                labels
                    .map(|label| Some(label.map_or(-1, |label| label as i32)))
                    .collect(),
            ),
        });
        columns.push(Column {
            name: "core".to_owned(),
            cells: Cells::Flags(clusters.clustering.core.iter().copied().map(Some).collect()),
        });
        let given = study.cohort.columns.iter();
        let given = given.filter(|column| !repeats_filename(column, records));
        columns.extend(given.map(|column| Column {
            name: column.name.clone(),
            cells: typed(column),
        }));
        make_names_distinct(&mut columns);
        let mut n_rows = records.len();
        if let Some(only) = only {
            let places = only.places.iter();
            let rows = places.filter_map(|place| study.places.binary_search(place).ok());
            let rows: Vec<usize> = rows.collect();
            columns
                .iter_mut()
                .for_each(|column| column.cells.keep(&rows));
            n_rows = rows.len();
        }
        Self { columns, n_rows }
    }
}

impl Cells {
    /// The cell of a row.
    pub(super) fn at(&self, row: usize) -> Cell<'_> {
        let cell = match self {
            Self::Texts(cells) => cells[row].as_deref().map(Cell::Text),
            Self::Numbers(cells) => cells[row].map(Cell::Number),
            Self::Integers(cells) => cells[row].map(Cell::Integer),
            Self::Flags(cells) => cells[row].map(Cell::Flag),
        };
        cell.unwrap_or(Cell::Missing)
    }

    fn keep(&mut self, rows: &[usize]) {
        fn at<T: Clone>(cells: &mut Vec<T>, rows: &[usize]) {
            *cells = rows.iter().map(|&row| cells[row].clone()).collect();
        }
        match self {
            Self::Texts(cells) => at(cells, rows),
            Self::Numbers(cells) => at(cells, rows),
            Self::Integers(cells) => at(cells, rows),
            Self::Flags(cells) => at(cells, rows),
        }
    }
}

fn texts<'a>(name: &str, cells: impl Iterator<Item = &'a String>) -> Column {
    Column {
        name: name.to_owned(),
        cells: Cells::Texts(cells.cloned().map(Some).collect()),
    }
}

/// Whether a column says of every image what its file name says.
fn repeats_filename(column: &cohort::Column, records: &[cohort::Record]) -> bool {
    let mut cells = column.values.iter().zip(records);
    column.name == "filename"
        && cells.all(|(value, record)| match value {
            Some(Value::Text(text)) => *text == record.filename,
            _ => false,
        })
}

/// Numbers and flags where all values are such; texts otherwise.
fn typed(column: &cohort::Column) -> Cells {
    let number = |value: &Value| match value {
        Value::Number(number) => Some(*number),
        _ => None,
    };
    let flag = |value: &Value| match value {
        Value::Bool(flag) => Some(*flag),
        _ => None,
    };
    let cells = all_of(column, number).map(Cells::Numbers);
    let cells = cells.or_else(|| all_of(column, flag).map(Cells::Flags));
    cells.unwrap_or_else(|| {
        let text = |value: &Option<Value>| {
            Some(match value.as_ref()? {
                // As in a column of flags, not as the page has it.
                Value::Bool(flag) => flag.to_string(),
                other => other.to_string(),
            })
        };
        Cells::Texts(column.values.iter().map(text).collect())
    })
}

/// The cells of a column whose values are all of one kind, of which there is one at least.
fn all_of<T>(
    column: &cohort::Column,
    of_kind: impl Fn(&Value) -> Option<T>,
) -> Option<Vec<Option<T>>> {
    let cells = column.values.iter().map(|value| match value {
        None => Some(None),
        Some(value) => of_kind(value).map(Some),
    });
    let cells: Vec<Option<T>> = cells.collect::<Option<_>>()?;
    cells.iter().any(Option::is_some).then_some(cells)
}

/// The first of a name keeps it.
fn make_names_distinct(columns: &mut [Column]) {
    let mut taken: HashSet<String> = columns.iter().map(|column| column.name.clone()).collect();
    let mut seen = HashSet::new();
    for column in columns {
        if !seen.insert(column.name.clone()) {
            while taken.contains(&column.name) {
                column.name.insert_str(0, PREFIX);
            }
            taken.insert(column.name.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_a_prefix() {
        let names = ["id", "x", "x", "metadata_x", "id"];
        let column = |name: &&str| texts(name, std::iter::empty());
        let mut columns: Vec<Column> = names.iter().map(column).collect();
        make_names_distinct(&mut columns);
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "id",
                "x",
                "metadata_metadata_x",
                "metadata_x",
                "metadata_id"
            ]
        );
    }
}
