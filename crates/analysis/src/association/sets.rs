//! Do two sets of features see the same images alike?
//!
//! Two questions: how many of an image's nearest are the same in both, and whether images that are far apart in one are
//! far apart in the other (Mantel 1967). Images of one patient are alike in any features, so only pairs of images of
//! different patients count; and what chance gives is told by exchanging whole patients with equally many images, as
//! everywhere here: exchanging single images, as the usual test does, takes courses of one patient for agreement.
//!
//! The share of neighbours is about what lies close together, which groups are made of; the correlation is about the
//! whole layout, and a few images far off may make it. Guillot and Rousset (2013) have what a Mantel test cannot do: say
//! what two sets share beyond a third.

use super::exchange::Exchange;
use super::sample::Sample;
use super::{CheckedAssociation, MIN_MOVABLE, MIN_PERMUTATIONS, NotTestable, Values};
use super::{at_least, p_value};
use crate::monitor::{Cancelled, Monitor, check};
use crate::patients;
use crate::projection::{Metric, Samples};
use ndarray::{ArrayView2, Axis};
use rayon::prelude::*;

/// Images that are looked at: all pairs of them are held in memory, twice.
const MAX_IMAGES: usize = 2_000;

/// Pairs of images that are looked at in all permutations, about: a few seconds of two cores.
const BUDGET: u64 = 2_000_000_000;

/// Two sets of features of the same images.
#[derive(Debug, Clone, PartialEq)]
pub struct SetsTest {
    /// Images that were looked at: whole patients are drawn where there are more than 2,000.
    pub n_sampled: usize,
    /// Patients of these images.
    pub n_groups: usize,
    /// Patients that can exchange with another.
    pub n_movable: usize,
    /// Nearest images of other patients that were looked at, k: as asked for, or fewer where there are not so many.
    pub n_neighbors: usize,
    /// Permutations of the test.
    pub n_permutations: usize,
    /// What was found, or why nothing could be.
    pub outcome: Result<SetsFinding, NotTestable>,
}

/// What was found of two sets of features.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SetsFinding {
    /// The mean share, 0 to 1, of an image's k nearest images of other patients that are the same in both.
    pub shared: f64,
    /// The same where patients are exchanged: about k / n.
    pub shared_by_chance: f64,
    /// The share of arrangements in which as many are the same, the observed one included.
    pub shared_p_value: f64,
    /// The correlation, -1 to 1, of the Euclidean distances of one set with those of the other, over all pairs of images
    /// of different patients.
    pub correlation: f64,
    /// The share of arrangements with one as large, the observed one included.
    pub correlation_p_value: f64,
}

impl CheckedAssociation {
    /// Compares two sets of features, `(n_samples, n_features)` each and row by row of the same images; `groups` has the
    /// patient of each. Both p are of one side: sets that agree less than chance are no finding.
    ///
    /// Permutations run in parallel. Time goes with n_permutations × n_sampled².
    ///
    /// # Errors
    /// [`Cancelled`] when the monitor cancels.
    ///
    /// # Panics
    /// When the arrays are not equally long, or `n_neighbors` is 0.
    pub fn sets(
        &self,
        sets: [ArrayView2<'_, f32>; 2],
        groups: &[usize],
        n_neighbors: usize,
        monitor: &dyn Monitor,
    ) -> Result<SetsTest, Cancelled> {
        for set in &sets {
            assert_eq!(set.nrows(), groups.len(), "one patient per image");
        }
        assert!(n_neighbors > 0, "an image has at least one nearest");
        let images = patients::drawn(groups, self.0.seed, |n| n <= MAX_IMAGES);
        let everyone = vec![Some(0); groups.len()];
        let is_drawn = |image: usize| images.binary_search(&image).is_ok();
        let sample = Sample::new(Values::Categories(&everyone), groups, None, is_drawn);
        let orders = Exchange::of_rows(&sample, true);
        let n = sample.len();
        let within_budget = BUDGET / (n as u64 * n as u64 / 2).max(1);
        let most = (within_budget as usize).max(MIN_PERMUTATIONS);
        let mut sizes = vec![0; sample.n_groups];
        sample.groups.iter().for_each(|&group| sizes[group] += 1);
        let others = n - sizes.iter().max().unwrap_or(&0);
        let mut tested = SetsTest {
            n_sampled: n,
            n_groups: sample.n_groups,
            n_movable: orders.n_movable,
            n_neighbors: n_neighbors.min(others.saturating_sub(1)),
            n_permutations: self.0.n_permutations.min(most),
            outcome: Err(NotTestable::FewMovable {
                n_movable: orders.n_movable,
                n_groups: sample.n_groups,
                within: false,
            }),
        };
        if orders.n_movable < MIN_MOVABLE || tested.n_neighbors == 0 {
            return Ok(tested);
        }
        let of_sample = |set: &ArrayView2<'_, f32>| {
            let drawn = set.select(Axis(0), &sample.images);
            Distances::new(drawn.view(), &sample.groups, monitor)
        };
        let [a, b] = [of_sample(&sets[0])?, of_sample(&sets[1])?];
        tested.outcome = match Pair::new(&a, &b, tested.n_neighbors, &sample.groups) {
            Some(pair) => Ok(self.judged(&pair, &orders, tested.n_permutations, monitor)?),
            None => Err(NotTestable::FewValues),
        };
        Ok(tested)
    }

