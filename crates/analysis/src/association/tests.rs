//! Whole tests against enumeration, by hand, and their properties.

use super::*;
use crate::{Cancelled, Monitor};

fn test_one(
    n_permutations: usize,
    labels: &[u32],
    groups: &[usize],
    values: Values<'_>,
    within: Option<Held<'_>>,
) -> ColumnTest {
    let labels: Vec<Option<u32>> = labels.iter().copied().map(Some).collect();
    let params = AssociationParams {
        n_permutations,
        ..AssociationParams::default()
    };
    let checked = params.check().unwrap();
    let found = checked.columns(&labels, groups, (&[values], None), within, &());
    found.unwrap().columns.remove(0)
}

/// Chi-squared over its maximum by its definition, both summed over the levels.
fn naive_categories(labels: &[u32], values: &[u32], levels: &[u32]) -> f64 {
    let (mut sum, mut maximum) = (0.0, 0.0);
    for level in 0..=2 {
        let rows: Vec<usize> = (0..labels.len()).filter(|&i| levels[i] == level).collect();
        let n = rows.len() as f64;
        let count = |f: &dyn Fn(usize) -> bool| rows.iter().filter(|&&i| f(i)).count() as f64;
        let (mut n_labels, mut n_values) = (0, 0);
        for code in 0..10 {
            n_labels += usize::from(count(&|i| labels[i] == code) > 0.0);
            n_values += usize::from(count(&|i| values[i] == code) > 0.0);
            for value in 0..10 {
                let expected = count(&|i| labels[i] == code) * count(&|i| values[i] == value) / n;
                let observed = count(&|i| labels[i] == code && values[i] == value);
                if expected > 0.0 {
                    sum += (observed - expected).powi(2) / expected;
                }
            }
        }
        maximum += n * (n_labels.min(n_values).max(1) - 1) as f64;
    }
    sum / maximum
}

/// Eta squared of midranks by their definition.
fn naive_numbers(labels: &[u32], values: &[u32]) -> f64 {
    let rank = |&value: &u32| {
        let below = values.iter().filter(|&&other| other < value).count() as f64;
        below + (values.iter().filter(|&&other| other == value).count() as f64 + 1.0) / 2.0
    };
    let ranks: Vec<f64> = values.iter().map(rank).collect();
    let mean = ranks.iter().sum::<f64>() / ranks.len() as f64;
    let total: f64 = ranks.iter().map(|rank| (rank - mean).powi(2)).sum();
    let mut between = 0.0;
    for label in 0..10 {
        let of_label = || {
            labels
                .iter()
                .zip(&ranks)
                .filter(|(l, _)| **l == label)
                .map(|(_, r)| r)
        };
        let size = of_label().count() as f64;
        if size > 0.0 {
            between += size * (of_label().sum::<f64>() / size - mean).powi(2);
        }
    }
    between / total
}

/// p and mean of `statistic` over all distinct arrangements of the blocks over ten patients, each
/// of a class whose blocks stay among themselves; `patterns` are the blocks that a patient can have,
/// with a number for those that are one block in another order.
fn enumerate(
    observed: &[usize],
    classes: &[usize],
    patterns: &[usize],
    statistic: &dyn Fn(&[usize]) -> f64,
) -> (f64, f64) {
    let census = |arrangement: &[usize]| {
        let blocks = arrangement.iter().map(|&i| patterns[i]);
        let mut blocks: Vec<_> = classes.iter().zip(blocks).collect();
        blocks.sort_unstable();
        blocks
    };
    let (expected, threshold) = (census(observed), statistic(observed) - 1e-12);
    let (mut n_as_good, mut sum, mut n_all) = (0.0, 0.0, 0.0);
    let base = patterns.len();
    for code in 0..base.pow(10) {
        let arrangement: Vec<usize> = (0..10).map(|place| code / base.pow(place) % base).collect();
        if census(&arrangement) == expected {
            let found = statistic(&arrangement);
            n_as_good += f64::from(found >= threshold);
            sum += found;
            n_all += 1.0;
        }
    }
    (n_as_good / n_all, sum / n_all)
}

