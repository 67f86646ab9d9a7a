//! `GET /metrics`, where the server was started with `--metrics`: what it counts of itself, for Prometheus
//! and whatever else reads OpenMetrics.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::jobs::JobState;
use crate::pipeline::Stage;

use super::App;
use super::error::ApiError;
use super::routes::Route;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What the system tells of this process, where it does.
#[derive(Debug, Clone, Copy)]
pub struct Process {
    /// Memory in use, in bytes.
    pub resident_memory: Option<u64>,
    /// Threads.
    pub n_threads: Option<u64>,
    /// Open files and connections.
    pub n_open_files: Option<u64>,
}

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let summary = "What the server counts of itself, in the format of OpenMetrics; there where it was \
                   started with --metrics";
    vec![Route::get("/metrics", metrics, summary).gives_file(OPEN_METRICS)]
}

async fn metrics(State(app): State<App>) -> Result<Response, ApiError> {
    let Some(process) = app.metrics else {
        let message = "nothing is counted aloud here: start the server with --metrics";
        return Err(ApiError::NotFound(message.to_owned()));
    };
    let mut text = String::new();
    encode(&mut text, &counted(&app, process())).map_err(|_| ApiError::Internal)?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Job {
    state: &'static str,
}

/// All that is counted, at this moment.
fn counted(app: &App, process: Process) -> Registry {
    let mut all = Registry::default();
    add_process(all.sub_registry_with_prefix("process"), process);
    let ours = all.sub_registry_with_prefix("negatoscope");
    let built = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    ours.register("build", "The program", built);
    let requests = &app.requests;
    let told = "Requests that were answered";
    ours.register("requests", told, requests.answered.clone());
    let told = "Time until an answer began";
    ours.register_with_unit("request", told, Unit::Seconds, requests.seconds.clone());
    let told = "Answers that were computed: those that were remembered are not counted again";
    gauge(ours, "computed_answers", told, app.workbench.n_computed());
    let jobs = Family::<Job, Gauge>::default();
    for (state, name) in [(JobState::Queued, "queued"), (JobState::Running, "running")] {
        let n_jobs = app.jobs.n_in(state);
        jobs.get_or_create(&Job { state: name }).set(n_jobs as i64);
    }
    ours.register("jobs", "Jobs that are not at their end", jobs);
    let n_images = match app.workbench.stage() {
        Stage::Ready(study) => study.n_images(),
        Stage::Pending | Stage::Failed(_) => 0,
    };
    gauge(
        ours,
        "images",
        "Images of the cohort, once it is ready",
        n_images as u64,
    );
    all
}

/// Under the names that are usual for every process.
fn add_process(registry: &mut Registry, process: Process) {
    let told = [
        (
            "resident_memory_bytes",
            "Memory in use",
            process.resident_memory,
        ),
        ("threads", "Threads", process.n_threads),
        (
            "open_fds",
            "Open files and connections",
            process.n_open_files,
        ),
    ];
    for (name, help, value) in told {
        if let Some(value) = value {
            gauge(registry, name, help, value);
        }
    }
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: u64) {
    let gauge = Gauge::<i64>::default();
    gauge.set(value.try_into().unwrap_or(i64::MAX));
    registry.register(name, help, gauge);
}
