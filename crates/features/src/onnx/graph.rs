//! Graphs and their nodes, read from the wire.

use std::collections::HashMap;

use super::tensor::{ElementType, Tensor};
use super::wire::{Fields, Malformed, Value};

/// Messages may nest; a file that nests deeper than this is not a network that anybody trained.
pub(super) const MAX_DEPTH: u32 = 16;

/// A graph: the network's own, or a body of a branch or loop.
#[derive(Debug, Default)]
pub(crate) struct Graph<'a> {
    pub(super) name: &'a str,
    pub(crate) nodes: Vec<Node<'a>>,
    pub(crate) inputs: Vec<ValueInfo<'a>>,
    pub(crate) outputs: Vec<&'a str>,
    /// Declared outputs and inner values, where the file describes them.
    values: HashMap<&'a str, ValueInfo<'a>>,
    pub(super) initializers: Vec<Tensor<'a>>,
    pub(super) sparse_initializers: Vec<&'a [u8]>,
}

/// A function that the file defines: an operator made of others.
#[derive(Debug, Default)]
pub(super) struct Function<'a> {
    pub(super) name: &'a str,
    pub(super) domain: &'a str,
    pub(super) inputs: Vec<&'a str>,
    pub(super) outputs: Vec<&'a str>,
    pub(super) nodes: Vec<Node<'a>>,
}

/// One operation of a graph.
#[derive(Debug, Default)]
pub(crate) struct Node<'a> {
    pub(super) raw: &'a [u8],
    pub(crate) name: &'a str,
    pub(crate) op: &'a str,
    pub(crate) domain: &'a str,
    pub(crate) inputs: Vec<&'a str>,
    pub(crate) outputs: Vec<&'a str>,
    attributes: Vec<Attribute<'a>>,
    /// Values that the bodies of loops and branches take from the graph around them.
    captured: Vec<&'a str>,
}

/// A setting of a node.
#[derive(Debug, Default)]
struct Attribute<'a> {
    name: &'a str,
    raw: &'a [u8],
}

/// Name, element type and shape of a value.
#[derive(Debug, Default, Clone)]
pub(crate) struct ValueInfo<'a> {
    pub(super) raw: &'a [u8],
    pub(crate) name: &'a str,
    pub(crate) element: Option<ElementType>,
    /// `None` in it for a free axis.
    pub(crate) shape: Option<Vec<Option<usize>>>,
    /// The shape as it was written.
    pub(super) raw_shape: &'a [u8],
}

impl<'a> Graph<'a> {
    pub(super) fn read(raw: &'a [u8]) -> Result<Self, Malformed> {
        let mut graph = Self::default();
        for field in Fields::new(raw) {
            let field = field?;
            match (field.number, field.value) {
                (1, Value::Bytes(raw)) => graph.nodes.push(Node::read(raw)?),
                (2, value) => graph.name = value.text()?,
                (5, Value::Bytes(raw)) => graph.initializers.push(Tensor::read(raw)?),
                (11, Value::Bytes(raw)) => graph.inputs.push(ValueInfo::read(raw)?),
                (12 | 13, Value::Bytes(raw)) => {
                    let info = ValueInfo::read(raw)?;
                    if field.number == 12 {
                        graph.outputs.push(info.name);
                    }
                    graph.values.insert(info.name, info);
                }
                (15, Value::Bytes(raw)) => graph.sparse_initializers.push(raw),
                _ => {}
            }
        }
        // In old files the weights are among the inputs, too.
        let weights: std::collections::HashSet<&str> = graph
            .initializers
            .iter()
            .map(|tensor| tensor.name)
            .collect();
        graph.inputs.retain(|input| !weights.contains(input.name));
        Ok(graph)
    }

    /// What the file says of a value, if anything.
    pub(super) fn value(&self, name: &str) -> Option<&ValueInfo<'a>> {
        self.values.get(name)
    }
}

impl<'a> Function<'a> {
    pub(super) fn read(raw: &'a [u8]) -> Result<Self, Malformed> {
        let mut function = Self::default();
        for field in Fields::new(raw) {
            let field = field?;
            match (field.number, field.value) {
                (1, value) => function.name = value.text()?,
                (4, value) => function.inputs.push(value.text()?),
                (5, value) => function.outputs.push(value.text()?),
                (7, Value::Bytes(raw)) => function.nodes.push(Node::read(raw)?),
                (10, value) => function.domain = value.text()?,
                _ => {}
            }
        }
        Ok(function)
    }
}

