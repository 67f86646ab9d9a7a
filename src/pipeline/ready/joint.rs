//! Which record each vector of a file is of, by its name or by its place.

use std::collections::{HashMap, HashSet};

use crate::cohort::{self, Assumption, Cohort, CohortError, Examined, Skipped};
use crate::features::vectors::RowNames;
use crate::pipeline::examine::{Examiner, Seen};
use crate::pipeline::study::StudyError;

/// A cohort and how many vectors there are for it.
pub(super) struct Joint<'a> {
    pub(super) cohort: Cohort,
    /// Without filters.
    pub(super) whole: Cohort,
    /// The vectors' file.
    pub(super) name: &'a str,
    pub(super) n_vectors: usize,
}

impl Joint<'_> {
    pub(super) fn by_name(mut self, names: &RowNames) -> Result<(Cohort, Vec<usize>), StudyError> {
        let (names, wanted): (_, Vec<&str>) = match names {
            RowNames::Files(names) => {
                let records = self.whole.records.iter();
                (
                    names,
                    records.map(|record| record.filename.as_str()).collect(),
                )
            }
            RowNames::Ids(names) => {
                let records = self.whole.records.iter();
                (names, records.map(|record| record.id.as_str()).collect())
            }
        };
        let named = cohort::named(names, &wanted);
        let ids = self.whole.records.iter().map(|record| record.id.as_str());
        let of_ids: HashMap<&str, Option<usize>> = ids.zip(named.of_records).collect();
        let place = |id: &str| of_ids.get(id).copied().flatten();
        let records = self.cohort.records.iter();
        let places: Vec<Option<usize>> = records.map(|record| place(&record.id)).collect();
        if places.iter().all(Option::is_none) {
            return Err(StudyError::NoVectors {
                name: self.name.to_owned(),
                vector: names.first().cloned().unwrap_or_default(),
                record: wanted.first().copied().unwrap_or_default().to_owned(),
            });
        }
        let taken: HashSet<usize> = of_ids.values().copied().flatten().collect();
        let repeated: HashMap<usize, usize> = named.repeated.into_iter().collect();
        for (vector, filename) in names.iter().enumerate() {
            let reason = match repeated.get(&vector) {
                _ if taken.contains(&vector) => continue,
                Some(first) => format!("{} names it again: row {} counts", self.name, first + 1),
                None => format!("a vector in {} of no image of the cohort", self.name),
            };
            self.cohort.report.n_passed_over += 1;
            self.cohort.skipped.push(Skipped {
                filename: filename.clone(),
                reason,
            });
        }
        let text = format!(
            "The vectors of {} belong to the images that it names.",
            self.name
        );
        let reason = format!("no vector of this name in {}", self.name);
        Ok(self.take(&places, |_| reason.clone(), text))
    }

    pub(super) fn by_order(self, examiner: &Examiner) -> Result<(Cohort, Vec<usize>), StudyError> {
        let seen = match self.n_vectors == n_rows(&self.whole) {
            // All of them: whatever else has as many rows is the same.
            true => HashMap::new(),
            false => self.examined(examiner)?,
        };
        let lists = self.lists(&seen)?;
        let mut fitting: Vec<(&List, Vec<Option<usize>>)> = Vec::new();
        for list in lists
            .iter()
            .filter(|list| list.keys.len() == self.n_vectors)
        {
            let places = list.places(&self.cohort);
            if fitting.iter().all(|(_, known)| *known != places) {
                fitting.push((list, places));
            }
        }
        let said = |lists: &mut dyn Iterator<Item = &List>, word: &str| {
            let counts: Vec<String> = lists.map(List::count).collect();
            counts.join(word)
        };
        let (list, places) = match &fitting[..] {
            [(list, places)] => (list, places),
            [] => {
                let mut known = HashSet::new();
                let mut lists = lists.iter().filter(|list| known.insert(list.keys.len()));
                return Err(StudyError::Rows {
                    rows: self.n_vectors,
                    expected: said(&mut lists, ", "),
                });
            }
            several => {
                let mut lists = several.iter().map(|(list, _)| *list);
                return Err(StudyError::AmbiguousRows {
                    rows: self.n_vectors,
                    fitting: said(&mut lists, " and "),
                });
            }
        };
        let text = format!(
            "The {} vectors of {} are taken, in their order, for the {}.",
            self.n_vectors, self.name, list.what
        );
        let reason = format!("no vector in {}, which is of the {}", self.name, list.what);
        let places = places.clone();
        let why = |id: &str| match seen.get(id) {
            Some(Examined::Unreadable { reason }) => reason.clone(),
            _ => reason.clone(),
        };
        Ok(self.take(&places, why, text))
    }

    /// What came of looking at every picture, by the id of its record.
    fn examined(&self, examiner: &Examiner) -> Result<HashMap<String, Examined>, StudyError> {
        let records = &self.whole.records;
        let images: Vec<_> = records.iter().map(|record| record.image.as_ref()).collect();
        let seen = examiner.examine(&images, &())?;
        let ids = records.iter().map(|record| record.id.clone());
        Ok(ids.zip(seen.iter().map(Seen::examined)).collect())
    }

    /// The rows that vectors may be of.
    fn lists(&self, seen: &HashMap<String, Examined>) -> Result<Vec<List>, StudyError> {
        let rows = match self.whole.records.iter().all(|record| record.row.is_some()) {
            true => "rows of the metadata",
            false => "images",
        };
        let has_filters = !self.cohort.filters.is_empty();
        let mut lists = vec![List {
            what: rows.to_owned(),
            keys: (0..n_rows(&self.whole)).map(Key::Row).collect(),
        }];
        let mut add = |what: String, keys: Vec<Key>| lists.push(List { what, keys });
        let ids = |cohort: &Cohort| -> Vec<Key> {
            let records = cohort
                .records
                .iter()
                .filter(|record| record.image.is_some());
            records.map(|record| Key::Id(record.id.clone())).collect()
        };
        let readable = |cohort: &Cohort| -> Result<Vec<Key>, StudyError> {
            let mut cohort = cohort.clone();
            let unread = Examined::NoImage;
            let look = |id: &str| seen.get(id).unwrap_or(&unread).clone();
            let examined = cohort.records.iter().map(|record| look(&record.id));
            let examined: Vec<Examined> = examined.collect();
            cohort = cohort.settle(examined)?;
            match cohort.part_awaited() {
                Ok((part, _)) => Ok(ids(&part)),
                Err(CohortError::NothingLeft(_)) => Ok(Vec::new()),
                Err(error) => Err(error.into()),
            }
        };
        if has_filters {
            let wanted = self.cohort.wanted.iter().copied();
            add(
                format!("{rows} that meet --where"),
                wanted.map(Key::Row).collect(),
            );
        }
        for (cohort, meet, wanted) in [
            (&self.whole, "", true),
            (&self.cohort, " and meet --where", has_filters),
        ] {
            if wanted && cohort.has_images() {
                add(format!("images that are there{meet}"), ids(cohort));
                if !seen.is_empty() {
                    add(format!("images that can be read{meet}"), readable(cohort)?);
                }
            }
        }
        Ok(lists)
    }

    /// The cohort of the records that have a vector, and the place of each.
    fn take(
        mut self,
        places: &[Option<usize>],
        why_not: impl Fn(&str) -> String,
        text: String,
    ) -> (Cohort, Vec<usize>) {
        let records = self.cohort.records.iter().zip(places);
        let reasons: Vec<Option<String>> = records
            .map(|(record, place)| place.is_none().then(|| why_not(&record.id)))
            .collect();
        self.cohort.leave_out(&reasons);
        self.cohort.assumed.push(Assumption {
            topic: "vectors",
            column: None,
            text,
        });
        (self.cohort, places.iter().copied().flatten().collect())
    }
}

