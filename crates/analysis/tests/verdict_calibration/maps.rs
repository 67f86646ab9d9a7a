//! Columns against the clusters of many maps, and how far maps agree.

use crate::clouds::{CLOUDS, Cloud, Cohort, Random, Rejections, n_cohorts};
use negatoscope_analysis::association::{AssociationParams, Noise, Values};
use negatoscope_analysis::clustering::ClusteringParams;
use negatoscope_analysis::clustering::dbscan::DbscanParams;
use negatoscope_analysis::ensemble::{Agreement, Ensemble, EnsembleParams, Member, Place};
use negatoscope_analysis::projection::ProjectionParams;
use rayon::prelude::*;

pub(crate) fn setting(
    perplexity: f64,
    eps: f64,
    min_samples: usize,
) -> (ProjectionParams, ClusteringParams) {
    let map = ProjectionParams::default().at(perplexity);
    let clustering = ClusteringParams::Dbscan(DbscanParams { eps, min_samples });
    (map, clustering)
}

fn members(cohort: &Cohort, n_maps: u64) -> Vec<Member> {
    let (projection, clustering) = setting(10.0, 0.4, 5);
    let params = EnsembleParams {
        projection,
        clustering,
        random_state: 42,
    };
    let ensemble = Ensemble::new(params, cohort.features.view(), &cohort.groups, &()).unwrap();
    ensemble.members(0..n_maps, &()).unwrap()
}

#[test]
fn columns_that_have_nothing_to_do_with_the_clusters() {
    for cloud in CLOUDS {
        let found: Vec<[Option<f64>; 3]> = (0..n_cohorts(20))
            .into_par_iter()
            .map(|seed| {
                let random = &mut Random::new(seed);
                let cohort = Cohort::new(cloud, 60, true, random);
                let sizes = cohort.sizes();
                let category: Vec<u32> = sizes.iter().map(|_| random.below(2) as u32).collect();
                let sized: Vec<u32> = sizes
                    .iter()
                    .map(|&n| u32::from(random.uniform() < if n == 3 { 0.8 } else { 0.15 }))
                    .collect();
                let number: Vec<f64> = sizes.iter().map(|_| random.normal()).collect();
                let [category, sized] = [category, sized].map(|x| cohort.of_images(&x));
                let number = cohort.of_images(&number);
                let columns = [
                    Values::Categories(&category),
                    Values::Categories(&sized),
                    Values::Numbers(&number),
                ];
                let members = members(&cohort, 20);
                let maps: Vec<&[Place]> = members.iter().map(|member| &member.places[..]).collect();
                let params = AssociationParams {
                    noise: Noise::LeftOut,
                    n_permutations: 199,
                    seed,
                };
                let checked = params.check().unwrap();
                let found = checked
                    .averaged(&maps, &cohort.groups, (&columns, None), None, &())
                    .unwrap();
                [0, 1, 2].map(|column| found[column].outcome.ok().map(|found| found.p_value))
            })
            .collect();
        for (column, name) in ["category", "goes with the number of images", "number"]
            .into_iter()
            .enumerate()
        {
            let rejections = Rejections::of(found.iter().map(|p| p[column]));
            rejections.print(&format!("{cloud:?}, {name}, averaged over 20 maps"));
            let [at_05, _] = rejections.shares();
            assert!(at_05 <= 12.0, "{cloud:?} {name}: {at_05}");
        }
    }
}

/// The agreement of maps where there are groups and where there are none.
#[test]
fn maps_agree_where_there_are_groups() {
    let medians = |make: &(dyn Fn(&mut Random) -> Cohort + Sync)| -> Vec<f64> {
        let one = |seed| {
            let members = members(&make(&mut Random::new(seed)), 20);
            Agreement::of(&members.iter().collect::<Vec<_>>())
                .ari
                .median
        };
        let mut found: Vec<f64> = (0..n_cohorts(20)).into_par_iter().map(one).collect();
        found.sort_by(f64::total_cmp);
        found
    };
    let print = |name: &str, found: &[f64]| {
        let at = |share: f64| found[((found.len() - 1) as f64 * share) as usize];
        let above = found.iter().filter(|&&x| x >= 0.6).count() as f64 / found.len() as f64;
        println!(
            "{name:40} agreement {:.2} ({:.2} to {:.2}); {:.1}% reach 0.6",
            at(0.5),
            at(0.05),
            at(0.95),
            100.0 * above
        );
        above
    };
    for cloud in CLOUDS {
        let found = medians(&|random| Cohort::new(cloud, 90, true, random));
        print(&format!("{cloud:?}"), &found);
    }
    for distance in [3.0, 4.0, 6.0] {
        let found = medians(&|random| {
            let mut cohort = Cohort::new(Cloud::Gaussian, 90, true, random);
            cohort.plant(distance);
            cohort
        });
        let above = print(&format!("three groups at {distance} SD"), &found);
        assert!(distance < 6.0 || above > 0.8, "{distance}: {above}");
    }
}
