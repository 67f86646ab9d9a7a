#![allow(clippy::unwrap_used)] // In a test a panic is the report.

use std::path::PathBuf;

use super::*;

const OWNER: Owner<'static> = Owner {
    name: "chests",
    images: &[1, 2, 3],
};

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("projects/a1.sqlite3");
    (folder, path)
}

fn open(path: &Path) -> ProjectFile {
    ProjectFile::open(path, OWNER).unwrap()
}

fn bodies(file: &ProjectFile, kind: &str) -> Vec<String> {
    file.items(kind).into_iter().map(|item| item.body).collect()
}

#[test]
fn what_was_put_is_there_after_it_is_opened_again_and_for_another_process() {
    let (_folder, path) = folder();
    let file = open(&path);
    let first = file.put(("note", "b"), "shadow", None).unwrap();
    assert_eq!((first.item.revision, &first.overwritten), (1, &None));
    file.put(("note", "a"), "clear", None).unwrap();
    let bytes = Some(b"bytes".to_vec());
    let before = file.change_answer(b"key", |before| (bytes, before));
    assert_eq!(before.unwrap(), None);
    let other = open(&path);
    assert_eq!(bodies(&other, "note"), ["shadow", "clear"]);
    assert_eq!(other.answer(b"key").unwrap(), b"bytes");
    // Both go on in one order.
    assert_eq!(
        other.put(("view", "c"), "x", None).unwrap().item.revision,
        3
    );
    assert_eq!(file.revision(), 3);
    assert_eq!(file.since(2).len(), 1);
    assert!(file.warnings().is_empty());
    // Nothing lies beside it that would have to be carried along.
    let beside = std::fs::read_dir(path.parent().unwrap()).unwrap().count();
    assert_eq!(beside, 1);
}

#[test]
fn the_last_writer_wins_and_is_told_what_it_overwrote() {
    let (_folder, path) = folder();
    let file = open(&path);
    let name = ("note", "b");
    let first = file.put(name, "one", None).unwrap().item;
    let second = file.put(name, "two", Some(first.revision)).unwrap();
    assert_eq!(second.overwritten, None);
    let late = file.put(name, "three", Some(first.revision)).unwrap();
    assert_eq!(late.overwritten.unwrap().body, "two");
    assert_eq!(
        (late.item.made, bodies(&file, "note").len()),
        (first.made, 1)
    );
    // The same again is no change.
    let again = file.put(name, "three", None).unwrap();
    assert_eq!((again.item.revision, again.overwritten), (3, None));
    let gone = file.remove(name, Some(3)).unwrap().item;
    assert_eq!((gone.gone, gone.body.as_str()), (true, ""));
    assert_eq!(
        (file.item("note", "b"), file.since(3)),
        (None, vec![gone.clone()])
    );
    let back = file.put(name, "four", Some(3)).unwrap();
    assert_eq!((back.overwritten, back.item.gone), (Some(gone), false));
}

#[test]
fn of_two_copies_the_later_change_counts_also_where_it_was_a_deletion() {
    let (_here, here) = folder();
    let (_there, there) = folder();
    let (here, there) = (open(&here), open(&there));
    for (id, body) in [("a", "one"), ("b", "two"), ("c", "three")] {
        here.put(("note", id), body, None).unwrap();
    }
    there.merge(here.since(0)).unwrap();
    let mut changed = there.since(0);
    for item in &mut changed {
        item.changed += 1;
    }
    changed[0].body = "one and a half".to_owned();
    (changed[1].gone, changed[1].body) = (true, String::new());
    changed[2].changed -= 2;
    changed.push(Item {
        id: "d".to_owned(),
        made: 5,
        ..changed[0].clone()
    });
    let merged = here.merge(changed.clone()).unwrap();
    assert_eq!(
        (merged.n_taken, merged.n_known, merged.n_too_many),
        (3, 1, 0)
    );
    // In the order in which they were made.
    assert_eq!(
        bodies(&here, "note"),
        ["one and a half", "one and a half", "three"]
    );
    assert_eq!(here.items("note")[0].id, "d");
    assert_eq!(here.merge(changed).unwrap().n_known, 4);
}

#[test]
fn there_is_an_end_of_items_and_room_again_when_some_are_taken_back() {
    let (_folder, path) = folder();
    let file = open(&path);
    let many = (0..=MOST).map(|i| Item {
        kind: "note".to_owned(),
        id: i.to_string(),
        body: "x".to_owned(),
        made: 1,
        changed: 1,
        revision: 0,
        gone: false,
    });
    let merged = file.merge(many.collect()).unwrap();
    assert_eq!((merged.n_taken, merged.n_too_many), (MOST, 1));
    let refused = file.put(("note", "more"), "x", None);
    assert!(matches!(refused, Err(ProjectError::Full(kind)) if kind == "note"));
    file.put(("note", "7"), "another", None).unwrap();
    file.put(("view", "more"), "x", None).unwrap();
    file.remove(("note", "7"), None).unwrap();
    file.put(("note", "more"), "x", None).unwrap();
}

#[test]
fn a_file_of_other_images_is_used_and_it_is_said() {
    let (_folder, path) = folder();
    open(&path).put(("note", "a"), "kept", None).unwrap();
    let owner = Owner {
        name: "hands",
        images: &[3, 4, 5, 6],
    };
    let file = ProjectFile::open(&path, owner).unwrap();
    assert_eq!(bodies(&file, "note"), ["kept"]);
    let [said] = file.warnings() else {
        panic!("{:?}", file.warnings())
    };
    assert!(
        said.contains("another cohort, chests: of its 3 images 1 are here"),
        "{said}"
    );
    assert!(open(&path).warnings().is_empty(), "it stays whose it was");
}

