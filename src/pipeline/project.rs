//! The project of a cohort: one file with what a person made of it and what was looked at. It is opened
//! once the images have been read, because they say whose it is.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use blake3::Hasher;
use ndarray::ArrayView1;

use crate::cohort::{Cohort, Record};
use crate::features::cache::Cache;
use crate::project::{ENDING, Owner, ProjectFile};

use super::study::Study;

/// The folder of projects within that of the cache.
const FOLDER: &str = "projects";
/// Hexadecimal digits that tell a cohort, or the bytes of an image, from all others.
const DIGITS: usize = 16;

/// Brings what a cache held before there were projects.
type TakeOver = fn(&Study, &Cache, &ProjectFile);

/// The project of a workbench.
pub struct Project {
    cache: Arc<Cache>,
    take_over: TakeOver,
    /// Where somebody wants it.
    given: OnceLock<PathBuf>,
    opened: OnceLock<Option<ProjectFile>>,
    id: OnceLock<String>,
}

impl Project {
    /// The project beside a cache; `take_over` is done once it is open.
    pub(super) fn new(cache: Arc<Cache>, take_over: TakeOver) -> Self {
        Self {
            cache,
            take_over,
            given: OnceLock::new(),
            opened: OnceLock::new(),
            id: OnceLock::new(),
        }
    }

    /// Lets it lie somewhere else; of a project that is open already nothing changes.
    pub fn lie_at(&self, path: &Path) {
        self.given.set(path.to_owned()).ok();
    }

    /// The file; `whole` is the study without conditions. `None` where not even memory is to be had.
    pub fn file(&self, whole: &Study) -> Option<&ProjectFile> {
        let open = || {
            let images = numbers(whole);
            let owner = Owner {
                name: &whole.cohort.name,
                images: &images,
            };
            let folder = self.cache.folder().join(FOLDER);
            let beside = || folder.join(self.id(whole)).with_extension(ENDING);
            let path = self.given.get().cloned();
            let path = path.or_else(|| ProjectFile::of_like(&folder, owner));
            let file = ProjectFile::open(&path.unwrap_or_else(beside), owner);
            let file = file
                .inspect_err(|error| tracing::warn!("There is no project: {error}."))
                .ok()?;
            (self.take_over)(whole, &self.cache, &file);
            Some(file)
        };
        self.opened.get_or_init(open).as_ref()
    }

    /// What tells the images of the cohort from others, wherever they lie and in whatever order.
    pub fn id(&self, whole: &Study) -> &str {
        self.id.get_or_init(|| identity(whole))
    }

    /// Where looks were kept before there were projects.
    pub(super) fn cache(&self) -> &Cache {
        &self.cache
    }
}

fn identity(whole: &Study) -> String {
    let mut hasher = Hasher::new_derive_key("negatoscope 2026 cohort");
    for number in numbers(whole) {
        hasher.update(&number.to_le_bytes());
    }
    hasher.finalize().to_hex()[..DIGITS].to_owned()
}

/// A number for each image, ascending: of its bytes, and of its id and features where there are none.
fn numbers(whole: &Study) -> Vec<u64> {
    let number = |(record, features): (&Record, ArrayView1<'_, f32>)| {
        let hash = match &record.content {
            Some(content) => content.hash,
            None => {
                let mut hasher = Hasher::new();
                hasher.update(record.id.as_bytes());
                for value in features {
                    hasher.update(&value.to_le_bytes());
                }
                hasher.finalize()
            }
        };
        let first = hash.as_bytes().first_chunk();
        first.map_or(0, |&eight| u64::from_le_bytes(eight))
    };
    let records = whole.cohort.records.iter();
    let mut numbers: Vec<u64> = records.zip(whole.features.rows()).map(number).collect();
    numbers.sort_unstable();
    numbers
}

