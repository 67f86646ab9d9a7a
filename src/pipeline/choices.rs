//! What a server remembers of every setting that could as well have been chosen, and of groups that a
//! hand chose.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rayon::ThreadPool;

use crate::analysis::Monitor;
use crate::features::cache::Cache;
use crate::memo::{Activity, Memo};

use super::asking::{StudyMemo, StudyTicket, ask_on};
use super::evidence::choices::{
    PlaneEvidence, PlaneMaps, PlaneStandings, Proposal, Specifications, SpecificationsAnswer,
    notebooks, proposal_params,
};
use super::evidence::verdict::Tried;
use super::evidence::{ByHand, Question};
use super::kept::{self, Kept};
use super::keys::{Asked, SettingKey, asked, without_axes};
use super::study::{Clusters, Projection, Study, StudyError};

/// Planes of maps that are kept: twenty maps of 193 images take 8 MB.
const KEPT: NonZeroUsize = NonZeroUsize::new(8).expect("8 is not 0");

/// A setting without its place on the plane.
pub type PlaneKey = Asked<SettingKey, ()>;

/// What is remembered.
pub struct Choices {
    specifications: StudyMemo<PlaneKey, Specifications>,
    curves: StudyMemo<Asked<SettingKey, Question>, SpecificationsAnswer>,
    maps: StudyMemo<PlaneKey, PlaneMaps>,
    columns: StudyMemo<Asked<SettingKey, Question>, PlaneEvidence>,
    standings: StudyMemo<Asked<SettingKey, (u64, u64)>, PlaneStandings>,
    by_hand: StudyMemo<Asked<SettingKey, Question>, ByHand>,
    proposals: StudyMemo<Vec<String>, Proposal>,
    /// Where a proposal outlives the program: the next start opens with it at once.
    cache: Arc<Cache>,
    /// Pieces that were laid out here, and not found in the cache.
    laid_out: Arc<AtomicU64>,
    pool: Option<Arc<ThreadPool>>,
}

impl Choices {
    /// Everything is computed on `pool`: a slider does not wait behind it.
    pub(super) fn new(
        (cache, laid_out): (Arc<Cache>, Arc<AtomicU64>),
        pool: Option<Arc<ThreadPool>>,
        busy: &Activity,
    ) -> Self {
        Self {
            specifications: Memo::new(KEPT, 1, busy),
            curves: Memo::new(KEPT, 1, busy),
            maps: Memo::new(KEPT, 1, busy),
            columns: Memo::new(KEPT, 1, busy),
            standings: Memo::new(KEPT, 1, busy),
            by_hand: Memo::new(KEPT, 1, busy),
            proposals: Memo::new(KEPT, 1, busy),
            cache,
            laid_out,
            pool,
        }
    }

    /// Asks for the settings around one.
    pub fn specifications(
        &self,
        study: &Arc<Study>,
        tried: Tried,
    ) -> StudyTicket<PlaneKey, Specifications> {
        let study = Arc::clone(study);
        self.ask(
            &self.specifications,
            plane(&study, &tried),
            move |monitor| study.specifications(tried.map, tried.clustering, monitor),
        )
    }

    /// Asks for a column in these settings, which are those around `tried`.
    pub fn curve(
        &self,
        study: &Arc<Study>,
        (tried, question): (Tried, Question),
        specifications: Arc<Specifications>,
    ) -> StudyTicket<Asked<SettingKey, Question>, SpecificationsAnswer> {
        // Both are in it, whatever the question says of noise.
        let question = Question {
            with_noise: false,
            ..question
        };
        let key = asked(setting(study, &tried), question.clone());
        let study = Arc::clone(study);
        self.ask(&self.curves, key, move |monitor| {
            study.specification_curve(&specifications, &question, monitor)
        })
    }

