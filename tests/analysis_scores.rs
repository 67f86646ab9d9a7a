//! The scores beside the notebook's against scikit-learn and hdbscan (tests/golden/make_scores.py),
//! and the search that ranks by them.

// clippy.toml lets tests unwrap, but does not see that helpers here are tests too.
#![allow(clippy::unwrap_used)]

use ndarray::Array2;
use ndarray_npy::read_npy;
use negatoscope::analysis::clustering::dbscan::DbscanParams;
use negatoscope::analysis::measures::{MEASURES, Measure, Scorer};
use negatoscope::analysis::search::{SearchParams, SearchRow};
use serde_json::Value;
use std::path::PathBuf;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

fn features() -> Array2<f32> {
    read_npy(golden("features.npy")).unwrap()
}

#[test]
fn scores_are_scikit_learns_and_hdbscans() {
    let text = std::fs::read_to_string(golden("scores.json")).unwrap();
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    let map: Array2<f64> = read_npy(golden("tsne_p17_standardized.npy")).unwrap();
    let features = features().mapv(f64::from);
    for row in &rows {
        let params = DbscanParams {
            eps: row["eps"].as_f64().unwrap(),
            min_samples: row["min_samples"].as_u64().unwrap() as usize,
        };
        let labels = params.check().unwrap().fit(map.view(), &()).unwrap().labels;
        let points = if row["space"] == "map" {
            &map
        } else {
            &features
        };
        let found = Scorer::new(points.view()).all(&labels);
        // The notebook's has golden numbers of its own.
        for (about, value) in found.iter().skip(1) {
            let name = about.key;
            let (value, expected) = (value.unwrap(), row[name].as_f64().unwrap());
            let tolerance = 1e-9 * expected.abs().max(1.0);
            assert!(
                (value - expected).abs() <= tolerance,
                "{name} {value}: {row}"
            );
        }
    }
    assert_eq!(rows.len(), 34);
}

fn value(row: &SearchRow, measure: Measure) -> f64 {
    row.scores.get(measure).unwrap()
}

#[test]
fn a_search_ranks_by_any_measure() {
    let features = features();
    let params = |rank_by| SearchParams {
        along: vec![9.0, 17.0, 30.0, 500.0],
        rank_by,
        ..SearchParams::notebook()
    };
    let search = |rank_by| {
        let checked = params(rank_by).check().unwrap();
        checked.run(features.view(), &()).unwrap()
    };
    let by_balance = search(Measure::Balance);
    for measure in MEASURES.map(|about| about.measure) {
        let result = search(measure);
        let sign = if measure.about().lower_is_better {
            1.0
        } else {
            -1.0
        };
        assert!(
            result
                .best
                .is_sorted_by_key(|row| sign * value(row, measure))
        );
        for row in &result.best {
            let index = result.heat_map.along.iter();
            let index = index.copied().position(|p| p == row.along).unwrap();
            let values = result.heat_map.values[index].iter().flatten();
            let best = values.map(|value| sign * value).reduce(f64::min).unwrap();
            assert_eq!(
                sign * best,
                value(row, measure),
                "{measure:?} of the heat map"
            );
            // By its own measure no winner is behind the winner by another.
            let other = by_balance.best.iter();
            let mut other = other.filter(|other| other.along == row.along);
            let other = other.next().unwrap();
            assert!(sign * value(row, measure) <= sign * value(other, measure));
        }
        assert_eq!(result.without_result, [500.0]);
    }
}
