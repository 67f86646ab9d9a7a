//! How far a job says that it is, sampled while it runs.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;
#[cfg(target_os = "linux")]
#[path = "support/usage.rs"]
mod usage;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::Server;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy");

/// Every kind of job, with what it is asked and the units that it consists of.
fn kinds() -> Vec<(&'static str, Value, u64)> {
    let perplexities = json!({"start": 5.0, "stop": 61.0, "step": 4.0});
    let compare = |seed: u64| json!({"n_surrogates": 9, "perplexity": perplexities, "seed": seed});
    vec![
        ("search", json!({"perplexity": perplexities}), 14 * 285),
        ("null", compare(1), 10),
        ("stability", json!({"n_runs": 12, "max_iter": 5000}), 2 * 12),
        ("stability", json!({"n_runs": 400, "method": "pca"}), 400),
        (
            "report",
            // Another null than the one that is known already, which would not be made again.
            json!({"stability": {"n_runs": 6}, "null": (compare(2))}),
            1 + (100 + 99 + 1) + 2 * 6 + 10 * 14,
        ),
    ]
}

/// What a job says of itself, from its start to its end.
fn said(server: &Server, kind: &str, body: &Value) -> Vec<Value> {
    let headers = [("Content-Type", "application/json")];
    let path = format!("/api/{kind}");
    let started = server.ask("POST", &path, &body.to_string(), &headers);
    assert_eq!(started.status, 202, "{kind}: {}", started.json());
    let id = started.json()["id"].as_str().unwrap().to_owned();
    let deadline = Instant::now() + Duration::from_secs(300);
    let mut said = Vec::new();
    loop {
        let now = server.get(&format!("/api/jobs/{id}")).json();
        let ended = !["queued", "running"].contains(&now["state"].as_str().unwrap());
        said.push(now);
        if ended {
            return said;
        }
        assert!(Instant::now() < deadline, "{kind} never ended");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Times that are told are of a machine that does nothing else for these tests.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn no_job_is_done_before_it_ends() {
    let _alone = alone();
    let server = Server::start(&["--features", GOLDEN]).ready();
    for (kind, body, total) in kinds() {
        let said = said(&server, kind, &body);
        let about = |now: &Value| {
            let words = ["state", "done", "total", "eta_ms", "error"];
            let told: Vec<_> = words.iter().map(|word| now[word].to_string()).collect();
            format!("{kind} {body}: {}", told.join(" "))
        };
        let done = |now: &Value| now["done"].as_u64().unwrap();
        let (last, going) = said.split_last().unwrap();
        assert_eq!(last["state"], "done", "{}", about(last));
        assert_eq!(done(last), total, "{}", about(last));
        assert!(last["eta_ms"].is_null(), "{}", about(last));
        for now in going {
            assert_eq!(now["total"], total, "{}", about(now));
            assert!(done(now) < total, "{}", about(now));
            // Some time is left as long as it runs; it is known by a part of the first unit, and not before.
            let eta = now["eta_ms"].as_f64();
            assert!(eta.is_some() || done(now) == 0, "{}", about(now));
            assert!(eta.is_none() || now["state"] == "running", "{}", about(now));
            assert!(eta.is_none_or(|eta| eta > 0.0), "{}", about(now));
        }
        assert!(said.is_sorted_by_key(done), "{kind} {body}");
        let mut seen: Vec<u64> = going.iter().map(done).collect();
        seen.dedup();
        assert!(seen.len() > 2, "{kind} {body} was seen at {seen:?} alone");
    }
}

/// A null of 2,000 images takes the better part of an hour, and its first map seconds: how long it takes is told while
/// that forms.
#[cfg(target_os = "linux")]
#[test]
fn a_null_of_many_images_soon_tells_its_time() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let vectors = support::many_vectors(folder.path(), 64);
    let server =
        Server::start(&["--features", vectors.to_str().unwrap(), "--threads", "2"]).ready();
    let ticks = || usage::usage(server.process()).ticks;
    let headers = [("Content-Type", "application/json")];
    let (asked, before) = (Instant::now(), ticks());
    let started = server.ask("POST", "/api/null", "{}", &headers);
    assert_eq!(started.status, 202, "{}", started.json());
    let path = format!("/api/jobs/{}", started.json()["id"].as_str().unwrap());
    let told = loop {
        let job = server.get(&path).json();
        if job["eta_ms"].is_number() {
            break job["eta_ms"].as_f64().unwrap();
        }
        assert!(asked.elapsed() < Duration::from_secs(60), "{job}");
        std::thread::sleep(Duration::from_millis(5));
    };
    let (took, seconds) = (asked.elapsed(), (ticks() - before) as f64 / 100.0);
    // Whether it was near the truth shows later: what is told then is held against it.
    std::thread::sleep(Duration::from_secs(12));
    let later = server.get(&path).json()["eta_ms"].as_f64().unwrap();
    server.ask("DELETE", &path, "", &[]);
    eprintln!(
        "a null of 2,000 images told its time, {:.0} min, after {took:.2?} and {seconds:.2} s of computing; {:.0} min 12 s later",
        told / 6e4,
        later / 6e4
    );
    assert!(seconds < 2.0, "{seconds} s of computing");
    assert!(
        told / 4.0 < later && later / 4.0 < told,
        "{told} and {later} ms"
    );
}
