//! What a server remembers of its verdicts: the maps of each setting and the cohorts without clusters
//! in the pieces that they were made in, so that a verdict that is refined goes on where it was.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::analysis::Monitor;
use crate::analysis::ensemble::Member;
use crate::analysis::null::CheckedNull;
use crate::features::cache::Cache;
use crate::memo::{Activity, Memo};

use super::asking::{StudyMemo, StudyTicket, ask_on};
use super::choices::Choices;
use super::evidence::verdict::{
    Effort, History, InFeatures, Parts, Standings, Tried, Uncounted, Verdict, VerdictWords, joined,
    told,
};
use super::evidence::{Part, Question, Report};
use super::kept::{self, Kept};
use super::keys::{Asked, SettingKey, asked};
use super::ledger::{About, Ledger, Look, LookKind};
use super::looks::Looked;
use super::moment::Moment;
use super::project::Project;
use super::searched::SearchedBefore;
use super::study::{Study, StudyError};

/// Pieces that are kept: a hundred maps of 193 images take 150 KB.
const KEPT: NonZeroUsize = NonZeroUsize::new(128).expect("128 is not 0");

/// A piece of a setting, by the numbers of its maps or cohorts.
pub type PieceKey = Asked<SettingKey, (u64, u64)>;

/// The columns in the features, by the conditions of the images and what is held fixed.
pub type InFeaturesKey = Asked<Vec<String>, Vec<String>>;

/// A verdict.
pub type VerdictKey = Asked<SettingKey, (Question, Effort)>;

/// What is remembered of verdicts.
pub struct Verdicts {
    members: StudyMemo<PieceKey, Vec<Member>>,
    standings: StudyMemo<PieceKey, Result<Standings, String>>,
    in_features: StudyMemo<InFeaturesKey, InFeatures>,
    verdicts: StudyMemo<VerdictKey, Verdict>,
    looked: Looked,
    /// All settings that could as well have been chosen.
    pub choices: Choices,
    /// What was looked at and declared.
    pub ledger: Ledger,
    /// Where pieces outlive the program.
    cache: Arc<Cache>,
    /// Pieces that were laid out here, and not found in the cache.
    laid_out: Arc<AtomicU64>,
    /// Threads of their own: a slider does not wait behind a hundred maps.
    pool: Option<Arc<ThreadPool>>,
}

impl Verdicts {
    pub(super) fn new(
        (cache, project): (Arc<Cache>, Arc<Project>),
        threads: usize,
        busy: &Activity,
    ) -> Self {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.ok().map(Arc::new);
        let laid_out = Arc::default();
        let kept = (Arc::clone(&cache), Arc::clone(&laid_out));
        Self {
            choices: Choices::new(kept, pool.clone(), busy),
            looked: Looked::new(Arc::clone(&project)),
            ledger: Ledger::new(project),
            cache,
            laid_out,
            members: Memo::new(KEPT, 1, busy),
            standings: Memo::new(KEPT, 1, busy),
            in_features: Memo::new(KEPT, 1, busy),
            verdicts: Memo::new(KEPT, 1, busy),
            pool,
        }
    }

    /// Asks for the maps of these numbers of a setting.
    pub fn members(
        &self,
        study: &Arc<Study>,
        tried: Tried,
        numbers: Range<u64>,
    ) -> StudyTicket<PieceKey, Vec<Member>> {
        let (study, key) = (Arc::clone(study), piece(study, &tried, &numbers));
        let (cache, laid_out) = (Arc::clone(&self.cache), Arc::clone(&self.laid_out));
        self.ask(&self.members, key, move |monitor| {
            let kept = kept::key(&study, &tried, "maps", (numbers.start, numbers.end));
            let known = cache.answer(kept);
            let fits = |bytes: Vec<u8>| Kept::of(&bytes, study.n_images(), numbers.clone());
            if let Some(members) = known.and_then(fits) {
                return Ok(members);
            }
            laid_out.fetch_add(1, Ordering::Relaxed);
            let members = study.members(&tried, numbers, &Uncounted(monitor))?;
            cache.put_answer(kept, members.bytes());
            Ok(members)
        })
    }

