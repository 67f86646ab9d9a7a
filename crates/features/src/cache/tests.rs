use std::fs;

use super::*;

fn image(n: u32) -> blake3::Hash {
    blake3::hash(&n.to_le_bytes())
}

fn space(name: &str) -> FeatureSpace {
    FeatureSpace::from_parts(&[name.as_bytes()])
}

fn vector(n: u32) -> Vec<f32> {
    (0..64).map(|i| (n * 64 + i) as f32 / 7.0).collect()
}

fn entry(n: u32) -> ImageEntry {
    ImageEntry {
        facts: format!("{{\"width\":{n}}}"),
        thumbnail: vec![n as u8; 900],
    }
}

fn entries<T>(n: u32, of: impl Fn(u32) -> T) -> Vec<(blake3::Hash, T)> {
    (0..n).map(|i| (image(i), of(i))).collect()
}

/// Changes the database behind the cache's back.
fn meddle(folder: &Path, sql: &str) {
    let connection = Connection::open(folder.join(FILE_NAME)).unwrap();
    assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
}

fn open(folder: &Path) -> Cache {
    let cache = Cache::open(folder).unwrap();
    assert_eq!(cache.warnings(), [""; 0]);
    assert!(cache.is_on_disk());
    cache
}

#[test]
fn what_was_put_is_found_again_by_the_next_process() {
    let folder = tempfile::tempdir().unwrap();
    let nested = folder.path().join("made/on/demand");
    {
        let cache = open(&nested);
        assert_eq!(cache.features(space("a"), &[image(0)]), [None]);
        cache.put_features(space("a"), &entries(3, vector));
        cache.put_images(1, &entries(3, entry));
    }
    let cache = open(&nested);
    let asked = [image(2), image(9), image(0)];
    assert_eq!(
        cache.features(space("a"), &asked),
        [Some(vector(2)), None, Some(vector(0))]
    );
    assert_eq!(
        cache.images(1, &asked),
        [Some(entry(2)), None, Some(entry(0))]
    );
}

#[test]
fn another_space_or_version_is_a_miss() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    cache.put_features(space("a"), &entries(1, vector));
    cache.put_images(1, &entries(1, entry));
    assert_eq!(cache.features(space("b"), &[image(0)]), [None]);
    assert_eq!(cache.images(2, &[image(0)]), [None]);
}

#[test]
fn a_space_depends_on_each_part_and_on_where_it_ends() {
    let a = FeatureSpace::from_parts(&[b"layer", b"1"]);
    for other in [
        &[&b"layer1"[..]][..],
        &[b"laye", b"r1"],
        &[b"layer", b"1", b""],
    ] {
        assert_ne!(a, FeatureSpace::from_parts(other));
    }
}

#[test]
fn a_damaged_entry_is_a_miss_and_is_replaced() {
    let damages = [
        "UPDATE features SET vector = zeroblob(256) WHERE image = (SELECT image FROM features)",
        "UPDATE features SET vector = substr(vector, 1, 128)",
        "UPDATE features SET vector = x''",
        "UPDATE features SET vector = 7",
        "UPDATE features SET checksum = 'text'",
    ];
    for damage in damages {
        let folder = tempfile::tempdir().unwrap();
        let cache = open(folder.path());
        cache.put_features(space("a"), &entries(1, vector));
        meddle(folder.path(), damage);
        assert_eq!(cache.features(space("a"), &[image(0)]), [None], "{damage}");
        cache.put_features(space("a"), &entries(1, vector));
        assert_eq!(
            cache.features(space("a"), &[image(0)]),
            [Some(vector(0))],
            "{damage}"
        );
    }
}

#[test]
fn a_damaged_image_entry_is_a_miss_and_leaves_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    cache.put_images(1, &entries(2, entry));
    meddle(
        folder.path(),
        "UPDATE images SET facts = '{}' WHERE facts LIKE '%0%'",
    );
    assert_eq!(
        cache.images(1, &[image(0), image(1)]),
        [None, Some(entry(1))]
    );
    meddle(
        folder.path(),
        "UPDATE images SET facts = x'ff' WHERE facts = '{}'",
    );
    assert_eq!(
        cache.images(1, &[image(0), image(1)]),
        [None, Some(entry(1))]
    );
}

#[test]
fn a_vector_in_anothers_row_is_a_miss() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    cache.put_features(space("a"), &entries(1, vector));
    let other = image(1).to_hex();
    meddle(
        folder.path(),
        &format!("UPDATE features SET image = x'{other}'"),
    );
    assert_eq!(cache.features(space("a"), &[image(1)]), [None]);
}

#[test]
fn two_handles_see_each_others_entries() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (open(folder.path()), open(folder.path()));
    std::thread::scope(|scope| {
        for (cache, name) in [(&one, "a"), (&two, "b")] {
            scope.spawn(move || {
                for i in 0..50 {
                    cache.put_features(space(name), &[(image(i), vector(i))]);
                }
            });
        }
    });
    let images: Vec<_> = (0..50).map(image).collect();
    let all: Vec<_> = (0..50).map(|i| Some(vector(i))).collect();
    assert_eq!(one.features(space("b"), &images), all);
    assert_eq!(two.features(space("a"), &images), all);
}

