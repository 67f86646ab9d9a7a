//! The networks that are part of the program.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::OnceLock;

use super::ModelError;

/// What a word for a built-in network begins with.
const BEGINNING: &str = "builtin:";

/// A network that is part of the program. models/README.md says of each what it has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltIn {
    /// The one that is used unless another is given.
    Default,
    /// The one that has seen no image of the public COVID-19 collection.
    Unseen,
}

impl BuiltIn {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Default, Self::Unseen];

    /// The word that stands for it where a file could be named.
    pub fn word(self) -> &'static str {
        match self {
            Self::Default => "builtin:default",
            Self::Unseen => "builtin:unseen",
        }
    }

    /// The one that a path names, if it has the form of such a word.
    ///
    /// # Errors
    /// When it has, and there is none that is called so.
    pub(super) fn of_path(path: &Path) -> Result<Option<Self>, ModelError> {
        let word = path.to_str().filter(|word| word.starts_with(BEGINNING));
        let Some(word) = word else { return Ok(None) };
        let mut all = Self::ALL.into_iter();
        let found = all.find(|built_in| built_in.word() == word);
        let unknown = || ModelError::UnknownBuiltIn {
            asked: word.to_owned(),
        };
        found.ok_or_else(unknown).map(Some)
    }

    /// The one of these bytes, by their hash.
    pub fn of_hash(hash: &blake3::Hash) -> Option<Self> {
        let hash = hash.to_hex();
        let mut all = Self::ALL.into_iter();
        all.find(|built_in| *built_in.hash() == *hash)
    }

    /// Whether an image's bytes are among those that it was trained on.
    ///
    /// A network separates images that it was trained on better than new ones, so clusters of such a cohort show
    /// less than they seem to. A copy that was resized or saved again is not recognised.
    pub fn was_trained_on(self, image: &blake3::Hash) -> bool {
        self.trained_on().contains_key(image)
    }

    /// Whether an image of so many bytes may be one that the default network was trained on and the other
    /// was not: of all others the bytes need not be read to know it.
    pub fn default_alone_may_know(n_bytes: u64) -> bool {
        static LENGTHS: OnceLock<HashSet<u64>> = OnceLock::new();
        let alone = || {
            let all = Self::Default.trained_on().iter();
            let alone = all.filter(|(image, _)| !Self::Unseen.was_trained_on(image));
            alone.map(|(_, n_bytes)| *n_bytes).collect()
        };
        LENGTHS.get_or_init(alone).contains(&n_bytes)
    }

    /// The images that it was trained on, and how many bytes each has.
    fn trained_on(self) -> &'static HashMap<blake3::Hash, u64> {
        static DEFAULT: OnceLock<HashMap<blake3::Hash, u64>> = OnceLock::new();
        static UNSEEN: OnceLock<HashMap<blake3::Hash, u64>> = OnceLock::new();
        let images = match self {
            Self::Default => &DEFAULT,
            Self::Unseen => &UNSEEN,
        };
        let read = |line: &str| {
            let (hash, n_bytes) = line.split_once(' ')?;
            Some((hash.parse().ok()?, n_bytes.parse().ok()?))
        };
        images.get_or_init(|| self.training_images().lines().filter_map(read).collect())
    }

    /// BLAKE3 of its ONNX file: another network under the same name would make other maps of the same images.
    fn hash(self) -> &'static str {
        match self {
            Self::Default => "abdf89ed1d89338e2f9e6d1d79f265205e918c6185d9a0bdee73e4d955de9e3c",
            Self::Unseen => "cbf96b1596deaea8d3c1281b1e8f6ea068e60b21a5db94ed469af36800924e38",
        }
    }

    /// Its ONNX file.
    pub(super) fn bytes(self) -> &'static [u8] {
        match self {
            Self::Default => include_bytes!("../../../../models/chest-xray-64-erased.onnx"),
            Self::Unseen => include_bytes!("../../../../models/chest-xray-64-unseen.onnx"),
        }
    }

    /// BLAKE3 of each training image's file in hexadecimal and its length in bytes, one on a line.
    fn training_images(self) -> &'static str {
        match self {
            Self::Default => include_str!("../../../../models/training-images.blake3"),
            Self::Unseen => include_str!("../../../../models/training-images-unseen.blake3"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_the_file_that_was_judged() {
        for built_in in BuiltIn::ALL {
            let found = blake3::hash(built_in.bytes());
            assert_eq!(built_in.hash(), found.to_hex().as_str(), "{built_in:?}");
            assert_eq!(BuiltIn::of_hash(&found), Some(built_in));
        }
    }

    #[test]
    fn every_line_of_the_lists_is_a_hash_and_known() {
        for built_in in BuiltIn::ALL {
            assert!(built_in.training_images().lines().count() > 100);
            for line in built_in.training_images().lines() {
                let (hash, n_bytes) = line.split_once(' ').unwrap();
                let hash = hash.parse().unwrap();
                assert!(built_in.was_trained_on(&hash), "{line}");
                let n_bytes = n_bytes.parse().unwrap();
                let is_known = BuiltIn::default_alone_may_know(n_bytes);
                assert!(is_known || BuiltIn::Unseen.was_trained_on(&hash), "{line}");
            }
            assert!(!BuiltIn::default_alone_may_know(1));
        }
    }

    #[test]
    fn other_bytes_are_not_known() {
        let other = blake3::hash(b"no X-ray");
        assert!(
            BuiltIn::ALL
                .iter()
                .all(|built_in| !built_in.was_trained_on(&other))
        );
    }

    #[test]
    fn a_network_is_known_by_its_word_and_by_its_bytes() {
        for built_in in BuiltIn::ALL {
            let found = BuiltIn::of_path(Path::new(built_in.word())).unwrap();
            assert_eq!(found, Some(built_in));
            let hash = blake3::hash(built_in.bytes());
            assert_eq!(BuiltIn::of_hash(&hash), Some(built_in));
        }
        assert_eq!(BuiltIn::of_hash(&blake3::hash(b"another")), None);
    }

    #[test]
    fn a_file_is_no_word_and_an_unknown_word_is_told_with_those_there_are() {
        assert_eq!(
            BuiltIn::of_path(Path::new("./builtin:unseen")).unwrap(),
            None
        );
        let error = BuiltIn::of_path(Path::new("builtin:other")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("builtin:default or builtin:unseen"),
            "{error}"
        );
    }
}
