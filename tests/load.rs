//! Many hands on many sliders of one server: nobody gets another's answer or an error, and whoever asks whether it
//! is well hears at once. `NEGATOSCOPE_LOAD="CLIENTS SECONDS"` says how many and how long; docs/reliability.md has
//! what came of a hundred for a minute.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;
#[cfg(target_os = "linux")]
#[path = "support/usage.rs"]
mod usage;

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use support::Server;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy");

/// Time between two moves of a hand.
const MOVE: Duration = Duration::from_millis(50);

/// What costs next to nothing: whether it is well, a file of the page, the cohort, what a person made.
const CHEAP: [&str; 4] = [
    "/healthz",
    "/static/js/main.js",
    "/api/cohort",
    "/api/project",
];

/// What one hand saw.
#[derive(Default)]
struct Seen {
    n_moves: usize,
    /// Of the moves that were answered before the next one.
    took: Vec<Duration>,
    /// From the last move until all of its answer was there.
    rest: Duration,
    last: String,
    wrong: Option<String>,
}

/// What the page asks for at one move: the hand goes over perplexity and eps, each client's in its own way.
fn setting(client: usize, at: usize) -> String {
    let perplexity = 5 + (client * 7 + at / 3) % 55;
    let eps = 0.2 + 0.05 * ((client + at) % 20) as f64;
    format!("/api/setting?perplexity={perplexity}&eps={eps:.2}&min_samples=8&parts=map,clusters")
}

fn send(port: u16, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    stream
}

/// All of an answer, if it is there by then.
fn answer(mut stream: TcpStream, until: Instant) -> Option<String> {
    let mut raw = Vec::new();
    let mut piece = [0; 1 << 16];
    loop {
        let left = until.checked_duration_since(Instant::now())?;
        stream
            .set_read_timeout(Some(left.max(Duration::from_millis(1))))
            .unwrap();
        match stream.read(&mut piece) {
            Ok(0) => return Some(String::from_utf8_lossy(&raw).into_owned()),
            Ok(n) => raw.extend(&piece[..n]),
            Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {
                return None;
            }
            Err(error) => return Some(format!("no answer: {error}")),
        }
    }
}

/// The clusters in an answer, which say all of what was computed.
fn clusters(answer: &str) -> Option<&str> {
    let (_, rest) = answer.split_once("event: clusters")?;
    let labels = rest.split_once("\"labels\":[")?.1;
    labels.split_once(']').map(|(labels, _)| labels)
}

