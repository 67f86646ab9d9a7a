//! The report: one printable page with everything that is known of one setting.
//!
//! It stands alone: style, drawings and pictures are inside, and it loads nothing. Equal inputs
//! give equal bytes, so that two reports can be compared; that is why it has no date.

mod cards;
mod document;
mod facts;

use askama::Template;

use crate::analysis::association::LEVEL;
use crate::bundle;
use crate::pipeline::evidence::choices::SpecificationsAnswer;
use crate::pipeline::evidence::verdict::Line;
use crate::pipeline::evidence::words::{self, Unit};
use crate::pipeline::evidence::{ColumnAnswer, Part, Report};
use crate::pipeline::{Gallery, Study};

use super::figure;

pub use document::ReportDocument;

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage<'a> {
    style: &'static str,
    version: &'static str,
    cohort: &'a str,
    counts: String,
    notices: Vec<String>,
    headline: String,
    lines: &'a [Line],
    verdict_warnings: &'a [String],
    answers: Vec<String>,
    looks: String,
    settings_told: String,
    settings_drawn: String,
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
    cards: Vec<cards::Card>,
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
    effect: String,
    cramers_v: String,
    ami: String,
    p: String,
    q: String,
    n_images: usize,
    n_groups: usize,
    n_missing: usize,
    detectable: String,
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
    let (association, words) = (&report.association, &report.association_words);
    let page = ReportPage {
        style: include_str!("../../../templates/report.css"),
        version: env!("CARGO_PKG_VERSION"),
        cohort: &cohort.name,
        counts: counts(study, unit),
        notices: notices(study),
        headline: match &report.verdict {
            Part::Found(spoken) => spoken.words.headline.clone(),
            Part::Failed(reason) => format!("No verdict: {reason}."),
            Part::NotAsked => String::new(),
        },
        lines: (report.verdict.found()).map_or(&[], |spoken| &spoken.words.lines),
        verdict_warnings: (report.verdict.found()).map_or(&[], |spoken| &spoken.words.warnings),
        answers: answers(report),
        looks: looks(report),
        settings_told: match &report.specifications {
            Part::Found((_, answer)) => answer.sentence.clone(),
            Part::Failed(reason) => format!("Not known: {reason}."),
            Part::NotAsked => String::new(),
        },
        settings_drawn: (report.specifications.found())
            .map_or_else(String::new, |(_, answer)| drawn(answer)),
        map: figure::map(
            report.map.standardized.view(),
            &clustering.labels,
            &clustering.core,
        ),
        settings: facts::settings(report),
        quality: match &report.quality {
            Part::Found(quality) => quality.sentence.clone(),
            Part::Failed(reason) => format!("Not known: {reason}."),
            Part::NotAsked => String::new(),
        },
        map_warnings: map_warnings(report, study),
        verdict: &words.verdict,
        warnings: &words.warnings,
        units: match unit {
            Unit::Image => "independent",
            unit => unit.many(),
        },
        explained: explained(&association.columns, column),
        method: format!(
            "p from {} permutations{}. {} q, after Benjamini and Hochberg over these. Explained: 0 is what chance gives, \
             1 as much as there can be; the effect is its root. In 80% of such cohorts the effect in \
             the last column would have been found.",
            words::thousands(association.n_permutations),
            match unit {
                Unit::Image => " of single images".to_owned(),
                unit => format!(
                    " in which {} stay whole and exchange values with {} of as many images",
                    unit.many(),
                    unit.many()
                ),
            },
            match association.columns.iter().any(|column| column.planned) {
                true => format!(
                    "{} was chosen beforehand and is judged by its p; all others are judged by",
                    words::capital(&association.planned)
                ),
                false => "All columns are judged by".to_owned(),
            },
        ),
        untestable: association
            .columns
            .iter()
            .zip(&words.columns)
            .filter_map(|(answer, words)| Some((answer.name.as_str(), words.reason.as_deref()?)))
            .collect(),
        column,
        cells: cards::legend(report),
        cards: cards::all(report, study, gallery),
        nulls: nulls(report),
        null_method: match &report.null {
            Part::Found(null) => null.method(),
            Part::Failed(reason) => format!("Not known: {reason}."),
            Part::NotAsked => "The search was not repeated on cohorts without clusters: how good \
                               the best of so many settings is by luck is not known."
                .to_owned(),
        },
        null_warnings: report.null.found().map_or(&[], |null| &null.warnings),
        stability: match &report.stability {
            Part::Found(stability) => stability.sentence.clone(),
            Part::Failed(reason) => format!("Not known: {reason}."),
            Part::NotAsked => "The map was not repeated, so it is not known.".to_owned(),
        },
        account: facts::account(study, unit),
        provenance: facts::provenance(report, study),
    };
    page.render()
        .map_err(|error| format!("the report could not be put together: {error}"))
}

