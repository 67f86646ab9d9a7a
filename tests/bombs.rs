//! Small files that claim to be large: what the real binary takes of memory for many of them at once, on several
//! threads.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.
#![cfg(target_os = "linux")] // Where a process can be asked how much it has taken.

mod support;

use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use image::{GrayImage, ImageFormat, RgbImage};
use negatoscope::cohort::image::MAX_TOGETHER;
use support::binary;

/// What the program takes beside pictures: its network for eight threads, files, tables.
const BESIDE: u64 = 400 << 20;

/// A lossy WebP of 34 bytes that claims as many pixels as a picture may have.
fn webp() -> Vec<u8> {
    let mut frame = vec![0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A];
    frame.extend([16_383_u16.to_le_bytes(), 8_530_u16.to_le_bytes()].concat());
    frame.resize(14, 0);
    let size = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    [
        b"RIFF",
        &size(12 + frame.len())[..],
        b"WEBPVP8 ",
        &size(frame.len()),
        &frame,
    ]
    .concat()
}

/// A sound picture whose header is changed to claim more.
fn claiming(format: ImageFormat, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    RgbImage::from_fn(64, 64, |x, y| image::Rgb([x as u8, y as u8, 7]))
        .write_to(&mut bytes, format)
        .unwrap();
    let mut bytes = bytes.into_inner();
    change(&mut bytes);
    bytes
}

fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    encoder
        .encode(&[90; 64 * 64], 64, 64, jpeg_encoder::ColorType::Luma)
        .unwrap();
    let frame = bytes
        .windows(2)
        .position(|two| two == [0xFF, 0xC0])
        .unwrap();
    let side = 20_000_u16.to_be_bytes();
    bytes[frame + 5..frame + 9].copy_from_slice(&[side, side].concat());
    bytes
}

fn tiff() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut file).unwrap();
    encoder
        .write_image::<tiff::encoder::colortype::Gray8>(64, 64, &[0; 64 * 64])
        .unwrap();
    let mut bytes = file.into_inner();
    // The entries of width, height and rows of a strip.
    for tag in [256_u16, 257, 278] {
        let at = bytes
            .windows(2)
            .position(|two| two == tag.to_le_bytes())
            .unwrap();
        bytes[at + 8..at + 12].copy_from_slice(&20_000_u32.to_le_bytes());
    }
    bytes
}

/// A whole picture as large as one may be, which compresses to next to nothing.
fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    GrayImage::new(20_000, 16_000)
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// The most memory that reading so many copies of a file took, in bytes.
fn peak(name: &str, bytes: &[u8]) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    for copy in 0..8_u8 {
        let mut file = std::fs::File::create(folder.path().join(format!("{copy}.{name}"))).unwrap();
        file.write_all(bytes).unwrap();
    }
    small(folder.path());
    let out = folder.path().join("out.npy");
    let mut child = binary()
        .arg("embed")
        .arg(folder.path())
        .args(["--threads", "8", "-o"])
        .arg(&out)
        .arg("--cache-dir")
        .arg(folder.path().join("cache"))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0;
    let status = loop {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let held = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let held = held.and_then(|held| held.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        most = most.max(held.unwrap_or(0) << 10);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(status.success(), "{name}: {status}");
    most
}

/// What is sound among them is read all the same.
fn small(folder: &Path) {
    for index in 0..4_u32 {
        let picture = GrayImage::from_fn(64, 64, |x, y| image::Luma([(x * 3 + y * index) as u8]));
        picture
            .save(folder.join(format!("sound{index}.png")))
            .unwrap();
    }
}

#[test]
fn bombs_of_every_format_stay_within_the_memory_that_pictures_may_take_together() {
    let side = 11_000_u32.to_le_bytes();
    for (name, bytes) in [
        ("webp", webp()),
        ("jpg", jpeg()),
        ("tif", tiff()),
        (
            "bmp",
            claiming(ImageFormat::Bmp, |bytes| {
                bytes[18..26].copy_from_slice(&[side, side].concat())
            }),
        ),
        (
            "gif",
            claiming(ImageFormat::Gif, |bytes| {
                bytes[6..10].copy_from_slice(&[0x20, 0x4E, 0x20, 0x4E])
            }),
        ),
        ("png", png()),
    ] {
        let most = peak(name, &bytes);
        eprintln!("{name}: {} bytes, {} MB at most", bytes.len(), most >> 20);
        assert!(
            most < MAX_TOGETHER + BESIDE,
            "{name} took {} MB",
            most >> 20
        );
    }
}
