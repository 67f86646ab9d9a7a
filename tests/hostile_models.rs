//! Networks that would end the process that opens them: each is tried out in another one first.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.
#![cfg(target_os = "linux")] // Elsewhere the system holds no process to a limit of memory.

mod support;

use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use support::{Server, binary};

/// Just as much of Protocol Buffers as it takes to write an ONNX file.
#[derive(Default, Clone)]
struct Message(Vec<u8>);

impl Message {
    fn int(mut self, field: u64, value: u64) -> Self {
        self.varint(field << 3);
        self.varint(value);
        self
    }

    fn bytes(mut self, field: u64, bytes: &[u8]) -> Self {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend(bytes);
        self
    }

    fn text(self, field: u64, text: &str) -> Self {
        self.bytes(field, text.as_bytes())
    }

    fn with(self, field: u64, message: &Self) -> Self {
        self.bytes(field, &message.0)
    }

    fn varint(&mut self, mut value: u64) {
        while value > 127 {
            self.0.push(value as u8 | 128);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

const FLOAT: u64 = 1;
const INT64: u64 = 7;
const BOOL: u64 = 9;

fn node(op: &str, inputs: &[&str], outputs: &[&str]) -> Message {
    let node = Message::default()
        .text(4, op)
        .text(3, &format!("node of {}", outputs[0]));
    let node = inputs.iter().fold(node, |node, name| node.text(1, name));
    outputs.iter().fold(node, |node, name| node.text(2, name))
}

fn value(name: &str, element: u64, shape: &[u64]) -> Message {
    let dim = |size: &u64| Message::default().int(1, *size);
    let dims = shape
        .iter()
        .map(dim)
        .fold(Message::default(), |dims, dim| dims.with(1, &dim));
    let tensor = Message::default().int(1, element).with(2, &dims);
    Message::default()
        .text(1, name)
        .with(2, &Message::default().with(1, &tensor))
}

fn tensor(name: &str, element: u64, shape: &[u64], raw: &[u8]) -> Message {
    let tensor = Message::default()
        .int(2, element)
        .text(8, name)
        .bytes(9, raw);
    shape
        .iter()
        .fold(tensor, |tensor, size| tensor.int(1, *size))
}

/// A model that reads one small picture, flattens it to `flat`, and ends in `features`.
fn model(nodes: &[Message], initializers: &[Message]) -> Vec<u8> {
    let flatten = node("Flatten", &["x"], &["flat"]);
    let graph = Message::default().text(2, "g").with(1, &flatten);
    let graph = nodes.iter().fold(graph, |graph, node| graph.with(1, node));
    let graph = initializers
        .iter()
        .fold(graph, |graph, it| graph.with(5, it));
    let graph = graph.with(11, &value("x", FLOAT, &[1, 1, 8, 8]));
    let graph = graph.with(12, &value("features", FLOAT, &[1, 64]));
    let opset = Message::default().int(2, 13);
    Message::default()
        .int(1, 7)
        .with(8, &opset)
        .with(7, &graph)
        .0
}

/// Features of a network which allocates what its file claims: 4 TB of it.
fn claims() -> Vec<u8> {
    let shape: Vec<u8> = [1_i64, 1 << 20, 1 << 20]
        .iter()
        .flat_map(|size| size.to_le_bytes())
        .collect();
    let nodes = [
        node("ConstantOfShape", &["shape"], &["claimed"]),
        node("ReduceMax", &["claimed"], &["one"]),
        node("Add", &["flat", "one"], &["features"]),
    ];
    model(&nodes, &[tensor("shape", INT64, &[3], &shape)])
}

/// A chain of so many nodes.
fn chain(n: usize) -> Vec<u8> {
    let name = |i: usize| match i {
        0 => "flat".to_owned(),
        i if i == n => "features".to_owned(),
        i => format!("v{i}"),
    };
    let nodes = (0..n).map(|i| node("Relu", &[&name(i)], &[&name(i + 1)]));
    model(&nodes.collect::<Vec<_>>(), &[])
}

/// A loop whose condition is always met.
fn endless() -> Vec<u8> {
    let body = Message::default()
        .text(2, "body")
        .with(1, &node("Identity", &["going"], &["going_on"]))
        .with(1, &node("Relu", &["carried"], &["carried_on"]))
        .with(11, &value("iteration", INT64, &[]))
        .with(11, &value("going", BOOL, &[]))
        .with(11, &value("carried", FLOAT, &[1, 64]))
        .with(12, &value("going_on", BOOL, &[]))
        .with(12, &value("carried_on", FLOAT, &[1, 64]));
    let body = Message::default().text(1, "body").int(20, 5).with(6, &body);
    let repeat = node("Loop", &["", "always", "flat"], &["features"]).with(5, &body);
    model(&[repeat], &[tensor("always", BOOL, &[], &[1])])
}

fn embed(folder: &Path, model: &[u8], backend: &str) -> Output {
    let path = folder.join("model.onnx");
    std::fs::write(&path, model).unwrap();
    let images = folder.join("images");
    std::fs::create_dir_all(&images).unwrap();
    for i in 0..4_u32 {
        let picture = image::GrayImage::from_fn(32, 32, |x, y| image::Luma([(x * y + i) as u8]));
        picture.save(images.join(format!("{i}.png"))).unwrap();
    }
    let mut command = binary();
    command.arg("embed").arg(&images).arg("--model").arg(&path);
    command
        .args(["--layer", "features", "-o"])
        .arg(folder.join("out.npy"));
    command.arg("--cache-dir").arg(folder.join("cache"));
    command
        .env("NEGATOSCOPE_BACKEND", backend)
        .output()
        .unwrap()
}

/// The embedded backend, and the native one where a library of it is named.
fn backends() -> Vec<&'static str> {
    match std::env::var_os("ORT_DYLIB_PATH") {
        Some(_) => vec!["embedded", "native"],
        None => vec!["embedded"],
    }
}

#[track_caller]
fn is_refused(out: &Output, with: &[&str]) {
    let told = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{told}");
    let last = told.lines().last().unwrap();
    assert!(last.starts_with("negatoscope: "), "{told}");
    assert!(with.iter().any(|with| last.contains(with)), "{told}");
}

#[test]
fn a_small_network_of_the_kind_runs() {
    for backend in backends() {
        let folder = tempfile::tempdir().unwrap();
        let out = embed(folder.path(), &chain(20), backend);
        let told = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{backend}: {told}");
        assert!(folder.path().join("out.npy").exists());
    }
}

#[test]
fn a_network_that_claims_more_memory_than_there_is_ends_no_process() {
    for backend in backends() {
        let folder = tempfile::tempdir().unwrap();
        let out = embed(folder.path(), &claims(), backend);
        is_refused(
            &out,
            &[
                "asks for more memory",
                "cannot run",
                "cannot load",
                "Failed to allocate",
            ],
        );
    }
}

#[test]
fn a_network_of_twenty_thousand_nodes_in_a_row_ends_no_process() {
    for backend in backends() {
        let folder = tempfile::tempdir().unwrap();
        let out = embed(folder.path(), &chain(20_000), backend);
        if !out.status.success() {
            is_refused(&out, &["overflows the stack"]);
        }
    }
}

#[test]
fn a_network_that_never_ends_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let out = embed(folder.path(), &endless(), "embedded");
    is_refused(&out, &["does not end within", "cannot load", "cannot run"]);
    assert!(started.elapsed() < Duration::from_secs(150));
}

/// Behind the layer that is read lies one that ends the process which runs it.
#[test]
fn a_layer_behind_the_one_that_is_read_ends_no_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.onnx");
    std::fs::write(&path, claims()).unwrap();
    let images = folder.path().join("images");
    std::fs::create_dir_all(&images).unwrap();
    for i in 0..4_u32 {
        let picture = image::GrayImage::from_fn(32, 32, |x, y| image::Luma([(x * y + i) as u8]));
        picture.save(images.join(format!("{i}.png"))).unwrap();
    }
    for backend in backends() {
        let words = [
            images.as_os_str(),
            "--model".as_ref(),
            path.as_os_str(),
            "--layer".as_ref(),
            "flat".as_ref(),
        ];
        let words = words.map(|word| word.to_str().unwrap());
        let server = Server::start_with(&words, &[("NEGATOSCOPE_BACKEND", backend)]).ready();
        let map = server.get("/api/layers/map?layer=features");
        assert!(
            [400, 422].contains(&map.status),
            "{backend}: {}",
            map.json()
        );
        let json = [("Content-Type", "application/json")];
        let begun = server.ask("POST", "/api/open", r#"{"layer":"features"}"#, &json);
        assert_eq!(begun.status, 202, "{}", begun.json());
        let told = loop {
            let told = server.get("/api/open").json();
            match told["state"] == "running" {
                true => std::thread::sleep(Duration::from_millis(20)),
                false => break told,
            }
        };
        assert_eq!(
            (&told["state"], &told["study"]),
            (&"failed".into(), &1.into()),
            "{told}"
        );
        assert_eq!(server.get("/healthz").status, 200);
        assert_eq!(server.get("/api/projection?method=pca").status, 200);
    }
}
