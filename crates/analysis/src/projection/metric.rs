//! How far apart two samples are.

use crate::settings::{Spec, Words, word};

/// How far apart two samples are. All are squared before they become affinities, as scikit-learn
/// does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Metric {
    /// The root of the sum of squared differences.
    Euclidean,
    /// One minus the cosine of the angle between two samples; a sample of all zeros is at distance
    /// 1 from all others.
    Cosine,
    /// The sum of absolute differences.
    Manhattan,
}

impl Words for Metric {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Euclidean, "euclidean"),
        (Self::Cosine, "cosine"),
        (Self::Manhattan, "manhattan"),
    ];
}

/// The distance, as a parameter.
pub(crate) const METRIC: Spec = Spec::choice(
    "metric",
    "Distance",
    &[
        word("euclidean", "Euclidean"),
        word("cosine", "cosine"),
        word("manhattan", "Manhattan"),
    ],
);
