//! One table of conditions for the command line, HTTP and the page: `tests/conditions.json`, which
//! `tests/js/conditions.test.mjs` runs too. Each cohort has its cells, the columns as the API serves
//! them, and conditions with the rows that meet them or the word of their refusal.
//!
//! After a change of how cells are read, `NEGATOSCOPE_BLESS=1 cargo test --test conditions` writes
//! the columns anew; the conditions are written by hand.

#![allow(clippy::unwrap_used, reason = "a helper of a test may fail it")]

use std::fs;
use std::path::{Path, PathBuf};

use negatoscope::cohort::{self, Cohort, CohortError, Filter, Source};
use negatoscope::output::{self, CohortProgress, CohortState};
use negatoscope::pipeline::ModelInfo;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The smallest thing that counts as a picture until it is decoded.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conditions.json")
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

/// A folder with the cells of a cohort as a table, and a picture for each row.
fn folder(cohort: &Value) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut table = csv::Writer::from_path(folder.path().join("metadata.csv")).unwrap();
    let line = |first: String, cells: &Value| {
        let cells = list(cells)
            .iter()
            .map(|cell| cell.as_str().unwrap().to_owned());
        [first].into_iter().chain(cells).collect::<Vec<_>>()
    };
    table
        .write_record(line("filename".into(), &cohort["header"]))
        .unwrap();
    fs::create_dir(folder.path().join("images")).unwrap();
    for (row, cells) in list(&cohort["rows"]).iter().enumerate() {
        table
            .write_record(line(format!("image{row}.png"), cells))
            .unwrap();
        let image = folder.path().join(format!("images/image{row}.png"));
        fs::write(image, PNG).unwrap();
    }
    table.flush().unwrap();
    folder
}

fn open(folder: &TempDir, filters: &[&str]) -> Result<Cohort, CohortError> {
    let filters = filters.iter().map(|filter| filter.parse());
    cohort::open(&Source {
        folder: Some(folder.path().to_owned()),
        filters: filters.collect::<Result<_, _>>()?,
        ..Source::default()
    })
}

/// Rows that the command line keeps.
fn by_command_line(folder: &TempDir, condition: &str) -> Result<Vec<usize>, String> {
    match open(folder, &[condition]) {
        Ok(cohort) => Ok(cohort
            .records
            .iter()
            .filter_map(|record| record.row)
            .collect()),
        Err(CohortError::NothingLeft { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.to_string()),
    }
}

/// Rows that a request keeps.
fn by_request(whole: &Cohort, condition: &str) -> Result<Vec<usize>, String> {
    let conditions = condition.parse::<Filter>().map(|filter| vec![filter]);
    let part = conditions.and_then(|conditions| whole.part(&conditions));
    part.map(|(_, places)| places)
        .map_err(|error| error.to_string())
}

/// The cohort's columns as the API serves them, with their values row by row.
fn served(cohort: &Cohort) -> Value {
    let progress = CohortProgress {
        state: CohortState::Ready,
        error: None,
        images: (0, 0),
    };
    let view = output::Cohort::new(cohort, ModelInfo::default(), progress);
    let mut view = serde_json::to_value(view).unwrap();
    let records = view["records"].take();
    let columns = list(&view["columns"])
        .iter()
        .filter(|column| column["name"] != "filename");
    let columns = columns.map(|column| {
        let name = column["name"].as_str().unwrap();
        let values: Vec<&Value> = list(&records)
            .iter()
            .map(|record| &record["values"][name])
            .collect();
        json!({
            "name": name, "kind": column["kind"], "of_pictures": column["of_pictures"],
            "writing": column["writing"], "values": values,
        })
    });
    columns.collect()
}

#[test]
fn every_way_to_ask_keeps_the_same_rows() {
    let mut table: Value = serde_json::from_str(&fs::read_to_string(path()).unwrap()).unwrap();
    let bless = std::env::var_os("NEGATOSCOPE_BLESS").is_some();
    let mut faults = Vec::new();
    for cohort in table["cohorts"].as_array_mut().unwrap() {
        let folder = folder(cohort);
        let whole = open(&folder, &[]).unwrap();
        let columns = served(&whole);
        let words = json!(whole.missing.words());
        if bless {
            cohort["columns"] = columns;
            cohort["missing_words"] = words;
        } else {
            assert_eq!(cohort["columns"], columns, "{}", cohort["name"]);
            assert_eq!(cohort["missing_words"], words);
        }
        for condition in list(&cohort["conditions"]) {
            let text = condition["where"].as_str().unwrap();
            let asked = [by_command_line(&folder, text), by_request(&whole, text)];
            for found in asked {
                let as_expected = match &found {
                    Ok(rows) => condition["rows"] == json!(rows),
                    Err(message) => match condition["refused"].as_str() {
                        Some(word) => message.contains(word),
                        None => false,
                    },
                };
                if !as_expected {
                    faults.push(format!("{text:?}: {found:?}, expected {condition}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    if bless {
        fs::write(path(), serde_json::to_string_pretty(&table).unwrap() + "\n").unwrap();
    }
}

#[test]
fn which_of_two_rows_for_a_file_counts_does_not_depend_on_conditions() {
    let folder = tempfile::tempdir().unwrap();
    let table = "filename,age\na00.png,40\na00.png,60\na01.png,30\na02.png,70\n";
    fs::write(folder.path().join("metadata.csv"), table).unwrap();
    for name in ["a00.png", "a01.png", "a02.png"] {
        fs::write(folder.path().join(name), PNG).unwrap();
    }
    let whole = open(&folder, &[]).unwrap();
    let names = |cohort: &Cohort| -> Vec<String> {
        let records = cohort.records.iter();
        records.map(|record| record.filename.clone()).collect()
    };
    let condition: Filter = "age>=50".parse().unwrap();
    let (part, _) = whole.part(&[condition]).unwrap();
    let kept = open(&folder, &["age>=50"]).unwrap();
    assert_eq!(names(&part), ["a02.png"]);
    assert_eq!(names(&kept), names(&part));
    assert_eq!(kept.skipped, whole.skipped);
    assert_eq!(kept.skipped[0].reason, "duplicate of row 1");
    let report = kept.report;
    let counts = (report.n_rows, report.n_filtered_out, report.n_duplicates);
    assert_eq!((counts, report.n_matched), ((4, 2, 1), 1));
    let only_duplicates = open(&folder, &["age=60"]).unwrap_err();
    assert!(
        matches!(only_duplicates, CohortError::NothingLeft(_)),
        "{only_duplicates}"
    );
}
