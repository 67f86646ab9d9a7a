//! Joining rows to files.

use std::collections::HashMap;

use super::folder::{FileEntry, is_image_name};
use super::table::Table;

/// Names under which columns of file names usually go, most telling first; compared in lower case
/// with everything but letters left out.
const USUAL_NAMES: [&str; 14] = [
    "filename",
    "filepath",
    "file",
    "imagefilename",
    "imagefile",
    "imagepath",
    "imagename",
    "path",
    "imageindex",
    "image",
    "images",
    "imageid",
    "img",
    "name",
];

/// Cells that are tried when columns are compared by how many files they name.
const SAMPLE: usize = 1000;

/// The files of the image folder, findable by what a cell may say.
pub(super) struct FileIndex {
    /// For each way of naming a file (see [`keys`]), first to the letter, then in lower case.
    levels: [HashMap<String, Hit>; 8],
}

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
    /// Several files go by this name.
    Ambiguous,
    /// No file.
    None,
}

impl FileIndex {
    pub(super) fn new(files: &[FileEntry]) -> Self {
        let mut levels: [HashMap<String, Hit>; 8] = Default::default();
        for (index, file) in files.iter().enumerate() {
            let lower = file.relative.to_lowercase();
            for (level, key) in keys(&file.relative)
                .into_iter()
                .chain(keys(&lower))
                .enumerate()
            {
                levels[level]
                    .entry(key.to_owned())
                    .and_modify(|hit| *hit = Hit::Several)
                    .or_insert(Hit::One(index));
            }
        }
        Self { levels }
    }

    /// Finds the file that a cell names: by its path, then by its base name, then, for a cell without
    /// a picture's extension, by its stem; whatever the case only when nothing else fits.
    pub(super) fn find(&self, cell: &str) -> Match {
        let name = normalise(cell);
        if name.is_empty() {
            return Match::None;
        }
        match self.find_among(&self.levels[..4], &name) {
            Match::None => self.find_among(&self.levels[4..], &name.to_lowercase()),
            found => found,
        }
    }

    fn find_among(&self, levels: &[HashMap<String, Hit>], name: &str) -> Match {
        // A path may begin above the image folder, as in `images/a.png` or `/data/images/a.png`.
        for tail in tails(name) {
            if let Some(Hit::One(index)) = levels[0].get(tail) {
                return Match::Exact(*index);
            }
        }
        let base = base_name(name);
        let by_stem = !is_image_name(name);
        let tries = [(1, base, true), (2, name, by_stem), (3, base, by_stem)];
        for (level, key, wanted) in tries {
            match levels[level].get(key) {
                Some(Hit::One(index)) if wanted => return Match::Loose(*index),
                Some(Hit::Several) if wanted => return Match::Ambiguous,
                _ => {}
            }
        }
        Match::None
    }
}

/// The file that each row names. A file that one row names by its path does not serve another that
/// only shares its base name.
pub(super) fn match_rows(table: &Table, column: usize, index: &FileIndex) -> Vec<Match> {
    let mut matches: Vec<Match> = (0..table.len())
        .map(|row| index.find(table.cell(row, column)))
        .collect();
    let exact: std::collections::HashSet<usize> = matches
        .iter()
        .filter_map(|found| match found {
            Match::Exact(file) => Some(*file),
            _ => None,
        })
        .collect();
    for found in &mut matches {
        if matches!(found, Match::Loose(file) if exact.contains(file)) {
            *found = Match::None;
        }
    }
    matches
}

/// The column that holds the file names: the first with a usual name of which any cell names a file,
/// else the one of which most cells do.
pub(super) fn filename_column(table: &Table, index: &FileIndex) -> Option<usize> {
    let names: Vec<&str> = table.names().collect();
    let usual = USUAL_NAMES
        .iter()
        .flat_map(|usual| (0..names.len()).filter(|column| letters(names[*column]) == *usual));
    let usual: Vec<usize> = usual.collect();
    let step = table.len().div_ceil(SAMPLE).max(1);
    let n_found = |column: usize| {
        let rows = (0..table.len()).step_by(step);
        rows.filter(|row| finds(index, table.cell(*row, column)))
            .count()
    };
    if let Some(column) = usual.iter().find(|column| n_found(**column) > 0) {
        return Some(*column);
    }
    let best = (0..names.len()).rev().max_by_key(|column| n_found(*column));
    best.filter(|column| n_found(*column) > 0)
        .or(usual.first().copied())
}

