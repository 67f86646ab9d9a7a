//! What fuzzing has found, replayed: whatever bytes others write, they are read or refused.

#[path = "../fuzz/src/targets.rs"]
mod targets;

use std::path::Path;

use targets::TARGETS;

#[test]
fn every_kept_input_is_read_or_refused() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, target) in TARGETS {
        let files = std::fs::read_dir(corpus.join(name)).unwrap();
        let mut n_files = 0;
        for file in files {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let outcome = std::panic::catch_unwind(|| target(&bytes));
            assert!(outcome.is_ok(), "{}", path.display());
            n_files += 1;
        }
        assert!(n_files > 5, "{name} has {n_files} inputs");
    }
}

#[test]
fn every_target_is_one_that_cargo_fuzz_runs() {
    let manifest = include_str!("../fuzz/Cargo.toml");
    for (name, _) in TARGETS {
        assert!(
            manifest.contains(&format!("path = \"targets/{name}.rs\"")),
            "{name}"
        );
    }
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
}