fn hand(port: u16, client: usize, seconds: u64) -> Seen {
    let mut seen = Seen::default();
    let started = Instant::now();
    loop {
        let next = started + MOVE * u32::try_from(seen.n_moves + 1).unwrap();
        let path = setting(client, seen.n_moves);
        let asked = Instant::now();
        seen.n_moves += 1;
        let is_last = started.elapsed() >= Duration::from_secs(seconds);
        let until = if is_last {
            asked + Duration::from_secs(120)
        } else {
            next
        };
        // Where it is not there by the next move, the question is taken back, as the page does.
        if let Some(answer) = answer(send(port, &path), until) {
            if !answer.starts_with("HTTP/1.1 200") || clusters(&answer).is_none() {
                seen.wrong = Some(answer.chars().take(400).collect());
                return seen;
            }
            seen.took.push(asked.elapsed());
            seen.last = clusters(&answer).unwrap_or_default().to_owned();
        }
        if is_last {
            seen.rest = asked.elapsed();
            return seen;
        }
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
}

/// Memory in use, in kilobytes; 0 where a process cannot be asked.
fn resident(server: &Server) -> u64 {
    #[cfg(target_os = "linux")]
    return usage::usage(server.process()).memory;
    #[cfg(not(target_os = "linux"))]
    {
        let _ = server;
        0
    }
}

fn sorted(mut took: Vec<Duration>) -> Vec<Duration> {
    took.sort();
    took
}

/// The percentile of what is sorted.
fn at(sorted: &[Duration], share: usize) -> Duration {
    sorted[(sorted.len() - 1) * share / 100]
}

#[test]
fn many_hands_on_sliders_get_their_own_answers() {
    let load = std::env::var("NEGATOSCOPE_LOAD").unwrap_or_else(|_| "8 3".to_owned());
    let (clients, seconds) = load.split_once(' ').unwrap();
    let (clients, seconds): (usize, u64) = (clients.parse().unwrap(), seconds.parse().unwrap());
    let server = Server::start(&["--features", GOLDEN]).ready();
    // What everybody asks first is remembered before the count begins.
    for path in CHEAP {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    let memory = resident(&server);
    let is_over = AtomicBool::new(false);
    let (seen, cheap) = std::thread::scope(|scope| {
        let port = server.port;
        let well = scope.spawn(|| {
            let mut cheap = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                for path in CHEAP {
                    let asked = Instant::now();
                    assert_eq!(server.get(path).status, 200, "{path}");
                    cheap.push(asked.elapsed());
                }
                std::thread::sleep(MOVE);
            }
            cheap
        });
        let hands: Vec<_> = (0..clients)
            .map(|client| scope.spawn(move || hand(port, client, seconds)))
            .collect();
        let seen: Vec<Seen> = hands.into_iter().map(|hand| hand.join().unwrap()).collect();
        is_over.store(true, Ordering::Relaxed);
        (seen, well.join().unwrap())
    });
    let growth = resident(&server).saturating_sub(memory);
    for (client, seen) in seen.iter().enumerate() {
        assert_eq!(seen.wrong, None, "client {client}");
        let alone = answer(
            send(server.port, &setting(client, seen.n_moves - 1)),
            Instant::now() + Duration::from_secs(60),
        );
        assert_eq!(
            clusters(&alone.unwrap()),
            Some(seen.last.as_str()),
            "client {client} got another's answer"
        );
    }
    let n_moves: usize = seen.iter().map(|seen| seen.n_moves).sum();
    let took = seen.iter().flat_map(|seen| seen.took.iter().copied());
    let took = sorted(took.collect());
    let cheap = sorted(cheap);
    let rest = seen.iter().map(|seen| seen.rest).max().unwrap();
    eprintln!(
        "{clients} clients, {seconds} s: {n_moves} moves, {} answered before the next one, of these {:?} (median), \
         {:?} (95th percentile); the last move of each answered after {rest:?} at most; {} cheap questions ({}) answered \
         after {:?} (median), {:?} (99th percentile), {:?} at most; memory grew by {} MB",
        took.len(),
        at(&took, 50),
        at(&took, 95),
        cheap.len(),
        CHEAP.join(", "),
        at(&cheap, 50),
        at(&cheap, 99),
        at(&cheap, 100),
        growth / 1024
    );
    assert!(
        took.len() >= clients,
        "nobody was answered while hands moved"
    );
    assert!(at(&cheap, 100) < Duration::from_secs(5), "{cheap:?}");
    assert!(growth < 64 * 1024, "memory grew by {growth} kB");
}

/// A hundred clients in a row that ask for what takes long and leave: the work for each ends soon, and nothing stays.
#[cfg(target_os = "linux")]
#[test]
fn clients_that_leave_leave_no_work_and_no_thread_behind() {
    // Too many images for maps to be made ahead, which would be work for nobody, too.
    let folder = tempfile::tempdir().unwrap();
    let vectors = folder.path().join("vectors.npy");
    let value = |(row, column): (usize, usize)| ((row * 37 + column * 101) % 997) as f32 / 997.0;
    ndarray_npy::write_npy(&vectors, &ndarray::Array2::from_shape_fn((2000, 32), value)).unwrap();
    let server = Server::start(&["--features", vectors.to_str().unwrap()]).ready();
    let now = || usage::usage(server.process());
    // So that threads and memory that stay for good are there.
    assert_eq!(
        server.get("/api/setting?perplexity=4&parts=map").status,
        200
    );
    let before = now();
    let mut stops = Vec::new();
    for client in 0..100 {
        let path = match client % 3 {
            0 => format!("/api/setting?perplexity={}&parts=map,clusters", 5 + client),
            1 => format!("/api/projection?perplexity={}&max_iter=5000", 5 + client),
            _ => format!("/api/verdict?effort=first&perplexity={}", 5 + client),
        };
        let asked = send(server.port, &path);
        let begun = now().ticks;
        // It is at work.
        let deadline = Instant::now() + Duration::from_secs(10);
        while now().ticks < begun + 5 {
            assert!(Instant::now() < deadline, "{path} is not worked for");
            std::thread::sleep(Duration::from_millis(2));
        }
        drop(asked);
        // The last time that it took any of the processor.
        let left = Instant::now();
        let (mut ticks, mut stopped) = (now().ticks, Duration::ZERO);
        while left.elapsed() < stopped + Duration::from_millis(100) {
            std::thread::sleep(Duration::from_millis(2));
            let later = now().ticks;
            if later > ticks {
                (ticks, stopped) = (later, left.elapsed());
            }
            assert!(
                stopped < Duration::from_secs(5),
                "{path} is worked for on and on"
            );
        }
        stops.push(stopped);
    }
    let stops = sorted(stops);
    // Threads without work leave after ten seconds.
    let rested = Instant::now() + Duration::from_secs(20);
    while now().threads > before.threads && Instant::now() < rested {
        std::thread::sleep(Duration::from_millis(100));
    }
    let after = now();
    eprintln!(
        "100 clients that left: work for them stopped after {:?} (median), {:?} (95th percentile), {:?} at most; threads \
         before {} and after {}, open files {} and {}, memory {} and {} MB",
        at(&stops, 50),
        at(&stops, 95),
        at(&stops, 100),
        before.threads,
        after.threads,
        before.files,
        after.files,
        before.memory / 1024,
        after.memory / 1024
    );
    assert!(
        after.threads <= before.threads && after.files <= before.files,
        "{before:?} {after:?}"
    );
    assert!(at(&stops, 95) < Duration::from_millis(200), "{stops:?}");
}
