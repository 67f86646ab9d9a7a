//! The forces between all points with every pair looked at once: what one point does to another, the
//! other does to it.
//!
//! Four points stand while the vectors of points behind them pass by. The sums of those that pass stay
//! in their lanes, and the lanes of those that stand are summed when all have passed. Points stand in
//! strips of 64, each with sums of its own, which are added in order: threads change no bit.

use super::forces::{Forces, kernel, minus_ln_similarity};
use super::map::Map;
use crate::vector::{LANES, ln_f32, sum_lanes};
use multiversion::multiversion;
use rayon::prelude::*;

/// Points that stand at a time: their sums and those of a vector that passes fill the registers of
/// AVX-512.
const STANDING: usize = 4;
/// Points of a strip, a multiple of [`LANES`].
const STRIP: usize = 64;

/// P between some points that stand and a vector of points that pass, in whole lines of the cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Affinities([[f32; LANES]; STANDING]);

/// The affinities of all pairs, each once, in strips.
pub(super) struct Pairs<const D: usize> {
    strips: Vec<Strip<D>>,
}

struct Strip<const D: usize> {
    /// The block of its first point.
    first: usize,
    /// For every [`STANDING`] of its points, P with each block from their own on; zero on the diagonal and
    /// in the padding.
    affinities: Vec<Affinities>,
    /// What its points do to the blocks from `first` on, and these to its points.
    forces: Vec<Forces<D>>,
}

impl<const D: usize> Pairs<D> {
    /// From the joint affinities P, `(n_samples, n_samples)` by rows.
    pub(super) fn new(joint: &[f64], n_samples: usize) -> Self {
        let firsts = (0..n_samples).step_by(STRIP);
        let strips = firsts.map(|first| Strip::new(joint, n_samples, first));
        Self {
            strips: strips.collect(),
        }
    }

    /// Writes what all points do to each block.
    pub(super) fn find_forces(&mut self, map: &Map<D>, forces: &mut [Forces<D>]) {
        self.strips.par_iter_mut().for_each(|strip| {
            strip_forces(map, (strip.first, &strip.affinities), &mut strip.forces);
        });
        for (block, total) in forces.iter_mut().enumerate() {
            *total = Forces::NONE;
            let strips = self.strips.iter().take_while(|strip| strip.first <= block);
            strips.for_each(|strip| total.add(&strip.forces[block - strip.first]));
        }
    }

    /// Σ p (-ln q) over all pairs, in both orders.
    pub(super) fn cross_entropy(&self, map: &Map<D>) -> f64 {
        self.sum(|strip| cross_entropy(map, strip.first, &strip.affinities))
    }

    /// The same in single precision, three times as fast.
    pub(super) fn nearly_cross_entropy(&self, map: &Map<D>) -> f64 {
        self.sum(|strip| nearly_cross_entropy(map, strip.first, &strip.affinities))
    }

    fn sum(&self, of: impl Fn(&Strip<D>) -> f64 + Sync + Send) -> f64 {
        let sums: Vec<f64> = self.strips.par_iter().map(of).collect();
        sums.iter().sum()
    }
}

impl<const D: usize> Strip<D> {
    fn new(joint: &[f64], n_samples: usize, first: usize) -> Self {
        let n_blocks = n_samples.div_ceil(LANES);
        let mut affinities = Vec::new();
        for stands in standing(first, n_samples) {
            for block in stands / LANES..n_blocks {
                affinities.push(Affinities(std::array::from_fn(|row| {
                    let row = joint.chunks(n_samples).nth(stands + row).unwrap_or(&[]);
                    let p = |lane| row.get(block * LANES + lane).map_or(0.0, |&p| p as f32);
                    std::array::from_fn(p)
                })));
            }
        }
        let first = first / LANES;
        Self {
            first,
            affinities,
            forces: vec![Forces::NONE; n_blocks - first],
        }
    }
}

/// The first of every [`STANDING`] points of the strip that starts at this point.
fn standing(first: usize, n_samples: usize) -> impl Iterator<Item = usize> {
    (first..n_samples.min(first + STRIP)).step_by(STANDING)
}

#[multiversion(targets = "simd")]
fn strip_forces<const D: usize>(
    map: &Map<D>,
    strip: (usize, &[Affinities]),
    forces: &mut [Forces<D>],
) {
    plain_strip_forces(map, strip, forces);
}

#[inline(always)]
fn plain_strip_forces<const D: usize>(
    map: &Map<D>,
    (first, mut affinities): (usize, &[Affinities]),
    forces: &mut [Forces<D>],
) {
    forces.fill(Forces::NONE);
    let n_blocks = first + forces.len();
    for stands in standing(first * LANES, map.n_samples) {
        let own = stands / LANES;
        let (vectors, after) = affinities.split_at(n_blocks - own);
        affinities = after;
        let sums = stand(map, stands, vectors, &mut forces[own - first..]);
        let total = &mut forces[own - first];
        for (row, sums) in sums.iter().enumerate() {
            let lane = stands % LANES + row;
            for axis in 0..D {
                total.attraction[axis][lane] += sum(&sums.attraction[axis]);
                total.repulsion[axis][lane] += sum(&sums.repulsion[axis]);
            }
            total.similarity[lane] += sum(&sums.similarity);
        }
    }
}

