//! A bundle: what goes in and what does not, the same map and verdict without the X-rays, and files that
//! are none.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;

use serde_json::{Value, json};
use support::{COVID_XRAYS, Server, binary, real_cohort};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The demo's side of one source and its films from the front: few enough to be quick.
const FEW: [&str; 2] = ["--where", "source=harbour-cases.example"];

fn run(cache: &Path, args: &[&str]) -> Output {
    let mut command = binary();
    command.args(args).env("NEGATOSCOPE_CACHE_DIR", cache);
    command.output().unwrap()
}

fn said(out: &Output) -> String {
    String::from_utf8(out.stderr.clone()).unwrap()
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

fn bake(cache: &Path, args: &[&str]) -> Output {
    let out = run(cache, &[&["bake"], args].concat());
    assert!(out.status.success(), "{}", said(&out));
    out
}

/// A few pictures of the demo in a bundle, by its defaults, and the cache that they were baked from.
static BAKED: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let file = path(&folder, "few.negatoscope");
    let cache = folder.path().join("cache");
    bake(&cache, &[&FEW[..], &["-o", &file]].concat());
    (folder, PathBuf::from(file))
});

fn baked() -> &'static str {
    BAKED.1.to_str().unwrap()
}

/// The entries of a bundle by name, none of which is compressed.
fn entries(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let n_entries = archive.len();
    let of = |at: usize| {
        let mut entry = archive.by_index(at).unwrap();
        assert_eq!(entry.compression(), CompressionMethod::Stored);
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (entry.name().unwrap().to_string(), bytes)
    };
    (0..n_entries).map(of).collect()
}

fn json_of(entries: &BTreeMap<String, Vec<u8>>, name: &str) -> Value {
    serde_json::from_slice(&entries[name]).unwrap()
}

/// The files below a folder by name, with slashes between.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            let below = files(&entry.path()).into_iter();
            found.extend(below.map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    found
}

fn has(bytes: &[u8], text: &str) -> bool {
    let lower = bytes.to_ascii_lowercase();
    let text = text.to_ascii_lowercase();
    lower
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn two_bundles_of_one_cohort_are_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let file = path(&folder, "another name");
    // Nothing is kept here, and one thread makes it.
    let args = ["--threads", "1", "-o", &file];
    let out = bake(&folder.path().join("cache"), &[&FEW[..], &args].concat());
    assert!(fs::read(&file).unwrap() == fs::read(baked()).unwrap());
    let listed = String::from_utf8(out.stdout).unwrap();
    for line in [
        "  patientid        numbered     it tells the patients apart",
        "  date             to the year  a day may say who somebody is",
        "  sex              as it is     nothing in it names anybody",
    ] {
        assert!(listed.lines().any(|listed| listed == line), "{listed}");
    }
}

#[test]
fn two_copies_of_one_cohort_are_the_same_bytes_and_what_cannot_be_copied_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (path(&folder, "a/copy"), path(&folder, "b/copy"));
    let cache = folder.path().join("cache");
    let out = run(&cache, &["export", baked(), "-o", &first]);
    assert!(out.status.success(), "{}", said(&out));
    // Of the cohort itself, where nothing is kept, by one thread.
    let args = ["--threads", "1", "-o", &second];
    let other = folder.path().join("other");
    let out = run(&other, &[&["export"], &FEW[..], &args].concat());
    assert!(out.status.success(), "{}", said(&out));
    let [first, second] = [first, second].map(|folder| files(Path::new(&folder)));
    assert!(first.keys().eq(second.keys()));
    assert!(first.contains_key("index.html") && first.contains_key("answers/map-1.js"));
    for (name, bytes) in &first {
        assert!(
            bytes == &second[name] || name == "answers/cohort.js",
            "{name}"
        );
    }
    // A bundle is called by its file.
    let of_copy = String::from_utf8(second["answers/cohort.js"].clone()).unwrap();
    let of_bundle = String::from_utf8(first["answers/cohort.js"].clone()).unwrap();
    let named = of_bundle.replacen("\"name\":\"few\"", "\"name\":\"copy\"", 1);
    assert!(named == of_copy, "{of_copy}");

    let copy = path(&folder, "b/copy");
    for (args, sentence) in [
        (
            vec!["export", baked(), "-o", &copy],
            "is not empty: give a new folder",
        ),
        (
            vec![
                "export",
                baked(),
                "-o",
                &path(&folder, "c"),
                "--columns",
                "sex",
            ],
            "is a bundle, whose images and features are settled: leave out --columns",
        ),
    ] {
        let out = run(&cache, &args);
        assert!(!out.status.success());
        assert!(said(&out).contains(sentence), "{}", said(&out));
        assert!(!folder.path().join("c").exists());
    }
}

