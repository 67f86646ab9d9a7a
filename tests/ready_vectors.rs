//! Features that were written to a file come back to the images that they were made of.

#![allow(clippy::unwrap_used, missing_docs)] // In a test a panic is the report.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ndarray::{Array2, Axis};
use ndarray_npy::{read_npy, write_npy};
use negatoscope::analysis::scaling::Scaling;
use negatoscope::cohort::Source;
use negatoscope::config::{CohortConfig, FeatureConfig};
use negatoscope::features::vectors::{self, FeatureTable};
use negatoscope::files::Output;
use negatoscope::pipeline::{Preparation, Study};
use tempfile::TempDir;

/// Twelve rows: one of them without its file, one that names a picture again, two of pictures that
/// cannot be read; and a picture without a row.
fn cohort() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let images = folder.path().join("images/sub");
    fs::create_dir_all(&images).unwrap();
    let mut table = "filename,age,sex\n".to_owned();
    for index in [7, 3, 11, 0, 5, 1, 9, 2, 10, 4] {
        let name = format!("sub/{index:02}.png");
        table += &format!("{name},{},{}\n", 40 + index, ["f", "m"][index % 2]);
        drawn(&folder.path().join("images").join(name), index);
    }
    table += "gone.png,70,f\nsub/03.png,71,f\n";
    drawn(&images.join("without_row.png"), 20);
    fs::write(images.join("05.png"), b"\x89PNG\r\n\x1a\n and no more").unwrap();
    fs::write(images.join("02.png"), "no picture").unwrap();
    fs::write(folder.path().join("metadata.csv"), table).unwrap();
    folder
}

fn drawn(path: &Path, index: usize) {
    let grey = |x: u32, y: u32| image::Luma([(x * (3 + index as u32) + y * y) as u8]);
    let side = 30 + index as u32;
    image::GrayImage::from_fn(side, 40, grey)
        .save(path)
        .unwrap();
}

fn source(folder: &TempDir, filters: &[&str]) -> Source {
    Source {
        folder: Some(folder.path().to_owned()),
        filters: filters
            .iter()
            .map(|filter| filter.parse().unwrap())
            .collect(),
        ..Source::default()
    }
}

fn config(source: Option<Source>, vectors: Option<&Path>) -> FeatureConfig {
    FeatureConfig {
        vectors: vectors.map(Path::to_owned),
        ..FeatureConfig::of(
            source.map_or(CohortConfig::Rows, CohortConfig::Files),
            std::env::temp_dir().join("negatoscope_ready_vectors"),
            2,
        )
    }
}

fn study(source: Source, vectors: Option<&Path>) -> Study {
    let preparation = Preparation::open(&config(Some(source), vectors)).unwrap();
    preparation.run(&()).unwrap()
}

fn refusal(source: Source, vectors: &Path) -> String {
    let opened = Preparation::open(&config(Some(source), Some(vectors)));
    opened.err().expect("it is refused").to_string()
}

/// The features as `embed` writes them, in both formats.
fn embedded(study: &Study, folder: &TempDir) -> [PathBuf; 2] {
    let records = &study.cohort.records;
    let ids: Vec<_> = records.iter().map(|record| record.id.clone()).collect();
    let filenames: Vec<_> = records
        .iter()
        .map(|record| record.filename.clone())
        .collect();
    ["made.npy", "made.parquet"].map(|name| {
        let path = folder.path().join(name);
        let table = FeatureTable {
            ids: &ids,
            filenames: &filenames,
            features: study.features.view(),
        };
        vectors::write(Output::at(&path).unwrap(), table).unwrap();
        path
    })
}

/// The vector of each image by its name.
fn by_name(study: &Study) -> BTreeMap<&str, Vec<u32>> {
    let rows = study.features.rows().into_iter();
    let bits = rows.map(|row| row.iter().map(|value| value.to_bits()).collect());
    let names = study
        .cohort
        .records
        .iter()
        .map(|record| record.filename.as_str());
    names.zip(bits).collect()
}

/// Every image of `again` has the vector that it has in `made`.
fn agree(made: &Study, again: &Study) {
    let (made, again) = (by_name(made), by_name(again));
    for (name, vector) in &again {
        assert_eq!(Some(vector), made.get(name), "{name}");
    }
}

fn assumed(study: &Study) -> String {
    let mut assumed = study.cohort.assumed.iter();
    let of_vectors = assumed.find(|assumed| assumed.topic == "vectors");
    of_vectors.unwrap().text.clone()
}

