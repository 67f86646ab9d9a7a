//! Tables that are text: decoded, taken apart, and what had to be assumed for it.

use std::borrow::Cow;

use super::account::{Account, places};
use super::delimited::{Dialect, Oddity};
use super::encoding::Decoded;
use super::error::TableError;
use super::{Origin, Table, blanks, dialect};

/// Documents that are no tables, by how they begin.
const DOCUMENTS: [(&str, &str); 6] = [
    ("<!doctype html", "a web page"),
    ("<html", "a web page"),
    ("<table", "a web page"),
    ("<?xml", "an XML document"),
    ("{\\rtf", "a text document"),
    ("%PDF-", "a PDF document"),
];

/// Reads a text with a separator between cells.
///
/// # Errors
/// When there is no table in it.
pub(super) fn read(decoded: &Decoded, mut account: Account) -> Result<Table, TableError> {
    let text = &decoded.text;
    let begins = |with: &str| {
        let start = text.trim_start().as_bytes().get(..with.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
    };
    if let Some((_, kind)) = DOCUMENTS.into_iter().find(|(with, _)| begins(with)) {
        return Err(TableError::NotTable { kind });
    }
    let spaced = blanks::as_tabs(text);
    let (dialect, read) = dialect::read(&spaced)?;
    let words = match spaced {
        Cow::Borrowed(_) => words(dialect),
        Cow::Owned(_) => "blanks between cells".to_owned(),
    };
    let file = account.file.clone();
    let encoding = decoded.encoding;
    account.assume(
        "separator",
        format!("{file} is read as {encoding} with {words}."),
    );
    if let Some(assumed) = &decoded.assumed {
        account.assume("encoding", format!("{file} {assumed}."));
    }
    let lines = |kind: Oddity| {
        let odd = read.odd.iter().filter(|(odd, _)| *odd == kind);
        let lines: Vec<u32> = odd.map(|(_, line)| *line).collect();
        (!lines.is_empty()).then(|| places("line", lines))
    };
    if let Some(lines) = lines(Oddity::OpenQuote) {
        let text = format!("A quote in {lines} of {file} never closes and is read as text.");
        account.assume("quotes", text);
    }
    if let Some(lines) = lines(Oddity::InnerQuote) {
        let text =
            format!("Quotes within cells in {lines} of {file} are read as part of the cells.");
        account.assume("quotes", text);
    }
    let line = |line: u32| {
        let index = usize::try_from(line).unwrap_or(1).saturating_sub(1);
        text.lines().nth(index).map(str::to_owned)
    };
    let origin = Origin {
        unit: "line",
        of: file,
        line: &line,
    };
    Table::laid_out(read.grid, &origin, account)
}

/// A dialect in words.
fn words(of: Dialect) -> String {
    let mut words = match of.separator {
        b',' => "commas between cells".to_owned(),
        b';' => "semicolons between cells".to_owned(),
        b'\t' => "tabs between cells".to_owned(),
        dialect::ONE_COLUMN => "one cell a line".to_owned(),
        b'|' => "bars (|) between cells".to_owned(),
        other => format!("{} between cells", char::from(other)),
    };
    match of.quote {
        Some(b'"') => {}
        Some(_) => words.push_str(", single quotes (') around them"),
        None => words.push_str(", quotes being part of them"),
    }
    if of.has_escapes {
        words.push_str(", a backslash before quotes and separators within them");
    }
    if of.has_blanks {
        words.push_str(", blanks before quotes being no part of them");
    }
    words
}