const LABELS: [u32; 17] = [0, 0, 0, 1, 1, 0, 0, 2, 2, 2, 2, 1, 1, 0, 2, 2, 2];
const GROUPS: [usize; 17] = [0, 0, 0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 9, 9];
/// Images of each of the patients.
const SIZES: [usize; 10] = [3, 2, 1, 1, 2, 1, 1, 2, 1, 3];

#[test]
fn values_over_patients_against_all_arrangements() {
    let observed = [0, 1, 0, 0, 2, 2, 2, 1, 0, 1];
    let per_image = |of_patients: &[usize]| -> Vec<u32> {
        GROUPS
            .iter()
            .map(|&group| of_patients[group] as u32)
            .collect()
    };
    let codes: Vec<Option<u32>> = per_image(&observed).into_iter().map(Some).collect();
    let found = test_one(100_000, &LABELS, &GROUPS, Values::Categories(&codes), None);
    assert_eq!(
        (found.n_images, found.n_groups, found.n_movable),
        (17, 10, 10)
    );
    assert_eq!(found.moves, Moves::Values);
    let of = |values: &[usize]| naive_categories(&LABELS, &per_image(values), &[0; 17]);
    let (p, mean) = enumerate(&observed, &SIZES, &[0, 1, 2], &of);
    let outcome = found.outcome.unwrap();
    assert!((outcome.statistic - of(&observed)).abs() < 1e-12);
    assert!(
        (outcome.p_value - p).abs() < 0.004,
        "{} {p}",
        outcome.p_value
    );
    let explained = (of(&observed) - mean) / (1.0 - mean);
    assert!((outcome.explained - explained).abs() < 0.004);

    let numbers: Vec<Option<f64>> = codes
        .iter()
        .map(|c| c.map(|c| f64::from(c).exp()))
        .collect();
    let found = test_one(100_000, &LABELS, &GROUPS, Values::Numbers(&numbers), None);
    let of = |values: &[usize]| naive_numbers(&LABELS, &per_image(values));
    let (p, _) = enumerate(&observed, &SIZES, &[0, 1, 2], &of);
    let outcome = found.outcome.unwrap();
    assert!((outcome.statistic - of(&observed)).abs() < 1e-12);
    assert!(
        (outcome.p_value - p).abs() < 0.004,
        "{} {p}",
        outcome.p_value
    );
}

#[test]
fn blocks_against_all_arrangements() {
    // Ten patients with two images each; a block is 00, 01, 10 or 11.
    let groups: Vec<usize> = (0..20).map(|image| image / 2).collect();
    let labels = [0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1];
    let observed = [0, 1, 0, 0, 3, 3, 2, 0, 1, 3];
    let per_image = |blocks: &[usize]| -> Vec<u32> {
        let image = |image: usize| (blocks[image / 2] >> (1 - image % 2) & 1) as u32;
        (0..20).map(image).collect()
    };
    let codes: Vec<Option<u32>> = per_image(&observed).into_iter().map(Some).collect();
    let found = test_one(100_000, &labels, &groups, Values::Categories(&codes), None);
    assert_eq!(found.moves, Moves::Blocks);
    let of = |blocks: &[usize]| naive_categories(&labels, &per_image(blocks), &[0; 20]);
    let (p, mean) = enumerate(&observed, &[2; 10], &[0, 1, 1, 3], &of);
    let outcome = found.outcome.unwrap();
    assert!(
        (outcome.p_value - p).abs() < 0.004,
        "{} {p}",
        outcome.p_value
    );
    assert!((outcome.explained - (of(&observed) - mean) / (1.0 - mean)).abs() < 0.004);
}

