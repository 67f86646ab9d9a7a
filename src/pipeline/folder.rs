//! The folder of a cohort that is served: what came into it since.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::cohort::{Cohort, Inventory, Since};

/// The folder that a cohort was read from, if it was.
pub struct Folder {
    inventory: Option<Arc<Inventory>>,
    /// What was found last, and when that was looked for.
    last: Mutex<Option<(Instant, Since)>>,
}

impl Folder {
    /// That of `cohort`.
    pub(super) fn new(cohort: &Cohort) -> Self {
        Self {
            inventory: cohort.inventory.clone(),
            last: Mutex::default(),
        }
    }

    /// What is other there since the cohort was opened, as of the moment `asked` or later: who asks while others
    /// wait shares what is found for them. `None` where the cohort was read from no folder.
    pub fn since(&self, asked: Instant) -> Option<Since> {
        let inventory = self.inventory.as_ref()?;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((begun, found)) = *last
            && begun >= asked
        {
            return Some(found);
        }
        let begun = Instant::now();
        let found = inventory.since();
        *last = Some((begun, found));
        Some(found)
    }
}