/// Writes a cohort whose table, files and folder are full of what must not leave.
fn planted(folder: &TempDir) -> PathBuf {
    let cohort = folder.path().join("PlantedFolder");
    let cache = folder.path().join("cache");
    let out = run(&cache, &["demo", cohort.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let table = cohort.join("metadata.csv");
    let mut reader = csv::Reader::from_path(&table).unwrap();
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|other| other == name).unwrap();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in reader.records() {
        let row = row.unwrap();
        let mut row: Vec<String> = row.iter().map(str::to_owned).collect();
        let patient: usize = row[column("patientid")][1..].parse().unwrap();
        let name = format!("PlantedFile-P{patient:03}-{}", row[column("filename")]);
        let (from, to) = (
            cohort.join("images").join(&row[column("filename")]),
            cohort.join("images").join(&name),
        );
        let mut bytes = fs::read(from).unwrap();
        fs::remove_file(cohort.join("images").join(&row[column("filename")])).unwrap();
        if bytes.starts_with(b"\xff\xd8") {
            // A comment, as cameras and archives write them.
            let comment = b"\xff\xfe\x00\x10PlantedInJpeg\x00";
            bytes.splice(2..2, comment.iter().copied());
        }
        fs::write(to, bytes).unwrap();
        row[column("filename")] = name;
        row[column("patientid")] = format!("PlantedId{patient:03}");
        row[column("notes")] = format!("PlantedNote: {}", row[column("notes")]);
        if !rows.len().is_multiple_of(3) {
            row[column("date")] = format!("2020-03-{:02}", 1 + rows.len() % 28);
        }
        // Few enough that the other places stay countries.
        if rows.len().is_multiple_of(8) {
            row[column("location")] = format!("Clinic, PlantedTown{}", rows.len() % 3);
        }
        // Few enough to be a category, and a name all the same.
        row.push(format!("PlantedDoctor{}", rows.len() % 3));
        row.push(format!("PlantedAlias{patient}"));
        row.push((70_310_000 + 7 * rows.len()).to_string());
        rows.push(row);
    }
    rows.push(vec!["PlantedGone.png".to_owned(); header.len() + 3]);
    let mut writer = csv::Writer::from_path(&table).unwrap();
    let more = ["radiologist", "alias", "running"];
    writer.write_record(header.iter().chain(more)).unwrap();
    rows.iter()
        .for_each(|row| writer.write_record(row).unwrap());
    writer.flush().unwrap();
    cohort
}

#[test]
fn nothing_that_was_not_chosen_is_in_any_byte() {
    let folder = tempfile::tempdir().unwrap();
    let cohort = planted(&folder);
    let cohort = cohort.to_str().unwrap();
    let (cache, file) = (folder.path().join("cache"), path(&folder, "a.negatoscope"));
    let few = [
        "--where",
        "source=harbour-cases.example",
        "--where",
        "patientid!=PlantedId001",
    ];
    bake(&cache, &[&[cohort, "-o", &file], &few[..]].concat());
    let bytes = fs::read(&file).unwrap();
    let about = json_of(&entries(&bytes), "cohort.json");
    let columns = about["columns"].as_array().unwrap();
    let country = columns.iter().find(|column| column["name"] == "country");
    let countries = country.unwrap()["values"].to_string();
    for shown in ["country 1", "Vietnam"] {
        assert!(countries.contains(shown), "{shown} in {countries}");
    }
    for word in [
        "planted",
        "70310",
        "2020-03-",
        "phantom-",
        "harbour-cases.example/case",
        "/tmp",
        "case/",
    ] {
        assert!(!has(&bytes, word), "{word}");
    }
    // A copy of the page is made of a bundle.
    let copy = path(&folder, "copy");
    let out = run(
        &cache,
        &[&["export", cohort, "-o", &copy], &few[..]].concat(),
    );
    assert!(out.status.success(), "{}", said(&out));
    let files = files(Path::new(&copy));
    assert!(has(&files["answers/cohort.js"], "country 1"));
    for (name, bytes) in &files {
        // The page speaks of a planted column, and long numbers may hold any.
        for word in [
            "PlantedId",
            "PlantedFile",
            "PlantedNote",
            "PlantedTown",
            "PlantedDoctor",
            "PlantedAlias",
            "PlantedFolder",
            "PlantedGone",
            "phantom-",
            "harbour-cases.example/case",
            "/tmp",
        ] {
            assert!(!has(bytes, word), "{word} in {name}");
        }
        let has_no_map = name.starts_with("answers/") && !name.starts_with("answers/map-");
        assert!(!has_no_map || !has(bytes, "703100"), "{name}");
        assert!(!has(bytes, "2020-03-"), "{name}");
    }
    // Vectors that are ready come in a file with a name.
    let vectors = path(&folder, "PlantedVectors.npy");
    let out = run(
        &cache,
        &[&["embed", cohort, "-o", &vectors], &few[..]].concat(),
    );
    assert!(out.status.success(), "{}", said(&out));
    let args = [
        cohort,
        "--features",
        &vectors,
        "--scaling",
        "l2",
        "-o",
        &file,
    ];
    bake(&cache, &[&args, &few[..]].concat());
    let bytes = fs::read(&file).unwrap();
    assert!(!has(&bytes, "planted"));
    let scaling = json_of(&entries(&bytes), "manifest.json")["model"]["scaling"].clone();
    assert!(scaling.as_str().unwrap().contains("length 1"), "{scaling}");
    // The search can fail: what is chosen is found.
    let named = path(&folder, "named.negatoscope");
    let chosen = [
        "--as-written",
        "radiologist, date",
        "--keep-names",
        "--without",
        "notes,alias",
    ];
    bake(
        &cache,
        &[&[cohort, "-o", &named], &few[..], &chosen].concat(),
    );
    let bytes = fs::read(&named).unwrap();
    for (word, goes_in) in [
        ("PlantedDoctor1", true),
        ("2020-03-", true),
        ("PlantedFile-P", true),
        ("PlantedId", false),
        ("PlantedNote", false),
        ("PlantedAlias", false),
        ("PlantedInJpeg", false),
        ("PlantedFolder", false),
        ("PlantedGone", false),
    ] {
        // A file's name holds the patient's here, and was asked for.
        assert_eq!(has(&bytes, word), goes_in, "{word}");
    }
    let columns = json_of(&entries(&bytes), "cohort.json")["columns"].clone();
    let names: Vec<&str> = columns
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["name"].as_str().unwrap())
        .collect();
    assert!(
        !names.contains(&"notes") && !names.contains(&"alias"),
        "{names:?}"
    );
}