#[test]
fn many_may_make_the_cache_at_once() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for i in 0..8 {
                let folder = folder.path();
                scope
                    .spawn(move || open(folder).put_features(space("a"), &[(image(i), vector(i))]));
            }
        });
        let images: Vec<_> = (0..8).map(image).collect();
        let found = open(folder.path()).features(space("a"), &images);
        assert!(found.iter().all(Option::is_some), "{found:?}");
    }
}

#[test]
fn a_file_that_is_no_database_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    fs::write(
        &path,
        "no database, but long enough to look at ".repeat(100),
    )
    .unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    assert!(cache.is_on_disk());
    assert!(
        cache.warnings()[0].contains("set aside"),
        "{:?}",
        cache.warnings()
    );
    cache.put_features(space("a"), &entries(1, vector));
    assert_eq!(cache.features(space("a"), &[image(0)]), [Some(vector(0))]);
    assert!(folder.path().join("features.sqlite3.damaged").exists());
    drop(cache);
    open(folder.path());
}

#[test]
fn damage_that_shows_only_later_is_set_aside_then() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    {
        open(folder.path()).put_features(space("a"), &entries(500, vector));
    }
    let mut bytes = fs::read(&path).unwrap();
    // The first page holds the schema and stays; all tables and indices are overwritten.
    bytes[4096..].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    let cache = open(folder.path());
    let images: Vec<_> = (0..500).map(image).collect();
    assert!(
        cache
            .features(space("a"), &images)
            .iter()
            .all(Option::is_none)
    );
    cache.put_features(space("a"), &entries(1, vector));
    assert_eq!(cache.features(space("a"), &[image(0)]), [Some(vector(0))]);
    assert!(folder.path().join("features.sqlite3.damaged").exists());
}

/// The kinds of pages, by how many rows of features and of images may be lost with one.
fn most_lost(page: &[u8]) -> Option<(usize, usize)> {
    match page[0] {
        // Leaves of a table.
        0x0d => Some((16, 16)),
        // Leaves of an index: what is looked for may lie beside a key that is another now.
        0x0a => Some((64, 64)),
        // Inner pages: nothing below them is found.
        0x02 | 0x05 => None,
        // The rest of a long value, or nothing at all.
        _ => Some((0, 1)),
    }
}

#[test]
fn damage_costs_the_damaged_rows_alone() {
    let source = tempfile::tempdir().unwrap();
    let long = |n: u32| ImageEntry {
        thumbnail: (0..6000).map(|i| (i * n) as u8).collect(),
        ..entry(n)
    };
    {
        let cache = open(source.path());
        cache.put_features(space("a"), &entries(400, vector));
        cache.put_images(1, &entries(40, long));
        cache.put_images(2, &entries(100, entry));
    }
    // Pages that nothing uses.
    meddle(
        source.path(),
        "DELETE FROM images WHERE version = 2 AND rowid % 3 > 0",
    );
    let pages = fs::read(source.path().join(FILE_NAME)).unwrap();
    assert_eq!(pages.len() % 4096, 0);
    let mut kinds = std::collections::BTreeMap::new();
    for (number, page) in pages.chunks(4096).enumerate() {
        // Each kind, and a sample of those of which there are many.
        let seen = kinds.entry(page[0]).or_insert(0);
        *seen += 1;
        if *seen > 6 && number % 9 > 0 {
            continue;
        }
        for at in [0, 40, 2000] {
            let folder = tempfile::tempdir().unwrap();
            let mut bytes = pages.clone();
            bytes[4096 * number + at..][..24]
                .iter_mut()
                .for_each(|byte| *byte ^= 0x5a);
            fs::write(folder.path().join(FILE_NAME), bytes).unwrap();
            let cache = Cache::open(folder.path()).unwrap();
            let wanted: Vec<_> = entries(400, vector);
            let images: Vec<_> = wanted.iter().map(|(image, _)| *image).collect();
            let what = format!("page {number} of kind {:#x} at {at}", page[0]);
            let lost = |cache: &Cache| {
                let found = cache.features(space("a"), &images).into_iter().zip(&wanted);
                let lost = found.filter(|(found, (_, vector))| match found {
                    Some(found) => {
                        assert_eq!(found, vector, "{what}");
                        false
                    }
                    None => true,
                });
                let n_lost = lost.count();
                let found = cache.images(1, &images[..40]).into_iter().zip(0..);
                let of_images = found.filter(|(found, n)| match found {
                    Some(found) => {
                        assert_eq!(*found, long(*n), "{what}");
                        false
                    }
                    None => true,
                });
                (n_lost, of_images.count())
            };
            let (n_features, n_images) = lost(&cache);
            if let Some((most, of_images)) = most_lost(page).filter(|_| number > 0) {
                assert!(n_features <= most, "{what}: {n_features} features");
                assert!(n_images <= of_images, "{what}: {n_images} images");
            }
            // What is lost is put again, and then all is there.
            cache.put_features(space("a"), &wanted);
            cache.put_images(1, &entries(40, long));
            let (n_features, n_images) = lost(&cache);
            // A key of an index that is another now may stay in the way of one that is looked for.
            let in_the_way = if matches!(page[0], 0x0a | 0x02) { 2 } else { 0 };
            assert!(n_features + n_images <= in_the_way, "{what}");
        }
    }
    assert!(kinds.len() >= 5, "pages of each kind: {kinds:?}");
}

