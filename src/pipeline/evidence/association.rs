//! What explains the clusters, in words.

use std::time::{Duration, Instant};

use crate::analysis::association::{
    AssociationParams, ColumnTest, Finding, Moves, Noise, SettingsTest, Values as Tested,
};
use crate::analysis::dbscan::DbscanParams;
use crate::analysis::search::SearchParams;
use crate::analysis::{Monitor, plane};
use crate::cohort::{Cohort, Column};

use super::super::study::{Clusters, Projection, Study, StudyError};
use super::super::values::{self, UnknownColumn, Values, group_numbers, tested_values};
use super::words::{self, Basis, Unit};

/// A finding is called one when its q-value is at most this.
pub(super) const LEVEL: f64 = 0.05;

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
        let columns: Vec<&Column> = self.cohort.columns.iter().collect();
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
            .filter(|(column, _)| question.within.as_ref() != Some(&column.name))
            .map(|(column, test)| speaker.answer(column, test))
            .collect();
        // Stable: equal ones stay in the order of the table.
        columns.sort_by(|a, b| explained(b).total_cmp(&explained(a)));
        Ok(Association {
            verdict: speaker.verdict(&columns),
            warnings: speaker.warnings(&columns),
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
        let speaker = Speaker::new(&self.cohort, question, 0);
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

/// The place of a column in the ranking.
fn explained(answer: &ColumnAnswer) -> f64 {
    let found = answer.test.outcome.as_ref();
    found.map_or(f64::NEG_INFINITY, |found| found.explained)
}

/// Puts results into words.
struct Speaker<'a> {
    cohort: &'a Cohort,
    question: &'a Question,
    unit: Unit,
    n_viewed: usize,
}

impl<'a> Speaker<'a> {
    fn new(cohort: &'a Cohort, question: &'a Question, n_viewed: usize) -> Self {
        Self {
            cohort,
            question,
            unit: Unit::of(cohort),
            n_viewed,
        }
    }

    fn answer(&self, column: &Column, test: ColumnTest) -> ColumnAnswer {
        let reason = test
            .outcome
            .as_ref()
            .err()
            .map(|reason| self.reason(reason));
        let sentence = match (&test.outcome, &reason) {
            (Ok(found), _) => self.sentence(&column.name, &test, found),
            (_, Some(reason)) => format!("{} cannot be tested: {reason}.", column.name),
            (Err(_), None) => String::new(),
        };
        ColumnAnswer {
            name: column.name.clone(),
            kind: column.kind.as_str(),
            derived: column.derived,
            test,
            reason,
            sentence,
        }
    }

    /// The core speaks of patients; this cohort may have subjects.
    fn reason(&self, reason: &dyn ToString) -> String {
        reason.to_string().replace("patients", self.unit.many())
    }

    fn basis(&self, test: &ColumnTest, p_value: f64) -> String {
        let basis = Basis {
            n_images: test.n_images,
            n_groups: test.n_groups,
            n_viewed: self.n_viewed,
        };
        basis.with_p(p_value, self.unit)
    }

    fn sentence(&self, name: &str, test: &ColumnTest, found: &Finding) -> String {
        let basis = self.basis(test, found.p_value);
        let q = words::significant(found.q_value);
        let missing = match test.n_missing {
            0 => String::new(),
            n => format!(
                " {} left out.",
                words::plural(n, "image without a value")
                    .replace("image without a values", "images without a value")
            ),
        };
        let moved = match test.moves {
            Moves::Values => format!("values moved over {}", self.unit.many()),
            Moves::Blocks => format!("blocks of values moved between {}", self.unit.many()),
        };
        if found.q_value <= LEVEL {
            return format!(
                "{name} goes with these clusters ({basis}; q = {q}; {moved}).{missing}"
            );
        }
        let power = match found.detectable_effect {
            Some(effect) => format!(
                " An association weaker than {effect:.2} (0 none, 1 complete) would probably have \
                 been missed."
            ),
            None => format!(
                " So few {} could hardly have shown any association.",
                self.unit.many()
            ),
        };
        format!(
            "No evidence that {name} explains these clusters ({basis}; q = {q}; {moved}).{power}{missing}"
        )
    }

    fn verdict(&self, columns: &[ColumnAnswer]) -> String {
        let name = &self.question.column;
        let within = match &self.question.within {
            Some(within) => format!(" within levels of {within}"),
            None => String::new(),
        };
        let interest = columns.iter().find(|column| column.name == *name);
        let whole = match self.unit {
            Unit::Image => String::new(),
            unit => format!(" once {} are kept whole", unit.many()),
        };
        let first = match interest.map(|column| (&column.test, &column.test.outcome)) {
            None => format!("{} has no values to test.", words::capital(name)),
            Some((test, Ok(found))) => {
                let basis = self.basis(test, found.p_value);
                if found.p_value <= LEVEL {
                    format!(
                        "{} goes with these clusters{within}, {} kept whole ({basis}).",
                        words::capital(name),
                        self.unit.many()
                    )
                } else {
                    format!(
                        "No evidence that {name} explains these clusters{within}{whole} ({basis})."
                    )
                }
            }
            Some((_, Err(reason))) => {
                format!(
                    "{} cannot be tested: {}.",
                    words::capital(name),
                    self.reason(reason)
                )
            }
        };
        let others: Vec<_> = self.confounders(columns).take(2).collect();
        if others.is_empty() {
            return first;
        }
        let name = |(column, found): &(&ColumnAnswer, &Finding)| {
            format!("{} ({})", column.name, words::p(found.p_value))
        };
        let names: Vec<String> = others.iter().map(name).collect();
        let verb = if names.len() == 1 {
            "explains"
        } else {
            "explain"
        };
        format!(
            "{first} {} {verb} them better.",
            words::capital(&words::list(&names))
        )
    }

    /// Columns that explain the clusters better than the column of interest does, best first.
    fn confounders<'b>(
        &self,
        columns: &'b [ColumnAnswer],
    ) -> impl Iterator<Item = (&'b ColumnAnswer, &'b Finding)> {
        let interest = columns
            .iter()
            .find(|column| column.name == self.question.column);
        let bar = interest.map_or(f64::NEG_INFINITY, explained);
        columns
            .iter()
            .filter(|column| !self.says_the_same(&column.name))
            .filter_map(|column| Some((column, column.test.outcome.as_ref().ok()?)))
            .filter(move |(_, found)| found.q_value <= LEVEL && found.explained > bar)
    }

    /// Whether a column is the column of interest, or what that was made from.
    fn says_the_same(&self, name: &str) -> bool {
        let interest = self.question.column.as_str();
        let is_place = |name: &str| {
            Some(name) == self.cohort.country_column.as_deref()
                || name.eq_ignore_ascii_case("location")
        };
        name == interest || is_place(name) && is_place(interest)
    }

    fn warnings(&self, columns: &[ColumnAnswer]) -> Vec<String> {
        let mut warnings = Vec::new();
        if let Some((column, _)) = self.confounders(columns).next() {
            warnings.push(format!(
                "{} explains these clusters better than {}: look at it within levels of {}.",
                words::capital(&column.name),
                self.question.column,
                column.name
            ));
        }
        let training = columns.iter().find(|column| column.name == "in_training");
        if let Some(Ok(found)) = training.map(|column| &column.test.outcome)
            && found.q_value <= LEVEL
        {
            warnings.push(format!(
                "Whether an image was used to train the model goes with these clusters ({}): they \
                 may show what it was taught.",
                words::p(found.p_value)
            ));
        }
        warnings
    }

    fn over_plane(
        &self,
        test: &SettingsTest,
        best: Option<(DbscanParams, usize)>,
        n_settings: usize,
    ) -> String {
        let name = &self.question.column;
        let settings = words::plural(n_settings, "setting");
        match (&test.outcome, best) {
            (Ok(found), Some((setting, _))) => {
                let basis = Basis {
                    n_images: test.n_images,
                    n_groups: test.n_groups,
                    n_viewed: 0,
                };
                let basis = basis.with_p(found.p_value, self.unit);
                let at = format!(
                    "eps {:.2} and min_samples {}",
                    setting.eps, setting.min_samples
                );
                if found.p_value <= LEVEL {
                    format!(
                        "Over all {settings} of this map, {name} goes with the clusters ({basis}), \
                         best at {at}."
                    )
                } else {
                    format!(
                        "Over all {settings} of this map, no evidence that {name} explains the \
                         clusters ({basis}); it comes closest at {at}."
                    )
                }
            }
            (Err(reason), _) => format!(
                "{} cannot be tested: {}.",
                words::capital(name),
                self.reason(reason)
            ),
            (Ok(_), None) => String::new(),
        }
    }
}
