//! Features as a Parquet table, which pandas, polars and DuckDB read.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, FloatType};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::FeatureTable;

/// One row group with the columns `id`, `filename`, `feature_0`, `feature_1`, …
///
/// A column for each feature instead of one of lists, because that is what data frames compute
/// with.
pub(super) fn write(writer: impl Write + Send, table: FeatureTable<'_>) -> Result<()> {
    let schema = Arc::new(parse_message_type(&schema(table.features.ncols()))?);
    // Features hardly ever repeat, so a dictionary would only cost time.
    let properties = WriterProperties::builder()
        .set_created_by(format!("negatoscope {}", env!("CARGO_PKG_VERSION")))
        .set_compression(Compression::SNAPPY)
        .set_dictionary_enabled(false)
        .build();
    let mut file = SerializedFileWriter::new(writer, schema, Arc::new(properties))?;
    let mut rows = file.next_row_group()?;
    write_texts(&mut rows, table.ids)?;
    write_texts(&mut rows, table.filenames)?;
    for feature in table.features.columns() {
        write_floats(&mut rows, &feature.to_vec())?;
    }
    rows.close()?;
    file.close()?;
    Ok(())
}

fn schema(n_features: usize) -> String {
    let features: String = (0..n_features)
        .map(|index| format!("REQUIRED FLOAT feature_{index};\n"))
        .collect();
    format!(
        "message features {{\n\
         REQUIRED BYTE_ARRAY id (STRING);\n\
         REQUIRED BYTE_ARRAY filename (STRING);\n\
         {features}}}"
    )
}

fn write_texts<W: Write + Send>(
    rows: &mut SerializedRowGroupWriter<'_, W>,
    texts: &[String],
) -> Result<()> {
    let texts: Vec<ByteArray> = texts.iter().map(|text| text.as_str().into()).collect();
    let Some(mut column) = rows.next_column()? else {
        return Ok(());
    };
    column
        .typed::<ByteArrayType>()
        .write_batch(&texts, None, None)?;
    column.close()
}

fn write_floats<W: Write + Send>(
    rows: &mut SerializedRowGroupWriter<'_, W>,
    values: &[f32],
) -> Result<()> {
    let Some(mut column) = rows.next_column()? else {
        return Ok(());
    };
    column
        .typed::<FloatType>()
        .write_batch(values, None, None)?;
    column.close()
}