#[test]
fn of_a_file_that_was_cut_short_the_first_part_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    {
        open(folder.path()).put_features(space("a"), &entries(400, vector));
    }
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() * 3 / 4]).unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    let images: Vec<_> = (0..400).map(image).collect();
    let found = cache.features(space("a"), &images);
    let n_found = found.iter().flatten().count();
    assert!((200..400).contains(&n_found), "{n_found}");
    for (found, n) in found.iter().zip(0..) {
        assert!(found.as_ref().is_none_or(|found| *found == vector(n)));
    }
}

#[test]
fn where_nothing_can_be_written_the_cache_lives_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    fs::write(&file, "").unwrap();
    let cache = Cache::open(&file.join("cache")).unwrap();
    assert!(!cache.is_on_disk());
    assert!(
        cache.warnings()[0].contains("--cache-dir"),
        "{:?}",
        cache.warnings()
    );
    cache.put_features(space("a"), &entries(1, vector));
    assert_eq!(cache.features(space("a"), &[image(0)]), [Some(vector(0))]);
}

#[test]
fn a_file_that_may_not_be_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("50% of #1?");
    open(&place).put_features(space("a"), &entries(2, vector));
    let cache = open(folder.path());
    let file = place.join(FILE_NAME);
    store::read_beside(&cache.connection.lock().unwrap(), &file).unwrap();
    cache.put_features(space("b"), &entries(3, vector));
    cache.put_images(1, &entries(1, entry));
    let known = [Some(vector(0)), Some(vector(1)), None];
    let asked = [image(0), image(1), image(2)];
    assert_eq!(cache.features(space("a"), &asked), known);
    assert_eq!(cache.features(space("b"), &asked[2..]), [Some(vector(2))]);
    assert_eq!(cache.images(1, &asked[..1]), [Some(entry(0))]);
    assert_eq!(
        open(&place).features(space("b"), &asked),
        [None, None, None]
    );
}

#[test]
fn a_file_of_another_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path());
    let other = Connection::open(folder.path().join(FILE_NAME)).unwrap();
    other.pragma_update(None, "user_version", 99).unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    assert!(!cache.is_on_disk());
    assert!(
        cache.warnings()[0].contains("another version"),
        "{:?}",
        cache.warnings()
    );
}

#[test]
#[ignore = "prints how long look-ups take: cargo test cache_speed -- --ignored --nocapture"]
fn cache_speed() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    for n in [193, 100_000] {
        let all = entries(n, vector);
        let images: Vec<_> = all.iter().map(|(image, _)| *image).collect();
        let start = std::time::Instant::now();
        cache.put_features(space("speed"), &all);
        let written = start.elapsed();
        let cache = open(folder.path());
        let start = std::time::Instant::now();
        assert!(
            cache
                .features(space("speed"), &images)
                .iter()
                .all(Option::is_some)
        );
        println!(
            "{n} vectors: written in {written:.1?}, read in {:.1?}",
            start.elapsed()
        );
    }
}

#[test]
fn an_answer_comes_back_under_its_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let key = blake3::hash(b"what it was computed from");
    let cache = Cache::open(folder.path()).unwrap();
    assert_eq!(cache.answer(key), None);
    cache.put_answer(key, vec![1, 2, 3]);
    drop(cache);
    let cache = Cache::open(folder.path()).unwrap();
    assert_eq!(cache.answer(key), Some(vec![1, 2, 3]));
    assert_eq!(cache.answer(blake3::hash(b"something else")), None);
}

/// Ten entries would otherwise wait for a hundred seconds, each on its own.
#[test]
fn one_who_holds_the_write_lock_is_waited_for_once_and_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path());
    cache.put_features(space("a"), &entries(1, vector));
    let other = Connection::open(folder.path().join(FILE_NAME)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let started = std::time::Instant::now();
    for n in 1..10 {
        cache.put_features(space("a"), &[(image(n), vector(n))]);
        assert_eq!(cache.features(space("a"), &[image(0)]), [Some(vector(0))]);
    }
    let took = started.elapsed();
    assert!((PATIENCE..2 * PATIENCE).contains(&took), "{took:?}");
    assert!(cache.is_held.load(Ordering::Relaxed));
    other.execute_batch("COMMIT").unwrap();
    cache.put_features(space("a"), &[(image(20), vector(20))]);
    assert_eq!(cache.features(space("a"), &[image(20)]), [Some(vector(20))]);
    assert!(!cache.is_held.load(Ordering::Relaxed));
}
