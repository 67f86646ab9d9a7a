//! What is taken away: tables, features and the script, asked of the real binary, and the script run
//! with scikit-learn.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use std::path::PathBuf;
use std::process::Command;

use negatoscope::features::vectors::read_npy;
use parquet::basic::{LogicalType, Type};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use serde_json::{Value, json};
use support::{Answer, Server, named_by};

const SETTING: &str = "perplexity=17&eps=0.4&min_samples=14";

/// Metadata with everything that makes tables hard, and six pictures.
fn hard_cohort() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        "filename,x,note,age,patientid",
        "a.png,1,\"=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\",40,p1",
        "b.png,2,\"says \"\"so\"\", twice\",,p1",
        "c.png,-3,+44 20,61.5,p2",
        "d.png,4,@home,7,p3",
        "e.png,5,-1+1,30,p4",
        "f.png,6,für Ünal,-2,p5",
    ];
    std::fs::write(folder.path().join("metadata.csv"), rows.join("\n")).unwrap();
    for (step, name) in ["a", "b", "c", "d", "e", "f"].iter().enumerate() {
        let level =
            |x: u32, y: u32| image::Luma([(30 * step as u32 + (x ^ (y * step as u32))) as u8]);
        let picture = image::GrayImage::from_fn(40, 40, level);
        picture
            .save(folder.path().join(format!("{name}.png")))
            .unwrap();
    }
    folder
}

fn ok(server: &Server, path: &str) -> Answer {
    let answer = server.get(path);
    let text = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.status, 200, "{path}: {text}");
    answer
}

/// The name under which a browser would save it.
fn saved_as(answer: &Answer) -> String {
    let header = "content-disposition: attachment; filename=\"";
    let line = answer
        .headers
        .lines()
        .find_map(|line| line.strip_prefix(header));
    line.unwrap().trim_end_matches('"').to_owned()
}

/// CSV read by a reader that is not ours.
fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes);
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

