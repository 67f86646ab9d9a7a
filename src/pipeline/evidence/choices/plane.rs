//! The plane of one map's settings as a map of evidence: how far groups come again, how a column goes
//! with them, and whether they are more than chance, at each of its places.

use crate::analysis::Monitor;
use crate::analysis::association::{AveragedTest, LEVEL, over_looks};
use crate::analysis::ensemble::{Agreement, Ensemble, Member, Place, median_map};
use crate::analysis::null::{PlaneStanding, compare_planes};
use crate::analysis::settings::Words;
use crate::analysis::specification::MIN_CLUSTERED;

use super::super::super::study::{Study, StudyError};
use super::super::super::values::group_numbers;
use super::super::association::{Question, as_held, as_tested};
use super::super::verdict::{AGAIN, Tried, Uncounted, params};
use super::super::words;
use super::LIMIT;

/// Maps that each place is judged by.
const N_MAPS: u64 = 20;

/// What the plane is drawn by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlaneOf {
    /// How far the groups of two maps agree.
    Again,
    /// The p of the column of interest over the maps.
    Column,
    /// The p against chance, for having looked at the whole plane.
    Chance,
}

impl Words for PlaneOf {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Again, "again"),
        (Self::Column, "column"),
        (Self::Chance, "chance"),
    ];
}

/// The maps of a setting clustered at every place of the plane.
#[derive(Debug)]
pub struct PlaneMaps {
    /// Of each map, a member for each place.
    pub maps: Vec<Vec<Member>>,
}

/// Cohorts without groups at every place of the plane.
#[derive(Debug, Clone)]
pub struct PlaneStandings {
    observed: PlaneStanding,
    kinds: Vec<Vec<PlaneStanding>>,
}

/// What is known of each place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaneEvidence {
    /// Which number it is.
    pub of: PlaneOf,
    /// In the order of the plane's cells; `None` where there are no groups to speak of.
    pub values: Vec<Option<f64>>,
    /// The best of them.
    pub best: Option<usize>,
    /// The p of having looked at the whole plane; of an agreement there is none.
    pub p_value: Option<f64>,
    /// Maps of each place.
    pub n_maps: usize,
    /// Cohorts without groups, of each kind.
    pub n_surrogates: usize,
    /// What was found, in a sentence.
    pub sentence: String,
}

impl Study {
    /// Lays out the maps of a setting and clusters them at every place of the plane.
    pub fn plane_maps(
        &self,
        tried: &Tried,
        monitor: &dyn Monitor,
    ) -> Result<PlaneMaps, StudyError> {
        self.check_choices()?;
        let groups = group_numbers(&self.cohort);
        let ensemble = Ensemble::new(tried.ensemble(), self.features.view(), &groups, monitor)?;
        let grid = tried.clustering.method().grid;
        let maps = ensemble.over_plane(&grid, 0..N_MAPS, &Uncounted(monitor))?;
        Ok(PlaneMaps { maps })
    }

    /// Holds the plane against cohorts without groups of these numbers.
    pub fn plane_standings(
        &self,
        tried: &Tried,
        numbers: std::ops::Range<u64>,
        monitor: &dyn Monitor,
    ) -> Result<PlaneStandings, StudyError> {
        self.check_choices()?;
        let (chance, _) = self.chance(tried, monitor)?;
        let grid = tried.clustering.method().grid;
        let uncounted = Uncounted(monitor);
        Ok(PlaneStandings {
            observed: chance.observed_plane(&grid, numbers.end, &uncounted)?,
            kinds: chance.surrogate_planes(&grid, numbers, &uncounted)?,
        })
    }

    /// Whether so many images can be laid out at every setting, and anew.
    pub(super) fn check_choices(&self) -> Result<(), StudyError> {
        self.refuse_given()?;
        let n_images = self.n_images();
        if n_images > LIMIT {
            return Err(StudyError::TooManyForChoices { n_images });
        }
        Ok(())
    }

    /// How far the groups of each place come again.
    pub fn plane_again(&self, tried: &Tried, planes: &PlaneMaps) -> PlaneEvidence {
        let agreement = |cell: usize| {
            let members = planes.members(cell);
            has_groups(&members).then(|| Agreement::of(&members).ari.median)
        };
        let values: Vec<Option<f64>> = (0..planes.n_cells()).map(agreement).collect();
        let best = best_of(&values, |a, b| a > b);
        let again = values.iter().flatten().filter(|&&value| value >= AGAIN);
        let n_again = again.count();
        let sentence = match best {
            None => format!("No place of the plane has groups over {N_MAPS} maps."),
            Some((cell, value)) => format!(
                "{} of {} come again over {N_MAPS} maps (agreement of {AGAIN} and more), best at {} with \
                 {value:.2}.",
                words::thousands(n_again),
                words::plural(values.len(), "place"),
                place(tried, cell)
            ),
        };
        PlaneEvidence {
            of: PlaneOf::Again,
            best: best.map(|(cell, _)| cell),
            p_value: None,
            n_maps: planes.maps.len(),
            n_surrogates: 0,
            sentence,
            values,
        }
    }

