//! A column that must be found: planted into the groups of one of the maps.

use super::{Member, Place};
use crate::random::Random;
use std::collections::BTreeMap;

/// A column whose value a patient has from the group of their first grouped image on the first map,
/// with this probability, and from another patient's otherwise. Only images that `has` a value get
/// one, so that it is as incomplete as the column that it stands beside. `None` where the map has
/// fewer than two groups.
pub fn planted(
    members: &[&Member],
    groups: &[usize],
    (has, follows, seed): (&dyn Fn(usize) -> bool, f64, u64),
) -> Option<Vec<Option<u32>>> {
    let places = &members.first()?.places;
    let mut of_patient: BTreeMap<usize, u32> = BTreeMap::new();
    for (&place, &patient) in places.iter().zip(groups) {
        if let Place::Cluster(label) = place {
            of_patient.entry(patient).or_insert(label);
        }
    }
    let labels: Vec<u32> = of_patient.values().copied().collect();
    if labels.iter().all(|label| Some(label) == labels.first()) {
        return None;
    }
    let value = |image: usize| {
        if !has(image) {
            return None;
        }
        let patient = groups[image];
        let mut random = Random::nth(seed, patient as u64);
        let is_followed = (random.below(1 << 20) as f64) < follows * f64::from(1 << 20);
        let other = labels[random.below(labels.len())];
        let own = of_patient.get(&patient).copied();
        Some(own.filter(|_| is_followed).unwrap_or(other))
    };
    Some((0..groups.len()).map(value).collect())
}
