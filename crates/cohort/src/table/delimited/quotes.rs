//! Where a quoted cell may end.

use super::{Dialect, Scanner, take_apart};

impl Scanner<'_> {
    pub(super) fn follows_separator(&self) -> bool {
        let before = self.text[..self.at].iter().rfind(|byte| **byte != b' ');
        before == Some(&self.dialect.separator)
    }

    /// Whether a cell may end at `at`: there is a separator or the end of the line, blanks aside.
    pub(super) fn closes(&self, at: usize) -> bool {
        let next = self.text.get(at + self.n_blanks(at));
        next.is_none_or(|next| *next == self.dialect.separator || matches!(next, b'\n' | b'\r'))
    }

    /// Whether a later quote on the line ends the cell, before another cell opens.
    pub(super) fn closes_later(&mut self, quote: u8) -> bool {
        let from = self.at + 1;
        // A line may have many quotes, and what decides is the same for all before it.
        if !self.looked.0.contains(&from) {
            let (end, closes) = self.look(from, quote);
            self.looked = (from..end.saturating_add(1), closes);
        }
        self.looked.1
    }

    /// The place from `from` on that decides whether the cell ends on its line, and whether it does.
    fn look(&self, from: usize, quote: u8) -> (usize, bool) {
        for at in from..self.text.len() {
            match self.text[at] {
                b'\n' | b'\r' => return (at, false),
                byte if byte == quote && self.closes(at + 1) => return (at, true),
                byte if byte == self.dialect.separator => {
                    let next = at + 1 + self.n_blanks(at + 1);
                    if self.text.get(next) == Some(&quote) {
                        return (at, false);
                    }
                }
                _ => {}
            }
        }
        (self.text.len(), false)
    }

    /// Whether the lines of the cell that was just read, opened in line `opened` at `open`, are each
    /// a row like others when its quotes are text.
    pub(super) fn swallows_rows(&self, opened: u32, open: usize) -> bool {
        let Some(shape) = self.shape.filter(|shape| shape.width >= 3) else {
            return false;
        };
        debug_assert!(self.line > opened);
        let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let start = self.text[..open]
            .iter()
            .rposition(is_end)
            .map_or(0, |at| at + 1);
        let end = self.text[self.at..].iter().position(is_end);
        let end = end.map_or(self.text.len(), |end| self.at + end);
        let lines = self.source.get(start..end).unwrap_or("");
        let unquoted = Dialect {
            quote: None,
            ..self.dialect
        };
        let Ok(rows) = take_apart(lines, unquoted, None) else {
            return false;
        };
        let grid = &rows.grid;
        shape.columns.iter().any(Option::is_some)
            && (0..grid.len()).all(|row| {
                grid.width(row) == shape.width
                    && shape.columns.iter().enumerate().all(|(column, is_usual)| {
                        is_usual.is_none_or(|is_usual| {
                            let cell = grid.cell(row, column).trim_matches('"');
                            cell.is_empty() || is_usual(cell)
                        })
                    })
            })
    }
}
