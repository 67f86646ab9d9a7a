//! Maps made before they are asked for, while nobody asks for anything.

use std::time::Duration;

use super::App;

/// Time between two looks at whether the machine is idle.
const TICK: Duration = Duration::from_millis(100);

/// Makes the maps that a hand on the perplexity slider may want next, until the server closes.
///
/// One at a time and only while nothing else is computed, so that a question that comes waits for
/// one short map at most.
pub(super) async fn work_ahead(app: App) {
    loop {
        tokio::select! {
            () = app.closing.cancelled() => return,
            () = tokio::time::sleep(TICK) => {}
        }
        while app.jobs.is_idle()
            && !app.closing.is_cancelled()
            && let Some(ticket) = app.workbench.map_ahead()
        {
            // What fails once would fail again and again.
            if !matches!(ticket.answer().await, Some(Ok(_))) {
                app.workbench.forget_latest();
            }
        }
    }
}
