//! Weights that a model keeps in another file, as PyTorch's exporter does, put inside.
//! <https://onnx.ai/onnx/repo-docs/ExternalData.html>

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

use super::graph::MAX_DEPTH;
use super::tensor::{ElementType, Tensor};
use super::wire::{Fields, Malformed, Value, put_message};

/// Why weights outside of the model's file cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExternalError {
    #[error("its structure is damaged")]
    Malformed,
    #[error("{0:?} is not in the model's folder, and nothing else is read")]
    Outside(String),
    #[error("{} cannot be read ({source})", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "{} has {found} bytes and does not hold the {length} from {offset} on",
        path.display()
    )]
    Range {
        path: PathBuf,
        offset: u64,
        length: u64,
        found: u64,
    },
    #[error("the weights {name:?} say that they are {said} bytes long and must be {needed}")]
    Length {
        name: String,
        said: u64,
        needed: u64,
    },
    #[error("they are larger than {limit} bytes, which one network cannot be")]
    TooLarge { limit: u64 },
}

impl From<Malformed> for ExternalError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// The same model with all weights inside; as it is where they are.
///
/// Files are read from `folder` and below and from nowhere else: no path that is absolute or goes
/// up, no link that leaves it.
pub(crate) fn with_weights_inside<'a>(
    model: &'a [u8],
    folder: &Path,
    limit: u64,
) -> Result<Cow<'a, [u8]>, ExternalError> {
    let mut files = Files {
        folder,
        open: HashMap::new(),
        left: limit.saturating_sub(model.len() as u64),
        limit,
    };
    rewritten(Message::Model, model, 4 * MAX_DEPTH, &mut files)
}

/// The messages that lead to tensors.
#[derive(Clone, Copy)]
enum Message {
    Model,
    Graph,
    Function,
    Node,
    Attribute,
    Sparse,
    Tensor,
}

impl Message {
    /// What a field of this message holds, as far as tensors can be in it.
    fn child(self, number: u64) -> Option<Self> {
        match (self, number) {
            (Self::Model, 7) | (Self::Attribute, 6 | 11) => Some(Self::Graph),
            (Self::Model, 25) => Some(Self::Function),
            (Self::Graph, 1) | (Self::Function, 7) => Some(Self::Node),
            (Self::Graph, 15) | (Self::Attribute, 22 | 23) => Some(Self::Sparse),
            (Self::Node, 5) => Some(Self::Attribute),
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) | (Self::Sparse, 1 | 2) => {
                Some(Self::Tensor)
            }
            _ => None,
        }
    }
}

fn rewritten<'a>(
    message: Message,
    raw: &'a [u8],
    depth: u32,
    files: &mut Files,
) -> Result<Cow<'a, [u8]>, ExternalError> {
    let depth = depth.checked_sub(1).ok_or(Malformed)?;
    if matches!(message, Message::Tensor) {
        return with_values(raw, files);
    }
    // Everything up to the first change is as it was.
    let mut changed: Option<Vec<u8>> = None;
    let mut n_seen = 0;
    for field in Fields::new(raw) {
        let field = field?;
        let child = match (message.child(field.number), field.value) {
            (Some(child), Value::Bytes(inner)) => rewritten(child, inner, depth, files)?,
            _ => Cow::Borrowed(field.raw),
        };
        match (child, &mut changed) {
            (Cow::Owned(new), to) => {
                let to = to.get_or_insert_with(|| raw[..n_seen].to_vec());
                put_message(to, field.number, &new);
            }
            (Cow::Borrowed(_), Some(to)) => to.extend_from_slice(field.raw),
            (Cow::Borrowed(_), None) => {}
        }
        n_seen += field.raw.len();
    }
    Ok(changed.map_or(Cow::Borrowed(raw), Cow::Owned))
}

