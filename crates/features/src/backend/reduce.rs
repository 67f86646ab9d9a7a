//! From a layer's tensor to one vector.

use super::BackendError;
use crate::model::{Model, Pool, Pooling, kept};
use crate::onnx::Role;

/// How a layer's values become features.
pub(super) struct Reduction {
    pooling: Pooling,
    pool: Pool,
}

impl Reduction {
    /// As a model has it.
    pub(super) fn of(model: &Model) -> Self {
        Self {
            pooling: model.pooling().clone(),
            pool: model.pool(),
        }
    }

    /// The features in a layer's values.
    pub(super) fn features(
        &self,
        shape: &[usize],
        values: &[f32],
    ) -> Result<Vec<f32>, BackendError> {
        features(&self.pooling, self.pool, shape, values)
    }
}

/// The features in a layer's values for one image, the first one of several that are the same.
///
/// All axes that are positions become one value, their mean unless another is asked for, and the values along
/// all others are kept in their order. Sums are in double precision.
fn features(
    pooling: &Pooling,
    pool: Pool,
    shape: &[usize],
    values: &[f32],
) -> Result<Vec<f32>, BackendError> {
    let refused = || BackendError::LayerShape {
        shape: shape.to_vec(),
    };
    if shape.contains(&0) || shape.iter().product::<usize>() != values.len() {
        return Err(refused());
    }
    let roles = match pooling {
        Pooling::Axes(roles) => roles,
        Pooling::Usual => usual_roles(shape.len()),
    };
    if roles.len() != shape.len() {
        return Err(refused());
    }
    let first;
    let mut one = shape.to_vec();
    let values = match roles.iter().position(|role| *role == Role::Batch) {
        Some(axis) if shape[axis] > 1 => {
            one[axis] = 1;
            first = first_of(shape, axis, values);
            &first
        }
        _ => values,
    };
    let features = match pool {
        Pool::Mean => means(roles, &one, values),
        Pool::Max => largest(roles, &one, values),
        Pool::Cls => {
            let tokens = roles.iter().position(|role| *role == Role::Position);
            let axis = tokens.ok_or_else(refused)?;
            first_of(&one, axis, values)
        }
    };
    match features.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(BackendError::NotFinite {
            value: features[index],
        }),
        None => Ok(features),
    }
}

/// What axes stand for in layers of which nothing else is known.
fn usual_roles(rank: usize) -> &'static [Role] {
    match rank {
        2 => &[Role::Batch, Role::Channel],
        3 => &[Role::Batch, Role::Position, Role::Channel],
        4 => &[Role::Batch, Role::Channel, Role::Position, Role::Position],
        _ => &[],
    }
}

/// What is at the first place of an axis.
fn first_of(shape: &[usize], axis: usize, values: &[f32]) -> Vec<f32> {
    let inner: usize = shape[axis + 1..].iter().product();
    let slices = values.chunks_exact(inner * shape[axis]);
    slices.flat_map(|slice| &slice[..inner]).copied().collect()
}

/// The largest over all positions; what is no number stays.
fn largest(roles: &[Role], shape: &[usize], values: &[f32]) -> Vec<f32> {
    let (n_features, place_of) = places(roles, shape);
    let mut largest = vec![f32::NEG_INFINITY; n_features];
    for (index, &value) in values.iter().enumerate() {
        let most = &mut largest[place_of(index)];
        if value.is_nan() || value > *most {
            *most = value;
        }
    }
    largest
}

/// Number of features, and which of them a value belongs to.
fn places(roles: &[Role], shape: &[usize]) -> (usize, impl Fn(usize) -> usize) {
    let kept = kept(roles);
    let mut axes = Vec::new();
    let mut n_features = 1;
    for axis in (0..shape.len()).rev() {
        let step = if roles[axis] == kept { n_features } else { 0 };
        axes.push((shape[axis], step));
        n_features *= if roles[axis] == kept { shape[axis] } else { 1 };
    }
    let place_of = move |mut index: usize| {
        let mut place = 0;
        for &(size, step) in &axes {
            place += index % size * step;
            index /= size;
        }
        place
    };
    (n_features, place_of)
}

