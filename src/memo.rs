//! Compute once, share, and stop when nobody waits.
//!
//! A slider asks for many maps and takes back most of its questions. [`Memo`] keeps the answers
//! that were finished, lets equal questions share one computation, and cancels a computation as
//! soon as the last one who asked has gone.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;
use tokio::sync::{Semaphore, watch};
use tracing::{Instrument, Span};

/// What a computation says of itself to those who wait.
enum News<V, F, E> {
    /// Running, with the latest intermediate frame.
    Running(Option<Arc<F>>),
    /// Finished.
    Done(Result<Arc<V>, E>),
}

// By hand: a derive would ask for `V: Clone` and `F: Clone`, which the `Arc`s make needless.
impl<V, F, E: Clone> Clone for News<V, F, E> {
    fn clone(&self) -> Self {
        match self {
            Self::Running(frame) => Self::Running(frame.clone()),
            Self::Done(result) => Self::Done(result.clone()),
        }
    }
}

/// One computation that is under way.
struct Flight<V, F, E> {
    _busy: Busy,
    news: watch::Receiver<News<V, F, E>>,
    cancelled: Arc<AtomicBool>,
    waiting: usize,
}

struct Inner<K, V, F, E> {
    finished: LruCache<K, Arc<V>>,
    flights: HashMap<K, Flight<V, F, E>>,
}

/// How much is being computed and was, in all memos that share it: one that is forgotten in a list of
/// them cannot look idle.
#[derive(Debug, Clone, Default)]
pub struct Activity(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    running: AtomicUsize,
    begun: AtomicU64,
}

impl Activity {
    /// Whether nothing is being computed.
    pub fn is_idle(&self) -> bool {
        self.0.running.load(Ordering::Relaxed) == 0
    }

    /// Computations that were begun; what is remembered is not.
    pub fn n_begun(&self) -> u64 {
        self.0.begun.load(Ordering::Relaxed)
    }

    fn begin(&self) -> Busy {
        self.0.running.fetch_add(1, Ordering::Relaxed);
        self.0.begun.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(&self.0))
    }
}

