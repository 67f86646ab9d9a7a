//! Which file of a crate names what of which other, and where that runs in a circle.

use super::source::Source;
use std::collections::{BTreeMap, BTreeSet};

/// A file that names something that another one of its crate defines.
pub(crate) type Edge<'a> = (&'a str, &'a str);

/// All edges within the crates, in code that is not only for tests. `pub use` is none: it gives on
/// and does not use.
pub(crate) fn edges(source: &Source) -> BTreeSet<Edge<'_>> {
    let mut edges = BTreeSet::new();
    for (mention, meaning) in source.mentions.iter().zip(source.meanings()) {
        if mention.in_test || mention.is_given_on {
            continue;
        }
        let from = &source.modules[mention.module];
        let crate_files = files_of(source, &from.path[0]);
        for &to in &meaning.files {
            if to != from.file && crate_files.contains(&to) {
                edges.insert((&source.files[from.file][..], &source.files[to][..]));
            }
        }
    }
    edges
}

fn files_of(source: &Source, name: &str) -> BTreeSet<usize> {
    let modules = source.modules.iter();
    modules
        .filter(|m| m.path[0] == name)
        .map(|m| m.file)
        .collect()
}

/// Without the way from a file back to the door of its folder, where that names the file: a door is
/// the file of the module above, such as `a/mod.rs` of `a/b.rs`.
pub(crate) fn without_doors<'a>(source: &Source, edges: &BTreeSet<Edge<'a>>) -> BTreeSet<Edge<'a>> {
    let mut doors = BTreeSet::new();
    for module in &source.modules {
        for &child in module.children.values() {
            let child = source.modules[child].file;
            doors.insert((&source.files[child][..], &source.files[module.file][..]));
        }
    }
    let is_way_back =
        |&(from, to): &Edge<'a>| doors.contains(&(from, to)) && edges.contains(&(to, from));
    edges
        .iter()
        .copied()
        .filter(|edge| !is_way_back(edge))
        .collect()
}

/// The largest sets of files that all name each other, by whatever way.
pub(crate) fn circles<'a>(edges: &BTreeSet<Edge<'a>>) -> Vec<BTreeSet<&'a str>> {
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in edges {
        next.entry(from).or_default().insert(to);
    }
    let reached = |from: &'a str| {
        let mut reached = BTreeSet::new();
        let mut waiting = vec![from];
        while let Some(file) = waiting.pop() {
            for file in next.get(file).into_iter().flatten() {
                if reached.insert(*file) {
                    waiting.push(file);
                }
            }
        }
        reached
    };
    let files: BTreeSet<&'a str> = edges.iter().map(|(from, _)| *from).collect();
    let reach: BTreeMap<&'a str, BTreeSet<&'a str>> =
        files.iter().map(|file| (*file, reached(file))).collect();
    let circle = |file: &&'a str| -> BTreeSet<&'a str> {
        let back = |other: &&&'a str| reach.get(**other).is_some_and(|reach| reach.contains(file));
        reach[file].iter().filter(back).copied().collect()
    };
    let found: BTreeSet<BTreeSet<&str>> = files.iter().map(circle).collect();
    found
        .into_iter()
        .filter(|circle| !circle.is_empty())
        .collect()
}
