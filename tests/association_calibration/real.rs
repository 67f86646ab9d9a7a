//! The real metadata with features that are noise: what is said of it then is said of nothing.
//!
//! Patients have their real numbers of images and real values; features are one vector per patient
//! and some of its own per image. The whole way is gone: map, clusters, tests.

use std::collections::BTreeMap;
use std::time::Instant;

use ndarray::Array2;
use negatoscope::analysis::clustering::ClusteringParams;
use negatoscope::analysis::clustering::dbscan::DbscanParams;
use negatoscope::analysis::projection::ProjectionParams;
use negatoscope::cohort::{self, Cohort, Source};
use negatoscope::pipeline::evidence::Question;
use negatoscope::pipeline::evidence::choices::{Proposal, proposal_params};
use negatoscope::pipeline::evidence::verdict::{FIRST, FULL, Spoken};
use negatoscope::pipeline::{ModelInfo, Study};
use rayon::prelude::*;

use crate::given;
use crate::tools::{Random, Rejections, cohorts};

const N_FEATURES: usize = 8;

/// A setting in which about half of the images are in clusters, and one in which most are.
const SETTINGS: [DbscanParams; 2] = [
    DbscanParams {
        eps: 0.25,
        min_samples: 6,
    },
    DbscanParams {
        eps: 0.4,
        min_samples: 6,
    },
];

fn n_maps() -> usize {
    cohorts(40)
}

fn question(column: &str) -> Question {
    Question {
        column: column.to_owned(),
        within: None,
        with_noise: false,
    }
}

fn real_cohort() -> Option<Cohort> {
    let folder = given::real_cohort()?;
    let filters = ["finding~COVID-19", "modality=X-ray"];
    let source = Source {
        folder: Some(folder),
        filters: filters.iter().map(|text| text.parse().unwrap()).collect(),
        ..Source::default()
    };
    Some(cohort::open(&source).unwrap())
}

fn study(cohort: &Cohort, random: &mut Random) -> Study {
    let mut centers: BTreeMap<&str, Vec<f32>> = BTreeMap::new();
    let mut rows = Vec::new();
    for record in &cohort.records {
        let group = record.group.as_deref().unwrap_or(&record.id);
        let drawn = |random: &mut Random| (0..N_FEATURES).map(|_| random.normal() as f32).collect();
        let center: &Vec<f32> = centers.entry(group).or_insert_with(|| drawn(random));
        rows.extend(center.iter().map(|at| at + 0.4 * random.normal() as f32));
    }
    let n_images = cohort.records.len();
    Study {
        features: Array2::from_shape_vec((n_images, N_FEATURES), rows).unwrap(),
        model: ModelInfo::default(),
        conditions: Vec::new(),
        places: (0..n_images).collect(),
        n_excluded: 0,
        coordinates: None,
        column: None,
        cohort: cohort.clone(),
    }
}

#[test]
fn noise_has_nothing_to_do_with_the_real_metadata() {
    let Some(cohort) = real_cohort() else { return };
    let mut columns: BTreeMap<(usize, String), Rejections> = BTreeMap::new();
    let mut planes: BTreeMap<&str, Rejections> = BTreeMap::new();
    let mut marks: BTreeMap<(usize, &str), (u32, u32)> = BTreeMap::new();
    for seed in 0..n_maps() {
        let study = study(&cohort, &mut Random::new(seed));
        let map = ProjectionParams::default();
        let map = study.project(&map, &(), &mut |_| {}).unwrap();
        for (place, setting) in SETTINGS.into_iter().enumerate() {
            let clusters = study
                .cluster(&map, (ClusteringParams::Dbscan(setting), &[]), &())
                .unwrap();
            let asked = question("country");
            let found = study.association(&clusters, &asked, &()).unwrap();
            for column in found.columns {
                if let Some(p_value) = column.p_value() {
                    columns
                        .entry((place, column.name))
                        .or_default()
                        .add(p_value);
                }
            }
            for name in ["country", "source", "view"] {
                let cells = study.enrichment(&clusters, &question(name), &()).unwrap();
                if cells.reason.is_none() {
                    let (n_marked, n_tested) = marks.entry((place, name)).or_default();
                    *n_marked +=
                        u32::from(cells.found.cells.iter().any(|cell| cell.mark.is_some()));
                    *n_tested += 1;
                }
            }
        }
        for name in ["country", "source"] {
            let found = study
                .association_over_plane((&map, ClusteringParams::default()), &question(name), &())
                .unwrap();
            if let Ok(found) = found.test.outcome {
                planes.entry(name).or_default().add(found.p_value);
            }
        }
    }
    report(&columns, &planes, &marks);
}

