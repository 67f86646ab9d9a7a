//! Pictures of every kind that is read, and of the kinds that must be refused.

#![allow(clippy::unwrap_used, reason = "a helper of a test may fail it")]

use std::io::Cursor;
use std::path::PathBuf;
use std::time::Instant;

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, GrayImage, ImageEncoder, ImageFormat, RgbImage};
use negatoscope::cohort::image::{
    ImageError, ImageSource, Picture, Pixels, Want, decode, encode_jpeg,
};
use tiff::encoder::{TiffEncoder, colortype};

const FORMATS: [(ImageFormat, &str); 6] = [
    (ImageFormat::Jpeg, "JPEG"),
    (ImageFormat::Png, "PNG"),
    (ImageFormat::Tiff, "TIFF"),
    (ImageFormat::Bmp, "BMP"),
    (ImageFormat::WebP, "WebP"),
    (ImageFormat::Gif, "GIF"),
];

/// A colour picture, brighter to the right, greener to the bottom, with noise that compresses badly.
fn colours(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let noise = (x * 7919 + y * 104_729) % 13;
        image::Rgb([
            (x * 240 / width + noise) as u8,
            (y * 240 / height) as u8,
            90,
        ])
    })
}

fn write(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let size = (image.width(), image.height());
    let mut bytes = Cursor::new(Vec::new());
    match format {
        ImageFormat::Jpeg => {
            let color = match image {
                DynamicImage::ImageLuma8(_) => ExtendedColorType::L8,
                _ => ExtendedColorType::Rgb8,
            };
            return encode_jpeg(image.as_bytes(), size, color, 75).unwrap();
        }
        ImageFormat::Tiff => write_tiff(image, size, &mut bytes),
        _ => image.write_to(&mut bytes, format).unwrap(),
    }
    bytes.into_inner()
}

fn write_tiff(image: &DynamicImage, (width, height): (u32, u32), bytes: &mut Cursor<Vec<u8>>) {
    let mut encoder = TiffEncoder::new(bytes).unwrap();
    let written = match image {
        DynamicImage::ImageLuma16(grey) => {
            encoder.write_image::<colortype::Gray16>(width, height, grey)
        }
        DynamicImage::ImageRgba16(rgba) => {
            encoder.write_image::<colortype::RGBA16>(width, height, rgba)
        }
        DynamicImage::ImageRgb8(rgb) => encoder.write_image::<colortype::RGB8>(width, height, rgb),
        other => panic!("{:?} is not needed", other.color()),
    };
    written.unwrap();
}

fn grey(bytes: &[u8]) -> Picture {
    decode(bytes, Want::Grey).unwrap()
}

/// The largest difference between two pictures' grey levels.
fn difference(a: &[u8], b: &[u8]) -> u8 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cohort");
    std::fs::read(folder.join(name)).unwrap()
}

#[test]
fn every_format_gives_the_same_picture() {
    let original = DynamicImage::ImageRgb8(colours(60, 40));
    let reference = decode(&write(&original, ImageFormat::Png), Want::Rgb).unwrap();
    assert_eq!(reference.pixels(), &Pixels::Rgb(colours(60, 40).into_raw()));
    for (format, name) in FORMATS {
        let image = match format {
            ImageFormat::Gif => DynamicImage::ImageRgba8(original.to_rgba8()),
            _ => original.clone(),
        };
        let bytes = write(&image, format);
        let facts = grey(&bytes).facts();
        assert_eq!(
            (facts.width, facts.height, facts.file_type.as_str()),
            (60, 40, name)
        );
        let worst = difference(&grey(&bytes).grey(), &reference.grey());
        // JPEG loses detail, GIF has 256 colours.
        let allowed = match format {
            ImageFormat::Jpeg => 24,
            ImageFormat::Gif => 24,
            _ => 0,
        };
        assert!(worst <= allowed, "{name}: {worst}");
        assert!(
            (facts.mean_brightness - reference.facts().mean_brightness).abs() < 1.5,
            "{name}"
        );
    }
}

