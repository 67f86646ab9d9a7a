//! Features as a Parquet table, which pandas, polars and DuckDB read and write.

use std::cell::Cell;
use std::fs::File;
use std::path::Path;

use ndarray::Array2;
use parquet::basic::{ConvertedType, LogicalType};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use negatoscope_host::panics::caught;

use super::npy::check_size;
use super::{ReadyVectors, RowNames, VectorsError, finite};

mod write;

pub(super) use write::{OfPart, write};

/// Texts of a column, in bytes.
const MAX_TEXT: usize = 1 << 28;

/// The place of each row's record in its cohort.
const POSITION: &str = "position";
/// The hash of each row's picture.
const CONTENT: &str = "content";

/// Reads what [`write`] wrote, or a data frame made of it: the columns `feature_N` in the order of
/// their numbers, and what `filename`, else `id`, calls the rows. Other columns are passed over.
///
/// # Errors
/// When the file is no Parquet or has no such columns, is beyond the limits, or holds a value that
/// is not finite in single precision.
pub(super) fn read(path: &Path) -> Result<ReadyVectors, VectorsError> {
    opened(path, |reader| read_all(reader, path))
}

/// The text that a file's metadata has under a key, if it has.
///
/// # Errors
/// When the file is no Parquet.
pub(super) fn metadata(path: &Path, key: &str) -> Result<Option<String>, VectorsError> {
    opened(path, |reader| {
        let pairs = reader.metadata().file_metadata().key_value_metadata();
        let mut pairs = pairs.into_iter().flatten();
        Ok(pairs
            .find(|pair| pair.key == key)
            .and_then(|pair| pair.value.clone()))
    })
}

/// The rows of a part.
pub(super) struct PartRows {
    pub(super) positions: Vec<usize>,
    pub(super) ids: Vec<String>,
    pub(super) filenames: Vec<String>,
    pub(super) contents: Vec<String>,
    /// `(0, 0)` without rows.
    pub(super) features: Array2<f32>,
}

/// Reads the rows of what [`write`] wrote of a part, which may have none.
///
/// # Errors
/// As [`read`], and when it lacks one of a part's columns.
pub(super) fn read_part(path: &Path) -> Result<PartRows, VectorsError> {
    opened(path, |reader| {
        let no_part = |reason: String| VectorsError::NoPart {
            path: path.to_owned(),
            reason,
        };
        let n_rows = usize::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0);
        let features = match n_rows {
            0 => Array2::zeros((0, 0)),
            _ => read_all(reader, path)?.features,
        };
        let schema = reader.metadata().file_metadata().schema_descr();
        let column = |wanted: &str| {
            let mut columns = 0..schema.num_columns();
            let found = columns.find(|&at| schema.column(at).path().string() == wanted);
            found.ok_or_else(|| no_part(format!("it has no column {wanted}")))
        };
        let failed = |error| no_part(why(&error));
        let texts = |wanted: &str| {
            let read = texts(reader, column(wanted)?).map_err(failed)?;
            let read = read.filter(|read| read.len() == n_rows);
            read.ok_or_else(|| no_part(format!("its column {wanted} holds no text")))
        };
        let positions = numbers(reader, column(POSITION)?, Whole::Signed).map_err(failed)?;
        let positions = positions.unwrap_or_default().into_iter();
        // No record of any cohort is at the largest place.
        let place = |at: f64| if at >= 0.0 { at as usize } else { usize::MAX };
        let positions: Vec<usize> = positions.map(place).collect();
        if positions.len() != n_rows {
            return Err(no_part(format!("its column {POSITION} holds no numbers")));
        }
        Ok(PartRows {
            positions,
            ids: texts("id")?,
            filenames: texts("filename")?,
            contents: texts(CONTENT)?,
            features,
        })
    })
}

