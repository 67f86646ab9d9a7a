//! How far a map can be believed, against scikit-learn 1.9.1 (made by tests/golden/make_fidelity.py).

// clippy.toml lets tests unwrap, but does not see that helpers here are tests too.
#![allow(clippy::unwrap_used)]

use ndarray::Array2;
use ndarray_npy::read_npy;
use negatoscope::analysis::fidelity::FidelityParams;
use negatoscope::analysis::projection::Metric;
use serde_json::Value;
use std::path::PathBuf;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

#[test]
fn fidelity_is_scikit_learns() {
    let features: Array2<f32> = read_npy(golden("features.npy")).unwrap();
    let map: Array2<f32> = read_npy(golden("tsne_p17_embedding.npy")).unwrap();
    let map = map.mapv(f64::from);
    let rows: Value =
        serde_json::from_str(&std::fs::read_to_string(golden("fidelity.json")).unwrap()).unwrap();
    for row in rows.as_array().unwrap() {
        let params = FidelityParams {
            n_neighbors: row["n_neighbors"].as_u64().unwrap() as usize,
            metric: match row["metric"].as_str().unwrap() {
                "cosine" => Metric::Cosine,
                "manhattan" => Metric::Manhattan,
                _ => Metric::Euclidean,
            },
            random_state: 42,
        };
        let checked = params.check(features.nrows()).unwrap();
        let found = checked.measure(features.view(), map.view(), &()).unwrap();
        for (name, found) in [
            ("trustworthiness", found.trustworthiness),
            ("continuity", found.continuity),
            ("knn_overlap", found.knn_overlap),
        ] {
            let expected = row[name].as_f64().unwrap();
            assert!(
                (found - expected).abs() < 1e-9,
                "{name} {found}, not {expected}: {params:?}"
            );
        }
    }
}