/// Takes out what says how long something took.
fn without_times(mut answer: Value) -> Value {
    if let Value::Object(fields) = &mut answer {
        fields.shift_remove("elapsed_ms");
    }
    answer
}

/// What differs between two answers, but for rounding.
fn differences(a: &Value, b: &Value, at: &str, found: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            for (key, value) in a {
                differences(value, &b[key], &format!("{at}/{key}"), found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (place, (a, b)) in a.iter().zip(b).enumerate() {
                differences(a, b, &format!("{at}/{place}"), found);
            }
        }
        (Value::Number(x), Value::Number(y)) => {
            let (x, y) = (x.as_f64().unwrap(), y.as_f64().unwrap());
            if (x - y).abs() > 1e-9 {
                found.push(format!("{at}: {x} {y}"));
            }
        }
        _ if a == b => {}
        _ => found.push(format!("{at}: {a} {b}")),
    }
}

/// The setting that the page opens with, as a query.
fn proposed(server: &Server) -> String {
    let proposal = server.get("/api/proposal").json();
    let params = proposal["params"].as_object().unwrap();
    let word = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let words: Vec<String> = params
        .iter()
        .map(|(key, value)| format!("{key}={}", word(value)))
        .collect();
    words.join("&")
}

#[test]
fn a_bundle_has_the_same_map_groups_and_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let file = path(&folder, "b.negatoscope");
    let cache = BAKED.0.path().join("cache");
    let all = "filename,patientid,date,location,url,notes";
    bake(
        &cache,
        &[
            &FEW[..],
            &["--as-written", all, "--keep-names", "-o", &file],
        ]
        .concat(),
    );
    let original = Server::start(&FEW).ready();
    let as_written = Server::start(&[&file]).ready();
    let by_default = Server::start(&[baked()]).ready();
    let query = proposed(&original);
    for bundle in [&as_written, &by_default] {
        assert_eq!(proposed(bundle), query);
    }
    for path in [
        format!("/api/projection?{query}"),
        "/api/projection".to_owned(),
        format!("/api/verdict?effort=full&{query}"),
        "/api/verdict?effort=full".to_owned(),
        format!("/api/clusters?{query}"),
        "/api/proposal".to_owned(),
    ] {
        let [asked, found] =
            [&original, &as_written].map(|server| without_times(server.get(&path).json()));
        let mut differing = Vec::new();
        differences(&asked, &found, "", &mut differing);
        assert_eq!(differing, [""; 0], "{path}");
        assert!(asked == found, "{path}: to the bit");
    }
    let made = |server: &Server| server.get("/api/cohort").json()["made"].clone();
    assert_eq!(made(&as_written), made(&original));
    assert_eq!(made(&by_default)["features"], made(&original)["features"]);
    assert_ne!(made(&by_default)["table"], made(&original)["table"]);
    // Numbers in place of names change no test, but for rounding and what is drawn among names.
    for map in [
        format!("/api/projection?{query}"),
        "/api/projection".to_owned(),
    ] {
        let (one, other) = (original.get(&map).json(), by_default.get(&map).json());
        assert_eq!(one["coordinates"], other["coordinates"]);
    }
    let verdict = format!("/api/verdict?effort=full&{query}");
    let (one, other) = (
        original.get(&verdict).json(),
        by_default.get(&verdict).json(),
    );
    for key in [
        "case",
        "n_maps",
        "n_surrogates",
        "agreement",
        "chance",
        "grouped",
    ] {
        assert_eq!(one[key], other[key], "{key}");
    }
    let of = |verdict: &Value, list: &str| -> BTreeMap<String, Value> {
        let columns = verdict[list].as_array().unwrap().iter();
        let named =
            columns.map(|column| (column["name"].as_str().unwrap().to_owned(), column.clone()));
        // Only dates were cut, and with them what is corrected for all columns.
        named.filter(|(name, _)| name != "date").collect()
    };
    for list in ["columns", "features"] {
        let (one, other) = (of(&one, list), of(&other, list));
        assert_eq!(one.len(), other.len());
        let mut found = Vec::new();
        for (name, column) in &one {
            differences(column, &other[name], name, &mut found);
        }
        found.retain(|line| !line.contains("q_value"));
        assert_eq!(found, [""; 0], "{list}");
    }
}