#[test]
fn what_embed_wrote_is_taken_back() {
    let (folder, out) = (cohort(), tempfile::tempdir().unwrap());
    let made = study(source(&folder, &[]), None);
    assert_eq!(made.n_images(), 8, "{:?}", made.cohort.skipped);
    for path in embedded(&made, &out) {
        let again = study(source(&folder, &[]), Some(&path));
        assert_eq!(again.n_images(), 8, "{}", path.display());
        agree(&made, &again);
        let skipped: Vec<&str> = again
            .cohort
            .skipped
            .iter()
            .map(|one| &*one.filename)
            .collect();
        for name in [
            "gone.png",
            "sub/02.png",
            "sub/05.png",
            "sub/without_row.png",
        ] {
            assert!(skipped.contains(&name), "{name} in {skipped:?}");
        }
        // And part of it, by what the table says and by what the pictures do.
        for filters in [&["sex=m"][..], &["width>=36"], &["age>=45", "width<=37"]] {
            let part = study(source(&folder, filters), Some(&path));
            let direct = study(source(&folder, filters), None);
            assert_eq!(by_name(&part).len(), by_name(&direct).len(), "{filters:?}");
            agree(&direct, &part);
        }
    }
}

#[test]
fn what_embed_wrote_of_a_part_is_taken_back_for_it() {
    let (folder, out) = (cohort(), tempfile::tempdir().unwrap());
    for filters in [&["sex=m"][..], &["width>=36"], &["age>=45", "width<=37"]] {
        let made = study(source(&folder, filters), None);
        let [npy, parquet] = embedded(&made, &out);
        let again = study(source(&folder, filters), Some(&npy));
        assert_eq!(again.n_images(), made.n_images());
        agree(&made, &again);
        // Names are known without the condition, too.
        let again = study(source(&folder, &[]), Some(&parquet));
        assert_eq!(again.n_images(), made.n_images());
        agree(&made, &again);
        let said = refusal(source(&folder, &[]), &npy);
        assert!(said.contains("12 rows of the metadata"), "{said}");
        assert!(said.contains("8 images that can be read"), "{said}");
    }
}

#[test]
fn names_are_found_in_any_order_and_with_or_without_the_table_and_the_pictures() {
    let (folder, out) = (cohort(), tempfile::tempdir().unwrap());
    let made = study(source(&folder, &[]), None);
    let mut turned = Study {
        features: made.features.select(Axis(0), &[5, 0, 7, 2, 1, 6, 3, 4]),
        cohort: made.cohort.clone(),
        conditions: Vec::new(),
        places: Vec::new(),
        n_excluded: 0,
        coordinates: None,
        column: None,
        model: negatoscope::pipeline::ModelInfo::default(),
    };
    turned.cohort.records = [5, 0, 7, 2, 1, 6, 3, 4]
        .map(|place: usize| made.cohort.records[place].clone())
        .to_vec();
    let [_, parquet] = embedded(&turned, &out);
    agree(&made, &study(source(&folder, &[]), Some(&parquet)));
    // The pictures alone: the one without a row has no vector.
    let images = Source {
        images: Some(folder.path().join("images")),
        ..Source::default()
    };
    let again = study(images, Some(&parquet));
    assert_eq!(again.n_images(), 8);
    agree(&made, &again);
    // The table alone: nobody looks for pictures that lie about.
    let metadata = Source {
        metadata: Some(folder.path().join("metadata.csv")),
        ..Source::default()
    };
    let again = study(metadata.clone(), Some(&parquet));
    assert_eq!((again.n_images(), again.cohort.has_images()), (8, false));
    agree(&made, &again);
    let again = study(
        Source {
            filters: vec!["sex=f".parse().unwrap()],
            ..metadata
        },
        Some(&parquet),
    );
    assert!(again.n_images() < 8);
    agree(&made, &again);
    assert!(
        again
            .cohort
            .skipped
            .iter()
            .all(|one| !one.reason.contains("a vector in"))
    );
    // No cohort at all: the names are shown.
    let alone = Preparation::open(&config(None, Some(&parquet)))
        .unwrap()
        .run(&())
        .unwrap();
    assert_eq!(alone.cohort.records[0].id, "0");
    agree(&made, &alone);
}

#[test]
fn names_that_do_not_meet_are_told() {
    let (folder, out) = (cohort(), tempfile::tempdir().unwrap());
    let made = study(source(&folder, &[]), None);
    let [_, parquet] = embedded(&made, &out);
    let other = tempfile::tempdir().unwrap();
    drawn(&other.path().join("stranger.png"), 1);
    let said = refusal(source(&other, &[]), &parquet);
    assert!(
        said.contains("stranger.png") && said.contains("sub/07.png"),
        "{said}"
    );
    fs::create_dir(other.path().join("sub")).unwrap();
    drawn(&other.path().join("sub/07.png"), 7);
    let few = study(source(&other, &[]), Some(&parquet));
    assert_eq!(few.n_images(), 1);
    agree(&made, &few);
    let skipped = &few.cohort.skipped;
    let reason = |name: &str| {
        let found = skipped.iter().find(|one| one.filename == name);
        found.map(|one| one.reason.as_str())
    };
    assert_eq!(
        reason("stranger.png"),
        Some("no vector of this name in made.parquet")
    );
    let of_none = "a vector in made.parquet of no image of the cohort";
    assert_eq!(reason("sub/03.png"), Some(of_none));
    assert_eq!(few.cohort.report.n_without_vector, 1);
}

