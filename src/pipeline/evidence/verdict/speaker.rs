//! The verdict in words: first the point, the numbers after it.

use crate::analysis::association::{Adjustment, FeatureFinding, LEVEL, NotTestable};
use crate::analysis::null::{Aspect, AspectTest, ChanceTest};
use crate::analysis::surrogate::SurrogateKind;

use super::super::association::Question;
use super::super::words::{self, Unit};
use super::cases::{AGAIN, Case, Names, case_of};
use super::{ColumnInFeatures, ColumnOverMaps, History, InFeatures, OverLooks, Verdict};
use crate::pipeline::Study;

/// Columns that a sentence names.
const MOST_NAMED: usize = 3;

/// What is asked of chance.
const BEYOND: &str = "Beyond chance";

/// What is said of a question that groups are needed for.
const NO_GROUPS: &str = "there are no groups to ask about";

/// What is said of a setting.
#[derive(Debug)]
pub struct VerdictWords {
    /// Which case it is.
    pub case: Case,
    /// The point, in plain words.
    pub headline: String,
    /// What it rests on, a line for each question.
    pub lines: Vec<Line>,
    /// What to know of it, in sentences.
    pub warnings: Vec<String>,
    /// What was done before.
    pub history: History,
    /// What the looks at this question have come to, where that is to be quoted.
    pub looks: Option<OverLooks>,
}

/// One of the questions.
#[derive(Debug)]
pub struct Line {
    /// Which it is.
    pub topic: Topic,
    /// Whether it holds; `None` where that cannot be told, or not yet.
    pub holds: Option<bool>,
    /// What is asked, in two words.
    pub label: String,
    /// The answer in a few words.
    pub short: String,
    /// The number that it rests on, if any.
    pub value: Option<f64>,
    /// The same as it is written; empty where there is none.
    pub written: String,
    /// The answer with its numbers.
    pub text: String,
}

/// The questions that a verdict answers, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// What is in the features, without a map?
    Features,
    /// How much of the cohort is in groups at all?
    Grouped,
    /// Does chance give as much?
    Chance,
    /// Do they come again?
    Again,
    /// What are the groups made of?
    MadeOf,
    /// And the column of interest?
    Column,
}

impl Topic {
    /// The name in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Grouped => "grouped",
            Self::Chance => "chance",
            Self::Again => "again",
            Self::Features => "features",
            Self::MadeOf => "made_of",
            Self::Column => "column",
        }
    }
}

impl Study {
    /// What `verdict` says of the question.
    pub fn verdict_words(
        &self,
        verdict: &Verdict,
        question: &Question,
        in_features: &InFeatures,
        history: History,
    ) -> VerdictWords {
        let looks = history.paid_for();
        let case = case_of(verdict, question, &history);
        let speaker = Speaker {
            case,
            history,
            looks,
            study: self,
            question,
            unit: Unit::of(&self.cohort),
            verdict,
            in_features,
        };
        VerdictWords {
            case,
            headline: speaker.headline(),
            lines: vec![
                speaker.features(),
                speaker.grouped(),
                speaker.chance(),
                speaker.again(),
                speaker.made_of(),
                speaker.column(),
            ],
            warnings: speaker.warnings(),
            history,
            looks,
        }
    }
}

struct Speaker<'a> {
    case: Case,
    history: History,
    looks: Option<OverLooks>,
    study: &'a Study,
    question: &'a Question,
    unit: Unit,
    verdict: &'a Verdict,
    in_features: &'a InFeatures,
}

