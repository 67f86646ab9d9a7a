//! What gives away how a network's images were prepared, where nobody says it: a normalisation that the network
//! begins with, and names that libraries give to their layers.

use super::super::onnx::{Node, Onnx, ValueInfo};
use super::super::preprocess::{Description, Preset};
use super::input;

/// Nodes that are looked at behind the input.
const MAX_STEPS: usize = 12;
/// Normalised levels lie within this, and spread over at least a tenth of it.
const NORMAL: f64 = 8.0;
/// A mean above it is one of levels from 0 to 255.
const LARGE_MEAN: f64 = 20.0;

/// Something that gives the preprocessing away.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sign {
    /// The network normalises levels up to `top` by itself.
    Inside { ops: String, top: f64 },
    /// Names as a library gives them.
    Names {
        library: &'static str,
        preset: &'static str,
        others: &'static str,
    },
}

/// Names in a network, the library that gives them, its preset, and what it could as well be.
type Family = (
    &'static [&'static str],
    &'static str,
    &'static str,
    &'static str,
);

/// The more special first; the words are parts of names of weights and nodes.
const FAMILIES: &[Family] = &[
    (
        &[
            "visual.class_embedding",
            "ln_pre",
            "attnpool",
            "pre_layrnorm",
        ],
        "CLIP's",
        "clip",
        "imagenet or raw",
    ),
    (
        &[
            "vision_model.head.probe",
            "attn_pool.latent",
            "vision_model.post_layernorm",
        ],
        "SigLIP's",
        "keras-tf",
        "clip or imagenet",
    ),
    (
        &["block5_conv3", "block4_conv2", "conv5_block3_1_conv"],
        "those of Keras's VGG and ResNet",
        "keras-vgg16",
        "keras-scale, keras-tf or raw",
    ),
    (
        &["conv5_block16_concat", "conv5_block16_2_conv"],
        "those of Keras's DenseNet",
        "imagenet",
        "keras-scale or raw",
    ),
    (
        &[
            "block14_sepconv",
            "expanded_conv",
            "conv_dw_13",
            "conv_pw_13",
            "mixed10",
        ],
        "those of Keras's MobileNet, Inception and Xception",
        "keras-tf",
        "keras-scale or raw",
    ),
    (
        &[
            "patch_embed.proj",
            "patch_embed/proj",
            "patch_embeddings.projection",
            "conv_proj",
            "cls_token",
        ],
        "those of vision transformers",
        "imagenet",
        "keras-tf (mean and std 0.5, as many transformers of timm have it) or clip",
    ),
    (
        &[
            "layer1.0",
            "layer4.",
            "features.0.0",
            "features.0.weight",
            "features.denseblock1",
            "denseblock1",
            "stages.0",
            "stages_0",
            "blocks.0.0",
            "conv_stem",
            "features/denseblock",
        ],
        "those of torchvision and timm",
        "imagenet",
        "unit, raw or clip",
    ),
];

/// Looks at a network.
pub(super) fn of(onnx: &Onnx, image: &ValueInfo) -> Option<Sign> {
    inside(onnx, image).or_else(|| by_name(onnx, image))
}

impl Sign {
    /// What is then done.
    pub(super) fn description(&self) -> Description {
        match self {
            Self::Inside { top, .. } => Description {
                range: Some([0.0, *top]),
                ..Description::default()
            },
            Self::Names { preset, .. } => {
                let described = Preset::of(preset).and_then(|preset| preset.describe().ok());
                described.unwrap_or_default()
            }
        }
    }

    pub(super) fn origin(&self) -> String {
        match self {
            Self::Inside { .. } => "the normalisation that the network begins with".to_owned(),
            Self::Names { preset, .. } => {
                format!("the names of its layers, which are as those of the preset {preset}")
            }
        }
    }

    pub(super) fn is_guess(&self) -> bool {
        matches!(self, Self::Names { .. })
    }

    /// What had to be assumed; `size` is in words.
    pub(super) fn sentence(&self, size: &str) -> String {
        match self {
            Self::Inside { ops, top } => format!(
                "The network normalises its images by itself ({ops}), so levels from 0 to {top} are given to \
                 it, {size}; --preprocessing says it otherwise."
            ),
            Self::Names {
                library,
                preset,
                others,
            } => format!(
                "The model does not say how its images were prepared; the names of its layers are {library}, so \
                 the preset {preset} is taken, {size}; it could as well be {others}, which moves features \
                 more than a disease does: --preprocessing says what it is."
            ),
        }
    }
}