#[test]
fn depths_and_channels() {
    let ramp16 = |x: u32, y: u32| ((x * 1000 + y * 37) % 65536) as u16;
    let expected: Vec<u8> = (0..24 * 32)
        .map(|i| ((u32::from(ramp16(i % 32, i / 32)) + 128) / 257) as u8)
        .collect();
    let luma16 = image::ImageBuffer::from_fn(32, 24, |x, y| image::Luma([ramp16(x, y)]));
    let rgba16 = image::ImageBuffer::from_fn(32, 24, |x, y| {
        let v = ramp16(x, y);
        image::Rgba([v, v, v, (x * 2000) as u16])
    });
    let la8 = image::ImageBuffer::from_fn(32, 24, |x, y| {
        image::LumaA([expected[(y * 32 + x) as usize], (x * 8) as u8])
    });
    for image in [
        DynamicImage::ImageLuma16(luma16),
        DynamicImage::ImageRgba16(rgba16),
        DynamicImage::ImageLumaA8(la8),
    ] {
        let picture = grey(&write(&image, ImageFormat::Png));
        assert_eq!(
            picture.grey().as_ref(),
            expected,
            "alpha is dropped, 16 bits are rounded"
        );
        let tiff = matches!(image, DynamicImage::ImageLumaA8(_)).then_some(());
        if tiff.is_none() {
            assert_eq!(
                grey(&write(&image, ImageFormat::Tiff)).grey().as_ref(),
                expected
            );
        }
    }
}

#[test]
fn what_pillow_reads() {
    let expected: serde_json::Value = serde_json::from_slice(&fixture("expected.json")).unwrap();
    for (name, expected) in expected.as_object().unwrap() {
        for want in [Want::Grey, Want::Rgb] {
            let picture = decode(&fixture(name), want).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!((picture.width(), picture.height()), (32, 24), "{name}");
            let values = expected["grey"].as_array().unwrap();
            for ((x, y), value) in [(4, 4), (28, 4), (4, 20), (28, 20)].into_iter().zip(values) {
                let (ours, theirs) = (picture.grey()[y * 32 + x], value.as_u64().unwrap() as u8);
                assert!(
                    ours.abs_diff(theirs) <= 2,
                    "{name} {x} {y}: {ours} {theirs}"
                );
            }
        }
    }
    let error = decode(&fixture("float.tif"), Want::Grey).unwrap_err();
    assert!(matches!(error, ImageError::Unsupported { .. }), "{error}");
}

/// An APP1 segment that says how the camera was held.
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xFF, 0xE1]);
    bytes.extend((exif.len() as u16 + 2).to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&jpeg[2..]);
    bytes
}

#[test]
fn the_orientation_is_applied() {
    // Dark but for a bright top left corner.
    let corner = |x, y| image::Luma([if x < 16 && y < 16 { 250 } else { 5 }]);
    let image = DynamicImage::ImageLuma8(GrayImage::from_fn(48, 32, corner));
    let jpeg = write(&image, ImageFormat::Jpeg);
    // Where the corner ends up, by EXIF 2.3, tag 274: 3 upside down, 6 and 8 on a side, 2 mirrored.
    for (orientation, size, (x, y)) in [
        (1, (48, 32), (8, 8)),
        (2, (48, 32), (40, 8)),
        (3, (48, 32), (40, 24)),
        (6, (32, 48), (24, 8)),
        (8, (32, 48), (8, 40)),
    ] {
        let picture = grey(&with_orientation(&jpeg, orientation));
        assert_eq!((picture.width(), picture.height()), size, "{orientation}");
        let at = |x: u32, y: u32| picture.grey()[(y * size.0 + x) as usize];
        assert!(at(x, y) > 200, "{orientation}");
        assert!(at(size.0 / 2, size.1 / 2) < 50, "{orientation}");
        assert_eq!(
            picture.facts().width,
            size.0,
            "facts are those of the upright picture"
        );
    }
}

