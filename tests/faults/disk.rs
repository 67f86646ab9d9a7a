//! A cache on a disk that is full, may not be written, or goes away. The disk is one of its own, in memory, which
//! nobody else sees: `unshare` makes it, also for who is not root.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Dice, cohort, embedded, said};
use crate::support::Server;

/// Runs the program with a cache on a disk of `kilobytes`; `before` is done to the disk, which is called `$D`, first.
fn embedded_on(images: &Path, kilobytes: u32, before: &str) -> (Vec<u8>, String) {
    let scratch = tempfile::tempdir().unwrap();
    let (disk, out) = (scratch.path().join("disk"), scratch.path().join("out.npy"));
    fs::create_dir(&disk).unwrap();
    let script = format!(
        r#"set -e; mount -t tmpfs -o size={kilobytes}k none "$D"; {before}; exec "$BIN" embed "$IN" -o "$OUT" --cache-dir "$D/cache""#
    );
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
    command
        .env("D", &disk)
        .env("BIN", env!("CARGO_BIN_EXE_negatoscope"));
    command
        .env("IN", images)
        .env("OUT", &out)
        .stdin(Stdio::null());
    let told = said(&command.output().unwrap());
    (fs::read(out).unwrap(), told)
}

/// Containers commonly forbid it.
fn may_mount() -> bool {
    let inside = ["--user", "--map-root-user", "--mount", "true"];
    let can = Command::new("unshare").args(inside).output();
    can.is_ok_and(|output| output.status.success())
}

#[test]
fn a_full_a_read_only_and_a_vanished_disk_cost_the_cache_alone() {
    if !may_mount() {
        eprintln!("left out: unshare may make no disk here");
        return;
    }
    let images = tempfile::tempdir().unwrap();
    cohort(images.path(), 80);
    let scratch = tempfile::tempdir().unwrap();
    let (wanted, _) = embedded(images.path(), &scratch.path().join("cache"));
    let copied = scratch.path().join("cache").display().to_string();
    let before = [
        (
            "full from the start",
            64,
            "head -c 60000 /dev/zero > \"$D/other\"".to_owned(),
        ),
        ("full on the way", 400, "true".to_owned()),
        (
            "read-only and empty",
            4000,
            "mount -o remount,ro \"$D\"".to_owned(),
        ),
        (
            "read-only with a cache",
            40_000,
            format!("cp -r \"{copied}\" \"$D/cache\"; mount -o remount,ro \"$D\""),
        ),
    ];
    for (what, kilobytes, before) in before {
        let (found, told) = embedded_on(images.path(), kilobytes, &before);
        assert_eq!(found, wanted, "{what}: {told}");
        let warnings: Vec<&str> = told
            .lines()
            .filter(|line| line.contains(" WARN "))
            .collect();
        eprintln!(
            "a disk that is {what}: the same vectors, and {} sentences: {warnings:#?}",
            warnings.len()
        );
        assert_eq!(warnings.len(), 1, "{what}: {told}");
        assert!(warnings[0].contains("cache"), "{told}");
        let is_read = warnings[0].contains("can be read and not written");
        assert_eq!(is_read, what.ends_with("with a cache"), "{told}");
    }
}

#[test]
fn a_cache_that_is_deleted_under_a_server_costs_the_cache_alone() {
    let images = tempfile::tempdir().unwrap();
    cohort(images.path(), 80);
    let scratch = tempfile::tempdir().unwrap();
    let (wanted, _) = embedded(images.path(), &scratch.path().join("alone"));
    let mut dice = Dice(3);
    let cache = scratch.path().join("cache");
    let args = [
        images.path().to_str().unwrap(),
        "--cache-dir",
        cache.to_str().unwrap(),
    ];
    let server = Server::start(&args);
    while server.get("/api/cohort").json()["progress"]["done"].as_i64()
        < Some(5 + dice.below(20) as i64)
    {}
    fs::remove_dir_all(&cache).unwrap();
    let server = server.ready();
    for path in [
        "/api/atlas/0",
        "/api/clusters",
        "/api/verdict?effort=first",
        "/healthz",
    ] {
        assert_eq!(server.get(path).status, 200, "{path}: {}", server.log());
    }
    server.terminate();
    let (again, told) = embedded(images.path(), &cache);
    assert_eq!(again, wanted);
    assert!(!told.contains(" WARN "), "{told}");
    eprintln!(
        "a cache that was deleted at work: every answer came, and the next start makes the same vectors"
    );
}
