//! Parts put together: every record once.

use std::collections::HashSet;
use std::mem::take;
use std::path::Path;

use ndarray::Array2;

use super::{Manifest, Part};
use crate::vectors::npy::check_size;
use crate::vectors::{Shard, VectorsError};

/// The parts of a folder, as far as they are read.
pub(super) struct Whole<'a> {
    folder: &'a Path,
    n_records: usize,
    n_rows: usize,
    parts: Vec<Part>,
}

impl<'a> Whole<'a> {
    /// Nothing yet of so many records.
    pub(super) fn new(folder: &'a Path, n_records: usize) -> Self {
        Self {
            folder,
            n_records,
            n_rows: 0,
            parts: Vec::new(),
        }
    }

    /// Takes the part of a shard.
    ///
    /// # Errors
    /// When it has other records than its shard, one of them twice, or vectors of another length than the parts before.
    pub(super) fn add(
        &mut self,
        path: &Path,
        shard: Shard,
        part: Part,
    ) -> Result<(), VectorsError> {
        let no_part = |reason: String| VectorsError::NoPart {
            path: path.to_owned(),
            reason,
        };
        self.check_records(shard, &part).map_err(no_part)?;
        self.n_rows += part.positions.len();
        let length = |part: &Part| (part.features.nrows() > 0).then(|| part.features.ncols());
        if let Some(here) = length(&part) {
            let before = self.parts.iter().find_map(length).unwrap_or(here);
            if before != here {
                let reason = format!("its vectors have {here} features, and others have {before}");
                return Err(no_part(reason));
            }
            // While they come: all of them might not fit.
            check_size(self.folder, self.n_rows, here)?;
        }
        self.parts.push(part);
        Ok(())
    }

    /// Why a part has not the records of its shard, each once.
    fn check_records(&self, shard: Shard, part: &Part) -> Result<(), String> {
        let read = part.positions.iter().zip(&part.filenames);
        let unread = part.unread.iter().map(|one| (&one.position, &one.filename));
        let mut taken = HashSet::new();
        for (&at, filename) in read.chain(unread) {
            if at >= self.n_records || !shard.has(at) {
                return Err(format!("{filename}, record {at}, is not of shard {shard}"));
            }
            if !taken.insert(at) {
                return Err(format!("it has {filename}, record {at}, twice"));
            }
        }
        let (n_here, n_wanted) = (taken.len(), shard.positions(self.n_records).len());
        match n_here == n_wanted {
            true => Ok(()),
            false => Err(format!(
                "it has {n_here} of the {n_wanted} records of shard {shard}"
            )),
        }
    }

    /// All of them in the order of the cohort.
    ///
    /// # Errors
    /// When no part has a row.
    pub(super) fn finish(self, manifest: Manifest) -> Result<Part, VectorsError> {
        let mut parts = self.parts;
        let places = parts.iter().enumerate().flat_map(|(number, part)| {
            let rows = part.positions.iter().enumerate();
            rows.map(move |(row, &position)| (position, number, row))
        });
        let mut order: Vec<(usize, usize, usize)> = places.collect();
        order.sort_unstable();
        let n_features = parts.iter().map(|part| part.features.ncols()).max();
        let n_features = n_features.unwrap_or(0);
        check_size(self.folder, order.len(), n_features)?;
        let mut features = Array2::zeros((order.len(), n_features));
        for (mut place, &(_, part, row)) in features.rows_mut().into_iter().zip(&order) {
            place.assign(&parts[part].features.row(row));
        }
        let mut unread: Vec<_> = parts
            .iter_mut()
            .flat_map(|part| take(&mut part.unread))
            .collect();
        unread.sort_unstable_by_key(|one| one.position);
        let mut texts = |of: fn(&mut Part) -> &mut Vec<String>| -> Vec<String> {
            let text = |&(_, part, row): &(_, usize, usize)| take(&mut of(&mut parts[part])[row]);
            order.iter().map(text).collect()
        };
        Ok(Part {
            manifest,
            ids: texts(|part| &mut part.ids),
            filenames: texts(|part| &mut part.filenames),
            contents: texts(|part| &mut part.contents),
            positions: order.iter().map(|&(position, ..)| position).collect(),
            features,
            unread,
        })
    }
}