    /// Asks for the cohorts without clusters of these numbers at a setting, or why there are none.
    pub fn standings(
        &self,
        study: &Arc<Study>,
        tried: Tried,
        numbers: Range<u64>,
    ) -> StudyTicket<PieceKey, Result<Standings, String>> {
        let (study, key) = (Arc::clone(study), piece(study, &tried, &numbers));
        let (cache, laid_out) = (Arc::clone(&self.cache), Arc::clone(&self.laid_out));
        self.ask(&self.standings, key, move |monitor| {
            let kept = kept::key(&study, &tried, "cohorts", (numbers.start, numbers.end));
            let known = cache.answer(kept);
            let asked = (numbers.clone(), study.surrogate_kinds());
            let fits = |bytes: Vec<u8>| Kept::of(&bytes, study.n_images(), asked);
            if let Some(standings) = known.and_then(fits) {
                return Ok(Ok(standings));
            }
            laid_out.fetch_add(1, Ordering::Relaxed);
            let standings = told(study.standings(&tried, numbers, &Uncounted(monitor)))?;
            if let Ok(standings) = &standings {
                cache.put_answer(kept, standings.bytes());
            }
            Ok(standings)
        })
    }

    /// What the cache knows of the cohorts of a null.
    pub fn searched<'a>(
        &'a self,
        study: &'a Study,
        null: Option<&CheckedNull>,
    ) -> SearchedBefore<'a> {
        SearchedBefore::new(study, null, &self.cache)
    }

    /// How many pieces were laid out here; those that the cache had are not among them.
    pub fn n_laid_out(&self) -> u64 {
        self.laid_out.load(Ordering::Relaxed)
    }

    /// Asks which columns are in the features.
    pub fn in_features(
        &self,
        study: &Arc<Study>,
        held: Vec<String>,
    ) -> StudyTicket<InFeaturesKey, InFeatures> {
        let key = asked(study.conditions.clone(), held.clone());
        let study = Arc::clone(study);
        self.ask(&self.in_features, key, move |monitor| {
            study.in_features(&held, monitor)
        })
    }

    /// Asks for the verdict that these parts make; they are those of the setting and the effort.
    pub fn verdict(
        &self,
        study: &Arc<Study>,
        (tried, question, effort): (Tried, Question, Effort),
        members: Vec<Arc<Vec<Member>>>,
        standings: Vec<Arc<Result<Standings, String>>>,
        in_features: Arc<InFeatures>,
    ) -> StudyTicket<VerdictKey, Verdict> {
        let setting = SettingKey::tried(study, tried.map, tried.clustering);
        let key = asked(setting, (question.clone(), effort));
        let study = Arc::clone(study);
        self.ask(&self.verdicts, key, move |monitor| {
            let parts = Parts {
                members: members.iter().flat_map(|piece| piece.iter()).collect(),
                standings: joined(&standings),
                in_features: &in_features,
            };
            study.verdict(&question, (&tried, effort), &parts, monitor)
        })
    }

    /// What is said of a verdict on `study`, a part of `whole`, after all that was looked at and
    /// declared; one that `rested` on the screen is a look itself.
    pub fn words(
        &self,
        (whole, study): (&Study, &Study),
        question: &Question,
        (found, in_features): (&Verdict, &InFeatures),
        rested: bool,
    ) -> VerdictWords {
        let about = About {
            question: Some(question.clone()),
            conditions: study.conditions.clone(),
            tried: Some(found.tried),
        };
        let mut columns = found.columns.iter();
        let interest = columns.find(|column| column.name == question.column);
        let averages = interest.map_or(&[][..], |column| &column.test.averages);
        let asked = (question, &found.tried);
        let looks = (!averages.is_empty())
            .then(|| self.looked.with((whole, study), asked, (averages, rested)));
        let known = self.ledger.history(whole, &about);
        let history = History { looks, ..known };
        let mut words = study.verdict_words(found, question, in_features, history);
        if rested {
            let finding = interest.and_then(|column| column.test.outcome.as_ref().ok());
            let look = Look {
                kind: LookKind::Setting,
                at: Moment::now(),
                about,
                n_settings: 1,
                p_value: finding.map(|found| found.p_value),
                case: Some(words.case.code().to_owned()),
            };
            words.history.n_looks_in_all = self.ledger.look(whole, look);
        }
        words
    }

    /// Says the verdict of a report after all that was looked at and declared; it is a look, too.
    pub fn retell(&self, of: (&Study, &Study), report: &mut Report) {
        if let Part::Found(spoken) = &mut report.verdict {
            let found = (&spoken.verdict, &spoken.in_features);
            spoken.words = self.words(of, &report.params.question, found, true);
        }
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

fn piece(study: &Study, tried: &Tried, numbers: &Range<u64>) -> PieceKey {
    let setting = SettingKey::tried(study, tried.map, tried.clustering);
    asked(setting, (numbers.start, numbers.end))
}
