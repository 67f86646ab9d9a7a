//! Whether the best of the search is luck, in words.

use std::time::{Duration, Instant};

use crate::analysis::Monitor;
use crate::analysis::null::{CheckedNull, NullParams, NullResult, Statistic};
use crate::analysis::scores::Measure;
use crate::analysis::surrogate::SurrogateKind;

use super::super::study::{Study, StudyError};
use super::super::values::group_numbers;
use super::words;

/// How the best of the search compares with the best on cohorts without clusters.
#[derive(Debug)]
pub struct Null {
    /// The numbers.
    pub found: NullResult,
    /// What was asked.
    pub params: NullParams,
    /// What each statistic asks, and what the answer is.
    pub answers: Vec<NullAnswer>,
    /// What a reader must know of it, in sentences.
    pub warnings: Vec<String>,
    /// Time it took.
    pub elapsed: Duration,
}

/// One statistic in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NullAnswer {
    /// What it asks.
    pub question: &'static str,
    /// The answer.
    pub sentence: String,
}

impl Study {
    /// Searches this cohort and cohorts without clusters alike.
    pub fn null(&self, null: &CheckedNull, monitor: &dyn Monitor) -> Result<Null, StudyError> {
        let started = Instant::now();
        let groups = group_numbers(&self.cohort);
        let found = null.run(self.features.view(), &groups, monitor)?;
        let answers = found.statistics.iter().map(|statistic| NullAnswer {
            question: question(statistic.measure),
            sentence: sentence(statistic, null.params()),
        });
        Ok(Null {
            answers: answers.collect(),
            found,
            params: null.params().clone(),
            warnings: self.rectified(null.params().kind).into_iter().collect(),
            elapsed: started.elapsed(),
        })
    }
}

impl Study {
    /// A Gaussian cloud has no zeros; features behind a rectifier have many, and differ from the
    /// cloud also where there are no clusters.
    fn rectified(&self, kind: SurrogateKind) -> Option<String> {
        let n_zeros = self.features.iter().filter(|value| **value == 0.0).count();
        let share = n_zeros as f64 / self.features.len().max(1) as f64;
        let is_rectified = share > 0.05 && self.features.iter().all(|value| *value >= 0.0);
        (kind == SurrogateKind::Gaussian && is_rectified).then(|| {
            format!(
                "{} of the features are zero, as behind a rectifier, and no Gaussian cloud has \
                 that: on such features silhouette and DBCV call luck more than luck too often \
                 here. Compare with permuted surrogates.",
                words::percent(share)
            )
        })
    }
}

impl Null {
    /// How the surrogates were made.
    pub fn method(&self) -> String {
        let NullParams {
            n_surrogates, seed, ..
        } = self.params;
        let kept = match self.params.kind {
            SurrogateKind::Gaussian => {
                "one Gaussian cloud with exactly this cohort's mean and its covariances between and \
                 within patients (random rotations), so that images of one patient stay alike"
            }
            SurrogateKind::Permuted => {
                "this cohort's own values with every principal component permuted over patients by \
                 itself; groups along a single component survive that"
            }
        };
        let excluded = self.found.excluded_perplexities.len();
        let excluded = match excluded {
            0 => String::new(),
            n => format!(
                " {} above a third of the images {} left out on both sides, because maps \
                 degenerate there.",
                words::plural(n, "perplexity").replace("perplexitys", "perplexities"),
                if n == 1 { "was" } else { "were" }
            ),
        };
        format!(
            "The whole search was repeated on {} without clusters: {kept} (seed {seed}).{excluded}",
            words::plural(n_surrogates, "cohort")
        )
    }
}

/// Which question the null of a measure answers.
fn question(measure: Measure) -> &'static str {
    match measure {
        Measure::Balance => {
            "Is so good a score rare where there are no clusters? The notebook's score rewards \
             groups of equal size and little noise. It does not ask whether clusters exist: clearly \
             separated groups of unequal size score worse than most noise."
        }
        Measure::Silhouette => {
            "Are there groups that are compact and apart from each other, more than a search of \
             this size finds where there are none?"
        }
        Measure::Dbcv => {
            "Are there dense regions with gaps between them, of any shape, more than a search of \
             this size finds where there are none? This asks whether clusters exist."
        }
        Measure::DaviesBouldin | Measure::CalinskiHarabasz => {
            "Are there groups that are compact and apart, more than where there are none?"
        }
    }
}

fn sentence(statistic: &Statistic, params: &NullParams) -> String {
    let name = words::capital(statistic.measure.name());
    let Some(observed) = &statistic.observed else {
        return format!(
            "{name}: no setting of the search is admissible, so there is nothing to compare."
        );
    };
    let value = match statistic.measure {
        Measure::Balance => format!("{:.0}", observed.value),
        _ => format!("{:.2}", observed.value),
    };
    let n_searched = statistic.best.len();
    let early = if n_searched < params.n_surrogates {
        format!("the first {n_searched}")
    } else {
        n_searched.to_string()
    };
    let did = match statistic.n_as_good {
        0 => format!("none of {early} cohorts without clusters did as well"),
        k => format!("{k} of {early} cohorts without clusters did as well or better"),
    };
    let verdict = if statistic.p_value <= super::association::LEVEL {
        "more than luck by this measure"
    } else {
        "no evidence that it is more than luck"
    };
    format!(
        "{name} {value}: {did} ({}): {verdict}.",
        words::p(statistic.p_value)
    )
}
