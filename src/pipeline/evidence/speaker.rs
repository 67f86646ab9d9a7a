//! The tests of columns in words: what may be said of them, and what must be said with them.

use crate::analysis::association::{ColumnTest, Finding, LEVEL, Moves, NotTestable};

use super::super::study::Study;
use super::association::{ColumnAnswer, PlaneAssociation, Question};
use super::grouping::Grouping;
use super::others::Others;
use super::words::{self, Basis, Unit};

/// Names in one sentence.
const MOST_NAMED: usize = 3;

/// What is said of one column.
#[derive(Debug)]
pub struct ColumnWords {
    /// Why there is no test, in one sentence.
    pub reason: Option<String>,
    /// What the test says.
    pub sentence: String,
}

/// Puts results into words.
pub(super) struct Speaker<'a> {
    study: &'a Study,
    question: &'a Question,
    unit: Unit,
    n_viewed: usize,
    grouping: Grouping,
    /// Columns whose q is over all of them.
    n_judged_by_q: usize,
}

impl<'a> Speaker<'a> {
    pub(super) fn new(study: &'a Study, question: &'a Question, n_viewed: usize) -> Self {
        Self {
            study,
            question,
            unit: Unit::of(&study.cohort),
            n_viewed,
            grouping: Grouping::default(),
            n_judged_by_q: 0,
        }
    }

    /// Of these clusters.
    pub(super) fn of(mut self, grouping: Grouping) -> Self {
        self.grouping = grouping;
        self
    }

    /// Of one column among these.
    pub(super) fn among(mut self, columns: &[ColumnAnswer]) -> Self {
        let found = columns.iter().filter_map(ColumnAnswer::finding);
        self.n_judged_by_q = found.filter(|found| found.q_value.is_some()).count();
        self
    }

    pub(super) fn column(&self, column: &ColumnAnswer) -> ColumnWords {
        match &column.test.outcome {
            Ok(found) => ColumnWords {
                reason: None,
                sentence: self.sentence(&column.name, &column.test, found),
            },
            Err(reason) => {
                let reason = self.reason(reason);
                ColumnWords {
                    sentence: format!("{} cannot be tested: {reason}.", column.name),
                    reason: Some(reason),
                }
            }
        }
    }

    pub(super) fn reason(&self, reason: &NotTestable) -> String {
        reason.sentence(self.unit.one(), self.unit.many())
    }

    fn basis(&self, test: &ColumnTest) -> Basis {
        Basis {
            n_images: test.n_images,
            n_all: self.study.n_images(),
            n_groups: test.n_groups,
            n_viewed: self.n_viewed,
        }
    }

    /// "p = 0.21, 139 images, 79 patients, 12 settings viewed; the column of interest, so judged by p", or
    /// "q = 0.44 over 18 columns, p = 0.21, …": what the decision goes by comes first.
    fn numbers(&self, test: &ColumnTest, found: &Finding) -> String {
        let (p, counts) = (words::p(found.p_value), self.basis(test).counts(self.unit));
        match found.q_value {
            None => format!("{p}, {counts}; the column of interest, so judged by p"),
            Some(q_value) => format!(
                "q = {} over {}, {p}, {counts}",
                words::significant(q_value),
                words::plural(self.n_judged_by_q, "column"),
            ),
        }
    }

    /// "View (q = 0.001, 181 images)".
    pub(super) fn named(&self, column: &ColumnAnswer) -> String {
        let judged = match (column.q_value(), column.p_value()) {
            (Some(q), _) => format!("q = {}", words::significant(q)),
            (None, Some(p)) => words::p(p),
            (None, None) => return column.name.clone(),
        };
        let images = words::plural(column.test.n_images, "image");
        format!("{} ({judged}, {images})", column.name)
    }

    fn sentence(&self, name: &str, test: &ColumnTest, found: &Finding) -> String {
        let left_out = match test.n_missing {
            0 => String::new(),
            1 => " 1 image without a value is left out.".to_owned(),
            n => format!(
                " {} images without a value are left out.",
                words::thousands(n)
            ),
        };
        let effect = found.effect;
        if let Some(drawn) = &self.grouping.by_hand {
            let counts = self.basis(test).counts(self.unit);
            return format!(
                "{name}: an effect of {effect:.2} (0 none, 1 complete; {counts}). No p: {drawn}.{left_out}"
            );
        }
        let numbers = self.numbers(test, found);
        let moved = match (self.unit, test.moves) {
            (Unit::Image, _) => "values moved over images".to_owned(),
            (unit, Moves::Values) => {
                format!("values moved between {} with as many images", unit.many())
            }
            (unit, Moves::Blocks) => format!(
                "blocks of values moved between {} with as many images",
                unit.many()
            ),
        };
        if found.is_evident() {
            return format!(
                "{name} goes with these clusters ({numbers}; {moved}). Its effect is {effect:.2} (0 \
                 none, 1 complete).{left_out}"
            );
        }
        let power = match found.detectable_effect {
            Some(detectable) => format!(
                "one of {detectable:.2} (0 none, 1 complete) would have been found in 80% of \
                 cohorts like this one"
            ),
            None => "so few could hardly have shown any".to_owned(),
        };
        format!(
            "No evidence that {name} explains these clusters ({numbers}; {moved}). Its effect is \
             {effect:.2}; {power}.{left_out}"
        )
    }

