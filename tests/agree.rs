//! `negatoscope agree`: whether two sets of features see the same images alike, by the real binary on the drawn cohort.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use std::path::Path;
use std::process::Output;

use ndarray::Array2;
use ndarray_npy::{read_npy, write_npy};
use serde_json::Value;
use support::binary;

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = binary();
    command.current_dir(folder).args(args);
    let cache = folder.join("cache");
    command
        .env("NEGATOSCOPE_CACHE_DIR", cache)
        .output()
        .unwrap()
}

fn done(folder: &Path, args: &[&str]) -> String {
    let out = run(folder, args);
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{args:?}: {said}");
    String::from_utf8(out.stdout).unwrap()
}

fn agree(folder: &Path, a: &str, b: &str, more: &[&str]) -> Value {
    let args = ["agree", "demo", "--features", a, "--features", b, "--json"];
    let args = [&args[..], &["--permutations", "199"], more].concat();
    serde_json::from_str(&done(folder, &args)).unwrap()
}

#[test]
fn two_layers_of_a_network_agree_and_noise_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    done(folder, &["demo", "demo"]);
    done(folder, &["embed", "demo", "-o", "a.parquet"]);
    done(
        folder,
        &[
            "embed", "demo", "--layer", "conv1", "--shard", "0/1", "-o", "parts",
        ],
    );
    let found = agree(folder, "a.parquet", "parts", &[]);
    assert_eq!(
        (&found["n_images"], &found["n_alone"]),
        (&180.into(), &serde_json::json!([0, 0]))
    );
    let number = |found: &Value, key: &str| found["found"][key].as_f64().unwrap();
    assert!(
        number(&found, "shared") > 2.0 * number(&found, "shared_by_chance"),
        "{found}"
    );
    assert_eq!(number(&found, "shared_p_value"), 0.005, "{found}");
    assert_eq!(number(&found, "correlation_p_value"), 0.005, "{found}");
    // The other way round, and again.
    let turned = agree(folder, "parts", "a.parquet", &[]);
    assert_eq!(number(&found, "shared"), number(&turned, "shared"));
    assert!((number(&found, "correlation") - number(&turned, "correlation")).abs() < 1e-12);
    assert_eq!(
        found,
        agree(folder, "a.parquet", "parts", &["--threads", "1"])
    );

    // Rows without a meaning, of half of the images.
    let features: Array2<f32> = {
        done(
            folder,
            &["embed", "demo", "--where", "sex=F", "-o", "half.npy"],
        );
        read_npy(folder.join("half.npy")).unwrap()
    };
    let noise = |(row, column): (usize, usize)| ((row * 7919 + column * 104_729) % 1009) as f32;
    write_npy(
        folder.join("noise.npy"),
        &Array2::from_shape_fn((features.nrows(), 5), noise),
    )
    .unwrap();
    let args = [
        "agree",
        "demo",
        "--where",
        "sex=F",
        "--features",
        "a.parquet",
        "--features",
        "noise.npy",
    ];
    let said = done(folder, &args);
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines[0].ends_with("images have a vector in both a.parquet and noise.npy."),
        "{said}"
    );
    assert!(
        lines[1].starts_with(
            "No evidence that the two see the same images alike: of an image's 10 nearest"
        ),
        "{said}"
    );
    assert!(lines[3].starts_with("p is of 9,999 exchanges"), "{said}");
    assert_eq!(lines.len(), 5, "{said}");
}

#[test]
fn what_cannot_be_compared_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    done(folder, &["embed", "-o", "a.npy"]);
    for (args, code, wanted) in [
        (
            &["agree", ".", "--features", "a.npy"][..],
            2,
            "--features is given 1 times: name two sets",
        ),
        (
            &["agree", "--features", "a.npy", "--features", "a.npy"],
            2,
            "agree needs metadata: name a COHORT",
        ),
        (
            &["agree", ".", "--features", "a.npy", "--features", "b.npy"],
            1,
            "no picture that is read",
        ),
    ] {
        let out = run(folder, args);
        let said = String::from_utf8_lossy(&out.stderr);
        assert!(said.contains(wanted), "{args:?}: {said}");
        assert_eq!(out.status.code(), Some(code), "{said}");
    }
}
