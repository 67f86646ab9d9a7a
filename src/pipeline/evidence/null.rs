//! Whether the best of the search is luck, in words.

use std::time::{Duration, Instant};

use crate::analysis::Count;
use crate::analysis::association::LEVEL;
use crate::analysis::measures::Measure;
use crate::analysis::null::{CheckedNull, NullParams, NullResult, Searched, Statistic};
use crate::analysis::surrogate::{SurrogateKind, zeros_of_rectified};

use super::super::study::{Study, StudyError};
use super::super::values::group_numbers;
use super::words::{self, Basis, Unit};

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

/// What follows from no null.
const NO_PROOF: &str = "A cloud without gaps is one kind of cohort without clusters. Others, such \
                        as an arc, a ring or a gradient of exposure, exceed it as well, so that \
                        more than a cloud gives does not say that clusters exist. And each of \
                        three measures is held to 0.05: one of them gets there more often.";

/// Maps times the squared number of images that a report bears, about a minute of two cores: of 193 images, all
/// of the notebook's search on 99 surrogates, the verdict and the repeats are 7,135.
const BEARABLE: u64 = 8_800 * 193 * 193;

/// Cohorts that it searches at least: fewer cannot come to p = 0.05.
const FEWEST_COHORTS: u64 = 19;

/// Maps of each cohort that it makes at least.
const FEWEST_MAPS: u64 = 5;

/// As much of a null as a report on so many images bears beside `n_others` maps, and what is left out of it,
/// in one sentence. It goes by the number of images and not by a clock, so that it is the same on every
/// machine: first there are fewer cohorts, then fewer maps of each.
pub(super) fn bearable(
    null: &CheckedNull,
    n_images: usize,
    n_others: u64,
) -> (CheckedNull, Option<String>) {
    let mut params = null.params().clone();
    let search = &mut params.search;
    let possible = |along: &&f64| !search.projection.at(**along).is_degenerate(n_images);
    let n_maps = search.along.iter().filter(possible).count().max(1) as u64;
    let of_a_map = (n_images as u64).saturating_pow(2).max(1);
    let left = (BEARABLE / of_a_map).saturating_sub(n_others);
    let n_asked = params.n_surrogates as u64;
    let n_surrogates = (left / n_maps).saturating_sub(1);
    let n_surrogates = n_surrogates.max(FEWEST_COHORTS).min(n_asked);
    let most_maps = (left / (n_surrogates + 1)).max(FEWEST_MAPS);
    let step = n_maps.div_ceil(most_maps) as usize;
    if n_surrogates == n_asked && step == 1 {
        return (null.clone(), None);
    }
    let middle = (step - 1) / 2;
    search.along = search
        .along
        .iter()
        .copied()
        .skip(middle)
        .step_by(step)
        .collect();
    params.n_surrogates = n_surrogates as usize;
    let every = match step {
        1 => String::new(),
        step => format!(" and one {} in {step}", search.axis()),
    };
    let said = format!(
        "Of {} the search is compared with {} without clusters{every}, so that the report does not \
         take long: --null {n_asked} compares all of it.",
        words::plural(n_images, "image"),
        words::plural(params.n_surrogates, "cohort"),
    );
    match params.check() {
        Ok(less) => (less, Some(said)),
        Err(_) => (null.clone(), None),
    }
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
    /// Searches this cohort and cohorts without clusters alike, but those that were `searched` before; the
    /// counter hears of one unit per cohort.
    pub fn null(
        &self,
        null: &CheckedNull,
        searched: &dyn Searched,
        counter: &dyn Count,
    ) -> Result<Null, StudyError> {
        self.refuse_given()?;
        let started = Instant::now();
        let groups = group_numbers(&self.cohort);
        let found = null.run(self.features.view(), &groups, searched, counter)?;
        let basis = Basis {
            n_images: self.n_images(),
            n_all: self.n_images(),
            n_groups: self.cohort.n_groups(),
            n_viewed: 0,
        };
        let basis = basis.counts(Unit::of(&self.cohort));
        let answers = found.statistics.iter().map(|statistic| NullAnswer {
            question: question(statistic.measure),
            sentence: sentence(statistic, (&found, null.params()), &basis),
        });
        let warnings = [Some(NO_PROOF.to_owned()), self.rectified(found.kind)];
        Ok(Null {
            answers: answers.collect(),
            params: null.params().clone(),
            warnings: warnings.into_iter().flatten().collect(),
            found,
            elapsed: started.elapsed(),
        })
    }
}

