//! Long work: where it stands, and what comes of it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::jobs::{JobState, Snapshot};

use super::{Null, Search, Stability, milliseconds};

/// A job that was started.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JobStarted {
    /// What `/api/jobs/{id}` takes.
    pub id: String,
}

/// Where a job stands.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Job<'a> {
    id: &'a str,
    /// What kind of work it is.
    #[schemars(extend("enum" = ["search", "null", "stability", "report"]))]
    kind: &'static str,
    state: State,
    /// Units done: the settings of a search, the cohorts of a null, the maps of a stability or a
    /// report. Less than all until it is done.
    done: u64,
    /// Units in all.
    total: u64,
    /// Expected time until the end in milliseconds, while it runs and some of it is done.
    eta_ms: Option<f64>,
    /// Once it is done.
    result: Option<&'a JobResult>,
    /// What went wrong, in one sentence.
    error: Option<&'a str>,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "JobState")]
enum State {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// What comes of a job, by its kind.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum JobResult {
    Search(Search),
    Null(Null),
    Stability(Stability),
    Report(ReportAddress),
}

/// Where a report can be read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReportAddress {
    /// The path of the page.
    pub url: String,
}

impl<'a> Job<'a> {
    /// The job with this id.
    pub fn new(id: &'a str, snapshot: &'a Snapshot<JobResult>) -> Self {
        Self {
            id,
            kind: snapshot.kind,
            state: snapshot.state.into(),
            done: snapshot.done,
            total: snapshot.total,
            eta_ms: snapshot.eta.map(milliseconds),
            result: snapshot.result.as_deref(),
            error: snapshot.error.as_deref(),
        }
    }
}

impl From<JobState> for State {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Queued => Self::Queued,
            JobState::Running => Self::Running,
            JobState::Done => Self::Done,
            JobState::Failed => Self::Failed,
            JobState::Cancelled => Self::Cancelled,
        }
    }
}
