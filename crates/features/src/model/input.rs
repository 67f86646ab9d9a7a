//! What a network reads: which of its inputs is the image, and what is known of it.

use std::collections::HashSet;

use super::super::onnx::{Axis, ElementType, Known, Node, Onnx, Role, ValueInfo};
use super::super::preprocess::{Layout, Preprocessing, Reads};
use super::{Choice, ModelError, layer};

/// First version of ONNX's operators that has `Round`, with which whole numbers are made.
const OPSET_WITH_ROUND: u64 = 11;

/// Whole numbers between black and white, at least: levels from 0 to 1 would be rounded to two.
const FEWEST_LEVELS: f64 = 32.0;

/// Images that are run at once where a network insists on it, at most.
pub(super) const MAX_BATCH: usize = 256;

/// Nodes between the image and the first convolution that are looked through.
const MAX_STEPS: usize = 12;

/// The input that is the image: the one that is asked for, the only one that the layer depends on, or the only
/// one that can be an image.
pub(super) fn image<'o, 'a>(
    onnx: &'o Onnx<'a>,
    layer: Option<&str>,
    choice: &Choice,
) -> Result<&'o ValueInfo<'a>, ModelError> {
    let inputs = &onnx.graph.inputs;
    let names = |inputs: &[&ValueInfo]| inputs.iter().map(|input| input.name.to_owned()).collect();
    if let Some(asked) = &choice.input {
        let found = inputs.iter().find(|input| input.name == asked);
        return found.ok_or_else(|| ModelError::UnknownInput {
            asked: asked.clone(),
            names: names(&inputs.iter().collect::<Vec<_>>()),
        });
    }
    if let Some(layer) = layer
        && let [input] = onnx.inputs_of(layer).as_slice()
    {
        return Ok(input);
    }
    let may_be = |input: &&ValueInfo| {
        let reads = reads(onnx, input);
        // A mean of each channel, that an exporter left open, is no image.
        let is_one = reads.width == Some(1) && reads.height == Some(1);
        reads.channels.is_some() && !is_one
    };
    let images: Vec<&ValueInfo<'a>> = inputs.iter().filter(may_be).collect();
    match (images.as_slice(), inputs.as_slice()) {
        (&[image], _) | ([], [image]) => Ok(image),
        ([], _) => Err(ModelError::Inputs {
            names: names(&inputs.iter().collect::<Vec<_>>()),
        }),
        (images, _) => Err(ModelError::SeveralImages {
            names: names(images),
        }),
    }
}

/// Refuses a layer that needs another input than the image.
pub(super) fn check_only(onnx: &Onnx, layer: &str, image: &ValueInfo) -> Result<(), ModelError> {
    match onnx.inputs_of(layer).as_slice() {
        [input] if input.name == image.name => Ok(()),
        inputs => Err(ModelError::Inputs {
            names: inputs.iter().map(|input| input.name.to_owned()).collect(),
        }),
    }
}

/// What is known of an image from the network: its input's shape and, where that leaves the channels free, the
/// first convolution.
pub(super) fn reads(onnx: &Onnx, input: &ValueInfo) -> Reads {
    let is_whole = whole_numbers(input).is_some();
    let image_channels = |axis: Option<usize>| axis.filter(|&n| n == 1 || n == 3);
    let side = |axis: Option<usize>| axis.and_then(|side| u32::try_from(side).ok());
    let free = [None; 4];
    let shape = input.shape.as_deref().unwrap_or(&free);
    let &[_, second, third, fourth] = shape else {
        return Reads {
            is_whole,
            ..Reads::default()
        };
    };
    let told = match (image_channels(second), image_channels(fourth)) {
        (Some(channels), _) => Some((channels, Layout::Nchw)),
        (None, Some(channels)) => Some((channels, Layout::Nhwc)),
        (None, None) => of_first_convolution(onnx, input).filter(|&(channels, layout)| {
            let axis = if layout == Layout::Nchw {
                second
            } else {
                fourth
            };
            axis.is_none() && (channels == 1 || channels == 3)
        }),
    };
    let Some((channels, layout)) = told else {
        return Reads {
            is_whole,
            ..Reads::default()
        };
    };
    let (height, width) = match layout {
        Layout::Nchw => (third, fourth),
        Layout::Nhwc => (second, third),
    };
    Reads {
        width: side(width),
        height: side(height),
        channels: Some(channels as u32),
        layout: Some(layout),
        is_whole,
    }
}

/// The channels that the first convolution reads, and whether they were last before it.
fn of_first_convolution(onnx: &Onnx, input: &ValueInfo) -> Option<(usize, Layout)> {
    let known = onnx.infer(&[]);
    let mut at = input.name;
    let mut layout = Layout::Nchw;
    for _ in 0..MAX_STEPS {
        let node = only_reader(onnx, at)?;
        match node.op {
            "Conv" => {
                let weights = known.get(*node.inputs.get(1)?)?.axes.as_ref()?;
                let groups = usize::try_from(node.int("group").unwrap_or(1)).ok()?;
                let channels = weights.get(1)?.size()?.checked_mul(groups)?;
                return Some((channels, layout));
            }
            "Transpose" => layout = Layout::Nhwc,
            "Identity" | "Cast" | "Sub" | "Add" | "Mul" | "Div" | "BatchNormalization" | "Pad"
            | "Clip" => {}
            _ => return None,
        }
        at = node.outputs.first()?;
    }
    None
}

