//! What is asked of the clusters of a setting, and how a cohort does by it.

/// What is asked of the clusters of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// Dense groups with sparse gaps between them, of any shape (DBCV).
    Dense,
    /// Groups that are compact and far apart (silhouette over all images, 0 for one in no group).
    Separated,
    /// Groups of equal size and little noise: minus half of the notebook's score per image, at worst -1.
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

/// How a cohort does: the mean over some of its maps, and the standard error of that, which says how far
/// it hangs on which maps they were.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Averaged {
    /// The mean.
    pub mean: Standing,
    /// Its standard error.
    pub error: Standing,
}

impl Averaged {
    /// Of the values on each map; all 0 without any.
    pub(super) fn of(maps: impl Iterator<Item = Values> + Clone) -> Self {
        let n = maps.clone().count().max(1) as f64;
        let of_aspect = |aspect: usize| {
            let values = || maps.clone().map(|values| values[aspect]);
            let mean = values().sum::<f64>() / n;
            let squares = values().map(|value| (value - mean).powi(2)).sum::<f64>();
            (mean, (squares / (n - 1.0).max(1.0) / n).sqrt())
        };
        let of_aspects: [(f64, f64); ASPECTS.len()] = std::array::from_fn(of_aspect);
        Self {
            mean: Standing(of_aspects.map(|(mean, _)| mean)),
            error: Standing(of_aspects.map(|(_, error)| error)),
        }
    }

    /// So many standard errors from the mean in every aspect.
    pub(super) fn moved(&self, errors: f64) -> Standing {
        let (mean, error) = (self.mean.0, self.error.0);
        Standing(std::array::from_fn(|aspect| {
            mean[aspect] + errors * error[aspect]
        }))
    }
}

/// The value of each of [`ASPECTS`] on one map.
pub(super) type Values = [f64; ASPECTS.len()];