#[test]
fn it_is_served_without_the_originals_and_says_what_it_cannot_show() {
    let folder = tempfile::tempdir().unwrap();
    // Told by its first bytes and not by its name.
    let file = path(&folder, "study.dat");
    fs::copy(baked(), &file).unwrap();
    let server = Server::start(&[&file]).ready();
    let cohort = server.get("/api/cohort").json();
    assert_eq!(cohort["name"], "study");
    assert_eq!(cohort["reduced_to"], 768);
    assert_eq!(cohort["has_images"], true);
    assert!(
        cohort["notice"]
            .as_str()
            .unwrap()
            .contains("drawn by negatoscope")
    );
    assert_eq!(cohort["records"][1]["filename"], "image 2");
    assert_eq!(cohort["records"][1]["id"], "2");
    let told = cohort["assumed"].to_string();
    assert!(told.contains("full-size X-rays are not in it"), "{told}");
    assert!(told.contains("date: dates are cut to their year"), "{told}");
    let years = cohort["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["values"]["date"].as_str());
    assert!(years.flatten().all(|year| year.len() == 4));

    let side = |path: &str| {
        let picture = server.get(path);
        assert_eq!(picture.status, 200, "{path}");
        jpeg_size(&picture.body)
    };
    assert_eq!(
        side("/api/thumbnails/1?size=256")
            .0
            .max(side("/api/thumbnails/1?size=256").1),
        256
    );
    let (width, height) = side("/api/thumbnails/1?size=768");
    assert!(width.max(height) > 256 && width.max(height) <= 768);
    assert_eq!(
        side("/api/thumbnails/1?size=64")
            .0
            .max(side("/api/thumbnails/1?size=64").1),
        64
    );
    assert!(side("/api/atlas/0").0 > 256);
    assert_eq!(
        server.get("/api/changed").json()["changed"],
        Value::Array(Vec::new())
    );
    for path in ["/api/images/1", "/api/images/1/deep"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 404);
        let message = answer.json()["error"]["message"].clone();
        assert!(
            message
                .as_str()
                .unwrap()
                .starts_with("full-size X-rays are not in the bundle"),
            "{message}"
        );
    }
}

/// Width and height of a JPEG.
fn jpeg_size(bytes: &[u8]) -> (usize, usize) {
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    decoder.read_info().unwrap();
    let info = decoder.info().unwrap();
    (usize::from(info.width), usize::from(info.height))
}

#[test]
fn the_other_modes_take_a_bundle() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let features = path(&folder, "f.npy");
    let search = ["search", baked(), "--perplexity", "5,9", "--json"];
    let out = run(&cache, &search);
    assert!(out.status.success(), "{}", said(&out));
    let of_original = run(&cache, &[&["search"], &FEW[..], &search[2..]].concat());
    let best =
        |out: &Output| serde_json::from_slice::<Value>(&out.stdout).unwrap()["results"].clone();
    assert_eq!(best(&out), best(&of_original));
    let less = path(&folder, "less.negatoscope");
    bake(
        &cache,
        &[&FEW[..], &["--without", "country,location", "-o", &less]].concat(),
    );
    let verdict = [
        "verdict",
        &*less,
        "--maps",
        "2",
        "--surrogates",
        "19",
        "--json",
    ];
    let out = run(&cache, &verdict);
    let told = String::from_utf8(out.stdout).unwrap();
    assert!(
        told.contains("Country is not in the bundle: nothing can be said of it."),
        "{told}"
    );
    let out = run(&cache, &[&verdict[..], &["--column", "location"]].concat());
    assert_eq!(out.status.code(), Some(2));
    let words = "no column of the cohort that went into the bundle, \"location\"";
    assert!(said(&out).contains(words), "{}", said(&out));
    let some = ["--where", "view=PA"];
    let verdict = [
        "verdict",
        baked(),
        "--maps",
        "2",
        "--surrogates",
        "19",
        "--json",
    ];
    let out = run(&cache, &[&verdict[..], &some].concat());
    assert!(out.status.success(), "{}", said(&out));
    let report = path(&folder, "r.html");
    let out = run(
        &cache,
        &[
            "report",
            baked(),
            "-o",
            &report,
            "--null",
            "0",
            "--runs",
            "0",
        ],
    );
    assert!(out.status.success(), "{}", said(&out));
    assert!(has(
        &fs::read(&report).unwrap(),
        "full-size X-rays are not in it"
    ));
    assert!(
        run(&cache, &["embed", baked(), "-o", &features])
            .status
            .success()
    );
    assert_eq!(
        fs::read(&features).unwrap(),
        entries(&fs::read(baked()).unwrap())["features.npy"]
    );
}

