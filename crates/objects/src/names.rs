//! Which keys are files: one rule on every system, so that a cohort is the same wherever it is mirrored.

use std::collections::{BTreeMap, HashMap, HashSet};

/// The longest name that file systems take, in bytes.
const MAX_NAME: usize = 255;

/// Names of devices on Windows, whatever follows a dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Why a part of a key is no name of a file or folder, if it is none.
pub(crate) fn refusal(part: &str) -> Option<&'static str> {
    let stem = part.split('.').next().unwrap_or(part).to_lowercase();
    let (device, number) = stem.split_at_checked(3).unwrap_or((&stem, ""));
    let is_device = match number.as_bytes() {
        [] => DEVICES[..4].contains(&device),
        [b'0'..=b'9'] => DEVICES[4..].contains(&device),
        _ => false,
    };
    if part.is_empty() || part == "." || part == ".." {
        Some("its name leads out of the folder")
    } else if part.contains(|c: char| c.is_control() || r#"<>:"\|?*/"#.contains(c)) {
        Some("its name has a character that no file may have everywhere")
    } else if is_device || part.ends_with(['.', ' ']) {
        Some("Windows has no file of this name")
    } else if part.len() > MAX_NAME {
        Some("its name is longer than that of a file may be")
    } else {
        None
    }
}

/// Objects by their path in the folder, with slashes between, and those that have no place in it, each with the reason.
/// Hidden ones are neither: nobody looks into them.
pub(crate) fn places<T>(
    found: impl Iterator<Item = (String, T)>,
) -> (BTreeMap<String, T>, Vec<(String, &'static str)>) {
    let mut places = BTreeMap::new();
    let mut refused = Vec::new();
    for (path, object) in found {
        match path.split('/').find_map(refusal) {
            Some(reason) => refused.push((path, reason)),
            None if path.split('/').any(|part| part.starts_with('.')) => {}
            None => drop(places.insert(path, object)),
        }
    }
    for path in doubled(places.keys()) {
        places.remove(&path);
        refused.push((path, "another object has the same place in a folder"));
    }
    (places, refused)
}

/// Paths whose place another path has: as a file or a folder of the same name, where case does not count. The first stays.
fn doubled<'a>(paths: impl Iterator<Item = &'a String> + Clone) -> Vec<String> {
    let mut folders: HashMap<String, &str> = HashMap::new();
    for folder in paths.clone().flat_map(|path| above(path)) {
        folders.entry(folder.to_lowercase()).or_insert(folder);
    }
    let mut files = HashSet::new();
    let is_doubled = |path: &&'a String| {
        let folded = path.to_lowercase();
        let mut other = above(path).filter(|folder| folders[&folder.to_lowercase()] != *folder);
        folders.contains_key(&folded) || other.next().is_some() || !files.insert(folded)
    };
    paths.filter(is_doubled).cloned().collect()
}

/// The folders that a path leads through.
pub(crate) fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(keys: &[&str]) -> (Vec<String>, Vec<String>) {
        let found = keys.iter().map(|key| ((*key).to_owned(), ()));
        let (places, refused) = places(found);
        let refused = refused.into_iter().map(|(path, _)| path);
        (places.into_keys().collect(), refused.collect())
    }

    #[test]
    fn a_key_that_is_no_file_everywhere_is_refused() {
        for key in [
            "..",
            "../a",
            "a/../b",
            "a/..",
            "/etc/passwd",
            "a//b",
            "a/./b",
            "a/",
            "",
            "a\nb",
            "a\u{85}b",
            "a\\b",
            "..\\a",
            "C:\\a",
            "c:a",
            "a?b",
            "a|b",
            "a\"b",
            "<a>",
            "con",
            "CON.png",
            "a/nul.tar.gz",
            "com1.txt",
            "LPT9",
            "a.",
            "a ",
            "a /b",
        ] {
            assert_eq!(sorted(&[key]), (vec![], vec![key.to_owned()]), "{key:?}");
        }
        let long = "a".repeat(256);
        assert_eq!(sorted(&[&long]).1.len(), 1);
    }

    #[test]
    fn ordinary_keys_are_files() {
        let keys = [
            "com",
            "com10.png",
            "console.png",
            "ä ö/Röntgen 1.png",
            "a..b",
            "a/b/c.dcm",
            "1.2.840.10008",
            "a%20b+c.png",
            "lpt.png",
        ];
        for key in keys {
            assert_eq!(sorted(&[key]), (vec![key.to_owned()], vec![]), "{key:?}");
        }
    }

    #[test]
    fn hidden_keys_are_passed_over() {
        let keys = [".git/config", "a/.DS_Store", ".a.png.tmp", "..a", "b.png"];
        assert_eq!(sorted(&keys), (vec!["b.png".to_owned()], vec![]));
    }

    #[test]
    fn of_two_keys_that_are_one_file_one_is_refused() {
        let pair = |kept: &[&str], refused: &[&str]| {
            let list = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
            (list(kept), list(refused))
        };
        assert_eq!(sorted(&["A.png", "a.png"]), pair(&["A.png"], &["a.png"]));
        assert_eq!(sorted(&["a", "a/b.png"]), pair(&["a/b.png"], &["a"]));
        assert_eq!(sorted(&["A/b", "a"]), pair(&["A/b"], &["a"]));
        assert_eq!(sorted(&["A/b", "a/c"]), pair(&["A/b"], &["a/c"]));
    }
}
