//! Values that go with the number of a patient's images, and clusters that have nothing to do with
//! them: patients lie on a map, their images about them, and clusters are quarters of it, or DBSCAN
//! finds them, so that a patient of many images is more often in one.

use ndarray::Array2;
use negatoscope::analysis::association::Values;
use negatoscope::analysis::clustering::dbscan::DbscanParams;
use negatoscope::analysis::clustering::{ClusteringParams, plane};
use negatoscope::analysis::standardize;

use crate::tools::{Random, Rejections, checked, finding, n_cohorts, of_images};

/// Patients of a cohort, and images that each may have.
const N_GROUPS: usize = 45;
const SIZES: [usize; 4] = [1, 2, 3, 6];

/// What the clusters are.
#[derive(Debug, Clone, Copy)]
enum Clusters {
    /// Quarters of the map, without noise.
    Quarters,
    /// What DBSCAN finds, with noise left out: few patients have as many images in clusters as
    /// others, so that there are few arrangements, and p is rather too large than too small.
    Dbscan,
}

struct Cohort {
    groups: Vec<usize>,
    sizes: Vec<usize>,
    points: Array2<f64>,
}

impl Cohort {
    fn new(random: &mut Random) -> Self {
        let sizes: Vec<usize> = (0..N_GROUPS).map(|_| SIZES[random.below(4)]).collect();
        let mut rows = Vec::new();
        let mut groups = Vec::new();
        for (group, &size) in sizes.iter().enumerate() {
            let center = [random.normal(), random.normal()];
            for _ in 0..size {
                groups.push(group);
                rows.extend(center.map(|at| at + 0.3 * random.normal()));
            }
        }
        let points = Array2::from_shape_vec((groups.len(), 2), rows).unwrap();
        Self {
            points: standardize(points.view()),
            groups,
            sizes,
        }
    }

    fn labels(&self, clusters: Clusters) -> Vec<Option<u32>> {
        if let Clusters::Quarters = clusters {
            let quarter = |row: usize| {
                let right = |axis: usize| u32::from(self.points[(row, axis)] > 0.0);
                Some(2 * right(0) + right(1))
            };
            return (0..self.groups.len()).map(quarter).collect();
        }
        let params = DbscanParams {
            eps: 0.35,
            min_samples: 6,
        };
        params
            .check()
            .unwrap()
            .fit(self.points.view(), &())
            .unwrap()
            .labels
    }
}

impl Cohort {
    fn draw(&self, value: fn(usize, &mut Random) -> f64, random: &mut Random) -> Vec<f64> {
        self.sizes.iter().map(|&size| value(size, random)).collect()
    }

    /// The p of an exchange that is not valid here: any patient with any other, however many images
    /// they have. By the share of variation between clusters, without ranks.
    fn p_of_any_patient(
        &self,
        labels: &[Option<u32>],
        column: Values<'_>,
        random: &mut Random,
    ) -> f64 {
        let number = |image: usize| match column {
            Values::Categories(codes) => codes[image].map_or(0.0, f64::from),
            Values::Numbers(numbers) => numbers[image].unwrap_or(0.0),
        };
        let clustered: Vec<usize> = (0..labels.len()).filter(|&i| labels[i].is_some()).collect();
        let mut of_patients = vec![0.0; N_GROUPS];
        for &image in &clustered {
            of_patients[self.groups[image]] = number(image);
        }
        let mut present: Vec<usize> = clustered.iter().map(|&i| self.groups[i]).collect();
        present.dedup();
        let score = |of_patients: &[f64]| {
            let mut sums = [[0.0; 2]; 64];
            let (mut all, mut squares) = (0.0, 0.0);
            for &image in &clustered {
                let (value, at) = (of_patients[self.groups[image]], labels[image].unwrap());
                sums[at as usize][0] += 1.0;
                sums[at as usize][1] += value;
                (all, squares) = (all + value, squares + value * value);
            }
            let mean = all * all / clustered.len() as f64;
            let between: f64 = sums
                .iter()
                .map(|[n, sum]| sum * sum / f64::max(*n, 1.0))
                .sum();
            (between - mean) / f64::max(squares - mean, 1e-9)
        };
        let (observed, mut n_as_good) = (score(&of_patients) - 1e-9, 0);
        for _ in 0..199 {
            for last in (1..present.len()).rev() {
                of_patients.swap(present[last], present[random.below(last + 1)]);
            }
            n_as_good += usize::from(score(&of_patients) >= observed);
        }
        (1 + n_as_good) as f64 / 200.0
    }
}

/// Draws the value of a patient of so many images.
type Draw = fn(usize, &mut Random) -> f64;

