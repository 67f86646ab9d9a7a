//! Binding, serving and stopping.
//!
//! `axum::serve` has no time-outs, so half-sent requests would hold connections for ever; hyper's
//! HTTP/1 server with a timer closes them, and `connections.rs` does so with bodies that do not come and
//! answers that are not taken.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::CancellationToken;

use super::connections::{Arriving, Connection, Connections, Leaving, Taken};

/// Time for a request's headers to arrive.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for requests under way to end after the signal to stop.
const GRACE: Duration = Duration::from_millis(800);

/// Connections that may wait to be taken. A hundred hands on sliders fill 128, which is usual, on a busy machine, and
/// who comes then waits for a second or three until the system asks again; of 4,096 most would be questions that
/// were taken back while they waited.
const BACKLOG: u32 = 1024;

/// Binds the first port of `ports` that is free.
pub async fn bind(host: IpAddr, ports: &[u16]) -> io::Result<TcpListener> {
    let mut last = io::Error::new(io::ErrorKind::InvalidInput, "no port was given");
    for &port in ports {
        match listen(SocketAddr::new(host, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // Elsewhere it would let two programs listen at once.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `closing` is cancelled, then lets requests under way end.
pub async fn serve(listener: TcpListener, router: Router, closing: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let connections = Connections::new();
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT);
    loop {
        let next = async {
            let accepted = listener.accept().await;
            // There is always a place in the end.
            (accepted, connections.place().await)
        };
        let (stream, place) = tokio::select! {
            (accepted, place) = next => match (accepted, place) {
                (Ok((stream, _)), Some(place)) => (stream, place),
                (Err(error), _) => {
                    // Out of file descriptors, most likely: wait for some to close.
                    tracing::warn!("a connection could not be taken: {error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
                (_, None) => continue,
            },
            () = closing.cancelled() => break,
        };
        stream.set_nodelay(true).ok();
        let service = answered(&router, &place.connection);
        let connection = server.serve_connection(TokioIo::new(Taken::new(stream)), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            tokio::select! {
                ended = connection => {
                    if let Err(error) = ended {
                        tracing::debug!("a connection ended early: {error}");
                    }
                }
                () = place.connection.evicted() => {
                    tracing::debug!("a connection made room for another");
                }
            }
        });
    }
    drop(listener);
    tokio::time::timeout(GRACE, graceful.shutdown()).await.ok();
}

/// What answers the requests of one connection.
fn answered(
    router: &Router,
    connection: &Arc<Connection>,
) -> impl Service<Request<Incoming>, Response = Response<Leaving>, Error = Infallible, Future: Send>
+ use<> {
    let router = TowerToHyperService::new(router.clone());
    let connection = Arc::clone(connection);
    service_fn(move |request: Request<Incoming>| {
        let connection = Arc::clone(&connection);
        let request = request.map(|body| Arriving::new(body, Arc::clone(&connection)));
        let answer = router.call(request);
        async move { Ok(answer.await?.map(|body| Leaving::new(body, connection))) }
    })
}