#[test]
fn what_cannot_be_chosen_is_told_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, file) = (folder.path().join("cache"), path(&folder, "x.negatoscope"));
    for (args, words) in [
        (
            &["bake", "-o", &file, "--without", "planet"][..],
            "--without names no column of the cohort, \"planet\"",
        ),
        (
            &["bake", "-o", &file, "--as-written", "sex,planet"],
            "--as-written names no column",
        ),
        (&["bake", baked(), "-o", &file], "is a bundle already"),
        (
            &["bake", "-o", &file, "--set", "perplexity=no"],
            "perplexity",
        ),
        (
            &["search", baked(), "--model", "a.onnx"],
            "leave out --model",
        ),
        (
            &["search", baked(), "--group-by", "sex"],
            "leave out --group-by",
        ),
        (
            &["search", baked(), "--missing", "x"],
            "leave out --missing",
        ),
        (&["search", baked(), "--where", "planet=Mars"], "planet"),
    ] {
        let out = run(&cache, args);
        assert_eq!(out.status.code(), Some(2), "{}", said(&out));
        assert!(said(&out).contains(words), "{}", said(&out));
    }
    let out = bake(&cache, &["-o", &file, "--dry-run", "--columns", "sex,view"]);
    let listed = String::from_utf8(out.stdout).unwrap();
    assert!(
        listed.contains("age              left out     others were chosen"),
        "{listed}"
    );
    assert!(!Path::new(&file).exists(), "nothing was to be written");
}

/// The same archive with some entries changed.
fn changed(change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>, how: CompressionMethod) -> Vec<u8> {
    changed_of(baked(), change, how)
}

fn changed_of(
    file: &str,
    change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>,
    how: CompressionMethod,
) -> Vec<u8> {
    let bytes = fs::read(file).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let name = entry.name().unwrap().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let how = if name == "mimetype" {
            CompressionMethod::Stored
        } else {
            how
        };
        if let Some(bytes) = change(&name, bytes) {
            let options = SimpleFileOptions::default().compression_method(how);
            writer.start_file(name, options).unwrap();
            writer.write_all(&bytes).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// A cohort changed, and the manifest with it, as somebody would who wants to do harm.
fn forged(name: &'static str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let whole = entries(&fs::read(baked()).unwrap());
    let part = change(whole[name].clone());
    let mut manifest = json_of(&whole, "manifest.json");
    manifest["parts"][name] = blake3::hash(&part).to_hex().to_string().into();
    let manifest = serde_json::to_vec(&manifest).unwrap();
    let replaced = |entry: &str, bytes| match entry {
        "manifest.json" => Some(manifest.clone()),
        entry if entry == name => Some(part.clone()),
        _ => Some(bytes),
    };
    changed(replaced, CompressionMethod::Stored)
}

fn text(bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn what_is_damaged_newer_or_hostile_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, file) = (folder.path().join("cache"), path(&folder, "x.negatoscope"));
    let whole = fs::read(baked()).unwrap();
    let flipped = {
        let place = whole
            .windows(8)
            .position(|window| window == b"\"records")
            .unwrap();
        let mut bytes = whole.clone();
        bytes[place + 40] ^= 1;
        bytes
    };
    let without = |gone: &'static str| {
        changed(
            move |name, bytes| (name != gone).then_some(bytes),
            CompressionMethod::Stored,
        )
    };
    let header = |from: &'static str, to: &'static str| {
        forged("features.npy", move |mut bytes| {
            let place = bytes
                .windows(from.len())
                .position(|window| window == from.as_bytes())
                .unwrap();
            bytes.splice(place..place + from.len(), to.bytes());
            bytes
        })
    };
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "cut in half",
            whole[..whole.len() / 2].to_vec(),
            "is a damaged bundle",
        ),
        (
            "cut before its end",
            whole[..whole.len() - 9].to_vec(),
            "is a damaged bundle",
        ),
        (
            "its first bytes alone",
            whole[..100].to_vec(),
            "is a damaged bundle",
        ),
        ("one bit", flipped, "is a damaged bundle"),
        (
            "no manifest",
            without("manifest.json"),
            "is a damaged bundle",
        ),
        ("no cohort", without("cohort.json"), "is a damaged bundle"),
        (
            "no features",
            without("features.npy"),
            "is a damaged bundle",
        ),
        (
            "newer",
            changed(
                |name, bytes| {
                    Some(match name {
                        "manifest.json" => text(bytes, "\"format\": 1", "\"format\": 2"),
                        _ => bytes,
                    })
                },
                CompressionMethod::Stored,
            ),
            "install version",
        ),
        (
            "another cohort than the manifest says",
            changed(
                |name, bytes| {
                    Some(match name {
                        "cohort.json" => text(bytes, "image 1", "image 0"),
                        _ => bytes,
                    })
                },
                CompressionMethod::Stored,
            ),
            "is not what the manifest says",
        ),
        (
            "compressed",
            changed(|_, bytes| Some(bytes), CompressionMethod::Deflated),
            "compressed",
        ),
        (
            "two of one id",
            forged("cohort.json", |bytes| {
                text(bytes, "\"id\":\"2\"", "\"id\":\"1\"")
            }),
            "ids are the same",
        ),
        (
            "a value too many",
            forged("cohort.json", |bytes| {
                text(bytes, "\"values\":[", "\"values\":[null,")
            }),
            "values for",
        ),
        (
            "a number that is none",
            forged("cohort.json", |bytes| {
                text(bytes, "\"kind\":\"category\"", "\"kind\":\"number\"")
            }),
            "is no value",
        ),
        (
            "more features than there are",
            header("'shape': (", "'shape': (9"),
            "x.negatoscope",
        ),
    ];
    for (what, bytes, words) in cases {
        fs::write(&file, bytes).unwrap();
        let out = run(&cache, &["search", &file, "--perplexity", "5"]);
        let error = said(&out);
        assert_eq!(out.status.code(), Some(1), "{what}: {error}");
        assert_eq!(error.trim().lines().count(), 1, "{what}: {error}");
        assert!(error.contains(words), "{what}: {error}");
    }
}

