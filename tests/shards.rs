//! A cohort that several processes embed, each a shard: the same bytes as one process makes, and what is told when a
//! part is missing, foreign, or its worker was killed. All with the real binary.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Server, binary};
use tempfile::TempDir;

/// Runs it with a cache of its own, as a worker on another machine does.
fn run(args: &[&str]) -> Output {
    let cache = tempfile::tempdir().unwrap();
    let mut command = binary();
    command
        .args(args)
        .env("NEGATOSCOPE_CACHE_DIR", cache.path());
    command.output().unwrap()
}

fn said(out: &Output) -> String {
    String::from_utf8(out.stderr.clone()).unwrap()
}

fn done(args: &[&str]) -> String {
    let out = run(args);
    assert!(out.status.success(), "{args:?}: {}", said(&out));
    said(&out)
}

fn refused(args: &[&str]) -> String {
    let out = run(args);
    assert!(!out.status.success(), "{args:?}: {}", said(&out));
    let said = said(&out);
    said.trim().lines().last().unwrap().to_owned()
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

fn drawn(path: &Path, index: u32, side: u32) {
    let grey = |x: u32, y: u32| image::Luma([(x * (3 + index) + y * y) as u8]);
    image::GrayImage::from_fn(side, 40, grey)
        .save(path)
        .unwrap();
}

/// Eleven pictures of six patients, of which two cannot be read; a row without its file; a picture without a row.
fn cohort() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let images = folder.path().join("images/sub");
    fs::create_dir_all(&images).unwrap();
    let mut table = "filename,patient,age,sex\n".to_owned();
    for index in [7, 3, 11, 0, 5, 1, 9, 2, 10, 4, 6] {
        table += &format!(
            "sub/{index:02}.png,p{},{},{}\n",
            index / 2,
            40 + index,
            ["f", "m"][index as usize % 2]
        );
        drawn(&images.join(format!("{index:02}.png")), index, 30 + index);
    }
    table += "gone.png,p9,70,f\n";
    drawn(&images.join("without_row.png"), 20, 50);
    fs::write(images.join("05.png"), b"\x89PNG\r\n\x1a\n and no more").unwrap();
    fs::write(images.join("02.png"), "no picture").unwrap();
    fs::write(folder.path().join("metadata.csv"), table).unwrap();
    folder
}

/// The folder of all parts of a cohort.
fn parts(cohort: &str, of: usize, out: &Path) -> String {
    let folder = path(out, &format!("parts of {of}"));
    for index in 0..of {
        done(&[
            "embed",
            cohort,
            "--shard",
            &format!("{index}/{of}"),
            "-o",
            &folder,
        ]);
    }
    folder
}

fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn one_two_and_four_shards_are_the_same_bytes_as_one_process() {
    let (cohort, out) = (cohort(), tempfile::tempdir().unwrap());
    let cohort = cohort.path().to_str().unwrap();
    for name in ["one.parquet", "one.npy"] {
        done(&["embed", cohort, "-o", &path(out.path(), name)]);
    }
    let scaled = path(out.path(), "scaled.npy");
    done(&["embed", cohort, "--scaling", "standard", "-o", &scaled]);
    let filtered = path(out.path(), "filtered.parquet");
    let wide = ["--where", "width>=35", "--where", "sex=m"];
    done(&[&["embed", cohort, "-o", &filtered], &wide[..]].concat());
    let same = |made: &str, wanted: &str| {
        assert!(
            fs::read(made).unwrap() == fs::read(wanted).unwrap(),
            "{wanted}"
        )
    };
    // More shards than images: some have none.
    for of in [1, 2, 4, 13] {
        let parts = parts(cohort, of, out.path());
        assert_eq!(names(&parts).len(), of);
        for name in ["one.parquet", "one.npy"] {
            let again = path(out.path(), &format!("again {name}"));
            let said = done(&["embed", cohort, "--features", &parts, "-o", &again]);
            same(&again, &path(out.path(), name));
            // As in one process.
            assert!(said.contains("02.png") && said.contains("05.png"), "{said}");
        }
        let again = path(out.path(), "again.npy");
        done(&[
            "embed",
            cohort,
            "--features",
            &parts,
            "--scaling",
            "standard",
            "-o",
            &again,
        ]);
        same(&again, &scaled);
        let again = path(out.path(), "again.parquet");
        done(
            &[
                &["embed", cohort, "--features", &parts, "-o", &again],
                &wide[..],
            ]
            .concat(),
        );
        same(&again, &filtered);
    }
}

