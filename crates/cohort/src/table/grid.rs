//! Cells in rows, one after another in one text: no more memory than the file itself, and a little
//! for each cell.

use super::error::TableError;

/// The most cells that are read; a row without cells counts as one.
pub(super) const MAX_CELLS: usize = 50_000_000;
/// The most columns that are read: what spreadsheets have.
pub(super) const MAX_COLUMNS: usize = 16_384;
/// The most text that is held, in bytes. Formats that write a repeated text once can hold far more
/// of it than they are long.
const MAX_TEXT: usize = 1 << 30;

/// Rows of cells, each with the line of the file that it begins in.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    text: String,
    /// Where in [`text`](Self::text) each cell ends.
    ends: Vec<u32>,
    rows: Vec<Row>,
    /// Whether rows end with their last cell that is not blank, as in spreadsheets; in text a row
    /// has as many cells as it has separators.
    pub(super) is_sheet: bool,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    /// Its first cell, as an index into `ends`.
    first: u32,
    line: u32,
}

/// A state of a [`Grid`] to which it can return.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    text: usize,
    ends: usize,
}

impl Grid {
    /// An empty grid of the rows of a spreadsheet.
    pub(super) fn of_sheet() -> Self {
        Self {
            is_sheet: true,
            ..Self::default()
        }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many cells the row has, blank ones included.
    pub(super) fn width(&self, row: usize) -> usize {
        let (first, end) = self.cells_of(row);
        end - first
    }

    /// How many cells the row has up to its last that is not blank.
    pub(super) fn filled_width(&self, row: usize) -> usize {
        let filled = |column: &usize| !self.cell(row, *column).is_empty();
        (0..self.width(row))
            .rev()
            .find(filled)
            .map_or(0, |last| last + 1)
    }

    /// How many of its cells are not blank.
    pub(super) fn n_filled(&self, row: usize) -> usize {
        self.row(row).filter(|cell| !cell.is_empty()).count()
    }

    /// The line of the file in which the row begins, counted from 1.
    pub(super) fn line(&self, row: usize) -> u32 {
        self.rows[row].line
    }

    /// The trimmed text of a cell; blank where the row is too short.
    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        let (first, end) = self.cells_of(row);
        let index = first + column;
        if index >= end {
            return "";
        }
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text[start as usize..self.ends[index] as usize].trim()
    }

    /// The trimmed cells of a row.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = &str> {
        (0..self.width(row)).map(move |column| self.cell(row, column))
    }

    fn cells_of(&self, row: usize) -> (usize, usize) {
        let end = self.rows.get(row + 1);
        let end = end.map_or(self.ends.len(), |next| next.first as usize);
        (self.rows[row].first as usize, end)
    }

    /// Adds to the cell that is being written.
    pub(super) fn push_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends the cell that is being written.
    ///
    /// # Errors
    /// When there are more cells or more text than a table may have.
    pub(super) fn end_cell(&mut self) -> Result<(), TableError> {
        if self.ends.len() + self.rows.len() >= MAX_CELLS {
            let (what, limit) = ("cells", MAX_CELLS);
            return Err(TableError::TooMany { what, limit });
        }
        if self.text.len() > MAX_TEXT {
            let (what, limit) = ("bytes of text", MAX_TEXT);
            return Err(TableError::TooMany { what, limit });
        }
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        Ok(())
    }

    /// Adds a cell to the row that is being written.
    ///
    /// # Errors
    /// As [`end_cell`](Self::end_cell).
    pub(super) fn push(&mut self, cell: &str) -> Result<(), TableError> {
        self.push_text(cell);
        self.end_cell()
    }

    /// What has been written so far of the row that is being written.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            text: self.text.len(),
            ends: self.ends.len(),
        }
    }

    /// Whether the row whose cells were written after `start` has `width` cells, blank ones beyond
    /// aside.
    pub(super) fn is_of_width(&self, start: Mark, width: usize) -> bool {
        let is_blank = |index: usize| {
            let from = index.checked_sub(1).map_or(0, |before| self.ends[before]);
            self.text[from as usize..self.ends[index] as usize]
                .trim()
                .is_empty()
        };
        let beyond = start.ends + width;
        self.ends.len() >= beyond && (beyond..self.ends.len()).all(is_blank)
    }

    /// Takes back what was written after `mark`; whole rows are not taken back.
    pub(super) fn return_to(&mut self, mark: Mark) {
        self.text.truncate(mark.text);
        self.ends.truncate(mark.ends);
    }

    /// Ends the row whose cells were written after `start`.
    ///
    /// # Errors
    /// When it has more columns than a table may have.
    pub(super) fn end_row(&mut self, start: Mark, line: u32) -> Result<(), TableError> {
        if self.ends.len() - start.ends > MAX_COLUMNS {
            let (what, limit) = ("columns", MAX_COLUMNS);
            return Err(TableError::TooMany { what, limit });
        }
        let first = u32::try_from(start.ends).unwrap_or(u32::MAX);
        self.rows.push(Row { first, line });
        Ok(())
    }

    /// Adds a whole row.
    ///
    /// # Errors
    /// When there are more cells than a table may have.
    pub(super) fn push_row<'a>(
        &mut self,
        cells: impl IntoIterator<Item = &'a str>,
        line: u32,
    ) -> Result<(), TableError> {
        let start = self.mark();
        for cell in cells {
            self.push(cell)?;
        }
        self.end_row(start, line)
    }
}