    fn judged(
        &self,
        pair: &Pair<'_>,
        orders: &Exchange,
        n_permutations: usize,
        monitor: &dyn Monitor,
    ) -> Result<SetsFinding, Cancelled> {
        let n = pair.a.n;
        let as_is: Vec<u32> = (0..n as u32).collect();
        let (shared, correlation) = pair.compare(&as_is, &mut vec![0; n]);
        let chunks = orders.gather(
            (n_permutations, self.0.seed),
            || (Vec::new(), vec![0; n]),
            |found, places, slots| {
                let order: Vec<u32> = orders.slots.iter().map(|&slot| slots[slot]).collect();
                found.push(pair.compare(&order, places));
            },
            monitor,
        )?;
        let permuted = chunks.concat();
        let p_of = |observed: f64, of: fn(&(f64, f64)) -> f64| {
            let threshold = at_least(observed);
            let n_as_good = permuted.iter().filter(|one| of(one) >= threshold).count();
            p_value(n_as_good, n_permutations)
        };
        let sum: f64 = permuted.iter().map(|one| one.0).sum();
        Ok(SetsFinding {
            shared,
            shared_by_chance: sum / n_permutations as f64,
            shared_p_value: p_of(shared, |one| one.0),
            correlation,
            correlation_p_value: p_of(correlation, |one| one.1),
        })
    }
}

/// The distances of all images from each other.
struct Distances {
    n: usize,
    /// By rows, `(n, n)`; about the mean over pairs of different patients, and 0 where both are of one.
    centred: Vec<f64>,
    /// The root of the sum of squares over these pairs, each counted once.
    length: f64,
}

impl Distances {
    fn new(
        features: ArrayView2<'_, f32>,
        groups: &[usize],
        monitor: &dyn Monitor,
    ) -> Result<Self, Cancelled> {
        let n = features.nrows();
        let samples = Samples::new(features, Metric::Euclidean);
        let mut distances = vec![0.0; n * n];
        let rows = distances.par_chunks_mut(n.max(1)).enumerate();
        rows.try_for_each(|(i, row)| {
            check(monitor)?;
            for (j, place) in row.iter_mut().enumerate() {
                *place = samples.squared_distance(i, j).sqrt();
            }
            Ok(())
        })?;
        let counts = |i: usize, j: usize| groups[i] != groups[j];
        let pairs = || (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
        let pairs = || pairs().filter(|&(i, j)| counts(i, j));
        let sum: f64 = pairs().map(|(i, j)| distances[i * n + j]).sum();
        let mean = sum / pairs().count().max(1) as f64;
        for i in 0..n {
            for j in 0..n {
                let place = &mut distances[i * n + j];
                *place = if counts(i, j) { *place - mean } else { 0.0 };
            }
        }
        let squares: f64 = pairs().map(|(i, j)| distances[i * n + j].powi(2)).sum();
        // Differences of rounding alone are none.
        let has_spread = squares > 1e-12 * mean * mean;
        Ok(Self {
            n,
            centred: distances,
            length: if has_spread { squares.sqrt() } else { 0.0 },
        })
    }

    /// The k images of other patients that are nearest to each, by rows; of equally near ones those of lower index.
    fn nearest(&self, k: usize, groups: &[usize]) -> Vec<u32> {
        let of = |i: usize| {
            let row = &self.centred[i * self.n..][..self.n];
            let others = (0..self.n).filter(|&j| groups[i] != groups[j]);
            let mut others: Vec<u32> = others.map(|j| j as u32).collect();
            let nearer = |a: &u32, b: &u32| {
                let distances = row[*a as usize].total_cmp(&row[*b as usize]);
                distances.then(a.cmp(b))
            };
            others.select_nth_unstable_by(k - 1, nearer);
            others.truncate(k);
            others
        };
        let rows: Vec<Vec<u32>> = (0..self.n).into_par_iter().map(of).collect();
        rows.concat()
    }
}

/// Two sets, ready to be compared in any arrangement of the second.
struct Pair<'a> {
    a: &'a Distances,
    b: &'a Distances,
    k: usize,
    nearest: [Vec<u32>; 2],
}

