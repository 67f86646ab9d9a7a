//! A damaged picture is refused, or has the very pixels of the sound one.
//!
//! PNG and deflated TIFF have checksums. The other formats have none: a byte that was changed into another
//! of the same length and meaning cannot be told, so single bytes are not swapped in these here; blocks
//! are, and nearly all of them are noticed. Samples that are not compressed may be anything: there only
//! their number is held against what the file says (docs/pictures.md).

#![allow(clippy::unwrap_used, missing_docs)] // In a test a panic is the report.

#[path = "support/dice.rs"]
mod dice;

use std::path::PathBuf;

use dice::Dice;
use negatoscope::cohort::image::{Want, decode, encode_jpeg, encode_png};

fn layout(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/jpeg_layouts");
    std::fs::read(folder.join(name)).expect("a fixture")
}

/// A drawing with enough detail that its data are long.
fn drawing() -> (Vec<u8>, (u32, u32)) {
    let grey = |i: usize| ((i % 160 * 3 + i / 160 * 5) ^ (i * 7919 % 61)) as u8;
    ((0..160 * 120).map(grey).collect(), (160, 120))
}

fn jpegs() -> Vec<(&'static str, Vec<u8>)> {
    let (pixels, size) = drawing();
    let large = encode_jpeg(&pixels, size, image::ExtendedColorType::L8, 80).expect("a JPEG");
    let names = [
        "2x2_baseline_33x47.jpg",
        "2x2_bits_33x47.jpg",
        "2x1_restart_33x47.jpg",
    ];
    let mut files: Vec<_> = names.map(|name| (name, layout(name))).into();
    files.push(("large", large));
    files
}

/// Where the data of the first scan begin.
fn data_of(jpeg: &[u8]) -> usize {
    let scan = jpeg
        .windows(2)
        .position(|two| two == [0xFF, 0xDA])
        .expect("a scan");
    scan + 2 + usize::from(u16::from_be_bytes([jpeg[scan + 2], jpeg[scan + 3]]))
}

#[test]
fn a_jpeg_that_is_not_all_there_is_refused() {
    for (name, jpeg) in jpegs() {
        let (start, end) = (data_of(&jpeg), jpeg.len() - 2);
        for at in (start..end - 2).step_by(7) {
            let mut cut = jpeg[..at].to_vec();
            assert!(decode(&cut, Want::Grey).is_err(), "{name} cut at {at}");
            cut.extend([0xFF, 0xD9]);
            assert!(
                decode(&cut, Want::Grey).is_err(),
                "{name} cut at {at} and ended"
            );
        }
        let frame = jpeg
            .windows(2)
            .position(|two| matches!(two, [0xFF, 0xC0..=0xC2]))
            .unwrap();
        let mut taller = jpeg.clone();
        taller[frame + 6] *= 2;
        assert!(
            decode(&taller, Want::Grey).is_err(),
            "{name}, twice as high"
        );
    }
}

#[test]
fn zeroed_and_random_blocks_in_a_jpeg_are_noticed() {
    let mut dice = Dice(7);
    let (mut n_tried, mut n_missed) = (0, 0);
    for (_, jpeg) in jpegs() {
        let sound = decode(&jpeg, Want::Grey).unwrap();
        let (start, end) = (data_of(&jpeg), jpeg.len() - 2);
        for turn in 0..200 {
            let mut damaged = jpeg.clone();
            let length = (end - start) / 6 + dice.below((end - start) / 3);
            let at = start + dice.below(end - start - length);
            for byte in &mut damaged[at..at + length] {
                *byte = if turn % 2 == 0 {
                    0
                } else {
                    dice.below(256) as u8
                };
            }
            n_tried += 1;
            let seen = decode(&damaged, Want::Grey);
            n_missed += usize::from(seen.is_ok_and(|picture| picture.pixels() != sound.pixels()));
        }
    }
    assert!(
        n_missed * 50 <= n_tried,
        "{n_missed} of {n_tried} were not noticed"
    );
}

#[test]
fn a_damaged_png_is_refused_or_the_same() {
    let (pixels, (width, height)) = drawing();
    let jpeg = encode_jpeg(&pixels, (width, height), image::ExtendedColorType::L8, 90).unwrap();
    let sound = decode(&jpeg, Want::Grey).unwrap();
    let png = encode_png(&sound).unwrap();
    let mut dice = Dice(11);
    for at in (0..png.len()).step_by(31) {
        assert!(decode(&png[..at], Want::Grey).is_err(), "cut at {at}");
    }
    for _ in 0..500 {
        let mut damaged = png.clone();
        let at = dice.below(png.len());
        damaged[at] ^= 1 + dice.below(255) as u8;
        if let Ok(picture) = decode(&damaged, Want::Grey) {
            assert_eq!(picture.pixels(), sound.pixels(), "byte {at}");
        }
    }
}

