//! All settings that could as well have been chosen, and the plane as a map of evidence.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

#[path = "support/routed.rs"]
#[allow(unreachable_pub, missing_docs)]
mod routed;
mod support;

use routed::Served;
use serde_json::Value;
use support::Server;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn what_the_demo_is_made_of_does_not_hang_on_the_setting() {
    let server = Server::start(&[]).ready();
    let of = |column: &str| {
        server
            .get(&format!("/api/specifications?breakdown={column}"))
            .json()
    };
    let source = of("source");
    println!("{}", source["sentence"]);
    let settings = source["settings"].as_array().unwrap();
    assert!(settings.len() > 500, "{}", settings.len());
    assert!(source["n_settings"].as_u64().unwrap() >= 2 * settings.len() as u64 / 2);
    assert!(settings.is_sorted_by(|a, b| number(&a["explained"]) <= number(&b["explained"])));
    assert!(number(&source["median"]["p_value"]) <= 0.01);
    assert!(number(&source["significant"]["observed"]) > 0.5);
    // Every value of every part of a setting is one that is listed.
    let n_along = source["along"]["perplexity"].as_array().unwrap().len() as u64;
    let n_eps = source["values"]["eps"].as_array().unwrap().len() as u64;
    for setting in settings {
        let place = |part: &str| setting[part].as_u64().unwrap();
        assert!(place("along") < n_along && place("first") < n_eps && place("start") < 2);
    }
    // The same question is not computed again, whatever noise is.
    let again = server
        .get("/api/specifications?breakdown=source&noise=in&eps=0.7")
        .json();
    assert_eq!(again["median"], source["median"]);
    // Looking at all of them is a look.
    let looks = server.get("/api/looks").json();
    let kinds: Vec<&Value> = looks["looks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|look| &look["kind"])
        .collect();
    assert_eq!(kinds, ["settings"]);
    // What is computed again takes another time, to the microsecond.
    assert_eq!(again["elapsed_ms"], source["elapsed_ms"]);
    let nothing = of("sex");
    assert!(number(&nothing["median"]["p_value"]) > 0.05, "{nothing}");
    let sentence = nothing["sentence"].as_str().unwrap();
    assert!(
        sentence.contains("no evidence over all of them that sex"),
        "{sentence}"
    );
}

#[test]
fn the_plane_tells_what_comes_again_and_what_is_more_than_chance() {
    let server = Server::start(&[]).ready();
    let of = |of: &str| {
        server
            .get(&format!(
                "/api/plane/evidence?of={of}&breakdown=source&effort=first"
            ))
            .json()
    };
    let again = of("again");
    println!("{}", again["sentence"]);
    let cells = again["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 19 * 15);
    let values = |answer: &Value| -> Vec<f64> {
        let cells = answer["cells"].as_array().unwrap();
        cells.iter().filter_map(Value::as_f64).collect()
    };
    assert!(values(&again).iter().any(|&value| value >= 0.6));
    assert!(
        values(&again).len() < cells.len(),
        "there are places without groups"
    );
    assert!(again["p_value"].is_null());
    let column = of("column");
    println!("{}", column["sentence"]);
    assert!(number(&column["p_value"]) <= 0.01);
    let least = values(&column).into_iter().fold(1.0, f64::min);
    assert!(
        least <= number(&column["p_value"]),
        "looking at all of them costs"
    );
    let chance = of("chance");
    println!("{}", chance["sentence"]);
    assert_eq!(chance["n_surrogates"], 19);
    assert_eq!(
        number(&chance["p_value"]),
        0.05,
        "the least that 19 cohorts can say"
    );
    let best = &chance["best"];
    assert!(
        best["eps"].is_number() && best["min_samples"].is_number(),
        "{best}"
    );
}

#[test]
fn groups_by_hand_are_asked_about_in_patients_that_did_not_make_them() {
    let server = Server::start(&[]).ready();
    let cohort = server.get("/api/cohort").json();
    let records = cohort["records"].as_array().unwrap();
    let first = records[0]["values"]["source"].clone();
    let is_like = |record: &&Value| record["values"]["source"] == first;
    let ids: Vec<&Value> = records
        .iter()
        .filter(is_like)
        .map(|record| &record["id"])
        .collect();
    let body = serde_json::json!({ "ids": ids });
    let headers = [("Content-Type", "application/json")];
    let kept = server.ask("POST", "/api/selections", &body.to_string(), &headers);
    let kept = kept.json();
    let own = kept["id"].as_str().unwrap();
    let ask = |column: &str| {
        let path = format!("/api/by-hand?own={own}&breakdown={column}&noise=in&eps=0.01");
        server.get(&path).json()
    };
    let source = ask("source");
    println!("{}", source["sentence"]);
    assert_eq!(source["n_splits"], 20);
    let p = |answer: &Value| {
        let mut columns = answer["columns"].as_array().unwrap().iter();
        let of = columns.find(|column| column["name"] == answer["column"]);
        number(&of.unwrap()["p_value"])
    };
    assert!(p(&source) <= 0.05, "{}", p(&source));
    let sentence = source["sentence"].as_str().unwrap();
    assert!(
        sentence.contains("There source goes with them, too"),
        "{sentence}"
    );
    assert!(p(&ask("sex")) > 0.05);
    let refused = server.get("/api/by-hand");
    assert_eq!(refused.json()["error"]["parameter"], "own");
}

#[test]
fn groups_by_hand_and_unknown_words_are_refused() {
    let server = Server::start(&[]).ready();
    for path in ["/api/specifications", "/api/plane/evidence"] {
        let refused = server.get(&format!("{path}?own=x"));
        assert!(refused.status >= 400, "{path}");
    }
    let refused = server.get("/api/plane/evidence?of=luck");
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"]["parameter"], "of");
}

#[tokio::test]
async fn the_page_opens_with_groups_that_come_again_and_a_new_start_knows_them() {
    let first = Served::new(&[]);
    let mut told = first.get("/api/proposal").await;
    println!("{}", told["sentence"]);
    assert_eq!(told["proposed"], true);
    assert!(number(&told["agreement"]) > 0.9, "{told}");
    assert!(number(&told["clustered"]) > 0.9, "{told}");
    assert_eq!(first.bench.verdicts.n_laid_out(), 1);
    // A look at many settings, once, and at no column.
    first.get("/api/proposal").await;
    let looks = first.get("/api/looks").await["looks"].clone();
    assert_eq!(looks.as_array().unwrap().len(), 1, "{looks}");
    assert_eq!(looks[0]["kind"], "proposal");
    assert_eq!(looks[0]["n_settings"], told["n_settings"]);
    assert_eq!(looks[0]["column"], Value::Null);
    // Part of the images is another question.
    let part = first.get("/api/proposal?where=sex=F").await;
    assert_eq!(part["proposed"], true);
    assert_eq!(first.bench.verdicts.n_laid_out(), 2);
    let again = first.again(&[]);
    let mut known = again.get("/api/proposal").await;
    assert_eq!(again.bench.verdicts.n_laid_out(), 0);
    told["elapsed_ms"] = Value::Null;
    known["elapsed_ms"] = Value::Null;
    assert_eq!(known, told);
    // Nothing else opens with it: defaults stay what they were.
    let clusters = again.get("/api/clusters").await;
    assert_eq!(number(&clusters["params"]["perplexity"]), 17.0);
    assert_eq!(clusters["params"]["eps"], 0.4);
}

#[tokio::test]
async fn where_nothing_can_be_proposed_the_notebooks_setting_is_kept_and_that_is_said() {
    let few = Served::new(&["offset=0", "sex=F"]);
    let told = few.get("/api/proposal?where=filename~-00").await;
    assert_eq!(told["proposed"], false, "{told}");
    assert!(
        told["sentence"].as_str().unwrap().contains("notebook's"),
        "{told}"
    );
    assert_eq!(told["params"]["eps"], 0.4);
    let (parameter, _) = few
        .fault("GET", "/api/proposal?breakfast=x", &Value::Null)
        .await;
    assert_eq!(parameter, "breakfast");
}

#[test]
fn a_question_that_was_declared_of_the_first_setting_is_what_the_page_opens_with() {
    for (question, proposed) in [("sex", false), ("sex,any", true)] {
        let server = Server::start(&["--question", question]).ready();
        let told = server.get("/api/proposal").json();
        assert_eq!(told["proposed"], proposed, "{told}");
    }
}
