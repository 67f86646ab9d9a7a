//! Conditions that leave images out, and clusters that were drawn by hand, over the API.

#![allow(clippy::unwrap_used, missing_docs)] // In a test a panic is the report.

#[path = "support/routed.rs"]
#[allow(unreachable_pub)]
mod routed;

use routed::Served;
use serde_json::{Value, json};

const MAP: &str = "perplexity=12&eps=0.5&min_samples=6";

fn records(cohort: &Value) -> &Vec<Value> {
    cohort["records"].as_array().unwrap()
}

/// Text as a query has it.
fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What a card says of a bin is what its conditions leave, on the whole cohort and in a part of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_bin_holds_what_meets_its_conditions() {
    let served = Served::new(&[]);
    for (column, part) in [
        ("age", ""),
        ("date", ""),
        ("mean_brightness", ""),
        ("age", "&where=view!=L"),
    ] {
        let clusters = served
            .get(&format!("/api/clusters?{MAP}&breakdown={column}{part}"))
            .await;
        let breakdown = &clusters["breakdown"];
        let axis = &breakdown["axis"];
        let bins = axis["bins"].as_array().unwrap();
        assert!((2..=22).contains(&bins.len()), "{column}: {bins:?}");
        for (at, bin) in bins.iter().enumerate() {
            let n = axis["spread"]["bins"][at].as_u64().unwrap();
            let clusters = breakdown["clusters"].as_array().unwrap().iter();
            let counted = clusters.map(|one| one["spread"]["bins"][at].as_u64().unwrap());
            assert_eq!(counted.sum::<u64>(), n, "{column} {bin}");
            if n == 0 {
                continue;
            }
            let bounds = [(">=", "from"), ("<=", "to")]
                .into_iter()
                .filter_map(|(sign, key)| {
                    let bound = bin[key].as_str()?;
                    Some(format!(
                        "&where={}",
                        escaped(&format!("{column}{sign}{bound}"))
                    ))
                });
            let bounds: String = bounds.collect();
            let cohort = served.get(&format!("/api/cohort?{bounds}{part}")).await;
            assert_eq!(cohort["n_images"].as_u64(), Some(n), "{column} {bin}");
        }
    }
    let clusters = served
        .get(&format!("/api/clusters?{MAP}&breakdown=sex"))
        .await;
    assert!(clusters["breakdown"]["axis"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_conditions_leave_is_what_a_smaller_cohort_would_be() {
    let whole = Served::new(&[]);
    let smaller = Served::new(&["view!=L", "age>=40"]);
    let part = "where=view!=L&where=age%3E%3D40";
    let cohort = whole.get(&format!("/api/cohort?{part}")).await;
    let expected = smaller.get("/api/cohort").await;
    let n_images = records(&cohort).len();
    assert!((20..180).contains(&n_images), "{n_images}");
    let ids = |cohort: &Value| -> Vec<Value> {
        records(cohort)
            .iter()
            .map(|record| record["id"].clone())
            .collect()
    };
    assert_eq!(ids(&cohort), ids(&expected));
    assert_eq!(cohort["n_excluded"], 180 - n_images);
    assert_eq!(cohort["report"]["n_filtered_out"], 180 - n_images);
    assert_eq!(cohort["filters"], json!(["age>=40", "view!=L"]));
    let all = whole.get("/api/cohort").await;
    assert_eq!(all["n_excluded"], 0);
    for record in records(&cohort) {
        let index = record["index"].as_u64().unwrap() as usize;
        assert_eq!(records(&all)[index]["id"], record["id"]);
        assert_eq!(records(&all)[index]["index"], index);
    }
    for path in [
        "/api/projection",
        "/api/clusters",
        "/api/plane",
        "/api/quality",
    ] {
        let one = whole.get(&format!("{path}?{part}&{MAP}")).await;
        let other = smaller.get(&format!("{path}?{MAP}")).await;
        for field in [
            "coordinates",
            "labels",
            "breakdown",
            "cells",
            "trustworthiness",
        ] {
            assert_eq!(one[field], other[field], "{path}: {field}");
        }
    }
    for path in [
        "/api/association",
        "/api/enrichment",
        "/api/association/plane",
    ] {
        let one = whole
            .get(&format!("{path}?{part}&{MAP}&breakdown=sex"))
            .await;
        let other = smaller.get(&format!("{path}?{MAP}&breakdown=sex")).await;
        for field in ["verdict", "cells", "p_value", "n_images"] {
            assert_eq!(one[field], other[field], "{path}: {field}");
        }
    }
    let association = whole.get(&format!("/api/association?{part}")).await;
    let warnings = association["warnings"].to_string();
    let only =
        format!("Only {n_images} of 180 images are asked about, those with age>=40 and view!=L.");
    assert!(warnings.contains(&only), "{warnings}");
    // Their order makes no other study, and a look at a part is one more look.
    let other_order = "where=age%3E%3D40&where=view!=L&where=view!=L";
    let association = |query: String| {
        let path = format!("/api/association?{query}");
        let whole = &whole;
        async move { whole.get(&path).await["n_settings_viewed"].clone() }
    };
    assert_eq!(association(format!("{other_order}&{MAP}")).await, 2);
    assert_eq!(association(MAP.to_owned()).await, 3);
    assert_eq!(association(format!("{part}&{MAP}")).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn derived_columns_dates_and_any_column_can_be_asked_for() {
    let served = Served::new(&[]);
    let all = served.get("/api/cohort").await;
    let text = |values: &Value, name: &str| values[name].as_str().unwrap_or("").to_owned();
    let is_early = |values: &Value| {
        let date = text(values, "date");
        // Many are of 2021 and not known better.
        date.len() >= 7 && date[..7] <= *"2021-03"
    };
    type Condition<'a> = (&'a str, &'a dyn Fn(&Value) -> bool);
    let conditions: [Condition<'_>; 5] = [
        ("source=bedside.example", &|values| {
            values["source"] == "bedside.example"
        }),
        ("mean_brightness%3E%3D120", &|values| {
            values["mean_brightness"].as_f64() >= Some(120.0)
        }),
        ("SEX=", &|values| values["sex"].is_null()),
        ("date%3C%3D2021-03", &is_early),
        ("*~CONSOLIDATION", &|values| {
            text(values, "finding").contains("consolidation")
        }),
    ];
    for (condition, meets) in conditions {
        let cohort = served.get(&format!("/api/cohort?where={condition}")).await;
        let met = records(&all)
            .iter()
            .filter(|record| meets(&record["values"]));
        let met: Vec<&Value> = met.collect();
        assert!(!met.is_empty() && met.len() < 180, "{condition}");
        assert_eq!(
            records(&cohort).iter().collect::<Vec<_>>(),
            met,
            "{condition}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_that_cannot_be_met_are_named() {
    let served = Served::new(&[]);
    for (given, word) in [
        ("planet=Mars", "planet"),
        ("view", "is no condition"),
        ("", "is no condition"),
        ("age%3E%3Dold", "neither a number nor a date"),
        ("view=sideways", "no image of 180 meets view=sideways"),
        (
            "view!=L&where=view=sideways&where=age%3E%3D0",
            "that the conditions before it leave meets view=sideways: loosen where",
        ),
        // In the order that they are given in.
        (
            "age%3E%3D200&where=age%3E%3D0",
            "no image of 180 meets age>=200",
        ),
    ] {
        for path in [
            "/api/cohort",
            "/api/projection",
            "/api/clusters",
            "/api/association",
        ] {
            let path = format!("{path}?where={given}");
            let (parameter, message) = served.fault("GET", &path, &Value::Null).await;
            assert_eq!(parameter, "where");
            assert!(message.contains(word), "{message}");
        }
    }
    for path in ["/api/search", "/api/null", "/api/stability", "/api/report"] {
        let body = json!({ "where": ["view!=L", "planet=Mars"] });
        assert_eq!(served.fault("POST", path, &body).await.0, "where", "{path}");
    }
    let twice = served
        .fault("GET", "/api/clusters?eps=0.4&eps=0.5", &Value::Null)
        .await;
    assert_eq!(twice.0, "eps");
    let inside = json!({ "null": { "where": ["view!=L"] } });
    assert_eq!(
        served.fault("POST", "/api/report", &inside).await.0,
        "where"
    );
}

/// What is too large is told with the limit, and as what it is.
#[tokio::test(flavor = "multi_thread")]
async fn limits_of_size_are_told() {
    let served = Served::new(&[]);
    let told = |(status, answer): (u16, Value)| {
        let error = &answer["error"];
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        (status, text("code"), text("message"))
    };
    let refused = |status: u16, limit: &str, answer: (u16, Value)| {
        let (found, code, message) = told(answer);
        assert_eq!((found, code.as_str()), (status, "too_large"), "{message}");
        assert!(message.contains(limit), "{message}");
    };
    let address = "an address may have 32768 bytes";
    let long = format!("/api/cohort?where=view={}", "x".repeat(40_000));
    refused(414, address, served.ask("GET", &long, &Value::Null).await);
    let many = format!("/api/clusters?{MAP}{}", "&where=view!=L".repeat(3_000));
    refused(414, address, served.ask("GET", &many, &Value::Null).await);
    let body = "may have 65536 bytes";
    let many: Vec<&str> = vec!["view!=L"; 8_000];
    for path in ["/api/search", "/api/null", "/api/stability", "/api/report"] {
        let many = json!({ "where": many });
        refused(413, body, served.ask("POST", path, &many).await);
    }
    let ids = vec!["0123456789ab"; 600_000];
    let ids = json!({ "ids": ids });
    let answer = served.ask("POST", "/api/selections", &ids).await;
    refused(413, "may have 8388608 bytes", answer);
    // What fits is looked at.
    let ids = json!({ "ids": vec!["0123456789ab"; 60_000] });
    let (status, code, message) = told(served.ask("POST", "/api/selections", &ids).await);
    assert_eq!(
        (status, code.as_str()),
        (400, "invalid_parameter"),
        "{message}"
    );
    let wide = json!({ "perplexity": { "start": 1, "stop": 1e9, "step": 0.001 } });
    let (status, code, _) = told(served.ask("POST", "/api/search", &wide).await);
    assert_eq!((status, code.as_str()), (400, "invalid_parameter"));
}

/// However few images are left, the answer is given or says what to change.
#[tokio::test(flavor = "multi_thread")]
async fn few_images_are_no_failure() {
    let served = Served::new(&[]);
    let all = served.get("/api/cohort").await;
    let mut n_of = std::collections::BTreeMap::new();
    for record in records(&all) {
        *n_of.entry(record["group"].as_str().unwrap()).or_insert(0) += 1;
    }
    for n in 1..=5 {
        let (patient, _) = n_of.iter().find(|(_, images)| **images == n).unwrap();
        let condition = format!("patientid={patient}");
        for path in [
            "projection?method=pca",
            "projection?",
            "clusters?min_samples=1",
            "clusters?method=pca",
            "plane?",
            "association?",
            "association/plane?",
            "enrichment?",
            "quality?",
        ] {
            let path = format!("/api/{path}&where={condition}");
            let (status, answer) = served.ask("GET", &path, &Value::Null).await;
            assert!(status == 200 || status == 400, "{path}: {answer}");
            if n == 1 && path.contains("projection") {
                assert_eq!(status, 400, "{path}: {answer}");
            }
        }
        for path in ["search", "null", "stability", "report"] {
            let (path, body) = (format!("/api/{path}"), json!({ "where": [condition] }));
            let (status, answer) = served.ask("POST", &path, &body).await;
            assert!(status == 202 || status == 400, "{path}: {answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_asked_of_the_part() {
    let served = Served::new(&[]);
    let part = json!(["view!=L"]);
    let cohort = served.get("/api/cohort?where=view!=L").await;
    let n_images = records(&cohort).len();
    let stability = json!({ "where": part, "n_runs": 2, "perplexity": 12 });
    let stability = served.job("/api/stability", &stability).await;
    let per_image = stability["result"]["per_image"].as_array().unwrap();
    assert_eq!(per_image.len(), n_images);
    let grid = json!({ "start": 10.0, "stop": 20.0, "step": 5.0 });
    let search = served
        .job("/api/search", &json!({ "where": part, "perplexity": grid }))
        .await;
    let best = &search["result"]["results"][0];
    let query = ["perplexity", "eps", "min_samples"].map(|name| format!("{name}={}", best[name]));
    let clusters = format!("/api/clusters?where=view!=L&{}", query.join("&"));
    assert_eq!(served.get(&clusters).await["score"], best["score"]);
    let report = served.job("/api/report", &json!({ "where": part })).await;
    let url = report["result"]["url"].as_str().unwrap();
    let (_, html) = served.text("GET", url, &Value::Null).await;
    assert!(html.contains(&format!("{n_images} images")) && html.contains("view!=L"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_is_a_cluster_after_dbscans() {
    let served = Served::new(&[]);
    let all = served.get("/api/cohort").await;
    let id = |place: usize| &records(&all)[place]["id"];
    let before = served.get(&format!("/api/clusters?{MAP}")).await;
    let n_clusters = before["n_clusters"].as_u64().unwrap();
    assert!(n_clusters > 1);
    let first = served.register(&[id(0), id(5), id(7)]).await;
    let same = served.register(&[id(7), id(0), id(5)]).await;
    assert_eq!(first, same);
    let second = served.register(&[id(7), id(9)]).await;
    // A whole cohort's ids are more than other bodies may have.
    let (status, many) = served
        .ask(
            "POST",
            "/api/selections",
            &json!({ "ids": vec![id(0); 8000] }),
        )
        .await;
    assert_eq!((status, &many["n_images"]), (201, &json!(1)));
    let own = format!("{MAP}&own={first}&own={second}");
    let clusters = served.get(&format!("/api/clusters?{own}")).await;
    let mut labels = before["labels"].as_array().unwrap().clone();
    for (place, k) in [(0, 0), (5, 0), (7, 1), (9, 1)] {
        labels[place] = json!(n_clusters + k);
        assert_eq!(clusters["core"][place], true);
    }
    assert_eq!(clusters["labels"], json!(labels));
    assert_eq!(clusters["n_clusters"], n_clusters + 2);
    let noise = labels.iter().filter(|label| **label == json!(-1)).count();
    assert_eq!(clusters["n_noise"], noise);
    assert_ne!(clusters["score"], before["score"]);
    let cards = clusters["breakdown"]["clusters"].as_array().unwrap();
    let card = &cards[n_clusters as usize];
    assert_eq!(
        (&card["label"], &card["size"]),
        (&json!(n_clusters), &json!(2))
    );
    assert_eq!(card["representatives"].as_array().unwrap().len(), 2);
    assert_eq!(clusters["own"][1]["label"], n_clusters + 1);
    assert!(clusters["warnings"].to_string().contains("drawn by hand"));
    let association = served.get(&format!("/api/association?{own}")).await;
    let verdict = association["verdict"].as_str().unwrap();
    let sentence = format!(
        "No p: clusters {n_clusters} and {} were drawn by hand",
        n_clusters + 1
    );
    assert!(verdict.contains(&sentence), "{verdict}");
    // A look at other clusters is one more look.
    assert_eq!(association["n_settings_viewed"], 2);
    let enrichment = served
        .get(&format!("/api/enrichment?{own}&breakdown=sex"))
        .await;
    let mut cells = enrichment["cells"].as_array().unwrap().iter();
    assert!(
        cells.any(|cell| cell["label"] == n_clusters + 1),
        "{enrichment}"
    );
    let plain = served.get(&format!("/api/association?{MAP}")).await;
    assert!(!plain["verdict"].as_str().unwrap().contains("by hand"));

    // What the conditions leave out of a selection is counted, and its number stays also when it
    // is left without any image, as that of a cluster whose images all moved.
    let name = records(&all)[7]["filename"].as_str().unwrap();
    let left = served
        .get(&format!("/api/clusters?{own}&where=filename!={name}"))
        .await;
    let warnings = left["warnings"].to_string();
    assert!(warnings.contains("1 image of cluster"), "{warnings}");
    assert_eq!(left["own"][0]["n_left_out"], 1);
    let all_ids: Vec<&Value> = (0..180).map(id).collect();
    let everything = served.register(&all_ids).await;
    let path = format!("/api/clusters?{MAP}&own={first}&own={everything}");
    let clusters = served.get(&path).await;
    let sizes = clusters["breakdown"]["clusters"].as_array().unwrap().iter();
    let sizes: Vec<&Value> = sizes.map(|card| &card["size"]).collect();
    assert_eq!(sizes.len() as u64, n_clusters + 2);
    assert!(
        sizes[..sizes.len() - 1]
            .iter()
            .all(|size| **size == json!(0))
    );
    served.get(&path.replace("clusters", "association")).await;
    served.get(&path.replace("clusters", "enrichment")).await;

    // The same images are the same selection; whoever names it names it for all.
    let named = json!({ "ids": all_ids, "name": "all" });
    served.ask("POST", "/api/selections", &named).await;
    served.register(&all_ids).await;
    let own = &served.get(&path).await["own"];
    assert_eq!(own[1]["name"], "all");
    assert_eq!(own[0]["name"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_with_clusters_drawn_by_hand_is_said() {
    let served = Served::new(&[]);
    let cohort = served.get("/api/cohort").await;
    let own = served.register(&[&records(&cohort)[0]["id"]]).await;
    let unknown = served
        .fault("GET", "/api/clusters?own=0123456789ab", &Value::Null)
        .await;
    assert_eq!(unknown.0, "own");
    assert!(
        unknown.1.contains("register its images again"),
        "{}",
        unknown.1
    );
    let path = format!("/api/association/plane?own={own}");
    assert_eq!(served.fault("GET", &path, &Value::Null).await.0, "own");
    for path in ["/api/stability", "/api/search", "/api/null"] {
        let (parameter, message) = served.fault("POST", path, &json!({ "own": [own] })).await;
        assert_eq!(parameter, "own");
        assert!(message.contains("drawn by hand"), "{message}");
    }
    let body = json!({ "own": [own], "perplexity": 12, "stability": { "n_runs": 2 } });
    let report = served.job("/api/report", &body).await;
    assert_eq!(report["state"], "done", "{report}");
    for (body, parameter) in [
        (json!({ "ids": [] }), "ids"),
        (json!({ "ids": ["nobody"] }), "ids"),
        (json!({ "ids": ["0"], "name": "x".repeat(201) }), "name"),
    ] {
        assert_eq!(
            served.fault("POST", "/api/selections", &body).await.0,
            parameter
        );
    }
    let (status, _) = served
        .ask("POST", "/api/selections", &json!({ "id": [] }))
        .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn single_looks_are_at_the_part() {
    let served = Served::new(&[]);
    let part = served.get("/api/cohort?where=age%3E%3D50").await["records"].clone();
    let part = part.as_array().unwrap();
    let places: Vec<&Value> = part.iter().map(|record| &record["index"]).collect();
    let id = part[3]["id"].as_str().unwrap();
    let found = served
        .get(&format!("/api/neighbours/{id}?n=1000&where=age%3E%3D50"))
        .await;
    let neighbours = found["neighbours"].as_array().unwrap();
    assert_eq!(neighbours.len(), part.len() - 1);
    for neighbour in neighbours {
        let at = places
            .iter()
            .position(|place| **place == neighbour["index"]);
        assert_eq!(part[at.unwrap()]["id"], neighbour["id"]);
    }
    let left_out = served.get("/api/cohort?where=age%3C%3D49").await["records"][0]["id"].clone();
    let path = format!(
        "/api/neighbours/{}?where=age%3E%3D50",
        left_out.as_str().unwrap()
    );
    assert_eq!(served.ask("GET", &path, &Value::Null).await.0, 404);
    let whole = served.get(&format!("/api/neighbours/{id}?n=1000")).await;
    assert_eq!(whole["neighbours"].as_array().unwrap().len(), 179);
    let plot = served
        .get("/api/k-distance?perplexity=12&where=age%3E%3D50")
        .await;
    assert_eq!(plot["n"], part.len());
    let frames = served
        .get("/api/frames?perplexity=12&max_iter=250&where=age%3E%3D50")
        .await;
    assert_eq!(frames["shape"], json!([part.len(), 2]));
}