/// Rows of the metadata, blank ones among them, as pandas counts; without metadata its images.
fn n_rows(cohort: &Cohort) -> usize {
    match cohort.records.iter().all(|record| record.row.is_some()) {
        true => cohort.report.n_rows + cohort.report.n_blank,
        false => cohort.records.len(),
    }
}

/// What vectors may be of, in their order.
struct List {
    what: String,
    keys: Vec<Key>,
}

#[derive(PartialEq, Eq, Hash)]
enum Key {
    /// A row of the metadata, or of the images by file name.
    Row(usize),
    /// The id of a record.
    Id(String),
}

impl List {
    fn count(&self) -> String {
        format!("{} {}", self.keys.len(), self.what)
    }

    /// The place of each record of `cohort` in the list.
    fn places(&self, cohort: &Cohort) -> Vec<Option<usize>> {
        let places: HashMap<&Key, usize> = self.keys.iter().zip(0..).collect();
        let records = cohort.records.iter().zip(&cohort.wanted);
        let place = |(record, wanted): (&cohort::Record, &usize)| {
            let row = Key::Row(record.row.unwrap_or(*wanted));
            let of_row = places.get(&row).copied();
            of_row.or_else(|| places.get(&Key::Id(record.id.clone())).copied())
        };
        records.map(place).collect()
    }
}
