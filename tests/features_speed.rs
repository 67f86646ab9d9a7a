//! How fast features are computed. Prints; asserts nothing about time.
//!
//! ```text
//! cargo test --test features_speed -- --ignored --nocapture
//! ```
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, too, fail by panicking"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use image::GrayImage;
use negatoscope::features::backend::{self, Wanted};
use negatoscope::features::model::Model;
use negatoscope::features::preprocess::{Pixels, tensor};
use rayon::prelude::*;

fn x_rays() -> Vec<GrayImage> {
    let cohort = std::env::var_os("NEGATOSCOPE_TEST_COHORT").expect("set NEGATOSCOPE_TEST_COHORT");
    let golden = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/cohort_features.json"
    );
    let names: Vec<String> = serde_json::from_slice(&std::fs::read(golden).unwrap()).unwrap();
    let decode = |name: &String| {
        let path = Path::new(&cohort).join("images").join(name.trim());
        let reader = image::ImageReader::open(path)
            .unwrap()
            .with_guessed_format()
            .unwrap();
        reader.decode().unwrap().to_luma8()
    };
    names.par_iter().map(decode).collect()
}

fn rate(n: usize, elapsed: Duration) -> f64 {
    n as f64 / elapsed.as_secs_f64()
}

#[test]
#[ignore = "prints how many images a second are computed"]
fn speed() {
    let model = Model::open(None, None).unwrap();
    let images = x_rays();
    let threads = rayon::current_num_threads();
    let make = |image: &GrayImage| {
        let (width, height) = image.dimensions();
        tensor(
            model.preprocessing(),
            Pixels::Grey {
                width,
                height,
                levels: image,
            },
        )
        .unwrap()
    };
    let start = Instant::now();
    let tensors: Vec<_> = images.par_iter().map(make).collect();
    println!(
        "{} tensors on {threads} threads: {:.0} a second",
        tensors.len(),
        rate(tensors.len(), start.elapsed())
    );
    for wanted in [Wanted::Embedded, Wanted::Native] {
        let start = Instant::now();
        let chosen = backend::choose(&model, threads, wanted);
        let Ok(chosen) = chosen else { continue };
        let (backend, ready) = (chosen.backend, start.elapsed());
        let start = Instant::now();
        tensors
            .iter()
            .for_each(|input| drop(backend.run(input).unwrap()));
        let alone = start.elapsed();
        let start = Instant::now();
        tensors
            .par_iter()
            .for_each(|input| drop(backend.run(input).unwrap()));
        let together = start.elapsed();
        let start = Instant::now();
        images
            .par_iter()
            .for_each(|image| drop(backend.run(&make(image)).unwrap()));
        let n = tensors.len();
        println!(
            "{}: ready in {ready:.1?}; runs a second: {:.0} on one thread, {:.0} on {threads}; \
             with tensors {:.0}",
            backend.name(),
            rate(n, alone),
            rate(n, together),
            rate(n, start.elapsed()),
        );
    }
}
