//! What a report says of its own making: parameters, the account of the cohort, versions and hashes.

use crate::analysis::measures::{Measure, Scores};
use crate::pipeline::Study;
use crate::pipeline::evidence::Report;
use crate::pipeline::evidence::words::{self, Unit};
use crate::settings;

/// The map and its clusters.
pub(super) fn settings(report: &Report) -> Vec<(&'static str, String)> {
    let map = report.params.map;
    let mut pairs = vec![("map", map.method().label.to_owned())];
    pairs.extend(settings::in_words(map.values()));
    if report.map.n_iter > 0 {
        pairs.push(("iterations that ran", report.map.n_iter.to_string()));
    }
    if let Some(kl) = report.map.kl_divergence {
        pairs.push(("KL divergence", format!("{kl:.4}")));
    }
    let clusters = &report.clusters;
    pairs.push((
        "method of clustering",
        clusters.params.method().label.to_owned(),
    ));
    pairs.extend(settings::in_words(clusters.params.values()));
    pairs.extend([
        ("clusters", clusters.clustering.n_clusters.to_string()),
        ("noise", clusters.clustering.n_noise().to_string()),
        ("score", report.judged.score.to_string()),
    ]);
    if !clusters.own.is_empty() {
        let labels: Vec<String> = clusters
            .own
            .iter()
            .map(|own| own.label.to_string())
            .collect();
        pairs.push(("clusters drawn by hand", words::list(&labels)));
    }
    let scores = report.judged.scores.iter().flat_map(Scores::iter);
    let others = scores.filter(|(about, _)| about.measure != Measure::Balance);
    pairs.extend(others.filter_map(|(about, value)| Some((about.label, format!("{:.3}", value?)))));
    pairs
}

/// How rows and files met.
pub(super) fn account(study: &Study, unit: Unit) -> Vec<(&'static str, String)> {
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

/// What it was made with.
pub(super) fn provenance(report: &Report, study: &Study) -> Vec<(&'static str, String)> {
    let model = &study.model;
    let layer = model.layer.as_deref().unwrap_or("–").to_owned();
    let mut pairs = vec![
        ("negatoscope", env!("CARGO_PKG_VERSION").to_owned()),
        ("model", model.name.clone()),
        (
            "hash of the model",
            model.hash.clone().unwrap_or_else(|| "–".to_owned()),
        ),
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
    if let Some(stability) = report.stability.found() {
        pairs.push((
            "seed of the repeats",
            stability.params.random_state.to_string(),
        ));
    }
    if let Some(null) = report.null.found() {
        pairs.push(("seed of the surrogates", null.params.seed.to_string()));
    }
    pairs
}
