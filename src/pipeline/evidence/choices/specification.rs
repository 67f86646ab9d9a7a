//! The specification curve of a column, in numbers and a sentence.

use std::time::{Duration, Instant};

use crate::analysis::Monitor;
use crate::analysis::association::{LEVEL, Noise, OverSettings, SpecificationsTest};
use crate::analysis::clustering::ClusteringParams;
use crate::analysis::projection::ProjectionParams;
use crate::analysis::specification::{Specification, SpecificationParams};

use super::super::super::study::{Study, StudyError};
use super::super::super::values::group_numbers;
use super::super::association::{Question, as_held, as_tested};
use super::super::verdict::{Tried, Uncounted, params};
use super::super::words::{self, Basis, Unit};

/// What the value along the maps' axis is multiplied by: from a quarter of it to four times as much.
const ALONG: [f64; 5] = [0.25, 0.5, 1.0, 2.0, 4.0];

/// The start as set, and one that is drawn.
const N_STARTS: u64 = 2;

/// The settings around one that is on the screen.
#[derive(Debug)]
pub struct Specifications {
    /// Which were laid out.
    pub params: SpecificationParams,
    /// Those with groups.
    pub settings: Vec<Specification>,
    /// Time it took.
    pub elapsed: Duration,
}

/// A column in all of them, noise left out and noise as one more cluster.
#[derive(Debug)]
pub struct SpecificationsAnswer {
    /// The test; of each setting first without noise, then with.
    pub test: SpecificationsTest,
    /// What was found, in a sentence or two.
    pub sentence: String,
    /// Time it took.
    pub elapsed: Duration,
}

impl Specifications {
    /// Settings, those without groups included, noise left out and noise as one more cluster.
    pub fn n_settings(&self) -> usize {
        2 * self.params.n_settings()
    }
}

impl Study {
    /// Lays out and clusters all settings around one: the axis of the maps from a quarter of its value
    /// to four times as much, every place on the plane of the clustering, and another start.
    pub fn specifications(
        &self,
        map: ProjectionParams,
        clustering: ClusteringParams,
        monitor: &dyn Monitor,
    ) -> Result<Specifications, StudyError> {
        let started = Instant::now();
        self.check_choices()?;
        let n_images = self.n_images();
        let params = SpecificationParams {
            projection: map,
            clustering,
            along: around(&map, n_images),
            axes: clustering.method().grid,
            n_starts: N_STARTS,
        };
        let settings = params.settings(self.features.view(), &Uncounted(monitor))?;
        Ok(Specifications {
            params,
            settings,
            elapsed: started.elapsed(),
        })
    }

    /// Tests the column of interest in all of them.
    pub fn specification_curve(
        &self,
        specifications: &Specifications,
        question: &Question,
        monitor: &dyn Monitor,
    ) -> Result<SpecificationsAnswer, StudyError> {
        let started = Instant::now();
        let values = self.values_of("breakdown", &question.column)?;
        let held = self.levels(question)?;
        let with_noise: Vec<Vec<Option<u32>>> = specifications
            .settings
            .iter()
            .map(|setting| noise_as_one_more(&setting.labels))
            .collect();
        let settings = specifications.settings.iter().zip(&with_noise);
        let labelings: Vec<&[Option<u32>]> = settings
            .flat_map(|(setting, with_noise)| [&setting.labels[..], &with_noise[..]])
            .collect();
        let test = params(Noise::LeftOut).check()?.specifications(
            &labelings,
            &group_numbers(&self.cohort),
            (as_tested(&values), held.as_ref().map(as_held)),
            monitor,
        )?;
        Ok(SpecificationsAnswer {
            sentence: self.told_of(specifications, question, &test),
            test,
            elapsed: started.elapsed(),
        })
    }

    /// Both, for who keeps neither.
    pub fn in_every_setting(
        &self,
        tried: &Tried,
        question: &Question,
        monitor: &dyn Monitor,
    ) -> Result<(Specifications, SpecificationsAnswer), StudyError> {
        let specifications = self.specifications(tried.map, tried.clustering, monitor)?;
        let answer = self.specification_curve(&specifications, question, monitor)?;
        Ok((specifications, answer))
    }

    fn told_of(
        &self,
        specifications: &Specifications,
        question: &Question,
        test: &SpecificationsTest,
    ) -> String {
        let column = &question.column;
        let n_groups = 2 * specifications.settings.len();
        let all = format!(
            "Of {} around this one {} have groups",
            words::plural(specifications.n_settings(), "setting"),
            words::thousands(n_groups)
        );
        let basis = Basis {
            n_images: test.n_images,
            n_all: self.n_images(),
            n_groups: test.n_groups,
            n_viewed: 0,
        };
        let curve = match &test.outcome {
            Err(_) if n_groups == 0 => {
                return format!("{all}, so that there is nothing to hold {column} against.");
            }
            Err(reason) => return format!("{all}, and {column} cannot be tested: {reason}."),
            Ok(curve) => curve,
        };
        let within = match &question.within {
            Some(held) => format!("with {held} held fixed"),
            None => "with nothing held fixed".to_owned(),
        };
        let judged = if curve.median.p_value <= LEVEL {
            format!("over all of them {column} goes with the groups, {within}")
        } else {
            format!("no evidence over all of them that {column} goes with the groups, {within}")
        };
        let by_chance = |over: &OverSettings| {
            format!(
                "by chance {}, {}",
                words::percent(over.by_chance.max(0.0)),
                words::p(over.p_value)
            )
        };
        format!(
            "{all}: {judged}. In the median one it explains {} beyond chance ({}), and {} of them have \
             p ≤ 0.05 by themselves ({}); {}.",
            words::percent(curve.median.observed),
            by_chance(&curve.median),
            words::percent(curve.significant.observed),
            by_chance(&curve.significant),
            basis.counts(Unit::of(&self.cohort))
        )
    }
}

/// Values along the axis of the maps around this one's, where maps of so many images can be believed;
/// none of a method without.
fn around(map: &ProjectionParams, n_images: usize) -> Vec<f64> {
    let Some(here) = map.along() else {
        return Vec::new();
    };
    let mut values: Vec<f64> = ALONG
        .iter()
        .map(|factor| {
            if *factor == 1.0 {
                here
            } else {
                (factor * here).round()
            }
        })
        .filter(|&value| {
            let map = map.at(value);
            value == here || map.check(n_images).is_ok() && !map.is_degenerate(n_images)
        })
        .collect();
    values.dedup();
    values
}

/// The same groups, and one of what is in none.
fn noise_as_one_more(labels: &[Option<u32>]) -> Vec<Option<u32>> {
    let noise = labels.iter().flatten().max().map_or(0, |last| last + 1);
    labels.iter().map(|label| label.or(Some(noise))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_around_the_one_that_is_set() {
        let map = ProjectionParams::default();
        assert_eq!(around(&map.at(17.0), 193), [4.0, 9.0, 17.0, 34.0]);
        assert_eq!(around(&map.at(2.0), 193), [1.0, 2.0, 4.0, 8.0]);
        // Its own value is never left out.
        assert!(around(&map.at(90.0), 193).contains(&90.0));
    }

    #[test]
    fn noise_is_one_more() {
        assert_eq!(
            noise_as_one_more(&[Some(1), None, Some(0)]),
            [Some(1), Some(2), Some(0)]
        );
    }
}
