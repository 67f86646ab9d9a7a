//! Whether code keeps to the tables of `borders.rs`.

use super::source::{Mention, Names, Source};
use std::collections::BTreeSet;

fn is_in(file: &str, place: &str) -> bool {
    file == place || place.ends_with('/') && file.starts_with(place)
}

/// Whether a path from a crate's name on is `word`, `std::fs`, or something in it.
pub(crate) fn begins_with(path: &[String], word: &str) -> bool {
    let mut names = path.iter();
    word.split("::")
        .all(|word| names.next().is_some_and(|name| name == word))
}

/// Every mention in `source`, with its file and the paths that it stands for.
pub(crate) fn mentions(
    source: &Source,
) -> impl Iterator<Item = (&str, &Mention, &BTreeSet<Names>)> {
    let mentions = source.mentions.iter().zip(source.meanings());
    mentions.map(|(mention, meaning)| {
        let file = source.modules[mention.module].file;
        (&source.files[file][..], mention, &meaning.paths)
    })
}

/// Files outside the `allowed` places that name one of `words`.
pub(crate) fn trespasses(source: &Source, words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (file, mention, paths) in mentions(source) {
        if allowed.iter().any(|place| is_in(file, place)) {
            continue;
        }
        for word in words {
            if paths.iter().any(|path| begins_with(path, word)) {
                found.push(format!("{file} names {word}: {}", mention.path));
            }
        }
    }
    found
}

/// The part of ours that a path from a crate's name on leads into: a crate, or one of the modules at
/// the root of the binary's library.
fn part<'a>(source: &Source, path: &'a [String]) -> Option<&'a str> {
    match path {
        [first, second, ..] if first == "negatoscope" => {
            let root = source.roots.get(first)?;
            // The others there are given on, and lead to a crate.
            let is_own = source.modules[*root].children.contains_key(second);
            is_own.then_some(second)
        }
        [first, ..] if first == "negatoscope_main" => None,
        [first, ..] => first.strip_prefix("negatoscope_"),
        [] => None,
    }
}

/// Files that name a part of ours which their row does not give.
pub(crate) fn calls_back(source: &Source, rows: &[(&str, &[&str])]) -> Vec<String> {
    let mut found = Vec::new();
    for (file, mention, paths) in mentions(source) {
        let row = rows.iter().find(|(place, _)| is_in(file, place));
        let (place, allowed) = row.unwrap_or_else(|| panic!("{file} is in no row of OURS"));
        let own = place.trim_end_matches('/').trim_end_matches(".rs");
        for part in paths.iter().filter_map(|path| part(source, path)) {
            if part != own && !allowed.contains(&part) {
                found.push(format!("{file} names {part}: {}", mention.path));
            }
        }
    }
    found
}
