//! The command line as scripts rely on it: exit codes, streams, files.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use support::{COVID_XRAYS, Server, binary, real_cohort};

fn run(args: &[&str]) -> Output {
    let cache = tempfile::tempdir().unwrap();
    binary()
        .args(args)
        .env("NEGATOSCOPE_CACHE_DIR", cache.path())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy");

#[test]
fn the_version_says_what_was_built_and_what_it_runs_on() {
    let out = run(&["--version"]);
    let said = String::from_utf8(out.stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], concat!("negatoscope ", env!("CARGO_PKG_VERSION")));
    for (line, start) in lines[1..]
        .iter()
        .zip(["commit: ", "backends: ", "vector units: "])
    {
        assert!(line.starts_with(start), "{said}");
    }
    assert_eq!(lines.len(), 4, "{said}");
}

#[test]
fn a_release_that_is_built_in_a_clone_knows_its_commit() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script");
    let built = Command::new("rustc")
        .args(["--edition", "2024", "build.rs", "-o"])
        .arg(&script)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(built.unwrap().success());
    let clone = folder.path().join("clone");
    fs::create_dir_all(clone.join("src")).unwrap();
    let commit_in = |folder: &Path, profile: &str, told: &str| {
        let mut script = Command::new(&script);
        script.current_dir(folder).env("PROFILE", profile);
        let out = script.env("NEGATOSCOPE_COMMIT", told).output().unwrap();
        let said = String::from_utf8(out.stdout).unwrap();
        let commit = said.split_once("rustc-env=NEGATOSCOPE_COMMIT=");
        commit.map(|(_, commit)| commit.trim().to_owned())
    };
    let git = |args: &[&str]| {
        let who = ["-c", "user.name=a", "-c", "user.email=a@b.example"];
        let mut git = Command::new("git");
        let out = git
            .args(who)
            .args(args)
            .current_dir(&clone)
            .output()
            .unwrap();
        assert!(out.status.success(), "{out:?}");
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "-q"]);
    git(&["commit", "-q", "--allow-empty", "-m", "first"]);
    let head = git(&["rev-parse", "HEAD"]);
    assert_eq!(commit_in(&clone, "release", ""), Some(head.clone()));
    fs::write(clone.join("file"), "one").unwrap();
    git(&["add", "file"]);
    assert_eq!(
        commit_in(&clone, "release", ""),
        Some(format!("{head}, changed"))
    );
    // Whoever builds says it, a build to try things does not ask, and a folder in the clone is another's.
    assert_eq!(commit_in(&clone, "release", "abc"), None);
    assert_eq!(commit_in(&clone, "debug", ""), None);
    assert_eq!(commit_in(&clone.join("src"), "release", ""), None);
}

#[test]
fn wrong_usage_ends_with_2_and_one_sentence() {
    for args in [
        &["--nonsense"][..],
        &["search", "--eps", "1:2"],
        &["search", "--clusters", "8:3"],
        &["--where", "nothing here"],
        &["embed", "-o", "features.txt"],
        &["--threads", "0"],
        &["--host", "no.such.host.invalid"],
        &["search", "--where", "planet=Mars"],
        &["embed", "-o", "features.npy", "--layer", "nothing"],
        &["embed", "-o", "features.npy", "--preprocessing", "imagnet"],
        &["embed", "-o", "features.npy", "--prepare", "sise=224"],
        &["embed", "-o", "features.npy", "--pool", "median"],
        &[
            "embed",
            "-o",
            "features.npy",
            "--pool",
            "cls",
            "--layer",
            "conv1",
        ],
        &["search", "--features", GOLDEN, "--preprocessing", "raw"],
        &["search", "--features", GOLDEN, "--device", "auto"],
        &["embed", "-o", "features.npy", "--device", "abacus"],
    ] {
        let out = run(args);
        assert_eq!(
            out.status.code(),
            Some(2),
            "{args:?}: {}",
            text(&out.stderr)
        );
        assert!(out.stdout.is_empty() && !out.stderr.is_empty(), "{args:?}");
    }
}

