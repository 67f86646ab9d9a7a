//! A report for programs: the answers of one setting in one document.

use serde::Serialize;

use crate::pipeline::evidence;
use crate::pipeline::evidence::verdict::Tried;

use super::super::{
    Association, Clusters, Enrichment, Null, Quality, SpecificationCurve, Stability, Verdict,
};

/// Everything that is known of one setting. What takes a different time on every run is without it,
/// so that equal reports are equal.
#[derive(Debug, Serialize)]
pub struct ReportDocument {
    version: &'static str,
    clusters: Clusters,
    verdict: Option<Verdict>,
    association: Association,
    enrichment: Enrichment,
    specifications: Option<SpecificationCurve>,
    quality: Option<Quality>,
    stability: Option<Stability>,
    null: Option<Null>,
    /// Settings whose clusters were viewed; `None` where nobody could view any.
    n_settings_viewed: Option<usize>,
    n_settings_searched: Option<u64>,
}

impl ReportDocument {
    /// The document of a report; `ids` names the images in order.
    pub fn new(report: &evidence::Report, ids: &[&str]) -> Self {
        let looks = report.params.looks;
        let (question, known) = (&report.params.question, looks.unwrap_or_default());
        let clusters = (&report.clusters, &report.judged);
        let tried = Tried {
            map: report.params.map,
            clustering: report.params.clustering,
        };
        let specifications = report.specifications.found();
        let mut document = Self {
            version: env!("CARGO_PKG_VERSION"),
            clusters: Clusters::new(&report.map, clusters, &report.breakdown, ids),
            verdict: (report.verdict.found()).map(|spoken| Verdict::of(spoken, question)),
            association: Association::new(
                &report.association,
                &report.association_words,
                question,
                known,
            ),
            enrichment: Enrichment::new(&report.enrichment, &report.enrichment_words, known),
            specifications: specifications
                .map(|(all, found)| SpecificationCurve::new((&tried, question), all, found)),
            quality: report.quality.found().map(Quality::from),
            stability: report.stability.found().map(Stability::from),
            null: report.null.found().map(|null| Null::from(&**null)),
            n_settings_viewed: looks.map(|looks| looks.n_viewed),
            n_settings_searched: looks.map(|looks| looks.n_searched),
        };
        document.clusters.elapsed_ms = None;
        document.association.elapsed_ms = None;
        if let Some(curve) = &mut document.specifications {
            curve.elapsed_ms = None;
        }
        if let Some(quality) = &mut document.quality {
            quality.elapsed_ms = None;
        }
        if let Some(stability) = &mut document.stability {
            stability.elapsed_ms = None;
        }
        if let Some(null) = &mut document.null {
            null.elapsed_ms = None;
        }
        document
    }
}
