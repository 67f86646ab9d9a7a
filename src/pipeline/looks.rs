//! Settings at which a question was looked at: each is a chance to find something, and the best of many
//! is good by chance. Kept in the cohort's project, over restarts and browsers.

use std::collections::BTreeMap;
use std::sync::Arc;

use blake3::{Hash, Hasher};

use super::evidence::Question;
use super::evidence::verdict::{OverLooks, Tried};
use super::project::Project;
use super::study::Study;
use crate::analysis::association::over_looks;

/// Looks at one question that are told apart.
const MOST: usize = 1000;

/// What each look saw of the permutations, by the hash of its setting.
type Seen = BTreeMap<[u8; 8], Vec<f32>>;

/// What was looked at.
pub(super) struct Looked {
    project: Arc<Project>,
}

impl Looked {
    pub(super) fn new(project: Arc<Project>) -> Self {
        Self { project }
    }

    /// What all looks at a question have come to, this one included; one that `rested` is kept.
    pub(super) fn with(
        &self,
        (whole, study): (&Study, &Study),
        (question, tried): (&Question, &Tried),
        (averages, rested): (&[f64], bool),
    ) -> OverLooks {
        let key = key(study, question);
        let setting = blake3::hash(format!("{tried:?}").as_bytes());
        let place = <[u8; 8]>::try_from(&setting.as_bytes()[..8]).unwrap_or_default();
        let averages: Vec<f32> = averages.iter().map(|&x| x as f32).collect();
        // With this look, and whether it is new.
        let with = |kept: Option<Vec<u8>>| {
            // Before there were projects, looks lay in the cache.
            let kept = kept.or_else(|| self.project.cache().answer(key));
            let mut seen = kept.map_or_else(Seen::new, |bytes| read(&bytes));
            let is_new = seen.insert(place, averages.clone()).is_none();
            (seen, is_new)
        };
        let file = self.project.file(whole);
        let unkept = || with(file.and_then(|file| file.answer(key.as_bytes()))).0;
        let seen = match file.filter(|_| rested) {
            // Another program may have looked since, and looks now.
            Some(file) => {
                let change = |kept| {
                    let (seen, is_new) = with(kept);
                    let bytes = (is_new && seen.len() <= MOST).then(|| written(&seen));
                    (bytes, seen)
                };
                let changed = file.change_answer(key.as_bytes(), change);
                changed.unwrap_or_else(|error| {
                    tracing::warn!("A look is not kept: {error}.");
                    unkept()
                })
            }
            None => unkept(),
        };
        OverLooks {
            n_looks: seen.len(),
            p_value: over_looks(seen.values().map(Vec::as_slice)),
        }
    }
}

/// One question of some images, by what they are.
fn key(study: &Study, question: &Question) -> Hash {
    let mut hasher = Hasher::new_derive_key("negatoscope 2026 looks 1");
    hasher.update(study.features_hash().as_bytes());
    hasher.update(format!("{question:?}").as_bytes());
    hasher.finalize()
}

fn written(seen: &Seen) -> Vec<u8> {
    let length = seen.values().map(Vec::len).max().unwrap_or(0);
    let mut bytes = (length as u32).to_le_bytes().to_vec();
    for (place, averages) in seen.iter().filter(|(_, look)| look.len() == length) {
        bytes.extend(place);
        bytes.extend(averages.iter().flat_map(|x| x.to_le_bytes()));
    }
    bytes
}

/// Looks as they were written; none of what is something else.
fn read(bytes: &[u8]) -> Seen {
    let Some((&length, rest)) = bytes.split_first_chunk::<4>() else {
        return Seen::new();
    };
    let length = u32::from_le_bytes(length) as usize;
    let looks = rest.chunks_exact(8 + 4 * length);
    let look = |look: &[u8]| {
        let (&place, averages) = look.split_first_chunk::<8>()?;
        let (averages, _) = averages.as_chunks::<4>();
        Some((
            place,
            averages.iter().map(|&x| f32::from_le_bytes(x)).collect(),
        ))
    };
    looks.filter_map(look).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_come_back_as_they_were() {
        let seen: Seen = [([1; 8], vec![0.5, -1.0]), ([2; 8], vec![2.0, 3.0])].into();
        assert_eq!(read(&written(&seen)), seen);
        assert_eq!(read(b"??"), Seen::new());
    }
}
