//! Several tables, one for each folder of pictures, as one.

use csv::StringRecord;

use super::error::CohortError;
use super::matching::{FileIndex, normalise};
use super::naming::filename_column;
use super::record::Assumption;
use super::summary::Skipped;
use super::table::Table;
use super::walk::FileEntry;

/// The name of the column of paths in tables that were put together.
const PATH: &str = "file_name";

/// A table, and the account of the ones that it was put together from.
#[derive(Default)]
pub(super) struct Stack {
    pub(super) table: Option<Table>,
    pub(super) assumed: Vec<Assumption>,
    pub(super) skipped: Vec<Skipped>,
}

/// Puts tables together, each with the folder inside the image folder from which its file names
/// start (nothing, or a path with a slash at its end): rows below rows, columns of one name as one.
/// A single table of the image folder itself stays as it is.
///
/// # Errors
/// When no column of one of them names files.
pub(super) fn stack(
    tables: Vec<(String, Table)>,
    files: &[FileEntry],
) -> Result<Stack, CohortError> {
    let mut tables = tables;
    if tables.len() <= 1 && tables.iter().all(|(folder, _)| folder.is_empty()) {
        return Ok(Stack {
            table: tables.pop().map(|(_, table)| table),
            ..Stack::default()
        });
    }
    let folders: Vec<&str> = tables.iter().map(|(folder, _)| folder.as_str()).collect();
    let said = Assumption {
        topic: "metadata",
        column: None,
        text: format!(
            "The metadata are the tables of these folders, one below the other: {}.",
            folders.join(", ")
        ),
    };
    let mut header: Vec<String> = vec![PATH.to_owned()];
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (folder, table) in &tables {
        let paths = column_of_paths(folder, table, files)?;
        let columns: Vec<usize> = table
            .names()
            .enumerate()
            .map(
                |(column, name)| match header.iter().position(|known| known == name) {
                    _ if column == paths => 0,
                    Some(at) if at > 0 => at,
                    _ => {
                        header.push(name.to_owned());
                        header.len() - 1
                    }
                },
            )
            .collect();
        for row in 0..table.len() {
            let mut cells = vec![String::new(); header.len()];
            for (column, &at) in columns.iter().enumerate() {
                let cell = table.cell(row, column);
                cells[at] = if column == paths && !cell.is_empty() {
                    format!("{folder}{}", normalise(cell))
                } else {
                    cell.to_owned()
                };
            }
            rows.push(cells);
        }
    }
    let record = |cells: Vec<String>| cells.into_iter().collect::<StringRecord>();
    let rows = rows.into_iter().map(record).collect();
    let of_tables = || tables.iter().map(|(_, table)| table);
    Ok(Stack {
        table: Some(Table::new(&record(header), rows)),
        assumed: of_tables()
            .flat_map(|table| table.assumed().to_vec())
            .chain([said])
            .collect(),
        skipped: of_tables()
            .flat_map(|table| table.skipped().to_vec())
            .collect(),
    })
}

/// The column that names files of the table's own folder.
fn column_of_paths(folder: &str, table: &Table, files: &[FileEntry]) -> Result<usize, CohortError> {
    let below: Vec<FileEntry> = files
        .iter()
        .filter_map(|file| {
            let relative = file.relative.strip_prefix(folder)?.to_owned();
            Some(FileEntry::new(relative, file.found.clone()))
        })
        .collect();
    let named = filename_column(table, &FileIndex::new(&below));
    let named = named.ok_or_else(|| CohortError::NoFilenameColumn {
        known: table.names().map(str::to_owned).collect(),
    })?;
    Ok(named.column)
}
