//! The real binary, started on a free port, and a client of a few lines: no mock, no HTTP library.

#![allow(dead_code, unreachable_pub, unused_imports, missing_docs)] // Each test uses its own part of this.

mod given;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

pub use given::{named_by, real_cohort};

/// A running server; dropping it ends it.
pub struct Server {
    child: Child,
    pub port: u16,
    /// The link with a code for one use, where a token is asked for.
    pub link: Option<String>,
    pub cache: tempfile::TempDir,
    /// Its standard error.
    log: tempfile::NamedTempFile,
}

/// One answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }
}

/// The binary under test.
pub fn binary() -> Command {
    Command::new(env!("CARGO_BIN_EXE_negatoscope"))
}

/// The arguments that select the 193 COVID-19 X-rays of the public collection.
pub const COVID_XRAYS: [&str; 4] = ["--where", "finding~COVID-19", "--where", "modality=X-ray"];

/// Vectors of 2,000 images, of so many numbers each: a search of them takes seconds, and its null the better part
/// of an hour.
pub fn many_vectors(folder: &Path, n_features: usize) -> PathBuf {
    let vectors = folder.join("vectors.npy");
    let value = |(row, column): (usize, usize)| ((row * 37 + column * 101 + row % 4) % 97) as f32;
    let rows = ndarray::Array2::from_shape_fn((2_000, n_features), value);
    ndarray_npy::write_npy(&vectors, &rows).expect("vectors can be written");
    vectors
}

impl Server {
    pub fn start(args: &[&str]) -> Self {
        Self::start_with(args, &[])
    }

    pub fn start_with(args: &[&str], env: &[(&str, &str)]) -> Self {
        let cache = tempfile::tempdir().expect("a temporary folder can be made");
        let log = tempfile::NamedTempFile::new().expect("a temporary file can be made");
        let mut command = binary();
        if !args.contains(&"--cache-dir") {
            command.arg("--cache-dir").arg(cache.path());
        }
        let mut child = command
            .args(args)
            .args(["--no-open", "--port", "0"])
            .envs(env.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log.reopen().expect("it can be opened again"))
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let first = lines
            .next()
            .expect("the server says where it listens")
            .expect("text");
        let port = first.rsplit(':').next().and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no port in \"{first}\""));
        let has_token = args.contains(&"0.0.0.0") || args.contains(&"--token");
        let link = has_token.then(|| lines.next().expect("the link is printed").expect("text"));
        Self {
            child,
            port,
            link,
            cache,
            log,
        }
    }

    /// What it has written to standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).expect("its log is text")
    }

    /// Its number among the processes.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the features are there.
    pub fn ready(self) -> Self {
        let deadline = Instant::now() + Duration::from_secs(300);
        while self.get("/api/projection?method=pca").status == 503 {
            assert!(Instant::now() < deadline, "the features never became ready");
            std::thread::sleep(Duration::from_millis(50));
        }
        self
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "", &[])
    }

    /// The cookie that the link's code is good for; the code is used up then.
    pub fn cookie(&self) -> String {
        let link = self.link.as_ref().expect("a token is asked for");
        let (_, code) = link.rsplit_once("/?").expect("the link has a code");
        let login = self.get(&format!("/?{code}"));
        assert_eq!(login.status, 303, "{}", login.headers);
        let cookie = login
            .headers
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.expect("a cookie is set");
        cookie.split(';').next().expect("it has a name").to_owned()
    }

    /// Sends one request; `headers` replace the usual Host when they name one.
    pub fn ask(&self, method: &str, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the server accepts");
        stream
            .set_read_timeout(Some(Duration::from_secs(120)))
            .expect("a time-out can be set");
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            request += &format!("Host: 127.0.0.1:{}\r\n", self.port);
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
        stream
            .write_all(request.as_bytes())
            .expect("the server reads");
        let mut raw = Vec::new();
        stream.read_to_end(&mut raw).expect("the server answers");
        parse(&raw)
    }

    /// Ends it as a power cut would, and waits until it is gone.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Sends SIGTERM and waits for the end; gives the time it took.
    pub fn terminate(mut self) -> Duration {
        let started = Instant::now();
        let sent = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        assert!(sent.expect("kill runs").success());
        let status = self.child.wait().expect("the server ends");
        assert!(status.success(), "{status}");
        started.elapsed()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn parse(raw: &[u8]) -> Answer {
    let end = raw
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .expect("an answer has headers");
    let headers = String::from_utf8_lossy(&raw[..end]).into_owned();
    let status = headers
        .split(' ')
        .nth(1)
        .and_then(|s| s.parse().ok())
        .expect("a status");
    let mut body = raw[end + 4..].to_vec();
    if headers
        .to_ascii_lowercase()
        .contains("transfer-encoding: chunked")
    {
        body = unchunk(&body);
    }
    Answer {
        status,
        headers,
        body,
    }
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(line) = rest.windows(2).position(|w| w == b"\r\n") {
        let size = std::str::from_utf8(&rest[..line]).ok();
        let size = size
            .and_then(|s| usize::from_str_radix(s.trim(), 16).ok())
            .unwrap_or(0);
        if size == 0 {
            break;
        }
        body.extend_from_slice(&rest[line + 2..line + 2 + size]);
        rest = &rest[line + 4 + size..];
    }
    body
}
