//! What goes wrong around the program: its cache, its disk, its pictures and its clock. Each test prints what it
//! counted; `NEGATOSCOPE_FAULTS=10` makes ten times as much go wrong, and docs/reliability.md has the figures.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.
#![cfg(target_os = "linux")]

#[path = "faults/cache.rs"]
mod cache;
#[path = "faults/clock.rs"]
mod clock;
#[path = "support/dice.rs"]
mod dice;
#[path = "faults/disk.rs"]
mod disk;
#[path = "faults/pictures.rs"]
mod pictures;
#[path = "faults/serving.rs"]
mod serving;
mod support;

use std::path::Path;
use std::process::{Command, Output};

use dice::Dice;
use support::binary;

/// How many times as much as in the checks.
fn scale() -> usize {
    let scale = std::env::var("NEGATOSCOPE_FAULTS").ok();
    scale.map_or(1, |scale| scale.parse().unwrap())
}

/// A picture that is like no other.
fn picture(index: u32) -> image::GrayImage {
    image::GrayImage::from_fn(96, 96, |x, y| {
        image::Luma([(x * (index % 7 + 1) + y * y + index * 13) as u8])
    })
}

/// So many of them in a folder.
fn cohort(folder: &Path, n: u32) {
    for index in 0..n {
        picture(index)
            .save(folder.join(format!("good{index:04}.png")))
            .unwrap();
    }
}

/// The program that writes the features of the images in a folder.
fn embed(images: &Path, cache: &Path, out: &Path) -> Command {
    let mut command = binary();
    command
        .arg("embed")
        .arg(images)
        .arg("-o")
        .arg(out)
        .arg("--cache-dir")
        .arg(cache);
    command
}

/// The features, and what was said on the way.
fn embedded(images: &Path, cache: &Path) -> (Vec<u8>, String) {
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("out.npy");
    let said = said(&embed(images, cache, &out).output().unwrap());
    (std::fs::read(out).unwrap(), said)
}

/// What a program said that ended well.
fn said(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}: {said}", output.status);
    said
}
