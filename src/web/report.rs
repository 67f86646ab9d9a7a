//! The report: one printable page with everything that is known of one setting.
//!
//! It stands alone: style, drawings and pictures are inside, and it loads nothing. Equal inputs
//! give equal bytes, so that two reports can be compared; that is why it has no date.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lru::LruCache;

use crate::analysis::association::EnrichmentCell;
use crate::analysis::stability::{ClusterStability, Verdict};
use crate::analysis::tsne::{Init, LearningRate, TsneWarning};
use crate::pipeline::evidence::words::{self, Unit};
use crate::pipeline::evidence::{ColumnAnswer, Report};
use crate::pipeline::{ClusterBreakdown, Gallery, MapParams, Study};

use super::App;
use super::error::ApiError;
use super::figure;
use super::query::Segment;

/// Reports that are kept to be read.
const KEPT: NonZeroUsize = NonZeroUsize::new(8).expect("8 is not 0");
/// Values shown of each cluster.
const MOST_VALUES: usize = 12;
/// Pictures shown of each cluster.
const MOST_PICTURES: usize = 6;
/// Longest side of a picture, in pixels: sharp in print at the size that it is shown.
const PICTURE_SIZE: u32 = 144;

/// The reports of this process; the oldest are forgotten.
pub(super) struct Reports {
    kept: Mutex<(u64, LruCache<u64, Arc<str>>)>,
}

impl Default for Reports {
    fn default() -> Self {
        Self {
            kept: Mutex::new((0, LruCache::new(KEPT))),
        }
    }
}

impl Reports {
    /// Keeps a page and gives its number.
    pub(super) fn keep(&self, page: String) -> u64 {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.0 += 1;
        let number = kept.0;
        kept.1.put(number, page.into());
        number
    }

    fn find(&self, number: &str) -> Option<Arc<str>> {
        let number = number.parse().ok()?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.1.get(&number).cloned()
    }
}

