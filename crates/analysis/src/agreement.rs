//! How far two clusterings of the same images agree.

use crate::vector::{exp_nonpositive, ln_positive};
use std::collections::BTreeMap;

/// The adjusted Rand index (Hubert and Arabie 1985), as scikit-learn's `adjusted_rand_score`: 1 for
/// the same partition, about 0 for unrelated ones, negative for less than chance.
///
/// `a` and `b` hold one label per image; which number names a cluster does not matter. Images that
/// should not count, such as noise, are left out by the caller, or get a label of their own.
///
/// # Panics
/// When the two are not equally long.
pub fn adjusted_rand(a: &[u32], b: &[u32]) -> f64 {
    let table = Table::new(a, b);
    let pairs = |count: u64| count as f64 * (count as f64 - 1.0) / 2.0;
    let together: f64 = table.cells.iter().map(|&(_, _, count)| pairs(count)).sum();
    let in_a: f64 = table.rows.iter().copied().map(pairs).sum();
    let in_b: f64 = table.columns.iter().copied().map(pairs).sum();
    let all = pairs(a.len() as u64);
    // Written as scikit-learn counts, so that the two agree to the last digits.
    let (only_a, only_b) = (in_a - together, in_b - together);
    if only_a == 0.0 && only_b == 0.0 {
        return 1.0;
    }
    let apart = all - together - only_a - only_b;
    2.0 * (together * apart - only_a * only_b)
        / ((together + only_b) * (only_b + apart) + (together + only_a) * (only_a + apart))
}

/// Mutual information adjusted for chance (Vinh, Epps and Bailey 2010), normalised by the arithmetic
/// mean of the entropies, as scikit-learn's `adjusted_mutual_info_score`: 1 for the same partition,
/// about 0 for unrelated ones. It asks less of small clusters than [`adjusted_rand`] does.
///
/// `a` and `b` hold one label per image; which number names a cluster does not matter.
///
/// # Panics
/// When the two are not equally long.
pub fn adjusted_mutual_information(a: &[u32], b: &[u32]) -> f64 {
    let table = Table::new(a, b);
    let (n_rows, n_columns) = (table.rows.len(), table.columns.len());
    if n_rows.max(n_columns) <= 1 {
        return 1.0;
    }
    if n_rows.min(n_columns) == 1 {
        return 0.0;
    }
    let n = a.len() as f64;
    let information = |&(row, column, count): &(usize, usize, u64)| {
        let outer = table.rows[row] as f64 * table.columns[column] as f64;
        let count = count as f64;
        count / n * ln_positive(count * n / outer)
    };
    let entropy = |counts: &[u64]| -> f64 {
        let part = |&count: &u64| count as f64 / n * ln_positive(n / count as f64);
        counts.iter().map(part).sum()
    };
    let found: f64 = table.cells.iter().map(information).sum();
    let by_chance = expected_information(&table.rows, &table.columns);
    let largest = 0.5 * (entropy(&table.rows) + entropy(&table.columns));
    // As scikit-learn: 1 rather than 0/0 for a perfect match that chance gives too.
    let apart = |x: f64| {
        if x < 0.0 {
            x.min(-f64::EPSILON)
        } else {
            x.max(f64::EPSILON)
        }
    };
    apart(found - by_chance) / apart(largest - by_chance)
}

/// The mean mutual information over all ways to pair images with these margins (Vinh et al., eq. 24a).
fn expected_information(rows: &[u64], columns: &[u64]) -> f64 {
    let n: u64 = rows.iter().sum();
    let mut ln_factorials = vec![0.0];
    let mut sum = 0.0;
    for i in 1..=n {
        sum += ln_positive(i as f64);
        ln_factorials.push(sum);
    }
    let ln_factorial = |i: u64| ln_factorials[i as usize];
    let n_images = n as f64;
    let mut expected = 0.0;
    for &row in rows {
        for &column in columns {
            let outer = row as f64 * column as f64;
            let margins = ln_factorial(row)
                + ln_factorial(column)
                + ln_factorial(n - row)
                + ln_factorial(n - column)
                - ln_factorial(n);
            for count in (row + column).saturating_sub(n).max(1)..=row.min(column) {
                let ln_probability = margins
                    - ln_factorial(count)
                    - ln_factorial(row - count)
                    - ln_factorial(column - count)
                    - ln_factorial(n + count - row - column);
                expected += count as f64 / n_images
                    * ln_positive(n_images * count as f64 / outer)
                    * exp_nonpositive(ln_probability.min(0.0));
            }
        }
    }
    expected
}

/// How often each pair of labels occurs; labels are numbered anew in their own order.
pub(super) struct Table {
    /// Images with each label of the first.
    pub(super) rows: Vec<u64>,
    /// Images with each label of the second.
    pub(super) columns: Vec<u64>,
    /// (row, column, images) where there are any, in that order.
    pub(super) cells: Vec<(usize, usize, u64)>,
}

impl Table {
    pub(super) fn new(a: &[u32], b: &[u32]) -> Self {
        assert_eq!(a.len(), b.len(), "one label per image");
        let number = |labels: &[u32]| -> BTreeMap<u32, usize> {
            let distinct: std::collections::BTreeSet<u32> = labels.iter().copied().collect();
            distinct.into_iter().zip(0..).collect()
        };
        let (rows, columns) = (number(a), number(b));
        let mut cells = BTreeMap::new();
        let mut table = Self {
            rows: vec![0; rows.len()],
            columns: vec![0; columns.len()],
            cells: Vec::new(),
        };
        for (a, b) in a.iter().zip(b) {
            let (row, column) = (rows[a], columns[b]);
            table.rows[row] += 1;
            table.columns[column] += 1;
            *cells.entry((row, column)).or_insert(0) += 1;
        }
        table.cells = cells.into_iter().map(|((r, c), n)| (r, c, n)).collect();
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_by_hand() {
        assert_eq!(adjusted_rand(&[0, 0, 1, 1], &[5, 5, 2, 2]), 1.0);
        // scikit-learn's own examples.
        let found = adjusted_rand(&[0, 0, 1, 2], &[0, 0, 1, 1]);
        assert!((found - 4.0 / 7.0).abs() < 1e-15, "{found}");
        assert_eq!(adjusted_rand(&[0, 0, 0, 0], &[0, 1, 2, 3]), 0.0);
        assert_eq!(adjusted_rand(&[0, 0, 1, 1], &[0, 1, 0, 1]), -0.5);
        assert_eq!(adjusted_rand(&[], &[]), 1.0);
    }
}
