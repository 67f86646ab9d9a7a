//! View types of what is known of whether the groups mean anything.

use serde_json::{Map, Value, json};

use crate::analysis::association::{EnrichmentCell, Mark, Moves};
use crate::analysis::measures::{MEASURES, Measure, Scores};
use crate::analysis::null::{Observed, Statistic};
use crate::analysis::search::SearchParams;
use crate::analysis::settings::Words as _;
use crate::analysis::stability::{ClusterStability, Rotations, Runs, Spread, Verdict};
use crate::pipeline::evidence::{
    Association, AssociationWords, ColumnAnswer, ColumnWords, Enrichment, Looks, Null,
    PlaneAssociation, Quality, Question, Report, Stability,
};

use crate::settings;

use super::milliseconds;

/// `GET /api/association`.
pub fn association(
    found: &Association,
    words: &AssociationWords,
    question: &Question,
    looks: Looks,
) -> Value {
    let columns = found.columns.iter().zip(&words.columns);
    json!({
        "column": question.column,
        "planned": found.planned,
        "within": question.within,
        "noise": noise(question),
        "verdict": words.verdict,
        "warnings": words.warnings,
        "n_permutations": found.n_permutations,
        "n_settings_viewed": looks.n_viewed,
        "elapsed_ms": milliseconds(found.elapsed),
        "columns": columns.map(column).collect::<Vec<_>>(),
    })
}

fn noise(question: &Question) -> &'static str {
    if question.with_noise { "in" } else { "out" }
}

fn column((answer, words): (&ColumnAnswer, &ColumnWords)) -> Value {
    let test = &answer.test;
    let found = answer.finding();
    json!({
        "name": answer.name,
        "kind": answer.kind,
        "derived": answer.derived,
        "planned": answer.planned,
        "testable": found.is_some(),
        "reason": words.reason,
        "statistic": found.map(|found| found.statistic),
        "explained": found.map(|found| found.explained),
        "effect": found.map(|found| found.effect),
        "chi_squared": found.and_then(|found| found.chi_squared),
        "cramers_v": found.and_then(|found| found.cramers_v),
        "ami": found.and_then(|found| found.ami),
        "p_value": answer.p_value(),
        "q_value": answer.q_value(),
        "evident": answer.is_evident(),
        "detectable_effect": answer.detectable_effect(),
        "n_images": test.n_images,
        "n_groups": test.n_groups,
        "n_missing": test.n_missing,
        "n_noise": test.n_noise,
        "n_movable": test.n_movable,
        "moves": moves(test.moves),
        "sentence": words.sentence,
    })
}

fn moves(moves: Moves) -> &'static str {
    match moves {
        Moves::Values => "values over patients",
        Moves::Blocks => "blocks between patients",
    }
}

/// `GET /api/association/plane`.
pub fn plane_association(
    found: &PlaneAssociation,
    words: &ColumnWords,
    question: &Question,
    looks: Looks,
) -> Value {
    let outcome = found.test.outcome.as_ref().ok();
    json!({
        "column": question.column,
        "noise": noise(question),
        "testable": outcome.is_some(),
        "reason": words.reason,
        "p_value": outcome.map(|best| best.p_value),
        "statistic": outcome.map(|best| best.statistic),
        "best": found.best.map(|(setting, n_clusters)| {
            let mut best = settings::place_json(&setting, setting.place());
            best.insert("n_clusters".to_owned(), n_clusters.into());
            best
        }),
        "n_settings": found.n_settings,
        "n_distinct": found.test.n_distinct,
        "n_images": found.test.n_images,
        "n_groups": found.test.n_groups,
        "n_permutations": found.test.n_permutations,
        "n_settings_viewed": looks.n_viewed,
        "sentence": words.sentence,
        "elapsed_ms": milliseconds(found.elapsed),
    })
}