/// `GET /report/{id}`.
pub(super) async fn read(
    State(app): State<App>,
    Segment(id): Segment,
) -> Result<Response, ApiError> {
    let page = app.reports.find(&id).ok_or_else(|| {
        ApiError::NotFound("this report is no longer kept: make it again on the page".to_owned())
    })?;
    // Its style is inside; nothing else may run or load.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
                  form-action 'none'; frame-ancestors 'none'";
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    Ok((headers, page.to_string()).into_response())
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage<'a> {
    style: &'static str,
    version: &'static str,
    cohort: &'a str,
    counts: String,
    notices: Vec<String>,
    answers: Vec<String>,
    looks: String,
    map: String,
    settings: Vec<(&'static str, String)>,
    quality: String,
    map_warnings: Vec<String>,
    verdict: &'a str,
    warnings: &'a [String],
    units: &'static str,
    explained: Vec<ExplainedRow<'a>>,
    method: String,
    untestable: Vec<(&'a str, &'a str)>,
    column: &'a str,
    cells: String,
    cards: Vec<Card>,
    nulls: Vec<NullRow<'a>>,
    null_method: String,
    null_warnings: &'a [String],
    stability: String,
    account: Vec<(&'static str, String)>,
    provenance: Vec<(&'static str, String)>,
}

struct ExplainedRow<'a> {
    name: &'a str,
    is_interest: bool,
    bar: String,
    explained: String,
    cramers_v: String,
    ami: String,
    p: String,
    q: String,
    n_images: usize,
    n_groups: usize,
    n_missing: usize,
    detectable: String,
}

struct Card {
    mark: String,
    name: String,
    size: usize,
    counts: String,
    stability: String,
    rows: Vec<CardRow>,
    pictures: Vec<Picture>,
}

struct CardRow {
    value: String,
    bar: String,
    count: usize,
    expected: String,
    odds: String,
    mark: &'static str,
}

struct Picture {
    source: String,
    name: String,
}

struct NullRow<'a> {
    histogram: String,
    sentence: &'a str,
    question: &'a str,
    setting: String,
}

/// The page of a report.
///
/// # Errors
/// One sentence when the page cannot be put together. A picture that cannot be read is left out.
pub fn render(report: &Report, study: &Study, gallery: &Gallery) -> Result<String, String> {
    let cohort = &study.cohort;
    let unit = Unit::of(cohort);
    let column = report.params.question.column.as_str();
    let clustering = &report.clusters.clustering;
    let association = &report.association;
    let page = ReportPage {
        style: include_str!("../../templates/report.css"),
        version: env!("CARGO_PKG_VERSION"),
        cohort: &cohort.name,
        counts: counts(study, unit),
        notices: notices(study),
        answers: answers(report),
        looks: looks(report),
        map: figure::map(
            report.map.standardized.view(),
            &clustering.labels,
            &clustering.core,
        ),
        settings: settings(report),
        quality: match &report.quality {
            Some(quality) => quality.sentence.clone(),
            None => "There are too few images to compare the map with the features.".to_owned(),
        },
        map_warnings: map_warnings(report, study),
        verdict: &association.verdict,
        warnings: &association.warnings,
        units: unit.many(),
        explained: explained(&association.columns, column),
        method: format!(
            "p from {} permutations in which {} stay whole; q after Benjamini and Hochberg over \
             the columns; explained: 0 is what chance gives, 1 as much as there can be.",
            words::thousands(association.n_permutations),
            unit.many()
        ),
        untestable: association
            .columns
            .iter()
            .filter_map(|answer| Some((answer.name.as_str(), answer.reason.as_deref()?)))
            .collect(),
        column,
        cells: cells(report),
        cards: report
            .clusters
            .breakdown
            .clusters
            .iter()
            .map(|cluster| card(report, cluster, study, gallery, unit))
            .collect(),
        nulls: nulls(report),
        null_method: report
            .null
            .as_ref()
            .map(|null| null.method())
            .unwrap_or_default(),
        null_warnings: report.null.as_ref().map_or(&[], |null| &null.warnings),
        stability: match &report.stability {
            Some(stability) => stability.sentence.clone(),
            None => "The map was not repeated, so it is not known.".to_owned(),
        },
        account: account(study, unit),
        provenance: provenance(report, study),
    };
    page.render()
        .map_err(|error| format!("the report could not be put together: {error}"))
}

/// What to know of the map; that a start from PCA has no seed is said by the settings.
fn map_warnings(report: &Report, study: &Study) -> Vec<String> {
    let MapParams::Tsne(tsne) = report.params.map else {
        return Vec::new();
    };
    let warnings = tsne.warnings(study.n_images());
    let grave = warnings
        .iter()
        .filter(|warning| **warning != TsneWarning::SeedHasNoEffect);
    grave
        .map(|warning| words::capital(&warning.to_string()) + ".")
        .collect()
}

fn counts(study: &Study, unit: Unit) -> String {
    let images = words::plural(study.n_images(), "image");
    let groups = match unit {
        Unit::Image => String::new(),
        unit => format!(" · {}", unit.count(study.cohort.n_groups())),
    };
    let without = study.cohort.n_without_country();
    format!(
        "{images}{groups} · {} without country",
        words::thousands(without)
    )
}

fn notices(study: &Study) -> Vec<String> {
    let notice = study.cohort.notice.map(str::to_owned);
    notice
        .into_iter()
        .chain(study.model.warnings.iter().cloned())
        .collect()
}

/// The answers in short: what a reader takes away.
fn answers(report: &Report) -> Vec<String> {
    let null = report.null.iter().flat_map(|null| &null.answers);
    let stability = report
        .stability
        .iter()
        .map(|stability| stability.sentence.clone());
    std::iter::once(report.association.verdict.clone())
        .chain(null.map(|answer| answer.sentence.clone()))
        .chain(stability)
        .collect()
}

fn looks(report: &Report) -> String {
    let looks = report.params.looks;
    let searched = match looks.n_searched {
        0 => String::new(),
        n => format!(" and {} searched", words::thousands(n as usize)),
    };
    match looks.n_viewed {
        0 => "No setting was viewed before this one was chosen for the report.".to_owned(),
        n => format!(
            "{} had been viewed{searched} when this report was made: the best of many looks good \
             by chance.",
            words::plural(n, "setting")
        ),
    }
}

fn settings(report: &Report) -> Vec<(&'static str, String)> {
    let mut pairs = match report.params.map {
        MapParams::Pca { n_components } => vec![
            ("map", "PCA".to_owned()),
            ("components", n_components.to_string()),
        ],
        MapParams::Tsne(tsne) => vec![
            ("map", "t-SNE".to_owned()),
            ("components", tsne.n_components.to_string()),
            ("perplexity", tsne.perplexity.to_string()),
            (
                "iterations",
                format!("{} of {}", report.map.n_iter, tsne.max_iter),
            ),
            (
                "start",
                match tsne.init {
                    Init::Pca => "PCA".to_owned(),
                    Init::Random => format!("random, seed {}", tsne.random_state),
                },
            ),
            ("distance", format!("{:?}", tsne.metric).to_lowercase()),
            (
                "learning rate",
                match tsne.learning_rate {
                    LearningRate::Auto => "auto".to_owned(),
                    LearningRate::Value(value) => value.to_string(),
                },
            ),
            ("early exaggeration", tsne.early_exaggeration.to_string()),
        ],
    };
    if let Some(kl) = report.map.kl_divergence {
        pairs.push(("KL divergence", format!("{kl:.4}")));
    }
    let clusters = &report.clusters;
    pairs.extend([
        ("eps", report.params.dbscan.eps.to_string()),
        ("min_samples", report.params.dbscan.min_samples.to_string()),
        ("clusters", clusters.clustering.n_clusters.to_string()),
        ("noise", clusters.clustering.n_noise().to_string()),
        ("score", clusters.score.to_string()),
    ]);
    let scores = clusters.scores.iter().flat_map(|scores| {
        [
            ("silhouette", scores.silhouette),
            ("Davies–Bouldin", scores.davies_bouldin),
            ("Calinski–Harabasz", scores.calinski_harabasz),
            ("DBCV", scores.dbcv),
        ]
    });
    pairs.extend(scores.filter_map(|(name, score)| Some((name, format!("{:.3}", score?)))));
    pairs
}

fn explained<'a>(columns: &'a [ColumnAnswer], interest: &str) -> Vec<ExplainedRow<'a>> {
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |v| format!("{v:.2}"));
    columns
        .iter()
        .filter_map(|answer| {
            let found = answer.test.outcome.as_ref().ok()?;
            Some(ExplainedRow {
                name: &answer.name,
                is_interest: answer.name == interest,
                bar: figure::bar(found.explained, None, figure::colour(Some(0))),
                explained: format!("{:.2}", found.explained),
                cramers_v: number(found.cramers_v),
                ami: number(found.ami),
                p: words::significant(found.p_value),
                q: words::significant(found.q_value),
                n_images: answer.test.n_images,
                n_groups: answer.test.n_groups,
                n_missing: answer.test.n_missing,
                detectable: number(found.detectable_effect),
            })
        })
        .collect()
}

