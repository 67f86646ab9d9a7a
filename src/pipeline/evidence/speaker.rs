//! The tests of columns in words: what may be said of them, and what must be said with them.

use crate::analysis::association::{ColumnTest, Finding, Moves, NotTestable, SettingsTest};
use crate::analysis::dbscan::DbscanParams;
use crate::cohort::{Cohort, Column};

use super::association::{ColumnAnswer, Question};
use super::words::{self, Basis, Unit};

/// A finding is called one when its q-value, or the p-value of a single question, is at most this.
pub(super) const LEVEL: f64 = 0.05;

/// The place of a column in the ranking.
pub(super) fn explained(answer: &ColumnAnswer) -> f64 {
    let found = answer.test.outcome.as_ref();
    found.map_or(f64::NEG_INFINITY, |found| found.explained)
}

/// Puts results into words.
pub(super) struct Speaker<'a> {
    cohort: &'a Cohort,
    question: &'a Question,
    unit: Unit,
    n_viewed: usize,
}

impl<'a> Speaker<'a> {
    pub(super) fn new(cohort: &'a Cohort, question: &'a Question, n_viewed: usize) -> Self {
        Self {
            cohort,
            question,
            unit: Unit::of(cohort),
            n_viewed,
        }
    }

    pub(super) fn answer(&self, column: &Column, test: ColumnTest) -> ColumnAnswer {
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

    pub(super) fn reason(&self, reason: &NotTestable) -> String {
        reason.sentence(self.unit.one(), self.unit.many())
    }

    fn basis(&self, test: &ColumnTest) -> Basis {
        Basis {
            n_images: test.n_images,
            n_groups: test.n_groups,
            n_viewed: self.n_viewed,
        }
    }

    /// "p = 0.21, q = 0.44, 139 images, 79 patients, 12 settings viewed".
    fn numbers(&self, test: &ColumnTest, found: &Finding) -> String {
        let q = format!("q = {}", words::significant(found.q_value));
        let p = words::p(found.p_value);
        format!("{p}, {q}, {}", self.basis(test).counts(self.unit))
    }

    fn sentence(&self, name: &str, test: &ColumnTest, found: &Finding) -> String {
        let numbers = self.numbers(test, found);
        let moved = match (self.unit, test.moves) {
            (Unit::Image, _) => "values moved over images".to_owned(),
            (unit, Moves::Values) => format!("values moved over {}", unit.many()),
            (unit, Moves::Blocks) => format!("blocks of values moved between {}", unit.many()),
        };
        let left_out = match test.n_missing {
            0 => String::new(),
            1 => " 1 image without a value is left out.".to_owned(),
            n => format!(
                " {} images without a value are left out.",
                words::thousands(n)
            ),
        };
        if found.q_value <= LEVEL {
            return format!("{name} goes with these clusters ({numbers}; {moved}).{left_out}");
        }
        let power = match found.detectable_effect {
            Some(effect) => format!(
                " An association of {effect:.2} (0 none, 1 complete) would have shown in 80% of \
                 cohorts of so many independent {}.",
                self.unit.many()
            ),
            None => format!(
                " So few {} could hardly have shown any association.",
                self.unit.many()
            ),
        };
        format!(
            "No evidence that {name} explains these clusters ({numbers}; {moved}).{power}{left_out}"
        )
    }

    pub(super) fn verdict(&self, columns: &[ColumnAnswer]) -> String {
        let name = &self.question.column;
        let within = match &self.question.within {
            Some(within) => format!(" within levels of {within}"),
            None => String::new(),
        };
        let whole = match self.unit {
            Unit::Image => String::new(),
            unit => format!(" once {} are kept whole", unit.many()),
        };
        let interest = columns.iter().find(|column| column.name == *name);
        let Some(interest) = interest else {
            return format!("{} has no values to test.", words::capital(name));
        };
        let first = match &interest.test.outcome {
            Err(reason) => {
                let reason = self.reason(reason);
                return format!("{} cannot be tested: {reason}.", words::capital(name));
            }
            Ok(found) => {
                let numbers = self.numbers(&interest.test, found);
                if found.q_value <= LEVEL {
                    let name = words::capital(name);
                    format!("{name} goes with these clusters{within}{whole} ({numbers}).")
                } else {
                    format!(
                        "No evidence that {name} explains these clusters{within}{whole} ({numbers})."
                    )
                }
            }
        };
        let closer: Vec<String> = self
            .confounders(columns)
            .take(2)
            .map(|(column, found)| {
                let p = words::p(found.p_value);
                let images = words::plural(column.test.n_images, "image");
                format!("{} ({p}, {images})", column.name)
            })
            .collect();
        if closer.is_empty() {
            return first;
        }
        let go = if closer.len() == 1 { "goes" } else { "go" };
        let closer = words::capital(&words::list(&closer));
        format!("{first} {closer} {go} with them more closely.")
    }

    /// Columns that explain the clusters better than the column of interest does, best first; none
    /// when that could not be tested.
    fn confounders<'b>(
        &self,
        columns: &'b [ColumnAnswer],
    ) -> impl Iterator<Item = (&'b ColumnAnswer, &'b Finding)> {
        let interest = columns
            .iter()
            .find(|column| column.name == self.question.column);
        let found = interest.and_then(|column| column.test.outcome.as_ref().ok());
        let bar = found.map_or(f64::INFINITY, |found| found.explained);
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

    pub(super) fn warnings(&self, columns: &[ColumnAnswer]) -> Vec<String> {
        let mut warnings = Vec::new();
        if let Some((column, _)) = self.confounders(columns).next() {
            warnings.push(format!(
                "{} goes with these clusters more closely than {}: look at it within levels of {}.",
                words::capital(&column.name),
                self.question.column,
                column.name
            ));
        }
        let training = columns.iter().find(|column| column.name == "in_training");
        if let Some((column, Ok(found))) = training.map(|column| (column, &column.test.outcome))
            && found.q_value <= LEVEL
        {
            warnings.push(format!(
                "Whether an image was used to train the model goes with these clusters ({}): they \
                 may show what it was taught.",
                self.numbers(&column.test, found)
            ));
        }
        if self.unit == Unit::Image && !columns.is_empty() {
            warnings.push(
                "No column names the patients, so every image counts as independent: where several \
                 are of one patient, each p is too small."
                    .to_owned(),
            );
        }
        if let Some(within) = &self.question.within {
            warnings.push(format!(
                "Levels of {within} are held fixed in this ranking alone: the marks on the cards \
                 and the test over the whole plane take all images together."
            ));
        }
        warnings
    }

    pub(super) fn over_plane(
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
                    n_viewed: self.n_viewed,
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
            (Err(reason), _) => {
                let reason = self.reason(reason);
                format!("{} cannot be tested: {reason}.", words::capital(name))
            }
            (Ok(_), None) => String::new(),
        }
    }
}
