//! Mirrors of stores in memory, in folders, and of a server whose answers break off.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::FutureExt;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path as Key;
use object_store::{BackoffConfig, ObjectStore, ObjectStoreExt, RetryConfig};
use tempfile::TempDir;

use crate::mirror::wanted;
use crate::store::Store;
use crate::{Address, Mirror, MirrorError};

/// A store with its mirror in a folder of its own.
struct Both {
    store: Arc<dyn ObjectStore>,
    folder: TempDir,
}

impl Both {
    fn of(store: impl ObjectStore) -> Self {
        Self {
            store: Arc::new(store),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn mirror(&self) -> Mirror {
        let store = Store::new(Arc::clone(&self.store)).unwrap();
        let place = self.folder.path().join("mirror");
        Mirror::at(&place, store, &Address::of("s3://films/a/b").unwrap(), 100)
    }

    fn put(&self, key: &str, bytes: &'static str) {
        let key = Key::parse(key).unwrap();
        let put = self.store.put(&key, bytes.into());
        // A store in memory never waits.
        put.now_or_never().unwrap().unwrap();
    }

    fn remove(&self, key: &str) {
        let key = Key::parse(key).unwrap();
        self.store.delete(&key).now_or_never().unwrap().unwrap();
    }

    /// Makes the mirror as the store is, and says how many objects came.
    fn update(&self) -> Result<u64, MirrorError> {
        let n_objects = AtomicU64::new(0);
        let mirror = self.mirror();
        let changes = mirror.compare()?;
        let told = changes.n_objects();
        changes.make(&|| {
            n_objects.fetch_add(1, Ordering::Relaxed);
        })?;
        assert_eq!(told, n_objects.load(Ordering::Relaxed));
        Ok(told)
    }

    fn files(&self) -> BTreeMap<String, String> {
        files(self.mirror().folder())
    }
}

/// All files below a folder with what is in them.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(inside) = waiting.pop() {
        for entry in fs::read_dir(inside).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            files.insert(name.replace('\\', "/"), fs::read_to_string(&path).unwrap());
        }
    }
    files
}

fn expected<const N: usize>(files: [(&str, &str); N]) -> BTreeMap<String, String> {
    let pair = |(path, text): (&str, &str)| (path.to_owned(), text.to_owned());
    files.map(pair).into()
}

#[test]
fn what_lies_below_the_prefix_comes_once() {
    let both = Both::of(InMemory::new());
    both.put("a/b/metadata.csv", "filename");
    both.put("a/b/images/1.png", "one");
    both.put("a/b/images/deep/2 ä.png", "two");
    both.put("a/bc/3.png", "of another folder");
    both.put("4.png", "above");
    assert_eq!(both.update().unwrap(), 3);
    let there = expected([
        ("metadata.csv", "filename"),
        ("images/1.png", "one"),
        ("images/deep/2 ä.png", "two"),
    ]);
    assert_eq!(both.files(), there);
    assert_eq!(both.mirror().folder().file_name().unwrap(), "b");
    assert_eq!(both.update().unwrap(), 0);
    assert_eq!(both.files(), there);
}

#[test]
fn what_changed_comes_and_what_is_gone_goes() {
    let both = Both::of(InMemory::new());
    for key in ["a/b/1.png", "a/b/2.png", "a/b/old/3.png", "a/b/4"] {
        both.put(key, "first");
    }
    both.update().unwrap();
    // As long as before.
    both.put("a/b/2.png", "other");
    both.remove("a/b/old/3.png");
    // A file becomes a folder.
    both.remove("a/b/4");
    both.put("a/b/4/5.png", "new");
    assert_eq!(both.update().unwrap(), 2);
    let there = expected([("1.png", "first"), ("2.png", "other"), ("4/5.png", "new")]);
    assert_eq!(both.files(), there);
    assert!(!both.mirror().folder().join("old").exists());
}

