//! Text with a separator between cells, taken apart by one dialect.
//!
//! As RFC 4180 and the csv crate read it, with what files of clinics need besides: a quote that
//! never closes is text where the row then has the width of the table, quotes inside quoted cells
//! need not be doubled, and every oddity is told with its line.

mod quotes;

use std::ops::Range;

use super::error::TableError;
use super::grid::{Grid, Mark};

/// How cells are separated and quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) separator: u8,
    /// `None` where quotes are letters like others.
    pub(super) quote: Option<u8>,
    /// Whether a backslash takes its meaning from the separator, quote or backslash after it.
    pub(super) has_escapes: bool,
    /// Whether a quote may stand after blanks.
    pub(super) has_blanks: bool,
}

/// What rows look like where they are sound, to tell a row from a note of several lines.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) width: usize,
    /// For each column, what nearly all of its cells are.
    pub(super) columns: Vec<Option<Looks>>,
}

/// Whether a cell looks like those of its column.
pub(super) type Looks = fn(&str) -> bool;

/// A place where the text is not what the dialect says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Oddity {
    /// A quote that opens a cell and never closes, read as text.
    OpenQuote,
    /// A quote in or after a quoted cell, read as part of it.
    InnerQuote,
}

/// The text in rows, and the lines in which it is odd.
#[derive(Debug, Default)]
pub(super) struct Delimited {
    pub(super) grid: Grid,
    pub(super) odd: Vec<(Oddity, u32)>,
    pub(super) cells: Counts,
}

/// How many cells speak for or against the dialect.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    /// In quotes.
    pub(super) quoted: usize,
    /// In quotes, with a separator within them.
    pub(super) joined: usize,
    /// Begun and ended by a quote although they are not quoted.
    pub(super) stray: usize,
    /// Without quotes, with other separators in them.
    pub(super) leftover: usize,
}

/// Takes `text` apart. Lines without anything are no rows. With a `shape`, a quote whose reading
/// decides over rows is read so that they have its width.
///
/// # Errors
/// When a quote never closes and no reading gives a row, and when there are too many cells.
pub(super) fn take_apart(
    text: &str,
    dialect: Dialect,
    shape: Option<&Shape>,
) -> Result<Delimited, TableError> {
    let mut scanner = Scanner {
        text: text.as_bytes(),
        source: text,
        dialect,
        shape,
        at: 0,
        line: 1,
        budget: text.len() * 4 + (1 << 20),
        out: Delimited::default(),
        odd: Vec::new(),
        looked: (0..0, false),
    };
    while scanner.next_row()? {}
    Ok(scanner.out)
}

struct Scanner<'a> {
    text: &'a [u8],
    source: &'a str,
    dialect: Dialect,
    shape: Option<&'a Shape>,
    at: usize,
    line: u32,
    /// Bytes that may still be read a second time.
    budget: usize,
    out: Delimited,
    /// Oddities of the row that is being read.
    odd: Vec<(Oddity, u32)>,
    /// Where a look for a closing quote began and ended, and whether it found one.
    looked: (Range<usize>, bool),
}

/// How a quote that opens a cell is taken.
#[derive(Clone, Copy)]
enum Reading<'l> {
    /// As RFC 4180 says, except at these places, where it is text; doubt is told.
    Strict(&'l [usize]),
    /// As RFC 4180 says, whatever comes of it.
    Lenient,
}

/// A quote of which it is not certain that it opens a cell.
struct Doubt {
    at: usize,
    line: u32,
}

enum Failure {
    Doubt(Doubt),
    Table(TableError),
}

impl From<TableError> for Failure {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

impl Scanner<'_> {
    fn next_row(&mut self) -> Result<bool, TableError> {
        self.pass_empty_lines();
        if self.at >= self.text.len() {
            return Ok(false);
        }
        let (start, at, line) = (self.out.grid.mark(), self.at, self.line);
        let counts = self.out.cells;
        let mut literal = Vec::new();
        let mut opened = None;
        loop {
            match self.row(Reading::Strict(&literal)) {
                Ok(()) if literal.is_empty() || self.fits(start) => break,
                Ok(()) => return self.second_choice(start, at, line, opened.unwrap_or(line)),
                Err(Failure::Table(error)) => return Err(error),
                Err(Failure::Doubt(doubt)) => {
                    literal.push(doubt.at);
                    opened = opened.or(Some(doubt.line));
                    self.spend(self.at - at, doubt.line)?;
                }
            }
            self.back(start, at, line);
            self.out.cells = counts;
        }
        self.out.odd.append(&mut self.odd);
        self.out.grid.end_row(start, line)?;
        Ok(true)
    }

    /// The row with its quotes as they are, where reading one as text gives no row.
    fn second_choice(
        &mut self,
        start: Mark,
        at: usize,
        line: u32,
        opened: u32,
    ) -> Result<bool, TableError> {
        self.spend(self.at - at, opened)?;
        self.back(start, at, line);
        match self.row(Reading::Lenient) {
            Ok(()) if self.fits(start) => {}
            Err(Failure::Table(error)) => return Err(error),
            _ => return Err(TableError::OpenQuote { line: opened }),
        }
        self.out.odd.append(&mut self.odd);
        self.out.grid.end_row(start, line)?;
        Ok(true)
    }

    fn spend(&mut self, n_bytes: usize, line: u32) -> Result<(), TableError> {
        let left = self.budget.checked_sub(n_bytes);
        self.budget = left.ok_or(TableError::OpenQuote { line })?;
        Ok(())
    }

    fn back(&mut self, start: Mark, at: usize, line: u32) {
        self.out.grid.return_to(start);
        self.odd.clear();
        (self.at, self.line) = (at, line);
    }

