//! What was computed once is not computed again: one SQLite file for features and image facts.
//!
//! Everything is kept under the content that it was computed from, so nothing ever has to be
//! invalidated: another model, layer, preprocessing or backend is another [`FeatureSpace`]. Every
//! entry carries a checksum; a damaged one is a miss and is replaced when it is computed anew. The
//! cache never makes the program fail: what goes wrong is logged, and the entry is computed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use super::backend::Backend;
use super::model::{Model, Pool};

mod checksum;
mod salvage;
mod store;

use checksum::{features_checksum, hash_of, image_checksum};
use store::{Opened, Suspicion};

/// The version of entries that are no images: of these none is made of an image alone.
const ANSWERS: u32 = u32::MAX;

/// How long another process that writes is waited for, before it is told of and passed over. Ours write an
/// image or a few in a moment.
const PATIENCE: Duration = Duration::from_secs(2);

/// Name of the file in the cache's folder.
pub const FILE_NAME: &str = "features.sqlite3";

/// Features and image facts by content, shared by all threads of this process and by others.
pub struct Cache {
    connection: Mutex<Connection>,
    /// As it was asked for, whether or not it can be written.
    folder: PathBuf,
    /// `None` for a cache that lives in memory only.
    path: Option<PathBuf>,
    warnings: Vec<String>,
    /// Answers that came along with a cohort.
    given: HashMap<blake3::Hash, Vec<u8>>,
    /// Whether another program would not let the last entries be written: it is not waited for again.
    is_held: AtomicBool,
    /// Whether the last entries could not be written for another reason, which was told.
    is_failing: AtomicBool,
}

/// What determines the features of an image besides its bytes: the model's bytes, the layer, the
/// preprocessing and the backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeatureSpace(blake3::Hash);

/// What was learned from an image itself, kept as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageEntry {
    /// Text that the caller reads, for example JSON with the image's size.
    pub facts: String,
    /// A small picture, encoded.
    pub thumbnail: Vec<u8>,
}

impl Cache {
    /// Opens the cache in a folder, which is made if it is missing.
    ///
    /// A file that is damaged is set aside as `features.sqlite3.damaged`, and what can still be read of
    /// it is taken over. Where nothing can be written the cache lives in memory and ends with the
    /// program; what a file there has is found as well. Both are told by [`Cache::warnings`].
    ///
    /// # Errors
    /// When not even a cache in memory can be had.
    pub fn open(folder: &Path) -> rusqlite::Result<Self> {
        let Opened {
            connection,
            path,
            warnings,
        } = store::open(&folder.join(FILE_NAME))?;
        for warning in &warnings {
            tracing::warn!("{warning}");
        }
        Ok(Self {
            connection: Mutex::new(connection),
            folder: folder.to_owned(),
            path,
            warnings,
            given: HashMap::new(),
            is_held: AtomicBool::new(false),
            is_failing: AtomicBool::new(false),
        })
    }

    /// Sentences for the user about how the cache was opened.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The file in which entries outlive the program.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Bytes of that file.
    pub fn size(&self) -> Option<u64> {
        Some(std::fs::metadata(self.path()?).ok()?.len())
    }

    /// The folder that it was opened in, which may be one that cannot be written.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether entries outlive the program.
    pub fn is_on_disk(&self) -> bool {
        self.path.is_some()
    }

