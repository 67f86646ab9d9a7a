//! Everything that is asked of one setting, at once.

use std::sync::Arc;

use crate::analysis::Monitor;
use crate::analysis::dbscan::DbscanParams;
use crate::analysis::null::CheckedNull;
use crate::analysis::tsne::TsneParams;
use crate::config::ReportConfig;

use super::super::study::{Clusters, MapParams, Projection, Study, StudyError};
use super::{Association, Enrichment, Null, Quality, Question, Repeats, Stability};

/// What a report is about.
#[derive(Debug, Clone)]
pub struct ReportParams {
    /// The map.
    pub map: MapParams,
    /// The clusters.
    pub dbscan: DbscanParams,
    /// What is asked of them.
    pub question: Question,
    /// The null of the search, unless that is left out.
    pub null: Option<CheckedNull>,
    /// The repeats, unless they are left out.
    pub repeats: Option<Repeats>,
    /// How much was looked at before.
    pub looks: Looks,
}

/// How much was looked at: the best of many looks is good by chance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looks {
    /// Settings whose clusters were viewed.
    pub n_viewed: usize,
    /// Settings that were searched.
    pub n_searched: u64,
}

/// What is known of one setting.
#[derive(Debug)]
pub struct Report {
    /// What it is about.
    pub params: ReportParams,
    /// The map.
    pub map: Projection,
    /// Its clusters.
    pub clusters: Clusters,
    /// What explains them.
    pub association: Association,
    /// By the column of interest.
    pub enrichment: Enrichment,
    /// Whether the map can be believed; `None` for fewer images than that takes.
    pub quality: Option<Quality>,
    /// Whether the best of the search is luck.
    pub null: Option<Arc<Null>>,
    /// Whether the clusters come again.
    pub stability: Option<Stability>,
}

/// Neighbours that the report compares, as scikit-learn's trustworthiness.
pub const N_NEIGHBORS: usize = 5;

impl ReportParams {
    /// What the command line asks of this study.
    pub fn new(config: &ReportConfig, study: &Study) -> Self {
        let country = study.cohort.country_column.as_deref();
        let named = config.column.as_deref().or(country);
        let default = study.default_perplexity();
        Self {
            map: MapParams::Tsne(TsneParams {
                perplexity: config.perplexity.unwrap_or(default),
                ..TsneParams::default()
            }),
            dbscan: config.dbscan,
            question: Question {
                column: named.unwrap_or("country").to_owned(),
                within: config.within.clone(),
                with_noise: config.with_noise,
            },
            null: config.null.clone(),
            repeats: config.n_runs.map(|n_runs| Repeats {
                n_runs,
                ..Repeats::default()
            }),
            looks: Looks::default(),
        }
    }

    /// Units of work, which is what the monitor counts: cohorts searched and maps made.
    pub fn total(&self) -> u64 {
        let null = self
            .null
            .as_ref()
            .map_or(0, |null| null.params().n_surrogates as u64 + 1);
        let maps = self
            .repeats
            .map_or(0, |repeats| repeats.n_maps(self.map, self.dbscan));
        1 + null + maps
    }
}

impl Study {
    /// Asks everything; the monitor hears of [`ReportParams::total`] units. A null that is `known`
    /// already is not computed again: it takes minutes.
    pub fn report(
        &self,
        params: ReportParams,
        known: Option<Arc<Null>>,
        monitor: &dyn Monitor,
    ) -> Result<Report, StudyError> {
        let quiet = Quiet(monitor);
        let map = self.project(&params.map, &quiet, &mut |_| {})?;
        let column = &params.question.column;
        let clusters = self.cluster(&map, params.dbscan, column, &quiet)?;
        let n_viewed = params.looks.n_viewed;
        let association = self.association(&clusters, &params.question, n_viewed, &quiet)?;
        let enrichment = self.enrichment(&clusters, &params.question, &quiet)?;
        let enough = self.n_images() > 2 * N_NEIGHBORS;
        let quality = enough
            .then(|| self.quality(&map, N_NEIGHBORS, &quiet))
            .transpose()?;
        monitor.advance(1);
        let repeat = |repeats| self.stability(&map, &clusters, params.dbscan, repeats, monitor);
        let stability = params.repeats.map(repeat).transpose()?;
        let null = match (&params.null, known) {
            (Some(_), Some(known)) => Some(known),
            (Some(null), None) => Some(Arc::new(self.null(null, monitor)?)),
            (None, _) => None,
        };
        Ok(Report {
            map,
            clusters,
            association,
            enrichment,
            quality,
            null,
            stability,
            params,
        })
    }
}

/// Passes on the wish to stop and keeps progress to itself: these parts are short.
struct Quiet<'a>(&'a dyn Monitor);

impl Monitor for Quiet<'_> {
    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }

    fn advance(&self, _amount: u64) {}
}
