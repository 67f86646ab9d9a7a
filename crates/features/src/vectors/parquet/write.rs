//! Features as a Parquet table, written.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, FloatType, Int64Type};
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::{CONTENT, POSITION};
use crate::vectors::FeatureTable;

/// What the file of a shard has beside the features.
pub(in crate::vectors) struct OfPart<'a> {
    /// The place of each row's record in the cohort.
    pub(in crate::vectors) positions: &'a [usize],
    /// The hash of each row's picture.
    pub(in crate::vectors) contents: &'a [String],
    /// Texts by key.
    pub(in crate::vectors) metadata: [(&'static str, String); 2],
}

/// One row group with the columns `id`, `filename`, those of a part, `feature_0`, `feature_1`, …
///
/// A column for each feature instead of one of lists, because that is what data frames compute
/// with.
pub(in crate::vectors) fn write(
    writer: impl Write + Send,
    table: FeatureTable<'_>,
    part: Option<OfPart<'_>>,
) -> Result<()> {
    let schema = schema(table.features.ncols(), part.is_some());
    let schema = Arc::new(parse_message_type(&schema)?);
    let metadata = part.as_ref().map(|part| {
        let pairs = part.metadata.iter();
        let pair = |(key, text): &(&str, String)| KeyValue::new((*key).to_owned(), text.clone());
        pairs.map(pair).collect()
    });
    // Features hardly ever repeat, so a dictionary would only cost time.
    let properties = WriterProperties::builder()
        .set_created_by(format!("negatoscope {}", env!("CARGO_PKG_VERSION")))
        .set_compression(Compression::SNAPPY)
        .set_dictionary_enabled(false)
        .set_key_value_metadata(metadata)
        .build();
    let mut file = SerializedFileWriter::new(writer, schema, Arc::new(properties))?;
    let mut rows = file.next_row_group()?;
    write_texts(&mut rows, table.ids)?;
    write_texts(&mut rows, table.filenames)?;
    if let Some(part) = part {
        let positions = part.positions.iter().map(|&position| position as i64);
        write_numbers::<Int64Type, _>(&mut rows, &positions.collect::<Vec<_>>())?;
        write_texts(&mut rows, part.contents)?;
    }
    for feature in table.features.columns() {
        write_numbers::<FloatType, _>(&mut rows, &feature.to_vec())?;
    }
    rows.close()?;
    file.close()?;
    Ok(())
}

fn schema(n_features: usize, is_part: bool) -> String {
    let of_part = match is_part {
        true => format!("REQUIRED INT64 {POSITION};\nREQUIRED BYTE_ARRAY {CONTENT} (STRING);\n"),
        false => String::new(),
    };
    let features: String = (0..n_features)
        .map(|index| format!("REQUIRED FLOAT feature_{index};\n"))
        .collect();
    format!(
        "message features {{\n\
         REQUIRED BYTE_ARRAY id (STRING);\n\
         REQUIRED BYTE_ARRAY filename (STRING);\n\
         {of_part}{features}}}"
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

fn write_numbers<T: DataType, W: Write + Send>(
    rows: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
) -> Result<()> {
    let Some(mut column) = rows.next_column()? else {
        return Ok(());
    };
    column.typed::<T>().write_batch(values, None, None)?;
    column.close()
}
