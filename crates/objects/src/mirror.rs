//! The folder: what differs from the store, and how it becomes as the store is.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::StreamExt;
use negatoscope_host::files::{Output, OutputError};
use object_store::path::Path as Key;

use crate::address::Address;
use crate::error::MirrorError;
use crate::names;
use crate::record::{self, Record, Stamp};
use crate::store::{self, Listed, Store};

/// Objects that are fetched at once.
const AT_ONCE: usize = 8;

/// Objects without a place that are named one by one.
const NAMED: usize = 10;

/// A folder of the cache that has what lies below an address.
pub struct Mirror {
    store: Store,
    prefix: Key,
    /// As it is told.
    address: String,
    folder: PathBuf,
    record: PathBuf,
    /// The largest object, in bytes.
    limit: u64,
}

/// What lies in a folder.
#[derive(Default)]
struct Found {
    /// Lengths of files, by their path with slashes between.
    sizes: HashMap<String, u64>,
    /// What no object can be: links, and names that are no text.
    others: Vec<PathBuf>,
}

/// What the folder lacks, and what it has too much. Another process that mirrors the same waits until this is dropped.
pub struct Changes<'a> {
    mirror: &'a Mirror,
    /// What is there as it should be.
    kept: BTreeMap<String, Stamp>,
    new: Vec<(String, Listed)>,
    gone: Vec<PathBuf>,
    is_whole: bool,
    _lock: Option<File>,
}

impl Mirror {
    /// The mirror of an address below `cache_dir`, of objects up to `limit` bytes. The store is as `AWS_…` in the
    /// environment say.
    ///
    /// # Errors
    /// [`MirrorError`] when that is no address, or no store.
    pub fn of(address: &str, cache_dir: &Path, limit: u64) -> Result<Self, MirrorError> {
        let address = Address::of(address)?;
        let (store, endpoint) = store::of_environment(&address)?;
        // The same address is something else on another server.
        let hash = blake3::hash(format!("{endpoint}\n{address}").as_bytes()).to_hex();
        let place = cache_dir.join("objects").join(&hash[..16]);
        Ok(Self::at(&place, store, &address, limit))
    }

    pub(crate) fn at(place: &Path, store: Store, address: &Address, limit: u64) -> Self {
        Self {
            store,
            prefix: address.prefix.clone(),
            address: address.to_string(),
            // Whoever opens it calls it by its last part.
            folder: place.join(address.name()),
            record: place.with_extension("jsonl"),
            limit,
        }
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Lists the store and says what differs. Objects that have no place in a folder, or are too large, are told and
    /// left out. Where the store cannot be reached, a whole mirror of an earlier start differs in nothing, and that is
    /// told.
    ///
    /// # Errors
    /// [`MirrorError`] when the store cannot be listed, or has nothing there.
    pub fn compare(&self) -> Result<Changes<'_>, MirrorError> {
        let lock = self.lock();
        let record = Record::read(&self.record);
        let listed = match self.store.list(&self.prefix) {
            Ok(listed) => listed,
            Err(error) => {
                let error = MirrorError::of_list(&error, self.address.clone());
                return match error {
                    MirrorError::Unreachable { address, reason } if self.has_all(&record)? => {
                        tracing::warn!(
                            "{address} cannot be reached ({reason}): what an earlier start brought is shown"
                        );
                        Ok(self.unchanged(record, lock))
                    }
                    error => Err(error),
                };
            }
        };
        let (mut wanted, left_out) = wanted(listed, self.limit);
        self.tell(&left_out);
        if wanted.is_empty() {
            let address = self.address.clone();
            return Err(MirrorError::Nothing { address });
        }
        let mut changes = self.unchanged(record, lock);
        let found = self.found()?;
        changes.kept.retain(|path, stamp| {
            let is_same = wanted
                .get(path)
                .is_some_and(|object| object.stamp == *stamp);
            is_same && found.sizes.get(path) == Some(&stamp.size)
        });
        let is_gone = |path: &String| !wanted.contains_key(path);
        let gone = found.sizes.keys().filter(|path| is_gone(path));
        changes.gone = gone
            .map(|path| self.place(path))
            .chain(found.others)
            .collect();
        wanted.retain(|path, _| !changes.kept.contains_key(path));
        changes.new = wanted.into_iter().collect();
        Ok(changes)
    }

