//! An ONNX file and what can be read from it without running it.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::super::onnx::{ExternalError, Onnx, Values, with_weights_inside};
use super::{BuiltIn, Choice, Layer, ModelError, blocks, input, prepared};

/// Largest model file, in bytes: Protocol Buffers ends there.
pub const MAX_BYTES: u64 = 2 << 30;

/// Up to so many names are listed when a layer is not found.
const MAX_NAMES_SHOWN: usize = 24;
/// And this many when there are more.
const N_CLOSEST: usize = 5;

/// An ONNX file with its layers; nothing is chosen or checked beyond the format.
#[derive(Debug)]
pub struct OnnxFile {
    bytes: Cow<'static, [u8]>,
    name: String,
    hash: blake3::Hash,
    /// Where it lies, for what lies beside it.
    path: Option<PathBuf>,
    layers: Vec<Layer>,
}

impl OnnxFile {
    /// Reads a file, or what is part of the program where the path is the word of a [`BuiltIn`].
    ///
    /// # Errors
    /// When there is no such word, when the file cannot be read, is larger than [`MAX_BYTES`], or is not ONNX, and
    /// when weights that it keeps in other files cannot be had from its folder.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        if let Some(built_in) = BuiltIn::of_path(path)? {
            return Self::built_in(built_in);
        }
        let read = |source| ModelError::Read {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(read)?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(read)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(ModelError::TooLarge {
                path: path.to_owned(),
            });
        }
        let stem = path.file_stem().unwrap_or(path.as_os_str());
        let name = stem.to_string_lossy();
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let whole = with_weights_inside(&bytes, folder.unwrap_or(Path::new(".")), MAX_BYTES);
        let whole = whole.map_err(|error| match error {
            ExternalError::Malformed => ModelError::NotOnnx {
                name: name.clone().into_owned(),
            },
            other => ModelError::ExternalWeights {
                name: name.clone().into_owned(),
                reason: other.to_string(),
            },
        })?;
        let bytes = match whole {
            Cow::Owned(whole) => whole,
            Cow::Borrowed(_) => bytes,
        };
        Self::read(&name, Some(path), Cow::Owned(bytes))
    }

    /// A network that is part of the program.
    ///
    /// # Errors
    /// None in a program that was built from a sound checkout.
    pub fn built_in(built_in: BuiltIn) -> Result<Self, ModelError> {
        Self::read(built_in.word(), None, Cow::Borrowed(built_in.bytes()))
    }

    /// Reads bytes; `name` is what the model is called if it does not name itself.
    ///
    /// # Errors
    /// When they are not ONNX or the weights are elsewhere.
    pub fn from_bytes(name: &str, bytes: Cow<'static, [u8]>) -> Result<Self, ModelError> {
        Self::read(name, None, bytes)
    }

    fn read(
        name: &str,
        path: Option<&Path>,
        bytes: Cow<'static, [u8]>,
    ) -> Result<Self, ModelError> {
        let onnx = parse(name, &bytes)?;
        let layers = as_usual(&onnx, path);
        if !layers.iter().any(Layer::is_float) {
            return Err(ModelError::NotOnnx {
                name: name.to_owned(),
            });
        }
        let own_name = onnx.metadata.get("negatoscope.name").copied();
        let name = own_name
            .filter(|own| !own.trim().is_empty())
            .unwrap_or(name)
            .to_owned();
        Ok(Self {
            name,
            hash: blake3::hash(&bytes),
            path: path.map(Path::to_owned),
            layers,
            bytes,
        })
    }

    /// What the model calls itself (`negatoscope.name`), else its file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// BLAKE3 of the bytes.
    pub fn hash(&self) -> &blake3::Hash {
        &self.hash
    }

    /// All layers that can be read, in the order in which the network computes them, with the
    /// shapes that follow from the operators or that the file tells.
    pub fn layers(&self) -> impl Iterator<Item = &Layer> {
        self.layers.iter().filter(|layer| layer.is_float())
    }

    pub(super) fn onnx(&self) -> Result<Onnx<'_>, ModelError> {
        parse(&self.name, &self.bytes)
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The layer of a name: of a value, of the node that computes it, or of a block, whose last one it is.
    ///
    /// # Errors
    /// When there is none; those that are called alike are named.
    pub(super) fn named(&self, asked: &str) -> Result<&Layer, ModelError> {
        let all = || self.layers.iter();
        let by_value = all().find(|layer| layer.name == asked);
        let by_node = || all().find(|layer| !layer.node.is_empty() && layer.node == asked);
        let by_block = || self.layers().filter(|layer| layer.is_in(asked)).last();
        let found = by_value.or_else(by_node).or_else(by_block);
        found.ok_or_else(|| self.unknown(asked))
    }

    fn unknown(&self, asked: &str) -> ModelError {
        let mut names: Vec<String> = self.layers().map(|layer| layer.name.clone()).collect();
        let all = names.len() <= MAX_NAMES_SHOWN;
        if !all {
            // Exporters wrap the name that the author gave: dense_26 in model/dense_26/Relu:0.
            names.sort_by_cached_key(|name| (!name.contains(asked), edit_distance(asked, name)));
            names.truncate(N_CLOSEST);
        }
        ModelError::UnknownLayer {
            asked: asked.to_owned(),
            names,
            all,
        }
    }
}

fn parse<'a>(name: &str, bytes: &'a [u8]) -> Result<Onnx<'a>, ModelError> {
    Onnx::parse(bytes).map_err(|_| ModelError::NotOnnx {
        name: name.to_owned(),
    })
}

/// The layers with the shapes that they have for images as the file, or nobody, says that they are prepared.
fn as_usual(onnx: &Onnx, path: Option<&Path>) -> Vec<Layer> {
    let usual = Choice::default();
    let known = |image: &super::super::onnx::ValueInfo| {
        let prepared = prepared::settle(onnx, image, path, &usual).ok()?;
        Some(onnx.infer(&input::known(onnx, image.name, &prepared.spec)))
    };
    let image = input::image(onnx, None, &usual).ok();
    let known = image.and_then(known);
    let known = known.unwrap_or_else(|| onnx.infer(&input::known_alone(onnx)));
    layers(onnx, &known)
}

/// Outputs of nodes that depend on what is in an input.
pub(super) fn layers(onnx: &Onnx, known: &Values) -> Vec<Layer> {
    let inputs = &onnx.graph.inputs;
    let made: std::collections::HashSet<&str> = inputs
        .iter()
        .flat_map(|input| input::made_of(onnx, input.name))
        .collect();
    let blocks = blocks::of(onnx);
    // Other inputs than the image have other axes.
    let images = inputs.iter().filter_map(|input| input.shape.as_deref());
    let mut images = images.filter(|shape| shape.len() == 4);
    let is_free = images.all(|shape| shape[0].is_none());
    let mut layers = Vec::new();
    for (node, block) in onnx.graph.nodes.iter().zip(blocks) {
        for &name in node.outputs.iter().filter(|name| made.contains(*name)) {
            let layer = Layer::new((name, node.name, node.op), known.get(name), is_free);
            layers.push(layer.in_block(block.clone()));
        }
    }
    layers
}

/// Number of letters to insert, remove or replace (Levenshtein 1966).
pub(super) fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