/// The sums of the points that stand from `stands` on; what they do to the blocks that pass, of which
/// the first is their own, is added to `forces`.
#[inline(always)]
fn stand<const D: usize>(
    map: &Map<D>,
    stands: usize,
    affinities: &[Affinities],
    forces: &mut [Forces<D>],
) -> [Forces<D>; STANDING] {
    let own = stands / LANES;
    let here = [stands, stands + 1, stands + 2, stands + 3];
    let here = [
        map.point(here[0]),
        map.point(here[1]),
        map.point(here[2]),
        map.point(here[3]),
    ];
    let blocks: [&[[f32; LANES]]; D] = std::array::from_fn(|axis| map.blocks(axis));
    let [mut one, mut two, mut three, mut four] = [Forces::NONE; STANDING];
    let n_passing = affinities.len().min(forces.len());
    for behind in 1..n_passing {
        let there: [&[f32; LANES]; D] = std::array::from_fn(|axis| &blocks[axis][own + behind]);
        let (Affinities(p), back) = (&affinities[behind], &mut forces[behind]);
        meet(here[0], &there, &p[0], &mut one, back);
        meet(here[1], &there, &p[1], &mut two, back);
        meet(here[2], &there, &p[2], &mut three, back);
        meet(here[3], &there, &p[3], &mut four, back);
    }
    for sums in [&mut one, &mut two, &mut three, &mut four] {
        // Every pair so far counts in both orders.
        sums.similarity.iter_mut().for_each(|sum| *sum *= 2.0);
    }
    // Within their own block all points stand, so that nothing is given back.
    let there: [&[f32; LANES]; D] = std::array::from_fn(|axis| &blocks[axis][own]);
    let mut nowhere = Forces::NONE;
    let (Affinities(p), back) = (&affinities[0], &mut nowhere);
    meet(here[0], &there, &p[0], &mut one, back);
    meet(here[1], &there, &p[1], &mut two, back);
    meet(here[2], &there, &p[2], &mut three, back);
    meet(here[3], &there, &p[3], &mut four, back);
    [one, two, three, four]
}

/// One point that stands meets a vector of points that pass.
#[inline(always)]
fn meet<const D: usize>(
    here: [f32; D],
    there: &[&[f32; LANES]; D],
    p: &[f32; LANES],
    sums: &mut Forces<D>,
    back: &mut Forces<D>,
) {
    for lane in 0..LANES {
        let offset: [f32; D] = std::array::from_fn(|axis| here[axis] - there[axis][lane]);
        let square = offset.iter().fold(0.0, |sum, x| sum + x * x);
        let (w, q) = kernel::<D>(square);
        let (pull, push) = (p[lane] * w, q * w);
        sums.similarity[lane] += q;
        for axis in 0..D {
            let (attraction, repulsion) = (pull * offset[axis], push * offset[axis]);
            sums.attraction[axis][lane] += attraction;
            sums.repulsion[axis][lane] += repulsion;
            back.attraction[axis][lane] -= attraction;
            back.repulsion[axis][lane] -= repulsion;
        }
    }
}

/// The sum of the lanes, always in the same order.
#[inline(always)]
fn sum(lanes: &[f32; LANES]) -> f32 {
    let mut sums = *lanes;
    for width in [8, 4, 2, 1] {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
    }
    sums[0]
}

/// Σ p (-ln q) over the pairs of a strip, in both orders.
#[multiversion(targets = "simd")]
fn cross_entropy<const D: usize>(map: &Map<D>, first: usize, affinities: &[Affinities]) -> f64 {
    over_strip(map, (first, affinities), |sums, here, there, p| {
        for lane in 0..LANES {
            let offset = |axis: usize| f64::from(here[axis]) - f64::from(there[axis][lane]);
            let square = (0..D).fold(0.0, |sum, axis| sum + offset(axis) * offset(axis));
            sums[lane] += f64::from(p[lane]) * minus_ln_similarity::<D>(square);
        }
    })
}

/// [`cross_entropy`] in single precision.
#[multiversion(targets = "simd")]
fn nearly_cross_entropy<const D: usize>(
    map: &Map<D>,
    first: usize,
    affinities: &[Affinities],
) -> f64 {
    over_strip(map, (first, affinities), |sums, here, there, p| {
        for lane in 0..LANES {
            let offset = |axis: usize| here[axis] - there[axis][lane];
            let square = (0..D).fold(0.0, |sum, axis| sum + offset(axis) * offset(axis));
            let minus_ln = match D {
                2 => ln_f32(1.0 + square),
                _ => 1.5 * ln_f32(1.0 + square * 0.5),
            };
            sums[lane] += f64::from(p[lane] * minus_ln);
        }
    })
}

