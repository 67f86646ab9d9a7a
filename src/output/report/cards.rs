//! The clusters of a report by the column of interest, each with its pictures.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::analysis::association::{EnrichmentCell, Mark};
use crate::analysis::stability::{ClusterStability, Verdict};
use crate::pipeline::evidence::Report;
use crate::pipeline::evidence::words::{self, Unit};
use crate::pipeline::{ClusterBreakdown, Gallery, Study};

use super::super::figure;

/// Values shown of each cluster.
const MOST_VALUES: usize = 12;
/// Pictures shown of each cluster.
const MOST_PICTURES: usize = 6;
/// Longest side of a picture, in pixels: sharp in print at the size that it is shown.
const PICTURE_SIZE: u32 = 144;

/// One cluster, or the noise, by the column of interest.
pub(super) struct Card {
    pub(super) mark: String,
    pub(super) name: String,
    pub(super) size: usize,
    pub(super) counts: String,
    pub(super) stability: String,
    pub(super) rows: Vec<CardRow>,
    pub(super) pictures: Vec<Picture>,
    /// How many of those that belong here cannot be shown, and why; empty where all are there.
    pub(super) unread: String,
}

/// One value in it.
pub(super) struct CardRow {
    pub(super) value: String,
    pub(super) bar: String,
    pub(super) count: usize,
    pub(super) n_groups: usize,
    pub(super) expected: String,
    pub(super) odds: String,
    pub(super) mark: &'static str,
}

/// One of its most central images.
pub(super) struct Picture {
    pub(super) source: String,
    pub(super) name: String,
}

/// A card for each cluster, the noise last.
pub(super) fn all(report: &Report, study: &Study, gallery: &Gallery) -> Vec<Card> {
    let unit = Unit::of(&study.cohort);
    let clusters = report.breakdown.clusters.iter();
    clusters
        .map(|cluster| card(report, cluster, study, gallery, unit))
        .collect()
}

/// What the marks of the cards mean.
pub(super) fn legend(report: &Report) -> String {
    match &report.enrichment.reason {
        Some(reason) => format!("Counts alone: no test, because {reason}."),
        None => "A line in a bar: how many there would be if every cluster had the cohort's own \
                 mixture. ▲ ▼: more or fewer than chance gives, after Benjamini and Hochberg over \
                 all cells. In brackets the log odds ratio with its interval of 95% over the \
                 patients."
            .to_owned(),
    }
}

fn card(
    report: &Report,
    cluster: &ClusterBreakdown,
    study: &Study,
    gallery: &Gallery,
    unit: Unit,
) -> Card {
    let name = match cluster.label {
        Some(label) => format!("Cluster {label}"),
        None => "Noise".to_owned(),
    };
    let groups = match unit {
        Unit::Image => String::new(),
        unit => format!(" · {}", unit.count(cluster.n_groups)),
    };
    let stability = cluster.label.and_then(|label| {
        let clusters = &report.stability.found()?.found.clusters;
        clusters.get(label as usize)
    });
    let (pictures, unread) = pictures(cluster, study, gallery);
    Card {
        mark: figure::mark(cluster.label),
        name,
        size: cluster.size,
        counts: format!("{}{groups}", words::plural(cluster.size, "image")),
        stability: stability.map(comes_again).unwrap_or_default(),
        rows: card_rows(report, cluster, study.n_images()),
        pictures,
        unread,
    }
}

fn comes_again(cluster: &ClusterStability) -> String {
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |v| format!("{v:.2}"));
    let verdict = match cluster.verdict() {
        Some(Verdict::Stable) => "stable",
        Some(Verdict::Doubtful) => "doubtful",
        Some(Verdict::Untrustworthy) => "not to be trusted",
        Some(Verdict::Dissolves) => "dissolves",
        None => "not known",
    };
    format!(
        "{verdict}: mean Jaccard {} over seeds, {} over resamples",
        number(cluster.jaccard_seeds),
        number(cluster.jaccard_resamples)
    )
}

