//! Items that are put, taken back and joined, each change in one transaction.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use super::Item;
use super::connect::{self, Opened, Owner};

/// Items of one kind that are there at once; more than a person makes.
pub const MOST: usize = 10_000;

/// A change cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// There are too many of its kind.
    #[error("{MOST} items of the kind {0} are kept, and no more: delete some of them")]
    Full(String),
    /// The disk does not take it.
    #[error(
        "the project cannot be written ({0}): make room on its disk, or give another file with --project"
    )]
    Unwritten(#[from] rusqlite::Error),
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// The item as it is now.
    pub item: Item,
    /// What it was, where that was changed since the sender saw it.
    pub overwritten: Option<Item>,
}

/// What came of items that were brought along.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// New, or newer than what was here.
    pub n_taken: usize,
    /// Here already, as new or newer.
    pub n_known: usize,
    /// Too many of their kind.
    pub n_too_many: usize,
}

/// A project, on disk if at all possible; shared by all threads of this process and by others.
pub struct ProjectFile {
    connection: Mutex<Connection>,
    path: Option<PathBuf>,
    warnings: Vec<String>,
}

impl ProjectFile {
    /// Opens the project that lies there, or makes it.
    ///
    /// A file that is damaged, or is another's, is left as it is; then the project lives in memory, as it
    /// does where nothing can be written, and what can be read of it is there. [`Self::warnings`] tell.
    ///
    /// # Errors
    /// When not even a project in memory can be had.
    pub fn open(at: &Path, owner: Owner<'_>) -> rusqlite::Result<Self> {
        let Opened {
            connection,
            path,
            warnings,
        } = connect::open(at, &owner)?;
        for warning in &warnings {
            tracing::warn!("{warning} ({})", at.display());
        }
        Ok(Self {
            connection: Mutex::new(connection),
            path,
            warnings,
        })
    }

    /// Where the project of this cohort lies in a folder, if there is one: begun with these images, with
    /// fewer, or with all of those of which these are a part.
    pub fn of_like(folder: &Path, owner: Owner<'_>) -> Option<PathBuf> {
        connect::of_like(folder, &owner)
    }

    /// Sentences for the user about how it was opened.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Where it lies; `None` where it ends with the program.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The number of the last change.
    pub fn revision(&self) -> u64 {
        let connection = self.lock();
        revision(&connection).unwrap_or_else(|error| {
            tracing::warn!("The project cannot be read: {error}.");
            0
        })
    }

    /// The items of a kind that are not gone, the first made first.
    pub fn items(&self, kind: &str) -> Vec<Item> {
        let sql = "SELECT * FROM items WHERE kind = ?1 AND gone = 0 ORDER BY made, rowid";
        self.listed(sql, [kind])
    }

    /// The item of this name, unless it is gone.
    pub fn item(&self, kind: &str, id: &str) -> Option<Item> {
        let connection = self.lock();
        let found = stored(&connection, kind, id).ok().flatten();
        found.filter(|item| !item.gone)
    }

    /// All that was changed after a revision, gone or not, the first made first: all there is after 0.
    pub fn since(&self, revision: u64) -> Vec<Item> {
        let sql = "SELECT * FROM items WHERE revision > ?1 ORDER BY made, rowid";
        self.listed(sql, [revision as i64])
    }

    /// Puts an item in the place of what had its name. `seen` is the revision that the sender knew.
    ///
    /// # Errors
    /// When there are [`MOST`] of the kind, or the disk does not take it.
    pub fn put(
        &self,
        (kind, id): (&str, &str),
        body: &str,
        seen: Option<u64>,
    ) -> Result<Put, ProjectError> {
        self.change((kind, id), seen, Some(body))
    }

    /// Takes an item back; one that is not there is gone all the same.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn remove(&self, name: (&str, &str), seen: Option<u64>) -> Result<Put, ProjectError> {
        self.change(name, seen, None)
    }

    fn change(
        &self,
        (kind, id): (&str, &str),
        seen: Option<u64>,
        body: Option<&str>,
    ) -> Result<Put, ProjectError> {
        self.write(|writing| {
            let before = stored(writing, kind, id)?;
            let (text, gone) = (body.unwrap_or_default(), body.is_none());
            let is_same = |item: &&Item| item.body == text && item.gone == gone;
            if let Some(item) = before.as_ref().filter(is_same) {
                let (item, overwritten) = (item.clone(), None);
                return Ok(Put { item, overwritten });
            }
            let is_there = before.as_ref().is_some_and(|item| !item.gone);
            if !gone && !is_there && count(writing, kind)? >= MOST {
                return Err(ProjectError::Full(kind.to_owned()));
            }
            // The order in which items were made holds also where a clock was set back.
            let made = match &before {
                Some(item) => item.made,
                None => now().max(latest(writing, kind)?),
            };
            let item = Item {
                kind: kind.to_owned(),
                id: id.to_owned(),
                body: text.to_owned(),
                made,
                changed: before.as_ref().map_or(0, |b| b.changed + 1).max(now()),
                revision: revision(writing)? + 1,
                gone,
            };
            keep(writing, &item)?;
            let overwritten = before.filter(|before| seen != Some(before.revision));
            Ok(Put { item, overwritten })
        })
    }

    /// Joins items of another copy with these: of two with one name the one that was changed last counts.
    ///
    /// # Errors
    /// When the disk does not take them; then none is taken.
    pub fn merge(&self, items: Vec<Item>) -> Result<Merged, ProjectError> {
        self.write(|writing| join(writing, items))
    }

    /// The same once and never again, which the answer under `mark` says.
    ///
    /// # Errors
    /// When the disk does not take them; then none is taken.
    pub fn merge_once(&self, mark: &[u8], items: Vec<Item>) -> Result<Merged, ProjectError> {
        self.write(|writing| {
            if answer(writing, mark)?.is_some() {
                return Ok(Merged::default());
            }
            keep_answer(writing, mark, &[])?;
            join(writing, items)
        })
    }

    /// Bytes that go with what was made, under a key made of all that they are of.
    pub fn answer(&self, key: &[u8]) -> Option<Vec<u8>> {
        answer(&self.lock(), key).ok().flatten()
    }

    /// Makes of such bytes what is kept from now on, `None` for what they are, and an answer. No other
    /// process writes between.
    ///
    /// # Errors
    /// When the disk does not take them.
    pub fn change_answer<T>(
        &self,
        key: &[u8],
        change: impl FnOnce(Option<Vec<u8>>) -> (Option<Vec<u8>>, T),
    ) -> Result<T, ProjectError> {
        self.write(|writing| {
            let (bytes, made) = change(answer(writing, key)?);
            if let Some(bytes) = bytes {
                keep_answer(writing, key, &bytes)?;
            }
            Ok(made)
        })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic between lock and unlock leaves no transaction open: it is rolled back on drop.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn listed(&self, sql: &str, of: impl rusqlite::Params) -> Vec<Item> {
        let connection = self.lock();
        let all = || -> rusqlite::Result<Vec<Item>> {
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_map(of, item)?.collect()
        };
        all().unwrap_or_else(|error| {
            tracing::warn!("The project cannot be read: {error}.");
            Vec::new()
        })
    }

    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, ProjectError>,
    ) -> Result<T, ProjectError> {
        let mut connection = self.lock();
        // From the start, since what is read decides what is written.
        let writing = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&writing)?;
        writing.commit()?;
        Ok(done)
    }
}

