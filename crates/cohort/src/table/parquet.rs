//! Tables in Parquet, as pandas, polars and DuckDB write them.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::{LogicalType, TimeUnit};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::{Type, TypePtr};

use negatoscope_host::panics::caught;

use super::account::Account;
use super::error::TableError;
use super::grid::{Grid, MAX_CELLS, MAX_COLUMNS};
use super::{Table, iso};

/// Reads the columns that hold one value a row; others are named.
///
/// # Errors
/// When the file is damaged, or larger than a table of images can be.
pub(super) fn read(file: File, account: Account) -> Result<Table, TableError> {
    // The crate has places that panic at values that no writer gives.
    let read = caught(|| read_all(file, account));
    read.unwrap_or_else(|_| {
        Err(TableError::Parquet {
            reason: "its values are not what its schema says".to_owned(),
        })
    })
}

impl From<ParquetError> for TableError {
    fn from(error: ParquetError) -> Self {
        let reason = error.to_string();
        let reason = reason
            .trim_start_matches("Parquet error: ")
            .trim_end_matches('.');
        Self::Parquet {
            reason: reason.to_owned(),
        }
    }
}

fn read_all(file: File, mut account: Account) -> Result<Table, TableError> {
    let reader = SerializedFileReader::new(file)?;
    let metadata = reader.metadata().file_metadata();
    let schema = metadata.schema();
    let mut fields = Vec::new();
    for field in schema.get_fields() {
        if field.is_primitive() && !is_repeated(field) {
            fields.push(Arc::clone(field));
            continue;
        }
        let reason = "the column holds several values a row and is not read".to_owned();
        account.skip(&format!("column {}", field.name()), reason);
    }
    if fields.len() > MAX_COLUMNS {
        let (what, limit) = ("columns", MAX_COLUMNS);
        return Err(TableError::TooMany { what, limit });
    }
    let n_rows = usize::try_from(metadata.num_rows()).unwrap_or(0);
    if n_rows.saturating_mul(fields.len().max(1)) > MAX_CELLS {
        let (what, limit) = ("cells", MAX_CELLS);
        return Err(TableError::TooMany { what, limit });
    }
    if fields.is_empty() {
        return Err(TableError::Empty);
    }
    let names: Vec<String> = fields.iter().map(|field| field.name().to_owned()).collect();
    let units: Vec<Option<i64>> = fields.iter().map(nanos).collect();
    let builder = Type::group_type_builder(schema.name()).with_fields(fields);
    let mut grid = Grid::default();
    for (row, line) in reader.get_row_iter(Some(builder.build()?))?.zip(1..) {
        let row = row?;
        let start = grid.mark();
        for ((_, field), unit) in row.get_column_iter().zip(&units) {
            grid.push(&text_of(field, *unit))?;
        }
        grid.end_row(start, line)?;
    }
    let text = format!(
        "{} is read as Parquet, with the types that it gives.",
        account.file
    );
    account.assume("format", text);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Table::of_grid(&names, grid, account)
}

fn is_repeated(field: &TypePtr) -> bool {
    let info = field.get_basic_info();
    info.has_repetition() && info.repetition() == parquet::basic::Repetition::REPEATED
}

/// How many nanoseconds a value of a column of moments counts, where the reader does not know it as
/// one.
fn nanos(field: &TypePtr) -> Option<i64> {
    match field.get_basic_info().logical_type_ref() {
        Some(LogicalType::Timestamp(kind)) if kind.unit == TimeUnit::NANOS => Some(1),
        _ => None,
    }
}

fn text_of(field: &Field, nanos: Option<i64>) -> String {
    match field {
        Field::Null => String::new(),
        Field::Long(value) if nanos.is_some() => iso::moment(value.div_euclid(1000)),
        Field::Bool(value) => value.to_string(),
        Field::Byte(value) => value.to_string(),
        Field::Short(value) => value.to_string(),
        Field::Int(value) => value.to_string(),
        Field::Long(value) => value.to_string(),
        Field::UByte(value) => value.to_string(),
        Field::UShort(value) => value.to_string(),
        Field::UInt(value) => value.to_string(),
        Field::ULong(value) => value.to_string(),
        Field::Float16(value) if value.is_nan() => String::new(),
        Field::Float16(value) => value.to_f32().to_string(),
        Field::Float(value) if value.is_nan() => String::new(),
        Field::Float(value) => value.to_string(),
        Field::Double(value) if value.is_nan() => String::new(),
        Field::Double(value) => value.to_string(),
        Field::Str(value) => value.clone(),
        // Older writers do not say that bytes are text.
        Field::Bytes(value) => String::from_utf8_lossy(value.data()).into_owned(),
        Field::Date(days) => iso::date(i64::from(*days)),
        Field::TimeMillis(millis) => iso::time(i64::from(*millis) * 1000),
        Field::TimeMicros(micros) => iso::time(*micros),
        Field::TimestampMillis(millis) => iso::moment(millis.saturating_mul(1000)),
        Field::TimestampMicros(micros) => iso::moment(*micros),
        Field::Decimal(_) => field.to_string(),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => String::new(),
    }
}