    /// Whether all of it lies in the folder.
    fn has_all(&self, record: &Record) -> Result<bool, MirrorError> {
        let sizes = self.found()?.sizes;
        let is_there = |(path, stamp): (&String, &Stamp)| sizes.get(path) == Some(&stamp.size);
        Ok(record.is_whole && record.objects.iter().all(is_there))
    }

    /// Where an object lies.
    fn place(&self, path: &str) -> PathBuf {
        path.split('/')
            .fold(self.folder.clone(), |place, part| place.join(part))
    }

    fn unchanged(&self, record: Record, lock: Option<File>) -> Changes<'_> {
        Changes {
            mirror: self,
            is_whole: record.is_whole,
            kept: record.objects,
            new: Vec::new(),
            gone: Vec::new(),
            _lock: lock,
        }
    }

    /// Keeps other processes from the folder. A disk that cannot be written or knows no locks does without: what has to
    /// be written says so itself.
    fn lock(&self) -> Option<File> {
        fs::create_dir_all(self.record.parent()?).ok()?;
        let lock = File::create(self.record.with_extension("lock")).ok()?;
        match lock.try_lock() {
            Ok(()) => Some(lock),
            Err(TryLockError::WouldBlock) => {
                tracing::info!(
                    "another process brings {} here: waiting for it",
                    self.address
                );
                lock.lock().ok()?;
                Some(lock)
            }
            Err(TryLockError::Error(_)) => None,
        }
    }

    /// Names what is left out.
    fn tell(&self, left_out: &[(String, &'static str)]) {
        for (path, reason) in left_out.iter().take(NAMED) {
            tracing::warn!(
                "the object {path} of {} is left out: {reason}",
                self.address
            );
        }
        if let Some(n_more @ 1..) = left_out.len().checked_sub(NAMED) {
            tracing::warn!("{n_more} more objects of {} are left out", self.address);
        }
    }

    /// All that lies in the folder.
    fn found(&self) -> Result<Found, MirrorError> {
        let mut found = Found::default();
        let mut waiting = vec![(self.folder.clone(), Some(String::new()))];
        while let Some((folder, prefix)) = waiting.pop() {
            let refused = |source| MirrorError::Folder {
                path: folder.clone(),
                source,
            };
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(refused(error)),
            };
            for entry in entries {
                let entry = entry.map_err(refused)?;
                // That of a link itself.
                let about = entry.metadata().map_err(refused)?;
                let name = entry.file_name();
                let path = prefix.as_ref().zip(name.to_str());
                let path = path.map(|(prefix, name)| format!("{prefix}{name}"));
                match path {
                    path if about.is_dir() => {
                        waiting.push((entry.path(), path.map(|path| path + "/")))
                    }
                    Some(path) if about.is_file() => drop(found.sizes.insert(path, about.len())),
                    _ => found.others.push(entry.path()),
                }
            }
        }
        Ok(found)
    }
}

impl Changes<'_> {
    /// Objects that are to be fetched.
    pub fn n_objects(&self) -> u64 {
        self.new.len() as u64
    }

    /// Makes the folder as the store is, several objects at once; `one` hears of each that is in its place.
    ///
    /// # Errors
    /// [`MirrorError`] of the first object that does not come; what came is kept.
    pub fn make(self, one: &(dyn Fn() + Sync)) -> Result<(), MirrorError> {
        let mirror = self.mirror;
        if self.is_whole && self.new.is_empty() && self.gone.is_empty() {
            return Ok(());
        }
        let mut record = Record {
            is_whole: false,
            objects: self.kept,
        };
        record.write(&mirror.record, &mirror.address)?;
        for path in &self.gone {
            remove(path, &mirror.folder).map_err(|source| MirrorError::Folder {
                path: path.clone(),
                source,
            })?;
        }
        fetch_all(mirror, &self.new, one)?;
        let new = self.new.into_iter();
        record
            .objects
            .extend(new.map(|(path, object)| (path, object.stamp)));
        record.is_whole = true;
        Ok(record.write(&mirror.record, &mirror.address)?)
    }
}

