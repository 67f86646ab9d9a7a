//! What the API answers before the features are there, and which rows ready vectors belong to.

#![allow(clippy::unwrap_used, missing_docs)] // In a test a panic is the report.

#[path = "support/routed.rs"]
#[allow(unreachable_pub)]
mod routed;

use std::path::Path;
use std::sync::Arc;

use ndarray::{Array2, array};
use ndarray_npy::write_npy;
use negatoscope::cohort::Source;
use negatoscope::config::{CohortConfig, FeatureConfig};
use negatoscope::pipeline::Preparation;
use routed::{get, router_of};

fn config(cohort: CohortConfig, vectors: Option<&Path>, cache: &Path) -> FeatureConfig {
    FeatureConfig {
        vectors: vectors.map(Path::to_path_buf),
        ..FeatureConfig::of(cohort, cache.to_path_buf(), 2)
    }
}

#[tokio::test]
async fn until_the_features_are_there_routes_say_how_far_they_are() {
    let cache = tempfile::tempdir().unwrap();
    let demo = CohortConfig::Demo(Source::default());
    let preparation = Preparation::open(&config(demo, None, cache.path())).unwrap();
    let n_images = preparation.n_images();
    let bench = Arc::new(preparation.workbench(2));
    let router = router_of(&bench);
    for path in ["/api/projection", "/api/clusters", "/api/plane"] {
        let response = get(&router, path).await;
        assert_eq!(response.status, 503, "{path}");
        assert!(response.headers.contains_key("retry-after"), "{path}");
        let error = response.json()["error"].clone();
        assert_eq!(error["code"], "features_pending");
        assert_eq!(
            (error["done"].as_u64(), error["total"].as_u64()),
            (Some(0), Some(n_images as u64))
        );
    }
    let cohort = get(&router, "/api/cohort").await.json();
    assert_eq!(cohort["state"], "pending");
    assert_eq!(cohort["records"].as_array().unwrap().len(), n_images);
    bench.fail("the disk is full");
    let cohort = get(&router, "/api/cohort").await.json();
    assert_eq!(
        (&cohort["state"], &cohort["error"]),
        (&"failed".into(), &"the disk is full".into())
    );
    assert_eq!(
        get(&router, "/api/plane").await.json()["error"]["code"],
        "study_failed"
    );
}

/// A folder of three drawn pictures and a table that says what it is given.
fn folder_of_three(table: Option<&str>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, level) in [("a.png", 10u8), ("b.png", 90), ("c.png", 200)] {
        let picture =
            image::GrayImage::from_fn(32, 32, |x, y| image::Luma([level + (x ^ y) as u8]));
        picture.save(folder.path().join(name)).unwrap();
    }
    if let Some(table) = table {
        std::fs::write(folder.path().join("metadata.csv"), table).unwrap();
    }
    folder
}

fn first_features(folder: &Path, matrix: &Array2<f32>) -> Result<Vec<f32>, String> {
    let cache = tempfile::tempdir().unwrap();
    let vectors = cache.path().join("vectors.npy");
    write_npy(&vectors, matrix).unwrap();
    let source = Source {
        folder: Some(folder.to_path_buf()),
        ..Source::default()
    };
    let config = config(CohortConfig::Files(source), Some(&vectors), cache.path());
    let study = Preparation::open(&config).and_then(|preparation| preparation.run(&()));
    Ok(study
        .map_err(|error| error.to_string())?
        .features
        .column(0)
        .to_vec())
}

#[test]
fn vectors_stay_with_their_rows_when_a_row_is_blank() {
    let folder = folder_of_three(Some("filename,age\na.png,1\n,\nb.png,2\nc.png,3\n"));
    let four = array![[1.0f32, 0.0], [2.0, 0.0], [3.0, 0.0], [4.0, 1.0]];
    assert_eq!(
        first_features(folder.path(), &four).unwrap(),
        [1.0, 3.0, 4.0]
    );
    // As many as there are images are the images', as `embed` writes them.
    let first = |n: usize| four.slice(ndarray::s![..n, ..]).to_owned();
    assert_eq!(
        first_features(folder.path(), &first(3)).unwrap(),
        [1.0, 2.0, 3.0]
    );
    let refused = first_features(folder.path(), &first(2)).unwrap_err();
    assert!(refused.contains("2 rows"), "{refused}");
}

#[test]
fn images_without_metadata_take_vectors_by_file_name() {
    let folder = folder_of_three(None);
    let three = array![[1.0f32, 0.0], [2.0, 0.0], [3.0, 1.0]];
    assert_eq!(
        first_features(folder.path(), &three).unwrap(),
        [1.0, 2.0, 3.0]
    );
}