#[test]
fn a_shard_is_the_same_bytes_again_and_stays_as_it_is_when_it_is_there() {
    let (cohort, out) = (cohort(), tempfile::tempdir().unwrap());
    let cohort = cohort.path().to_str().unwrap();
    let shard = ["embed", cohort, "--shard", "1/2", "-o"];
    let (file, other) = (
        path(out.path(), "one.parquet"),
        path(out.path(), "other.parquet"),
    );
    done(&[&shard[..], &[&file]].concat());
    done(&[&shard[..], &[&other, "--threads", "1"]].concat());
    assert!(fs::read(&file).unwrap() == fs::read(&other).unwrap());
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    let said = done(&[&shard[..], &[&file]].concat());
    assert!(
        said.contains("shard 1/2 is in") && said.contains("already"),
        "{said}"
    );
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
    // Another shard, and another layer, are other parts.
    done(&["embed", cohort, "--shard", "0/2", "-o", &file]);
    assert!(fs::read(&file).unwrap() != fs::read(&other).unwrap());
    assert_eq!(
        names(out.path().to_str().unwrap()),
        ["one.parquet", "other.parquet"]
    );
}

/// An answer without the time that it took.
fn timeless(mut answer: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.retain(|key, _| key != "elapsed_ms");
                map.values_mut().for_each(walk);
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut answer);
    answer
}