    /// How the column of interest goes with the groups of each place, over the maps.
    pub fn plane_column(
        &self,
        (tried, question): (&Tried, &Question),
        planes: &PlaneMaps,
        monitor: &dyn Monitor,
    ) -> Result<PlaneEvidence, StudyError> {
        let column = self.values_of("breakdown", &question.column)?;
        let held = self.levels(question)?;
        let groups = group_numbers(&self.cohort);
        let checked = params(question.noise()).check()?;
        let mut values = Vec::new();
        let mut looks: Vec<Vec<f32>> = Vec::new();
        for cell in 0..planes.n_cells() {
            let members = planes.members(cell);
            if !has_groups(&members) {
                values.push(None);
                looks.push(Vec::new());
                continue;
            }
            let maps: Vec<&[Place]> = members.iter().map(|member| &member.places[..]).collect();
            let asked = (&[as_tested(&column)][..], Some(0));
            let within = held.as_ref().map(as_held);
            let found = checked.averaged(&maps, &groups, asked, within, monitor)?;
            let test: Option<&AveragedTest> = found.first();
            values.push(test.and_then(|test| Some(test.outcome.as_ref().ok()?.p_value)));
            let averages = test.into_iter().flat_map(|test| &test.averages);
            looks.push(averages.map(|&x| x as f32).collect());
        }
        // Many have the least p that there can be: the one that is furthest above chance is the best.
        let heights: Vec<Option<f64>> = looks
            .iter()
            .map(|look| look.first().map(|&x| x.into()))
            .collect();
        let best =
            best_of(&heights, |a, b| a > b).and_then(|(cell, _)| Some((cell, values[cell]?)));
        let p_value = best.map(|_| {
            let tested = looks.iter().filter(|look| !look.is_empty());
            over_looks(tested.map(Vec::as_slice))
        });
        let name = &question.column;
        let sentence = match (best, p_value) {
            (Some((cell, least)), Some(p)) => {
                let judged = if p <= LEVEL {
                    format!("{name} goes with the groups")
                } else {
                    format!("no evidence that {name} goes with the groups")
                };
                format!(
                    "Over {N_MAPS} maps of each of {}: {judged} ({} for having looked at all of them); \
                     best at {}, where it would be {} alone.",
                    words::plural(values.len(), "place"),
                    words::p(p),
                    place(tried, cell),
                    words::p(least)
                )
            }
            _ => format!(
                "{} cannot be tested at any place of the plane.",
                words::capital(name)
            ),
        };
        Ok(PlaneEvidence {
            of: PlaneOf::Column,
            best: best.map(|(cell, _)| cell),
            p_value,
            n_maps: planes.maps.len(),
            n_surrogates: 0,
            sentence,
            values,
        })
    }

    /// Whether the groups of each place are more than chance.
    pub fn plane_chance(&self, tried: &Tried, standings: &PlaneStandings) -> PlaneEvidence {
        let kinds: Vec<&[PlaneStanding]> = standings.kinds.iter().map(|all| &all[..]).collect();
        let n_surrogates = kinds.first().map_or(0, |all| all.len());
        let found = compare_planes(&standings.observed, &kinds);
        let p = words::p(found.p_value);
        let looked = format!(
            "{p} for having looked at all {}, in three ways",
            found.adjusted.len()
        );
        let by = format!(
            "{} without groups of each of {} kinds",
            words::plural(n_surrogates, "cohort"),
            kinds.len()
        );
        let sentence = match found.best {
            None => "No place of the plane has groups.".to_owned(),
            Some(cell) if found.p_value <= LEVEL => format!(
                "The best place of the plane, {}, has more than {by} ({looked}).",
                place(tried, cell)
            ),
            Some(cell) => format!(
                "No place of the plane has more than {by} ({looked}; best at {}).",
                place(tried, cell)
            ),
        };
        PlaneEvidence {
            of: PlaneOf::Chance,
            best: found.best,
            p_value: Some(found.p_value),
            n_maps: 0,
            n_surrogates,
            sentence,
            values: found.adjusted,
        }
    }
}

impl PlaneMaps {
    fn n_cells(&self) -> usize {
        self.maps.first().map_or(0, Vec::len)
    }

    fn members(&self, cell: usize) -> Vec<&Member> {
        self.maps.iter().map(|map| &map[cell]).collect()
    }
}

/// Whether there are groups to speak of in the median map.
fn has_groups(members: &[&Member]) -> bool {
    let (n_clusters, clustered) = median_map(members);
    n_clusters >= 2.0 && clustered >= MIN_CLUSTERED
}

/// Pieces of one plane as one, whose last has this cohort on the most maps.
pub fn joined_planes(pieces: &[std::sync::Arc<PlaneStandings>]) -> Option<PlaneStandings> {
    let (first, more) = pieces.split_first()?;
    let mut all = PlaneStandings::clone(first);
    for piece in more {
        all.observed.clone_from(&piece.observed);
        for (all, more) in all.kinds.iter_mut().zip(&piece.kinds) {
            all.extend(more.iter().cloned());
        }
    }
    Some(all)
}

/// The first value that no other is better than.
fn best_of(values: &[Option<f64>], better: impl Fn(f64, f64) -> bool) -> Option<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for (cell, value) in values.iter().enumerate() {
        if let Some(value) = *value
            && best.is_none_or(|(_, other)| better(value, other))
        {
            best = Some((cell, value));
        }
    }
    best
}

/// "eps 0.40 and min_samples 14": where a cell lies.
fn place(tried: &Tried, cell: usize) -> String {
    let [first, second] = tried.clustering.method().grid;
    let at = [first[cell / second.len()], second[cell % second.len()]];
    words::place(&tried.clustering.at(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_is_the_first_of_equal_ones() {
        let values = [None, Some(0.3), Some(0.1), Some(0.1)];
        assert_eq!(best_of(&values, |a, b| a < b), Some((2, 0.1)));
        assert_eq!(best_of(&values, |a, b| a > b), Some((1, 0.3)));
        assert_eq!(best_of(&[None], |a, b| a > b), None);
    }
}
