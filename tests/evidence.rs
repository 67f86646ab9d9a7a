//! Whether the groups mean anything, asked of the real binary: tests, null, stability, fidelity and
//! the report, over HTTP and on the command line.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{COVID_XRAYS, Server, binary, real_cohort};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy");

/// Starts a job and waits for its end.
fn job(server: &Server, path: &str, body: &Value) -> Value {
    let headers = [("Content-Type", "application/json")];
    let answer = server.ask("POST", path, &body.to_string(), &headers);
    assert_eq!(answer.status, 202, "{path}: {}", answer.json());
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let deadline = Instant::now() + Duration::from_secs(300);
    loop {
        let job = server.get(&format!("/api/jobs/{id}")).json();
        if !["queued", "running"].contains(&job["state"].as_str().unwrap()) {
            return job;
        }
        assert!(Instant::now() < deadline, "{path} never ended");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn column<'a>(association: &'a Value, name: &str) -> &'a Value {
    let columns = association["columns"].as_array().unwrap();
    let found = columns.iter().find(|column| column["name"] == name);
    found.unwrap_or_else(|| panic!("no column {name}"))
}

#[test]
fn nothing_that_was_seen_is_computed_again() {
    let server = Server::start(&[]).ready();
    // What is computed again takes another time, to the microsecond.
    let time = |path: &str| {
        let answer = server.get(path).json();
        answer["elapsed_ms"].as_f64().unwrap().to_bits()
    };
    let paths = [
        "/api/clusters?eps=0.4",
        "/api/association?eps=0.4",
        "/api/association?eps=0.4&noise=in&breakdown=sex",
        "/api/association/plane?breakdown=sex",
    ];
    let first = paths.map(time);
    let looks = || {
        let answer = server.get("/api/association?eps=0.4").json();
        answer["n_settings_viewed"].as_u64().unwrap()
    };
    assert_eq!(looks(), 1);
    for eps in ["0.5", "0.6"] {
        server.get(&format!("/api/clusters?eps={eps}"));
    }
    assert_eq!(paths.map(time), first);
    // Other looks are told all the same, and another column is counted in the same clusters.
    assert_eq!(looks(), 3);
    let association = server.get("/api/association?eps=0.4").json();
    let verdict = association["verdict"].as_str().unwrap();
    assert!(verdict.contains("3 settings viewed"), "{verdict}");
    assert_eq!(time("/api/clusters?eps=0.4&breakdown=sex"), first[0]);
    let other = server.get("/api/clusters?eps=0.4&breakdown=sex").json();
    assert_eq!(other["breakdown"]["column"], "sex");
}

#[test]
fn the_demo_cohort_is_explained_by_its_planted_confounder() {
    let server = Server::start(&[]).ready();
    let association = server.get("/api/association").json();
    let columns = association["columns"].as_array().unwrap();
    assert_eq!(columns[0]["name"], "source", "{columns:#?}");
    assert!(columns[0]["p_value"].as_f64().unwrap() <= 0.001);
    let source = association["verdict"].as_str().unwrap();
    assert!(source.contains("Source (q = "), "{source}");
    assert!(source.contains("goes with them more closely"), "{source}");
    let warnings = association["warnings"].to_string();
    assert!(warnings.contains("more closely than country"), "{warnings}");
    // The column of interest is judged by its p, the others by q, in the page's words too.
    let country = column(&association, "country");
    assert_eq!(
        (&country["planned"], &country["q_value"]),
        (&json!(true), &Value::Null)
    );
    assert!(source.contains("the column of interest, so judged by p"));
    assert!(column(&association, "source")["q_value"].is_number());
    // Ranked by what they explain, with those that cannot be tested last.
    let places: Vec<f64> = columns
        .iter()
        .map(|column| column["explained"].as_f64().unwrap_or(f64::NEG_INFINITY))
        .collect();
    assert!(places.is_sorted_by(|a, b| a >= b), "{places:?}");
    let names = column(&association, "patientid");
    assert_eq!(names["testable"], false);
    assert!(
        names["reason"]
            .as_str()
            .unwrap()
            .contains("name the patients")
    );
    // The clusters of the demo are its sources: with them held fixed nothing is left to explain.
    let within = server.get("/api/association?within=source").json();
    assert_eq!(within["within"], "source");
    let country = column(&within, "country");
    // Whether a cluster has images of two sources hangs on the last digits of the features.
    let reason = country["reason"].as_str().unwrap_or("");
    let nothing = reason.starts_with("no level of the column");
    assert!(
        nothing || country["p_value"].as_f64().unwrap() > 0.05,
        "{country}"
    );
    // What can be looked at is proposed, and nothing else.
    let proposed = warnings.contains("look at country within levels of source");
    assert_eq!(Value::Bool(proposed), country["testable"]);
    assert!(
        within["columns"]
            .as_array()
            .unwrap()
            .iter()
            .all(|c| c["name"] != "source")
    );
    // With noise as one more cluster more images count.
    let with_noise = server.get("/api/association?noise=in").json();
    let n_images = |answer: &Value| column(answer, "source")["n_images"].as_u64().unwrap();
    assert!(n_images(&with_noise) > n_images(&association));
    assert_eq!(n_images(&with_noise), 180);
}

