//! The images that count in a test, with everything numbered from 0.

use super::{Held, NotTestable, Values};
use std::collections::BTreeSet;

/// Numbers that are held fixed are taken in so many levels of equal size; within these, patients
/// exchange values with their neighbours alone.
const N_LEVELS: usize = 4;

/// The images with a value (and a level, where there are levels), in the order of the cohort.
#[derive(Debug)]
pub(super) struct Sample {
    /// Which images of the cohort these are.
    pub(super) images: Vec<usize>,
    /// The patient of each.
    pub(super) groups: Vec<usize>,
    /// The value of each: categories in the order of their codes, numbers in their own.
    pub(super) values: Vec<usize>,
    /// The level of the column that is held fixed; 0 for all where there is none.
    pub(super) strata: Vec<usize>,
    /// The number of each that is held fixed; empty where levels are, or nothing is.
    pub(super) held: Vec<f64>,
    pub(super) n_groups: usize,
    pub(super) n_values: usize,
    pub(super) n_strata: usize,
    /// The code that each value of categories had.
    pub(super) codes: Vec<u32>,
    pub(super) kind: Kind,
    /// Images left out because they have no value or no level.
    pub(super) n_missing: usize,
    /// Images left out because they do not count, although they have both.
    pub(super) n_uncounted: usize,
    /// Whether some image has a value, with or without a level.
    has_values: bool,
}

/// What can be computed with the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Categories,
    Numbers,
}

