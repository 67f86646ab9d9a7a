//! What the images of a cluster share: one value that describes it, where the tests bear it out.

use super::enrichment::Intervals;
use super::{CheckedAssociation, ColumnTest, EnrichmentCell, Mark};
use crate::monitor::{Cancelled, Monitor, check};

/// More of a cluster's images than this have the value: "mostly".
const MOSTLY: f64 = 0.5;

/// The share inside is larger than that outside by this at least: what most of the cohort has describes
/// no cluster.
const CLEARLY: f64 = 0.2;

/// The value that describes a cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterName {
    /// The cluster.
    pub label: u32,
    /// The column, by its place among those given.
    pub column: usize,
    /// The value.
    pub value: u32,
    /// Images of the cluster with it.
    pub count: usize,
    /// Images of the cluster with any value of the column.
    pub of: usize,
    /// Images elsewhere with it.
    pub elsewhere: usize,
    /// Images elsewhere with any value of the column.
    pub of_elsewhere: usize,
    /// Benjamini and Hochberg's, over all values of the column in all clusters.
    pub q_value: f64,
}

impl ClusterName {
    /// How much more frequent it is inside than outside.
    fn difference(&self) -> f64 {
        let share = |count: usize, of: usize| count as f64 / of.max(1) as f64;
        share(self.count, self.of) - share(self.elsewhere, self.of_elsewhere)
    }

    fn describes(&self) -> bool {
        self.count as f64 > MOSTLY * self.of as f64 && self.difference() >= CLEARLY
    }
}

impl CheckedAssociation {
    /// Names clusters by the values of `columns`, each with its test by [`CheckedAssociation::columns`]
    /// of the same clusters. A name is given only where the column's test is evident, the value is more
    /// frequent in the cluster than chance gives by [`CheckedAssociation::enrichment`], more than half of
    /// the cluster's images with a value have it, and clearly more than elsewhere. Of several values it
    /// is the one whose share differs most from that elsewhere, of equal ones that of the first column.
    /// Images without a value count nowhere. In the order of the clusters; most have none.
    ///
    /// # Errors
    /// [`Cancelled`] when the monitor cancels.
    ///
    /// # Panics
    /// When the arrays are not equally long.
    pub fn names(
        &self,
        labels: &[Option<u32>],
        groups: &[usize],
        columns: &[(&[Option<u32>], &ColumnTest)],
        monitor: &dyn Monitor,
    ) -> Result<Vec<ClusterName>, Cancelled> {
        let mut best: Vec<ClusterName> = Vec::new();
        for (column, (values, test)) in columns.iter().enumerate() {
            let is_evident = |test: &ColumnTest| {
                let found = test.outcome.as_ref();
                found.is_ok_and(|found| found.is_evident())
            };
            if !is_evident(test) {
                continue;
            }
            check(monitor)?;
            let asked = (*values, Intervals::Without);
            let cells = self.cells(labels, groups, asked, monitor)?.cells;
            for name in cells.iter().filter_map(|cell| named(column, cell, &cells)) {
                match best.iter_mut().find(|known| known.label == name.label) {
                    Some(known) if known.difference() >= name.difference() => {}
                    Some(known) => *known = name,
                    None => best.push(name),
                }
            }
        }
        best.sort_by_key(|name| name.label);
        Ok(best)
    }
}

