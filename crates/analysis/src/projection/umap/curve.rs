//! How near two points of the map are to being neighbours, by their distance.

use crate::vector::{exp_nonpositive, ln_positive};

/// The curve 1 / (1 + a d^2b) of the membership of an edge at distance d on the map
/// (section 3.2, definition 11).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Curve {
    pub(super) a: f64,
    pub(super) b: f64,
}

/// Points at which the curve is fitted, evenly from 0 to three times the spread, as umap-learn.
const N_POINTS: usize = 300;
const WIDEST: f64 = 3.0;
/// Steps of the fit; from the start below it takes less than thirty.
const MAX_STEPS: usize = 200;

impl Curve {
    /// The curve nearest, by least squares, to 1 up to `min_dist` (0 to 1) and exp(min_dist - d)
    /// beyond: a spread of 1.
    ///
    /// Levenberg (1944) and Marquardt (1963) on ln a and b, with our own exponential and logarithm,
    /// since the system's would not give the same curve on every machine.
    pub(super) fn fit(min_dist: f64) -> Self {
        let mut best = Self { a: 1.0, b: 1.0 };
        let mut normal = Normal::of(best, min_dist);
        let mut damping = 1e-3;
        for _ in 0..MAX_STEPS {
            let (step_ln_a, step_b) = normal.step(damping);
            let tried = Self {
                a: best.a * power(std::f64::consts::E, step_ln_a),
                b: best.b + step_b,
            };
            let found = Normal::of(tried, min_dist);
            if tried.b > 0.0 && found.squares < normal.squares {
                (best, normal) = (tried, found);
                damping *= 0.1;
                if step_ln_a.abs() + step_b.abs() < 1e-10 {
                    break;
                }
            } else {
                damping *= 10.0;
                if damping > 1e12 {
                    break;
                }
            }
        }
        best
    }
}

/// The normal equations of the residuals at the points.
struct Normal {
    squares: f64,
    /// Sums of products of the slopes along ln a and b.
    curvature: [f64; 3],
    /// Sums of slopes times residuals.
    slope: [f64; 2],
}

impl Normal {
    fn of(curve: Curve, min_dist: f64) -> Self {
        let mut sums = Self {
            squares: 0.0,
            curvature: [0.0; 3],
            slope: [0.0; 2],
        };
        for point in 0..N_POINTS {
            let d = WIDEST * point as f64 / (N_POINTS - 1) as f64;
            let wanted = exp_nonpositive((min_dist - d).min(0.0));
            // At 0 the curve is 1 and nothing changes it.
            let (value, by_ln_a, by_b) = if d == 0.0 {
                (1.0, 0.0, 0.0)
            } else {
                let ad = curve.a * power(d, 2.0 * curve.b);
                let value = 1.0 / (1.0 + ad);
                let slope = -value * value * ad;
                (value, slope, slope * 2.0 * ln_positive(d))
            };
            let rest = value - wanted;
            sums.squares += rest * rest;
            sums.curvature[0] += by_ln_a * by_ln_a;
            sums.curvature[1] += by_ln_a * by_b;
            sums.curvature[2] += by_b * by_b;
            sums.slope[0] += by_ln_a * rest;
            sums.slope[1] += by_b * rest;
        }
        sums
    }

    /// The change of ln a and of b that the damped equations ask for.
    fn step(&self, damping: f64) -> (f64, f64) {
        let [aa, ab, bb] = self.curvature;
        let (aa, bb) = (aa * (1.0 + damping), bb * (1.0 + damping));
        let determinant = aa * bb - ab * ab;
        let [a, b] = self.slope;
        (
            -(bb * a - ab * b) / determinant,
            -(aa * b - ab * a) / determinant,
        )
    }
}

/// x^y of a positive, normal x.
fn power(x: f64, y: f64) -> f64 {
    let exponent = y * ln_positive(x);
    if exponent > 0.0 {
        1.0 / exp_nonpositive(-exponent)
    } else {
        exp_nonpositive(exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_umap_learns() {
        // umap-learn 0.5.12: umap.umap_.find_ab_params(1.0, min_dist)
        for (min_dist, a, b) in [
            (0.0, 1.932_808_398, 0.790_494_973_7),
            (0.01, 1.895_605_866, 0.800_637_844_2),
            (0.1, 1.576_943_46, 0.895_060_878),
            (0.25, 1.121_436_343, 1.057_499_877),
            (0.5, 0.583_030_020_4, 1.334_166_993),
            (0.8, 0.232_062_726_8, 1.681_231_604),
            (1.0, 0.114_975_682_4, 1.929_237_15),
        ] {
            let found = Curve::fit(min_dist);
            assert!((found.a / a - 1.0).abs() < 1e-5, "{min_dist}: {found:?}");
            assert!((found.b / b - 1.0).abs() < 1e-5, "{min_dist}: {found:?}");
        }
    }
}
