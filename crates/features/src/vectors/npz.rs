//! NumPy's archives: a ZIP of `.npy` files, as `numpy.savez` writes it.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;

use super::npy::{MAX_SAMPLES, described, matrix_of};
use super::{ReadyVectors, RowNames, VectorsError, pick};

/// Most arrays of a file that are looked at.
const MAX_ARRAYS: usize = 1_000;
/// Longest name of a row, in characters.
const MAX_NAME: usize = 4_096;
/// Texts of an array, in bytes.
const MAX_TEXT: u64 = 1 << 28;

/// Reads the matrix of an archive, and the names of its rows where an array of texts has as many: `filenames`,
/// `filename`, `paths`, `names`, else `ids` or `id`, else the only one.
///
/// # Errors
/// When the file is no such archive, holds no matrix or several of which none is called so, or the matrix is not to be
/// read; see [`super::read_npy`].
pub(super) fn read(path: &Path) -> Result<ReadyVectors, VectorsError> {
    let unfit = |reason: String| VectorsError::Unfit {
        path: path.to_owned(),
        format: ".npz",
        reason,
        advice: "save one matrix as features with numpy.savez",
    };
    let file = File::open(path).map_err(|source| VectorsError::Read {
        path: path.to_owned(),
        source,
    })?;
    let mut archive = ZipArchive::new(BufReader::new(file))
        .map_err(|_| unfit("it is no ZIP archive".to_owned()))?;
    if archive.len() > MAX_ARRAYS {
        return Err(unfit(format!("it holds {} arrays", archive.len())));
    }
    let (mut matrices, mut texts) = (Vec::new(), Vec::new());
    for place in 0..archive.len() {
        let mut entry = archive
            .by_index(place)
            .map_err(|error| unfit(error.to_string()))?;
        let called = entry.name().map_err(|error| unfit(error.to_string()))?;
        let Some(name) = called.strip_suffix(".npy").map(str::to_owned) else {
            continue;
        };
        let array = described(&mut entry, path)?;
        if array.is_matrix() {
            matrices.push((name, place));
        } else if let (&[rows], Some(width)) = (&array.shape[..], Text::of(&array.descr)) {
            texts.push((name, place, rows, width));
        }
    }
    let names: Vec<&str> = matrices.iter().map(|(name, _)| name.as_str()).collect();
    let (chosen, taken) = pick::features(&names).map_err(unfit)?;
    let entry = archive
        .by_index(matrices[chosen].1)
        .map_err(|error| unfit(error.to_string()))?;
    let found = entry.size();
    let features = matrix_of(BufReader::new(entry), found, path)?;

    texts.retain(|(_, _, rows, _)| *rows == features.nrows() && *rows <= MAX_SAMPLES);
    let called = |wanted: &[&str]| {
        let is_it = |(name, ..): &(String, _, _, _)| wanted.contains(&name.to_lowercase().as_str());
        texts.iter().position(is_it)
    };
    let only = (texts.len() == 1).then_some(0);
    let files = called(&["filenames", "filename", "files", "paths", "names"]);
    let ids = called(&["ids", "id"]);
    let names = match files.or(ids).or(only) {
        None => None,
        Some(chosen) => {
            let (_, place, rows, width) = &texts[chosen];
            let mut entry = archive
                .by_index(*place)
                .map_err(|error| unfit(error.to_string()))?;
            let read = texts_of(&mut entry, *rows, *width, path)?;
            let read = read.ok_or_else(|| unfit("its names are no text".to_owned()))?;
            Some(match files.is_none() && ids == Some(chosen) {
                true => RowNames::Ids(read),
                false => RowNames::Files(read),
            })
        }
    };
    Ok(ReadyVectors {
        features,
        names,
        taken,
    })
}

/// How NumPy stores texts of one length.
#[derive(Debug, Clone, Copy)]
struct Text {
    /// Four bytes a character in place of one.
    is_wide: bool,
    big_endian: bool,
    n_characters: usize,
}

impl Text {
    /// Reads a type as NumPy writes it: `<U12` or `|S12`.
    fn of(descr: &str) -> Option<Self> {
        let (order, kind, n) = (descr.get(..1)?, descr.get(1..2)?, descr.get(2..)?);
        let n_characters = n.parse().ok().filter(|n| (1..=MAX_NAME).contains(n))?;
        Some(Self {
            is_wide: match kind {
                "U" => true,
                "S" => false,
                _ => return None,
            },
            big_endian: order == ">",
            n_characters,
        })
    }
}

/// The texts of an entry; `None` where they are none, or more than there is room for.
fn texts_of(
    entry: &mut impl Read,
    rows: usize,
    text: Text,
    path: &Path,
) -> Result<Option<Vec<String>>, VectorsError> {
    described(entry, path)?;
    let width = text.n_characters * if text.is_wide { 4 } else { 1 };
    if (rows * width) as u64 > MAX_TEXT {
        return Ok(None);
    }
    let mut bytes = vec![0; width];
    let mut texts = Vec::with_capacity(rows);
    for _ in 0..rows {
        entry
            .read_exact(&mut bytes)
            .map_err(|source| VectorsError::Read {
                path: path.to_owned(),
                source,
            })?;
        let read = if text.is_wide {
            let letter = |four: &[u8]| {
                let four: [u8; 4] = four.try_into().unwrap_or_default();
                char::from_u32(match text.big_endian {
                    true => u32::from_be_bytes(four),
                    false => u32::from_le_bytes(four),
                })
            };
            bytes
                .chunks_exact(4)
                .map(letter)
                .collect::<Option<String>>()
        } else {
            String::from_utf8(bytes.clone()).ok()
        };
        // NumPy fills up with zeros.
        let Some(read) = read else { return Ok(None) };
        texts.push(read.trim_end_matches('\0').to_owned());
    }
    Ok(Some(texts))
}
