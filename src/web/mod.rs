//! The dashboard over HTTP. axum is named here and nowhere else; handlers hold no maths.

mod ahead;
mod assets;
mod clusters;
mod cohort;
mod error;
mod evidence;
mod experiments;
mod export;
mod figure;
mod frames;
mod jobs;
mod k_distance;
mod neighbours;
mod openapi;
mod page;
mod pictures;
mod projection;
mod query;
pub mod report;
mod security;
mod selections;
mod serve;
mod setting;
mod slider;
mod stream;
pub mod views;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::{get, post};
use axum::{Router, response::Redirect};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use crate::jobs::{Jobs, JobsError};
use crate::pipeline::{Study, Workbench};

pub use ahead::work_ahead;
use error::ApiError;
use query::Query;
use report::Reports;
pub use security::Gate;
pub use serve::{bind, serve};

/// Largest body of a request, unless its route says otherwise: honest ones have a few hundred bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Handles that every request needs; cheap to clone.
#[derive(Clone)]
pub struct App {
    workbench: Arc<Workbench>,
    jobs: Jobs<Value>,
    reports: Arc<Reports>,
    gate: Arc<Gate>,
    /// Pictures that may be decoded at once: each may take hundreds of megabytes.
    decoding: Arc<Semaphore>,
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
            jobs: Jobs::new(threads)?,
            reports: Arc::default(),
            gate: Arc::new(gate),
            decoding: Arc::new(Semaphore::new(threads)),
            closing,
        })
    }

    /// The study, once it is ready.
    fn study(&self) -> Result<Arc<Study>, ApiError> {
        setting::study(&self.workbench)
    }

    /// The study of the images that a query asks about, once it is ready.
    async fn study_of(&self, query: &Query) -> Result<Arc<Study>, ApiError> {
        setting::study_of(&self.workbench, query).await
    }
}

/// Every route of the server, behind the guards.
pub fn router(app: App) -> Router {
    // Samples and vectors hardly become smaller, and are waited for.
    let compressed =
        DefaultPredicate::new().and(NotForContentType::new("application/octet-stream"));
    Router::new()
        .route("/", get(page::index))
        .route(
            "/favicon.ico",
            get(|| async { Redirect::permanent("/static/icon.svg") }),
        )
        .route("/static/{*path}", get(assets::asset))
        .route("/healthz", get(|| async { "ok" }))
        .route("/api/cohort", get(cohort::cohort))
        .route("/api/setting", get(slider::setting))
        .route("/api/findings", get(slider::findings))
        .route("/api/projection", get(projection::projection))
        .route("/api/clusters", get(clusters::clusters))
        .route("/api/plane", get(clusters::plane))
        .route("/api/k-distance", get(k_distance::k_distance))
        .route("/api/frames", get(frames::frames))
        .route("/api/neighbours/{id}", get(neighbours::neighbours))
        .route("/api/association", get(evidence::association))
        .route("/api/association/plane", get(evidence::over_plane))
        .route("/api/enrichment", get(evidence::enrichment))
        .route("/api/quality", get(evidence::quality))
        .route("/api/export", get(export::export))
        .route("/api/features", get(export::features))
        .route("/api/script", get(export::python))
        .route("/api/null", post(experiments::null))
        .route("/api/stability", post(experiments::stability))
        .route("/api/report", post(experiments::report))
        .route("/report/{id}", get(report::read))
        .route("/api/search", post(jobs::search))
        .route("/api/selections", selections::route())
        .route("/api/jobs/{id}", get(jobs::job).delete(jobs::cancel))
        .route("/api/jobs/{id}/events", get(jobs::events))
        .route("/api/thumbnails/{id}", get(pictures::thumbnail))
        .route("/api/atlas/{page}", get(pictures::atlas))
        .route("/api/images/{id}", get(pictures::image))
        .route("/api/images/{id}/deep", get(pictures::deep))
        .route("/api/changed", get(pictures::changed))
        .route("/api/openapi.json", get(openapi::openapi))
        .fallback(|| async { ApiError::NotFound("there is nothing at this address".to_owned()) })
        .method_not_allowed_fallback(|| async {
            ApiError::Status(
                StatusCode::METHOD_NOT_ALLOWED,
                "this address has other methods",
            )
        })
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(middleware::from_fn_with_state(app.clone(), security::guard))
        .with_state(app)
}
