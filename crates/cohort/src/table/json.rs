//! Tables in JSON: an object a line, as Hugging Face keeps `metadata.jsonl`, or one list of objects.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Table;
use super::account::{Account, quoted};
use super::encoding::count_lines;
use super::error::TableError;
use super::grid::{Grid, MAX_CELLS, MAX_COLUMNS};

/// How deep objects in objects become columns.
const MAX_DEPTH: usize = 8;
/// How long the names of all columns may be together, in bytes.
const MAX_NAMES: usize = 16 << 20;

/// Whether the text begins as a table in JSON does.
pub(super) fn is_json(text: &str) -> bool {
    let next = |text: &str, sign| text.trim_start().strip_prefix(sign).map(str::to_owned);
    let text: String = text.trim_start().chars().take(200).collect();
    let is_object =
        |text: &str| next(text, '{').is_some_and(|text| text.trim_start().starts_with(['"', '}']));
    is_object(&text) || next(&text, '[').is_some_and(|text| is_object(&text))
}

/// Reads objects as rows: their keys are columns, in the order in which they come first; objects in
/// them become columns with a dot in the name. Numbers keep the digits that they are written with.
///
/// # Errors
/// When the text is JSON of another shape.
pub(super) fn read(text: &str, mut account: Account) -> Result<Table, TableError> {
    let is_list = text.trim_start().starts_with('[');
    let mut rows = Rows::default();
    if is_list {
        rows.read_list(text)?;
    } else {
        rows.read_lines(text, &mut account)?;
    }
    for name in &rows.lists {
        let reason = "the column holds lists and is not read".to_owned();
        account.skip(&format!("column {name}"), reason);
    }
    let what = if is_list {
        "a list of JSON objects"
    } else {
        "JSON lines"
    };
    account.assume("format", format!("{} is read as {what}.", account.file));
    let names: Vec<&str> = rows.names.iter().map(String::as_str).collect();
    if names.is_empty() || rows.cells.is_empty() {
        return Err(TableError::Empty);
    }
    let mut grid = Grid::default();
    let mut cells = rows.cells.iter().peekable();
    for (row, line) in rows.lines.iter().enumerate() {
        let mut given: HashMap<usize, &str> = HashMap::new();
        while let Some((_, column, cell)) = cells.next_if(|(of, ..)| *of == row) {
            given.insert(*column, cell);
        }
        let width = given.keys().max().map_or(0, |last| last + 1);
        let all = (0..width).map(|column| given.get(&column).copied().unwrap_or(""));
        grid.push_row(all, *line)?;
    }
    Table::of_grid(&names, grid, account)
}

/// Rows while their columns are not all known.
#[derive(Default)]
struct Rows {
    names: Vec<String>,
    positions: HashMap<String, usize>,
    /// Row, column and text of the cells that are not blank.
    cells: Vec<(usize, usize, String)>,
    /// The line of each row.
    lines: Vec<u32>,
    /// Columns that hold lists.
    lists: BTreeSet<String>,
    /// How long the names of all columns are together.
    n_bytes: usize,
}

