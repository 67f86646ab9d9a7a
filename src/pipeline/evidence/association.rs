//! What explains the clusters, in words.

use std::time::{Duration, Instant};

use crate::analysis::Monitor;
use crate::analysis::association::{
    AssociationParams, ColumnTest, Finding, Held, Noise, SettingsTest, Values as Tested,
};
use crate::analysis::clustering::{ClusteringParams, plane};
use crate::cohort::Column;

use super::super::study::{Clusters, Projection, Study, StudyError};
use super::super::values::{self, UnknownColumn, Values, group_numbers, tested_values};
use super::grouping::Grouping;
use super::others::{MOST_COMPARED, Others};

/// Images up to which a column is tested over a whole plane: beyond, it would take many minutes.
const PLANE_LIMIT: usize = 20_000;

/// What to ask of the clusters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// The column of interest.
    pub column: String,
    /// The column whose levels are held fixed.
    pub within: Option<String>,
    /// Whether noise is one more cluster.
    pub with_noise: bool,
}

/// Every column against the clusters, in numbers.
#[derive(Debug)]
pub struct Association {
    /// The columns, the one that explains most first; those that cannot be tested last.
    pub columns: Vec<ColumnAnswer>,
    /// The column that was chosen beforehand.
    pub planned: String,
    /// Which columns go with the clusters beside the column of interest.
    pub(super) others: Others,
    /// What the clusters are.
    pub(super) grouping: Grouping,
    /// Permutations of each test.
    pub n_permutations: usize,
    /// Their seed.
    pub seed: u64,
    /// Time it took.
    pub elapsed: Duration,
}

/// One column against the clusters.
#[derive(Debug)]
pub struct ColumnAnswer {
    /// The column.
    pub name: String,
    /// What its values are.
    pub kind: &'static str,
    /// Whether it was computed here rather than given.
    pub derived: bool,
    /// Whether it was chosen beforehand.
    pub planned: bool,
    /// Whether a hand that may have seen it drew clusters: no p and no q says anything then.
    pub drawn_by_hand: bool,
    /// The test.
    pub test: ColumnTest,
}

impl ColumnAnswer {
    /// What was found.
    pub fn finding(&self) -> Option<&Finding> {
        self.test.outcome.as_ref().ok()
    }

    /// Its place in the ranking, by what it explains.
    fn place(&self) -> f64 {
        let found = self.finding();
        found.map_or(f64::NEG_INFINITY, |found| found.explained)
    }

    /// What chance has a say in; nothing where clusters were drawn by hand.
    fn judged(&self) -> Option<&Finding> {
        self.finding().filter(|_| !self.drawn_by_hand)
    }

    /// Its own p.
    pub fn p_value(&self) -> Option<f64> {
        self.judged().map(|found| found.p_value)
    }

    /// Its q among all columns but the one chosen beforehand, which has none.
    pub fn q_value(&self) -> Option<f64> {
        self.judged()?.q_value
    }

    /// The effect that would have been found in 80% of such cohorts.
    pub fn detectable_effect(&self) -> Option<f64> {
        self.judged()?.detectable_effect
    }

    /// Whether it goes with the clusters, by p where it was chosen beforehand and by q where not.
    pub fn is_evident(&self) -> bool {
        self.judged().is_some_and(Finding::is_evident)
    }
}

/// One column against the clusters of every setting of the plane.
#[derive(Debug)]
pub struct PlaneAssociation {
    /// The test.
    pub test: SettingsTest,
    /// The setting whose clusters go best with the column, and the clusters there.
    pub best: Option<(ClusteringParams, usize)>,
    /// What the clusters are there.
    pub(super) grouping: Grouping,
    /// Settings of the plane.
    pub n_settings: usize,
    /// Time it took.
    pub elapsed: Duration,
}

impl Question {
    pub(super) fn params(&self) -> AssociationParams {
        AssociationParams {
            noise: self.noise(),
            ..AssociationParams::default()
        }
    }

    /// What noise stands for.
    pub(super) fn noise(&self) -> Noise {
        if self.with_noise {
            Noise::OneMoreCluster
        } else {
            Noise::LeftOut
        }
    }
}

impl Study {
    /// Whether the columns that a question names are there; for questions that take their time.
    ///
    /// # Errors
    /// [`UnknownColumn`], naming the first that is not.
    pub fn check(&self, question: &Question) -> Result<(), UnknownColumn> {
        values::shown_values(&self.cohort, "breakdown", &question.column)?;
        self.levels(question).map(drop)
    }

    /// Tests every column against the clusters, patients kept whole.
    pub fn association(
        &self,
        clusters: &Clusters,
        question: &Question,
        monitor: &dyn Monitor,
    ) -> Result<Association, StudyError> {
        let started = Instant::now();
        let held = self.levels(question)?;
        let within = held.as_ref().map(as_held);
        // A column says nothing within its own levels.
        let others = |column: &&Column| question.within.as_ref() != Some(&column.name);
        let columns: Vec<&Column> = self.cohort.columns.iter().filter(others).collect();
        let values: Vec<Values> = columns.iter().map(|column| tested_values(column)).collect();
        let tested: Vec<Tested<'_>> = values.iter().map(as_tested).collect();
        let planned = columns
            .iter()
            .position(|column| column.name == self.planned());
        let (labels, groups) = (&clusters.clustering.labels, group_numbers(&self.cohort));
        let checked = question.params().check()?;
        let found = checked.columns(labels, &groups, (&tested, planned), within, monitor)?;
        let answer = |(column, test): (&&Column, ColumnTest)| ColumnAnswer {
            name: column.name.clone(),
            kind: column.kind.as_str(),
            derived: column.derived,
            planned: column.name == self.planned(),
            drawn_by_hand: !clusters.own.is_empty(),
            test,
        };
        let mut columns: Vec<ColumnAnswer> =
            columns.iter().zip(found.columns).map(answer).collect();
        // Stable: equal ones stay in the order of the table.
        columns.sort_by(|a, b| b.place().total_cmp(&a.place()));
        Ok(Association {
            planned: self.planned().to_owned(),
            others: self.others(clusters, question, &columns, monitor)?,
            grouping: Grouping::of(clusters),
            columns,
            n_permutations: found.n_permutations,
            seed: question.params().seed,
            elapsed: started.elapsed(),
        })
    }

