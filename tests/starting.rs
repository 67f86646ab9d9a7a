//! Every mode that serves listens at once, whatever it has to compute first; the demo is drawn at its first start alone.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.
#![cfg(target_os = "linux")] // Where a process can be asked how long it computed.

mod support;
#[path = "support/usage.rs"]
mod usage;

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use support::{Server, binary, real_cohort};

/// From the start to the line that says where it listens.
const AT_ONCE: Duration = Duration::from_millis(150);

/// The time from its start until a server listens, what it computed until then, and the time until it is ready.
fn started(args: &[&str], cache: &Path) -> [Duration; 3] {
    let args = [args, &["--cache-dir", cache.to_str().unwrap()]].concat();
    let started = Instant::now();
    let server = Server::start(&args);
    let listens = started.elapsed();
    let computed = Duration::from_millis(10 * usage::usage(server.process()).ticks);
    let server = server.ready();
    let ready = started.elapsed();
    server.terminate();
    [listens, computed, ready]
}

#[test]
fn the_demo_a_folder_a_bundle_and_vectors_listen_at_once() {
    let scratch = tempfile::tempdir().unwrap();
    let cache = scratch.path().join("cache");
    let place = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();
    let (bundle, vectors) = (place("demo.negatoscope"), place("demo.npy"));
    let first = started(&[], &cache);
    for (mode, out) in [("bake", &bundle), ("embed", &vectors)] {
        let mut made = binary();
        // A part of the cohort, since a bundle has verdicts in it, which take their time.
        made.args([mode, "--where", "pattern=lobar", "-o", out])
            .arg("--cache-dir")
            .arg(&cache)
            .stdout(Stdio::null());
        assert!(made.status().unwrap().success(), "{mode}");
    }
    let folder = real_cohort();
    let mut modes: Vec<(&str, Vec<&str>)> = vec![
        ("the demo, drawn before", vec![]),
        ("a bundle", vec![&bundle]),
        ("ready vectors", vec!["--features", &vectors]),
    ];
    if let Some(folder) = &folder {
        modes.push(("the folder of X-rays", vec![folder.to_str().unwrap()]));
    }
    let [listens, computed, ready] = first;
    eprintln!(
        "the demo, drawn: listens after {listens:.0?} ({computed:.0?} of computing), is ready after {ready:.0?}"
    );
    for (what, args) in &modes {
        let times: Vec<_> = (0..7).map(|_| started(args, &cache)).collect();
        let sorted = [0, 1, 2].map(|at| {
            let mut times: Vec<Duration> = times.iter().map(|times| times[at]).collect();
            times.sort();
            times
        });
        let [listens, computed, ready] = sorted.each_ref().map(|times| times[3]);
        eprintln!(
            "{what}: listens after {listens:.0?} ({computed:.0?} of computing), is ready after {ready:.0?} (medians of 7)"
        );
        // Others are at work beside the checks: the quickest start says what it takes.
        assert!(sorted[0][0] < AT_ONCE, "{what}: {times:?}");
        if args.is_empty() {
            assert!(
                sorted[2][0] < first[2] / 2,
                "it is drawn once: {first:?} {times:?}"
            );
        }
    }
}