fn numbers_of(answer: &[u8]) -> Option<Vec<f64>> {
    let (numbers, []) = answer.as_chunks::<8>() else {
        return None;
    };
    Some(numbers.iter().map(|&x| f64::from_le_bytes(x)).collect())
}

fn bytes_of(numbers: impl Iterator<Item = f64>) -> Vec<u8> {
    numbers.flat_map(f64::to_le_bytes).collect()
}

/// Whether these are the head of a map of two axes and its points.
fn is_map(numbers: &[f64], n_images: usize) -> bool {
    numbers.first() == Some(&2.0) && numbers.len() == 5 + 2 * n_images
}

#[test]
fn an_answer_that_does_not_fit_is_computed_anew() {
    let folder = tempfile::tempdir().unwrap();
    let file = path(&folder, "x.negatoscope");
    let honest = Server::start(&[baked()]).ready();
    let verdict = "/api/verdict?effort=first";
    let names = entries(&fs::read(baked()).unwrap()).into_keys();
    let answers: Vec<String> = names.filter(|name| name.starts_with("answers/")).collect();
    assert!(answers.len() > 5);
    let n_images =
        json_of(&entries(&fs::read(baked()).unwrap()), "manifest.json")["n_images"].clone();
    let n_images = n_images.as_u64().unwrap() as usize;
    // Every answer of a million clusters, or none at all; and such as fit the images and nothing that
    // was asked: far away and without maps, or of one axis and without cohorts.
    type Rewritten<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;
    let rewritten: [Rewritten<'_>; 4] = [
        &|_| vec![0x42; 4000],
        &|_| Vec::new(),
        &|answer| match numbers_of(answer) {
            Some(map) if is_map(&map, n_images) => {
                let far = map.iter().enumerate();
                let far = far.map(|(place, x)| if place < 5 { *x } else { 1e300 });
                bytes_of(far)
            }
            _ if answer.starts_with(&(n_images as u32).to_le_bytes()) => answer[..4].to_vec(),
            _ => answer.to_vec(),
        },
        &|answer| match numbers_of(answer) {
            Some(map) if is_map(&map, n_images) => {
                bytes_of([&[1.0], &map[1..5 + n_images]].concat().into_iter())
            }
            Some(cohorts) if cohorts.first() == Some(&(n_images as f64)) => answer[..40].to_vec(),
            _ => answer.to_vec(),
        },
    ];
    for rewrite in rewritten {
        let whole = entries(&fs::read(baked()).unwrap());
        let mut manifest = json_of(&whole, "manifest.json");
        let mut n_rewritten = 0;
        for name in &answers {
            let answer = rewrite(&whole[name]);
            n_rewritten += usize::from(answer != whole[name]);
            manifest["parts"][name] = blake3::hash(&answer).to_hex().to_string().into();
        }
        assert!(n_rewritten > 2);
        let manifest = serde_json::to_vec(&manifest).unwrap();
        let bytes = changed(
            |name, bytes| {
                Some(match name {
                    "manifest.json" => manifest.clone(),
                    name if name.starts_with("answers/") => rewrite(&bytes),
                    _ => bytes,
                })
            },
            CompressionMethod::Stored,
        );
        fs::write(&file, bytes).unwrap();
        let server = Server::start(&[&file]).ready();
        let map = |server: &Server| server.get("/api/projection").json()["coordinates"].clone();
        assert_eq!(map(&server), map(&honest));
        assert_eq!(
            without_times(server.get(verdict).json()),
            without_times(honest.get(verdict).json())
        );
    }
}

