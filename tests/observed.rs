//! What a server says of itself while it runs: its log by the line, a request by its id, and numbers for a
//! program that watches it.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Answer, Server};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy");

/// The value of one line of `/metrics`.
fn value(metrics: &str, of: &str) -> Option<f64> {
    let found = metrics.lines().find_map(|line| line.strip_prefix(of))?;
    Some(found.trim().parse().unwrap())
}

fn id(answer: &Answer) -> &str {
    let ids = answer.headers.lines();
    let mut ids = ids.filter_map(|line| line.strip_prefix("x-request-id: "));
    let id = ids.next().unwrap();
    assert!(ids.next().is_none());
    id
}

#[test]
fn each_line_is_json_and_a_request_is_known_by_its_id_and_route_alone() {
    let args = ["--features", GOLDEN, "--log", "json"];
    let server = Server::start_with(&args, &[("NEGATOSCOPE_LOG", "debug")]).ready();
    let answers = [
        server.get("/api/clusters?method=pca&eps=0.5&min_samples=5"),
        server.get("/api/clusters?method=pca&eps=somebodys-name"),
        server.get("/somebodys-name"),
    ];
    let log = server.log();
    assert!(!log.contains("somebodys-name"), "{log}");
    let lines: Vec<Value> = (log.lines())
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect();
    assert!(lines.iter().any(|line| line["level"] == "INFO"), "{log}");
    let expected = [
        (200, "/api/clusters"),
        (400, "/api/clusters"),
        (404, "none"),
    ];
    for (answer, (status, route)) in answers.iter().zip(expected) {
        assert_eq!(answer.status, status);
        let of_it = (lines.iter()).filter(|line| line["span"]["id"] == id(answer));
        let answered: Vec<&Value> = of_it.filter(|line| line["message"] == "answered").collect();
        let [line] = answered[..] else {
            panic!("{} lines of {}", answered.len(), id(answer))
        };
        assert_eq!(line["status"], status);
        assert_eq!(line["span"]["route"], route);
        assert_eq!(line["span"]["method"], "GET");
        assert!(line["seconds"].as_f64().unwrap() < 60.0);
    }
    assert_ne!(id(&answers[0]), id(&answers[1]));
}

/// What threads say that compute for a request is as much about it as what is said while it is taken.
#[test]
fn what_computing_threads_say_has_the_id_of_the_request_that_asked() {
    let server = Server::start(&["--where", "pattern=lobar", "--log", "json"]).ready();
    let database = server.cache.path().join("features.sqlite3");
    let database = rusqlite::Connection::open(database).unwrap();
    // A request that cannot keep what it computed says so: in the atlas on a thread for each thumbnail, in the
    // verdict on a thread of the memo.
    database.execute("DELETE FROM images", []).unwrap();
    for path in ["/api/atlas/0", "/api/verdict?effort=first"] {
        database.execute_batch("BEGIN IMMEDIATE").unwrap();
        let n_lines = server.log().lines().count();
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}");
        let log = server.log();
        let told: Vec<Value> = (log.lines().skip(n_lines))
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let [told] = &told[..] else { panic!("{log}") };
        let message = told["message"].as_str().unwrap();
        assert!(message.contains("does not let go"), "{log}");
        assert_eq!(told["span"]["id"], id(&answer), "{path}");
        database.execute_batch("COMMIT").unwrap();
        // What can be kept again ends the silence.
        database.execute("DELETE FROM images", []).unwrap();
        let picture = server.get("/api/cohort").json()["records"][0]["id"].clone();
        let thumbnail = format!("/api/thumbnails/{}", picture.as_str().unwrap());
        assert_eq!(server.get(&thumbnail).status, 200);
    }
}

/// A job goes on after its request was answered, and is still about it.
#[test]
fn what_a_job_says_has_the_id_of_the_request_that_started_it() {
    let server = Server::start(&["--features", GOLDEN, "--log", "json"]).ready();
    let headers = [("Content-Type", "application/json")];
    let started = server.ask("POST", "/api/report", "{}", &headers);
    assert_eq!(started.status, 202, "{}", started.json());
    let deadline = Instant::now() + Duration::from_secs(60);
    let told = loop {
        let log = server.log();
        // The last line may be on its way.
        let mut lines = log
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let of_verdict = |line: &Value| {
            line["message"]
                .as_str()
                .unwrap()
                .starts_with("the verdict:")
        };
        if let Some(told) = lines.find(of_verdict) {
            break told;
        }
        assert!(Instant::now() < deadline, "{log}");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(told["span"]["id"], id(&started), "{told}");
}

#[test]
fn what_is_counted_is_told_where_it_was_asked_for() {
    let server = Server::start(&["--features", GOLDEN, "--metrics"]).ready();
    let told = || {
        let answer = server.get("/metrics");
        assert_eq!(answer.status, 200);
        assert!(
            answer.headers.contains("application/openmetrics-text"),
            "{}",
            answer.headers
        );
        String::from_utf8(answer.body).unwrap()
    };
    let path = "/api/clusters?method=pca&eps=0.5&min_samples=5";
    let count = |status: u16| {
        format!(
            "negatoscope_requests_total{{route=\"/api/clusters\",method=\"GET\",status=\"{status}\"}}"
        )
    };
    let before = told();
    assert_eq!(value(&before, &count(200)), None);
    assert_eq!(value(&before, "negatoscope_images"), Some(193.0));
    for _ in 0..3 {
        assert_eq!(server.get(path).status, 200);
    }
    assert_eq!(server.get("/api/clusters?eps=-1").status, 400);
    for method in ["BREW", "WHEN"] {
        assert_eq!(server.ask(method, path, "", &[]).status, 405);
    }
    let after = told();
    let other =
        "negatoscope_requests_total{route=\"/api/clusters\",method=\"other\",status=\"405\"}";
    assert_eq!(value(&after, other), Some(2.0));
    assert_eq!(value(&after, &count(200)), Some(3.0));
    assert_eq!(value(&after, &count(400)), Some(1.0));
    let timed = "negatoscope_request_seconds_count{route=\"/api/clusters\"}";
    assert_eq!(value(&after, timed), Some(6.0));
    assert_eq!(
        value(&after, "negatoscope_jobs{state=\"running\"}"),
        Some(0.0)
    );
    let computed = |text: &str| value(text, "negatoscope_computed_answers").unwrap();
    assert!(computed(&after) > computed(&before));
    if cfg!(target_os = "linux") {
        assert!(value(&after, "process_resident_memory_bytes").unwrap() > 1e6);
        assert!(value(&after, "process_open_fds").unwrap() > 3.0);
        assert!(value(&after, "process_threads").unwrap() > 1.0);
    }
    assert!(after.ends_with("# EOF\n"), "{after}");
}

#[test]
fn nothing_is_counted_aloud_unasked() {
    let server = Server::start(&["--features", GOLDEN]).ready();
    let answer = server.get("/metrics");
    assert_eq!(answer.status, 404);
    assert!(
        answer.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("--metrics")
    );
}
