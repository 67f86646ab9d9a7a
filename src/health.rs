//! Whether a server of this program answers on this machine: what a container's health check runs,
//! since an image without a shell has nothing else to ask with.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::cli::HealthArgs;
use crate::config::{self, ConfigError, DEFAULT_PORT};
use crate::processes;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Where to ask: what is given, else where servers of this program listen here, else the usual.
///
/// # Errors
/// When the host names no address of this machine.
pub fn addresses(args: &HealthArgs) -> Result<Vec<SocketAddr>, ConfigError> {
    let found = match (&args.host, args.port) {
        (None, None) => processes::listening(),
        _ => Vec::new(),
    };
    if !found.is_empty() {
        return Ok(found.into_iter().map(reachable).collect());
    }
    let host = args
        .host
        .as_deref()
        .map_or(Ok(Ipv4Addr::LOCALHOST.into()), config::host)?;
    Ok(vec![reachable(
        (host, args.port.unwrap_or(DEFAULT_PORT)).into(),
    )])
}

/// Who listens on every address listens on that of this machine alone too.
fn reachable(address: SocketAddr) -> SocketAddr {
    let host = match address.ip() {
        IpAddr::V4(host) if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(host) if host.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    (host, address.port()).into()
}

/// Asks whether a server answers at one of these addresses.
///
/// # Errors
/// When nothing listens there, when what does is silent for three seconds, or is something else: of the
/// last one.
pub fn ask_any(addresses: &[SocketAddr]) -> io::Result<()> {
    let none = Err(io::ErrorKind::AddrNotAvailable.into());
    let answers = addresses.iter().map(|address| ask(*address));
    answers.fold(none, |found, answer| found.or(answer))
}

/// Asks whether a server answers.
///
/// # Errors
/// When nothing listens there, when what does is silent for three seconds, or is something else.
fn ask(address: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer)?;
    let is_ok = answer.starts_with("HTTP/1") && answer.ends_with("\r\n\r\nok");
    let other = || io::Error::new(io::ErrorKind::InvalidData, "what answers is no negatoscope");
    is_ok.then_some(()).ok_or_else(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_asked_by_one() {
        let at = |host: &str| {
            let (host, port) = (Some(host.to_owned()), Some(9000));
            addresses(&HealthArgs { host, port }).unwrap()[0].to_string()
        };
        assert_eq!(at("0.0.0.0"), "127.0.0.1:9000");
        assert_eq!(at("::"), "[::1]:9000");
        assert_eq!(at("127.0.0.2"), "127.0.0.2:9000");
    }

    #[test]
    fn what_does_not_answer_is_an_error() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let other = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 12];
            stream.read_exact(&mut asked).unwrap();
            assert_eq!(&asked, b"GET /healthz");
            stream.write_all(b"HTTP/1.1 404 Not Found\r\n\r\n").unwrap();
        });
        assert!(ask(address).is_err());
        other.join().unwrap();
        assert!(ask(address).is_err(), "nobody listens there any more");
    }
}
