//! Every layout that a JPEG may have, against a second decoder.
//!
//! The files are made by `jpeg_layouts/make.py`.

// Helpers of tests stop as the tests do.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use negatoscope::cohort::image::{ImageError, Want, decode};

fn files() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/jpeg_layouts");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "jpg"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// What the other decoder makes of it, in red, green and blue.
fn second_opinion(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    let pixels = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    let rgb = match info.pixel_format {
        jpeg_decoder::PixelFormat::L8 => pixels.iter().flat_map(|grey| [*grey; 3]).collect(),
        jpeg_decoder::PixelFormat::RGB24 => pixels,
        jpeg_decoder::PixelFormat::CMYK32 => pixels
            .chunks_exact(4)
            .flat_map(|p| [0, 1, 2].map(|c| light(p[c], p[3])))
            .collect(),
        other => panic!("{other:?}"),
    };
    (u32::from(info.width), u32::from(info.height), rgb)
}

/// Mean and largest difference.
fn differences(a: &[u8], b: &[u8]) -> (f64, u8) {
    assert_eq!(a.len(), b.len());
    let each = a.iter().zip(b).map(|(a, b)| a.abs_diff(*b));
    let sum: u64 = each.clone().map(u64::from).sum();
    (sum as f64 / a.len() as f64, each.max().unwrap())
}

#[test]
fn every_layout_gives_the_pixels_of_a_second_decoder() {
    let files = files();
    let read = files.iter().filter(|(name, _)| !name.contains("refused"));
    let mut faults = Vec::new();
    for (name, bytes) in read.clone() {
        let (width, height, expected) = second_opinion(bytes);
        for want in [Want::Rgb, Want::Grey] {
            let picture = match decode(bytes, want) {
                Ok(picture) => picture,
                Err(error) => {
                    faults.push(format!("{name} {want:?}: {error}"));
                    continue;
                }
            };
            assert_eq!(
                (picture.width(), picture.height()),
                (width, height),
                "{name}"
            );
            // Colours are spread over the pixels in more than one way, and luma is rounded once more.
            let (mean, most) = differences(
                &picture.rgb(),
                &match want {
                    Want::Rgb => expected.clone(),
                    Want::Grey => expected
                        .chunks_exact(3)
                        .flat_map(|p| [luma(p); 3])
                        .collect(),
                },
            );
            let (fair, far) = if want == Want::Grey {
                (1.5, 12)
            } else {
                (3.0, 40)
            };
            if mean > fair || most > far {
                faults.push(format!(
                    "{name} {want:?}: differs by {mean:.1} and up to {most}"
                ));
            }
        }
    }
    assert!(read.count() > 200);
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

fn light(ink: u8, black: u8) -> u8 {
    (u32::from(255 - ink) * u32::from(255 - black) / 255) as u8
}

/// A third: libjpeg-turbo's, by the means of the quarters.
#[test]
fn every_layout_gives_the_brightness_of_libjpeg() {
    let expected = include_str!("jpeg_layouts/expected.json");
    let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
    for (name, quarters) in expected.as_object().unwrap() {
        let (_, bytes) = files().into_iter().find(|(file, _)| file == name).unwrap();
        let picture = decode(&bytes, Want::Rgb).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let rgb = picture.rgb();
        for (place, means) in quarters.as_array().unwrap().iter().enumerate() {
            let (left, top) = (place % 2 * (width / 2), place / 2 * (height / 2));
            for channel in 0..3 {
                let rows = top..top + height / 2;
                let row = |y| (left..left + width / 2).map(move |x| 3 * (y * width + x) + channel);
                let sum: f64 = rows.flat_map(row).map(|at| f64::from(rgb[at])).sum();
                let mean = sum / (width / 2 * (height / 2)) as f64;
                let wanted = means[channel].as_f64().unwrap();
                let off = (mean - wanted).abs();
                assert!(off < 4.0, "{name}, quarter {place}: {mean:.1} for {wanted}");
            }
        }
    }
}

fn luma(pixel: &[u8]) -> u8 {
    let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(f64::from);
    (0.299 * r + 0.587 * g + 0.114 * b).round() as u8
}

#[test]
fn what_is_not_read_is_refused_in_words() {
    for (name, bytes) in files().iter().filter(|(name, _)| name.contains("refused")) {
        let error = decode(bytes, Want::Grey).unwrap_err();
        assert!(
            matches!(error, ImageError::Unsupported { .. }),
            "{name}: {error}"
        );
    }
}
