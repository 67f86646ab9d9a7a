//! Answers that come part by part, as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tracing::Instrument;

use super::App;
use super::error::ApiError;

/// Streams that are open at once. With the answers that are being made they leave room among the
/// connections for whoever asks whether the server is well.
pub(super) const MAX_STREAMS: usize = 256;

/// A place among the streams, until it is dropped.
pub(super) fn place(app: &App) -> Result<OwnedSemaphorePermit, ApiError> {
    let place = Arc::clone(&app.streams).try_acquire_owned();
    place.map_err(|_| {
        ApiError::Busy(format!(
            "{MAX_STREAMS} event streams are open already: close one first"
        ))
    })
}

/// Tells the one who asked.
#[derive(Clone)]
pub(super) struct Teller(mpsc::Sender<Event>);

impl Teller {
    /// Sends one event, and waits while the one before it is on its way.
    pub(super) async fn tell(&self, name: &str, data: &impl Serialize) {
        let event = match Event::default().event(name).json_data(data) {
            Ok(event) => event,
            Err(error) => return tracing::error!("an event could not be written: {error}"),
        };
        // Nobody hears what is sent when the stream ends, and the work ends with it.
        let _ = self.0.send(event).await;
    }
}

/// The events that `work` tells, and `error` should it fail; a reader who leaves stops the work.
pub(super) fn stream<F, W>(
    app: &App,
    work: W,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>> + use<F, W>>, ApiError>
where
    W: FnOnce(Teller) -> F,
    F: Future<Output = Result<(), ApiError>> + Send + 'static,
{
    let (place, closing) = (place(app)?, app.closing.clone());
    let (sender, mut events) = mpsc::channel(1);
    let teller = Teller(sender);
    // It goes on when the request has been answered, and is still about it.
    let work = work(teller.clone()).in_current_span();
    let work = async move {
        if let Err(error) = work.await {
            teller.tell("error", &error.envelope()).await;
        }
        drop(place);
    };
    // The work runs where the events are read, so that it is dropped with them.
    let work = stream::once(work).filter_map(|()| std::future::ready(None));
    let told = stream::poll_fn(move |context| events.poll_recv(context));
    let told = stream::select(told, work).map(Ok);
    let told = told.take_until(closing.cancelled_owned());
    Ok(Sse::new(told).keep_alive(KeepAlive::default()))
}
