//! One error type, one JSON envelope.

use std::any::Any;
use std::error::Error;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::analysis::fidelity::FidelityError;
use crate::analysis::search::SearchError;
use crate::features::model::ModelError;
use crate::jobs::JobsError;
use crate::output::project::NotKept;
use crate::output::{ErrorBody, ErrorCode, ErrorEnvelope};
use crate::pipeline::{GalleryError, StudyError};
use crate::project::ProjectError;
use crate::settings::{METHOD, N_COMPARED};

use super::connections::TooSlow;

/// What can go wrong with a request.
#[derive(Debug)]
pub(super) enum ApiError {
    /// A parameter is out of range, not a number, unknown…
    Parameter {
        /// Its name.
        name: String,
        /// What to change.
        message: String,
    },
    /// The body of a request is not what the route takes.
    Body(String),
    /// The body of a request does not come.
    TooSlow,
    /// A request is larger than what is taken.
    TooLarge(StatusCode, String),
    /// The cohort does not allow it, whatever is asked: it has too few images, or too many.
    Unfit(String),
    /// There is no such thing.
    NotFound(String),
    /// A picture is not the one that its features were made of.
    PictureChanged(String),
    /// It is about a study that is served no more.
    StudyReplaced,
    /// The request comes from where it should not.
    Forbidden(&'static str),
    /// The token is missing or wrong.
    Unauthorized,
    /// Features are being computed.
    FeaturesPending {
        /// Images read.
        done: u64,
        /// Images in all.
        total: u64,
    },
    /// The study could not be prepared.
    StudyFailed(String),
    /// Too much is being asked at once.
    Busy(String),
    /// The project does not take it.
    NotKept(String),
    /// Any other status.
    Status(StatusCode, &'static str),
    /// A computation broke off.
    Internal,
}

impl ApiError {
    pub(super) fn parameter(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Parameter {
            name: name.into(),
            message: message.into(),
        }
    }

    /// Why the body of a request is not taken, of which `limit` bytes may be sent.
    pub(super) fn body(rejection: &JsonRejection, limit: usize) -> Self {
        match rejection.status() {
            status @ StatusCode::PAYLOAD_TOO_LARGE => {
                let message =
                    format!("the body of this request may have {limit} bytes: send less.");
                Self::TooLarge(status, message)
            }
            _ if is_too_slow(rejection) => Self::TooSlow,
            _ => Self::Body(rejection.body_text()),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Parameter { .. } | Self::Body(_) => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge(status, _) => *status,
            Self::Unfit(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::PictureChanged(_) | Self::StudyReplaced => StatusCode::GONE,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::FeaturesPending { .. } | Self::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Status(status, _) => *status,
            Self::NotKept(_) => StatusCode::INSUFFICIENT_STORAGE,
            Self::StudyFailed(_) | Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> ErrorCode {
        match self {
            Self::Parameter { .. } => ErrorCode::InvalidParameter,
            Self::Body(_) | Self::TooSlow => ErrorCode::InvalidBody,
            Self::TooLarge(..) => ErrorCode::TooLarge,
            Self::Unfit(_) => ErrorCode::UnfitCohort,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::PictureChanged(_) => ErrorCode::PictureChanged,
            Self::StudyReplaced => ErrorCode::StudyReplaced,
            Self::Forbidden(_) => ErrorCode::Forbidden,
            Self::Unauthorized => ErrorCode::Unauthorized,
            Self::FeaturesPending { .. } => ErrorCode::FeaturesPending,
            Self::StudyFailed(_) => ErrorCode::StudyFailed,
            Self::Busy(_) => ErrorCode::Busy,
            Self::NotKept(_) => ErrorCode::NotKept,
            Self::Status(..) => ErrorCode::MethodNotAllowed,
            Self::Internal => ErrorCode::Internal,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Parameter { message, .. }
            | Self::Body(message)
            | Self::TooLarge(_, message)
            | Self::Unfit(message)
            | Self::NotFound(message)
            | Self::PictureChanged(message)
            | Self::StudyFailed(message)
            | Self::NotKept(message)
            | Self::Busy(message) => message.clone(),
            Self::Forbidden(message) | Self::Status(_, message) => (*message).to_owned(),
            Self::Unauthorized => {
                "open the link that negatoscope printed last: each opens one browser".to_owned()
            }
            Self::FeaturesPending { done, total } => {
                format!("features are being computed: {done} of {total} images are done")
            }
            Self::StudyReplaced => {
                "the cohort was opened again, and another study is here: load the page again"
                    .to_owned()
            }
            Self::TooSlow => format!("{TooSlow}: send it at once"),
            Self::Internal => "the computation broke off; the log says why".to_owned(),
        }
    }

    /// The envelope: `{"error":{"code","message",…}}`.
    pub(super) fn envelope(&self) -> ErrorEnvelope {
        let parameter = match self {
            Self::Parameter { name, .. } => Some(name.clone()),
            _ => None,
        };
        let (done, total) = match self {
            Self::FeaturesPending { done, total } => (Some(*done), Some(*total)),
            _ => (None, None),
        };
        let error = ErrorBody {
            code: self.code(),
            message: self.message(),
            parameter,
            done,
            total,
        };
        ErrorEnvelope { error }
    }
}

fn is_too_slow(error: &(dyn Error + 'static)) -> bool {
    error.is::<TooSlow>() || error.source().is_some_and(is_too_slow)
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(self.envelope())).into_response();
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<&StudyError> for ApiError {
    fn from(error: &StudyError) -> Self {
        let name = match error {
            StudyError::Projection(error) => error.parameter(),
            StudyError::Clustering(error) => error.parameter(),
            StudyError::Search(error) => error.parameter(),
            StudyError::Fidelity(FidelityError::NNeighbors { .. }) => Some(N_COMPARED.key),
            StudyError::Stability(error) => error.parameter(),
            StudyError::Ensemble(error) => error.parameter(),
            StudyError::Null(error) => error.parameter(),
            StudyError::TooManyForFrames { .. } | StudyError::NoFrames { .. } => Some(METHOD),
            StudyError::Column(unknown) => Some(unknown.parameter),
            StudyError::Cohort(_) | StudyError::NothingLeft(_) => Some("where"),
            StudyError::DrawnByHand => Some("own"),
            StudyError::Model(ModelError::UnknownLayer { .. }) => Some("layer"),
            _ => None,
        };
        match name {
            Some(name) => Self::parameter(name, error.to_string()),
            None if error.is_cancelled() => Self::Internal,
            None => Self::Unfit(error.to_string()),
        }
    }
}

impl From<SearchError> for ApiError {
    fn from(error: SearchError) -> Self {
        Self::from(StudyError::from(error))
    }
}

impl From<StudyError> for ApiError {
    fn from(error: StudyError) -> Self {
        Self::from(&error)
    }
}

impl From<Arc<StudyError>> for ApiError {
    fn from(error: Arc<StudyError>) -> Self {
        Self::from(&*error)
    }
}

impl From<NotKept> for ApiError {
    fn from(error: NotKept) -> Self {
        match error {
            NotKept::Field { name, message } => Self::parameter(name, message),
            NotKept::NoDocument => Self::Body(error.to_string()),
            NotKept::Project(ProjectError::Full(_) | ProjectError::Unwritten(_))
            | NotKept::NoProject => Self::NotKept(error.to_string()),
        }
    }
}

impl From<JobsError> for ApiError {
    fn from(error: JobsError) -> Self {
        Self::Busy(error.to_string())
    }
}

impl From<GalleryError> for ApiError {
    fn from(error: GalleryError) -> Self {
        match error {
            GalleryError::Changed => Self::PictureChanged(error.to_string()),
            other => Self::NotFound(other.to_string()),
        }
    }
}

/// The answer when a handler panicked: the envelope, and the reason in the log alone.
pub(super) fn panicked(reason: Box<dyn Any + Send>) -> Response {
    let text = reason
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| reason.downcast_ref::<&str>().copied())
        .unwrap_or("no reason given");
    tracing::error!("a request broke off: {text}");
    ApiError::Internal.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_cohort_does_not_allow_is_422_and_no_parameters_fault() {
        let error = ApiError::from(&StudyError::TooManyForPlane { n_images: 30_000 });
        assert_eq!(error.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let told = error.envelope().error;
        assert_eq!(told.code, ErrorCode::UnfitCohort);
        assert_eq!(told.parameter, None);
    }
}
