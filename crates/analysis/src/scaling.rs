//! What is done to features before anything is computed from them.

use crate::monitor::Monitor;
use crate::projection::pca::{PcaError, components};
use crate::standardize::standardize;
use ndarray::{Array2, Axis};

/// What is done to features, by choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scaling {
    /// They stay as they are.
    #[default]
    None,
    /// Each sample gets Euclidean length 1, as by scikit-learn's `normalize`: distances are those of
    /// directions. One of zeros stays so.
    L2,
    /// Each feature gets mean 0 and population standard deviation 1, as by `StandardScaler`; one that is
    /// the same everywhere becomes 0.
    Standard,
    /// The scores on the first principal components, as by `PCA`.
    Pca {
        /// How many, from 1 to the smaller dimension of the features.
        n_components: usize,
    },
}

/// Features after [`Scaling`].
#[derive(Debug, Clone, PartialEq)]
pub struct Scaled {
    /// `(n_samples, n_features)`, or as many columns as components were asked for.
    pub features: Array2<f32>,
    /// The share of the variance that the components hold, 0 to 1; `None` where nothing is left out.
    pub kept: Option<f64>,
}

impl Scaling {
    /// The words for it: `none`, `l2`, `standard`, or `pca:` and the number of components.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "none" => Some(Self::None),
            "l2" => Some(Self::L2),
            "standard" => Some(Self::Standard),
            other => {
                let n_components = other.strip_prefix("pca:")?.parse().ok()?;
                (n_components > 0).then_some(Self::Pca { n_components })
            }
        }
    }

    /// Scales finite `features`, `(n_samples, n_features)`.
    ///
    /// # Errors
    /// [`PcaError`] where there are fewer dimensions than components, where a value is not finite, or when
    /// the monitor cancels.
    pub fn scale(
        self,
        mut features: Array2<f32>,
        monitor: &dyn Monitor,
    ) -> Result<Scaled, PcaError> {
        let kept = match self {
            Self::None => None,
            Self::L2 => {
                for mut sample in features.axis_iter_mut(Axis(0)) {
                    let square = |&value: &f32| f64::from(value) * f64::from(value);
                    let length = sample.iter().map(square).sum::<f64>().sqrt();
                    if length > 0.0 {
                        sample.mapv_inplace(|value| (f64::from(value) / length) as f32);
                    }
                }
                None
            }
            Self::Standard => {
                let exact = features.mapv(f64::from);
                features = standardize(exact.view()).mapv(|value| value as f32);
                None
            }
            Self::Pca { n_components } => {
                let pca = components(features.view(), n_components, monitor)?;
                features = pca.coordinates.mapv(|value| value as f32);
                Some(pca.explained_variance_ratio.iter().sum::<f64>().min(1.0))
            }
        };
        Ok(Scaled { features, kept })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn scaled(word: &str, features: Array2<f32>) -> Scaled {
        let scaling = Scaling::of_word(word).unwrap();
        scaling.scale(features, &()).unwrap()
    }

    fn cloud() -> Array2<f32> {
        Array2::from_shape_fn((30, 5), |(i, j)| {
            ((i * 7 + j * j * 3) as f32).sin() * (j + 1) as f32
        })
    }

    #[test]
    fn it_goes_by_its_word() {
        assert_eq!(
            Scaling::of_word("pca:12"),
            Some(Scaling::Pca { n_components: 12 })
        );
        for word in ["", "L2", "pca", "pca:", "pca:0", "pca:-1", "pca:2.5", "max"] {
            assert_eq!(Scaling::of_word(word), None, "{word}");
        }
    }

    #[test]
    fn samples_get_length_one_and_zeros_stay() {
        let Scaled { features, kept } = scaled("l2", array![[3.0, 4.0], [0.0, 0.0], [-2.0, 0.0]]);
        assert_eq!(features, array![[0.6, 0.8], [0.0, 0.0], [-1.0, 0.0]]);
        assert_eq!(kept, None);
    }

    #[test]
    fn features_get_mean_zero_and_deviation_one() {
        let Scaled { features, .. } = scaled("standard", array![[1.0, 7.0], [3.0, 7.0]]);
        assert_eq!(features, array![[-1.0, 0.0], [1.0, 0.0]]);
    }

    /// All components hold all distances; fewer hold the largest part.
    #[test]
    fn components_are_turned_and_nothing_else() {
        let features = cloud();
        let all = scaled("pca:5", features.clone());
        assert!((all.kept.unwrap() - 1.0).abs() < 1e-9);
        let distance = |of: &Array2<f32>, i: usize, j: usize| {
            let difference = &of.row(i) - &of.row(j);
            difference.mapv(|x| f64::from(x).powi(2)).sum().sqrt()
        };
        for (i, j) in [(0, 1), (3, 29), (12, 20)] {
            let (before, after) = (distance(&features, i, j), distance(&all.features, i, j));
            assert!((before - after).abs() < 1e-4, "{before} {after}");
        }
        let two = scaled("pca:2", features.clone());
        assert_eq!(two.features.dim(), (30, 2));
        assert!(two.kept.unwrap() < 1.0);
        let planar = crate::projection::pca::pca(features.view(), 2, &()).unwrap();
        assert_eq!(two.features, planar.coordinates.mapv(|value| value as f32));
    }

    #[test]
    fn more_components_than_dimensions_are_refused() {
        let found = Scaling::Pca { n_components: 6 }.scale(cloud(), &());
        assert!(
            found
                .unwrap_err()
                .to_string()
                .contains("no 6 principal components")
        );
    }
}
