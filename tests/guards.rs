//! The guards of the server, each by name: docs/security.md says which test fails without which.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use support::{Answer, Server};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy");

/// A server on the golden features: ready at once.
fn vectors() -> Server {
    Server::start(&["--features", GOLDEN]).ready()
}

/// One whose study stays, and one whose cohort can be opened again: a router stands before its routes.
const KINDS: [&[&str]; 2] = [&["--features", GOLDEN], &["--where", "filename~-01"]];

/// Every route with its method: what the router's description has, and what only the page asks for.
fn routes(server: &Server, headers: &[(&str, &str)]) -> Vec<(String, String)> {
    let described = server.ask("GET", "/api/openapi.json", "", headers).json();
    let mut routes: Vec<(String, String)> = ["/favicon.ico", "/static/js/main.js"]
        .map(|path| ("GET".to_owned(), path.to_owned()))
        .to_vec();
    for (path, methods) in described["paths"].as_object().unwrap() {
        let path = path
            .replace("{id}", "x")
            .replace("{kind}", "note")
            .replace("{page}", "0");
        assert!(
            !path.contains('{'),
            "{path} has a part that this test does not fill"
        );
        for method in methods.as_object().unwrap().keys() {
            routes.push((method.to_ascii_uppercase(), path.clone()));
        }
    }
    assert!(routes.len() > 30, "{routes:?}");
    routes
}

#[test]
fn no_route_answers_another_site_or_another_host() {
    for words in KINDS {
        is_ours_alone(&Server::start(words).ready());
    }
}

fn is_ours_alone(server: &Server) {
    for (method, path) in routes(server, &[]) {
        let status = |headers: &[(&str, &str)]| server.ask(&method, &path, "{}", headers).status;
        assert_eq!(status(&[("Host", "evil.example")]), 403, "{method} {path}");
        assert_eq!(
            status(&[("Host", "localhost.evil.example")]),
            403,
            "{method} {path}"
        );
        if path == "/healthz" {
            continue; // It says nothing but that it answers.
        }
        for other in [
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
            ("Origin", "http://evil.example"),
            ("Origin", "http://127.0.0.1:1"),
            ("Origin", "null"),
        ] {
            assert_eq!(status(&[other]), 403, "{method} {path} with {other:?}");
        }
    }
}

#[test]
fn no_route_answers_without_the_token() {
    for words in KINDS {
        asks_for_the_token(&Server::start(&[words, &["--host", "0.0.0.0"]].concat()));
    }
}

fn asks_for_the_token(server: &Server) {
    let cookie = server.cookie();
    let shown = [("Cookie", cookie.as_str())];
    let mut all = routes(server, &shown);
    all.push(("GET".to_owned(), "/".to_owned()));
    for (method, path) in all {
        // What nobody takes, so that nothing is computed for those who are let in.
        let asked = format!("{path}?nonsense=1");
        let status = |headers: &[(&str, &str)]| server.ask(&method, &asked, "[]", headers).status;
        let expected = if path == "/healthz" { 200 } else { 401 };
        assert_eq!(status(&[]), expected, "{method} {path}");
        let (name, value) = cookie.split_once('=').unwrap();
        let wrong = format!(
            "{name}={}",
            value.replace(|c: char| c.is_alphanumeric(), "x")
        );
        assert_eq!(status(&[("Cookie", &wrong)]), expected, "{method} {path}");
        assert_ne!(status(&shown), 401, "{method} {path}");
    }
}

#[test]
fn paths_lead_to_nothing_but_what_is_served() {
    let server = vectors();
    for leaving in [
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "..\\..\\etc\\passwd",
        "....//....//etc/passwd",
        "%252e%252e%252fetc%252fpasswd",
        "..%c0%af..%c0%afetc/passwd",
        "%00",
        "/etc/passwd",
        "js/../../Cargo.toml",
    ] {
        for before in [
            "/static",
            "/api/images",
            "/api/thumbnails",
            "/api/jobs",
            "/report",
        ] {
            let answer = server.get(&format!("{before}/{leaving}"));
            assert!(
                [404, 400].contains(&answer.status),
                "{before}/{leaving}: {}",
                answer.status
            );
            let body = String::from_utf8_lossy(&answer.body);
            assert!(
                !body.contains("root:") && !body.contains("[package]"),
                "{before}/{leaving}"
            );
        }
    }
}