#[test]
fn rows_without_names_are_of_what_there_are_as_many_of() {
    let (folder, out) = (cohort(), tempfile::tempdir().unwrap());
    let path = out.path().join("rows.npy");
    let of = |n: usize| Array2::from_shape_fn((n, 2), |(row, column)| (row * 10 + column) as f32);
    let first = |study: &Study| -> Vec<f32> { study.features.column(0).to_vec() };
    let cases = [
        (
            12,
            &[][..],
            "12 vectors of rows.npy are taken, in their order, for the rows of the metadata.",
        ),
        (8, &[], "for the images that can be read."),
        (
            6,
            &["sex=m"],
            "for the rows of the metadata that meet --where.",
        ),
        (3, &["sex=m"], ""),
        (
            5,
            &["sex=m"],
            "for the images that can be read and meet --where.",
        ),
    ];
    for (n, filters, said) in cases {
        write_npy(&path, &of(n)).unwrap();
        if said.is_empty() {
            let refused = refusal(source(&folder, filters), &path);
            assert!(refused.contains("the features have 3 rows"), "{refused}");
            assert!(
                refused.contains("6 rows of the metadata that meet --where"),
                "{refused}"
            );
            continue;
        }
        let study = study(source(&folder, filters), Some(&path));
        assert!(assumed(&study).contains(said), "{n}: {}", assumed(&study));
    }
    write_npy(&path, &of(12)).unwrap();
    // The rows of 5 and 2 cannot be read, that of "gone" has no picture and stays.
    let whole = study(source(&folder, &[]), Some(&path));
    assert_eq!(first(&whole), [0., 10., 20., 30., 50., 60., 80., 90., 100.]);
    write_npy(&path, &of(8)).unwrap();
    let read = study(source(&folder, &["sex=f"]), Some(&path));
    let names: Vec<&str> = by_name(&read).into_keys().collect();
    // The row that names 03 again is a woman's, but the first one counts, which is not.
    assert_eq!(names, ["sub/00.png", "sub/04.png", "sub/10.png"]);
    let matrix: Array2<f32> = read_npy(&path).unwrap();
    assert_eq!(read.features.row(0), matrix.row(3));
}

#[test]
fn rows_that_fit_two_things_are_refused() {
    let folder = cohort();
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("rows.npy");
    // Eight rows meet the condition, and eight images can be read.
    let zeros = Array2::<f32>::zeros((8, 2));
    write_npy(&path, &zeros).unwrap();
    let said = refusal(source(&folder, &["age>=44"]), &path);
    assert!(
        said.contains("8 rows of the metadata that meet --where"),
        "{said}"
    );
    assert!(said.contains("8 images that can be read"), "{said}");
}

/// Vectors of four images in five numbers.
fn four(folder: &TempDir) -> PathBuf {
    let vectors = folder.path().join("four.npy");
    let value = |(i, j): (usize, usize)| ((i * 5 + j * j) as f32).sin() + j as f32;
    write_npy(&vectors, &Array2::from_shape_fn((4, 5), value)).unwrap();
    vectors
}

fn scaled(vectors: &Path, scaling: Scaling) -> Result<Study, String> {
    let config = FeatureConfig {
        scaling,
        ..config(None, Some(vectors))
    };
    let study = Preparation::open(&config).and_then(|preparation| preparation.run(&()));
    study.map_err(|error| error.to_string())
}

#[test]
fn vectors_are_scaled_by_choice_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let vectors = four(&folder);
    let plain = scaled(&vectors, Scaling::None).unwrap();
    assert_eq!(
        plain.features,
        read_npy::<_, Array2<f32>>(&vectors).unwrap()
    );
    assert_eq!(plain.model.scaling, None);

    let l2 = scaled(&vectors, Scaling::L2).unwrap();
    for row in l2.features.rows() {
        let length = row.mapv(|x| x * x).sum().sqrt();
        assert!((length - 1.0).abs() < 1e-6, "{length}");
    }
    let said = l2.model.scaling.unwrap();
    assert!(said.contains("length 1"), "{said}");
    assert!(l2.cohort.assumed.iter().any(|assumed| assumed.text == said));

    let two = scaled(&vectors, Scaling::Pca { n_components: 2 }).unwrap();
    assert_eq!((two.features.dim(), two.model.n_features), ((4, 2), 2));
    let said = two.model.scaling.unwrap();
    assert!(
        said.contains("first 2 principal") && said.contains('%'),
        "{said}"
    );

    let refused = scaled(&vectors, Scaling::Pca { n_components: 5 })
        .err()
        .unwrap();
    assert!(
        refused.contains("--scaling") && refused.contains("no 5 principal"),
        "{refused}"
    );
}