/// What an image is called in a project: the same wherever the cohort lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageName {
    /// The record's id, a hash of the file's path within the cohort: no name of a file, which may be a
    /// patient's.
    pub id: String,
    /// The start of the hash of the file's bytes; `None` for vectors that come without images.
    pub content: Option<String>,
}

impl ImageName {
    /// The name of a record's image.
    pub fn of(record: &Record) -> Self {
        let content = record.content.as_ref();
        Self {
            id: record.id.clone(),
            content: content.map(|content| content.hash.to_hex()[..DIGITS].to_owned()),
        }
    }
}

/// The images of a cohort by their names.
pub struct ImageNames<'c> {
    cohort: &'c Cohort,
    by_id: HashMap<&'c str, usize>,
    by_content: HashMap<String, usize>,
}

impl<'c> ImageNames<'c> {
    /// Those of a cohort.
    pub fn new(cohort: &'c Cohort) -> Self {
        let records = || cohort.records.iter().enumerate();
        let content = |(place, record)| Some((ImageName::of(record).content?, place));
        Self {
            cohort,
            by_id: records().map(|(i, record)| (&*record.id, i)).collect(),
            // Of copies within the cohort the first, which is the last to be put in.
            by_content: records().rev().filter_map(content).collect(),
        }
    }

    /// The name of the image with this id.
    pub fn of(&self, id: &str) -> Option<ImageName> {
        let record = &self.cohort.records[*self.by_id.get(id)?];
        Some(ImageName::of(record))
    }

    /// The id here of an image of this name. The same bytes are the same image, whatever it is called;
    /// other bytes are another one, also in a file of the same name.
    pub fn find(&self, name: &ImageName) -> Option<&'c str> {
        let record = |place: usize| &self.cohort.records[place];
        let same = self.by_id.get(&*name.id).map(|&place| record(place));
        let same = same.filter(
            |record| match (ImageName::of(record).content, &name.content) {
                (Some(here), Some(there)) => here == *there,
                _ => true,
            },
        );
        let moved = || {
            let content = name.content.as_ref()?;
            self.by_content.get(content).map(|&place| record(place))
        };
        same.or_else(moved).map(|record| &*record.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cohort::image::Content;

    fn named(id: &str, content: Option<&str>) -> ImageName {
        let content = content.map(hex);
        let id = id.to_owned();
        ImageName { id, content }
    }

    fn hex(bytes: &str) -> String {
        blake3::hash(bytes.as_bytes()).to_hex()[..DIGITS].to_owned()
    }

    #[test]
    fn an_image_is_found_by_its_bytes_and_without_them_by_its_id() {
        let names = ["a.png", "b.png", "c.png", "d.png"].map(str::to_owned);
        let mut cohort = crate::cohort::from_rows("rows", 4, Some(&names));
        let bytes = [Some("one"), Some("two"), Some("two"), None];
        for (record, bytes) in cohort.records.iter_mut().zip(bytes) {
            record.content = bytes.map(|bytes| Content {
                hash: blake3::hash(bytes.as_bytes()),
                stamp: None,
            });
        }
        let ids: Vec<String> = cohort.records.iter().map(|r| r.id.clone()).collect();
        let names = ImageNames::new(&cohort);
        for (name, found) in [
            (named(&ids[0], Some("one")), Some(0)),
            (named("elsewhere", Some("one")), Some(0)),
            (named(&ids[2], Some("two")), Some(2)),
            (named("elsewhere", Some("two")), Some(1)),
            // Another picture under the same name is another picture.
            (named(&ids[0], Some("three")), None),
            (named(&ids[3], Some("four")), Some(3)),
            (named(&ids[1], None), Some(1)),
            (named("elsewhere", None), None),
        ] {
            assert_eq!(
                names.find(&name),
                found.map(|i: usize| &*ids[i]),
                "{name:?}"
            );
        }
        assert_eq!(names.of(&ids[1]), Some(named(&ids[1], Some("two"))));
        assert_eq!(names.of("nobody"), None);
    }
}
