//! Panics of decoders.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// What `decode` gives, `None` if it panics: the decoders are other people's code and the bytes may be
/// anything, so that a panic is one damaged file and not the end of the run.
///
/// Its text goes to the log in place of the terminal; panics of everything else are told as before.
pub(super) fn caught<T>(decode: impl FnOnce() -> T) -> Option<T> {
    static HUSHED: Once = Once::new();
    HUSHED.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            match DECODING.try_with(Cell::get) {
                Ok(true) => tracing::debug!("{panic}"),
                _ => usual(panic),
            };
        }));
    });
    DECODING.set(true);
    let decoded = panic::catch_unwind(AssertUnwindSafe(decode));
    DECODING.set(false);
    decoded.ok()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const CHILD: &str = "NEGATOSCOPE_TEST_PANICS";

    /// Run by the other test, in a process whose standard error can be read.
    #[test]
    fn one_panic_in_a_decoder_and_one_elsewhere() {
        if std::env::var_os(CHILD).is_none() {
            return;
        }
        assert_eq!(caught(|| panic!("inside")), None::<()>);
        assert_eq!(caught(|| 3), Some(3));
        assert!(panic::catch_unwind(|| panic!("elsewhere")).is_err());
    }

    #[test]
    fn a_decoder_panics_without_a_word_and_nothing_else_does() {
        let name = "cohort::image::panics::tests::one_panic_in_a_decoder_and_one_elsewhere";
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
