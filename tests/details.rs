//! Neighbours of one image, the k-distance plot, the map as it forms and those of a network's layers, asked through the
//! router.

#![allow(clippy::unwrap_used, missing_docs)] // In a test a panic is the report.

#[path = "support/routed.rs"]
#[allow(unreachable_pub)]
mod routed;

use std::path::Path;

use axum::Router;
use ndarray::Array2;
use ndarray_npy::{read_npy, write_npy};
use negatoscope::cohort::Source;
use negatoscope::config::{CohortConfig, FeatureConfig};
use negatoscope::features::model::Choice;
use routed::{answer, get};
use serde_json::{Value, json};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy");

/// A server on ready vectors, whose rows have the ids 0, 1, …
fn serve(vectors: &Path) -> Router {
    let cache = tempfile::tempdir().unwrap();
    let config = FeatureConfig {
        vectors: Some(vectors.to_path_buf()),
        ..FeatureConfig::of(CohortConfig::Rows, cache.path().to_path_buf(), 2)
    };
    routed::serve(&config)
}

fn numbers(value: &Value) -> Vec<f64> {
    let values = value.as_array().unwrap().iter();
    values.map(|value| value.as_f64().unwrap()).collect()
}

#[tokio::test]
async fn neighbours_are_those_of_the_features() {
    let router = serve(GOLDEN.as_ref());
    let features: Array2<f32> = read_npy(GOLDEN).unwrap();
    let found = answer(&router, "/api/neighbours/5?n=3").await;
    assert_eq!(
        (&found["id"], &found["metric"]),
        (&json!("5"), &json!("euclidean"))
    );
    let distance = |i: usize| {
        let pairs = features
            .row(5)
            .to_vec()
            .into_iter()
            .zip(features.row(i).to_vec());
        pairs
            .map(|(x, y)| f64::from(x - y).powi(2))
            .sum::<f64>()
            .sqrt()
    };
    let mut expected: Vec<usize> = (0..193).filter(|&i| i != 5).collect();
    expected.sort_by(|&i, &j| distance(i).total_cmp(&distance(j)));
    for (rank, neighbour) in found["neighbours"].as_array().unwrap().iter().enumerate() {
        let index = expected[rank];
        assert_eq!(neighbour["index"], index);
        assert_eq!(neighbour["id"], index.to_string());
        let difference = neighbour["distance"].as_f64().unwrap() - distance(index);
        assert!(difference.abs() < 1e-5, "{difference}");
    }
    let all = answer(&router, "/api/neighbours/5?metric=cosine&n=1000").await;
    let all = all["neighbours"].as_array().unwrap();
    assert_eq!(all.len(), 192);
    assert!(all.iter().all(|neighbour| neighbour["id"] != "5"));
    let first = answer(&router, "/api/neighbours/5?metric=cosine").await;
    assert_eq!(first["neighbours"].as_array().unwrap()[..], all[..12]);
}

#[tokio::test]
async fn a_distance_of_the_plot_is_the_eps_that_makes_a_core_point() {
    let router = serve(GOLDEN.as_ref());
    let plot = answer(&router, "/api/k-distance?perplexity=20&min_samples=9").await;
    assert_eq!((&plot["min_samples"], &plot["n"]), (&json!(9), &json!(193)));
    let (rank, distance) = (numbers(&plot["rank"]), numbers(&plot["distance"]));
    assert_eq!((rank.len(), rank[0], rank[192]), (193, 1.0, 193.0));
    assert!(distance.is_sorted());
    for place in [0, 60, 150, 192] {
        // sqrt rounds: a hair more than the distance is safely enough.
        let eps = distance[place] * (1.0 + 1e-12);
        let query = format!("/api/clusters?perplexity=20&min_samples=9&eps={eps}");
        let clusters = answer(&router, &query).await;
        let core = clusters["core"].as_array().unwrap().iter();
        let n_core = core.filter(|core| **core == json!(true)).count();
        assert_eq!(
            n_core,
            distance.iter().filter(|&&other| other <= eps).count()
        );
    }
}

#[tokio::test]
async fn the_last_frame_is_the_map() {
    let router = serve(GOLDEN.as_ref());
    // The descent ends at 270, which is no multiple of 20.
    let query = "perplexity=20&max_iter=270";
    let frames = answer(&router, &format!("/api/frames?{query}")).await;
    let steps: Vec<f64> = (1..=13).map(|i| f64::from(20 * i)).chain([270.0]).collect();
    assert_eq!(numbers(&frames["n_iter"]), steps);
    assert_eq!(frames["shape"], json!([193, 2]));
    let coordinates = frames["coordinates"].as_array().unwrap();
    assert_eq!(coordinates.len(), steps.len());
    assert_ne!(coordinates[0], coordinates[13]);
    let map = answer(&router, &format!("/api/projection?{query}")).await;
    let rows = map["coordinates"].as_array().unwrap().iter();
    let bytes: Vec<u8> = rows
        .flat_map(numbers)
        .flat_map(|x| (x as f32).to_le_bytes())
        .collect();
    use base64::Engine;
    let last = base64::engine::general_purpose::STANDARD.decode(coordinates[13].as_str().unwrap());
    assert_eq!(last.unwrap(), bytes);
    // Ending on a multiple of 20, the last frame is there once.
    let whole = answer(&router, "/api/frames?perplexity=20&max_iter=260").await;
    assert_eq!(numbers(&whole["n_iter"]), steps[..13]);
}

