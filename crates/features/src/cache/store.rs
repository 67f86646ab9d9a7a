//! The SQLite file: made, opened, and set aside when it is damaged.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use super::is_damage;
use super::salvage::salvage;

/// Layout of the tables; a file with another number belongs to another version of the program.
const LAYOUT: u32 = 1;

/// How long other processes that make or switch the file are waited for.
const PATIENCE: Duration = Duration::from_secs(10);

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS features (
        space BLOB NOT NULL, image BLOB NOT NULL,
        vector BLOB NOT NULL, checksum BLOB NOT NULL,
        PRIMARY KEY (space, image)
    );
    CREATE TABLE IF NOT EXISTS images (
        version INTEGER NOT NULL, image BLOB NOT NULL,
        facts TEXT NOT NULL, thumbnail BLOB NOT NULL, checksum BLOB NOT NULL,
        PRIMARY KEY (version, image)
    );";

/// A database that works, on disk if at all possible.
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) path: Option<PathBuf>,
    pub(super) warnings: Vec<String>,
}

/// Opens the file, or a new one, or one in memory that reads a file beside it.
pub(super) fn open(path: &Path) -> rusqlite::Result<Opened> {
    let mut warnings = Vec::new();
    let mut opened = on_disk(path);
    if let Err(Refusal::Damaged(_)) = &opened
        && let Some((connection, warning)) = renewed(path)
    {
        warnings.push(warning);
        opened = Ok(connection);
    }
    match opened {
        Ok(connection) => Ok(Opened {
            connection,
            path: Some(path.to_owned()),
            warnings,
        }),
        Err(refusal) => {
            let connection = Connection::open_in_memory()?;
            connection.execute_batch(TABLES)?;
            let place = path.display();
            warnings.push(match read_beside(&connection, path) {
                Ok(()) => format!(
                    "The feature cache {place} can be read and not written, so what is computed anew is kept in \
                     memory only; choose another folder with --cache-dir to keep it."
                ),
                Err(_) => format!(
                    "The feature cache {place} cannot be used ({refusal}), so features are kept in memory only; \
                     choose another folder with --cache-dir."
                ),
            });
            Ok(Opened {
                connection,
                path: None,
                warnings,
            })
        }
    }
}

/// Lets what is looked up be found in a file that may not be written, too.
pub(super) fn read_beside(connection: &Connection, path: &Path) -> Result<(), Refusal> {
    // In an address these would end the path or begin a code.
    let name = path.to_string_lossy().replace('%', "%25");
    let name = name.replace('?', "%3f").replace('#', "%23");
    // Its log cannot be read where no index of the log may be written: then the file alone is, whose rows each
    // have a checksum.
    let attached = |how: &str| {
        connection.execute("ATTACH ?1 AS beside", [format!("file:{name}?{how}")])?;
        let layout = connection.query_row("PRAGMA beside.user_version", [], |row| row.get(0));
        let layout: u32 = layout.inspect_err(|_| {
            connection.execute_batch("DETACH beside").ok();
        })?;
        Ok::<u32, rusqlite::Error>(layout)
    };
    let layout = attached("mode=ro").or_else(|_| attached("mode=ro&immutable=1"))?;
    if layout != LAYOUT {
        return Err(Refusal::OtherLayout);
    }
    connection.execute_batch(
        "CREATE TEMP VIEW features AS SELECT * FROM main.features UNION ALL SELECT * FROM beside.features;
         CREATE TEMP VIEW images AS SELECT * FROM main.images UNION ALL SELECT * FROM beside.images;",
    )?;
    Ok(())
}

/// What is thought of the file at the place of one that turned out to be damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Suspicion {
    /// Another process may have replaced it already; then the new one is used.
    MayBeReplaced,
    /// It is the damaged one, whatever a look at it says: keys of an index are not looked at.
    IsDamaged,
}

/// Replaces a connection whose file turned out to be damaged.
pub(super) fn replace(
    damaged: &mut Connection,
    path: &Path,
    suspicion: Suspicion,
) -> Option<Connection> {
    if let Ok(in_memory) = Connection::open_in_memory() {
        // The damaged file must be closed before it is renamed.
        drop(std::mem::replace(damaged, in_memory));
    }
    let sound = |connection: &Connection| {
        let answer = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
        answer.is_ok_and(|text: String| text == "ok")
    };
    if suspicion == Suspicion::MayBeReplaced
        && let Some(connection) = on_disk(path).ok().filter(sound)
    {
        return Some(connection);
    }
    let Some((fresh, warning)) = renewed(path) else {
        tracing::warn!(
            "The feature cache {} is damaged and cannot be replaced: delete it.",
            path.display()
        );
        return None;
    };
    tracing::warn!("{warning}");
    Some(fresh)
}

/// A new file in the place of a damaged one, with what can still be read of it, and a sentence on
/// what became of the rest.
fn renewed(path: &Path) -> Option<(Connection, String)> {
    let damaged = set_aside(path).ok()?;
    let mut fresh = on_disk(path).ok()?;
    let n_kept = salvage(&damaged, &mut fresh)
        .inspect_err(|error| tracing::warn!("Nothing is taken over of the old cache: {error}."))
        .unwrap_or(0);
    let warning = format!(
        "The feature cache {} was damaged and has been set aside as {}: {n_kept} of its entries can \
         be read and were kept, the others are computed anew.",
        path.display(),
        damaged.file_name().unwrap_or_default().display()
    );
    Some((fresh, warning))
}

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("{0}")]
    Folder(#[from] std::io::Error),
    #[error("{0}")]
    Sqlite(rusqlite::Error),
    #[error("{0}")]
    Damaged(rusqlite::Error),
    #[error("it cannot be written")]
    ReadOnly,
    #[error("another version of negatoscope made it")]
    OtherLayout,
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        if is_damage(&error) {
            Self::Damaged(error)
        } else {
            Self::Sqlite(error)
        }
    }
}

/// Opens or makes the file.
///
/// SQLite does not wait for others while it switches a new file to its write-ahead log, so when
/// several processes make the cache at once, all but one have to come again.
fn on_disk(path: &Path) -> Result<Connection, Refusal> {
    let start = Instant::now();
    loop {
        match connect(path) {
            Err(Refusal::Sqlite(error)) if is_busy(&error) && start.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(10));
            }
            result => return result,
        }
    }
}

pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

fn connect(path: &Path) -> Result<Connection, Refusal> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    if connection.is_readonly("main")? {
        return Err(Refusal::ReadOnly);
    }
    // With a write-ahead log, readers and a writer do not wait for each other. A power cut may
    // lose the last entries but not the file.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let layout: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if layout != 0 && layout != LAYOUT {
        return Err(Refusal::OtherLayout);
    }
    connection.execute_batch(TABLES)?;
    if layout == 0 {
        connection.pragma_update(None, "user_version", LAYOUT)?;
    }
    Ok(connection)
}

/// Renames the file to `….damaged`, in the place of an earlier one, with the log of what was written
/// last.
fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
    let beside = |suffix: &str| {
        let mut name = OsString::from(path);
        name.push(suffix);
        PathBuf::from(name)
    };
    let there = |result: std::io::Result<()>| match result {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    let damaged = beside(".damaged");
    // A log of another file would be applied to this one, and the old one's to the new.
    there(std::fs::remove_file(beside(".damaged-wal")))?;
    there(std::fs::remove_file(beside(".damaged-shm")))?;
    std::fs::rename(path, &damaged)?;
    there(std::fs::rename(beside("-wal"), beside(".damaged-wal")))?;
    there(std::fs::remove_file(beside("-shm")))?;
    Ok(damaged)
}
