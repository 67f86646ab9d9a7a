//! What every method of laying out a map has and does.

use super::metric::Metric;
use super::watch::Watch;
use crate::monitor::Monitor;
use crate::settings::{Python, Settings, Spec};
use crate::warning::Warning;
use ndarray::{Array2, ArrayView2};

/// Dimensions of a map.
pub(crate) const N_COMPONENTS: Spec = Spec::number("n_components", "Dimensions", (2.0, 3.0))
    .whole()
    .slider(2.0, 3.0, 1.0);

/// The seed of everything random in a map.
pub(crate) const RANDOM_STATE: Spec =
    Spec::number("random_state", "Seed", (0.0, SEEDS as f64 - 1.0))
        .whole()
        .slider(0.0, 9_999.0, 1.0)
        .help(
            "Seed of everything that is drawn at random; a t-SNE map from a PCA start draws \
             nothing. Groups that vanish with another seed were never there.",
        );

/// How many seeds there are.
const SEEDS: u64 = 1 << 32;

/// A way to lay out a map, without its parameters.
#[derive(Debug, Clone)]
pub struct ProjectionMethod {
    /// Its name in requests.
    pub key: &'static str,
    /// Its name for readers.
    pub label: &'static str,
    /// Its parameters, in order.
    pub specs: Vec<Spec>,
    /// The parameter that a search goes along; `None` when there is one map alone.
    pub axis: Option<&'static str>,
    /// The notebook's values along it, or what comes near them; one without an axis.
    pub along: Vec<f64>,
    /// Whether a map forms step by step, so that there are frames of it.
    pub forms: bool,
    /// Where Python has it.
    pub python: Python,
}

/// What every method of laying out a map does; implemented beside its parameters.
pub(crate) trait Method: Settings + Default + Copy {
    /// See [`ProjectionMethod::key`].
    const KEY: &'static str;
    /// See [`ProjectionMethod::label`].
    const LABEL: &'static str;
    /// See [`ProjectionMethod::axis`].
    const AXIS: Option<&'static str>;
    /// See [`ProjectionMethod::forms`].
    const FORMS: bool;
    /// See [`ProjectionMethod::python`].
    const PYTHON: Python;
    /// What is computed of the features once, for any value along the axis and any seed.
    type Input: Send + Sync;
    /// Why there is no map.
    type Error;

    /// See [`ProjectionMethod::along`].
    fn along() -> Vec<f64>;

    /// Checks the parameters against their ranges, each other and the number of samples.
    fn check(&self, n_samples: usize) -> Result<(), Self::Error>;

    /// Prepares the features for values along the axis up to this one's.
    fn input(
        &self,
        features: ArrayView2<'_, f32>,
        monitor: &dyn Monitor,
    ) -> Result<Self::Input, Self::Error>;

    /// Lays out the map.
    fn fit(&self, input: &Self::Input, watch: Watch<'_>) -> Result<Fit, Self::Error>;

    /// What a reader of the map should know about these parameters.
    fn warnings(&self, _n_samples: usize) -> Vec<Warning> {
        Vec::new()
    }

    /// The same from another seed, counted from its own, and with a start that depends on it;
    /// `None` where seeds do nothing.
    fn reseeded(&self, _index: u64) -> Option<Self> {
        None
    }

    /// The same, with what so few samples do not allow lowered to what they do.
    fn within(self, _n_samples: usize) -> Self {
        self
    }

    /// Its own default, lowered to where maps of so few samples can be believed.
    fn default_for(_n_samples: usize) -> Self {
        Self::default()
    }

    /// Whether maps of so many samples show little but a ball.
    fn is_degenerate(&self, _n_samples: usize) -> bool {
        false
    }

    /// How far apart two samples are.
    fn metric(&self) -> Metric {
        Metric::Euclidean
    }
}

/// The seed of the `index`-th of several maps.
pub(crate) fn nth_seed(random_state: u64, index: u64) -> u64 {
    random_state.wrapping_add(index) % SEEDS
}

/// A finished map.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// `(n_samples, n_components)`.
    pub coordinates: Array2<f64>,
    /// Iterations that ran; 0 of a method without any.
    pub n_iter: usize,
    /// Kullback-Leibler divergence of the map from the features, in nats; of t-SNE.
    pub kl_divergence: Option<f64>,
    /// Share of the variance on each axis; of PCA.
    pub explained_variance_ratio: Option<Vec<f64>>,
    /// The share of the near neighbours that it was made of, 0 to 1, where not all were looked for.
    pub neighbor_recall: Option<f64>,
}

impl Fit {
    /// What a reader of the map should know of how it was made.
    pub fn warnings(&self) -> Option<Warning> {
        let recall = self.neighbor_recall?;
        let text = format!(
            "of so many images neighbours are looked for in the nearest cells alone: {:.1}% of them are found, \
             by 256 images",
            100.0 * recall
        );
        Some(Warning::new("neighbors_approximate", text))
    }
}

pub(super) fn method_of<M: Method>(_: &M) -> ProjectionMethod {
    ProjectionMethod {
        key: M::KEY,
        label: M::LABEL,
        specs: M::specs(),
        axis: M::AXIS,
        along: M::along(),
        forms: M::FORMS,
        python: M::PYTHON,
    }
}
