//! What is known of a value before a network runs.

use crate::onnx::ElementType;
use crate::onnx::tensor::Tensor;

/// What an axis stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// One place for each image.
    Batch,
    /// Places in the image: rows, columns, patches, tokens.
    Position,
    /// Features.
    Channel,
    /// An axis of weights, or one that was put in: takes the role of what it meets.
    Neutral,
    /// It cannot be followed.
    Unknown,
}

/// A stretch of an axis that was an axis of its own before others were merged with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) size: Option<usize>,
    pub(crate) role: Role,
}

/// An axis, made of at least one part, the slowest first: reshaping merges axes and takes them
/// apart again, as the windows of a Swin transformer do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Axis(pub(crate) Vec<Part>);

/// Element type, axes and, where shapes are computed with them, numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Known {
    pub(crate) element: Option<ElementType>,
    pub(crate) axes: Option<Vec<Axis>>,
    /// All values, where they do not depend on the image and are few.
    pub(crate) numbers: Option<Vec<f64>>,
}

impl Part {
    fn is_one(self) -> bool {
        self.size == Some(1)
    }
}

impl Axis {
    pub(crate) fn new(size: Option<usize>, role: Role) -> Self {
        Self(vec![Part { size, role }])
    }

    pub(super) fn neutral(size: usize) -> Self {
        Self::new(Some(size), Role::Neutral)
    }

    pub(crate) fn size(&self) -> Option<usize> {
        let mut sizes = self.0.iter().map(|part| part.size);
        sizes.try_fold(1_usize, |product, size| Some(product.saturating_mul(size?)))
    }

    /// What the axis stands for as a whole; `None` where it mixes images with something else.
    pub(crate) fn role(&self) -> Option<Role> {
        let is_batch = self.0.iter().any(|part| part.role == Role::Batch);
        let others = self.0.iter().filter(|part| part.role != Role::Batch);
        let mut roles: Vec<Role> = others
            .clone()
            .filter(|part| !part.is_one())
            .map(|part| part.role)
            .collect();
        if is_batch {
            return roles.is_empty().then_some(Role::Batch);
        }
        if roles.is_empty() {
            roles = others.map(|part| part.role).collect();
        }
        let among = |role| roles.contains(&role);
        // Maps that were flattened into a vector are features.
        let whole = [Role::Unknown, Role::Channel, Role::Position]
            .into_iter()
            .find(|&role| among(role));
        Some(whole.unwrap_or(Role::Neutral))
    }

    pub(super) fn is(&self, role: Role) -> bool {
        self.role() == Some(role)
    }

    /// The same axis with another size.
    pub(super) fn resized(&self, size: Option<usize>) -> Self {
        if size.is_some() && size == self.size() {
            return self.clone();
        }
        Self::new(size, self.role().unwrap_or(Role::Unknown))
    }

    /// What comes of two axes that meet element by element, one of them perhaps of size 1.
    fn met(&self, other: &Self) -> Self {
        let (wide, narrow) = match (self.size(), other.size()) {
            (Some(1), size) if size != Some(1) => (other, self),
            (a, Some(b)) if a != Some(1) || b == 1 => (self, other),
            (Some(_), None) => (self, other),
            (None, _) => (other, self),
            _ => (self, other),
        };
        if wide.size() != narrow.size() && narrow.is(Role::Batch) && wide.is(Role::Neutral) {
            // One image is spread over an axis of weights.
            return Self([&narrow.0[..], &wide.0].concat());
        }
        match (wide.role(), narrow.role()) {
            (Some(Role::Neutral | Role::Unknown), Some(role)) if role != Role::Neutral => {
                if wide.size() == narrow.size() {
                    return narrow.clone();
                }
                Self::new(wide.size(), role)
            }
            _ => wide.clone(),
        }
    }
}

impl Known {
    pub(super) fn new(element: Option<ElementType>, axes: Vec<Axis>) -> Self {
        Self {
            element,
            axes: Some(axes),
            numbers: None,
        }
    }

    pub(super) fn of(&self, element: ElementType) -> Self {
        Self {
            element: Some(element),
            ..self.clone()
        }
    }

    /// Weights, or another constant of the network.
    pub(super) fn of_tensor(tensor: &Tensor) -> Self {
        let axes = tensor.shape.iter().map(|&size| Axis::neutral(size));
        Self {
            element: tensor.element,
            axes: Some(axes.collect()),
            numbers: tensor.numbers(),
        }
    }

    /// Numbers that do not depend on the image.
    pub(super) fn constant(element: ElementType, shape: &[usize], numbers: Vec<f64>) -> Self {
        Self {
            element: Some(element),
            axes: Some(shape.iter().map(|&size| Axis::neutral(size)).collect()),
            numbers: Some(numbers),
        }
    }

    /// All sizes, where all are known.
    pub(super) fn sizes(&self) -> Option<Vec<usize>> {
        sizes(self.axes.as_deref()?)
    }

    pub(super) fn ints(&self) -> Option<Vec<i64>> {
        // Beyond what an i64 holds, casts stop at its ends.
        let numbers = self.numbers.as_ref()?.iter();
        Some(numbers.map(|&number| number as i64).collect())
    }
}

pub(super) fn sizes(axes: &[Axis]) -> Option<Vec<usize>> {
    axes.iter().map(Axis::size).collect()
}

