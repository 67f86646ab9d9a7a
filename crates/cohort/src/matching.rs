//! Which file a cell names.

use std::collections::{HashMap, HashSet};

use super::kinds::is_image_name;
use super::names;
use super::table::Table;
use super::walk::FileEntry;

/// The files of the image folder, findable by what a cell may say.
pub(super) struct FileIndex {
    /// To the letter.
    letters: Level,
    /// In Unicode's composed form; names that are not UTF-8 are read as Windows-1252.
    composed: Level,
    /// And in lower case.
    folded: Level,
    /// By the number that the base name is, without leading zeros, with and without its folder.
    numbers: HashMap<String, Hit>,
    n_images: usize,
}

/// For each way of naming a file (see [`keys`]), what it leads to.
type Level = [HashMap<String, Hit>; 4];

#[derive(Debug, Clone, Copy)]
enum Hit {
    One(usize),
    Several,
}

/// What a cell leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// The file at this index, named by its path.
    Exact(usize),
    /// The file at this index, named by less than its path.
    Loose(usize),
    /// The file at this index, named by a number that a spreadsheet wrote in another way: `1.0` or
    /// `1` for `001.png`.
    Renumbered(usize),
    /// Several files go by this name.
    Ambiguous,
    /// No file.
    None,
}

impl Match {
    /// The file that it leads to.
    pub(super) fn file(self) -> Option<usize> {
        match self {
            Self::Exact(file) | Self::Loose(file) | Self::Renumbered(file) => Some(file),
            Self::Ambiguous | Self::None => None,
        }
    }
}

impl FileIndex {
    pub(super) fn new(files: &[FileEntry]) -> Self {
        let mut index = Self {
            letters: Level::default(),
            composed: Level::default(),
            folded: Level::default(),
            numbers: HashMap::new(),
            n_images: files.iter().filter(|file| file.is_image()).count(),
        };
        for (place, file) in files.iter().enumerate() {
            let read = match &file.bytes {
                Some(bytes) if file.is_masked => String::from_utf8_lossy(bytes),
                Some(bytes) => {
                    encoding_rs::WINDOWS_1252
                        .decode_without_bom_handling(bytes)
                        .0
                }
                None => file.relative.as_str().into(),
            };
            let composed = names::composed(&read);
            let folded = composed.to_lowercase();
            add(&mut index.letters, &file.relative, place);
            add(&mut index.composed, &composed, place);
            add(&mut index.folded, &folded, place);
            // As a cell names it, and not as it is shown.
            let path = if file.is_masked {
                &*composed
            } else {
                &file.relative
            };
            let (folder, base) = path.split_at(path.len() - base_name(path).len());
            let [.., stem] = keys(base);
            if let Some(number) = number_of(stem) {
                insert(&mut index.numbers, number.to_owned(), place);
                if !folder.is_empty() {
                    insert(&mut index.numbers, format!("{folder}{number}"), place);
                }
            }
        }
        index
    }

    /// Finds the file that a cell names: by its path, then by its base name, then, for a cell without
    /// a picture's extension, by its stem; however the letters are composed, and whatever their case,
    /// only when nothing else fits and one file alone does. Last comes the number that it may be.
    pub(super) fn find(&self, cell: &str) -> Match {
        let name = normalise(cell);
        if name.is_empty() {
            return Match::None;
        }
        let composed = names::composed(&name).into_owned();
        let folded = composed.to_lowercase();
        let levels = [
            (&self.letters, &name),
            (&self.composed, &composed),
            (&self.folded, &folded),
        ];
        for (level, name) in levels {
            match find_among(level, name) {
                Match::None => {}
                found => return found,
            }
        }
        let (folder, base) = name.split_at(name.len() - base_name(&name).len());
        let number = number_of(base).map(|number| format!("{folder}{number}"));
        match number.and_then(|number| self.numbers.get(&number)) {
            Some(Hit::One(file)) => Match::Renumbered(*file),
            Some(Hit::Several) => Match::Ambiguous,
            None => Match::None,
        }
    }

    /// How many of the files are pictures.
    pub(super) fn n_images(&self) -> usize {
        self.n_images
    }
}

fn add(level: &mut Level, name: &str, place: usize) {
    for (hits, key) in level.iter_mut().zip(keys(name)) {
        insert(hits, key.to_owned(), place);
    }
}

fn insert(hits: &mut HashMap<String, Hit>, key: String, place: usize) {
    hits.entry(key)
        .and_modify(|hit| *hit = Hit::Several)
        .or_insert(Hit::One(place));
}

fn find_among(level: &Level, name: &str) -> Match {
    // A path may begin above the image folder, as in `images/a.png` or `/data/images/a.png`.
    for tail in tails(name) {
        match level[0].get(tail) {
            Some(Hit::One(file)) => return Match::Exact(*file),
            Some(Hit::Several) => return Match::Ambiguous,
            None => {}
        }
    }
    let base = base_name(name);
    let by_stem = !is_image_name(name);
    let tries = [(1, base, true), (2, name, by_stem), (3, base, by_stem)];
    for (key, name, wanted) in tries {
        match level[key].get(name) {
            Some(Hit::One(file)) if wanted => return Match::Loose(*file),
            Some(Hit::Several) if wanted => return Match::Ambiguous,
            _ => {}
        }
    }
    Match::None
}

