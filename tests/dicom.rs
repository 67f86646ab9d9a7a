//! DICOM files of every kind that is read, made by pydicom and read by it and by us.
//!
//! `tests/dicom/make.py` makes them anew for each run and writes down what pydicom makes of them; it needs the Python
//! that `NEGATOSCOPE_PYTHON` names.

#![allow(clippy::unwrap_used, missing_docs)] // In a test a panic is the report.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use negatoscope::cohort::image::{Pixels, SpacingAttribute, Want, decode, decode_deep};
use negatoscope::cohort::{Cohort, Source, Value, open};
use support::{Server, binary, named_by};

/// One file, and what pydicom says of it.
struct Made {
    name: String,
    size: (u32, u32),
    channels: u8,
    bits: u8,
    may_differ: f64,
}

/// The folder of the files; `None` without Python.
fn folder() -> Option<&'static Path> {
    static FOLDER: OnceLock<Option<tempfile::TempDir>> = OnceLock::new();
    let made = FOLDER.get_or_init(|| {
        let python = named_by("NEGATOSCOPE_PYTHON", "Python with pydicom")?;
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dicom/make.py");
        let made = Command::new(python)
            .arg(script)
            .arg(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{said}");
        Some(folder)
    });
    made.as_ref().map(tempfile::TempDir::path)
}

fn all(folder: &Path) -> Vec<Made> {
    let list = fs::read_to_string(folder.join("files.csv")).unwrap();
    let made = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        Made {
            name: cells[0].to_owned(),
            size: (cells[1].parse().unwrap(), cells[2].parse().unwrap()),
            channels: cells[3].parse().unwrap(),
            bits: cells[4].parse().unwrap(),
            may_differ: cells[5].parse().unwrap(),
        }
    };
    list.lines().map(made).collect()
}

fn doubles(path: PathBuf) -> Vec<f64> {
    let bytes = fs::read(path).unwrap();
    let double = |bytes: &[u8]| f64::from_le_bytes(bytes.try_into().unwrap());
    bytes.chunks_exact(8).map(double).collect()
}

/// The largest difference, and where it is.
fn most_apart(ours: &[f64], theirs: &[f64]) -> (f64, usize) {
    assert_eq!(ours.len(), theirs.len());
    let apart = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).zip(0..);
    apart.fold(
        (0.0, 0),
        |most, next| if next.0 > most.0 { next } else { most },
    )
}

