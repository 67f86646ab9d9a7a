//! Pieces of a verdict, and the setting to open with, as bytes: what was laid out once is fetched from the cache, also after a new
//! start.

use std::fmt::Debug;
use std::ops::Range;

use blake3::{Hash, Hasher};
use ndarray::Array2;

use crate::analysis::ensemble::{Member, Place, Variation};
use crate::analysis::null::{Averaged, Standing};
use crate::analysis::projection::{Fit, ProjectionParams};
use crate::analysis::proposal::{Proposal, ProposalParams, Proposed};
use crate::analysis::settings::Words;
use crate::analysis::surrogate::SurrogateKind;

use super::evidence::verdict::Standings;
use super::study::Study;
use super::values::group_numbers;

/// Changes with what pieces are made of.
const VERSION: &str = "negatoscope 2026 verdict 6";

const ABSENT: u32 = u32::MAX;
const NOISE: u32 = u32::MAX - 1;
/// How far from 0 a point of a map may lie: its square is a number of single precision yet.
const FARTHEST: f64 = 1e18;
/// Shares are sums of parts, and may miss 1 by the last digits.
const SHARES: std::ops::RangeInclusive<f64> = 0.0..=1.0 + 1e-9;

/// What can be kept as bytes.
pub(super) trait Kept: Sized {
    /// What it is the answer to, as far as it can be held against that.
    type Asked<'a>;
    /// As bytes.
    fn bytes(&self) -> Vec<u8>;
    /// What the bytes are of so many images and of what was asked; `None` for those of something else.
    /// They may come from anybody: what does not fit is not taken.
    fn of(bytes: &[u8], n_images: usize, asked: Self::Asked<'_>) -> Option<Self>;
}

/// The key of a piece: the features, their patients, what it is of (a setting, or a map) and the numbers
/// of the piece.
pub(super) fn key(study: &Study, of: &impl Debug, piece: &str, numbers: (u64, u64)) -> Hash {
    let mut hasher = Hasher::new_derive_key(VERSION);
    hasher.update(study.features_hash().as_bytes());
    for group in group_numbers(&study.cohort) {
        hasher.update(&(group as u64).to_le_bytes());
    }
    hasher.update(format!("{piece} {numbers:?} {of:?}").as_bytes());
    hasher.finalize()
}

/// The key of a map.
pub(super) fn map_key(study: &Study, map: &ProjectionParams) -> Hash {
    key(study, map, "map", (0, 0))
}

impl Kept for Vec<Member> {
    /// The numbers of the maps.
    type Asked<'a> = Range<u64>;

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

    fn of(bytes: &[u8], n_images: usize, numbers: Range<u64>) -> Option<Self> {
        let (words, []) = bytes.as_chunks::<4>() else {
            return None;
        };
        let mut words = words.iter().map(|&word| u32::from_le_bytes(word));
        words.next().filter(|&n| n as usize == n_images)?;
        let words: Vec<u32> = words.collect();
        let members = words.chunks(n_images + 1).map(|member| {
            let (variation, places) = member.split_first()?;
            let place = |&code: &u32| match code {
                ABSENT => Some(Place::Absent),
                NOISE => Some(Place::Noise),
                label => ((label as usize) < n_images).then_some(Place::Cluster(label)),
            };
            let places: Vec<Place> = places.iter().map(place).collect::<Option<_>>()?;
            Some(Member {
                variation: match variation {
                    0 => Variation::Rounding,
                    1 => Variation::Start,
                    2 => Variation::Patients,
                    _ => return None,
                },
                places: (places.len() == n_images).then_some(places)?,
            })
        });
        let members: Vec<Member> = members.collect::<Option<_>>()?;
        let n_members = members.len() as u64;
        (n_members == numbers.end - numbers.start).then_some(members)
    }
}

impl Kept for Standings {
    /// The numbers of the cohorts of each kind, and the kinds.
    type Asked<'a> = (Range<u64>, [SurrogateKind; 2]);

