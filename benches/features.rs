//! From an image's bytes to its features, stage by stage, on the X-rays of the demo cohort;
//! printed and never asserted. Each bench takes all of them, one after the other.
//!
//! `cargo bench --bench features`; `ORT_DYLIB_PATH` names the native library.

#![allow(clippy::unwrap_used, missing_docs)]

use std::sync::{Arc, LazyLock};

use divan::Bencher;
use divan::counter::ItemsCount;
use negatoscope::cohort::image::{self, ImageSource, Picture, Want, thumbnail};
use negatoscope::cohort::{self, Source};
use negatoscope::features::backend::{self, Wanted};
use negatoscope::features::model::Model;
use negatoscope::features::preprocess::{Pixels, tensor};

fn main() {
    divan::main();
}

static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let cohort = cohort::demo(&Source::default(), Arc::new(())).unwrap();
    let sources = cohort
        .records
        .iter()
        .filter_map(|record| record.image.as_ref());
    sources
        .map(|source: &ImageSource| source.read().unwrap().into_owned())
        .collect()
});

static PICTURES: LazyLock<Vec<Picture>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|bytes| image::decode(bytes, Want::Grey).unwrap())
        .collect()
});

fn tensor_of(model: &Model, picture: &Picture) -> Vec<f32> {
    let (width, height) = (picture.width(), picture.height());
    let levels = &picture.grey();
    tensor(
        model.preprocessing(),
        Pixels::Grey {
            width,
            height,
            levels,
        },
    )
    .unwrap()
}

#[divan::bench]
fn decode(bencher: Bencher) {
    let width_of = |bytes: &Vec<u8>| image::decode(bytes, Want::Grey).unwrap().width();
    bencher
        .counter(ItemsCount::new(FILES.len()))
        .bench_local(|| FILES.iter().map(width_of).sum::<u32>());
}

#[divan::bench]
fn facts(bencher: Bencher) {
    bencher
        .counter(ItemsCount::new(PICTURES.len()))
        .bench_local(|| {
            PICTURES
                .iter()
                .map(|picture| picture.facts().mean_brightness)
                .sum::<f32>()
        });
}

#[divan::bench]
fn thumbnails(bencher: Bencher) {
    bencher
        .counter(ItemsCount::new(PICTURES.len()))
        .bench_local(|| {
            PICTURES
                .iter()
                .map(|picture| thumbnail(picture, 256).unwrap().len())
                .sum::<usize>()
        });
}

#[divan::bench]
fn tensors(bencher: Bencher) {
    let model = Model::open(None, None).unwrap();
    bencher
        .counter(ItemsCount::new(PICTURES.len()))
        .bench_local(|| {
            PICTURES
                .iter()
                .map(|picture| tensor_of(&model, picture)[0])
                .sum::<f32>()
        });
}

#[divan::bench(args = ["embedded", "native"], sample_count = 3)]
fn network(bencher: Bencher, which: &str) {
    let wanted = if which == "native" {
        Wanted::Native
    } else {
        Wanted::Embedded
    };
    let model = Model::open(None, None).unwrap();
    let Ok(chosen) = backend::choose(&model, 1, wanted) else {
        return println!("no native library");
    };
    let tensors: Vec<_> = PICTURES
        .iter()
        .map(|picture| tensor_of(&model, picture))
        .collect();
    bencher
        .counter(ItemsCount::new(tensors.len()))
        .bench_local(|| {
            tensors
                .iter()
                .map(|tensor| chosen.backend.run(tensor).unwrap()[0])
                .sum::<f32>()
        });
}
