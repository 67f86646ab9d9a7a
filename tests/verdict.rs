//! One verdict on a setting: the same by HTTP, on the command line and in the report, by both runtimes
//! and from the cache.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

#[path = "support/routed.rs"]
#[allow(unreachable_pub, missing_docs)]
mod routed;
mod support;

use routed::Served;
use serde_json::Value;
use support::{COVID_XRAYS, Server, binary, real_cohort};

fn line<'a>(verdict: &'a Value, key: &str) -> &'a Value {
    let lines = verdict["lines"].as_array().unwrap();
    let mut of_key = lines.iter().filter(|line| line["key"] == key);
    of_key.next().unwrap()
}

fn column<'a>(columns: &'a Value, name: &str) -> &'a Value {
    let mut named = columns.as_array().unwrap().iter();
    named.find(|column| column["name"] == name).unwrap()
}

#[test]
fn the_planted_groups_of_the_demo_are_real_come_again_and_are_its_confounder() {
    let server = Server::start(&[]).ready();
    let verdict = server.get("/api/verdict").json();
    println!("{verdict:#}");
    assert_eq!(verdict["real"], true);
    assert!(verdict["agreement"]["median"].as_f64().unwrap() >= 0.6);
    assert!(["through", "of_others"].contains(&verdict["case"].as_str().unwrap()));
    let headline = verdict["headline"].as_str().unwrap();
    assert!(
        headline.starts_with("Real, and made of source"),
        "{headline}"
    );
    assert_eq!(column(&verdict["columns"], "source")["evident"], true);
    assert!(
        column(&verdict["columns"], "source")["replicated_p"]
            .as_f64()
            .unwrap()
            <= 0.05
    );
    assert_eq!(column(&verdict["features"], "source")["evident"], true);
    assert_eq!(line(&verdict, "made_of")["holds"], true);
    // Of the country nothing is left with the source held fixed.
    let held = verdict["held"].as_array().unwrap();
    assert!(held.contains(&Value::from("source")), "{held:?}");
    assert_eq!(line(&verdict, "column")["holds"], false);
    // The test can say yes: a planted column is found.
    let planted = &verdict["planted"];
    assert!(planted["p_value"].as_f64().unwrap() <= 0.01, "{planted}");
    // The first word and the refined one are of the same maps.
    let first = server.get("/api/verdict?effort=first").json();
    assert_eq!(first["n_maps"], 20);
    assert_eq!(first["n_surrogates"], 19);
    assert_eq!(server.get("/api/verdict?effort=full").json(), verdict);
}

#[test]
fn the_outer_contract_is_kept() {
    let server = Server::start(&[]).ready();
    let query = "method=pca&eps=0.5&min_samples=4";
    let verdict = server
        .get(&format!("/api/verdict?effort=first&{query}"))
        .json();
    let keys = [
        "features", "grouped", "chance", "again", "made_of", "column",
    ];
    for key in keys {
        let line = line(&verdict, key);
        assert!(
            line["holds"].is_boolean() || line["holds"].is_null(),
            "{line}"
        );
        assert!(
            line["value"].is_number() || line["value"].is_null(),
            "{line}"
        );
        assert!(line["text"].as_str().unwrap().ends_with('.'), "{line}");
    }
    assert_eq!(verdict["lines"].as_array().unwrap().len(), keys.len());
    let median = &verdict["agreement"]["median"];
    assert_eq!(&line(&verdict, "again")["value"], median);
    assert_eq!(
        (&verdict["n_maps"], &verdict["looks"]),
        (&20.into(), &1.into())
    );
    let clusters = server.get(&format!("/api/clusters?{query}")).json();
    assert_eq!(verdict["params"], clusters["params"]);
}