#[test]
fn the_page_answers_as_it_does_where_one_process_made_the_vectors() {
    let (folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cohort = path(folder.path(), "demo");
    done(&["demo", &cohort]);
    fs::write(folder.path().join("demo/images/zz.png"), "no picture").unwrap();
    let parts = parts(&cohort, 2, out.path());
    let one = Server::start(&[&cohort]).ready();
    let many = Server::start(&[&cohort, "--features", &parts]).ready();
    let setting = "method=pca&clustering=dbscan&eps=0.4&min_samples=8";
    for route in [
        "/api/projection?perplexity=17".to_owned(),
        format!("/api/clusters?{setting}&breakdown=finding"),
        format!("/api/export?{setting}&format=json"),
        format!("/api/verdict?{setting}&effort=first"),
        "/api/proposal".to_owned(),
    ] {
        let [one, many] = [&one, &many].map(|server| server.get(&route));
        assert_eq!(
            (one.status, many.status),
            (200, 200),
            "{route}: {:?}",
            many.json()
        );
        assert!(timeless(one.json()) == timeless(many.json()), "{route}");
    }
    let image = &one.get("/api/cohort").json()["records"][3]["id"];
    let tensor = format!("/api/images/{}/tensor", image.as_str().unwrap());
    assert_eq!(one.get(&tensor).json(), many.get(&tensor).json());
    let [one, mut many] = [&one, &many].map(|server| server.get("/api/cohort").json());
    let assumed = many["assumed"].as_array_mut().unwrap();
    let of_parts = assumed
        .iter()
        .position(|one| one["topic"] == "vectors")
        .unwrap();
    let text = assumed.remove(of_parts)["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        text,
        "The vectors of parts of 2/ belong to the images that it names."
    );
    for (key, value) in one.as_object().unwrap() {
        assert_eq!(&many[key], value, "{key}");
    }
}

#[test]
fn what_is_missing_or_foreign_is_named() {
    let (cohort, out) = (cohort(), tempfile::tempdir().unwrap());
    let cohort = cohort.path().to_str().unwrap();
    let parts = parts(cohort, 4, out.path());
    let third = format!("{parts}/part-00002-of-00004.parquet");
    let read = [
        "embed",
        cohort,
        "--features",
        &parts,
        "-o",
        &path(out.path(), "all.npy"),
    ];
    fs::remove_file(&third).unwrap();
    let refused_with = |text: &str| {
        let error = refused(&read);
        assert!(error.contains(text), "{error}");
    };
    refused_with("lacks the parts of shards 2/4: run `negatoscope embed COHORT --shard 2/4");
    done(&[
        "embed", cohort, "--shard", "2/4", "--layer", "conv1", "-o", &third,
    ]);
    refused_with("part-00002-of-00004.parquet has the layer conv1, and");
    refused_with("part-00000-of-00004.parquet has ");
    done(&[
        "embed", cohort, "--where", "sex=m", "--shard", "2/4", "-o", &third,
    ]);
    refused_with("part-00002-of-00004.parquet has the number of records ");
    // What was made otherwise is made again, and nothing else.
    for index in 0..4 {
        let said = done(&[
            "embed",
            cohort,
            "--shard",
            &format!("{index}/4"),
            "-o",
            &parts,
        ]);
        assert_eq!(said.contains("already"), index != 2, "{said}");
    }
    done(&read);
}

#[test]
fn a_killed_worker_costs_its_shard_alone() {
    let (folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for index in 0..120 {
        drawn(&folder.path().join(format!("{index:03}.png")), index, 600);
    }
    let cohort = folder.path().to_str().unwrap();
    let (parts, one) = (path(out.path(), "parts"), path(out.path(), "one.npy"));
    done(&["embed", cohort, "-o", &one]);
    done(&["embed", cohort, "--shard", "0/2", "-o", &parts]);
    let cache = tempfile::tempdir().unwrap();
    let mut command = binary();
    command.args([
        "embed",
        cohort,
        "--shard",
        "1/2",
        "--threads",
        "1",
        "-o",
        &parts,
    ]);
    command
        .env("NEGATOSCOPE_CACHE_DIR", cache.path())
        .stderr(Stdio::null());
    let mut worker = command.spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while names(&parts).len() < 2 {
        assert!(
            Instant::now() < deadline && worker.try_wait().unwrap().is_none(),
            "it never began"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
    worker.kill().unwrap();
    worker.wait().unwrap();
    let left = names(&parts);
    assert!(
        left[0].starts_with(".part-00001-of-00002") && left[1] == "part-00000-of-00002.parquet",
        "{left:?}"
    );
    let again = path(out.path(), "again.npy");
    let read = ["embed", cohort, "--features", &parts, "-o", &again];
    let error = refused(&read);
    assert!(error.contains("lacks the parts of shards 1/2"), "{error}");
    for (shard, is_there) in [("0/2", true), ("1/2", false)] {
        let said = done(&["embed", cohort, "--shard", shard, "-o", &parts]);
        assert_eq!(said.contains("already"), is_there, "{said}");
    }
    done(&read);
    assert!(fs::read(again).unwrap() == fs::read(one).unwrap());
}

#[test]
fn a_picture_that_changed_since_is_left_out_and_told_and_a_table_needs_none() {
    let (folder, out) = (cohort(), tempfile::tempdir().unwrap());
    let cohort = folder.path().to_str().unwrap();
    let parts = parts(cohort, 2, out.path());
    let table = path(folder.path(), "metadata.csv");
    let file = path(out.path(), "all.npy");
    let said = done(&[
        "embed",
        "--metadata",
        &table,
        "--features",
        &parts,
        "-o",
        &file,
    ]);
    assert!(said.contains("9 × 64 features"), "{said}");
    assert!(said.contains("02.png") && said.contains("05.png"), "{said}");
    assert!(
        said.contains("no vector of this name in parts of 2/"),
        "{said}"
    );
    // Alone, in the order of the cohort.
    let alone = path(out.path(), "alone.npy");
    let said = done(&["embed", "--features", &parts, "-o", &alone]);
    assert!(said.contains("02.png") && said.contains("05.png"), "{said}");
    assert!(fs::read(&alone).unwrap() == fs::read(&file).unwrap());
    drawn(&folder.path().join("images/sub/07.png"), 99, 37);
    drawn(&folder.path().join("images/sub/12.png"), 12, 42);
    fs::write(
        &table,
        fs::read_to_string(&table).unwrap() + "sub/12.png,p6,52,f\n",
    )
    .unwrap();
    let said = done(&["embed", cohort, "--features", &parts, "-o", &file]);
    assert!(
        said.contains("its picture changed since its vector was made") && said.contains("07.png"),
        "{said}"
    );
    assert!(
        said.contains("were made of another list of images, 11 of them"),
        "{said}"
    );
    assert!(
        said.contains("no vector of this name") && said.contains("12.png"),
        "{said}"
    );
    assert!(said.contains("8 × 64 features"), "{said}");
}

#[test]
fn what_no_shard_can_be_is_refused_before_the_work() {
    let out = tempfile::tempdir().unwrap();
    let parts = path(out.path(), "parts");
    let embed = ["embed", "-o", &parts, "--shard"];
    for (args, wanted) in [
        (&["4/4"][..], "give I/N with I from 0 to N - 1"),
        (&["1"], "give I/N"),
        (
            &["0/2", "--scaling", "l2"],
            "give it when the parts are read",
        ),
        (
            &["0/2", "--where", "width>=3"],
            "give conditions on that, such as on width, when the parts are read",
        ),
        (&["0/2", "--features", "a.npy"], "cannot be used with"),
    ] {
        let result = run(&[&embed[..], args].concat());
        let said = said(&result);
        assert!(said.contains(wanted), "{args:?}: {said}");
        assert_eq!(
            result.status.code(),
            Some(if wanted.contains("width") { 1 } else { 2 }),
            "{said}"
        );
        assert!(
            PathBuf::from(&parts).read_dir().map_or(0, Iterator::count) == 0,
            "{args:?}"
        );
    }
    let said = refused(&["embed", "--shard", "0/2", "-o", &path(out.path(), "a.npy")]);
    assert!(
        said.contains("--output must end in .parquet, or be a folder"),
        "{said}"
    );
}
