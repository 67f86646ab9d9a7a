//! Ids: short hashes of file names.

use std::borrow::Cow;
use std::collections::HashMap;

use super::names;

/// Hexadecimal digits of an id, unless two names would share them.
const DIGITS: usize = 12;

/// The ids of a set of names.
pub(super) struct Ids<'a> {
    ids: HashMap<&'a [u8], String>,
}

impl<'a> Ids<'a> {
    /// Gives each name the first 12 hexadecimal digits of its BLAKE3 hash, and as many more as tell
    /// it from the others. What is hashed is the name composed (Unicode's NFC), so that a file has
    /// one id on every system; of names that differ by nothing else only the composed one is, and
    /// the others are hashed as they are, as those that are not UTF-8.
    ///
    /// The names must be all that there are, not only those that a filter leaves: so a clash, and
    /// with it an id, does not depend on the filter.
    pub(super) fn assign(names: impl Iterator<Item = &'a [u8]>) -> Self {
        Self::with_digits(DIGITS, names)
    }

    /// The id of one of the names.
    pub(super) fn get(&self, name: &[u8]) -> Option<&str> {
        self.ids.get(name).map(String::as_str)
    }

    fn with_digits(digits: usize, names: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut names: Vec<&[u8]> = names.collect();
        names.sort_unstable();
        names.dedup();
        let mut alike: HashMap<Cow<'_, [u8]>, usize> = HashMap::new();
        for name in &names {
            *alike.entry(composed(name)).or_default() += 1;
        }
        let hashed = |name: &'a [u8]| match composed(name) {
            one if alike.get(&one) == Some(&1) => one,
            _ => Cow::Borrowed(name),
        };
        let mut hashes: Vec<_> = names
            .iter()
            .map(|name| (blake3::hash(&hashed(name)).to_hex(), *name))
            .collect();
        hashes.sort_unstable();
        // Among sorted hashes the one that shares most digits with a hash is its neighbour.
        let shared = |i: usize, j: usize| match (hashes.get(i), hashes.get(j)) {
            (Some((a, _)), Some((b, _))) => {
                a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
            }
            _ => 0,
        };
        let ids = (0..hashes.len()).map(|i| {
            let longest = shared(i.wrapping_sub(1), i).max(shared(i, i + 1));
            let (hash, name) = &hashes[i];
            (*name, hash[..digits.max(longest + 1)].to_owned())
        });
        Self { ids: ids.collect() }
    }
}

/// A name in Unicode's composed form, as far as it is text.
fn composed(name: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(name) {
        Ok(text) if !text.is_ascii() => Cow::Owned(names::composed(text).into_owned().into_bytes()),
        _ => Cow::Borrowed(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_start_of_the_hash() {
        let names: [&[u8]; 3] = [b"a.png", b"b.png", b"a.png"];
        let ids = Ids::assign(names.into_iter());
        assert_eq!(
            ids.get(b"a.png"),
            Some(&blake3::hash(b"a.png").to_hex()[..12])
        );
        assert_eq!(ids.get(b"c.png"), None);
    }

    #[test]
    fn clashing_names_get_more_digits() {
        let names: Vec<String> = (0..100).map(|i| format!("{i}.png")).collect();
        let ids = Ids::with_digits(1, names.iter().map(String::as_bytes));
        let distinct: std::collections::HashSet<_> = names
            .iter()
            .map(|name| ids.get(name.as_bytes()).unwrap())
            .collect();
        assert_eq!(distinct.len(), 100, "100 names cannot have one digit each");
    }

    #[test]
    fn a_name_has_one_id_however_it_is_composed_unless_both_are_there() {
        let (composed, taken_apart) = ("M\u{fc}ller.png", "Mu\u{308}ller.png");
        let id = |names: &[&str], wanted: &str| {
            let ids = Ids::assign(names.iter().map(|name| name.as_bytes()));
            ids.get(wanted.as_bytes()).unwrap().to_owned()
        };
        let alone = id(&[composed], composed);
        assert_eq!(id(&[taken_apart], taken_apart), alone);
        let both = [composed, taken_apart];
        assert_eq!(id(&both, composed), alone);
        assert_ne!(id(&both, taken_apart), alone);
    }

    #[test]
    fn names_that_are_not_utf_8_differ_by_their_bytes() {
        let names: [&[u8]; 3] = [b"m\xE4.png", b"m\xF6.png", b"m\xFC.png"];
        let ids = Ids::assign(names.into_iter());
        let distinct: std::collections::HashSet<_> =
            names.iter().map(|name| ids.get(name).unwrap()).collect();
        assert_eq!(distinct.len(), 3);
    }
}
