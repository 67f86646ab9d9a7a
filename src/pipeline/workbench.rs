//! What a server holds: one study, being prepared or ready, its parts, and the maps computed from
//! them.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Instant;

use lru::LruCache;

use crate::analysis::clustering::ClusteringParams;
use crate::analysis::clustering::plane::Plane;
use crate::analysis::null::NullParams;
use crate::analysis::projection::{Frame, ProjectionParams};
use crate::cohort::Cohort;
use crate::config::{FeatureConfig, ToDeclare};
use crate::jobs::Progress;
use crate::memo::{Activity, Desk, Memo};

use super::asking::{MapTicket, StudyMemo, StudyTicket, ask};
use super::breakdown::Breakdown;
use super::details::Details;
use super::evidence::{
    Association, Enrichment, Looks, Name, Null, PlaneAssociation, Quality, Question,
};
use super::folder::Folder;
use super::gallery::Gallery;
use super::kept::{self, Kept};
use super::keys::{Asked, MapKey, SettingKey, asked, without_axes};
use super::layers::Layers;
use super::ledger::{self, About};
use super::made::Made;
use super::part::Parts;
use super::project::Project;
use super::selection::{Selection, Selections};
use super::study::{Clusters, Judged, ModelInfo, Projection, Study, StudyError};
use super::verdicts::Verdicts;

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
/// The values along the map's axis for which that is done: the slider's.
const MOST_AHEAD: usize = 100;
/// From this many images on a cohort is large.
const MANY: usize = 5_000;

/// The names of clusters that were picked by hand: they stand beside the labels.
pub(super) type Names = Vec<Option<String>>;
/// The conditions of a null, and what was asked: its parameters in full, as text, because a range of
/// numbers of clusters and a grid of floats are no hash.
type NullKey = (Vec<String>, String);

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
    /// Where they come from.
    pub folder: Folder,
    /// How far the preparation is, in images. The one who prepares counts here.
    pub preparing: Arc<Progress>,
    /// Images that were picked by hand.
    pub selections: Selections,
    /// What was made of the cohort, and looked at.
    pub project: Arc<Project>,
    /// Studies of a part of the images.
    pub parts: Parts,
    /// The column that was named beforehand to be asked about.
    pub column: Option<String>,
    /// How many axes the map has that is given, if one is.
    pub given: Option<usize>,
    /// The question that is to be declared before anybody can look.
    pub question: Option<ToDeclare>,
    model: RwLock<ModelInfo>,
    /// What made the study, once it is ready.
    made: OnceLock<Made>,
    stage: RwLock<Stage>,
    /// What all memos are busy with.
    activity: Activity,
    maps: Memo<MapKey, Projection, Frame, Arc<StudyError>>,
    /// The map that was asked for last, and of which study.
    latest: Mutex<Option<(Arc<Study>, ProjectionParams)>>,
    clusters: StudyMemo<Asked<SettingKey, Names>, Clusters>,
    judged: StudyMemo<SettingKey, Judged>,
    breakdowns: StudyMemo<Asked<SettingKey, String>, Breakdown>,
    planes: StudyMemo<Asked<MapKey, ClusteringParams>, Plane>,
    associations: StudyMemo<Asked<SettingKey, Question>, Association>,
    enrichments: StudyMemo<Asked<SettingKey, Question>, Enrichment>,
    names: StudyMemo<Asked<SettingKey, Question>, Vec<Name>>,
    over_planes: StudyMemo<Asked<MapKey, (ClusteringParams, Question)>, PlaneAssociation>,
    qualities: StudyMemo<Asked<MapKey, usize>, Quality>,
    /// Where the network could be read; `None` where none runs.
    pub layers: Option<Layers>,
    /// Single looks: neighbours of an image, distances, a map as it forms.
    pub details: Details,
    /// Whether the groups of a setting are luck.
    pub verdicts: Verdicts,
    /// Nulls take minutes: a report that asks again gets the one that is there.
    nulls: Mutex<LruCache<NullKey, Arc<Null>>>,
    /// The settings whose clusters were asked for, as hashes, since a key may have thousands of conditions:
    /// each look is a chance to find something.
    viewed: Mutex<HashSet<u64>>,
    searched: AtomicU64,
}

impl Workbench {
    /// A workbench whose study is pending.
    pub fn new(opened: Cohort, gallery: Gallery, model: ModelInfo, threads: usize) -> Self {
        let is_large = opened.records.len() >= MANY;
        let kept = if is_large { MAPS_OF_MANY } else { MAPS };
        let preparing = Progress::new(opened.records.len() as u64);
        let activity = Activity::default();
        let busy = &activity;
        let project = Arc::new(Project::new(gallery.cache(), ledger::take_over));
        let stores = (gallery.cache(), Arc::clone(&project));
        let verdicts = Verdicts::new(stores, threads, busy);
        Self {
            folder: Folder::new(&opened),
            opened,
            gallery,
            preparing: Arc::new(preparing),
            selections: Selections::default(),
            project,
            parts: Parts::new(is_large, threads, busy),
            column: None,
            given: None,
            question: None,
            model: RwLock::new(model),
            made: OnceLock::new(),
            stage: RwLock::new(Stage::Pending),
            maps: Memo::new(kept, threads, busy),
            latest: Mutex::default(),
            clusters: Memo::new(kept, threads, busy),
            judged: Memo::new(kept, threads, busy),
            breakdowns: Memo::new(kept, threads, busy),
            planes: Memo::new(kept, threads, busy),
            associations: Memo::new(kept, threads, busy),
            enrichments: Memo::new(kept, threads, busy),
            names: Memo::new(kept, threads, busy),
            over_planes: Memo::new(kept, threads, busy),
            qualities: Memo::new(kept, threads, busy),
            layers: None,
            details: Details::new(threads, busy),
            verdicts,
            nulls: Mutex::new(LruCache::new(NULLS)),
            viewed: Mutex::default(),
            searched: AtomicU64::new(0),
            activity,
        }
    }

