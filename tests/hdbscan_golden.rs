//! HDBSCAN against scikit-learn 1.9.1 (tests/golden/make_hdbscan.py): the sets of its own tests, iris,
//! the digits, and points with equal distances.

// clippy.toml lets tests unwrap, but does not see that helpers here are tests too.
#![allow(clippy::unwrap_used)]

use ndarray::{Array1, Array2};
use ndarray_npy::{ReadableElement, read_npy};
use negatoscope::analysis::clustering::hdbscan::{ClusterSelection, HdbscanParams};
use serde_json::Value;
use std::collections::HashMap;
use std::path::PathBuf;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

fn array<T: ReadableElement + Clone>(name: &str) -> Vec<T> {
    read_npy::<_, Array1<T>>(golden(name)).unwrap().to_vec()
}

/// The points of each set, by name; those of the file stand one after the other in the rows' order.
fn sets(rows: &[Value]) -> HashMap<String, Array2<f64>> {
    let mut left = array("hdbscan_points.npy");
    let digits: Array2<u8> = read_npy(golden("hdbscan_digits.npy")).unwrap();
    let mut sets = HashMap::from([("digits".to_owned(), digits.mapv(f64::from))]);
    for row in rows {
        let name = row["set"].as_str().unwrap();
        if !sets.contains_key(name) {
            let shape =
                ["n_samples", "n_components"].map(|name| row[name].as_u64().unwrap() as usize);
            let rest = left.split_off(shape[0] * shape[1]);
            let points = Array2::from_shape_vec(shape, left).unwrap();
            sets.insert(name.to_owned(), points);
            left = rest;
        }
    }
    assert!(left.is_empty());
    sets
}

fn params(row: &Value) -> HdbscanParams {
    HdbscanParams {
        min_cluster_size: row["min_cluster_size"].as_u64().unwrap() as usize,
        min_samples: row["min_samples"].as_u64().map(|n| n as usize),
        cluster_selection_method: match row["cluster_selection_method"].as_str().unwrap() {
            "eom" => ClusterSelection::Eom,
            "leaf" => ClusterSelection::Leaf,
            other => panic!("{other}"),
        },
    }
}

#[test]
fn labels_and_probabilities_are_scikit_learns() {
    let text = std::fs::read_to_string(golden("hdbscan.json")).unwrap();
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    let sets = sets(&rows);
    let mut probabilities = &array::<f64>("hdbscan_probabilities.npy")[..];
    let mut determined = 0;
    for row in &rows {
        let points = &sets[row["set"].as_str().unwrap()];
        let checked = params(row).check(points.nrows()).unwrap();
        let found = checked.fit(points.view(), &()).unwrap();
        let labels = row["labels"].as_array().unwrap().iter();
        let labels: Vec<Option<u32>> = labels
            .map(|label| u32::try_from(label.as_i64().unwrap()).ok())
            .collect();
        let name = format!("{} {:?}", row["set"], checked.params());
        assert_eq!(found.labels, labels, "{name}");
        let (expected, rest) = probabilities.split_at(points.nrows());
        for (found, expected) in found.probabilities.iter().zip(expected) {
            assert!(
                (found - expected).abs() <= 1e-13,
                "{name}: {found} {expected}"
            );
        }
        probabilities = rest;
        determined += usize::from(row["determined"] == true);
    }
    assert!(probabilities.is_empty());
    // Most labels depend on the order of equal edges: of 150 clusterings, 60 do not.
    assert_eq!((rows.len(), determined), (150, 60));
}