#[test]
fn levels_against_all_arrangements() {
    // Ten patients with two images each; 0 to 4 are at level 0, the others at level 1, and values
    // stay at their level.
    let groups: Vec<usize> = (0..20).map(|image| image / 2).collect();
    let labels = [0, 0, 2, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 2, 2, 1, 0, 1, 1];
    let observed = [0, 1, 0, 0, 1, 3, 2, 3, 3, 2];
    let levels: Vec<u32> = groups.iter().map(|&group| u32::from(group > 4)).collect();
    let per_image = |of_patients: &[usize]| -> Vec<u32> {
        let value = |&group: &usize| of_patients[group] as u32 % 2;
        groups.iter().map(value).collect()
    };
    let codes: Vec<Option<u32>> = per_image(&observed).into_iter().map(Some).collect();
    let within: Vec<Option<u32>> = levels.iter().copied().map(Some).collect();
    let column = Values::Categories(&codes);
    let held = Some(Held::Levels(&within));
    let found = test_one(100_000, &labels, &groups, column, held);
    let of = |values: &[usize]| naive_categories(&labels, &per_image(values), &levels);
    // Values 2 and 3 stand for 0 and 1 at level 1: whatever would bring one to level 0 is no
    // arrangement, and is told by a statistic that is not counted.
    let (mut n_as_good, mut n_all) = (0.0, 0.0);
    for low in 0..32_usize {
        for high in 0..32_usize {
            if low.count_ones() == 2 && high.count_ones() == 3 {
                let bit = |i: usize| {
                    if i < 5 {
                        low >> i & 1
                    } else {
                        high >> (i - 5) & 1
                    }
                };
                let values: Vec<usize> = (0..10).map(bit).collect();
                n_as_good += f64::from(of(&values) >= of(&observed) - 1e-12);
                n_all += 1.0;
            }
        }
    }
    let outcome = found.outcome.unwrap();
    assert!((outcome.statistic - of(&observed)).abs() < 1e-12);
    let p = n_as_good / n_all;
    assert!(
        (outcome.p_value - p).abs() < 0.004,
        "{} {p}",
        outcome.p_value
    );
    assert_eq!(outcome.ami, None);
}

/// Two clusters of ten images of as many patients, in which 8 and 3 have the value.
fn two_by_two() -> (Vec<u32>, Vec<usize>, Vec<Option<u32>>) {
    let labels = (0..20).map(|i| i / 10).collect();
    let has = |i: usize| Some(u32::from(i < 8 || (10..13).contains(&i)));
    (labels, (0..20).collect(), (0..20).map(has).collect())
}

#[test]
fn a_table_by_hand() {
    let (labels, groups, codes) = two_by_two();
    let found = test_one(99_999, &labels, &groups, Values::Categories(&codes), None);
    let outcome = found.outcome.unwrap();
    // (8 · 7 - 2 · 3)² / (10 · 10 · 11 · 9)
    let phi_squared = 2_500.0 / 9_900.0;
    assert!((outcome.statistic - phi_squared).abs() < 1e-12);
    assert!((outcome.chi_squared.unwrap() - 20.0 * phi_squared).abs() < 1e-12);
    // Sides of 2 become 2 - 1/19, phi squared loses 1/19.
    let corrected: f64 = (phi_squared - 1.0 / 19.0) / (1.0 - 1.0 / 19.0);
    assert!((outcome.cramers_v.unwrap() - corrected.sqrt()).abs() < 1e-12);
    // Fisher's exact test, two-sided: 2 · P(8 or more of the 11 in ten of 20).
    let ways = [45.0 * 120.0, 10.0 * 45.0, 10.0];
    let p = 2.0 * ways.iter().sum::<f64>() / 167_960.0;
    assert!(
        (outcome.p_value - p).abs() < 0.003,
        "{} {p}",
        outcome.p_value
    );
    assert!((outcome.effect.powi(2) - (phi_squared - 1.0 / 19.0) * 19.0 / 18.0).abs() < 2e-3);
    // φ² must exceed that of 8 and 3, which is too likely still. Permuted, it is χ² with one degree
    // of freedom over 19, in mean: 19 φ² noncentral, and (√(19 · 0.2525) + 0.8416)² its centre.
    let expected = (2.190_4_f64 + 0.841_6) / 18_f64.sqrt();
    let found = outcome.detectable_effect.unwrap();
    assert!((found - expected).abs() < 0.03, "{found} {expected}");
}

