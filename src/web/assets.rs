//! `GET /static/…`: the page's own files, embedded in the binary.

use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, include_dir};

use super::error::ApiError;
use super::query::Segment;

static ASSETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/static");

/// One tag for all assets: they change only with the binary.
static TAG: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    hash(&ASSETS, &mut hasher);
    format!("\"{}\"", &hasher.finalize().to_hex()[..16])
});

/// One embedded file. The lookup knows the embedded files alone, so no path can leave them.
pub(super) async fn asset(
    Segment(path): Segment,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let file = ASSETS
        .get_file(&path)
        .ok_or_else(|| ApiError::NotFound("there is no such file".to_owned()))?;
    let tag = HeaderValue::from_str(&TAG).map_err(|_| ApiError::Internal)?;
    let mut response = if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = HeaderValue::from_static(media_type(&path));
        ([(header::CONTENT_TYPE, kind)], file.contents()).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

fn hash(folder: &Dir<'_>, hasher: &mut blake3::Hasher) {
    for file in folder.files() {
        hasher.update(file.path().to_string_lossy().as_bytes());
        hasher.update(file.contents());
    }
    folder.dirs().for_each(|folder| hash(folder, hasher));
}