fn cells(report: &Report) -> String {
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
        let clusters = &report.stability.as_ref()?.found.clusters;
        clusters.get(label as usize)
    });
    Card {
        mark: figure::mark(cluster.label),
        name,
        size: cluster.size,
        counts: format!("{}{groups}", words::plural(cluster.size, "image")),
        stability: stability.map(comes_again).unwrap_or_default(),
        rows: card_rows(report, cluster, study.n_images()),
        pictures: pictures(cluster, study, gallery),
    }
}

fn comes_again(cluster: &ClusterStability) -> String {
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |v| format!("{v:.2}"));
    let verdict = match cluster.verdict() {
        Some(Verdict::Stable) => "stable",
        Some(Verdict::Doubtful) => "doubtful",
        Some(Verdict::Dissolves) => "dissolves",
        None => "not known",
    };
    format!(
        "{verdict}: mean Jaccard {} over seeds, {} over resamples",
        number(cluster.jaccard_seeds),
        number(cluster.jaccard_resamples)
    )
}

fn card_rows(report: &Report, cluster: &ClusterBreakdown, n_images: usize) -> Vec<CardRow> {
    let longest = cluster.counts.first().map_or(1, |count| count.count);
    let longest = longest.max(cluster.n_missing).max(1) as f64;
    let cell = |value: &str| -> Option<&EnrichmentCell> {
        let enrichment = &report.enrichment;
        let code = enrichment
            .names
            .binary_search_by(|name| name.as_str().cmp(value))
            .ok()?;
        let mut cells = enrichment.found.cells.iter();
        cells.find(|cell| cell.label == cluster.label && cell.value as usize == code)
    };
    let fill = figure::colour(cluster.label);
    let mut rows: Vec<CardRow> = cluster
        .counts
        .iter()
        .take(MOST_VALUES)
        .map(|count| {
            let cell = cell(&count.value);
            let expected = cell.map(|cell| cell.expected);
            CardRow {
                value: count.value.clone(),
                bar: figure::bar(
                    count.count as f64 / longest,
                    expected.map(|expected| expected / longest),
                    fill,
                ),
                count: count.count,
                expected: expected
                    .map(|e| format!("{e:.1} expected"))
                    .unwrap_or_default(),
                odds: cell
                    .and_then(|cell| cell.odds_ratio)
                    .map(|odds| format!("{:.1} [{:.1}, {:.1}]", odds.log, odds.low, odds.high))
                    .unwrap_or_default(),
                mark: match cell.and_then(|cell| cell.mark) {
                    Some(crate::analysis::association::Mark::Enriched) => "▲",
                    Some(crate::analysis::association::Mark::Depleted) => "▼",
                    None => "",
                },
            }
        })
        .collect();
    let n_missing = report.clusters.breakdown.n_missing as f64;
    let expected = n_missing * cluster.size as f64 / n_images.max(1) as f64;
    rows.push(CardRow {
        value: "missing".to_owned(),
        bar: figure::bar(
            cluster.n_missing as f64 / longest,
            Some(expected / longest),
            figure::colour(None),
        ),
        count: cluster.n_missing,
        expected: format!("{expected:.1} expected"),
        odds: String::new(),
        mark: "",
    });
    rows
}

