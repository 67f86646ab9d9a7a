//! The borders between the parts: dependencies run one way, each outside library is named in one
//! place, and no files name each other in a circle. ARCHITECTURE.md gives the reasons.
//!
//! Paths are read as the compiler reads them (`borders/source.rs`, `borders/resolve.rs`): grouped and
//! renamed imports, `self`, `super` and child modules, globs, what is given on by `pub use`, paths in
//! types, expressions, attributes and the arguments of macros.
//!
//! A place is a file, or a folder with a slash at its end. The places of a crate begin with its name,
//! those of the binary's own library with none.

#[path = "borders/circles.rs"]
mod circles;
#[path = "borders/failing.rs"]
mod failing;
#[path = "borders/resolve.rs"]
mod resolve;
#[path = "borders/rules.rs"]
mod rules;
#[path = "borders/source.rs"]
mod source;
#[path = "borders/unchecked.rs"]
mod unchecked;

use rules::{calls_back, trespasses};
use source::Source;
use std::path::Path;
use std::sync::OnceLock;

/// Outside libraries, and the places that may name them.
const LIBRARIES: &[(&[&str], &[&str])] = &[
    (&["axum", "tower_http", "hyper", "hyper_util"], &["web/"]),
    (&["futures_util"], &["objects/", "web/"]),
    (&["include_dir"], &["web/"]),
    (&["object_store", "reqwest", "rustls"], &["objects/"]),
    (&["base64"], &["output/"]),
    (&["askama"], &["output/", "web/page.rs"]),
    (&["schemars"], &["output/", "web/"]),
    (&["ort"], &["features/backend/native.rs"]),
    (&["rten"], &["features/backend/embedded.rs"]),
    (
        &["clap", "clap_complete", "clap_mangen"],
        &["cli.rs", "main.rs"],
    ),
    (&["anyhow"], &["main.rs", "opening.rs"]),
    (&["open"], &["main.rs"]),
    (&["indicatif"], &["watch.rs"]),
    (&["directories", "getrandom"], &["config.rs"]),
    (&["rusqlite"], &["features/cache/", "project/"]),
    (&["csv"], &["cohort/", "features/vectors/csv.rs"]),
    (&["safetensors"], &["features/vectors/safetensors.rs"]),
    (&["calamine"], &["cohort/table/workbook.rs"]),
    (
        &["zip"],
        &[
            "cohort/table/workbook.rs",
            "cohort/image/zipped.rs",
            "features/vectors/npz.rs",
            "bundle/",
        ],
    ),
    (&["chardetng"], &["cohort/table/encoding.rs"]),
    (
        &["image", "tiff", "weezl", "flate2", "fast_image_resize"],
        &["cohort/"],
    ),
    (&["zune_core", "zune_jpeg"], &["cohort/image/jpeg/mod.rs"]),
    (&["hayro_jpeg2000"], &["cohort/image/dicom/jpeg_2000.rs"]),
    (&["jpeg_decoder"], &["cohort/image/jpeg/other.rs"]),
    (&["jpeg_encoder"], &["cohort/image/encode.rs"]),
    (&["unicode_normalization", "strsim"], &["cohort/names.rs"]),
    (&["http"], &["cohort/derive.rs", "web/"]),
    (&["keshvar"], &["cohort/country.rs"]),
    (&["regex"], &["cohort/pattern.rs"]),
    (
        &["parquet"],
        &[
            "cohort/table/",
            "features/vectors/",
            "output/table/parquet.rs",
        ],
    ),
    (&["libc"], &["host/interrupt.rs", "host/trial.rs"]),
    (
        &["tokio", "tokio_util"],
        &[
            "web/",
            "memo.rs",
            "jobs/",
            "host/",
            "objects/store.rs",
            "main.rs",
        ],
    ),
    (
        &["serde_json"],
        &[
            "output/",
            "web/",
            "bundle/",
            "settings.rs",
            "features/",
            "cohort/table/",
            "objects/record.rs",
            "main.rs",
            "opening.rs",
        ],
    ),
    (
        &["std::fs"],
        &[
            "bundle/",
            "cohort/",
            "features/",
            "host/",
            "objects/",
            "project/",
        ],
    ),
    (
        &["std::net"],
        &[
            "config.rs",
            "health.rs",
            "host/processes.rs",
            "main.rs",
            "objects/tests.rs",
            "web/serve.rs",
        ],
    ),
    (&["std::process"], &["host/", "main.rs"]),
];

/// Files with code that the compiler does not check, how often, and why nothing else would do. What calls another language
/// is among it.
const UNSAFE: &[(&str, usize, &str)] = &[
    (
        "src/main.rs",
        1,
        "a variable of the environment, set before there is another thread",
    ),
    (
        "crates/host/src/interrupt.rs",
        1,
        "_exit ends the process beside threads that are at work, where exit would pull away what they use",
    ),
    (
        "crates/host/src/trial.rs",
        2,
        "setrlimit and prctl hold the process that tries a network out to memory, time and its parent",
    ),
];

/// What the numeric core never names.
const IMPURE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::time",
    "tokio",
    "serde",
    "serde_json",
    "schemars",
    "tracing",
];