fn finds(index: &FileIndex, cell: &str) -> bool {
    matches!(index.find(cell), Match::Exact(_) | Match::Loose(_))
}

/// A file name as cells and folders may be compared: trimmed, with forward slashes, without `./`.
pub(super) fn normalise(cell: &str) -> String {
    let name = cell.trim().replace('\\', "/");
    let name = name.trim_start_matches("./").trim_start_matches('/');
    name.to_owned()
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

/// A column's name as it is compared with the usual ones.
pub(super) fn letters(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphabetic)
        .collect::<String>()
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::folder::Found;
    use super::*;

    fn index(names: &[&str]) -> FileIndex {
        let entry = |name: &&str| FileEntry {
            relative: (*name).to_owned(),
            found: Found::Other,
        };
        FileIndex::new(&names.iter().map(entry).collect::<Vec<_>>())
    }

    #[test]
    fn paths_base_names_and_stems() {
        let files = index(&["a.png", "sub/b.jpeg", "sub/1.2.840.113.png"]);
        assert_eq!(files.find(" a.png "), Match::Exact(0));
        assert_eq!(files.find("./a.png"), Match::Exact(0));
        assert_eq!(files.find("images\\sub\\b.jpeg"), Match::Exact(1));
        assert_eq!(files.find("/data/images/sub/b.jpeg"), Match::Exact(1));
        assert_eq!(files.find("b.jpeg"), Match::Loose(1));
        assert_eq!(files.find("sub/b"), Match::Loose(1));
        assert_eq!(files.find("b"), Match::Loose(1));
        assert_eq!(files.find("1.2.840.113"), Match::Loose(2));
        assert_eq!(files.find("B.JPEG"), Match::Loose(1));
        assert_eq!(files.find("A.PNG"), Match::Exact(0));
        assert_eq!(
            files.find("b.png"),
            Match::None,
            "another extension is another file"
        );
        assert_eq!(files.find(""), Match::None);
        assert_eq!(files.find("../../etc/passwd"), Match::None);
    }

    #[test]
    fn several_files_of_one_name() {
        let files = index(&[
            "test/a.png",
            "train/a.png",
            "x.jpg",
            "x.png",
            "Y.png",
            "y.png",
        ]);
        assert_eq!(files.find("a.png"), Match::Ambiguous);
        assert_eq!(files.find("images/train/a.png"), Match::Exact(1));
        assert_eq!(files.find("x"), Match::Ambiguous);
        assert_eq!(files.find("x.png"), Match::Exact(3));
        assert_eq!(
            files.find("y.png"),
            Match::Exact(5),
            "to the letter comes first"
        );
        assert_eq!(files.find("Y.PNG"), Match::Ambiguous);
    }

    fn table(text: &str) -> Table {
        let mut rows = text
            .lines()
            .map(|line| line.split(',').collect::<csv::StringRecord>());
        let header = rows.next().unwrap();
        Table::new(&header, rows.collect())
    }

    #[test]
    fn a_file_named_in_full_serves_no_namesake() {
        let files = index(&["train/a.png"]);
        let table = table("path\ntest/a.png\ntrain/a.png\n");
        assert_eq!(
            match_rows(&table, 0, &files),
            [Match::None, Match::Exact(0)]
        );
    }

    #[test]
    fn the_column_is_found_by_name_or_by_matching() {
        let files = index(&["a.png", "b.png"]);
        let column = |text: &str| filename_column(&table(text), &files);
        assert_eq!(column("id,File_Name\na.png,a.png"), Some(1));
        assert_eq!(
            column("image,scan\nyes,a.png\nno,b.png"),
            Some(1),
            "a usual name without files"
        );
        assert_eq!(column("x,y\n1,a\n2,b"), Some(1));
        assert_eq!(
            column("x,file\n1,c.png"),
            Some(1),
            "nothing matches, so the name decides"
        );
        assert_eq!(column("x,y\n1,2"), None);
    }
}
