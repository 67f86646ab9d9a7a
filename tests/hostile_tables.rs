//! Tables that were made to harm: small files that unpack to gigabytes, and sound ones with changed bytes.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ndarray::Array2;
use negatoscope::cohort::{self, Source};
use negatoscope::features::vectors::{self, FeatureTable, Format};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const WORKBOOK: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/cases/25_folders/meta_xlsx/metadata.xlsx"
);

/// What opening a cohort with this table gives: a cohort, or a sentence.
fn open(folder: &Path, name: &str, table: &[u8]) -> Result<usize, String> {
    let images = folder.join("images");
    std::fs::create_dir_all(&images).unwrap();
    for index in 0..12 {
        let path = images.join(format!("im{index}.png"));
        if !path.exists() {
            image::GrayImage::new(8, 8).save(path).unwrap();
        }
    }
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, table).unwrap();
    let source = Source {
        metadata: Some(path),
        images: Some(images),
        ..Source::default()
    };
    let opened = cohort::open(&source);
    opened
        .map(|cohort| cohort.records.len())
        .map_err(|error| error.to_string())
}

/// The workbook with another part in the place of one.
fn with_part(name: &str, part: &mut dyn FnMut(&mut dyn Write)) -> Vec<u8> {
    let mut sound = ZipArchive::new(std::fs::File::open(WORKBOOK).unwrap()).unwrap();
    let mut out = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let names: Vec<String> = sound
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    assert!(names.iter().any(|known| known == name), "{names:?}");
    for known in names {
        out.start_file(known.as_str(), options).unwrap();
        if known == name {
            part(&mut out);
        } else {
            std::io::copy(&mut sound.by_name(&known).unwrap(), &mut out).unwrap();
        }
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn tables_that_unpack_to_more_than_they_may_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let blank = vec![b' '; 1 << 20];
    let bomb = with_part("xl/worksheets/sheet1.xml", &mut |out| {
        for _ in 0..1100 {
            out.write_all(&blank).unwrap();
        }
    });
    assert!(bomb.len() < 4 << 20, "{} bytes", bomb.len());
    let started = Instant::now();
    let refused = open(folder.path(), "metadata.xlsx", &bomb).unwrap_err();
    assert!(refused.contains("in one part of the workbook"), "{refused}");
    assert!(started.elapsed() < Duration::from_secs(30));
    // A list in a list in a list, and an object of as many names as lines.
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(open(folder.path(), "metadata.json", deep.as_bytes()).is_err());
    let many: String = (0..40_000)
        .map(|n| format!("{{\"filename\":\"im0.png\",\"c{n}\":1}}\n"))
        .collect();
    let refused = open(folder.path(), "metadata.jsonl", many.as_bytes()).unwrap_err();
    assert!(refused.contains("columns"), "{refused}");
    let wide = format!("filename{}\nim0.png\n", ",x".repeat(20_000));
    assert!(
        open(folder.path(), "metadata.csv", wide.as_bytes())
            .unwrap_err()
            .contains("columns")
    );
}

/// A table of twelve rows as Parquet.
fn parquet() -> Vec<u8> {
    let names: Vec<String> = (0..12).map(|n| format!("im{n}.png")).collect();
    let features = Array2::from_shape_fn((12, 3), |(row, column)| (row * 3 + column) as f32);
    let mut bytes = Vec::new();
    let table = FeatureTable {
        ids: &names,
        filenames: &names,
        features: features.view(),
    };
    vectors::write_as(&mut bytes, Format::Parquet, table).unwrap();
    bytes
}

#[test]
fn tables_with_changed_bytes_are_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (name, sound) in [
        ("metadata.parquet", parquet()),
        ("metadata.xlsx", std::fs::read(WORKBOOK).unwrap()),
    ] {
        assert_eq!(open(folder.path(), name, &sound), Ok(12), "{name}");
        let mut n_refused = 0;
        let step = (sound.len() / 300).max(1);
        for at in (0..sound.len()).step_by(step) {
            for value in [0x00, 0x7F, 0xFF] {
                let mut changed = sound.clone();
                changed[at] = value;
                n_refused += usize::from(open(folder.path(), name, &changed).is_err());
            }
            n_refused += usize::from(open(folder.path(), name, &sound[..at]).is_err());
        }
        assert!(n_refused > 100, "{name}: {n_refused}");
    }
}
