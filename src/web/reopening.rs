//! `POST`, `GET` and `DELETE /api/open`: the cohort is opened again in place, as it lies on the disk now or with
//! its network read at another layer.
//!
//! The study that is served stays until the next one is ready, so that a layer which cannot be read costs
//! nothing. Each study has a router of its own: a request takes the one that is there when it comes, and is
//! about that study until it ends. A page says which one it shows, and is refused once that has gone.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Json, Request, State};
use axum::http::{HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use tracing::Span;

use crate::jobs::Progress;
use crate::output::{Reopening, ReopeningState};
use crate::pipeline::{Stage, Workbench};

use super::error::ApiError;
use super::routes::Route;
use super::{App, MAX_BODY_BYTES};

/// Opens the cohort again on the thread that calls it, at a layer where one was chosen, and tells how far it is
/// once that can be told. The workbench has its study; else why not, in one sentence.
pub type Reopen =
    dyn Fn(Option<&str>, &dyn Fn(Arc<Progress>)) -> Result<Workbench, String> + Send + Sync;

/// The study that a request is about: a header, or in the address of a picture a parameter.
const HEADER: HeaderName = HeaderName::from_static("x-study");
/// See [`HEADER`].
pub(super) const STUDY: &str = "study";

/// What is served, and what is to take its place.
pub(super) struct Door {
    reopen: Box<Reopen>,
    current: RwLock<Router>,
    next: Mutex<Awaited>,
    /// When the whole server ends.
    closing: CancellationToken,
}

/// The study that is waited for.
enum Awaited {
    Nothing,
    Running {
        layer: Option<String>,
        /// Once there are images to count.
        preparing: Option<Arc<Progress>>,
        is_cancelled: bool,
    },
    Failed {
        layer: Option<String>,
        error: String,
    },
}

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_post = "Opens the cohort again: as it lies on the disk now, or with its network read at another layer. \
                   The study that is served stays until the next one is ready";
    let of_get = "How far that is, and the number of the study that is served: a request that names another one, in the \
                  header x-study or as study in the address, is refused with 410";
    let of_delete = "Takes it back";
    let path = "/api/open";
    vec![
        Route::post::<OpenRequest, _, _>(path, open, of_post)
            .gives::<Reopening>()
            .with_status("202", "How far it is"),
        Route::get(path, standing, of_get).gives::<Reopening>(),
        Route::delete(path, cancel, of_delete).gives::<Reopening>(),
    ]
}

/// What is to be opened.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OpenRequest {
    /// The name of a layer, as `/api/layers` has it; the one in use where none is given.
    layer: Option<String>,
}

impl Door {
    /// The routes of the study that is served, at each moment.
    pub(super) fn open_to(app: App, reopen: Box<Reopen>) -> Router {
        let door = Arc::new(Self {
            reopen,
            current: RwLock::default(),
            next: Mutex::new(Awaited::Nothing),
            closing: app.closing.clone(),
        });
        let closing = door.closing.child_token();
        door.serve(App {
            door: Some(Arc::clone(&door)),
            closing,
            ..app
        });
        Router::new().fallback(move |request: Request| {
            let router = TowerToHyperService::new(door.current());
            async move {
                let answer: Result<Response, Infallible> = router.call(request).await;
                answer.unwrap_or_else(|never| match never {})
            }
        })
    }

