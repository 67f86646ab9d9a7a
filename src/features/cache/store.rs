//! The SQLite file: made, opened, and set aside when it is damaged.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use super::is_damage;

/// Layout of the tables; a file with another number belongs to another version of the program.
const LAYOUT: u32 = 1;

/// How long another process that writes is waited for.
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

/// Opens the file, or a new one, or one in memory.
pub(super) fn open(path: &Path) -> rusqlite::Result<Opened> {
    let mut warnings = Vec::new();
    let mut opened = on_disk(path);
    if let Err(Refusal::Damaged(_)) = &opened
        && set_aside(path).is_ok()
    {
        warnings.push(format!(
            "The feature cache {} was damaged and has been set aside; features are computed anew.",
            path.display()
        ));
        opened = on_disk(path);
    }
    match opened {
        Ok(connection) => Ok(Opened {
            connection,
            path: Some(path.to_owned()),
            warnings,
        }),
        Err(refusal) => {
            warnings.push(format!(
                "The feature cache {} cannot be used ({refusal}), so features are kept in memory \
                 only; choose another folder with --cache-dir.",
                path.display()
            ));
            let connection = Connection::open_in_memory()?;
            connection.execute_batch(TABLES)?;
            Ok(Opened {
                connection,
                path: None,
                warnings,
            })
        }
    }
}

/// Replaces a connection whose file turned out to be damaged.
///
/// Another process may have replaced the file already; then the new one is used.
pub(super) fn replace(damaged: &mut Connection, path: &Path) -> Option<Connection> {
    if let Ok(in_memory) = Connection::open_in_memory() {
        // The damaged file must be closed before it is renamed.
        drop(std::mem::replace(damaged, in_memory));
    }
    let sound = |connection: &Connection| {
        let answer = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
        answer.is_ok_and(|text: String| text == "ok")
    };
    if let Some(connection) = on_disk(path).ok().filter(sound) {
        return Some(connection);
    }
    let fresh = set_aside(path).ok().and_then(|()| on_disk(path).ok());
    match &fresh {
        Some(_) => tracing::warn!(
            "The feature cache {} was damaged and has been set aside.",
            path.display()
        ),
        None => tracing::warn!(
            "The feature cache {} is damaged and cannot be replaced: delete it.",
            path.display()
        ),
    }
    fresh
}

#[derive(Debug, thiserror::Error)]
enum Refusal {
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

fn is_busy(error: &rusqlite::Error) -> bool {
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

/// Renames the file to `….damaged`, in the place of an earlier one, and removes its log.
fn set_aside(path: &Path) -> std::io::Result<()> {
    let beside = |suffix: &str| {
        let mut name = OsString::from(path);
        name.push(suffix);
        PathBuf::from(name)
    };
    std::fs::rename(path, beside(".damaged"))?;
    for log in [beside("-wal"), beside("-shm")] {
        // A log of the old file would be applied to the new one.
        match std::fs::remove_file(&log) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
