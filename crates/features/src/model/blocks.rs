//! The blocks that a network's author made it of, as far as an exporter's names tell.

use std::collections::{HashMap, HashSet};

use super::super::onnx::{Node, Onnx};

/// The block of each node, such as `layer1/0`, empty where nothing tells.
///
/// A node's own name says it where it is a path (`/layer1/layer1.0/conv1/Conv`, `model/dense_26/Relu`); else the
/// name of its weight does (`layer1.0.conv1.weight`), and what has neither is in the block of the last
/// of what it reads.
pub(super) fn of(onnx: &Onnx) -> Vec<String> {
    let weights: HashSet<&str> = onnx.weights().collect();
    // By value, with the number of the node that computes it.
    let mut of_values: HashMap<&str, (usize, String)> = HashMap::new();
    let mut blocks = Vec::with_capacity(onnx.graph.nodes.len());
    for (number, node) in onnx.graph.nodes.iter().enumerate() {
        let read = || {
            let read = node.inputs.iter().filter_map(|name| of_values.get(name));
            read.max_by_key(|(number, _)| number)
                .map(|(_, block)| block)
        };
        let block = by_path(node.name)
            .or_else(|| by_weight(&weights, node))
            .or_else(|| read().cloned())
            .unwrap_or_default();
        for &output in &node.outputs {
            of_values.insert(output, (number, block.clone()));
        }
        blocks.push(block);
    }
    blocks
}

/// The path before the operator; a part that repeats the one before it (`layer1/layer1.0`) says only the rest.
fn by_path(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
    let (_, path) = parts.split_last()?;
    let mut block: Vec<&str> = Vec::new();
    let mut before = "";
    for part in path {
        let rest = part
            .strip_prefix(before)
            .and_then(|rest| rest.strip_prefix('.'));
        block.push(rest.filter(|_| !before.is_empty()).unwrap_or(part));
        before = part;
    }
    (!block.is_empty()).then(|| block.join("/"))
}

fn by_weight(weights: &HashSet<&str>, node: &Node) -> Option<String> {
    let weight = node.inputs.iter().find(|name| weights.contains(*name))?;
    let mut parts: Vec<&str> = weight.split(['.', '/']).collect();
    parts.pop();
    // Names that an exporter gives to what it computed itself are numbers.
    let is_told = !parts.is_empty() && !weight.contains("::") && !weight.starts_with("val_");
    is_told.then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_said_once() {
        let cases = [
            ("/layer1/layer1.0/conv1/Conv", Some("layer1/0/conv1")),
            ("model/dense_26/Relu", Some("model/dense_26")),
            (
                "/blocks/blocks.3/attn/qkv/MatMul",
                Some("blocks/3/attn/qkv"),
            ),
            ("Conv_12", None),
            ("", None),
        ];
        for (name, block) in cases {
            assert_eq!(by_path(name).as_deref(), block, "{name}");
        }
    }
}