/// Sends a request whose body says that it has `length` bytes, and one of them.
fn begun(port: u16, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{{"
    )
    .unwrap();
    stream
}

#[test]
fn bodies_that_do_not_come_keep_nobody_waiting() {
    let server = vectors();
    let silent: Vec<TcpStream> = (0..600).map(|_| begun(server.port, 1000)).collect();
    std::thread::sleep(Duration::from_millis(300));
    let started = Instant::now();
    assert_eq!(server.get("/healthz").status, 200);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    drop(silent);
}

#[test]
fn connections_that_say_nothing_keep_nobody_waiting() {
    let server = vectors();
    let connect = |_| TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let silent: Vec<TcpStream> = (0..600).map(connect).collect();
    std::thread::sleep(Duration::from_millis(300));
    let started = Instant::now();
    assert_eq!(server.get("/healthz").status, 200);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    drop(silent);
}

#[test]
fn a_connection_that_is_answered_is_not_closed_for_another() {
    let server = vectors();
    // The oldest of all connections, at work on a map that takes its time.
    let mut working = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let path = "/api/projection?perplexity=60&max_iter=20000&init=random";
    write!(
        working,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let connect = |_| TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let silent: Vec<TcpStream> = (0..600).map(connect).collect();
    working
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let mut answer = String::new();
    working.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200"),
        "{}",
        &answer[..answer.len().min(80)]
    );
    drop(silent);
}

#[test]
fn a_body_that_does_not_come_is_answered_in_time() {
    let server = vectors();
    let mut slow = begun(server.port, 1000);
    slow.set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("too slowly"), "{answer}");
}

/// A body of bytes that come one by one, each in time, is not waited for either.
#[test]
fn a_body_that_comes_drop_by_drop_is_given_up() {
    let server = vectors();
    let mut slow = begun(server.port, 1000);
    slow.set_read_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    let started = Instant::now();
    let mut first = [0; 12];
    let answered = loop {
        if slow.write_all(b" ").is_err() || slow.read_exact(&mut first).is_ok() {
            break true;
        }
        if started.elapsed() > Duration::from_secs(30) {
            break false;
        }
    };
    assert!(answered, "it was waited for");
}

#[test]
fn jobs_are_capped_and_one_that_is_taken_back_makes_room() {
    let server = vectors();
    let start = || -> Answer {
        let headers = [("Content-Type", "application/json")];
        server.ask("POST", "/api/search", r#"{"max_iter":20000}"#, &headers)
    };
    let ids: Vec<String> = (0..64)
        .map(|_| {
            let started = start();
            assert_eq!(started.status, 202);
            started.json()["id"].as_str().unwrap().to_owned()
        })
        .collect();
    let full = start();
    assert_eq!(
        (full.status, &full.json()["error"]["code"]),
        (503, &"busy".into())
    );
    server.ask("DELETE", &format!("/api/jobs/{}", ids[63]), "", &[]);
    assert_eq!(start().status, 202);
}

#[test]
fn streams_are_capped_and_leave_room_for_others() {
    let server = vectors();
    let headers = [("Content-Type", "application/json")];
    let job = server.ask("POST", "/api/search", r#"{"max_iter":20000}"#, &headers);
    let id = job.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/jobs/{id}/events");
    let open = || {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        stream
    };
    let streams: Vec<TcpStream> = (0..256).map(|_| open()).collect();
    let one_more = server.get(&path);
    assert_eq!(
        (one_more.status, &one_more.json()["error"]["code"]),
        (503, &"busy".into())
    );
    assert_eq!(server.get("/healthz").status, 200);
    drop(streams);
    let started = Instant::now();
    while server.get("/api/setting?parts=map").status == 503 {
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "places are not given back"
        );
    }
}

/// What docs/security.md names is there, each as a test of the file that it is said to be in.
#[test]
fn every_guard_names_a_test_that_exists() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let named = text.split('`').skip(1).step_by(2);
    let named: Vec<_> = named.filter_map(|code| code.split_once(": ")).collect();
    assert!(named.len() > 40, "{named:?}");
    for (file, name) in named {
        let source = std::fs::read_to_string(root.join(file))
            .unwrap_or_else(|_| panic!("{file} is not there"));
        let is_there = match file.ends_with(".mjs") {
            true => source.to_lowercase().contains(name),
            false => source.contains(&format!("fn {name}(")),
        };
        assert!(is_there, "{file} has no test {name}");
    }
}