impl Speaker<'_> {
    fn headline(&self) -> String {
        let interest = &self.question.column;
        let is_other = |column: &ColumnOverMaps| {
            column.name != *interest && !self.study.says_the_same(&column.name, interest)
        };
        let mut others = self.names(is_other);
        if others.is_empty() {
            others = self.names(|column| column.name != *interest);
        }
        let said = self.case.headline(&Names {
            interest: interest.clone(),
            others: words::list(&others),
            held: words::list(&self.verdict.held),
        });
        // What somebody asked to be held fixed is none of what the groups may be made of.
        match &self.question.within {
            Some(within) if self.case.is_real() && self.case != Case::Beside => {
                format!("With {within} held fixed: {}", words::lower(&said))
            }
            _ => said,
        }
    }

    /// The columns that go with the clusters over all maps, those that explain most first.
    fn names(&self, counts: impl Fn(&ColumnOverMaps) -> bool) -> Vec<String> {
        let evident = |column: &&ColumnOverMaps| {
            let found = column.test.outcome.as_ref();
            found.is_ok_and(|found| found.is_evident()) && counts(column)
        };
        let all: Vec<String> = self
            .verdict
            .columns
            .iter()
            .filter(evident)
            .map(|column| column.name.clone())
            .collect();
        shortened(all)
    }

    /// Of which maps something is said.
    fn of_maps(&self) -> &'static str {
        match self.case {
            Case::Given => "of this map",
            _ => "of all maps",
        }
    }

    fn grouped(&self) -> Line {
        if self.verdict.tried.map.is_given() {
            return self.grouped_alone();
        }
        let agreement = &self.verdict.agreement;
        let n_images = self.study.n_images();
        let share = agreement.clustered;
        let of = |share: f64| words::thousands((share * n_images as f64).round() as usize);
        let clusters = agreement.n_clusters;
        Line {
            topic: Topic::Grouped,
            holds: Some(self.case.has_enough()),
            label: "In a group".to_owned(),
            short: format!(
                "{} of {}, in {}: the median of {} maps",
                of(share.median),
                words::plural(n_images, "image"),
                words::plural(clusters.median.round() as usize, "group"),
                agreement.n_maps
            ),
            value: Some(share.median),
            written: words::percent(share.median),
            text: format!(
                "{} of {} are in groups ({} to {} over {} maps of this setting), in {} ({} to {}).",
                of(share.median),
                words::plural(n_images, "image"),
                of(share.low),
                of(share.high),
                agreement.n_maps,
                words::plural(clusters.median.round() as usize, "group"),
                clusters.low.round(),
                clusters.high.round(),
            ),
        }
    }

    /// The same of the one map that there is.
    fn grouped_alone(&self) -> Line {
        let agreement = &self.verdict.agreement;
        let n_images = self.study.n_images();
        let share = agreement.clustered.median;
        let said = format!(
            "{} of {}, in {}",
            words::thousands((share * n_images as f64).round() as usize),
            words::plural(n_images, "image"),
            words::plural(agreement.n_clusters.median.round() as usize, "group"),
        );
        Line {
            topic: Topic::Grouped,
            holds: Some(self.case.has_enough()),
            label: "In a group".to_owned(),
            short: format!("{said}, on the map that is given"),
            value: Some(share),
            written: words::percent(share),
            text: format!("{said}, on the map that is given."),
        }
    }

    /// The answer to a question that groups are needed for, where there are none; programs are told the
    /// number all the same.
    fn nothing_to_ask(topic: Topic, label: &str, value: Option<f64>) -> Line {
        Line {
            topic,
            holds: None,
            label: label.to_owned(),
            short: NO_GROUPS.to_owned(),
            value,
            written: String::new(),
            text: format!("{}.", words::capital(NO_GROUPS)),
        }
    }

    fn chance(&self) -> Line {
        let topic = Topic::Chance;
        if !self.case.has_enough() {
            let p = self.verdict.chance.as_ref().ok();
            return Self::nothing_to_ask(topic, BEYOND, p.map(|test| test.p_value));
        }
        let chance = match &self.verdict.chance {
            Err(reason) => {
                return Line {
                    topic,
                    holds: None,
                    label: BEYOND.to_owned(),
                    short: "cannot be asked here".to_owned(),
                    value: None,
                    written: String::new(),
                    text: format!("{}.", words::capital(reason)),
                };
            }
            Ok(test) => test,
        };
        let ChanceTest {
            aspects,
            p_value: p,
            ..
        } = chance;
        let p = *p;
        let n = self.verdict.effort.n_surrogates as usize;
        let judged = aspects.iter().filter(|aspect| aspect.adjusted.is_some());
        let best = judged.min_by(|a, b| a.p_value.total_cmp(&b.p_value));
        let short = best.map_or_else(String::new, |best| {
            let more = match best.aspect {
                Aspect::Separated => "groups as far apart",
                Aspect::Even => "groups as even",
                Aspect::Dense | Aspect::Clustered => "groups as dense",
            };
            let so_far = match self.case {
                Case::Undecided => " so far",
                _ => "",
            };
            format!(
                "{} of {n} cohorts without groups{so_far} have {more}",
                best.n_as_good
            )
        });
        let said: Vec<String> = aspects
            .iter()
            .map(|aspect| self.aspect(aspect, n))
            .collect();
        // Which groups these are is a matter of the last digit, and so is how they do.
        let comes_again = self.case != Case::NotAgain;
        let short = match comes_again {
            true => short,
            false => "not told of groups that do not come again".to_owned(),
        };
        let of = match comes_again {
            true => "Of",
            false => "Other maps of this setting have other groups; by some of them, of",
        };
        let known = self.verdict.surrogates.as_ref();
        let n_images = known.map_or(0, |(_, n_images)| *n_images);
        let kinds = known.map_or(&[][..], |(kinds, _)| kinds);
        let kinds: Vec<String> = kinds.iter().map(|kind| about(*kind).to_owned()).collect();
        let drawn = if n_images < self.study.n_images() {
            format!(
                " Maps of {} were compared, and what counts images was scaled with them.",
                words::plural(n_images, "image")
            )
        } else {
            String::new()
        };
        let by_maps = match chance.p_range {
            [least, most] if least < most => format!(
                "; as other maps might have it {} to {}",
                words::significant(least),
                words::significant(most)
            ),
            _ => String::new(),
        };
        Line {
            topic,
            holds: chance.is_beyond().filter(|_| comes_again),
            label: BEYOND.to_owned(),
            short,
            value: Some(p),
            written: match comes_again {
                true => format!("p {}", words::significant(p)),
                false => String::new(),
            },
            text: format!(
                "{of} {} without groups of each kind, {} ({}{by_maps}, three questions counted; \
                 kinds: {}).{drawn}",
                words::plural(n, "cohort"),
                words::list(&said),
                words::p(p),
                words::list(&kinds),
            ),
        }
    }

    fn aspect(&self, aspect: &AspectTest, n: usize) -> String {
        let more = match aspect.aspect {
            Aspect::Dense => "groups as dense",
            Aspect::Separated => "groups as far apart",
            Aspect::Even => "groups as even",
            Aspect::Clustered => "as many images in groups",
        };
        match aspect.n_as_good {
            0 => format!("none has {more}"),
            k if k == n => format!("all have {more}"),
            1 => format!("1 has {more}"),
            k => format!("{k} have {more}"),
        }
    }

    fn again(&self) -> Line {
        if !self.case.has_enough() {
            let ari = self.verdict.agreement.ari.median;
            return Self::nothing_to_ask(Topic::Again, "Come again", Some(ari));
        }
        if self.case == Case::Given {
            return Line {
                topic: Topic::Again,
                holds: None,
                label: "Come again".to_owned(),
                short: "cannot be told from ready coordinates".to_owned(),
                value: None,
                written: String::new(),
                text: "The groups are those of one map that was made elsewhere, and there is no other to find \
                       them on again."
                    .to_owned(),
            };
        }
        let agreement = &self.verdict.agreement;
        let ari = agreement.ari;
        Line {
            topic: Topic::Again,
            holds: Some(ari.median >= AGAIN),
            label: "Come again".to_owned(),
            short: format!("agreement of {} maps of this setting", agreement.n_maps),
            value: Some(ari.median),
            written: format!("{:.2}", ari.median),
            text: format!(
                "Two of {} maps of this setting, with features that differ by rounding, other starts and \
                 a fifth fewer {}, agree by {:.2} ({:.2} to {:.2}; 1 is the same groups, 0 what chance \
                 gives, {AGAIN} is needed).",
                agreement.n_maps,
                self.unit.many(),
                ari.median,
                ari.low,
                ari.high
            ),
        }
    }

    fn features(&self) -> Line {
        if !self.study.has_features() {
            return Line {
                topic: Topic::Features,
                holds: None,
                label: "Without map".to_owned(),
                short: "there are no features".to_owned(),
                value: None,
                written: String::new(),
                text: "There are no features beside the ready coordinates: --features or --model gives some."
                    .to_owned(),
            };
        }
        let evident = |column: &&ColumnInFeatures| {
            (column.test.outcome.as_ref()).is_ok_and(FeatureFinding::is_evident)
        };
        let found: Vec<&ColumnInFeatures> =
            self.in_features.columns.iter().filter(evident).collect();
        let names: Vec<String> = found.iter().map(|column| column.name.clone()).collect();
        let numbers: Vec<String> = found.iter().map(|column| self.in_numbers(column)).collect();
        let sampled = if self.in_features.n_sampled < self.study.n_images() {
            format!(
                " {} drawn by {} were looked at.",
                words::plural(self.in_features.n_sampled, "image"),
                self.unit.one()
            )
        } else {
            String::new()
        };
        let interest =
            (self.in_features.columns.iter()).find(|column| column.name == self.question.column);
        let of_interest = match interest {
            Some(column) if !evident(&column) => match &column.test.outcome {
                Ok(found) => format!(
                    " No evidence that {} is ({}).",
                    column.name,
                    words::p(found.p_value)
                ),
                Err(reason) => self.untestable(&column.name, reason),
            },
            _ => String::new(),
        };
        let short = match names.len() {
            0 => "no column is in the features".to_owned(),
            _ => words::list(&shortened(names)),
        };
        let largest = found
            .first()
            .and_then(|column| column.test.outcome.as_ref().ok());
        let sentence = match numbers.len() {
            0 => format!(
                "Without any map, no column is found in the features.{of_interest}{sampled}"
            ),
            1 => format!(
                "Without any map: {} is in the features.{of_interest}{sampled}",
                numbers[0]
            ),
            _ => format!(
                "Without any map: {} are in the features.{of_interest}{sampled}",
                words::list(&numbers)
            ),
        };
        Line {
            topic: Topic::Features,
            holds: Some(!found.is_empty()),
            label: "Without map".to_owned(),
            short,
            value: largest.map(|found| found.r_squared),
            written: largest.map_or_else(String::new, |found| format!("R² {:.2}", found.r_squared)),
            text: sentence,
        }
    }

    /// "view (R² 0.12, 0.08 to 0.15 beyond chance, p = 0.001)".
    fn in_numbers(&self, column: &ColumnInFeatures) -> String {
        match &column.test.outcome {
            Ok(found) => format!(
                "{} (R² {:.2}, beyond chance {:.2} to {:.2}; {})",
                column.name,
                found.r_squared,
                found.interval.0.max(0.0),
                found.interval.1.max(0.0),
                words::p(found.p_value)
            ),
            Err(_) => column.name.clone(),
        }
    }

    fn made_of(&self) -> Line {
        let topic = Topic::MadeOf;
        if !self.case.has_groups() {
            return Line {
                topic,
                holds: None,
                label: "Made of".to_owned(),
                short: "nothing is said of groups that are not there".to_owned(),
                value: None,
                written: String::new(),
                text: "Nothing is said of what explains groups that are not there.".to_owned(),
            };
        }
        let evident = |column: &&ColumnOverMaps| {
            (column.test.outcome.as_ref()).is_ok_and(|found| found.is_evident())
        };
        let found: Vec<&ColumnOverMaps> = self.verdict.columns.iter().filter(evident).collect();
        let said: Vec<String> = found
            .iter()
            .map(|column| self.over_maps(&column.name, column))
            .collect();
        let names: Vec<String> = found.iter().map(|column| column.name.clone()).collect();
        let first = found
            .first()
            .and_then(|column| column.test.outcome.as_ref().ok());
        let effect = first.map(|found| found.effect);
        let columns = match said.len() {
            0 => "no column that the table knows".to_owned(),
            // The line beneath says of the column of interest that it is no part of it.
            _ if self.case == Case::Through => {
                let interest = &self.question.column;
                let others: Vec<_> = names.into_iter().filter(|name| name != interest).collect();
                match others.len() {
                    0 => format!("no column but {interest}, and that not for certain"),
                    _ => format!(
                        "{}; {interest} no further than these",
                        words::list(&shortened(others))
                    ),
                }
            }
            _ => words::list(&shortened(names)),
        };
        Line {
            topic,
            holds: Some(!found.is_empty()),
            label: "Made of".to_owned(),
            short: match &self.question.within {
                Some(within) => format!("with {within} held fixed: {columns}"),
                None => columns,
            },
            value: effect,
            written: effect.map_or_else(String::new, |effect| format!("effect {effect:.2}")),
            text: match said.len() {
                0 => "No evidence that any column of the table goes with them.".to_owned(),
                1 => format!(
                    "{} goes with the groups {}.",
                    words::capital(&said[0]),
                    self.of_maps()
                ),
                _ => format!(
                    "{} go with the groups {}.",
                    words::capital(&words::list(&said)),
                    self.of_maps()
                ),
            },
        }
    }

    /// "view (effect 0.52, p = 0.001; by a single map 0.001 to 0.31)".
    fn over_maps(&self, name: &str, column: &ColumnOverMaps) -> String {
        match &column.test.outcome {
            Ok(found) if self.case == Case::Given => {
                format!(
                    "{name} (effect {:.2}, {})",
                    found.effect,
                    words::p(found.p_value)
                )
            }
            Ok(found) => format!(
                "{name} (effect {:.2}, {}; by a single map {} to {})",
                found.effect,
                words::p(found.p_value),
                words::significant(found.single.low),
                words::significant(found.single.high),
            ),
            Err(_) => name.to_owned(),
        }
    }

    fn column(&self) -> Line {
        let name = &self.question.column;
        let topic = Topic::Column;
        let Some(column) = self
            .verdict
            .columns
            .iter()
            .find(|column| column.name == *name)
        else {
            return Line {
                topic,
                holds: None,
                label: words::capital(name),
                short: "has no values".to_owned(),
                value: None,
                written: String::new(),
                text: words::without_values(&self.study.cohort, name),
            };
        };
        if !self.case.has_groups() {
            return self.column_in_features();
        }
        let found = match &column.test.outcome {
            Err(reason) => {
                return Line {
                    topic,
                    holds: None,
                    label: words::capital(name),
                    short: "cannot be tested".to_owned(),
                    value: None,
                    written: String::new(),
                    text: self.untestable(name, reason).trim().to_owned(),
                };
            }
            Ok(found) => found,
        };
        let over_maps = self.over_maps(name, column);
        let is_evident = self.history.is_evident(found);
        let first = if is_evident {
            format!(
                "{} goes with the groups {}.",
                words::capital(&over_maps),
                self.of_maps()
            )
        } else {
            format!("No evidence that {over_maps} goes with the groups.")
        };
        let beside = self.beside();
        Line {
            topic,
            holds: Some(match self.case {
                Case::Given => is_evident,
                case => matches!(case, Case::Beside | Case::OfInterest),
            }),
            label: words::capital(name),
            short: format!(
                "{}; {}{}",
                match self.case {
                    Case::Through =>
                        format!("no further than {} go", words::list(&self.verdict.held)),
                    _ if is_evident => "goes with the groups".to_owned(),
                    _ => "no evidence that it goes with the groups".to_owned(),
                },
                match self.case {
                    Case::Given => String::new(),
                    _ => format!(
                        "p {} to {} by a single map; ",
                        words::significant(found.single.low),
                        words::significant(found.single.high)
                    ),
                },
                self.declared_or_not()
            ),
            value: Some(self.looks.map_or(found.p_value, |looks| looks.p_value)),
            written: match self.looks {
                Some(looks) => format!(
                    "p {} over {}",
                    words::significant(looks.p_value),
                    words::plural(looks.n_looks, "setting")
                ),
                None => format!("p {}", words::significant(found.p_value)),
            },
            text: format!(
                "{first}{}{}{beside}{}",
                self.quoted(found.p_value),
                self.replicated(name),
                self.confirmatory()
            ),
        }
    }

    /// Of groups that are not there nothing is said; of the features something may be.
    fn column_in_features(&self) -> Line {
        let name = &self.question.column;
        let column = (self.in_features.columns.iter()).find(|column| column.name == *name);
        let found = column.and_then(|column| column.test.outcome.as_ref().ok());
        let Some(found) = found else {
            return Line {
                topic: Topic::Column,
                holds: None,
                label: words::capital(name),
                short: "cannot be tested".to_owned(),
                value: None,
                written: String::new(),
                text: format!("{} cannot be tested in the features.", words::capital(name)),
            };
        };
        let (r_squared, p) = (found.r_squared, words::p(found.p_value));
        let held = words::list(&self.verdict.held);
        let beside = self.verdict.beside.as_ref();
        let beside = beside.and_then(|beside| beside.features.outcome.as_ref().ok());
        let (holds, short, p_value) = match (found.is_evident(), beside) {
            (false, _) => (
                false,
                "no evidence that it is in the features".to_owned(),
                found.p_value,
            ),
            (true, None) => (
                true,
                "is in the features, whatever the groups are".to_owned(),
                found.p_value,
            ),
            (true, Some(beside)) if beside.is_evident() => (
                true,
                format!("is in the features, also with {held} held fixed"),
                beside.p_value,
            ),
            (true, Some(beside)) => (
                false,
                format!("is in the features, but not with {held} held fixed"),
                beside.p_value,
            ),
        };
        let first = if found.is_evident() {
            let name = words::capital(name);
            format!("{name} is in the features (R² {r_squared:.2}, {p}), whatever the groups are.")
        } else {
            format!("No evidence that {name} is in the features (R² {r_squared:.2}, {p}).")
        };
        Line {
            topic: Topic::Column,
            holds: Some(holds),
            label: words::capital(name),
            short: format!("{short}; {}", self.declared_or_not()),
            value: Some(p_value),
            written: format!("p {}", words::significant(p_value)),
            text: format!("{first}{}{}", self.beside(), self.confirmatory()),
        }
    }

    /// " With view and source held fixed, no evidence that country is in the features (p = 0.32)."
    fn beside(&self) -> String {
        let Some(beside) = &self.verdict.beside else {
            return String::new();
        };
        let name = &self.question.column;
        let held = words::list(&self.verdict.held);
        let features = match &beside.features.outcome {
            Ok(found) if found.is_evident() => {
                format!(
                    "{name} still is in the features ({})",
                    words::p(found.p_value)
                )
            }
            Ok(found) => format!(
                "no evidence that {name} is in the features ({})",
                words::p(found.p_value)
            ),
            Err(_) => return format!(" With {held} held fixed, {name} cannot be tested."),
        };
        let how = match beside.features.adjustment {
            Adjustment::Model => format!(
                "; too few {} are alike in all of that, so a linear model holds it",
                self.unit.many()
            ),
            Adjustment::Levels | Adjustment::Nothing => String::new(),
        };
        let maps = match &beside.maps.outcome {
            Ok(found) if self.case.has_groups() => {
                let does = if found.is_evident() {
                    "goes with the groups"
                } else {
                    "does not evidently go with the groups"
                };
                format!(", and it {does} ({})", words::p(found.p_value))
            }
            _ => String::new(),
        };
        format!(" With {held} held fixed{how}, {features}{maps}.")
    }

    fn untestable(&self, name: &str, reason: &NotTestable) -> String {
        let reason = reason.sentence(self.unit.one(), self.unit.many());
        format!(" {} cannot be tested: {reason}.", words::capital(name))
    }

    /// " The best of 12 settings at which it was looked at has p = 0.04, which is the one to quote."
    fn quoted(&self, p_value: f64) -> String {
        match self.looks {
            Some(looks) => format!(
                " The best of {} at which it was looked at has {}, which is the one to quote.",
                words::plural(looks.n_looks, "setting"),
                words::p(looks.p_value)
            ),
            None if self.case == Case::Given => String::new(),
            None => format!(" The one to quote is {}, over all maps.", words::p(p_value)),
        }
    }

    fn declared_or_not(&self) -> &'static str {
        match self.history.is_confirmatory() {
            true => "declared beforehand",
            false => "exploratory",
        }
    }

    /// " It was declared 29 Nov 2026, 07:30 UTC, before looking, so its own p counts."
    fn confirmatory(&self) -> String {
        let Some(declared) = self.history.declared else {
            return " It was not declared beforehand, and so is exploratory.".to_owned();
        };
        let said = declared.in_words();
        if !declared.is_beforehand() {
            return format!(" It was {said}, and so is exploratory.");
        }
        let quoted = match self.looks {
            Some(_) => "and is confirmatory",
            None => "so its own p counts",
        };
        match declared.n_beforehand {
            1 => format!(" It was {said}, {quoted}."),
            n => format!(" It was {said}, as one of {n} questions, {quoted}."),
        }
    }

    /// What the test says of columns that cannot matter, and of one that must.
    fn controls(&self) -> Option<String> {
        let columns = &self.verdict.columns;
        let interest = columns
            .iter()
            .find(|column| column.name == self.question.column)?;
        let found = interest.test.outcome.as_ref().ok()?;
        let n_below = found.shuffled.iter().filter(|&&p| p <= 0.05).count();
        let planted = self.verdict.planted.as_ref();
        let planted = planted.and_then(|test| test.outcome.as_ref().ok());
        let planted = planted.map_or_else(String::new, |found| {
            format!(
                ", and one planted into the groups with an effect of {:.2} has {}",
                found.effect,
                words::p(found.p_value)
            )
        });
        Some(format!(
            "Controls: {n_below} of {} shuffles of {} have p ≤ 0.05, of which chance gives {}{planted}.",
            found.shuffled.len(),
            interest.name,
            by_chance(found.shuffled.len())
        ))
    }

    /// " In patients that did not make the groups it does too (effect 0.31, p = 0.004 of 20 splits)."
    fn replicated(&self, name: &str) -> String {
        let place = self
            .verdict
            .columns
            .iter()
            .position(|column| column.name == *name);
        let found = self.verdict.replication.as_ref().ok().zip(place);
        let Some(found) = found.and_then(|(all, place)| all.get(place)) else {
            return String::new();
        };
        if found.n_tested == 0 {
            return String::new();
        }
        let does = if found.p_value <= LEVEL {
            "it goes with them too"
        } else {
            "no evidence of it"
        };
        let of = match found.n_images < self.study.n_images() {
            true => format!(
                " of {} that were drawn",
                words::plural(found.n_images, "image")
            ),
            false => String::new(),
        };
        format!(
            " In {} that did not make the groups, {does} (effect {:.2}, {} of {} splits in \
             two{of}).",
            self.unit.many(),
            found.effect,
            words::p(found.p_value),
            found.p_values.len()
        )
    }

    fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.case.is_real() {
            warnings.push(
                "More than a cloud without groups gives is not yet a kind of patient: a gradient, such \
                 as exposure or age, is no such cloud either."
                    .to_owned(),
            );
        }
        warnings.extend(self.controls());
        warnings
    }
}

