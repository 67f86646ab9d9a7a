//! A model as `negatoscope layers` tells of it: what it reads, how images are prepared, what it can be read at.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use crate::features::model::{self, Model, OnnxFile, Prepared};
use crate::features::preprocess::Preprocessing;
use crate::pipeline;

/// A model, and what can be read of it.
#[derive(Debug, Serialize)]
pub struct Layers {
    name: String,
    /// Of the file's bytes.
    hash: String,
    /// How it would be read; null where something has to be chosen first.
    reading: Option<Reading>,
    /// Why it cannot be read as it is.
    error: Option<String>,
    layers: Vec<Layer>,
    /// What it gets of one image.
    tensor: Option<Tensor>,
}

/// How a model is read.
#[derive(Debug, Serialize)]
struct Reading {
    /// The input that is the image.
    input: String,
    layer: String,
    pool: &'static str,
    n_features: Option<usize>,
    preprocessing: Preparation,
    #[serde(skip)]
    has_positions: bool,
    /// What nobody said and had to be assumed, in sentences.
    assumed: Vec<String>,
}

/// How images are prepared for a network.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ModelPreprocessing")]
pub struct Preparation {
    /// Who says so.
    origin: String,
    /// Whether nobody does.
    is_guess: bool,
    /// In a few words.
    text: String,
    /// As a file that `--preprocessing` takes has it.
    #[schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")]
    description: Preprocessing,
}

/// The layers of the network that runs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ModelLayers {
    model: String,
    /// The layer that is read.
    read: String,
    /// The one that is read if nobody chooses; null where somebody has to.
    default: Option<String>,
    /// In the order in which the network computes them.
    layers: Vec<Layer>,
}

/// Some images by one layer, on its first two principal components.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LayerMap {
    layer: String,
    n_features: usize,
    /// The images, in the order of the records.
    ids: Vec<String>,
    /// Of each image.
    coordinates: Vec<[f64; 2]>,
}

/// One layer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ModelLayer")]
struct Layer {
    /// What `--layer` takes.
    name: String,
    /// The node that computes it, which `--layer` takes, too.
    node: String,
    /// Its operator in ONNX.
    op: String,
    /// The author's block that it is in, as far as names tell.
    block: String,
    /// What the block is listed under.
    group: String,
    /// Null where an axis is free.
    shape: Option<Vec<Option<usize>>>,
    n_features: Option<usize>,
    /// Whether it is the one that is read.
    is_read: bool,
    #[serde(skip)]
    #[schemars(skip)]
    shape_text: String,
}

/// What a network gets of one image.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tensor {
    /// One image, then in the order of the network's axes.
    shape: [usize; 4],
    /// The smallest and the largest value that any image can give.
    range: [f64; 2],
    /// In the order of the tensor.
    channels: Vec<TensorChannel>,
}

/// What is in one channel of a tensor.
#[derive(Debug, Serialize, JsonSchema)]
struct TensorChannel {
    least: f32,
    largest: f32,
    mean: f64,
    std: f64,
}

impl Layers {
    /// Of a model as it was chosen to be read, or of a file for which something has to be chosen first.
    pub fn new(read: Result<&Model, (&OnnxFile, String)>) -> Self {
        let (name, hash) = match &read {
            Ok(model) => (model.name(), model.hash()),
            Err((file, _)) => (file.name(), file.hash()),
        };
        let (name, hash) = (name.to_owned(), hash.to_hex().to_string());
        match read {
            Ok(model) => Self {
                name,
                hash,
                layers: layers(model.layers(), Some(&model.layer().name)),
                reading: Some(Reading::of(model)),
                error: None,
                tensor: None,
            },
            Err((file, error)) => Self {
                name,
                hash,
                layers: layers(file.layers(), None),
                reading: None,
                error: Some(error),
                tensor: None,
            },
        }
    }

    /// With what the model gets of an image.
    #[must_use]
    pub fn with_tensor(self, tensor: &pipeline::Tensor) -> Self {
        Self {
            tensor: Some(tensor.into()),
            ..self
        }
    }

