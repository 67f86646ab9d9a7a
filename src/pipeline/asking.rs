//! What is remembered of a study, and how it is asked for: the kinds of [`Memo`] and [`Ticket`] here.

use std::hash::Hash;
use std::sync::Arc;

use rayon::ThreadPool;
use tracing::Span;

use crate::analysis::Monitor;
use crate::analysis::projection::Frame;
use crate::memo::{Desk, Memo, Ticket};

use super::keys::MapKey;
use super::study::{Projection, StudyError};

/// Waits for a map; frames are its coordinates as it forms.
pub type MapTicket = Ticket<MapKey, Projection, Frame, Arc<StudyError>>;
/// Waits for anything else that is computed of a study.
pub type StudyTicket<K, V> = Ticket<K, V, (), Arc<StudyError>>;

/// Remembers what is computed of a study.
pub(super) type StudyMemo<K, V> = Memo<K, V, (), Arc<StudyError>>;

/// Asks a memo for what `compute` gives.
pub(super) fn ask<K, V, C>(memo: &StudyMemo<K, V>, key: K, compute: C) -> StudyTicket<K, V>
where
    K: Hash + Eq + Clone + Send + 'static,
    V: Send + Sync + 'static,
    C: FnOnce(&dyn Monitor) -> Result<V, StudyError> + Send + 'static,
{
    memo.ask(key, move |desk: &Desk<_, (), _>| {
        compute(desk).map_err(Arc::new)
    })
}

/// The same on threads of its own, where there are any.
pub(super) fn ask_on<K, V, C>(
    pool: Option<Arc<ThreadPool>>,
    memo: &StudyMemo<K, V>,
    key: K,
    compute: C,
) -> StudyTicket<K, V>
where
    K: Hash + Eq + Clone + Send + 'static,
    V: Send + Sync + 'static,
    C: FnOnce(&dyn Monitor) -> Result<V, StudyError> + Send + 'static,
{
    ask(memo, key, move |monitor| match pool {
        Some(pool) => {
            let asked_by = Span::current();
            pool.install(|| asked_by.in_scope(|| compute(monitor)))
        }
        None => compute(monitor),
    })
}

impl<V: Send + Sync, F: Send + Sync, E: Send + Sync> Monitor for Desk<V, F, E> {
    fn cancelled(&self) -> bool {
        Desk::cancelled(self)
    }
}
