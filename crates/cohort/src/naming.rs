//! Which column of a table names the files.

use super::matching::{FileIndex, Tally};
use super::names::letters;
use super::record::Assumption;
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
const SAMPLE: usize = 5000;

/// The column that names the files, and a word on it where it is not the one that a reader of the
/// header would take.
pub(super) struct Naming {
    pub(super) column: usize,
    pub(super) said: Option<Assumption>,
}

/// The column that names most files. A usual name decides among columns of names that do so about
/// equally well, and where no column names any.
pub(super) fn filename_column(table: &Table, index: &FileIndex) -> Option<Naming> {
    let names: Vec<&str> = table.names().collect();
    let usual = USUAL_NAMES.iter().flat_map(|usual| {
        let named = |column: &usize| letters(names[*column]) == *usual;
        (0..names.len()).filter(named)
    });
    let usual: Vec<usize> = usual.collect();
    let step = table.len().div_ceil(SAMPLE).max(1);
    let tallies = |step| -> Vec<Tally> {
        let cells = |column| {
            (0..table.len())
                .step_by(step)
                .map(move |row| table.cell(row, column))
        };
        (0..names.len())
            .map(|column| Tally::of(cells(column), index))
            .collect()
    };
    let mut tallied = tallies(step);
    if step > 1 && tallied.iter().all(|tally| tally.n_files == 0) {
        // Few of many rows have their file.
        tallied = tallies(1);
    }
    let n_files = |column: &usize| tallied[*column].n_files;
    let is_name = |column: &usize| !tallied[*column].is_of_numbers();
    // Of equals the last is taken, hence the reverse.
    let columns = (0..names.len()).rev();
    let best = columns.max_by_key(|column| (n_files(column), is_name(column)))?;
    let most = n_files(&best);
    if most == 0 {
        let first = usual.first().copied();
        return first.map(|column| Naming { column, said: None });
    }
    // Numbers may be anything, so a column of them has to name more files than any column of names.
    let is_near = |column: &&usize| match (is_name(column), is_name(&best)) {
        (true, _) => 10 * n_files(column) >= 9 * most,
        (false, true) => false,
        (false, false) => n_files(column) == most,
    };
    let column = usual.iter().find(is_near).copied().unwrap_or(best);
    let said = (usual.first() != Some(&column)).then(|| {
        let n_named =
            |column| Tally::of((0..table.len()).map(|row| table.cell(row, column)), index).n_files;
        let instead = usual.first().map_or_else(String::new, |usual| {
            format!(", and the column {:?} {}", names[*usual], n_named(*usual))
        });
        let (name, n) = (names[column], n_named(column));
        let text = format!(
            "The column {name:?} names the files: {n} of the {} pictures{instead}.",
            index.n_images()
        );
        Assumption {
            topic: "filename_column",
            column: Some(name.to_owned()),
            text,
        }
    });
    Some(Naming { column, said })
}

#[cfg(test)]
mod tests {
    use super::super::matching::tests::{index, table};
    use super::*;

    fn column(text: &str, files: &[&str]) -> Option<usize> {
        filename_column(&table(text), &index(files)).map(|naming| naming.column)
    }

    fn said(text: &str, files: &[&str]) -> Option<String> {
        filename_column(&table(text), &index(files))?
            .said
            .map(|said| said.text)
    }

    #[test]
    fn the_column_is_found_by_name_or_by_matching() {
        let files = ["a.png", "b.png"];
        let column = |text: &str| column(text, &files);
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

    #[test]
    fn the_column_that_names_most_files_goes_before_a_usual_name() {
        let files = ["scan_0.png", "scan_1.png", "scan_2.png", "1.png"];
        let text = "image,scan\n0,scan_0.png\n1,scan_1.png\n2,scan_2.png";
        assert_eq!(column(text, &files), Some(1));
        let said = said(text, &files).unwrap();
        assert_eq!(
            said,
            "The column \"scan\" names the files: 3 of the 4 pictures, and the column \"image\" 0."
        );
    }

    #[test]
    fn a_usual_name_decides_between_equals() {
        let files = ["a.png", "b.png"];
        assert_eq!(
            column("original,path\na.png,a.png\nb.png,b.png", &files),
            Some(1)
        );
        assert_eq!(
            said("original,path\na.png,a.png\nb.png,b.png", &files),
            None
        );
        let numbers = ["1.png", "2.png", "3.png"];
        assert_eq!(column("row,image_id\n1,3\n2,1\n3,2", &numbers), Some(1));
        assert_eq!(column("row,image\n1,x\n2,y\n3,z", &numbers), Some(0));
    }

    #[test]
    fn ages_are_no_file_names() {
        let files: Vec<String> = (1..=100).map(|n| format!("{n}.png")).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let rows: Vec<String> = (0..300).map(|row| format!("{},x", 40 + row % 30)).collect();
        let text = format!("age,sex\n{}", rows.join("\n"));
        assert_eq!(column(&text, &files), None);
        let rows: Vec<String> = (0..60)
            .map(|row| format!("{},{}", row + 1, 40 + row % 30))
            .collect();
        let text = format!("scan,age\n{}", rows.join("\n"));
        assert_eq!(column(&text, &files), Some(0));
    }
}
