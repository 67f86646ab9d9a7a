//! What files of other people's programs become.

use super::*;

mod odd_text;
mod other_formats;

/// The table of a file `metadata.csv` with these bytes.
fn read(bytes: &[u8]) -> Result<Table, TableError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metadata.csv");
    std::fs::write(&path, bytes).unwrap();
    read_file(&path)
}

fn table(bytes: impl AsRef<[u8]>) -> Table {
    read(bytes.as_ref()).unwrap()
}

fn refused(bytes: impl AsRef<[u8]>) -> String {
    read(bytes.as_ref()).map(|_| ()).unwrap_err().to_string()
}

fn names(table: &Table) -> Vec<&str> {
    table.names().collect()
}

/// The cells of the column of this name.
fn column<'t>(table: &'t Table, name: &str) -> Vec<&'t str> {
    let column = table
        .find(name)
        .unwrap_or_else(|| panic!("no {name} in {:?}", names(table)));
    (0..table.len())
        .map(|row| table.cell(row, column))
        .collect()
}

/// All that was assumed of a topic.
fn said(table: &Table, topic: &str) -> String {
    let of_topic = table.assumed().iter().filter(|said| said.topic == topic);
    of_topic
        .map(|said| said.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

fn skipped(table: &Table) -> Vec<String> {
    let skipped = table.skipped().iter();
    skipped
        .map(|skipped| format!("{}: {}", skipped.filename, skipped.reason))
        .collect()
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
    let table = table(b"a,b\n1\n1,2,3\n1,2\n1,2,\n");
    assert_eq!(names(&table), ["a", "b"]);
    assert_eq!(column(&table, "b"), ["", "2", "2"]);
    assert!(said(&table, "rows").contains("line 2 has fewer cells"));
    assert_eq!(
        skipped(&table),
        [
            "metadata.csv, line 3: 3 cells where the header has 2: put quotes around a cell that holds a separator"
        ]
    );
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
    assert!(matches!(read(b""), Err(TableError::Empty)));
    assert!(matches!(read(b"a,b\n"), Err(TableError::Empty)));
    assert!(matches!(read(b"a,b\n,\n"), Err(TableError::Empty)));
    assert!(matches!(
        read(b"PK\x03\x04rest"),
        Err(TableError::Workbook { .. })
    ));
    assert!(matches!(
        read(b"\x89PNG\r\n\x1a\n\0"),
        Err(TableError::NotTable { .. })
    ));
    assert!(matches!(
        read(b"<!DOCTYPE html><html>"),
        Err(TableError::NotTable { .. })
    ));
    assert!(matches!(
        read(b"a,b\n1,2\n\0,1\n"),
        Err(TableError::ZeroByte { line: 3 })
    ));
}
