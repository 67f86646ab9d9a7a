//! Where in the rows of a file its table is: the lines before the header, the header, the rows that
//! fit it, and those that do not.

use std::collections::HashSet;

use super::super::kinds::is_image_name;
use super::super::names::letters;
use super::grid::Grid;
use super::usual::{FOOTERS, USUAL};

/// Rows among which the header is looked for.
const HEAD: usize = 40;
/// Rows that tell what is in a column.
const SAMPLE: usize = 200;
/// How much more than the row before it a later row must look like a header.
const MARGIN: f64 = 1.5;
/// The fewest rows that together may say that the header is what is wrong, and not they.
const MANY: usize = 3;

/// Where the table is.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// The header; `None` where the first row is data already.
    pub(super) header: Option<usize>,
    /// The first row of data.
    pub(super) first: usize,
    /// The columns' names as given, blank where there is none.
    pub(super) names: Vec<String>,
    /// What the header lacks.
    pub(super) lack: Lack,
    /// How much the header looks like one.
    score: f64,
}

/// What a header lacks for the rows below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lack {
    Nothing,
    /// The name of the first column, as R writes tables with row names.
    First,
    /// The names of so many last columns.
    Last(usize),
}

/// How a row fits the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    Fits,
    /// Cells are missing at its end.
    Short,
    /// There are more cells than names.
    Wide,
    /// A comment among the rows.
    Comment,
    /// It is the header again.
    Header,
    /// A line below the rows that sums them up or says where they come from.
    Footer,
}

impl Layout {
    /// Finds the table; `None` when there is no row below a header.
    pub(super) fn find(grid: &Grid) -> Option<Self> {
        let width = usual_width(grid)?;
        let kinds = Kinds::of(grid, width);
        if !has_header(&kinds) {
            let names = vec![String::new(); width];
            let lack = Lack::Nothing;
            return Some(Self {
                header: None,
                first: 0,
                names,
                lack,
                score: 0.0,
            });
        }
        let (header, score) = header(grid, &kinds, width)?;
        let mut names: Vec<String> = grid.row(header).map(str::to_owned).collect();
        if let Some(first) = names.first_mut() {
            *first = first.trim_start_matches('#').trim().to_owned();
        }
        if grid.is_sheet {
            names.resize(width.max(names.len()), String::new());
        }
        let lack = lack(grid, header, names.len());
        match lack {
            Lack::Nothing => {}
            Lack::First => names.insert(0, String::new()),
            Lack::Last(n) => names.resize(names.len() + n, String::new()),
        }
        Some(Self {
            header: Some(header),
            first: header + 1,
            names,
            lack,
            score,
        })
    }

    /// How each row from [`first`](Self::first) on fits.
    pub(super) fn fits(&self, grid: &Grid) -> Vec<Fit> {
        let named = self.names.iter().rposition(|name| !name.is_empty());
        let named = named.map_or(0, |last| last + 1);
        let mut fits: Vec<Fit> = (self.first..grid.len())
            .map(|row| match grid.width(row) {
                _ if grid.is_sheet => Fit::Fits,
                _ if grid.filled_width(row) > self.names.len() => Fit::Wide,
                _ if self.is_header(grid, row) => Fit::Header,
                width if width >= named => Fit::Fits,
                _ if grid.cell(row, 0).starts_with('#') => Fit::Comment,
                _ => Fit::Short,
            })
            .collect();
        let rows = (self.first + 1..grid.len()).filter(|_| self.names.len() > 1);
        for row in rows.rev() {
            match &mut fits[row - self.first] {
                Fit::Comment => {}
                fit if is_footer(grid, row, self.first) => *fit = Fit::Footer,
                _ => break,
            }
        }
        fits
    }

    /// Whether a row says what the header says, as where files were put one behind the other.
    fn is_header(&self, grid: &Grid, row: usize) -> bool {
        self.names.len() > 1
            && self
                .header
                .is_some_and(|header| grid.row(row).eq(grid.row(header)))
    }