/// A tensor with its values inside.
fn with_values<'a>(raw: &'a [u8], files: &mut Files) -> Result<Cow<'a, [u8]>, ExternalError> {
    let tensor = Tensor::read(raw)?;
    if !tensor.is_external {
        return Ok(Cow::Borrowed(raw));
    }
    let values = files.values(&tensor)?;
    let mut inside = Vec::with_capacity(values.len() + 256);
    for field in Fields::new(raw) {
        let field = field?;
        // 9: values, 13: where they are, 14: that they are elsewhere.
        if !matches!(field.number, 9 | 13 | 14) {
            inside.extend_from_slice(field.raw);
        }
    }
    put_message(&mut inside, 9, &values);
    Ok(Cow::Owned(inside))
}

/// The files beside a model.
struct Files<'f> {
    folder: &'f Path,
    open: HashMap<String, (File, PathBuf, u64)>,
    /// Bytes that may still be read: several tensors may point to the same ones.
    left: u64,
    limit: u64,
}

impl Files<'_> {
    fn values(&mut self, tensor: &Tensor) -> Result<Vec<u8>, ExternalError> {
        let entry = |key: &str| {
            let mut entries = tensor.external.iter();
            entries
                .find(|(name, _)| *name == key)
                .map(|(_, value)| *value)
        };
        let number = |key: &str| {
            let parse = |text: &str| text.parse::<u64>().map_err(|_| Malformed);
            entry(key).map(parse).transpose()
        };
        let offset = number("offset")?.unwrap_or(0);
        let length = number("length")?;
        let (left, limit) = (self.left, self.limit);
        let (file, path, found) = self.file(entry("location").ok_or(Malformed)?)?;
        let length = length.unwrap_or(found.saturating_sub(offset));
        if offset.checked_add(length).is_none_or(|end| end > *found) {
            return Err(ExternalError::Range {
                path: path.clone(),
                offset,
                length,
                found: *found,
            });
        }
        let needed = tensor.element.and_then(ElementType::size);
        let needed = needed.map(|size| tensor.n_elements().saturating_mul(size) as u64);
        if let Some(needed) = needed.filter(|needed| *needed != length) {
            return Err(ExternalError::Length {
                name: tensor.name.to_owned(),
                said: length,
                needed,
            });
        }
        if length > left {
            return Err(ExternalError::TooLarge { limit });
        }
        let mut values = Vec::new();
        let read = file
            .seek(SeekFrom::Start(offset))
            .and_then(|_| file.take(length).read_to_end(&mut values))
            .and_then(|n| match n as u64 == length {
                true => Ok(()),
                false => Err(std::io::ErrorKind::UnexpectedEof.into()),
            });
        read.map_err(|source| ExternalError::Read {
            path: path.clone(),
            source,
        })?;
        self.left -= length;
        Ok(values)
    }

    fn file(&mut self, location: &str) -> Result<&mut (File, PathBuf, u64), ExternalError> {
        if !self.open.contains_key(location) {
            let opened = open(self.folder, location)?;
            self.open.insert(location.to_owned(), opened);
        }
        // It was put there just now at the latest.
        self.open.get_mut(location).ok_or(ExternalError::Malformed)
    }
}

/// Opens a file of the folder, and tells its length.
fn open(folder: &Path, location: &str) -> Result<(File, PathBuf, u64), ExternalError> {
    let outside = || ExternalError::Outside(location.to_owned());
    let mut parts = Path::new(location).components();
    let is_inside = parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !is_inside || location.is_empty() {
        return Err(outside());
    }
    let path = folder.join(location);
    let read = |source| ExternalError::Read {
        path: path.clone(),
        source,
    };
    // Links are followed as long as they stay in the folder.
    let real = path.canonicalize().map_err(read)?;
    if !real.starts_with(folder.canonicalize().map_err(read)?) {
        return Err(outside());
    }
    let metadata = real.metadata().map_err(read)?;
    if !metadata.is_file() {
        return Err(read(std::io::Error::other("it is no file")));
    }
    let file = File::open(&real).map_err(read)?;
    Ok((file, path, metadata.len()))
}