    fn bytes(&self) -> Vec<u8> {
        let place = |kind: SurrogateKind| {
            let mut kinds = SurrogateKind::WORDS.iter().map(|(kind, _)| *kind);
            kinds.position(|other| other == kind).unwrap_or(0)
        };
        let mut numbers = vec![self.n_images as f64];
        numbers.extend(self.observed.mean.0);
        numbers.extend(self.observed.error.0);
        for (kind, surrogates) in &self.kinds {
            numbers.extend([place(*kind) as f64, surrogates.len() as f64]);
            numbers.extend(surrogates.iter().flat_map(|standing| standing.0));
        }
        numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
    }

    fn of(
        bytes: &[u8],
        n_images: usize,
        (asked, wanted): (Range<u64>, [SurrogateKind; 2]),
    ) -> Option<Self> {
        let numbers = numbers_of(bytes)?;
        let (&[n_laid_out], rest) = numbers.split_first_chunk::<1>()?;
        let n_laid_out = count(n_laid_out, n_images).filter(|&n| n > 0)?;
        // Without groups a cohort stands at -1, and nothing is better than 1.
        let standing = |&values: &[f64; 4]| {
            let is_one = |x: &f64| (-1.0 - 1e-9..=1.0 + 1e-9).contains(x);
            values.iter().all(is_one).then_some(Standing(values))
        };
        let (mean, rest) = rest.split_first_chunk::<4>()?;
        let (error, mut rest) = rest.split_first_chunk::<4>()?;
        let mut kinds = Vec::new();
        for wanted in wanted {
            let (&[kind, n], after) = rest.split_first_chunk::<2>()?;
            let kind = count(kind, SurrogateKind::WORDS.len())?;
            if SurrogateKind::WORDS.get(kind)?.0 != wanted || n != (asked.end - asked.start) as f64
            {
                return None;
            }
            let (standings, after) = after.split_at_checked((n as usize).checked_mul(4)?)?;
            let (standings, _) = standings.as_chunks::<4>();
            let standings = standings.iter().map(standing).collect::<Option<_>>()?;
            kinds.push((wanted, standings));
            rest = after;
        }
        rest.is_empty().then_some(Self {
            observed: Averaged {
                mean: standing(mean)?,
                error: standing(error)?,
            },
            kinds,
            n_images: n_laid_out,
        })
    }
}

impl Kept for Proposal {
    /// Among which settings.
    type Asked<'a> = &'a ProposalParams;

    fn bytes(&self) -> Vec<u8> {
        let best = self.best.iter().flat_map(|best| {
            let along = best.along.unwrap_or(f64::NAN);
            [
                along,
                best.at[0],
                best.at[1],
                best.agreement,
                best.clustered,
            ]
        });
        let numbers = std::iter::once(self.n_settings as f64).chain(best);
        numbers.flat_map(f64::to_le_bytes).collect()
    }

    fn of(bytes: &[u8], _: usize, asked: &ProposalParams) -> Option<Self> {
        let numbers = numbers_of(bytes)?;
        let (n_settings, best) = match numbers[..] {
            [n_settings] => (n_settings, None),
            [n_settings, along, first, second, agreement, clustered] => {
                let best = Proposed {
                    along: Some(along).filter(|along| !along.is_nan()),
                    at: [first, second],
                    agreement,
                    clustered,
                };
                (n_settings, Some(best))
            }
            _ => return None,
        };
        let [first, second] = &asked.axes;
        let along: Vec<Option<f64>> = match asked.projection.along() {
            Some(_) => {
                let maps = asked.along.iter().map(|&x| asked.projection.at(x));
                maps.map(|map| map.along()).collect()
            }
            None => vec![None],
        };
        let is_among = |best: &Proposed| {
            along.contains(&best.along)
                && first.contains(&best.at[0])
                && second.contains(&best.at[1])
                && (-1.0..=1.0 + 1e-9).contains(&best.agreement)
                && SHARES.contains(&best.clustered)
        };
        let n_settings = count(n_settings, along.len() * first.len() * second.len())?;
        best.iter()
            .all(is_among)
            .then_some(Self { best, n_settings })
    }
}

impl Kept for Fit {
    /// How the map is made.
    type Asked<'a> = &'a ProjectionParams;