    /// Writes it for people: facts behind a `#`, then a line for each layer with its name first, by blocks.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl Write, plain: fn(&str) -> String) -> io::Result<()> {
        let mut fact = |name: &str, text: &str| writeln!(out, "# {name:<10} {}", plain(text));
        fact("model", &self.name)?;
        if let Some(reading) = &self.reading {
            let n = reading
                .n_features
                .map_or("an unknown number of".to_owned(), |n| n.to_string());
            fact("input", &reading.input)?;
            let (text, origin) = (&reading.preprocessing.text, &reading.preprocessing.origin);
            fact("prepared", &format!("{text} [{origin}]"))?;
            let pooled = match reading.has_positions {
                true => format!(", {} over its positions", reading.pool),
                false => String::new(),
            };
            fact(
                "read at",
                &format!("{}: {n} features{pooled}", reading.layer),
            )?;
            for assumed in &reading.assumed {
                fact("assumed", assumed)?;
            }
        }
        if let Some(error) = &self.error {
            fact("unread", error)?;
        }
        if let Some(tensor) = &self.tensor {
            fact(
                "tensor",
                &format!(
                    "{:?}, from {:.4} to {:.4} at most",
                    tensor.shape, tensor.range[0], tensor.range[1]
                ),
            )?;
            for (number, channel) in tensor.channels.iter().enumerate() {
                fact(
                    "",
                    &format!(
                        "channel {number}: {:.4} to {:.4}, mean {:.4}, std {:.4}",
                        channel.least, channel.largest, channel.mean, channel.std
                    ),
                )?;
            }
        }
        let names: Vec<String> = self.layers.iter().map(|layer| plain(&layer.name)).collect();
        let width = names
            .iter()
            .map(|name| name.chars().count())
            .max()
            .unwrap_or(0);
        let mut block = "";
        for (layer, name) in self.layers.iter().zip(&names) {
            if layer.group != block {
                block = &layer.group;
                writeln!(out, "# {}", plain(block))?;
            }
            let (op, shape) = (plain(&layer.op), plain(&layer.shape_text));
            let mark = if layer.is_read { "  <- read" } else { "" };
            writeln!(out, "{name:width$}  {op:<20} {shape}{mark}")?;
        }
        Ok(())
    }
}

/// What a block is listed under: its first two parts.
fn group_of(block: &str) -> &str {
    let mut slashes = block.match_indices('/').map(|(at, _)| at);
    slashes.nth(1).map_or(block, |at| &block[..at])
}

impl From<&pipeline::LayerList> for ModelLayers {
    fn from(list: &pipeline::LayerList) -> Self {
        Self {
            model: list.model.clone(),
            read: list.read.clone(),
            default: list.default.clone(),
            layers: layers(list.layers.iter(), Some(&list.read)),
        }
    }
}

impl LayerMap {
    /// The images of a map by their ids, of which `ids` has those of all images.
    pub fn new(map: &pipeline::LayerMap, ids: &[&str]) -> Self {
        let ids = map.places.iter().map(|&place| ids[place].to_owned());
        let rows = map.coordinates.rows().into_iter();
        Self {
            layer: map.layer.clone(),
            n_features: map.n_features,
            ids: ids.collect(),
            coordinates: rows.map(|row| [row[0], row[1]]).collect(),
        }
    }
}

impl Reading {
    fn of(model: &Model) -> Self {
        Self {
            input: model.input().to_owned(),
            layer: model.layer().name.clone(),
            pool: model.pool().word(),
            n_features: model.layer().n_features(),
            preprocessing: model.prepared().into(),
            has_positions: model
                .layer()
                .shape
                .as_ref()
                .is_none_or(|shape| shape.len() > 2),
            assumed: model
                .assumed()
                .iter()
                .map(|assumed| assumed.text.clone())
                .collect(),
        }
    }
}

impl From<&Prepared> for Preparation {
    fn from(prepared: &Prepared) -> Self {
        Self {
            origin: prepared.origin.clone(),
            is_guess: prepared.is_guess,
            text: prepared.spec.in_words(),
            description: prepared.spec.clone(),
        }
    }
}

impl From<&pipeline::Tensor> for Tensor {
    fn from(tensor: &pipeline::Tensor) -> Self {
        let (low, high) = tensor.spec.range();
        let channel = |facts: pipeline::ChannelFacts| TensorChannel {
            least: facts.least,
            largest: facts.largest,
            mean: facts.mean,
            std: facts.std,
        };
        Self {
            shape: tensor.spec.shape(),
            range: [low, high],
            channels: tensor.channels().into_iter().map(channel).collect(),
        }
    }
}

fn layers<'l>(all: impl Iterator<Item = &'l model::Layer>, read: Option<&str>) -> Vec<Layer> {
    let layer = |layer: &model::Layer| Layer {
        name: layer.name.clone(),
        node: layer.node.clone(),
        op: layer.op.clone(),
        block: layer.block.clone(),
        group: group_of(&layer.block).to_owned(),
        shape: layer.shape.clone(),
        n_features: layer.n_features(),
        is_read: read == Some(&layer.name),
        shape_text: layer.shape_text(),
    };
    all.map(layer).collect()
}
