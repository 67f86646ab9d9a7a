//! What a server holds: one study, being prepared or ready, its parts, and the maps computed from
//! them.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use lru::LruCache;

use crate::analysis::Monitor;
use crate::analysis::clustering::dbscan::DbscanParams;
use crate::analysis::null::NullParams;
use crate::analysis::plane::Plane;
use crate::analysis::projection::tsne::{Frame, TsneParams};
use crate::cohort::Cohort;
use crate::jobs::Progress;
use crate::memo::{Desk, Memo, Ticket};

use super::breakdown::Breakdown;
use super::details::Details;
use super::evidence::{Association, Enrichment, Looks, Null, PlaneAssociation, Quality, Question};
use super::gallery::Gallery;
use super::keys::{any_null_key, map_key, null_key, setting_key, viewed_key};
use super::part::Parts;
use super::selection::{Selection, Selections};
use super::study::{Clusters, MapParams, ModelInfo, Projection, Study, StudyError};

/// Maps that are kept: a perplexity slider's whole range at 193 images takes a megabyte.
const MAPS: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not 0");
/// Maps of a large cohort that are kept: one of 100,000 images takes 5 MB.
const MAPS_OF_MANY: NonZeroUsize = NonZeroUsize::new(16).expect("16 is not 0");
/// Settings that are told apart as viewed; a hand on a slider does not get there.
const MOST_VIEWED: usize = 100_000;
/// Nulls that are kept.
const NULLS: NonZeroUsize = NonZeroUsize::new(8).expect("8 is not 0");
/// Images up to which maps are made before they are asked for: each takes a hundredth of a second.
const AHEAD_LIMIT: usize = 500;
/// The perplexities for which that is done: the slider's.
const AHEAD_PERPLEXITIES: usize = 100;
/// From this many images on a cohort is large.
const MANY: usize = 5_000;

/// Waits for a map; frames are its coordinates as it forms.
pub type MapTicket = Ticket<String, Projection, Frame, Arc<StudyError>>;
/// Waits for anything else that is computed of a study.
pub type StudyTicket<V> = Ticket<String, V, (), Arc<StudyError>>;

/// Remembers what is computed of a study.
pub(super) type StudyMemo<V> = Memo<String, V, (), Arc<StudyError>>;

/// Where the study stands.
#[derive(Debug, Clone)]
pub enum Stage {
    /// Features are being computed.
    Pending,
    /// Everything can be asked.
    Ready(Arc<Study>),
    /// The preparation failed, for this reason.
    Failed(String),
}

/// One study and what has been computed from it.
pub struct Workbench {
    /// The cohort as opened, before its images were read.
    opened: Cohort,
    /// The pictures.
    pub gallery: Gallery,
    /// How far the preparation is, in images. The one who prepares counts here.
    pub preparing: Arc<Progress>,
    /// Images that were picked by hand.
    pub selections: Selections,
    /// Studies of a part of the images.
    pub parts: Parts,
    /// The column that was named beforehand to be asked about.
    pub column: Option<String>,
    model: RwLock<ModelInfo>,
    stage: RwLock<Stage>,
    maps: Memo<String, Projection, Frame, Arc<StudyError>>,
    /// The map that was asked for last, and of which study.
    latest: Mutex<Option<(Arc<Study>, MapParams)>>,
    clusters: StudyMemo<Clusters>,
    breakdowns: StudyMemo<Breakdown>,
    planes: StudyMemo<Plane>,
    associations: StudyMemo<Association>,
    enrichments: StudyMemo<Enrichment>,
    over_planes: StudyMemo<PlaneAssociation>,
    qualities: StudyMemo<Quality>,
    pub(super) details: Details,
    /// Nulls take minutes: a report that asks again gets the one that is there.
    nulls: Mutex<LruCache<String, Arc<Null>>>,
    /// The settings whose clusters were asked for: each look is a chance to find something.
    viewed: Mutex<HashSet<String>>,
    searched: AtomicU64,
}

impl Workbench {
    /// A workbench whose study is pending.
    pub fn new(opened: Cohort, gallery: Gallery, model: ModelInfo, threads: usize) -> Self {
        let is_large = opened.records.len() >= MANY;
        let kept = if is_large { MAPS_OF_MANY } else { MAPS };
        let preparing = Progress::new(opened.records.len() as u64);
        Self {
            opened,
            gallery,
            preparing: Arc::new(preparing),
            selections: Selections::default(),
            parts: Parts::new(is_large),
            column: None,
            model: RwLock::new(model),
            stage: RwLock::new(Stage::Pending),
            maps: Memo::new(kept, threads),
            latest: Mutex::default(),
            clusters: Memo::new(kept, threads),
            breakdowns: Memo::new(kept, threads),
            planes: Memo::new(kept, threads),
            associations: Memo::new(kept, threads),
            enrichments: Memo::new(kept, threads),
            over_planes: Memo::new(kept, threads),
            qualities: Memo::new(kept, threads),
            details: Details::new(threads),
            nulls: Mutex::new(LruCache::new(NULLS)),
            viewed: Mutex::default(),
            searched: AtomicU64::new(0),
        }
    }