/// The one node that reads a value for more than its shape.
pub(super) fn only_reader<'o, 'a>(onnx: &'o Onnx<'a>, value: &str) -> Option<&'o Node<'a>> {
    let reads = |node: &&Node| node.inputs.contains(&value) && !matches!(node.op, "Shape" | "Size");
    let mut readers = onnx.graph.nodes.iter().filter(reads);
    let first = readers.next()?;
    readers.next().is_none().then_some(first)
}

fn whole_numbers(input: &ValueInfo) -> Option<(f64, f64)> {
    input.element.and_then(ElementType::whole_numbers)
}

/// Images that the network reads at once; 1 where it is free.
pub(super) fn batch(input: &ValueInfo) -> usize {
    let first = input
        .shape
        .as_ref()
        .and_then(|shape| shape.first().copied());
    first.flatten().unwrap_or(1)
}

/// Compares what the images will be with what the network reads.
pub(super) fn check(
    onnx: &Onnx,
    input: &ValueInfo,
    spec: &Preprocessing,
    whose: &str,
) -> Result<(), ModelError> {
    check_type(onnx, input, spec)?;
    let Some(shape) = &input.shape else {
        return Ok(());
    };
    let batch = batch(input);
    if batch > MAX_BATCH {
        return Err(ModelError::FixedBatch { batch });
    }
    let mut wanted = spec.shape();
    wanted[0] = batch;
    let fits = shape.len() == wanted.len()
        && shape
            .iter()
            .zip(wanted)
            .all(|(axis, size)| axis.is_none_or(|axis| axis == size));
    if fits {
        return Ok(());
    }
    Err(ModelError::InputShape {
        whose: whose.to_owned(),
        expected: layer::shape_text(Some(shape)),
        prepared: layer::shape_text(Some(&wanted.map(Some))),
    })
}

fn check_type(onnx: &Onnx, input: &ValueInfo, spec: &Preprocessing) -> Result<(), ModelError> {
    let element = input.element.unwrap_or(ElementType::FLOAT32);
    let fits = match element.whole_numbers() {
        None => element.is_float(),
        Some((least, most)) => {
            let (low, high) = spec.range();
            let fits = low >= least && high <= most && high - low >= FEWEST_LEVELS;
            onnx.opset >= OPSET_WITH_ROUND && fits
        }
    };
    if fits {
        return Ok(());
    }
    Err(ModelError::InputType {
        name: input.name.to_owned(),
        element: element.to_string(),
    })
}

/// What is known of each input of a network, for one image prepared in this way.
pub(super) fn known<'a>(
    onnx: &Onnx<'a>,
    image: &str,
    spec: &Preprocessing,
) -> Vec<(&'a str, Known)> {
    let of = |input: &ValueInfo<'a>| match input.name == image {
        true => known_image(input, spec),
        false => known_other(input),
    };
    let inputs = onnx.graph.inputs.iter();
    inputs.map(|input| (input.name, of(input))).collect()
}

/// The same where nothing is known of images.
pub(super) fn known_alone<'a>(onnx: &Onnx<'a>) -> Vec<(&'a str, Known)> {
    let inputs = onnx.graph.inputs.iter();
    inputs
        .map(|input| (input.name, known_other(input)))
        .collect()
}

fn known_image(input: &ValueInfo, spec: &Preprocessing) -> Known {
    if input.shape.as_ref().is_some_and(|shape| shape.len() != 4) {
        return known_other(input);
    }
    let roles = match spec.layout {
        Layout::Nchw => [Role::Batch, Role::Channel, Role::Position, Role::Position],
        Layout::Nhwc => [Role::Batch, Role::Position, Role::Position, Role::Channel],
    };
    let declared = |index: usize| input.shape.as_ref().and_then(|shape| shape[index]);
    let axis = |(index, (size, role)): (usize, (usize, Role))| {
        Axis::new(Some(declared(index).unwrap_or(size)), role)
    };
    let sizes = spec.shape().into_iter().zip(roles);
    Known {
        element: input.element,
        axes: Some(sizes.enumerate().map(axis).collect()),
        numbers: None,
    }
}

fn known_other(input: &ValueInfo) -> Known {
    let axis = |&size: &Option<usize>| Axis::new(size, Role::Unknown);
    let shape = input.shape.as_ref();
    Known {
        element: input.element,
        axes: shape.map(|shape| shape.iter().map(axis).collect()),
        numbers: None,
    }
}

/// Names of all values that are computed from what is in the image, and not from its shape alone.
pub(super) fn made_of<'a>(onnx: &Onnx<'a>, image: &str) -> HashSet<&'a str> {
    let inputs = onnx.graph.inputs.iter().map(|input| input.name);
    let mut made: HashSet<&str> = inputs.filter(|name| *name == image).collect();
    for node in &onnx.graph.nodes {
        let is_shape = matches!(node.op, "Shape" | "Size");
        if !is_shape && node.needs().any(|name| made.contains(name)) {
            made.extend(node.outputs.iter().filter(|name| !name.is_empty()));
        }
    }
    made
}