/// One computation, until it is dropped.
struct Busy(Arc<Counts>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Finished answers by question, and the computations under way.
pub struct Memo<K, V, F, E> {
    inner: Arc<Mutex<Inner<K, V, F, E>>>,
    /// How many computations may run at once.
    permits: Arc<Semaphore>,
    activity: Activity,
}

/// What a running computation sees of the outside: whether it is still wanted, and where to show
/// intermediate frames.
pub struct Desk<V, F, E> {
    cancelled: Arc<AtomicBool>,
    news: watch::Sender<News<V, F, E>>,
}

impl<V, F, E> Desk<V, F, E> {
    /// Whether nobody waits any more.
    pub fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Shows an intermediate frame; one that nobody fetched before the next is dropped.
    pub fn show(&self, frame: F) {
        self.news.send_replace(News::Running(Some(Arc::new(frame))));
    }
}

/// One who waits for an answer. Dropping it takes the question back.
pub struct Ticket<K: Hash + Eq, V, F, E> {
    state: State<K, V, F, E>,
}

enum State<K: Hash + Eq, V, F, E> {
    Ready(Arc<V>),
    Waiting(Waiting<K, V, F, E>),
}

struct Waiting<K: Hash + Eq, V, F, E> {
    key: K,
    inner: Arc<Mutex<Inner<K, V, F, E>>>,
    news: watch::Receiver<News<V, F, E>>,
    /// The flight's own flag: tells it from a later one under the same key.
    cancelled: Arc<AtomicBool>,
    /// Whether the current value of `news` has not been looked at.
    unread: bool,
}

/// The next thing that a waiting one hears.
pub enum Heard<V, F, E> {
    /// An intermediate frame.
    Frame(Arc<F>),
    /// The answer; nothing follows.
    Done(Result<Arc<V>, E>),
}

impl<K, V, F, E> Memo<K, V, F, E>
where
    K: Hash + Eq + Clone + Send + 'static,
    V: Send + Sync + 'static,
    F: Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    /// Keeps `capacity` answers and runs at most `concurrent` computations at once.
    pub fn new(capacity: NonZeroUsize, concurrent: usize, activity: &Activity) -> Self {
        let inner = Inner {
            finished: LruCache::new(capacity),
            flights: HashMap::new(),
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
            permits: Arc::new(Semaphore::new(concurrent.max(1))),
            activity: activity.clone(),
        }
    }

    /// Asks for the answer to `key`; `compute` runs on a blocking thread unless the answer is
    /// there or on its way. It must look at [`Desk::cancelled`] and return early when it is set;
    /// what it returns then is thrown away.
    pub fn ask<C>(&self, key: K, compute: C) -> Ticket<K, V, F, E>
    where
        C: FnOnce(&Desk<V, F, E>) -> Result<V, E> + Send + 'static,
    {
        let mut inner = lock(&self.inner);
        if let Some(found) = inner.finished.get(&key) {
            return Ticket {
                state: State::Ready(Arc::clone(found)),
            };
        }
        let (news, cancelled) = match inner.flights.get_mut(&key) {
            Some(flight) => {
                flight.waiting += 1;
                (flight.news.clone(), Arc::clone(&flight.cancelled))
            }
            None => self.launch(&mut inner, key.clone(), compute),
        };
        let inner = Arc::clone(&self.inner);
        Ticket {
            state: State::Waiting(Waiting {
                key,
                inner,
                news,
                cancelled,
                unread: true,
            }),
        }
    }

    /// Whether the answer to `key` is there.
    pub fn knows(&self, key: &K) -> bool {
        lock(&self.inner).finished.contains(key)
    }

    fn launch<C>(
        &self,
        inner: &mut Inner<K, V, F, E>,
        key: K,
        compute: C,
    ) -> (watch::Receiver<News<V, F, E>>, Arc<AtomicBool>)
    where
        C: FnOnce(&Desk<V, F, E>) -> Result<V, E> + Send + 'static,
    {
        let (sender, news) = watch::channel(News::Running(None));
        let cancelled = Arc::new(AtomicBool::new(false));
        let flight = Flight {
            _busy: self.activity.begin(),
            news: news.clone(),
            cancelled: Arc::clone(&cancelled),
            waiting: 1,
        };
        inner.flights.insert(key.clone(), flight);
        let desk = Desk {
            cancelled: Arc::clone(&cancelled),
            news: sender,
        };
        let (inner, permits) = (Arc::clone(&self.inner), Arc::clone(&self.permits));
        // What is logged has the id of the request that asked first.
        tokio::spawn(fly(inner, permits, key, desk, compute).in_current_span());
        (news, cancelled)
    }
}

/// Runs one computation on a blocking thread and files its answer.
async fn fly<K, V, F, E, C>(
    inner: Arc<Mutex<Inner<K, V, F, E>>>,
    permits: Arc<Semaphore>,
    key: K,
    desk: Desk<V, F, E>,
    compute: C,
) where
    K: Hash + Eq + Send + 'static,
    V: Send + Sync + 'static,
    F: Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
    C: FnOnce(&Desk<V, F, E>) -> Result<V, E> + Send + 'static,
{
    let cancelled = Arc::clone(&desk.cancelled);
    let Ok(_permit) = permits.acquire_owned().await else {
        return;
    };
    if desk.cancelled() {
        return;
    }
    // A panic inside drops the desk and with it the sender: those who wait hear of it.
    let asked_by = Span::current();
    let outcome = tokio::task::spawn_blocking(move || {
        let result = asked_by.in_scope(|| compute(&desk).map(Arc::new));
        (desk, result)
    })
    .await;
    let mut inner = lock(&inner);
    if cancelled.load(Ordering::Relaxed) {
        return; // Whoever cancelled has cleared the place, and it may be taken again.
    }
    inner.flights.remove(&key);
    if let Ok((desk, result)) = outcome {
        if let Ok(value) = &result {
            inner.finished.put(key, Arc::clone(value));
        }
        desk.news.send_replace(News::Done(result));
    }
}