/// The sum of what `add` adds for each point that stands and each block that passes, those behind its own
/// in both orders.
#[inline(always)]
fn over_strip<const D: usize>(
    map: &Map<D>,
    (first, affinities): (usize, &[Affinities]),
    add: impl Fn(&mut [f64; LANES], [f32; D], &[&[f32; LANES]; D], &[f32; LANES]),
) -> f64 {
    let blocks: [&[[f32; LANES]]; D] = std::array::from_fn(|axis| map.blocks(axis));
    let (mut within, mut behind) = ([0.0; LANES], [0.0; LANES]);
    let mut affinities = affinities.iter();
    for stands in standing(first * LANES, map.n_samples) {
        let own = stands / LANES;
        for (block, Affinities(p)) in (own..blocks[0].len()).zip(affinities.by_ref()) {
            let there: [&[f32; LANES]; D] = std::array::from_fn(|axis| &blocks[axis][block]);
            let sums = if block == own {
                &mut within
            } else {
                &mut behind
            };
            for (row, p) in p.iter().enumerate() {
                add(sums, map.point(stands + row), &there, p);
            }
        }
    }
    sum_lanes(within) + 2.0 * sum_lanes(behind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::tsne::exact::{block_forces, by_blocks};
    use crate::projection::tsne::forces::normalisation;
    use ndarray::Array2;

    fn example<const D: usize>(n_samples: usize) -> (Map<D>, Vec<f64>) {
        let position = |(i, axis): (usize, usize)| ((i * 13 + axis * 7) as f32 * 0.7).sin() * 5.0;
        let map = Map::from_rows(Array2::from_shape_fn((n_samples, D), position).view());
        let p = |k: usize| match (k / n_samples, k % n_samples) {
            (i, j) if i == j => 0.0,
            (i, j) => ((i * j) as f64).cos().abs() / (n_samples * n_samples) as f64,
        };
        (map, (0..n_samples * n_samples).map(p).collect())
    }

    fn pairs_do_what_blocks_do<const D: usize>(n_samples: usize) {
        let (map, joint) = example::<D>(n_samples);
        let mut pairs = Pairs::<D>::new(&joint, n_samples);
        let mut found = vec![Forces::NONE; n_samples.div_ceil(LANES)];
        pairs.find_forces(&map, &mut found);
        let blocks = by_blocks(&joint, n_samples);
        for (block, affinities) in blocks.chunks(n_samples).enumerate() {
            let expected = block_forces(&map, affinities, block);
            for lane in 0..LANES.min(n_samples - block * LANES) {
                for axis in 0..D {
                    let near = |a: f32, b: f32, scale: f32| (a - b).abs() < 1e-5 * scale;
                    let of = |forces: &Forces<D>| {
                        (forces.attraction[axis][lane], forces.repulsion[axis][lane])
                    };
                    let ((a, r), (expected_a, expected_r)) = (of(&found[block]), of(&expected));
                    assert!(near(a, expected_a, 1.0), "{n_samples}: {a} {expected_a}");
                    assert!(near(r, expected_r, 100.0), "{n_samples}: {r} {expected_r}");
                }
            }
        }
        // Similarity is told of the earlier point alone, so that only its sum is the same.
        let total = |forces: &[Forces<D>]| normalisation(forces, n_samples);
        let expected: Vec<Forces<D>> = (blocks.chunks(n_samples).enumerate())
            .map(|(block, affinities)| block_forces(&map, affinities, block))
            .collect();
        let (found, expected) = (total(&found), total(&expected));
        assert!((found / expected - 1.0).abs() < 1e-6, "{found} {expected}");
    }

    #[test]
    fn every_pair_counts_in_both_orders() {
        for n_samples in [2, 15, 16, 17, 63, 64, 65, 193, 200] {
            pairs_do_what_blocks_do::<2>(n_samples);
            pairs_do_what_blocks_do::<3>(n_samples);
        }
    }

    fn levels_agree<const D: usize>(n_samples: usize) {
        let (map, joint) = example::<D>(n_samples);
        for strip in &Pairs::<D>::new(&joint, n_samples).strips {
            let (mut fast, mut plain) = (strip.forces.clone(), strip.forces.clone());
            strip_forces(&map, (strip.first, &strip.affinities), &mut fast);
            plain_strip_forces(&map, (strip.first, &strip.affinities), &mut plain);
            assert_eq!(fast, plain);
        }
    }

    #[test]
    fn all_instruction_sets_give_the_same_bits() {
        for n_samples in [17, 130, 193] {
            levels_agree::<2>(n_samples);
            levels_agree::<3>(n_samples);
        }
    }
}