impl std::fmt::Debug for ProjectFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProjectFile")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Milliseconds since 1970; 0 where the clock is set to before.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |since| since.as_millis() as u64)
}

fn item(row: &Row<'_>) -> rusqlite::Result<Item> {
    let number = |column| row.get::<_, i64>(column).map(|n| n.max(0) as u64);
    Ok(Item {
        kind: row.get("kind")?,
        id: row.get("id")?,
        body: row.get("body")?,
        made: number("made")?,
        changed: number("changed")?,
        revision: number("revision")?,
        gone: row.get("gone")?,
    })
}

fn stored(connection: &Connection, kind: &str, id: &str) -> rusqlite::Result<Option<Item>> {
    let sql = "SELECT * FROM items WHERE kind = ?1 AND id = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_row([kind, id], item).optional()
}

fn count(connection: &Connection, kind: &str) -> rusqlite::Result<usize> {
    let sql = "SELECT count(*) FROM items WHERE kind = ?1 AND gone = 0";
    let n: i64 = connection.query_row(sql, [kind], |row| row.get(0))?;
    Ok(n as usize)
}

fn latest(connection: &Connection, kind: &str) -> rusqlite::Result<u64> {
    let sql = "SELECT coalesce(max(made), 0) FROM items WHERE kind = ?1";
    let made: i64 = connection.query_row(sql, [kind], |row| row.get(0))?;
    Ok(made.max(0) as u64)
}

fn revision(connection: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT value FROM about WHERE key = 'revision'";
    let revision: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(revision.max(0) as u64)
}

fn answer(connection: &Connection, key: &[u8]) -> rusqlite::Result<Option<Vec<u8>>> {
    let sql = "SELECT bytes FROM answers WHERE key = ?1";
    let found = connection.query_row(sql, [key], |row| row.get(0));
    found.optional()
}

fn keep_answer(writing: &Transaction<'_>, key: &[u8], bytes: &[u8]) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO answers VALUES (?1, ?2)";
    writing.execute(sql, (key, bytes)).map(drop)
}

/// Of two with one name the one that was changed last.
fn join(writing: &Transaction<'_>, items: Vec<Item>) -> Result<Merged, ProjectError> {
    let mut merged = Merged::default();
    // Counted once: many are brought along.
    let mut counts: HashMap<String, usize> = HashMap::new();
    for item in items {
        let before = stored(writing, &item.kind, &item.id)?;
        let is_there = before.as_ref().is_some_and(|before| !before.gone);
        let n = match counts.get(&item.kind) {
            Some(&n) => n,
            None => count(writing, &item.kind)?,
        };
        if before.is_some_and(|before| before.changed >= item.changed) {
            merged.n_known += 1;
        } else if !item.gone && !is_there && n >= MOST {
            merged.n_too_many += 1;
        } else {
            let n = n + usize::from(!item.gone) - usize::from(is_there);
            counts.insert(item.kind.clone(), n);
            let revision = revision(writing)? + 1;
            keep(writing, &Item { revision, ..item })?;
            merged.n_taken += 1;
        }
    }
    Ok(merged)
}

fn keep(writing: &Transaction<'_>, item: &Item) -> rusqlite::Result<()> {
    let sql = "INSERT INTO items (kind, id, body, made, changed, revision, gone)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (kind, id) DO UPDATE SET body = ?3, made = ?4, changed = ?5, revision = ?6, gone = ?7";
    let (made, changed, revision) = (item.made as i64, item.changed as i64, item.revision as i64);
    let row = params![
        item.kind, item.id, item.body, made, changed, revision, item.gone
    ];
    writing.prepare_cached(sql)?.execute(row)?;
    let sql = "UPDATE about SET value = ?1 WHERE key = 'revision'";
    writing.prepare_cached(sql)?.execute([revision])?;
    Ok(())
}

#[cfg(test)]
mod tests;
