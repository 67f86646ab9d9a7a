//! CSV as RFC 4180 has it, in which no cell is a formula.

use std::io::{Result, Write};

use crate::features::vectors::FeatureTable;

use super::{Cell, Table};

/// A table with its names in the first line; missing cells are empty, flags `true` or `false`.
///
/// # Errors
/// Those of `out`.
pub fn table(table: &Table, out: &mut impl Write) -> Result<()> {
    line(
        out,
        table.columns.iter().map(|column| Cell::Text(&column.name)),
    )?;
    for row in 0..table.n_rows {
        line(out, table.columns.iter().map(|column| column.cells.at(row)))?;
    }
    Ok(())
}

/// `id`, `filename`, `feature_0`, `feature_1`, …
///
/// # Errors
/// Those of `out`.
pub fn features_csv(table: FeatureTable<'_>, out: &mut impl Write) -> Result<()> {
    let names: Vec<String> = (0..table.features.ncols())
        .map(|i| format!("feature_{i}"))
        .collect();
    let names = names.iter().map(|name| Cell::Text(name));
    line(
        out,
        [Cell::Text("id"), Cell::Text("filename")]
            .into_iter()
            .chain(names),
    )?;
    let rows = table
        .features
        .rows()
        .into_iter()
        .zip(table.ids)
        .zip(table.filenames);
    for ((values, id), filename) in rows {
        let values = values.into_iter().map(|&value| Cell::Single(value));
        line(
            out,
            [Cell::Text(id), Cell::Text(filename)]
                .into_iter()
                .chain(values),
        )?;
    }
    Ok(())
}

/// Writes a line.
fn line<'a>(out: &mut impl Write, cells: impl Iterator<Item = Cell<'a>>) -> Result<()> {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        match cell {
            Cell::Missing => Ok(()),
            Cell::Text(text) => out.write_all(quoted(text).as_bytes()),
            Cell::Number(number) => write!(out, "{number}"),
            Cell::Single(number) => write!(out, "{number}"),
            Cell::Integer(number) => write!(out, "{number}"),
            Cell::Flag(flag) => write!(out, "{flag}"),
        }?;
    }
    out.write_all(b"\r\n")
}

/// A text as a cell: quoted where it has to be, and marked as text by an apostrophe where a
/// spreadsheet would take it for a formula.
fn quoted(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_have_to_be() {
        assert_eq!(quoted("a b"), "a b");
        assert_eq!(quoted("a, \"b\"\nc"), "\"a, \"\"b\"\"\nc\"");
    }

    #[test]
    fn no_text_is_a_formula_and_numbers_stay_numbers() {
        for text in ["=1+1", "+1", "-1", "@A1", "\t=1"] {
            assert_eq!(quoted(text), format!("'{text}"));
        }
        assert_eq!(quoted("\r=1"), "\"'\r=1\"");
        assert_eq!(quoted("=\"a\",1"), "\"'=\"\"a\"\",1\"");
        let mut csv = Vec::new();
        let cells = [
            Cell::Number(-0.5),
            Cell::Integer(-1),
            Cell::Missing,
            Cell::Flag(true),
            Cell::Text("-"),
        ];
        line(&mut csv, cells.into_iter()).unwrap();
        assert_eq!(csv, b"-0.5,-1,,true,'-\r\n");
    }
}
