//! The dashboard over HTTP. axum is named here and nowhere else; handlers hold no maths.

mod ahead;
mod assets;
mod choices;
mod clusters;
mod cohort;
mod connections;
pub mod copy;
mod error;
mod evidence;
mod experiments;
mod export;
mod frames;
mod jobs;
mod k_distance;
mod layers;
mod looks;
mod metrics;
mod neighbours;
mod openapi;
mod page;
mod parameters;
mod pictures;
mod pieces;
mod project;
mod projection;
mod proposal;
mod query;
mod reopening;
mod report;
mod requests;
mod routes;
mod security;
mod selections;
mod serve;
mod setting;
mod slider;
mod stream;
mod verdict;

use std::sync::Arc;

use axum::Router;
use axum::body::HttpBody;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{Redirect, Response};
use axum::routing::get;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tracing::Span;

use crate::jobs::{Jobs, JobsError};
use crate::output::JobResult;
use crate::pipeline::{Look, Study, Workbench};

use ahead::work_ahead;
use error::ApiError;
pub use metrics::Process;
use query::Query;
use reopening::Door;
pub use reopening::Reopen;
use report::Reports;
use requests::Requests;
use routes::Route;
pub use security::Gate;
pub use serve::{bind, serve};

/// Largest body of a request, unless its route says otherwise: honest ones have a few hundred bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Larger ones, up to what their routes take, that are read at once: each lies in memory as a whole.
const MAX_LARGE_BODIES: usize = 2;

/// Requests that wait for the disk at once, each on a thread; more wait for their turn.
const MAX_ASIDE: usize = 8;

/// Handles that every request needs; cheap to clone.
#[derive(Clone)]
pub struct App {
    workbench: Arc<Workbench>,
    /// The number of its study: that of the start is 1, and each that takes its place has the next.
    study: u64,
    /// The layer that was chosen for it while it was served.
    layer: Option<String>,
    /// Where the next one comes from, if the cohort can be opened again.
    door: Option<Arc<Door>>,
    jobs: Jobs<JobResult>,
    reports: Arc<Reports>,
    gate: Arc<Gate>,
    /// Pictures that may be decoded at once: each may take hundreds of megabytes.
    decoding: Arc<Semaphore>,
    /// Large answers that may be written at once.
    writing: Arc<Semaphore>,
    /// Event streams that may be open at once.
    streams: Arc<Semaphore>,
    /// Large bodies that may be read at once.
    reading: Arc<Semaphore>,
    /// Requests that may wait for the disk at once.
    keeping: Arc<Semaphore>,
    /// Requests that may look at the folder at once.
    walking: Arc<Semaphore>,
    requests: Arc<Requests>,
    /// What `/metrics` says of the process, where it is answered.
    metrics: Option<fn() -> Process>,
    closing: CancellationToken,
}

impl App {
    /// The dashboard of one workbench, computing on `threads` threads. Event streams end when
    /// `closing` is cancelled.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn new(
        workbench: Arc<Workbench>,
        gate: Gate,
        threads: usize,
        closing: CancellationToken,
    ) -> Result<Self, JobsError> {
        Ok(Self {
            workbench,
            study: 1,
            layer: None,
            door: None,
            jobs: Jobs::new(threads)?,
            reports: Arc::default(),
            gate: Arc::new(gate),
            decoding: Arc::new(Semaphore::new(threads)),
            writing: Arc::new(Semaphore::new(pieces::MAX_WRITTEN)),
            streams: Arc::new(Semaphore::new(stream::MAX_STREAMS)),
            reading: Arc::new(Semaphore::new(MAX_LARGE_BODIES)),
            keeping: Arc::new(Semaphore::new(MAX_ASIDE)),
            walking: Arc::new(Semaphore::new(1)),
            requests: Arc::default(),
            metrics: None,
            closing,
        })
    }

    /// What the server counts of itself can be asked for, with what `process` finds.
    #[must_use]
    pub fn with_metrics(self, process: fn() -> Process) -> Self {
        Self {
            metrics: Some(process),
            ..self
        }
    }

    /// The study, once it is ready.
    fn study(&self) -> Result<Arc<Study>, ApiError> {
        setting::study(&self.workbench)
    }

    /// Does what waits for the disk on a thread of its own. Another program may hold what is written to, and
    /// nobody else waits for that.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Workbench) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let turn = Arc::clone(&self.keeping).acquire_owned().await;
        let turn = turn.map_err(|_| ApiError::Internal)?;
        let (bench, asked_by) = (Arc::clone(&self.workbench), Span::current());
        let work = move || (asked_by.in_scope(|| work(&bench)), turn).0;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|_| ApiError::Internal)
    }

    /// Keeps a look.
    async fn look(&self, look: Look) -> Result<(), ApiError> {
        let whole = self.study()?;
        let keep = move |bench: &Workbench| bench.verdicts.ledger.look(&whole, look);
        self.aside(keep).await.map(drop)
    }

    /// The study of the images that a query asks about, once it is ready.
    async fn study_of(&self, query: &Query) -> Result<Arc<Study>, ApiError> {
        setting::study_of(&self.workbench, query).await
    }
}

