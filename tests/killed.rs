//! What the real binary keeps when it is killed, and how it goes on when others stand in its way.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.
#![cfg(unix)]

mod support;

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use negatoscope::features::cache::Cache;
use rusqlite::Connection;
use support::{Server, binary};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy");

/// Pictures of which each is a file of its own and takes its time.
fn cohort(folder: &Path, n: u32) {
    for index in 0..n {
        let level = |x: u32, y: u32| image::Luma([(x * 7 + y * y + index * 13) as u8]);
        let picture = image::GrayImage::from_fn(600, 600, level);
        picture
            .save(folder.join(format!("{index:03}.png")))
            .unwrap();
    }
}

fn kept(cache: &Path) -> i64 {
    let connection = Connection::open(cache.join("features.sqlite3")).unwrap();
    let count = connection.query_row("SELECT count(*) FROM features", [], |row| row.get(0));
    count.unwrap()
}

/// Whoever is told that an image is done finds it kept, whatever happens next.
#[test]
fn an_image_that_is_said_to_be_done_is_kept_in_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    cohort(folder.path(), 120);
    let cache = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let mut rounds = 0;
    for wanted in [3, 20, 45, 70] {
        let args = [
            folder,
            "--cache-dir",
            cache.path().to_str().unwrap(),
            "--threads",
            "2",
        ];
        let server = Server::start(&args);
        let deadline = Instant::now() + Duration::from_secs(60);
        let done = loop {
            assert!(Instant::now() < deadline, "{wanted} images are never done");
            let cohort = server.get("/api/cohort").json();
            if cohort["state"] == "ready" {
                break None;
            }
            let done = cohort["progress"]["done"].as_i64().unwrap();
            if done >= wanted {
                break Some(done);
            }
        };
        let Some(done) = done else { break };
        server.kill();
        assert!(
            kept(cache.path()) >= done,
            "{done} were done, {} are kept",
            kept(cache.path())
        );
        rounds += 1;
    }
    assert!(rounds > 1, "it was never killed at work");
}

/// The entries of the cache by their place in its file, which is another one for what is written again.
fn entries(cache: &Path) -> Vec<(i64, Vec<u8>)> {
    let Ok(connection) = Connection::open(cache.join("features.sqlite3")) else {
        return Vec::new();
    };
    let Ok(mut statement) = connection.prepare("SELECT rowid, image FROM features ORDER BY rowid")
    else {
        return Vec::new(); // Killed before there was a table.
    };
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

/// Twenty times in a row, each time a little further on.
#[test]
fn what_was_kept_is_not_computed_again_after_twenty_kills() {
    const KILLS: usize = 20;
    let folder = tempfile::tempdir().unwrap();
    cohort(folder.path(), 120);
    let embed = |cache: &Path, out: &Path| {
        let mut command = binary();
        command.arg("embed").arg(folder.path()).arg("-o").arg(out);
        command
            .arg("--cache-dir")
            .arg(cache)
            .args(["--threads", "2"]);
        command.stderr(Stdio::null());
        command
    };
    let scratch = tempfile::tempdir().unwrap();
    let [calm, killed] = ["calm", "killed"].map(|name| scratch.path().join(name));
    let [calm_out, killed_out] = ["calm.npy", "killed.npy"].map(|name| scratch.path().join(name));
    assert!(embed(&calm, &calm_out).status().unwrap().success());

    let mut before = Vec::new();
    for kill in 0..KILLS {
        let wanted = before.len() + 1 + kill % 5;
        let mut child = embed(&killed, &killed_out).spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(60);
        while entries(&killed).len() < wanted {
            assert!(Instant::now() < deadline, "{wanted} images are never kept");
            assert!(
                child.try_wait().unwrap().is_none(),
                "it was done before kill {kill}"
            );
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let after = entries(&killed);
        assert!(
            after.starts_with(&before),
            "kill {kill}: what was kept is gone or written again"
        );
        before = after;
    }
    assert!(!killed_out.exists(), "no half file");
    assert!(embed(&killed, &killed_out).status().unwrap().success());
    let after = entries(&killed);
    assert!(after.starts_with(&before));
    assert_eq!(after.len(), 120, "each image once");
    let same = std::fs::read(&calm_out).unwrap() == std::fs::read(&killed_out).unwrap();
    assert!(same, "the vectors are those of a run that nobody disturbed");
    eprintln!(
        "{KILLS} kills: {} of 120 images were kept before the last run, none was computed twice, and all vectors are \
         those of an undisturbed run, to the bit",
        before.len()
    );
}

#[test]
fn another_program_that_holds_the_cache_costs_no_image_and_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    cohort(folder.path(), 40);
    let cache = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.npy");
    let run = || {
        let mut command = binary();
        command.arg("embed").arg(folder.path()).arg("-o").arg(&out);
        command
            .arg("--cache-dir")
            .arg(cache.path())
            .stderr(Stdio::piped());
        command.output().unwrap()
    };
    drop(Cache::open(cache.path()).unwrap());
    let held = Connection::open(cache.path().join("features.sqlite3")).unwrap();
    held.execute_batch("BEGIN IMMEDIATE").unwrap();
    let started = Instant::now();
    let first = run();
    let took = started.elapsed();
    let told = String::from_utf8_lossy(&first.stderr);
    assert!(first.status.success(), "{told}");
    assert_eq!(told.matches("does not let go of it").count(), 1, "{told}");
    assert!(took < Duration::from_secs(40), "{took:?}");
    let without = std::fs::read(&out).unwrap();
    held.execute_batch("COMMIT").unwrap();
    let second = run();
    let told = String::from_utf8_lossy(&second.stderr);
    assert!(!told.contains("let go"), "{told}");
    assert_eq!(std::fs::read(&out).unwrap(), without, "the same bytes");
    assert_eq!(kept(cache.path()), 40);
}

/// Whoever writes into the project of a cohort and does not end keeps nobody waiting but those who write there, too.
#[test]
fn another_program_that_holds_the_project_keeps_no_other_answer_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("kept.negatoscope");
    let args = ["--features", GOLDEN, "--project", project.to_str().unwrap()];
    let server = Server::start(&args).ready();
    let headers = [("Content-Type", "application/json")];
    let note = r#"{"body":{"images":["5"],"note":"a"}}"#;
    let put = server.ask("PUT", "/api/project/note/5", note, &headers);
    assert_eq!(put.status, 200, "{}", put.json());
    let held = Connection::open(&project).unwrap();
    held.execute_batch("BEGIN EXCLUSIVE").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| server.get("/api/looks"));
        }
        std::thread::sleep(Duration::from_millis(200));
        let longest = (0..20).map(|_| {
            let asked = Instant::now();
            assert_eq!(server.get("/healthz").status, 200);
            std::thread::sleep(Duration::from_millis(100));
            asked.elapsed()
        });
        let longest = longest.max().unwrap();
        held.execute_batch("COMMIT").unwrap();
        assert!(longest < Duration::from_secs(1), "{longest:?}");
    });
}
