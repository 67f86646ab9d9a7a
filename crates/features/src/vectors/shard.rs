//! Which records of a cohort are one worker's.

use std::fmt;
use std::path::{Path, PathBuf};

/// More workers than this are a slip of the keyboard.
const MAX_SHARDS: usize = 100_000;

/// Every `of`-th record of a cohort from the one at `index` on, by their place in the cohort's order, which is that
/// of its table (without one, of the file names).
///
/// The place alone decides, so that no machine, number of threads or state of a cache does. Records are dealt one by
/// one and not in blocks, because those that stand together are alike: the long series of one patient, or the large
/// films of one hospital, are spread over all workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From 0, below [`of`](Self::of).
    index: usize,
    /// From 1 to 100,000.
    of: usize,
}

impl Shard {
    /// All records.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Reads `INDEX/OF`, such as `0/4`.
    pub fn of_word(word: &str) -> Option<Self> {
        let (index, of) = word.split_once('/')?;
        Self::new(index.parse().ok()?, of.parse().ok()?)
    }

    /// The shard at `index` of so many; `None` where there is none.
    pub fn new(index: usize, of: usize) -> Option<Self> {
        (index < of && of <= MAX_SHARDS).then_some(Self { index, of })
    }

    /// Which one it is, from 0.
    pub fn index(self) -> usize {
        self.index
    }

    /// How many there are.
    pub fn of(self) -> usize {
        self.of
    }

    /// Whether the record at a place is in it.
    pub fn has(self, position: usize) -> bool {
        position % self.of == self.index
    }

    /// The places of its records among so many, ascending.
    pub fn positions(self, n_records: usize) -> impl ExactSizeIterator<Item = usize> {
        (self.index..n_records).step_by(self.of)
    }

    /// The name of its part in a folder: names sort as shards do.
    pub fn file_name(self) -> String {
        format!("part-{:05}-of-{:05}.parquet", self.index, self.of)
    }

    /// Where its part is written: `output` itself where it ends in `.parquet`, else in that folder.
    pub fn place(self, output: &Path) -> PathBuf {
        let ending = output.extension();
        match ending.is_some_and(|ending| ending.eq_ignore_ascii_case("parquet")) {
            true => output.to_owned(),
            false => output.join(self.file_name()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_is_in_one_shard() {
        for of in 1..6 {
            let shards = (0..of).map(|index| Shard::new(index, of).unwrap());
            let mut dealt: Vec<usize> = shards
                .clone()
                .flat_map(|shard| shard.positions(11))
                .collect();
            dealt.sort_unstable();
            assert_eq!(dealt, (0..11).collect::<Vec<_>>());
            for shard in shards {
                assert!(shard.positions(11).all(|position| shard.has(position)));
                assert_eq!(Shard::of_word(&shard.to_string()), Some(shard));
            }
        }
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        for word in ["", "1", "4/4", "0/0", "-1/2", "a/b", "0/100001", "0/2/3"] {
            assert_eq!(Shard::of_word(word), None, "{word}");
        }
    }

    #[test]
    fn a_part_lies_where_it_is_told_or_under_its_name_in_a_folder() {
        let shard = Shard::new(3, 12).unwrap();
        let at = |path: &str| shard.place(Path::new(path)).display().to_string();
        assert_eq!(at("a/b.parquet"), "a/b.parquet");
        assert_eq!(at("parts"), "parts/part-00003-of-00012.parquet");
    }
}
