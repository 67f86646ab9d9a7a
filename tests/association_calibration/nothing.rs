//! Clusters and columns drawn per patient, independently of each other, over patients of one to six
//! images.

use negatoscope::analysis::association::{ColumnTest, Held, Moves, Values};

use crate::tools::{Random, Rejections, checked, n_cohorts};

/// Patients of a cohort; each has one to six images, most have one or two.
const N_GROUPS: usize = 115;

/// One cohort: the patient, the site of the patient, the view and the cluster of each image.
struct Cohort {
    groups: Vec<usize>,
    sites: Vec<Option<u32>>,
    views: Vec<Option<u32>>,
    labels: Vec<Option<u32>>,
    random: Random,
}

impl Cohort {
    /// The images of a patient are mostly in one cluster, as near duplicates are. With
    /// `confounded`, clusters lean towards the site and the view.
    fn new(seed: usize, confounded: bool) -> Self {
        let mut cohort = Self {
            groups: Vec::new(),
            sites: Vec::new(),
            views: Vec::new(),
            labels: Vec::new(),
            random: Random::new(seed),
        };
        for group in 0..N_GROUPS {
            let random = &mut cohort.random;
            let n_images = [1, 1, 1, 1, 1, 2, 2, 2, 4, 6][random.below(10)];
            let site = random.below(2) as u32;
            let main = [0, 0, 0, 1, 1, 2, 3][random.below(7)];
            let follows_site = random.percent(40);
            for _ in 0..n_images {
                let view = u32::from(random.percent(70));
                let mut label = if random.percent(92) {
                    main
                } else {
                    random.below(4) as u32
                };
                if confounded && follows_site {
                    label = site;
                }
                if confounded && random.percent(25) {
                    label = 2 + view;
                }
                cohort.groups.push(group);
                cohort.sites.push(Some(site));
                cohort.views.push(Some(view));
                cohort
                    .labels
                    .push(Some(label).filter(|_| !random.percent(8)));
            }
        }
        cohort
    }

    /// A number per patient, 0 to 5 and larger at `levels` of 1, which some images do not share
    /// when it varies. A few are missing.
    fn column(&mut self, moves: Moves, levels: Option<&[Option<u32>]>) -> Vec<Option<u32>> {
        let of_patients: Vec<u32> = (0..N_GROUPS).map(|_| self.random.below(4) as u32).collect();
        let leaning: Vec<bool> = (0..N_GROUPS).map(|_| self.random.percent(50)).collect();
        let missing: Vec<bool> = (0..N_GROUPS).map(|_| self.random.percent(10)).collect();
        let mut column = Vec::new();
        for (image, &group) in self.groups.iter().enumerate() {
            let mut value = of_patients[group];
            if moves == Moves::Blocks && self.random.percent(15) {
                value = self.random.below(4) as u32;
            }
            if let Some(levels) = levels.filter(|_| leaning[group]) {
                value = 4 + levels[image].unwrap_or(0);
            }
            column.push(Some(value).filter(|_| !missing[group]));
        }
        column
    }
}

fn numbers(column: &[Option<u32>]) -> Vec<Option<f64>> {
    column.iter().map(|value| value.map(f64::from)).collect()
}

/// The p-values with patients kept whole and with every image a patient of its own.
fn both_p_values(
    seed: usize,
    cohort: &Cohort,
    column: Values<'_>,
    within: Option<&[Option<u32>]>,
    moves: Moves,
) -> (f64, f64) {
    let p_value = |groups: &[usize], check: &dyn Fn(&ColumnTest)| {
        let found = checked(499, seed as u64).columns(
            &cohort.labels,
            groups,
            (&[column], None),
            within.map(Held::Levels),
            &(),
        );
        let found = found.unwrap().columns.remove(0);
        check(&found);
        found.outcome.unwrap().p_value
    };
    let images: Vec<usize> = (0..cohort.groups.len()).collect();
    (
        p_value(&cohort.groups, &|found| assert_eq!(found.moves, moves)),
        p_value(&images, &|found| assert_eq!(found.n_groups, found.n_images)),
    )
}

