//! What a report says of its own making: parameters, the account of the cohort, versions and hashes.

use crate::analysis::projection::tsne::{Init, LearningRate};
use crate::pipeline::evidence::Report;
use crate::pipeline::evidence::words::{self, Unit};
use crate::pipeline::{MapParams, Study};

/// The map and its clusters.
pub(super) fn settings(report: &Report) -> Vec<(&'static str, String)> {
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
    if !clusters.own.is_empty() {
        let labels: Vec<String> = clusters
            .own
            .iter()
            .map(|own| own.label.to_string())
            .collect();
        pairs.push(("clusters drawn by hand", words::list(&labels)));
    }
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
