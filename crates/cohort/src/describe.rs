//! The columns and records of the rows that are kept.

use rayon::prelude::*;

use super::column::{Column, Value};
use super::derive::fold_countries;
use super::id::Ids;
use super::join::{Join, Kept, Names, Need};
use super::matching::normalise;
use super::missing::Missing;
use super::number::DecimalSign;
use super::record::{Assumption, Record};
use super::typing::{Typed, Typing};
use super::walk::FileEntry;

impl Join<'_> {
    /// The columns of these rows, those of the table first, and what was assumed to read them.
    pub(super) fn columns(
        &self,
        rows: &[usize],
        group: Option<usize>,
        missing: &Missing,
    ) -> (Vec<Column>, Vec<Assumption>) {
        let names: Vec<&str> = self.table.names().collect();
        let typed = |index: usize, commas: bool| {
            let cells = rows.iter().map(|row| self.table.cell(*row, index));
            let cells: Vec<&str> = cells.collect();
            let typing = Typing { missing, commas };
            if Some(index) == group || self.names == Names::Column(index) {
                typing.names(names[index], &cells)
            } else {
                typing.column(names[index], &cells)
            }
        };
        let all = (0..names.len()).into_par_iter();
        let mut columns: Vec<Typed> = all.map(|index| typed(index, false)).collect();
        let has_comma = |typed: &Typed| typed.column.writing.decimals == DecimalSign::Comma;
        if columns.iter().any(has_comma) {
            for (index, column) in columns.iter_mut().enumerate() {
                if column.leans_on_others {
                    *column = typed(index, true);
                }
            }
        }
        let mut assumed = Vec::new();
        let mut given = Vec::with_capacity(columns.len());
        for mut typed in columns {
            assumed.append(&mut typed.assumed);
            if typed.column.name.eq_ignore_ascii_case("country") {
                fold_countries(&mut typed.column, &mut assumed);
            }
            given.push(typed.column);
        }
        for derived in &self.derived {
            given.push(derived.column(free_name(&given, derived.name), rows));
            assumed.extend(derived.assumed.iter().cloned());
        }
        (given, assumed)
    }

    /// The column that countries are taken from: a given one of that name, else the derived one.
    pub(super) fn country_column(&self, columns: &[Column]) -> Option<String> {
        let is_country = |column: &&Column| column.name.eq_ignore_ascii_case("country");
        let column = columns.iter().find(is_country)?;
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
        let rows = (0..self.table.len())
            .filter(|row| self.need == Need::Rows && self.matches[*row].file().is_none());
        let row_names: Vec<String> = rows.map(|row| normalise(self.cell(row))).collect();
        let files = self.files.iter().map(FileEntry::key);
        let ids = Ids::assign(files.chain(row_names.iter().map(String::as_bytes)));
        let country = columns
            .iter()
            .find(|column| Some(column.name.as_str()) == country_column);
        kept.iter()
            .enumerate()
            .map(|(index, kept)| {
                let name = normalise(self.cell(kept.row));
                let (filename, key) = match kept.file {
                    Some((file, _)) => (file.relative.clone(), Some(file.key())),
                    None => {
                        let shown = normalise(&self.filename(kept.row));
                        (shown, (!name.is_empty()).then_some(name.as_bytes()))
                    }
                };
                // Without a file name there is nothing to hash, and rows go by their number.
                let id = key.and_then(|key| ids.get(key)).map(str::to_owned);
                let study = kept.file.and_then(|(file, _)| file.study.as_deref());
                let group = group.and_then(|column| text_value(&columns[column], index));
                Record {
                    id: id.unwrap_or_else(|| kept.row.to_string()),
                    filename,
                    row: (self.names != Names::Files).then_some(kept.row),
                    image: kept.file.map(|(_, image)| image.clone()),
                    content: None,
                    depth: None,
                    spacing: study.and_then(|study| study.spacing),
                    window: study.and_then(|study| study.window),
                    group,
                    country: country.and_then(|column| text_value(column, index)),
                    is_taught: false,
                }
            })
            .collect()
    }
}

/// What follows the name of a derived column whose own name is taken.
pub(super) const DERIVED: &str = " (derived)";

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

fn text_value(column: &Column, index: usize) -> Option<String> {
    column.values[index].as_ref().map(Value::to_string)
}
