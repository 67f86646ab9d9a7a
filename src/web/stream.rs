//! Answers that come part by part, as server-sent events.

use std::convert::Infallible;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::error::ApiError;

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
pub(super) fn stream<F>(
    closing: CancellationToken,
    work: impl FnOnce(Teller) -> F,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>>
where
    F: Future<Output = Result<(), ApiError>> + Send + 'static,
{
    let (sender, mut events) = mpsc::channel(1);
    let teller = Teller(sender);
    let work = work(teller.clone());
    let work = async move {
        if let Err(error) = work.await {
            teller.tell("error", &error.envelope()).await;
        }
    };
    // The work runs where the events are read, so that it is dropped with them.
    let work = stream::once(work).filter_map(|()| std::future::ready(None));
    let told = stream::poll_fn(move |context| events.poll_recv(context));
    let told = stream::select(told, work).map(Ok);
    Sse::new(told.take_until(closing.cancelled_owned())).keep_alive(KeepAlive::default())
}