/// Whether the cells of a column that are bare numbers name files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// They do: somebody said so.
    Name,
    /// They do if most of them lead to a file, or to most files a number leads.
    NameIfMostDo,
}

/// The file that each row names. A file that one row names by its path does not serve another that
/// only shares its base name; one that a row names as it is called does not serve another that gives
/// the same number in another way.
pub(super) fn match_rows(
    table: &Table,
    column: usize,
    index: &FileIndex,
    numbers: Numbers,
) -> Vec<Match> {
    let cells = || (0..table.len()).map(|row| table.cell(row, column));
    let mut matches: Vec<Match> = cells().map(|cell| index.find(cell)).collect();
    if numbers == Numbers::NameIfMostDo && !Tally::of(cells(), index).numbers_name_files(index) {
        for (found, cell) in matches.iter_mut().zip(cells()) {
            if is_bare_number(cell) && !matches!(found, Match::Exact(_)) {
                *found = Match::None;
            }
        }
    }
    let files = |wanted: fn(&Match) -> bool, matches: &[Match]| -> HashSet<usize> {
        let wanted = matches.iter().filter(|found| wanted(found));
        wanted.filter_map(|found| found.file()).collect()
    };
    let exact = files(|found| matches!(found, Match::Exact(_)), &matches);
    for found in &mut matches {
        if matches!(found, Match::Loose(file) if exact.contains(file)) {
            *found = Match::None;
        }
    }
    let named = files(|found| !matches!(found, Match::Renumbered(_)), &matches);
    for found in &mut matches {
        if matches!(found, Match::Renumbered(file) if named.contains(file)) {
            *found = Match::None;
        }
    }
    matches
}

/// How well the cells of a column name files.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// Cells that are not blank.
    n_cells: usize,
    /// Distinct files that are named, of any column the more the better.
    pub(super) n_files: usize,
    n_numbers: usize,
    n_numbers_found: usize,
    n_files_by_number: usize,
}

impl Tally {
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a str>, index: &FileIndex) -> Self {
        let mut tally = Self::default();
        let (mut files, mut by_number) = (HashSet::new(), HashSet::new());
        for cell in cells.filter(|cell| !cell.is_empty()) {
            tally.n_cells += 1;
            let file = index.find(cell).file();
            files.extend(file);
            if is_bare_number(cell) {
                tally.n_numbers += 1;
                tally.n_numbers_found += usize::from(file.is_some());
                by_number.extend(file);
            }
        }
        tally.n_files_by_number = by_number.len();
        tally.n_files = files.len();
        if !tally.numbers_name_files(index) {
            tally.n_files -= by_number.len().min(tally.n_files);
        }
        tally
    }

    /// Most of them name a file, or to most files one leads, and they are not the few numbers (ages,
    /// doses) of many rows.
    fn numbers_name_files(&self, index: &FileIndex) -> bool {
        let most = 2 * self.n_numbers_found > self.n_numbers
            || 2 * self.n_files_by_number > index.n_images();
        most && 2 * self.n_files_by_number >= self.n_numbers_found
    }

    /// Whether the cells are bare numbers, most of them.
    pub(super) fn is_of_numbers(&self) -> bool {
        2 * self.n_numbers > self.n_cells
    }
}

/// A file name as cells and folders may be compared: trimmed, with forward slashes, without `./`.
pub(super) fn normalise(cell: &str) -> String {
    let name = cell.trim().replace('\\', "/");
    let name = name.trim_start_matches("./").trim_start_matches('/');
    name.to_owned()
}

/// Digits alone, and zeros behind a decimal sign, as spreadsheets and data frames add them.
fn is_bare_number(cell: &str) -> bool {
    let (whole, fraction) = cell.split_once(['.', ',']).unwrap_or((cell, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !whole.is_empty() && digits(whole) && digits(fraction)
}

/// The digits of a whole number as they are told from others: without leading zeros and without
/// zeros behind a decimal sign.
fn number_of(name: &str) -> Option<&str> {
    let (whole, fraction) = name.split_once(['.', ',']).unwrap_or((name, ""));
    let is_whole = is_bare_number(name) && fraction.bytes().all(|digit| digit == b'0');
    let digits = whole.trim_start_matches('0');
    is_whole.then_some(if digits.is_empty() { "0" } else { digits })
}

/// The path, the base name, and both without extension.
fn keys(relative: &str) -> [&str; 4] {
    let base = base_name(relative);
    let stem = |name| match str::rsplit_once(name, '.') {
        Some((stem, end)) if !end.contains('/') && !stem.is_empty() => stem,
        _ => name,
    };
    [relative, base, stem(relative), stem(base)]
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The path, then what is left after each of its slashes but the last: `a/b/c` gives `a/b/c`, `b/c`.
fn tails(path: &str) -> impl Iterator<Item = &str> {
    let slashes = path.match_indices('/').count();
    let mut rest = Some(path);
    (0..slashes.max(1)).filter_map(move |_| {
        let tail = rest?;
        rest = tail.split_once('/').map(|(_, rest)| rest);
        Some(tail)
    })
}

#[cfg(test)]
pub(super) mod tests;
