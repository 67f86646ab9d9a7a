//! The drawn cohort: the same everywhere, and with what was planted in it.

#![allow(clippy::unwrap_used, reason = "a helper of a test may fail it")]

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use negatoscope::cohort::demo::Drawer;
use negatoscope::cohort::image::{Want, decode};
use negatoscope::cohort::{self, Cohort, ColumnKind, Examined, Record, Source, Value, demo};
use negatoscope::features::cache::{Cache, FILE_NAME};
use negatoscope::files::OutputError;
use negatoscope::pipeline::Drawings;
use rayon::prelude::*;

fn draw() -> Cohort {
    demo(&Source::default(), Arc::new(())).unwrap()
}

/// Drawn once for all tests that only look at it.
fn drawn() -> Cohort {
    static DRAWN: OnceLock<Cohort> = OnceLock::new();
    DRAWN.get_or_init(draw).clone()
}

/// BLAKE3 over names, rows and bytes of all pictures.
fn fingerprint(cohort: &Cohort) -> String {
    let mut hasher = blake3::Hasher::new();
    let picture = |record: &Record| record.image.as_ref().unwrap().read().unwrap().into_owned();
    let pictures: Vec<Vec<u8>> = cohort.records.par_iter().map(picture).collect();
    for (index, record) in cohort.records.iter().enumerate() {
        hasher.update(record.filename.as_bytes());
        hasher.update(&pictures[index]);
        for column in &cohort.columns {
            hasher.update(format!("{:?}", column.values[index]).as_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}

fn text(cohort: &Cohort, column: &str, index: usize) -> Option<String> {
    match &cohort.column(column).unwrap().values[index] {
        Some(value @ (Value::Text(_) | Value::Date(_))) => Some(value.to_string()),
        _ => None,
    }
}

#[test]
fn what_the_documentation_promises() {
    let start = Instant::now();
    let cohort = draw();
    println!("drawn in {:.2} s", start.elapsed().as_secs_f64());
    assert_eq!((cohort.records.len(), cohort.n_groups()), (180, 110));
    assert!(cohort.skipped.is_empty());
    assert_eq!(cohort.group_column.as_deref(), Some("patientid"));
    let notice = "These X-rays are drawn by negatoscope itself, not taken of patients.";
    assert_eq!(cohort.notice, Some(notice));
    let missing = cohort.n_without_country();
    assert!((45..=75).contains(&missing), "a third of 180: {missing}");
    let column = |name: &str| cohort.column(name).unwrap();
    assert_eq!(
        (column("pattern").n_unique(), column("source").n_unique()),
        (3, 4)
    );
    assert_eq!(column("date").kind, ColumnKind::Date);
    assert_eq!(column("age").kind, ColumnKind::Number);
    assert_eq!(column("notes").n_missing(), 0);
    let lengths: Vec<usize> = (0..180)
        .filter_map(|i| text(&cohort, "date", i))
        .map(|d| d.len())
        .collect();
    assert!(
        [4, 7, 10].iter().all(|length| lengths.contains(length)),
        "years, months and days"
    );
}

#[test]
fn the_same_bytes_on_every_machine_and_with_any_number_of_threads() {
    let threads = |n| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(n)
            .build()
            .unwrap()
    };
    let one = threads(1).install(|| fingerprint(&draw()));
    let three = threads(3).install(|| fingerprint(&draw()));
    assert_eq!(one, three);
    assert_eq!(one, demo::DRAWINGS);
}

#[test]
fn written_and_opened_it_is_the_same_cohort() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("demo");
    demo::write(&target).unwrap();
    let opened = cohort::open(&Source {
        folder: Some(target.clone()),
        ..Source::default()
    })
    .unwrap();
    let drawn = drawn();
    assert_eq!(fingerprint(&opened), fingerprint(&drawn));
    assert_eq!(opened.columns, drawn.columns);
    assert_eq!(opened.report, drawn.report);
    for (a, b) in opened.records.iter().zip(&drawn.records) {
        assert_eq!(
            (&a.id, a.row, &a.group, &a.country),
            (&b.id, b.row, &b.group, &b.country)
        );
    }
    assert_eq!((opened.name.as_str(), opened.skipped.len()), ("demo", 0));
    let again = demo::write(&target).unwrap_err();
    assert!(
        matches!(again, OutputError::NotEmpty { .. }),
        "nobody's files are written over"
    );
}

/// Two pictures as a start with this cache sees them.
fn two_pictures(cache: &std::path::Path) -> Vec<Vec<u8>> {
    let drawings = Drawings(Arc::new(Cache::open(cache).unwrap()));
    let cohort = demo(&Source::default(), Arc::new(drawings)).unwrap();
    let images = cohort.records.iter().take(2);
    images
        .map(|record| record.image.as_ref().unwrap().read().unwrap().into_owned())
        .collect()
}

#[test]
fn what_was_drawn_is_kept_for_the_next_start_and_a_damaged_copy_is_drawn_again() {
    let folder = tempfile::tempdir().unwrap();
    let first = two_pictures(folder.path());
    let records = drawn().records;
    let names = [&records[0].filename, &records[1].filename];
    let drawings = Drawings(Arc::new(Cache::open(folder.path()).unwrap()));
    for (name, picture) in names.iter().zip(&first) {
        assert_eq!(drawings.find(name).as_ref(), Some(picture));
    }
    // One that nobody draws is shown as long as it is kept: the copy is what is read.
    drawings.keep(names[0], b"kept");
    drop(drawings);
    assert_eq!(two_pictures(folder.path())[0], b"kept");
    let database = rusqlite::Connection::open(folder.path().join(FILE_NAME)).unwrap();
    let damaged = "UPDATE images SET thumbnail = substr(thumbnail, 1, length(thumbnail) - 1)";
    assert_eq!(database.execute(damaged, []).unwrap(), 2);
    assert_eq!(two_pictures(folder.path()), first);
    let drawings = Drawings(Arc::new(Cache::open(folder.path()).unwrap()));
    assert_eq!(drawings.find(names[0]).as_ref(), Some(&first[0]));
}

#[test]
fn filters_apply() {
    let filters = vec!["pattern=lobar".parse().unwrap(), "view~p".parse().unwrap()];
    let source = Source {
        filters,
        ..Source::default()
    };
    let lobar = demo(&source, Arc::new(())).unwrap();
    assert!(lobar.records.len() > 5 && lobar.records.len() < 60);
    assert_eq!(lobar.column("pattern").unwrap().n_unique(), 1);
    // A server that shows it listens before they are drawn.
    let is_drawn = |record: &Record| !format!("{:?}", record.image).contains("uninit");
    assert!(!lobar.records.iter().any(is_drawn));
    lobar.records[0].image.as_ref().unwrap().read().unwrap();
    assert_eq!(
        lobar
            .records
            .iter()
            .filter(|record| is_drawn(record))
            .count(),
        1
    );
}

/// Mean grey levels of a grid of 24 × 24 fields, with the picture's own mean and spread taken out,
/// which also takes out the exposure of the source.
fn plain_features(cohort: &Cohort) -> Vec<Vec<f32>> {
    const SIDE: usize = 24;
    let features = cohort.records.iter().map(|record| {
        let bytes = record.image.as_ref().unwrap().read().unwrap();
        let picture = decode(&bytes, Want::Grey).unwrap();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let mut sums = vec![(0.0f32, 0.0f32); SIDE * SIDE];
        for (at, value) in picture.grey().iter().enumerate() {
            let (column, row) = (at % width * SIDE / width, at / width * SIDE / height);
            let field = &mut sums[row * SIDE + column];
            *field = (field.0 + f32::from(*value), field.1 + 1.0);
        }
        let means: Vec<f32> = sums.iter().map(|(sum, n)| sum / n).collect();
        let mean = means.iter().sum::<f32>() / means.len() as f32;
        let spread = means
            .iter()
            .map(|m| (m - mean) * (m - mean))
            .sum::<f32>()
            .sqrt();
        means.iter().map(|m| (m - mean) / spread).collect()
    });
    features.collect()
}

/// Share of the front views whose nearest neighbours, of other patients, agree with them in a column.
fn agreement(cohort: &Cohort, features: &[Vec<f32>], column: &str) -> f32 {
    const NEIGHBOURS: usize = 5;
    let front: Vec<usize> = (0..180)
        .filter(|i| text(cohort, "view", *i).as_deref() != Some("L"))
        .collect();
    let mut hits = 0;
    for &i in &front {
        let distance = |j: usize| -> f32 {
            features[i]
                .iter()
                .zip(&features[j])
                .map(|(a, b)| (a - b) * (a - b))
                .sum()
        };
        let mut others: Vec<usize> = front.clone();
        others.retain(|j| cohort.records[*j].group != cohort.records[i].group);
        others.sort_by(|a, b| distance(*a).total_cmp(&distance(*b)));
        let mut votes: HashMap<Option<String>, usize> = HashMap::new();
        for j in &others[..NEIGHBOURS] {
            *votes.entry(text(cohort, column, *j)).or_default() += 1;
        }
        let (winner, _) = votes
            .iter()
            .max_by_key(|(value, n)| (**n, (*value).clone()))
            .unwrap();
        hits += usize::from(*winner == text(cohort, column, i));
    }
    hits as f32 / front.len() as f32
}

/// Both the truth and the confounder can be seen, even by something as plain as a small grey grid.
#[test]
fn pattern_and_source_can_be_told_apart() {
    let cohort = drawn();
    let features = plain_features(&cohort);
    let pattern = agreement(&cohort, &features, "pattern");
    let source = agreement(&cohort, &features, "source");
    println!(
        "nearest neighbours of other patients agree in pattern {pattern:.2}, source {source:.2}"
    );
    assert!(pattern > 0.5, "{pattern}: a third would be chance");
    assert!(source > 0.6, "{source}: a quarter would be chance");
}

#[test]
fn the_pictures_settle() {
    let cohort = drawn();
    let examined = cohort.records.iter().map(|record| {
        let picture = decode(&record.image.as_ref().unwrap().read().unwrap(), Want::Grey).unwrap();
        Examined::Read {
            facts: picture.facts(),
            in_training: Some(false),
            is_taught: false,
        }
    });
    let examined = examined.collect();
    let cohort = cohort.settle(examined).unwrap();
    // Facts about the files must not stand for the source, which is the planted confounder.
    for (fact, n_values) in [("file_type", 2), ("width", 3), ("height", 2)] {
        let column = cohort.column(fact).unwrap();
        let pairs = column.values.iter().enumerate();
        let pairs: HashSet<_> = pairs
            .map(|(i, value)| (text(&cohort, "source", i), format!("{value:?}")))
            .collect();
        assert_eq!(column.n_unique(), n_values, "{fact}");
        assert_eq!(pairs.len(), 4 * n_values, "every source has every {fact}");
    }
    let bright = &cohort.column("mean_brightness").unwrap().values;
    for value in bright {
        let Some(Value::Number(mean)) = value else {
            panic!("no brightness")
        };
        assert!((40.0..200.0).contains(mean), "{mean}");
    }
}