#[test]
fn files_that_end_early_are_refused() {
    let image = DynamicImage::ImageRgb8(colours(80, 60));
    for (format, name) in FORMATS {
        let bytes = match format {
            ImageFormat::Gif => write(&DynamicImage::ImageRgba8(image.to_rgba8()), format),
            _ => write(&image, format),
        };
        for part in [bytes.len() / 2, bytes.len() * 9 / 10] {
            let error = decode(&bytes[..part], Want::Grey).expect_err(name);
            let told = matches!(
                error,
                ImageError::Truncated { .. } | ImageError::Damaged { .. }
            );
            assert!(told, "{name}: {error}");
        }
    }
    let jpeg = write(&image, ImageFormat::Jpeg);
    let cut = with_orientation(&jpeg[..jpeg.len() / 2], 1);
    assert_eq!(
        decode(&cut, Want::Rgb).unwrap_err().to_string(),
        "the JPEG file is cut off before its end"
    );
    let progressive = fixture("progressive.jpg");
    assert!(decode(&progressive[..progressive.len() * 3 / 4], Want::Grey).is_err());
}

#[test]
fn what_is_no_picture() {
    assert_eq!(decode(b"", Want::Grey), Err(ImageError::Empty));
    for bytes in [
        &b"hello"[..],
        b"%PDF-1.7",
        b"\0\0\0\0",
        b"II*\0",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
    ] {
        assert!(decode(bytes, Want::Grey).is_err(), "{bytes:?}");
    }
}

/// A PNG that claims to be of this size and has next to no data.
fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&[0], 1, 1, ExtendedColorType::L8)
        .unwrap();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    bytes[25] = 2; // red, green and blue
    // The header's checksum, so that the size is all that is wrong.
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))
        })
    })
}

#[test]
fn sizes_are_checked_before_memory_is_taken() {
    let start = Instant::now();
    for (width, height) in [
        (100_000, 100_000),
        (20_001, 1),
        (20_000, 20_000),
        (u32::MAX >> 1, 2),
    ] {
        let error = decode(&png_claiming(width, height), Want::Grey).unwrap_err();
        let told = matches!(
            error,
            ImageError::TooManyPixels { .. } | ImageError::TooMuchMemory { .. }
        );
        assert!(told, "{width} {height}: {error}");
    }
    let mut jpeg = write(&DynamicImage::ImageRgb8(colours(16, 16)), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    let error = decode(&jpeg, Want::Grey).unwrap_err();
    assert_eq!(
        error,
        ImageError::TooManyPixels {
            width: 65535,
            height: 65535
        }
    );
    let mut bmp = write(&DynamicImage::ImageRgb8(colours(16, 16)), ImageFormat::Bmp);
    bmp[18..26].copy_from_slice(&[0x40, 0x42, 0x0F, 0, 0x40, 0x42, 0x0F, 0]);
    assert!(decode(&bmp, Want::Grey).is_err());
    let seconds = start.elapsed().as_secs_f64();
    assert!(seconds < 0.5, "refusing took {seconds:.2} s");
}

/// Damaged bytes give a picture or an error, and nothing else: every byte of the headers in turn,
/// and some of the rest.
#[test]
fn damaged_bytes_never_end_the_run() {
    let image = DynamicImage::ImageRgb8(colours(24, 16));
    let mut n_errors = 0;
    for (format, _) in FORMATS {
        let bytes = match format {
            ImageFormat::Gif => write(&DynamicImage::ImageRgba8(image.to_rgba8()), format),
            _ => write(&image, format),
        };
        for at in (0..bytes.len().min(200)).chain((200..bytes.len()).step_by(17)) {
            for value in [0x00, 0x7F, 0xFF] {
                let mut damaged = bytes.clone();
                damaged[at] = value;
                n_errors += usize::from(decode(&damaged, Want::Grey).is_err());
            }
        }
    }
    assert!(n_errors > 100, "{n_errors}");
}

#[test]
fn a_grey_jpeg_stays_grey() {
    let pixels: Vec<u8> = (0..64 * 64).map(|i| (i % 64 * 4) as u8).collect();
    let bytes = encode_jpeg(&pixels, (64, 64), ExtendedColorType::L8, 95).unwrap();
    let picture = decode(&bytes, Want::Rgb).unwrap();
    assert!(matches!(picture.pixels(), Pixels::Grey(_)));
    assert!(difference(&picture.grey(), &pixels) <= 4);
    assert_eq!(picture.rgb().len(), 3 * pixels.len());
    let memory = ImageSource::Memory(bytes.clone().into());
    assert_eq!(memory.read().unwrap().as_ref(), bytes);
}
