//! A clock that is set back, before a start and under a server that runs: libfaketime tells the program the time.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::{cohort, picture};
use crate::support::Server;

const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// Says what time it is: so many days from now.
fn set(clock: &Path, days: i64) {
    fs::write(clock, format!("{days:+}d")).unwrap();
}

#[test]
fn a_clock_that_is_set_back_loses_nothing_and_hides_no_change() {
    if !Path::new(LIBRARY).exists() {
        assert!(std::env::var_os("CI").is_none(), "CI needs {LIBRARY}");
        eprintln!("skipped: there is no {LIBRARY}");
        return;
    }
    let images = tempfile::tempdir().unwrap();
    cohort(images.path(), 20);
    let scratch = tempfile::tempdir().unwrap();
    let [clock, cache, project] =
        ["clock", "cache", "kept.negatoscope"].map(|name| scratch.path().join(name));
    let args = [
        images.path().to_str().unwrap(),
        "--cache-dir",
        cache.to_str().unwrap(),
        "--project",
        project.to_str().unwrap(),
    ];
    let env = [
        ("LD_PRELOAD", LIBRARY),
        ("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap()),
        ("NEGATOSCOPE_LOG", "debug"),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];
    let headers = [("Content-Type", "application/json")];
    let put = |server: &Server, note: &str| {
        let id = server.get("/api/cohort").json()["records"][0]["id"].clone();
        let body = json!({ "body": { "images": [id], "note": note } }).to_string();
        let put = server.ask("PUT", "/api/project/note/5", &body, &headers);
        assert_eq!(put.status, 200, "{}", put.json());
        put.json()["item"].clone()
    };

    set(&clock, 400);
    let server = Server::start_with(&args, &env).ready();
    let map = |server: &Server| server.get("/api/projection").json()["coordinates"].to_string();
    let before = map(&server);
    let ahead = put(&server, "ahead");
    // The last line of the log says what time it is for the server.
    let year = |server: &Server| {
        server.get("/healthz");
        let log = server.log();
        log.lines().last().unwrap()[..4].parse::<u32>().unwrap()
    };
    let year_ahead = year(&server);
    // Back under the server, by a year and more.
    set(&clock, 0);
    let back = put(&server, "back");
    assert!(year_ahead > year(&server), "the clock was set");
    // A later change is not called an earlier one, whatever the clock says.
    assert!(
        ahead["time"].as_str() <= back["time"].as_str(),
        "{ahead} {back}"
    );
    assert!(
        ahead["revision"].as_u64() < back["revision"].as_u64(),
        "{ahead} {back}"
    );
    picture(900)
        .save(images.path().join("good0001.png"))
        .unwrap();
    let changed = server.get("/api/changed").json();
    assert_eq!(
        changed["changed"][0]["filename"], "good0001.png",
        "{changed}"
    );
    assert_eq!(server.get("/api/clusters").status, 200);
    picture(1).save(images.path().join("good0001.png")).unwrap();
    server.terminate();

    // And before the next start, to a time before all files.
    set(&clock, -20_000);
    let server = Server::start_with(&args, &env).ready();
    assert!(map(&server) == before, "another map");
    assert_eq!(server.get("/api/changed").json()["changed"], json!([]));
    let note = server.get("/api/project").json()["items"][0].clone();
    assert_eq!(note["body"]["note"], "back", "{note}");
    put(&server, "long ago");
    assert_eq!(
        server.get("/api/project").json()["items"][0]["body"]["note"],
        "long ago"
    );
    eprintln!(
        "the clock was 400 days ahead, then right, then 20,000 days back: the same map, every note, every change told"
    );
}
