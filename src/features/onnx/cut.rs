//! Cutting a network after one of its values.

use std::collections::HashSet;

use super::wire::{put_field, put_message, put_text};
use super::{ElementType, Node, Onnx, ValueInfo};

/// What the cut network gives where the layer is not float32 by itself.
const TAPPED: &str = "negatoscope.features";
/// What the cut network reads where its input is not float32 by itself.
const FED: &str = "negatoscope.image";

/// Where a network is cut, so that float32 goes in and float32 comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::features) struct Tap {
    /// The value that the network ends in.
    pub(in crate::features) layer: String,
    /// Whether it is made float32.
    pub(in crate::features) cast: bool,
    /// The input that is read.
    pub(in crate::features) input: String,
    /// What the input holds, if that is not float32.
    pub(in crate::features) input_type: Option<ElementType>,
}

impl Tap {
    /// Name of the cut network's output.
    pub(in crate::features) fn output(&self) -> &str {
        if self.cast { TAPPED } else { &self.layer }
    }

    /// Name of the cut network's input.
    pub(in crate::features) fn fed(&self) -> &str {
        if self.input_type.is_some() {
            FED
        } else {
            &self.input
        }
    }
}

impl<'a> Onnx<'a> {
    /// The network that ends in the given layer: nodes and weights that do not lead to it are left
    /// out, everything else is as it was. `node` writes each node that is kept.
    pub(in crate::features) fn cut(
        &self,
        tap: &Tap,
        mut node: impl FnMut(&Node<'a>, &mut Vec<u8>),
    ) -> Vec<u8> {
        let layer = self.outputs_named(&tap.layer).unwrap_or_default();
        let needed = self.needed_for(layer);
        let mut graph = Vec::new();
        if let Some(element) = tap.input_type {
            put_feed(&mut graph, &tap.input, element);
        }
        for kept in self
            .graph
            .nodes
            .iter()
            .filter(|node| is_kept(node, &needed))
        {
            let mut message = kept.raw.to_vec();
            node(kept, &mut message);
            put_message(&mut graph, 1, &message);
        }
        if tap.cast {
            put_node(
                &mut graph,
                "Cast",
                &tap.layer,
                TAPPED,
                Some(ElementType::FLOAT32),
            );
        }
        put_text(&mut graph, 2, self.graph.name);
        let weights = self.graph.initializers.iter();
        for tensor in weights.filter(|tensor| needed.contains(tensor.name)) {
            put_message(&mut graph, 5, tensor.raw);
        }
        for raw in &self.graph.sparse_initializers {
            put_message(&mut graph, 15, raw);
        }
        let inputs = self.graph.inputs.iter();
        for input in inputs.filter(|input| needed.contains(input.name)) {
            if tap.input_type.is_some() && input.name == tap.input {
                put_message(&mut graph, 11, &float_input(input));
            } else {
                put_message(&mut graph, 11, input.raw);
            }
        }
        // A name is enough: runtimes infer the type, which need not be known here.
        let mut output = Vec::new();
        put_text(&mut output, 1, tap.output());
        put_message(&mut graph, 12, &output);
        self.with_graph(&graph)
    }

    fn with_graph(&self, graph: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(graph.len() + 4096);
        for field in &self.rest {
            bytes.extend_from_slice(field.raw);
        }
        put_message(&mut bytes, 7, graph);
        bytes
    }
}

fn is_kept(node: &Node, needed: &HashSet<&str>) -> bool {
    node.outputs.iter().any(|name| needed.contains(name))
}

/// Appends what makes the network's own input of float32; whole numbers are rounded, not cut off.
fn put_feed(graph: &mut Vec<u8>, input: &str, element: ElementType) {
    if element.is_float() {
        put_node(graph, "Cast", FED, input, Some(element));
    } else {
        let rounded = "negatoscope.rounded";
        put_node(graph, "Round", FED, rounded, None);
        put_node(graph, "Cast", rounded, input, Some(element));
    }
}

fn put_node(graph: &mut Vec<u8>, op: &str, from: &str, to: &str, element: Option<ElementType>) {
    let mut node = Vec::new();
    put_text(&mut node, 1, from);
    put_text(&mut node, 2, to);
    put_text(&mut node, 3, to);
    put_text(&mut node, 4, op);
    if let Some(ElementType(number)) = element {
        put_attribute(&mut node, "to", &[number as i64], Numbers::One);
    }
    put_message(graph, 1, &node);
}

/// Whether an attribute holds one number or a list.
#[derive(Clone, Copy)]
pub(in crate::features) enum Numbers {
    One,
    List,
}

/// Appends an attribute to a node.
pub(in crate::features) fn put_attribute(
    node: &mut Vec<u8>,
    name: &str,
    values: &[i64],
    numbers: Numbers,
) {
    let mut attribute = Vec::new();
    put_text(&mut attribute, 1, name);
    let (field, kind) = match numbers {
        Numbers::One => (3, 2),
        Numbers::List => (8, 7),
    };
    for &value in values {
        put_field(&mut attribute, field, value as u64);
    }
    put_field(&mut attribute, 20, kind);
    put_message(node, 5, &attribute);
}

/// The description of an input of the same shape that holds float32.
fn float_input(input: &ValueInfo) -> Vec<u8> {
    let mut tensor = Vec::new();
    put_field(&mut tensor, 1, ElementType::FLOAT32.0);
    if input.shape.is_some() {
        put_message(&mut tensor, 2, input.raw_shape);
    }
    let mut of_type = Vec::new();
    put_message(&mut of_type, 1, &tensor);
    let mut info = Vec::new();
    put_text(&mut info, 1, FED);
    put_message(&mut info, 2, &of_type);
    info
}