/// How a value comes by a patient of so many images.
const ROWS: [(&str, Draw); 5] = [
    ("value that patients of six images have", |size, random| {
        f64::from(random.percent(if size == 6 { 80 } else { 2 }))
    }),
    (
        "number whose spread grows with the images",
        |size, random| size as f64 * random.normal(),
    ),
    ("number whose mean grows with the images", |size, random| {
        size as f64 + 2.0 * random.normal()
    }),
    ("value unrelated to the images", |_, random| {
        f64::from(random.percent(30))
    }),
    ("number unrelated to the images", |_, random| {
        random.normal()
    }),
];

#[test]
fn values_that_go_with_the_number_of_images_are_rejected_as_often_as_p_says() {
    for clusters in [Clusters::Quarters, Clusters::Dbscan] {
        for (name, value) in ROWS {
            let (mut found, mut any_patient) = (Rejections::default(), Rejections::default());
            for seed in 0..n_cohorts() {
                let mut random = Random::new(seed);
                let cohort = Cohort::new(&mut random);
                let labels = cohort.labels(clusters);
                let of_patients = cohort.draw(value, &mut random);
                let numbers = of_images(&of_patients, &cohort.groups);
                let codes = codes(&numbers);
                let column = column(name, &numbers, &codes);
                if let Some(finding) = finding(seed, (&labels, &cohort.groups), column, None) {
                    found.add(finding.p_value);
                    any_patient.add(cohort.p_of_any_patient(&labels, column, &mut random));
                }
            }
            let what = format!("{name}, {clusters:?}");
            found.print(&what);
            any_patient.print(&format!("{what}, exchanged with any patient"));
            assert!(2 * found.n_cohorts > n_cohorts(), "{what}");
            match clusters {
                Clusters::Quarters => found.assert_kept(&what),
                Clusters::Dbscan => {
                    let (at_05, at_20) = found.shares();
                    assert!(at_05 <= 8.0 && at_20 <= 26.0, "{what}: {at_05}% {at_20}%");
                }
            }
        }
    }
}

fn codes(numbers: &[Option<f64>]) -> Vec<Option<u32>> {
    numbers
        .iter()
        .map(|number| number.map(|number| number as u32))
        .collect()
}

fn column<'a>(name: &str, numbers: &'a [Option<f64>], codes: &'a [Option<u32>]) -> Values<'a> {
    if name.starts_with("value") {
        Values::Categories(codes)
    } else {
        Values::Numbers(numbers)
    }
}

#[test]
fn the_plane_and_the_marks_keep_their_word_too() {
    let eps: Vec<f64> = (2..8).map(|step| 0.1 * f64::from(step)).collect();
    let axes = [eps, vec![4.0, 6.0, 8.0, 12.0]];
    for (name, value) in ROWS {
        let mut best = Rejections::default();
        let mut marks = [(Clusters::Quarters, 0, 0), (Clusters::Dbscan, 0, 0)];
        for seed in 0..n_cohorts() {
            let mut random = Random::new(seed);
            let cohort = Cohort::new(&mut random);
            let of_patients = cohort.draw(value, &mut random);
            let numbers = of_images(&of_patients, &cohort.groups);
            let codes = codes(&numbers);
            let points = cohort.points.view();
            let settings =
                plane::labelings(points, ClusteringParams::default(), &axes, &()).unwrap();
            let asked = checked(199, seed as u64);
            let column = column(name, &numbers, &codes);
            let found = asked
                .settings(&settings, &cohort.groups, column, &())
                .unwrap();
            if let Ok(found) = found.outcome {
                best.add(found.p_value);
            }
            if let Values::Categories(codes) = column {
                let asked = checked(999, seed as u64);
                for (clusters, n_marked, n_tested) in &mut marks {
                    let labels = cohort.labels(*clusters);
                    let cells = asked
                        .enrichment(&labels, &cohort.groups, codes, &())
                        .unwrap();
                    *n_tested += u32::from(cells.reason.is_none());
                    *n_marked += u32::from(cells.cells.iter().any(|cell| cell.mark.is_some()));
                }
            }
        }
        best.print(&format!("{name}, over the plane"));
        best.assert_kept(name);
        for (clusters, n_marked, n_tested) in marks {
            if n_tested > 0 {
                let share = 100.0 * f64::from(n_marked) / f64::from(n_tested);
                println!("{name}, {clusters:?}: a mark in {share:.1}% of {n_tested} answers");
                assert!(share <= 6.0, "{name}, {clusters:?}: {share}%");
            }
        }
    }
}