    /// The features of each image, `None` where they are not known.
    pub fn features(&self, space: FeatureSpace, images: &[blake3::Hash]) -> Vec<Option<Vec<f32>>> {
        let sql = "SELECT vector, checksum FROM features WHERE space = ?1 AND image = ?2";
        self.read(images, sql, |statement, image| {
            let key = params![space.0.as_bytes(), image.as_bytes()];
            let row = |row: &rusqlite::Row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?));
            let found: Option<(_, Vec<u8>)> = statement.query_row(key, row).optional()?;
            Ok(found.and_then(|(vector, checksum)| {
                let sound =
                    checksum == features_checksum(space.0.as_bytes(), image.as_bytes(), &vector);
                (sound && !vector.is_empty()).then(|| floats(&vector))
            }))
        })
    }

    /// Keeps the features of images, all of them or, if that fails, none.
    pub fn put_features(&self, space: FeatureSpace, entries: &[(blake3::Hash, Vec<f32>)]) {
        let sql = "INSERT OR REPLACE INTO main.features (space, image, vector, checksum) \
                   VALUES (?1, ?2, ?3, ?4)";
        self.write(entries, sql, |statement, (image, vector)| {
            let vector: Vec<u8> = vector
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect();
            let checksum = features_checksum(space.0.as_bytes(), image.as_bytes(), &vector);
            statement.execute(params![
                space.0.as_bytes(),
                image.as_bytes(),
                vector,
                checksum
            ])
        });
    }

    /// What was learned from each image by the given version of the code that learns it, `None`
    /// where it is not known.
    pub fn images(&self, version: u32, images: &[blake3::Hash]) -> Vec<Option<ImageEntry>> {
        let sql = "SELECT facts, thumbnail, checksum FROM images WHERE version = ?1 AND image = ?2";
        self.read(images, sql, |statement, image| {
            let row = |row: &rusqlite::Row| {
                let entry = ImageEntry {
                    facts: row.get(0)?,
                    thumbnail: row.get(1)?,
                };
                Ok((entry, row.get::<_, Vec<u8>>(2)?))
            };
            let found = statement
                .query_row(params![version, image.as_bytes()], row)
                .optional()?;
            Ok(found.and_then(|(entry, checksum)| {
                let ImageEntry { facts, thumbnail } = &entry;
                let known = image_checksum(version, image.as_bytes(), facts, thumbnail);
                (checksum == known).then_some(entry)
            }))
        })
    }

    /// Keeps what was learned from images, all of it or, if that fails, nothing.
    pub fn put_images(&self, version: u32, entries: &[(blake3::Hash, ImageEntry)]) {
        let sql = "INSERT OR REPLACE INTO main.images (version, image, facts, thumbnail, checksum) \
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        self.write(entries, sql, |statement, (image, entry)| {
            let ImageEntry { facts, thumbnail } = entry;
            let checksum = image_checksum(version, image.as_bytes(), facts, thumbnail);
            statement.execute(params![
                version,
                image.as_bytes(),
                facts,
                thumbnail,
                checksum
            ])
        });
    }

    /// Looks up answers that somebody else computed before its own. They are not written: what others
    /// say counts for as long as their cohort is open.
    #[must_use]
    pub fn with_answers(self, given: HashMap<blake3::Hash, Vec<u8>>) -> Self {
        Self { given, ..self }
    }

    /// What was computed once and kept under a key made of all that it was computed from.
    pub fn answer(&self, key: blake3::Hash) -> Option<Vec<u8>> {
        if let Some(given) = self.given.get(&key) {
            return Some(given.clone());
        }
        let entry = self.images(ANSWERS, &[key]).pop().flatten();
        entry.map(|entry| entry.thumbnail)
    }

    /// Keeps what was computed under a key made of all that it was computed from.
    pub fn put_answer(&self, key: blake3::Hash, bytes: Vec<u8>) {
        let entry = ImageEntry {
            facts: String::new(),
            thumbnail: bytes,
        };
        self.put_images(ANSWERS, &[(key, entry)]);
    }

    /// Looks all keys up in one read transaction; a row that cannot be read is a miss.
    fn read<K, R: Clone>(
        &self,
        keys: &[K],
        sql: &str,
        look_up: impl Fn(&mut rusqlite::CachedStatement, &K) -> rusqlite::Result<Option<R>>,
    ) -> Vec<Option<R>> {
        let all = |connection: &mut Connection| {
            let transaction = connection.transaction()?;
            let mut statement = transaction.prepare_cached(sql)?;
            let found = |key| match look_up(&mut statement, key) {
                Err(error) if !is_entrys_fault(&error) => Err(error),
                found => Ok(found.unwrap_or_default()),
            };
            keys.iter().map(found).collect()
        };
        self.with_connection(all).unwrap_or_else(|error| {
            tracing::warn!("The feature cache cannot be read: {error}.");
            vec![None; keys.len()]
        })
    }

    /// Writes all entries in one transaction.
    fn write<E>(
        &self,
        entries: &[E],
        sql: &str,
        insert: impl Fn(&mut rusqlite::CachedStatement, &E) -> rusqlite::Result<usize>,
    ) {
        if entries.is_empty() {
            return;
        }
        let written = self.with_connection(|connection| {
            // Known and said by one at a time, while nobody else has the connection.
            let was_held = self.is_held.load(Ordering::Relaxed);
            connection.busy_timeout(if was_held { Duration::ZERO } else { PATIENCE })?;
            let written = write_all(connection, entries, sql, &insert);
            match &written {
                Err(error) if store::is_busy(error) => self.is_held(was_held),
                _ => self.is_held.store(false, Ordering::Relaxed),
            }
            written
        });
        match written {
            Err(error) if store::is_busy(&error) => {}
            Err(error) => self.is_failing(&error),
            Ok(()) => self.is_failing.store(false, Ordering::Relaxed),
        }
    }

    /// Says that nothing can be written, once until it can.
    fn is_failing(&self, error: &rusqlite::Error) {
        if !self.is_failing.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "The feature cache {} cannot be written ({error}), so what is computed meanwhile is not \
                 kept: make room there, or choose another folder with --cache-dir.",
                self.folder.display()
            );
        }
    }

    /// Says that another program writes the cache and does not end, once until it does.
    fn is_held(&self, was_held: bool) {
        self.is_held.store(true, Ordering::Relaxed);
        if !was_held {
            tracing::warn!(
                "Another program is writing the feature cache {} and does not let go of it, so what is \
                 computed meanwhile is not kept: end that program.",
                self.folder.display()
            );
        }
    }

    /// Does something with the database; if the file turns out to be damaged, sets it aside and
    /// does it once more with a new one of what can still be read.
    fn with_connection<R>(
        &self,
        mut work: impl FnMut(&mut Connection) -> rusqlite::Result<R>,
    ) -> rusqlite::Result<R> {
        // A panic between lock and unlock leaves no transaction open: it is rolled back on drop.
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut result = work(&mut connection);
        for suspicion in [Suspicion::MayBeReplaced, Suspicion::IsDamaged] {
            if let (Err(error), Some(path)) = (&result, &self.path)
                && is_damage(error)
                && let Some(fresh) = store::replace(&mut connection, path, suspicion)
            {
                *connection = fresh;
                result = work(&mut connection);
            }
        }
        result
    }
}

