//! Tables in Excel workbooks (`.xlsx`): the cells of one sheet, written as a person sees them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, sink};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use zip::ZipArchive;

use negatoscope_host::panics::caught;

use super::account::{Account, quoted};
use super::error::TableError;
use super::grid::{Grid, MAX_COLUMNS};
use super::layout::Layout;
use super::{Origin, Table, iso};

/// How much a worksheet may hold, in bytes; it is read cell by cell.
const MAX_SHEET: u64 = 1 << 30;
/// How much the texts may hold that all sheets share.
const MAX_STRINGS: u64 = 256 << 20;
/// How much any other part may hold; styles take far more memory than bytes.
const MAX_PART: u64 = 16 << 20;
/// Rows that a sheet has.
const MAX_ROWS: u32 = 1_048_576;
/// The number from which on Excel does not keep every digit.
const EXACT: f64 = 1e15;

/// Reads the first sheet that holds a table; other sheets that hold anything are named.
///
/// # Errors
/// When the workbook is damaged, too large, or has no such sheet.
pub(super) fn read(raw: Vec<u8>, account: Account) -> Result<Table, TableError> {
    // A reader of hostile files may panic; the file is then told to be unreadable.
    let read = caught(|| read_all(raw, account));
    read.unwrap_or_else(|_| Err(unreadable("it is damaged")))
}

impl From<XlsxError> for TableError {
    fn from(error: XlsxError) -> Self {
        unreadable(&error.to_string())
    }
}

fn unreadable(reason: &str) -> TableError {
    let reason = quoted(reason).trim_matches(['“', '”', '.']).to_owned();
    TableError::Workbook { reason }
}

fn read_all(raw: Vec<u8>, mut account: Account) -> Result<Table, TableError> {
    measure(&raw)?;
    let mut book = Xlsx::new(Cursor::new(raw))?;
    let mut sheets = book.sheets_metadata().to_vec();
    sheets.retain(|sheet| sheet.typ == SheetType::WorkSheet);
    // What the author hid is looked at last.
    sheets.sort_by_key(|sheet| sheet.visible != SheetVisible::Visible);
    let mut found: Option<(String, Sheet)> = None;
    let mut others = Vec::new();
    for sheet in &sheets {
        let read = match read_sheet(&mut book, &sheet.name) {
            Ok(read) => read,
            // Which sheet is meant is not to be decided by damage.
            Err(error) if found.is_none() => return Err(error),
            Err(_) => {
                others.push(sheet.name.clone());
                continue;
            }
        };
        let is_better = match &found {
            None => read.n_columns > 0,
            Some((_, known)) => known.n_columns < 2 && read.n_columns > 1,
        };
        if is_better {
            others.extend(found.take().map(|(name, _)| name));
            found = Some((sheet.name.clone(), read));
        } else if read.grid.len() > 0 {
            others.push(sheet.name.clone());
        }
    }
    let (name, sheet) = found.ok_or(TableError::NoSheet)?;
    let file = account.file.clone();
    account.assume(
        "sheet",
        format!("{file} is read as a workbook: its sheet {}.", quoted(&name)),
    );
    tell_gaps(&mut book, (&name, &sheet), &mut account)?;
    for other in others {
        let reason = format!(
            "another sheet of the workbook: only {} is read",
            quoted(&name)
        );
        account.skip(&format!("sheet {}", quoted(&other)), reason);
    }
    let origin = Origin {
        unit: "row",
        of: format!("sheet {} of {file}", quoted(&name)),
        line: &|_| None,
    };
    let (errors, long) = (sheet.errors, sheet.long);
    let mut table = Table::laid_out(sheet.grid, &origin, account)?;
    table.tell_cells(&file, &errors, &long);
    Ok(table)
}

