//! The little of the ONNX format that is needed to list a network's layers and to cut it.
//!
//! An ONNX file is a Protocol Buffers message. Only the fields named below are read; all others
//! are carried over byte for byte. Numbers of fields are from onnx.proto3 of ONNX 1.18.

use std::collections::{HashMap, HashSet};

mod wire;

pub(super) use wire::Malformed;
use wire::{Field, Fields, Value, put_message, put_text};

/// Messages may nest; a file that nests deeper than this is not a network that anybody trained.
const MAX_DEPTH: u32 = 16;

/// What an ONNX file says of itself, borrowed from its bytes.
#[derive(Debug, Default)]
pub(super) struct Onnx<'a> {
    /// Fields of the outer message that are not the graph.
    rest: Vec<Field<'a>>,
    pub(super) metadata: HashMap<&'a str, &'a str>,
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) inputs: Vec<ValueInfo<'a>>,
    /// Declared outputs and inner values, where the file describes them.
    values: HashMap<&'a str, ValueInfo<'a>>,
    initializers: Vec<(&'a str, &'a [u8])>,
    sparse_initializers: Vec<&'a [u8]>,
    graph_name: &'a str,
    /// Whether some weights lie in another file.
    pub(super) has_external_weights: bool,
}

/// One operation of the graph.
#[derive(Debug, Default)]
pub(super) struct Node<'a> {
    raw: &'a [u8],
    pub(super) name: &'a str,
    pub(super) op: &'a str,
    pub(super) inputs: Vec<&'a str>,
    pub(super) outputs: Vec<&'a str>,
    /// Values that the bodies of loops and branches take from the graph around them.
    captured: Vec<&'a str>,
}

/// Name, element type and shape of a value.
#[derive(Debug, Default, Clone)]
pub(super) struct ValueInfo<'a> {
    raw: &'a [u8],
    pub(super) name: &'a str,
    /// ONNX's number of the element type; 1 is float32.
    pub(super) element_type: Option<u64>,
    /// `None` in it for a free axis.
    pub(super) shape: Option<Vec<Option<usize>>>,
}

/// ONNX's number of float32.
pub(super) const FLOAT32: u64 = 1;

impl<'a> Onnx<'a> {
    /// Reads a file's bytes.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut onnx = Self::default();
        for field in Fields::new(bytes) {
            let field = field?;
            match (field.number, field.value) {
                (7, Value::Bytes(graph)) => onnx.read_graph(graph)?,
                (14, Value::Bytes(entry)) => {
                    let (key, value) = read_entry(entry)?;
                    onnx.metadata.insert(key, value);
                    onnx.rest.push(field);
                }
                _ => onnx.rest.push(field),
            }
        }
        // In old files the weights are among the inputs, too.
        let weights: HashSet<&str> = onnx.initializers.iter().map(|(name, _)| *name).collect();
        onnx.inputs.retain(|input| !weights.contains(input.name));
        Ok(onnx)
    }

    fn read_graph(&mut self, graph: &'a [u8]) -> Result<(), Malformed> {
        for field in Fields::new(graph) {
            let field = field?;
            match (field.number, field.value) {
                (1, Value::Bytes(raw)) => self.nodes.push(read_node(raw)?),
                (2, value) => self.graph_name = value.text()?,
                (5, Value::Bytes(raw)) => {
                    let (name, external) = read_tensor(raw)?;
                    self.has_external_weights |= external;
                    self.initializers.push((name, raw));
                }
                (11, Value::Bytes(raw)) => self.inputs.push(read_value_info(raw)?),
                (12 | 13, Value::Bytes(raw)) => {
                    let info = read_value_info(raw)?;
                    self.values.insert(info.name, info);
                }
                (15, Value::Bytes(raw)) => self.sparse_initializers.push(raw),
                _ => {}
            }
        }
        Ok(())
    }

    /// What the file says of a value, if anything.
    pub(super) fn value(&self, name: &str) -> Option<&ValueInfo<'a>> {
        self.values.get(name)
    }

    /// Names of all values that depend on the graph's inputs.
    pub(super) fn reached_from_inputs(&self) -> HashSet<&'a str> {
        let mut reached: HashSet<&str> = self.inputs.iter().map(|input| input.name).collect();
        // Nodes are in topological order, as the format demands.
        for node in &self.nodes {
            if node.needs().any(|name| reached.contains(name)) {
                reached.extend(node.outputs.iter().filter(|name| !name.is_empty()));
            }
        }
        reached
    }

    /// The network that ends in the given values: nodes and weights that do not lead to them are
    /// left out, everything else is as it was.
    pub(super) fn cut_after(&self, outputs: &[&str]) -> Vec<u8> {
        let mut needed: HashSet<&str> = outputs.iter().copied().collect();
        let mut kept: Vec<&Node> = Vec::new();
        for node in self.nodes.iter().rev() {
            if node.outputs.iter().any(|name| needed.contains(name)) {
                needed.extend(node.needs());
                kept.push(node);
            }
        }
        let mut graph = Vec::new();
        for node in kept.into_iter().rev() {
            put_message(&mut graph, 1, node.raw);
        }
        put_text(&mut graph, 2, self.graph_name);
        for (_, raw) in self
            .initializers
            .iter()
            .filter(|(name, _)| needed.contains(name))
        {
            put_message(&mut graph, 5, raw);
        }
        for raw in &self.sparse_initializers {
            put_message(&mut graph, 15, raw);
        }
        for input in self
            .inputs
            .iter()
            .filter(|input| needed.contains(input.name))
        {
            put_message(&mut graph, 11, input.raw);
        }
        for output in outputs {
            // A name is enough: runtimes infer the type, which need not be known here.
            let mut info = Vec::new();
            put_text(&mut info, 1, output);
            put_message(&mut graph, 12, &info);
        }
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

impl<'a> Node<'a> {
    /// Every value that must exist before this node runs.
    fn needs(&self) -> impl Iterator<Item = &'a str> {
        self.inputs
            .iter()
            .chain(&self.captured)
            .copied()
            .filter(|name| !name.is_empty())
    }
}

