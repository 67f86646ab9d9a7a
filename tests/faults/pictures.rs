//! Files that are called pictures and are none, or damaged ones: each is told with its reason, and the others are
//! what they are without them.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::ImageFormat;
use serde_json::Value;

use super::{cohort, embedded, picture, scale};
use crate::support::Server;

/// A picture in a format.
fn sound(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let grey = picture(500);
    match format {
        ImageFormat::Tiff => {
            let encoder = tiff::encoder::TiffEncoder::new(&mut bytes).unwrap();
            let written =
                { encoder }.write_image::<tiff::encoder::colortype::Gray8>(96, 96, grey.as_raw());
            written.unwrap();
            return bytes.into_inner();
        }
        ImageFormat::WebP | ImageFormat::Gif => image::DynamicImage::from(grey)
            .to_rgba8()
            .write_to(&mut bytes, format),
        _ => grey.write_to(&mut bytes, format),
    }
    .unwrap();
    bytes.into_inner()
}

fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    encoder
        .encode(picture(500).as_raw(), 96, 96, jpeg_encoder::ColorType::Luma)
        .unwrap();
    bytes
}

fn changed(mut bytes: Vec<u8>, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    change(&mut bytes);
    bytes
}

fn half(bytes: Vec<u8>) -> Vec<u8> {
    let n = bytes.len() / 2;
    changed(bytes, |bytes| bytes.truncate(n))
}

fn first(bytes: Vec<u8>, n: usize) -> Vec<u8> {
    changed(bytes, |bytes| bytes.truncate(n))
}

/// Where a word stands in a file.
fn place(bytes: &[u8], word: &[u8]) -> usize {
    bytes
        .windows(word.len())
        .position(|part| part == word)
        .unwrap()
}

/// Thirty kinds of bad files.
fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    let [png, gif, bmp, webp, tiff] = [
        ImageFormat::Png,
        ImageFormat::Gif,
        ImageFormat::Bmp,
        ImageFormat::WebP,
        ImageFormat::Tiff,
    ]
    .map(sound);
    let noise: Vec<u8> = (0..5000_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let data = place(&png, b"IDAT");
    let scan = place(&jpeg(), &[0xFF, 0xDA]);
    let frame = place(&jpeg(), &[0xFF, 0xC0]);
    vec![
        ("empty.png", Vec::new()),
        ("one_byte.png", vec![0x89]),
        ("noise.jpg", noise.clone()),
        ("zeros.png", vec![0; 4096]),
        ("text.png", b"no picture at all".to_vec()),
        (
            "page.jpg",
            b"<!DOCTYPE html><html><body>404</body></html>".to_vec(),
        ),
        (
            "drawing.png",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
        ),
        (
            "document.jpg",
            b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n".to_vec(),
        ),
        (
            "archive.png",
            b"PK\x03\x04\x14\x00\x00\x00\x08\x00".to_vec(),
        ),
        (
            "pointer.png",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n".to_vec(),
        ),
        (
            "phone.jpg",
            b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic".to_vec(),
        ),
        (
            "later.png",
            b"\x00\x00\x00\x0cJXL \x0d\x0a\x87\x0a".to_vec(),
        ),
        ("header_alone.png", first(png.clone(), 33)),
        ("cut.png", half(png.clone())),
        ("cut_at_the_end.png", first(png.clone(), png.len() - 12)),
        (
            "flipped.png",
            changed(png.clone(), |png| png[data + 20] ^= 0x10),
        ),
        (
            "no_width.png",
            changed(png.clone(), |png| png[16..20].fill(0)),
        ),
        (
            "wide.png",
            changed(png.clone(), |png| png[16..20].fill(0x7F)),
        ),
        ("start_alone.jpg", vec![0xFF, 0xD8]),
        ("cut.jpg", half(jpeg())),
        ("no_scan.jpg", first(jpeg(), scan)),
        ("no_end.jpg", first(jpeg(), jpeg().len() - 2)),
        (
            "wide.jpg",
            changed(jpeg(), |jpeg| jpeg[frame + 5..frame + 9].fill(0x7F)),
        ),
        ("cut.gif", half(gif.clone())),
        ("no_frame.gif", first(gif, 13)),
        ("cut.bmp", half(bmp.clone())),
        ("other_width.bmp", changed(bmp, |bmp| bmp[18] *= 2)),
        ("cut.webp", half(webp)),
        ("cut.tif", half(tiff.clone())),
        ("astray.tif", changed(tiff, |tiff| tiff[4..8].fill(0x7F))),
        ("cut.dcm", [&[0; 128][..], b"DICM", &noise[..40]].concat()),
    ]
}

#[test]
fn bad_pictures_are_told_with_their_reasons_and_change_no_other_ones_features() {
    let kinds = kinds();
    assert!(kinds.len() >= 30);
    let n_good = 100 * u32::try_from(scale()).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let good = scratch.path().join("good");
    fs::create_dir(&good).unwrap();
    cohort(&good, n_good);
    let (wanted, _) = embedded(&good, &scratch.path().join("calm"));
    for (name, bytes) in &kinds {
        fs::write(good.join(name), bytes).unwrap();
    }
    odd(&good);
    let cache = scratch.path().join("cache");
    let (found, _) = embedded(&good, &cache);
    assert!(found == wanted, "the features of the good ones changed");

    let server = Server::start(&[
        good.to_str().unwrap(),
        "--cache-dir",
        cache.to_str().unwrap(),
    ])
    .ready();
    let cohort = server.get("/api/cohort").json();
    assert_eq!(cohort["records"].as_array().unwrap().len(), n_good as usize);
    let skipped = cohort["skipped"].as_array().unwrap();
    let mut reasons = std::collections::BTreeSet::new();
    for (name, _) in &kinds {
        let told = skipped.iter().find(|skipped| skipped["filename"] == *name);
        let reason =
            told.unwrap_or_else(|| panic!("{name} is not told of: {skipped:#?}"))["reason"]
                .as_str()
                .unwrap();
        assert!(reason.len() > 10, "{name}: {reason}");
        reasons.insert(reason.to_owned());
    }
    assert_eq!(server.get("/healthz").status, 200);
    eprintln!(
        "{} kinds of bad pictures among {n_good} good ones: each is told with its reason ({} different ones), and the \
         features of the good ones are the same, to the bit",
        kinds.len(),
        reasons.len()
    );
    let listed = |reason: &Value| reason["reason"].as_str().unwrap_or_default().to_owned();
    let listed: Vec<String> = skipped.iter().map(listed).collect();
    eprintln!("{}", listed.join("\n"));
}

/// What is no file, under the name of a picture.
fn odd(folder: &Path) {
    use std::os::unix::fs::symlink;
    fs::create_dir(folder.join("folder.png")).unwrap();
    symlink("/etc/hostname", folder.join("outside.png")).unwrap();
    symlink("nothing", folder.join("nowhere.png")).unwrap();
    symlink("loop.png", folder.join("loop.png")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.join("pipe.png"))
        .status();
    assert!(made.unwrap().success());
}
