//! The ranks of a cohort as those of a Gaussian cloud, and back.
//!
//! A Gaussian copula (Nelsen 2006): features are what a Gaussian cloud gives when each of its axes is
//! read through the values of one feature. Zeros behind a rectifier are one rank that many images
//! share.

use crate::vector::ln_positive;
use ndarray::{Array2, ArrayView2, Axis};

/// The values of each feature, ascending.
#[derive(Debug, Clone)]
pub(super) struct Marginals(Vec<Vec<f32>>);

/// Each value as the standard normal quantile of its midrank (van der Waerden 1952).
pub(super) fn normal_scores(features: ArrayView2<'_, f32>) -> Array2<f32> {
    let n = features.nrows() as f64;
    let mut scores = Array2::zeros(features.dim());
    for (column, mut out) in features
        .axis_iter(Axis(1))
        .zip(scores.axis_iter_mut(Axis(1)))
    {
        let mut order: Vec<usize> = (0..column.len()).collect();
        order.sort_by(|&a, &b| column[a].total_cmp(&column[b]));
        let mut below = 0;
        for equal in order.chunk_by(|&a, &b| column[a] == column[b]) {
            let rank = below as f64 + (equal.len() + 1) as f64 / 2.0;
            let score = normal_quantile(rank / (n + 1.0)) as f32;
            equal.iter().for_each(|&image| out[image] = score);
            below += equal.len();
        }
    }
    scores
}

impl Marginals {
    pub(super) fn of(features: ArrayView2<'_, f32>) -> Self {
        let sorted = |column: ndarray::ArrayView1<'_, f32>| {
            let mut values = column.to_vec();
            values.sort_unstable_by(f32::total_cmp);
            values
        };
        Self(features.axis_iter(Axis(1)).map(sorted).collect())
    }

    /// Gives each image the value of its rank.
    pub(super) fn give(&self, features: &mut Array2<f32>) {
        for (mut column, values) in features.axis_iter_mut(Axis(1)).zip(&self.0) {
            let mut order: Vec<usize> = (0..column.len()).collect();
            order.sort_by(|&a, &b| column[a].total_cmp(&column[b]).then(a.cmp(&b)));
            for (&image, &value) in order.iter().zip(values) {
                column[image] = value;
            }
        }
    }
}

/// The standard normal quantile of 0 < p < 1, to about 1e-9 (Acklam 2003).
fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
    ];
    const LOW: f64 = 0.024_25;
    let series = |coefficients: &[f64], x: f64| {
        let next = |sum: f64, coefficient: &f64| sum * x + coefficient;
        coefficients.iter().fold(0.0, next)
    };
    let tail = |p: f64| {
        let q = (-2.0 * ln_positive(p)).sqrt();
        series(&C, q) / (series(&D, q) * q + 1.0)
    };
    if p < LOW {
        tail(p)
    } else if p > 1.0 - LOW {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        let r = q * q;
        q * series(&A, r) / (series(&B, r) * r + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn quantiles_are_scipys() {
        for (p, expected) in [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.01, -2.326_347_874_040_841),
            (0.3, -0.524_400_512_708_041),
        ] {
            assert!((normal_quantile(p) - expected).abs() < 1e-7, "{p}");
        }
    }

    #[test]
    fn ranks_come_back_as_values() {
        let features = array![[0.0, 3.0], [0.0, 1.0], [5.0, 2.0], [0.0, 9.0]];
        let scores = normal_scores(features.view());
        assert_eq!(scores[[0, 0]], scores[[1, 0]]);
        assert!(scores[[2, 0]] > scores[[0, 0]]);
        let mut back = scores.clone();
        Marginals::of(features.view()).give(&mut back);
        assert_eq!(back, features);
    }
}
