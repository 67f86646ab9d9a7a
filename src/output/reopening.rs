//! How far the cohort is opened again while it is served.

use schemars::JsonSchema;
use serde::Serialize;

/// Where it stands to open the cohort again.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reopening {
    /// The number of the study that is served: that of the start is 1, and each that takes its place has the next.
    pub study: u64,
    /// What is being done.
    pub state: ReopeningState,
    /// The layer that was asked for; null where the one in use is read again.
    pub layer: Option<String>,
    /// Images read; null before they are known.
    pub done: Option<u64>,
    /// Images in all.
    pub total: Option<u64>,
    /// Why the study that is served stays, once that has failed, in one sentence.
    pub error: Option<String>,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReopeningState {
    /// Nothing.
    Idle,
    /// The study that is served stays until the next one is ready.
    Running,
    /// The study that is served stays.
    Failed,
}
