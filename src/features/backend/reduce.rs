//! From a layer's tensor to one vector.

use super::BackendError;

/// The features in a layer's values for one image.
///
/// `(1, C)` as it is; `(1, C, H, W)` averaged over H and W; `(1, T, C)` averaged over T. Sums are
/// in double precision.
pub(super) fn features(shape: &[usize], values: &[f32]) -> Result<Vec<f32>, BackendError> {
    let refused = || BackendError::LayerShape {
        shape: shape.to_vec(),
    };
    if shape.contains(&0) || shape.iter().product::<usize>() != values.len() {
        return Err(refused());
    }
    let mean = |values: &mut dyn Iterator<Item = f32>, n: usize| {
        (values.map(f64::from).sum::<f64>() / n as f64) as f32
    };
    let features: Vec<f32> = match *shape {
        [1, _] => values.to_vec(),
        [1, _, height, width] => {
            let n = height * width;
            values
                .chunks_exact(n)
                .map(|map| mean(&mut map.iter().copied(), n))
                .collect()
        }
        [1, tokens, channels] => (0..channels)
            .map(|c| {
                mean(
                    &mut values.iter().skip(c).step_by(channels).copied(),
                    tokens,
                )
            })
            .collect(),
        _ => return Err(refused()),
    };
    match features.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(BackendError::NotFinite { index }),
        None => Ok(features),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [f32; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];

    #[test]
    fn a_vector_is_taken_as_it_is() {
        assert_eq!(features(&[1, 6], &VALUES).unwrap(), VALUES);
    }

    #[test]
    fn maps_are_averaged_over_their_positions() {
        assert_eq!(features(&[1, 2, 1, 3], &VALUES).unwrap(), [2.0, 5.0]);
        assert_eq!(features(&[1, 6, 1, 1], &VALUES).unwrap(), VALUES);
    }

    #[test]
    fn tokens_are_averaged() {
        assert_eq!(features(&[1, 2, 3], &VALUES).unwrap(), [2.5, 3.5, 4.5]);
    }

    #[test]
    fn other_shapes_are_refused() {
        for shape in [&[6][..], &[2, 3], &[1, 5], &[1, 0], &[1, 1, 1, 2, 3]] {
            let error = features(shape, &VALUES).unwrap_err();
            assert!(
                matches!(error, BackendError::LayerShape { .. }),
                "{shape:?}: {error}"
            );
        }
    }

    #[test]
    fn values_that_are_not_finite_are_refused() {
        let error = features(&[1, 2], &[0.0, f32::NAN]).unwrap_err();
        assert!(
            matches!(error, BackendError::NotFinite { index: 1 }),
            "{error}"
        );
        let overflow = features(&[1, 1, 1, 2], &[f32::INFINITY, 0.0]).unwrap_err();
        assert!(
            matches!(overflow, BackendError::NotFinite { index: 0 }),
            "{overflow}"
        );
    }
}
