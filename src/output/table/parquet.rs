//! The table as Parquet: typed, with missing cells as nulls.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

use super::{Cells, Column, Table};

/// One row group with all columns.
///
/// # Errors
/// When a column has no place in the format, and those of `out`.
pub fn table(table: &Table, out: impl Write + Send) -> Result<()> {
    let fields = table.columns.iter().map(field).collect::<Result<_>>()?;
    // Names come from a person's file: they are given as such, and not as text to be parsed.
    let schema = Type::group_type_builder("images")
        .with_fields(fields)
        .build()?;
    let properties = WriterProperties::builder()
        .set_created_by(format!("negatoscope {}", env!("CARGO_PKG_VERSION")))
        .set_compression(Compression::SNAPPY)
        .build();
    let mut file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
    let mut rows = file.next_row_group()?;
    for column in &table.columns {
        match &column.cells {
            Cells::Texts(cells) => {
                let bytes = |text: &String| ByteArray::from(text.as_str());
                write::<ByteArrayType, _>(&mut rows, cells, bytes)?;
            }
            Cells::Numbers(cells) => write::<DoubleType, _>(&mut rows, cells, |number| *number)?,
            Cells::Integers(cells) => write::<Int32Type, _>(&mut rows, cells, |number| *number)?,
            Cells::Flags(cells) => write::<BoolType, _>(&mut rows, cells, |flag| *flag)?,
        }
    }
    rows.close()?;
    file.close()?;
    Ok(())
}

fn field(column: &Column) -> Result<TypePtr> {
    let (physical, logical) = match column.cells {
        Cells::Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Cells::Numbers(_) => (Physical::DOUBLE, None),
        Cells::Integers(_) => (Physical::INT32, None),
        Cells::Flags(_) => (Physical::BOOLEAN, None),
    };
    let field = Type::primitive_type_builder(&column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical);
    Ok(Arc::new(field.build()?))
}

/// Nulls have no value, and a level that says so.
fn write<T: DataType, V>(
    rows: &mut SerializedRowGroupWriter<'_, impl Write + Send>,
    cells: &[Option<V>],
    value: impl Fn(&V) -> T::T,
) -> Result<()> {
    let Some(mut column) = rows.next_column()? else {
        return Ok(());
    };
    let values: Vec<T::T> = cells.iter().flatten().map(value).collect();
    let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
    column
        .typed::<T>()
        .write_batch(&values, Some(&levels), None)?;
    column.close()
}