/// Every value of the cluster, and those that are absent where that is a finding.
fn card_rows(report: &Report, cluster: &ClusterBreakdown, n_images: usize) -> Vec<CardRow> {
    let enrichment = &report.enrichment;
    let cells = enrichment.found.cells.iter();
    let cells: Vec<&EnrichmentCell> = cells.filter(|cell| cell.label == cluster.label).collect();
    let name = |cell: &EnrichmentCell| enrichment.names[cell.value as usize].as_str();
    let present = cluster.counts.iter().take(MOST_VALUES).map(|count| {
        let cell = cells.iter().find(|cell| name(cell) == count.value).copied();
        (count.value.as_str(), count.count, count.n_groups, cell)
    });
    let depleted = cells
        .iter()
        .filter(|cell| cell.count == 0 && cell.mark.is_some());
    let depleted = depleted.map(|&cell| (name(cell), 0, 0, Some(cell)));
    let rows: Vec<_> = present.chain(depleted).collect();
    let n_missing = report.breakdown.n_missing as f64;
    let missing_expected = n_missing * cluster.size as f64 / n_images.max(1) as f64;
    let lengths = rows
        .iter()
        .map(|(_, count, _, cell)| cell.map_or(0.0, |cell| cell.expected).max(*count as f64));
    let longest = lengths.fold(
        missing_expected.max(cluster.n_missing as f64).max(1.0),
        f64::max,
    );
    let fill = figure::colour(cluster.label);
    let mut rows: Vec<CardRow> = rows
        .into_iter()
        .map(|(value, count, n_groups, cell)| {
            let expected = cell.map(|cell| cell.expected);
            let odds = cell.and_then(|cell| cell.odds_ratio);
            let odds = odds.map(|o| format!("{:.1} [{:.1}, {:.1}]", o.log, o.low, o.high));
            let share = count as f64 / longest;
            CardRow {
                value: value.to_owned(),
                bar: figure::bar(share, expected.map(|expected| expected / longest), fill),
                count,
                n_groups,
                expected: expected.map(|e| format!("{e:.1}")).unwrap_or_default(),
                odds: odds.unwrap_or_default(),
                mark: match cell.and_then(|cell| cell.mark) {
                    Some(Mark::Enriched) => "▲",
                    Some(Mark::Depleted) => "▼",
                    None => "",
                },
            }
        })
        .collect();
    let share = cluster.n_missing as f64 / longest;
    rows.push(CardRow {
        value: "missing".to_owned(),
        bar: figure::bar(
            share,
            Some(missing_expected / longest),
            figure::colour(None),
        ),
        count: cluster.n_missing,
        n_groups: cluster.n_groups_missing,
        expected: format!("{missing_expected:.1}"),
        odds: String::new(),
        mark: "",
    });
    rows
}

/// The central pictures of a cluster, and what to say of those that cannot be shown.
fn pictures(
    cluster: &ClusterBreakdown,
    study: &Study,
    gallery: &Gallery,
) -> (Vec<Picture>, String) {
    let (mut shown, mut faults) = (Vec::new(), Vec::new());
    for &image in cluster.representatives.iter().take(MOST_PICTURES) {
        let record = &study.cohort.records[image];
        if record.image.is_none() {
            continue;
        }
        match gallery.thumbnail(&record.id, PICTURE_SIZE) {
            Ok(picture) => {
                let data = STANDARD.encode(&picture.bytes);
                shown.push(Picture {
                    source: format!("data:{};base64,{data}", picture.media_type),
                    name: record.filename.clone(),
                });
            }
            Err(error) => faults.push(format!("{}: {error}", record.filename)),
        }
    }
    let unread = faults.first().map(|first| {
        let pictures = words::plural(faults.len(), "picture");
        format!("{pictures} cannot be shown ({first})")
    });
    (shown, unread.unwrap_or_default())
}