impl<'a> Pair<'a> {
    /// `None` where all images of one set are equally far apart.
    fn new(a: &'a Distances, b: &'a Distances, k: usize, groups: &[usize]) -> Option<Self> {
        let has_spread = a.length > 0.0 && b.length > 0.0;
        has_spread.then(|| Self {
            a,
            b,
            k,
            nearest: [a.nearest(k, groups), b.nearest(k, groups)],
        })
    }

    /// The share of neighbours and the correlation where image `i` has the second set's row `order[i]`. `places` is
    /// room for as many.
    fn compare(&self, order: &[u32], places: &mut [u32]) -> (f64, f64) {
        let n = self.a.n;
        for (image, &row) in order.iter().enumerate() {
            places[row as usize] = image as u32;
        }
        let (mut n_shared, mut product) = (0, 0.0);
        for (i, &row) in order.iter().enumerate() {
            let in_a = &self.nearest[0][i * self.k..][..self.k];
            let in_b = &self.nearest[1][row as usize * self.k..][..self.k];
            let is_in_a = |other: &&u32| in_a.contains(&places[**other as usize]);
            n_shared += in_b.iter().filter(is_in_a).count();
            let of_a = &self.a.centred[i * n..][..i];
            let of_b = &self.b.centred[row as usize * n..][..n];
            let pairs = of_a.iter().zip(order);
            product += pairs
                .map(|(a, &other)| a * of_b[other as usize])
                .sum::<f64>();
        }
        let shared = n_shared as f64 / (n * self.k) as f64;
        (shared, product / (self.a.length * self.b.length))
    }
}

#[cfg(test)]
mod tests {
    use super::super::AssociationParams;
    use super::*;
    use crate::random::Random;
    use ndarray::{Array2, array};

    fn checked(n_permutations: usize) -> CheckedAssociation {
        let params = AssociationParams {
            n_permutations,
            ..AssociationParams::default()
        };
        params.check().unwrap()
    }

    fn cloud(n: usize, width: usize, seed: u64) -> Array2<f32> {
        let mut random = Random::new(seed);
        Array2::from_shape_fn((n, width), |_| random.normal() as f32)
    }

    fn found(a: &Array2<f32>, b: &Array2<f32>, groups: &[usize], k: usize) -> SetsFinding {
        let tested = checked(199).sets([a.view(), b.view()], groups, k, &());
        tested.unwrap().outcome.unwrap()
    }

