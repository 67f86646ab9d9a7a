//! Many hands on many sliders of one server: nobody gets another's answer or an error, and whoever asks whether it
//! is well hears at once. `NEGATOSCOPE_LOAD="CLIENTS SECONDS"` says how many and how long; docs/reliability.md has
//! what came of a hundred for a minute.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use support::Server;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy");

/// Time between two moves of a hand.
const MOVE: Duration = Duration::from_millis(50);

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

#[test]
fn many_hands_on_sliders_get_their_own_answers() {
    let load = std::env::var("NEGATOSCOPE_LOAD").unwrap_or_else(|_| "8 3".to_owned());
    let (clients, seconds) = load.split_once(' ').unwrap();
    let (clients, seconds): (usize, u64) = (clients.parse().unwrap(), seconds.parse().unwrap());
    let server = Server::start(&["--features", GOLDEN]).ready();
    let is_over = AtomicBool::new(false);
    let (seen, longest) = std::thread::scope(|scope| {
        let port = server.port;
        let well = scope.spawn(|| {
            let mut longest = Duration::ZERO;
            while !is_over.load(Ordering::Relaxed) {
                let asked = Instant::now();
                assert_eq!(server.get("/healthz").status, 200);
                longest = longest.max(asked.elapsed());
                std::thread::sleep(MOVE);
            }
            longest
        });
        let hands: Vec<_> = (0..clients)
            .map(|client| scope.spawn(move || hand(port, client, seconds)))
            .collect();
        let seen: Vec<Seen> = hands.into_iter().map(|hand| hand.join().unwrap()).collect();
        is_over.store(true, Ordering::Relaxed);
        (seen, well.join().unwrap())
    });
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
    let mut took: Vec<Duration> = seen
        .iter()
        .flat_map(|seen| seen.took.iter().copied())
        .collect();
    took.sort();
    let rest = seen.iter().map(|seen| seen.rest).max().unwrap();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", server.process())).unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or("unknown");
    eprintln!(
        "{clients} clients, {seconds} s: {n_moves} moves, {} answered before the next one, of these {:?} (median), \
         {:?} (95th percentile); the last move of each answered after {rest:?} at most; /healthz after {longest:?} at \
         most; memory at most {}",
        took.len(),
        at(50),
        at(95),
        peak.trim()
    );
    assert!(
        took.len() >= clients,
        "nobody was answered while hands moved"
    );
    assert!(longest < Duration::from_secs(5), "{longest:?}");
}
