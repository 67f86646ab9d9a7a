//! Every number that a request may carry: its range, its default and its meaning, in one table
//! that serves validation, the sliders with their tooltips, and the API description.

use serde::Serialize;

/// One number of the API.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Parameter {
    /// Name in requests; scikit-learn's.
    pub(super) name: &'static str,
    /// Name on the page.
    pub(super) label: &'static str,
    /// Smallest value, included.
    pub(super) min: f64,
    /// Largest value, included.
    pub(super) max: f64,
    /// Smallest value on the page: below it a slider would have nothing to show.
    pub(super) slider_min: f64,
    /// Largest value on the slider.
    pub(super) slider_max: f64,
    /// Step of the slider; whole numbers only when it is whole.
    pub(super) step: f64,
    /// Value when none is given.
    pub(super) default: f64,
    /// Unit, or nothing.
    pub(super) unit: &'static str,
    /// What it does, what to expect, where it misleads.
    pub(super) help: &'static str,
}

/// The number of neighbours that t-SNE weighs.
pub(super) const PERPLEXITY: Parameter = Parameter {
    name: "perplexity",
    label: "Perplexity",
    min: 1.0,
    max: 1e6,
    slider_min: 1.0,
    slider_max: 100.0,
    step: 1.0,
    default: 17.0,
    unit: "neighbours",
    help: "About how many neighbours each image attends to. Small values show fine \
           grain, large ones the whole; above a third of the images the map degenerates and its \
           clusters mean little. Distances between clusters on a t-SNE map have no meaning (van \
           der Maaten & Hinton 2008).",
};

/// Steps of gradient descent.
pub(super) const MAX_ITER: Parameter = Parameter {
    name: "max_iter",
    label: "Iterations",
    min: 250.0,
    max: 20_000.0,
    slider_min: 250.0,
    slider_max: 5_000.0,
    step: 50.0,
    default: 1000.0,
    unit: "steps",
    help: "Steps of the gradient descent, the first 250 with early exaggeration. Stops sooner \
           when nothing improves. Too few leave the map half-formed.",
};

/// The seed of everything random.
pub(super) const RANDOM_STATE: Parameter = Parameter {
    name: "random_state",
    label: "Seed",
    min: 0.0,
    max: 4_294_967_295.0,
    slider_min: 0.0,
    slider_max: 9_999.0,
    step: 1.0,
    default: 42.0,
    unit: "",
    help: "Seed of the random start. It has no influence with a PCA start. Groups that vanish \
           with another seed of a random start were never there.",
};

/// How strongly groups are pulled together at first.
pub(super) const EARLY_EXAGGERATION: Parameter = Parameter {
    name: "early_exaggeration",
    label: "Early exaggeration",
    min: 1.0,
    max: 1000.0,
    slider_min: 1.0,
    slider_max: 50.0,
    step: 1.0,
    default: 12.0,
    unit: "×",
    help: "Factor on attraction during the first 250 steps; larger values leave more space \
           between groups.",
};

/// The step size; `auto` unless given.
pub(super) const LEARNING_RATE: Parameter = Parameter {
    name: "learning_rate",
    label: "Learning rate",
    min: 1e-3,
    max: 1e6,
    slider_min: 10.0,
    slider_max: 1000.0,
    step: 10.0,
    default: 50.0,
    unit: "",
    help: "Step size of the gradient descent. Auto is n / early exaggeration / 4, at least 50 \
           (Belkina et al. 2019), and n / 4 after the first 250 steps beyond 2,500 images.",
};

/// DBSCAN's radius.
pub(super) const EPS: Parameter = Parameter {
    name: "eps",
    label: "eps",
    min: 1e-6,
    max: 1000.0,
    slider_min: 0.01,
    slider_max: 2.0,
    step: 0.01,
    default: 0.4,
    unit: "σ",
    help: "Radius of a neighbourhood, in standard deviations of each axis of the map. Small \
           values leave most images as noise, large ones merge everything (DBSCAN: Ester et al. \
           1996).",
};

/// DBSCAN's density.
pub(super) const MIN_SAMPLES: Parameter = Parameter {
    name: "min_samples",
    label: "min_samples",
    min: 1.0,
    max: 1e6,
    slider_min: 1.0,
    slider_max: 50.0,
    step: 1.0,
    default: 14.0,
    unit: "images",
    help: "Images within eps, itself included, that make an image a core of a cluster. Larger \
           values keep only dense groups.",
};

/// Neighbours that a map is compared with its features by.
pub(super) const N_NEIGHBORS: Parameter = Parameter {
    name: "n_neighbors",
    label: "Neighbours",
    min: 1.0,
    max: 1000.0,
    slider_min: 1.0,
    slider_max: 50.0,
    step: 1.0,
    default: 5.0,
    unit: "images",
    help: "Nearest neighbours of each image that are compared between map and features. Few ask \
           about the grain of the map, many about its layout.",
};

/// Images that are shown as most like one.
pub(super) const N_NEAREST: Parameter = Parameter {
    name: "n",
    default: 12.0,
    help: "Images that are listed, the nearest first.",
    ..N_NEIGHBORS
};

/// Every number of maps and clusters, for the API's description.
pub(super) const ALL: [Parameter; 7] = [
    PERPLEXITY,
    MAX_ITER,
    RANDOM_STATE,
    EARLY_EXAGGERATION,
    LEARNING_RATE,
    EPS,
    MIN_SAMPLES,
];

/// The sliders of the projection, in order.
pub(super) const PROJECTION_SLIDERS: [Parameter; 3] = [PERPLEXITY, MAX_ITER, RANDOM_STATE];
/// The sliders of the clusters, in order.
pub(super) const CLUSTER_SLIDERS: [Parameter; 2] = [EPS, MIN_SAMPLES];

impl Parameter {
    /// Whether only whole numbers make sense.
    pub(super) fn is_whole(&self) -> bool {
        matches!(
            self.name,
            "max_iter" | "random_state" | "min_samples" | "n_neighbors" | "n"
        )
    }
}
