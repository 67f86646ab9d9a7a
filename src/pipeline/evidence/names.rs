//! What the images of a cluster share, in a word or two: "mostly lateral".

use crate::analysis::Monitor;
use crate::analysis::association::ClusterName;

use super::super::study::{Clusters, Study, StudyError};
use super::super::values::{Values, group_numbers, tested_values};
use super::association::{Association, ColumnAnswer, Question};
use super::words;

/// Values that say nothing without their column.
const BARE: [&str; 5] = ["true", "false", "yes", "none", "other"];

/// A value with fewer letters says nothing without its column: "F", "12".
const MIN_LETTERS: usize = 3;

/// Columns that say how a picture was taken: their values are words to whoever reads X-rays.
const VIEWS: [&str; 4] = ["view", "viewposition", "view_position", "projection"];

/// Short for lateral.
const LATERAL: [&str; 4] = ["l", "ll", "rl", "lat"];

/// A cluster's name.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// The name: "mostly lateral".
    pub name: String,
    /// The column that it is of.
    pub column: String,
    /// The value.
    pub value: String,
    /// What it is counted from.
    pub found: ClusterName,
    /// The same in a sentence.
    pub sentence: String,
}

/// A column, the code of each image's value, and what each code is called.
type Coded<'a> = (&'a ColumnAnswer, Vec<Option<u32>>, Vec<String>);

/// A column as it is tested; none of numbers, which have no values to name anything by.
fn with_codes<'a>(study: &Study, answer: &'a ColumnAnswer) -> Option<Coded<'a>> {
    match tested_values(study.cohort.column(&answer.name)?) {
        Values::Categories { codes, names } => Some((answer, codes, names)),
        Values::Numbers(_) => None,
    }
}

impl Study {
    /// Names the clusters of a map by what goes with them in `association`, which is of these clusters
    /// with nothing held fixed. It describes this one map and claims no more.
    pub fn names(
        &self,
        clusters: &Clusters,
        (question, association): (&Question, &Association),
        monitor: &dyn Monitor,
    ) -> Result<Vec<Name>, StudyError> {
        // Those that a hand drew are evident in nothing: it may have seen the column.
        let evident = association
            .columns
            .iter()
            .filter(|column| column.is_evident());
        let with_codes = |answer| with_codes(self, answer);
        let columns: Vec<Coded<'_>> = evident.filter_map(with_codes).collect();
        let asked: Vec<_> = columns
            .iter()
            .map(|(answer, codes, _)| (&codes[..], &answer.test))
            .collect();
        let (labels, groups) = (&clusters.clustering.labels, group_numbers(&self.cohort));
        let found = question
            .params()
            .check()?
            .names(labels, &groups, &asked, monitor)?;
        let name = |found: ClusterName| {
            let (answer, _, names) = &columns[found.column];
            Name::new(&answer.name, &names[found.value as usize], found)
        };
        Ok(found.into_iter().map(name).collect())
    }
}

impl Name {
    fn new(column: &str, value: &str, found: ClusterName) -> Self {
        let called = called(column, value);
        Self {
            name: format!("mostly {called}"),
            sentence: format!(
                "{} of its {} with a {column} are {value}, and {} of {} elsewhere: more than chance \
                 gives (q = {}). It describes this map; whether the group comes again is in the verdict.",
                words::thousands(found.count),
                words::plural(found.of, "image"),
                words::thousands(found.elsewhere),
                words::thousands(found.of_elsewhere),
                words::significant(found.q_value),
            ),
            column: column.to_owned(),
            value: value.to_owned(),
            found,
        }
    }
}

/// The value, with its column where it says nothing alone.
fn called(column: &str, value: &str) -> String {
    if VIEWS.contains(&column.to_lowercase().as_str()) {
        let is_lateral = LATERAL.contains(&value.to_lowercase().as_str());
        return if is_lateral { "lateral" } else { value }.to_owned();
    }
    let letters = value
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .count();
    match letters < MIN_LETTERS || BARE.contains(&value.to_lowercase().as_str()) {
        true => format!("{column} {value}"),
        false => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_says_nothing_alone_stands_with_its_column() {
        for (column, value, said) in [
            ("view", "lateral", "lateral"),
            ("view", "L", "lateral"),
            ("View", "AP Supine", "AP Supine"),
            ("side", "L", "side L"),
            ("in_training", "yes", "in_training yes"),
            ("ward", "12", "ward 12"),
        ] {
            assert_eq!(called(column, value), said);
        }
    }

    #[test]
    fn a_name_says_what_it_is_counted_from_and_claims_no_more() {
        let found = ClusterName {
            label: 2,
            column: 0,
            value: 1,
            count: 15,
            of: 18,
            elsewhere: 9,
            of_elsewhere: 160,
            q_value: 0.0024,
        };
        let name = Name::new("view", "lateral", found);
        assert_eq!(name.name, "mostly lateral");
        assert!(
            name.sentence.starts_with(
                "15 of its 18 images with a view are lateral, and 9 of 160 elsewhere: more than chance \
                 gives (q = 0.0024)."
            ),
            "{}",
            name.sentence
        );
        assert!(
            name.sentence.ends_with(
                "It describes this map; whether the group comes again is in the verdict."
            )
        );
    }
}
