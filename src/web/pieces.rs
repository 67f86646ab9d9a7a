//! Answers that may be large: written piece by piece on a thread of their own, no faster than they are
//! read, so that no worker of the server is held and no answer lies in memory as a whole.

use std::io::{self, Write};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tracing::Span;

use super::App;
use super::error::ApiError;

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;
/// Pieces that may wait for their reader.
const WAITING: usize = 2;
/// Answers that are written at once; more wait for their turn.
pub(super) const MAX_WRITTEN: usize = 8;

/// Where an answer is written to. Writing fails once its reader has left.
pub(super) struct Pieces {
    buffer: Vec<u8>,
    sender: Sender<Message>,
}

enum Message {
    Piece(Bytes),
    /// Nothing follows: without it a writer has broken off.
    Whole,
}

impl Pieces {
    fn send(&self, message: Message) -> io::Result<()> {
        let left = |_| io::Error::new(io::ErrorKind::BrokenPipe, "the reader has left");
        self.sender.blocking_send(message).map_err(left)
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = bytes.len().min(PIECE - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..n]);
        if self.buffer.len() == PIECE {
            self.flush()?;
        }
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE));
        self.send(Message::Piece(piece.into()))
    }
}

/// The body that `write` writes.
///
/// # Errors
/// When it breaks off before its first piece; later the answer ends in the middle, which its reader notices.
pub(super) async fn body<E: std::fmt::Display>(
    app: &App,
    write: impl FnOnce(&mut Pieces) -> Result<(), E> + Send + 'static,
) -> Result<Body, ApiError> {
    written_by(&app.writing, write).await
}

async fn written_by<E: std::fmt::Display>(
    turns: &Arc<Semaphore>,
    write: impl FnOnce(&mut Pieces) -> Result<(), E> + Send + 'static,
) -> Result<Body, ApiError> {
    let turn = Arc::clone(turns).acquire_owned().await;
    let turn = turn.map_err(|_| ApiError::Internal)?;
    let (sender, mut pieces) = mpsc::channel(WAITING);
    let asked_by = Span::current();
    tokio::task::spawn_blocking(move || {
        let _asked_by = asked_by.entered();
        let buffer = Vec::new();
        let mut out = Pieces { buffer, sender };
        let written = write(&mut out).map_err(|error| error.to_string());
        let whole = written.and_then(|()| {
            let sent = out.flush().and_then(|()| out.send(Message::Whole));
            sent.map_err(|error| error.to_string())
        });
        if let Err(reason) = whole
            && !out.sender.is_closed()
        {
            tracing::error!("an answer could not be written: {reason}");
        }
        drop(turn);
    });
    let first = pieces.recv().await.ok_or(ApiError::Internal)?;
    Ok(Body::from_stream(read(first, pieces)))
}

/// The pieces as they come, and an error when they end too soon.
fn read(first: Message, rest: Receiver<Message>) -> impl Stream<Item = io::Result<Bytes>> {
    stream::unfold((Some(first), Some(rest)), |(first, rest)| async move {
        let mut rest = rest?;
        let next = match first {
            Some(first) => Some(first),
            None => rest.recv().await,
        };
        match next {
            Some(Message::Piece(piece)) => Some((Ok(piece), (None, Some(rest)))),
            Some(Message::Whole) => None,
            None => Some((Err(io::Error::other("the answer broke off")), (None, None))),
        }
    })
    // What compresses asks once more behind the end.
    .fuse()
}

/// A document as JSON; `make` runs on the thread that writes it.
pub(super) async fn json<T: Serialize>(
    app: &App,
    make: impl FnOnce() -> T + Send + 'static,
) -> Result<Response, ApiError> {
    let body = body(app, move |out| serde_json::to_writer(out, &make())).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use axum::body::to_bytes;

    use super::*;

    fn turns() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(1))
    }

    #[tokio::test]
    async fn what_is_written_is_read() {
        let (turns, text) = (turns(), "x".repeat(3 * PIECE + 7));
        let written = text.clone();
        let body = written_by(&turns, move |out| out.write_all(written.as_bytes()));
        let read = to_bytes(body.await.unwrap(), usize::MAX).await.unwrap();
        assert_eq!(read, text.as_bytes());
        let nothing = written_by(&turns, |_| io::Result::Ok(()));
        let read = to_bytes(nothing.await.unwrap(), usize::MAX).await.unwrap();
        assert!(read.is_empty());
    }

    /// Without an end a writer would go on for ever, and a hundred of them take all memory.
    #[tokio::test]
    async fn a_reader_who_leaves_stops_the_writer_and_makes_room() {
        let (ended, end) = mpsc::channel();
        let turns = turns();
        let body = written_by(&turns, move |out| {
            loop {
                if let Err(error) = out.write_all(&[b'x'; 1000]) {
                    ended.send(error.kind()).ok();
                    return Err(error);
                }
            }
        });
        let body = body.await.unwrap();
        assert_eq!(turns.available_permits(), 0);
        assert!(
            end.recv_timeout(Duration::from_millis(100)).is_err(),
            "it does not wait"
        );
        drop(body);
        let kind = end.recv_timeout(Duration::from_secs(5)).unwrap();
        assert_eq!(kind, io::ErrorKind::BrokenPipe);
        let turn = tokio::time::timeout(Duration::from_secs(5), turns.acquire());
        assert!(turn.await.is_ok());
    }

    #[tokio::test]
    async fn a_writer_who_breaks_off_leaves_no_whole_answer() {
        let turns = turns();
        let broken = written_by(&turns, |_| Err("no"));
        assert!(matches!(broken.await, Err(ApiError::Internal)));
        let later = written_by(&turns, |out| {
            out.write_all(&[b'x'; 2 * PIECE]).map_err(|_| "left")?;
            Err("no")
        });
        assert!(to_bytes(later.await.unwrap(), usize::MAX).await.is_err());
    }
}
