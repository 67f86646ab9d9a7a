//! Ctrl-C and SIGTERM, in every mode and from its first moment on.
//!
//! Without a handler the first process of a container would pass over both.

use std::io::{self, IsTerminal, Write, stderr, stdout};
use std::sync::OnceLock;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

use crate::files;

/// Time for a server to end by itself.
const GRACE: Duration = Duration::from_millis(900);

/// What a server ends by; nothing else is asked.
static CLOSING: OnceLock<CancellationToken> = OnceLock::new();

/// Ends the process at the first Ctrl-C or SIGTERM from now on, with 130 or 143 as shells give them;
/// a server that is open gets a moment to close.
///
/// # Errors
/// When the system takes no handler.
pub fn listen() -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    // Made here: from now on a signal is heard, whenever the thread begins.
    let signals = {
        let _inside = runtime.enter();
        Signals::new()?
    };
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            runtime.block_on(async {
                let mut signals = signals;
                let code = signals.next().await;
                let Some(closing) = CLOSING.get() else {
                    leave(code);
                };
                closing.cancel();
                tokio::select! {
                    code = signals.next() => leave(code),
                    () = tokio::time::sleep(GRACE) => leave(0),
                }
            });
        })?;
    Ok(())
}

/// Signals cancel `closing` in place of ending the process; once.
pub fn close_instead(closing: CancellationToken) {
    CLOSING.set(closing).ok();
}

/// Ends the process now, whatever other threads do, and leaves nothing unfinished behind.
pub fn leave(code: u8) -> ! {
    let _nothing_new = files::abandon();
    if code != 0 && stderr().is_terminal() {
        // Below the bar that may stand there.
        writeln!(stderr()).ok();
    }
    stdout().flush().ok();
    // Not `exit`: what it would tear down is in use by threads that are at work.
    #[cfg(unix)]
    // SAFETY: it only ends the process.
    unsafe {
        libc::_exit(code.into())
    }
    #[cfg(not(unix))]
    std::process::exit(code.into())
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The exit code of the next signal.
    async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.terminate.recv() => 143,
            _ = self.interrupt.recv() => 130,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> u8 {
        tokio::signal::ctrl_c().await.ok();
        130
    }
}