    /// Asks for many maps, clustered at every place of the plane.
    pub fn maps(&self, study: &Arc<Study>, tried: Tried) -> StudyTicket<PlaneKey, PlaneMaps> {
        let study = Arc::clone(study);
        self.ask(&self.maps, plane(&study, &tried), move |monitor| {
            study.plane_maps(&tried, monitor)
        })
    }

    /// Asks for a column at every place of the plane, over these maps, which are those of `tried`.
    pub fn column(
        &self,
        study: &Arc<Study>,
        (tried, question): (Tried, Question),
        maps: Arc<PlaneMaps>,
    ) -> StudyTicket<Asked<SettingKey, Question>, PlaneEvidence> {
        let key = asked(setting(study, &tried), question.clone());
        let study = Arc::clone(study);
        self.ask(&self.columns, key, move |monitor| {
            study.plane_column((&tried, &question), &maps, monitor)
        })
    }

    /// Asks for cohorts without groups of these numbers at every place of the plane.
    pub fn standings(
        &self,
        study: &Arc<Study>,
        tried: Tried,
        numbers: Range<u64>,
    ) -> StudyTicket<Asked<SettingKey, (u64, u64)>, PlaneStandings> {
        let key = asked(setting(study, &tried), (numbers.start, numbers.end));
        let study = Arc::clone(study);
        self.ask(&self.standings, key, move |monitor| {
            study.plane_standings(&tried, numbers, monitor)
        })
    }

    /// Asks for the columns in patients that did not make the groups, which a hand drew.
    pub fn by_hand(
        &self,
        study: &Arc<Study>,
        (map, clusters): (&Projection, &Arc<Clusters>),
        question: Question,
    ) -> StudyTicket<Asked<SettingKey, Question>, ByHand> {
        let key = asked(SettingKey::of(study, map, clusters), question.clone());
        let (study, clusters) = (Arc::clone(study), Arc::clone(clusters));
        self.ask(&self.by_hand, key, move |monitor| {
            study.by_hand(&clusters, &question, monitor)
        })
    }

    /// Asks for the setting to open with, of the images of a study; it is known by their conditions.
    pub fn proposal(&self, study: &Arc<Study>) -> StudyTicket<Vec<String>, Proposal> {
        let (study, cache) = (Arc::clone(study), Arc::clone(&self.cache));
        let laid_out = Arc::clone(&self.laid_out);
        let key = study.conditions.clone();
        self.ask(&self.proposals, key, move |monitor| {
            let (n_images, started) = (study.n_images(), Instant::now());
            let Some(params) = proposal_params(n_images) else {
                return Ok(Proposal::kept(notebooks(n_images), &Proposal::too_many()));
            };
            let numbers = (params.n_maps, params.along.len() as u64);
            let kept = kept::key(&study, &notebooks(n_images), "proposal", numbers);
            let known = cache
                .answer(kept)
                .and_then(|bytes| Kept::of(&bytes, n_images, &params));
            let found = match known {
                Some(found) => found,
                None => {
                    laid_out.fetch_add(1, Ordering::Relaxed);
                    let found = study.propose(&params, monitor)?;
                    cache.put_answer(kept, found.bytes());
                    found
                }
            };
            Ok(Proposal::found(n_images, (&params, &found), started))
        })
    }

    fn ask<K, V, C>(&self, memo: &StudyMemo<K, V>, key: K, compute: C) -> StudyTicket<K, V>
    where
        K: std::hash::Hash + Eq + Clone + Send + 'static,
        V: Send + Sync + 'static,
        C: FnOnce(&dyn Monitor) -> Result<V, StudyError> + Send + 'static,
    {
        ask_on(self.pool.clone(), memo, key, compute)
    }
}

/// The setting wherever it is on the plane.
fn setting(study: &Study, tried: &Tried) -> SettingKey {
    SettingKey::tried(study, tried.map, without_axes(tried.clustering))
}

fn plane(study: &Study, tried: &Tried) -> PlaneKey {
    asked(setting(study, tried), ())
}
