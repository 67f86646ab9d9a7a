//! The metadata as a table of text, whatever program wrote the file.
//!
//! [`Table::read`] looks at how a file begins and not at what it is called: a workbook, Parquet, JSON
//! lines, or text with a separator between cells ([`encoding`], then [`dialect`] and [`delimited`]).
//! All give rows of cells ([`grid`]) in which the header is found ([`layout`]); what had to be assumed
//! and what was passed over is told ([`account`]).

mod account;
mod blanks;
mod delimited;
mod dialect;
mod encoding;
mod error;
mod grid;
mod iso;
mod json;
mod layout;
mod parquet;
mod text;
mod usual;
mod workbook;

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use csv::StringRecord;

use super::error::CohortError;
use super::record::Assumption;
use super::summary::Skipped;
use account::{Account, places, quoted};
pub use error::TableError;
use grid::Grid;
use layout::{Fit, Lack, Layout};

/// The largest table that is read, in bytes.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// Rows of text below a header of distinct names.
#[derive(Debug, Clone)]
pub(super) struct Table {
    header: Vec<Heading>,
    grid: Grid,
    /// The rows of the grid that are the table's; `None` for a line that is no row and yet has its
    /// place among them, as pandas counts.
    rows: Vec<Option<u32>>,
    account: Account,
}

/// A column's name and where in a row its cells are.
#[derive(Debug, Clone)]
struct Heading {
    name: String,
    position: usize,
}

/// Where rows come from, for sentences about them.
struct Origin<'a> {
    /// What rows of the file are called: `line` or `row`.
    unit: &'static str,
    /// What they are lines or rows of.
    of: String,
    /// The text of a line; `None` where only its cells are known.
    line: &'a dyn Fn(u32) -> Option<String>,
}

impl Table {
    /// Reads a table: text in any usual encoding and dialect, an Excel workbook (`.xlsx`), Parquet, or
    /// JSON lines.
    ///
    /// # Errors
    /// When the file cannot be read, and when there is no table in it.
    pub(super) fn read(path: &Path) -> Result<Self, CohortError> {
        read_file(path).map_err(|fault| CohortError::Table {
            path: path.to_owned(),
            fault,
        })
    }

    /// A table of the rows below `header`; a name that is missing or repeated is made up.
    pub(super) fn new(header: &StringRecord, rows: Vec<StringRecord>) -> Self {
        let mut grid = Grid::default();
        for (row, line) in rows.iter().zip(2..) {
            // As many cells as were in memory before.
            let _ = grid.push_row(row, line);
        }
        let names: Vec<&str> = header.iter().collect();
        let rows = (0..grid.len()).collect();
        Self::of_rows(&names, grid, rows, Account::default())
    }

