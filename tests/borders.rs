//! The borders between the parts: dependencies run one way, and each outside library is named in
//! one place. ARCHITECTURE.md gives the reasons.

use std::fs;
use std::path::Path;

const PARTS: [&str; 4] = ["analysis", "cohort", "features", "host"];

/// Every Rust file of the project, with its place and its lines of code. The places of a crate
/// begin with its name, those of the binary's own library with none.
fn everything() -> Vec<(String, Vec<String>)> {
    let mut found = sources(&root().join("src"));
    for part in PARTS {
        found.extend(sources(&root().join("crates").join(part).join("src")));
    }
    found
}

/// Every Rust file under `folder`.
fn sources(folder: &Path) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("src/ is readable") {
        let path = entry.expect("src/ is readable").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source file is text");
            let code = |line: &&str| !line.trim_start().starts_with("//");
            found.push((
                relative(&path),
                text.lines().filter(code).map(str::to_owned).collect(),
            ));
        }
    }
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn relative(path: &Path) -> String {
    let path = path
        .strip_prefix(root())
        .expect("the file is the project's");
    let path = path.to_string_lossy().replace('\\', "/");
    match path.strip_prefix("crates/") {
        Some(part) => part.replacen("/src/", "/", 1),
        None => path.trim_start_matches("src/").to_owned(),
    }
}

/// Whether `line` names `word` as a path's first part, `word::…`, or imports it.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + word.len()..];
        !before.is_some_and(|c| c.is_alphanumeric() || "_:\"/.-".contains(c))
            && (after.starts_with("::") || after.starts_with(';') && line.contains("use "))
    })
}

/// Lines outside `allowed` (files, or folders ending in a slash) that name one of `words`.
fn trespasses(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let inside = |path: &str| {
        allowed
            .iter()
            .any(|place| path == *place || place.ends_with('/') && path.starts_with(place))
    };
    let mut found = Vec::new();
    for (path, lines) in everything().into_iter().filter(|(path, _)| !inside(path)) {
        for line in lines {
            for word in words.iter().filter(|word| names(&line, word)) {
                found.push(format!("{path} names {word}: {}", line.trim()));
            }
        }
    }
    found
}

#[test]
fn each_library_is_named_in_its_place() {
    for (words, allowed) in [
        (
            &["axum", "askama", "tower_http", "hyper", "hyper_util"][..],
            &["web/"][..],
        ),
        (&["ort"], &["features/backend/native.rs"]),
        (&["rten"], &["features/backend/embedded.rs"]),
        (&["clap"], &["cli.rs", "main.rs"]),
        (&["anyhow", "indicatif", "open"], &["main.rs"]),
        (&["rusqlite"], &["features/cache/", "features/cache.rs"]),
        (&["csv"], &["cohort/"]),
        (
            &["tokio"],
            &["web/", "memo.rs", "jobs.rs", "host/", "main.rs"],
        ),
        (
            &["serde_json"],
            &["web/", "features/", "cohort/table/", "main.rs"],
        ),
    ] {
        assert_eq!(trespasses(words, allowed), Vec::<String>::new());
    }
}

#[test]
fn the_numeric_core_is_pure() {
    let words = [
        "crate::cohort",
        "crate::features",
        "crate::pipeline",
        "crate::web",
        "crate::jobs",
        "crate::memo",
        "crate::cli",
        "crate::config",
        "std::env",
        "std::fs",
        "std::io",
        "std::net",
        "tokio",
        "serde",
        "serde_json",
        "tracing",
    ];
    for (path, lines) in everything() {
        if !path.starts_with("analysis/") {
            continue;
        }
        for line in &lines {
            for word in words {
                assert!(!names(line, word), "{path} names {word}: {line}");
            }
        }
    }
}

#[test]
fn nobody_calls_back_up_the_line() {
    for (part, above) in [
        (
            "cohort/",
            &[
                "crate::features",
                "crate::analysis",
                "crate::pipeline",
                "crate::web",
            ][..],
        ),
        (
            "features/",
            &[
                "crate::cohort",
                "crate::analysis",
                "crate::pipeline",
                "crate::web",
            ],
        ),
        (
            "pipeline/",
            &["crate::web", "crate::cli", "crate::config::cli"],
        ),
        (
            "memo.rs",
            &[
                "crate::pipeline",
                "crate::web",
                "crate::analysis",
                "crate::cohort",
            ],
        ),
        (
            "jobs.rs",
            &[
                "crate::pipeline",
                "crate::web",
                "crate::cohort",
                "crate::features",
            ],
        ),
    ] {
        for (path, lines) in everything() {
            if !path.starts_with(part) {
                continue;
            }
            for line in &lines {
                for word in above {
                    assert!(!names(line, word), "{path} names {word}: {line}");
                }
            }
        }
    }
}

#[test]
fn the_check_itself_can_fail() {
    assert!(names("use axum::Router;", "axum"));
    assert!(names("    let x = ort::init_from(p);", "ort"));
    assert!(names("use tokio;", "tokio"));
    assert!(!names("use crate::report::axum_like;", "axum"));
    assert!(!names("let sort = sort::by();", "ort"));
    assert!(!trespasses(&["axum"], &[]).is_empty());
}