    /// How well the rows and the header fit together: the higher, the better. Of one file's readings
    /// the best is the right one.
    pub(super) fn score(&self, grid: &Grid, n_odd: usize) -> f64 {
        let fits = self.fits(grid);
        let cost: f64 = fits
            .iter()
            .zip(self.first..)
            .map(|(fit, row)| match fit {
                Fit::Fits | Fit::Comment | Fit::Header | Fit::Footer => 0.0,
                Fit::Short if grid.width(row) > 1 => 0.5,
                Fit::Short | Fit::Wide => 1.0,
            })
            .sum();
        let n_rows = fits.len().max(1) as f64;
        let share = (cost + 0.5 * n_odd as f64) / n_rows;
        let is_title = |row: usize| !is_marked(grid, row);
        let preamble = f64::from((0..self.header.unwrap_or(0)).any(is_title));
        let lack = f64::from(self.lack != Lack::Nothing);
        let one_column = f64::from(self.names.len() == 1);
        self.score - 10.0 * share - 2.0 * preamble - 3.0 * lack - 1.5 * one_column
    }
}

/// What a cell is, as far as headers go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    /// A number, a date, a time.
    Figure,
    Picture,
    Text,
}

/// What the cells of the first rows are.
struct Kinds {
    rows: Vec<Vec<Kind>>,
}

impl Kinds {
    fn of(grid: &Grid, width: usize) -> Self {
        let kinds = |row| {
            (0..width)
                .map(|column| kind(grid.cell(row, column)))
                .collect()
        };
        Self {
            rows: (0..grid.len().min(SAMPLE)).map(kinds).collect(),
        }
    }

    /// Whether nearly all cells of the column below the row are of the kind.
    fn is_mostly(&self, kind: Kind, column: usize, below: usize) -> bool {
        let cells = self.rows.iter().skip(below + 1).map(|row| row[column]);
        let filled: Vec<Kind> = cells.filter(|kind| *kind != Kind::Blank).collect();
        let n = filled.iter().filter(|found| **found == kind).count();
        n > 0 && n * 5 >= filled.len() * 4
    }
}

/// Whether a cell is a number, a date or a time, however written.
pub(super) fn is_figure(cell: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_digit() || b"+-.,:/ %eET".contains(&byte);
    cell.bytes().any(|byte| byte.is_ascii_digit()) && cell.bytes().all(is_part)
}

fn kind(cell: &str) -> Kind {
    match cell {
        "" => Kind::Blank,
        _ if is_figure(cell) => Kind::Figure,
        _ if is_image_name(cell) => Kind::Picture,
        _ => Kind::Text,
    }
}

/// How many cells most rows have; of equally many rows, the first row's. The most that any row of a
/// spreadsheet has.
fn usual_width(grid: &Grid) -> Option<usize> {
    if grid.is_sheet {
        return (0..grid.len()).map(|row| grid.filled_width(row)).max();
    }
    let mut counts = std::collections::BTreeMap::new();
    for row in 0..grid.len() {
        *counts.entry(grid.width(row)).or_insert(0_usize) += 1;
    }
    let most = *counts.values().max()?;
    let first = grid.width(0);
    if first > 1 && counts[&first] == most {
        return Some(first);
    }
    let usual = counts.iter().rev().find(|(_, n)| **n == most)?;
    Some(*usual.0)
}

/// The first row is data already when it names a picture where the rows below do.
fn has_header(kinds: &Kinds) -> bool {
    let first = kinds.rows.first().map_or(&[][..], Vec::as_slice);
    !first
        .iter()
        .enumerate()
        .any(|(column, kind)| *kind == Kind::Picture && kinds.is_mostly(Kind::Picture, column, 0))
}

/// The first of the rows that look most like a header.
fn header(grid: &Grid, kinds: &Kinds, width: usize) -> Option<(usize, f64)> {
    // There is a row below it.
    let n = grid.len().checked_sub(1)?.min(HEAD);
    let scores: Vec<(usize, f64)> = (0..n)
        .filter(|row| may_be_header(grid, *row))
        .map(|row| (row, header_score(grid, kinds, width, row)))
        .collect();
    let best = scores.iter().map(|(_, score)| *score).reduce(f64::max)?;
    scores
        .into_iter()
        .find(|(_, score)| *score >= best - MARGIN)
}

/// What stands before a header has fewer cells than it; only titles with separators in them, at the
/// very top, may have as many.
fn may_be_header(grid: &Grid, row: usize) -> bool {
    let n_filled = grid.n_filled(row);
    (0..row).all(|before| {
        is_marked(grid, before)
            || grid.n_filled(before) < n_filled
            || (row <= 3 && is_usual(grid, row) && !is_usual(grid, before))
    })
}

