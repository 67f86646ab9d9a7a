//! UMAP against umap-learn 0.5.12 (made by tests/golden/make_umap.py).

// clippy.toml lets tests unwrap, but does not see that helpers here are tests too.
#![allow(clippy::unwrap_used)]

use ndarray::Array2;
use ndarray_npy::read_npy;
use negatoscope::analysis::fidelity::FidelityParams;
use negatoscope::analysis::projection::umap::{UmapInput, UmapParams};
use negatoscope::analysis::projection::{Metric, Watch};
use serde_json::Value;
use std::path::PathBuf;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

fn recorded() -> Value {
    serde_json::from_str(&std::fs::read_to_string(golden("umap.json")).unwrap()).unwrap()
}

#[test]
fn graphs_are_umap_learns() {
    let features: Array2<f32> = read_npy(golden("features.npy")).unwrap();
    for row in recorded()["graphs"].as_array().unwrap() {
        let params = UmapParams {
            n_neighbors: row["n_neighbors"].as_u64().unwrap() as usize,
            metric: match row["metric"].as_str().unwrap() {
                "cosine" => Metric::Cosine,
                "manhattan" => Metric::Manhattan,
                _ => Metric::Euclidean,
            },
            ..UmapParams::default()
        };
        let input = UmapInput::new(features.view(), &params, &()).unwrap();
        let found = input.memberships();
        let degrees = row["degrees"].as_array().unwrap().iter();
        for (found, expected) in found.rows().into_iter().zip(degrees) {
            // Both stop looking for a width once the sum is right to 1e-5.
            let (found, expected) = (found.sum(), expected.as_f64().unwrap());
            assert!(
                (found / expected - 1.0).abs() < 1e-4,
                "{found}, not {expected}: {params:?}"
            );
        }
        let n_edges = found.iter().filter(|&&weight| weight > 0.0).count() as u64;
        assert_eq!(Some(n_edges), row["n_edges"].as_u64(), "{params:?}");
    }
}

#[test]
fn maps_are_as_trustworthy_as_umap_learns() {
    let digits: Array2<u8> = read_npy(golden("digits.npy")).unwrap();
    let features = digits.mapv(f32::from);
    let recorded = recorded();
    let seeds = recorded["trustworthiness"].as_array().unwrap().len();
    let mut input = None;
    let mut found: Vec<f64> = (0..seeds as u64)
        .map(|random_state| {
            let params = UmapParams {
                random_state,
                ..UmapParams::default()
            };
            let input =
                input.get_or_insert_with(|| UmapInput::new(features.view(), &params, &()).unwrap());
            let watch = Watch {
                monitor: &(),
                frame_every: 0,
                on_frame: &mut |_| {},
            };
            let checked = params.check(features.nrows()).unwrap();
            let map = checked.fit_input(input, watch).unwrap().coordinates;
            let fidelity = FidelityParams {
                n_neighbors: recorded["n_neighbors"].as_u64().unwrap() as usize,
                metric: Metric::Euclidean,
                random_state: 0,
            };
            let checked = fidelity.check(features.nrows()).unwrap();
            let found = checked.measure(features.view(), map.view(), &()).unwrap();
            found.trustworthiness
        })
        .collect();
    found.sort_by(f64::total_cmp);
    let median = (found[(seeds - 1) / 2] + found[seeds / 2]) / 2.0;
    let expected = recorded["median"].as_f64().unwrap();
    println!("trustworthiness of ten maps: {found:?}, median {median:.5}, theirs {expected:.5}");
    // Within 1% is what was asked for; a fifth of that is what maps differ by.
    assert!(median > 0.998 * expected, "{median}, not {expected}");
}