/// Says which cells of a sheet a person sees filled that have no value in the file.
fn tell_gaps(
    book: &mut Xlsx<Cursor<Vec<u8>>>,
    (name, sheet): (&str, &Sheet),
    account: &mut Account,
) -> Result<(), TableError> {
    let file = account.file.clone();
    // A title may be as wide as its table.
    let merged = book.merge_cells_by_sheet_name(name)?;
    let merged = merged
        .iter()
        .filter(|area| area.end.0 >= sheet.first)
        .count();
    if merged > 0 {
        let areas = if merged == 1 { "area" } else { "areas" };
        let text = format!(
            "{merged} {areas} of merged cells in {file}: the first cell of each has its value, and the \
             others are blank."
        );
        account.assume("merged", text);
    }
    let mut cells = book.worksheet_cells_reader(name)?;
    let mut unknown = 0;
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        unknown += usize::from(cell.formula.is_some() && matches!(cell.value, DataRef::Empty));
    }
    if unknown > 0 {
        let cells = if unknown == 1 { "cell" } else { "cells" };
        let text = format!(
            "{unknown} {cells} of {file} with a formula whose value is not in the file are blank: save it \
             in a spreadsheet program first."
        );
        account.assume("formulas", text);
    }
    Ok(())
}

impl Table {
    /// Says which cells are not what a person sees.
    fn tell_cells(&mut self, file: &str, errors: &BTreeMap<String, usize>, long: &BTreeSet<u32>) {
        if !errors.is_empty() {
            let n: usize = errors.values().sum();
            let words: Vec<&str> = errors.keys().map(String::as_str).collect();
            let cells = if n == 1 { "cell" } else { "cells" };
            let text = format!(
                "{n} {cells} of {file} with an error ({}) are blank.",
                words.join(", ")
            );
            self.account.assume("errors", text);
        }
        for heading in &self.header {
            let position = u32::try_from(heading.position).unwrap_or(u32::MAX);
            if long.contains(&position) {
                let text = format!(
                    "Column {} of {file} holds numbers of more than 15 digits, of which Excel keeps 15: \
                     the others may be lost.",
                    heading.name
                );
                self.account.assume_of("digits", &heading.name, text);
            }
        }
    }
}

/// Refuses what takes too much memory, by unpacking it: the sizes that a file gives need not be true.
fn measure(raw: &[u8]) -> Result<(), TableError> {
    let broken = |error: zip::result::ZipError| unreadable(&error.to_string());
    let mut parts = ZipArchive::new(Cursor::new(raw)).map_err(broken)?;
    for index in 0..parts.len() {
        let part = parts.by_index(index).map_err(broken)?;
        let name = part.name().map_err(broken)?.to_ascii_lowercase();
        if name == "mimetype" || name.ends_with("workbook.bin") {
            let kind = "a workbook of another program than Excel";
            return Err(TableError::NotTable { kind });
        }
        let limit = match name.as_str() {
            _ if !(name.ends_with(".xml") || name.ends_with(".rels")) => continue,
            _ if name.contains("worksheets/") => MAX_SHEET,
            _ if name.ends_with("sharedstrings.xml") => MAX_STRINGS,
            _ => MAX_PART,
        };
        let held = std::io::copy(&mut part.take(limit + 1), &mut sink())?;
        if held > limit {
            let what = "bytes in one part of the workbook";
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            return Err(TableError::TooMany { what, limit });
        }
    }
    Ok(())
}

/// What is in a sheet.
struct Sheet {
    grid: Grid,
    /// How many columns its table has; none without a table.
    n_columns: usize,
    /// The line of the sheet, counted from 0, that its rows begin at.
    first: u32,
    /// How often each error is a cell's value.
    errors: BTreeMap<String, usize>,
    /// Columns with numbers that have more digits than Excel keeps.
    long: BTreeSet<u32>,
}

