//! Finding things on the disk: the metadata, and the files of the image folder.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Source;
use super::error::CohortError;
use super::image::{FileType, ImageSource};

/// How deep folders below the image folder are searched.
const MAX_DEPTH: usize = 16;

/// Where a cohort lies.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) metadata: Option<PathBuf>,
    pub(super) images: PathBuf,
}

/// Something that lies in the image folder.
#[derive(Debug, Clone)]
pub(super) struct FileEntry {
    /// Path inside the image folder, with forward slashes.
    pub(super) relative: String,
    pub(super) found: Found,
}

/// What a file is.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// A picture by its name or its first bytes.
    Image(ImageSource),
    /// A link that is not followed, with the reason.
    Refused(&'static str),
    /// Anything else.
    Other,
}

/// Finds the metadata and the image folder of `source`.
pub(super) fn locate(source: &Source) -> Result<Place, CohortError> {
    let folder = source.folder.as_deref();
    if let Some(path) = folder.filter(|path| !path.is_dir()) {
        return Err(CohortError::NotAFolder {
            path: path.to_owned(),
        });
    }
    let metadata = match (&source.metadata, folder) {
        (Some(file), _) => Some(file.clone()),
        (None, Some(folder)) => find_table(folder)?,
        (None, None) => None,
    };
    let beside = metadata.as_deref().map(|file| match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    });
    let home = folder.or(beside);
    let images = match (&source.images, home) {
        (Some(images), _) => images.clone(),
        (None, Some(home)) if home.join("images").is_dir() => home.join("images"),
        (None, Some(home)) => home.to_owned(),
        (None, None) => return Err(CohortError::NothingGiven),
    };
    if !images.is_dir() {
        return Err(CohortError::NotAFolder { path: images });
    }
    let name = name_of(home.unwrap_or(&images));
    Ok(Place {
        name,
        metadata,
        images,
    })
}

/// The folder's last component; `.` and `..` are looked up.
fn name_of(folder: &Path) -> String {
    let full = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    full.file_name().map_or_else(
        || "cohort".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// `metadata.csv`, else `metadata.tsv`, else the only table.
fn find_table(folder: &Path) -> Result<Option<PathBuf>, CohortError> {
    let io = |source| CohortError::Io {
        path: folder.to_owned(),
        source,
    };
    let mut tables = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let is_table = matches!(extension(&name).as_str(), "csv" | "tsv");
        if is_table && !name.starts_with('.') && path.is_file() {
            tables.push((name, path));
        }
    }
    tables.sort();
    for usual in ["metadata.csv", "metadata.tsv"] {
        if let Some((_, path)) = tables
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(usual))
        {
            return Ok(Some(path.clone()));
        }
    }
    match &tables[..] {
        [] => Ok(None),
        [(_, path)] => Ok(Some(path.clone())),
        _ => Err(CohortError::ManyTables {
            folder: folder.to_owned(),
            names: tables.into_iter().map(|(name, _)| name).collect(),
        }),
    }
}

/// Lists all files below `folder`, sorted by path. Hidden files are left out, folders that are links
/// are not entered, and links to files are refused when they leave the folder.
pub(super) fn walk(folder: &Path) -> Result<Vec<FileEntry>, CohortError> {
    let io = |source| CohortError::Io {
        path: folder.to_owned(),
        source,
    };
    let root = folder.canonicalize().map_err(io)?;
    let mut entries = Vec::new();
    walk_into(&root, &root, "", 0, &mut entries)?;
    entries.sort_by(|a, b| a.relative.cmp(&b.relative));
    Ok(entries)
}

fn walk_into(
    root: &Path,
    folder: &Path,
    prefix: &str,
    depth: usize,
    entries: &mut Vec<FileEntry>,
) -> Result<(), CohortError> {
    let io = |source| CohortError::Io {
        path: folder.to_owned(),
        source,
    };
    for entry in fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let (relative, path) = (format!("{prefix}{name}"), entry.path());
        let kind = entry.file_type().map_err(io)?;
        let found = if kind.is_symlink() {
            follow(root, path)
        } else if kind.is_dir() {
            if depth < MAX_DEPTH {
                walk_into(root, &path, &format!("{relative}/"), depth + 1, entries)?;
            }
            continue;
        } else if kind.is_file() {
            Some(classify(&relative, path))
        } else {
            Some(Found::Other)
        };
        entries.extend(found.map(|found| FileEntry { relative, found }));
    }
    Ok(())
}

/// Looks where a link leads; a link to a folder inside is no file, and its files are found anyway.
fn follow(root: &Path, link: PathBuf) -> Option<Found> {
    let Ok(target) = link.canonicalize() else {
        return Some(Found::Refused("a link that leads nowhere"));
    };
    if !target.starts_with(root) {
        return Some(Found::Refused("a link that leaves the image folder"));
    }
    let name = link.to_string_lossy().into_owned();
    target.is_file().then(|| classify(&name, target))
}

/// A picture is what is named like one or begins like one: names alone are not to be trusted.
fn classify(name: &str, path: PathBuf) -> Found {
    if is_image_name(name) || FileType::of(&first_bytes(&path)).is_some() {
        Found::Image(ImageSource::File(path))
    } else {
        Found::Other
    }
}

/// Whether a file name ends as pictures' names do.
pub(super) fn is_image_name(name: &str) -> bool {
    const EXTENSIONS: [&str; 10] = [
        "jpg", "jpeg", "jpe", "jfif", "png", "tif", "tiff", "bmp", "webp", "gif",
    ];
    EXTENSIONS.contains(&extension(name).as_str())
}

/// What follows the last dot of the last component, in lower case.
fn extension(name: &str) -> String {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.rsplit_once('.')
        .map_or_else(String::new, |(_, end)| end.to_ascii_lowercase())
}

fn first_bytes(path: &Path) -> Vec<u8> {
    let mut start = Vec::new();
    // A file that cannot be opened is no picture; if a row names it, it is reported.
    if let Ok(file) = fs::File::open(path) {
        let _ = file.take(16).read_to_end(&mut start);
    }
    start
}
