//! Panics of other people's code on files that may be anything.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::thread;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What `read` gives, or the panic that it ended with: decoders and runtimes are other people's code
/// and the bytes may be anything, so that a panic is one damaged file and not the end of the run.
///
/// Its text goes to the log in place of the terminal; panics of everything else are told as before.
pub fn caught<T>(read: impl FnOnce() -> T) -> thread::Result<T> {
    static HUSHED: Once = Once::new();
    HUSHED.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            match GUARDED.try_with(Cell::get) {
                Ok(true) => tracing::debug!("{panic}"),
                _ => usual(panic),
            };
        }));
    });
    GUARDED.set(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(read));
    GUARDED.set(false);
    outcome
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const CHILD: &str = "NEGATOSCOPE_TEST_PANICS";

    /// Run by the other test, in a process whose standard error can be read.
    #[test]
    fn two_panics() {
        if std::env::var_os(CHILD).is_none() {
            return;
        }
        assert!(caught(|| panic!("inside")).is_err());
        assert_eq!(caught(|| 3).unwrap(), 3);
        assert!(panic::catch_unwind(|| panic!("elsewhere")).is_err());
    }

    #[test]
    fn what_is_guarded_panics_without_a_word_and_nothing_else_does() {
        let name = "panics::tests::two_panics";
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(CHILD, "1")
            .output()
            .unwrap();
        let (said, told) = (
            String::from_utf8_lossy(&child.stdout),
            String::from_utf8_lossy(&child.stderr),
        );
        assert!(
            child.status.success() && said.contains("1 passed"),
            "{said}"
        );
        assert!(told.contains("elsewhere"), "{told}");
        assert!(!told.contains("inside"), "{told}");
    }
}
