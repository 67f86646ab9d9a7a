//! The published collection that the product was made for, as messy as it is.

#![allow(clippy::unwrap_used, reason = "a helper of a test may fail it")]

#[path = "support/given.rs"]
#[allow(dead_code, unreachable_pub)] // Each test uses its own part of it.
mod given;

use std::path::PathBuf;
use std::time::Instant;

use given::real_cohort;
use negatoscope::cohort::image::{Want, decode, thumbnail};
use negatoscope::cohort::{self, ColumnKind, Examined, Source, Value};

fn covid_xrays(folder: PathBuf) -> Source {
    let filters = ["finding~COVID-19", "modality=X-ray"];
    Source {
        folder: Some(folder),
        filters: filters
            .iter()
            .map(|filter| filter.parse().unwrap())
            .collect(),
        ..Source::default()
    }
}

#[test]
fn the_covid_xrays() {
    let Some(folder) = real_cohort() else { return };
    let cohort = cohort::open(&covid_xrays(folder)).unwrap();
    assert_eq!(cohort.records.len(), 193);
    assert_eq!(cohort.n_groups(), 115);
    assert_eq!(cohort.records.len() - cohort.n_without_country(), 139);
    let skipped: Vec<&str> = cohort.skipped.iter().map(|s| s.filename.as_str()).collect();
    assert_eq!(
        skipped,
        [
            "covid-19-pneumonia-14-PA.png",
            "2C10A413-AABE-4807-8CCE-6A2025594067.jpeg",
            "E1724330-1866-4581-8CD8-CEC9B8AFEDDE.jpeg",
            "7E335538-2F86-424E-A0AB-6397783A38D0.jpeg",
            "covid-19-pneumonia-24-day6.jpg",
        ]
    );
    for skipped in &cohort.skipped {
        assert_eq!(skipped.reason, "no file of this name in the image folder");
    }
    let report = cohort.report;
    assert_eq!(
        (report.n_rows, report.n_filtered_out, report.n_matched),
        (299, 101, 193)
    );
    assert_eq!(
        (
            report.n_missing_files,
            report.n_duplicates,
            report.n_without_row
        ),
        (5, 0, 0)
    );
    assert_eq!(
        report.to_string(),
        "299 rows: 101 left out by filters, 193 in the cohort, 5 without their file, \
         0 duplicates, 0 unreadable; 0 files without a row"
    );
    let kind = |name: &str| cohort.column(name).map(|column| column.kind);
    assert_eq!(
        kind("patientid"),
        Some(ColumnKind::Text),
        "a name, though written in digits"
    );
    assert_eq!(kind("age"), Some(ColumnKind::Number));
    assert_eq!(kind("date"), Some(ColumnKind::Date));
    assert_eq!(kind("view"), Some(ColumnKind::Category));
    assert_eq!(kind("clinical_notes"), Some(ColumnKind::Text));
    let dates = &cohort.column("date").unwrap().values;
    let date = |text: &str| Some(Value::Date(text.parse().unwrap()));
    assert!(dates.contains(&date("2020-01-22")), "January 22, 2020");
    assert!(dates.contains(&date("2020-03-16")), "03/16/20");
    assert!(dates.contains(&date("2020")));
    assert!(dates.contains(&Some(Value::Text("January 12".into()))));
    let mut countries: Vec<&str> = cohort
        .records
        .iter()
        .filter_map(|r| r.country.as_deref())
        .collect();
    countries.sort_unstable();
    countries.dedup();
    let expected = "Australia Canada China Iran Israel Italy South Korea Spain Sweden Taiwan \
                    United Kingdom United States Vietnam";
    assert_eq!(countries.join(" "), expected);
}

#[test]
fn every_row_and_file_is_accounted_for() {
    let Some(folder) = real_cohort() else { return };
    let cohort = cohort::open(&Source {
        folder: Some(folder),
        ..Source::default()
    })
    .unwrap();
    assert_eq!((cohort.records.len(), cohort.skipped.len()), (266, 33));
    let volumes = cohort
        .skipped
        .iter()
        .filter(|s| s.reason.contains("not that of a picture"));
    assert_eq!(volumes.count(), 21, "the .nii.gz rows");
}

#[test]
fn all_images_decode_and_shrink() {
    let Some(folder) = real_cohort() else { return };
    let cohort = cohort::open(&covid_xrays(folder)).unwrap();
    let start = Instant::now();
    let mut examined = Vec::new();
    for record in &cohort.records {
        let bytes = record.image.as_ref().unwrap().read().unwrap();
        let picture = decode(&bytes, Want::Grey)
            .unwrap_or_else(|error| panic!("{}: {error}", record.filename));
        assert!(
            thumbnail(&picture, 128).unwrap().len() > 500,
            "{}",
            record.filename
        );
        examined.push(Examined::Read {
            facts: picture.facts(),
            in_training: None,
            is_taught: false,
        });
    }
    let each = start.elapsed().as_secs_f64() * 1e3 / examined.len() as f64;
    println!("decode to grey and thumbnail: {each:.1} ms an image");
    let cohort = cohort.settle(examined).unwrap();
    assert_eq!(cohort.report.n_matched, 193);
    assert_eq!(cohort.column("width").unwrap().n_missing(), 0);
    assert_eq!(
        cohort.column("in_training"),
        None,
        "nobody said which model"
    );
}

/// The luma channel of a colour JPEG and the grey of its colours differ by rounding alone.
#[test]
fn luma_and_grey_of_colours_agree() {
    let Some(folder) = real_cohort() else { return };
    let cohort = cohort::open(&covid_xrays(folder)).unwrap();
    let mut worst = 0.0f64;
    let mut n_colour = 0;
    for record in cohort.records.iter().step_by(4) {
        let bytes = record.image.as_ref().unwrap().read().unwrap();
        let grey = decode(&bytes, Want::Grey).unwrap();
        let rgb = decode(&bytes, Want::Rgb).unwrap();
        n_colour += usize::from(grey.pixels() != rgb.pixels());
        let sum: u64 = grey
            .grey()
            .iter()
            .zip(rgb.grey().iter())
            .map(|(a, b)| u64::from(a.abs_diff(*b)))
            .sum();
        worst = worst.max(sum as f64 / grey.grey().len() as f64);
    }
    println!("{n_colour} colour images, largest mean difference {worst:.3} grey levels");
    assert!(n_colour > 10 && worst < 1.0, "{n_colour} {worst}");
}