fn read_sheet(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Result<Sheet, TableError> {
    let mut cells = book.worksheet_cells_reader(name)?;
    let codes: Vec<usize> = cells.styles().iter().map(n_digits).collect();
    let (mut errors, mut long) = (BTreeMap::new(), BTreeSet::new());
    let mut grid = Grid::of_sheet();
    let mut row: BTreeMap<u32, String> = BTreeMap::new();
    let mut at = 0;
    while let Some((cell, style)) = cells.next_cell_with_style_id()? {
        let (line, column) = cell.get_position();
        if line < at || line >= MAX_ROWS || column as usize >= MAX_COLUMNS {
            return Err(unreadable("its cells are in no order"));
        }
        if line > at {
            push(&mut grid, &mut row, &mut at, line)?;
        }
        if let DataRef::Error(error) = cell.get_value() {
            *errors.entry(error.to_string()).or_insert(0) += 1;
        }
        if matches!(cell.get_value(), DataRef::Float(number) if number.abs() >= EXACT) {
            long.insert(column);
        }
        let text = text_of(cell.get_value(), codes.get(style).copied().unwrap_or(0));
        if !text.trim().is_empty() {
            row.insert(column, text);
        }
    }
    if !row.is_empty() {
        let next = at + 1;
        push(&mut grid, &mut row, &mut at, next)?;
    }
    let layout = Layout::find(&grid);
    let first = layout.as_ref().map(|layout| layout.first);
    let first = first.filter(|first| *first < grid.len());
    let first = first.map_or(0, |first| grid.line(first) - 1);
    let n_columns = layout.map_or(0, |layout| {
        let is_filled = |row: usize| grid.n_filled(row) > 0;
        let has_rows = (layout.first..grid.len()).any(is_filled);
        if has_rows { layout.names.len() } else { 0 }
    });
    Ok(Sheet {
        grid,
        n_columns,
        first,
        errors,
        long,
    })
}

/// Ends the row at `at` and the empty ones up to `next`; empty ones before the first are none.
fn push(
    grid: &mut Grid,
    row: &mut BTreeMap<u32, String>,
    at: &mut u32,
    next: u32,
) -> Result<(), TableError> {
    let is_first = grid.len() == 0 && row.is_empty();
    let width = row.keys().next_back().map_or(0, |last| last + 1);
    if !is_first {
        let cells = (0..width).map(|column| row.get(&column).map_or("", String::as_str));
        grid.push_row(cells, *at + 1)?;
        for line in *at + 1..next {
            grid.push_row([], line + 1)?;
        }
    }
    row.clear();
    *at = next;
    Ok(())
}

/// The least digits that a format of nothing but zeros shows, as in `00000`.
fn n_digits(style: &calamine::Style) -> usize {
    let code = style
        .number_format
        .as_ref()
        .map_or("", |format| format.format_code.as_str());
    if code.bytes().all(|byte| byte == b'0') {
        code.len()
    } else {
        0
    }
}

/// A cell as a person sees it, whole numbers with at least `n_digits` digits.
fn text_of(value: &DataRef<'_>, n_digits: usize) -> String {
    match value {
        DataRef::Int(number) => format!("{number:0n_digits$}"),
        DataRef::Float(number) if number.fract() == 0.0 => format!("{number:0n_digits$}"),
        // Excel keeps 17 digits and shows 15: 0.1 + 0.2 is 0.3 to who sees it.
        DataRef::Float(number) => {
            let shown: f64 = format!("{number:.14e}").parse().unwrap_or(*number);
            shown.to_string()
        }
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(moment) => moment_of(moment),
        DataRef::DateTimeIso(text) => text.trim_end_matches("T00:00:00").replace('T', " "),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

fn moment_of(moment: &ExcelDateTime) -> String {
    let value = moment.as_f64();
    if moment.is_duration() || (0.0..1.0).contains(&value) {
        let seconds = (value * 86_400.0).round();
        return iso::time(seconds as i64 * 1_000_000);
    }
    let (year, month, day, hours, minutes, seconds, millis) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds);
    match (seconds, millis) {
        (0, 0) => date,
        _ => format!(
            "{date} {}",
            iso::time(seconds * 1_000_000 + i64::from(millis) * 1000)
        ),
    }
}
