//! One value inside a network, and how it is read.

use super::{ModelError, Pool};
use crate::onnx::{Axis, ElementType, Known, Role};

/// A node's output that features can be read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Name of the value, which `--layer` takes.
    pub name: String,
    /// Name of the node that computes it, which `--layer` takes, too; often the same or empty.
    pub node: String,
    /// ONNX operator, for example `Relu`.
    pub op: String,
    /// The author's block that it is in, parts with slashes between, as far as names tell; else empty.
    pub block: String,
    /// Size of each axis, `None` for a free one; `None` altogether where it does not follow.
    pub shape: Option<Vec<Option<usize>>>,
    pub(super) element: Option<ElementType>,
    axes: Option<Vec<Axis>>,
}

/// How a layer's values become one vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pooling {
    /// What each axis stands for: positions are averaged, channels are kept.
    Axes(Vec<Role>),
    /// By the number of axes: a vector, tokens `(1, T, C)`, or maps `(1, C, H, W)`.
    Usual,
}

impl Layer {
    /// What is known of a value. `batch_is_free` is whether the network takes any number of images.
    pub(super) fn new(
        (name, node, op): (&str, &str, &str),
        known: Option<&Known>,
        batch_is_free: bool,
    ) -> Self {
        let size = |axis: &Axis| {
            let is_free = batch_is_free && axis.role() == Some(Role::Batch);
            axis.size().filter(|_| !is_free)
        };
        let axes = known.and_then(|known| known.axes.clone());
        Self {
            name: name.to_owned(),
            node: node.to_owned(),
            op: op.to_owned(),
            block: String::new(),
            shape: axes.as_ref().map(|axes| axes.iter().map(size).collect()),
            element: known.and_then(|known| known.element),
            axes,
        }
    }

    pub(super) fn in_block(self, block: String) -> Self {
        Self { block, ..self }
    }

    /// Whether it is in the block of this name: all of its path, or a part of it at either end or between.
    pub(super) fn is_in(&self, asked: &str) -> bool {
        let asked = asked.trim_matches('/').replace('.', "/");
        let path = format!("/{}/", self.block);
        let of_value = format!("/{}/", self.name.replace('.', "/"));
        !asked.is_empty()
            && [path, of_value]
                .iter()
                .any(|path| path.contains(&format!("/{asked}/")))
    }

    /// The axis of positions, where there is one alone.
    pub(super) fn token_axis(&self) -> Option<usize> {
        let mut places = (self.axes.iter().flatten().enumerate())
            .filter(|(_, axis)| axis.role() == Some(Role::Position));
        let (first, _) = places.next()?;
        places.next().is_none().then_some(first)
    }

    /// Number of features that reading this layer gives, where the shape tells.
    pub fn n_features(&self) -> Option<usize> {
        let axes = self.axes.as_ref()?;
        match self.pooling(Pool::Mean).ok()?.0 {
            Pooling::Usual => match axes.as_slice() {
                [_, features] | [_, features, _, _] | [_, _, features] => features.size(),
                _ => None,
            },
            Pooling::Axes(roles) => {
                let kept = kept(&roles);
                let kept = axes.iter().zip(&roles).filter(|(_, role)| **role == kept);
                let mut sizes = kept.map(|(axis, _)| axis.size());
                sizes.try_fold(1_usize, |n, size| n.checked_mul(size?))
            }
        }
    }

    /// The shape as text, for example `(n, 64)`, with `?` for what is not known.
    pub fn shape_text(&self) -> String {
        shape_text(self.shape.as_deref())
    }

    /// Whether it holds numbers that features can be made of, as far as is known.
    pub(super) fn is_float(&self) -> bool {
        self.other_content().is_none()
    }

    /// What it is known to hold, if that is no floating-point numbers.
    fn other_content(&self) -> Option<String> {
        let is_sequence = match self.op.as_str() {
            "SplitToSequence" => true,
            "SequenceAt" | "SequenceLength" => false,
            op => op.starts_with("Sequence"),
        };
        if is_sequence {
            return Some("a sequence of tensors".to_owned());
        }
        let element = self.element.filter(|element| !element.is_float())?;
        Some(element.to_string())
    }

    /// What is said of a layer whose values are made float32; `None` where they are.
    pub(super) fn cast_text(&self) -> Option<String> {
        let element = self
            .element
            .filter(|&element| element != ElementType::FLOAT32)?;
        let name = &self.name;
        Some(format!(
            "The layer {name} holds {element}, which is read as float32."
        ))
    }

