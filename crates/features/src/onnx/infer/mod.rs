//! Element types, axis by axis sizes, and what each axis stands for, followed from the image
//! through the operators of a network.
//!
//! Sizes alone do not tell maps with channels first from maps with channels last: 6 × 6 × 16 may be
//! either. So each axis is followed from the network's input, where its meaning is known. An image
//! is run alone, so every size is a number, and reshapes that a network computes from the shapes of
//! its values are computed here, too. What an operator does that is not known is not known after
//! it, until a convolution or the file itself tells again.

use std::cell::Cell;
use std::collections::HashMap;

mod constants;
mod folding;
mod layout;
mod parts;
mod products;
mod rules;
mod sizes;
mod value;

pub(crate) use value::{Axis, Known, Role};

use super::graph::{Graph, MAX_DEPTH};
use super::tensor::MAX_NUMBERS;
use super::{ElementType, Node, Onnx};

/// Nodes that are looked at, those of a function once for each call: functions that call functions are
/// few bytes and may be more calls than there is time for.
const MAX_VISITS: u32 = 1_000_000;

/// How much may still be looked at.
#[derive(Clone, Copy)]
struct Left<'c> {
    /// Bodies within bodies.
    depth: u32,
    visits: &'c Cell<u32>,
}

/// Knowledge by value.
pub(crate) type Values<'a> = HashMap<&'a str, Known>;

