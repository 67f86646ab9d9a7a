//! The metadata as a table of text, whatever program wrote the file.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use csv::StringRecord;

use super::error::CohortError;
use super::record::{Assumption, Skipped};

/// The largest table that is read, in bytes.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// Rows of text below a header of distinct names.
#[derive(Debug, Clone)]
pub(super) struct Table {
    header: Vec<Heading>,
    rows: Vec<StringRecord>,
    assumed: Vec<Assumption>,
    skipped: Vec<Skipped>,
}

/// A column's name and where in a row its cells are.
#[derive(Debug, Clone)]
struct Heading {
    name: String,
    position: usize,
}

impl Table {
    /// Reads a table: UTF-8 with or without byte-order mark, UTF-16 with one, otherwise
    /// Windows-1252 (which holds Latin-1); comma, semicolon or tab; rows of any length.
    pub(super) fn read(path: &Path) -> Result<Self, CohortError> {
        let text = read_text(path)?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(&text))
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for row in reader.records() {
            rows.push(row.map_err(|source| CohortError::Csv {
                path: path.to_owned(),
                source,
            })?);
        }
        let empty = || CohortError::EmptyTable {
            path: path.to_owned(),
        };
        let header = rows.first().cloned().ok_or_else(empty)?;
        rows.remove(0);
        if !rows.iter().any(|row| !is_blank(row)) {
            return Err(empty());
        }
        Ok(Self::new(&header, rows))
    }

    /// A table of the rows below `header`; a name that is missing or repeated is made up.
    pub(super) fn new(header: &StringRecord, rows: Vec<StringRecord>) -> Self {
        Self {
            header: headings(header, &rows),
            rows,
            assumed: Vec::new(),
            skipped: Vec::new(),
        }
    }

    /// The columns' names, all distinct, in the order of the file.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(|heading| heading.name.as_str())
    }

    /// What had to be assumed to read the file, in the order of reading.
    pub(super) fn assumed(&self) -> &[Assumption] {
        &self.assumed
    }

    /// The lines, sheets and columns that are not in the table, each with its reason.
    pub(super) fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// How many rows there are, blank ones included.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether every cell of the row is blank, as spreadsheets like to append.
    pub(super) fn is_blank(&self, row: usize) -> bool {
        is_blank(&self.rows[row])
    }

    /// The trimmed text of a cell; blank where the row is too short.
    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        self.rows[row]
            .get(self.header[column].position)
            .unwrap_or("")
            .trim()
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

fn is_blank(row: &StringRecord) -> bool {
    row.iter().all(|cell| cell.trim().is_empty())
}

fn read_text(path: &Path) -> Result<String, CohortError> {
    let io = |source| CohortError::Io {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(io)?;
    let bytes = file.metadata().map_err(io)?.len();
    if bytes > MAX_BYTES {
        return Err(CohortError::TableTooLarge {
            path: path.to_owned(),
            bytes,
            limit: MAX_BYTES,
        });
    }
    let mut raw = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut raw).map_err(io)?;
    text_of(raw).ok_or_else(|| CohortError::NotText {
        path: path.to_owned(),
    })
}

/// The bytes as text, or nothing for a spreadsheet and other binary files.
fn text_of(raw: Vec<u8>) -> Option<String> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(&raw) {
        return Some(
            encoding
                .decode_without_bom_handling(&raw[mark..])
                .0
                .into_owned(),
        );
    }
    // A zero byte is in no text that these encodings write; zip files (.xlsx, .ods) begin with PK.
    if raw.starts_with(b"PK\x03\x04") || raw.contains(&0) {
        return None;
    }
    Some(String::from_utf8(raw).unwrap_or_else(|not_utf8| {
        encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(not_utf8.as_bytes())
            .0
            .into_owned()
    }))
}

/// The most frequent of comma, semicolon and tab in the header, outside quotes; a comma on a tie.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => counts
                .iter_mut()
                .filter(|(sign, _)| *sign == byte)
                .for_each(|(_, n)| *n += 1),
        }
    }
    // `max_by_key` returns the last of equals.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, n)| *n)
        .map_or(b',', |(sign, _)| *sign)
}

