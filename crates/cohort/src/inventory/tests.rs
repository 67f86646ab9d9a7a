use std::fs;
use std::path::Path;

use image::GrayImage;

use super::*;
use crate::open;

fn picture(path: &Path, grey: u8) {
    GrayImage::from_pixel(8, 8, image::Luma([grey]))
        .save(path)
        .unwrap();
}

/// A folder with a table and two pictures, of which one has no row, and its source.
fn folder(images: &str) -> (tempfile::TempDir, Source) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join(images)).unwrap();
    fs::write(
        folder.path().join("metadata.csv"),
        "filename,sex\na.png,F\n",
    )
    .unwrap();
    picture(&folder.path().join(images).join("a.png"), 1);
    picture(&folder.path().join(images).join("b.png"), 2);
    let source = Source {
        folder: Some(folder.path().to_owned()),
        ..Source::default()
    };
    (folder, source)
}

const NOTHING: Since = Since {
    n_new_images: 0,
    table: None,
    is_whole: true,
};

#[test]
fn pictures_that_were_not_there_are_counted_and_all_else_is_not() {
    for images in ["", "images"] {
        let (folder, source) = folder(images);
        let images = folder.path().join(images);
        let inventory = open(&source).unwrap().inventory.unwrap();
        // A file without a row is skipped, and nothing new.
        assert_eq!(inventory.since(), NOTHING);
        picture(&images.join("a.png"), 3);
        fs::remove_file(images.join("b.png")).unwrap();
        fs::write(images.join("notes.md"), "no picture").unwrap();
        fs::write(images.join(".hidden.png"), "left out").unwrap();
        assert_eq!(inventory.since(), NOTHING);
        fs::create_dir(images.join("later")).unwrap();
        picture(&images.join("later/c.png"), 4);
        // By its bytes, whatever it is called.
        fs::copy(images.join("later/c.png"), images.join("d")).unwrap();
        let found = Since {
            n_new_images: 2,
            ..NOTHING
        };
        assert_eq!(inventory.since(), found);
        fs::remove_dir_all(&images).unwrap();
        assert_eq!(inventory.since().n_new_images, 0);
    }
}

#[test]
fn a_table_is_told_when_it_is_another_gone_or_new() {
    let (folder, source) = folder("images");
    let table = folder.path().join("metadata.csv");
    let inventory = open(&source).unwrap().inventory.unwrap();
    let told = || inventory.since().table;
    let before = fs::read(&table).unwrap();
    fs::write(&table, "filename,sex\na.png,M\n").unwrap();
    assert_eq!(told(), Some(TableSince::Changed));
    fs::write(&table, before).unwrap();
    assert_eq!(told(), None, "the same bytes again");
    let other = folder.path().join("images/metadata.tsv");
    fs::write(&other, "filename\tage\na.png\t4\n").unwrap();
    assert_eq!(told(), Some(TableSince::New));
    fs::remove_file(&table).unwrap();
    assert_eq!(told(), Some(TableSince::Gone));
}

#[test]
fn a_table_that_was_named_is_the_only_one_that_counts() {
    let (folder, source) = folder("images");
    let source = Source {
        metadata: Some(folder.path().join("metadata.csv")),
        ..source
    };
    let inventory = open(&source).unwrap().inventory.unwrap();
    fs::write(folder.path().join("more.csv"), "filename\na.png\n").unwrap();
    assert_eq!(inventory.since(), NOTHING);
}

#[test]
fn a_walk_that_takes_too_long_says_so() {
    let (_folder, source) = folder("images");
    let inventory = open(&source).unwrap().inventory.unwrap();
    let since = inventory.until(Instant::now());
    assert!(!since.is_whole);
}