/// The first verdict on the setting that the page would open with, and the full one where that leaves it open.
#[test]
fn verdicts_on_noise_and_the_real_metadata() {
    let Some(cohort) = real_cohort() else { return };
    let seeds: Vec<usize> = (0..cohorts(8)).collect();
    let spoken = |&seed: &usize| {
        let study = study(&cohort, &mut Random::new(seed));
        let params = proposal_params(study.n_images()).unwrap();
        let proposed = study.propose(&params, &()).unwrap();
        let opened = Proposal::found(study.n_images(), (&params, &proposed), Instant::now());
        let asked = question("country");
        let of_effort = |effort| study.verdict_alone(&opened.tried, &asked, effort, &());
        let first = of_effort(FIRST).unwrap();
        match first.verdict.is_undecided(&asked) {
            true => of_effort(FULL).unwrap(),
            false => first,
        }
    };
    let spoken: Vec<Spoken> = seeds.par_iter().map(spoken).collect();
    let mut cases: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found: BTreeMap<(&str, &str), Rejections> = BTreeMap::new();
    for said in &spoken {
        *cases.entry(said.words.case.code()).or_default() += 1;
        let without_map = said.in_features.columns.iter().filter_map(|column| {
            let p_value = column.test.outcome.as_ref().ok()?.p_value;
            Some(("without a map", &column.name[..], p_value))
        });
        let over_maps = said.verdict.columns.iter().filter_map(|column| {
            let p_value = column.test.outcome.as_ref().ok()?.p_value;
            Some(("over maps", &column.name[..], p_value))
        });
        for (how, name, p_value) in without_map.chain(over_maps) {
            found.entry((how, name)).or_default().add(p_value);
        }
    }
    println!("of {} verdicts: {cases:?}", spoken.len());
    let slack = if seeds.len() >= 1_000 { 0.0 } else { 33.0 };
    for ((how, name), found) in &found {
        found.print(&format!("{name}, {how}"));
        let (at_05, _) = found.shares();
        // Columns that can hardly ever be tested are few chances.
        let is_kept = at_05 <= 8.0 + slack || 2 * found.n_cohorts < seeds.len();
        assert!(is_kept, "{name}, {how}: {at_05}% at 0.05");
    }
    let n_real = spoken
        .iter()
        .filter(|said| said.words.case.is_real())
        .count();
    let share = 100.0 * n_real as f64 / spoken.len() as f64;
    assert!(share <= 8.0 + slack, "{share}% are called real");
}

fn report(
    columns: &BTreeMap<(usize, String), Rejections>,
    planes: &BTreeMap<&str, Rejections>,
    marks: &BTreeMap<(usize, &str), (u32, u32)>,
) {
    for ((place, name), found) in columns {
        found.print(&format!("{name}, setting {place}"));
    }
    for (name, found) in planes {
        found.print(&format!("{name}, over the plane"));
    }
    for ((place, name), (n_marked, n_tested)) in marks {
        println!("{name}, setting {place}: a mark in {n_marked} of {n_tested} answers");
    }
    // Few maps tell of a fault alone, and of no small one.
    let slack = if n_maps() >= 1_000 { 0.0 } else { 8.0 };
    let kept = |found: &Rejections, what: &str| {
        let (at_05, at_20) = found.shares();
        assert!(at_05 <= 8.0 + slack, "{what}: {at_05}% at 0.05");
        assert!(at_20 <= 26.0 + 2.0 * slack, "{what}: {at_20}% at 0.20");
    };
    for ((place, name), found) in columns {
        // Columns that can hardly ever be tested are few chances.
        if 2 * found.n_cohorts >= n_maps() {
            kept(found, &format!("{name}, setting {place}"));
        }
    }
    planes.iter().for_each(|(name, found)| kept(found, name));
    for ((place, name), &(n_marked, n_tested)) in marks {
        let share = 100.0 * f64::from(n_marked) / f64::from(n_tested.max(1));
        assert!(
            share <= 6.0 + slack,
            "{name}, setting {place}: {share}% with a mark"
        );
    }
}
