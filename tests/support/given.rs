//! What a test needs from outside of the repository.

use std::path::PathBuf;

/// The path that a variable of the environment names, or `None` with a word on stderr; CI insists on
/// it. `what` is said to be missing.
pub fn named_by(variable: &str, what: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    if path.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI must set {variable}");
        eprintln!("skipped: {variable} names no {what}");
    }
    path
}

/// The folder of real X-rays.
pub fn real_cohort() -> Option<PathBuf> {
    named_by("NEGATOSCOPE_TEST_COHORT", "folder of real X-rays")
}
