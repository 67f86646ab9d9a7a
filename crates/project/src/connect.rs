//! The SQLite file: made, opened, read where it cannot be written, and left alone where it is another's.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, params_from_iter};

/// Says that the file is a project: "ngsc".
const APPLICATION: u32 = 0x6e67_7363;
/// Layout of the tables; a file with another number belongs to another version of the program.
const LAYOUT: u32 = 1;
/// How long another process that writes is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

const TABLES: &str = "
    CREATE TABLE about (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE items (
        kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
        made INTEGER NOT NULL, changed INTEGER NOT NULL,
        revision INTEGER NOT NULL, gone INTEGER NOT NULL,
        UNIQUE (kind, id)
    );
    CREATE INDEX by_revision ON items (revision);
    CREATE TABLE answers (key BLOB PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
    INSERT INTO about VALUES ('revision', 0);";

/// Whose a project is.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// What the images are called together.
    pub name: &'a str,
    /// A number for each of them that no other image has.
    pub images: &'a [u64],
}

impl Owner<'_> {
    /// How many of these are here.
    fn shared(&self, others: &[u64]) -> usize {
        let here: HashSet<&u64> = self.images.iter().collect();
        others.iter().filter(|image| here.contains(image)).count()
    }

    /// Whether these are the same cohort, grown, or a part of it: half of the fewer are in both.
    fn is_like(&self, others: &[u64]) -> bool {
        2 * self.shared(others) >= self.images.len().min(others.len())
    }
}

/// The project in a folder that shares most images with these, if it is of the same cohort.
pub(super) fn of_like(folder: &Path, owner: &Owner<'_>) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == ENDING));
    paths.sort();
    let shared = |path: PathBuf| {
        let images = images_in(&path)?;
        owner
            .is_like(&images)
            .then(|| (owner.shared(&images), path))
    };
    let found = paths.into_iter().filter_map(shared);
    // Of equals the first, so that it is always the same.
    let best = found.rev().max_by_key(|(n_shared, _)| *n_shared);
    best.map(|(_, path)| path)
}

/// How the names of projects end.
pub const ENDING: &str = "sqlite3";

/// A database that works, on disk if at all possible.
pub(super) struct Opened {
    pub(super) connection: Connection,
    /// `None` where what is made ends with the program.
    pub(super) path: Option<PathBuf>,
    pub(super) warnings: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("{0}")]
    Folder(#[from] std::io::Error),
    #[error("{0}")]
    Sqlite(rusqlite::Error),
    #[error("it is damaged: {0}")]
    Damaged(String),
    #[error("it is no project of negatoscope")]
    Foreign,
    #[error("another version of negatoscope made it")]
    OtherLayout,
    #[error("it cannot be written")]
    ReadOnly,
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => Self::ReadOnly,
            _ => Self::Sqlite(error),
        }
    }
}

/// Opens the file, or makes it. Whatever cannot be used stays as it is, and what is made lives in memory.
pub(super) fn open(path: &Path, owner: &Owner<'_>) -> rusqlite::Result<Opened> {
    let shown = name_of(path);
    match connect(path, owner) {
        Ok(connection) => Ok(Opened {
            warnings: other_images(&connection, path, owner).into_iter().collect(),
            connection,
            path: Some(path.to_owned()),
        }),
        Err(refusal) => {
            let mut connection = in_memory(owner)?;
            let is_read = matches!(refusal, Refusal::ReadOnly)
                && copy(path, &mut connection).is_ok_and(|is_there| is_there);
            let warning = match is_read {
                true => format!(
                    "The project file {shown} can be read and not written, so what you make now is \
                     kept in this browser only: make it writable, or give another with --project."
                ),
                false => format!(
                    "The project file {shown} cannot be used ({refusal}) and is left as it is, so \
                     what you make is kept in this browser only: give another with --project."
                ),
            };
            let other = other_images(&connection, path, owner).filter(|_| is_read);
            Ok(Opened {
                connection,
                path: None,
                warnings: [warning].into_iter().chain(other).collect(),
            })
        }
    }
}

/// The file's name alone: sentences go to a page too, and a folder may be named for a patient.
fn name_of(path: &Path) -> std::path::Display<'_> {
    Path::new(path.file_name().unwrap_or(path.as_os_str())).display()
}

