//! Things of which each caller needs one for itself, made when they are needed.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Lends out up to `limit` things and makes them one by one; who comes too late waits.
pub(super) struct Pool<T> {
    state: Mutex<State<T>>,
    returned: Condvar,
    limit: usize,
}

struct State<T> {
    free: Vec<T>,
    n_made: usize,
}

impl<T> Pool<T> {
    pub(super) fn new(first: T, limit: usize) -> Self {
        let state = Mutex::new(State {
            free: vec![first],
            n_made: 1,
        });
        Self {
            state,
            returned: Condvar::new(),
            limit: limit.max(1),
        }
    }

    /// Calls `work` with a thing of its own. If making one fails, the error is returned.
    pub(super) fn with<R, E>(
        &self,
        make: impl FnOnce() -> Result<T, E>,
        work: impl FnOnce(&mut T) -> Result<R, E>,
    ) -> Result<R, E> {
        let thing = match self.take() {
            Some(thing) => thing,
            None => make().inspect_err(|_| self.unmake())?,
        };
        let mut lent = Lent {
            pool: self,
            thing: None,
        };
        work(lent.thing.insert(thing))
    }

    /// A free thing, or `None` for the right to make one.
    fn take(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let Some(thing) = state.free.pop() {
                return Some(thing);
            }
            if state.n_made < self.limit {
                state.n_made += 1;
                return None;
            }
            state = self
                .returned
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn unmake(&self) {
        self.lock().n_made -= 1;
        self.returned.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing between lock and unlock can leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Goes back to the pool even if the work panics; else those who wait would wait for ever.
struct Lent<'a, T> {
    pool: &'a Pool<T>,
    thing: Option<T>,
}

impl<T> Drop for Lent<'_, T> {
    fn drop(&mut self) {
        self.pool.lock().free.extend(self.thing.take());
        self.pool.returned.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn no_more_are_made_than_allowed_and_nobody_shares() {
        let (n_made, n_used) = (AtomicUsize::new(1), AtomicUsize::new(0));
        let pool = Pool::new(0_usize, 2);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let make = || Ok::<_, ()>(n_made.fetch_add(1, Ordering::SeqCst));
                        pool.with(make, |_| {
                            assert!(n_used.fetch_add(1, Ordering::SeqCst) < 2);
                            std::thread::yield_now();
                            n_used.fetch_sub(1, Ordering::SeqCst);
                            Ok(())
                        })
                        .unwrap();
                    }
                });
            }
        });
        assert!(n_made.load(Ordering::SeqCst) <= 2);
    }

    #[test]
    fn a_thing_comes_back_from_work_that_panics() {
        let pool = Pool::new(7, 1);
        let work = || pool.with(|| Err(()), |_| -> Result<(), ()> { panic!("on purpose") });
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err());
        assert_eq!(pool.with(|| Err(()), |thing| Ok(*thing)), Ok(7));
    }

    #[test]
    fn a_failure_to_make_one_leaves_room_for_the_next() {
        let pool = Pool::new(1, 2);
        let nested = || {
            assert_eq!(pool.with(|| Err("no"), |_| Ok(0)), Err("no"));
            pool.with(|| Ok::<_, &str>(2), |thing| Ok(*thing))
        };
        assert_eq!(pool.with(|| Ok(1), |_| nested()), Ok(2));
    }
}