#[test]
fn the_column_chosen_beforehand_is_one_question() {
    let (labels, groups, _) = two_by_two();
    let labels: Vec<Option<u32>> = labels.into_iter().map(Some).collect();
    let numbers: Vec<Option<f64>> = (0..20).map(|i| Some(f64::from(i * 7 % 20))).collect();
    let all = [Values::Numbers(&numbers); 4];
    let checked = AssociationParams::default().check().unwrap();
    let found = |planned| {
        let found = checked.columns(&labels, &groups, (&all, planned), None, &());
        let columns = found.unwrap().columns.into_iter();
        columns
            .map(|column| column.outcome.unwrap())
            .collect::<Vec<_>>()
    };
    let (all, others) = (found(None), found(Some(2)));
    assert_eq!(others[2].q_value, None);
    assert_eq!(others[2].p_value, all[2].p_value);
    // Equal p have q = p.
    assert_eq!(others[0].q_value, Some(others[0].p_value));
    // Where none of the others is a finding, it takes a smaller p, and so a larger effect.
    assert!(others[0].detectable_effect > others[2].detectable_effect);
    assert!(!others[2].is_evident());
}

#[test]
fn columns_are_compared_on_their_shared_images() {
    // 120 patients of one image; clusters follow `follows` and not `apart`.
    let n = 120_u32;
    let groups: Vec<usize> = (0..n as usize).collect();
    let labels: Vec<Option<u32>> = (0..n).map(|i| Some(i / 40)).collect();
    let follows: Vec<Option<u32>> = (0..n)
        .map(|i| Some(if i % 9 == 0 { i % 2 } else { i / 40 }).filter(|_| i % 10 != 0))
        .collect();
    let apart: Vec<Option<u32>> = (0..n).map(|i| Some(i % 7 % 3).filter(|_| i > 3)).collect();
    let checked = AssociationParams::default().check().unwrap();
    let compare = |a, b| checked.compare(&labels, &groups, [a, b], &()).unwrap();
    let (a, b) = (Values::Categories(&follows), Values::Categories(&apart));
    let found = compare(a, b).unwrap();
    assert_eq!((found.n_images, found.n_groups), (105, 105));
    assert!(found.first_is_closer(), "{found:?}");
    let turned = compare(b, a).unwrap();
    assert_eq!([turned.explained[1], turned.explained[0]], found.explained);
    assert!(!turned.first_is_closer());
    // Two halves of noise, and a column that names the patients.
    let noise: Vec<Option<u32>> = (0..n).map(|i| Some(i * 37 % 11 % 2)).collect();
    let found = compare(b, Values::Categories(&noise)).unwrap();
    assert!(!found.first_is_closer());
    let names: Vec<Option<u32>> = (0..n).map(|i| Some(i * 7 % 101)).collect();
    assert_eq!(compare(Values::Categories(&names), a), None);
}

#[test]
fn a_column_is_not_compared_with_a_coarser_form_of_itself() {
    let n = 120_u32;
    let groups: Vec<usize> = (0..n as usize).collect();
    let labels: Vec<Option<u32>> = (0..n).map(|i| Some(i / 40)).collect();
    let number: Vec<f64> = (0..n)
        .map(|i| f64::from(i) + f64::from(i * 37 % 50))
        .collect();
    let numbers: Vec<Option<f64>> = number.iter().copied().map(Some).collect();
    let falling: Vec<Option<f64>> = number.iter().map(|x| Some(-x.exp())).collect();
    let cut = |width: f64| -> Vec<Option<u32>> {
        let code = |x: &f64| Some((x / width) as u32);
        number.iter().map(code).collect()
    };
    let (fine, coarse) = (cut(20.0), cut(80.0));
    let forms = [
        Values::Numbers(&numbers),
        Values::Numbers(&falling),
        Values::Categories(&fine),
        Values::Categories(&coarse),
    ];
    let checked = AssociationParams::default().check().unwrap();
    for a in forms {
        for b in forms {
            assert_eq!(
                checked.compare(&labels, &groups, [a, b], &()).unwrap(),
                None
            );
        }
    }
    let other: Vec<Option<f64>> = (0..n).map(|i| Some(f64::from(i * 31 % 120))).collect();
    let found = checked.compare(&labels, &groups, [forms[0], Values::Numbers(&other)], &());
    assert!(found.unwrap().unwrap().first_is_closer());
}

