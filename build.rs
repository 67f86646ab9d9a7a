//! The commit for `--version`: that of the clone that a release is built from, unless whoever builds says it.

use std::env;
use std::process::Command;

const NAME: &str = "NEGATOSCOPE_COMMIT";

fn main() {
    println!("cargo::rerun-if-env-changed={NAME}");
    // What is built all day does not begin anew with every commit.
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let is_said = env::var(NAME).is_ok_and(|commit| !commit.is_empty());
    if !is_release || is_said {
        return;
    }
    // Sources that lie in a clone of something else are no commit of it.
    if git(&["rev-parse", "--show-prefix"]).as_deref() != Some("") {
        return;
    }
    for file in ["HEAD", "logs/HEAD"] {
        if let Some(path) = git(&["rev-parse", "--git-path", file]) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    for folder in ["src", "crates", "static", "templates", "models"] {
        println!("cargo::rerun-if-changed={folder}");
    }
    if let Some(commit) = git(&[
        "describe",
        "--always",
        "--abbrev=40",
        "--exclude=*",
        "--dirty=, changed",
    ]) {
        println!("cargo::rustc-env={NAME}={commit}");
    }
}

/// What git says, if there is a git and a clone.
fn git(args: &[&str]) -> Option<String> {
    let out = Command::new("git").args(args).output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    out.status.success().then(|| text.trim().to_owned())
}
