//! Long work with progress and cancel, such as the parameter search.
//!
//! Jobs run one at a time, because each uses every core; later ones queue. They have a pool of
//! threads of their own: in the one that answers requests, a short question would wait behind
//! everything that a job has split its work into. The newest finished jobs are remembered.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use thiserror::Error;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span};

mod progress;

pub use progress::Progress;

/// How many jobs are remembered.
const REMEMBERED: usize = 64;

/// A job cannot be taken.
#[derive(Debug, Error)]
pub enum JobsError {
    /// The queue is full.
    #[error("{REMEMBERED} jobs are waiting already: cancel one first")]
    Full,
    /// The system gives no more threads.
    #[error("no threads are to be had for jobs ({0}): give a smaller --threads")]
    Threads(#[from] ThreadPoolBuildError),
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Waiting for the one before it.
    Queued,
    /// At work.
    Running,
    /// Finished, with a result.
    Done,
    /// Finished, with an error.
    Failed,
    /// Taken back.
    Cancelled,
}

impl JobState {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// What is known of a job at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot<T> {
    /// What kind of work it is, such as `search`.
    pub kind: &'static str,
    /// Where it stands.
    pub state: JobState,
    /// Units done, out of `total`: all of them when it is done, and not before.
    pub done: u64,
    /// Units in all.
    pub total: u64,
    /// Expected time until the end, while it runs and some of it is done.
    pub eta: Option<Duration>,
    /// The result, once done.
    pub result: Option<Arc<T>>,
    /// What went wrong, in one sentence.
    pub error: Option<String>,
}

struct Job<T> {
    kind: &'static str,
    number: u64,
    progress: Arc<Progress>,
    state: JobState,
    started: Option<Instant>,
    result: Option<Arc<T>>,
    error: Option<String>,
    /// Taken back: what waits for its turn is let go of at once, with all that it holds.
    taken_back: CancellationToken,
}

/// All jobs of this process, with results of type `T`. Clones share them.
pub struct Jobs<T> {
    jobs: Arc<Mutex<HashMap<String, Job<T>>>>,
    turn: Arc<Semaphore>,
    next: Arc<AtomicU64>,
    pool: Arc<ThreadPool>,
}

impl<T> Clone for Jobs<T> {
    fn clone(&self) -> Self {
        Self {
            jobs: Arc::clone(&self.jobs),
            turn: Arc::clone(&self.turn),
            next: Arc::clone(&self.next),
            pool: Arc::clone(&self.pool),
        }
    }
}

impl<T: Send + Sync + 'static> Jobs<T> {
    /// No jobs yet, and `threads` threads to work on them.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn new(threads: usize) -> Result<Self, JobsError> {
        Ok(Self {
            jobs: Arc::default(),
            turn: Arc::new(Semaphore::new(1)),
            next: Arc::new(AtomicU64::new(1)),
            pool: Arc::new(ThreadPoolBuilder::new().num_threads(threads).build()?),
        })
    }

    /// No jobs yet, on the same threads; these are taken back. No id is given twice.
    #[must_use]
    pub fn begin_anew(&self) -> Self {
        let ids: Vec<String> = self.lock().keys().cloned().collect();
        for id in ids {
            self.cancel(&id);
        }
        Self {
            jobs: Arc::default(),
            ..self.clone()
        }
    }

    /// Queues `work` of a `kind`, which consists of `total` units, and gives its id.
    pub fn start<W>(&self, kind: &'static str, total: u64, work: W) -> Result<String, JobsError>
    where
        W: FnOnce(&Progress) -> Result<T, String> + Send + 'static,
    {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id = format!("{kind}-{number}");
        let progress = Arc::new(Progress::new(total));
        let taken_back = CancellationToken::new();
        {
            let mut jobs = self.lock();
            forget_oldest(&mut jobs)?;
            let progress = Arc::clone(&progress);
            let state = JobState::Queued;
            let job = Job {
                kind,
                number,
                progress,
                state,
                started: None,
                result: None,
                error: None,
                taken_back: taken_back.clone(),
            };
            jobs.insert(id.clone(), job);
        }
        let run = self.clone().run(id.clone(), progress, taken_back, work);
        // What is logged has the id of the request that started it.
        tokio::spawn(run.in_current_span());
        Ok(id)
    }

    /// What is known of a job, if there is one with this id.
    pub fn get(&self, id: &str) -> Option<Snapshot<T>> {
        self.lock().get(id).map(Job::snapshot)
    }

    /// Whether no job is waiting or at work.
    pub fn is_idle(&self) -> bool {
        self.lock().values().all(|job| job.state.is_final())
    }

    /// How many jobs stand so.
    pub fn n_in(&self, state: JobState) -> usize {
        let jobs = self.lock();
        jobs.values().filter(|job| job.state == state).count()
    }

    /// Takes a job back; a finished one stays as it is. `None` when there is none.
    pub fn cancel(&self, id: &str) -> Option<Snapshot<T>> {
        let mut jobs = self.lock();
        let job = jobs.get_mut(id)?;
        if !job.state.is_final() {
            job.progress.cancel();
            job.taken_back.cancel();
            job.state = JobState::Cancelled;
        }
        Some(job.snapshot())
    }

    async fn run<W>(
        self,
        id: String,
        progress: Arc<Progress>,
        taken_back: CancellationToken,
        work: W,
    ) where
        W: FnOnce(&Progress) -> Result<T, String> + Send + 'static,
    {
        let turn = tokio::select! {
            turn = Arc::clone(&self.turn).acquire_owned() => turn,
            () = taken_back.cancelled() => return,
        };
        let Ok(_turn) = turn else { return };
        if !self.begin(&id) {
            return;
        }
        let pool = Arc::clone(&self.pool);
        let asked_by = Span::current();
        let work = move || pool.install(|| asked_by.in_scope(|| work(&progress)));
        let outcome = tokio::task::spawn_blocking(work).await;
        let mut jobs = self.lock();
        let Some(job) = jobs.get_mut(&id).filter(|job| !job.state.is_final()) else {
            return;
        };
        match outcome {
            Ok(Ok(result)) => {
                job.state = JobState::Done;
                job.result = Some(Arc::new(result));
            }
            Ok(Err(error)) => {
                job.state = JobState::Failed;
                job.error = Some(error);
            }
            Err(panic) => {
                tracing::error!(%panic, id, "a job broke off");
                job.state = JobState::Failed;
                job.error = Some("The job broke off; the log says why".to_owned());
            }
        }
    }

    /// Marks a queued job as running; `false` when it was cancelled meanwhile.
    fn begin(&self, id: &str) -> bool {
        let mut jobs = self.lock();
        let Some(job) = jobs.get_mut(id).filter(|job| !job.state.is_final()) else {
            return false;
        };
        job.state = JobState::Running;
        job.started = Some(Instant::now());
        true
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Job<T>>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Job<T> {
    fn snapshot(&self) -> Snapshot<T> {
        let total = self.progress.total();
        let done = match self.state {
            JobState::Done => total,
            _ => self.progress.done(),
        };
        let running = self.started.filter(|_| self.state == JobState::Running);
        let eta = running.and_then(|started| self.progress.left(started, Instant::now()));
        let (result, error) = (self.result.clone(), self.error.clone());
        Snapshot {
            kind: self.kind,
            state: self.state,
            done,
            total,
            eta,
            result,
            error,
        }
    }
}

/// Makes room for one more job.
fn forget_oldest<T>(jobs: &mut HashMap<String, Job<T>>) -> Result<(), JobsError> {
    if jobs.len() < REMEMBERED {
        return Ok(());
    }
    let finished = jobs.iter().filter(|(_, job)| job.state.is_final());
    let oldest = finished
        .min_by_key(|(_, job)| job.number)
        .map(|(id, _)| id.clone());
    oldest
        .and_then(|id| jobs.remove(&id))
        .map(drop)
        .ok_or(JobsError::Full)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Count, Monitor};

    async fn until_final(jobs: &Jobs<u32>, id: &str) -> Snapshot<u32> {
        for _ in 0..500 {
            let snapshot = jobs.get(id).unwrap();
            if snapshot.state.is_final() {
                return snapshot;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{id} never ended");
    }

    #[tokio::test]
    async fn a_job_counts_and_ends() {
        let jobs = Jobs::new(1).unwrap();
        let id = jobs.start("search", 3, |progress| {
            progress.advance(3);
            Ok(9)
        });
        let end = until_final(&jobs, &id.unwrap()).await;
        assert_eq!(
            (end.state, end.done, end.result.as_deref()),
            (JobState::Done, 3, Some(&9))
        );
        let id = jobs.start("search", 3, |_| Err("no".to_owned())).unwrap();
        let end = until_final(&jobs, &id).await;
        assert_eq!(
            (end.state, end.error.as_deref()),
            (JobState::Failed, Some("no"))
        );
    }

    #[tokio::test]
    async fn jobs_begin_anew_without_those_before_and_without_their_ids() {
        let jobs: Jobs<u32> = Jobs::new(1).unwrap();
        let wait = |progress: &Progress| {
            while !progress.cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok(1)
        };
        let before = jobs.start("search", 1, wait).unwrap();
        let anew = jobs.begin_anew();
        assert_eq!(until_final(&jobs, &before).await.state, JobState::Cancelled);
        assert!(anew.get(&before).is_none());
        let after = anew.start("search", 1, |_| Ok(2)).unwrap();
        assert_ne!(after, before);
        let end = until_final(&anew, &after).await;
        assert_eq!(end.result.as_deref(), Some(&2));
    }

    #[tokio::test]
    async fn what_follows_the_last_unit_is_not_done_yet() {
        let jobs = Jobs::new(1).unwrap();
        let (counted, heard) = std::sync::mpsc::channel();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let id = jobs.start("search", 3, move |progress| {
            progress.advance(3);
            counted.send(()).ok();
            ended.recv().ok();
            Ok(9)
        });
        let id = id.unwrap();
        tokio::task::spawn_blocking(move || heard.recv())
            .await
            .unwrap()
            .unwrap();
        let going = jobs.get(&id).unwrap();
        assert_eq!(
            (going.state, going.done, going.total),
            (JobState::Running, 2, 3)
        );
        assert!(going.eta.unwrap() > Duration::ZERO);
        end.send(()).unwrap();
        assert_eq!(until_final(&jobs, &id).await.done, 3);
    }

    #[tokio::test]
    async fn a_cancelled_job_stops_and_lets_the_next_one_run() {
        let jobs = Jobs::new(1).unwrap();
        let endless = |progress: &Progress| {
            while !progress.cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok(1)
        };
        let first = jobs.start("search", 1, endless).unwrap();
        let second = jobs.start("search", 1, |_| Ok(2)).unwrap();
        assert_eq!(jobs.cancel(&first).unwrap().state, JobState::Cancelled);
        assert_eq!(
            until_final(&jobs, &second).await.result.as_deref(),
            Some(&2)
        );
        assert_eq!(jobs.get(&first).unwrap().state, JobState::Cancelled);
        assert!(jobs.cancel("search-99").is_none());
    }

    #[tokio::test]
    async fn a_job_that_is_taken_back_lets_go_of_what_it_holds_before_its_turn() {
        let jobs = Jobs::new(1).unwrap();
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let first = jobs.start("search", 1, move |_| Ok(u32::from(wait.recv().is_ok())));
        let held = Arc::new(vec![0_u8; 64]);
        for _ in 0..100 {
            let body = Arc::clone(&held);
            let id = jobs
                .start("search", 1, move |_| Ok(body.len() as u32))
                .unwrap();
            jobs.cancel(&id);
        }
        for _ in 0..500 {
            if Arc::strong_count(&held) == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(Arc::strong_count(&held), 1, "bodies are kept");
        drop(release);
        let end = until_final(&jobs, &first.unwrap()).await;
        assert_eq!(end.state, JobState::Done);
    }

    #[tokio::test]
    async fn the_queue_is_bounded() {
        let jobs: Jobs<u32> = Jobs::new(1).unwrap();
        let wait = |progress: &Progress| {
            while !progress.cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok(1)
        };
        let ids: Vec<_> = (0..REMEMBERED)
            .map(|_| jobs.start("search", 1, wait).unwrap())
            .collect();
        assert!(jobs.start("search", 1, wait).is_err());
        for id in ids {
            jobs.cancel(&id);
        }
        assert!(jobs.start("search", 1, |_| Ok(1)).is_ok());
    }
}
