//! The images that count in a test, with everything numbered from 0.

use super::{NotTestable, Values};
use std::collections::BTreeSet;

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
        within: Option<&[Option<u32>]>,
        counts: impl Fn(usize) -> bool,
    ) -> Self {
        assert_eq!(column.len(), groups.len(), "one value per image");
        if let Some(within) = within {
            assert_eq!(within.len(), groups.len(), "one level per image");
        }
        let level = |image: usize| within.map_or(Some(0), |within| within[image]);
        let complete: Vec<usize> = (0..groups.len())
            .filter(|&image| column.has(image) && level(image).is_some())
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
        let (strata, levels) = numbered(images.iter().filter_map(|&image| level(image)));
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
            codes,
            kind,
            n_missing,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.images.len()
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

/// Numbers that are equal get the same bits, larger ones larger bits.
fn ordered_bits(number: f64) -> u64 {
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
            Some(&within),
            |image| image != 4,
        );
        assert_eq!(sample.images, [0, 3, 5]);
        assert_eq!((sample.n_missing, sample.n_uncounted), (2, 1));
        assert_eq!((sample.values, sample.codes), (vec![1, 1, 0], vec![3, 7]));
        assert_eq!((sample.strata, sample.n_strata), (vec![0, 1, 1], 2));
        assert_eq!((sample.groups, sample.n_groups), (vec![1, 0, 2], 3));
    }

    #[test]
    fn numbers_keep_their_order() {
        let column = [3.5, -1.0, 0.0, f64::NAN, -0.0, -7.0, 1e9].map(Some);
        let sample = Sample::new(Values::Numbers(&column), &[0; 7], None, |_| true);
        assert_eq!(sample.values, [3, 1, 2, 2, 0, 4]);
        assert_eq!((sample.n_values, sample.n_missing), (5, 1));
    }
}
