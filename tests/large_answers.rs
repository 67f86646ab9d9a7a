//! Answers about many images: nobody else waits for them, and nothing is made for one who has left.

#![allow(clippy::unwrap_used, missing_docs)] // In a test a panic is the report.

#[path = "support/routed.rs"]
#[allow(unreachable_pub)]
mod routed;

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use ndarray::Array2;
use ndarray_npy::write_npy;
use negatoscope::cohort::Source;
use negatoscope::config::{CohortConfig, FeatureConfig};
use tower::ServiceExt;

/// Rows of text and numbers with ready vectors.
fn cohort(folder: &Path, n_rows: usize) -> Router {
    let mut table = "filename,patientid,finding,age,notes\n".to_owned();
    for row in 0..n_rows {
        let (patient, age) = (row / 3, row % 90);
        writeln!(
            table,
            "{row}.png,p{patient},finding {},{age},\"a note, the {row}th\"",
            row % 7
        )
        .unwrap();
    }
    std::fs::write(folder.join("metadata.csv"), table).unwrap();
    let vectors = folder.join("vectors.npy");
    let value = |(row, column): (usize, usize)| ((row * 37 + column * 101) % 97) as f32 / 97.0;
    write_npy(&vectors, &Array2::from_shape_fn((n_rows, 4), value)).unwrap();
    routed::serve(&FeatureConfig {
        vectors: Some(vectors),
        ..FeatureConfig::of(
            CohortConfig::Files(Source {
                folder: Some(folder.to_owned()),
                ..Source::default()
            }),
            folder.join("cache"),
            2,
        )
    })
}

/// On a single thread nothing else moves while an answer is made there.
#[tokio::test]
async fn a_large_answer_is_not_made_where_others_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let router = cohort(folder.path(), 20_000);
    for path in [
        "/api/cohort",
        "/api/export?method=pca&format=json",
        "/api/features?format=csv",
    ] {
        routed::get(&router, path).await; // What is remembered is not computed again.
        let answer = tokio::spawn({
            let router = router.clone();
            async move { routed::get(&router, path).await }
        });
        let started = Instant::now();
        let (mut last, mut longest) = (started, Duration::ZERO);
        while !answer.is_finished() {
            tokio::time::sleep(Duration::from_millis(1)).await;
            longest = longest.max(last.elapsed());
            last = Instant::now();
        }
        let (took, answer) = (started.elapsed(), answer.await.unwrap());
        assert_eq!(answer.status, 200, "{path}");
        assert!(
            answer.body.len() > 1 << 20,
            "{path}: {} bytes",
            answer.body.len()
        );
        assert!(
            longest < took / 2,
            "{path} took {took:?}, of which {longest:?} at a stretch"
        );
    }
}

#[tokio::test]
async fn an_answer_in_pieces_is_whole_when_it_is_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let router = cohort(folder.path(), 3_000);
    routed::get(&router, "/api/cohort").await;
    for coding in ["gzip", "br", "identity"] {
        let request = Request::builder()
            .uri("/api/cohort")
            .header("host", "localhost")
            .header("accept-encoding", coding)
            .body(Body::empty())
            .unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200, "{coding}");
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
        assert!(body.unwrap().len() > 1_000, "{coding}");
    }
}

/// A hundred exports that nobody reads on take the memory of a few.
#[tokio::test(flavor = "multi_thread")]
async fn exports_that_are_not_read_are_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let router = cohort(folder.path(), 5_000);
    let export = || {
        let request = Request::builder().uri("/api/export?method=pca&format=json");
        let request = request
            .header("host", "localhost")
            .body(Body::empty())
            .unwrap();
        router.clone().oneshot(request)
    };
    let mut unread = Vec::new();
    for _ in 0..8 {
        unread.push(export().await.unwrap());
    }
    // Eight are written; the ninth waits for one of them to go.
    let ninth = tokio::time::timeout(Duration::from_millis(300), export());
    assert!(ninth.await.is_err(), "more are made than are read");
    unread.pop();
    let ninth = tokio::time::timeout(Duration::from_secs(10), export());
    assert_eq!(ninth.await.unwrap().unwrap().status(), 200);
}