/// Opens a file and reads something of it.
fn opened<T>(
    path: &Path,
    read: impl FnOnce(&SerializedFileReader<File>) -> Result<T, VectorsError>,
) -> Result<T, VectorsError> {
    let no_parquet = |reason: String| VectorsError::NotParquet {
        path: path.to_owned(),
        reason,
    };
    let file = File::open(path).map_err(|source| VectorsError::Read {
        path: path.to_owned(),
        source,
    })?;
    // The crate has places that panic at values that no writer gives.
    let read = caught(|| {
        let reader = SerializedFileReader::new(file).map_err(|error| no_parquet(why(&error)))?;
        read(&reader)
    });
    read.unwrap_or_else(|_| {
        let reason = "its values are not what its schema says";
        Err(no_parquet(reason.to_owned()))
    })
}

fn why(error: &ParquetError) -> String {
    let said = error.to_string();
    let words = said.trim_start_matches("Parquet error: ");
    words.trim_end_matches('.').to_owned()
}

fn read_all(
    reader: &SerializedFileReader<File>,
    path: &Path,
) -> Result<ReadyVectors, VectorsError> {
    let no_parquet = |reason: String| VectorsError::NotParquet {
        path: path.to_owned(),
        reason,
    };
    let schema = reader.metadata().file_metadata().schema_descr();
    let names: Vec<String> = (0..schema.num_columns())
        .map(|column| schema.column(column).path().string())
        .collect();
    let number = |name: &String| name.strip_prefix("feature_")?.parse::<u32>().ok();
    let numbered = (0..).zip(&names);
    let mut features: Vec<(u32, usize)> = numbered
        .filter_map(|(column, name)| Some((number(name)?, column)))
        .collect();
    features.sort_unstable();
    if features.is_empty() {
        return Err(no_parquet(
            "it has no columns feature_0, feature_1, …".to_owned(),
        ));
    }
    if let Some((wanted, _)) = (0..).zip(&features).find(|(place, (n, _))| place != n) {
        return Err(no_parquet(format!(
            "it has no column feature_{wanted}, or one twice"
        )));
    }
    let n_rows = usize::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0);
    let groups = reader.metadata().row_groups().iter();
    let in_groups = groups.fold(0, |sum: i64, group| {
        sum.saturating_add(group.num_rows().max(0))
    });
    if usize::try_from(in_groups) != Ok(n_rows) {
        return Err(no_parquet("its parts do not add up to its rows".to_owned()));
    }
    check_size(path, n_rows, features.len())?;
    let mut matrix = Array2::zeros((n_rows, features.len()));
    for (place, (_, column)) in features.iter().enumerate() {
        let whole = Whole::of(&schema.column(*column));
        if whole == Whole::Decimal {
            let name = &names[*column];
            return Err(no_parquet(format!(
                "its column {name} holds decimals: write it as floats"
            )));
        }
        let values = numbers(reader, *column, whole).map_err(|error| no_parquet(why(&error)))?;
        let values = values.filter(|values| values.len() == n_rows);
        let values = values
            .ok_or_else(|| no_parquet(format!("its column {} holds no numbers", names[*column])))?;
        for (row, &value) in values.iter().enumerate() {
            matrix[[row, place]] = finite(path, value, row, place)?;
        }
    }
    let called = |wanted: &str| -> Result<Option<Vec<String>>, VectorsError> {
        let Some(column) = names.iter().position(|name| name == wanted) else {
            return Ok(None);
        };
        let texts = texts(reader, column).map_err(|error| no_parquet(why(&error)))?;
        let texts = texts.filter(|texts| texts.len() == n_rows);
        let no_text = || {
            no_parquet(format!(
                "its column {wanted} holds no text, or more than there is room for"
            ))
        };
        texts.ok_or_else(no_text).map(Some)
    };
    let names = match called("filename")? {
        Some(filenames) => Some(RowNames::Files(filenames)),
        None => called("id")?.map(RowNames::Ids),
    };
    Ok(ReadyVectors {
        features: matrix,
        names,
        taken: None,
    })
}

