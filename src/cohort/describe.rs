//! The columns and records of the rows that are kept.

use rayon::prelude::*;

use super::column::{Column, ColumnKind, Value, is_missing};
use super::id::Ids;
use super::join::{Join, Kept, Need};
use super::matching::normalise;
use super::record::Record;

impl Join<'_> {
    pub(super) fn columns(&self, kept: &[Kept<'_>], group: Option<usize>) -> Vec<Column> {
        let names: Vec<&str> = self.table.names().collect();
        let mut columns: Vec<Column> = names
            .into_par_iter()
            .enumerate()
            .map(|(index, name)| {
                let cells: Vec<&str> = kept
                    .iter()
                    .map(|kept| self.table.cell(kept.row, index))
                    .collect();
                let is_name = Some(index) == group || Some(index) == self.filenames;
                if is_name {
                    Column::of_names(name, &cells)
                } else {
                    Column::of_cells(name, &cells)
                }
            })
            .collect();
        for derived in &self.derived {
            let values = kept
                .iter()
                .map(|kept| derived.cells[kept.row].clone().map(Value::Text));
            let name = free_name(&columns, derived.name);
            columns.push(Column::derived(
                name,
                ColumnKind::Category,
                values.collect(),
            ));
        }
        columns
    }

    /// The column that countries are taken from: the derived one, else a given one of that name.
    pub(super) fn country_column(&self, columns: &[Column]) -> Option<String> {
        let is_country = |column: &&Column| {
            let name = column.name.trim_end_matches(DERIVED);
            name.eq_ignore_ascii_case("country")
        };
        let candidates = || columns.iter().filter(is_country);
        let column = candidates()
            .find(|column| column.derived)
            .or_else(|| candidates().next())?;
        Some(column.name.clone())
    }

    pub(super) fn records(
        &self,
        kept: &[Kept<'_>],
        group: Option<usize>,
        country_column: Option<&str>,
        columns: &[Column],
    ) -> Vec<Record> {
        // All rows, not only those that are kept: an id must not depend on the filter.
        let rows = (0..self.table.len()).filter(|_| self.need == Need::Rows);
        let row_names: Vec<String> = rows.map(|row| normalise(&self.filename(row))).collect();
        let files = self.files.iter().map(|file| file.relative.as_str());
        let ids = Ids::assign(files.chain(row_names.iter().map(String::as_str)));
        let country = columns
            .iter()
            .find(|column| Some(column.name.as_str()) == country_column);
        kept.iter()
            .enumerate()
            .map(|(index, kept)| {
                let filename = match kept.file {
                    Some((relative, _)) => relative.to_owned(),
                    None => normalise(&self.filename(kept.row)),
                };
                // Without file names there is nothing to hash, and rows go by their number.
                let id = match self.filenames {
                    Some(_) => ids.get(&filename).map(str::to_owned),
                    None => None,
                };
                let group = group.map(|column| self.table.cell(kept.row, column));
                Record {
                    id: id.unwrap_or_else(|| kept.row.to_string()),
                    filename,
                    row: Some(kept.row),
                    image: kept.file.map(|(_, image)| image.clone()),
                    group: group.filter(|group| !is_missing(group)).map(str::to_owned),
                    country: country.and_then(|column| country_value(column, index)),
                }
            })
            .collect()
    }
}

/// What follows the name of a derived column whose own name is taken.
const DERIVED: &str = " (derived)";

/// The name for a derived column: a column that was given keeps its own.
pub(super) fn free_name(columns: &[Column], name: &str) -> String {
    let mut free = name.to_owned();
    while columns
        .iter()
        .any(|column| column.name.eq_ignore_ascii_case(&free))
    {
        free.push_str(DERIVED);
    }
    free
}

fn country_value(column: &Column, index: usize) -> Option<String> {
    column.values[index].as_ref().map(Value::to_string)
}
