//! What the embedded runtime takes otherwise than the standard has it: settings that are left out
//! are written in, and operators that it is known to compute wrongly are refused.

use std::collections::HashMap;

use crate::features::onnx::{Axis, Known, Node, Numbers, put_attribute};

type Values<'v> = HashMap<&'v str, Known>;

/// Why a node must not be run by the embedded runtime; `None` where nothing is known against it.
pub(super) fn fault(node: &Node, known: &Values, opset: u64) -> Option<String> {
    let mut nodes = node.bodies().flat_map(|body| body.nodes);
    if let Some(inner) = nodes.find_map(|inner| fault(&inner, known, opset)) {
        return Some(inner);
    }
    let why = wrong(node, known, opset)?;
    Some(format!("it computes {} wrongly {why}", node.op))
}

fn wrong(node: &Node, _known: &Values, _opset: u64) -> Option<&'static str> {
    match node.op {
        "ConvInteger" if has_padding(node) => Some("with padding"),
        // Behind DynamicQuantizeLinear it differs from ONNX Runtime by up to 2.6 in 1,000.
        "ConvInteger" => Some("from the third digit on"),
        _ => None,
    }
}

fn has_padding(node: &Node) -> bool {
    let pads = node.ints("pads").unwrap_or_default();
    let is_automatic = node
        .word("auto_pad")
        .is_some_and(|word| word.starts_with("SAME"));
    is_automatic || pads.iter().any(|&pad| pad != 0)
}

/// Writes settings of convolutions and pools that the standard lets be left out, and that the
/// runtime would take for lists of no numbers.
pub(super) fn complete(node: &Node, known: &Values, message: &mut Vec<u8>) {
    let weights = match node.op {
        "Conv" | "ConvInteger" | "ConvTranspose" => 1,
        "MaxPool" | "AveragePool" => usize::MAX,
        _ => return,
    };
    let kernel: Option<Vec<i64>> = node.ints("kernel_shape").or_else(|| {
        let axes = known.get(node.inputs.get(weights)?)?.axes.as_ref()?;
        axes.get(2..)?
            .iter()
            .map(|axis: &Axis| i64::try_from(axis.size()?).ok())
            .collect()
    });
    let Some(kernel) = kernel else { return };
    let mut put = |name: &str, values: &[i64]| {
        if !node.has(name) {
            put_attribute(message, name, values, Numbers::List);
        }
    };
    put("kernel_shape", &kernel);
    put("strides", &vec![1; kernel.len()]);
    if weights == 1 {
        put("dilations", &vec![1; kernel.len()]);
    }
}
