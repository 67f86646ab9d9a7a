//! The little of the ONNX format that is needed to list a network's layers, to know what they
//! hold, and to cut it.
//!
//! An ONNX file is a Protocol Buffers message. Only the fields named below are read; all others
//! are carried over byte for byte. Numbers of fields are from onnx.proto3 of ONNX 1.18.

use std::collections::{HashMap, HashSet};

mod cut;
mod external;
mod graph;
mod infer;
mod tensor;
mod wire;

pub(super) use cut::{Numbers, Tap, Visit, put_attribute};
pub(super) use external::{ExternalError, with_weights_inside};
use graph::Graph;
pub(super) use graph::{Node, ValueInfo};
pub(super) use infer::{Axis, Known, Role, Values};
pub(super) use tensor::ElementType;
#[cfg(test)]
pub(super) use tensor::Tensor;
pub(super) use wire::Malformed;

use graph::Function;
use wire::{Field, Fields, Value, read_entry};

/// What an ONNX file says of itself, borrowed from its bytes.
#[derive(Debug, Default)]
pub(super) struct Onnx<'a> {
    /// Fields of the outer message that are not the graph.
    rest: Vec<Field<'a>>,
    pub(super) metadata: HashMap<&'a str, &'a str>,
    pub(super) graph: Graph<'a>,
    functions: Vec<Function<'a>>,
    /// Version of ONNX's own operators.
    pub(super) opset: u64,
}

impl<'a> Onnx<'a> {
    /// Reads a file's bytes.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut onnx = Self::default();
        for field in Fields::new(bytes) {
            let field = field?;
            match (field.number, field.value) {
                (7, Value::Bytes(graph)) => {
                    onnx.graph = Graph::read(graph)?;
                    continue;
                }
                (8, Value::Bytes(opset)) => onnx.read_opset(opset)?,
                (14, Value::Bytes(entry)) => {
                    let (key, value) = read_entry(entry)?;
                    onnx.metadata.insert(key, value);
                }
                (25, Value::Bytes(function)) => onnx.functions.push(Function::read(function)?),
                _ => {}
            }
            onnx.rest.push(field);
        }
        Ok(onnx)
    }

    fn read_opset(&mut self, opset: &'a [u8]) -> Result<(), Malformed> {
        let (mut domain, mut version) = ("", 0);
        for field in Fields::new(opset) {
            let field = field?;
            match (field.number, field.value) {
                (1, value) => domain = value.text()?,
                (2, Value::Number(number)) => version = number,
                _ => {}
            }
        }
        if matches!(domain, "" | "ai.onnx") {
            self.opset = version;
        }
        Ok(())
    }

    /// Names of weights, nodes and values, as the exporter gave them.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        let nodes = self.graph.nodes.iter();
        let values = nodes.clone().flat_map(|node| node.outputs.iter().copied());
        self.weights()
            .chain(nodes.map(|node| node.name))
            .chain(values)
    }

    /// The values of a weight, if it is one of numbers.
    pub(super) fn constant(&self, name: &str) -> Option<Vec<f64>> {
        let mut weights = self.graph.initializers.iter();
        weights.find(|tensor| tensor.name == name)?.values()
    }

    /// Names of all weights.
    pub(super) fn weights(&self) -> impl Iterator<Item = &'a str> {
        self.graph.initializers.iter().map(|tensor| tensor.name)
    }

    /// Every value that the given one is computed from, itself among them.
    fn needed_for(&self, value: &'a str) -> HashSet<&'a str> {
        let mut needed = HashSet::from([value]);
        for node in self.graph.nodes.iter().rev() {
            if node.outputs.iter().any(|name| needed.contains(name)) {
                needed.extend(node.needs());
            }
        }
        needed
    }

    /// The inputs that a value depends on.
    pub(super) fn inputs_of(&self, value: &str) -> Vec<&ValueInfo<'a>> {
        let Some(value) = self.outputs_named(value) else {
            return Vec::new();
        };
        let needed = self.needed_for(value);
        let inputs = self.graph.inputs.iter();
        inputs.filter(|input| needed.contains(input.name)).collect()
    }

    /// Whether a value depends on an input.
    #[cfg(test)]
    pub(super) fn is_needed(&self, value: &str, input: &str) -> bool {
        self.inputs_of(value)
            .iter()
            .any(|needed| needed.name == input)
    }

    /// The nodes that a value is computed by.
    pub(super) fn nodes_of(&self, value: &str) -> Vec<&Node<'a>> {
        let Some(value) = self.outputs_named(value) else {
            return Vec::new();
        };
        let needed = self.needed_for(value);
        let leads = |node: &&Node| node.outputs.iter().any(|name| needed.contains(name));
        self.graph.nodes.iter().filter(leads).collect()
    }

    fn outputs_named(&self, value: &str) -> Option<&'a str> {
        let mut outputs = self.graph.nodes.iter().flat_map(|node| &node.outputs);
        outputs.find(|name| **name == value).copied()
    }
}

/// The network with tensors put in as weights of the given names.
#[cfg(test)]
pub(super) fn with_constants<'w>(
    model: &[u8],
    tensors: impl Iterator<Item = (&'w String, &'w Vec<u8>)>,
) -> Vec<u8> {
    let mut graph = Vec::new();
    for (name, tensor) in tensors {
        let mut tensor = tensor.clone();
        wire::put_text(&mut tensor, 8, name);
        wire::put_message(&mut graph, 5, &tensor);
    }
    let mut whole = Vec::new();
    for field in Fields::new(model).flatten() {
        match (field.number, field.value) {
            (7, Value::Bytes(own)) => wire::put_message(&mut whole, 7, &[own, &graph].concat()),
            _ => whole.extend_from_slice(field.raw),
        }
    }
    whole
}