    fn bytes(&self) -> Vec<u8> {
        let ratios = self.explained_variance_ratio.as_deref();
        let mut numbers = vec![
            self.coordinates.ncols() as f64,
            self.n_iter as f64,
            self.kl_divergence.unwrap_or(f64::NAN),
            ratios.map_or(f64::NAN, |ratios| ratios.len() as f64),
            self.neighbor_recall.unwrap_or(f64::NAN),
        ];
        numbers.extend(ratios.unwrap_or_default());
        numbers.extend(&self.coordinates);
        numbers.into_iter().flat_map(f64::to_le_bytes).collect()
    }

    fn of(bytes: &[u8], n_images: usize, asked: &ProjectionParams) -> Option<Self> {
        let numbers = numbers_of(bytes)?;
        let (&[n_components, n_iter, kl_divergence, n_ratios, recall], rest) =
            numbers.split_first_chunk::<5>()?;
        let wanted = asked.n_components();
        count(n_components, wanted).filter(|&n| n == wanted)?;
        let n_given = match n_ratios.is_nan() {
            true => 0,
            false => count(n_ratios, wanted)?,
        };
        let (ratios, coordinates) = rest.split_at_checked(n_given)?;
        let is_sound = coordinates.iter().all(|x| x.abs() <= FARTHEST)
            && ratios.iter().all(|ratio| SHARES.contains(ratio))
            && !kl_divergence.is_infinite()
            && (recall.is_nan() || SHARES.contains(&recall));
        Some(Self {
            coordinates: Array2::from_shape_vec((n_images, wanted), coordinates.to_vec())
                .ok()
                .filter(|_| is_sound)?,
            n_iter: count(n_iter, u32::MAX as usize)?,
            kl_divergence: Some(kl_divergence).filter(|kl| !kl.is_nan()),
            explained_variance_ratio: (!n_ratios.is_nan()).then(|| ratios.to_vec()),
            neighbor_recall: Some(recall).filter(|recall| !recall.is_nan()),
        })
    }
}

/// A whole number from 0 to `most`.
fn count(number: f64, most: usize) -> Option<usize> {
    let is_count = number.fract() == 0.0 && (0.0..=most as f64).contains(&number);
    is_count.then_some(number as usize)
}

/// Numbers as they were written, one after the other.
pub(super) fn numbers_of(bytes: &[u8]) -> Option<Vec<f64>> {
    let (numbers, []) = bytes.as_chunks::<8>() else {
        return None;
    };
    Some(numbers.iter().map(|&x| f64::from_le_bytes(x)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::clustering::ClusteringParams;
    use crate::analysis::projection::pca::PcaParams;

    const KINDS: [SurrogateKind; 2] = [SurrogateKind::Copula, SurrogateKind::Curve];

    fn pca() -> ProjectionParams {
        ProjectionParams::Pca(PcaParams::default())
    }

    fn grid() -> ProposalParams {
        ProposalParams {
            projection: pca(),
            clustering: ClusteringParams::default(),
            along: Vec::new(),
            axes: [vec![0.3, 0.4], vec![7.0, 14.0]],
            n_maps: 3,
            random_state: 0,
        }
    }

    fn bytes_of(numbers: &[f64]) -> Vec<u8> {
        numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
    }

    #[test]
    fn pieces_come_back_as_they_were() {
        let members = vec![
            Member {
                variation: Variation::Start,
                places: vec![Place::Noise, Place::Cluster(1)],
            },
            Member {
                variation: Variation::Patients,
                places: vec![Place::Absent, Place::Cluster(0)],
            },
        ];
        assert_eq!(
            Vec::<Member>::of(&members.bytes(), 2, 0..2),
            Some(members.clone())
        );
        assert_eq!(Vec::<Member>::of(&members.bytes()[..13], 2, 0..2), None);
        let standings = Standings {
            observed: Averaged {
                mean: Standing([0.1, -1.0, 0.3, 0.5]),
                error: Standing([0.0, 0.1, 0.2, 0.3]),
            },
            kinds: vec![
                (
                    SurrogateKind::Copula,
                    vec![Standing([0.0; 4]), Standing([1.0; 4])],
                ),
                (
                    SurrogateKind::Curve,
                    vec![Standing([0.5; 4]), Standing([-1.0; 4])],
                ),
            ],
            n_images: 193,
        };
        let back = Standings::of(&standings.bytes(), 193, (5..7, KINDS)).unwrap();
        assert_eq!((back.observed, back.n_images), (standings.observed, 193));
        assert_eq!(back.kinds, standings.kinds);
        assert!(Standings::of(b"too short", 193, (5..7, KINDS)).is_none());
        let mut proposal = Proposal {
            best: Some(Proposed {
                along: None,
                at: [0.4, 14.0],
                agreement: 0.75,
                clustered: 0.5,
            }),
            n_settings: 3,
        };
        assert_eq!(
            Proposal::of(&proposal.bytes(), 193, &grid()),
            Some(proposal.clone())
        );
        assert!(Proposal::of(&proposal.bytes()[8..], 193, &grid()).is_none());
        proposal.best = None;
        assert_eq!(
            Proposal::of(&proposal.bytes(), 193, &grid()),
            Some(proposal)
        );
    }
    #[test]
    fn a_map_comes_back_to_the_bit() {
        let fit = Fit {
            coordinates: ndarray::array![[0.1, -1.0 / 3.0], [1e-300, 7.0]],
            n_iter: 1000,
            kl_divergence: Some(0.3),
            explained_variance_ratio: None,
            neighbor_recall: Some(0.97),
        };
        let back = Fit::of(&fit.bytes(), 2, &pca()).unwrap();
        assert_eq!(back.coordinates, fit.coordinates);
        assert_eq!((back.n_iter, back.kl_divergence), (1000, Some(0.3)));
        assert_eq!(back.explained_variance_ratio, None);
        assert_eq!(back.neighbor_recall, Some(0.97));
        let of_variance = Fit {
            kl_divergence: None,
            explained_variance_ratio: Some(vec![0.5, 0.25]),
            neighbor_recall: None,
            ..fit
        };
        let back = Fit::of(&of_variance.bytes(), 2, &pca()).unwrap();
        assert_eq!(back.explained_variance_ratio, Some(vec![0.5, 0.25]));
        assert_eq!((back.kl_divergence, back.neighbor_recall), (None, None));
    }

    #[test]
    fn what_does_not_fit_the_images_is_not_taken() {
        let member = |label| Member {
            variation: Variation::Start,
            places: vec![Place::Noise, Place::Cluster(label)],
        };
        assert!(Vec::<Member>::of(&vec![member(1)].bytes(), 2, 4..5).is_some());
        assert!(Vec::<Member>::of(&vec![member(1)].bytes(), 3, 4..5).is_none());
        // Whoever counts clusters would make room for so many.
        assert!(Vec::<Member>::of(&vec![member(2_000_000_000)].bytes(), 2, 4..5).is_none());
        for map in [
            &[1.0, 1.0, 0.0, f64::NAN, f64::NAN, 1.0, 2.0][..],
            &[1e300, 1.0, 0.0, f64::NAN, f64::NAN, 1.0, 2.0],
            &[2.0, 1.0, 0.0, 1e300, f64::NAN, 1.0, 2.0, 3.0, 4.0],
            &[2.0, 1.0, 0.0, f64::NAN, 7.0, 1.0, 2.0, 3.0, 4.0],
            &[2.0, 1.0, 0.0, f64::NAN, f64::NAN, 1.0, 2.0, 3.0, f64::NAN],
        ] {
            assert!(Fit::of(&bytes_of(map), 2, &pca()).is_none(), "{map:?}");
        }
    }

    #[test]
    fn what_does_not_fit_what_was_asked_is_not_taken() {
        let member = |variation: u8| {
            let mut bytes = 2_u32.to_le_bytes().to_vec();
            bytes.extend([variation, 0, 0, 0].repeat(3));
            bytes
        };
        assert!(Vec::<Member>::of(&member(1), 2, 0..1).is_some());
        assert!(Vec::<Member>::of(&member(3), 2, 0..1).is_none());
        assert!(Vec::<Member>::of(&member(1), 2, 0..2).is_none());
        let header_alone = 2_u32.to_le_bytes();
        assert!(Vec::<Member>::of(&header_alone, 2, 0..1).is_none());
        // Two images: how they do, and one cohort of each kind.
        type Change<'a> = &'a dyn Fn(&mut Vec<f64>);
        let standings = |change: Change<'_>| {
            let kind = |kind| {
                let mut words = SurrogateKind::WORDS.iter();
                words.position(|(other, _)| *other == kind).unwrap() as f64
            };
            let mut numbers = vec![2.0, 0.5, 0.5, 0.5, 1.0, 0.1, 0.1, 0.0, 0.0];
            for wanted in KINDS {
                numbers.extend([kind(wanted), 1.0, 0.5, 0.5, 0.5, 1.0]);
            }
            change(&mut numbers);
            Standings::of(&bytes_of(&numbers), 2, (5..6, KINDS))
        };
        assert!(standings(&|_| {}).is_some());
        let changes: [Change<'_>; 10] = [
            &|numbers| numbers[0] = 0.0,
            &|numbers| numbers[0] = f64::NAN,
            &|numbers| numbers[1] = f64::NAN,
            &|numbers| numbers[2] = 1e300,
            &|numbers| numbers[5] = f64::NAN,
            &|numbers| numbers.swap(9, 15),
            &|numbers| numbers[9] = f64::NAN,
            &|numbers| numbers.truncate(9),
            &|numbers| numbers[11] = f64::INFINITY,
            &|numbers| numbers.extend([0.0, 0.0]),
        ];
        for (place, change) in changes.into_iter().enumerate() {
            assert!(standings(change).is_none(), "{place}");
        }
        let nan = f64::NAN;
        assert!(Proposal::of(&bytes_of(&[4.0, nan, 0.4, 14.0, 0.7, 0.5]), 2, &grid()).is_some());
        for numbers in [
            &[4.0, nan, 0.35, 14.0, 0.7, 0.5][..],
            &[4.0, nan, 0.4, nan, 0.7, 0.5],
            &[4.0, 30.0, 0.4, 14.0, 0.7, 0.5],
            &[4.0, nan, 0.4, 14.0, nan, 0.5],
            &[4.0, nan, 0.4, 14.0, 0.7, 1e300],
            &[5.0, nan, 0.4, 14.0, 0.7, 0.5],
            &[nan],
        ] {
            let found = Proposal::of(&bytes_of(numbers), 2, &grid());
            assert!(found.is_none(), "{numbers:?}");
        }
        let map = |n_components: usize, head: [f64; 4], first: f64| {
            let mut numbers = head.to_vec();
            numbers.push(nan);
            numbers.extend(vec![0.5; 2 * n_components]);
            numbers[5] = first;
            Fit::of(&bytes_of(&numbers), 2, &pca())
        };
        assert!(map(2, [2.0, 0.0, nan, nan], 1.0).is_some());
        for (n_components, head, first) in [
            (1, [1.0, 0.0, nan, nan], 1.0),
            (3, [3.0, 0.0, nan, nan], 1.0),
            (2, [nan, 0.0, nan, nan], 1.0),
            (2, [2.5, 0.0, nan, nan], 1.0),
            (2, [2.0, nan, nan, nan], 1.0),
            (2, [2.0, 0.0, f64::INFINITY, nan], 1.0),
            (2, [2.0, 0.0, nan, nan], 1e300),
            (2, [2.0, 0.0, nan, nan], nan),
        ] {
            assert!(map(n_components, head, first).is_none(), "{head:?} {first}");
        }
    }
}
