//! Files that appear under their name when they are whole: written beside it and renamed.
//!
//! The place is made before the work, so that a folder that is not there or cannot be written is
//! told at once. What is unfinished goes when the work fails and when the process is interrupted.

use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use thiserror::Error;

/// A file cannot be written where it was asked for.
#[derive(Debug, Error)]
pub enum OutputError {
    /// Its folder is not there.
    #[error("the folder {} of {} does not exist: make it, or give another place", .folder.display(), .path.display())]
    NoFolder {
        /// The file.
        path: PathBuf,
        /// Where it would lie.
        folder: PathBuf,
    },
    /// Something that is no file has its name.
    #[error("{} is no file that could be replaced: give another name", .path.display())]
    NoFile {
        /// What is there.
        path: PathBuf,
    },
    /// Files would be written among others.
    #[error("{} is not empty: give a new folder", .path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The operating system or the format refused.
    #[error("{} cannot be written ({reason}): check the folder and its permissions", .path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What was said.
        reason: String,
    },
}

/// What lies beside its place for now and would be left behind.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes everything unfinished. While the guard lives nothing is begun and nothing renamed: it is
/// for the end of the process.
pub fn abandon() -> impl Drop {
    let paths = unfinished();
    paths.iter().rev().for_each(|path| remove(path));
    paths
}

/// A file, or a folder with all that is in it. One that others are still filling needs several tries.
fn remove(path: &Path) {
    for _ in 0..100 {
        let removed = match path.symlink_metadata() {
            Ok(found) if found.is_dir() => fs::remove_dir_all(path),
            Ok(_) => fs::remove_file(path),
            Err(_) => return,
        };
        if removed.is_ok() {
            return;
        }
    }
}

/// Something unfinished; removed when dropped.
#[derive(Debug)]
pub struct Unfinished(PathBuf);

impl Unfinished {
    /// Makes `path` by `make` and remembers it.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn new<T>(
        path: PathBuf,
        make: impl FnOnce(&Path) -> io::Result<T>,
    ) -> io::Result<(Self, T)> {
        let mut paths = unfinished();
        let made = make(&path)?;
        paths.push(path.clone());
        Ok((Self(path), made))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Puts it into its place, as a whole or not at all.
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub fn finish(self, place: &Path) -> io::Result<()> {
        // Let go of before `self` is dropped, which takes it again.
        let mut paths = unfinished();
        fs::rename(&self.0, place)?;
        paths.retain(|path| *path != self.0);
        Ok(())
    }

    /// Puts all that is in this folder into `place`, as a whole: nothing interrupts it.
    ///
    /// # Errors
    /// When something cannot be renamed.
    pub fn empty_into(self, place: &Path) -> io::Result<()> {
        let mut paths = unfinished();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            fs::rename(entry.path(), place.join(entry.file_name()))?;
        }
        fs::remove_dir(&self.0)?;
        paths.retain(|path| *path != self.0);
        Ok(())
    }

    /// It stays where it is.
    pub fn keep(self) {
        unfinished().retain(|path| *path != self.0);
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let mut paths = unfinished();
        // One that is finished is no longer in the list, and its name may be somebody else's.
        if let Some(index) = paths.iter().position(|path| *path == self.0) {
            remove(&paths.swap_remove(index));
        }
    }
}

/// Room for one file.
#[derive(Debug)]
pub struct Output {
    /// As it was asked for.
    asked: PathBuf,
    /// Where it will be: behind links.
    place: PathBuf,
    beside: Unfinished,
    file: File,
}

