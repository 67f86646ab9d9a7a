//! Memory that pictures may take together, whatever the number of threads that decode.
//!
//! A picture takes its share once its size is known and gives it back when it is dropped; one for which
//! there is no room waits for others to go. A thread that has a picture already never waits: nobody
//! else could give back what it holds.

use std::cell::RefCell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};

/// Bytes that all pictures which are decoded at one time may take. The largest that is decoded at all fits in
/// twice.
pub const MAX_TOGETHER: u64 = 1536 * 1024 * 1024;

/// The room that is taken, and who waits for it.
static TAKEN: Mutex<u64> = Mutex::new(0);
static GIVEN_BACK: Condvar = Condvar::new();

thread_local! {
    /// What the picture that this thread decodes has taken, and what the one before it still has.
    static HERE: RefCell<(Option<Arc<Share>>, Weak<Share>)> = const { RefCell::new((None, Weak::new())) };
}

/// Bytes that are given back when they are dropped.
#[derive(Debug)]
struct Share(u64);

impl Drop for Share {
    fn drop(&mut self) {
        *taken() -= self.0;
        GIVEN_BACK.notify_all();
    }
}

/// The room of a decoded picture. It is no part of what the picture shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Room(
    #[allow(dead_code, reason = "it is there to be dropped")] Option<Arc<Share>>,
);

impl PartialEq for Room {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Room {}

/// Takes room for a picture of so many decoded bytes, once for each picture. Decoders take up to three
/// quarters more than the picture itself (measured on lossy WebP).
pub(super) fn take(decoded_bytes: u64) {
    HERE.with_borrow_mut(|(share, before)| {
        if share.is_some() {
            return;
        }
        let wanted = decoded_bytes.saturating_mul(7) / 4;
        let may_wait = before.strong_count() == 0;
        let mut all = taken();
        while may_wait && *all > 0 && *all + wanted > MAX_TOGETHER {
            all = GIVEN_BACK.wait(all).unwrap_or_else(PoisonError::into_inner);
        }
        *all += wanted;
        let taken = Arc::new(Share(wanted));
        *before = Arc::downgrade(&taken);
        *share = Some(taken);
    });
}

/// The room that the picture which is being decoded here has taken.
pub(super) fn of_this() -> Room {
    Room(HERE.with_borrow(|(share, _)| share.clone()))
}

/// Does `decode`, after which the room is the picture's alone.
pub(super) fn within<T>(decode: impl FnOnce() -> T) -> T {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            HERE.with_borrow_mut(|(share, _)| *share = None);
        }
    }
    let _leave = Leave;
    decode()
}

fn taken() -> MutexGuard<'static, u64> {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::super::limits::MAX_DECODED_BYTES;
    use super::*;

    /// Without waiting eight of the largest pictures would take 5.6 GB at once.
    #[test]
    fn pictures_wait_until_there_is_room_for_them() {
        let most = AtomicU64::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let room = within(|| {
                        take(MAX_DECODED_BYTES);
                        of_this()
                    });
                    most.fetch_max(*taken(), Ordering::Relaxed);
                    thread::sleep(Duration::from_millis(5));
                    drop(room);
                });
            }
        });
        let most = most.into_inner();
        assert!(most >= MAX_DECODED_BYTES, "none was counted: {most}");
        assert!(most <= MAX_TOGETHER, "{most}");
    }

    #[test]
    fn a_thread_that_has_a_picture_does_not_wait_for_itself() {
        let pictures: Vec<Room> = (0..4)
            .map(|_| {
                within(|| {
                    take(MAX_DECODED_BYTES);
                    of_this()
                })
            })
            .collect();
        assert_eq!(pictures.len(), 4);
    }
}