/// The axes of two values that meet element by element, aligned at the last.
pub(super) fn broadcast(a: &[Axis], b: &[Axis]) -> Vec<Axis> {
    let rank = a.len().max(b.len());
    let at = |axes: &[Axis], index: usize| {
        let index = (index + axes.len()).checked_sub(rank)?;
        axes.get(index).cloned()
    };
    let meet = |index| match (at(a, index), at(b, index)) {
        (Some(a), Some(b)) => a.met(&b),
        (Some(axis), None) | (None, Some(axis)) => axis,
        (None, None) => Axis::neutral(1),
    };
    (0..rank).map(meet).collect()
}

/// The axes after reshaping to the given sizes; `None` where the old ones cannot be found in the
/// new ones.
pub(super) fn regrouped(axes: &[Axis], sizes: &[usize]) -> Option<Vec<Axis>> {
    let mut parts: Vec<Part> = axes
        .iter()
        .flat_map(|axis| axis.0.iter().copied())
        .collect();
    parts.reverse(); // The next one is at the end.
    let mut regrouped = Vec::with_capacity(sizes.len());
    for &size in sizes {
        let mut axis = Vec::new();
        let mut left = size;
        if size == 1 && parts.last().is_some_and(|part| part.is_one()) {
            axis.extend(parts.pop());
        }
        while left > 1 {
            let part = parts.last_mut()?;
            let part_size = part.size.filter(|&size| size > 0)?;
            if left % part_size == 0 {
                left /= part_size;
                axis.extend(parts.pop());
            } else if part_size % left == 0 {
                let taken = Some(left);
                part.size = Some(part_size / left);
                axis.push(Part {
                    size: taken,
                    ..*part
                });
                left = 1;
            } else {
                return None;
            }
        }
        if size == 0 {
            return None;
        }
        if axis.is_empty() {
            axis.push(Part {
                size: Some(1),
                role: Role::Neutral,
            });
        }
        regrouped.push(Axis(axis));
    }
    // Axes of size 1 at the end go, but not the one of the images.
    let batch = parts.iter().find(|part| part.role == Role::Batch);
    match (batch, regrouped.last_mut()) {
        (Some(&batch), Some(last)) => last.0.push(batch),
        (Some(_), None) => return None,
        (None, _) => {}
    }
    parts.iter().all(|part| part.is_one()).then_some(regrouped)
}

#[cfg(test)]
mod tests {
    use super::Role::{Batch, Channel, Neutral, Position};
    use super::*;

    fn axes(of: &[(usize, Role)]) -> Vec<Axis> {
        of.iter()
            .map(|&(size, role)| Axis::new(Some(size), role))
            .collect()
    }

    fn roles(axes: &[Axis]) -> Vec<Option<Role>> {
        axes.iter().map(Axis::role).collect()
    }

    #[test]
    fn maps_become_rows_of_tokens_and_back() {
        let maps = axes(&[(1, Batch), (96, Channel), (14, Position), (14, Position)]);
        let rows = regrouped(&maps, &[1, 96, 196]).unwrap();
        assert_eq!(roles(&rows), [Some(Batch), Some(Channel), Some(Position)]);
        assert_eq!(regrouped(&rows, &[1, 96, 14, 14]).unwrap(), maps);
    }

    #[test]
    fn windows_mix_images_with_positions_until_they_are_put_back() {
        let cut = axes(&[
            (1, Batch),
            (8, Position),
            (8, Position),
            (7, Position),
            (7, Position),
            (96, Channel),
        ]);
        let windows = regrouped(&cut, &[64, 49, 96]).unwrap();
        assert_eq!(roles(&windows), [None, Some(Position), Some(Channel)]);
        assert_eq!(regrouped(&windows, &[1, 8, 8, 7, 7, 96]).unwrap(), cut);
    }

    #[test]
    fn flattened_maps_are_features_and_single_positions_vanish() {
        let maps = axes(&[(1, Batch), (16, Channel), (3, Position), (3, Position)]);
        assert_eq!(
            roles(&regrouped(&maps, &[1, 144]).unwrap()),
            [Some(Batch), Some(Channel)]
        );
        let pooled = axes(&[(1, Batch), (16, Channel), (1, Position), (1, Position)]);
        assert_eq!(
            roles(&regrouped(&pooled, &[1, 16]).unwrap()),
            [Some(Batch), Some(Channel)]
        );
        assert_eq!(roles(&regrouped(&pooled, &[16]).unwrap()), [None]);
    }

    #[test]
    fn sizes_that_do_not_divide_cannot_be_followed() {
        let maps = axes(&[(1, Batch), (6, Channel), (4, Position)]);
        assert_eq!(regrouped(&maps, &[1, 4, 6]), None);
        assert_eq!(regrouped(&maps, &[1, 5]), None);
        assert_eq!(regrouped(&maps, &[0, 24]), None);
        assert_eq!(regrouped(&axes(&[(1, Batch)]), &[]), None);
    }

    #[test]
    fn what_meets_weights_keeps_its_role() {
        let rows = axes(&[(1, Batch), (49, Position), (16, Channel)]);
        let bias = axes(&[(16, Neutral)]);
        assert_eq!(broadcast(&bias, &rows), rows);
        let places = axes(&[(1, Neutral), (49, Neutral), (16, Neutral)]);
        assert_eq!(broadcast(&rows, &places), rows);
        let spread = axes(&[(7, Neutral), (49, Neutral), (16, Neutral)]);
        assert_eq!(roles(&broadcast(&rows, &spread))[0], None);
    }
}
