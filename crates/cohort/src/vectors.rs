//! Ready vectors beside a cohort: which record each name is of, and what becomes of the others.

use std::collections::HashMap;

use super::matching::{FileIndex, Match};
use super::record::Cohort;
use super::settle::retain;
use super::summary::Skipped;
use super::walk::{FileEntry, Found};

/// Which record each of a list of names is of.
#[derive(Debug)]
pub struct Named {
    /// For each record the place of its name.
    pub of_records: Vec<Option<usize>>,
    /// The places of names that came before, each with the place of the first.
    pub repeated: Vec<(usize, usize)>,
}

/// Finds the file names of `wanted` among `names`, as the cells of a table find files: to the letter,
/// composed, or without case, by path or by as much of it as only one has.
pub fn named(names: &[String], wanted: &[&str]) -> Named {
    let mut first = HashMap::new();
    let mut repeated = Vec::new();
    let mut places = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let before = *first.entry(name.as_str()).or_insert(place);
        match before == place {
            true => places.push(place),
            false => repeated.push((place, before)),
        }
    }
    let entry = |place: &usize| FileEntry::new(names[*place].clone(), Found::Other);
    let entries: Vec<FileEntry> = places.iter().map(entry).collect();
    let index = FileIndex::new(&entries);
    let found: Vec<Match> = wanted.iter().map(|name| index.find(name)).collect();
    let mut takers = HashMap::<usize, (usize, usize)>::new();
    for found in &found {
        let (exact, all) = takers
            .entry(found.file().unwrap_or(usize::MAX))
            .or_default();
        *exact += usize::from(matches!(found, Match::Exact(_)));
        *all += 1;
    }
    // One that is named in full serves nobody else; one that several name by less serves none.
    let is_its = |found: &Match| match takers.get(&found.file()?) {
        Some((1, _)) if matches!(found, Match::Exact(_)) => found.file(),
        Some((0, 1)) => found.file(),
        _ => None,
    };
    let of_records = found.iter().map(|found| is_its(found).map(|at| places[at]));
    Named {
        of_records: of_records.collect(),
        repeated,
    }
}

impl Cohort {
    /// Leaves out the records for which there is a reason why they have no vector. `reasons` has one
    /// entry per record, in their order.
    pub fn leave_out(&mut self, reasons: &[Option<String>]) {
        let keep: Vec<bool> = reasons.iter().map(Option::is_none).collect();
        for (record, reason) in self.records.iter().zip(reasons) {
            self.skipped.extend(reason.iter().map(|reason| Skipped {
                filename: record.filename.clone(),
                reason: reason.clone(),
            }));
        }
        let n_left_out = keep.iter().filter(|keep| !**keep).count();
        self.report.n_without_vector += n_left_out;
        self.report.n_matched -= n_left_out.min(self.report.n_matched);
        retain(&mut self.records, &keep);
        for column in &mut self.columns {
            retain(&mut column.values, &keep);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str], wanted: &[&str]) -> Vec<Option<usize>> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        named(&names, wanted).of_records
    }

    #[test]
    fn names_find_their_record_whatever_their_order() {
        assert_eq!(
            found(&["b.png", "a.png"], &["a.png", "b.png"]),
            [Some(1), Some(0)]
        );
        assert_eq!(
            found(&["a.png"], &["images/a.png", "c.png"]),
            [Some(0), None]
        );
        assert_eq!(found(&["images/a.png"], &["a"]), [Some(0)]);
        assert_eq!(
            found(&["Mu\u{308}ller.PNG"], &["m\u{fc}ller.png"]),
            [Some(0)]
        );
    }

    #[test]
    fn what_may_be_anothers_is_nobodys() {
        assert_eq!(found(&["a.png"], &["x/a.png", "y/a.png"]), [None, None]);
        assert_eq!(
            found(&["x/a.png"], &["x/a.png", "y/a.png"]),
            [Some(0), None]
        );
        assert_eq!(found(&["x/a.png", "y/a.png"], &["a.png"]), [None]);
    }

    #[test]
    fn of_names_that_are_repeated_the_first_counts() {
        let names = ["a.png", "b.png", "a.png"].map(str::to_owned);
        let named = named(&names, &["a.png", "b.png"]);
        assert_eq!(named.of_records, [Some(0), Some(1)]);
        assert_eq!(named.repeated, [(2, 0)]);
    }
}
