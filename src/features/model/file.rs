//! An ONNX file and what can be read from it without running it.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

use super::super::backend;
use super::super::onnx::{FLOAT32, Onnx};
use super::{Layer, ModelError};

/// Largest model file, in bytes: Protocol Buffers ends there.
pub const MAX_BYTES: u64 = 2 << 30;

/// Up to so many names are listed when a layer is not found.
const MAX_NAMES_SHOWN: usize = 24;
/// And this many when there are more.
const N_CLOSEST: usize = 5;

/// Operators whose result is never float32, in files that do not say so.
const NOT_FLOAT: [&str; 5] = ["Shape", "Size", "ArgMax", "ArgMin", "NonZero"];

static EMBEDDED: &[u8] = include_bytes!("../../../models/chest-xray-64.onnx");

/// An ONNX file with its layers; nothing is chosen or checked beyond the format.
#[derive(Debug)]
pub struct OnnxFile {
    bytes: Cow<'static, [u8]>,
    name: String,
    hash: blake3::Hash,
    layers: Vec<Layer>,
}

impl OnnxFile {
    /// The default model, which is part of the program.
    ///
    /// # Errors
    /// None in a program that was built from a sound checkout.
    pub fn embedded() -> Result<Self, ModelError> {
        Self::from_bytes("chest-xray-64", Cow::Borrowed(EMBEDDED))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is larger than [`MAX_BYTES`], is not ONNX, or keeps its weights in
    /// another file.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
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
        Self::from_bytes(&stem.to_string_lossy(), Cow::Owned(bytes))
    }

    /// Reads bytes; `name` is what the model is called if it does not name itself.
    ///
    /// # Errors
    /// When they are not ONNX or the weights are elsewhere.
    pub fn from_bytes(name: &str, bytes: Cow<'static, [u8]>) -> Result<Self, ModelError> {
        let onnx = parse(name, &bytes)?;
        if onnx.has_external_weights {
            return Err(ModelError::ExternalWeights {
                name: name.to_owned(),
            });
        }
        let layers = layers(&onnx);
        if layers.is_empty() {
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
    /// shapes that the file tells.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// All layers, with the shapes that follow from the operators where the file does not tell
    /// them. This loads the whole network into the embedded runtime.
    ///
    /// # Errors
    /// None for a file that was opened.
    pub fn layers_with_shapes(&self) -> Result<Vec<Layer>, ModelError> {
        let mut layers = self.layers.clone();
        if layers.iter().any(|layer| layer.shape.is_none()) {
            infer_shapes(&mut layers, &self.onnx()?);
        }
        Ok(layers)
    }

    pub(super) fn is_embedded(&self) -> bool {
        static HASH: OnceLock<blake3::Hash> = OnceLock::new();
        self.hash == *HASH.get_or_init(|| blake3::hash(EMBEDDED))
    }

    pub(super) fn onnx(&self) -> Result<Onnx<'_>, ModelError> {
        parse(&self.name, &self.bytes)
    }

    /// The layer asked for, else the one that the file names, else the classifier's input.
    pub(super) fn choose_layer(
        &self,
        onnx: &Onnx,
        asked: Option<&str>,
        warnings: &mut Vec<String>,
    ) -> Result<&Layer, ModelError> {
        if let Some(name) = asked.or(onnx.metadata.get("negatoscope.layer").copied()) {
            return self.find(name).ok_or_else(|| self.unknown(name));
        }
        let layer = classifier_input(onnx)
            .and_then(|name| self.find(name))
            .ok_or(ModelError::NoDefaultLayer)?;
        warnings.push(format!(
            "The model does not say which layer holds its features, so {} is read, the last one \
             before its classifier; choose another with --layer.",
            layer.name
        ));
        Ok(layer)
    }

    fn find(&self, name: &str) -> Option<&Layer> {
        let by_value = self.layers.iter().find(|layer| layer.name == name);
        by_value.or_else(|| {
            self.layers
                .iter()
                .find(|layer| !layer.node.is_empty() && layer.node == name)
        })
    }

    fn unknown(&self, asked: &str) -> ModelError {
        let mut names: Vec<String> = self.layers.iter().map(|layer| layer.name.clone()).collect();
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

/// Outputs of nodes that depend on the image and are, as far as is known, float32.
fn layers(onnx: &Onnx) -> Vec<Layer> {
    let reached = onnx.reached_from_inputs();
    let mut layers = Vec::new();
    for node in onnx
        .nodes
        .iter()
        .filter(|node| !NOT_FLOAT.contains(&node.op))
    {
        for &name in node.outputs.iter().filter(|name| reached.contains(*name)) {
            let info = onnx.value(name);
            if info
                .and_then(|info| info.element_type)
                .is_some_and(|number| number != FLOAT32)
            {
                continue;
            }
            layers.push(Layer {
                name: name.to_owned(),
                node: node.name.to_owned(),
                op: node.op.to_owned(),
                shape: info.and_then(|info| info.shape.clone()),
            });
        }
    }
    layers
}

/// Fills in shapes that the file does not tell, as far as they follow from the operators, and
/// drops values that turn out not to be float32.
fn infer_shapes(layers: &mut Vec<Layer>, onnx: &Onnx) {
    let unknown = layers.iter().filter(|layer| layer.shape.is_none());
    let names: Vec<String> = unknown.map(|layer| layer.name.clone()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    // As outputs the values survive the fusions that would otherwise swallow them.
    let inferred = backend::infer(onnx.cut_after(&names), &names);
    layers.retain_mut(|layer| match inferred.get(&layer.name) {
        Some(value) => {
            layer.shape.clone_from(&value.shape);
            value.is_float
        }
        None => true,
    });
}

/// What the last fully connected layer reads: the value before the classifier.
fn classifier_input<'a>(onnx: &Onnx<'a>) -> Option<&'a str> {
    let reached = onnx.reached_from_inputs();
    let computed = |name: &&&str| {
        reached.contains(**name) && onnx.inputs.iter().all(|input| input.name != **name)
    };
    // Attention multiplies two computed values; a dense layer has weights on one side.
    let dense = onnx.nodes.iter().rev().find(|node| {
        matches!(node.op, "Gemm" | "MatMul")
            && node
                .inputs
                .iter()
                .take(2)
                .filter(|name| reached.contains(**name))
                .count()
                == 1
    })?;
    dense.inputs.iter().take(2).find(computed).copied()
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
