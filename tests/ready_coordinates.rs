//! Ready coordinates are the map: what can be asked of it is answered, and what would need another one is
//! refused in a sentence.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use std::fs;
use std::path::Path;
use std::process::Output;

use ndarray::Array2;
use ndarray_npy::write_npy;
use serde_json::{Value, json};
use support::{Answer, Server, binary};
use tempfile::TempDir;

/// Images of the cohort, two of each patient; one more has no place on the map.
const N_IMAGES: usize = 60;

/// Where an image lies: three groups by its patient, and within them by a few steps.
fn place(image: usize) -> [f64; 2] {
    let [x, y] = [[0.0, 0.0], [9.0, 1.0], [3.0, 8.0]][image / 2 % 3];
    let step = |n: usize| (image * n % 11) as f64 * 0.05;
    [x + step(3), y + step(7)]
}

fn name(image: usize) -> String {
    format!("{image:02}.png")
}

/// A table of images whose view goes with the groups and whose sex does not, without any picture, and beside it the
/// place of each image, in another order.
fn cohort() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "filename,patientid,view,sex\n".to_owned();
    for image in 0..=N_IMAGES {
        let patient = image / 2;
        let (view, sex) = (["PA", "AP", "L"][patient % 3], ["F", "M"][patient / 3 % 2]);
        table += &format!("{},{patient},{view},{sex}\n", name(image));
    }
    fs::write(folder.path().join("metadata.csv"), table).unwrap();
    let mut places = "filename,x,y\n".to_owned();
    for image in (0..N_IMAGES).rev() {
        let [x, y] = place(image);
        places += &format!("{},{x},{y}\n", name(image));
    }
    fs::write(folder.path().join("map.csv"), places).unwrap();
    folder
}

/// The table alone, on its map.
fn on_its_map(folder: &Path, map: &str) -> [String; 4] {
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    [
        "--metadata".to_owned(),
        at("metadata.csv"),
        "--embedding".to_owned(),
        at(map),
    ]
}

fn run(args: &[&str], of: &[String]) -> Output {
    let cache = tempfile::tempdir().unwrap();
    let mut command = binary();
    command.args(args).args(of);
    command
        .arg("--cache-dir")
        .arg(cache.path())
        .output()
        .unwrap()
}

fn serve(of: &[String], more: &[&str]) -> Server {
    let args: Vec<&str> = of
        .iter()
        .map(String::as_str)
        .chain(more.iter().copied())
        .collect();
    let server = Server::start(&args);
    while server.get("/api/clusters").status == 503 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    server
}

fn line<'a>(verdict: &'a Value, key: &str) -> &'a Value {
    let mut lines = verdict["lines"].as_array().unwrap().iter();
    lines.find(|line| line["key"] == key).unwrap()
}

fn refused(answer: &Answer, status: u16) -> String {
    let said = answer.json();
    assert_eq!(answer.status, status, "{said}");
    said["error"]["message"].as_str().unwrap().to_owned()
}

#[test]
fn the_coordinates_of_each_image_are_its_place_on_the_map() {
    let folder = cohort();
    let server = serve(&on_its_map(folder.path(), "map.csv"), &[]);
    let cohort = server.get("/api/cohort").json();
    let records = cohort["records"].as_array().unwrap();
    assert_eq!(records.len(), N_IMAGES);
    let skipped = &cohort["skipped"][0];
    assert_eq!(skipped["filename"], "60.png");
    let map = server.get("/api/projection").json();
    assert_eq!(
        map["params"],
        json!({ "method": "given", "n_components": 2 })
    );
    for (record, found) in records.iter().zip(map["coordinates"].as_array().unwrap()) {
        let image: usize = record["filename"].as_str().unwrap()[..2].parse().unwrap();
        let expected = place(image).map(|x| f64::from(x as f32));
        assert_eq!(found, &json!(expected), "{image}");
    }
    let clusters = server
        .get("/api/clusters?eps=0.4&min_samples=5&breakdown=view")
        .json();
    assert_eq!(
        (&clusters["n_clusters"], &clusters["n_noise"]),
        (&json!(3), &json!(0))
    );
    // Part of it lies where it lay.
    let part = server.get("/api/projection?where=view=AP").json();
    assert_eq!(part["coordinates"].as_array().unwrap().len(), 20);
    assert!(
        part["coordinates"]
            .as_array()
            .unwrap()
            .iter()
            .all(|at| at[0].as_f64().unwrap() >= 9.0)
    );
    // The files that a page takes away.
    let table = server.get("/api/export?eps=0.4&min_samples=5").body;
    assert!(String::from_utf8(table).unwrap().lines().count() > N_IMAGES);
    let script = String::from_utf8(server.get("/api/script?eps=0.4").body).unwrap();
    assert!(
        script.contains("DBSCAN") && !script.contains("features"),
        "{script}"
    );
    assert!(
        server
            .get("/")
            .body
            .windows(14)
            .any(|text| text == b"data-given=\"2\"")
    );
}

