//! Cutting a network after one of its values.

use std::collections::HashSet;

use super::graph::{Graph, MAX_DEPTH};
use super::wire::{Fields, Value, put_field, put_message, put_text};
use super::{ElementType, Node, Onnx, ValueInfo, Values};

/// What the cut network gives where the layer is not float32 by itself.
const TAPPED: &str = "negatoscope.features";
/// What the cut network reads where its input is not float32 by itself.
const FED: &str = "negatoscope.image";

/// Where a network is cut, so that float32 goes in and float32 comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tap {
    /// The value that the network ends in.
    pub(crate) layer: String,
    /// Whether it is made float32.
    pub(crate) cast: bool,
    /// The input that is read.
    pub(crate) input: String,
    /// What the input holds, if that is not float32.
    pub(crate) input_type: Option<ElementType>,
}

impl Tap {
    /// Name of the cut network's output.
    pub(crate) fn output(&self) -> &str {
        if self.cast { TAPPED } else { &self.layer }
    }

    /// Name of the cut network's input.
    pub(crate) fn fed(&self) -> &str {
        if self.input_type.is_some() {
            FED
        } else {
            &self.input
        }
    }
}

/// Sees a node on its way into the cut network, with what is known of values there, and may add to
/// its message.
pub(crate) type Visit<'v> = &'v mut dyn FnMut(&Node, &Values, &mut Vec<u8>);

impl<'a> Onnx<'a> {
    /// The network that ends in the given layer: nodes and weights that do not lead to it are left
    /// out, everything else is as it was. `visit` sees each node that is kept, those in the bodies
    /// of branches and loops before the one that has them.
    pub(crate) fn cut(&self, tap: &Tap, known: &Values<'a>, visit: Visit) -> Vec<u8> {
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
            let message = self.written(kept, known, visit, MAX_DEPTH);
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

    fn written(&self, node: &Node<'a>, known: &Values<'a>, visit: Visit, depth: u32) -> Vec<u8> {
        let mut message = match depth.checked_sub(1) {
            Some(depth) if node.bodies().next().is_some() => {
                rewritten(node.raw, &[5], |attribute| {
                    rewritten(attribute, &[6, 11], |body| {
                        self.written_body(body, known, visit, depth)
                    })
                })
            }
            _ => node.raw.to_vec(),
        };
        visit(node, known, &mut message);
        message
    }

    fn written_body(&self, raw: &'a [u8], known: &Values<'a>, visit: Visit, depth: u32) -> Vec<u8> {
        let Ok(body) = Graph::read(raw) else {
            return raw.to_vec();
        };
        let mut inside = known.clone();
        self.infer_in(&body, &mut inside, depth);
        let mut nodes = body.nodes.iter();
        rewritten(raw, &[1], |raw| match nodes.next() {
            Some(node) => self.written(node, &inside, visit, depth),
            None => raw.to_vec(),
        })
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

/// A message with the messages of some of its fields written anew.
fn rewritten<'a>(
    raw: &'a [u8],
    numbers: &[u64],
    mut inner: impl FnMut(&'a [u8]) -> Vec<u8>,
) -> Vec<u8> {
    let mut message = Vec::with_capacity(raw.len() + 64);
    for field in Fields::new(raw).flatten() {
        match field.value {
            Value::Bytes(bytes) if numbers.contains(&field.number) => {
                put_message(&mut message, field.number, &inner(bytes));
            }
            _ => message.extend_from_slice(field.raw),
        }
    }
    message
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

impl Node<'_> {
    /// The message of a node that hands on this one's first input as its first output.
    pub(crate) fn as_identity(&self) -> Vec<u8> {
        let name = |names: &[&str]| names.first().copied().unwrap_or_default().to_owned();
        node("Identity", &name(&self.inputs), &name(&self.outputs))
    }
}

/// The message of a node of one input and one output, which is called as this is.
fn node(op: &str, from: &str, to: &str) -> Vec<u8> {
    let mut node = Vec::new();
    put_text(&mut node, 1, from);
    put_text(&mut node, 2, to);
    put_text(&mut node, 3, to);
    put_text(&mut node, 4, op);
    node
}

fn put_node(graph: &mut Vec<u8>, op: &str, from: &str, to: &str, element: Option<ElementType>) {
    let mut node = node(op, from, to);
    if let Some(ElementType(number)) = element {
        put_attribute(&mut node, "to", &[number as i64], Numbers::One);
    }
    put_message(graph, 1, &node);
}

/// Whether an attribute holds one number or a list.
#[derive(Clone, Copy)]
pub(crate) enum Numbers {
    One,
    List,
}

/// Appends an attribute to a node.
pub(crate) fn put_attribute(node: &mut Vec<u8>, name: &str, values: &[i64], numbers: Numbers) {
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
