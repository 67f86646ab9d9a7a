//! Features as files: `.npy` and `.parquet`, in and out.

use std::io::Write;
use std::path::{Path, PathBuf};

use ndarray::{Array2, ArrayView2};
use ndarray_npy::WriteNpyExt;

use negatoscope_host::output::{Output, OutputError};

mod npy;
mod parquet;

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

/// Why vectors cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum VectorsError {
    /// The file system refused.
    #[error("the features {} cannot be read: {source}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    /// Not NumPy's format.
    #[error("the features {} are no .npy file ({reason}): save them with numpy.save", path.display())]
    NotNpy { path: PathBuf, reason: &'static str },
    /// Not Parquet, or not of features.
    #[error(
        "the features {} cannot be read as Parquet ({reason}): give what `negatoscope embed` writes, or a .npy matrix",
        path.display()
    )]
    NotParquet { path: PathBuf, reason: String },
    /// Another element type.
    #[error(
        "the features {} are of the type {found}: save them as numbers, such as float32",
        path.display()
    )]
    ElementType { path: PathBuf, found: String },
    /// Not a matrix.
    #[error(
        "the features {} have the shape {}: save a matrix with one row for each image",
        path.display(),
        shape_text(shape)
    )]
    Axes { path: PathBuf, shape: Vec<usize> },
    /// Nothing in it.
    #[error(
        "the features {} are {rows} × {columns}: at least one row and one column are needed",
        path.display()
    )]
    Empty {
        path: PathBuf,
        rows: usize,
        columns: usize,
    },
    /// Beyond the limits.
    #[error(
        "the features {} are {rows} × {columns}: at most 1,000,000 rows, 65,536 columns and 2 GiB are read",
        path.display()
    )]
    TooLarge {
        path: PathBuf,
        rows: usize,
        columns: usize,
    },
    /// Cut short, or with something behind.
    #[error(
        "the features {} should have {expected} bytes and have {found}: the file is damaged, so save it again",
        path.display()
    )]
    Length {
        path: PathBuf,
        expected: u64,
        found: u64,
    },
    /// NaN, infinite, or too large for float32.
    #[error(
        "the features {} hold {value} in row {row}, column {column} (both counted from 0): replace it or leave the row out",
        path.display()
    )]
    Value {
        path: PathBuf,
        value: f64,
        row: usize,
        column: usize,
    },
    /// A name from which the format cannot be told.
    #[error("{} must end in .npy or .parquet, which decides the format", path.display())]
    Ending { path: PathBuf },
    /// Columns of different lengths.
    #[error(
        "{n_rows} vectors come with {n_ids} ids and {n_filenames} file names: give each its own"
    )]
    Lengths {
        n_rows: usize,
        n_ids: usize,
        n_filenames: usize,
    },
    /// It cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// A shape as Python writes it.
fn shape_text(shape: &[usize]) -> String {
    match shape {
        [side] => format!("({side},)"),
        sides => format!(
            "({})",
            sides
                .iter()
                .map(usize::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

#[cfg(test)]
mod tests;