    /// How the layer becomes a vector, and what of that is assumed.
    ///
    /// # Errors
    /// When it is known to hold no floating-point numbers, to have no axis of images, or to have a
    /// shape that no vector can be made of.
    pub(super) fn pooling(&self, pool: Pool) -> Result<(Pooling, Option<String>), ModelError> {
        if let Some(element) = self.other_content() {
            let name = self.name.clone();
            return Err(ModelError::LayerType { name, element });
        }
        let Some(axes) = &self.axes else {
            let how = "as (n, features), (n, tokens, features) or (n, channels, rows, columns)";
            return Ok((Pooling::Usual, Some(self.guess(how, pool))));
        };
        // One row of one image is a vector, whatever its axes were.
        if axes.len() == 2 && axes[0].size() == Some(1) && pool != Pool::Cls {
            return Ok((Pooling::Usual, None));
        }
        let roles: Option<Vec<Role>> = axes.iter().map(Axis::role).collect();
        let Some(mut roles) = roles else {
            return Err(self.without_batch("has images and positions in one axis"));
        };
        for (role, axis) in roles.iter_mut().zip(axes) {
            if *role == Role::Neutral {
                // The mean over one place is what is there.
                let is_one = axis.size() == Some(1);
                *role = if is_one {
                    Role::Position
                } else {
                    Role::Unknown
                };
            }
        }
        if roles.contains(&Role::Unknown) {
            return self.usual(axes, pool);
        }
        if !roles.contains(&Role::Batch) {
            return Err(self.without_batch("has no axis of images"));
        }
        if pool == Pool::Cls && self.token_axis().is_none() {
            return Err(ModelError::NoTokens {
                name: self.name.clone(),
                shape: self.shape_text(),
            });
        }
        Ok(self.by_axes(axes, roles, pool))
    }

    fn by_axes(&self, axes: &[Axis], roles: Vec<Role>, pool: Pool) -> (Pooling, Option<String>) {
        let name = &self.name;
        let places = axes
            .iter()
            .zip(&roles)
            .filter(|(_, role)| **role == Role::Position);
        let n_places = places
            .map(|(axis, _)| axis.size())
            .try_fold(1_usize, |n, size| n.checked_mul(size?));
        let said = if kept(&roles) == Role::Position {
            Some(format!(
                "The layer {name} has positions and no channels, so each position is a feature."
            ))
        } else if n_places == Some(1) {
            None
        } else {
            let shape = self.shape_text();
            let n = n_places.map_or(String::new(), |n| format!("{n} "));
            let what = match pool {
                Pool::Mean => format!("the mean over its {n}positions in the image"),
                Pool::Max => format!("the largest of its {n}positions in the image"),
                Pool::Cls => "that of the first token, which stands for the whole image".to_owned(),
            };
            Some(format!(
                "The layer {name} is {shape}: each feature is {what}."
            ))
        };
        (Pooling::Axes(roles), said)
    }

    /// By the number of axes, where what they stand for cannot be followed.
    fn usual(&self, axes: &[Axis], pool: Pool) -> Result<(Pooling, Option<String>), ModelError> {
        let how = match axes.len() {
            2 => "as (n, features)",
            3 => "as (n, tokens, features)",
            4 => "as (n, channels, rows, columns)",
            _ => {
                return Err(ModelError::LayerShape {
                    name: self.name.clone(),
                    shape: self.shape_text(),
                });
            }
        };
        let is_one = |size| size == 1;
        let is_batch = axes[0].role() == Some(Role::Batch);
        if !is_batch && !axes[0].size().is_none_or(is_one) {
            return Err(self.without_batch("has no axis of images in front"));
        }
        // Of a vector nothing is averaged, so nothing is assumed.
        if pool == Pool::Cls && axes.len() != 3 {
            return Err(ModelError::NoTokens {
                name: self.name.clone(),
                shape: self.shape_text(),
            });
        }
        let said = (axes.len() > 2).then(|| self.guess(how, pool));
        Ok((Pooling::Usual, said))
    }

    fn guess(&self, how: &str, pool: Pool) -> String {
        let what = match pool {
            Pool::Mean => "means over all but those",
            Pool::Max => "the largest values over all but those",
            Pool::Cls => "those of the first token",
        };
        format!(
            "What the axes of the layer {} stand for does not follow from the operators before it, \
             so it is read {how}, and features are {what}.",
            self.name
        )
    }

    fn without_batch(&self, what: &'static str) -> ModelError {
        ModelError::LayerBatch {
            name: self.name.clone(),
            shape: self.shape_text(),
            what,
        }
    }
}

/// What is kept of a layer: its channels or, where it has none, its positions.
pub(crate) fn kept(roles: &[Role]) -> Role {
    if roles.contains(&Role::Channel) {
        Role::Channel
    } else {
        Role::Position
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
