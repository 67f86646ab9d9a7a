//! Parts of a cohort's features, each made by a process of its own, and all of them together again.
//!
//! A part is the Parquet file that `embed` writes, with two columns more: the place of each record in the cohort and
//! the hash of its picture's bytes. Its metadata says what made it ([`Manifest`]) and which records could not be read.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use ndarray::Array2;
use negatoscope_host::files::Output;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{FeatureTable, Shard, VectorsError, parquet};

mod whole;

use whole::Whole;

/// The key of a part's manifest in its metadata.
pub(super) const MANIFEST: &str = "negatoscope.part";
/// The key of the records that could not be read.
pub(super) const UNREAD: &str = "negatoscope.unread";

/// What made a part, as JSON in its metadata. Two parts with equal manifests are the same bytes, unless a picture
/// changed; those of one cohort differ in [`shard`](Self::shard) alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the program.
    pub negatoscope: String,
    /// `INDEX/OF`.
    pub shard: String,
    /// Records of the whole cohort.
    pub n_records: usize,
    /// A hash of the file names of all its records, in their order.
    pub records: String,
    /// What the network calls itself.
    pub model: String,
    /// BLAKE3 of its file, in hexadecimal.
    pub model_hash: String,
    /// The layer that is read.
    pub layer: String,
    /// How its positions become one vector.
    pub pool: String,
    /// How images are prepared: JSON, as a file for `--preprocessing` has it.
    pub preprocessing: String,
    /// Who says so.
    pub preprocessing_of: String,
    /// Whether nobody does.
    pub is_guess: bool,
    /// What ran the network, with its version.
    pub backend: String,
    /// A hash of all that the vector of an image depends on beside its bytes.
    pub space: String,
    /// What had to be assumed of the network: the topic and a sentence, each.
    pub assumed: Vec<(String, String)>,
    /// What is done to the features: always `none`. Scaling is of all of them and comes when parts are read.
    pub scaling: String,
}

/// A record whose image could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Its place in the cohort.
    pub position: usize,
    /// Its file.
    pub filename: String,
    /// Why.
    pub reason: String,
}

/// Features of the records of one shard, or of all of them.
#[derive(Debug, Clone)]
pub struct Part {
    /// What made it.
    pub manifest: Manifest,
    /// The place of each row's record in the cohort, ascending.
    pub positions: Vec<usize>,
    /// The id of each row's record.
    pub ids: Vec<String>,
    /// The file of each row's record.
    pub filenames: Vec<String>,
    /// BLAKE3 of each row's picture, in hexadecimal.
    pub contents: Vec<String>,
    /// `(n_rows, n_features)`; `(0, 0)` where no image could be read.
    pub features: Array2<f32>,
    /// Records without a row, ascending.
    pub unread: Vec<Unread>,
}

impl Manifest {
    fn json(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|error| error.to_string())
    }

    /// What of it is not as in another part of the same cohort: what it is, here, and there.
    fn differs(&self, other: &Self) -> Option<(&'static str, String, String)> {
        let of = |manifest: &Self| {
            let whole = Shard::of_word(&manifest.shard).map(|shard| shard.of().to_string());
            [
                ("version", manifest.negatoscope.clone()),
                ("number of shards", whole.unwrap_or_default()),
                (
                    "model",
                    format!("{} ({})", manifest.model, start(&manifest.model_hash)),
                ),
                ("layer", manifest.layer.clone()),
                ("pooling", manifest.pool.clone()),
                ("preprocessing", manifest.preprocessing.clone()),
                ("backend", manifest.backend.clone()),
                ("feature space", start(&manifest.space).to_owned()),
                ("number of records", manifest.n_records.to_string()),
                ("list of records", start(&manifest.records).to_owned()),
                ("scaling", manifest.scaling.clone()),
            ]
        };
        let both = of(self).into_iter().zip(of(other));
        let mut both = both.map(|((what, here), (_, there))| (what, here, there));
        both.find(|(_, here, there)| here != there)
    }
}

/// The start of a hash, as it is shown.
fn start(hash: &str) -> &str {
    hash.get(..16).unwrap_or(hash)
}

/// Writes a part: the same part is the same bytes.
///
/// # Errors
/// When the file cannot be written.
pub fn write_part(output: Output, part: &Part) -> Result<(), VectorsError> {
    let metadata = || {
        let unread = serde_json::to_string(&part.unread).map_err(|error| error.to_string())?;
        Ok::<_, String>([(MANIFEST, part.manifest.json()?), (UNREAD, unread)])
    };
    let table = FeatureTable {
        ids: &part.ids,
        filenames: &part.filenames,
        features: part.features.view(),
    };
    Ok(output.write(|writer| {
        let part = parquet::OfPart {
            positions: &part.positions,
            contents: &part.contents,
            metadata: metadata()?,
        };
        parquet::write(writer, table, Some(part)).map_err(|error| error.to_string())
    })?)
}