#[test]
fn csv_is_quoted_and_holds_no_formula() {
    let folder = hard_cohort();
    let server = Server::start(&[folder.path().to_str().unwrap()]).ready();
    let query = "method=pca&eps=1&min_samples=2";
    let answer = ok(&server, &format!("/api/export?{query}"));
    assert!(answer.headers.contains("content-type: text/csv"));
    let rows = csv_rows(&answer.body);
    let names = &rows[0];
    assert_eq!(names[..6], ["id", "filename", "x", "y", "cluster", "core"]);
    let column = |name: &str| {
        let place = names.iter().position(|known| known == name);
        let place = place.unwrap_or_else(|| panic!("no column {name} in {names:?}"));
        rows[1..]
            .iter()
            .map(|row| row[place].as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        column("filename"),
        ["a.png", "b.png", "c.png", "d.png", "e.png", "f.png"]
    );
    let notes = [
        "'=HYPERLINK(\"http://evil\",\"x\")",
        "says \"so\", twice",
        "'+44 20",
        "'@home",
        "'-1+1",
        "für Ünal",
    ];
    assert_eq!(column("note"), notes);
    // Numbers stay numbers, and a column that we have already gets a prefix.
    assert_eq!(column("metadata_x"), ["1", "2", "-3", "4", "5", "6"]);
    assert_eq!(column("age"), ["40", "", "61.5", "7", "30", "-2"]);
    assert_eq!(column("width"), ["40"; 6]);
    let clusters = server.get(&format!("/api/clusters?{query}")).json();
    let map = server.get("/api/projection?method=pca").json();
    for row in 0..6 {
        assert_eq!(column("cluster")[row], clusters["labels"][row].to_string());
        assert_eq!(column("core")[row], clusters["core"][row].to_string());
        let x: f64 = column("x")[row].parse().unwrap();
        // JSON is read here to the last digit but one.
        let known = map["coordinates"][row][0].as_f64().unwrap();
        assert!((x - known).abs() <= 1e-15 * known.abs(), "{x} {known}");
    }
    assert_eq!(answer.body.iter().filter(|byte| **byte == b'\n').count(), 7);
    assert!(answer.body.ends_with(b"\r\n"));
}

#[test]
fn json_says_what_it_was_made_with() {
    let server = Server::start(&[]).ready();
    let answer = ok(
        &server,
        &format!("/api/export?{SETTING}&format=json&n_components=3"),
    );
    assert!(
        saved_as(&answer).ends_with("-clusters.json"),
        "{}",
        saved_as(&answer)
    );
    let export = answer.json();
    let cohort = server.get("/api/cohort").json();
    assert_eq!(
        (&export["params"]["perplexity"], &export["params"]["eps"]),
        (&json!(17.0), &json!(0.4))
    );
    assert_eq!(export["versions"]["model"], cohort["model"]["name"]);
    assert_eq!(
        export["versions"]["features_hash"].as_str().unwrap().len(),
        16
    );
    assert_eq!(export["labels_hash"].as_str().unwrap().len(), 16);
    let records = export["records"].as_array().unwrap();
    assert_eq!(records.len() as u64, cohort["n_images"].as_u64().unwrap());
    for (record, known) in records.iter().zip(cohort["records"].as_array().unwrap()) {
        assert_eq!(record["id"], known["id"]);
        assert!(record["z"].is_number());
        for (name, value) in known["values"].as_object().unwrap() {
            assert_eq!(&record[name], value, "{name}");
        }
    }
    let other = ok(&server, &format!("/api/export?{SETTING}&format=json"));
    assert_ne!(other.json()["labels_hash"], export["labels_hash"]);
}

#[test]
fn a_selection_is_exported_alone() {
    let folder = hard_cohort();
    let server = Server::start(&[folder.path().to_str().unwrap()]).ready();
    let records = server.get("/api/cohort").json()["records"].clone();
    let ids = json!({ "ids": [records[4]["id"], records[1]["id"]] }).to_string();
    let headers = [("Content-Type", "application/json")];
    let selection = server.ask("POST", "/api/selections", &ids, &headers).json()["id"].clone();
    let selection = selection.as_str().unwrap();
    let query = format!("method=pca&eps=1&min_samples=2&only={selection}");
    let rows = csv_rows(&ok(&server, &format!("/api/export?{query}")).body);
    let names: Vec<_> = rows.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(names, ["filename", "b.png", "e.png"]);
    // What the conditions leave out is in no table.
    let part = csv_rows(&ok(&server, &format!("/api/export?{query}&where=x%3E%3D3")).body);
    assert_eq!(part.len(), 2);
    assert_eq!(part[1][1], "e.png");
    let unknown = server.get("/api/export?method=pca&only=nothing");
    assert_eq!(
        (unknown.status, unknown.json()["error"]["parameter"].clone()),
        (400, json!("only"))
    );
}

#[test]
fn parquet_is_typed_and_has_nulls() {
    let folder = hard_cohort();
    let server = Server::start(&[folder.path().to_str().unwrap()]).ready();
    let answer = ok(
        &server,
        "/api/export?method=pca&format=parquet&eps=1&min_samples=2",
    );
    let reader = SerializedFileReader::new(axum::body::Bytes::from(answer.body)).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr();
    let columns = schema.columns();
    let place = |name: &str| {
        columns
            .iter()
            .position(|column| column.name() == name)
            .unwrap()
    };
    let kind = |name: &str| columns[place(name)].physical_type();
    assert_eq!(kind("x"), Type::DOUBLE);
    assert_eq!(kind("metadata_x"), Type::DOUBLE);
    assert_eq!(kind("cluster"), Type::INT32);
    assert_eq!(kind("core"), Type::BOOLEAN);
    let note = columns[place("note")].logical_type_ref();
    assert_eq!(note, Some(&LogicalType::String));
    let rows: Vec<_> = reader
        .get_row_iter(None)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(rows.len(), 6);
    // A text is what it is: no spreadsheet opens Parquet.
    assert_eq!(rows[2].get_string(place("note")).unwrap(), "+44 20");
    assert_eq!(rows[2].get_double(place("age")).unwrap(), 61.5);
    assert!(
        rows[1].get_double(place("age")).is_err(),
        "a missing age is a null"
    );
}

#[test]
fn features_are_the_same_in_every_format() {
    let server = Server::start(&[]).ready();
    let npy = ok(&server, "/api/features?format=npy");
    let file = server.cache.path().join(saved_as(&npy));
    std::fs::write(&file, &npy.body).unwrap();
    let matrix = read_npy(&file).unwrap();
    let rows = csv_rows(&ok(&server, "/api/features?format=csv").body);
    assert_eq!((rows.len() - 1, rows[0].len() - 2), matrix.dim());
    assert_eq!(rows[0][..3], ["id", "filename", "feature_0"]);
    for (row, values) in rows[1..].iter().zip(matrix.rows()) {
        for (cell, value) in row[2..].iter().zip(values) {
            assert_eq!(cell.parse::<f32>().unwrap(), *value);
        }
    }
    let parquet = ok(&server, "/api/features?format=parquet");
    let reader = SerializedFileReader::new(axum::body::Bytes::from(parquet.body)).unwrap();
    let first = reader.get_row_iter(None).unwrap().next().unwrap().unwrap();
    assert_eq!(first.get_float(2).unwrap(), matrix[[0, 0]]);
}

/// scikit-learn's Python, or `None` with a word on stderr; CI insists on it.
fn python() -> Option<PathBuf> {
    named_by("NEGATOSCOPE_PYTHON", "Python with scikit-learn")
}

/// Saves everything into a folder and runs the script there.
fn run_script(server: &Server, python: &PathBuf, query: &str) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let save = |path: &str| {
        let answer = ok(server, path);
        let file = folder.path().join(saved_as(&answer));
        std::fs::write(&file, answer.body).unwrap();
        file
    };
    save(&format!("/api/features?{query}&format=npy"));
    save(&format!("/api/export?{query}&format=json"));
    let script = save(&format!("/api/script?{query}"));
    let run = Command::new(python)
        .arg(script)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = [run.stdout, run.stderr].concat();
    (run.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn scikit_learn_finds_the_exported_clusters() {
    let Some(python) = python() else { return };
    let server = Server::start(&[]).ready();
    let n_images = server.get("/api/cohort").json()["n_images"].to_string();
    for (query, least) in [
        (SETTING.to_owned(), 0.0),
        (
            format!(
                "{SETTING}&init=random&random_state=3&metric=cosine&learning_rate=200&n_components=3"
            ),
            -1.0,
        ),
        ("method=pca&eps=0.3&min_samples=5".to_owned(), 0.999),
    ] {
        let (success, said) = run_script(&server, &python, &query);
        assert!(success, "{query}: {said}");
        assert!(
            said.starts_with(&format!("{n_images} labels of DBSCAN")),
            "{said}"
        );
        let agreement: f64 = said.trim().rsplit(' ').next().unwrap().parse().unwrap();
        assert!(agreement >= least, "{query}: {said}");
    }
}

#[test]
fn the_script_knows_parts_and_clusters_drawn_by_hand() {
    let Some(python) = python() else { return };
    let server = Server::start(&[]).ready();
    let records = server.get("/api/cohort").json()["records"].clone();
    let ids: Vec<&Value> = (0..40).map(|place| &records[3 * place]["id"]).collect();
    let headers = [("Content-Type", "application/json")];
    let ids = json!({ "ids": ids }).to_string();
    let selection = server.ask("POST", "/api/selections", &ids, &headers).json()["id"].clone();
    let selection = selection.as_str().unwrap();
    let (success, said) = run_script(
        &server,
        &python,
        &format!("{SETTING}&where=age%3E%3D40&own={selection}"),
    );
    assert!(success, "{said}");
    let export = server.get(&format!(
        "/api/export?{SETTING}&where=age%3E%3D40&own={selection}&format=json"
    ));
    let export = export.json();
    let last = export["n_clusters"].as_u64().unwrap() - 1;
    let by_dbscan = export["records"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|record| record["cluster"] != last);
    assert!(
        said.starts_with(&format!("{} labels", by_dbscan.count())),
        "{said}"
    );
}

#[test]
fn the_script_refuses_other_clusters() {
    let Some(python) = python() else { return };
    let server = Server::start(&[]).ready();
    let folder = tempfile::tempdir().unwrap();
    for path in [
        "/api/features?format=npy".to_owned(),
        format!("/api/export?{SETTING}&format=json"),
        "/api/script?perplexity=17&eps=0.2&min_samples=5".to_owned(),
    ] {
        let answer = ok(&server, &path);
        std::fs::write(folder.path().join(saved_as(&answer)), answer.body).unwrap();
    }
    let script = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let script = script
        .into_iter()
        .find(|path| path.extension().is_some_and(|e| e == "py"))
        .unwrap();
    let run = Command::new(python)
        .arg(script)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(!run.status.success());
    assert!(String::from_utf8_lossy(&run.stderr).contains("belongs to another setting"));
}

#[test]
fn unknown_formats_are_named() {
    let server = Server::start(&[
        "--features",
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy"),
    ])
    .ready();
    for (path, says) in [
        ("/api/export?format=npy", "csv or json or parquet"),
        ("/api/features?format=json", "csv or npy or parquet"),
        ("/api/export?min_samples=0", "min_samples"),
    ] {
        let answer = server.get(path);
        let error: Value = answer.json()["error"].clone();
        assert_eq!(answer.status, 400, "{path}");
        assert!(
            error["message"].as_str().unwrap().contains(says),
            "{path}: {error}"
        );
    }
}