/// What the whole numbers of a column stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whole {
    Signed,
    Unsigned,
    /// Numbers with a fixed number of places behind the point.
    Decimal,
}

impl Whole {
    fn of(column: &ColumnDescriptor) -> Self {
        use ConvertedType::{DECIMAL, UINT_8, UINT_16, UINT_32, UINT_64};
        match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Decimal(_)), _) | (_, DECIMAL) => Self::Decimal,
            (Some(LogicalType::Integer(integer)), _) if !integer.is_signed => Self::Unsigned,
            (_, UINT_8 | UINT_16 | UINT_32 | UINT_64) => Self::Unsigned,
            _ => Self::Signed,
        }
    }
}

/// The values of a column of numbers, NaN where there is none; `None` where they are no numbers.
fn numbers(
    reader: &SerializedFileReader<File>,
    column: usize,
    whole: Whole,
) -> Result<Option<Vec<f64>>> {
    let is_signed = whole == Whole::Signed;
    let mut values = Vec::new();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let n = rows_of(&*group);
        let add = &mut values;
        match group.get_column_reader(column)? {
            ColumnReader::FloatColumnReader(r) => {
                extend(add, r, n, f64::NAN, |x| Some(f64::from(x)))
            }
            ColumnReader::DoubleColumnReader(r) => extend(add, r, n, f64::NAN, Some),
            ColumnReader::Int32ColumnReader(r) => extend(add, r, n, f64::NAN, |x| {
                Some(match is_signed {
                    true => f64::from(x),
                    false => f64::from(x.cast_unsigned()),
                })
            }),
            ColumnReader::Int64ColumnReader(r) => extend(add, r, n, f64::NAN, |x| {
                Some(match is_signed {
                    true => x as f64,
                    false => x.cast_unsigned() as f64,
                })
            }),
            _ => return Ok(None),
        }?;
    }
    Ok(Some(values))
}

/// The values of a column of text, blank where there is none; `None` where they are no text.
fn texts(reader: &SerializedFileReader<File>, column: usize) -> Result<Option<Vec<String>>> {
    let mut values = Vec::new();
    let n_bytes = Cell::new(0_usize);
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let ColumnReader::ByteArrayColumnReader(texts) = group.get_column_reader(column)? else {
            return Ok(None);
        };
        // A text that a file has once may stand in every row.
        let text = |bytes: ByteArray| {
            n_bytes.set(n_bytes.get().saturating_add(bytes.len()));
            let text = bytes.as_utf8().ok().filter(|_| n_bytes.get() <= MAX_TEXT);
            text.map(str::to_owned)
        };
        extend(&mut values, texts, rows_of(&*group), String::new(), text)?;
    }
    Ok(Some(values))
}

fn rows_of(group: &dyn RowGroupReader) -> usize {
    usize::try_from(group.metadata().num_rows()).unwrap_or(0)
}

/// Reads the `n_rows` values of a column; `missing` stands for those that are not there. One that is
/// not `read` leaves the column short, and so no column of its kind.
fn extend<T: DataType, V: Clone>(
    values: &mut Vec<V>,
    mut column: ColumnReaderImpl<T>,
    n_rows: usize,
    missing: V,
    read: impl Fn(T::T) -> Option<V>,
) -> Result<()> {
    let (mut levels, mut given) = (Vec::new(), Vec::new());
    let mut n_read = 0;
    while n_read < n_rows {
        let (n, ..) = column.read_records(n_rows - n_read, Some(&mut levels), None, &mut given)?;
        if n == 0 {
            break;
        }
        n_read += n;
    }
    let mut given = given.into_iter();
    if levels.is_empty() {
        values.extend(given.map_while(read));
        return Ok(());
    }
    for level in levels {
        match level {
            0 => values.push(missing.clone()),
            _ => values.extend(given.next().and_then(&read)),
        }
    }
    Ok(())
}
