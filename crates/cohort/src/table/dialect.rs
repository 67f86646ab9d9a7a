//! Which dialect a text is in: separator, quote, escape and blanks, guessed together by how well the
//! rows then fit their header.

use super::super::kinds::is_image_name;
use super::delimited::{Delimited, Dialect, Shape, take_apart};
use super::error::TableError;
use super::layout::{Layout, is_figure, separator_line};

/// Bytes of the text that are read in every dialect that it may be in.
const SAMPLE: usize = 256 * 1024;
/// What separates cells, the most usual first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// The separator of a text that has but one column: no text has such a letter.
pub(super) const ONE_COLUMN: u8 = 0;
/// Loss of a reading in which quotes mean nothing: a few that never close are no reason for it.
const UNQUOTED: f64 = 1.0;
/// Gain of the separator that the file itself names.
const DECLARED: f64 = 2.0;

/// Takes the text apart in the dialect that fits it best; the plain one of RFC 4180 with a comma
/// when others fit no better.
///
/// # Errors
/// When there is no table in it, or a quote that never closes cannot be read as text.
pub(super) fn read(text: &str) -> Result<(Dialect, Delimited), TableError> {
    let sample = head(text);
    let declared = declared(text);
    let mut best: Option<(f64, Dialect, Shape)> = None;
    let mut fault = TableError::Empty;
    let mut n_in_quotes = 0;
    for dialect in candidates(sample, declared) {
        let read = match take_apart(sample, dialect, None) {
            Ok(read) => read,
            Err(error) => {
                fault = error;
                continue;
            }
        };
        match dialect.quote {
            Some(b'\'') if !has_apostrophes_for_quotes(&read, n_in_quotes) => continue,
            Some(b'"') => n_in_quotes = n_in_quotes.max(read.cells.quoted),
            _ => {}
        }
        let Some(layout) = Layout::find(&read.grid) else {
            continue;
        };
        let names_separator = layout
            .names
            .iter()
            .any(|name| name.contains([',', ';', '\t', '|']));
        if dialect.separator == ONE_COLUMN && names_separator {
            continue;
        }
        let share = |n: usize| (n as f64 / read.grid.len() as f64).min(1.0);
        let mut score = layout.score(&read.grid, read.odd.len());
        score -= 2.0 * share(read.cells.leftover) + 2.0 * share(read.cells.stray);
        score += if declared == Some(dialect.separator) {
            DECLARED
        } else {
            0.0
        };
        score -= if dialect.quote.is_none() {
            UNQUOTED
        } else {
            0.0
        };
        if best.as_ref().is_none_or(|(known, ..)| score > known + 1e-9) {
            best = Some((score, dialect, shape(&read, &layout)));
        }
    }
    let (_, dialect, shape) = best.ok_or(fault)?;
    Ok((dialect, take_apart(text, dialect, Some(&shape))?))
}

/// Whether apostrophes quote as a habit or hold a cell together, and more cells than the usual quotes
/// do: a cell between two of them, here and there, is text.
fn has_apostrophes_for_quotes(read: &Delimited, n_in_quotes: usize) -> bool {
    let cells = read.cells;
    let is_habit = cells.quoted > 1 && cells.quoted * 2 >= read.grid.len();
    (is_habit || cells.joined > 0) && cells.quoted > n_in_quotes
}

/// The beginning of the text, up to the end of a line.
fn head(text: &str) -> &str {
    let Some(start) = text.as_bytes().get(..SAMPLE) else {
        return text;
    };
    let end = start.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
    end.and_then(|end| text.get(..=end)).unwrap_or(text)
}

/// The separator that the first line names, as spreadsheet programs understand it.
fn declared(text: &str) -> Option<u8> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let named = separator_line(first)?;
    match named.as_bytes() {
        [] if first.ends_with('\t') => Some(b'\t'),
        [b'\\', b't', ..] => Some(b'\t'),
        // Spreadsheets pad the line with separators when they write it again.
        [byte, ..] if byte.is_ascii_punctuation() && *byte != b'"' => Some(*byte),
        _ => None,
    }
}

/// The dialects that the text may be in, the plain ones first.
fn candidates(text: &str, declared: Option<u8>) -> Vec<Dialect> {
    let mut separators = SEPARATORS.to_vec();
    if let Some(declared) = declared {
        separators.retain(|separator| *separator != declared);
        separators.insert(0, declared);
    }
    separators.retain(|separator| *separator == b',' || text.as_bytes().contains(separator));
    // No text has it: every line is one cell.
    separators.push(ONE_COLUMN);
    let has = |text_part: &str| text.contains(text_part);
    let mut quotes = vec![(Some(b'"'), false)];
    if has("\\") {
        quotes.push((Some(b'"'), true));
    }
    if has("'") {
        quotes.push((Some(b'\''), false));
    }
    if has("\"") {
        quotes.push((None, false));
    }
    let blanks: &[bool] = if has(" \"") || has(" '") {
        &[false, true]
    } else {
        &[false]
    };
    let mut dialects = Vec::new();
    for &(quote, has_escapes) in &quotes {
        for &has_blanks in blanks {
            dialects.extend(separators.iter().map(|&separator| Dialect {
                separator,
                quote,
                has_escapes,
                has_blanks,
            }));
        }
    }
    dialects
}

/// What the rows of the sample look like.
fn shape(read: &Delimited, layout: &Layout) -> Shape {
    let grid = &read.grid;
    let usual = |column: usize| {
        let cells = (layout.first..grid.len()).map(|row| grid.cell(row, column));
        let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
        let is_all = |test: fn(&str) -> bool| {
            let n = cells.iter().filter(|cell| test(cell)).count();
            n > 0 && n * 10 >= cells.len() * 9
        };
        let tests: [fn(&str) -> bool; 2] = [is_figure, is_image_name];
        tests.into_iter().find(|test| is_all(*test))
    };
    Shape {
        width: layout.names.len(),
        columns: (0..layout.names.len()).map(usual).collect(),
    }
}
