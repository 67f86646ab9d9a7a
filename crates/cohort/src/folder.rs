//! Finding things on the disk: the image folder, and which tables describe it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Source;
use super::error::CohortError;
use super::kinds::{self, Kind};
use super::summary::Skipped;
use super::walk::{FileEntry, Found};

/// Where a cohort lies.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) images: PathBuf,
    /// The folder in which tables are looked for, unless it is the image folder itself.
    beside: Option<PathBuf>,
}

/// Finds the image folder of `source`.
pub(super) fn locate(source: &Source) -> Result<Place, CohortError> {
    let folder = source.folder.as_deref();
    if let Some(path) = folder.filter(|path| !path.is_dir() && !is_archive(path)) {
        return Err(CohortError::NotAFolder {
            path: path.to_owned(),
        });
    }
    let parent = source.metadata.as_deref().map(|file| match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    });
    let home = folder.or(parent);
    let images = match (&source.images, home) {
        (Some(images), _) => images.clone(),
        (None, Some(home)) if home.join("images").is_dir() => home.join("images"),
        (None, Some(home)) => home.to_owned(),
        (None, None) => return Err(CohortError::NothingGiven),
    };
    if !images.is_dir() && !is_archive(&images) {
        return Err(CohortError::NotAFolder { path: images });
    }
    let real = |path: &Path| path.canonicalize().ok();
    let beside = folder.filter(|folder| folder.is_dir() && real(folder) != real(&images));
    Ok(Place {
        name: name_of(home.unwrap_or(&images)),
        beside: beside.map(Path::to_owned),
        images,
    })
}

/// Whether a ZIP archive stands in place of a folder.
fn is_archive(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    kinds::by_name(&name) == Kind::Archive && path.is_file()
}

/// The folder's last component; `.` and `..` are looked up.
pub(super) fn name_of(folder: &Path) -> String {
    let full = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    full.file_name().map_or_else(
        || "cohort".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// The tables that describe a cohort, and what lies beside the image folder and is not read.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// Each with the folder inside the image folder from which its file names start: nothing, or a
    /// path with a slash at its end.
    pub(super) read: Vec<(String, PathBuf)>,
    pub(super) passed: Vec<Skipped>,
}

/// A table that was found.
#[derive(Debug, Clone)]
struct Candidate {
    /// Where it lies: beside the image folder, or in this folder inside it.
    folder: Option<String>,
    /// As it is shown: the path in its place.
    name: String,
    path: PathBuf,
}

/// Chooses among the tables beside the image folder and in it: the one that was named, else
/// `metadata.*` beside or in the image folder, else the only table there, else a `metadata.*` for
/// each of several folders. The others are passed over, with the reason.
///
/// # Errors
/// When several tables lie there and none of them is called `metadata`.
pub(super) fn tables(
    place: &Place,
    source: &Source,
    files: &[FileEntry],
) -> Result<Tables, CohortError> {
    let mut tables = Tables::default();
    let mut candidates = Vec::new();
    if let Some(folder) = &place.beside {
        candidates = beside(folder, source.images.is_none(), &mut tables.passed)?;
    }
    candidates.extend(files.iter().filter_map(inside));
    let real = |path: &PathBuf| path.canonicalize().ok();
    // What is joined is read, and is not the metadata.
    if let Some(second) = &source.second {
        candidates.retain(|candidate| real(&candidate.path) != real(&second.path));
    }
    let read = match &source.metadata {
        Some(file) => vec![Candidate {
            folder: None,
            name: file.display().to_string(),
            path: file.clone(),
        }],
        None => choose(place, &candidates)?,
    };
    let is_read = |candidate: &Candidate| {
        let path = real(&candidate.path);
        read.iter().any(|read| real(&read.path) == path)
    };
    let reason = match read.first() {
        Some(first) => format!(
            "a further table: the metadata are {}, and --metadata FILE chooses another",
            first.name
        ),
        None => "a table that is not read: --metadata FILE chooses it".to_owned(),
    };
    let others = candidates.iter().filter(|candidate| !is_read(candidate));
    tables.passed.extend(others.map(|candidate| Skipped {
        filename: candidate.name.clone(),
        reason: reason.clone(),
    }));
    let read = read.into_iter();
    tables.read = read
        .map(|table| (table.folder.unwrap_or_default(), table.path))
        .collect();
    Ok(tables)
}

impl Place {
    /// The tables that lie beside the image folder, as far as it can be looked at.
    pub(super) fn tables_beside(&self) -> Vec<PathBuf> {
        let found = self
            .beside
            .as_deref()
            .map(|folder| beside(folder, false, &mut Vec::new()));
        let found = found.and_then(Result::ok).unwrap_or_default();
        found.into_iter().map(|candidate| candidate.path).collect()
    }
}

/// The tables in `folder`, the home of an image folder; pictures there are `passed` over where the
/// image folder was chosen by its name alone.
fn beside(
    folder: &Path,
    by_name: bool,
    passed: &mut Vec<Skipped>,
) -> Result<Vec<Candidate>, CohortError> {
    let io = |source| CohortError::Io {
        path: folder.to_owned(),
        source,
    };
    let mut candidates = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.into_owned();
        if name.starts_with('.') || !path.is_file() {
            continue;
        }
        match kinds::by_name(&name) {
            Kind::Table => candidates.push(Candidate {
                folder: None,
                name,
                path,
            }),
            Kind::Picture | Kind::Archive if by_name => passed.push(Skipped {
                filename: name,
                reason: "it lies beside images/: pictures are looked for in there".to_owned(),
            }),
            Kind::NotRead(reason) if by_name => passed.push(Skipped {
                filename: name,
                reason: reason.to_owned(),
            }),
            _ => {}
        }
    }
    candidates.sort_by(|a, b| a.name.cmp(&b.name));
    passed.sort_by(|a, b| a.filename.cmp(&b.filename));
    Ok(candidates)
}