#[tokio::test]
async fn what_cannot_be_answered_says_what_to_change() {
    let router = serve(GOLDEN.as_ref());
    for (path, status, parameter, says) in [
        ("/api/neighbours/nobody", 404, Value::Null, "nobody"),
        ("/api/neighbours/5?n=0", 400, json!("n"), "from 1 to 1000"),
        (
            "/api/neighbours/5?metric=far",
            400,
            json!("metric"),
            "cosine",
        ),
        (
            "/api/k-distance?min_samples=194",
            400,
            json!("min_samples"),
            "193",
        ),
        (
            "/api/frames?method=pca",
            400,
            json!("method"),
            "step by step",
        ),
        (
            "/api/frames?perplexity=193",
            400,
            json!("perplexity"),
            "193",
        ),
    ] {
        let reply = get(&router, path).await;
        let (found, body) = (reply.status, reply.json());
        let error = &body["error"];
        assert_eq!(
            (found, &error["parameter"]),
            (status, &parameter),
            "{path}: {error}"
        );
        assert!(
            error["message"].as_str().unwrap().contains(says),
            "{path}: {error}"
        );
    }
}

#[tokio::test]
async fn a_large_cohort_has_a_plot_and_neighbours_and_no_frames() {
    let folder = tempfile::tempdir().unwrap();
    let vectors = folder.path().join("many.npy");
    let value = |(i, j): (usize, usize)| ((i * (7 + 3 * j)) % 1009) as f32;
    write_npy(&vectors, &Array2::from_shape_fn((20_001, 3), value)).unwrap();
    let router = serve(&vectors);
    let reply = get(&router, "/api/frames").await;
    let (status, body) = (reply.status, reply.json());
    assert_eq!(
        (status, &body["error"]["parameter"]),
        (400, &json!("method"))
    );
    let plot = answer(&router, "/api/k-distance?method=pca").await;
    let rank = numbers(&plot["rank"]);
    assert_eq!((rank.len(), rank[0], rank[999]), (1000, 1.0, 20_001.0));
    assert!(numbers(&plot["distance"]).is_sorted());
    // Every 1009th row is the same: those come first, by index.
    let found = answer(&router, "/api/neighbours/3000?n=3").await;
    let indices = found["neighbours"].as_array().unwrap().iter();
    let indices: Vec<_> = indices
        .map(|found| found["index"].as_u64().unwrap())
        .collect();
    assert_eq!(indices, [982, 1991, 4009]);
}

#[tokio::test]
async fn images_lie_by_a_layer_as_they_do_where_it_is_read() {
    let cache = tempfile::tempdir().unwrap();
    let read_at = |layer: Option<&str>| {
        let source = Source {
            filters: vec!["sex=F".parse().unwrap()],
            ..Source::default()
        };
        routed::serve(&FeatureConfig {
            choice: Choice {
                layer: layer.map(str::to_owned),
                ..Choice::default()
            },
            ..FeatureConfig::of(CohortConfig::Demo(source), cache.path().to_path_buf(), 2)
        })
    };
    let (usual, other) = (read_at(None), read_at(Some("average")));
    let listed = answer(&usual, "/api/layers").await;
    assert_eq!(listed["read"], listed["default"]);
    let elsewhere = answer(&other, "/api/layers").await;
    assert_eq!(
        (&elsewhere["read"], &elsewhere["default"]),
        (&json!("average"), &listed["read"])
    );
    let names = listed["layers"].as_array().unwrap().iter();
    assert!(names.clone().any(|layer| layer["name"] == "average"));
    // All images that are sent, where there are no more than that.
    let map = answer(&usual, "/api/layers/map?layer=average").await;
    let pca = answer(&other, "/api/projection?method=pca").await;
    assert_eq!(map["coordinates"], pca["coordinates"]);
    let n_images = pca["coordinates"].as_array().unwrap().len();
    let part = answer(&usual, "/api/layers/map?layer=average&where=view=PA").await;
    assert!(part["ids"].as_array().unwrap().len() < n_images);
    for (path, wanted) in [
        ("/api/layers/map", "take a name of /api/layers"),
        ("/api/layers/map?layer=nothing", "nothing"),
    ] {
        let refused = get(&usual, path).await;
        let error = refused.json()["error"].clone();
        assert_eq!(
            (refused.status, &error["parameter"]),
            (400, &json!("layer")),
            "{error}"
        );
        assert!(
            error["message"].as_str().unwrap().contains(wanted),
            "{error}"
        );
    }
    // Ready vectors have no layers, and their page does not offer any.
    let ready = serve(GOLDEN.as_ref());
    assert_eq!(get(&ready, "/api/layers").await.status, 404);
    assert!(!get(&ready, "/").await.text().contains("data-network"));
    assert!(get(&usual, "/").await.text().contains("data-network"));
}