/// Every route of the API, in the order of its description.
fn routes() -> Vec<Route> {
    let healthz = Route::get("/healthz", || async { "ok" }, "ok, once the server answers");
    let all = [
        vec![healthz.gives_file("text/plain")],
        cohort::routes(),
        slider::routes(),
        projection::routes(),
        clusters::routes(),
        k_distance::routes(),
        frames::routes(),
        neighbours::routes(),
        evidence::routes(),
        verdict::routes(),
        choices::routes(),
        proposal::routes(),
        looks::routes(),
        export::routes(),
        experiments::routes(),
        jobs::routes(),
        selections::routes(),
        project::routes(),
        report::routes(),
        pictures::routes(),
        layers::routes(),
        reopening::routes(),
        metrics::routes(),
        openapi::routes(),
    ];
    all.into_iter().flatten().collect()
}

/// Begins to serve: maps are made ahead, and the cohort can be opened again by `reopen`, if it can be.
pub fn begin(app: App, reopen: Option<Box<Reopen>>) -> Router {
    match reopen {
        Some(reopen) => Door::open_to(app, reopen),
        None => one_study(app),
    }
}

/// Every route of one study, whose maps are made ahead until it is served no more.
fn one_study(app: App) -> Router {
    tokio::spawn(work_ahead(app.clone()));
    router(app)
}

/// Every route of the server, behind the guards.
pub fn router(app: App) -> Router {
    // Samples and vectors hardly become smaller, and are waited for.
    let compressed =
        DefaultPredicate::new().and(NotForContentType::new("application/octet-stream"));
    let icon = || async { Redirect::permanent("/static/icon.svg") };
    let page = Router::new()
        .route("/", get(page::index))
        .route("/favicon.ico", get(icon))
        .route("/static/{*path}", get(assets::asset));
    let all = routes()
        .into_iter()
        .fold(page, |router, route| route.on(router));
    all.fallback(|| async { ApiError::NotFound("there is nothing at this address".to_owned()) })
        .method_not_allowed_fallback(|| async {
            ApiError::Status(
                StatusCode::METHOD_NOT_ALLOWED,
                "this address has other methods",
            )
        })
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(app.clone(), in_turn))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            reopening::of_this_study,
        ))
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(middleware::from_fn_with_state(app.clone(), security::guard))
        .layer(middleware::from_fn_with_state(app.clone(), requests::tell))
        .with_state(app)
}

/// Lets large bodies wait for each other; one that does not say its length may be large.
async fn in_turn(State(app): State<App>, request: Request, next: Next) -> Response {
    let length = request.body().size_hint().upper();
    let is_large = length.is_none_or(|length| length > MAX_BODY_BYTES as u64);
    let turn = match is_large {
        true => app.reading.acquire().await.ok(),
        false => None,
    };
    let answer = next.run(request).await;
    drop(turn);
    answer
}