fn means(roles: &[Role], shape: &[usize], values: &[f32]) -> Vec<f32> {
    let kept = kept(roles);
    // How far the index of the feature moves with each axis.
    let mut steps = vec![0; shape.len()];
    let mut n_features = 1;
    for axis in (0..shape.len()).rev().filter(|&axis| roles[axis] == kept) {
        steps[axis] = n_features;
        n_features *= shape[axis];
    }
    let n_places = values.len() / n_features;
    if n_places == 1 {
        // Nothing is averaged and the order is the same.
        return values.to_vec();
    }
    let mut sums = vec![0.0_f64; n_features];
    let mut place = vec![0; shape.len()];
    let mut feature = 0;
    for &value in values {
        sums[feature] += f64::from(value);
        for axis in (0..shape.len()).rev() {
            place[axis] += 1;
            feature += steps[axis];
            if place[axis] < shape[axis] {
                break;
            }
            place[axis] = 0;
            feature -= steps[axis] * shape[axis];
        }
    }
    let mean = |sum: f64| (sum / n_places as f64) as f32;
    sums.into_iter().map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [f32; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];

    const N: Role = Role::Batch;
    const C: Role = Role::Channel;
    const P: Role = Role::Position;

    fn usual(shape: &[usize], values: &[f32]) -> Result<Vec<f32>, BackendError> {
        features(&Pooling::Usual, Pool::Mean, shape, values)
    }

    fn by(roles: &[Role], shape: &[usize], values: &[f32]) -> Result<Vec<f32>, BackendError> {
        features(&Pooling::Axes(roles.to_vec()), Pool::Mean, shape, values)
    }

    #[test]
    fn a_vector_is_taken_as_it_is() {
        assert_eq!(usual(&[1, 6], &VALUES).unwrap(), VALUES);
        assert_eq!(by(&[N, C], &[1, 6], &VALUES).unwrap(), VALUES);
        // Positions alone are features.
        assert_eq!(by(&[N, P, P], &[1, 2, 3], &VALUES).unwrap(), VALUES);
    }

    #[test]
    fn maps_are_averaged_over_their_positions() {
        assert_eq!(usual(&[1, 2, 1, 3], &VALUES).unwrap(), [2.0, 5.0]);
        assert_eq!(usual(&[1, 6, 1, 1], &VALUES).unwrap(), VALUES);
        let planes = by(&[N, C, P, P], &[1, 2, 1, 3], &VALUES);
        assert_eq!(planes.unwrap(), [2.0, 5.0]);
    }

    #[test]
    fn channels_may_be_last() {
        let maps = by(&[N, P, P, C], &[1, 1, 3, 2], &VALUES);
        assert_eq!(maps.unwrap(), [3.0, 4.0]);
    }

    #[test]
    fn tokens_are_averaged() {
        assert_eq!(usual(&[1, 2, 3], &VALUES).unwrap(), [2.5, 3.5, 4.5]);
        let tokens_first = by(&[P, N, C], &[2, 1, 3], &VALUES);
        assert_eq!(tokens_first.unwrap(), [2.5, 3.5, 4.5]);
        let heads = by(&[N, C, P, C], &[1, 1, 2, 3], &VALUES);
        assert_eq!(heads.unwrap(), [2.5, 3.5, 4.5]);
        let values: Vec<f32> = (0..12).map(|n| n as f32).collect();
        // Two heads of two positions and three features each.
        let heads = by(&[N, C, P, C], &[1, 2, 2, 3], &values);
        assert_eq!(heads.unwrap(), [1.5, 2.5, 3.5, 7.5, 8.5, 9.5]);
    }

    #[test]
    fn the_first_of_several_images_is_taken() {
        assert_eq!(by(&[N, C], &[2, 3], &VALUES).unwrap(), [1.0, 2.0, 3.0]);
        assert_eq!(
            by(&[N, P, C], &[2, 1, 3], &VALUES).unwrap(),
            [1.0, 2.0, 3.0]
        );
        assert_eq!(
            by(&[P, N, C], &[1, 2, 3], &VALUES).unwrap(),
            [1.0, 2.0, 3.0]
        );
        assert_eq!(by(&[N, C, P, P], &[3, 1, 1, 2], &VALUES).unwrap(), [1.5]);
    }

    #[test]
    fn the_largest_and_the_first_token_are_taken_where_they_are_asked_for() {
        let of = |pool, roles: &[Role], shape: &[usize]| {
            features(&Pooling::Axes(roles.to_vec()), pool, shape, &VALUES).unwrap()
        };
        assert_eq!(of(Pool::Max, &[N, C, P], &[1, 2, 3]), [3.0, 6.0]);
        assert_eq!(of(Pool::Max, &[N, P, C], &[1, 2, 3]), [4.0, 5.0, 6.0]);
        assert_eq!(of(Pool::Cls, &[N, P, C], &[1, 2, 3]), [1.0, 2.0, 3.0]);
        assert_eq!(of(Pool::Cls, &[N, P, C], &[2, 3, 1]), [1.0]);
        assert_eq!(of(Pool::Cls, &[P, N, C], &[2, 1, 3]), [1.0, 2.0, 3.0]);
        let negative = [-3.0, -1.0, f32::NAN, -2.0];
        let usual = features(&Pooling::Usual, Pool::Max, &[1, 2, 2], &negative[..]);
        assert!(matches!(usual, Err(BackendError::NotFinite { .. })));
    }

    #[test]
    fn other_shapes_are_refused() {
        for shape in [&[6][..], &[1, 5], &[1, 0], &[1, 1, 1, 2, 3]] {
            let error = usual(shape, &VALUES).unwrap_err();
            assert!(
                matches!(error, BackendError::LayerShape { .. }),
                "{shape:?}: {error}"
            );
        }
        let error = by(&[N, C], &[1, 2, 3], &VALUES).unwrap_err();
        assert!(matches!(error, BackendError::LayerShape { .. }), "{error}");
    }

    #[test]
    fn values_that_are_not_finite_are_refused() {
        let error = usual(&[1, 2], &[0.0, f32::NAN]).unwrap_err();
        assert!(matches!(error, BackendError::NotFinite { .. }), "{error}");
        let overflow = usual(&[1, 1, 1, 2], &[f32::INFINITY, 0.0]).unwrap_err();
        assert!(
            matches!(overflow, BackendError::NotFinite { value } if value == f32::INFINITY),
            "{overflow}"
        );
    }
}