#[test]
fn the_largest_statistic_is_explained_in_full() {
    // Sorted ranks in clusters of 3, 7 and 2, in that order and no other the best.
    let labels: Vec<u32> = [vec![1; 3], vec![0; 7], vec![4; 2]].concat();
    let groups: Vec<usize> = (0..12).collect();
    let numbers: Vec<Option<f64>> = (0..12).map(|i| Some(f64::from(i))).collect();
    let found = test_one(999, &labels, &groups, Values::Numbers(&numbers), None);
    let outcome = found.outcome.unwrap();
    assert!(
        (outcome.explained - 1.0).abs() < 1e-12,
        "{}",
        outcome.explained
    );
    assert!(outcome.statistic < 0.95 && outcome.p_value < 0.01);
}

#[test]
fn what_cannot_be_tested_says_why() {
    let groups: Vec<usize> = (0..24).collect();
    let labels: Vec<u32> = (0..24).map(|i| i % 2).collect();
    let reason = |labels: &[u32], groups: &[usize], codes: &[Option<u32>]| {
        let found = test_one(99, labels, groups, Values::Categories(codes), None);
        found.outcome.unwrap_err()
    };
    let thirds: Vec<Option<u32>> = (0..24).map(|i| Some(i / 8)).collect();
    assert_eq!(reason(&[3; 24], &groups, &thirds), NotTestable::FewClusters);
    assert_eq!(reason(&labels, &groups, &[None; 24]), NotTestable::NoValues);
    let half = |kept: bool| (0..24).map(move |i| Some(i % 3).filter(|_| (i < 12) == kept));
    let (first, second): (Vec<_>, Vec<_>) = (half(true).collect(), half(false).collect());
    let column = Values::Categories(&first);
    let apart = test_one(99, &labels, &groups, column, Some(Held::Levels(&second)));
    assert_eq!(apart.outcome, Err(NotTestable::NoLevels));
    assert_eq!(
        reason(&labels, &groups, &[Some(1); 24]),
        NotTestable::FewValues
    );
    let own: Vec<Option<u32>> = (0..24).map(|i| Some(i.min(12))).collect();
    let (n_values, n_groups) = (13, 24);
    assert_eq!(
        reason(&labels, &groups, &own),
        NotTestable::OwnValues { n_values, n_groups }
    );
    let few: Vec<usize> = (0..24).map(|i| i / 3).collect();
    let too_few = |n_movable, n_groups| NotTestable::FewMovable {
        n_movable,
        n_groups,
        within: false,
    };
    assert_eq!(reason(&labels, &few, &thirds), too_few(8, 8));
    // Of patients with 1, 2, 3, 4, 5 and twice 1 images and twice 2, only the ones and twos can move.
    let uneven = [
        0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 6, 7, 7, 8, 8, 9, 9, 9,
    ];
    let codes: Vec<Option<u32>> = uneven.iter().map(|&g: &usize| Some(g as u32 % 2)).collect();
    assert_eq!(reason(&labels, &uneven, &codes), too_few(8, 10));
    let column = Values::Categories(&thirds);
    let within = test_one(99, &labels, &groups, column, Some(Held::Levels(&thirds)));
    assert_eq!(within.outcome, Err(NotTestable::NothingWithin));
    let twelve: Vec<Option<u32>> = (0..24).map(|i| Some(i / 2)).collect();
    let within = test_one(99, &labels, &groups, column, Some(Held::Levels(&twelve)));
    assert_ne!(within.outcome, Err(NotTestable::ManyLevels));
    let within = test_one(99, &labels, &groups, column, Some(Held::Levels(&own)));
    assert_eq!(within.outcome, Err(NotTestable::ManyLevels));
    let params = AssociationParams {
        n_permutations: 18,
        ..AssociationParams::default()
    };
    assert!(params.check().is_err());
}