    /// This table with further columns, for each row the cells of `more`; what was assumed and passed
    /// over in `second`, where they are from, is told too, and `said` last.
    ///
    /// # Errors
    /// When there are more cells than a table may have.
    pub(super) fn widened<'a>(
        &self,
        names: &[String],
        more: impl Fn(usize) -> Vec<&'a str>,
        second: &Self,
        said: Assumption,
    ) -> Result<Self, TableError> {
        let mut grid = Grid::default();
        let mut rows = Vec::with_capacity(self.len());
        for (row, place) in self.rows.iter().enumerate() {
            let Some(place) = place else {
                rows.push(None);
                continue;
            };
            rows.push(u32::try_from(grid.len()).ok());
            let own = (0..self.header.len()).map(|column| self.cell(row, column));
            grid.push_row(own.chain(more(row)), self.grid.line(*place as usize))?;
        }
        let names: Vec<&str> = self
            .names()
            .chain(names.iter().map(String::as_str))
            .collect();
        let mut account = self.account.clone();
        account.assumed.extend(second.assumed().iter().cloned());
        account.assumed.push(said);
        account.skipped.extend(second.skipped().iter().cloned());
        account.n_lines += second.n_skipped_lines();
        Ok(Self::of_places(&names, grid, rows, account))
    }

    /// A table of all rows of the grid.
    ///
    /// # Errors
    /// When there is none that is not blank.
    fn of_grid(names: &[&str], grid: Grid, account: Account) -> Result<Self, TableError> {
        if (0..grid.len()).all(|row| grid.n_filled(row) == 0) {
            return Err(TableError::Empty);
        }
        let rows = (0..grid.len()).collect();
        Ok(Self::of_rows(names, grid, rows, account))
    }

    fn of_rows(names: &[&str], grid: Grid, rows: Vec<usize>, account: Account) -> Self {
        let rows = rows
            .into_iter()
            .map(|row| u32::try_from(row).ok())
            .collect();
        Self::of_places(names, grid, rows, account)
    }

    fn of_places(names: &[&str], grid: Grid, rows: Vec<Option<u32>>, account: Account) -> Self {
        Self {
            header: headings(names, &grid, &rows),
            grid,
            rows,
            account,
        }
    }

    /// A table whose header is yet to be found among the rows.
    ///
    /// # Errors
    /// When there is no row below a header that fits it.
    fn laid_out(grid: Grid, origin: &Origin<'_>, mut account: Account) -> Result<Self, TableError> {
        let layout = Layout::find(&grid).ok_or(TableError::Empty)?;
        tell_header(&grid, &layout, origin, &mut account);
        let fits = layout.fits(&grid);
        let rows = sort_out(&grid, &layout, &fits, origin, &mut account);
        let is_filled = |row: &Option<u32>| row.is_some_and(|row| grid.n_filled(row as usize) > 0);
        if !rows.iter().any(is_filled) {
            return Err(match layout.header {
                Some(header) if fits.contains(&Fit::Wide) => TableError::NoRowFits {
                    width: layout.names.len(),
                    line: grid.line(header),
                },
                _ => TableError::Empty,
            });
        }
        let names: Vec<&str> = layout.names.iter().map(String::as_str).collect();
        Ok(Self::of_places(&names, grid, rows, account))
    }

    /// The columns' names, all distinct, in the order of the file.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.header.iter().map(|heading| heading.name.as_str())
    }

    /// What had to be assumed to read the file, in the order of reading.
    pub(super) fn assumed(&self) -> &[Assumption] {
        &self.account.assumed
    }

    /// The lines, sheets and columns that are not in the table, each with its reason.
    pub(super) fn skipped(&self) -> &[Skipped] {
        &self.account.skipped
    }

    /// How many of [`skipped`](Self::skipped) are lines.
    pub(super) fn n_skipped_lines(&self) -> usize {
        self.account.n_lines
    }

    /// How many rows there are, blank ones included.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether every cell of the row is blank, as spreadsheets like to append.
    pub(super) fn is_blank(&self, row: usize) -> bool {
        self.rows[row].is_none_or(|row| self.grid.n_filled(row as usize) == 0)
    }

    /// The trimmed text of a cell; blank where the row is too short.
    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        let position = self.header[column].position;
        self.rows[row].map_or("", |row| self.grid.cell(row as usize, position))
    }

    /// The column of this name: to the letter, or else whatever its case.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let name = name.trim();
        self.names().position(|known| known == name).or_else(|| {
            self.names()
                .position(|known| known.eq_ignore_ascii_case(name))
        })
    }
}

/// Picks the reader by how the file begins.
fn read_file(path: &Path) -> Result<Table, TableError> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    if bytes > MAX_BYTES {
        let limit = MAX_BYTES;
        return Err(TableError::TooLarge { bytes, limit });
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let account = Account::new(&name);
    let mut raw = Vec::new();
    file.by_ref().take(4).read_to_end(&mut raw)?;
    if raw == *b"PAR1" {
        return parquet::read(file, account);
    }
    file.take(MAX_BYTES).read_to_end(&mut raw)?;
    if raw.starts_with(b"PK\x03\x04") {
        return workbook::read(raw, account);
    }
    if raw.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Err(TableError::OldWorkbook);
    }
    let decoded = encoding::decode(raw)?;
    if json::is_json(&decoded.text) {
        return json::read(&decoded.text, account);
    }
    text::read(&decoded, account)
}