/// What each place may name of ours beside itself: all that is before it on the way, and nothing
/// that is behind. Every file is in one row.
const OURS: &[(&str, &[&str])] = &[
    ("analysis/", &[]),
    ("host/", &[]),
    ("project/", &[]),
    ("objects/", &["host"]),
    ("cohort/", &["host"]),
    ("features/", &["host"]),
    ("settings.rs", &["analysis"]),
    ("version.rs", &["host"]),
    ("cli.rs", &["analysis", "version"]),
    ("bundle/", &["cohort"]),
    (
        "config.rs",
        &[
            "cli", "analysis", "bundle", "cohort", "features", "objects", "settings",
        ],
    ),
    ("health.rs", &["host", "cli", "config"]),
    ("doctor.rs", &["host", "features", "config"]),
    ("memo.rs", &[]),
    ("jobs/", &["analysis"]),
    (
        "pipeline/",
        &[
            "analysis", "bundle", "cohort", "features", "project", "memo", "jobs", "config",
            "settings",
        ],
    ),
    (
        "output/",
        &[
            "analysis", "bundle", "cohort", "features", "project", "jobs", "pipeline", "settings",
        ],
    ),
    (
        "web/",
        &[
            "analysis", "cohort", "features", "project", "memo", "jobs", "pipeline", "settings",
            "output",
        ],
    ),
    (
        "lib.rs",
        &[
            "analysis", "cohort", "features", "host", "objects", "project",
        ],
    ),
    ("watch.rs", &["jobs", "pipeline"]),
    (
        "opening.rs",
        &[
            "analysis", "bundle", "cohort", "host", "objects", "cli", "config", "jobs", "pipeline",
            "output", "watch",
        ],
    ),
    (
        "main.rs",
        &[
            "analysis", "bundle", "cohort", "features", "host", "cli", "config", "jobs",
            "pipeline", "settings", "output", "web", "health", "doctor", "opening", "watch",
        ],
    ),
];

const CRATES: [&str; 6] = [
    "analysis", "cohort", "features", "host", "objects", "project",
];

/// All of the project's code.
fn everything() -> &'static Source {
    static EVERYTHING: OnceLock<Source> = OnceLock::new();
    EVERYTHING.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut source = Source::default();
        for name in CRATES {
            let file = root.join("crates").join(name).join("src/lib.rs");
            source.read(&format!("negatoscope_{name}"), &file, &format!("{name}/"));
        }
        source.read("negatoscope", &root.join("src/lib.rs"), "");
        source.read("negatoscope_main", &root.join("src/main.rs"), "");
        source
    })
}

const NOTHING: [String; 0] = [];

#[test]
fn code_that_the_compiler_does_not_check_is_in_its_files_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [
        "src",
        "crates",
        "tests",
        "benches",
        "fuzz/src",
        "fuzz/targets",
    ];
    let mut found = Vec::new();
    for path in folders
        .iter()
        .flat_map(|folder| unchecked::files(&root.join(folder)))
    {
        let text = std::fs::read_to_string(&path).unwrap();
        let n_unsafe = unchecked::count(text.parse().unwrap());
        if n_unsafe > 0 {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            found.push((name, n_unsafe));
        }
    }
    found.sort();
    let mut allowed: Vec<(String, usize)> = UNSAFE
        .iter()
        .map(|(file, n_unsafe, _)| ((*file).to_owned(), *n_unsafe))
        .collect();
    allowed.sort();
    assert_eq!(found, allowed);
    assert!(UNSAFE.iter().all(|(_, _, reason)| reason.len() > 20));
}

#[test]
fn each_library_is_named_in_its_place() {
    for (words, allowed) in LIBRARIES {
        assert_eq!(trespasses(everything(), words, allowed), NOTHING);
    }
}

#[test]
fn the_numeric_core_is_pure() {
    let others: Vec<&str> = OURS.iter().map(|(place, _)| *place).collect();
    let others: Vec<&str> = others.into_iter().filter(|p| *p != "analysis/").collect();
    assert_eq!(trespasses(everything(), IMPURE, &others), NOTHING);
}

#[test]
fn nobody_calls_back_up_the_line() {
    assert_eq!(calls_back(everything(), OURS), NOTHING);
}

/// A folder's door may name its parts and they may name it, since parameters and errors stand at the
/// door of what checks and returns them. All other ways go in one direction.
#[test]
fn no_files_name_each_other_in_a_circle() {
    let edges = circles::edges(everything());
    let edges = circles::without_doors(everything(), &edges);
    assert_eq!(circles::circles(&edges), Vec::default());
}

/// Every file of the folders is reached from a crate's root, so that none goes unread.
#[test]
fn every_file_is_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![(root.join("src"), String::new())];
    folders.extend(CRATES.map(|name| {
        (
            root.join("crates").join(name).join("src"),
            format!("{name}/"),
        )
    }));
    let mut n_files = 0;
    while let Some((folder, place)) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if path.is_dir() {
                folders.push((path.clone(), format!("{place}{name}/")));
            } else if name.ends_with(".rs") {
                n_files += 1;
                let place = format!("{place}{name}");
                assert!(
                    everything().files.contains(&place),
                    "no mod leads to {place}"
                );
            }
        }
    }
    assert_eq!(n_files, everything().files.len());
}