#[test]
fn reasons_are_in_terms_of_what_stays_whole() {
    let few = |n_movable, within| NotTestable::FewMovable {
        n_movable,
        n_groups: 18,
        within,
    };
    assert_eq!(
        few(8, false).to_string(),
        "only 8 of the 18 patients with images that count can exchange values, which takes another \
         one with exactly as many images that count; a test needs 10"
    );
    assert_eq!(
        few(0, true).sentence("subject", "subjects"),
        "none of the 18 subjects with images that count can exchange values, which takes another \
         one with exactly as many images that count at each level of the column that is held fixed; \
         a test needs 10"
    );
    assert_eq!(
        few(8, false).sentence("image", "images"),
        "only 8 of the 18 images that count can exchange values; a test needs 10"
    );
    let all = NotTestable::FewMovable {
        n_movable: 8,
        n_groups: 8,
        within: false,
    };
    assert_eq!(
        all.to_string(),
        "only 8 patients with images that count; a test needs 10 that can exchange values"
    );
    let (n_values, n_groups) = (2, 1);
    assert_eq!(
        NotTestable::OwnValues { n_values, n_groups }.sentence("subject", "subjects"),
        "2 values among 1 subject name the subjects rather than groups of them"
    );
    assert_eq!(
        NotTestable::ManyLevels.to_string(),
        "the column that is held fixed has nearly as many levels as there are patients; hold one \
         with fewer levels fixed"
    );
}

#[test]
fn levels_keep_no_more_than_their_own_values() {
    // 1,000 levels of two patients each, whose numbers no other level has.
    let groups: Vec<usize> = (0..2_000).collect();
    let numbers: Vec<Option<f64>> = (0..2_000).map(|i| Some(f64::from(i))).collect();
    let within: Vec<Option<u32>> = (0..2_000).map(|i| Some(i / 2)).collect();
    let clusters: Vec<Option<usize>> = (0..2_000).map(|i| Some(i % 2)).collect();
    let held = Some(Held::Levels(&within));
    let sample = Sample::new(Values::Numbers(&numbers), &groups, held, |_| true);
    let exchange = Exchange::new(&sample);
    let scorer = statistic::Scorer::new(&sample, &exchange, &clusters, 2);
    assert_eq!(scorer.scratch().table.len(), 2_000);
    // The two ranks of each level are in two clusters, so that all variation is between these.
    let score = scorer.score(exchange.observed(), &mut scorer.scratch());
    assert!((score - 1.0).abs() < 1e-12, "{score}");
}

#[test]
fn noise_counts_when_asked_for_and_missing_values_never() {
    let (labels, groups, mut codes) = two_by_two();
    let labels: Vec<Option<u32>> = labels.iter().map(|&l| (l == 0).then_some(7)).collect();
    codes[0] = None;
    codes[19] = None;
    let params = AssociationParams::default();
    let run = |noise| {
        let checked = AssociationParams { noise, ..params }.check().unwrap();
        let column = [Values::Categories(&codes)];
        let columns = checked.columns(&labels, &groups, (&column, None), None, &());
        (
            columns.unwrap().columns.remove(0),
            checked.enrichment(&labels, &groups, &codes, &()).unwrap(),
        )
    };
    let (out, cells) = run(Noise::LeftOut);
    assert_eq!((out.n_images, out.n_missing, out.n_noise), (9, 2, 9));
    assert_eq!(cells.n_noise, 9);
    assert_eq!(out.outcome, Err(NotTestable::FewClusters));
    assert_eq!(cells.reason, Some(NotTestable::FewClusters));
    assert_eq!(
        (
            cells.cells.len(),
            cells.cells[1].count,
            cells.cells[1].p_value
        ),
        (2, 7, None)
    );
    let (with, cells) = run(Noise::OneMoreCluster);
    assert_eq!((with.n_images, with.n_missing, with.n_noise), (18, 2, 0));
    assert_eq!(cells.n_noise, 0);
    assert!(with.outcome.is_ok());
    let labels: Vec<Option<u32>> = cells.cells.iter().map(|cell| cell.label).collect();
    assert_eq!(labels, [Some(7), Some(7), None, None]);
}