fn read_entry(entry: &[u8]) -> Result<(&str, &str), Malformed> {
    let (mut key, mut text) = ("", "");
    for field in Fields::new(entry) {
        let field = field?;
        match field.number {
            1 => key = field.value.text()?,
            2 => text = field.value.text()?,
            _ => {}
        }
    }
    Ok((key, text))
}

fn read_node(raw: &[u8]) -> Result<Node<'_>, Malformed> {
    let mut node = Node {
        raw,
        ..Node::default()
    };
    for field in Fields::new(raw) {
        let field = field?;
        match (field.number, field.value) {
            (1, value) => node.inputs.push(value.text()?),
            (2, value) => node.outputs.push(value.text()?),
            (3, value) => node.name = value.text()?,
            (4, value) => node.op = value.text()?,
            (5, Value::Bytes(attribute)) => capture(attribute, MAX_DEPTH, &mut node.captured)?,
            _ => {}
        }
    }
    Ok(node)
}

/// Collects the inputs of all nodes in the graphs that an attribute holds. Names that are local
/// to those graphs are collected, too; outside of them they match nothing.
fn capture<'a>(attribute: &'a [u8], depth: u32, names: &mut Vec<&'a str>) -> Result<(), Malformed> {
    let depth = depth.checked_sub(1).ok_or(Malformed)?;
    for field in Fields::new(attribute) {
        let field = field?;
        let (6 | 11, Value::Bytes(graph)) = (field.number, field.value) else {
            continue;
        };
        for field in Fields::new(graph) {
            let field = field?;
            match (field.number, field.value) {
                (1, Value::Bytes(node)) => capture_node(node, depth, names)?,
                // A body may hand on an outer value without any node.
                (12, Value::Bytes(output)) => names.push(read_value_info(output)?.name),
                _ => {}
            }
        }
    }
    Ok(())
}

fn capture_node<'a>(node: &'a [u8], depth: u32, names: &mut Vec<&'a str>) -> Result<(), Malformed> {
    for field in Fields::new(node) {
        let field = field?;
        match (field.number, field.value) {
            (1, value) => names.push(value.text()?),
            (5, Value::Bytes(attribute)) => capture(attribute, depth, names)?,
            _ => {}
        }
    }
    Ok(())
}

/// Name of a `TensorProto`, and whether its values lie in another file.
fn read_tensor(raw: &[u8]) -> Result<(&str, bool), Malformed> {
    let (mut name, mut external) = ("", false);
    for field in Fields::new(raw) {
        let field = field?;
        match (field.number, field.value) {
            (8, value) => name = value.text()?,
            (14, Value::Number(location)) => external = location == 1,
            _ => {}
        }
    }
    Ok((name, external))
}

fn read_value_info(raw: &[u8]) -> Result<ValueInfo<'_>, Malformed> {
    let mut info = ValueInfo {
        raw,
        ..ValueInfo::default()
    };
    for field in Fields::new(raw) {
        let field = field?;
        match (field.number, field.value) {
            (1, value) => info.name = value.text()?,
            (2, Value::Bytes(of_type)) => read_type(of_type, &mut info)?,
            _ => {}
        }
    }
    Ok(info)
}

fn read_type(of_type: &[u8], info: &mut ValueInfo<'_>) -> Result<(), Malformed> {
    for field in Fields::new(of_type) {
        let field = field?;
        let (1, Value::Bytes(tensor)) = (field.number, field.value) else {
            continue;
        };
        for field in Fields::new(tensor) {
            let field = field?;
            match (field.number, field.value) {
                (1, Value::Number(number)) => info.element_type = Some(number),
                (2, Value::Bytes(shape)) => info.shape = Some(read_shape(shape)?),
                _ => {}
            }
        }
    }
    Ok(())
}

fn read_shape(shape: &[u8]) -> Result<Vec<Option<usize>>, Malformed> {
    let mut axes = Vec::new();
    for field in Fields::new(shape) {
        let field = field?;
        let (1, Value::Bytes(axis)) = (field.number, field.value) else {
            continue;
        };
        let mut size = None;
        for field in Fields::new(axis) {
            if let Field {
                number: 1,
                value: Value::Number(number),
                ..
            } = field?
            {
                // Exporters write 0 or -1 for an axis that is free.
                size = u32::try_from(number)
                    .ok()
                    .filter(|&n| n > 0)
                    .map(|n| n as usize);
            }
        }
        axes.push(size);
    }
    Ok(axes)
}
