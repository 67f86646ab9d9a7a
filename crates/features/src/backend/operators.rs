//! What the embedded runtime takes otherwise than the standard has it: settings that are left out
//! are written in, and operators that it is known to compute wrongly are refused.

use crate::onnx::{Axis, ElementType, Known, Node, Numbers, Values, put_attribute};

/// Why a node must not be run by the embedded runtime; `None` where nothing is known against it.
pub(super) fn fault(node: &Node, known: &Values, opset: u64) -> Option<String> {
    let why = wrong(node, known, opset).filter(|_| node.is_standard())?;
    Some(format!("it computes {} wrongly {why}", node.op))
}

/// Found by ONNX's own backend tests (`standard.rs`) and by networks of others.
fn wrong(node: &Node, known: &Values, opset: u64) -> Option<&'static str> {
    let input = |index: usize| known.get(*node.inputs.get(index)?);
    let rank = |index| Some(input(index)?.axes.as_ref()?.len());
    let is_bool = || input(0).is_some_and(|known| known.element == Some(ElementType::BOOL));
    let makes_bool = || node.int("to") == Some(ElementType::BOOL.0 as i64);
    match node.op {
        "ConvInteger" if has_padding(node) => Some("with padding"),
        // Behind DynamicQuantizeLinear it differs from ONNX Runtime by up to 2.6 in 1,000.
        "ConvInteger" => Some("from the third digit on"),
        "Conv" | "ConvTranspose" | "AveragePool" | "MaxPool"
            if node.word("auto_pad") == Some("SAME_LOWER") =>
        {
            Some("with auto_pad SAME_LOWER")
        }
        // It takes the last of equal values, and the standard the first.
        "ArgMax" => Some("where values are equal"),
        "Cast" if makes_bool() && !is_bool() => Some("to truth values"),
        "MatMul" if rank(1) == Some(1) && rank(0) != Some(1) => Some("with a vector"),
        // Its sums of two products of bytes end at 32,767 on processors without VNNI.
        "MatMulInteger" => Some("where products are large"),
        "ReduceMax" | "ReduceMin" if is_bool() => Some("of truth values"),
        "Resize" if node.word("mode") == Some("cubic") => Some("with cubic interpolation"),
        "Sign" => Some("of zero"),
        // Until then all axes from the given one on were one.
        "Softmax" | "LogSoftmax" if opset < OPSET_OF_ONE_AXIS && !ends_in(node, input(0)) => {
            Some("over several axes, as it was before ONNX's version 13")
        }
        _ => None,
    }
}

/// First version of ONNX's operators in which Softmax is over one axis.
const OPSET_OF_ONE_AXIS: u64 = 13;

/// Whether nothing but places of size 1 comes after a node's axis.
fn ends_in(node: &Node, input: Option<&Known>) -> bool {
    let axis = node.int("axis").unwrap_or(1);
    let Some(axes) = input.and_then(|known| known.axes.as_ref()) else {
        return axis == -1;
    };
    let at = if axis < 0 {
        axis + axes.len() as i64
    } else {
        axis
    };
    let after = usize::try_from(at).ok().and_then(|at| axes.get(at + 1..));
    after.is_some_and(|after| after.iter().all(|axis| axis.size() == Some(1)))
}

fn has_padding(node: &Node) -> bool {
    let pads = node.ints("pads").unwrap_or_default();
    let is_automatic = node
        .word("auto_pad")
        .is_some_and(|word| word.starts_with("SAME"));
    is_automatic || pads.iter().any(|&pad| pad != 0)
}

/// Whether a Dropout drops anything.
fn trains(node: &Node, known: &Values) -> bool {
    let mode = node.inputs.get(2).filter(|mode| !mode.is_empty());
    let numbers = |mode: &&str| known.get(*mode)?.numbers.clone();
    let has_mask = node.outputs.get(1).is_some_and(|mask| !mask.is_empty());
    has_mask || mode.is_some_and(|mode| numbers(mode) != Some(vec![0.0]))
}

/// Writes settings of convolutions and pools that the standard lets be left out, and that the
/// runtime would take for others, and what a Dropout is that drops nothing.
pub(super) fn complete(node: &Node, known: &Values, opset: u64, message: &mut Vec<u8>) {
    let is_softmax = matches!(node.op, "Softmax" | "LogSoftmax") && opset < OPSET_OF_ONE_AXIS;
    if is_softmax && !node.has("axis") {
        put_attribute(message, "axis", &[1], Numbers::One);
    }
    if node.op == "Dropout" && !trains(node, known) {
        *message = node.as_identity();
        return;
    }
    let weights = match node.op {
        "Conv" | "ConvInteger" | "ConvTranspose" => 1,
        "MaxPool" | "AveragePool" => usize::MAX,
        _ => return,
    };
    let kernel: Option<Vec<i64>> = node.ints("kernel_shape").or_else(|| {
        let axes = known.get(*node.inputs.get(weights)?)?.axes.as_ref()?;
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