    /// Ends the preparation, for better or worse.
    pub fn settle(&self, outcome: Result<Study, StudyError>) {
        let stage = match outcome {
            Ok(study) => {
                *self.model.write().unwrap_or_else(PoisonError::into_inner) = study.model.clone();
                self.gallery.keep(&study.cohort);
                Stage::Ready(Arc::new(study))
            }
            Err(error) => {
                tracing::error!("{error}");
                Stage::Failed(error.to_string())
            }
        };
        *self.stage.write().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    /// Ends a preparation that broke off.
    pub fn fail(&self, message: &str) {
        *self.stage.write().unwrap_or_else(PoisonError::into_inner) =
            Stage::Failed(message.to_owned());
    }

    /// Where the study stands.
    pub fn stage(&self) -> Stage {
        self.stage
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The cohort as opened: its lists may still change.
    pub fn opened(&self) -> &Cohort {
        &self.opened
    }

    /// What makes the features.
    pub fn model(&self) -> ModelInfo {
        self.model
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Asks for a map of the study.
    pub fn map(&self, study: &Arc<Study>, params: MapParams) -> MapTicket {
        let latest = Some((Arc::clone(study), params));
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = latest;
        self.map_of(study, params)
    }

    /// Asks for the map that a hand on the perplexity slider may want next: the nearest whole
    /// perplexity to the latest map's that is not there yet. `None` while anything else is being
    /// computed, when all are there, or when the cohort is too large for it.
    pub fn map_ahead(&self) -> Option<MapTicket> {
        let latest = self.latest.lock();
        let latest = latest.unwrap_or_else(PoisonError::into_inner).clone();
        let Some((study, MapParams::Tsne(latest))) = latest else {
            return None;
        };
        let n_images = study.n_images();
        if n_images > AHEAD_LIMIT || !self.is_idle() {
            return None;
        }
        let last = AHEAD_PERPLEXITIES.min(n_images.saturating_sub(1));
        let mut perplexities: Vec<f64> = (1..=last).map(|perplexity| perplexity as f64).collect();
        let distance = |perplexity: &f64| (perplexity - latest.perplexity).abs();
        perplexities.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
        let at = |perplexity| {
            MapParams::Tsne(TsneParams {
                perplexity,
                ..latest
            })
        };
        let mut maps = perplexities.into_iter().map(at);
        let next = maps.find(|map| !self.maps.knows(&map_key(&study, map)))?;
        Some(self.map_of(&study, next))
    }

    /// Takes back what the latest map was: none are made ahead until another is asked for.
    pub fn forget_latest(&self) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn is_idle(&self) -> bool {
        self.maps.is_idle()
            && self.clusters.is_idle()
            && self.breakdowns.is_idle()
            && self.planes.is_idle()
            && self.associations.is_idle()
            && self.enrichments.is_idle()
            && self.over_planes.is_idle()
            && self.qualities.is_idle()
            && self.details.is_idle()
    }

    fn map_of(&self, study: &Arc<Study>, params: MapParams) -> MapTicket {
        let study = Arc::clone(study);
        self.maps
            .ask(map_key(&study, &params), move |desk: &Desk<_, Frame, _>| {
                study
                    .project(&params, desk, &mut |frame| desk.show(frame))
                    .map_err(Arc::new)
            })
    }

    /// Asks for the clusters of a map, those of `own` among them.
    pub fn clusters(
        &self,
        study: &Arc<Study>,
        map: &Arc<Projection>,
        (params, own): (DbscanParams, Vec<Arc<Selection>>),
    ) -> StudyTicket<Clusters> {
        let setting = setting_key(study, map, params, own.iter());
        let names: Vec<_> = own.iter().map(|selection| &selection.name).collect();
        let key = format!("{setting} {names:?}");
        let mut viewed = self.viewed.lock().unwrap_or_else(PoisonError::into_inner);
        if viewed.len() < MOST_VIEWED {
            viewed.insert(setting);
        }
        drop(viewed);
        let (study, map) = (Arc::clone(study), Arc::clone(map));
        ask(&self.clusters, key, move |monitor| {
            study.cluster(&map, (params, &own), monitor)
        })
    }

    /// Asks what the clusters of one setting of a map are made of, by the values of `column`.
    pub fn breakdown(
        &self,
        study: &Arc<Study>,
        (map, params, clusters): (&Arc<Projection>, DbscanParams, &Arc<Clusters>),
        column: String,
    ) -> StudyTicket<Breakdown> {
        let key = format!("{} {column}", viewed_key(study, map, params, clusters));
        let (study, map, clusters) = (Arc::clone(study), Arc::clone(map), Arc::clone(clusters));
        ask(&self.breakdowns, key, move |_| {
            study.breakdown(&map, &clusters, &column)
        })
    }

    /// Asks for all settings of the notebook's grid on a map.
    pub fn plane(&self, study: &Arc<Study>, map: &Arc<Projection>) -> StudyTicket<Plane> {
        let (study, map) = (Arc::clone(study), Arc::clone(map));
        ask(&self.planes, map_key(&study, &map.params), move |monitor| {
            study.plane(&map, monitor)
        })
    }

    /// Asks what explains the clusters of one setting of a map.
    pub fn association(
        &self,
        study: &Arc<Study>,
        (map, params, clusters): (&Projection, DbscanParams, &Arc<Clusters>),
        question: Question,
    ) -> StudyTicket<Association> {
        let setting = viewed_key(study, map, params, clusters);
        let (study, clusters) = (Arc::clone(study), Arc::clone(clusters));
        ask(
            &self.associations,
            format!("{setting} {question:?}"),
            move |monitor| study.association(&clusters, &question, monitor),
        )
    }

    /// Asks which values are frequent in which clusters of one setting of a map.
    pub fn enrichment(
        &self,
        study: &Arc<Study>,
        (map, params, clusters): (&Projection, DbscanParams, &Arc<Clusters>),
        question: Question,
    ) -> StudyTicket<Enrichment> {
        let setting = viewed_key(study, map, params, clusters);
        let (study, clusters) = (Arc::clone(study), Arc::clone(clusters));
        ask(
            &self.enrichments,
            format!("{setting} {question:?}"),
            move |monitor| study.enrichment(&clusters, &question, monitor),
        )
    }

    /// Asks whether a column goes with the clusters of any setting of a map.
    pub fn association_over_plane(
        &self,
        study: &Arc<Study>,
        map: &Arc<Projection>,
        question: Question,
    ) -> StudyTicket<PlaneAssociation> {
        let (study, map) = (Arc::clone(study), Arc::clone(map));
        let key = format!("{} {question:?}", map_key(&study, &map.params));
        ask(&self.over_planes, key, move |monitor| {
            study.association_over_plane(&map, &question, monitor)
        })
    }

    /// Asks how faithful a map is.
    pub fn quality(
        &self,
        study: &Arc<Study>,
        map: &Arc<Projection>,
        n_neighbors: usize,
    ) -> StudyTicket<Quality> {
        let (study, map) = (Arc::clone(study), Arc::clone(map));
        let key = format!("{} {n_neighbors}", map_key(&study, &map.params));
        ask(&self.qualities, key, move |monitor| {
            study.quality(&map, n_neighbors, monitor)
        })
    }

    /// Keeps a null of a study.
    pub fn keep_null(&self, study: &Study, null: &Arc<Null>) {
        let mut nulls = self.nulls.lock().unwrap_or_else(PoisonError::into_inner);
        nulls.put(null_key(study, &null.params), Arc::clone(null));
    }

    /// The null of a study with these parameters, if it has been computed.
    pub fn known_null(&self, study: &Study, params: &NullParams) -> Option<Arc<Null>> {
        let mut nulls = self.nulls.lock().unwrap_or_else(PoisonError::into_inner);
        nulls.get(&null_key(study, params)).cloned()
    }

    /// The null of a study that was computed or asked for last.
    pub fn latest_null(&self, study: &Study) -> Option<Arc<Null>> {
        let nulls = self.nulls.lock().unwrap_or_else(PoisonError::into_inner);
        let about = any_null_key(study);
        let mut latest = nulls.iter().filter(|(key, _)| key.starts_with(&about));
        latest.next().map(|(_, null)| Arc::clone(null))
    }

    /// How much has been looked at so far, in the whole study and its parts.
    pub fn looks(&self) -> Looks {
        let viewed = self.viewed.lock().unwrap_or_else(PoisonError::into_inner);
        Looks {
            n_viewed: viewed.len(),
            n_searched: self.searched.load(Ordering::Relaxed),
        }
    }

    /// Counts the settings of a search that has ended.
    pub fn count_search(&self, n_settings: u64) {
        self.searched.fetch_add(n_settings, Ordering::Relaxed);
    }
}

/// Asks a memo for what `compute` gives.
pub(super) fn ask<V, C>(memo: &StudyMemo<V>, key: String, compute: C) -> StudyTicket<V>
where
    V: Send + Sync + 'static,
    C: FnOnce(&dyn Monitor) -> Result<V, StudyError> + Send + 'static,
{
    memo.ask(key, move |desk: &Desk<_, (), _>| {
        compute(desk).map_err(Arc::new)
    })
}

impl<V: Send + Sync, F: Send + Sync, E: Send + Sync> Monitor for Desk<V, F, E> {
    fn cancelled(&self) -> bool {
        Desk::cancelled(self)
    }
}