#[test]
fn columns_without_association_are_rejected_as_often_as_p_says() {
    for (moves, name) in [(Moves::Values, "constant"), (Moves::Blocks, "varying")] {
        for kind in ["categories", "numbers"] {
            let (mut patients, mut images) = (Rejections::default(), Rejections::default());
            for seed in 0..n_cohorts() {
                let mut cohort = Cohort::new(seed, false);
                let codes = cohort.column(moves, None);
                let numbers = numbers(&codes);
                let column = match kind {
                    "categories" => Values::Categories(&codes),
                    _ => Values::Numbers(&numbers),
                };
                let (whole, single) = both_p_values(seed, &cohort, column, None, moves);
                patients.add(whole);
                images.add(single);
            }
            let what = format!("{kind} {name} within patients");
            patients.print(&format!("{what}, patients permuted"));
            images.print(&format!("{what}, images permuted"));
            patients.assert_kept(&what);
            assert!(images.at_05 > 2 * patients.at_05, "{what}");
        }
    }
}

#[test]
fn a_confounder_held_fixed_leaves_nothing_to_find() {
    for (moves, name) in [(Moves::Values, "site"), (Moves::Blocks, "view")] {
        let mut within = Rejections::default();
        let (mut without, mut images) = (Rejections::default(), Rejections::default());
        for seed in 0..n_cohorts() {
            let mut cohort = Cohort::new(seed, true);
            let levels = match moves {
                Moves::Values => cohort.sites.clone(),
                Moves::Blocks => cohort.views.clone(),
            };
            let codes = cohort.column(moves, Some(&levels));
            let column = Values::Categories(&codes);
            let (whole, single) = both_p_values(seed, &cohort, column, Some(&levels), moves);
            within.add(whole);
            images.add(single);
            without.add(both_p_values(seed, &cohort, column, None, moves).0);
        }
        within.print(&format!(
            "confounded by {name}, held fixed, patients permuted"
        ));
        images.print(&format!(
            "confounded by {name}, held fixed, images permuted"
        ));
        without.print(&format!(
            "confounded by {name}, not held fixed, patients permuted"
        ));
        within.assert_kept(name);
        assert!(images.at_05 > 2 * within.at_05, "{name}");
        assert!(without.at_05 > 2 * within.at_05, "{name}");
    }
}

#[test]
fn the_best_of_many_settings_is_rejected_as_often_as_p_says() {
    let (mut best, mut smallest) = (Rejections::default(), Rejections::default());
    for seed in 0..n_cohorts() {
        let mut cohort = Cohort::new(seed, false);
        let codes = cohort.column(Moves::Values, None);
        let column = Values::Categories(&codes);
        // Settings split and merge clusters and differ in noise.
        let setting = |setting: usize| -> Vec<Option<u32>> {
            let random = &mut cohort.random;
            let names: Vec<u32> = (0..4).map(|_| random.below(3) as u32).collect();
            let label = |label: &Option<u32>| {
                let label = label.map(|label| names[label as usize]);
                label.filter(|_| !random.percent(2 * setting))
            };
            cohort.labels.iter().map(label).collect()
        };
        let settings: Vec<Vec<Option<u32>>> = (0..20).map(setting).collect();
        let checked = checked(199, seed as u64);
        let found = checked
            .settings(&settings, &cohort.groups, column, &())
            .unwrap();
        best.add(found.outcome.unwrap().p_value);
        let alone = |labels: &Vec<Option<u32>>| {
            let found = checked
                .columns(labels, &cohort.groups, (&[column], None), None, &())
                .unwrap();
            found.columns[0]
                .outcome
                .map_or(1.0, |finding| finding.p_value)
        };
        smallest.add(settings.iter().map(alone).fold(1.0, f64::min));
    }
    best.print("best of 20 settings, all looks paid for");
    smallest.print("best of 20 settings, its own p");
    best.assert_kept("best of 20 settings");
    assert!(smallest.at_05 > 2 * best.at_05);
}

#[test]
fn few_cohorts_without_association_have_a_marked_cell() {
    let mut n_marked = 0;
    for seed in 0..n_cohorts() {
        let mut cohort = Cohort::new(seed, false);
        let codes = cohort.column(Moves::Values, None);
        let found = checked(999, seed as u64);
        let found = found
            .enrichment(&cohort.labels, &cohort.groups, &codes, &())
            .unwrap();
        n_marked += usize::from(found.cells.iter().any(|cell| cell.mark.is_some()));
    }
    let share = 100.0 * n_marked as f64 / n_cohorts() as f64;
    println!(
        "{:60} {share:5.1}%",
        "cohorts with an enriched or depleted cell, q at 0.05"
    );
    assert!(share <= 6.0, "{share}%");
}
