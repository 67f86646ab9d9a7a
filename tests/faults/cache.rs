//! A cache whose file was damaged or cut off, and one that two processes share.

use std::fs;
use std::path::Path;

use negatoscope::features::backend::{self, Wanted};
use negatoscope::features::cache::{Cache, FILE_NAME, FeatureSpace};
use negatoscope::features::model::{Choice, Model};

use super::{Dice, cohort, embed, embedded, said, scale};

/// Bytes are flipped and ends cut off at many places: what is found then is what was put, or nothing.
#[test]
fn no_damage_gives_a_wrong_vector_or_ends_the_program() {
    let model = Model::chosen(None, &Choice::default()).unwrap();
    let backend = backend::choose(&model, 1, Wanted::Embedded)
        .unwrap()
        .backend;
    let space = FeatureSpace::new(&model, &*backend);
    let entry = |n: u32| {
        let vector: Vec<f32> = (0..512).map(|at| (n * 512 + at) as f32 / 7.0).collect();
        (blake3::hash(&n.to_le_bytes()), vector)
    };
    let entries: Vec<_> = (0..300).map(entry).collect();
    let images: Vec<_> = entries.iter().map(|(image, _)| *image).collect();
    let answer = vec![7; 40_000];
    let folder = tempfile::tempdir().unwrap();
    {
        let cache = Cache::open(folder.path()).unwrap();
        cache.put_features(space, &entries);
        cache.put_answer(images[0], answer.clone());
    }
    let sound = fs::read(folder.path().join(FILE_NAME)).unwrap();
    let n_damaged = 100 * scale();
    let mut dice = Dice(1);
    let (mut n_kept, mut n_lost) = (0, 0);
    for number in 0..n_damaged {
        let mut bytes = sound.clone();
        match number % 3 {
            // A few bytes anywhere, the first page among them.
            0 => (0..1 + dice.below(8)).for_each(|_| {
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
            }),
            // A sector.
            1 => {
                let at = dice.below(bytes.len() / 512) * 512;
                bytes[at..at + 512].fill(dice.below(256) as u8);
            }
            _ => bytes.truncate(dice.below(bytes.len())),
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE_NAME), bytes).unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        for _ in 0..2 {
            for (found, (_, put)) in cache.features(space, &images).into_iter().zip(&entries) {
                match found {
                    Some(found) => {
                        assert_eq!(&found, put, "damage {number}");
                        n_kept += 1;
                    }
                    None => n_lost += 1,
                }
            }
            let found = cache.answer(images[0]);
            assert!(found.is_none_or(|found| found == answer), "damage {number}");
            // It goes on: what is computed anew can be kept.
            cache.put_features(space, &entries[..1]);
        }
    }
    eprintln!(
        "{n_damaged} damaged caches: {n_kept} vectors were found as they were put, {n_lost} were a miss, none was wrong"
    );
}

#[test]
fn two_processes_share_a_cache_and_make_the_same_features() {
    let images = tempfile::tempdir().unwrap();
    cohort(images.path(), 60);
    let scratch = tempfile::tempdir().unwrap();
    let (alone, _) = embedded(images.path(), &scratch.path().join("alone"));
    for round in 0..scale() {
        let shared = scratch.path().join(format!("shared{round}"));
        let outs = ["one.npy", "other.npy"].map(|name| scratch.path().join(name));
        let run = |out: &Path| embed(images.path(), &shared, out).output().unwrap();
        let told = std::thread::scope(|scope| {
            let runs = outs.each_ref().map(|out| scope.spawn(|| run(out)));
            runs.map(|run| said(&run.join().unwrap()))
        });
        for (out, told) in outs.iter().zip(told) {
            assert_eq!(fs::read(out).unwrap(), alone);
            assert!(!told.contains(" WARN "), "{told}");
        }
        let kept = rusqlite::Connection::open(shared.join(FILE_NAME)).unwrap();
        let count = kept.query_row("SELECT count(*) FROM features", [], |row| {
            row.get::<_, i64>(0)
        });
        assert_eq!(count.unwrap(), 60);
    }
    eprintln!(
        "{} times two processes on one cache: the same vectors, each kept once, no word of it",
        scale()
    );
}
