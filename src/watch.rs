//! What is at work says how far it is: a bar on a terminal, else a line from time to time.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use negatoscope::jobs::Progress;
use negatoscope::pipeline::evidence::words;

/// Time between two looks at the progress.
const TICK: Duration = Duration::from_millis(30);

/// Time between two lines about it where no terminal is that a bar could be drawn on.
const LINE: Duration = Duration::from_secs(5);

/// Runs `work` on this thread and draws its progress from another.
pub(super) fn watch<T>(progress: &Progress, unit: &str, work: impl FnOnce() -> T) -> T {
    let bar = bar(progress.total(), unit);
    let (working, ended) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let ended = ended; // Dropping its other end is the signal.
            let started = Instant::now();
            let mut n_lines = 0;
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                bar.set_position(progress.done());
                if bar.is_hidden() && started.elapsed() > LINE * (n_lines + 1) {
                    n_lines += 1;
                    tracing::info!("{}", how_far(progress, unit, started));
                }
            }
            bar.finish_and_clear();
        });
        let result = work();
        drop(working);
        result
    })
}

/// "120 of 640 maps, about 40 s left".
fn how_far(progress: &Progress, unit: &str, started: Instant) -> String {
    let (done, total) = (progress.done(), progress.total());
    let left = match progress.left(started, Instant::now()) {
        None => String::new(),
        Some(left) => format!(", {} left", words::about(left)),
    };
    format!("{done} of {total} {unit}{left}")
}

/// A bar on stderr, drawn only when that is a terminal.
fn bar(total: u64, unit: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    let template = format!("{{bar:40}} {{pos}}/{{len}} {unit}, {{eta}} left");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}
