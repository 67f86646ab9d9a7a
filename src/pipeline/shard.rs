//! The part of a cohort's features that one process makes of several.

use crate::analysis::Count;
use crate::bundle::BundleError;
use crate::cohort::{self, Skipped};
use crate::features::vectors::{Manifest, Part, Shard, Unread};

use super::examine::stack;
use super::manifest;
use super::prepare::Preparation;
use super::study::StudyError;

impl Preparation {
    /// What the part of a shard says of itself. No image is read for it.
    ///
    /// # Errors
    /// When there is no network, and when conditions are about what the pictures tell.
    pub fn manifest(&self, shard: Shard) -> Result<Manifest, StudyError> {
        if let Some(bundle) = self.bundle() {
            let (path, option) = (bundle.path().to_owned(), "--shard");
            return Err(BundleError::Option { path, option }.into());
        }
        if self.cohort.awaits_pictures() {
            return Err(StudyError::ShardAwaits);
        }
        let maker = self.examiner.maker().ok_or(StudyError::ShardOfVectors)?;
        Ok(manifest::of(maker, shard, &self.cohort.records))
    }

    /// Reads the images of a shard, in parallel; the counter hears of one unit an image. Conditions, scaling and what is
    /// said of the whole cohort come when all parts are read.
    ///
    /// # Errors
    /// As [`manifest`](Self::manifest), when cancelled, and when the network fails or gives NaN. A shard of which no image
    /// can be read is no error.
    pub fn part(&self, shard: Shard, counter: &dyn Count) -> Result<Part, StudyError> {
        let manifest = self.manifest(shard)?;
        let records = &self.cohort.records;
        let positions: Vec<usize> = shard.positions(records.len()).collect();
        let images: Vec<_> = positions
            .iter()
            .map(|&at| records[at].image.as_ref())
            .collect();
        let seen = self.examiner.examine(&images, counter)?;
        let mut part = Part {
            manifest,
            positions: Vec::new(),
            ids: Vec::new(),
            filenames: Vec::new(),
            contents: Vec::new(),
            features: stack(&seen),
            unread: Vec::new(),
        };
        for (&position, seen) in positions.iter().zip(&seen) {
            let record = &records[position];
            let filename = record.filename.clone();
            let found = seen
                .as_ref()
                .map(|seen| seen.content.zip(seen.features.as_ref()));
            let unread = |reason: &str| Unread {
                position,
                filename: filename.clone(),
                reason: reason.to_owned(),
            };
            match found {
                Ok(Some((content, _))) => {
                    part.positions.push(position);
                    part.ids.push(record.id.clone());
                    part.filenames.push(filename);
                    part.contents.push(content.hash.to_hex().to_string());
                }
                Ok(None) => part.unread.push(unread("it has no picture")),
                Err(reason) => part.unread.push(unread(reason)),
            }
        }
        let skipped: Vec<Skipped> = part.unread.iter().map(manifest::skipped).collect();
        for reason in cohort::by_reason(&skipped) {
            tracing::warn!("skipped {reason}");
        }
        Ok(part)
    }
}