#[test]
fn a_column_named_beforehand_is_the_question() {
    let server = Server::start(&["--column", "mean_brightness"]).ready();
    let association = server.get("/api/association").json();
    assert_eq!(association["column"], "mean_brightness");
    assert_eq!(association["planned"], "mean_brightness");
    let asked = column(&association, "mean_brightness");
    assert!(
        asked["p_value"].is_number() && asked["q_value"].is_null(),
        "{asked}"
    );
    assert!(column(&association, "country")["q_value"].is_number());
    let page = String::from_utf8(server.get("/").body).unwrap();
    assert!(page.contains("data-column=\"mean_brightness\""));
    // Of another column the verdict goes by q, and says so.
    let other = server.get("/api/association?breakdown=sex").json();
    let verdict = other["verdict"].as_str().unwrap();
    assert!(
        verdict.contains("(q = ") && !verdict.contains("chosen"),
        "{verdict}"
    );
    let out = binary()
        .args([
            "report",
            "--column",
            "planet",
            "-o",
            "report.html",
            "--null",
            "0",
        ])
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(2));
}

#[test]
fn clusters_drawn_by_hand_get_no_p_and_no_mark() {
    let server = Server::start(&[]).ready();
    let records = server.get("/api/cohort").json()["records"].clone();
    let ids: Vec<&Value> = records
        .as_array()
        .unwrap()
        .iter()
        .take(30)
        .map(|r| &r["id"])
        .collect();
    let headers = [("Content-Type", "application/json")];
    let body = json!({ "ids": ids }).to_string();
    let made = server
        .ask("POST", "/api/selections", &body, &headers)
        .json();
    let own = format!("own={}", made["id"].as_str().unwrap());
    let association = server.get(&format!("/api/association?{own}")).json();
    for test in association["columns"].as_array().unwrap() {
        for name in ["p_value", "q_value", "detectable_effect"] {
            assert!(test[name].is_null(), "{test}");
        }
        assert_eq!(test["evident"], false, "{test}");
    }
    let country = column(&association, "country");
    assert!(country["effect"].as_f64().unwrap() > 0.0, "{country}");
    for told in [&country["sentence"], &association["verdict"]] {
        let told = told.as_str().unwrap();
        assert!(
            told.contains("drawn by hand") && !told.contains("p = "),
            "{told}"
        );
    }
    assert!(
        association["warnings"]
            .to_string()
            .contains("drawn by hand")
    );
    let enrichment = server.get(&format!("/api/enrichment?{own}")).json();
    assert_eq!(enrichment["testable"], false);
    assert!(
        enrichment["reason"]
            .as_str()
            .unwrap()
            .contains("drawn by hand")
    );
    for cell in enrichment["cells"].as_array().unwrap() {
        for name in ["p_value", "q_value", "mark"] {
            assert!(cell[name].is_null(), "{cell}");
        }
    }
}

