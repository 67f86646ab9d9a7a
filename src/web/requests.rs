//! Each request has an id and a line in the log, and is counted where that can be asked for. What is said of one is
//! its route and never its address: that may hold words of a table.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use tracing::Instrument;

use super::App;

/// The header of an answer that names its request, as the log does.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What was asked of one server, and how it was answered.
pub(super) struct Requests {
    /// When the server started, so that ids of two are told apart.
    started: u64,
    n_asked: AtomicU64,
    /// How many, by route, method and status.
    pub(super) answered: Family<Answered, Counter>,
    /// Seconds until an answer began, by route.
    pub(super) seconds: Family<Asked, Histogram>,
}

/// What requests are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Answered {
    route: String,
    method: &'static str,
    status: u16,
}

/// What they are timed by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Asked {
    route: String,
}

impl Default for Requests {
    fn default() -> Self {
        let started = SystemTime::now().duration_since(UNIX_EPOCH);
        // From a millisecond to a minute, four times longer each.
        let bounds = || Histogram::new(exponential_buckets(0.001, 4.0, 9));
        Self {
            started: started.map_or(0, |time| time.as_secs()),
            n_asked: AtomicU64::new(0),
            answered: Family::default(),
            seconds: Family::new_with_constructor(bounds),
        }
    }
}

impl Requests {
    fn next_id(&self) -> String {
        let number = self.n_asked.fetch_add(1, Ordering::Relaxed);
        format!("{:x}-{number}", self.started)
    }
}

/// A method by its word; all that nobody here answers have one, since a client may think up any number.
fn word_of(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];
    let found = known.into_iter().find(|word| method == word);
    found.unwrap_or("other")
}

/// Answers a request under its id.
pub(super) async fn tell(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = app.requests.next_id();
    let route = (request.extensions().get::<MatchedPath>())
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    let method = word_of(request.method());
    let span = tracing::info_span!("request", id, method, route);
    let started = Instant::now();
    let mut answer = next.run(request).instrument(span.clone()).await;
    let (status, seconds) = (answer.status().as_u16(), started.elapsed().as_secs_f64());
    span.in_scope(|| tracing::debug!(status, seconds, "answered"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert(REQUEST_ID, id);
    }
    if app.metrics.is_some() {
        let asked = Asked {
            route: route.clone(),
        };
        app.requests.seconds.get_or_create(&asked).observe(seconds);
        let answered = Answered {
            route,
            method,
            status,
        };
        app.requests.answered.get_or_create(&answered).inc();
    }
    answer
}