impl Study {
    fn rectified(&self, kind: SurrogateKind) -> Option<String> {
        let share = zeros_of_rectified(self.features.view())?;
        (kind == SurrogateKind::Gaussian).then(|| {
            format!(
                "{} of the features are zero, as behind a rectifier, and no Gaussian cloud has \
                 that: on such features silhouette and DBCV call luck more than luck too often \
                 here. Compare with copula surrogates.",
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
        let made = match self.found.kind {
            SurrogateKind::Gaussian => {
                "one Gaussian cloud with exactly this cohort's mean and its covariances between and \
                 within patients (random rotations), so that images of one patient stay alike"
            }
            SurrogateKind::Copula => {
                "this cohort's own values of each feature, which go together by their ranks, between and \
                 within patients, as one Gaussian cloud does"
            }
            SurrogateKind::Curve => {
                "patients anywhere along the curve that goes through this cohort, with the deviations \
                 from it that patients here have: a gradient without gaps"
            }
            SurrogateKind::Permuted => {
                "this cohort's own values with every principal component permuted over patients by \
                 itself; groups along a single component survive that"
            }
        };
        let search = &self.params.search;
        let excluded = &self.found.excluded;
        let kept = |value: &&f64| !excluded.contains(value);
        let along: Vec<f64> = search.along.iter().filter(kept).copied().collect();
        let n_settings = along.len() * search.axes[0].len() * search.axes[1].len();
        let axis = search.projection.method().axis;
        let ranges: Vec<String> = axis
            .map(|axis| format!("{axis} {}", range(&along)))
            .into_iter()
            .chain(
                (search.clustering.axes().iter().zip(&search.axes))
                    .map(|(axis, values)| format!("{axis} {}", range(values))),
            )
            .collect();
        let left_out = match excluded.len() {
            0 => "",
            _ => {
                " Perplexities above a third of the images are left out on both sides, because maps \
                 degenerate there."
            }
        };
        format!(
            "The search of {} ({}; {} to {} clusters) was repeated on {} without clusters: {made} \
             (seed {seed}).{left_out} Each measure is one of three questions asked.",
            words::plural(n_settings, "setting"),
            ranges.join(", "),
            search.clusters.start(),
            search.clusters.end(),
            words::plural(n_surrogates, "cohort")
        )
    }
}

/// "1 to 64", from the smallest and the largest.
fn range(values: &[f64]) -> String {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let number = |value: f64| {
        let text = format!("{value:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if low < high {
        format!("{} to {}", number(low), number(high))
    } else {
        number(low)
    }
}

/// Which question the null of a measure answers.
fn question(measure: Measure) -> &'static str {
    match measure {
        Measure::Balance => {
            "Is the split more even, with less noise, than a search of this size finds in a cloud \
             without gaps? The notebook's score rewards groups of equal size: clearly separated \
             groups of unequal size score worse than most noise."
        }
        Measure::Dbcv => {
            "Are dense regions, of any shape, further apart by their gaps than a search of this \
             size finds in a cloud without gaps?"
        }
        _ => {
            "Are the groups more compact and further apart from each other than a search of this \
             size finds in a cloud without gaps?"
        }
    }
}

fn sentence(
    statistic: &Statistic,
    (found, params): (&NullResult, &NullParams),
    basis: &str,
) -> String {
    let name = words::capital(statistic.measure.about().name);
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
    let p = words::p(statistic.p_value);
    let cloud = match found.kind {
        SurrogateKind::Gaussian => "one Gaussian cloud with these covariances",
        SurrogateKind::Copula => "one cloud of these values that goes together by ranks as they do",
        SurrogateKind::Curve => "a gradient without gaps along the curve through these images",
        SurrogateKind::Permuted => "one cloud of these values with their components permuted",
    };
    let verdict = if statistic.p_value <= LEVEL {
        let more = match statistic.measure {
            Measure::Balance => "a more even split than",
            Measure::Dbcv => "denser regions with wider gaps than",
            _ => "groups further apart than",
        };
        format!("{more} {cloud} gives")
    } else {
        format!("no evidence of more than {cloud} gives")
    };
    format!("{name} {value}: {did} ({p}, {basis}): {verdict}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::search::SearchParams;

    #[test]
    fn a_null_of_many_images_is_bearable_and_says_what_is_left_out() {
        let params = NullParams {
            search: SearchParams::notebook(),
            n_surrogates: 99,
            kind: None,
            stop_after: None,
            seed: 42,
        };
        let whole = params.check().unwrap();
        assert_eq!(bearable(&whole, 193, 735), (whole.clone(), None));
        let (some, said) = bearable(&whole, 605, 735);
        assert_eq!(some.params().n_surrogates, 19);
        assert_eq!(some.params().search.axes, whole.params().search.axes);
        assert_eq!(some.params().search.along[..3], [12.0, 35.0, 58.0]);
        let said = said.unwrap();
        assert!(
            said.contains("605 images")
                && said.contains("19 cohorts without clusters and one perplexity in 23"),
            "{said}"
        );
        assert!(said.contains("--null 99"), "{said}");
        let (least, _) = bearable(&whole, 20_000, 735);
        assert_eq!(
            (
                least.params().n_surrogates,
                least.params().search.along.len()
            ),
            (19, 5)
        );
    }
}