    /// Which columns go with the clusters beside the column of interest, and which of them more
    /// closely.
    fn others(
        &self,
        clusters: &Clusters,
        question: &Question,
        columns: &[ColumnAnswer],
        monitor: &dyn Monitor,
    ) -> Result<Others, StudyError> {
        let mut others = Others::default();
        let interest = columns.iter().find(|column| column.name == question.column);
        let Some(interest) = interest else {
            return Ok(others);
        };
        let (labels, groups) = (&clusters.clustering.labels, group_numbers(&self.cohort));
        let checked = question.params().check()?;
        let values = |name: &str| self.values_of("breakdown", name);
        let own = values(&interest.name)?;
        let evident = |column: &ColumnAnswer| {
            column.is_evident() && !self.says_the_same(&column.name, &question.column)
        };
        let evident = (0..columns.len()).filter(|&index| evident(&columns[index]));
        for (place, index) in evident.enumerate() {
            let mut is_closer = false;
            // With levels held fixed, what is explained is what they leave over.
            if place < MOST_COMPARED && question.within.is_none() && interest.finding().is_some() {
                let other = values(&columns[index].name)?;
                let both = [as_tested(&other), as_tested(&own)];
                let compared = checked.compare(labels, &groups, both, monitor)?;
                is_closer = compared.is_some_and(|compared| compared.first_is_closer());
            }
            others.add(index, is_closer);
        }
        if let (Some(first), None) = (others.first(), &question.within) {
            let held = values::held_values(&self.cohort, "within", &columns[first].name)?;
            let within = Some(as_held(&held));
            let testable = checked.testable(labels, &groups, as_tested(&own), within);
            others.testable_within = testable.is_ok();
        }
        Ok(others)
    }

    /// Tests one column against the clusters of every setting of the notebook's plane at once.
    pub fn association_over_plane(
        &self,
        (map, clustering): (&Projection, ClusteringParams),
        question: &Question,
        monitor: &dyn Monitor,
    ) -> Result<PlaneAssociation, StudyError> {
        let started = Instant::now();
        let n_images = self.n_images();
        if n_images > PLANE_LIMIT {
            return Err(StudyError::TooManyForPlane { n_images });
        }
        let grid = clustering.method().grid;
        let points = map.standardized.view();
        let labelings = plane::labelings(points, clustering, &grid, monitor)?;
        let params = AssociationParams {
            noise: question.noise(),
            ..AssociationParams::for_settings()
        };
        let values = self.values_of("breakdown", &question.column)?;
        let groups = group_numbers(&self.cohort);
        let test = params
            .check()?
            .settings(&labelings, &groups, as_tested(&values), monitor)?;
        let [first, second] = &grid;
        let pairs = |&a: &f64| second.iter().map(move |&b| clustering.at([a, b]));
        let settings: Vec<ClusteringParams> = first.iter().flat_map(pairs).collect();
        let found = test.outcome.as_ref().ok();
        let labels = found.map_or(&[][..], |best| &labelings[best.index][..]);
        let best = found.map(|best| {
            let last = labels.iter().flatten().max();
            (
                settings[best.index],
                last.map_or(0, |&last| last as usize + 1),
            )
        });
        Ok(PlaneAssociation {
            grouping: Grouping::labelled(labels),
            test,
            best,
            n_settings: settings.len(),
            elapsed: started.elapsed(),
        })
    }

    /// Whether one column is the other, or what that was made from.
    pub(super) fn says_the_same(&self, name: &str, interest: &str) -> bool {
        let is_place = |name: &str| {
            Some(name) == self.cohort.country_column.as_deref()
                || name.eq_ignore_ascii_case("location")
        };
        name == interest || is_place(name) && is_place(interest)
    }

    /// The column that is held fixed.
    pub(super) fn levels(&self, question: &Question) -> Result<Option<Values>, UnknownColumn> {
        let held = |name: &String| values::held_values(&self.cohort, "within", name);
        question.within.as_ref().map(held).transpose()
    }

    /// The column as it is tested.
    pub(super) fn values_of(
        &self,
        parameter: &'static str,
        name: &str,
    ) -> Result<Values, UnknownColumn> {
        match self.cohort.column(name) {
            Some(column) => Ok(tested_values(column)),
            // Only a cohort without any place gets here without an error: all are missing.
            None => values::shown_values(&self.cohort, parameter, name)
                .map(|shown| values::categories(&shown)),
        }
    }
}

pub(super) fn as_held(values: &Values) -> Held<'_> {
    match values {
        Values::Categories { codes, .. } => Held::Levels(codes),
        Values::Numbers(numbers) => Held::Numbers(numbers),
    }
}

pub(super) fn as_tested(values: &Values) -> Tested<'_> {
    match values {
        Values::Categories { codes, .. } => Tested::Categories(codes),
        Values::Numbers(numbers) => Tested::Numbers(numbers),
    }
}