fn inside(file: &FileEntry) -> Option<Candidate> {
    let Found::Table(path) = &file.found else {
        return None;
    };
    let name = file.relative.clone();
    let folder = name.rfind('/').map_or("", |slash| &name[..=slash]);
    Some(Candidate {
        folder: Some(folder.to_owned()),
        path: path.clone(),
        name,
    })
}

fn choose(place: &Place, candidates: &[Candidate]) -> Result<Vec<Candidate>, CohortError> {
    // The folder that was given comes first, the image folder in it second, folders below last.
    let at = |folder: Option<&str>| -> Vec<&Candidate> {
        let lies = candidates.iter();
        lies.filter(|table| table.folder.as_deref() == folder)
            .collect()
    };
    let (beside, top) = (at(None), at(Some("")));
    for place in [&beside, &top] {
        if let Some(table) = best(place) {
            return Ok(vec![table.clone()]);
        }
    }
    let plain = |tables: &[&Candidate]| -> Vec<Candidate> {
        let plain = tables.iter().filter(|table| is_found_alone(&table.name));
        plain.map(|table| (*table).clone()).collect()
    };
    for place in [&beside, &top] {
        if let [table] = &plain(place)[..] {
            return Ok(vec![table.clone()]);
        }
    }
    let mut below: BTreeMap<&str, Vec<&Candidate>> = BTreeMap::new();
    for table in candidates {
        let folder = table.folder.as_deref().unwrap_or_default();
        below.entry(folder).or_default().push(table);
    }
    let below: Vec<Candidate> = below
        .values()
        .filter_map(|tables| best(tables))
        .cloned()
        .collect();
    let home = if place.beside.is_some() { beside } else { top };
    let several = plain(&home);
    if below.is_empty() && several.len() > 1 {
        return Err(CohortError::ManyTables {
            folder: place.beside.as_ref().unwrap_or(&place.images).clone(),
            names: several.into_iter().map(|table| table.name).collect(),
        });
    }
    Ok(below)
}

/// The table called `metadata`, of several by the order of their endings here.
fn best<'a>(tables: &[&'a Candidate]) -> Option<&'a Candidate> {
    const ENDINGS: [&str; 11] = [
        "csv", "tsv", "xlsx", "jsonl", "parquet", "ods", "xls", "tab", "ndjson", "xlsm", "txt",
    ];
    let rank = |table: &&&Candidate| {
        let base = table.name.rsplit('/').next().unwrap_or_default();
        let lower = base.to_lowercase();
        let (stem, ending) = lower.rsplit_once('.')?;
        let rank = ENDINGS.iter().position(|known| *known == ending)?;
        (stem == "metadata").then_some(rank)
    };
    let usual = tables.iter().filter(|table| rank(table).is_some());
    usual.min_by_key(rank).copied()
}

/// Whether a table is taken for the metadata because it is the only one. A Parquet file is as likely
/// to hold vectors.
fn is_found_alone(name: &str) -> bool {
    !name.to_lowercase().ends_with(".parquet")
}