/// Whether it was built with object stores or without, no address is taken for a path, and no secret is repeated.
#[test]
fn an_address_that_cannot_be_read_is_one_sentence_without_its_secrets() {
    let without = "--features object-store";
    let said = |with| match cfg!(feature = "object-store") {
        true => with,
        false => without,
    };
    for (args, part) in [
        (
            &["search", "s3://key:secret@films/a"][..],
            said("AWS_SECRET_ACCESS_KEY"),
        ),
        (&["search", "s3://"], said("names no bucket")),
        (&["search", "gs://films/a"], said("give s3://BUCKET/PREFIX")),
        (&["search", ".", "--images", "s3://films/a"], "--images"),
        (
            &["search", ".", "--metadata", "s3://films/a.csv"],
            "--metadata",
        ),
    ] {
        let out = run(args);
        let error = text(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{args:?}: {error}");
        assert_eq!(error.trim().lines().count(), 1, "{error}");
        assert!(error.contains(part) && !error.contains("key:"), "{error}");
    }
}

#[test]
fn a_failure_ends_with_1_and_says_what_to_change() {
    let out = run(&["search", "/no/such/folder"]);
    assert_eq!(out.status.code(), Some(1));
    let error = text(&out.stderr);
    assert_eq!(error.trim().lines().count(), 1, "{error}");
    assert!(error.contains("/no/such/folder"), "{error}");
}

#[test]
fn every_fault_of_the_start_is_one_sentence_that_says_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (here, none) = (at("."), at("none"));
    std::fs::write(at("a.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    std::fs::write(at("words.txt"), "words").unwrap();
    std::fs::write(at("zeros.csv"), [0; 400]).unwrap();
    std::fs::write(at("cut.npy"), &std::fs::read(GOLDEN).unwrap()[..999]).unwrap();
    std::fs::write(at("words.parquet"), "PAR1 but nothing else PAR1").unwrap();
    let (words, zeros, cut) = (at("words.txt"), at("zeros.csv"), at("cut.npy"));
    let parquet = at("words.parquet");
    let circle = at("circle");
    #[cfg(unix)]
    std::os::unix::fs::symlink("circle", &circle).unwrap();
    let faults: [&[&str]; 25] = [
        &["search", &none],
        &["search", &words],
        &["search", "--metadata", &none],
        &["search", "--metadata", &zeros],
        &["search", "--images", &none],
        &["search", &here, "--follow-links", &none],
        &["search", &here, "--follow-links", &circle],
        &["search", &here],
        &["search", "--features", &none],
        &["search", "--features", &here],
        &["search", "--features", &words],
        &["search", "--features", &cut],
        &["search", "--features", &parquet],
        &["search", &here, "--features", GOLDEN],
        &["search", "--metadata", &none, "--features", GOLDEN],
        &["search", "--model", &none],
        &["search", "--model", &here],
        &["search", "--model", &words],
        &["layers", &none],
        &["layers", &words],
        &["embed", "-o", &at("none/a.npy")],
        &["embed", "-o", &here],
        &["search", "--group-by", "planet"],
        &["search", "--group-pattern", "("],
        &["demo", &here],
    ];
    for args in faults {
        let result = run(args);
        let said = text(&result.stderr);
        assert!(
            matches!(result.status.code(), Some(1 | 2)),
            "{args:?}: {said}"
        );
        let last = said.trim().lines().last().unwrap();
        assert!(last.starts_with("negatoscope: "), "{args:?}: {said}");
        let parts: Vec<&str> = last.split(": ").skip(1).collect();
        for (place, part) in parts.iter().enumerate() {
            let rest = parts[place + 1..].join(": ");
            assert!(!rest.contains(part), "{args:?} says {part:?} twice: {last}");
            // What the system says may stand in brackets before, without its capital.
            let words = part.split(" (os error").next().unwrap().to_lowercase();
            let before = parts[..place].join(": ").to_lowercase();
            assert!(
                !before.contains(&words),
                "{args:?} says {part:?} twice: {last}"
            );
        }
    }
}

#[test]
fn search_prints_one_json_document() {
    let out = run(&[
        "search",
        "--features",
        GOLDEN,
        "--json",
        "--perplexity",
        "16:19:1",
        "--clusters",
        "2:8",
    ]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let document: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(document["n_settings"], 3 * 19 * 15);
    let results = document["results"].as_array().unwrap();
    let without = document["without_result"].as_array().unwrap();
    assert_eq!(results.len() + without.len(), 3);
    let scores: Vec<_> = results
        .iter()
        .map(|row| row["score"].as_u64().unwrap())
        .collect();
    assert!(!scores.is_empty() && scores.is_sorted(), "{scores:?}");
    assert!(document["elapsed_ms"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_perplexity_that_is_too_large_is_reported_and_is_no_error() {
    let out = run(&[
        "search",
        "--features",
        GOLDEN,
        "--json",
        "--perplexity",
        "17,193,500",
    ]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let document: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let without = document["without_result"].as_array().unwrap();
    assert!(
        without.contains(&193.0.into()) && without.contains(&500.0.into()),
        "{without:?}"
    );
}

#[test]
fn layers_lists_what_can_be_tapped() {
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/models/chest-xray-64.onnx");
    let out = run(&["layers", model]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let listed = text(&out.stdout);
    let line = listed.lines().find(|line| line.starts_with("features"));
    assert!(line.is_some_and(|line| line.contains("64")), "{listed}");
    assert_eq!(run(&["layers", GOLDEN]).status.code(), Some(1));
    assert!(
        line.is_some_and(|line| line.ends_with("<- read")),
        "{listed}"
    );
    let facts: Vec<&str> = listed
        .lines()
        .take_while(|line| line.starts_with('#'))
        .collect();
    assert!(
        facts
            .iter()
            .any(|line| line.contains("equalised") && line.contains("metadata")),
        "{facts:?}"
    );
}

#[test]
fn a_built_in_model_is_named_by_its_word() {
    let named = |word: &str| {
        let out = run(&["layers", word, "--json"]);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        let told: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        told["name"].as_str().unwrap().to_owned()
    };
    assert_eq!(named("builtin:default"), "chest-xray-64-erased");
    assert_eq!(named("builtin:unseen"), "chest-xray-64-unseen");
    let out = run(&["layers", "builtin:other"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("builtin:default or builtin:unseen"));
}

fn foreign(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/features_models");
    format!("{folder}/{name}.onnx")
}

#[test]
fn layers_tells_programs_how_a_model_is_read() {
    let out = run(&["layers", &foreign("last_tokens"), "--json"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let told: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let reading = &told["reading"];
    assert_eq!(
        (&reading["layer"], &reading["pool"]),
        (&"normed".into(), &"cls".into())
    );
    assert_eq!(
        (&reading["n_features"], &reading["input"]),
        (&6.into(), &"image".into())
    );
    assert_eq!(reading["preprocessing"]["is_guess"], true);
    let layers = told["layers"].as_array().unwrap();
    let read: Vec<_> = layers
        .iter()
        .filter(|layer| layer["is_read"] == true)
        .collect();
    assert_eq!((read.len(), &read[0]["name"]), (1, &"normed".into()));
    // What is computed from the image's shape alone is none, and shapes are known.
    assert!(
        layers.iter().all(|layer| layer["name"] != "class_shape"),
        "{layers:?}"
    );
    assert!(
        layers.iter().all(|layer| layer["shape"].is_array()),
        "{layers:?}"
    );
    // Where something has to be chosen first, that is said, and what there is.
    let out = run(&["layers", &foreign("pair"), "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert!(
        told["error"].as_str().unwrap().contains("--input"),
        "{told}"
    );
    assert_eq!(told["layers"].as_array().unwrap().len(), 7);
}

#[test]
fn layers_shows_what_a_network_gets_of_an_image() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let demo = at("demo");
    assert_eq!(run(&["demo", &demo]).status.code(), Some(0));
    let mut images: Vec<_> = std::fs::read_dir(at("demo/images")).unwrap().collect();
    images.sort_by_key(|entry| entry.as_ref().unwrap().file_name());
    let image = images[0]
        .as_ref()
        .unwrap()
        .path()
        .to_str()
        .unwrap()
        .to_owned();
    let model = foreign("channels_last");
    let tensor = |output: &str, words: &[&str]| {
        let fixed = ["layers", &model, "--image", &image, "-o", output, "--json"];
        let out = run(&[&fixed[..], words].concat());
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        let told: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        told["tensor"].clone()
    };
    let told = tensor(&at("a.npy"), &["--preprocessing", "keras-vgg16"]);
    assert_eq!(told["shape"], serde_json::json!([1, 32, 24, 3]));
    assert_eq!(told["range"], serde_json::json!([-123.68, 151.061]));
    let values: ndarray::ArrayD<f32> = ndarray_npy::read_npy(at("a.npy")).unwrap();
    assert_eq!(values.shape(), [1, 32, 24, 3]);
    let blue = values.index_axis(ndarray::Axis(3), 0);
    let mean = blue.iter().map(|value| f64::from(*value)).sum::<f64>() / blue.len() as f64;
    assert!(
        (told["channels"][0]["mean"].as_f64().unwrap() - mean).abs() < 1e-3,
        "{told}"
    );
    // Grey films differ in the three channels by their means alone.
    let red = values.index_axis(ndarray::Axis(3), 2);
    let apart = blue[[0, 10, 10]] - red[[0, 10, 10]];
    assert!((apart - (123.68 - 103.939)).abs() < 1e-3, "{apart}");
    tensor(&at("a.png"), &["--prepare", "fit=letterbox"]);
    let png = std::fs::read(at("a.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    let refused = run(&["layers", &model, "--image", &image, "-o", &at("a.jpg")]);
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
}

#[cfg(unix)]
#[test]
fn layers_ends_in_peace_when_nobody_reads_on() {
    let mut child = binary()
        .args(["layers", &foreign("last_tokens")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let out = child.wait_with_output().unwrap();
    assert_eq!(
        (out.status.code(), text(&out.stderr).as_str()),
        (Some(0), "")
    );
}

#[test]
fn the_help_and_the_docs_name_every_preset_and_the_docs_every_key() {
    use negatoscope::features::preprocess::{PRESETS, Preprocessing};
    let help = text(&run(&["layers", "--help"]).stdout);
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/networks.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    for preset in &PRESETS {
        assert!(help.contains(preset.key), "{}", preset.key);
        assert!(
            docs.contains(&format!("| `{}` | {}", preset.key, preset.about)),
            "{}",
            preset.key
        );
    }
    let spec = Preprocessing::from_json("{}").unwrap();
    let keys = serde_json::to_value(&spec).unwrap();
    for key in keys
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .chain(["size", "range"])
    {
        assert!(docs.contains(&format!("`{key}`")), "{key}");
        assert!(key == "version" || help.contains(key), "{key}");
    }
}

#[test]
fn health_is_that_of_the_server_that_runs_here() {
    let server = Server::start(&["--features", GOLDEN]);
    let port = server.port.to_string();
    let asked = run(&["health", "--port", &port]);
    assert_eq!(
        (asked.status.code(), &*text(&asked.stdout)),
        (Some(0), "ok\n")
    );
    // Where it listens is found where the system tells.
    if cfg!(target_os = "linux") {
        let asked = run(&["health"]);
        assert_eq!(asked.status.code(), Some(0), "{}", text(&asked.stderr));
    }
    server.terminate();
    let asked = run(&["health", "--port", &port]);
    assert_eq!(asked.status.code(), Some(1));
    let error = text(&asked.stderr);
    assert!(
        error.contains(&format!("no server answers on 127.0.0.1:{port}")),
        "{error}"
    );
}

#[test]
fn the_doctor_tells_what_runs_here() {
    let out = run(&["doctor", "--json"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let found: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let backends = found["backends"].as_array().unwrap();
    let embedded = backends
        .iter()
        .find(|trial| trial["kind"] == "embedded")
        .unwrap();
    assert!(
        embedded["images_per_second"].as_f64().unwrap() > 0.0,
        "{found}"
    );
    // A device that the library has is tried, and the processor always.
    let devices = found["devices"].as_array().unwrap();
    assert_eq!(devices[0], "cpu");
    assert_eq!(backends.len(), devices.len() + 1);
    assert_eq!(found["cache"]["is_on_disk"], true);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no-folder");
    std::fs::write(&file, "").unwrap();
    let out = run(&["doctor", "--cache-dir", file.to_str().unwrap()]);
    let said = text(&out.stdout);
    assert!(
        [
            "images a second",
            "give another --cache-dir",
            "\ndevices      cpu"
        ]
        .iter()
        .all(|part| said.contains(part)),
        "{said}"
    );
}

#[test]
fn a_device_that_is_not_there_is_told_once_and_features_are_those_of_the_processor() {
    let folder = tempfile::tempdir().unwrap();
    let embedded = |device: &str| {
        let file = folder.path().join(device).with_extension("npy");
        let file = file.to_str().unwrap();
        let few = ["embed", "--where", "sex=F", "-o", file, "--device", device];
        let out = run(&few);
        assert!(out.status.success(), "{}", text(&out.stderr));
        (std::fs::read(file).unwrap(), text(&out.stderr).to_owned())
    };
    let (plain, log) = embedded("cpu");
    assert!(!log.contains("--device"), "{log}");
    // No machine has both of these.
    let (other, log) = embedded(if cfg!(target_vendor = "apple") {
        "directml"
    } else {
        "coreml"
    });
    let told = log.lines().filter(|line| line.contains("--device"));
    let told: Vec<&str> = told.collect();
    assert!(
        told.len() == 1 && told[0].contains("the network runs on the processor."),
        "{log}"
    );
    assert_eq!(plain, other);
}

#[test]
fn a_report_tells_its_time_first_and_how_far_it_is_where_no_terminal_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = binary()
        .args([
            "report",
            "--features",
            GOLDEN,
            "--runs",
            "200",
            "--null",
            "999",
        ])
        .arg("-o")
        .arg(folder.path().join("report.html"))
        .env("NEGATOSCOPE_CACHE_DIR", folder.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut lines = lines.map(Result::unwrap);
    let told = lines.find(|line| line.contains("the report takes about "));
    // It takes longer than a test should: the first word of how far it is will do.
    let far = lines.find(|line| line.contains(" maps, about ") && line.ends_with(" left"));
    child.kill().unwrap();
    child.wait().unwrap();
    let told = told.expect("the time is told");
    assert!(told.ends_with(" s") || told.ends_with(" minutes"), "{told}");
    let far = far.expect("a line says how far it is");
    let words: Vec<&str> = far.split_whitespace().collect();
    let of = words.iter().position(|word| *word == "of").unwrap();
    let [done, total] = [words[of - 1], words[of + 1]].map(|n| n.parse::<u64>().unwrap());
    assert!(0 < done && done < total, "{far}");
}

/// Embeds twelve drawn images, four of them dark, with a network of tests/features_models.
fn embed_with(model: &str) -> (Output, bool) {
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("features.npy");
    let out = run(&[
        "embed",
        &format!("{tests}/cases/14a_series_number"),
        "-o",
        file.to_str().unwrap(),
        "--model",
        &format!("{tests}/features_models/{model}.onnx"),
        "--layer",
        "f",
    ]);
    (out, file.exists())
}

#[test]
fn a_layer_that_is_not_finite_for_some_images_fails_and_thins_no_cohort() {
    let (out, is_written) = embed_with("not_finite");
    let error = text(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{error}");
    assert!(
        error.contains("the layer f gives NaN for 4 of 12 images"),
        "{error}"
    );
    assert!(!is_written);
}

#[test]
fn features_without_spread_are_warned_of() {
    let (out, is_written) = embed_with("same");
    let error = text(&out.stderr);
    assert!(out.status.success() && is_written, "{error}");
    assert!(
        error.contains("the layer f gives the same features for all 12 images"),
        "{error}"
    );
}

#[test]
fn the_written_demo_cohort_opens_as_a_cohort() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    assert_eq!(run(&["demo", path]).status.code(), Some(0));
    let file = folder.path().join("features.npy");
    let out = run(&["embed", path, "-o", file.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let direct = folder.path().join("direct.npy");
    let out = run(&["embed", "-o", direct.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert_eq!(std::fs::read(file).unwrap(), std::fs::read(direct).unwrap());
}

#[test]
fn embed_writes_the_real_cohort_as_npy_and_parquet() {
    let Some(cohort) = real_cohort() else { return };
    let folder = tempfile::tempdir().unwrap();
    for name in ["features.npy", "features.parquet"] {
        let file = folder.path().join(name);
        let args = [
            &[
                "embed",
                cohort.to_str().unwrap(),
                "-o",
                file.to_str().unwrap(),
            ][..],
            &COVID_XRAYS,
        ];
        let out = run(&args.concat());
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        assert!(std::fs::metadata(&file).unwrap().len() > 193 * 64 * 3);
    }
    let npy = std::fs::read(folder.path().join("features.npy")).unwrap();
    assert!(text(&npy[10..100]).contains("(193, 64)"));
}