/// The normalisation at the start of a network.
fn inside(onnx: &Onnx, image: &ValueInfo) -> Option<Sign> {
    let known = onnx.infer(&[]);
    let numbers = |name: &str| {
        let numbers = known.get(name)?.numbers.as_ref()?;
        (!numbers.is_empty() && numbers.len() <= 3).then(|| numbers.clone())
    };
    let mut at = image.name;
    let mut steps: Vec<String> = Vec::new();
    // What black and white become of levels from 0 to 1 and from 0 to 255.
    let mut scales = [1.0, 255.0].map(|top| [vec![0.0; 3], vec![top; 3]]);
    for _ in 0..MAX_STEPS {
        let Some(node) = input::only_reader(onnx, at) else {
            break;
        };
        let output = *node.outputs.first()?;
        match node.op {
            "Identity" | "Cast" | "Transpose" | "Unsqueeze" | "Resize" | "Pad" => at = output,
            "Sub" | "Add" | "Mul" | "Div" => {
                let is_first = node.inputs.first() == Some(&at);
                let other = node.inputs.get(usize::from(is_first))?;
                let Some(numbers) = numbers(other) else { break };
                steps.push(step(node, &numbers));
                for values in scales.iter_mut().flatten() {
                    apply(node.op, is_first, values, &numbers);
                }
                at = output;
            }
            "BatchNormalization" => {
                let constant = |index: usize| onnx.constant(node.inputs.get(index)?);
                let (mean, variance) = (constant(3)?, constant(4)?);
                if mean.len() > 3 {
                    break;
                }
                steps.push("BatchNormalization".to_owned());
                let std: Vec<f64> = variance.iter().map(|v| v.max(0.0).sqrt() + 1e-9).collect();
                for values in scales.iter_mut().flatten() {
                    apply("Sub", true, values, &mean);
                    apply("Div", true, values, &std);
                }
                at = output;
            }
            _ => break,
        }
    }
    if steps.is_empty() {
        return None;
    }
    let is_normal = |[low, high]: &[Vec<f64>; 2]| {
        let pairs = || low.iter().zip(high);
        let lies_near = pairs().all(|(low, high)| low.abs() <= NORMAL && high.abs() <= NORMAL);
        lies_near && pairs().all(|(low, high)| (high - low).abs() >= NORMAL / 10.0 * 0.5)
    };
    let ops = steps.join(", ");
    let [of_unit, of_levels] = &scales;
    let is_offset = of_levels[0].iter().any(|black| black.abs() > LARGE_MEAN);
    match (is_normal(of_unit), is_normal(of_levels) || is_offset) {
        (true, false) => Some(Sign::Inside { ops, top: 1.0 }),
        (false, true) => Some(Sign::Inside { ops, top: 255.0 }),
        _ => None,
    }
}

fn step(node: &Node, numbers: &[f64]) -> String {
    let numbers: Vec<String> = numbers
        .iter()
        .map(|n| format!("{}", (n * 1e6).round() / 1e6))
        .collect();
    format!("{} {}", node.op, numbers.join(", "))
}

fn apply(op: &str, is_first: bool, values: &mut Vec<f64>, numbers: &[f64]) {
    if values.len() < numbers.len() {
        values.resize(numbers.len(), values[0]);
    }
    for (index, value) in values.iter_mut().enumerate() {
        let number = numbers[index % numbers.len()];
        *value = match (op, is_first) {
            ("Sub", true) => *value - number,
            ("Sub", false) => number - *value,
            ("Add", _) => *value + number,
            ("Mul", _) => *value * number,
            ("Div", true) => *value / number,
            _ => number / *value,
        };
    }
}

fn by_name(onnx: &Onnx, image: &ValueInfo) -> Option<Sign> {
    let reads = input::reads(onnx, image);
    let has = |word: &str| onnx.names().any(|name| name.contains(word));
    if reads.channels == Some(1) {
        let is_densenet = has("denseblock1");
        return is_densenet.then_some(Sign::Names {
            library: "those of torchxrayvision's DenseNet",
            preset: "torchxrayvision",
            others: "unit or raw",
        });
    }
    let mut families = FAMILIES.iter();
    let found = families.find(|(words, ..)| words.iter().any(|word| has(word)))?;
    let &(_, library, preset, others) = found;
    Some(Sign::Names {
        library,
        preset,
        others,
    })
}
