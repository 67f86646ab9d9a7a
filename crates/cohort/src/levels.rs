//! Columns of the folders that the files lie in.

use std::collections::HashSet;

use super::derive::DerivedCells;

/// The names of the columns of the folders above the last, from the top. Deeper ones have none.
const ABOVE: [&str; 8] = [
    "folder_1", "folder_2", "folder_3", "folder_4", "folder_5", "folder_6", "folder_7", "folder_8",
];

/// The folders that the files of the rows lie in, one path per row: `folder` is the one that holds
/// the file, as ImageFolder takes it for the class; where folders lie in folders, `folder_1`,
/// `folder_2`, … are those above it, counted from the top, as far as they differ. Nothing when no
/// file lies in a folder.
pub(super) fn columns(paths: &[Option<&str>]) -> Vec<DerivedCells> {
    let folders: Vec<Vec<&str>> = paths
        .iter()
        .map(|path| folders(path.unwrap_or("")))
        .collect();
    let depth = folders.iter().map(Vec::len).max().unwrap_or(0);
    if depth == 0 {
        return Vec::new();
    }
    let column = |name, cell: &dyn Fn(&Vec<&str>) -> Option<String>| {
        DerivedCells::of_texts(name, folders.iter().map(cell).collect())
    };
    let last = column("folder", &|folders| {
        folders.last().map(|name| (*name).to_owned())
    });
    let above = ABOVE
        .iter()
        .take(depth - 1)
        .enumerate()
        .map(|(level, name)| {
            column(name, &|folders| {
                folders.get(level).map(|name| (*name).to_owned())
            })
        });
    let of_files = |column: &DerivedCells| -> HashSet<Option<String>> {
        let rows = paths.iter().zip(&column.cells);
        rows.filter(|(path, _)| path.is_some())
            .map(|(_, cell)| cell.clone())
            .collect()
    };
    let differs = |column: &DerivedCells| of_files(column).len() > 1;
    let above: Vec<_> = above.filter(differs).collect();
    [last].into_iter().chain(above).collect()
}

/// The folders of a path, from the top.
fn folders(path: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    parts
}

#[cfg(test)]
mod tests {
    use super::super::column::ColumnKind;
    use super::*;

    fn columns_of(paths: &[&str]) -> Vec<(&'static str, Vec<Option<String>>)> {
        let paths: Vec<_> = paths.iter().map(|path| Some(*path)).collect();
        let columns = columns(&paths).into_iter();
        columns.map(|column| (column.name, column.cells)).collect()
    }

    fn cells(words: &[&str]) -> Vec<Option<String>> {
        let cell = |word: &&str| (!word.is_empty()).then(|| (*word).to_owned());
        words.iter().map(cell).collect()
    }

    #[test]
    fn the_folder_of_a_file_and_those_above() {
        assert_eq!(columns_of(&["a.png", "b.png"]), []);
        assert_eq!(
            columns_of(&["virus/a.png", "b.png"]),
            [("folder", cells(&["virus", ""]))]
        );
        assert_eq!(
            columns_of(&["train/NORMAL/a.png", "test/NORMAL/a.png", "test/b.png"]),
            [
                ("folder", cells(&["NORMAL", "NORMAL", "test"])),
                ("folder_1", cells(&["train", "test", "test"])),
            ]
        );
        assert_eq!(
            columns_of(&["files/p1/s1/a.png", "files/p2/s2/a.png"]),
            [
                ("folder", cells(&["s1", "s2"])),
                ("folder_2", cells(&["p1", "p2"])),
            ],
            "folder_1 is the same for all"
        );
    }

    #[test]
    fn a_folder_for_each_of_many_files_is_a_text() {
        let paths: Vec<String> = (0..40).map(|n| format!("p{n}/a.png")).collect();
        let paths: Vec<_> = paths.iter().map(|path| Some(path.as_str())).collect();
        assert_eq!(columns(&paths)[0].kind, Some(ColumnKind::Text));
    }
}