/// What to know of the map; that a start from PCA has no seed is said by the settings.
fn map_warnings(report: &Report, study: &Study) -> Vec<String> {
    let warnings = report.params.map.warnings(study.n_images());
    let grave = warnings
        .iter()
        .filter(|warning| warning.code != "seed_has_no_effect");
    grave
        .map(|warning| words::capital(&warning.text) + ".")
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
    // What a bundle has not is no matter of reading it.
    let of_bundle = study.cohort.assumed.iter();
    let of_bundle = of_bundle.filter(|one| one.topic == bundle::TOPIC && one.column.is_none());
    notice
        .into_iter()
        .chain(of_bundle.map(|one| one.text.clone()))
        .chain(study.model.warnings.iter().cloned())
        .collect()
}

/// What the best of the search and the repeats say, beside the verdict.
fn answers(report: &Report) -> Vec<String> {
    let null = report.null.found();
    let null = null.into_iter().flat_map(|null| &null.answers);
    let stability = report
        .stability
        .found()
        .map(|stability| stability.sentence.clone());
    null.map(|answer| answer.sentence.clone())
        .chain(stability)
        .collect()
}

/// What every setting explains, as a curve; nothing where the column cannot be tested.
fn drawn(answer: &SpecificationsAnswer) -> String {
    let Ok(curve) = &answer.test.outcome else {
        return String::new();
    };
    let settings = curve.settings.iter().flatten();
    let settings: Vec<(f64, bool)> = settings
        .map(|setting| (setting.explained, setting.p_value <= LEVEL))
        .collect();
    figure::curve(&settings)
}

fn looks(report: &Report) -> String {
    let Some(looks) = report.params.looks else {
        return "How many settings were viewed before this one was chosen is not known.".to_owned();
    };
    let searched = match looks.n_searched {
        0 => String::new(),
        n => format!(" and {} searched", words::thousands(n as usize)),
    };
    format!(
        "{} had been viewed{searched} since the server started when this report was made: the best \
         of many looks good by chance.",
        words::plural(looks.n_viewed, "setting")
    )
}

fn explained<'a>(columns: &'a [ColumnAnswer], interest: &str) -> Vec<ExplainedRow<'a>> {
    let dash = || "–".to_owned();
    let number = |value: Option<f64>| value.map_or_else(dash, |v| format!("{v:.2}"));
    columns
        .iter()
        .filter_map(|answer| {
            let found = answer.finding()?;
            Some(ExplainedRow {
                name: &answer.name,
                is_interest: answer.name == interest,
                bar: figure::bar(found.explained, None, figure::colour(Some(0))),
                explained: format!("{:.2}", found.explained),
                effect: format!("{:.2}", found.effect),
                cramers_v: number(found.cramers_v),
                ami: number(found.ami),
                p: answer.p_value().map_or_else(dash, words::significant),
                q: answer.q_value().map_or_else(dash, words::significant),
                n_images: answer.test.n_images,
                n_groups: answer.test.n_groups,
                n_missing: answer.test.n_missing,
                detectable: number(answer.detectable_effect()),
            })
        })
        .collect()
}

fn nulls(report: &Report) -> Vec<NullRow<'_>> {
    let Some(null) = report.null.found() else {
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
                    let search = &null.params.search;
                    let along = match search.projection.method().axis {
                        Some(axis) => format!("{axis} {}, ", observed.along),
                        None => String::new(),
                    };
                    format!(
                        "Found at {along}{}: {}, {} noise.",
                        words::place(&search.clustering.at(observed.cell.at)),
                        words::plural(observed.cell.n_clusters, "cluster"),
                        observed.cell.n_noise
                    )
                }),
            }
        })
        .collect()
}
