//! A cohort with its features, and what is computed from the two.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ndarray::Array2;
use thiserror::Error;

use crate::analysis::association::AssociationError;
use crate::analysis::clustering::plane::{self, Plane};
use crate::analysis::clustering::{Clustering, ClusteringError, ClusteringParams};
use crate::analysis::ensemble::EnsembleError;
use crate::analysis::fidelity::FidelityError;
use crate::analysis::measures::{self, Scorer, Scores};
use crate::analysis::null::NullError;
use crate::analysis::projection::pca::PcaError;
use crate::analysis::projection::{Fit, Frame, ProjectionError, ProjectionParams, Watch};
use crate::analysis::search::{CheckedSearch, SearchError, SearchResult};
use crate::analysis::specification::SpecificationError;
use crate::analysis::stability::StabilityError;
use crate::analysis::{self, Cancelled, Count, Monitor, Warning};
use crate::bundle::{BundleError, UnknownName};
use crate::cohort::{Cohort, CohortError, NothingLeft};
use crate::features::backend::BackendError;
use crate::features::model::{ModelError, Pool, Prepared};
use crate::features::vectors::VectorsError;

use super::breakdown::{self, Breakdown, Coded};
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
    /// The model did not pass its trial at a layer.
    #[error("{0}")]
    Untried(String),
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
    /// The features cannot be scaled.
    #[error("--scaling: {0}")]
    Scaling(#[from] PcaError),
    /// The bundle cannot be used.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// A column that is to go into a bundle is not there.
    #[error(transparent)]
    Chosen(#[from] UnknownName),
    /// What goes into a bundle cannot be made.
    #[error("the bundle cannot be written: {0}")]
    Bake(String),
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
    /// Ready coordinates are of a plane or of space.
    #[error(
        "{name} has {n_components} numbers for each image: give --embedding two or three, the place of each image on the map"
    )]
    NoCoordinates {
        /// The coordinates' file.
        name: String,
        /// Numbers of each image.
        n_components: usize,
    },
    /// Ready coordinates came without features.
    #[error(
        "there are no features beside the ready coordinates: give them with --features or --model"
    )]
    NoFeatures,
    /// A shard knows the pictures of its own records alone, and only once it has read them.
    #[error(
        "--shard reads each picture once and cannot ask first what it tells: give conditions on that, such as on width, when the parts are read"
    )]
    ShardAwaits,
    /// Ready vectors are there already.
    #[error("--shard needs a network and images: leave out --features")]
    ShardOfVectors,
    /// A parameter of the map does not fit, or the features do not.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// A parameter of the clusters is out of range.
    #[error(transparent)]
    Clustering(#[from] ClusteringError),
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
    /// The maps of a setting cannot be made again.
    #[error(transparent)]
    Ensemble(#[from] EnsembleError),
    /// The settings that could as well have been chosen cannot be laid out.
    #[error(transparent)]
    Specification(#[from] SpecificationError),
    /// Two sets of features have no image in common.
    #[error("no image has a vector in both sets: give two sets of features of one cohort")]
    NothingInBoth,
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
    /// All settings that could as well have been chosen would take too long.
    #[error(
        "{n_images} images are too many to lay out at every setting, 2000 at most: ask about some of them with where"
    )]
    TooManyForChoices {
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
    /// A map that is there at once has no frames.
    #[error("a {method} map does not form step by step: choose a method that does")]
    NoFrames {
        /// The method.
        method: &'static str,
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
                | Self::Scaling(PcaError::Cancelled(_))
                | Self::Projection(ProjectionError::Cancelled(_))
                | Self::Clustering(ClusteringError::Cancelled(_))
                | Self::Search(SearchError::Cancelled(_))
                | Self::Fidelity(FidelityError::Cancelled(_))
                | Self::Stability(StabilityError::Cancelled(_))
                | Self::Ensemble(EnsembleError::Cancelled(_))
                | Self::Specification(SpecificationError::Cancelled(_))
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
    /// How its positions become one vector; `None` for ready vectors.
    pub pool: Option<Pool>,
    /// How images are prepared, and who says so; `None` for ready vectors.
    pub prepared: Option<Prepared>,
    /// What was done to the features before all else, in a sentence; `None` where nothing was.
    pub scaling: Option<String>,
    /// Length of a feature vector; 0 until the first is known.
    pub n_features: usize,
    /// What runs the model.
    pub backend: String,
    /// What a user must know of it, in sentences.
    pub warnings: Vec<String>,
}

/// What the clusters of one setting are judged by.
#[derive(Debug)]
pub struct Judged {
    /// The notebook's score; lower is more balanced.
    pub score: u64,
    /// Every measure; `None` beyond 2,000 images.
    pub scores: Option<Scores>,
}

/// A cohort whose lists are final, and its features, row by row.
#[derive(Debug, Clone)]
pub struct Study {
    /// The images that could be read, with their metadata.
    pub cohort: Cohort,
    /// Features, `(n_images, n_features)`.
    pub features: Array2<f32>,
    /// The map, `(n_images, 2 or 3)`, where somebody else made it; features may then have no columns.
    pub coordinates: Option<Array2<f64>>,
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

/// A map, as drawn and as clustered.
#[derive(Debug)]
pub struct Projection {
    /// The parameters that made it.
    pub params: ProjectionParams,
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
    /// What a user must know of it.
    pub warnings: Vec<Warning>,
}

/// The clusters of one map at one setting.
#[derive(Debug)]
pub struct Clusters {
    /// How they were made.
    pub params: ClusteringParams,
    /// Labels and core points, one per image.
    pub clustering: Clustering,
    /// Clusters that were picked by hand.
    pub own: Vec<OwnCluster>,
    /// What a user must know of them.
    pub warnings: Vec<Warning>,
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
        params: &ProjectionParams,
        monitor: &dyn Monitor,
        on_frame: &mut dyn FnMut(Frame),
    ) -> Result<Projection, StudyError> {
        let started = Instant::now();
        if let Some(fit) = self.as_given(params) {
            return Ok(self.projection(params, fit, started));
        }
        let watch = Watch {
            monitor,
            frame_every: FRAME_EVERY,
            on_frame,
        };
        let fit = params.fit(self.features.view(), watch)?;
        Ok(self.projection(params, fit, started))
    }

    /// A map that was laid out, since `started` or before.
    pub(super) fn projection(
        &self,
        params: &ProjectionParams,
        fit: Fit,
        started: Instant,
    ) -> Projection {
        let mut warnings = params.warnings(self.n_images());
        warnings.extend(fit.warnings());
        let Fit {
            coordinates,
            n_iter,
            kl_divergence,
            explained_variance_ratio,
            ..
        } = fit;
        Projection {
            params: *params,
            standardized: analysis::standardize(coordinates.view()),
            coordinates,
            kl_divergence,
            explained_variance_ratio,
            n_iter,
            elapsed: started.elapsed(),
            warnings,
        }
    }

    /// Clusters a map, and makes each selection of `own` a cluster of its own.
    pub fn cluster(
        &self,
        map: &Projection,
        (params, own): (ClusteringParams, &[Arc<Selection>]),
        monitor: &dyn Monitor,
    ) -> Result<Clusters, StudyError> {
        let started = Instant::now();
        let mut clustering = params.fit(map.standardized.view(), monitor)?;
        let own = selection::label(&mut clustering, own, &self.places);
        Ok(Clusters {
            params,
            clustering,
            warnings: selection::warnings(&own),
            own,
            elapsed: started.elapsed(),
        })
    }

    /// What the clusters are judged by, on the standardised map. Beyond 2,000 images the measures
    /// would keep a slider waiting, and are left out but for the notebook's.
    pub fn judge(&self, map: &Projection, clusters: &Clusters) -> Judged {
        let labels = &clusters.clustering.labels;
        let few = self.n_images() <= measures::DISTANCES_LIMIT;
        let points = map.standardized.view();
        Judged {
            score: measures::balance(labels),
            scores: few.then(|| Scorer::new(points).all(labels)),
        }
    }

    /// Counts what the clusters are made of by the values of `column`.
    pub fn breakdown(
        &self,
        map: &Projection,
        clusters: &Clusters,
        column: &str,
    ) -> Result<Breakdown, StudyError> {
        let (points, clustering) = (map.standardized.view(), &clusters.clustering);
        Ok(breakdown::count(&self.cohort, points, clustering, column)?)
    }

    /// The values of `column` image by image, as any clusters are counted by them.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn coded(&self, column: &str) -> Result<Coded, StudyError> {
        Ok(breakdown::coded(&self.cohort, column)?)
    }

    /// Clusters a map at every setting of the method's grid.
    pub fn plane(
        &self,
        map: &Projection,
        clustering: ClusteringParams,
        monitor: &dyn Monitor,
    ) -> Result<Plane, StudyError> {
        let grid = clustering.method().grid;
        let points = map.standardized.view();
        Ok(plane::compute(points, clustering, &grid, monitor)?)
    }

    /// Searches the settings for the best clusters; the counter hears of
    /// one unit per setting.
    pub fn search(
        &self,
        search: &CheckedSearch,
        counter: &dyn Count,
    ) -> Result<SearchResult, StudyError> {
        self.refuse_given()?;
        Ok(search.run(self.features.view(), counter)?)
    }

    /// A hash of the features, and of the coordinates that are given, to tell whether two results come from the
    /// same ones.
    pub fn features_hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for value in &self.features {
            hasher.update(&value.to_le_bytes());
        }
        for value in self.coordinates.iter().flatten() {
            hasher.update(&value.to_le_bytes());
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// scikit-learn's 5 neighbours, or fewer where the cohort is too small for them.
    pub fn default_n_neighbors(&self) -> usize {
        (self.n_images().saturating_sub(1) / 2).clamp(1, 5)
    }
}