/// A search's cohorts without clusters go in where they are asked for, and are not searched again.
#[test]
fn the_null_of_the_search_is_in_a_bundle_that_was_asked_to_have_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = path(&folder, "null.negatoscope");
    let cache = BAKED.0.path().join("cache");
    bake(&cache, &[&FEW[..], &["--null", "9", "-o", &file]].concat());
    let null = |file: &str| {
        let fresh = path(&folder, "fresh");
        let out = run(
            Path::new(&fresh),
            &["search", file, "--null", "9", "--json"],
        );
        assert!(out.status.success(), "{}", said(&out));
        let found: Value = serde_json::from_slice(&out.stdout).unwrap();
        fs::remove_dir_all(fresh).unwrap();
        without_times(found["null"].clone())
    };
    let computed = null(baked());
    assert_eq!(null(&file), computed);
    // Eight cohorts and one, of three numbers each. Whoever opens the bundle believes them, where they can be.
    let whole = entries(&fs::read(&file).unwrap());
    let without = entries(&fs::read(baked()).unwrap());
    let more = whole.keys().filter(|name| !without.contains_key(*name));
    let batches: Vec<&String> = more.collect();
    let mut sizes: Vec<usize> = batches.iter().map(|name| whole[*name].len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [24, 8 * 24]);
    let said_instead = |value: f64| {
        let mut manifest = json_of(&whole, "manifest.json");
        let values = |name: &str| bytes_of((0..whole[name].len() / 8).map(|_| value));
        for name in &batches {
            let hash = blake3::hash(&values(name)).to_hex().to_string();
            manifest["parts"][name.as_str()] = hash.into();
        }
        let manifest = serde_json::to_vec(&manifest).unwrap();
        let replaced = |name: &str, bytes| match name {
            "manifest.json" => Some(manifest.clone()),
            name if batches.iter().any(|batch| *batch == name) => Some(values(name)),
            _ => Some(bytes),
        };
        let forged = path(&folder, "forged.negatoscope");
        let bytes = changed_of(&file, replaced, CompressionMethod::Stored);
        fs::write(&forged, bytes).unwrap();
        null(&forged)
    };
    let best = |null: &Value| null["statistics"][2]["best"][0].clone();
    assert_eq!(best(&said_instead(0.25)), 0.25);
    assert_eq!(said_instead(1e300), computed);
}