#[test]
fn what_somebody_did_to_the_folder_is_undone() {
    let both = Both::of(InMemory::new());
    both.put("a/b/1.png", "one");
    both.put("a/b/c/2.png", "two");
    both.update().unwrap();
    let folder = both.mirror().folder().to_owned();
    fs::write(folder.join("1.png"), "longer").unwrap();
    fs::write(
        folder.join("c/.2.png.1.tmp"),
        "left by a process that was killed",
    )
    .unwrap();
    assert_eq!(both.update().unwrap(), 1);
    let there = expected([("1.png", "one"), ("c/2.png", "two")]);
    assert_eq!(both.files(), there);
}

/// Also where a link leads out of the folder to where an object should be.
#[cfg(unix)]
#[test]
fn links_in_the_folder_are_not_followed() {
    let both = Both::of(InMemory::new());
    both.put("a/b/c/1.png", "one");
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("1.png"), "mine").unwrap();
    let folder = both.mirror().folder().to_owned();
    fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.join("c")).unwrap();
    both.update().unwrap();
    assert_eq!(files(outside.path()), expected([("1.png", "mine")]));
    assert_eq!(both.files(), expected([("c/1.png", "one")]));
}

#[test]
fn keys_without_a_place_and_large_objects_are_left_out() {
    let both = Both::of(InMemory::new());
    both.put("a/b/1.png", "one");
    both.put("a/b/c:/2.png", "two");
    both.put("a/b/..\\..\\3.png", "three");
    both.put("a/b/.git/config", "hidden");
    both.put("a/b/4.png", Box::leak("4".repeat(101).into_boxed_str()));
    both.put("a/b/5.png", Box::leak("5".repeat(100).into_boxed_str()));
    // Marks of folders, which are passed over, and an empty file.
    for key in ["a/b/folder", "a/b/7.d", "a/b/6.png"] {
        both.put(key, "");
    }
    both.put("a/b/7.d/8.png", "eight");
    let store = Store::new(Arc::clone(&both.store)).unwrap();
    let (_, left_out) = wanted(store.list(&Key::from("a/b")).unwrap(), 100);
    let mut left_out: Vec<_> = left_out.into_iter().map(|(path, _)| path).collect();
    left_out.sort();
    assert_eq!(left_out, ["..\\..\\3.png", "4.png", "c:/2.png"]);
    both.update().unwrap();
    let there = both.files().into_keys().collect::<Vec<_>>();
    assert_eq!(there, ["1.png", "5.png", "6.png", "7.d/8.png"]);
    assert_eq!(both.update().unwrap(), 0);
}

#[test]
fn a_prefix_of_nothing_is_told_and_takes_nothing_away() {
    let both = Both::of(InMemory::new());
    both.put("a/b/1.png", "one");
    both.update().unwrap();
    both.remove("a/b/1.png");
    let error = both.update().unwrap_err();
    assert!(matches!(error, MirrorError::Nothing { .. }), "{error}");
    assert_eq!(both.files(), expected([("1.png", "one")]));
}

#[test]
fn a_store_of_files_is_one_too() {
    let from = tempfile::tempdir().unwrap();
    fs::create_dir_all(from.path().join("a/b/c")).unwrap();
    fs::write(from.path().join("a/b/c/1.png"), "one").unwrap();
    let both = Both::of(LocalFileSystem::new_with_prefix(from.path()).unwrap());
    assert_eq!(both.update().unwrap(), 1);
    assert_eq!(both.update().unwrap(), 0);
    fs::write(from.path().join("a/b/c/1.png"), "another").unwrap();
    assert_eq!(both.update().unwrap(), 1);
    assert_eq!(both.files(), expected([("c/1.png", "another")]));
}

#[test]
fn another_process_is_waited_for() {
    let both = Both::of(InMemory::new());
    both.put("a/b/1.png", "one");
    let mirror = both.mirror();
    let held = mirror.compare().unwrap();
    std::thread::scope(|scope| {
        let other = scope.spawn(|| both.update().unwrap());
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert!(!other.is_finished());
        held.make(&|| ()).unwrap();
        assert_eq!(other.join().unwrap(), 0);
    });
}