    /// Lets the layers of a network be asked for.
    pub(super) fn tell_layers(&mut self, config: FeatureConfig) {
        let layers = Layers::new(config, self.gallery.cache(), &self.activity);
        self.layers = Some(layers);
    }

    /// How many answers were computed; those that were remembered are not counted again.
    pub fn n_computed(&self) -> u64 {
        self.activity.n_begun()
    }

    /// Ends the preparation, for better or worse.
    pub fn settle(&self, outcome: Result<Study, StudyError>) {
        let declared = outcome.and_then(|study| {
            if let Some(question) = &self.question {
                self.declare(&study, question)?;
            }
            Ok(study)
        });
        let stage = match declared {
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

    /// Whether a question was declared at the start of one setting: the page opens with it then.
    pub fn is_declared_here(&self) -> bool {
        let question = self.question.as_ref();
        question.is_some_and(|question| !question.at_any_setting)
    }

    /// Declares a question of the setting that the page opens with.
    fn declare(&self, study: &Study, question: &ToDeclare) -> Result<(), StudyError> {
        let name_of = |name: &String| study.cohort.column_name(name).to_owned();
        let asked = Question {
            column: name_of(&question.column),
            within: question.within.as_ref().map(name_of),
            with_noise: false,
        };
        study.check(&asked)?;
        let here = study.opening();
        let about = About {
            question: Some(asked),
            conditions: study.conditions.clone(),
            tried: (!question.at_any_setting).then_some(here),
        };
        self.verdicts.ledger.declare(study, about);
        Ok(())
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

    /// What made the study; `None` before it is ready.
    pub fn made(&self) -> Option<Made> {
        match self.stage() {
            Stage::Ready(study) => Some(self.made.get_or_init(|| study.made()).clone()),
            Stage::Pending | Stage::Failed(_) => None,
        }
    }

    /// Asks for a map of the study.
    pub fn map(&self, study: &Arc<Study>, params: ProjectionParams) -> MapTicket {
        let latest = Some((Arc::clone(study), params));
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = latest;
        self.map_of(study, params)
    }

    /// Asks for the map that a hand on the slider of its axis may want next: the nearest whole value
    /// to the latest map's that is not there yet. `None` while anything else is being computed, when
    /// all are there, or when the cohort is too large for it.
    pub fn map_ahead(&self) -> Option<MapTicket> {
        let latest = self.latest.lock();
        let (study, latest) = latest.unwrap_or_else(PoisonError::into_inner).clone()?;
        let here = latest.along()?;
        let n_images = study.n_images();
        if n_images > AHEAD_LIMIT || !self.activity.is_idle() {
            return None;
        }
        let mut values: Vec<f64> = (1..=MOST_AHEAD).map(|value| value as f64).collect();
        let distance = |value: &f64| (value - here).abs();
        values.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
        let mut maps = values.into_iter().map(|value| latest.at(value));
        let next = maps.find(|map| {
            map.check(n_images).is_ok() && !self.maps.knows(&MapKey::new(&study, *map))
        })?;
        Some(self.map_of(&study, next))
    }

    /// Takes back what the latest map was: none are made ahead until another is asked for.
    pub fn forget_latest(&self) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn map_of(&self, study: &Arc<Study>, params: ProjectionParams) -> MapTicket {
        let study = Arc::clone(study);
        let key = MapKey::new(&study, params);
        let cache = self.gallery.cache();
        self.maps.ask(key, move |desk: &Desk<_, Frame, _>| {
            // One that came in a bundle is the same to the bit, whatever machine made it.
            let started = Instant::now();
            let known = cache.answer(kept::map_key(&study, &params));
            if let Some(fit) = known.and_then(|bytes| Kept::of(&bytes, study.n_images(), &params)) {
                return Ok(study.projection(&params, fit, started));
            }
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
        (params, own): (ClusteringParams, Vec<Arc<Selection>>),
    ) -> StudyTicket<Asked<SettingKey, Names>, Clusters> {
        let setting = SettingKey::new(study, map, params, &own);
        let names: Names = own.iter().map(|own| own.name.clone()).collect();
        let key = asked(setting.clone(), names);
        let mut viewed = self.viewed.lock().unwrap_or_else(PoisonError::into_inner);
        if viewed.len() < MOST_VIEWED {
            viewed.insert(BuildHasherDefault::<DefaultHasher>::default().hash_one(&setting));
        }
        drop(viewed);
        let (study, map) = (Arc::clone(study), Arc::clone(map));
        ask(&self.clusters, key, move |monitor| {
            study.cluster(&map, (params, &own), monitor)
        })
    }

    /// Asks what the clusters of one setting are judged by.
    pub fn judged(
        &self,
        study: &Arc<Study>,
        (map, clusters): (&Arc<Projection>, &Arc<Clusters>),
    ) -> StudyTicket<SettingKey, Judged> {
        let key = SettingKey::of(study, map, clusters);
        let (study, map, clusters) = (Arc::clone(study), Arc::clone(map), Arc::clone(clusters));
        ask(&self.judged, key, move |_| Ok(study.judge(&map, &clusters)))
    }

    /// Asks what the clusters of one setting of a map are made of, by the values of `column`.
    pub fn breakdown(
        &self,
        study: &Arc<Study>,
        (map, clusters): (&Arc<Projection>, &Arc<Clusters>),
        column: String,
    ) -> StudyTicket<Asked<SettingKey, String>, Breakdown> {
        let key = asked(SettingKey::of(study, map, clusters), column.clone());
        let (study, map, clusters) = (Arc::clone(study), Arc::clone(map), Arc::clone(clusters));
        ask(&self.breakdowns, key, move |_| {
            study.breakdown(&map, &clusters, &column)
        })
    }

    /// Asks for all settings of the method's grid on a map.
    pub fn plane(
        &self,
        study: &Arc<Study>,
        map: &Arc<Projection>,
        clustering: ClusteringParams,
    ) -> StudyTicket<Asked<MapKey, ClusteringParams>, Plane> {
        let clustering = without_axes(clustering);
        let key = asked(MapKey::of(study, map), clustering);
        let (study, map) = (Arc::clone(study), Arc::clone(map));
        ask(&self.planes, key, move |monitor| {
            study.plane(&map, clustering, monitor)
        })
    }

    /// Asks what explains the clusters of one setting of a map.
    pub fn association(
        &self,
        study: &Arc<Study>,
        (map, clusters): (&Projection, &Arc<Clusters>),
        question: Question,
    ) -> StudyTicket<Asked<SettingKey, Question>, Association> {
        let key = asked(SettingKey::of(study, map, clusters), question.clone());
        let (study, clusters) = (Arc::clone(study), Arc::clone(clusters));
        ask(&self.associations, key, move |monitor| {
            study.association(&clusters, &question, monitor)
        })
    }

    /// Asks which values are frequent in which clusters of one setting of a map.
    pub fn enrichment(
        &self,
        study: &Arc<Study>,
        (map, clusters): (&Projection, &Arc<Clusters>),
        question: Question,
    ) -> StudyTicket<Asked<SettingKey, Question>, Enrichment> {
        let key = asked(SettingKey::of(study, map, clusters), question.clone());
        let (study, clusters) = (Arc::clone(study), Arc::clone(clusters));
        ask(&self.enrichments, key, move |monitor| {
            study.enrichment(&clusters, &question, monitor)
        })
    }

    /// Asks what the images of each cluster share, by what goes with the clusters: the association is
    /// that of the same question.
    pub fn names(
        &self,
        study: &Arc<Study>,
        (map, clusters): (&Projection, &Arc<Clusters>),
        (question, association): (Question, Arc<Association>),
    ) -> StudyTicket<Asked<SettingKey, Question>, Vec<Name>> {
        let key = asked(SettingKey::of(study, map, clusters), question.clone());
        let (study, clusters) = (Arc::clone(study), Arc::clone(clusters));
        ask(&self.names, key, move |monitor| {
            study.names(&clusters, (&question, &association), monitor)
        })
    }

    /// Asks whether a column goes with the clusters of any setting of a map.
    pub fn association_over_plane(
        &self,
        study: &Arc<Study>,
        (map, clustering): (&Arc<Projection>, ClusteringParams),
        question: Question,
    ) -> StudyTicket<Asked<MapKey, (ClusteringParams, Question)>, PlaneAssociation> {
        let clustering = without_axes(clustering);
        let key = asked(MapKey::of(study, map), (clustering, question.clone()));
        let (study, map) = (Arc::clone(study), Arc::clone(map));
        ask(&self.over_planes, key, move |monitor| {
            study.association_over_plane((&map, clustering), &question, monitor)
        })
    }

    /// Asks how faithful a map is.
    pub fn quality(
        &self,
        study: &Arc<Study>,
        map: &Arc<Projection>,
        n_neighbors: usize,
    ) -> StudyTicket<Asked<MapKey, usize>, Quality> {
        let key = asked(MapKey::of(study, map), n_neighbors);
        let (study, map) = (Arc::clone(study), Arc::clone(map));
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
        let mut latest = nulls.iter().filter(|(key, _)| key.0 == study.conditions);
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

fn null_key(study: &Study, params: &NullParams) -> NullKey {
    (study.conditions.clone(), format!("{params:?}"))
}