fn damage(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/damage");
    std::fs::read(folder.join(name)).expect("a fixture")
}

const COMPRESSED: [&str; 12] = [
    "film.gif",
    "lossless.webp",
    "lossy.webp",
    "lzw.tif",
    "lzw16.tif",
    "tiles_lzw.tif",
    "packbits.tif",
    "deflate16.tif",
    "tiles_deflate.tif",
    "jpeg.tif",
    "tiles_jpeg.tif",
    "runs.bmp",
];
const RAW: [&str; 5] = [
    "raw.bmp",
    "raw.tif",
    "raw16.tif",
    "tiles_raw.tif",
    "big.tif",
];

/// Whether `bytes` are taken for a picture other than the sound one.
fn is_missed(bytes: &[u8], sound: &[u8]) -> bool {
    let sound = decode(sound, Want::Grey).expect("a sound picture");
    decode(bytes, Want::Grey).is_ok_and(|picture| picture.pixels() != sound.pixels())
}

#[test]
fn the_sound_films_are_the_same_in_every_layout() {
    let reference = decode(&damage("raw.tif"), Want::Grey).unwrap();
    for name in COMPRESSED.iter().chain(&RAW) {
        let picture = decode(&damage(name), Want::Grey).unwrap();
        let (one, other) = (picture.grey(), reference.grey());
        let differ = one
            .iter()
            .zip(other.iter())
            .map(|(a, b)| a.abs_diff(*b))
            .max();
        let allowed = match *name {
            "runs.bmp" => 40,
            "lossy.webp" => 32,
            name if name.contains("jpeg") => 12,
            // Four bits more.
            name if name.contains("16") => 1,
            _ => 0,
        };
        assert!(differ <= Some(allowed), "{name}: {differ:?}");
    }
}

#[test]
fn a_cut_is_noticed_in_every_format() {
    for name in COMPRESSED.iter().chain(&RAW) {
        let sound = damage(name);
        for at in (8..sound.len() - 1).step_by(13) {
            let mut cut = sound[..at].to_vec();
            assert!(!is_missed(&cut, &sound), "{name} cut at {at}");
            // What looks like an end, and a length that was made to fit.
            match name.rsplit_once('.').unwrap().1 {
                "gif" => cut.extend([0, 0x3B]),
                "webp" => {
                    let length = u32::try_from(at - 8).unwrap().to_le_bytes();
                    cut[4..8].copy_from_slice(&length);
                }
                "bmp" => {
                    let length = u32::try_from(at).unwrap().to_le_bytes();
                    cut[2..6].copy_from_slice(&length);
                    cut.extend([0, 1]);
                }
                _ => cut.extend([0; 4]),
            }
            assert!(!is_missed(&cut, &sound), "{name} cut at {at} and ended");
        }
    }
}

/// Where the compressed data of a film lie, so that most of a block hits them.
fn body_of(name: &str, length: usize) -> std::ops::Range<usize> {
    match name {
        "film.gif" => 13 + 768 + 11..length - 2,
        name if name.ends_with("webp") => 40..length,
        "runs.bmp" => 1162..length,
        // libtiff writes the tags behind the strips.
        _ => 8..length * 9 / 10,
    }
}

#[test]
fn zeroed_and_random_blocks_are_noticed_where_pixels_are_compressed() {
    let mut dice = Dice(23);
    for name in COMPRESSED {
        let sound = damage(name);
        let body = body_of(name, sound.len());
        let (mut n_tried, mut n_missed) = (0, 0);
        for turn in 0..200 {
            let mut damaged = sound.clone();
            let length = body.len() / 8 + dice.below(body.len() / 3);
            let at = body.start + dice.below(body.len() - length);
            for byte in &mut damaged[at..at + length] {
                *byte = match turn % 2 {
                    0 => 0,
                    _ => dice.below(256) as u8,
                };
            }
            n_tried += 1;
            n_missed += usize::from(is_missed(&damaged, &sound));
        }
        // A checksum misses nothing; what runs on to an end of its own seldom comes to the right one.
        let allowed = match name {
            "deflate16.tif" | "tiles_deflate.tif" => 0,
            name if name.ends_with("webp") => n_tried / 20,
            _ => n_tried / 50,
        };
        println!("{name}: {n_missed} of {n_tried} blocks were not noticed");
        assert!(n_missed <= allowed, "{name}: {n_missed} of {n_tried}");
    }
}

#[test]
fn a_changed_byte_of_deflated_strips_is_noticed() {
    let mut dice = Dice(29);
    for name in ["deflate16.tif", "tiles_deflate.tif"] {
        let sound = damage(name);
        for _ in 0..300 {
            let mut damaged = sound.clone();
            let at = 8 + dice.below(3000);
            damaged[at] ^= 1 + dice.below(255) as u8;
            assert!(!is_missed(&damaged, &sound), "{name}, byte {at}");
            let mut swapped = sound.clone();
            swapped.swap(at, at + 1);
            assert!(
                !is_missed(&swapped, &sound),
                "{name}, bytes {at} and the next"
            );
        }
    }
}

