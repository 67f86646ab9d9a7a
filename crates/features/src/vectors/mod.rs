//! Features as files: `.npy` and `.parquet`, in and out.

use std::io::Write;
use std::path::Path;

use ndarray::{Array2, ArrayView2};
use ndarray_npy::WriteNpyExt;

use negatoscope_host::files::Output;

mod error;
mod npy;
mod parquet;

pub use error::VectorsError;
pub use npy::{MAX_BYTES, MAX_FEATURES, MAX_SAMPLES, read_npy};

/// Features `(n_samples, n_features)` with what tells their rows apart.
#[derive(Debug, Clone, Copy)]
pub struct FeatureTable<'a> {
    /// One for each row.
    pub ids: &'a [String],
    /// One for each row.
    pub filenames: &'a [String],
    /// `(n_samples, n_features)`
    pub features: ArrayView2<'a, f32>,
}

/// Vectors that were computed before, `(n_samples, n_features)`.
#[derive(Debug)]
pub struct ReadyVectors {
    /// `(n_samples, n_features)`
    pub features: Array2<f32>,
    /// What the file calls its rows, if it does.
    pub names: Option<RowNames>,
}

/// What tells rows apart, one for each.
#[derive(Debug, PartialEq, Eq)]
pub enum RowNames {
    /// Paths of image files.
    Files(Vec<String>),
    /// Ids of records.
    Ids(Vec<String>),
}

/// Reads ready vectors: Parquet as [`fn@write`] writes it, with names, and otherwise `.npy`.
///
/// # Errors
/// When the file cannot be read, is beyond the limits, or holds what is no finite number.
pub fn read(path: &Path) -> Result<ReadyVectors, VectorsError> {
    if matches!(Format::of(path), Ok(Format::Parquet)) {
        return parquet::read(path);
    }
    Ok(ReadyVectors {
        features: read_npy(path)?,
        names: None,
    })
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
        Format::Parquet => parquet::write(writer, table).map_err(|e| e.to_string()),
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
