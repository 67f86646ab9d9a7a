//! Tables as people have them, through the crate's API; the files lie in tests/tables.

// Helpers of tests stop as the tests do.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use negatoscope::cohort::{self, Cohort, CohortError, Source, Value};

/// A grey picture of one pixel.
const PNG: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0,
    0, 0, 58, 126, 155, 85, 0, 0, 0, 10, 73, 68, 65, 84, 120, 156, 99, 104, 0, 0, 0, 130, 0, 129,
    119, 205, 114, 182, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

fn given(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/tables")
        .join(name)
}

/// Opens a table with a folder of pictures `p00.png` to `p11.png` and `im0.png` to `im11.png`.
fn open(metadata: &Path) -> Result<Cohort, CohortError> {
    let images = tempfile::tempdir().unwrap();
    for n in 0..12 {
        std::fs::write(images.path().join(format!("p{n:02}.png")), PNG).unwrap();
        std::fs::write(images.path().join(format!("im{n}.png")), PNG).unwrap();
    }
    cohort::open(&Source {
        metadata: Some(metadata.to_owned()),
        images: Some(images.path().to_owned()),
        ..Source::default()
    })
}

fn open_text(text: &[u8]) -> Cohort {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metadata.csv");
    std::fs::write(&path, text).unwrap();
    open(&path).unwrap()
}

fn column(cohort: &Cohort, name: &str) -> Vec<String> {
    let column = cohort
        .column(name)
        .unwrap_or_else(|| panic!("no column {name}"));
    let text = |value: &Option<Value>| value.as_ref().map_or_else(String::new, Value::to_string);
    column.values.iter().map(text).collect()
}

fn assumed(cohort: &Cohort) -> String {
    let texts: Vec<&str> = cohort.assumed.iter().map(|a| a.text.as_str()).collect();
    texts.join(" ")
}

/// What of the table itself was passed over, pictures without a row aside.
fn skipped(cohort: &Cohort) -> Vec<String> {
    let skipped = cohort.skipped.iter().filter(|s| s.filename.contains(", "));
    skipped
        .map(|s| format!("{}: {}", s.filename, s.reason))
        .collect()
}

#[test]
fn text_in_every_dialect() {
    for (file, country, said) in [
        ("sep_line.csv", "Italy", "line 1 (“sep=;”) is passed over"),
        (
            "title_row.csv",
            "Italy",
            "line 1 (“Registry export,,”) is passed over",
        ),
        ("space_before_quote.csv", "Italy", "blanks before quotes"),
        (
            "unclosed_quote.csv",
            "Italy",
            "A quote in line 5 of unclosed_quote.csv never closes",
        ),
        (
            "one_latin1_byte.csv",
            "Côte d’Ivoire",
            "UTF-8 but for 1 byte in line 7",
        ),
        ("bars.csv", "Switzerland", "bars (|) between cells"),
    ] {
        let cohort = open(&given(file)).unwrap();
        assert_eq!(cohort.records.len(), 12, "{file}");
        let countries: Vec<_> = cohort
            .records
            .iter()
            .map(|r| r.country.as_deref())
            .collect();
        assert_eq!(countries, [Some(country); 12], "{file}");
        assert!(
            assumed(&cohort).contains(said),
            "{file}: {}",
            assumed(&cohort)
        );
        assert_eq!(cohort.report.n_rows, 12, "{file}");
    }
    let cohort = open(&given("one_latin1_byte.csv")).unwrap();
    assert_eq!(column(&cohort, "notes")[5], "naïve");
}