impl Output {
    /// Makes room for a file in a folder that is made where it is missing, and stays.
    ///
    /// # Errors
    /// [`OutputError`] when the folder cannot be made, or the file not be written there.
    pub fn with_folder(path: &Path) -> Result<Self, OutputError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| OutputError::Refused {
                path: folder.to_owned(),
                reason: error.to_string(),
            })?;
        }
        Self::at(path)
    }

    /// Makes room for a file at `path`. One that is there stays until another takes its place.
    ///
    /// # Errors
    /// [`OutputError`] when it could not be written there.
    pub fn at(path: &Path) -> Result<Self, OutputError> {
        let refused = |error: io::Error| OutputError::Refused {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let no_file = || OutputError::NoFile {
            path: path.to_owned(),
        };
        let permissions = match fs::metadata(path) {
            Ok(found) if found.is_file() => {
                // Renaming would replace it even where it may not be written.
                OpenOptions::new().write(true).open(path).map_err(refused)?;
                Some(found.permissions())
            }
            Ok(_) => return Err(no_file()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(refused(error)),
        };
        let place = match permissions {
            // A link stays one: what it leads to is replaced.
            Some(_) => fs::canonicalize(path).map_err(refused)?,
            None => path.to_owned(),
        };
        let name = place.file_name().ok_or_else(no_file)?;
        let folder = match place.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            return Err(OutputError::NoFolder {
                path: path.to_owned(),
                folder: folder.to_owned(),
            });
        }
        let beside = folder.join(format!(".{}.tmp", unique(&name.to_string_lossy())));
        let (beside, file) =
            Unfinished::new(beside, |path| File::create_new(path)).map_err(refused)?;
        if let Some(permissions) = permissions {
            file.set_permissions(permissions).map_err(refused)?;
        }
        Ok(Self {
            asked: path.to_owned(),
            place,
            beside,
            file,
        })
    }

    /// The file as it was asked for.
    pub fn path(&self) -> &Path {
        &self.asked
    }

    /// Writes the file and puts it into its place.
    ///
    /// # Errors
    /// [`OutputError::Refused`] when it cannot be written; what was there before is still there.
    pub fn write(
        self,
        write: impl FnOnce(&mut BufWriter<&File>) -> Result<(), String>,
    ) -> Result<(), OutputError> {
        let refused = |reason: String| OutputError::Refused {
            path: self.asked.clone(),
            reason,
        };
        let of_system = |error: io::Error| refused(error.to_string());
        let mut writer = BufWriter::new(&self.file);
        write(&mut writer).map_err(refused)?;
        writer.flush().map_err(of_system)?;
        drop(writer);
        self.file.sync_all().map_err(of_system)?;
        self.beside.finish(&self.place).map_err(of_system)
    }
}

/// Room for a folder and all that is in it.
#[derive(Debug)]
pub struct Folder {
    place: PathBuf,
    /// The folder itself, where it was not there.
    made: Option<Unfinished>,
    aside: Unfinished,
}

impl Folder {
    /// Makes room for files in `place`, which is empty or not there.
    ///
    /// # Errors
    /// [`OutputError`] when nothing could be written there.
    pub fn at(place: &Path) -> Result<Self, OutputError> {
        let refused = |error: io::Error| OutputError::Refused {
            path: place.to_owned(),
            reason: error.to_string(),
        };
        let made = match fs::read_dir(place) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(OutputError::NotEmpty {
                        path: place.to_owned(),
                    });
                }
                None
            }
            Err(_) => {
                let made = Unfinished::new(place.to_owned(), |place| fs::create_dir_all(place));
                Some(made.map_err(refused)?.0)
            }
        };
        let aside = place.join(format!(".{}.tmp", unique("folder")));
        let aside = Unfinished::new(aside, |aside| fs::create_dir(aside)).map_err(refused)?;
        Ok(Self {
            place: place.to_owned(),
            made,
            aside: aside.0,
        })
    }

    /// Where its files are written for now.
    pub fn aside(&self) -> &Path {
        self.aside.path()
    }

    /// A folder of its own for what does not stay, which is removed when it is dropped.
    ///
    /// # Errors
    /// [`OutputError::Refused`] when it cannot be made.
    pub fn scratch(&self) -> Result<Unfinished, OutputError> {
        let scratch = self.place.join(format!(".{}.tmp", unique("scratch")));
        let made = Unfinished::new(scratch, |scratch| fs::create_dir(scratch));
        Ok(made.map_err(|error| self.refused(error.to_string()))?.0)
    }

    /// Its name; empty of one that has none, such as `..`.
    pub fn name(&self) -> String {
        let name = self.place.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Writes one of its files, whose name may have folders before it, with slashes between.
    ///
    /// # Errors
    /// [`OutputError::Refused`] when it cannot be written.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let path = name
            .split('/')
            .fold(self.aside().to_owned(), |path, part| path.join(part));
        let folder = path.parent().unwrap_or(self.aside());
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, bytes));
        written.map_err(|error| self.refused(error.to_string()))
    }

    /// Puts all that was written into its place.
    ///
    /// # Errors
    /// [`OutputError::Refused`] when it cannot be.
    pub fn finish(self) -> Result<(), OutputError> {
        let place = self.place.clone();
        let refused = |error: io::Error| OutputError::Refused {
            path: place.clone(),
            reason: error.to_string(),
        };
        self.aside.empty_into(&self.place).map_err(refused)?;
        if let Some(made) = self.made {
            made.keep();
        }
        Ok(())
    }

    /// That it cannot be filled, and why.
    pub fn refused(&self, reason: String) -> OutputError {
        OutputError::Refused {
            path: self.place.clone(),
            reason,
        }
    }
}

