//! Patients drawn whole.

use crate::random::Random;
use std::collections::BTreeMap;

/// All images if `fits` has room for so many, or else those of patients drawn at random, one after the
/// other while there is room; ascending. The draw depends on the seed alone.
pub(crate) fn drawn(groups: &[usize], seed: u64, fits: impl Fn(usize) -> bool) -> Vec<usize> {
    if fits(groups.len()) {
        return (0..groups.len()).collect();
    }
    let mut patients: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (image, &group) in groups.iter().enumerate() {
        patients.entry(group).or_default().push(image);
    }
    let mut patients: Vec<Vec<usize>> = patients.into_values().collect();
    Random::new(seed).shuffle(&mut patients);
    let mut images = Vec::new();
    for patient in patients {
        if fits(images.len() + patient.len()) {
            images.extend(patient);
        }
    }
    images.sort_unstable();
    images
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patients_come_whole_or_not_at_all() {
        let groups = [0, 0, 1, 1, 1, 2, 3, 3];
        assert_eq!(drawn(&groups, 1, |n| n <= 8), [0, 1, 2, 3, 4, 5, 6, 7]);
        let some = drawn(&groups, 1, |n| n <= 5);
        assert!(some.len() <= 5 && some.is_sorted());
        for (image, group) in groups.iter().enumerate() {
            let mates = (0..groups.len()).filter(|&other| groups[other] == *group);
            let has = |image: usize| some.contains(&image);
            assert!(mates.map(has).all(|there| there == has(image)));
        }
    }
}
