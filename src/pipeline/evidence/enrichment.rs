//! Which values are frequent in which clusters, in words.

use crate::analysis::Monitor;
use crate::analysis::association::{self, EnrichmentCell, Mark};

use super::super::selection;
use super::super::study::{Clusters, Study, StudyError};
use super::super::values::{Values, categories, group_numbers, shown_values};
use super::association::Question;
use super::words::{self, Basis, Unit};

/// Every value of a column in every cluster.
#[derive(Debug)]
pub struct Enrichment {
    /// The column.
    pub column: String,
    /// The numbers; a cell's value counts in `names`.
    pub found: association::Enrichment,
    /// What each value is called.
    pub names: Vec<String>,
    /// Why there is no test, in one sentence.
    pub reason: Option<String>,
}

/// Why cells have no p where clusters were drawn by hand.
const NOT_JUDGED: &str = "clusters were drawn by hand, which may have seen what is counted here";

impl Study {
    /// Tests each value of the column of interest in each cluster, patients kept whole.
    pub fn enrichment(
        &self,
        clusters: &Clusters,
        question: &Question,
        monitor: &dyn Monitor,
    ) -> Result<Enrichment, StudyError> {
        let shown = shown_values(&self.cohort, "breakdown", &question.column)?;
        let (codes, names) = match categories(&shown) {
            Values::Categories { codes, names } => (codes, names),
            Values::Numbers(_) => (Vec::new(), Vec::new()),
        };
        let groups = group_numbers(&self.cohort);
        let labels = &clusters.clustering.labels;
        let checked = question.params().check()?;
        let mut found = checked.enrichment(labels, &groups, &codes, monitor)?;
        let by_hand = selection::picked_by_hand(&clusters.own);
        if by_hand.is_some() {
            found.cells.iter_mut().for_each(EnrichmentCell::unjudge);
            found.marks_out_of_reach = false;
        }
        let unit = Unit::of(&self.cohort);
        Ok(Enrichment {
            column: question.column.clone(),
            reason: match found.reason {
                Some(reason) => Some(reason.sentence(unit.one(), unit.many())),
                None => by_hand.map(|_| NOT_JUDGED.to_owned()),
            },
            found,
            names,
        })
    }

    /// What is said of each cell when `n_viewed` settings have been looked at.
    pub fn enrichment_words(&self, enrichment: &Enrichment, n_viewed: usize) -> Vec<String> {
        let Enrichment { found, names, .. } = enrichment;
        let unit = Unit::of(&self.cohort);
        let basis = Basis {
            n_images: found.n_images,
            n_all: self.n_images(),
            n_groups: found.n_groups,
            n_viewed,
        };
        let basis = basis.counts(unit);
        let say = |cell: &EnrichmentCell| sentence(cell, &names[cell.value as usize], unit, &basis);
        found.cells.iter().map(say).collect()
    }
}

fn sentence(cell: &EnrichmentCell, name: &str, unit: Unit, basis: &str) -> String {
    let images = words::plural(cell.count, "image");
    let from = match unit {
        Unit::Image => String::new(),
        unit => format!(" from {}", unit.count(cell.n_groups)),
    };
    let mut text = format!("{name}: {images}{from}; {:.1} expected.", cell.expected);
    if let Some(odds) = &cell.odds_ratio {
        text.push_str(&format!(
            " Log odds ratio {:.1} (95% {:.1} to {:.1}).",
            odds.log, odds.low, odds.high
        ));
    }
    if let (Some(p_value), Some(q_value)) = (cell.p_value, cell.q_value) {
        let word = match cell.mark {
            Some(Mark::Enriched) => "More than chance gives",
            Some(Mark::Depleted) => "Fewer than chance gives",
            None => "No evidence of more or fewer than chance gives",
        };
        let (p, q) = (words::p(p_value), words::significant(q_value));
        text.push_str(&format!(" {word} ({p}, q = {q} over all cells, {basis})."));
    }
    text
}
