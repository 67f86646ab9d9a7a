//! Ids: short hashes of file names.

/// Hexadecimal digits of an id, unless two names would share them.
const DIGITS: usize = 12;

/// The ids of a set of names.
pub(super) struct Ids<'a> {
    /// Sorted by name.
    ids: Vec<(&'a str, String)>,
}

impl<'a> Ids<'a> {
    /// Gives each name the first 12 hexadecimal digits of its BLAKE3 hash, and as many more as tell
    /// it from the others.
    ///
    /// The names must be all that there are, not only those that a filter leaves: so a clash, and
    /// with it an id, does not depend on the filter.
    pub(super) fn assign(names: impl Iterator<Item = &'a str>) -> Self {
        Self::with_digits(DIGITS, names)
    }

    /// The id of one of the names.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let at = self.ids.binary_search_by(|(known, _)| (*known).cmp(name));
        at.ok().map(|at| self.ids[at].1.as_str())
    }

    fn with_digits(digits: usize, names: impl Iterator<Item = &'a str>) -> Self {
        let mut hashes: Vec<_> = names
            .map(|name| (blake3::hash(name.as_bytes()).to_hex(), name))
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        // Among sorted hashes the one that shares most digits with a hash is its neighbour.
        let shared = |i: usize, j: usize| match (hashes.get(i), hashes.get(j)) {
            (Some((a, _)), Some((b, _))) => {
                a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
            }
            _ => 0,
        };
        let mut ids: Vec<(&str, String)> = (0..hashes.len())
            .map(|i| {
                let longest = shared(i.wrapping_sub(1), i).max(shared(i, i + 1));
                let (hash, name) = &hashes[i];
                (*name, hash[..digits.max(longest + 1)].to_owned())
            })
            .collect();
        ids.sort_unstable();
        Self { ids }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_start_of_the_hash() {
        let ids = Ids::assign(["a.png", "b.png", "a.png"].into_iter());
        assert_eq!(
            ids.get("a.png"),
            Some(&blake3::hash(b"a.png").to_hex()[..12])
        );
        assert_eq!(ids.get("c.png"), None);
    }

    #[test]
    fn clashing_names_get_more_digits() {
        let names: Vec<String> = (0..100).map(|i| format!("{i}.png")).collect();
        let ids = Ids::with_digits(1, names.iter().map(String::as_str));
        let distinct: std::collections::HashSet<_> =
            names.iter().map(|name| ids.get(name).unwrap()).collect();
        assert_eq!(distinct.len(), 100, "100 names cannot have one digit each");
    }
}
