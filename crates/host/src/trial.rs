//! Something that may end a process, tried out in a process of its own: running out of memory and
//! overflowing the stack are no panics, so nothing catches them.
//!
//! The other process is this program once more, with the same words and a variable of the environment
//! that says so: what is tried there is what will be done here.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

/// Set in the process in which something is tried: bytes of memory and seconds of a processor, and behind
/// them what is tried in place of what the words say.
const NAME: &str = "NEGATOSCOPE_TRIAL";
/// Time between two looks whether it has ended.
const TICK: Duration = Duration::from_millis(5);

/// What a trial may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory.
    pub memory: u64,
    /// Seconds of one processor; waiting included, it may take three times as long.
    pub seconds: u64,
}

/// Why something did not pass its trial.
#[derive(Debug, Error)]
pub enum TrialError {
    /// It said itself what is wrong.
    #[error("{said}")]
    Refused {
        /// In one sentence.
        said: String,
        /// With which code it ended.
        code: u8,
    },
    /// It needs more memory than it may have.
    #[error("asks for more memory than the {} MB that it may have", .0 >> 20)]
    Memory(u64),
    /// It called itself too often.
    #[error("nests so deeply that it overflows the stack")]
    Stack,
    /// It does not end.
    #[error("does not end within {0} s of computing")]
    Time(u64),
    /// It ended otherwise.
    #[error("ends the program that runs it ({0})")]
    Died(ExitStatus),
    /// It could not be tried.
    #[error("could not be tried out ({0})")]
    Untried(#[from] io::Error),
}

/// The limits of this process, if it is the one in which something is tried.
pub fn limits() -> Option<Limits> {
    let text = std::env::var(NAME).ok()?;
    let mut parts = text.splitn(3, ' ');
    Some(Limits {
        memory: parts.next()?.parse().ok()?,
        seconds: parts.next()?.parse().ok()?,
    })
}

/// What is tried in this process in place of what its words say, if anything is.
pub fn instead() -> Option<String> {
    let text = std::env::var(NAME).ok()?;
    text.splitn(3, ' ').nth(2).map(str::to_owned)
}

/// Runs this program once more, with the same words, as the one that tries; it is told what to try
/// `instead` of what they say.
///
/// # Errors
/// Why what is tried should not be done here.
pub fn run(limits: Limits, instead: Option<&str>) -> Result<(), TrialError> {
    let mut told = format!("{} {}", limits.memory, limits.seconds);
    if let Some(instead) = instead {
        told = format!("{told} {instead}");
    }
    let mut child = Command::new(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .env(NAME, told)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let told = child.stderr.take().map(|mut stderr| {
        thread::spawn(move || {
            let mut told = Vec::new();
            stderr.read_to_end(&mut told).ok();
            String::from_utf8_lossy(&told).into_owned()
        })
    });
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if started.elapsed() > Duration::from_secs(3 * limits.seconds) {
            child.kill()?;
            child.wait()?;
            return Err(TrialError::Time(limits.seconds));
        }
        thread::sleep(TICK);
    };
    let told = told.and_then(|told| told.join().ok()).unwrap_or_default();
    outcome(status, &told, limits)
}

fn outcome(status: ExitStatus, told: &str, limits: Limits) -> Result<(), TrialError> {
    let said = told
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("negatoscope: "));
    match (status.code(), said) {
        (Some(0), _) => Ok(()),
        (Some(code), Some(said)) => Err(TrialError::Refused {
            said: said.to_owned(),
            code: u8::try_from(code).unwrap_or(1),
        }),
        _ if told.contains("memory allocation of") => Err(TrialError::Memory(limits.memory)),
        _ if told.contains("overflowed its stack") => Err(TrialError::Stack),
        _ if is_out_of_time(status) => Err(TrialError::Time(limits.seconds)),
        _ => Err(TrialError::Died(status)),
    }
}

#[cfg(unix)]
fn is_out_of_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    matches!(status.signal(), Some(libc::SIGXCPU | libc::SIGKILL))
}

#[cfg(not(unix))]
fn is_out_of_time(_: ExitStatus) -> bool {
    false
}

/// Holds this process to limits, for good; where the system knows none, time alone is limited, by the
/// process that waits.
///
/// # Errors
/// When the system refuses.
#[cfg(unix)]
pub fn hold_to(limits: Limits) -> io::Result<()> {
    let set = |resource, value: u64| {
        let limit = libc::rlimit {
            rlim_cur: value,
            rlim_max: value,
        };
        // SAFETY: the structure lives until the call returns.
        match unsafe { libc::setrlimit(resource, &raw const limit) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    };
    // Whoever started it may be ended meanwhile.
    #[cfg(target_os = "linux")]
    // SAFETY: it sets a number of this process.
    unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
    }
    // An abort leaves no image of gigabytes behind.
    set(libc::RLIMIT_CORE, 0)?;
    set(libc::RLIMIT_CPU, limits.seconds)?;
    set(libc::RLIMIT_AS, limits.memory)
}

/// Holds this process to limits that the system does not know.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn hold_to(_: Limits) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    const CHILD: &str = "NEGATOSCOPE_TEST_TRIAL";
    const LIMITS: Limits = Limits {
        memory: 4 << 30,
        seconds: 1,
    };

    /// Run by the other test in a process of its own, which runs it in another one again.
    #[test]
    fn one_trial() {
        let Ok(kind) = std::env::var(CHILD) else {
            return;
        };
        let Some(limits) = limits() else {
            let instead = kind.strip_prefix("instead ");
            eprintln!("told: {:?}", run(LIMITS, instead));
            return;
        };
        hold_to(limits).unwrap();
        match kind.as_str() {
            // The words say nothing of it.
            kind if kind.starts_with("instead ") => {
                eprintln!("negatoscope: tried {:?}", instead().unwrap());
                std::process::exit(1);
            }
            "memory" => drop(std::hint::black_box(vec![1_u8; 5 << 30])),
            "stack" => drop(std::hint::black_box(deeper(1 << 30))),
            "time" => loop {
                std::hint::black_box(());
            },
            "sleep" => thread::sleep(Duration::from_secs(60)),
            "refused" => {
                eprintln!("a line of the log\nnegatoscope: this is wrong: mend it");
                std::process::exit(2);
            }
            _ => {}
        }
    }

    fn deeper(n: u64) -> [u64; 64] {
        if n == 0 {
            return [0; 64];
        }
        let mut below = deeper(std::hint::black_box(n - 1));
        below[(n % 64) as usize] += 1;
        std::hint::black_box(below)
    }

    #[test]
    fn what_would_end_a_process_ends_another_one() {
        for (kind, expected) in [
            ("sound", "Ok(())"),
            (
                "instead a layer/of 3 words",
                r#"Err(Refused { said: "tried \"a layer/of 3 words\"", code: 1 })"#,
            ),
            ("memory", "Err(Memory(4294967296))"),
            ("stack", "Err(Stack)"),
            ("time", "Err(Time(1))"),
            ("sleep", "Err(Time(1))"),
            (
                "refused",
                "Err(Refused { said: \"this is wrong: mend it\", code: 2 })",
            ),
        ] {
            let child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "trial::tests::one_trial", "--nocapture"])
                .env(CHILD, kind)
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&child.stderr);
            assert!(
                told.contains(&format!("told: {expected}\n")),
                "{kind}: {told}"
            );
        }
    }
}
