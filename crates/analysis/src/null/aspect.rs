//! What is asked of the clusters of a setting, and how a cohort does by it.

/// What is asked of the clusters of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// Dense groups with sparse gaps between them, of any shape (DBCV).
    Dense,
    /// Groups that are compact and far apart (silhouette over all images, 0 for one in no group).
    Separated,
    /// Groups of equal size and little noise (the notebook's score).
    Even,
    /// How many images are in groups at all: told, and not judged.
    Clustered,
}

/// All of them, in order.
pub const ASPECTS: [Aspect; 4] = [
    Aspect::Dense,
    Aspect::Separated,
    Aspect::Even,
    Aspect::Clustered,
];

/// Those that the verdict is made of.
pub(super) const N_JUDGED: usize = 3;

/// How a cohort does at the setting: the value of each of [`ASPECTS`], turned so that more is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing(pub [f64; ASPECTS.len()]);

/// The value of each of [`ASPECTS`] on one map.
pub(super) type Values = [f64; ASPECTS.len()];