#[test]
fn what_is_no_project_or_damaged_is_left_as_it_is() {
    let (_folder, path) = folder();
    open(&path)
        .put(("note", "a"), &"kept ".repeat(4000), None)
        .unwrap();
    let whole = std::fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    for byte in &mut damaged[4096..] {
        *byte = 0xff;
    }
    let other = path.with_file_name("other.sqlite3");
    let connection = Connection::open(&other).unwrap();
    connection.execute_batch("CREATE TABLE mine (x)").unwrap();
    let of_another = std::fs::read(&other).unwrap();
    let mut newer = whole.clone();
    newer[63] = 9;
    for (bytes, why) in [
        (damaged, "damaged"),
        (b"no database at all, but a text".repeat(9), "damaged"),
        (of_another, "no project"),
        (newer, "another version"),
    ] {
        std::fs::write(&path, &bytes).unwrap();
        let file = open(&path);
        let said = file.warnings().join(" ");
        assert!(said.contains(why), "{said}");
        assert_eq!(file.path(), None);
        file.put(("note", "b"), "in memory", None).unwrap();
        assert_eq!(bodies(&file, "note"), ["in memory"]);
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "{why}");
    }
}

#[test]
fn where_nothing_can_be_written_it_is_said_and_what_can_be_read_is_there() {
    let (folder, path) = folder();
    std::fs::write(
        folder.path().join("projects"),
        b"a file where a folder should be",
    )
    .unwrap();
    let file = open(&path);
    assert_eq!(file.path(), None);
    let said = file.warnings().join(" ");
    assert!(said.contains("kept in this browser only"), "{said}");
    // Who may do anything is not held by permissions: of that a copy is asked for itself.
    let (_other, path) = self::folder();
    open(&path).put(("note", "a"), "kept", None).unwrap();
    let mut into = connect::in_memory(&OWNER).unwrap();
    assert!(connect::copy(&path, &mut into).unwrap());
    assert_eq!(stored(&into, "note", "a").unwrap().unwrap().body, "kept");
}

#[test]
fn a_cohort_that_has_grown_and_a_part_of_it_have_the_same_project() {
    let (_folder, path) = folder();
    let folder = path.parent().unwrap();
    let of = |images: &'static [u64]| {
        let name = "chests";
        ProjectFile::of_like(folder, Owner { name, images })
    };
    assert_eq!(of(&[1, 2, 3]), None);
    open(&path);
    std::fs::write(folder.join("text.sqlite3"), b"no project").unwrap();
    let other = folder.join("other.sqlite3");
    let owner = Owner {
        name: "hands",
        images: &[7, 8, 9, 10],
    };
    ProjectFile::open(&other, owner).unwrap();
    for images in [&[1, 2, 3][..], &[1, 2, 3, 4, 5, 6], &[2]] {
        assert_eq!(of(images).as_ref(), Some(&path), "{images:?}");
    }
    assert_eq!(of(&[3, 4, 5, 6]), None);
    assert_eq!(of(&[3, 8, 9, 10]), Some(other));
}

#[test]
fn a_cohort_that_has_grown_finds_its_project_also_where_a_kill_has_left_a_journal() {
    let (_killed, killed) = folder();
    open(&killed).put(("note", "a"), "kept", None).unwrap();
    let mut connection = Connection::open(&killed).unwrap();
    // So small a memory writes before it is done.
    connection.pragma_update(None, "cache_size", 1).unwrap();
    let writing = connection.transaction().unwrap();
    for id in 0..200 {
        let sql = "INSERT INTO items VALUES ('note', ?1, ?2, 0, 0, 0, 0)";
        writing.execute(sql, (id, "x".repeat(3000))).unwrap();
    }
    let (_folder, path) = folder();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    for ending in ["sqlite3", "sqlite3-journal"] {
        std::fs::copy(killed.with_extension(ending), path.with_extension(ending)).unwrap();
    }
    let owner = Owner {
        name: "chests",
        images: &[1, 2, 3, 4],
    };
    let found = ProjectFile::of_like(path.parent().unwrap(), owner);
    assert_eq!(found.as_ref(), Some(&path));
    assert_eq!(bodies(&open(&path), "note"), ["kept"]);
}

#[test]
fn of_many_that_add_to_an_answer_none_loses_what_another_adds() {
    let (_folder, path) = folder();
    let files = [open(&path), open(&path)];
    std::thread::scope(|scope| {
        for file in &files {
            scope.spawn(|| {
                for _ in 0..25 {
                    let more = |kept: Option<Vec<u8>>| {
                        let mut bytes = kept.unwrap_or_default();
                        bytes.push(1);
                        (Some(bytes), ())
                    };
                    file.change_answer(b"key", more).unwrap();
                }
            });
        }
    });
    assert_eq!(files[0].answer(b"key").unwrap().len(), 50);
}

#[test]
fn what_is_taken_over_once_is_not_taken_over_again() {
    let (_folder, path) = folder();
    let file = open(&path);
    let item = file.put(("note", "a"), "first", None).unwrap().item;
    let later = |id: &str, changed| Item {
        id: id.to_owned(),
        changed: item.changed + changed,
        ..item.clone()
    };
    let once = file.merge_once(b"mark", vec![later("b", 1)]).unwrap();
    assert_eq!((once.n_taken, once.n_known), (1, 0));
    let again = file.merge_once(b"mark", vec![later("c", 2)]).unwrap();
    assert_eq!(again, Merged::default());
    assert_eq!(file.items("note").len(), 2);
}
