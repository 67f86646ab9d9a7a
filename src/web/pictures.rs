//! `GET /api/thumbnails/{id}`, `/api/atlas/{page}`, `/api/images/{id}`, `/api/images/{id}/deep` and
//! `/api/changed`.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{self, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tracing::Span;

use crate::cohort::Since;
use crate::output::{ChangedPicture, ChangedPictures, TableSince, Tensor};
use crate::pipeline::{GalleryError, ServedImage};

use crate::settings::SIZE;

use super::App;
use super::error::ApiError;
use super::parameters;
use super::query::{Query, Segment, Words};
use super::reopening::STUDY;
use super::routes::Route;

/// The routes that are answered here.
pub(super) fn routes() -> Vec<Route> {
    let of_atlas = "256 images in the order of the records: a JPEG with 16 squares of 64 pixels to a \
                    row";
    let of_image = "The image as it is, or as PNG where browsers cannot show its type";
    let of_deep = "The samples of an image of more than 8 bits, whose record says how many, as they \
                   are used in its file: an array of 16-bit numbers in NumPy's format, (height, width) \
                   or (height, width, 3)";
    let of_tensor = "What the network gets of an image: its shape, the values that it can have, and what is in \
                     each channel";
    let of_tensor_picture = "The same as a picture: its smallest possible value is black and its largest white, \
                             in all channels alike, which are red, green and blue in the tensor's order";
    let of_changed = "What is other in the folder than when the cohort was opened: images whose files are not those \
                      any more that the features were made of, how many are new, and what became of the metadata";
    vec![
        Route::get("/api/thumbnails/{id}", thumbnail, "A small picture")
            .takes([parameters::id(), parameters::size(), parameters::study()])
            .gives_file("image/jpeg"),
        Route::get("/api/atlas/{page}", atlas, of_atlas)
            .takes([parameters::page(), parameters::study()])
            .gives_file("image/jpeg"),
        Route::get("/api/images/{id}", image, of_image)
            .takes([parameters::id(), parameters::study()])
            .gives_file("image/*"),
        Route::get("/api/images/{id}/deep", deep, of_deep)
            .takes([parameters::id(), parameters::study()])
            .gives_file("application/octet-stream"),
        Route::get("/api/images/{id}/tensor", tensor, of_tensor)
            .takes([parameters::id()])
            .gives::<Tensor>(),
        Route::get(
            "/api/images/{id}/tensor.png",
            tensor_picture,
            of_tensor_picture,
        )
        .takes([parameters::id(), parameters::study()])
        .gives_file("image/png"),
        Route::get("/api/changed", changed, of_changed).gives::<ChangedPictures>(),
    ]
}

/// A small JPEG of an image.
pub(super) async fn thumbnail(
    State(app): State<App>,
    Segment(id): Segment,
    extract::Query(query): Words,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let query = Query::with(&[SIZE.key, STUDY], query)?;
    let size = query.value(&SIZE)?.count() as u32;
    let bench = Arc::clone(&app.workbench);
    picture(&app, &headers, move || bench.gallery.thumbnail(&id, size)).await
}

/// Many small squares in one JPEG, in the order of the records.
pub(super) async fn atlas(
    State(app): State<App>,
    Segment(page): Segment,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let page = page
        .parse()
        .map_err(|_| ApiError::NotFound("an atlas page is a whole number from 0".to_owned()))?;
    // The order of the records is settled by then: what cannot be read has left.
    app.study()?;
    let bench = Arc::clone(&app.workbench);
    picture(&app, &headers, move || bench.gallery.atlas(page)).await
}

/// An image as it is, or as PNG where browsers cannot show its type.
pub(super) async fn image(
    State(app): State<App>,
    Segment(id): Segment,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let bench = Arc::clone(&app.workbench);
    picture(&app, &headers, move || bench.gallery.image(&id)).await
}

/// The samples of an image of more than 8 bits.
pub(super) async fn deep(
    State(app): State<App>,
    Segment(id): Segment,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let bench = Arc::clone(&app.workbench);
    picture(&app, &headers, move || bench.gallery.deep(&id)).await
}

/// What the network gets of an image, in numbers.
pub(super) async fn tensor(
    State(app): State<App>,
    Segment(id): Segment,
) -> Result<Json<Tensor>, ApiError> {
    let bench = Arc::clone(&app.workbench);
    let tensor = reading(&app, move || bench.gallery.tensor(&id)).await??;
    Ok(Json((&tensor).into()))
}

/// What the network gets of an image, as a picture.
pub(super) async fn tensor_picture(
    State(app): State<App>,
    Segment(id): Segment,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let bench = Arc::clone(&app.workbench);
    picture(&app, &headers, move || bench.gallery.tensor_picture(&id)).await
}

/// What is other in the folder than when the cohort was opened.
pub(super) async fn changed(State(app): State<App>) -> Result<Json<ChangedPictures>, ApiError> {
    let study = app.study()?;
    let bench = Arc::clone(&app.workbench);
    let found = reading(&app, move || bench.gallery.changed()).await?;
    let records = &study.cohort.records;
    let changed = |(at, fault): (usize, GalleryError)| {
        let record = &records[at];
        ChangedPicture {
            id: record.id.clone(),
            filename: record.filename.clone(),
            reason: fault.to_string(),
        }
    };
    let changed = found.into_iter().map(changed).collect();
    let since = since(&app).await?;
    Ok(Json(ChangedPictures {
        changed,
        n_new: since.map_or(0, |since| since.n_new_images),
        table: since.and_then(|since| since.table).map(TableSince::from),
        is_whole: since.is_none_or(|since| since.is_whole),
    }))
}

/// What came into the folder. One request looks at a time; those that wait meanwhile share one more look.
async fn since(app: &App) -> Result<Option<Since>, ApiError> {
    let asked = Instant::now();
    let turn = Arc::clone(&app.walking).acquire_owned().await;
    let turn = turn.map_err(|_| ApiError::Internal)?;
    let (bench, asked_by) = (Arc::clone(&app.workbench), Span::current());
    let look = move || (asked_by.in_scope(|| bench.folder.since(asked)), turn).0;
    let found = tokio::task::spawn_blocking(look).await;
    found.map_err(|_| ApiError::Internal)
}

/// What comes of reading pictures, which takes a thread for its time.
async fn reading<T: Send + 'static>(
    app: &App,
    read: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    let permit = Arc::clone(&app.decoding).acquire_owned().await;
    let permit = permit.map_err(|_| ApiError::Internal)?;
    // The permit goes along: a request that is dropped does not stop its thread.
    let asked_by = Span::current();
    let read = move || (asked_by.in_scope(read), permit).0;
    let read = tokio::task::spawn_blocking(read).await;
    read.map_err(|_| ApiError::Internal)
}

async fn picture(
    app: &App,
    headers: &HeaderMap,
    read: impl FnOnce() -> Result<ServedImage, GalleryError> + Send + 'static,
) -> Result<Response, ApiError> {
    let served = reading(app, read).await??;
    let tag = HeaderValue::from_str(&served.tag).map_err(|_| ApiError::Internal)?;
    let mut response = if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = HeaderValue::from_static(served.media_type);
        ([(header::CONTENT_TYPE, kind)], Bytes::from(served.bytes)).into_response()
    };
    // An id names a file, whose content may change: the browser asks again, by the tag.
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag);
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=60"),
    );
    Ok(response)
}