/// Distinct names for all columns that have a name or any cell: cells beyond the header and
/// unnamed columns become `column_N` (N counts from 1), repeated names get ` (2)`, ` (3)`, ….
fn headings(header: &StringRecord, rows: &[StringRecord]) -> Vec<Heading> {
    let width = rows
        .iter()
        .map(StringRecord::len)
        .max()
        .unwrap_or(0)
        .max(header.len());
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut headings = Vec::with_capacity(width);
    for position in 0..width {
        let given = header.get(position).unwrap_or("").trim();
        let unused = || {
            rows.iter()
                .all(|row| row.get(position).unwrap_or("").trim().is_empty())
        };
        let name = match given {
            "" if unused() => continue,
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
mod tests {
    use super::*;

    fn table(bytes: &[u8]) -> Table {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        Table::read(file.path()).unwrap()
    }

    fn names(table: &Table) -> Vec<&str> {
        table.names().collect()
    }

    #[test]
    fn byte_order_marks_and_encodings() {
        assert_eq!(names(&table(b"\xEF\xBB\xBFname,x\na,1\n")), ["name", "x"]);
        assert_eq!(
            table(b"name\nM\xFCnchen \x96 x\n").cell(0, 0),
            "München – x"
        );
        let utf16: Vec<u8> = "\u{FEFF}name;x\nMünchen;1\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(table(&utf16).cell(0, 0), "München");
        let big: Vec<u8> = "\u{FEFF}name;x\nMünchen;1\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(table(&big).cell(0, 0), "München");
    }

    #[test]
    fn delimiters() {
        assert_eq!(
            names(&table(b"a;b;\"c,d,e\"\n1;2;3\n")),
            ["a", "b", "c,d,e"]
        );
        assert_eq!(names(&table(b"a\tb, c\td\n1\t2\t3\n")), ["a", "b, c", "d"]);
        assert_eq!(names(&table(b"only\n1\n")), ["only"]);
    }

    #[test]
    fn quotes_and_newlines_in_cells() {
        let table = table(b"a,b\r\n\"x\ny, \"\"z\"\"\",2\r\n3,4\r\n");
        assert_eq!(table.len(), 2);
        assert_eq!(table.cell(0, 0), "x\ny, \"z\"");
        assert_eq!(table.cell(1, 1), "4");
    }

    #[test]
    fn ragged_rows() {
        let table = table(b"a,b\n1\n1,2,3\n1,2\n");
        assert_eq!(names(&table), ["a", "b", "column_3"]);
        assert_eq!(table.cell(0, 1), "");
        assert_eq!(table.cell(1, 2), "3");
        assert_eq!(table.cell(2, 2), "");
    }

    #[test]
    fn an_unnamed_column_stays_only_when_it_holds_something() {
        assert_eq!(names(&table(b"a,b,\n1,2,\n3,4, \n")), ["a", "b"]);
        assert_eq!(
            names(&table(b",a,\n0,1,x\n")),
            ["column_1", "a", "column_3"]
        );
    }

    #[test]
    fn repeated_names_become_distinct() {
        assert_eq!(
            names(&table(b"a,a,a (2), a \n1,2,3,4\n")),
            ["a", "a (2)", "a (2) (2)", "a (3)"]
        );
    }

    #[test]
    fn blank_rows_are_known() {
        let table = table(b"a,b\n1,2\n,\n\n3,4\n");
        assert_eq!(
            table.len(),
            3,
            "an empty line is no row, a row of empty cells is"
        );
        assert!(table.is_blank(1));
        assert_eq!(table.cell(2, 0), "3");
    }

    #[test]
    fn no_table_at_all() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let read = |bytes: &[u8]| {
            std::fs::write(file.path(), bytes).unwrap();
            Table::read(file.path()).unwrap_err()
        };
        assert!(matches!(read(b""), CohortError::EmptyTable { .. }));
        assert!(matches!(read(b"a,b\n,\n"), CohortError::EmptyTable { .. }));
        assert!(matches!(
            read(b"PK\x03\x04rest"),
            CohortError::NotText { .. }
        ));
        assert!(matches!(read(b"a,b\n\0,1\n"), CohortError::NotText { .. }));
    }
}
