//! The tensors and features of Rust against those of Python, from the same files.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, too, fail by panicking"
)]

#[path = "support/given.rs"]
#[allow(dead_code, unreachable_pub)] // Each test uses its own part of it.
mod given;

use std::path::{Path, PathBuf};

use ndarray::{Array2, Array3};
use negatoscope::features::backend::{self, Backend, Wanted};
use negatoscope::features::model::Model;
use negatoscope::features::preprocess::{Pixels, tensor};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");

fn golden(name: &str) -> PathBuf {
    Path::new(GOLDEN).join(name)
}

fn names(path: &Path, key: Option<&str>) -> Vec<String> {
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let list = key.map_or(&json, |key| &json[key]);
    list.as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

/// By the program's own decoder, which the layout matrix holds against others.
fn tensor_of_jpeg(model: &Model, bytes: &[u8]) -> Vec<f32> {
    use negatoscope::cohort::image::{self, Want};
    let picture = image::decode(bytes, Want::Rgb).unwrap();
    let (width, height) = (picture.width(), picture.height());
    let pixels = match picture.pixels() {
        image::Pixels::Grey(levels) => Pixels::Grey {
            width,
            height,
            levels,
        },
        image::Pixels::Rgb(levels) => Pixels::Rgb {
            width,
            height,
            levels,
        },
    };
    tensor(model.preprocessing(), pixels).unwrap()
}

/// Decodes as models/preprocess.py does: upright, 8-bit, alpha ignored.
fn tensor_of(model: &Model, path: &Path) -> Vec<f32> {
    use image::{DynamicImage, ImageDecoder, ImageReader};
    let bytes = std::fs::read(path).unwrap();
    if bytes.starts_with(&[0xFF, 0xD8]) {
        return tensor_of_jpeg(model, &bytes);
    }
    let reader = ImageReader::open(path)
        .unwrap()
        .with_guessed_format()
        .unwrap();
    let mut decoder = reader.into_decoder().unwrap();
    let orientation = decoder.orientation().unwrap();
    let mut picture = DynamicImage::from_decoder(decoder).unwrap();
    picture.apply_orientation(orientation);
    let (width, height) = (picture.width(), picture.height());
    let grey = |levels: &[u8]| {
        tensor(
            model.preprocessing(),
            Pixels::Grey {
                width,
                height,
                levels,
            },
        )
    };
    match &picture {
        DynamicImage::ImageLuma8(grey_8) => grey(grey_8.as_raw()),
        DynamicImage::ImageLuma16(grey_16) => {
            let levels: Vec<u8> = grey_16
                .iter()
                .map(|&level| (f64::from(level) / 257.0).round() as u8)
                .collect();
            grey(&levels)
        }
        _ => {
            let rgb = picture.to_rgb8();
            tensor(
                model.preprocessing(),
                Pixels::Rgb {
                    width,
                    height,
                    levels: rgb.as_raw(),
                },
            )
        }
    }
    .unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(x, y)| f64::from(*x) * f64::from(*y))
            .sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn embedded() -> (Model, Box<dyn Backend>) {
    let model = Model::open(None, None).unwrap();
    let backend = backend::choose(&model, 2, Wanted::Embedded)
        .unwrap()
        .backend;
    (model, backend)
}

/// Largest difference of the golden part of the tensor.
fn tensor_difference(model: &Model, name: &str, step: usize) -> f32 {
    let path = golden("preprocess").join(name);
    let ours = tensor_of(model, &path);
    let [_, channels, height, width] = model.preprocessing().shape();
    let ours = Array3::from_shape_vec((channels, height, width), ours).unwrap();
    let ours = ours.slice(ndarray::s![.., ..;step, ..;step]);
    let stem = path.file_stem().unwrap().to_str().unwrap();
    let file = golden("preprocess").join(format!("{stem}.tensor.npy"));
    let theirs: Array3<f32> = ndarray_npy::read_npy(file).unwrap();
    assert_eq!(ours.shape(), theirs.shape(), "{name}");
    (&ours - &theirs)
        .iter()
        .fold(0.0, |largest: f32, d| largest.max(d.abs()))
}

#[test]
fn from_the_same_pixels_the_tensors_agree_to_a_thousandth() {
    let model = Model::open(None, None).unwrap();
    let index = golden("preprocess/golden.json");
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&index).unwrap()).unwrap();
    let step = json["tensor_step"].as_u64().unwrap() as usize;
    let mut n_exact = 0;
    for name in names(&index, Some("images")) {
        let difference = tensor_difference(&model, &name, step);
        println!("{name}: largest difference {difference:.2e}");
        // PNG decodes to the same pixels everywhere; JPEG may differ by a grey level.
        let allowed = if name.ends_with(".png") { 1e-3 } else { 0.15 };
        assert!(difference < allowed, "{name}: {difference}");
        n_exact += usize::from(name.ends_with(".png"));
    }
    assert!(n_exact >= 3);
}

#[test]
fn the_golden_files_belong_to_this_model() {
    let model = Model::open(None, None).unwrap();
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(golden("preprocess/golden.json")).unwrap()).unwrap();
    assert_eq!(json["model_blake3"], model.hash().to_hex().as_str());
}

#[test]
fn from_the_same_files_the_features_point_the_same_way() {
    let (model, backend) = embedded();
    let theirs: Array2<f32> = ndarray_npy::read_npy(golden("preprocess/features.npy")).unwrap();
    let images = names(&golden("preprocess/golden.json"), Some("images"));
    assert_eq!(theirs.dim(), (images.len(), 64));
    for (name, theirs) in images.iter().zip(theirs.rows()) {
        let tensor = tensor_of(&model, &golden("preprocess").join(name));
        let ours = backend.run(&tensor).unwrap();
        let similarity = cosine(&ours, theirs.as_slice().unwrap());
        println!("{name}: cosine {similarity:.7}");
        assert!(similarity >= 0.999, "{name}: {similarity}");
    }
}

#[test]
fn on_real_x_rays_the_features_point_the_same_way() {
    let Some(cohort) = given::real_cohort() else {
        return;
    };
    let images = cohort.join("images");
    let (model, backend) = embedded();
    let theirs: Array2<f32> = ndarray_npy::read_npy(golden("cohort_features.npy")).unwrap();
    let names = names(&golden("cohort_features.json"), None);
    assert_eq!(theirs.nrows(), names.len());
    let mut lowest = f64::INFINITY;
    for (name, theirs) in names.iter().zip(theirs.rows()) {
        let ours = backend
            .run(&tensor_of(&model, &images.join(name.trim())))
            .unwrap();
        let similarity = cosine(&ours, theirs.as_slice().unwrap());
        assert!(similarity >= 0.999, "{name}: {similarity}");
        lowest = lowest.min(similarity);
    }
    println!("lowest cosine of {} images: {lowest:.7}", names.len());
}
