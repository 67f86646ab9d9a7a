//! How long a connection may keep the server waiting, and which one makes room for the next.
//!
//! A connection waits for its client until a request has come as a whole, and again once it was
//! answered. When there is no place for another one, the one that has waited longest is closed: honest
//! browsers open a new one.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

/// Connections at once; a browser opens six.
const MAX_CONNECTIONS: usize = 512;
/// Time between two looks for a connection that could make room.
const LOOK: Duration = Duration::from_millis(50);
/// Time for the first bytes of a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of a body that give it a second more.
const BODY_RATE: u64 = 64 * 1024;
/// Time for a client to take something of what is sent to it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// The connections that are open.
pub(super) struct Connections {
    places: Arc<Semaphore>,
    open: Mutex<(u64, HashMap<u64, Arc<Connection>>)>,
}

/// One of them.
#[derive(Default)]
pub(super) struct Connection {
    /// Since when it waits for its client; nothing while a request is at work.
    waiting: Mutex<Option<Instant>>,
    /// It has to make room.
    evicted: CancellationToken,
}

/// The place of a connection, until it is dropped.
pub(super) struct Place {
    connections: Arc<Connections>,
    number: u64,
    pub(super) connection: Arc<Connection>,
    _permit: OwnedSemaphorePermit,
}

impl Connections {
    /// None yet.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            places: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            open: Mutex::default(),
        })
    }

    /// A place for one more connection; another one is closed where there is none.
    pub(super) async fn place(self: &Arc<Self>) -> Option<Place> {
        let permit = loop {
            if self.places.available_permits() == 0 {
                self.make_room();
            }
            let free = Arc::clone(&self.places).acquire_owned();
            tokio::select! {
                permit = free => break permit.ok()?,
                () = sleep(LOOK) => {} // All were at work: perhaps one waits now.
            }
        };
        let connection = Arc::new(Connection::default());
        connection.wait();
        let mut open = lock(&self.open);
        open.0 += 1;
        let number = open.0;
        open.1.insert(number, Arc::clone(&connection));
        Some(Place {
            connections: Arc::clone(self),
            number,
            connection,
            _permit: permit,
        })
    }

    /// Closes the connection that has waited longest for its client, where one does.
    fn make_room(&self) {
        let open = lock(&self.open);
        let waiting = open.1.values().filter_map(|connection| {
            let since = (*lock(&connection.waiting))?;
            let is_left = !connection.evicted.is_cancelled();
            is_left.then_some((since, connection))
        });
        if let Some((_, longest)) = waiting.min_by_key(|(since, _)| *since) {
            longest.evicted.cancel();
        }
    }
}

impl Connection {
    /// Ends when the connection has to make room.
    pub(super) async fn evicted(&self) {
        self.evicted.cancelled().await;
    }

    fn wait(&self) {
        *lock(&self.waiting) = Some(Instant::now());
    }

    fn work(&self) {
        *lock(&self.waiting) = None;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.connections.open).1.remove(&self.number);
    }
}

/// A poisoned lock is as good as any: every change under it is a single one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A body did not come in time.
#[derive(Debug)]
pub(super) struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of the request came too slowly")
    }
}

impl std::error::Error for TooSlow {}

/// The body of a request, which has to come in time.
pub(super) struct Arriving {
    body: Incoming,
    connection: Arc<Connection>,
    deadline: Option<Pin<Box<Sleep>>>,
    begun: Instant,
    n_bytes: u64,
}

impl Arriving {
    pub(super) fn new(body: Incoming, connection: Arc<Connection>) -> Self {
        if body.is_end_stream() {
            connection.work();
        }
        Self {
            body,
            connection,
            deadline: None,
            begun: Instant::now(),
            n_bytes: 0,
        }
    }

    /// The moment by which more has to be there.
    fn due(&self) -> Instant {
        self.begun + BODY_TIMEOUT + Duration::from_secs(self.n_bytes / BODY_RATE)
    }
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let due = self.due();
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            if let Some(Ok(frame)) = &frame {
                self.n_bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
            }
            if self.body.is_end_stream() || frame.is_none() {
                self.connection.work();
            } else if Instant::now() > due {
                return Poll::Ready(Some(Err(TooSlow.into())));
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(sleep_until(due)));
        if deadline.deadline() != due {
            deadline.as_mut().reset(due);
        }
        ready!(deadline.as_mut().poll(context));
        Poll::Ready(Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer; once it is gone, the connection waits for its client again.
pub(super) struct Leaving {
    body: Body,
    connection: Arc<Connection>,
}

impl Leaving {
    pub(super) fn new(body: Body, connection: Arc<Connection>) -> Self {
        Self { body, connection }
    }
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.connection.wait();
    }
}

/// A stream whose other end has to take what it is sent.
pub(super) struct Taken {
    stream: TcpStream,
    /// How long it may take nothing.
    patience: Duration,
    /// By when, while it takes nothing.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Taken {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            patience: WRITE_TIMEOUT,
            deadline: None,
        }
    }

    fn in_time<T>(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.deadline = None;
            return outcome;
        }
        let patience = self.patience;
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(deadline.as_mut().poll(context));
        let reason = "the client takes nothing of what is sent to it";
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, reason)))
    }
}

impl AsyncRead for Taken {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Taken {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.in_time(context, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.in_time(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::net::TcpListener;

    use super::*;

    async fn pair(patience: Duration) -> (Taken, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap());
        let (client, accepted) = tokio::join!(client, listener.accept());
        let mut taken = Taken::new(accepted.unwrap().0);
        taken.patience = patience;
        (taken, client.unwrap())
    }

    async fn send(server: &mut Taken, n_bytes: usize) -> io::Result<()> {
        let bytes = vec![0; n_bytes];
        let mut sent = 0;
        while sent < n_bytes {
            let write = |context: &mut Context<'_>| {
                Pin::new(&mut *server).poll_write(context, &bytes[sent..])
            };
            sent += poll_fn(write).await?;
        }
        Ok(())
    }

    /// More than the system keeps for either end.
    const MUCH: usize = 64 << 20;

    #[tokio::test]
    async fn one_who_takes_nothing_is_given_up() {
        let (mut server, _client) = pair(Duration::from_millis(200)).await;
        let sent = tokio::time::timeout(Duration::from_secs(20), send(&mut server, MUCH));
        let error = sent.await.expect("it waits for ever").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn one_who_is_slow_is_waited_for() {
        let (mut server, client) = pair(Duration::from_millis(500)).await;
        let sent = tokio::spawn(async move { send(&mut server, 16 << 20).await });
        let mut piece = vec![0; 1 << 20];
        let mut n = 0;
        loop {
            // Longer in all than it may take nothing.
            tokio::time::sleep(Duration::from_millis(60)).await;
            client.readable().await.unwrap();
            match client.try_read(&mut piece) {
                Ok(0) => break,
                Ok(read) => n += read,
                Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
            }
        }
        sent.await.unwrap().unwrap();
        assert_eq!(n, 16 << 20);
    }
}
