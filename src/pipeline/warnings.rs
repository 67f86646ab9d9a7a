//! What a reader of every map of a cohort must know.

use ndarray::Array2;

use crate::cohort::Cohort;

/// Spread of values that is rounding noise, as a part of the largest of them.
const ROUNDING: f64 = 1e-6;

/// What a reader of the map must know when the features tell no image from another.
pub(super) fn spread_warning(features: &Array2<f32>, layer: Option<&str>) -> Option<String> {
    let largest = features
        .iter()
        .fold(0.0_f64, |most, &value| most.max(f64::from(value).abs()));
    let has_spread = features.columns().into_iter().any(|column| {
        let first = f64::from(column[0]);
        let distances = column.iter().map(|&value| (f64::from(value) - first).abs());
        distances.fold(0.0, f64::max) > ROUNDING * largest
    });
    (features.nrows() > 1 && !has_spread).then(|| {
        let n_images = features.nrows();
        let (what, other) = match layer {
            Some(layer) => (format!("the layer {layer} gives"), "choose another with --layer"),
            None => ("the vectors have".to_owned(), "give others with --features"),
        };
        format!("{what} the same features for all {n_images} images but for rounding: no map of them means anything, so {other}")
    })
}

/// What a reader of the map must know when the model has seen its images before.
pub(super) fn training_warning(cohort: &Cohort) -> Option<String> {
    let (n_images, n_in_training) = (cohort.records.len(), cohort.report.n_in_training);
    (n_in_training > 0).then(|| {
        format!(
            "{n_in_training} of these {n_images} images were used to train the model: their \
             groups may show what it was taught"
        )
    })
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn features_without_spread_are_warned_of() {
        let noise = array![[1.0_f32, 2.0], [1.000_000_1, 2.0], [1.0, 1.999_999_9]];
        let warning = spread_warning(&noise, Some("pool")).unwrap();
        assert!(warning.contains("the layer pool gives the same features for all 3 images"));
        assert!(
            spread_warning(&array![[0.0_f32], [0.0]], None)
                .unwrap()
                .contains("--features")
        );
        assert_eq!(
            spread_warning(&array![[1.0_f32, 2.0], [1.0, 2.1]], None),
            None
        );
        // One image has nothing to differ from.
        assert_eq!(spread_warning(&array![[1.0_f32]], None), None);
        assert_eq!(spread_warning(&Array2::zeros((0, 0)), None), None);
    }
}