impl<'a> Onnx<'a> {
    /// What is known of each value, given what is known of the inputs.
    pub(crate) fn infer(&self, inputs: &[(&'a str, Known)]) -> Values<'a> {
        let mut values: Values = inputs.iter().cloned().collect();
        self.infer_in(&self.graph, &mut values, MAX_DEPTH);
        values
    }

    /// Adds what is known of the values of a graph, or of a body with `depth` bodies within at most.
    pub(super) fn infer_in(&self, graph: &Graph<'a>, values: &mut Values<'a>, depth: u32) {
        let visits = Cell::new(MAX_VISITS);
        let left = Left {
            depth,
            visits: &visits,
        };
        self.walk(graph, values, left);
    }

    fn walk(&self, graph: &Graph<'a>, values: &mut Values<'a>, left: Left<'_>) {
        for tensor in &graph.initializers {
            values.insert(tensor.name, Known::of_tensor(tensor));
        }
        for node in &graph.nodes {
            for (known, &name) in self
                .outputs(node, values, left)
                .into_iter()
                .zip(&node.outputs)
            {
                let told = graph.value(name);
                let known = match told {
                    Some(told) => completed(known, told.element, told.shape.as_deref()),
                    None => known,
                };
                values.insert(name, known);
            }
        }
    }

    /// What is known of a node's outputs, one for each.
    fn outputs(&self, node: &Node<'a>, values: &Values<'a>, left: Left<'_>) -> Vec<Known> {
        let Some(visits) = left.visits.get().checked_sub(1) else {
            return vec![Known::default(); node.outputs.len()];
        };
        left.visits.set(visits);
        let inputs: Vec<Known> = node
            .inputs
            .iter()
            .map(|name| values.get(name).cloned().unwrap_or_default())
            .collect();
        let mut known = self
            .inside(node, &inputs, values, left)
            .or_else(|| rules::Rule::new(node, &inputs, self.opset).outputs())
            .unwrap_or_default();
        known.resize(node.outputs.len(), Known::default());
        for value in &mut known {
            // Numbers are for shapes; what is longer is none.
            value.numbers = value
                .numbers
                .take()
                .filter(|numbers| numbers.len() <= MAX_NUMBERS);
        }
        known
    }

    /// What the bodies of a branch agree on, or what a function that the file defines gives.
    fn inside(
        &self,
        node: &Node<'a>,
        inputs: &[Known],
        values: &Values<'a>,
        left: Left<'_>,
    ) -> Option<Vec<Known>> {
        let left = Left {
            depth: left.depth.checked_sub(1)?,
            ..left
        };
        if node.is_standard() {
            return (node.op == "If").then(|| self.branches(node, values, left));
        }
        let called = |name, domain| name == node.op && domain == node.domain;
        let mut functions = self.functions.iter();
        let function = functions.find(|function| called(function.name, function.domain))?;
        let names = function.inputs.iter().copied();
        let mut inner: Values = names.zip(inputs.iter().cloned()).collect();
        for node in &function.nodes {
            let known = if node.is_open() {
                Vec::new()
            } else {
                self.outputs(node, &inner, left)
            };
            inner.extend(node.outputs.iter().copied().zip(known));
        }
        let outputs = function.outputs.iter();
        Some(
            outputs
                .map(|name| inner.get(name).cloned().unwrap_or_default())
                .collect(),
        )
    }

    fn branches(&self, node: &Node<'a>, values: &Values<'a>, left: Left<'_>) -> Vec<Known> {
        let mut agreed: Option<Vec<Known>> = None;
        for body in node.bodies() {
            let mut inner = values.clone();
            self.walk(&body, &mut inner, left);
            let outputs = body.outputs.iter();
            let found: Vec<Known> = outputs
                .map(|name| inner.get(name).cloned().unwrap_or_default())
                .collect();
            agreed = Some(match agreed {
                None => found,
                Some(others) => others
                    .into_iter()
                    .zip(found)
                    .map(|(a, b)| common(a, b))
                    .collect(),
            });
        }
        agreed.unwrap_or_default()
    }
}

/// What two branches have in common.
fn common(a: Known, b: Known) -> Known {
    Known {
        element: a.element.filter(|_| a.element == b.element),
        axes: if a.axes == b.axes { a.axes } else { None },
        numbers: None,
    }
}

/// What follows from the operators, with what the file says where nothing follows.
fn completed(
    mut known: Known,
    element: Option<ElementType>,
    shape: Option<&[Option<usize>]>,
) -> Known {
    known.element = known.element.or(element);
    let Some(shape) = shape else {
        return known;
    };
    match &mut known.axes {
        None => {
            let axes = shape.iter().map(|&size| Axis::new(size, Role::Unknown));
            known.axes = Some(axes.collect());
        }
        Some(axes) if axes.len() == shape.len() => {
            for (axis, &size) in axes.iter_mut().zip(shape) {
                if axis.size().is_none() {
                    *axis = axis.resized(size);
                }
            }
        }
        Some(_) => {}
    }
    known
}

#[cfg(test)]
mod tests {
    use super::super::wire::{put_message, put_text};
    use super::*;

    fn node(op: &str, input: &str, output: &str) -> Vec<u8> {
        let mut node = Vec::new();
        for (number, text) in [(1, input), (2, output), (4, op), (7, "own")] {
            put_text(&mut node, number, text);
        }
        node
    }

    #[test]
    fn functions_that_call_functions_are_looked_into_for_so_long_and_no_longer() {
        let mut model = Vec::new();
        for depth in 0..15 {
            let mut function = Vec::new();
            for (number, text) in [
                (1, format!("f{depth}")),
                (4, "x".into()),
                (5, "y8".into()),
                (10, "own".into()),
            ] {
                put_text(&mut function, number, &text);
            }
            for call in 0..8 {
                let input = if call == 0 {
                    "x".to_owned()
                } else {
                    format!("y{call}")
                };
                let called = node(
                    &format!("f{}", depth + 1),
                    &input,
                    &format!("y{}", call + 1),
                );
                put_message(&mut function, 7, &called);
            }
            put_message(&mut model, 25, &function);
        }
        let mut graph = Vec::new();
        put_message(&mut graph, 1, &node("f0", "image", "out"));
        put_message(&mut model, 7, &graph);
        let onnx = Onnx::parse(&model).unwrap();
        let known = onnx.infer(&[("image", Known::default())]);
        assert!(known["out"].axes.is_none());
    }
}
