use super::super::image::ImageSource;
use super::super::walk::Found;
use super::*;

pub(in super::super) fn index(names: &[&str]) -> FileIndex {
    let image = || Found::Image(ImageSource::Memory([].into()));
    let entry = |name: &&str| FileEntry::new((*name).to_owned(), image());
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

pub(in super::super) fn table(text: &str) -> Table {
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
        match_rows(&table, 0, &files, Numbers::NameIfMostDo),
        [Match::None, Match::Exact(0)]
    );
}

#[test]
fn letters_are_compared_composed_and_then_without_case() {
    let (composed, apart) = ("M\u{fc}ller.png", "Mu\u{308}ller.png");
    assert_eq!(index(&[apart]).find(composed), Match::Exact(0));
    assert_eq!(index(&[composed]).find(apart), Match::Exact(0));
    assert_eq!(index(&[composed]).find("M\u{dc}LLER.PNG"), Match::Exact(0));
    let both = index(&[composed, apart]);
    assert_eq!(both.find(composed), Match::Exact(0));
    assert_eq!(both.find(apart), Match::Exact(1));
    assert_eq!(both.find("M\u{dc}LLER.PNG"), Match::Ambiguous);
}

#[test]
fn names_that_are_not_utf_8_are_read_as_windows_1252() {
    let file = |bytes: &[u8]| FileEntry {
        bytes: Some(bytes.to_owned()),
        ..FileEntry::new("m%FC.png".to_owned(), Found::Other)
    };
    let files = FileIndex::new(&[file(b"m\xFC.png")]);
    assert_eq!(files.find("m\u{fc}.png"), Match::Exact(0));
    assert_eq!(files.find("m\u{fc}"), Match::Loose(0));
    assert_eq!(files.find("m%FC.png"), Match::Exact(0));
    assert_eq!(files.find("m.png"), Match::None);
}

#[test]
fn numbers_that_a_spreadsheet_changed() {
    let files = index(&["001.png", "sub/10.png", "7.jpg", "07.png"]);
    for (cell, found) in [
        ("1", Match::Renumbered(0)),
        ("1.0", Match::Renumbered(0)),
        ("1,0", Match::Renumbered(0)),
        ("1.", Match::Renumbered(0)),
        ("10.0", Match::Renumbered(1)),
        ("010", Match::Renumbered(1)),
        ("7", Match::Loose(2)),
        ("7.0", Match::Ambiguous),
        ("1.5", Match::None),
        ("-1", Match::None),
        ("1.0.0", Match::None),
    ] {
        assert_eq!(files.find(cell), found, "{cell}");
    }
    let table = table("file\n001\n1\n1.0\n10.0\n");
    let matches = match_rows(&table, 0, &files, Numbers::NameIfMostDo);
    let none = Match::None;
    assert_eq!(matches, [Match::Loose(0), none, none, Match::Renumbered(1)]);
}

#[test]
fn a_stray_number_among_names_leads_to_no_file() {
    let files = index(&["scan_0.png", "scan_1.png", "scan_2.png", "3.png"]);
    let table = table("file\nscan_0.png\n1\n2\n3\n");
    let found = match_rows(&table, 0, &files, Numbers::NameIfMostDo);
    let none = Match::None;
    assert_eq!(found, [Match::Exact(0), none, none, none]);
    let found = match_rows(&table, 0, &files, Numbers::Name);
    assert_eq!(found[3], Match::Loose(3), "somebody said so");
}

#[test]
fn a_path_that_is_shown_without_the_patient_is_found_by_its_own() {
    let mut file = FileEntry::new("patient 1/7.dcm".to_owned(), Found::Other);
    file.bytes = Some("Müller/7.dcm".into());
    file.is_masked = true;
    let files = FileIndex::new(&[file]);
    assert_eq!(files.find("müller/7.dcm").file(), Some(0));
    assert_eq!(files.find("7.dcm").file(), Some(0));
}