/// `GET /api/enrichment`.
pub fn enrichment(enrichment: &Enrichment, sentences: &[String], looks: Looks) -> Value {
    let found = &enrichment.found;
    let cells = found.cells.iter().zip(sentences);
    json!({
        "column": enrichment.column,
        "testable": enrichment.reason.is_none(),
        "reason": enrichment.reason,
        "n_images": found.n_images,
        "n_groups": found.n_groups,
        "n_missing": found.n_missing,
        "n_noise": found.n_noise,
        "n_permutations": found.n_permutations,
        "n_bootstrap": crate::analysis::association::N_BOOTSTRAP,
        "n_settings_viewed": looks.n_viewed,
        "cells": cells.map(|(cell, sentence)| {
            let name = &enrichment.names[cell.value as usize];
            enrichment_cell(cell, name, sentence)
        }).collect::<Vec<_>>(),
    })
}

fn enrichment_cell(cell: &EnrichmentCell, name: &str, sentence: &str) -> Value {
    json!({
        "label": cell.label.map_or(-1, i64::from),
        "value": name,
        "count": cell.count,
        "expected": cell.expected,
        "n_groups": cell.n_groups,
        "log_odds_ratio": cell.odds_ratio.map(|odds| odds.log),
        "low": cell.odds_ratio.map(|odds| odds.low),
        "high": cell.odds_ratio.map(|odds| odds.high),
        "p_value": cell.p_value,
        "q_value": cell.q_value,
        "mark": cell.mark.map(|mark| match mark {
            Mark::Enriched => "enriched",
            Mark::Depleted => "depleted",
        }),
        "sentence": sentence,
    })
}

/// `GET /api/quality`.
pub fn quality(quality: &Quality) -> Value {
    let fidelity = &quality.fidelity;
    json!({
        "trustworthiness": fidelity.trustworthiness,
        "continuity": fidelity.continuity,
        "knn_overlap": fidelity.knn_overlap,
        "chance_overlap": fidelity.chance_overlap,
        "n_neighbors": quality.n_neighbors,
        "n_evaluated": fidelity.n_evaluated,
        "knn_overlap_per_image": fidelity.knn_overlap_per_image,
        "sentence": quality.sentence,
        "warnings": quality.warnings,
        "elapsed_ms": milliseconds(quality.elapsed),
    })
}

/// The result of a stability job.
pub fn stability(stability: &Stability) -> Value {
    let found = &stability.found;
    let params = settings::map_json(&stability.params.projection);
    let params = settings::with_clusters(params, &stability.params.clustering);
    let mut resamples = runs(&found.resamples);
    resamples["fraction"] = stability.params.fraction.into();
    json!({
        "params": params,
        "seed": stability.params.random_state,
        "seeds": found.seeds.as_ref().map(runs),
        "resamples": resamples,
        "resamples_unscaled": runs(&found.resamples_unscaled),
        "rotations": found.rotations.as_ref().map(rotations),
        "clusters": found.clusters.iter().enumerate().map(cluster_stability).collect::<Vec<_>>(),
        "per_image": found.per_image,
        "n_unstable": found.n_unstable(),
        "sentence": stability.sentence,
        "elapsed_ms": milliseconds(stability.elapsed),
    })
}

fn runs(runs: &Runs) -> Value {
    let whole = Spread::of(runs.ari.iter().copied());
    let without = Spread::of(runs.ari_without_noise.iter().flatten().copied());
    json!({
        "n_runs": runs.ari.len(),
        "ari": runs.ari,
        "ari_median": whole.map(|ari| ari.median),
        "ari_low": whole.map(|ari| ari.low),
        "ari_high": whole.map(|ari| ari.high),
        "ari_without_noise": runs.ari_without_noise,
        "ari_without_noise_median": without.map(|ari| ari.median),
        "n_clusters": runs.n_clusters,
        "n_images": runs.n_images,
    })
}

fn rotations(rotations: &Rotations) -> Value {
    json!({
        "degrees": rotations.degrees,
        "n_clusters": rotations.n_clusters,
        "score": rotations.score,
        "ari": rotations.ari,
    })
}

