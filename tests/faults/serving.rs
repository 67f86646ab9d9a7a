//! Files that are changed, swapped, deleted and added while they are served: what is shown of an image is always the
//! picture that its features were made of.

use std::collections::HashMap;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{Dice, cohort, picture, scale};
use crate::support::Server;

#[test]
fn files_that_change_while_they_are_served_are_told_and_never_shown_for_another() {
    const N_IMAGES: usize = 24;
    let folder = tempfile::tempdir().unwrap();
    cohort(folder.path(), N_IMAGES as u32);
    let server = Server::start(&[folder.path().to_str().unwrap()]).ready();
    let records = server.get("/api/cohort").json()["records"].clone();
    let known: HashMap<String, (String, Vec<u8>)> = (records.as_array().unwrap().iter())
        .map(|record| {
            let name = record["filename"].as_str().unwrap().to_owned();
            let bytes = fs::read(folder.path().join(&name)).unwrap();
            (record["id"].as_str().unwrap().to_owned(), (name, bytes))
        })
        .collect();
    let ids: Vec<&String> = known.keys().collect();
    let seconds = 3 * scale() as u64;
    let (is_over, n_changes) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (mut n_shown, mut n_refused) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut dice = Dice(5);
            let name = |at: usize| folder.path().join(format!("good{at:04}.png"));
            while !is_over.load(Ordering::Relaxed) {
                let (one, other) = (dice.below(N_IMAGES), dice.below(N_IMAGES));
                // What is not there cannot be swapped or deleted, and that is no fault.
                let _ = match dice.below(6) {
                    0 => fs::remove_file(name(one)),
                    1 => fs::rename(name(one), name(other)),
                    2 => fs::copy(name(one), name(other)).map(drop),
                    3 => fs::write(name(one), b"no picture"),
                    4 => picture(900)
                        .save(name(one))
                        .map_err(|error| panic!("{error}")),
                    // Back again, as it was.
                    _ => picture(one as u32)
                        .save(name(one))
                        .map_err(|error| panic!("{error}")),
                };
                picture(901).save(folder.path().join("added.png")).unwrap();
                n_changes.fetch_add(1, Ordering::Relaxed);
            }
        });
        let started = Instant::now();
        let mut dice = Dice(6);
        while started.elapsed() < Duration::from_secs(seconds) {
            let id = ids[dice.below(ids.len())];
            let (name, bytes) = &known[id];
            let shown = server.get(&format!("/api/images/{id}"));
            match shown.status {
                200 => {
                    n_shown += 1;
                    assert!(shown.body == *bytes, "{name} is another picture");
                }
                404 | 410 | 422 => n_refused += 1,
                status => panic!("{status}: {}", shown.json()),
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
    // What differs at the end is told, and nothing else is.
    let differs = |(name, bytes): &&(String, Vec<u8>)| {
        fs::read(folder.path().join(name)).ok().as_ref() != Some(bytes)
    };
    let mut expected: Vec<&String> = known
        .values()
        .filter(differs)
        .map(|(name, _)| name)
        .collect();
    expected.sort();
    let told = server.get("/api/changed").json();
    let told = told["changed"].as_array().unwrap();
    let mut told: Vec<&str> = told
        .iter()
        .map(|told| told["filename"].as_str().unwrap())
        .collect();
    told.sort_unstable();
    assert_eq!(told, expected);
    assert!(n_shown > 20 && n_refused > 20, "{n_shown} {n_refused}");
    eprintln!(
        "{} changes of {N_IMAGES} files in {seconds} s: {n_shown} pictures were shown, each the one that its features \
         were made of, {n_refused} were refused, and the {} that differed at the end were told",
        n_changes.load(Ordering::Relaxed),
        told.len()
    );
}
