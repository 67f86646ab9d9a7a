//! How large an association would have had to be, to be found by the decision that is made.

use super::chi_squared::{noncentral_upper_tail, noncentrality_beyond};

/// The power for which a smallest effect is told; the usual one (Cohen 1988).
const POWER: f64 = 0.8;

/// What the permutations of a column gave.
#[derive(Debug)]
pub(super) struct Draws {
    /// The statistic of each permutation, the largest first.
    sorted: Vec<f64>,
    pub(super) mean: f64,
    variance: f64,
}

impl Draws {
    pub(super) fn new(mut statistics: Vec<f64>) -> Self {
        let n = statistics.len() as f64;
        let mean = statistics.iter().sum::<f64>() / n;
        let variance = statistics.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        statistics.sort_by(|a, b| b.total_cmp(a));
        Self {
            sorted: statistics,
            mean,
            variance,
        }
    }

    /// The largest statistic whose p is above `alpha`; `None` where even the largest p-value that
    /// these permutations can give is not.
    fn critical(&self, alpha: f64) -> Option<f64> {
        let rank = (alpha * (self.sorted.len() + 1) as f64 + 1e-9) as usize;
        self.sorted.get(rank.checked_sub(1)?).copied()
    }

    /// The effect that would have been found, p ≤ `alpha`, in 80% of cohorts like this one; `None`
    /// where none could have been.
    ///
    /// Permuted statistics spread like c · χ² with `df` degrees of freedom, by their own mean and
    /// variance (Satterthwaite 1946; Box 1954), which holds what patients kept whole, unequal
    /// numbers of images and patients that cannot move make of it. With an effect they spread like
    /// c times noncentral χ², whose mean is larger by c · λ. The effect is the root of that over what
    /// chance leaves open, up to `largest`: on the scale of [`super::Finding::effect`].
    pub(super) fn detectable_effect(&self, alpha: f64, largest: f64) -> Option<f64> {
        let critical = self.critical(alpha)?;
        let room = largest - self.mean;
        if !(critical < largest - 1e-9 && self.variance > 1e-18 && self.mean > 0.0) {
            return None;
        }
        let c = self.variance / (2.0 * self.mean);
        let df = self.mean / c;
        let critical = critical / c;
        let noncentrality = if noncentral_upper_tail(df, 0.0, critical) >= POWER {
            0.0
        } else {
            noncentrality_beyond(df, critical, POWER)?
        };
        let effect = (c * noncentrality / room).sqrt();
        (effect <= 1.0).then_some(effect)
    }
}
