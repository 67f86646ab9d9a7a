//! A cohort with its features, and what is computed from the two.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ndarray::Array2;
use thiserror::Error;

use crate::analysis::association::AssociationError;
use crate::analysis::clustering::dbscan::{Clustering, DbscanError, DbscanParams};
use crate::analysis::fidelity::FidelityError;
use crate::analysis::null::NullError;
use crate::analysis::plane::Plane;
use crate::analysis::projection::pca;
use crate::analysis::projection::tsne::{
    Embedding, Frame, TsneError, TsneInput, TsneParams, Watch,
};
use crate::analysis::scores::{Scorer, Scores};
use crate::analysis::search::{CheckedSearch, SearchError, SearchParams, SearchResult};
use crate::analysis::stability::StabilityError;
use crate::analysis::{self, Cancelled, Count, Monitor, scores};
use crate::cohort::{Cohort, CohortError, NothingLeft};
use crate::features::backend::BackendError;
use crate::features::model::ModelError;
use crate::features::vectors::VectorsError;

use super::breakdown::{self, Breakdown};
use super::selection::{self, OwnCluster, Selection};
use super::values::UnknownColumn;

/// Iterations between two frames of a map that is forming.
pub(super) const FRAME_EVERY: usize = 20;

/// Why a study cannot be prepared or asked.
#[derive(Debug, Error)]
pub enum StudyError {
    /// The cohort cannot be read.
    #[error(transparent)]
    Cohort(#[from] CohortError),
    /// The model cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Nothing can run the model.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The layer gives NaN or infinity.
    #[error(
        "the layer {layer} gives {value} for {n_images} of {of} images: choose another with --layer, check the model, or run it on another backend with NEGATOSCOPE_BACKEND"
    )]
    NotFinite {
        /// The layer's name.
        layer: String,
        /// The first such value.
        value: f32,
        /// Images that it is given for.
        n_images: usize,
        /// Images that the network ran on, or that were known.
        of: usize,
    },
    /// The ready vectors cannot be read, or the features not be written.
    #[error(transparent)]
    Vectors(#[from] VectorsError),
    /// The cache cannot be opened, not even in memory.
    #[error("the cache cannot be opened: {0}; give another folder with --cache-dir")]
    Cache(String),
    /// As many ready vectors as nothing of the cohort.
    #[error(
        "the features have {rows} rows and the cohort has {expected}: give as many vectors as one of these, in its order, or the .parquet that embed writes, which names its rows"
    )]
    Rows {
        /// Rows of the vectors.
        rows: usize,
        /// How many of what there are.
        expected: String,
    },
    /// As many ready vectors as several things of the cohort.
    #[error(
        "the {rows} rows of the features may be the {fitting}: give the .parquet that embed writes, which names its rows"
    )]
    AmbiguousRows {
        /// Rows of the vectors.
        rows: usize,
        /// How many of what there are.
        fitting: String,
    },
    /// Ready vectors with names, none of which the cohort knows.
    #[error(
        "{name} names no image of the cohort (it names {vector:?}, and the first image is {record:?}): give the features of this cohort"
    )]
    NoVectors {
        /// The vectors' file.
        name: String,
        /// The first name in it.
        vector: String,
        /// The first record.
        record: String,
    },
    /// A t-SNE parameter is out of range for this cohort.
    #[error(transparent)]
    Tsne(#[from] TsneError),
    /// A PCA parameter is out of range for this cohort.
    #[error(transparent)]
    Pca(#[from] pca::PcaError),
    /// A DBSCAN parameter is out of range.
    #[error(transparent)]
    Dbscan(#[from] DbscanError),
    /// A range of the search is empty or out of range.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// A parameter of the tests is out of range.
    #[error(transparent)]
    Association(#[from] AssociationError),
    /// A map and its features cannot be compared.
    #[error(transparent)]
    Fidelity(#[from] FidelityError),
    /// Map and clusters cannot be repeated.
    #[error(transparent)]
    Stability(#[from] StabilityError),
    /// There are no cohorts without clusters to compare with.
    #[error(transparent)]
    Null(#[from] NullError),
    /// A test over all settings would take too long.
    #[error(
        "{n_images} images are too many to test a whole plane of settings, 20000 at most: test single settings"
    )]
    TooManyForPlane {
        /// Images of the cohort.
        n_images: usize,
    },
    /// The frames of a map would take too much memory.
    #[error(
        "{n_images} images are too many to keep a map as it forms, 20000 at most: follow one by \
         /api/projection with Accept: text/event-stream"
    )]
    TooManyForFrames {
        /// Images of the cohort.
        n_images: usize,
    },
    /// A column is unknown.
    #[error(transparent)]
    Column(#[from] UnknownColumn),
    /// The conditions leave no image.
    #[error("{0}: loosen where")]
    NothingLeft(NothingLeft),
    /// No other map or setting can be asked for what a hand has drawn.
    #[error("clusters drawn by hand are not found again by other maps and settings: leave out own")]
    DrawnByHand,
    /// Nobody waits any more.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl StudyError {
    /// Whether it is no error but the wish to stop.
    pub fn is_cancelled(&self) -> bool {
        matches!(
            self,
            Self::Cancelled(_)
                | Self::Tsne(TsneError::Cancelled(_))
                | Self::Pca(pca::PcaError::Cancelled(_))
                | Self::Dbscan(DbscanError::Cancelled(_))
                | Self::Search(SearchError::Cancelled(_))
                | Self::Fidelity(FidelityError::Cancelled(_))
                | Self::Stability(StabilityError::Cancelled(_))
                | Self::Null(NullError::Cancelled(_))
        )
    }
}

/// What made the features.
#[derive(Debug, Clone, Default)]
pub struct ModelInfo {
    /// The model's name, or the file of ready vectors.
    pub name: String,
    /// The start of the model file's hash; `None` for ready vectors.
    pub hash: Option<String>,
    /// The tapped layer; `None` for ready vectors.
    pub layer: Option<String>,
    /// Length of a feature vector; 0 until the first is known.
    pub n_features: usize,
    /// What runs the model.
    pub backend: String,
    /// What a user must know of it, in sentences.
    pub warnings: Vec<String>,
}

/// A cohort whose lists are final, and its features, row by row.
#[derive(Debug)]
pub struct Study {
    /// The images that could be read, with their metadata.
    pub cohort: Cohort,
    /// Features, `(n_images, n_features)`.
    pub features: Array2<f32>,
    /// What made them.
    pub model: ModelInfo,
    /// The conditions that its images meet; none for the whole cohort.
    pub conditions: Vec<String>,
    /// The place of each image in the whole cohort, ascending.
    pub places: Vec<usize>,
    /// Images of the whole cohort that do not meet the conditions.
    pub n_excluded: usize,
    /// The column that was named beforehand to be asked about; see [`Study::planned`].
    pub column: Option<String>,
}

/// How to lay out the map.
pub use crate::analysis::stability::Layout as MapParams;

/// A map, as drawn and as clustered.
#[derive(Debug)]
pub struct Projection {
    /// The parameters that made it.
    pub params: MapParams,
    /// Coordinates as served, `(n_images, n_components)`.
    pub coordinates: Array2<f64>,
    /// The same per axis with mean 0 and population standard deviation 1: what DBSCAN sees.
    pub standardized: Array2<f64>,
    /// Kullback-Leibler divergence of a t-SNE map, in nats.
    pub kl_divergence: Option<f64>,
    /// Share of the variance on each axis of a PCA map.
    pub explained_variance_ratio: Option<Vec<f64>>,
    /// Iterations run.
    pub n_iter: usize,
    /// Time it took.
    pub elapsed: Duration,
    /// What a user must know of it, in sentences.
    pub warnings: Vec<String>,
}

/// The clusters of one map at one setting.
#[derive(Debug)]
pub struct Clusters {
    /// Labels and core points, one per image.
    pub clustering: Clustering,
    /// Clusters that were picked by hand.
    pub own: Vec<OwnCluster>,
    /// The notebook's score; lower is more balanced.
    pub score: u64,
    /// The other scores, on the standardised map; `None` beyond 2,000 images, where they would
    /// keep a slider waiting.
    pub scores: Option<Scores>,
    /// What a user must know of them, in sentences.
    pub warnings: Vec<String>,
    /// Time it took.
    pub elapsed: Duration,
}

impl Clusters {
    /// A hash of the labels, to tell whether two results are the same.
    pub fn labels_hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for label in &self.clustering.labels {
            hasher.update(&label.map_or(-1, i64::from).to_le_bytes());
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }
}

impl Study {
    /// Images in the study.
    pub fn n_images(&self) -> usize {
        self.features.nrows()
    }

    /// The column that was chosen before anything was seen, and so is one question: the one that
    /// was named, else the countries.
    pub fn planned(&self) -> &str {
        let named = self.column.as_ref().or(self.cohort.country_column.as_ref());
        named.map_or("country", String::as_str)
    }

    /// Lays out a map; `on_frame` sees it forming.
    pub fn project(
        &self,
        params: &MapParams,
        monitor: &dyn Monitor,
        on_frame: &mut dyn FnMut(Frame),
    ) -> Result<Projection, StudyError> {
        let started = Instant::now();
        let finish = |coordinates: Array2<f64>| Projection {
            params: *params,
            standardized: analysis::standardize(coordinates.view()),
            coordinates,
            kl_divergence: None,
            explained_variance_ratio: None,
            n_iter: 0,
            elapsed: started.elapsed(),
            warnings: Vec::new(),
        };
        match *params {
            MapParams::Pca { n_components } => {
                let fit = pca::pca(self.features.view(), n_components, monitor)?;
                let explained = Some(fit.explained_variance_ratio);
                Ok(Projection {
                    explained_variance_ratio: explained,
                    ..finish(fit.coordinates)
                })
            }
            MapParams::Tsne(tsne) => {
                let watch = Watch {
                    monitor,
                    frame_every: FRAME_EVERY,
                    on_frame,
                };
                let map = self.fit(&tsne, watch)?;
                let warnings = tsne.warnings(self.n_images());
                Ok(Projection {
                    kl_divergence: Some(map.kl_divergence),
                    n_iter: map.n_iter,
                    warnings: warnings.iter().map(ToString::to_string).collect(),
                    ..finish(map.coordinates)
                })
            }
        }
    }

    /// Lays out a t-SNE map.
    pub(super) fn fit(
        &self,
        params: &TsneParams,
        watch: Watch<'_>,
    ) -> Result<Embedding, StudyError> {
        let checked = params.check(self.n_images())?;
        let input = TsneInput::new(self.features.view(), params, watch.monitor)?;
        Ok(checked.fit_input(&input, watch)?)
    }

    /// Clusters a map, and makes each selection of `own` a cluster of its own.
    pub fn cluster(
        &self,
        map: &Projection,
        (params, own): (DbscanParams, &[Arc<Selection>]),
        monitor: &dyn Monitor,
    ) -> Result<Clusters, StudyError> {
        let started = Instant::now();
        let mut clustering = params.check()?.fit(map.standardized.view(), monitor)?;
        let own = selection::label(&mut clustering, own, self);
        let score = scores::balance(&clustering.labels);
        let few = self.n_images() <= scores::DISTANCES_LIMIT;
        let points = map.standardized.view();
        let scores = few.then(|| Scorer::new(points).all(&clustering.labels));
        Ok(Clusters {
            clustering,
            score,
            scores,
            warnings: selection::warnings(&own),
            own,
            elapsed: started.elapsed(),
        })
    }

    /// Counts what the clusters are made of by the values of `column`.
    pub fn breakdown(
        &self,
        map: &Projection,
        clusters: &Clusters,
        column: &str,
    ) -> Result<Breakdown, StudyError> {
        let clustering = &clusters.clustering;
        Ok(breakdown::count(&self.cohort, map, clustering, column)?)
    }

    /// Clusters a map at every setting of the notebook's grid.
    pub fn plane(&self, map: &Projection, monitor: &dyn Monitor) -> Result<Plane, StudyError> {
        let grid = SearchParams::notebook();
        let points = map.standardized.view();
        Ok(analysis::plane::compute(
            points,
            &grid.eps,
            &grid.min_samples,
            monitor,
        )?)
    }

    /// Searches perplexity, eps and min_samples for the most balanced clusters; the counter hears of
    /// one unit per setting.
    pub fn search(
        &self,
        search: &CheckedSearch,
        counter: &dyn Count,
    ) -> Result<SearchResult, StudyError> {
        Ok(search.run(self.features.view(), counter)?)
    }

    /// A hash of the features, to tell whether two results come from the same ones.
    pub fn features_hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for value in &self.features {
            hasher.update(&value.to_le_bytes());
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// scikit-learn's 5 neighbours, or fewer where the cohort is too small for them.
    pub fn default_n_neighbors(&self) -> usize {
        (self.n_images().saturating_sub(1) / 2).clamp(1, 5)
    }

    /// The notebook's perplexity, or less where the cohort is too small for it.
    pub fn default_perplexity(&self) -> f64 {
        let trustworthy = ((self.n_images().saturating_sub(1)) / 3).max(1);
        TsneParams::default().perplexity.min(trustworthy as f64)
    }
}
