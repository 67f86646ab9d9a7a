//! What explains the clusters, in words.

use std::time::{Duration, Instant};

use crate::analysis::association::{
    AssociationParams, ColumnTest, Noise, SettingsTest, Values as Tested,
};
use crate::analysis::dbscan::DbscanParams;
use crate::analysis::search::SearchParams;
use crate::analysis::{Monitor, plane};
use crate::cohort::Column;

use super::super::selection;
use super::super::study::{Clusters, Projection, Study, StudyError};
use super::super::values::{self, UnknownColumn, Values, group_numbers, tested_values};
use super::speaker::{Speaker, explained};
use super::words;

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

/// Every column against the clusters.
#[derive(Debug)]
pub struct Association {
    /// The columns, the one that explains most first; those that cannot be tested last.
    pub columns: Vec<ColumnAnswer>,
    /// What it says of the column of interest, in a sentence or two.
    pub verdict: String,
    /// What a reader must know before believing it.
    pub warnings: Vec<String>,
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
    /// The test.
    pub test: ColumnTest,
    /// Why there is no test, in one sentence.
    pub reason: Option<String>,
    /// What it says.
    pub sentence: String,
}

/// One column against the clusters of every setting of the plane.
#[derive(Debug)]
pub struct PlaneAssociation {
    /// The test.
    pub test: SettingsTest,
    /// The setting whose clusters go best with the column, and the clusters there.
    pub best: Option<(DbscanParams, usize)>,
    /// Settings of the plane.
    pub n_settings: usize,
    /// Why there is no test, in one sentence.
    pub reason: Option<String>,
    /// What it says.
    pub sentence: String,
    /// Time it took.
    pub elapsed: Duration,
}

impl Question {
    pub(super) fn params(&self) -> AssociationParams {
        AssociationParams {
            noise: noise(self.with_noise),
            ..AssociationParams::default()
        }
    }
}

fn noise(with_noise: bool) -> Noise {
    if with_noise {
        Noise::OneMoreCluster
    } else {
        Noise::LeftOut
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
    ///
    /// `n_viewed` settings have been looked at so far; the sentences say so.
    pub fn association(
        &self,
        clusters: &Clusters,
        question: &Question,
        n_viewed: usize,
        monitor: &dyn Monitor,
    ) -> Result<Association, StudyError> {
        let started = Instant::now();
        let within = self.levels(question)?;
        // A column says nothing within its own levels.
        let others = |column: &&Column| question.within.as_ref() != Some(&column.name);
        let columns: Vec<&Column> = self.cohort.columns.iter().filter(others).collect();
        let values: Vec<Values> = columns.iter().map(|column| tested_values(column)).collect();
        let tested: Vec<Tested<'_>> = values.iter().map(as_tested).collect();
        let found = question.params().check()?.columns(
            &clusters.clustering.labels,
            &group_numbers(&self.cohort),
            &tested,
            within.as_deref(),
            monitor,
        )?;
        let speaker = Speaker::new(&self.cohort, question, n_viewed);
        let mut columns: Vec<ColumnAnswer> = columns
            .iter()
            .zip(found.columns)
            .map(|(column, test)| speaker.answer(column, test))
            .collect();
        // Stable: equal ones stay in the order of the table.
        columns.sort_by(|a, b| explained(b).total_cmp(&explained(a)));
        let mut verdict = speaker.verdict(&columns);
        if let Some(sentence) = selection::picked_by_hand(&clusters.own) {
            verdict = format!("{verdict} {sentence}");
        }
        Ok(Association {
            verdict,
            warnings: self
                .excluded()
                .into_iter()
                .chain(speaker.warnings(&columns))
                .collect(),
            columns,
            n_permutations: found.n_permutations,
            seed: question.params().seed,
            elapsed: started.elapsed(),
        })
    }

    /// Tests one column against the clusters of every setting of the notebook's plane at once.
    pub fn association_over_plane(
        &self,
        map: &Projection,
        question: &Question,
        n_viewed: usize,
        monitor: &dyn Monitor,
    ) -> Result<PlaneAssociation, StudyError> {
        let started = Instant::now();
        let n_images = self.n_images();
        if n_images > PLANE_LIMIT {
            return Err(StudyError::TooManyForPlane { n_images });
        }
        let grid = SearchParams::notebook();
        let points = map.standardized.view();
        let labelings = plane::labelings(points, &grid.eps, &grid.min_samples, monitor)?;
        let params = AssociationParams {
            noise: noise(question.with_noise),
            ..AssociationParams::for_settings()
        };
        let values = self.values_of("breakdown", &question.column)?;
        let groups = group_numbers(&self.cohort);
        let test = params
            .check()?
            .settings(&labelings, &groups, as_tested(&values), monitor)?;
        let settings: Vec<DbscanParams> = grid
            .eps
            .iter()
            .flat_map(|&eps| {
                grid.min_samples
                    .iter()
                    .map(move |&min_samples| (eps, min_samples))
            })
            .map(|(eps, min_samples)| DbscanParams { eps, min_samples })
            .collect();
        let best = test.outcome.as_ref().ok().map(|best| {
            let labels = labelings[best.index].iter().flatten();
            (
                settings[best.index],
                labels.max().map_or(0, |&last| last as usize + 1),
            )
        });
        let speaker = Speaker::new(&self.cohort, question, n_viewed);
        let n_settings = settings.len();
        Ok(PlaneAssociation {
            sentence: speaker.over_plane(&test, best, n_settings),
            reason: test
                .outcome
                .as_ref()
                .err()
                .map(|reason| speaker.reason(reason)),
            test,
            best,
            n_settings,
            elapsed: started.elapsed(),
        })
    }

    /// Of which images all is said, where some are left out.
    fn excluded(&self) -> Option<String> {
        let conditions = self.conditions.join(" and ");
        (self.n_excluded > 0).then(|| {
            format!(
                "Only {} of {} are asked about, those with {conditions}.",
                words::thousands(self.n_images()),
                words::plural(self.n_images() + self.n_excluded, "image")
            )
        })
    }

    /// The levels of the column that is held fixed; numbers are taken in quarters.
    fn levels(&self, question: &Question) -> Result<Option<Vec<Option<u32>>>, UnknownColumn> {
        let Some(name) = &question.within else {
            return Ok(None);
        };
        let shown = values::shown_values(&self.cohort, "within", name)?;
        Ok(match values::categories(&shown) {
            Values::Categories { codes, .. } => Some(codes),
            Values::Numbers(_) => None,
        })
    }

    /// The column as it is tested.
    fn values_of(&self, parameter: &'static str, name: &str) -> Result<Values, UnknownColumn> {
        match self.cohort.column(name) {
            Some(column) => Ok(tested_values(column)),
            // Only a cohort without any place gets here without an error: all are missing.
            None => values::shown_values(&self.cohort, parameter, name)
                .map(|shown| values::categories(&shown)),
        }
    }
}

fn as_tested(values: &Values) -> Tested<'_> {
    match values {
        Values::Categories { codes, .. } => Tested::Categories(codes),
        Values::Numbers(numbers) => Tested::Numbers(numbers),
    }
}