#[test]
fn what_is_viewed_is_counted_and_said() {
    let server = Server::start(&["--features", GOLDEN]).ready();
    let viewed = |path: &str| {
        server.get(path).json()["n_settings_viewed"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(viewed("/api/association?eps=0.4"), 1);
    server.get("/api/clusters?eps=0.5");
    server.get("/api/clusters?eps=0.5&breakdown=country");
    assert_eq!(viewed("/api/association?eps=0.4"), 2);
    assert_eq!(viewed("/api/enrichment?eps=0.6"), 3);
    // Vectors alone have no column to test, and the answer says so.
    let association = server.get("/api/association").json();
    assert_eq!(association["columns"], json!([]));
    assert_eq!(association["verdict"], "Country has no values to test.");
    let plane = server.get("/api/association/plane").json();
    assert_eq!(plane["testable"], false);
}

#[test]
fn unknown_columns_and_odd_numbers_are_named() {
    let server = Server::start(&["--features", GOLDEN]).ready();
    for (path, parameter) in [
        ("/api/association?within=planet", "within"),
        ("/api/association?breakdown=planet", "breakdown"),
        ("/api/association?noise=maybe", "noise"),
        ("/api/enrichment?breakdown=planet", "breakdown"),
        ("/api/association/plane?breakdown=planet", "breakdown"),
        ("/api/quality?n_compared=97", "n_compared"),
        ("/api/quality?n_compared=0", "n_compared"),
        ("/api/clusters?within=planet", "within"),
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(answer.json()["error"]["parameter"], parameter, "{path}");
    }
    for (path, body, parameter) in [
        ("/api/null", json!({"n_surrogates": 0}), "n_surrogates"),
        ("/api/null", json!({"surrogate": "cubic"}), "surrogate"),
        ("/api/null", json!({"stop_after": 0}), "stop_after"),
        ("/api/search", json!({"rank_by": "beauty"}), "rank_by"),
        ("/api/stability", json!({"n_runs": 0}), "n_runs"),
        ("/api/stability", json!({"n_runs": u64::MAX}), "n_runs"),
        ("/api/stability", json!({"fraction": 1.0}), "fraction"),
        (
            "/api/null",
            json!({"perplexity": {"start": 100, "stop": 120, "step": 10}}),
            "perplexity",
        ),
        (
            "/api/null",
            json!({"n_surrogates": 9999, "eps": {"start": 0.1, "stop": 2, "step": 0.01}}),
            "n_surrogates",
        ),
        ("/api/report", json!({"stability": {"n_runs": 0}}), "n_runs"),
        ("/api/report", json!({"within": "planet"}), "within"),
        ("/api/report", json!({"eps": -1}), "eps"),
    ] {
        let headers = [("Content-Type", "application/json")];
        let answer = server.ask("POST", path, &body.to_string(), &headers);
        assert_eq!(answer.status, 400, "{path} {body}");
        assert_eq!(
            answer.json()["error"]["parameter"],
            parameter,
            "{path} {body}"
        );
    }
    assert_eq!(server.get("/report/1").status, 404);
}

#[test]
fn maps_are_measured_against_their_features() {
    let server = Server::start(&["--features", GOLDEN]).ready();
    let quality = server.get("/api/quality?perplexity=17").json();
    for name in ["trustworthiness", "continuity", "knn_overlap"] {
        let value = quality[name].as_f64().unwrap();
        assert!((0.3..=1.0).contains(&value), "{name}: {value}");
    }
    assert_eq!(
        quality["knn_overlap_per_image"].as_array().unwrap().len(),
        193
    );
    let chance = quality["chance_overlap"].as_f64().unwrap();
    assert!((chance - 5.0 / 192.0).abs() < 1e-12);
    let sentence = quality["sentence"].as_str().unwrap();
    assert!(
        sentence.starts_with("Of an image's 5 nearest"),
        "{sentence}"
    );
}

#[test]
fn null_and_stability_are_jobs() {
    let server = Server::start(&["--features", GOLDEN]).ready();
    let grid = json!({
        "perplexity": {"start": 10.0, "stop": 80.0, "step": 20.0},
        "n_surrogates": 19, "surrogate": "permuted",
    });
    let null = job(&server, "/api/null", &grid);
    assert_eq!(
        (&null["state"], &null["total"]),
        (&json!("done"), &json!(20))
    );
    let null = &null["result"];
    // 70 is above a third of 193 images, for the observed cohort and the surrogates alike.
    assert_eq!(null["excluded_perplexities"], json!([70.0]));
    assert_eq!(null["best_scores"].as_array().unwrap().len(), 19);
    let names: Vec<&str> = null["statistics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|statistic| statistic["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["score", "silhouette", "dbcv"]);
    let (k, p) = (
        null["n_as_good"].as_f64().unwrap(),
        null["p_value"].as_f64().unwrap(),
    );
    assert!((p - (1.0 + k) / 20.0).abs() < 1e-12);
    assert!(
        null["sentence"]
            .as_str()
            .unwrap()
            .contains("19 cohorts without clusters")
    );
    let again = job(&server, "/api/null", &grid);
    assert_eq!(again["result"]["best_scores"], null["best_scores"]);
    let report = job(&server, "/api/report", &json!({}));
    let page = server.get(report["result"]["url"].as_str().unwrap()).body;
    let page = String::from_utf8(page).unwrap();
    assert!(!page.contains("was not repeated on cohorts without clusters"));
    let answer = null["statistics"][0]["sentence"].as_str().unwrap();
    // Its first word has an apostrophe, which is written in another way in a page.
    let answer = answer.split_once(": ").unwrap().1;
    assert!(page.contains(answer), "{answer}");

    let stability = job(&server, "/api/stability", &json!({"n_runs": 4, "eps": 0.3}));
    let found = &stability["result"];
    assert_eq!(stability["total"], 8);
    assert_eq!(found["seeds"]["ari"].as_array().unwrap().len(), 4);
    assert_eq!(found["rotations"]["degrees"].as_array().unwrap().len(), 18);
    assert_eq!(found["rotations"]["ari"][0], 1.0);
    assert_eq!(found["per_image"].as_array().unwrap().len(), 193);
    assert_eq!(found["params"]["eps"], 0.3);
}

#[test]
fn the_demo_cohorts_clusters_are_no_luck() {
    // A network whose features come from a rectifier.
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/models/chest-xray-64.onnx");
    let server = Server::start(&["--model", model]).ready();
    // A part of the notebook's grid, so that it takes seconds.
    let grid =
        json!({ "perplexity": {"start": 12.0, "stop": 30.0, "step": 6.0}, "n_surrogates": 99 });
    let null = &job(&server, "/api/null", &grid)["result"];
    for statistic in null["statistics"].as_array().unwrap() {
        println!("{}", statistic["sentence"]);
    }
    let dbcv = &null["statistics"][2];
    assert_eq!(dbcv["name"], "dbcv");
    assert!(dbcv["p_value"].as_f64().unwrap() <= 0.02, "{dbcv}");
    // Where nobody says which, it is the kind that has the zeros of these features; another is warned of.
    let warned = |null: &Value| null["warnings"].to_string().contains("rectifier");
    assert_eq!(
        (&null["surrogate"], warned(null)),
        (&json!("copula"), false)
    );
    let grid = json!({ "perplexity": {"start": 12.0, "stop": 13.0, "step": 6.0}, "n_surrogates": 1,
                       "surrogate": "gaussian" });
    let null = &job(&server, "/api/null", &grid)["result"];
    assert_eq!(
        (&null["surrogate"], warned(null)),
        (&json!("gaussian"), true)
    );
}

#[test]
fn every_measure_ranks_a_search() {
    let server = Server::start(&["--features", GOLDEN]).ready();
    for rank_by in [
        "score",
        "silhouette",
        "davies_bouldin",
        "calinski_harabasz",
        "dbcv",
    ] {
        let body = json!({
            "perplexity": {"start": 10.0, "stop": 40.0, "step": 10.0}, "rank_by": rank_by,
        });
        let result = &job(&server, "/api/search", &body)["result"];
        assert_eq!(result["rank_by"], rank_by);
        let values: Vec<f64> = result["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row[rank_by].as_f64().unwrap())
            .collect();
        let lower_is_better = ["score", "davies_bouldin"].contains(&rank_by);
        let ordered = values.is_sorted_by(|a, b| if lower_is_better { a <= b } else { a >= b });
        assert!(ordered && values.len() == 3, "{rank_by}: {values:?}");
    }
}

#[test]
fn a_report_stands_alone_and_is_the_same_each_time() {
    let server = Server::start(&["--features", GOLDEN]).ready();
    server.get("/api/clusters");
    let made = job(
        &server,
        "/api/report",
        &json!({"stability": {"n_runs": 3}, "null": null}),
    );
    let page = server.get(made["result"]["url"].as_str().unwrap());
    assert_eq!(page.status, 200);
    assert!(
        page.headers.contains("style-src 'unsafe-inline'"),
        "{}",
        page.headers
    );
    let html = String::from_utf8(page.body).unwrap();
    assert!(html.contains("1 setting had been viewed since the server started"));
    assert!(!html.contains("<script") && !html.contains("http://") && !html.contains("https://"));

    let folder = tempfile::tempdir().unwrap();
    let report = |name: &str, threads: &str| {
        let path = folder.path().join(name);
        let out = binary()
            .args(["report", "--features", GOLDEN, "--runs", "3", "--null", "3"])
            .args(["--threads", threads, "--cache-dir"])
            .arg(folder.path())
            .arg("-o")
            .arg(&path)
            .output()
            .unwrap();
        assert!(
            out.status.success(),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
        assert!(out.stdout.is_empty());
        std::fs::read_to_string(path).unwrap()
    };
    assert_eq!(report("a.html", "1"), report("b.html", "2"));
    let document: Value = serde_json::from_str(&report("c.json", "2")).unwrap();
    for part in [
        "clusters",
        "specifications",
        "association",
        "quality",
        "stability",
        "null",
    ] {
        assert!(document[part].is_object(), "{part}");
    }
    assert_eq!(document["null"]["best_scores"].as_array().unwrap().len(), 3);
}

#[test]
fn search_says_how_its_best_compares_with_chance() {
    let out = binary()
        .args(["search", "--features", GOLDEN, "--perplexity", "15,30,150"])
        .args(["--null", "9", "--surrogate", "gaussian", "--json"])
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let document: Value = serde_json::from_slice(&out.stdout).unwrap();
    let null = &document["null"];
    assert_eq!(null["surrogate"], "gaussian");
    assert_eq!(
        (
            &null["n_surrogates"],
            null["best_scores"].as_array().unwrap().len()
        ),
        (&json!(9), 9)
    );
    assert!((0.1..=1.0).contains(&null["p_value"].as_f64().unwrap()));
    for args in [
        &["search", "--null", "0"][..],
        &["search", "--null", "9", "--stop-after", "0"],
        &["search", "--rank-by", "beauty"],
        &["report", "-o", "report.doc"],
        &[
            "report",
            "-o",
            "report.html",
            "--breakdown",
            "planet",
            "--null",
            "0",
        ],
    ] {
        let out = binary().args(args).output().unwrap();
        assert_eq!(out.status.code(), Some(2), "{args:?}");
        assert!(out.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn a_part_that_cannot_be_had_does_not_take_the_report_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let rows = folder.path().join("four.npy");
    let few = ndarray::Array2::from_shape_fn((4, 3), |(i, j)| ((i * 3 + j * j) as f32).sin());
    ndarray_npy::write_npy(&rows, &few).unwrap();
    let path = folder.path().join("report.html");
    let out = binary()
        .args([
            "report",
            "--perplexity",
            "1",
            "--runs",
            "0",
            "--null",
            "9",
            "--cache-dir",
        ])
        .arg(folder.path())
        .arg("--features")
        .arg(&rows)
        .arg("-o")
        .arg(&path)
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let html = std::fs::read_to_string(path).unwrap();
    assert!(
        html.contains("Not known: "),
        "the null of four images cannot be had"
    );
    assert!(
        html.contains("is not known."),
        "nobody counted the settings viewed"
    );
}

#[test]
fn the_real_cohort_is_told_what_was_found() {
    let Some(folder) = real_cohort() else { return };
    let folder = folder.to_str().unwrap().to_owned();
    let server = Server::start(&[&[folder.as_str()][..], &COVID_XRAYS].concat()).ready();
    let association = server.get("/api/association").json();
    let verdict = association["verdict"].as_str().unwrap();
    println!("{verdict}");
    assert!(
        verdict.contains("ountry") && verdict.contains("patients"),
        "{verdict}"
    );
    // What separates X-rays more than a virus does. Most images are clustered here: with the default
    // setting most are noise, and the last digits of the features decide which are not.
    let clustered = server
        .get("/api/association?perplexity=30&eps=0.4&min_samples=8")
        .json();
    let view = column(&clustered, "view");
    assert!(view["p_value"].as_f64().unwrap() <= 0.001, "{view}");
    assert!(
        column(&association, "country")["n_groups"]
            .as_u64()
            .unwrap()
            < 115
    );
    // Most images are noise with the default setting, and that is said first.
    let n_clustered = server.get("/api/clusters").json()["labels"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|label| label.as_i64() != Some(-1))
        .count();
    let first =
        format!("{n_clustered} of 193 images are in clusters; of the rest nothing is said.");
    assert_eq!(
        verdict.starts_with(&first),
        2 * n_clustered < 193,
        "{verdict}"
    );
    let report = job(&server, "/api/report", &json!({"stability": {"n_runs": 5}}));
    let page = server.get(report["result"]["url"].as_str().unwrap());
    let html = String::from_utf8(page.body).unwrap();
    assert!(html.contains("193 images · 115 patients · 54 without country"));
    assert!(html.contains("data:image/jpeg;base64,"));
}
