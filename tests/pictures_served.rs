//! What the router gives of pictures: all of the depth of those of 16 bits, and nothing of those that are
//! not any more what the features were made of.

#![allow(clippy::unwrap_used, missing_docs)] // In a test a panic is the report.

#[path = "support/routed.rs"]
#[allow(unreachable_pub)]
mod routed;

use std::fs;
use std::path::Path;

use axum::Router;
use ndarray::{Array2, Array3};
use ndarray_npy::{ReadNpyExt, write_npy};
use negatoscope::cohort::Source;
use negatoscope::cohort::image::{Want, decode};
use negatoscope::config::{CohortConfig, FeatureConfig};
use routed::{Reply, answer, ask, get};
use serde_json::{Value, json};
use tiff::encoder::{TiffEncoder, colortype};

/// A server on the images of a folder, with vectors that are ready.
fn serve(folder: &Path, n_images: usize) -> Router {
    let cache = tempfile::tempdir().unwrap();
    let vectors = cache.path().join("vectors.npy");
    let features =
        Array2::from_shape_fn((n_images, 3), |(row, column)| (row * row + column) as f32);
    write_npy(&vectors, &features).unwrap();
    let config = FeatureConfig {
        vectors: Some(vectors),
        ..FeatureConfig::of(
            CohortConfig::Files(Source {
                images: Some(folder.to_path_buf()),
                ..Source::default()
            }),
            cache.path().to_path_buf(),
            2,
        )
    };
    routed::serve(&config)
}

/// A server on the images of a folder, which the built-in network reads.
fn serve_network(folder: &Path) -> Router {
    let cache = tempfile::tempdir().unwrap();
    routed::serve(&FeatureConfig::of(
        CohortConfig::Files(Source {
            images: Some(folder.to_path_buf()),
            ..Source::default()
        }),
        cache.path().to_path_buf(),
        2,
    ))
}

#[tokio::test]
async fn what_the_network_gets_of_an_image_is_shown_and_ready_vectors_have_none() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for name in ["a.tif", "b.tif"] {
        write_grey(&root.join(name), false);
    }
    let router = serve_network(&root);
    let id = ids(&routed::answer(&router, "/api/cohort").await)[0].clone();
    let tensor = routed::answer(&router, &format!("/api/images/{id}/tensor")).await;
    assert_eq!(tensor["shape"], json!([1, 1, 224, 224]));
    // Equalised greys are spread evenly between both ends.
    let (low, high) = (
        tensor["range"][0].as_f64().unwrap(),
        tensor["range"][1].as_f64().unwrap(),
    );
    assert!(
        (low + 0.5 / 0.2885).abs() < 1e-9 && (high - 0.5 / 0.2885).abs() < 1e-9,
        "{tensor}"
    );
    let mean = tensor["channels"][0]["mean"].as_f64().unwrap();
    assert!(mean.abs() < 1e-3, "{tensor}");
    let picture = routed::get(&router, &format!("/api/images/{id}/tensor.png")).await;
    assert_eq!(
        (picture.status, &picture.headers["content-type"]),
        (200, &"image/png".parse().unwrap())
    );
    assert!(picture.body.starts_with(b"\x89PNG"));
    let ready = serve(&root, 2);
    for file in ["tensor", "tensor.png"] {
        let reply = routed::get(&ready, &format!("/api/images/{id}/{file}")).await;
        assert_eq!(reply.status, 404);
        assert!(
            reply.json()["error"]["message"]
                .as_str()
                .unwrap()
                .contains("no network")
        );
    }
}

/// Every grey of 12 bits, in rows of 64.
fn ramp() -> Vec<u16> {
    (0..64 * 64).collect()
}

fn write_grey(path: &Path, bits_16: bool) {
    let mut file = fs::File::create(path).unwrap();
    let mut encoder = TiffEncoder::new(&mut file).unwrap();
    let bytes: Vec<u8> = ramp().iter().map(|value| (value >> 4) as u8).collect();
    match bits_16 {
        true => encoder
            .write_image::<colortype::Gray16>(64, 64, &ramp())
            .unwrap(),
        false => encoder
            .write_image::<colortype::Gray8>(64, 64, &bytes)
            .unwrap(),
    }
}

