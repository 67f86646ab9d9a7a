//! How the real binary ends: at a signal, at a place that it cannot write to, and what it says of
//! names that would be obeyed.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.
#![cfg(unix)]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use support::binary;

/// A second, and half a one for a machine that has other things to do.
const AT_ONCE: Duration = Duration::from_millis(1500);

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
    let bundle = place("a.negato");
    let modes: [&[&str]; 8] = [
        &["embed", folder, "-o", &vectors],
        &["search", folder],
        &["search", folder, "--null", "99"],
        &["report", folder, "-o", &report],
        &["verdict", folder],
        &["bake", folder, "-o", &bundle],
        &["doctor"],
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
                assert!(took < AT_ONCE, "{args:?} took {took:?}");
                assert_eq!(names(out.path()), [""; 0], "{args:?} after {wait} ms");
            }
        }
    }
}

/// Sends the signal, and gives how the process ends.
fn ended(child: &mut Child, process: u32, signal: &str) -> ExitStatus {
    let started = Instant::now();
    let sent = Command::new("kill")
        .arg(format!("-{signal}"))
        .arg(process.to_string())
        .status();
    assert!(sent.unwrap().success());
    let status = child.wait().unwrap();
    let took = started.elapsed();
    assert!(took < AT_ONCE, "it took {took:?}");
    status
}

#[test]
fn layers_end_at_a_signal_though_the_model_never_comes() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.onnx");
    // Nobody writes into it, so reading it waits for ever.
    let made = Command::new("mkfifo").arg(&model).status();
    assert!(made.unwrap().success());
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let mut child = binary().arg("layers").arg(&model).spawn().unwrap();
        heard(child.id());
        std::thread::sleep(Duration::from_millis(50));
        let process = child.id();
        let status = ended(&mut child, process, signal);
        assert_eq!(status.code(), Some(code), "{signal}");
    }
}

#[test]
fn a_server_ends_at_a_signal_while_it_prepares_features() {
    let folder = tempfile::tempdir().unwrap();
    cohort(folder.path());
    for (signal, wait) in [("TERM", 0), ("INT", 0), ("TERM", 300)] {
        let cache = tempfile::tempdir().unwrap();
        let mut child = binary()
            .arg(folder.path())
            .args(["--no-open", "--port", "0", "--cache-dir"])
            .arg(cache.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        assert!(line.starts_with("Listening on "), "{line}");
        std::thread::sleep(Duration::from_millis(wait));
        let process = child.id();
        let status = ended(&mut child, process, signal);
        assert_eq!(status.code(), Some(0), "{signal} after {wait} ms");
    }
}

/// From the moment at which signals are heard until it says where it listens, and after.
#[test]
fn a_server_ends_at_a_signal_while_it_opens() {
    let folder = tempfile::tempdir().unwrap();
    let rows = (0..60_000).map(|row| format!("{row}.png,p{},{}\n", row / 3, row % 90));
    let table = format!("filename,patientid,age\n{}", rows.collect::<String>());
    std::fs::write(folder.path().join("metadata.csv"), table).unwrap();
    let vectors = folder.path().join("vectors.npy");
    let value = |(row, column): (usize, usize)| ((row * 37 + column * 101) % 97) as f32;
    ndarray_npy::write_npy(
        &vectors,
        &ndarray::Array2::from_shape_fn((60_000, 4), value),
    )
    .unwrap();
    for (at, signal) in (0..20).zip(["TERM", "INT"].into_iter().cycle()) {
        let cache = tempfile::tempdir().unwrap();
        let mut child = binary()
            .arg(folder.path())
            .arg("--features")
            .arg(&vectors)
            .args(["--no-open", "--port", "0", "--cache-dir"])
            .arg(cache.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        heard(child.id());
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let is_open = at >= 16;
        if is_open {
            out.read_line(&mut String::new()).unwrap();
        } else {
            std::thread::sleep(Duration::from_millis(at * at * 4));
        }
        let process = child.id();
        let code = ended(&mut child, process, signal).code().unwrap();
        // Before there is a server it ends as every mode does, afterwards in peace.
        let expected: &[i32] = if is_open { &[0] } else { &[0, 130, 143] };
        assert!(expected.contains(&code), "{signal} in run {at}: {code}");
    }
}

#[test]
fn a_server_ends_at_a_signal_while_a_null_is_at_work() {
    let folder = tempfile::tempdir().unwrap();
    let vectors = support::many_vectors(folder.path(), 16);
    let server = support::Server::start(&["--features", vectors.to_str().unwrap()]).ready();
    let headers = [("Content-Type", "application/json")];
    let started = server.ask("POST", "/api/null", "{}", &headers);
    assert_eq!(started.status, 202, "{}", started.json());
    let path = format!("/api/jobs/{}", started.json()["id"].as_str().unwrap());
    while server.get(&path).json()["state"] != "running" {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_secs(1));
    let took = server.terminate();
    assert!(took < AT_ONCE, "it took {took:?}");
}

/// The first process of a container hears only what it has a handler for.
#[test]
fn every_mode_ends_as_the_first_process_too() {
    let inside = ["--user", "--map-root-user", "--pid", "--fork"];
    let can = Command::new("unshare").args(inside).arg("true").output();
    if !can.is_ok_and(|out| out.status.success()) {
        // Containers commonly forbid it, and so the machine of the checks may, too.
        eprintln!("left out: unshare may make no process namespace here");
        return;
    }
    let (cohort_folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    cohort(cohort_folder.path());
    let folder = cohort_folder.path().to_str().unwrap();
    let place = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let (vectors, report, demo) = (place("a.npy"), place("a.html"), place("demo"));
    let modes: [(&[&str], i32); 5] = [
        (&["embed", folder, "-o", &vectors], 143),
        (&["search", folder], 143),
        (&["report", folder, "-o", &report], 143),
        (&["demo", &demo], 143),
        (&[folder, "--no-open", "--port", "0"], 0),
    ];
    for (args, code) in modes {
        let cache = tempfile::tempdir().unwrap();
        let mut child = Command::new("unshare")
            .args(inside)
            .arg(binary().get_program())
            .args(args)
            .env("NEGATOSCOPE_CACHE_DIR", cache.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let first = only_child(child.id());
        heard(first);
        if code == 0 {
            let mut line = String::new();
            let mut out = BufReader::new(child.stdout.take().unwrap());
            out.read_line(&mut line).unwrap();
        }
        let status = ended(&mut child, first, "TERM");
        assert_eq!(status.code(), Some(code), "{args:?}");
        assert_eq!(names(out.path()), [""; 0], "{args:?}");
    }
}

/// The process that `parent` starts and waits for.
fn only_child(parent: u32) -> u32 {
    for _ in 0..2000 {
        let path = format!("/proc/{parent}/task/{parent}/children");
        let children = std::fs::read_to_string(path).unwrap_or_default();
        if let Some(child) = children.split_whitespace().next() {
            return child.parse().unwrap();
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("{parent} started nothing in two seconds");
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
