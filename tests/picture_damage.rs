//! A damaged JPEG or PNG is refused, or has the very pixels of the sound one.
//!
//! A JPEG has no checksum: a byte that was changed into another of the same length and meaning cannot be
//! told, so single bytes are not swapped in it here; blocks are, and nearly all of them are noticed.

use std::path::PathBuf;

use negatoscope::cohort::image::{Want, decode, encode_jpeg, encode_png};

/// Numbers without a pattern, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % n
    }
}

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
