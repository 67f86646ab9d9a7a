//! What can still be read of a damaged file, row by row.
//!
//! SQLite finds a row by the pages above it. A damaged leaf costs its own rows, and an index none;
//! below a damaged inner page, or with a header or schema that is not readable, nothing is found.
//! Each row is kept only when its checksum holds.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::checksum::{features_checksum, image_checksum};

/// Bytes of a file for each row number that may be in it: rows take more, and numbers that were used
/// once are not used again.
const BYTES_PER_NUMBER: u64 = 32;

/// A table, its columns, and whether a row of it is what was written.
struct Kind {
    table: &'static str,
    columns: &'static str,
    is_sound: fn(&[Value]) -> bool,
}

const KINDS: [Kind; 2] = [
    Kind {
        table: "features",
        columns: "space, image, vector, checksum",
        is_sound: |row| {
            let [
                Value::Blob(space),
                Value::Blob(image),
                Value::Blob(vector),
                Value::Blob(checksum),
            ] = row
            else {
                return false;
            };
            *checksum == features_checksum(space, image, vector)
        },
    },
    Kind {
        table: "images",
        columns: "version, image, facts, thumbnail, checksum",
        is_sound: |row| {
            let [
                Value::Integer(version),
                Value::Blob(image),
                Value::Text(facts),
                Value::Blob(thumbnail),
                Value::Blob(checksum),
            ] = row
            else {
                return false;
            };
            u32::try_from(*version)
                .is_ok_and(|version| *checksum == image_checksum(version, image, facts, thumbnail))
        },
    },
];

/// Copies all rows of the file at `damaged` that are sound, and gives how many these are.
///
/// # Errors
/// When they cannot be written.
pub(super) fn salvage(damaged: &Path, into: &mut Connection) -> rusqlite::Result<usize> {
    let n_bytes = damaged.metadata().map_or(0, |file| file.len());
    let last = i64::try_from(n_bytes / BYTES_PER_NUMBER).unwrap_or(i64::MAX);
    let transaction = into.transaction()?;
    let mut n_kept = 0;
    if let Ok(from) = Connection::open(damaged) {
        // Cells that reach over their page are told at once, and a file that was cut is read as far as
        // it goes.
        from.pragma_update(None, "cell_size_check", true).ok();
        from.pragma_update(None, "writable_schema", true).ok();
        for kind in &KINDS {
            let Kind { table, columns, .. } = kind;
            let places = vec!["?"; columns.split(", ").count()].join(", ");
            let sql = format!("INSERT OR IGNORE INTO {table} ({columns}) VALUES ({places})");
            let mut insert = transaction.prepare(&sql)?;
            let mut failed = None;
            rows(&from, kind, last, &mut |row| {
                if (kind.is_sound)(&row) {
                    match insert.execute(params_from_iter(row)) {
                        Ok(n) => n_kept += n,
                        Err(error) => failed = Some(error),
                    }
                }
            });
            if let Some(error) = failed {
                return Err(error);
            }
        }
    }
    transaction.commit()?;
    Ok(n_kept)
}

/// Hands over every row of a table that can be read; none has a number beyond `last`.
fn rows(from: &Connection, kind: &Kind, last: i64, each: &mut dyn FnMut(Vec<Value>)) {
    let Kind { table, columns, .. } = kind;
    let newest = format!("SELECT max(rowid) FROM {table} NOT INDEXED");
    let newest = from.query_row(&newest, [], |row| row.get::<_, i64>(0));
    let last = newest.map_or(last, |newest| newest.min(last));
    let sql = format!(
        "SELECT rowid, {columns} FROM {table} NOT INDEXED WHERE rowid >= ?1 ORDER BY rowid"
    );
    let Ok(mut statement) = from.prepare(&sql) else {
        return;
    };
    let mut next = 1;
    while next <= last {
        let mut ask = || -> rusqlite::Result<()> {
            let mut found = statement.query([next])?;
            while let Some(row) = found.next()? {
                let number: i64 = row.get(0)?;
                if !(next..=last).contains(&number) {
                    // Numbers only rise: this one is part of the damage.
                    return Err(rusqlite::Error::InvalidQuery);
                }
                let n_columns = row.as_ref().column_count();
                let values = (1..n_columns).map(|column| row.get::<_, Value>(column));
                each(values.collect::<Result<_, _>>()?);
                next = number + 1;
            }
            Ok(())
        };
        match ask() {
            Ok(()) => return,
            Err(_) => next += 1,
        }
    }
}