    /// Whether the row that is being read has the width of the table.
    fn fits(&self, start: Mark) -> bool {
        self.shape
            .is_none_or(|shape| self.out.grid.is_of_width(start, shape.width))
    }

    fn row(&mut self, reading: Reading<'_>) -> Result<(), Failure> {
        loop {
            self.cell(reading)?;
            self.out.grid.end_cell()?;
            match self.text.get(self.at) {
                Some(byte) if *byte == self.dialect.separator => self.at += 1,
                _ => {
                    self.pass_line_end();
                    return Ok(());
                }
            }
        }
    }

    /// Reads a cell; ends at the separator, the end of the line or of the text.
    fn cell(&mut self, reading: Reading<'_>) -> Result<(), Failure> {
        let mut open = self.at;
        if self.dialect.has_blanks {
            open += self.n_blanks(open);
        }
        let is_literal = matches!(reading, Reading::Strict(literal) if literal.contains(&open));
        if self.dialect.quote.is_some() && self.text.get(open).copied() == self.dialect.quote {
            if !is_literal {
                return self.quoted(open, reading);
            }
            self.odd.push((Oddity::OpenQuote, self.line));
        }
        self.unquoted();
        Ok(())
    }

    fn unquoted(&mut self) {
        let start = self.at;
        let mut from = start;
        while let Some(&byte) = self.text.get(self.at) {
            if byte == self.dialect.separator || byte == b'\n' || byte == b'\r' {
                break;
            }
            if self.is_escape() {
                self.copy(from, self.at);
                from = self.at + 1;
                self.at += 1;
            }
            self.at += 1;
        }
        self.copy(from, self.at);
        let cell = self.source.get(start..self.at).unwrap_or("").trim();
        let is_stray = |quote: char| {
            let inner = cell.strip_prefix(quote);
            inner.is_some_and(|inner| inner.ends_with(quote) || self.dialect.quote.is_none())
        };
        self.out.cells.stray += usize::from(is_stray('"') || is_stray('\''));
        self.out.cells.leftover += usize::from(has_separator(cell));
    }

    /// Reads a cell whose quote is at `open`.
    fn quoted(&mut self, open: usize, reading: Reading<'_>) -> Result<(), Failure> {
        let quote = self.text[open];
        let opened = self.line;
        let doubt = Doubt {
            at: open,
            line: opened,
        };
        let is_strict = matches!(reading, Reading::Strict(_));
        self.at = open + 1;
        let mut from = self.at;
        loop {
            let Some(&byte) = self.text.get(self.at) else {
                self.copy(from, self.at);
                return Err(Failure::Doubt(doubt));
            };
            match byte {
                b'\n' | b'\r' => self.count_line_end(),
                _ if self.is_escape() => {
                    self.copy(from, self.at);
                    from = self.at + 1;
                    self.at += 2;
                }
                _ if byte != quote => self.at += 1,
                _ if self.text.get(self.at + 1) == Some(&quote) => {
                    self.copy(from, self.at + 1);
                    self.at += 2;
                    from = self.at;
                }
                _ if self.closes(self.at + 1) => break,
                // After a separator it rather opens a cell of a later row.
                _ if self.line > opened && (is_strict || self.follows_separator()) => {
                    return Err(Failure::Doubt(doubt));
                }
                _ => {
                    self.odd.push((Oddity::InnerQuote, self.line));
                    if !self.closes_later(quote) {
                        self.copy(from, self.at);
                        self.at += 1;
                        self.unquoted();
                        return Ok(());
                    }
                    self.at += 1;
                }
            }
        }
        self.copy(from, self.at);
        let is_joined = self.text[open + 1..self.at].contains(&self.dialect.separator);
        self.at += 1;
        self.at += self.n_blanks(self.at);
        if is_strict && self.line > opened && self.swallows_rows(opened, open) {
            return Err(Failure::Doubt(doubt));
        }
        self.out.cells.quoted += 1;
        self.out.cells.joined += usize::from(is_joined);
        Ok(())
    }

    fn is_escape(&self) -> bool {
        self.dialect.has_escapes
            && self.text[self.at] == b'\\'
            && self.text.get(self.at + 1).is_some_and(|next| {
                *next == self.dialect.separator
                    || Some(*next) == self.dialect.quote
                    || *next == b'\\'
            })
    }

    fn n_blanks(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or(&[]);
        rest.iter().take_while(|byte| **byte == b' ').count()
    }

    fn copy(&mut self, from: usize, to: usize) {
        self.out
            .grid
            .push_text(self.source.get(from..to).unwrap_or(""));
    }

    fn count_line_end(&mut self) {
        let is_pair = self.text[self.at..].starts_with(b"\r\n");
        self.at += if is_pair { 2 } else { 1 };
        self.line += 1;
    }

    fn pass_line_end(&mut self) {
        if self.at < self.text.len() {
            self.count_line_end();
        }
    }

    /// Passes lines that hold nothing but blanks, as pandas does.
    fn pass_empty_lines(&mut self) {
        loop {
            let end = self.at + self.n_blanks(self.at);
            match self.text.get(end) {
                Some(b'\n' | b'\r') => {
                    self.at = end;
                    self.count_line_end();
                }
                None => {
                    self.at = end;
                    return;
                }
                Some(_) => return,
            }
        }
    }
}

/// Whether a cell holds what separates cells elsewhere: a comma in a sentence or a number does not.
fn has_separator(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    bytes.iter().enumerate().any(|(index, byte)| match byte {
        b';' | b'\t' | b'|' => true,
        b',' => {
            let before = index.checked_sub(1).map(|before| bytes[before]);
            let after = bytes.get(index + 1).copied();
            let is_digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_digit());
            after != Some(b' ') && !(is_digit(before) && is_digit(after))
        }
        _ => false,
    })
}
