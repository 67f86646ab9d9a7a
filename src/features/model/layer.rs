//! One value inside a network.

use super::ModelError;

/// A node's output that features can be read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Name of the value, which `--layer` takes.
    pub name: String,
    /// Name of the node that computes it, which `--layer` takes, too; often the same or empty.
    pub node: String,
    /// ONNX operator, for example `Relu`.
    pub op: String,
    /// Size of each axis, `None` for a free one; `None` altogether where the file does not tell.
    pub shape: Option<Vec<Option<usize>>>,
}

impl Layer {
    /// Number of features that reading this layer gives, where the shape tells.
    pub fn n_features(&self) -> Option<usize> {
        match self.shape.as_deref()? {
            [_, features] | [_, features, _, _] | [_, _, features] => *features,
            _ => None,
        }
    }

    /// The shape as text, for example `(n, 64)`, with `?` for what is not known.
    pub fn shape_text(&self) -> String {
        shape_text(self.shape.as_deref())
    }

    /// Refuses shapes that are known not to work.
    pub(super) fn check(&self) -> Result<(), ModelError> {
        let fits = |shape: &Vec<Option<usize>>| {
            (2..=4).contains(&shape.len()) && shape[0].is_none_or(|batch| batch == 1)
        };
        if self.shape.as_ref().is_none_or(fits) {
            return Ok(());
        }
        Err(ModelError::LayerShape {
            name: self.name.clone(),
            shape: self.shape_text(),
        })
    }
}

pub(super) fn shape_text(shape: Option<&[Option<usize>]>) -> String {
    let Some(shape) = shape else {
        return "?".to_owned();
    };
    let axis = |(index, axis): (usize, &Option<usize>)| match (axis, index) {
        (Some(size), _) => size.to_string(),
        (None, 0) => "n".to_owned(),
        (None, _) => "?".to_owned(),
    };
    format!(
        "({})",
        shape
            .iter()
            .enumerate()
            .map(axis)
            .collect::<Vec<_>>()
            .join(", ")
    )
}
