//! Mixed work for a long time: what a server takes does not grow. `NEGATOSCOPE_SOAK=SECONDS` says how long; the checks
//! run it short, and docs/reliability.md has what came of a long one.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.
#![cfg(target_os = "linux")] // Where a process can be asked what it takes.

#[path = "support/dice.rs"]
mod dice;
mod support;
#[path = "support/usage.rs"]
mod usage;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use dice::Dice;
use serde_json::json;
use support::Server;
use usage::{Usage, usage};

/// Time between two looks at what the server takes.
const LOOK: Duration = Duration::from_millis(250);

const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

/// One of 8,800 settings: more than a server remembers.
fn setting(dice: &mut Dice) -> String {
    let (perplexity, eps) = (5 + dice.below(55), 0.2 + 0.05 * dice.below(20) as f64);
    format!(
        "perplexity={perplexity}&eps={eps:.2}&min_samples={}",
        3 + dice.below(8)
    )
}

/// What one kind of client does, over and over.
type Work = fn(&Server, &[String], &mut Dice);

const WORK: [(&str, Work); 7] = [
    ("sliders", slider),
    ("sliders that leave", slider_that_leaves),
    ("verdicts", verdict),
    ("jobs that are taken back", job),
    ("exports", export),
    ("pictures", picture),
    ("notes", note),
];

fn get(server: &Server, path: &str) {
    let answer = server.get(path);
    assert_eq!(
        answer.status,
        200,
        "{path}: {}",
        String::from_utf8_lossy(&answer.body)
    );
}

fn slider(server: &Server, _: &[String], dice: &mut Dice) {
    get(
        server,
        &format!("/api/setting?{}&parts=map,clusters", setting(dice)),
    );
}

fn slider_that_leaves(server: &Server, _: &[String], dice: &mut Dice) {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let asked = format!(
        "GET /api/setting?{}&parts=map,clusters HTTP/1.1\r\nHost: localhost\r\n\r\n",
        setting(dice)
    );
    stream.write_all(asked.as_bytes()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(1 + dice.below(60) as u64)))
        .unwrap();
    // What is there by then is read or not, and the client is gone.
    let _ = stream.read(&mut [0; 512]);
}

fn verdict(server: &Server, _: &[String], dice: &mut Dice) {
    get(
        server,
        &format!("/api/verdict?effort=first&{}", setting(dice)),
    );
}

fn job(server: &Server, _: &[String], dice: &mut Dice) {
    let kinds = [
        ("search", json!({ "max_iter": 300 + dice.below(5000) })),
        ("stability", json!({ "n_runs": 20 + dice.below(80) })),
        ("null", json!({ "n_surrogates": 5 + dice.below(20) })),
    ];
    let (kind, body) = &kinds[dice.below(kinds.len())];
    let started = server.ask("POST", &format!("/api/{kind}"), &body.to_string(), &JSON);
    assert_eq!(started.status, 202, "{kind}: {}", started.json());
    let id = started.json()["id"].as_str().unwrap().to_owned();
    std::thread::sleep(Duration::from_millis(dice.below(700) as u64));
    let taken_back = server.ask("DELETE", &format!("/api/jobs/{id}"), "", &[]);
    assert_eq!(taken_back.status, 200, "{kind}: {}", taken_back.json());
}

fn export(server: &Server, _: &[String], dice: &mut Dice) {
    let format = ["csv", "json", "parquet"][dice.below(3)];
    get(
        server,
        &format!("/api/export?{}&format={format}", setting(dice)),
    );
}

fn picture(server: &Server, ids: &[String], dice: &mut Dice) {
    let id = &ids[dice.below(ids.len())];
    let path = match dice.below(4) {
        0 => format!("/api/images/{id}"),
        1 => format!("/api/images/{id}/tensor.png"),
        2 => format!("/api/thumbnails/{id}?size={}", 64 << dice.below(4)),
        _ => "/api/atlas/0".to_owned(),
    };
    get(server, &path);
}

fn note(server: &Server, ids: &[String], dice: &mut Dice) {
    let id = &ids[dice.below(ids.len())];
    let body = json!({ "body": { "images": [id], "note": format!("{}", dice.below(1000)) } });
    let kept = server.ask(
        "PUT",
        &format!("/api/project/note/{id}"),
        &body.to_string(),
        &JSON,
    );
    assert_eq!(kept.status, 200, "{}", kept.json());
    get(server, "/api/project");
}

/// The median of what was seen.
fn median(seen: &[Usage], of: fn(&Usage) -> u64) -> u64 {
    let mut values: Vec<u64> = seen.iter().map(of).collect();
    values.sort_unstable();
    values[values.len() / 2]
}

#[test]
fn what_a_server_takes_does_not_grow_under_mixed_work() {
    let soak = std::env::var("NEGATOSCOPE_SOAK").unwrap_or_else(|_| "20".to_owned());
    let seconds: u64 = soak.parse().unwrap();
    let server = Server::start(&[]).ready();
    let cohort = server.get("/api/cohort").json();
    let records = cohort["records"].as_array().unwrap().iter();
    let ids: Vec<String> = records
        .map(|record| record["id"].as_str().unwrap().to_owned())
        .collect();
    // Each kind of work once, so that what stays for good is there.
    for (_, work) in WORK {
        work(&server, &ids, &mut Dice(1));
    }
    let before = usage(server.process());
    let counts = WORK.map(|_| AtomicUsize::new(0));
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut seen = Vec::new();
    std::thread::scope(|scope| {
        for (number, ((_, work), count)) in WORK.iter().zip(&counts).enumerate() {
            let (server, ids) = (&server, &ids);
            scope.spawn(move || {
                let mut dice = Dice(number as u64);
                while Instant::now() < until {
                    work(server, ids, &mut dice);
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while Instant::now() < until {
            seen.push(usage(server.process()));
            std::thread::sleep(LOOK);
        }
    });
    // Threads without work leave after ten seconds.
    let rested = Instant::now() + Duration::from_secs(30);
    let after = loop {
        let after = usage(server.process());
        let is_back = after.threads <= before.threads + 2 && after.files <= before.files + 2;
        if is_back || Instant::now() > rested {
            break after;
        }
        std::thread::sleep(LOOK);
    };
    let thirds: Vec<&[Usage]> = seen.chunks(seen.len().div_ceil(3)).collect();
    let [memory, threads, files] = [
        |seen: &Usage| seen.memory / 1024,
        |seen: &Usage| seen.threads,
        |seen: &Usage| seen.files,
    ]
    .map(|of| {
        thirds
            .iter()
            .map(|third| median(third, of))
            .collect::<Vec<u64>>()
    });
    for ((name, _), count) in WORK.iter().zip(&counts) {
        let count = count.load(Ordering::Relaxed);
        eprintln!("{count} {name}");
        assert!(count > 0, "nothing was done of {name}");
    }
    eprintln!(
        "{seconds} s, medians of the thirds: {memory:?} MB, {threads:?} threads, {files:?} files; at rest before {before:?}, \
         after {after:?}"
    );
    assert!(
        after.threads <= before.threads + 2,
        "threads stay: {before:?} {after:?}"
    );
    assert!(
        after.files <= before.files + 2,
        "files stay open: {before:?} {after:?}"
    );
    // The first third fills what is remembered.
    assert!(memory[2] <= memory[1] + 64, "memory grows: {memory:?} MB");
    assert!(
        threads[2] <= threads[1] + 8 && files[2] <= files[1] + 8,
        "{threads:?} {files:?}"
    );
}