/// Whether a file is the whole part that this manifest is of. It is looked at, not read.
pub fn is_part(path: &Path, manifest: &Manifest) -> bool {
    let told = parquet::metadata(path, MANIFEST).ok().flatten();
    told.is_some() && told == manifest.json().ok()
}

/// What is to be said of a file that is one part of several, given alone.
pub(super) fn alone(path: &Path) -> Option<String> {
    let shard = Shard::of_word(&manifest_of(path).ok()?.shard)?;
    let is_whole = shard == Shard::WHOLE;
    (!is_whole).then(|| {
        format!("shard {shard} alone is here: give the folder of all parts for the others")
    })
}

/// Reads all parts in a folder as if one process had made them: rows in the order of the cohort. Files that do not end in
/// `.parquet`, or begin with a dot, are passed over.
///
/// # Errors
/// When there is none, one is missing, is there twice, is damaged or was made otherwise than the others; and when a
/// record is in two of them or in none. Each names the file.
pub fn read_parts(folder: &Path) -> Result<Part, VectorsError> {
    let told = listed(folder)?;
    let (first_path, first) = &told[0];
    for (path, manifest) in &told[1..] {
        if let Some((what, here, there)) = manifest.differs(first) {
            return Err(VectorsError::OtherPart {
                path: path.clone(),
                other: first_path.clone(),
                what,
                here,
                there,
            });
        }
    }
    let shards = shards(folder, &told)?;
    let mut whole = Whole::new(folder, first.n_records);
    for ((path, manifest), shard) in told.iter().zip(shards) {
        whole.add(path, shard, read_part(path, manifest.clone())?)?;
    }
    let manifest = Manifest {
        shard: Shard::WHOLE.to_string(),
        ..first.clone()
    };
    whole.finish(manifest)
}

/// The parts of a folder with what each says of itself, by the names of the files.
fn listed(folder: &Path) -> Result<Vec<(PathBuf, Manifest)>, VectorsError> {
    let failed = |source| VectorsError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().map(OsStr::to_string_lossy);
        let is_hidden = name.is_none_or(|name| name.starts_with('.'));
        let is_parquet = path
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("parquet"));
        if is_parquet && !is_hidden {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        return Err(VectorsError::NoParts {
            folder: folder.to_owned(),
        });
    }
    let told = |path: PathBuf| manifest_of(&path).map(|manifest| (path, manifest));
    paths.into_iter().map(told).collect()
}

fn manifest_of(path: &Path) -> Result<Manifest, VectorsError> {
    told(path, MANIFEST)
}

/// What a part's metadata says under a key.
fn told<T: DeserializeOwned>(path: &Path, key: &str) -> Result<T, VectorsError> {
    let no_part = |reason: String| VectorsError::NoPart {
        path: path.to_owned(),
        reason,
    };
    let text = parquet::metadata(path, key)?;
    let text = text.ok_or_else(|| no_part(format!("its metadata has no {key}")))?;
    serde_json::from_str(&text)
        .map_err(|error| no_part(format!("its {key} says something else: {error}")))
}

fn read_part(path: &Path, manifest: Manifest) -> Result<Part, VectorsError> {
    let read = parquet::read_part(path)?;
    Ok(Part {
        manifest,
        positions: read.positions,
        ids: read.ids,
        filenames: read.filenames,
        contents: read.contents,
        features: read.features,
        unread: told(path, UNREAD)?,
    })
}

/// The shard of each part: all of them, and each once.
fn shards(folder: &Path, told: &[(PathBuf, Manifest)]) -> Result<Vec<Shard>, VectorsError> {
    let mut by_index: Vec<Option<&Path>> = Vec::new();
    let mut shards = Vec::with_capacity(told.len());
    for (path, manifest) in told {
        let no_part = || VectorsError::NoPart {
            path: path.clone(),
            reason: "its manifest names no shard".to_owned(),
        };
        let shard = Shard::of_word(&manifest.shard).ok_or_else(no_part)?;
        by_index.resize(shard.of(), None);
        if let Some(other) = by_index[shard.index()].replace(path) {
            return Err(VectorsError::PartTwice {
                path: path.clone(),
                other: other.to_owned(),
                shard: shard.to_string(),
            });
        }
        shards.push(shard);
    }
    let of = by_index.len();
    let missing = by_index
        .iter()
        .enumerate()
        .filter(|(_, path)| path.is_none());
    let missing: Vec<String> = missing.map(|(index, _)| format!("{index}/{of}")).collect();
    match missing.first() {
        None => Ok(shards),
        Some(first) => Err(VectorsError::MissingParts {
            folder: folder.to_owned(),
            first: first.clone(),
            missing: match missing.len() {
                1..=8 => missing.join(", "),
                n => format!("{}, … ({n} of {of})", missing[..8].join(", ")),
            },
        }),
    }
}

#[cfg(test)]
mod tests;