fn cluster_stability((label, cluster): (usize, &ClusterStability)) -> Value {
    json!({
        "label": label,
        "size": cluster.size,
        "jaccard_seeds": cluster.jaccard_seeds,
        "jaccard_resamples": cluster.jaccard_resamples,
        "verdict": cluster.verdict().map(|verdict| match verdict {
            Verdict::Stable => "stable",
            Verdict::Doubtful => "doubtful",
            Verdict::Untrustworthy => "untrustworthy",
            Verdict::Dissolves => "dissolves",
        }),
    })
}

/// The result of a null job; `search --null` prints the same under `null`.
///
/// The fields at the top are those of the notebook's score.
pub fn null(asked: &Null) -> Value {
    let statistics = asked.found.statistics.iter().zip(&asked.answers);
    let score = asked
        .found
        .statistics
        .iter()
        .find(|s| s.measure == Measure::Balance);
    json!({
        "p_value": score.map(|score| score.p_value),
        "n_surrogates": score.map(|score| score.best.len()),
        "n_as_good": score.map(|score| score.n_as_good),
        "surrogate": asked.params.kind.word(),
        "best_scores": score.map(|score| &score.best),
        "statistics": statistics.map(|(statistic, answer)| {
            let mut value = null_statistic(statistic, &asked.params.search);
            value["question"] = answer.question.into();
            value["sentence"] = answer.sentence.clone().into();
            value
        }).collect::<Vec<_>>(),
        "excluded_perplexities": asked.found.excluded,
        "stop_after": asked.params.stop_after,
        "seed": asked.params.seed,
        "sentence": asked.answers.first().map(|answer| &answer.sentence),
        "method": asked.method(),
        "warnings": asked.warnings,
        "elapsed_ms": milliseconds(asked.elapsed),
    })
}

fn null_statistic(statistic: &Statistic, search: &SearchParams) -> Value {
    let about = statistic.measure.about();
    let setting = |observed: &Observed| {
        let mut setting = Map::new();
        if let Some(axis) = search.projection.method().axis {
            setting.insert(axis.to_owned(), observed.along.into());
        }
        setting.extend(settings::place_json(&search.clustering, observed.cell.at));
        setting.insert("n_clusters".to_owned(), observed.cell.n_clusters.into());
        setting.insert("n_noise".to_owned(), observed.cell.n_noise.into());
        setting
    };
    json!({
        "name": about.key,
        "lower_is_better": about.lower_is_better,
        "observed": statistic.observed.map(|observed| observed.value),
        "setting": statistic.observed.as_ref().map(setting),
        "p_value": statistic.p_value,
        "n_as_good": statistic.n_as_good,
        "n_surrogates": statistic.best.len(),
        "best": statistic.best,
    })
}

/// Adds the scores beside the notebook's to a row.
pub(super) fn add_scores(row: &mut Value, scores: Option<&Scores>) {
    // The notebook's score is there without distances, and stands by itself.
    let others = MEASURES
        .iter()
        .filter(|about| about.measure != Measure::Balance);
    for about in others {
        row[about.key] = json!(scores.and_then(|scores| scores.get(about.measure)));
    }
}

/// A report for programs.
pub fn report(report: &Report, ids: &[&str]) -> Value {
    let looks = report.params.looks.unwrap_or_default();
    let question = &report.params.question;
    let clusters = (&report.clusters, &report.judged);
    let mut clusters = super::clusters(&report.map, clusters, &report.breakdown, ids);
    // What takes a different time on every run would make equal reports differ.
    clusters["elapsed_ms"] = Value::Null;
    let timeless = |mut value: Value| {
        value["elapsed_ms"] = Value::Null;
        value
    };
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "clusters": clusters,
        "association": timeless(association(&report.association, &report.association_words, question, looks)),
        "enrichment": enrichment(&report.enrichment, &report.enrichment_words, looks),
        "quality": report.quality.found().map(quality).map(timeless),
        "stability": report.stability.found().map(stability).map(timeless),
        "null": report.null.found().map(|found| null(found)).map(timeless),
        "n_settings_viewed": report.params.looks.map(|looks| looks.n_viewed),
        "n_settings_searched": report.params.looks.map(|looks| looks.n_searched),
    })
}