/// Says which lines before the header were passed over and what the header lacks.
fn tell_header(grid: &Grid, layout: &Layout, origin: &Origin<'_>, account: &mut Account) {
    let (unit, of) = (origin.unit, &origin.of);
    let Some(header) = layout.header else {
        let text =
            format!("{of} has no header: its columns are called column_1, column_2 and so on.");
        return account.assume("header", text);
    };
    let passed: Vec<usize> = (0..header).filter(|row| grid.n_filled(*row) > 0).collect();
    let lines: Vec<u32> = passed.iter().map(|row| grid.line(*row)).collect();
    if let Some(&first) = passed.first() {
        let cells = || grid.row(first).collect::<Vec<_>>().join(" ");
        let text = (origin.line)(grid.line(first)).unwrap_or_else(cells);
        let verb = if lines.len() == 1 { "is" } else { "are" };
        let (places, text, at) = (places(unit, lines), quoted(&text), grid.line(header));
        let text =
            format!("{of}: {places} ({text}) {verb} passed over, the header is in {unit} {at}.");
        account.assume("preamble", text);
    }
    let text = match layout.lack {
        Lack::Nothing => return,
        Lack::First => format!(
            "The header of {of} has one name fewer than the rows have cells: the first column is \
             taken for the names of the rows, as R writes them."
        ),
        Lack::Last(n) => format!(
            "The rows of {of} have {n} more {} than the header has names: what is in them is called by \
             the number of the column, and a cell that holds a separator may be the cause.",
            if n == 1 { "cell" } else { "cells" }
        ),
    };
    account.assume("header", text);
}

/// The rows that are the table's; those that are not are named with their reason.
fn sort_out(
    grid: &Grid,
    layout: &Layout,
    fits: &[Fit],
    origin: &Origin<'_>,
    account: &mut Account,
) -> Vec<Option<u32>> {
    let n_names = layout.names.len();
    let (mut rows, mut short) = (Vec::with_capacity(fits.len()), Vec::new());
    for (row, fit) in (layout.first..).zip(fits) {
        let place = format!("{} {}", origin.unit, grid.line(row));
        match fit {
            Fit::Fits => {}
            Fit::Short => short.push(grid.line(row)),
            Fit::Wide => {
                let n_cells = grid.filled_width(row);
                let reason = format!(
                    "{n_cells} cells where the header has {n_names}: put quotes around a cell that holds \
                     a separator"
                );
                account.skip_line(&place, reason);
                // pandas can only be told to leave such lines out, and then does not count them.
                continue;
            }
            Fit::Comment => account.skip_line(&place, "a comment and no row".to_owned()),
            Fit::Header => account.skip_line(&place, "the header again and no row".to_owned()),
            Fit::Footer => {
                let text = grid.row(row).find(|cell| !cell.is_empty());
                let text = quoted(text.unwrap_or(""));
                account.skip_line(&place, format!("{text} below the rows is no row"));
            }
        }
        let is_row = matches!(fit, Fit::Fits | Fit::Short);
        rows.push(u32::try_from(row).ok().filter(|_| is_row));
    }
    if !short.is_empty() {
        let verb = if short.len() == 1 { "has" } else { "have" };
        let (places, of) = (places(origin.unit, short), &origin.of);
        let text = format!(
            "{of}: {places} {verb} fewer cells than the header: those missing at the end are blank."
        );
        account.assume("rows", text);
    }
    rows
}

/// Distinct names for all columns that have a name or any cell: cells beyond the header and
/// unnamed columns become `column_N` (N counts from 1), repeated names get ` (2)`, ` (3)`, ….
fn headings(names: &[&str], grid: &Grid, rows: &[Option<u32>]) -> Vec<Heading> {
    let mut is_used = vec![false; names.len()];
    for row in rows.iter().flatten() {
        for (position, cell) in grid.row(*row as usize).enumerate() {
            if !cell.is_empty() {
                is_used.resize(is_used.len().max(position + 1), false);
                is_used[position] = true;
            }
        }
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut headings = Vec::with_capacity(is_used.len());
    for (position, is_used) in is_used.into_iter().enumerate() {
        let given = names.get(position).copied().unwrap_or("").trim();
        let name = match given {
            "" if !is_used => continue,
            "" => format!("column_{}", position + 1),
            _ => given.to_owned(),
        };
        headings.push(Heading {
            name: distinct(name, &mut seen),
            position,
        });
    }
    headings
}

fn distinct(name: String, seen: &mut HashMap<String, usize>) -> String {
    let mut candidate = name.clone();
    while seen.contains_key(&candidate) {
        let count = seen.entry(name.clone()).or_insert(1);
        *count += 1;
        candidate = format!("{name} ({count})");
    }
    seen.insert(candidate.clone(), 1);
    candidate
}

#[cfg(test)]
mod tests;