#[test]
fn cells_by_hand() {
    let (labels, groups, codes) = two_by_two();
    let labels: Vec<Option<u32>> = labels.into_iter().map(Some).collect();
    let params = AssociationParams {
        n_permutations: 99_999,
        ..AssociationParams::default()
    };
    let found = params
        .check()
        .unwrap()
        .enrichment(&labels, &groups, &codes, &())
        .unwrap();
    let cell = found.cells[1];
    assert_eq!(
        (cell.label, cell.value, cell.count, cell.n_groups),
        (Some(0), 1, 8, 8)
    );
    assert!((cell.expected - 5.5).abs() < 1e-12);
    let odds_ratio = cell.odds_ratio.unwrap();
    assert!((odds_ratio.log - (8.5_f64 * 7.5 / (2.5 * 3.5)).ln()).abs() < 1e-12);
    assert!(odds_ratio.low < odds_ratio.log && odds_ratio.log < odds_ratio.high);
    // All four cells are one question here; its p is that of the whole table.
    let p = 2.0 * 5_860.0 / 167_960.0;
    for cell in &found.cells {
        assert!((cell.p_value.unwrap() - p).abs() < 0.003);
        assert_eq!((cell.q_value, cell.mark), (cell.p_value, None));
    }
}

#[test]
fn marks_go_to_cells_that_survive() {
    // Value 1 sits in cluster 0 alone; value 2 is carried by four patients only.
    let groups: Vec<usize> = (0..60).collect();
    let labels: Vec<Option<u32>> = (0..60).map(|i| Some(i / 20)).collect();
    let value = |i: u32| {
        Some(if i < 16 {
            1
        } else if i.is_multiple_of(15) {
            2
        } else {
            0
        })
    };
    let codes: Vec<Option<u32>> = (0..60).map(value).collect();
    let checked = AssociationParams::default().check().unwrap();
    let found = checked.enrichment(&labels, &groups, &codes, &()).unwrap();
    let marks: Vec<Option<Mark>> = found.cells.iter().map(|cell| cell.mark).collect();
    assert_eq!(
        marks[..3],
        [Some(Mark::Depleted), Some(Mark::Enriched), None]
    );
    assert_eq!(marks[4], Some(Mark::Depleted));
    // Every cell of value 1 lacks a part of its table, and value 0 has all four in cluster 0 alone.
    let has_ratio = |cell: &EnrichmentCell| cell.odds_ratio.is_some();
    let with_ratio = found.cells.iter().filter(|cell| has_ratio(cell));
    let places: Vec<_> = with_ratio.map(|cell| (cell.label, cell.value)).collect();
    assert_eq!(places, [0, 1, 2].map(|cluster| (Some(cluster), 0)));
    assert!(found.cells[0].odds_ratio.unwrap().high < 0.0);
    assert!(!found.marks_out_of_reach);
}

