//! What one move of a slider asks for: a stream of the setting and one of the findings, and nothing of
//! it computed twice.

#![allow(clippy::unwrap_used, missing_docs)] // In a test a panic is the report.

#[path = "support/routed.rs"]
#[allow(unreachable_pub)]
mod routed;

use routed::{Served, told};
use serde_json::{Value, json};

const SETTING: &str = "perplexity=12&eps=0.5&min_samples=6";

/// The events of a stream by name and data, in their order.
async fn events(served: &Served, path: &str) -> Vec<(String, Value)> {
    told(&served.stream(path).await)
}

fn names(events: &[(String, Value)]) -> Vec<&str> {
    let names = events.iter().map(|(name, _)| name.as_str());
    names.filter(|name| *name != "frame").collect()
}

#[tokio::test]
async fn a_setting_comes_in_one_stream_and_its_findings_in_another() {
    let served = Served::new(&[]);
    let setting = events(&served, &format!("/api/setting?{SETTING}")).await;
    assert_eq!(names(&setting), ["map", "clusters", "plane"]);
    assert!(setting.iter().any(|(name, _)| name == "frame"));
    let asked = format!("/api/findings?{SETTING}&noise=in&breakdown=sex");
    let mut findings = events(&served, &asked).await;
    findings.sort_by(|(a, _), (b, _)| a.cmp(b));
    assert_eq!(names(&findings), ["association", "enrichment", "quality"]);

    // Each part is what its own route answers.
    let n_computed = served.bench.n_computed();
    for (name, path) in [
        ("map", "/api/projection?perplexity=12".to_owned()),
        ("clusters", format!("/api/clusters?{SETTING}")),
        ("plane", "/api/plane?perplexity=12".to_owned()),
        (
            "association",
            format!("/api/association?{SETTING}&noise=in&breakdown=sex"),
        ),
        (
            "enrichment",
            format!("/api/enrichment?{SETTING}&noise=in&breakdown=sex"),
        ),
        ("quality", "/api/quality?perplexity=12".to_owned()),
    ] {
        let mut told = setting.iter().chain(&findings);
        let (_, told) = told.find(|(told, _)| told == name).unwrap();
        assert_eq!(told, &served.get(&path).await, "{name}");
    }
    assert_eq!(served.bench.n_computed(), n_computed);
}

#[tokio::test]
async fn only_the_parts_that_are_asked_for_are_sent() {
    let served = Served::new(&[]);
    let some = format!("/api/setting?{SETTING}&parts=clusters");
    let told = events(&served, &some).await;
    assert_eq!(told.len(), 1, "{:?}", names(&told));
    let some = format!("/api/findings?{SETTING}&parts=quality,enrichment");
    let mut told = events(&served, &some).await;
    told.sort_by(|(a, _), (b, _)| a.cmp(b));
    assert_eq!(names(&told), ["enrichment", "quality"]);
    for path in ["/api/setting", "/api/findings"] {
        let (name, message) = served
            .fault("GET", &format!("{path}?parts=map,tea"), &json!(null))
            .await;
        assert_eq!(name, "parts");
        assert!(message.starts_with("there is no part "), "{message}");
    }
}

#[tokio::test]
async fn a_part_that_cannot_be_had_leaves_the_others() {
    // Two images have clusters, and no map that could be compared with its features.
    let served = Served::new(&[]);
    let cohort = served.get("/api/cohort").await;
    let groups: Vec<&str> = cohort["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["group"].as_str().unwrap())
        .collect();
    let pair = groups
        .iter()
        .find(|one| groups.iter().filter(|other| other == one).count() == 2);
    let part = format!(
        "method=pca&where={}={}",
        cohort["group_column"].as_str().unwrap(),
        pair.unwrap()
    );
    let told = events(&served, &format!("/api/findings?{part}")).await;
    let failed: Vec<_> = told.iter().filter(|(name, _)| name == "failed").collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(failed.len(), 1, "{told:?}");
    assert_eq!(failed[0].1["part"], "quality");
    assert!(failed[0].1["error"]["message"].is_string());
}

#[tokio::test]
async fn labels_scores_and_breakdowns_are_computed_once_each() {
    let served = Served::new(&[]);
    let clusters = |more: &str| format!("/api/clusters?{SETTING}{more}");
    let mut known = served.bench.n_computed();
    let mut computed = async |path: &str| {
        served.get(path).await;
        let before = std::mem::replace(&mut known, served.bench.n_computed());
        known - before
    };
    // The map, the labels, the scores and the breakdown.
    assert_eq!(computed(&clusters("")).await, 4);
    // Another column is counted in the same labels.
    assert_eq!(computed(&clusters("&breakdown=sex")).await, 1);
    // A look at another setting of the same map.
    assert_eq!(
        computed("/api/clusters?perplexity=12&eps=0.4&min_samples=6").await,
        3
    );
    // A test of the first one: of its labels, which are there.
    let association = format!("/api/association?{SETTING}");
    assert_eq!(computed(&association).await, 1);
    // A test needs labels alone, not scores or a breakdown.
    let other = "/api/association?perplexity=12&eps=0.6&min_samples=6";
    assert_eq!(computed(other).await, 2);
    // Back where one was, with the looks since: nothing at all.
    for path in [clusters(""), clusters("&breakdown=sex"), association] {
        assert_eq!(computed(&path).await, 0, "{path}");
    }
}