#[test]
fn real_xrays_say_the_same_in_a_bundle_and_name_nobody() {
    let Some(cohort) = real_cohort() else { return };
    let cohort = cohort.to_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let (cache, file) = (
        folder.path().join("cache"),
        path(&folder, "real.negatoscope"),
    );
    bake(
        &cache,
        &[&[&*cohort, "-o", &file], &COVID_XRAYS[..]].concat(),
    );
    let bytes = fs::read(&file).unwrap();
    let mut reader = csv::Reader::from_path(Path::new(&cohort).join("metadata.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let names = ["filename", "url", "doi", "clinical_notes", "other_notes"];
    let places: Vec<usize> = header
        .iter()
        .enumerate()
        .filter(|(_, name)| names.contains(name))
        .map(|(at, _)| at)
        .collect();
    let rows = entries(&bytes);
    let text = [&rows["cohort.json"][..], &rows["manifest.json"]].concat();
    for row in reader.records() {
        let row = row.unwrap();
        for &place in &places {
            let cell = row[place].trim();
            assert!(cell.len() < 6 || !has(&text, cell), "{cell}");
        }
    }
    let cache = cache.to_str().unwrap();
    let original =
        Server::start(&[&[&*cohort, "--cache-dir", cache], &COVID_XRAYS[..]].concat()).ready();
    let bundle = Server::start(&[&file]).ready();
    let query = proposed(&original);
    assert_eq!(proposed(&bundle), query);
    let map = |server: &Server| {
        server.get(&format!("/api/projection?{query}")).json()["coordinates"].clone()
    };
    assert_eq!(map(&original), map(&bundle));
    let verdict = |server: &Server| {
        server
            .get(&format!("/api/verdict?effort=full&{query}"))
            .json()
    };
    let (one, other) = (verdict(&original), verdict(&bundle));
    for key in ["case", "headline", "agreement", "chance"] {
        assert_eq!(one[key], other[key], "{key}");
    }
}

#[test]
fn what_somebody_made_goes_in_when_asked_for_and_names_images_as_the_bundle_does() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, project) = (path(&folder, "cache"), path(&folder, "my.project"));
    let args = ["--cache-dir", &*cache, "--project", &project];
    let server = Server::start(&[&FEW[..], &args].concat()).ready();
    let records = server.get("/api/cohort").json()["records"].clone();
    let id = |place: usize| records[place]["id"].as_str().unwrap().to_owned();
    let note = format!("note/{}", id(2));
    for (name, body) in [
        (&*note, json!({ "images": [id(2)], "note": "look here" })),
        (
            "selection/s",
            json!({ "name": "odd ones", "images": [id(0), id(3)] }),
        ),
        (
            "view/v",
            json!({ "query": "eps=0.5&where=sex%3DF&note=planted", "name": "mine" }),
        ),
        ("view/gone", json!({ "query": "eps=0.6" })),
    ] {
        let sent = json!({ "body": body }).to_string();
        let json = [("Content-Type", "application/json")];
        let kept = server.ask("PUT", &format!("/api/project/{name}"), &sent, &json);
        assert_eq!(kept.status, 200, "{name}: {}", kept.json());
    }
    server.ask("DELETE", "/api/project/view/gone", "", &[]);
    drop(server);
    let file = path(&folder, "with.negatoscope");
    let bake_args = ["--project", &project, "--with-project", "-o", &file];
    let out = bake(Path::new(&cache), &[&FEW[..], &bake_args].concat());
    let listed = String::from_utf8(out.stdout).unwrap();
    assert!(
        listed.contains("project      3 things that you made"),
        "{listed}"
    );
    let bytes = fs::read(&file).unwrap();
    for place in 0..4 {
        assert!(!has(&bytes, &id(place)), "an id is a hash of a file's name");
    }
    assert!(!has(&bytes, "sex%3DF") && !has(&bytes, "planted"));
    // Who opens it has it, and what the reader deletes is not brought again.
    let cache = path(&folder, "reader");
    let server = Server::start(&[&*file, "--cache-dir", &cache]).ready();
    let items = server.get("/api/project").json()["items"].clone();
    let body = |kind: &str| {
        let mut items = items.as_array().unwrap().iter();
        items.find(|item| item["kind"] == kind).unwrap()["body"].clone()
    };
    assert_eq!(items.as_array().unwrap().len(), 3);
    assert_eq!(
        body("note"),
        json!({ "images": ["3"], "note": "look here" })
    );
    assert_eq!(
        body("selection"),
        json!({ "name": "odd ones", "images": ["1", "4"] })
    );
    assert_eq!(body("view"), json!({ "query": "eps=0.5", "name": "mine" }));
    server.ask("DELETE", "/api/project/note/3", "", &[]);
    drop(server);
    let server = Server::start(&[&*file, "--cache-dir", &cache]).ready();
    assert_eq!(
        server.get("/api/project").json()["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

/// What `bake --dry-run` lists of the columns of a cohort: each with its form.
fn forms(cache: &Path, cohort: &[&str]) -> BTreeMap<String, String> {
    let out = bake(cache, &[cohort, &["-o", "x", "--dry-run"]].concat());
    let listed = String::from_utf8(out.stdout).unwrap();
    let lines = listed.lines().filter_map(|line| line.strip_prefix("  "));
    let words = lines.map(|line| {
        let (name, rest) = line.split_once("  ").unwrap();
        let (form, _) = rest.trim().split_once("  ").unwrap();
        (name.to_owned(), form.to_owned())
    });
    words.collect()
}

#[test]
fn where_no_patients_are_known_their_folders_are_numbered() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, demo) = (folder.path().join("cache"), path(&folder, "demo"));
    let out = run(&cache, &["demo", &demo]);
    assert!(out.status.success(), "{}", said(&out));
    let images = folder.path().join("films");
    let files = fs::read_dir(Path::new(&demo).join("images")).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    for (place, file) in files.iter().take(90).enumerate() {
        let patient = images.join(format!("Mueller_{}", place / 3));
        fs::create_dir_all(&patient).unwrap();
        fs::copy(file, patient.join(file.file_name().unwrap())).unwrap();
    }
    let listed = forms(&cache, &[images.to_str().unwrap()]);
    assert_eq!(listed["folder"], "numbered");
    assert_eq!(listed["width"], "as it is");
    assert_eq!(listed["mean_brightness"], "as it is");
}

#[test]
fn what_names_nobody_goes_in_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let real = real_cohort().map(|cohort| cohort.to_str().unwrap().to_owned());
    let real = real
        .as_deref()
        .map(|cohort| [&[cohort][..], &COVID_XRAYS].concat());
    for cohort in std::iter::once(Vec::new()).chain(real) {
        let listed = forms(&cache, &cohort);
        for name in ["view", "sex", "age", "finding", "country", "width"] {
            assert_eq!(listed[name], "as it is", "{name} of {cohort:?}");
        }
    }
}