impl<'a> Node<'a> {
    fn read(raw: &'a [u8]) -> Result<Self, Malformed> {
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
                (5, Value::Bytes(raw)) => {
                    capture(raw, MAX_DEPTH, &mut node.captured)?;
                    node.attributes.push(Attribute::read(raw)?);
                }
                (7, value) => node.domain = value.text()?,
                _ => {}
            }
        }
        Ok(node)
    }

    /// Whether the operator is one of ONNX's own.
    pub(crate) fn is_standard(&self) -> bool {
        matches!(self.domain, "" | "ai.onnx")
    }

    /// Whether it does something to each value by itself, as an activation does.
    pub(crate) fn is_activation(&self) -> bool {
        matches!(
            self.op,
            "Relu"
                | "LeakyRelu"
                | "Elu"
                | "Selu"
                | "Celu"
                | "Sigmoid"
                | "HardSigmoid"
                | "HardSwish"
                | "Tanh"
                | "Erf"
                | "Gelu"
                | "Mish"
                | "Swish"
                | "Softplus"
                | "Softsign"
                | "Clip"
                | "Identity"
        )
    }

    /// Every value that must exist before this node runs.
    pub(crate) fn needs(&self) -> impl Iterator<Item = &'a str> {
        self.inputs
            .iter()
            .chain(&self.captured)
            .copied()
            .filter(|name| !name.is_empty())
    }

    fn attribute(&self, name: &str) -> Option<&Attribute<'a>> {
        self.attributes.iter().find(|found| found.name == name)
    }

    pub(crate) fn has(&self, attribute: &str) -> bool {
        self.attribute(attribute).is_some()
    }

    /// A whole number; `None` where it is not set.
    pub(crate) fn int(&self, attribute: &str) -> Option<i64> {
        match self.attribute(attribute)?.field(3)? {
            Value::Number(number) => Some(number as i64),
            _ => None,
        }
    }

    /// A list of whole numbers; `None` where it is not set.
    pub(crate) fn ints(&self, attribute: &str) -> Option<Vec<i64>> {
        let mut ints = Vec::new();
        for field in Fields::new(self.attribute(attribute)?.raw) {
            let field = field.ok()?;
            if field.number == 8 {
                let numbers = field.value.numbers().ok()?;
                ints.extend(numbers.into_iter().map(|number| number as i64));
            }
        }
        Some(ints)
    }

    /// A word; `None` where it is not set.
    pub(crate) fn word(&self, attribute: &str) -> Option<&'a str> {
        self.attribute(attribute)?.field(4)?.text().ok()
    }

    pub(super) fn tensor(&self, attribute: &str) -> Option<Tensor<'a>> {
        match self.attribute(attribute)?.field(5)? {
            Value::Bytes(raw) => Tensor::read(raw).ok(),
            _ => None,
        }
    }

    /// The bodies of a branch or loop.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = Graph<'a>> {
        self.attributes
            .iter()
            .filter_map(|attribute| match attribute.field(6)? {
                Value::Bytes(raw) => Graph::read(raw).ok(),
                _ => None,
            })
    }

    /// Whether a setting is left to whoever calls the function that this node is part of.
    pub(super) fn is_open(&self) -> bool {
        self.attributes
            .iter()
            .any(|attribute| attribute.field(21).is_some())
    }
}

impl<'a> Attribute<'a> {
    fn read(raw: &'a [u8]) -> Result<Self, Malformed> {
        let mut name = "";
        for field in Fields::new(raw) {
            let field = field?;
            if field.number == 1 {
                name = field.value.text()?;
            }
        }
        Ok(Self { name, raw })
    }

    fn field(&self, number: u64) -> Option<Value<'a>> {
        let fields = Fields::new(self.raw).flatten();
        let mut named = fields.filter(|field| field.number == number);
        named.next().map(|field| field.value)
    }
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
                (12, Value::Bytes(output)) => names.push(ValueInfo::read(output)?.name),
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

impl<'a> ValueInfo<'a> {
    fn read(raw: &'a [u8]) -> Result<Self, Malformed> {
        let mut info = ValueInfo {
            raw,
            ..ValueInfo::default()
        };
        for field in Fields::new(raw) {
            let field = field?;
            match (field.number, field.value) {
                (1, value) => info.name = value.text()?,
                (2, Value::Bytes(of_type)) => info.read_type(of_type)?,
                _ => {}
            }
        }
        Ok(info)
    }

    fn read_type(&mut self, of_type: &'a [u8]) -> Result<(), Malformed> {
        for field in Fields::new(of_type) {
            let field = field?;
            let (1, Value::Bytes(tensor)) = (field.number, field.value) else {
                continue;
            };
            for field in Fields::new(tensor) {
                let field = field?;
                match (field.number, field.value) {
                    (1, Value::Number(number)) if number != 0 => {
                        self.element = Some(ElementType(number));
                    }
                    (2, Value::Bytes(shape)) => {
                        self.shape = Some(read_shape(shape)?);
                        self.raw_shape = shape;
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
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
            let field = field?;
            if let (1, Value::Number(number)) = (field.number, field.value) {
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