impl Sample {
    /// Drops images without a value or a level and counts them, then drops those that `counts`
    /// leaves out, and counts these too.
    pub(super) fn new(
        column: Values<'_>,
        groups: &[usize],
        within: Option<Held<'_>>,
        counts: impl Fn(usize) -> bool,
    ) -> Self {
        assert_eq!(column.len(), groups.len(), "one value per image");
        if let Some(within) = within {
            assert_eq!(within.len(), groups.len(), "one level per image");
        }
        let has_level = |image: usize| within.is_none_or(|within| within.has(image));
        let complete: Vec<usize> = (0..groups.len())
            .filter(|&image| column.has(image) && has_level(image))
            .collect();
        let n_missing = groups.len() - complete.len();
        let n_complete = complete.len();
        let images: Vec<usize> = complete.into_iter().filter(|&i| counts(i)).collect();
        let (kind, (values, codes)) = match column {
            Values::Categories(codes) => (
                Kind::Categories,
                numbered(images.iter().filter_map(|&image| codes[image])),
            ),
            Values::Numbers(numbers) => {
                let bits = images.iter().filter_map(|&i| numbers[i]).map(ordered_bits);
                (Kind::Numbers, (numbered(bits).0, Vec::new()))
            }
        };
        let (held, levels) = held(within, &images);
        let (strata, levels) = numbered(levels.into_iter());
        let (groups, patients) = numbered(images.iter().map(|&image| groups[image]));
        Self {
            n_groups: patients.len(),
            n_values: values.iter().max().map_or(0, |&largest| largest + 1),
            n_strata: levels.len(),
            n_uncounted: n_complete - images.len(),
            has_values: (0..column.len()).any(|image| column.has(image)),
            images,
            groups,
            values,
            strata,
            held,
            codes,
            kind,
            n_missing,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.images.len()
    }

    /// The cluster of each image of the sample, numbered from 0, and how many there are; `clusters`
    /// has one entry per image of the cohort.
    pub(super) fn numbered<T: Ord + Copy>(
        &self,
        clusters: &[Option<T>],
    ) -> (Vec<Option<usize>>, usize) {
        let of_sample = || self.images.iter().map(|&image| clusters[image]);
        let (codes, names) = numbered(of_sample().flatten());
        let mut codes = codes.into_iter();
        let number = |cluster: Option<T>| cluster.and_then(|_| codes.next());
        (of_sample().map(number).collect(), names.len())
    }

    /// Why there are fewer than two clusters to tell apart: there may be no images to begin with.
    pub(super) fn lacks_clusters(&self) -> NotTestable {
        match self.images.len() + self.n_uncounted {
            0 if !self.has_values => NotTestable::NoValues,
            0 => NotTestable::NoLevels,
            _ => NotTestable::FewClusters,
        }
    }
}

/// The numbers that are held fixed at `images`, if numbers are, and the level of each.
pub(super) fn held(within: Option<Held<'_>>, images: &[usize]) -> (Vec<f64>, Vec<u32>) {
    match within {
        None => (Vec::new(), vec![0; images.len()]),
        Some(Held::Levels(levels)) => {
            let levels = images.iter().filter_map(|&image| levels[image]);
            (Vec::new(), levels.collect())
        }
        Some(Held::Numbers(numbers)) => {
            let held: Vec<f64> = images.iter().filter_map(|&image| numbers[image]).collect();
            let bits = held.iter().copied().map(ordered_bits);
            let levels = quantile_groups(&numbered(bits).0, N_LEVELS);
            (held, levels.into_iter().map(|level| level as u32).collect())
        }
    }
}

/// The quantile group of each of `ranks`, distinct ranks from 0: as many groups of about equal size,
/// and equal ranks in one.
pub(super) fn quantile_groups(ranks: &[usize], n_groups: usize) -> Vec<usize> {
    let mut counts = vec![0; ranks.iter().max().map_or(0, |&largest| largest + 1)];
    for &rank in ranks {
        counts[rank] += 1;
    }
    let mut below = 0;
    let group = |count: &usize| {
        // The middle of those of equal rank decides.
        let middle = (2 * below + count - 1) as f64 / 2.0;
        below += count;
        (middle * n_groups as f64 / ranks.len() as f64) as usize
    };
    let groups: Vec<usize> = counts.iter().map(group).collect();
    ranks.iter().map(|&rank| groups[rank]).collect()
}

/// Numbers that are equal get the same bits, larger ones larger bits.
pub(super) fn ordered_bits(number: f64) -> u64 {
    // Adding zero makes -0 the same as 0.
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

/// The place of each label among the distinct ones, and the distinct ones in order.
pub(super) fn numbered<T: Ord + Copy>(labels: impl Iterator<Item = T>) -> (Vec<usize>, Vec<T>) {
    let labels: Vec<T> = labels.collect();
    let distinct: BTreeSet<T> = labels.iter().copied().collect();
    let distinct: Vec<T> = distinct.into_iter().collect();
    // Every label is among the distinct ones, so that the search always finds it.
    let place = |label| distinct.partition_point(|other| other < label);
    (labels.iter().map(place).collect(), distinct)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incomplete_images_are_dropped_and_the_rest_numbered() {
        let column = [Some(7), None, Some(3), Some(7), Some(9), Some(3)];
        let within = [Some(1), Some(1), None, Some(4), Some(1), Some(4)];
        let groups = [50, 50, 50, 20, 20, 90];
        let sample = Sample::new(
            Values::Categories(&column),
            &groups,
            Some(Held::Levels(&within)),
            |image| image != 4,
        );
        assert_eq!(sample.images, [0, 3, 5]);
        assert_eq!((sample.n_missing, sample.n_uncounted), (2, 1));
        assert_eq!((sample.values, sample.codes), (vec![1, 1, 0], vec![3, 7]));
        assert_eq!((sample.strata, sample.n_strata), (vec![0, 1, 1], 2));
        assert_eq!((sample.groups, sample.n_groups), (vec![1, 0, 2], 3));
    }

    #[test]
    fn quantile_groups_are_of_equal_size_and_keep_equal_numbers_together() {
        assert_eq!(
            quantile_groups(&[0, 1, 2, 3, 4, 5, 6, 7], 4),
            [0, 0, 1, 1, 2, 2, 3, 3]
        );
        assert_eq!(quantile_groups(&[1, 0, 0, 0, 0, 0], 2), [1, 0, 0, 0, 0, 0]);
        assert_eq!(quantile_groups(&[0, 0, 0], 4), [1, 1, 1]);
        assert!(quantile_groups(&[], 4).is_empty());
    }

    #[test]
    fn numbers_keep_their_order() {
        let column = [3.5, -1.0, 0.0, f64::NAN, -0.0, -7.0, 1e9].map(Some);
        let sample = Sample::new(Values::Numbers(&column), &[0; 7], None, |_| true);
        assert_eq!(sample.values, [3, 1, 2, 2, 0, 4]);
        assert_eq!((sample.n_values, sample.n_missing), (5, 1));
    }
}