/// Fetches objects on several threads, and writes down each that is in its place.
fn fetch_all(
    mirror: &Mirror,
    new: &[(String, Listed)],
    one: &(dyn Fn() + Sync),
) -> Result<(), MirrorError> {
    let refused = |source| MirrorError::Folder {
        path: mirror.record.clone(),
        source,
    };
    let lines = Mutex::new(Record::open(&mirror.record).map_err(refused)?);
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(None);
    let work = || {
        while let Some((path, object)) = new.get(next.fetch_add(1, Ordering::Relaxed)) {
            let fetched = fetch(mirror, path, object).and_then(|()| {
                let line = record::line(path, &object.stamp).map_err(io::Error::from);
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                line.and_then(|line| lines.write_all(&line))
                    .map_err(refused)
            });
            match fetched {
                Ok(()) => one(),
                Err(error) => {
                    // Nobody begins another.
                    next.store(new.len(), Ordering::Relaxed);
                    let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                    failed.get_or_insert(error);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(new.len()) {
            scope.spawn(work);
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.map_or(Ok(()), Err)
}

/// Brings one object to its place, as a whole or not at all.
fn fetch(mirror: &Mirror, path: &str, object: &Listed) -> Result<(), MirrorError> {
    let output = Output::with_folder(&mirror.place(path))?;
    let mut failed = None;
    let written = output.write(|file| {
        let copied = copy(mirror, object, file);
        copied.map_err(|error| failed.insert(error).to_string())
    });
    match (failed, written) {
        (Some(error), _) => Err(error),
        (None, written) => Ok(written?),
    }
}

fn copy(mirror: &Mirror, object: &Listed, file: &mut impl Write) -> Result<(), MirrorError> {
    let key = || object.key.to_string();
    let of_object = |error: &object_store::Error| MirrorError::of_object(error, key());
    let wanted = object.stamp.size;
    let mut n_bytes = 0;
    // Nothing is asked for where nothing is: it may be the mark of a folder, which has another key.
    if wanted > 0 {
        let found = mirror
            .store
            .get(object)
            .map_err(|error| of_object(&error))?;
        let mut bytes = found.into_stream();
        while let Some(piece) = mirror.store.runtime.block_on(bytes.next()) {
            let piece = piece.map_err(|error| of_object(&error))?;
            n_bytes += piece.len() as u64;
            if n_bytes > wanted {
                break;
            }
            file.write_all(&piece)
                .map_err(|error| OutputError::Refused {
                    path: mirror.folder.clone(),
                    reason: error.to_string(),
                })?;
        }
    }
    if n_bytes == wanted {
        return Ok(());
    }
    Err(MirrorError::Changed { key: key() })
}

/// Takes a file away, and the folders that it leaves empty.
fn remove(file: &Path, root: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let folders = file
        .ancestors()
        .skip(1)
        .take_while(|folder| *folder != root);
    for folder in folders {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// The objects that are to be there, by their path in the folder, and those that are left out, each with the reason.
pub(crate) fn wanted(
    listed: Vec<(String, Listed)>,
    limit: u64,
) -> (BTreeMap<String, Listed>, Vec<(String, &'static str)>) {
    let folders = listed.iter().flat_map(|(path, _)| names::above(path));
    let folders: HashSet<String> = folders.map(str::to_owned).collect();
    // What some programs put in the place of a folder: nothing, under the folder's name.
    let is_mark = |(path, object): &(String, Listed)| {
        let has_ending = path
            .rsplit('/')
            .next()
            .is_some_and(|name| name.contains('.'));
        object.stamp.size == 0 && (!has_ending || folders.contains(path))
    };
    let objects = listed.into_iter().filter(|found| !is_mark(found));
    let (mut wanted, mut left_out) = names::places(objects);
    let large = wanted.extract_if(.., |_, object| object.stamp.size > limit);
    left_out.extend(large.map(|(path, _)| (path, "it is larger than a file may be")));
    (wanted, left_out)
}