#[test]
fn many_cells_get_the_permutations_that_a_mark_takes() {
    // Value 0 is cluster 0; all other values are spread over the other clusters.
    let n = 400_u32;
    let groups: Vec<usize> = (0..n as usize).collect();
    let labels: Vec<Option<u32>> = (0..n).map(|i| Some(i % 20)).collect();
    let code = |i: u32| if i.is_multiple_of(20) { 0 } else { 1 + i / 20 };
    let codes: Vec<Option<u32>> = (0..n).map(|i| Some(code(i))).collect();
    let few = AssociationParams {
        n_permutations: 99,
        ..AssociationParams::default()
    };
    let checked = few.check().unwrap();
    let found = checked.enrichment(&labels, &groups, &codes, &()).unwrap();
    assert_eq!((found.cells.len(), found.n_permutations), (420, 16_800));
    assert!(!found.marks_out_of_reach);
    let marked: Vec<_> = found.cells.iter().filter(|c| c.mark.is_some()).collect();
    assert_eq!(marked.len(), 1);
    assert_eq!((marked[0].label, marked[0].value), (Some(0), 0));
    // A few thousand images leave no time for so many.
    assert!(most_affordable(100_000) < 16_800);
}

#[test]
fn the_best_setting_pays_for_all_looks() {
    let (labels, groups, codes) = two_by_two();
    let column = Values::Categories(&codes);
    let params = AssociationParams {
        n_permutations: 999,
        ..AssociationParams::default()
    };
    let one = test_one(999, &labels, &groups, column, None)
        .outcome
        .unwrap();
    let all: Vec<Option<u32>> = labels.into_iter().map(Some).collect();
    // Settings that do not count, the setting, and itself again under other names.
    let renamed = all
        .iter()
        .map(|label| label.map(|label| label + 5))
        .collect();
    let mut labelings = vec![vec![None; 20], vec![Some(3); 20], all, renamed];
    let checked = params.check().unwrap();
    let found = checked.settings(&labelings, &groups, column, &()).unwrap();
    let best = found.outcome.unwrap();
    assert_eq!((found.n_distinct, best.index), (1, 2));
    assert_eq!((best.p_value, best.statistic), (one.p_value, one.statistic));
    for shift in 1..40_u32 {
        labelings.push(
            (0..20)
                .map(|i| Some((i * shift / 3 + i / shift) % 3).filter(|&l| l + i > 2))
                .collect(),
        );
    }
    let found = checked.settings(&labelings, &groups, column, &()).unwrap();
    assert!(found.n_distinct > 20);
    assert!(found.outcome.unwrap().p_value > 2.0 * best.p_value);
    let none = checked
        .settings(&labelings[..2], &groups, column, &())
        .unwrap();
    assert_eq!(none.outcome, Err(NotTestable::FewClusters));
}

#[test]
fn large_cohorts_get_fewer_permutations() {
    let checked = AssociationParams::default().check().unwrap();
    assert_eq!(checked.affordable(0), 9_999);
    assert_eq!(checked.affordable(25 * 193), 9_999);
    assert_eq!(checked.affordable(100_000), 4_000);
    assert_eq!(checked.affordable(usize::MAX), 999);
    let few = AssociationParams {
        n_permutations: 199,
        ..AssociationParams::default()
    };
    assert_eq!(few.check().unwrap().affordable(usize::MAX), 199);
}

struct Stop;

impl Monitor for Stop {
    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn the_number_of_threads_changes_nothing_and_a_monitor_stops_it() {
    let (labels, groups, codes) = two_by_two();
    let labels: Vec<Option<u32>> = labels.into_iter().map(Some).collect();
    let columns = [Values::Categories(&codes); 3];
    let checked = AssociationParams::default().check().unwrap();
    let run = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(n_threads)
            .build()
            .unwrap();
        pool.install(|| {
            let tests = checked
                .columns(&labels, &groups, (&columns, Some(1)), None, &())
                .unwrap();
            (
                tests,
                checked.enrichment(&labels, &groups, &codes, &()).unwrap(),
            )
        })
    };
    assert_eq!(run(1), run(3));
    let cells = checked.enrichment(&labels, &groups, &codes, &Stop);
    assert_eq!(cells.unwrap_err(), Cancelled);
    assert!(
        checked
            .columns(&labels, &groups, (&columns, None), None, &Stop)
            .is_err()
    );
    let labelings = [labels.clone()];
    assert!(
        checked
            .settings(&labelings, &groups, columns[0], &Stop)
            .is_err()
    );
}
