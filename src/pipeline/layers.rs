//! The layers of the network that runs: where else it could be read, and how images lie there.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use ndarray::Array2;

use crate::analysis::Monitor;
use crate::analysis::projection::ProjectionError;
use crate::analysis::projection::pca::pca;
use crate::config::FeatureConfig;
use crate::features::cache::Cache;
use crate::features::model::{Choice, Layer, Model};
use crate::memo::{Activity, Memo};

use super::asking::{StudyMemo, StudyTicket, ask};
use super::evidence::verdict::Uncounted;
use super::examine::{Examiner, stack};
use super::keys::{Asked, asked};
use super::study::{Study, StudyError};

/// Images of the small map of a layer, at most: each is run through the network up to there.
const MOST: usize = 200;
/// Maps that are kept: each takes a few kilobytes.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not 0");

/// A layer of the images that meet some conditions.
pub type LayerKey = Asked<Vec<String>, String>;

/// What a network can be read at.
#[derive(Debug)]
pub struct LayerList {
    /// The model's name.
    pub model: String,
    /// The layer that is read.
    pub read: String,
    /// The one that would be read if nobody chose; `None` where somebody has to.
    pub default: Option<String>,
    /// In the order in which the network computes them.
    pub layers: Vec<Layer>,
}

/// How images lie by one layer: their first two principal components.
#[derive(Debug)]
pub struct LayerMap {
    /// The layer's name.
    pub layer: String,
    /// Length of its vector.
    pub n_features: usize,
    /// The places of the images in the study, ascending.
    pub places: Vec<usize>,
    /// `(n_places, 2)`
    pub coordinates: Array2<f64>,
}

/// Says whether the network can be run up to a layer without harm to this process, and why not.
pub type LayerTrial = dyn Fn(&str) -> Result<(), String> + Send + Sync;

/// What is remembered of the layers of one model.
pub struct Layers {
    config: Arc<FeatureConfig>,
    cache: Arc<Cache>,
    trial: Option<Arc<LayerTrial>>,
    /// Layers that have passed it.
    tried: Arc<Mutex<HashSet<String>>>,
    listed: StudyMemo<(), LayerList>,
    maps: StudyMemo<LayerKey, LayerMap>,
}

impl Layers {
    pub(super) fn new(config: FeatureConfig, cache: Arc<Cache>, busy: &Activity) -> Self {
        Self {
            config: Arc::new(config),
            cache,
            trial: None,
            tried: Arc::default(),
            listed: Memo::new(NonZeroUsize::MIN, 1, busy),
            // One network at a time is held beside the one that was read.
            maps: Memo::new(KEPT, 1, busy),
        }
    }

    /// Has each layer pass a trial before the network runs up to it here.
    pub fn try_with(&mut self, trial: Arc<LayerTrial>) {
        self.trial = Some(trial);
    }

    /// Asks for all layers.
    pub fn list(&self) -> StudyTicket<(), LayerList> {
        let config = Arc::clone(&self.config);
        ask(&self.listed, (), move |_| list(&config))
    }

    /// Asks how images lie by a layer.
    pub fn map(&self, study: &Arc<Study>, layer: String) -> StudyTicket<LayerKey, LayerMap> {
        let key = asked(study.conditions.clone(), layer.clone());
        let (study, cache) = (Arc::clone(study), Arc::clone(&self.cache));
        let config = self.config.at(&layer);
        let (trial, tried) = (self.trial.clone(), Arc::clone(&self.tried));
        ask(&self.maps, key, move |monitor| {
            let known = || tried.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(trial) = trial
                && !known().contains(&layer)
            {
                trial(&layer).map_err(StudyError::Untried)?;
                known().insert(layer.clone());
            }
            study.layer_map(&config, cache, layer, monitor)
        })
    }
}

fn list(config: &FeatureConfig) -> Result<LayerList, StudyError> {
    let path = config.model.as_deref();
    let model = Model::chosen(path, &config.choice)?;
    let unsaid = Choice {
        layer: None,
        pool: None,
        ..config.choice.clone()
    };
    let default = Model::chosen(path, &unsaid).ok();
    Ok(LayerList {
        model: model.name().to_owned(),
        read: model.layer().name.clone(),
        default: default.map(|model| model.layer().name.clone()),
        layers: model.layers().cloned().collect(),
    })
}

impl Study {
    /// Lays out some of the images, evenly over their order, by what a layer gives of them.
    fn layer_map(
        &self,
        config: &FeatureConfig,
        cache: Arc<Cache>,
        layer: String,
        monitor: &dyn Monitor,
    ) -> Result<LayerMap, StudyError> {
        let examiner = Examiner::with_network(config, cache)?;
        let step = self.n_images().div_ceil(MOST).max(1);
        let places: Vec<usize> = (0..self.n_images()).step_by(step).collect();
        let records = &self.cohort.records;
        let images: Vec<_> = places
            .iter()
            .map(|&place| records[place].image.as_ref())
            .collect();
        let seen = examiner.examine(&images, &Uncounted(monitor))?;
        let features = stack(&seen);
        let found = pca(features.view(), 2, monitor).map_err(ProjectionError::from)?;
        let has_features = |seen: &Result<_, String>| seen.is_ok();
        Ok(LayerMap {
            layer,
            n_features: features.ncols(),
            places: places
                .into_iter()
                .zip(&seen)
                .filter(|(_, seen)| has_features(seen))
                .map(|(place, _)| place)
                .collect(),
            coordinates: found.coordinates,
        })
    }
}