#[tokio::test]
async fn what_was_laid_out_is_kept_over_a_new_start() {
    let path = "/api/verdict?effort=first&method=pca&eps=0.5&min_samples=4";
    let first = Served::new(&[]);
    let told = first.get(path).await;
    let n_pieces = first.bench.verdicts.n_laid_out();
    assert_eq!(n_pieces, 2, "maps and cohorts");
    let again = first.again(&[]);
    assert_eq!(again.get(path).await, told);
    assert_eq!(again.bench.verdicts.n_laid_out(), 0);
    // Other maps are not in the cache.
    again.get(&path.replace("0.5", "0.6")).await;
    assert_eq!(again.bench.verdicts.n_laid_out(), n_pieces);
}

#[test]
fn looks_at_a_question_count_over_a_new_start_and_other_questions_do_not() {
    let cache = tempfile::tempdir().unwrap();
    let folder = cache.path().to_str().unwrap();
    let start = || Server::start(&["--cache-dir", folder]).ready();
    let looks = |server: &Server, query: &str| {
        let verdict = server.get(&format!("/api/verdict?{query}")).json();
        let p = verdict["p_over_looks"].as_f64();
        (verdict["looks"].as_u64().unwrap(), p)
    };
    let server = start();
    assert_eq!(looks(&server, "eps=0.4"), (1, None));
    // A hand that goes on has not looked.
    assert_eq!(looks(&server, "eps=0.45&effort=first"), (1, None));
    let (n_looks, p) = looks(&server, "eps=0.5");
    assert_eq!(n_looks, 2);
    assert_eq!(
        looks(&server, "eps=0.4"),
        (2, p),
        "the same again is no look"
    );
    assert_eq!(looks(&server, "eps=0.5&breakdown=sex"), (1, None));
    drop(server);
    let (n_looks, p) = looks(&start(), "eps=0.6");
    assert_eq!(n_looks, 3);
    assert!(p.unwrap() > 0.0);
}

#[test]
fn the_command_line_says_what_the_server_says() {
    let server = Server::start(&[]).ready();
    let served = server.get("/api/verdict?effort=first&eps=0.5").json();
    let few = [
        "verdict",
        "--eps",
        "0.5",
        "--maps",
        "20",
        "--surrogates",
        "19",
    ];
    let told = binary().args(few).arg("--json").output().unwrap();
    let document: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(document, served);
    let told = binary().args(few).output().unwrap();
    let text = String::from_utf8(told.stdout).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), served["headline"].as_str());
    for line in served["lines"].as_array().unwrap() {
        assert!(text.contains(line["text"].as_str().unwrap()), "{line}");
    }
}

#[test]
fn settings_without_groups_say_so() {
    let server = Server::start(&[]).ready();
    for (query, case) in [("eps=0.01", "too_few"), ("eps=2", "one_group")] {
        let verdict = server
            .get(&format!("/api/verdict?effort=first&{query}"))
            .json();
        assert_eq!(verdict["case"], case, "{verdict}");
        assert_eq!(verdict["groups"], false);
        assert_eq!(line(&verdict, "made_of")["holds"], Value::Null);
    }
    let refused = server.get("/api/verdict?effort=much");
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"]["parameter"], "effort");
}

#[test]
fn both_runtimes_give_the_same_verdict_on_the_real_cohort() {
    let Some(folder) = real_cohort() else { return };
    let folder = folder.to_str().unwrap().to_owned();
    let args = [&[folder.as_str()][..], &COVID_XRAYS].concat();
    let verdicts = ["native", "embedded"].map(|backend| {
        let server = Server::start_with(&args, &[("NEGATOSCOPE_BACKEND", backend)]).ready();
        let settings = ["", "?perplexity=30&min_samples=10", "?eps=0.5"];
        settings.map(|setting| server.get(&format!("/api/verdict{setting}")).json())
    });
    let [native, embedded] = verdicts;
    for (native, embedded) in native.iter().zip(&embedded) {
        println!("{}", native["headline"]);
        for key in ["case", "headline", "held"] {
            assert_eq!(native[key], embedded[key], "{key}");
        }
        for verdict in [native, embedded] {
            // What is in the features for certain, and what is not for certain in groups.
            for name in ["view", "source"] {
                assert_eq!(
                    column(&verdict["features"], name)["evident"],
                    true,
                    "{name}"
                );
            }
        }
    }
}