/// What a server of the test says to every request, by its target.
type Says = fn(&str) -> String;

/// An S3 whose server is this one.
fn served(says: Says) -> impl ObjectStore {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    if stream.read(&mut byte).unwrap_or(0) == 0 {
                        return;
                    }
                    head.push(byte[0]);
                }
                let head = String::from_utf8(head).unwrap();
                let target = head.split(' ').nth(1).unwrap();
                stream.write_all(says(target).as_bytes()).ok();
            });
        }
    });
    let retry = RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: 1,
        retry_timeout: std::time::Duration::from_secs(1),
    };
    let _ = rustls::crypto::ring::default_provider().install_default();
    AmazonS3Builder::new()
        .with_endpoint(format!("http://{address}"))
        .with_allow_http(true)
        .with_bucket_name("films")
        .with_skip_signature(true)
        .with_retry(retry)
        .build()
        .unwrap()
}

fn answer(status: &str, length: usize, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\nETag: \"1\"\r\n\
         Last-Modified: Tue, 01 Dec 2026 00:00:00 GMT\r\n\r\n{body}"
    )
}

/// Lists objects of ten bytes.
fn listing(keys: &[&str]) -> String {
    let object = |key: &&str| {
        format!(
            "<Contents><Key>{key}</Key><Size>10</Size><ETag>\"1\"</ETag>\
             <LastModified>2026-12-01T00:00:00.000Z</LastModified></Contents>"
        )
    };
    let objects: String = keys.iter().map(object).collect();
    let body = format!("<ListBucketResult>{objects}</ListBucketResult>");
    answer("200 OK", body.len(), &body)
}

#[test]
fn an_object_that_breaks_off_leaves_nothing_half_and_what_came_is_kept() {
    let both = Both::of(served(|target| match target {
        target if target.contains("list-type") => listing(&["a/b/1.png", "a/b/c/2.png"]),
        target if target.ends_with("1.png") => answer("200 OK", 10, "0123456789"),
        _ => answer("200 OK", 10, "01234"),
    }));
    let error = both.update().unwrap_err();
    let MirrorError::Fetch { key, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(key, "a/b/c/2.png");
    assert_eq!(both.files(), expected([("1.png", "0123456789")]));
    assert_eq!(both.mirror().compare().unwrap().n_objects(), 1);
}

#[test]
fn keys_that_lead_out_of_the_folder_are_refused_by_name() {
    let both = Both::of(served(|_| {
        listing(&["a/b/1.png", "a/b/../../../../evil.png"])
    }));
    let error = both.update().unwrap_err();
    let MirrorError::Key { key } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(key, "a/b/../../../../evil.png");
    assert_eq!(
        files(both.folder.path()).into_keys().collect::<Vec<_>>(),
        ["mirror.lock"]
    );
}

#[test]
fn a_store_that_does_not_answer_is_replaced_by_a_whole_mirror_alone() {
    let mut both = Both::of(InMemory::new());
    both.put("a/b/1.png", "one");
    let gone = || Arc::new(served(|_| String::new()));
    let there = std::mem::replace(&mut both.store, gone());
    let error = both.update().unwrap_err();
    assert!(matches!(error, MirrorError::Unreachable { .. }), "{error}");
    both.store = there;
    both.update().unwrap();
    both.store = gone();
    assert_eq!(both.update().unwrap(), 0);
    assert_eq!(both.files(), expected([("1.png", "one")]));
    fs::remove_file(both.mirror().folder().join("1.png")).unwrap();
    assert!(both.update().is_err());
}

#[test]
fn a_store_that_says_no_is_not_replaced() {
    let mut both = Both::of(InMemory::new());
    both.put("a/b/1.png", "one");
    both.update().unwrap();
    for (says, expected) in [
        (
            (|_| answer("403 Forbidden", 0, "")) as Says,
            "may not be read",
        ),
        ((|_| answer("404 Not Found", 0, "")) as Says, "no bucket"),
    ] {
        both.store = Arc::new(served(says));
        let error = both.update().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