/// "1, and seldom more than 3": how many of so many shuffles fall below 0.05 by chance; in one case of
/// twenty at most there are more.
fn by_chance(n: usize) -> String {
    let mut likely = 0;
    let (mut term, mut at_most) = (0.95_f64.powi(n as i32), 0.0);
    for k in 0..=n {
        at_most += term;
        likely = k;
        if at_most >= 0.95 {
            break;
        }
        term *= (n - k) as f64 / (k + 1) as f64 * 0.05 / 0.95;
    }
    format!("{:.0}, and seldom more than {likely}", 0.05 * n as f64)
}

/// What surrogates of a kind are.
fn about(kind: SurrogateKind) -> &'static str {
    match kind {
        SurrogateKind::Gaussian => "Gaussian clouds with these covariances",
        SurrogateKind::Copula => {
            "clouds with these values of each feature, which go together by their ranks as here"
        }
        SurrogateKind::Curve => "gradients without gaps along the curve through this cohort",
        SurrogateKind::Permuted => "these values with their components permuted",
    }
}

/// The first few, and how many more.
fn shortened(mut names: Vec<String>) -> Vec<String> {
    if names.len() > MOST_NAMED + 1 {
        let more = names.split_off(MOST_NAMED);
        names.push(words::plural(more.len(), "other column"));
    }
    names
}