impl<K: Hash + Eq, V, F, E: Clone> Ticket<K, V, F, E> {
    /// Waits for the next thing to hear; `None` when the computation broke off without a word.
    pub async fn hear(&mut self) -> Option<Heard<V, F, E>> {
        let waiting = match &mut self.state {
            State::Ready(value) => return Some(Heard::Done(Ok(Arc::clone(value)))),
            State::Waiting(waiting) => waiting,
        };
        loop {
            if !std::mem::take(&mut waiting.unread) {
                waiting.news.changed().await.ok()?;
            }
            match waiting.news.borrow_and_update().clone() {
                News::Done(result) => return Some(Heard::Done(result)),
                News::Running(Some(frame)) => return Some(Heard::Frame(frame)),
                News::Running(None) => {}
            }
        }
    }

    /// Waits for the answer and passes over the frames; `None` when the computation broke off.
    pub async fn answer(mut self) -> Option<Result<Arc<V>, E>> {
        loop {
            if let Heard::Done(result) = self.hear().await? {
                return Some(result);
            }
        }
    }
}

impl<K: Hash + Eq, V, F, E> Drop for Waiting<K, V, F, E> {
    fn drop(&mut self) {
        let mut inner = lock(&self.inner);
        let Some(flight) = inner.flights.get_mut(&self.key) else {
            return;
        };
        if !Arc::ptr_eq(&flight.cancelled, &self.cancelled) {
            return;
        }
        flight.waiting -= 1;
        if flight.waiting == 0 {
            flight.cancelled.store(true, Ordering::Relaxed);
            inner.flights.remove(&self.key);
        }
    }
}

/// A poisoned lock is as good as any: every change under it is a single insert or remove.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    type TestMemo = Memo<u32, u32, u32, String>;

    fn memo() -> TestMemo {
        Memo::new(NonZeroUsize::new(2).unwrap(), 2, &Activity::default())
    }

    #[tokio::test]
    async fn equal_questions_share_one_computation() {
        let memo = memo();
        let runs = Arc::new(AtomicUsize::new(0));
        let ask = || {
            let runs = Arc::clone(&runs);
            memo.ask(7, move |_| {
                runs.fetch_add(1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(20));
                Ok(49)
            })
        };
        let (first, second) = (ask(), ask());
        assert_eq!(*first.answer().await.unwrap().unwrap(), 49);
        assert_eq!(*second.answer().await.unwrap().unwrap(), 49);
        assert_eq!(*ask().answer().await.unwrap().unwrap(), 49);
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn work_stops_when_the_last_one_leaves() {
        let memo = memo();
        let (seen, stopped) = tokio::sync::oneshot::channel();
        let ticket = memo.ask(1, move |desk: &Desk<u32, u32, String>| {
            while !desk.cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
            seen.send(()).ok();
            Ok(1)
        });
        tokio::time::sleep(Duration::from_millis(10)).await;
        drop(ticket);
        tokio::time::timeout(Duration::from_secs(5), stopped)
            .await
            .unwrap()
            .unwrap();
        let again = memo.ask(1, |_| Ok(2));
        assert_eq!(*again.answer().await.unwrap().unwrap(), 2);
    }

    #[tokio::test]
    async fn frames_come_before_the_answer_and_errors_are_not_kept() {
        let memo = memo();
        let mut ticket = memo.ask(1, |desk| {
            desk.show(5);
            std::thread::sleep(Duration::from_millis(50));
            Err("no".to_owned())
        });
        assert!(matches!(ticket.hear().await, Some(Heard::Frame(frame)) if *frame == 5));
        assert!(matches!(ticket.hear().await, Some(Heard::Done(Err(error))) if error == "no"));
        assert_eq!(*memo.ask(1, |_| Ok(3)).answer().await.unwrap().unwrap(), 3);
    }

    #[tokio::test]
    async fn a_panic_is_heard_as_silence() {
        let memo = memo();
        assert!(
            memo.ask(1, |_| panic!("for the test"))
                .answer()
                .await
                .is_none()
        );
        assert_eq!(*memo.ask(1, |_| Ok(3)).answer().await.unwrap().unwrap(), 3);
    }
}