#[test]
fn what_needs_no_other_map_is_answered_and_what_does_is_refused() {
    let folder = cohort();
    let server = serve(&on_its_map(folder.path(), "map.csv"), &[]);
    let setting = "eps=0.4&min_samples=5&breakdown=view";
    for path in [
        "plane",
        "k-distance",
        "association",
        "association/plane",
        "enrichment",
        "names",
    ] {
        let answer = server.get(&format!("/api/{path}?breakdown=view"));
        let answer = match path {
            "k-distance" => server.get("/api/k-distance"),
            "plane" => server.get("/api/plane"),
            _ => answer,
        };
        assert_eq!(answer.status, 200, "{path}: {}", answer.json());
    }
    let other = "ready coordinates are one map";
    for path in [
        format!("/api/specifications?{setting}"),
        format!("/api/plane/evidence?{setting}&of=again"),
        format!("/api/plane/evidence?{setting}&of=chance"),
        "/api/frames".to_owned(),
    ] {
        let said = refused(&server.get(&path), 400);
        assert!(said.contains(other), "{path}: {said}");
    }
    for path in ["search", "null", "stability"] {
        let said = refused(
            &server.ask("POST", &format!("/api/{path}"), "{}", &JSON),
            400,
        );
        assert!(said.contains(other), "{path}: {said}");
    }
    let said = refused(&server.get("/api/projection?method=tsne"), 400);
    assert!(said.contains("method must be left out"), "{said}");
    let said = refused(&server.get("/api/projection?n_components=3"), 400);
    assert!(said.contains("n_components must be 2"), "{said}");
    let id = server.get("/api/cohort").json()["records"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for path in [
        "/api/quality".to_owned(),
        "/api/features".to_owned(),
        format!("/api/neighbours/{id}"),
    ] {
        let said = refused(&server.get(&path), 422);
        assert!(
            said.contains("no features beside the ready coordinates"),
            "{path}: {said}"
        );
    }
    let proposal = server.get("/api/proposal").json();
    assert_eq!(proposal["params"]["method"], "given");
    assert!(
        proposal["sentence"]
            .as_str()
            .unwrap()
            .contains("ready coordinates"),
        "{proposal}"
    );
}

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

#[test]
fn the_verdict_tells_what_the_groups_are_made_of_and_not_whether_they_come_again() {
    let folder = cohort();
    let of = on_its_map(folder.path(), "map.csv");
    let args = [
        "verdict",
        "--json",
        "--eps",
        "0.4",
        "--min-samples",
        "5",
        "--column",
        "view",
    ];
    let out = run(&args, &of);
    let said: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(
        (&said["case"], &said["real"]),
        (&json!("given"), &json!(false)),
        "{said:#}"
    );
    assert_eq!(
        (&said["n_maps"], &said["n_surrogates"]),
        (&json!(1), &json!(0))
    );
    for key in ["features", "chance", "again"] {
        assert_eq!(line(&said, key)["holds"], Value::Null, "{key}");
    }
    let column = |name: &str| {
        let mut columns = said["columns"].as_array().unwrap().iter();
        columns.find(|column| column["name"] == name).unwrap()["evident"].clone()
    };
    assert_eq!((column("view"), column("sex")), (json!(true), json!(false)));
    assert_eq!(line(&said, "column")["holds"], true);
    let made_of = line(&said, "made_of")["text"].as_str().unwrap();
    assert!(
        made_of.starts_with("View") && made_of.contains("of this map"),
        "{made_of}"
    );
    // By HTTP, however much is asked for, and in a report, all of whose parts say why they are not there.
    let server = serve(&of, &["--column", "view"]);
    for effort in ["first", "full", "rest"] {
        let path = format!("/api/verdict?eps=0.4&min_samples=5&effort={effort}");
        assert_eq!(server.get(&path).json()["lines"], said["lines"], "{effort}");
    }
    let report = folder.path().join("report.html");
    let out = run(
        &[
            "report",
            "-o",
            report.to_str().unwrap(),
            "--eps",
            "0.4",
            "--min-samples",
            "5",
        ],
        &of,
    );
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let report = fs::read_to_string(report).unwrap();
    assert!(report.contains("cannot be told from ready coordinates"));
    assert!(report.contains("ready coordinates are one map"));
    assert!(report.contains("no features beside the ready coordinates"));
}

#[test]
fn features_beside_the_coordinates_are_those_without_a_map() {
    let folder = cohort();
    let vectors = folder.path().join("vectors.npy");
    // In the order of the table, of which the last row has no place.
    let value = |(image, feature): (usize, usize)| {
        place(image)[feature % 2] as f32 + (image * feature % 7) as f32
    };
    write_npy(&vectors, &Array2::from_shape_fn((N_IMAGES + 1, 6), value)).unwrap();
    let of = on_its_map(folder.path(), "map.csv");
    let server = serve(
        &of,
        &["--features", vectors.to_str().unwrap(), "--column", "view"],
    );
    let cohort = server.get("/api/cohort").json();
    assert_eq!(
        (&cohort["n_images"], &cohort["model"]["n_features"]),
        (&json!(N_IMAGES), &json!(6))
    );
    assert_eq!(server.get("/api/quality").status, 200);
    let verdict = server.get("/api/verdict?eps=0.4&min_samples=5").json();
    assert_eq!(verdict["case"], "given");
    assert_eq!(line(&verdict, "features")["holds"], true, "{verdict:#}");
    let first = server.get("/api/features?format=csv").body;
    let first = String::from_utf8(first).unwrap();
    let row = first.lines().find(|line| line.contains("59.png")).unwrap();
    assert!(row.contains(&value((59, 0)).to_string()), "{row}");
}

#[test]
fn three_numbers_are_a_map_in_space_and_others_are_none() {
    let folder = cohort();
    let write = |n: usize| {
        let value = |(image, axis): (usize, usize)| (image * (axis + 2) % 13) as f32;
        let all = Array2::from_shape_fn((N_IMAGES + 1, n), value);
        write_npy(folder.path().join("map.npy"), &all).unwrap();
    };
    write(3);
    let of = on_its_map(folder.path(), "map.npy");
    let map = serve(&of, &[]).get("/api/projection").json();
    assert_eq!(map["params"]["n_components"], 3);
    write(4);
    let out = run(&["verdict"], &of);
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(
        said.contains("map.npy has 4 numbers for each image"),
        "{said}"
    );
}

#[test]
fn modes_that_make_maps_or_keep_what_they_are_made_of_refuse() {
    let folder = cohort();
    let of = on_its_map(folder.path(), "map.csv");
    let into = folder.path().join("out.parquet");
    let into = into.to_str().unwrap();
    for args in [
        &["search"][..],
        &["embed", "-o", into],
        &["bake", "-o", into],
        &["export", "-o", into],
    ] {
        let out = run(args, &of);
        let said = String::from_utf8(out.stderr).unwrap();
        assert_eq!(out.status.code(), Some(2), "{args:?}: {said}");
        let expected = format!(
            "negatoscope: {} takes no ready coordinates: leave out --embedding\n",
            args[0]
        );
        assert_eq!(said, expected);
    }
    let out = run(&["verdict", "--scaling", "l2"], &of);
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(2), "{said}");
    // Without coordinates there is no such map.
    let server = Server::start(&[]).ready();
    let said = refused(&server.get("/api/projection?method=given"), 400);
    assert!(said.contains("there are no ready coordinates"), "{said}");
}