/// Writes all entries in one transaction.
fn write_all<E>(
    connection: &mut Connection,
    entries: &[E],
    sql: &str,
    insert: impl Fn(&mut rusqlite::CachedStatement, &E) -> rusqlite::Result<usize>,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    {
        let mut statement = transaction.prepare_cached(sql)?;
        for entry in entries {
            insert(&mut statement, entry)?;
        }
    }
    transaction.commit()
}

impl FeatureSpace {
    /// The space of a model's features on a backend.
    pub fn new(model: &Model, backend: &dyn Backend) -> Self {
        let preprocessing = model.preprocessing().version_key();
        let layer = &model.layer().name;
        // Which axes are averaged is made of the model and of how this program understands it.
        let mut pooling = format!("{:?}", model.pooling());
        if model.pool() != Pool::Mean {
            pooling = format!("{pooling} {}", model.pool().word());
        }
        Self::from_parts(&[
            model.hash().as_bytes(),
            layer.as_bytes(),
            preprocessing.as_bytes(),
            backend.key().as_bytes(),
            pooling.as_bytes(),
            model.input().as_bytes(),
        ])
    }

    /// The same space is the same text, in hexadecimal, and no other is.
    pub fn to_hex(self) -> String {
        self.0.to_hex().to_string()
    }

    fn from_parts(parts: &[&[u8]]) -> Self {
        Self(hash_of("negatoscope 2026 feature space", parts))
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|&four| f32::from_le_bytes(four))
        .collect()
}

/// Whether only this row is at fault, by a value of another type than it should have.
fn is_entrys_fault(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::Utf8Error(..)
    )
}

/// Whether the file is not, or no longer, a sound database.
fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

#[cfg(test)]
mod tests;