    /// What the verdict says nothing of, where that is most of the images.
    fn coverage(&self, test: &ColumnTest) -> Option<String> {
        let n_all = self.study.n_images();
        let of_all = format!("of {}", words::plural(n_all, "image"));
        let (name, n_clustered) = (&self.question.column, self.grouping.n_clustered);
        let is_few = |n: usize| 2 * n < n_all;
        if !self.question.with_noise && is_few(n_clustered) {
            let are = if n_clustered == 1 { "is" } else { "are" };
            let n = words::thousands(n_clustered);
            Some(format!(
                "{n} {of_all} {are} in clusters; of the rest nothing is said."
            ))
        } else if is_few(test.n_images) {
            let n = words::thousands(test.n_images);
            let (has, within) = match &self.question.within {
                Some(within) => ("have a value of", format!(" and one of {within}")),
                None => ("have a value of", String::new()),
            };
            Some(format!(
                "{n} {of_all} count and {has} {name}{within}; of the rest nothing is said."
            ))
        } else {
            None
        }
    }

    pub(super) fn verdict(&self, columns: &[ColumnAnswer], others: &Others) -> String {
        let name = &self.question.column;
        let interest = columns.iter().find(|column| column.name == *name);
        let Some(interest) = interest else {
            return words::without_values(&self.study.cohort, name);
        };
        let mut sentences: Vec<String> = self.coverage(&interest.test).into_iter().collect();
        sentences.push(self.answer_to(interest));
        sentences.extend(self.beside(others, columns));
        sentences.join(" ")
    }

    /// "View (q = 0.001, 181 images) goes with them more closely on the images that have both."
    fn beside(&self, others: &Others, all: &[ColumnAnswer]) -> Vec<String> {
        let say = |columns: &[usize], end: &str| {
            let named = columns.iter().take(MOST_NAMED);
            let mut names: Vec<String> = named.map(|&column| self.named(&all[column])).collect();
            if columns.len() > MOST_NAMED {
                names.push(words::plural(columns.len() - MOST_NAMED, "other column"));
            }
            let go = if columns.len() == 1 { "goes" } else { "go" };
            let names = words::capital(&words::list(&names));
            (!columns.is_empty()).then(|| format!("{names} {go} with them {end}."))
        };
        [
            say(
                &others.closer,
                "more closely, on the images that have a value of both",
            ),
            say(&others.too, "too"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// What is said of the column of interest.
    fn answer_to(&self, interest: &ColumnAnswer) -> String {
        let name = &interest.name;
        let found = match &interest.test.outcome {
            Err(reason) => {
                let reason = self.reason(reason);
                return format!("{} cannot be tested: {reason}.", words::capital(name));
            }
            Ok(found) => found,
        };
        if self.grouping.by_hand.is_some() {
            return words::capital(&self.sentence(name, &interest.test, found));
        }
        let within = match &self.question.within {
            Some(within) => format!(" within levels of {within}"),
            None => String::new(),
        };
        let whole = match self.unit {
            Unit::Image => String::new(),
            unit => format!(" once {} are kept whole", unit.many()),
        };
        let numbers = self.numbers(&interest.test, found);
        if found.is_evident() {
            let name = words::capital(name);
            format!("{name} goes with these clusters{within}{whole} ({numbers}).")
        } else {
            format!("No evidence that {name} explains these clusters{within}{whole} ({numbers}).")
        }
    }

    pub(super) fn warnings(&self, columns: &[ColumnAnswer], others: &Others) -> Vec<String> {
        let mut warnings: Vec<String> = self.confounded(columns, others).into_iter().collect();
        let is_taught = self.study.cohort.report.n_in_training > 0;
        let training = columns.iter().find(|column| column.name == "in_training");
        let training = training.filter(|_| is_taught);
        if let Some(column) = training.filter(|column| column.is_evident()) {
            warnings.push(format!(
                "Whether an image was used to train the model goes with these clusters too: {}. They \
                 may show what it was taught.",
                self.named(column)
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

    /// Another column may stand behind what is seen of the column of interest.
    fn confounded(&self, columns: &[ColumnAnswer], others: &Others) -> Option<String> {
        let (interest, first) = (&self.question.column, &columns[others.first()?]);
        let is_evident = |column: &ColumnAnswer| column.name == *interest && column.is_evident();
        if !others.is_closer() && !columns.iter().any(is_evident) {
            return None;
        }
        let (name, closely) = (
            words::capital(&first.name),
            if others.is_closer() {
                format!("more closely than {interest}")
            } else {
                "too".to_owned()
            },
        );
        let look = if others.testable_within {
            format!(": look at {interest} within levels of {}", first.name)
        } else {
            String::new()
        };
        Some(format!("{name} goes with these clusters {closely}{look}."))
    }

    pub(super) fn over_plane(&self, found: &PlaneAssociation) -> String {
        let (name, test) = (&self.question.column, &found.test);
        let settings = words::plural(found.n_settings, "setting");
        match (&test.outcome, found.best) {
            (Ok(found), Some((setting, _))) => {
                let basis = Basis {
                    n_images: test.n_images,
                    n_all: self.study.n_images(),
                    n_groups: test.n_groups,
                    n_viewed: self.n_viewed,
                };
                let basis = basis.with_p(found.p_value, self.unit);
                let at = format!(
                    "{}, where {} of {} are in clusters",
                    words::place(&setting),
                    words::thousands(self.grouping.n_clustered),
                    words::plural(self.study.n_images(), "image"),
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