fn pictures(cluster: &ClusterBreakdown, study: &Study, gallery: &Gallery) -> Vec<Picture> {
    let shown = cluster.representatives.iter().take(MOST_PICTURES);
    shown
        .filter_map(|&image| {
            let record = &study.cohort.records[image];
            let picture = gallery.thumbnail(&record.id, PICTURE_SIZE).ok()?;
            let data = STANDARD.encode(&picture.bytes);
            Some(Picture {
                source: format!("data:{};base64,{data}", picture.media_type),
                name: record.filename.clone(),
            })
        })
        .collect()
}

fn nulls(report: &Report) -> Vec<NullRow<'_>> {
    let Some(null) = &report.null else {
        return Vec::new();
    };
    let statistics = null.found.statistics.iter().zip(&null.answers);
    statistics
        .map(|(statistic, answer)| {
            let best: Vec<f64> = statistic.best.iter().flatten().copied().collect();
            let observed = statistic.observed;
            NullRow {
                histogram: figure::histogram(&best, observed.map(|observed| observed.value)),
                sentence: &answer.sentence,
                question: answer.question,
                setting: observed.map_or_else(String::new, |observed| {
                    format!(
                        "Found at perplexity {}, eps {:.2}, min_samples {}: {}, {} noise.",
                        observed.perplexity,
                        observed.cell.eps,
                        observed.cell.min_samples,
                        words::plural(observed.cell.n_clusters, "cluster"),
                        observed.cell.n_noise
                    )
                }),
            }
        })
        .collect()
}

fn account(study: &Study, unit: Unit) -> Vec<(&'static str, String)> {
    let cohort = &study.cohort;
    let report = &cohort.report;
    let filters = if cohort.filters.is_empty() {
        "none".to_owned()
    } else {
        cohort.filters.join(" and ")
    };
    let kept_whole = match &cohort.group_column {
        Some(column) => format!("{} by the column {column}", unit.many()),
        None => "no column names patients: every image counts as independent, and p-values are \
                 too small if some are not"
            .to_owned(),
    };
    vec![
        ("rows", words::thousands(report.n_rows)),
        ("filters", filters),
        (
            "left out by filters",
            words::thousands(report.n_filtered_out),
        ),
        ("in the cohort", words::thousands(study.n_images())),
        ("kept whole", kept_whole),
        (
            "rows without their file",
            words::thousands(report.n_missing_files),
        ),
        ("unreadable files", words::thousands(report.n_unreadable)),
        (
            "second rows for a file",
            words::thousands(report.n_duplicates),
        ),
        (
            "files without a row",
            words::thousands(report.n_without_row),
        ),
        (
            "used to train the model",
            words::thousands(report.n_in_training),
        ),
    ]
}

fn provenance(report: &Report, study: &Study) -> Vec<(&'static str, String)> {
    let model = &study.model;
    let layer = model.layer.as_deref().unwrap_or("–").to_owned();
    let mut pairs = vec![
        ("negatoscope", env!("CARGO_PKG_VERSION").to_owned()),
        ("model", model.name.clone()),
        ("layer", layer),
        ("run by", model.backend.clone()),
        (
            "features",
            format!("{} × {}", study.n_images(), study.features.ncols()),
        ),
        ("hash of the features", study.features_hash()),
        ("hash of the labels", report.clusters.labels_hash()),
        (
            "seed of the permutations",
            report.association.seed.to_string(),
        ),
    ];
    if let Some(stability) = &report.stability {
        pairs.push((
            "seed of the repeats",
            stability.params.random_state.to_string(),
        ));
    }
    if let Some(null) = &report.null {
        pairs.push(("seed of the surrogates", null.params.seed.to_string()));
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_reports_are_forgotten() {
        let reports = Reports::default();
        for number in 1..=KEPT.get() as u64 + 1 {
            assert_eq!(reports.keep(number.to_string()), number);
        }
        assert!(reports.find("1").is_none() && reports.find("x").is_none());
        assert_eq!(reports.find("2").as_deref(), Some("2"));
    }
}
