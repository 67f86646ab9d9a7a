//! What can go wrong with features as files.

use std::path::PathBuf;

use negatoscope_host::files::OutputError;

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
    /// Not what its ending says, or not of features.
    #[error("the features {} cannot be read as {format} ({reason}): {advice}", path.display())]
    Unfit {
        path: PathBuf,
        format: &'static str,
        reason: String,
        advice: &'static str,
    },
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
    /// A folder without parts.
    #[error(
        "the folder {} holds no part: give one that `negatoscope embed --shard` filled, or a file of vectors",
        folder.display()
    )]
    NoParts { folder: PathBuf },
    /// Not a part, or a damaged one.
    #[error(
        "{} is no whole part ({reason}): take it away, and run its shard again if it was one",
        path.display()
    )]
    NoPart { path: PathBuf, reason: String },
    /// Made otherwise than the others.
    #[error(
        "the part {} has the {what} {here}, and {} has {there}: make all parts of one cohort in the same way",
        path.display(), other.display()
    )]
    OtherPart {
        path: PathBuf,
        other: PathBuf,
        what: &'static str,
        here: String,
        there: String,
    },
    /// The same shard in two files.
    #[error(
        "{} and {} are both the part of shard {shard}: take one away",
        path.display(), other.display()
    )]
    PartTwice {
        path: PathBuf,
        other: PathBuf,
        shard: String,
    },
    /// Not all shards are there.
    #[error(
        "{} lacks the parts of shards {missing}: run `negatoscope embed COHORT --shard {first} -o {}`",
        folder.display(), folder.display()
    )]
    MissingParts {
        folder: PathBuf,
        first: String,
        missing: String,
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