/// The name that a cell gives its cluster, if it does.
fn named(column: usize, cell: &EnrichmentCell, all: &[EnrichmentCell]) -> Option<ClusterName> {
    let (label, q_value) = (cell.label?, cell.q_value?);
    let sum = |counts: &dyn Fn(&EnrichmentCell) -> bool| -> usize {
        let cells = all.iter().filter(|other| counts(other));
        cells.map(|other| other.count).sum()
    };
    let of = sum(&|other| other.label == cell.label);
    let name = ClusterName {
        label,
        column,
        value: cell.value,
        count: cell.count,
        of,
        elsewhere: sum(&|other| other.value == cell.value) - cell.count,
        of_elsewhere: sum(&|_| true) - of,
        q_value,
    };
    (cell.mark == Some(Mark::Enriched) && name.describes()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::association::{AssociationParams, Values};
    use crate::random::Random;

    const N_PATIENTS: usize = 90;

    /// Two images of each patient in the cluster of the patient, of three.
    fn clusters() -> (Vec<Option<u32>>, Vec<usize>) {
        let groups: Vec<usize> = (0..2 * N_PATIENTS).map(|image| image / 2).collect();
        let labels = groups.iter().map(|group| Some((group % 3) as u32));
        (labels.collect(), groups)
    }

    fn names(columns: &[&[Option<u32>]]) -> Vec<ClusterName> {
        let (labels, groups) = clusters();
        let checked = AssociationParams::default().check().unwrap();
        let tested: Vec<Values<'_>> = columns.iter().map(|c| Values::Categories(c)).collect();
        let found = checked.columns(&labels, &groups, (&tested, None), None, &());
        let found = found.unwrap().columns;
        let asked: Vec<_> = columns.iter().copied().zip(&found).collect();
        checked.names(&labels, &groups, &asked, &()).unwrap()
    }

    fn column(of: impl Fn(usize) -> Option<u32>) -> Vec<Option<u32>> {
        (0..2 * N_PATIENTS).map(|image| of(image / 2)).collect()
    }

    /// Value 7 in four fifths of the patients of cluster 1, and in a tenth of the others.
    fn lateral(patient: usize) -> u32 {
        let is_it = match patient % 3 {
            1 => !(patient / 3).is_multiple_of(5),
            _ => (patient / 3).is_multiple_of(10),
        };
        if is_it { 7 } else { 2 }
    }

    #[test]
    fn a_value_that_most_have_and_few_elsewhere_is_a_name() {
        let found = names(&[&column(|patient| Some(lateral(patient)))]);
        let name = found.iter().find(|name| name.label == 1).unwrap();
        assert_eq!((name.column, name.value), (0, 7));
        assert_eq!((name.count, name.of), (48, 60));
        assert_eq!((name.elsewhere, name.of_elsewhere), (12, 120));
        assert!(name.q_value <= 0.05);
    }

    #[test]
    fn what_is_not_known_names_nothing() {
        // Only the cluster's own images lack a value: that they do is no value.
        let unknown = column(|patient| (patient % 3 != 1).then_some(2 + (patient / 3 % 2) as u32));
        assert_eq!(names(&[&unknown]), []);
        // Shares are of the images with a value.
        let half = column(|patient| (patient / 3 % 2 == 0).then(|| lateral(patient)));
        let found = names(&[&half]);
        assert!(found.iter().all(|name| name.of <= 30), "{found:?}");
    }

    #[test]
    fn what_most_of_the_cohort_has_describes_no_cluster() {
        let common = column(|patient| match patient % 3 {
            1 => Some(7),
            _ => Some(if (patient / 3).is_multiple_of(10) {
                2
            } else {
                7
            }),
        });
        assert!(names(&[&common]).iter().all(|name| name.value != 7));
        // Frequent, but not in most.
        let some = column(|patient| match (patient % 3, patient / 3 % 5) {
            (1, 0 | 1) => Some(7),
            (_, turn) => Some(turn as u32 % 3),
        });
        assert!(names(&[&some]).iter().all(|name| name.value != 7));
    }

    #[test]
    fn a_shuffled_column_names_nothing() {
        let mut random = Random::new(11);
        for _ in 0..20 {
            let mut values: Vec<u32> = (0..N_PATIENTS).map(lateral).collect();
            random.shuffle(&mut values);
            assert_eq!(names(&[&column(|patient| Some(values[patient]))]), []);
        }
    }

    #[test]
    fn of_two_columns_the_one_that_tells_the_cluster_apart_is_taken() {
        let weak = column(|patient| Some(lateral(patient)));
        let strong = column(|patient| Some(u32::from(patient % 3 == 1)));
        for (columns, at) in [([&weak[..], &strong[..]], 1), ([&strong[..], &weak[..]], 0)] {
            let found = names(&columns);
            let name = found.iter().find(|name| name.label == 1).unwrap();
            assert_eq!((name.column, name.value), (at, 1));
        }
    }
}