    #[test]
    fn a_correlation_by_hand() {
        // Distances 1, 3, 2 | 1, 2, 1 and, with the last image far off, 9, 8, 6 | 7, 6, 5.
        let a = array![[0.0_f32], [1.0], [3.0], [9.0]];
        let b = array![[0.0_f32], [1.0], [2.0], [7.0]];
        let pairs = [
            (1.0, 1.0),
            (3.0, 2.0),
            (2.0, 1.0),
            (9.0, 7.0),
            (8.0, 6.0),
            (6.0, 5.0),
        ];
        let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / 6.0;
        let (x, y) = (mean(|p| p.0), mean(|p| p.1));
        let sum =
            |of: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|p| of(p.0 - x, p.1 - y)).sum::<f64>();
        let wanted = sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt();
        let groups = [0, 1, 2, 3];
        let [a, b] = [a, b].map(|set| Distances::new(set.view(), &groups, &()).unwrap());
        let pair = Pair::new(&a, &b, 1, &groups).unwrap();
        let (shared, correlation) = pair.compare(&[0, 1, 2, 3], &mut [0; 4]);
        assert!(
            (correlation - wanted).abs() < 1e-12,
            "{correlation} is not {wanted}"
        );
        // Nearest are 1 0 1 2 and, of equally near ones the first, 1 0 1 2.
        assert_eq!(shared, 1.0);
        // The second set backwards: 0 and 3 change places, and 1 and 2.
        let (shared, _) = pair.compare(&[3, 2, 1, 0], &mut [0; 4]);
        // 3's row has 2, which lies at 1; 2's 1 at 2; 1's 0 at 3; 0's 1 at 2.
        assert_eq!(shared, 0.5);
    }

    #[test]
    fn the_same_features_agree_in_all_and_others_as_chance_has_it() {
        let groups: Vec<usize> = (0..60).collect();
        let a = cloud(60, 4, 1);
        let same = found(&a, &a, &groups, 10);
        assert!(
            (same.shared, same.shared_p_value) == (1.0, 0.005),
            "{same:?}"
        );
        assert!((same.correlation - 1.0).abs() < 1e-12 && same.correlation_p_value == 0.005);
        assert!(
            (same.shared_by_chance - 10.0 / 59.0).abs() < 0.02,
            "{same:?}"
        );
        // Another unit, another place, and columns in another order.
        let turned = a.select(Axis(1), &[2, 0, 3, 1]).mapv(|x| 7.0 * x + 100.0);
        assert!(found(&a, &turned, &groups, 10).correlation > 0.999_999);
        let other = found(&a, &cloud(60, 3, 2), &groups, 10);
        assert!(
            other.shared_p_value > 0.05 && other.correlation_p_value > 0.05,
            "{other:?}"
        );
        assert!(
            (other.shared - other.shared_by_chance).abs() < 0.05,
            "{other:?}"
        );
    }

    /// Pairs of twins: each is the nearest to the other in both sets, and says nothing about anything else.
    #[test]
    fn images_of_one_patient_are_no_agreement() {
        let groups: Vec<usize> = (0..80).map(|image| image / 2).collect();
        let twins = |seed| {
            let patients = cloud(40, 5, seed);
            let rows: Vec<usize> = groups.clone();
            patients.select(Axis(0), &rows) + cloud(80, 5, seed + 100).mapv(|x| x * 0.01)
        };
        let (a, b) = (twins(1), twins(2));
        let whole = found(&a, &b, &groups, 1);
        assert!(
            whole.shared_p_value > 0.05 && whole.shared < 0.1,
            "{whole:?}"
        );
        let alone: Vec<usize> = (0..80).collect();
        let naive = found(&a, &b, &alone, 1);
        assert!(
            naive.shared_p_value == 0.005 && naive.shared > 0.9,
            "{naive:?}"
        );
    }

    #[test]
    fn what_cannot_be_compared_is_told() {
        let a = cloud(12, 2, 1);
        let outcome = |a: &Array2<f32>, groups: &[usize], k| {
            let tested = checked(19)
                .sets([a.view(), a.view()], groups, k, &())
                .unwrap();
            (tested.n_neighbors, tested.outcome)
        };
        // One patient has nobody to exchange with, and no image of another.
        let (k, one) = outcome(&a, &[0; 12], 10);
        assert!(k == 0 && matches!(one, Err(NotTestable::FewMovable { n_movable: 0, .. })));
        let groups: Vec<usize> = (0..12).collect();
        let (_, flat) = outcome(&Array2::zeros((12, 2)), &groups, 3);
        assert_eq!(flat, Err(NotTestable::FewValues));
        // k is lowered to what leaves something to be told apart.
        let (k, found) = outcome(&a, &groups, 500);
        assert!(k == 10 && found.is_ok(), "{k}");
    }

    #[test]
    fn many_images_are_a_sample_of_whole_patients() {
        let groups: Vec<usize> = (0..2_100).map(|image| image / 3).collect();
        let a = cloud(2_100, 2, 1);
        let tested = checked(19)
            .sets([a.view(), a.view()], &groups, 10, &())
            .unwrap();
        assert!(
            tested.n_sampled == 1_998 && tested.n_groups == 666,
            "{tested:?}"
        );
        assert_eq!(tested.outcome.unwrap().shared, 1.0);
    }
}
