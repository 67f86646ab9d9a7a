//! Folders and names as people have them: what is read, what is named, and why.

// Helpers of tests stop as the tests do.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use negatoscope::cohort::{self, Cohort, Source};

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(name)
}

fn open(name: &str) -> Cohort {
    cohort::open(&Source {
        folder: Some(case(name)),
        ..Source::default()
    })
    .unwrap()
}

fn topics(cohort: &Cohort) -> Vec<&str> {
    cohort.assumed.iter().map(|said| said.topic).collect()
}

#[test]
fn names_match_as_they_are_composed_and_as_spreadsheets_write_them() {
    assert_eq!(open("12_nfd_names").records.len(), 12);
    let numbers = open("13a_float_names");
    assert_eq!(numbers.records.len(), 12);
    assert!(!topics(&numbers).is_empty(), "it is said");
}

#[test]
fn the_column_that_names_most_files_names_them() {
    assert_eq!(open("14a_series_number").records.len(), 12);
}

#[test]
fn what_is_not_read_is_named_with_its_reason() {
    let cohort = open("19_not_mentioned");
    assert_eq!(cohort.records.len(), 4);
    let mut names: Vec<&str> = cohort
        .skipped
        .iter()
        .map(|skipped| skipped.filename.as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["metadata.xlsx", "scan0.dcm", "scan1.dcm", "scan2.dcm"]
    );
    assert!(
        cohort
            .skipped
            .iter()
            .all(|skipped| !skipped.reason.is_empty())
    );
}

#[test]
fn a_named_table_that_is_none_is_an_error() {
    let source = Source {
        folder: Some(case("19_not_mentioned")),
        metadata: Some(case("19_not_mentioned/metadata.xlsx")),
        ..Source::default()
    };
    let error = cohort::open(&source).unwrap_err().to_string();
    assert!(error.contains("metadata.xlsx is not a readable workbook"));
}

#[test]
fn folders_of_classes_become_a_column() {
    let cohort = open("25_folders/imagefolder");
    let folder = cohort.column("folder").expect("the classes");
    assert!(folder.n_unique() >= 2);
    assert_eq!(folder.n_missing(), 0);
}

#[test]
fn hugging_faces_layout_is_read() {
    let cohort = open("25_folders/meta_jsonl_hf");
    assert!(cohort.columns.iter().any(|column| !column.derived));
    assert!(!cohort.records.is_empty());
}