#[test]
fn a_workbook_and_what_else_is_in_it() {
    let cohort = open(&given("patients.xlsx")).unwrap();
    assert_eq!((cohort.records.len(), cohort.n_groups()), (12, 6));
    assert_eq!(column(&cohort, "age")[0], "40");
    let cohort = open(&given("clinic.xlsx")).unwrap();
    assert_eq!(cohort.records.len(), 4);
    assert_eq!(column(&cohort, "code")[0], "0007");
    assert_eq!(column(&cohort, "dose"), ["0.1", "0.3", "0.5", "0.7"]);
    assert_eq!(column(&cohort, "seen")[1], "2020-01-23");
    assert!(
        cohort
            .column("failed")
            .unwrap()
            .values
            .iter()
            .all(Option::is_none)
    );
    let said = assumed(&cohort);
    for part in [
        "sheet “Patients”",
        "row 2 (“Registry export”)",
        "(#N/A)",
        "more than 15 digits",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let skipped = skipped(&cohort);
    for part in [
        "sheet “Read me”",
        "sheet “Codebook”",
        "row 9: “Total: 4 rows”",
    ] {
        assert!(
            skipped.iter().any(|line| line.contains(part)),
            "{part}: {skipped:?}"
        );
    }
    // What a person sees there and the file does not hold.
    let said = assumed(&open(&given("gaps.xlsx")).unwrap());
    for part in [
        "1 area of merged cells in gaps.xlsx",
        "4 cells of gaps.xlsx with a formula",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let error = open(&given("no_workbook.xlsx")).unwrap_err().to_string();
    assert!(error.contains("is not a readable workbook"), "{error}");
}

#[test]
fn parquet_keeps_every_digit() {
    for file in ["snappy.parquet", "zstd.parquet"] {
        let cohort = open(&given(file)).unwrap();
        assert_eq!(cohort.records.len(), 4);
        assert_eq!(
            column(&cohort, "accession"),
            ["9223372036854775807", "1", "", "3"]
        );
        assert_eq!(
            column(&cohort, "unsigned"),
            ["18446744073709551615", "0", "1", ""]
        );
        assert_eq!(column(&cohort, "dose"), ["1", "2.5", "", ""]);
        assert_eq!(column(&cohort, "single"), ["0.1", "0.2", "0.3", ""]);
        assert_eq!(column(&cohort, "seen")[0], "2020-01-22");
        assert_eq!(column(&cohort, "sex"), ["F", "M", "", "F"]);
        assert_eq!(column(&cohort, "price")[0], "1.5");
        let skipped = skipped(&cohort);
        for name in ["boxes", "image"] {
            let part = format!("column {name}: the column holds several values");
            assert!(
                skipped.iter().any(|line| line.contains(&part)),
                "{skipped:?}"
            );
        }
    }
    let mut raw = std::fs::read(given("snappy.parquet")).unwrap();
    raw.truncate(raw.len() / 2);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), raw).unwrap();
    assert!(
        open(file.path())
            .unwrap_err()
            .to_string()
            .contains("is not a readable Parquet file")
    );
}

#[test]
fn hugging_faces_lines() {
    let cohort = open(&given("hugging_face.jsonl")).unwrap();
    assert_eq!((cohort.records.len(), cohort.n_groups()), (12, 6));
    assert_eq!(column(&cohort, "location")[0], "Milan, Italy");
    assert!(assumed(&cohort).contains("JSON lines"));
}

#[test]
fn rows_are_counted_as_pandas_counts_them() {
    let cohort = open_text(
        b"Registry export\n\nfilename,age,place\np00.png,1,x\n\n# a comment\np01.png,2,Rome, Italy\n\
          p02.png,3\n,,\np03.png,4,y\nTotal: 4\n",
    );
    let rows: Vec<_> = cohort
        .records
        .iter()
        .map(|r| (r.filename.as_str(), r.row))
        .collect();
    // pandas.read_csv(skiprows=1, on_bad_lines="skip") gives the comment, the short row, the blank
    // one and the sum a row each, and the line of four cells none.
    assert_eq!(
        rows,
        [
            ("p00.png", Some(0)),
            ("p02.png", Some(2)),
            ("p03.png", Some(4))
        ]
    );
    let report = cohort.report;
    assert_eq!(
        (report.n_rows, report.n_blank, report.n_skipped_lines),
        (3, 3, 3)
    );
    let told = report.n_filtered_out + report.n_matched + report.n_missing_files;
    assert_eq!(
        report.n_rows,
        told + report.n_duplicates + report.n_unreadable
    );
    assert_eq!(
        skipped(&cohort),
        [
            "metadata.csv, line 6: a comment and no row",
            "metadata.csv, line 7: 4 cells where the header has 3: put quotes around a cell that holds a separator",
            "metadata.csv, line 11: “Total: 4” below the rows is no row",
        ]
    );
}