    fn next(&self) -> MutexGuard<'_, Awaited> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn current(&self) -> Router {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Answers the requests that come from now on.
    fn serve(&self, app: App) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = super::one_study(app);
    }

    /// Opens the cohort again and serves it in the place of `app`, or says why not.
    fn open(&self, app: &App, layer: Option<String>) {
        // What was chosen before stays where nothing else is.
        let chosen = layer.clone().or_else(|| app.layer.clone());
        let tell = |progress: Arc<Progress>| {
            if let Awaited::Running {
                preparing,
                is_cancelled,
                ..
            } = &mut *self.next()
            {
                if *is_cancelled {
                    progress.cancel();
                }
                *preparing = Some(progress);
            }
        };
        let reopen = AssertUnwindSafe(|| (self.reopen)(chosen.as_deref(), &tell));
        let opened = std::panic::catch_unwind(reopen)
            .unwrap_or_else(|_| Err("the cohort could not be opened; the log says why".to_owned()));
        let mut next = self.next();
        let is_cancelled = matches!(*next, Awaited::Running { is_cancelled, .. } if is_cancelled);
        *next = match opened {
            _ if is_cancelled => Awaited::Nothing,
            Ok(bench) => {
                self.replace(app, bench, chosen);
                Awaited::Nothing
            }
            Err(error) => {
                tracing::warn!("the study stays as it is: {error}");
                Awaited::Failed { layer, error }
            }
        };
    }

    /// Serves a workbench in the place of that of `app`, whose streams and jobs end.
    fn replace(&self, app: &App, bench: Workbench, layer: Option<String>) {
        if let (Stage::Ready(was), Stage::Ready(is)) = (app.workbench.stage(), bench.stage()) {
            let cohorts = (&was.cohort, &is.cohort);
            bench
                .selections
                .take_over(&app.workbench.selections, cohorts);
        }
        let next = App {
            workbench: Arc::new(bench),
            study: app.study + 1,
            layer,
            jobs: app.jobs.begin_anew(),
            reports: Arc::default(),
            closing: self.closing.child_token(),
            ..app.clone()
        };
        self.serve(next);
        app.closing.cancel();
    }

    fn standing(&self, study: u64) -> Reopening {
        let (state, layer, progress, error) = match &*self.next() {
            Awaited::Nothing => (ReopeningState::Idle, None, None, None),
            Awaited::Running {
                layer, preparing, ..
            } => {
                let progress = preparing.as_ref();
                let progress = progress.map(|progress| (progress.done(), progress.total()));
                (ReopeningState::Running, layer.clone(), progress, None)
            }
            Awaited::Failed { layer, error } => {
                let (layer, error) = (layer.clone(), Some(error.clone()));
                (ReopeningState::Failed, layer, None, error)
            }
        };
        Reopening {
            study,
            state,
            layer,
            done: progress.map(|(done, _)| done),
            total: progress.map(|(_, total)| total),
            error,
        }
    }
}

/// Begins to open the cohort again.
async fn open(
    State(app): State<App>,
    request: Result<Json<OpenRequest>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(OpenRequest { layer }) =
        request.map_err(|rejection| ApiError::body(&rejection, MAX_BODY_BYTES))?;
    let door = door(&app)?;
    if let Stage::Pending = app.workbench.stage() {
        app.study()?;
    }
    if layer.is_some() && app.workbench.layers.is_none() {
        let message = "no network runs here: the features came ready made";
        return Err(ApiError::parameter("layer", message));
    }
    // It is told to another process, which takes no zero byte.
    if layer
        .as_ref()
        .is_some_and(|name| name.contains(char::is_control))
    {
        let message = "layer is no name: take one of /api/layers";
        return Err(ApiError::parameter("layer", message));
    }
    {
        let mut next = door.next();
        if let Awaited::Running { .. } = *next {
            let message = "the cohort is being opened already: wait, or take that back first";
            return Err(ApiError::Busy(message.to_owned()));
        }
        *next = Awaited::Running {
            layer: layer.clone(),
            preparing: None,
            is_cancelled: false,
        };
    }
    let told = door.standing(app.study);
    let asked_by = Span::current();
    let door = Arc::clone(door);
    tokio::task::spawn_blocking(move || asked_by.in_scope(|| door.open(&app, layer)));
    Ok((StatusCode::ACCEPTED, Json(told)).into_response())
}

/// How far it is.
async fn standing(State(app): State<App>) -> Result<Json<Reopening>, ApiError> {
    Ok(Json(door(&app)?.standing(app.study)))
}

/// Takes it back: the study that is served stays.
async fn cancel(State(app): State<App>) -> Result<Json<Reopening>, ApiError> {
    let door = door(&app)?;
    if let Awaited::Running {
        preparing,
        is_cancelled,
        ..
    } = &mut *door.next()
    {
        *is_cancelled = true;
        preparing.iter().for_each(|progress| progress.cancel());
    }
    Ok(Json(door.standing(app.study)))
}

fn door(app: &App) -> Result<&Arc<Door>, ApiError> {
    app.door.as_ref().ok_or_else(|| {
        let message = "this study is not opened again while it is served: it comes from a bundle, or from vectors \
                       without a cohort";
        ApiError::NotFound(message.to_owned())
    })
}

/// Refuses a request about a study that is served no more: places and pictures of two are not to be mixed.
pub(super) async fn of_this_study(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let header = request.headers().get(HEADER);
    let header = header.and_then(|value| value.to_str().ok());
    let query = request.uri().query().unwrap_or_default().split('&');
    let parameter = query.filter_map(|pair| pair.strip_prefix(STUDY)?.strip_prefix('='));
    let here = app.study.to_string();
    match header
        .into_iter()
        .chain(parameter)
        .all(|asked| asked == here)
    {
        true => next.run(request).await,
        false => ApiError::StudyReplaced.into_response(),
    }
}