/// A comment, or a line for spreadsheet programs.
fn is_marked(grid: &Grid, row: usize) -> bool {
    let first = grid.cell(row, 0);
    first.starts_with('#') || separator_line(first).is_some()
}

/// The separator that a line `sep=;` names.
pub(super) fn separator_line(line: &str) -> Option<&str> {
    let line = line.trim_matches('"');
    let is_line = line
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("sep="));
    is_line.then(|| line[4..].trim_matches(' '))
}

fn is_usual(grid: &Grid, row: usize) -> bool {
    grid.row(row)
        .any(|cell| USUAL.contains(&letters(cell).as_str()))
}

fn header_score(grid: &Grid, kinds: &Kinds, width: usize, row: usize) -> f64 {
    let cells = &kinds.rows[row];
    let count = |wanted: &dyn Fn(usize, Kind) -> bool| {
        let met = cells
            .iter()
            .enumerate()
            .filter(|(column, kind)| wanted(*column, **kind));
        met.count() as f64
    };
    let n_filled = count(&|_, kind| kind != Kind::Blank).max(1.0);
    let n_figures = count(&|_, kind| kind == Kind::Figure || kind == Kind::Picture);
    let n_telling = count(&|column, kind| {
        kind == Kind::Text
            && (kinds.is_mostly(Kind::Figure, column, row)
                || kinds.is_mostly(Kind::Picture, column, row))
    });
    let names: Vec<&str> = grid.row(row).filter(|cell| !cell.is_empty()).collect();
    let distinct: HashSet<&&str> = names.iter().collect();
    let share = |n: f64| n / width as f64;
    let mut score = 2.0 * share(n_filled) + 2.0 * share(n_telling) - 4.0 * n_figures / n_filled;
    score += if is_usual(grid, row) { 4.0 } else { 0.0 };
    score -= if distinct.len() < names.len() {
        1.0
    } else {
        0.0
    };
    // A title stands alone; after the blank name of an index, one name may be all there is.
    let is_title = names.len() == 1 && !(width == 2 && cells[0] == Kind::Blank);
    score -= match (is_title, width) {
        (true, 3..) => 2.0,
        (true, 2) => 1.0,
        _ => 0.0,
    };
    score -= if !grid.is_sheet && grid.width(row) < width {
        2.0
    } else {
        0.0
    };
    score - if is_marked(grid, row) { 2.5 } else { 0.0 }
}

/// What the header lacks where nearly all rows have more cells than it, and all of them as many.
fn lack(grid: &Grid, header: usize, n_names: usize) -> Lack {
    let rows = || header + 1..grid.len();
    let widest = rows().map(|row| grid.filled_width(row)).max().unwrap_or(0);
    let n_widest = rows().filter(|row| grid.width(*row) == widest).count();
    if widest <= n_names || n_names < 2 || rows().len() < MANY || n_widest * 10 < rows().len() * 9 {
        return Lack::Nothing;
    }
    let cells = || rows().map(|row| grid.cell(row, 0));
    let mut seen = HashSet::new();
    let is_distinct = cells().all(|cell| !cell.is_empty() && seen.insert(cell));
    let counts_from = |first: usize| cells().zip(first..).all(|(cell, n)| cell == n.to_string());
    // Where the first name may well be that of the first column, cells with separators in them make
    // rows too wide.
    let is_named = USUAL.contains(&letters(grid.cell(header, 0)).as_str());
    let are_names = (is_distinct && !is_named) || counts_from(1) || counts_from(0);
    if widest == n_names + 1 && are_names {
        return Lack::First;
    }
    Lack::Last(widest - n_names)
}

/// Whether a row sums the others up or says where they come from: a word for it that the `first` row
/// does not have, and little else.
fn is_footer(grid: &Grid, row: usize, first: usize) -> bool {
    let cell = |row| grid.row(row).find(|cell| !cell.is_empty()).unwrap_or("");
    let word = |row| {
        let word = cell(row).split([' ', ':']).next();
        word.unwrap_or("").to_lowercase()
    };
    let is_word = FOOTERS.contains(&word(row).as_str())
        || cell(row).starts_with(['(', '*'])
        || cell(row).starts_with("--");
    let width = if grid.is_sheet {
        grid.n_filled(first)
    } else {
        grid.width(row)
    };
    let is_short = grid.n_filled(row) * 2 <= width.max(2);
    is_short && is_word && word(row) != word(first) && !is_image_name(cell(row))
}
