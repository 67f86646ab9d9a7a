//! Pieces of a verdict as bytes: what was laid out once is fetched from the cache, also after a new
//! start.

use blake3::{Hash, Hasher};

use crate::analysis::ensemble::{Member, Place, Variation};
use crate::analysis::null::Standing;
use crate::analysis::settings::Words;
use crate::analysis::surrogate::SurrogateKind;

use super::evidence::verdict::{Standings, Tried};
use super::study::Study;
use super::values::group_numbers;

/// Changes with what pieces are made of.
const VERSION: &str = "negatoscope 2026 verdict 3";

const ABSENT: u32 = u32::MAX;
const NOISE: u32 = u32::MAX - 1;

/// What can be kept as bytes.
pub(super) trait Kept: Sized {
    /// As bytes.
    fn bytes(&self) -> Vec<u8>;
    /// What the bytes are; `None` for those of something else.
    fn of(bytes: &[u8]) -> Option<Self>;
}

/// The key of a piece: the features, their patients, the setting and the numbers of the piece.
pub(super) fn key(study: &Study, tried: &Tried, piece: &str, numbers: (u64, u64)) -> Hash {
    let mut hasher = Hasher::new_derive_key(VERSION);
    hasher.update(study.features_hash().as_bytes());
    for group in group_numbers(&study.cohort) {
        hasher.update(&(group as u64).to_le_bytes());
    }
    hasher.update(format!("{piece} {numbers:?} {tried:?}").as_bytes());
    hasher.finalize()
}

impl Kept for Vec<Member> {
    fn bytes(&self) -> Vec<u8> {
        let n_images = self.first().map_or(0, |member| member.places.len());
        let mut bytes = (n_images as u32).to_le_bytes().to_vec();
        for member in self {
            let variation: u32 = match member.variation {
                Variation::Rounding => 0,
                Variation::Start => 1,
                Variation::Patients => 2,
            };
            let codes = member.places.iter().map(|place| match place {
                Place::Absent => ABSENT,
                Place::Noise => NOISE,
                Place::Cluster(label) => *label,
            });
            for code in std::iter::once(variation).chain(codes) {
                bytes.extend(code.to_le_bytes());
            }
        }
        bytes
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let (words, []) = bytes.as_chunks::<4>() else {
            return None;
        };
        let mut words = words.iter().map(|&word| u32::from_le_bytes(word));
        let n_images = words.next()? as usize;
        let words: Vec<u32> = words.collect();
        let members = words.chunks(n_images + 1).map(|member| {
            let (variation, places) = member.split_first()?;
            let place = |&code: &u32| match code {
                ABSENT => Place::Absent,
                NOISE => Place::Noise,
                label => Place::Cluster(label),
            };
            Some(Member {
                variation: match variation {
                    0 => Variation::Rounding,
                    1 => Variation::Start,
                    _ => Variation::Patients,
                },
                places: (places.len() == n_images).then(|| places.iter().map(place).collect())?,
            })
        });
        members.collect()
    }
}

impl Kept for Standings {
    fn bytes(&self) -> Vec<u8> {
        let place = |kind: SurrogateKind| {
            let mut kinds = SurrogateKind::WORDS.iter().map(|(kind, _)| *kind);
            kinds.position(|other| other == kind).unwrap_or(0)
        };
        let mut numbers = vec![self.n_images as f64];
        numbers.extend(self.observed.0);
        for (kind, surrogates) in &self.kinds {
            numbers.extend([place(*kind) as f64, surrogates.len() as f64]);
            numbers.extend(surrogates.iter().flat_map(|standing| standing.0));
        }
        numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let (numbers, []) = bytes.as_chunks::<8>() else {
            return None;
        };
        let numbers: Vec<f64> = numbers.iter().map(|&x| f64::from_le_bytes(x)).collect();
        let (&[n_images], rest) = numbers.split_first_chunk::<1>()?;
        let (&observed, mut rest) = rest.split_first_chunk::<4>()?;
        let mut kinds = Vec::new();
        while let Some((&[kind, n], after)) = rest.split_first_chunk::<2>() {
            let (standings, after) = after.split_at_checked(4 * n as usize)?;
            let (standings, _) = standings.as_chunks::<4>();
            let standings = standings.iter().map(|&values| Standing(values)).collect();
            kinds.push((SurrogateKind::WORDS.get(kind as usize)?.0, standings));
            rest = after;
        }
        Some(Self {
            observed: Standing(observed),
            kinds,
            n_images: n_images as usize,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_as_they_were() {
        let members = vec![
            Member {
                variation: Variation::Start,
                places: vec![Place::Noise, Place::Cluster(3)],
            },
            Member {
                variation: Variation::Patients,
                places: vec![Place::Absent, Place::Cluster(0)],
            },
        ];
        assert_eq!(Vec::<Member>::of(&members.bytes()), Some(members.clone()));
        assert_eq!(Vec::<Member>::of(&members.bytes()[..13]), None);
        let standings = Standings {
            observed: Standing([0.1, -1.0, 3.0, 0.5]),
            kinds: vec![
                (
                    SurrogateKind::Copula,
                    vec![Standing([0.0; 4]), Standing([1.0; 4])],
                ),
                (SurrogateKind::Curve, vec![Standing([2.0; 4])]),
            ],
            n_images: 193,
        };
        let back = Standings::of(&standings.bytes()).unwrap();
        assert_eq!((back.observed, back.n_images), (standings.observed, 193));
        assert_eq!(back.kinds, standings.kinds);
        assert!(Standings::of(b"too short").is_none());
    }
}
