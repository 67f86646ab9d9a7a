//! The envelope of every error.

use schemars::JsonSchema;
use serde::Serialize;

/// What every error is answered with.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErrorEnvelope {
    /// What went wrong.
    pub error: ErrorBody,
}

/// What went wrong.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErrorBody {
    /// For programs.
    pub code: ErrorCode,
    /// What to change, in one sentence.
    pub message: String,
    /// The parameter that is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Images read, while features are being computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done: Option<u64>,
    /// Images in all, while features are being computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// A part of a stream that cannot be had.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FailedPart {
    /// The name of its event.
    pub part: &'static str,
    /// Why not.
    #[serde(flatten)]
    pub why: ErrorEnvelope,
}

/// What kind of error it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A parameter is out of range, not a number, unknown.
    InvalidParameter,
    /// The body is not what the route takes.
    InvalidBody,
    /// The request is larger than what is taken.
    TooLarge,
    /// The cohort does not allow it, whatever is asked.
    UnfitCohort,
    /// There is no such thing.
    NotFound,
    /// A picture is not the one that its features were made of.
    PictureChanged,
    /// It is about a study that is served no more: the cohort was opened again.
    StudyReplaced,
    /// The request comes from where it should not.
    Forbidden,
    /// The token is missing or wrong.
    Unauthorized,
    /// Features are being computed: ask again.
    FeaturesPending,
    /// The study could not be prepared.
    StudyFailed,
    /// Too much is being asked at once: ask again.
    Busy,
    /// The project does not take what was made: its disk does not, or there is too much of it.
    NotKept,
    /// The address has other methods.
    MethodNotAllowed,
    /// The computation broke off; the log says why.
    Internal,
}
