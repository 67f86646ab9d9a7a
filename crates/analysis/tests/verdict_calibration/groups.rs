//! The clusters of a setting against cohorts without clusters.

use crate::clouds::{CLOUDS, Cloud, Cohort, Random, Rejections, n_cohorts};
use crate::maps::setting;
use negatoscope_analysis::null::{Chance, ChanceParams, Standing, compare};
use negatoscope_analysis::surrogate::SurrogateKind;
use rayon::prelude::*;

/// The p of each of the three questions, and that of the three together; and, where a verdict would go on to as many
/// as `upto` surrogates, what it says then of there being more than chance.
struct Told {
    p_values: [f64; 4],
    is_beyond: Option<bool>,
}

fn told(
    make: &(dyn Fn(&mut Random) -> Cohort + Sync),
    kinds: &[SurrogateKind],
    (n_surrogates, upto): (u64, u64),
) -> Vec<Told> {
    let one = |seed: u64| {
        let cohort = make(&mut Random::new(seed));
        let (projection, clustering) = setting(10.0, 0.4, 5);
        let params = ChanceParams {
            projection,
            clustering,
            seed,
        };
        let (features, groups) = (cohort.features.view(), &cohort.groups);
        let chance = Chance::new(params, features, groups, kinds, &()).unwrap();
        let mut surrogates = chance.surrogates(0..n_surrogates, &()).unwrap();
        let test = |surrogates: &[Vec<Standing>]| {
            let observed = chance.observed(surrogates[0].len() as u64, &()).unwrap();
            let surrogates: Vec<&[Standing]> = surrogates.iter().map(Vec::as_slice).collect();
            compare(&observed, &surrogates)
        };
        let found = test(&surrogates);
        let [a, b, c] = [0, 1, 2].map(|aspect| found.aspects[aspect].p_value);
        let mut told = Told {
            p_values: [a, b, c, found.p_value],
            is_beyond: found.is_beyond(),
        };
        if told.is_beyond.is_none() && upto > n_surrogates {
            let more = chance.surrogates(n_surrogates..upto, &()).unwrap();
            for (kind, more) in surrogates.iter_mut().zip(more) {
                kind.extend(more);
            }
            told.is_beyond = test(&surrogates).is_beyond();
        }
        told
    };
    (0..n_cohorts(16)).into_par_iter().map(one).collect()
}

fn print(name: &str, found: &[Told]) -> [f64; 4] {
    let questions = ["dense", "separated", "even", "the three together"];
    [0, 1, 2, 3].map(|question| {
        let rejections = Rejections::of(found.iter().map(|told| Some(told.p_values[question])));
        rejections.print(&format!("{name}, {}", questions[question]));
        rejections.shares()[0]
    })
}

/// How often a verdict says that there is more than chance, and that there is not.
fn print_told(name: &str, found: &[Told]) {
    let share = |said: Option<bool>| {
        let n = found.iter().filter(|told| told.is_beyond == said).count();
        100.0 * n as f64 / found.len() as f64
    };
    let [beyond, close, as_well] = [Some(true), None, Some(false)].map(share);
    println!("{name:66} real {beyond:.1}, close {close:.1}, chance {as_well:.1}");
}

/// The kinds that a verdict takes.
fn kinds(cloud: Cloud) -> [SurrogateKind; 2] {
    let of_cloud = match cloud {
        Cloud::Rectified => SurrogateKind::Copula,
        _ => SurrogateKind::Gaussian,
    };
    [of_cloud, SurrogateKind::Curve]
}

/// Cohorts of each kind: the fewest that can say that chance gives less, unless figures are wanted.
fn n_surrogates() -> u64 {
    if std::env::var_os("NEGATOSCOPE_COHORTS").is_some() {
        39
    } else {
        19
    }
}

#[test]
fn clouds_without_groups() {
    for in_blocks in [true, false] {
        for cloud in CLOUDS.into_iter().chain([Cloud::Sheet]) {
            let make = |random: &mut Random| Cohort::new(cloud, 60, in_blocks, random);
            let found = told(&make, &kinds(cloud), (n_surrogates(), 0));
            let shares = print(
                &format!("{cloud:?}, blocks {in_blocks}, cloud and curve"),
                &found,
            );
            assert!(shares[3] <= 17.0, "{cloud:?} {in_blocks}: {shares:?}");
        }
    }
}

#[test]
fn planted_groups() {
    let found = |n_images: usize, distance: f64, (n_surrogates, upto): (u64, u64)| {
        let planted = |random: &mut Random| {
            let mut cohort = Cohort::new(Cloud::Gaussian, n_images, true, random);
            cohort.plant(distance);
            cohort
        };
        let found = told(&planted, &kinds(Cloud::Gaussian), (n_surrogates, upto));
        let name = format!(
            "{n_images} images, three groups at {distance} SD, {n_surrogates} cohorts of each kind"
        );
        let [.., any] = print(&name, &found);
        print_told(&name, &found);
        any
    };
    let is_full = std::env::var_os("NEGATOSCOPE_COHORTS").is_some();
    // As many surrogates as a verdict goes on to, and as many images as the real cohort has.
    let n_surrogates = if is_full { (99, 999) } else { (19, 0) };
    for distance in [4.0, 6.0] {
        let any = found(60, distance, n_surrogates);
        assert!(any >= 60.0, "{distance}: {any}");
    }
    if is_full {
        found(193, 4.0, n_surrogates);
    }
}