impl Rows {
    fn read_lines(&mut self, text: &str, account: &mut Account) -> Result<(), TableError> {
        let mut first_fault = None;
        for (line, number) in text.lines().zip(1..) {
            if line.trim().is_empty() {
                continue;
            }
            let line = without_nan(line);
            match serde_json::from_str::<Object<'_>>(&line) {
                Ok(object) => self.push(object, number)?,
                Err(error) => {
                    let reason = reason_of(&error);
                    account.skip_line(
                        &format!("line {number}"),
                        format!("no JSON object ({reason})"),
                    );
                    first_fault.get_or_insert((number, reason));
                }
            }
        }
        match first_fault {
            Some((line, reason)) if self.lines.is_empty() => Err(TableError::Json { line, reason }),
            _ => Ok(()),
        }
    }

    fn read_list(&mut self, text: &str) -> Result<(), TableError> {
        let text = without_nan(text);
        let read = serde_json::from_str::<Vec<&RawValue>>(&text);
        let objects = read.map_err(|error| TableError::Json {
            line: u32::try_from(error.line()).unwrap_or(u32::MAX),
            reason: reason_of(&error),
        })?;
        let (mut line, mut from) = (1, text.as_ptr() as usize);
        for object in objects {
            let raw = object.get();
            let at = raw.as_ptr() as usize;
            let start = text.as_ptr() as usize;
            line += count_lines(&text.as_bytes()[from - start..at - start]);
            from = at;
            let object = serde_json::from_str(raw).map_err(|error| TableError::Json {
                line,
                reason: reason_of(&error),
            })?;
            self.push(object, line)?;
        }
        Ok(())
    }

    fn push(&mut self, object: Object<'_>, line: u32) -> Result<(), TableError> {
        let row = self.lines.len();
        self.lines.push(line);
        self.push_object(row, "", object, 0)?;
        if self.cells.len() + self.lines.len() > MAX_CELLS {
            let (what, limit) = ("cells", MAX_CELLS);
            return Err(TableError::TooMany { what, limit });
        }
        Ok(())
    }

    fn push_object(
        &mut self,
        row: usize,
        prefix: &str,
        object: Object<'_>,
        depth: usize,
    ) -> Result<(), TableError> {
        for (key, value) in object.0 {
            let name = format!("{prefix}{key}");
            let raw = value.get();
            match raw.as_bytes().first() {
                Some(b'{') if depth < MAX_DEPTH => {
                    if let Ok(inner) = serde_json::from_str(raw) {
                        self.push_object(row, &format!("{name}."), inner, depth + 1)?;
                    }
                }
                Some(b'{' | b'[') => {
                    if !self.lists.contains(&name) {
                        self.count_name(&name, self.lists.len())?;
                        self.lists.insert(name);
                    }
                }
                Some(b'"') => {
                    let text = serde_json::from_str::<String>(raw).unwrap_or_default();
                    self.push_cell(row, name, text)?;
                }
                Some(b'n') | None => self.push_cell(row, name, String::new())?,
                Some(_) => self.push_cell(row, name, raw.to_owned())?,
            }
        }
        Ok(())
    }

    fn push_cell(&mut self, row: usize, name: String, text: String) -> Result<(), TableError> {
        let column = match self.positions.get(&name) {
            Some(column) => *column,
            None => {
                let next = self.names.len();
                self.count_name(&name, next)?;
                self.names.push(name.clone());
                self.positions.insert(name, next);
                next
            }
        };
        if !text.is_empty() {
            self.cells.push((row, column, text));
        }
        Ok(())
    }

    /// Counts a name before it is kept: with the keys around it a name can be far longer than what
    /// the file has of it.
    fn count_name(&mut self, name: &str, n_known: usize) -> Result<(), TableError> {
        if n_known >= MAX_COLUMNS {
            let (what, limit) = ("columns", MAX_COLUMNS);
            return Err(TableError::TooMany { what, limit });
        }
        self.n_bytes += name.len();
        if self.n_bytes > MAX_NAMES {
            let (what, limit) = ("bytes in the names of its columns", MAX_NAMES);
            return Err(TableError::TooMany { what, limit });
        }
        Ok(())
    }
}

/// An object's keys and values, in their order and as they are written.
struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some((key, value)) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
            pairs.push((key, value));
        }
        Ok(Object(pairs))
    }
}

/// The text with `null` for the `NaN` that Python writes outside of strings.
fn without_nan(text: &str) -> Cow<'_, str> {
    if !text.contains("NaN") {
        return Cow::Borrowed(text);
    }
    let (mut out, mut is_string, mut is_escaped) =
        (String::with_capacity(text.len()), false, false);
    let mut rest = text.char_indices();
    while let Some((at, letter)) = rest.next() {
        if !is_string && text[at..].starts_with("NaN") {
            out.push_str("null");
            rest.nth(1);
            continue;
        }
        is_string ^= letter == '"' && !is_escaped;
        is_escaped = is_string && letter == '\\' && !is_escaped;
        out.push(letter);
    }
    Cow::Owned(out)
}

/// What the parser says, without its own count of lines.
fn reason_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    quoted(text).trim_matches(['“', '”']).to_owned()
}