/// The name of something of this process alone, and of this one time.
pub fn unique(name: &str) -> String {
    // Names may be 255 bytes long, and this one becomes longer.
    let name: String = name.chars().take(40).collect();
    // In a container every process may be number 1, and one that was killed leaves what it began. The keys of a
    // hash map are what the standard library draws at random.
    let drawn = RandomState::new().build_hasher().finish();
    format!("{name}.{}.{drawn:016x}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string();
        let mut names: Vec<String> = entries.map(|entry| name(entry).unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.html");
        fs::write(&path, "old").unwrap();
        let text = || fs::read_to_string(&path).unwrap();
        let whole = |out: &mut BufWriter<&File>| out.write_all(b"new").map_err(|e| e.to_string());
        // Work that fails, and writing that does.
        drop(Output::at(&path).unwrap());
        let broken = Output::at(&path).unwrap().write(|out| {
            whole(out)?;
            Err("no more".to_owned())
        });
        assert!(broken.unwrap_err().to_string().contains("(no more)"));
        assert_eq!(
            (text().as_str(), names(folder.path())),
            ("old", vec!["a.html".to_owned()])
        );
        Output::at(&path).unwrap().write(whole).unwrap();
        assert_eq!(
            (text().as_str(), names(folder.path())),
            ("new", vec!["a.html".to_owned()])
        );
    }

    #[test]
    fn what_cannot_be_written_is_told_before_the_work() {
        let folder = tempfile::tempdir().unwrap();
        let error = |path: &Path| Output::at(path).unwrap_err().to_string();
        let none = folder.path().join("none").join("a.npy");
        assert!(error(&none).contains("none of"), "{}", error(&none));
        assert!(
            error(folder.path()).contains("is no file"),
            "{}",
            error(folder.path())
        );
        let long = folder.path().join("x".repeat(300));
        assert!(
            error(&long).contains("cannot be written"),
            "{}",
            error(&long)
        );
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn a_folder_is_filled_when_all_of_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("made").join("copy");
        let begun = Folder::at(&place).unwrap();
        begun.put("a/b.txt", b"b").unwrap();
        drop(begun);
        assert!(!place.exists());
        let begun = Folder::at(&place).unwrap();
        begun.put("a/b.txt", b"b").unwrap();
        assert!(!place.join("a").exists());
        begun.finish().unwrap();
        assert_eq!(names(&place), ["a"]);
        assert_eq!(fs::read(place.join("a").join("b.txt")).unwrap(), b"b");
        let again = Folder::at(&place).unwrap_err().to_string();
        assert!(again.contains("is not empty"), "{again}");
    }

    /// Two processes of one number: of two containers that share a folder, or the second try of one that was killed.
    #[test]
    fn what_another_process_of_this_number_began_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.html");
        let killed = Output::at(&path).unwrap();
        Output::at(&path).unwrap().write(|_| Ok(())).unwrap();
        assert!(path.is_file());
        drop(killed);
        assert_eq!(names(folder.path()), ["a.html"]);
    }

    #[test]
    fn a_folder_that_is_missing_is_made_for_a_file_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("made/here");
        for text in ["one", "two"] {
            let output = Output::with_folder(&place.join("a")).unwrap();
            let write = |out: &mut BufWriter<&File>| out.write_all(text.as_bytes());
            output
                .write(|out| write(out).map_err(|e| e.to_string()))
                .unwrap();
        }
        assert_eq!(fs::read(place.join("a")).unwrap(), b"two");
        let said = Output::with_folder(&place.join("a/b"))
            .unwrap_err()
            .to_string();
        assert!(said.contains("cannot be written"), "{said}");
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (
            folder.path().join("real.npy"),
            folder.path().join("link.npy"),
        );
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&real, &link).unwrap();
        Output::at(&link).unwrap().write(|_| Ok(())).unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read(&real).unwrap(), b"");
    }
}