/// Changes the first value of a tag; whether there is one.
fn change(tiff: &mut [u8], tag: u16, value: impl Fn(u32) -> u32) -> bool {
    let long = |tiff: &[u8], at: usize| u32::from_le_bytes(tiff[at..at + 4].try_into().unwrap());
    let short = |tiff: &[u8], at: usize| u16::from_le_bytes(tiff[at..at + 2].try_into().unwrap());
    let tags = long(tiff, 4) as usize;
    for entry in (0..usize::from(short(tiff, tags))).map(|n| tags + 2 + 12 * n) {
        if short(tiff, entry) != tag {
            continue;
        }
        let width = if short(tiff, entry + 2) == 3 { 2 } else { 4 };
        let is_inside = long(tiff, entry + 4) as usize * width <= 4;
        let at = if is_inside {
            entry + 8
        } else {
            long(tiff, entry + 8) as usize
        };
        let old = if width == 2 {
            u32::from(short(tiff, at))
        } else {
            long(tiff, at)
        };
        tiff[at..at + width].copy_from_slice(&value(old).to_le_bytes()[..width]);
        return true;
    }
    false
}

/// A tag, what is done to it in words, and its value.
type Change = (u16, &'static str, fn(u32) -> u32);

#[test]
fn tags_that_contradict_the_strips_are_noticed() {
    let changes: [Change; 11] = [
        (256, "twice as wide", |width| 2 * width),
        (256, "half as wide", |width| width / 2),
        (257, "twice as high", |height| 2 * height),
        (257, "half as high", |height| height / 2),
        (278, "strips twice as high", |rows| 2 * rows),
        (322, "tiles half as wide", |across| across / 2),
        (273, "a strip beyond the end", |at| at + 20_000),
        (324, "a tile beyond the end", |at| at + 20_000),
        (279, "a strip of no length", |_| 0),
        (325, "a tile of no length", |_| 0),
        (259, "another compression", |of| if of == 1 { 5 } else { 1 }),
    ];
    // The change is one of 32-bit offsets.
    let tiffs = COMPRESSED
        .iter()
        .chain(&RAW)
        .filter(|name| name.ends_with("tif") && **name != "big.tif");
    let mut n_tried = 0;
    for name in tiffs {
        for (tag, what, value) in changes {
            let mut damaged = damage(name);
            if change(&mut damaged, tag, value) {
                n_tried += 1;
                assert!(decode(&damaged, Want::Grey).is_err(), "{name}: {what}");
            }
        }
    }
    assert!(n_tried > 60, "{n_tried}");
}

#[test]
fn a_single_jpeg_strip_is_as_high_as_the_picture() {
    let mut damaged = damage("jpeg_whole.tif");
    assert_eq!(decode(&damaged, Want::Grey).unwrap().height(), 60);
    assert!(change(&mut damaged, 257, |height| height / 2));
    assert!(decode(&damaged, Want::Grey).is_err());
}

#[test]
fn a_bitmap_whose_header_contradicts_its_rows_is_refused() {
    for (at, what) in [(18, "wider"), (22, "higher")] {
        let mut damaged = damage("raw.bmp");
        damaged[at] *= 2;
        assert!(decode(&damaged, Want::Grey).is_err(), "twice {what}");
        damaged[at] /= 4;
        assert!(decode(&damaged, Want::Grey).is_err(), "half {what}");
    }
}

/// Written as red, green and blue, and as luma and chroma.
#[test]
fn colours_of_jpeg_strips_are_those_of_the_film() {
    let film = decode(&damage("raw.tif"), Want::Grey).unwrap();
    for name in ["jpeg_colours.tif", "jpeg_ycbcr.tif"] {
        let colours = decode(&damage(name), Want::Rgb).unwrap();
        assert_eq!((colours.width(), colours.height()), (80, 60));
        let (pixels, greys) = (colours.rgb(), film.grey());
        let apart = |channel: usize, wanted: fn(u8) -> u8| {
            let pairs = pixels.chunks_exact(3).zip(greys.iter());
            let apart = pairs.map(|(pixel, grey)| pixel[channel].abs_diff(wanted(*grey)));
            apart.map(f64::from).sum::<f64>() / greys.len() as f64
        };
        let found = [
            apart(0, |grey| grey),
            apart(1, |grey| grey / 2),
            apart(2, |grey| 255 - grey),
        ];
        // Colours may be half as fine as greys, and the film is noisy.
        assert!(found.iter().all(|apart| *apart < 8.0), "{name}: {found:?}");
    }
}
