//! Every mode that serves listens at once, whatever it has to compute first; the demo is drawn at its first start alone.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use support::{Server, binary, real_cohort};

/// From the start to the line that says where it listens.
const AT_ONCE: Duration = Duration::from_millis(150);

/// The time from its start until a server listens, and until it is ready.
fn started(args: &[&str], cache: &Path) -> (Duration, Duration) {
    let args = [args, &["--cache-dir", cache.to_str().unwrap()]].concat();
    let started = Instant::now();
    let server = Server::start(&args);
    let listens = started.elapsed();
    let server = server.ready();
    let ready = started.elapsed();
    server.terminate();
    (listens, ready)
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
    eprintln!(
        "the demo, drawn: listens after {:.0?}, is ready after {:.0?}",
        first.0, first.1
    );
    let mut readiest = Duration::MAX;
    for (what, args) in &modes {
        let mut times: Vec<_> = (0..7).map(|_| started(args, &cache)).collect();
        times.sort();
        let (quickest, middle) = (times[0].0, times[3]);
        eprintln!(
            "{what}: listens after {:.0?}, is ready after {:.0?} (medians of 7)",
            middle.0, middle.1
        );
        // Others are at work beside the checks: the quickest start says what it takes.
        assert!(quickest < AT_ONCE, "{what}: {times:?}");
        if args.is_empty() {
            readiest = times.iter().map(|time| time.1).min().unwrap();
        }
    }
    assert!(
        readiest < first.1 / 2,
        "it is drawn once: {first:?} {readiest:?}"
    );
}