fn ids(cohort: &Value) -> Vec<String> {
    let records = cohort["records"].as_array().unwrap().iter();
    records
        .map(|record| record["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_light_table_gets_the_samples_of_deep_pictures_and_of_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    write_grey(&root.join("a_deep.tif"), true);
    write_grey(&root.join("b_flat.tif"), false);
    let colours: Vec<u16> = ramp()
        .iter()
        .flat_map(|grey| [*grey, 4095 - grey, 7])
        .collect();
    let colours = image::ImageBuffer::<image::Rgb<u16>, _>::from_raw(64, 64, colours).unwrap();
    colours.save(root.join("c_colours.png")).unwrap();
    let router = serve(&root, 3);
    let cohort = answer(&router, "/api/cohort").await;
    let bits: Vec<_> = (0..3)
        .map(|row| cohort["records"][row]["bits"].clone())
        .collect();
    assert_eq!(bits, [json!(12), json!(8), json!(12)]);
    let ids = ids(&cohort);

    let Reply {
        status,
        headers,
        body,
    } = ask(
        &router,
        ("GET", &format!("/api/images/{}/deep", ids[0])),
        &[("accept-encoding", "gzip")],
        &Value::Null,
    )
    .await;
    assert_eq!(
        (status, &headers["content-type"]),
        (200, &"application/octet-stream".parse().unwrap())
    );
    assert!(
        !headers.contains_key("content-encoding"),
        "it would be waited for"
    );
    assert_eq!(headers["cache-control"], "private, max-age=60");
    let samples = Array2::<u16>::read_npy(&body[..]).unwrap();
    assert_eq!(samples.dim(), (64, 64));
    assert_eq!(samples.into_raw_vec_and_offset().0, ramp());

    let Reply { body, .. } = get(&router, &format!("/api/images/{}/deep", ids[2])).await;
    let samples = Array3::<u16>::read_npy(&body[..]).unwrap();
    assert_eq!(samples.dim(), (64, 64, 3));
    assert_eq!(
        (samples[[1, 2, 0]], samples[[1, 2, 1]], samples[[1, 2, 2]]),
        (66, 4029, 7)
    );

    let error = get(&router, &format!("/api/images/{}/deep", ids[1]))
        .await
        .json();
    assert_eq!(error["error"]["code"], "not_found");
    assert!(
        error["error"]["message"]
            .as_str()
            .unwrap()
            .contains("8 bits")
    );
    for id in ["nothing", "..%2f..%2fetc%2fpasswd"] {
        assert_eq!(
            get(&router, &format!("/api/images/{id}/deep")).await.status,
            404
        );
    }
}

#[tokio::test]
async fn a_picture_that_was_replaced_is_told_and_shown_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for name in ["a.tif", "b.tif", "c.tif"] {
        write_grey(&root.join(name), true);
    }
    let router = serve(&root, 3);
    let ids = ids(&answer(&router, "/api/cohort").await);
    assert_eq!(
        answer(&router, "/api/changed").await,
        json!({ "changed": [], "n_new": 0, "table": null, "is_whole": true })
    );
    let before = get(&router, "/api/atlas/0").await.body;

    let mut file = fs::File::create(root.join("b.tif")).unwrap();
    let white = vec![4095; 64 * 64];
    let mut encoder = TiffEncoder::new(&mut file).unwrap();
    encoder
        .write_image::<colortype::Gray16>(64, 64, &white)
        .unwrap();
    drop(file);
    fs::remove_file(root.join("c.tif")).unwrap();
    let outside = folder.path().join("outside.tif");
    write_grey(&outside, true);
    #[cfg(unix)]
    std::os::unix::fs::symlink(&outside, root.join("c.tif")).unwrap();

    let told = answer(&router, "/api/changed").await;
    let names: Vec<_> = (0..2)
        .map(|row| told["changed"][row]["filename"].clone())
        .collect();
    assert_eq!(names, ["b.tif", "c.tif"]);
    assert_eq!(told["changed"][0]["id"], json!(ids[1]));
    let reason = told["changed"][0]["reason"].as_str().unwrap();
    assert!(
        reason.contains("replaced after its features were computed"),
        "{reason}"
    );
    for path in [
        "images/ID",
        "images/ID/deep",
        "thumbnails/ID",
        "thumbnails/ID?size=512",
    ] {
        let asked = |id: &str| format!("/api/{}", path.replace("ID", id));
        assert_eq!(get(&router, &asked(&ids[0])).await.status, 200, "{path}");
        assert_eq!(get(&router, &asked(&ids[1])).await.status, 410, "{path}");
        assert_eq!(get(&router, &asked(&ids[2])).await.status, 404, "{path}");
    }
    for query in ["sise=64", "size="] {
        let path = format!("/api/thumbnails/{}?{query}", ids[0]);
        assert_eq!(get(&router, &path).await.status, 400, "{query}");
    }
    let after = get(&router, "/api/atlas/0").await.body;
    let bright = |sheet: &[u8], tile: usize| {
        let sheet = decode(sheet, Want::Grey).unwrap();
        sheet.grey()[60 * sheet.width() as usize + 64 * tile + 32]
    };
    assert!(bright(&before, 1) > 100 && bright(&after, 0) > 100);
    assert!(
        bright(&after, 1) < 8 && bright(&after, 2) < 8,
        "black, and not the new white"
    );
}
