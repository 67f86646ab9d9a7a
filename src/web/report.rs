//! `GET /report/{id}`: reports that were made, to be read.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use lru::LruCache;

use super::App;
use super::error::ApiError;
use super::parameters;
use super::query::Segment;
use super::routes::Route;

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/report/{id}", read, "A finished report")
            .takes([parameters::id()])
            .gives_file("text/html"),
    ]
}

/// Reports that are kept to be read.
const KEPT: NonZeroUsize = NonZeroUsize::new(8).expect("8 is not 0");

/// The reports of this process; the oldest are forgotten.
pub(super) struct Reports {
    kept: Mutex<(u64, LruCache<u64, Arc<str>>)>,
}

impl Default for Reports {
    fn default() -> Self {
        Self {
            kept: Mutex::new((0, LruCache::new(KEPT))),
        }
    }
}

impl Reports {
    /// Keeps a page and gives its number.
    pub(super) fn keep(&self, page: String) -> u64 {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.0 += 1;
        let number = kept.0;
        kept.1.put(number, page.into());
        number
    }

    fn find(&self, number: &str) -> Option<Arc<str>> {
        let number = number.parse().ok()?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.1.get(&number).cloned()
    }
}

/// `GET /report/{id}`.
pub(super) async fn read(
    State(app): State<App>,
    Segment(id): Segment,
) -> Result<Response, ApiError> {
    let page = app.reports.find(&id).ok_or_else(|| {
        ApiError::NotFound("this report is no longer kept: make it again on the page".to_owned())
    })?;
    // Its style is inside; nothing else may run or load.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
                  form-action 'none'; frame-ancestors 'none'";
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    Ok((headers, page.to_string()).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_reports_are_forgotten() {
        let reports = Reports::default();
        for number in 1..=KEPT.get() as u64 + 1 {
            assert_eq!(reports.keep(number.to_string()), number);
        }
        assert!(reports.find("1").is_none() && reports.find("x").is_none());
        assert_eq!(reports.find("2").as_deref(), Some("2"));
    }
}
