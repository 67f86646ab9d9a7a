//! What a network reads: which of its inputs, and how images are prepared for it.

use super::super::onnx::{Axis, ElementType, Known, Onnx, Role, ValueInfo};
use super::super::preprocess::{Layout, Preprocessing};
use super::{Assumed, ModelError, layer};

/// Side that is assumed where neither the metadata nor the input's shape tells one, in pixels.
const USUAL_SIDE: usize = 224;

/// First version of ONNX's operators that has `Round`, with which whole numbers are made.
const OPSET_WITH_ROUND: u64 = 11;

/// The one input that a layer depends on.
pub(super) fn only<'o, 'a>(
    onnx: &'o Onnx<'a>,
    layer: &str,
) -> Result<&'o ValueInfo<'a>, ModelError> {
    match onnx.inputs_of(layer).as_slice() {
        [input] => Ok(input),
        inputs => Err(ModelError::Inputs {
            names: inputs.iter().map(|input| input.name.to_owned()).collect(),
        }),
    }
}

/// What the file says of how images are prepared, else what is assumed.
pub(super) fn preprocessing(
    onnx: &Onnx,
    input: &ValueInfo,
    assumed: &mut Vec<Assumed>,
) -> Result<Preprocessing, ModelError> {
    match onnx.metadata.get("negatoscope.preprocessing") {
        Some(json) => Ok(Preprocessing::from_json(json)?),
        None => inferred(input, assumed),
    }
}

/// The preprocessing of a network that says nothing but the shape of its input.
fn inferred(input: &ValueInfo, assumed: &mut Vec<Assumed>) -> Result<Preprocessing, ModelError> {
    let image_channels = |axis: Option<usize>| axis.filter(|&n| n == 1 || n == 3);
    let shape = input.shape.as_deref().unwrap_or_default();
    let (channels, height, width, layout) = match *shape {
        [_, c, h, w] if image_channels(c).is_some() => (c, h, w, Layout::Nchw),
        [_, h, w, c] if image_channels(c).is_some() => (c, h, w, Layout::Nhwc),
        _ => {
            return Err(ModelError::NotAnImage {
                shape: layer::shape_text(input.shape.as_deref()),
            });
        }
    };
    let side = |axis: Option<usize>| axis.unwrap_or(USUAL_SIDE) as u32;
    let mut spec = Preprocessing::plain(
        side(width),
        side(height),
        channels.unwrap_or(1) as u32,
        layout,
    );
    let is_whole = whole_numbers(input).is_some();
    if is_whole {
        spec.scale = 1.0;
    }
    let size_guessed = width.is_none() || height.is_none();
    assumed.push(Assumed {
        topic: "preprocessing",
        text: format!(
            "The model does not say how its images were prepared, so levels from 0 to {} without \
             equalisation are assumed, {} × {} pixels{}; store negatoscope.preprocessing in its \
             metadata if it was trained otherwise.",
            if is_whole { 255 } else { 1 },
            spec.width,
            spec.height,
            if size_guessed { " (a guess)" } else { "" },
        ),
    });
    Ok(spec)
}

fn whole_numbers(input: &ValueInfo) -> Option<(f64, f64)> {
    input.element.and_then(ElementType::whole_numbers)
}

/// Compares what the images will be with what the network reads.
pub(super) fn check(
    onnx: &Onnx,
    input: &ValueInfo,
    spec: &Preprocessing,
) -> Result<(), ModelError> {
    check_type(onnx, input, spec)?;
    let Some(shape) = &input.shape else {
        return Ok(());
    };
    if let Some(batch) = shape.first().copied().flatten().filter(|&batch| batch != 1) {
        return Err(ModelError::FixedBatch { batch });
    }
    let wanted = spec.shape();
    let fits = shape.len() == wanted.len()
        && shape
            .iter()
            .zip(wanted)
            .all(|(axis, size)| axis.is_none_or(|axis| axis == size));
    if fits {
        return Ok(());
    }
    Err(ModelError::InputShape {
        expected: layer::shape_text(Some(shape)),
        prepared: layer::shape_text(Some(&wanted.map(Some))),
    })
}

fn check_type(onnx: &Onnx, input: &ValueInfo, spec: &Preprocessing) -> Result<(), ModelError> {
    let element = input.element.unwrap_or(ElementType::FLOAT32);
    let fits = match element.whole_numbers() {
        None => element.is_float(),
        Some((least, most)) => {
            let (low, high) = range(spec);
            onnx.opset >= OPSET_WITH_ROUND && low >= least && high <= most
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

/// The least and the largest value that prepared images can have.
fn range(spec: &Preprocessing) -> (f64, f64) {
    let top = if spec.equalize {
        1.0
    } else {
        255.0 * spec.scale
    };
    let ends = spec.mean.iter().zip(&spec.std);
    let ends = ends.flat_map(|(mean, std)| [-mean / std, (top - mean) / std]);
    ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| {
        (low.min(end), high.max(end))
    })
}

/// What is known of each input of a network, for one image.
pub(super) fn known<'a>(onnx: &Onnx<'a>) -> Vec<(&'a str, Known)> {
    let inputs = onnx.graph.inputs.iter();
    inputs
        .map(|input| (input.name, known_of(onnx, input)))
        .collect()
}

fn known_of(onnx: &Onnx, input: &ValueInfo) -> Known {
    let rank = input.shape.as_ref().map_or(4, Vec::len);
    let spec = preprocessing(onnx, input, &mut Vec::new()).ok();
    let axes = match (spec.filter(|_| rank == 4), &input.shape) {
        (Some(spec), shape) => {
            let roles = match spec.layout {
                Layout::Nchw => [Role::Batch, Role::Channel, Role::Position, Role::Position],
                Layout::Nhwc => [Role::Batch, Role::Position, Role::Position, Role::Channel],
            };
            let declared = |index: usize| shape.as_ref().and_then(|shape| shape[index]);
            let axis = |(index, (size, role)): (usize, (usize, Role))| {
                Axis::new(Some(declared(index).unwrap_or(size)), role)
            };
            let sizes = spec.shape().into_iter().zip(roles);
            Some(sizes.enumerate().map(axis).collect())
        }
        (None, Some(shape)) => {
            let axis = |&size: &Option<usize>| Axis::new(size, Role::Unknown);
            Some(shape.iter().map(axis).collect())
        }
        (None, None) => None,
    };
    Known {
        element: input.element,
        axes,
        numbers: None,
    }
}
