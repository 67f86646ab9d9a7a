//! Features as files: `.npy` and `.parquet`, in and out; `.npz`, `.safetensors` and `.csv` in. Of a cohort that several
//! processes share, each writes the part of its [`Shard`], and the folder of all parts is read as one file would be.

use std::io::Write;
use std::path::Path;

use ndarray::Array2;
use ndarray_npy::WriteNpyExt;

use negatoscope_host::files::Output;

mod csv;
mod error;
mod npy;
mod npz;
mod parquet;
mod parts;
mod pick;
mod safetensors;
mod shard;
mod table;

pub use error::VectorsError;
pub use npy::{MAX_BYTES, MAX_FEATURES, MAX_SAMPLES, matrix_of, read_npy};
pub use parts::{Manifest, Part, Unread, is_part, read_parts, write_part};
pub use shard::Shard;
pub use table::FeatureTable;

/// Vectors that were computed before, `(n_samples, n_features)`.
#[derive(Debug)]
pub struct ReadyVectors {
    /// `(n_samples, n_features)`
    pub features: Array2<f32>,
    /// What the file calls its rows, if it does.
    pub names: Option<RowNames>,
    /// What of the file was taken, where it could have been something else.
    pub taken: Option<String>,
}

/// What tells rows apart, one for each.
#[derive(Debug, PartialEq, Eq)]
pub enum RowNames {
    /// Paths of image files.
    Files(Vec<String>),
    /// Ids of records.
    Ids(Vec<String>),
}

/// Reads ready vectors, as the file's ending says: Parquet as [`fn@write`] writes it or CSV of such columns, with
/// names; `.npz`, with names where it has an array of them; `.safetensors`; and otherwise `.npy`.
///
/// # Errors
/// When the file cannot be read, is beyond the limits, or holds what is no finite number.
pub fn read(path: &Path) -> Result<ReadyVectors, VectorsError> {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    match ending.to_str() {
        Some("parquet") => Ok(ReadyVectors {
            taken: parts::alone(path),
            ..parquet::read(path)?
        }),
        Some("npz") => npz::read(path),
        Some("safetensors") => safetensors::read(path),
        Some("csv" | "tsv") => csv::read(path),
        _ => Ok(ReadyVectors {
            features: read_npy(path)?,
            names: None,
            taken: None,
        }),
    }
}

/// Refuses what is not finite in single precision.
fn finite(path: &Path, value: f64, row: usize, column: usize) -> Result<f32, VectorsError> {
    let single = value as f32;
    match single.is_finite() {
        true => Ok(single),
        false => Err(VectorsError::Value {
            path: path.to_owned(),
            value,
            row,
            column,
        }),
    }
}

/// File formats that features can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// NumPy's: the matrix alone, float32, rows in the order of the records.
    Npy,
    /// A table with the columns `id`, `filename`, `feature_0`, `feature_1`, …
    Parquet,
}

/// Writes features to a file, in the format that its name asks for.
///
/// # Errors
/// When the name has another ending, the columns differ in length, or the file cannot be written.
pub fn write(output: Output, table: FeatureTable<'_>) -> Result<(), VectorsError> {
    let format = Format::of(output.path())?;
    let n_rows = table.features.nrows();
    if table.ids.len() != n_rows || table.filenames.len() != n_rows {
        let (n_ids, n_filenames) = (table.ids.len(), table.filenames.len());
        return Err(VectorsError::Lengths {
            n_rows,
            n_ids,
            n_filenames,
        });
    }
    Ok(output.write(|writer| write_as(writer, format, table))?)
}

/// Writes features whose columns are of the same length to wherever they go.
///
/// # Errors
/// Why they cannot be written.
pub fn write_as(
    writer: impl Write + Send,
    format: Format,
    table: FeatureTable<'_>,
) -> Result<(), String> {
    match format {
        Format::Npy => table.features.write_npy(writer).map_err(|e| e.to_string()),
        Format::Parquet => parquet::write(writer, table, None).map_err(|e| e.to_string()),
    }
}

impl Format {
    /// The format that a file's name asks for.
    ///
    /// # Errors
    /// When it ends in neither `.npy` nor `.parquet`.
    pub fn of(path: &Path) -> Result<Self, VectorsError> {
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        match ending.to_str() {
            Some("npy") => Ok(Self::Npy),
            Some("parquet") => Ok(Self::Parquet),
            _ => Err(VectorsError::Ending {
                path: path.to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