#[test]
fn every_file_has_the_greys_and_colours_that_pydicom_gives_it() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    for made in all(folder) {
        let Made {
            name,
            size,
            channels,
            bits,
            may_differ,
        } = made;
        let bytes = fs::read(folder.join(format!("{name}.dcm"))).unwrap();
        let picture = match decode(&bytes, Want::Rgb) {
            Ok(picture) => picture,
            Err(error) => {
                wrong.push(format!("{name}: {error}"));
                continue;
            }
        };
        assert_eq!((picture.width(), picture.height()), size, "{name}");
        let levels: Vec<f64> = match picture.pixels() {
            Pixels::Grey(levels) if channels == 1 => levels.iter().map(|v| f64::from(*v)).collect(),
            Pixels::Rgb(levels) if channels == 3 => levels.iter().map(|v| f64::from(*v)).collect(),
            _ => {
                wrong.push(format!("{name}: other channels"));
                continue;
            }
        };
        let shown = doubles(folder.join(format!("{name}.shown")));
        let shown: Vec<f64> = shown.iter().map(|bright| bright * 255.0).collect();
        // Half a level of rounding, and what a decoder with loss may do, which a window makes larger.
        let steps = may_differ * 255.0 / f64::from((1_u32 << bits) - 1);
        let (apart, place) = most_apart(&levels, &shown);
        if apart > 0.51 + steps {
            wrong.push(format!(
                "{name}: {} and not {} at {place}",
                levels[place], shown[place]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_deep_file_keeps_the_values_that_it_stores() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    let mut n_deep = 0;
    for made in all(folder)
        .iter()
        .filter(|made| made.channels == 1 && made.bits > 8)
    {
        let name = &made.name;
        let bytes = fs::read(folder.join(format!("{name}.dcm"))).unwrap();
        let Ok(deep) = decode_deep(&bytes) else {
            wrong.push(format!("{name}: not read"));
            continue;
        };
        // A curve is kept as what comes of it, and is held against it above.
        if ["sigmoid", "lut"].iter().any(|curve| name.contains(curve)) {
            continue;
        }
        let deep = deep.unwrap_or_else(|| panic!("{name}"));
        n_deep += 1;
        assert_eq!((deep.width, deep.height), made.size, "{name}");
        assert_eq!((deep.channels, deep.bits), (1, made.bits), "{name}");
        let stored = doubles(folder.join(format!("{name}.stored")));
        let step = match name.starts_with("rescaled") {
            true if name == "rescaled" => 0.5,
            true => 2.5,
            false => 1.0,
        };
        let stored: Vec<f64> = stored.iter().map(|value| value / step).collect();
        let samples: Vec<f64> = deep
            .samples
            .iter()
            .map(|sample| f64::from(*sample))
            .collect();
        let (apart, place) = most_apart(&samples, &stored);
        if apart > made.may_differ {
            wrong.push(format!(
                "{name}: {} and not {} at {place}",
                samples[place], stored[place]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(n_deep > 40, "{n_deep}");
}

fn opened(path: &Path) -> Cohort {
    open(&Source {
        folder: Some(path.to_owned()),
        ..Source::default()
    })
    .unwrap()
}

/// The values of a column as the script writes them.
fn values(cohort: &Cohort, name: &str) -> Vec<serde_json::Value> {
    let column = cohort.column(name).unwrap_or_else(|| panic!("{name}"));
    let value = |value: &Option<Value>| match value {
        None => serde_json::Value::Null,
        Some(Value::Number(number)) => (*number).into(),
        Some(other) => other.to_string().into(),
    };
    column.values.iter().map(value).collect()
}

#[test]
fn headers_become_the_columns_that_pydicom_reads() {
    let Some(folder) = folder() else { return };
    let told = fs::read(folder.join("archive.json")).unwrap();
    let told: Vec<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_slice(&told).unwrap();
    for place in ["archive", "archive.zip"] {
        let cohort = opened(&folder.join(place));
        assert_eq!(cohort.records.len(), told.len(), "{place}");
        for name in told[0].keys() {
            let theirs: Vec<_> = told.iter().map(|row| row[name].clone()).collect();
            assert_eq!(values(&cohort, name), theirs, "{place}: {name}");
        }
        assert_eq!(cohort.group_column.as_deref(), Some("patient"));
        assert_eq!(cohort.n_groups(), 3);
        // PixelSpacing where it is told, and the detector's otherwise.
        let spacing = |at: usize| cohort.records[at].spacing.unwrap();
        assert_eq!(spacing(0).attribute, SpacingAttribute::ImagerPixelSpacing);
        assert_eq!((spacing(0).rows_mm, spacing(0).columns_mm), (0.15, 0.16));
        assert_eq!(spacing(5).attribute, SpacingAttribute::PixelSpacing);
        let window = cohort.records[0].window.unwrap();
        assert_eq!(
            (window.dark, window.bright),
            (600.0, 2999.0),
            "1800 ± 1200 less a half"
        );
        let skipped: Vec<&str> = cohort
            .skipped
            .iter()
            .map(|skipped| &*skipped.reason)
            .collect();
        let of = |reason: &str| skipped.iter().filter(|other| **other == reason).count();
        assert_eq!(of("a DICOM file without a picture"), 3, "{skipped:?}");
        assert_eq!(
            of("the DICOM file is cut off before its end"),
            3,
            "{skipped:?}"
        );
        assert_eq!(skipped.len(), 6, "{skipped:?}");
    }
}

#[test]
fn a_zip_and_the_folder_in_it_are_one_cohort() {
    let Some(folder) = folder() else { return };
    let [of_folder, of_zip] = ["archive", "archive.zip"].map(|place| opened(&folder.join(place)));
    for (one, other) in of_folder.records.iter().zip(&of_zip.records) {
        assert_eq!((&one.id, &one.filename), (&other.id, &other.filename));
        let [one, other] = [one, other].map(|record| record.image.as_ref().unwrap());
        assert!(one.read().unwrap() == other.read().unwrap());
    }
    // And as a file among others of a folder.
    let above = tempfile::tempdir().unwrap();
    fs::copy(folder.join("archive.zip"), above.path().join("a.zip")).unwrap();
    let below = opened(above.path());
    assert_eq!(below.records.len(), of_folder.records.len());
    assert!(below.records[0].filename.starts_with("a.zip/patient 1"));
}

#[test]
fn a_zip_that_is_damaged_or_changed_gives_no_other_picture() {
    let Some(folder) = folder() else { return };
    let place = tempfile::tempdir().unwrap();
    let file = place.path().canonicalize().unwrap().join("a.zip");
    let whole = fs::read(folder.join("archive.zip")).unwrap();
    fs::write(&file, &whole).unwrap();
    let cohort = opened(&file);
    let image = cohort.records[1].image.clone().unwrap();
    let (_, content) = image.read_whole().unwrap();
    assert_eq!(image.is_still(&content), Ok(true));
    let mut changed = whole.clone();
    // Somewhere in every file: no byte of a picture is left alone for long.
    for at in (100..changed.len() - 5000).step_by(50) {
        changed[at] ^= 0x55;
    }
    fs::write(&file, changed).unwrap();
    assert!(image.read().is_err());
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let cut = open(&Source {
        folder: Some(file),
        ..Source::default()
    });
    let said = cut.unwrap_err().to_string();
    assert!(said.contains("the archive is damaged"), "{said}");
}

#[test]
fn identifiers_are_shown_where_they_are_asked_for() {
    let Some(folder) = folder() else { return };
    let cohort = open(&Source {
        folder: Some(folder.join("archive")),
        dicom_identifiers: true,
        ..Source::default()
    })
    .unwrap();
    assert_eq!(values(&cohort, "patient")[0], "PLANTED-00412");
    assert_eq!(values(&cohort, "patient_name")[0], "PlantedDoe^Jane");
    assert_eq!(values(&cohort, "patient_birth_date")[0], "19480717");
    assert!(cohort.records[0].filename.starts_with("PlantedDoe_Jane/"));
}

fn has_planted(bytes: &[u8]) -> bool {
    let lower = bytes.to_ascii_lowercase();
    let words: [&[u8]; 3] = [b"planted", b"19480717", b"1948-07-17"];
    words
        .iter()
        .any(|word| lower.windows(word.len()).any(|window| window == *word))
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| match path.is_dir() {
        true => files_below(&path),
        false => vec![path],
    };
    entries.flat_map(below).collect()
}

/// Page, answers, log, cache, exports and bundle: all bytes are searched for what was planted in headers and paths.
#[test]
fn no_patient_is_named_anywhere() {
    let Some(folder) = folder() else { return };
    let archive = folder.join("archive");
    assert!(has_planted(
        &fs::read(archive.join("PlantedDoe_Jane/ST000001/IM000000")).unwrap()
    ));
    let archive = archive.to_str().unwrap();
    let kept = tempfile::tempdir().unwrap();
    let cache = kept.path().join("cache");
    let run = |args: &[&str]| {
        let mut command = binary();
        command.args(args).env("NEGATOSCOPE_CACHE_DIR", &cache);
        let out = command.env("RUST_LOG", "trace").output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.success(), "{said}");
        for (what, bytes) in [("stdout", &out.stdout), ("log", &out.stderr)] {
            assert!(!has_planted(bytes), "{what} of {args:?}: {said}");
        }
    };
    let bundle = kept.path().join("a.negatoscope");
    let vectors = kept.path().join("vectors.npy");
    run(&["bake", archive, "-o", bundle.to_str().unwrap()]);
    run(&["embed", archive, "-o", vectors.to_str().unwrap()]);
    let server = Server::start(&[archive, "--cache-dir", cache.to_str().unwrap()]).ready();
    let cohort = server.get("/api/cohort");
    let id = cohort.json()["records"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let pages = [
        "/".to_owned(),
        "/api/cohort".to_owned(),
        "/api/projection?method=pca".to_owned(),
        "/api/clusters?method=pca".to_owned(),
        "/api/report?method=pca".to_owned(),
        "/api/atlas/0".to_owned(),
        "/api/changed".to_owned(),
        format!("/api/images/{id}"),
        format!("/api/images/{id}/deep"),
        format!("/api/thumbnails/{id}"),
        format!("/api/neighbours/{id}"),
    ];
    for page in &pages {
        let answer = server.get(page);
        assert!(!has_planted(&answer.body), "{page}");
        assert!(!has_planted(answer.headers.as_bytes()), "{page}");
    }
    assert_eq!(server.get(&pages[7]).status, 200);
    assert!(
        server.get(&pages[7]).headers.contains("image/png"),
        "never the file itself"
    );
    assert_eq!(server.get(&pages[8]).status, 200);
    drop(server);
    let files = files_below(kept.path());
    assert!(
        files.len() > 2 && files.contains(&bundle) && files.contains(&vectors),
        "{files:?}"
    );
    for file in files {
        assert!(
            !has_planted(&fs::read(&file).unwrap()),
            "{}",
            file.display()
        );
    }
}
