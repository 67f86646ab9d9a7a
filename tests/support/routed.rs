//! The server's router on a study that is ready, without a process and a port.

#![allow(dead_code, clippy::unwrap_used)] // Each test uses a part; in a test a panic is the report.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use ndarray::Array2;
use ndarray_npy::write_npy;
use negatoscope::cohort::Source;
use negatoscope::config::{CohortConfig, FeatureConfig};
use negatoscope::features::cache::Cache;
use negatoscope::pipeline::{Preparation, Workbench};
use negatoscope::web::{App, Gate, begin, router};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// The router on what `config` asks for.
pub fn serve(config: &FeatureConfig) -> Router {
    served(config).0
}

/// The router of a workbench, whatever its study is at.
pub fn router_of(bench: &Arc<Workbench>) -> Router {
    router(app_of(bench))
}

fn app_of(bench: &Arc<Workbench>) -> App {
    let gate = Gate::new("127.0.0.1", 0, None);
    App::new(Arc::clone(bench), gate, 2, CancellationToken::new()).unwrap()
}

fn served(config: &FeatureConfig) -> (Router, Arc<Workbench>) {
    let preparation = Preparation::open(config).unwrap();
    let bench = Arc::new(preparation.workbench(2));
    bench.settle(preparation.run(&()));
    (router_of(&bench), bench)
}

/// An answer of the router.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(self) -> String {
        String::from_utf8(self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Asks with a JSON body and further headers; nobody reads the body of a `GET`.
pub async fn ask(
    router: &Router,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: &Value,
) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    let always = [("host", "localhost"), ("content-type", "application/json")];
    for (name, value) in always.iter().chain(headers) {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_string())).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Reply {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    }
}

/// What an address gives.
pub async fn get(router: &Router, path: &str) -> Reply {
    ask(router, ("GET", path), &[], &Value::Null).await
}

/// The JSON of an address that answers.
pub async fn answer(router: &Router, path: &str) -> Value {
    let reply = get(router, path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.json());
    reply.json()
}

/// The demo cohort's rows with vectors of four groups, so that no network has to run.
pub struct Served {
    router: Router,
    /// What the router asks.
    pub bench: Arc<Workbench>,
    cache: Arc<tempfile::TempDir>,
}

impl Served {
    /// The rows that meet some conditions.
    pub fn new(filters: &[&str]) -> Self {
        Self::with_cache(filters, Arc::new(tempfile::tempdir().unwrap()))
    }

    /// The same rows after a new start, with the cache of before.
    pub fn again(&self, filters: &[&str]) -> Self {
        Self::with_cache(filters, Arc::clone(&self.cache))
    }

    /// The rows that meet some conditions, with their project in a file of its own.
    pub fn at(filters: &[&str], project: &Path) -> Self {
        let served = Self::new(filters);
        served.bench.project.lie_at(project);
        served
    }

    /// The images that meet some conditions, as the built-in network sees them; they can be opened again.
    pub fn with_network(filters: &[&str]) -> Self {
        let cache = Arc::new(tempfile::tempdir().unwrap());
        let filters = filters.iter().map(|filter| filter.parse().unwrap());
        let source = Source {
            filters: filters.collect(),
            ..Source::default()
        };
        let folder = cache.path().to_path_buf();
        let config = FeatureConfig::of(CohortConfig::Demo(source), folder, 2);
        let (_, bench) = served(&config);
        let router = begin(
            app_of(&bench),
            Some(Box::new(move |layer, tell| {
                let at = layer.map_or_else(|| config.clone(), |layer| config.at(layer));
                let preparation = Preparation::open(&at).map_err(|error| error.to_string())?;
                let bench = preparation.workbench(2);
                tell(Arc::clone(&bench.preparing));
                bench.settle(preparation.run(&*bench.preparing));
                Ok(bench)
            })),
        );
        Self {
            router,
            bench,
            cache,
        }
    }

    fn with_cache(filters: &[&str], cache: Arc<tempfile::TempDir>) -> Self {
        let path = cache.path().join("vectors.npy");
        let vector = |(row, column): (usize, usize)| {
            let noise = ((row * 37 + column * 101) % 97) as f32 / 97.0;
            (if row % 4 == column { 3.0 } else { 0.0 }) + noise
        };
        write_npy(&path, &Array2::from_shape_fn((180, 6), vector)).unwrap();
        let filters = filters.iter().map(|filter| filter.parse().unwrap());
        let source = Source {
            filters: filters.collect(),
            ..Source::default()
        };
        let (router, bench) = served(&FeatureConfig {
            vectors: Some(path),
            ..FeatureConfig::of(CohortConfig::Demo(source), cache.path().to_path_buf(), 2)
        });
        Self {
            router,
            bench,
            cache,
        }
    }

    /// The cache that it has.
    pub fn cache(&self) -> Cache {
        Cache::open(self.cache.path()).unwrap()
    }

    /// Status and text of an answer.
    pub async fn text(&self, method: &str, path: &str, body: &Value) -> (u16, String) {
        let reply = ask(&self.router, (method, path), &[], body).await;
        (reply.status, reply.text())
    }

    /// The text of a stream of events.
    pub async fn stream(&self, path: &str) -> String {
        let events = [("accept", "text/event-stream")];
        let reply = ask(&self.router, ("GET", path), &events, &Value::Null).await;
        let (status, text) = (reply.status, reply.text());
        assert_eq!(status, 200, "{path}: {text}");
        text
    }

    /// Status and JSON of an answer.
    pub async fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let reply = ask(&self.router, (method, path), &[], body).await;
        (reply.status, reply.json())
    }

    /// The JSON of a route that answers.
    pub async fn get(&self, path: &str) -> Value {
        answer(&self.router, path).await
    }

    /// The name of the parameter at fault, and what to change.
    pub async fn fault(&self, method: &str, path: &str, body: &Value) -> (String, String) {
        let (status, answer) = self.ask(method, path, body).await;
        assert_eq!(status, 400, "{path} {body}: {answer}");
        let text = |name: &str| answer["error"][name].as_str().unwrap().to_owned();
        (text("parameter"), text("message"))
    }

    /// Starts a job and waits for its end.
    pub async fn job(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.ask("POST", path, body).await;
        assert_eq!(status, 202, "{path} {body}: {answer}");
        let id = answer["id"].as_str().unwrap().to_owned();
        for _ in 0..3000 {
            let job = self.get(&format!("/api/jobs/{id}")).await;
            if !["queued", "running"].contains(&job["state"].as_str().unwrap()) {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{path} never ended");
    }

    /// Makes images a selection; its id.
    pub async fn register(&self, ids: &[&Value]) -> String {
        let (status, answer) = self
            .ask("POST", "/api/selections", &json!({ "ids": ids }))
            .await;
        assert_eq!((status, &answer["n_images"]), (201, &json!(ids.len())));
        answer["id"].as_str().unwrap().to_owned()
    }
}

/// The events of a stream by name and data, in their order; those without a name are messages.
pub fn told(stream: &str) -> Vec<(String, Value)> {
    let event = |block: &str| {
        let line = |field: &str| block.lines().find_map(|line| line.strip_prefix(field));
        let data = serde_json::from_str(line("data: ")?).unwrap();
        Some((line("event: ").unwrap_or("message").to_owned(), data))
    };
    stream.split("\n\n").filter_map(event).collect()
}