fn connect(path: &Path, owner: &Owner<'_>) -> Result<Connection, Refusal> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    // One file, without a log beside it: it can be carried along as it lies. What was answered is on the
    // disk, also after a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    if connection.is_readonly("main")? {
        check(&connection)?;
        return Err(Refusal::ReadOnly);
    }
    // Of several programs that make it at once, one does.
    let making = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let is_empty = making.query_row("SELECT count(*) = 0 FROM sqlite_master", [], |r| r.get(0))?;
    if is_empty && number(&making, "application_id")? == 0 {
        furnish(&making, owner)?;
        making.commit()?;
    } else {
        check(&making)?;
        // Whether it can be written shows only where it is: the folder may not take the journal.
        making.execute("UPDATE about SET value = value", [])?;
        making.rollback()?;
    }
    Ok(connection)
}

/// Whether it is a whole project of this version.
fn check(connection: &Connection) -> Result<(), Refusal> {
    if number(connection, "application_id")? != APPLICATION {
        return Err(Refusal::Foreign);
    }
    if number(connection, "user_version")? != LAYOUT {
        return Err(Refusal::OtherLayout);
    }
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    match found.as_str() {
        "ok" => Ok(()),
        _ => Err(Refusal::Damaged(found)),
    }
}

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

fn furnish(connection: &Connection, owner: &Owner<'_>) -> rusqlite::Result<()> {
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", LAYOUT)?;
    let images: Vec<u8> = owner.images.iter().flat_map(|x| x.to_le_bytes()).collect();
    let sql = "INSERT INTO about VALUES ('name', ?1), ('images', ?2)";
    connection.execute(sql, (owner.name, images)).map(drop)
}

pub(super) fn in_memory(owner: &Owner<'_>) -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    furnish(&connection, owner)?;
    Ok(connection)
}

/// Takes over what stands in a file that is not written; false where there is none that can be read.
pub(super) fn copy(path: &Path, into: &mut Connection) -> rusqlite::Result<bool> {
    if !path.is_file() {
        return Ok(false);
    }
    let from = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    if check(&from).is_err() {
        return Ok(false);
    }
    let copying = into.transaction()?;
    for (table, columns) in [
        ("about", "key, value"),
        ("items", "kind, id, body, made, changed, revision, gone"),
        ("answers", "key, bytes"),
    ] {
        let mut read = from.prepare(&format!("SELECT {columns} FROM {table}"))?;
        let places = vec!["?"; read.column_count()].join(", ");
        let sql = format!("INSERT OR REPLACE INTO {table} ({columns}) VALUES ({places})");
        let mut write = copying.prepare(&sql)?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            let values = (0..row.as_ref().column_count()).map(|place| row.get::<_, Value>(place));
            write.execute(params_from_iter(values.collect::<Result<Vec<_>, _>>()?))?;
        }
    }
    copying.commit()?;
    Ok(true)
}

/// The same of a file. Only who may write takes back what a kill has left half written; before that it
/// cannot be read.
fn images_in(path: &Path) -> Option<Vec<u64>> {
    let ways = [
        OpenFlags::SQLITE_OPEN_READ_WRITE,
        OpenFlags::SQLITE_OPEN_READ_ONLY,
    ];
    ways.into_iter().find_map(|way| {
        let connection = Connection::open_with_flags(path, way).ok()?;
        connection.busy_timeout(PATIENCE).ok()?;
        images_of(&connection)
    })
}

/// The numbers of the images that a project was begun with.
fn images_of(connection: &Connection) -> Option<Vec<u64>> {
    let sql = "SELECT value FROM about WHERE key = 'images'";
    let bytes: Vec<u8> = connection.query_row(sql, [], |row| row.get(0)).ok()?;
    let images = bytes.as_chunks().0.iter();
    Some(images.map(|&eight| u64::from_le_bytes(eight)).collect())
}

/// A sentence where the file was begun with another cohort.
fn other_images(connection: &Connection, path: &Path, owner: &Owner<'_>) -> Option<String> {
    let images = images_of(connection)?;
    if owner.is_like(&images) {
        return None;
    }
    let sql = "SELECT value FROM about WHERE key = 'name'";
    let name: String = connection.query_row(sql, [], |row| row.get(0)).ok()?;
    Some(format!(
        "The project file {} was begun with another cohort, {name}: of its {} images {} are here; what \
         names these is used, and nothing is deleted.",
        name_of(path),
        images.len(),
        owner.shared(&images),
    ))
}
