//! How the real binary ends: at a signal, at a place that it cannot write to, and what it says of
//! names that would be obeyed.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.
#![cfg(unix)]

mod support;

use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::binary;

/// Drawn pictures that take their time: many, and each of them large.
fn cohort(folder: &Path) {
    let first = folder.join("000.png");
    let picture = image::GrayImage::from_fn(900, 900, |x, y| image::Luma([(x * 7 + y * y) as u8]));
    picture.save(&first).unwrap();
    for index in 1..400 {
        let mut bytes = std::fs::read(&first).unwrap();
        // Behind the end of the picture: another file, the same pixels.
        bytes.extend(format!("{index}").bytes());
        std::fs::write(folder.join(format!("{index:03}.png")), bytes).unwrap();
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect()
}

#[test]
fn every_mode_ends_at_a_signal_and_leaves_nothing_half() {
    let (cohort_folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    cohort(cohort_folder.path());
    let folder = cohort_folder.path().to_str().unwrap();
    let place = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let (vectors, report, demo) = (place("a.npy"), place("a.html"), place("demo"));
    let modes: [&[&str]; 4] = [
        &["embed", folder, "-o", &vectors],
        &["search", folder],
        &["report", folder, "-o", &report],
        &["demo", &demo],
    ];
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        for args in modes {
            for wait in [0, 60, 400] {
                let cache = tempfile::tempdir().unwrap();
                let mut command = binary();
                command
                    .args(args)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null());
                if args[0] != "demo" {
                    command.arg("--cache-dir").arg(cache.path());
                }
                let mut child = command.spawn().unwrap();
                heard(child.id());
                std::thread::sleep(Duration::from_millis(wait));
                let started = Instant::now();
                let sent = Command::new("kill")
                    .arg(format!("-{signal}"))
                    .arg(child.id().to_string())
                    .status();
                assert!(sent.unwrap().success());
                let status = child.wait().unwrap();
                let took = started.elapsed();
                // By its own exit code, as it would as the first process of a container too.
                assert_eq!(
                    (status.code(), status.signal()),
                    (Some(code), None),
                    "{args:?} after {wait} ms"
                );
                assert!(took < Duration::from_secs(2), "{args:?} took {took:?}");
                assert_eq!(names(out.path()), [""; 0], "{args:?} after {wait} ms");
            }
        }
    }
}

/// Waits until a process handles SIGINT and SIGTERM.
fn heard(process: u32) {
    for _ in 0..2000 {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = u64::from_str_radix(caught.unwrap_or("0").trim(), 16).unwrap();
        if caught & (1 << 1) != 0 && caught & (1 << 14) != 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("no handler was there after two seconds");
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("old.html"), "old").unwrap();
    for (mode, name) in [("embed", "none/a.npy"), ("report", "none/a.html")] {
        let started = Instant::now();
        let out = binary()
            .arg(mode)
            .arg("-o")
            .arg(folder.path().join(name))
            .output()
            .unwrap();
        let text = String::from_utf8(out.stderr).unwrap();
        assert_eq!(out.status.code(), Some(1), "{text}");
        assert!(text.contains("does not exist: make it"), "{text}");
        assert!(
            started.elapsed() < Duration::from_secs(3),
            "{mode} worked first"
        );
    }
    // Work that fails leaves what was there.
    let out = binary()
        .args(["report", "--perplexity", "5000", "--null", "0", "-o"])
        .arg(folder.path().join("old.html"))
        .output();
    assert!(!out.unwrap().status.success());
    assert_eq!(names(folder.path()), ["old.html"]);
    assert_eq!(
        std::fs::read(folder.path().join("old.html")).unwrap(),
        b"old"
    );
}

#[test]
fn names_of_files_forge_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let name = "x\n2026-01-01T00:00:00Z ERROR forged\x1b]0;owned\x07\u{9b}31m\u{202e}.png";
    std::fs::write(folder.path().join(name), "no picture").unwrap();
    for index in 0..6 {
        let path = folder.path().join(format!("{index}.png"));
        image::GrayImage::from_fn(64, 64, |x, y| image::Luma([(x * index + y) as u8]))
            .save(path)
            .unwrap();
    }
    let odd = folder.path().join(format!("odd {name}"));
    for args in [
        vec!["embed".as_ref(), folder.path().as_os_str(), "-o".as_ref()],
        vec!["layers".as_ref(), odd.as_os_str()],
        vec!["search".as_ref(), odd.as_os_str()],
        // One cohort too many, which clap repeats.
        vec!["search".as_ref(), odd.as_os_str(), odd.as_os_str()],
    ] {
        let mut command = binary();
        command.args(&args);
        if args[0] == "embed" {
            command.arg(folder.path().join("out.npy"));
        }
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut text, mut more) = (String::new(), String::new());
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut more)
            .unwrap();
        child.wait().unwrap();
        text += &more;
        assert!(text.contains("forged"), "{args:?}: {text}");
        let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(obeyed), "{args:?}: {text:?}");
        assert!(
            text.lines()
                .all(|line| !line.starts_with("2026-01-01T00:00:00Z")),
            "{args:?}: {text}"
        );
    }
}
