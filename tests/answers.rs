//! Every answer of the API against its snapshot in `tests/answers/`, its schema and the description of
//! the API in `docs/openapi.json`. `UPDATE=1 cargo test --test answers` writes snapshots and description
//! anew: what changes in them is what changes for whoever asks.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

#[path = "answers/asking.rs"]
mod asking;
#[path = "support/routed.rs"]
#[allow(unreachable_pub, missing_docs)]
mod routed;
#[path = "answers/snapshot.rs"]
mod snapshot;

use std::time::Duration;

use asking::Asking;
use routed::Served;
use serde_json::{Value, json};

/// A map that no digit hangs on, and four clusters of it.
const SETTING: &str = "method=pca&eps=0.5&min_samples=4";

#[test]
fn the_description_is_the_one_that_is_committed() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let description = runtime.block_on(async {
        let served = Served::new(&["offset=1"]);
        served.get("/api/openapi.json").await
    });
    snapshot::hold("docs/openapi.json", &description);
}

#[tokio::test]
async fn every_answer_is_its_snapshot_and_fits_its_schema() {
    let mut asking = Asking::new(Served::new(&["offset=1"])).await;
    let ids = ids(&asking).await;
    let own = of_one_request_each(&mut asking, &ids).await;
    streams(&mut asking).await;
    jobs(&mut asking, &own).await;
    refusals(&mut asking).await;
    of_a_network(&mut asking).await;
    let left = asking.unasked();
    assert!(left.is_empty(), "nothing asks for {left:?}");
}

/// What there is where a network runs and the features did not come ready made.
async fn of_a_network(asking: &mut Asking) {
    asking.served = Served::with_network(&["filename~-04"]);
    let ids = ids(asking).await;
    let tensor = format!("/api/images/{}/tensor", ids[0]);
    asking.get("tensor", &tensor).await;
    asking.get("layers", "/api/layers").await;
    asking
        .get("layer-map", "/api/layers/map?layer=average")
        .await;
    opened_again(asking).await;
    let cohort = asking.served.get("/api/cohort").await;
    let said = &cohort["model"]["preprocessing"];
    assert_eq!(
        (&said["is_guess"], &said["description"]["equalize"]),
        (&false.into(), &true.into())
    );
}

/// The same cohort, read at another layer.
async fn opened_again(asking: &mut Asking) {
    let at = json!({ "layer": "average" });
    asking.ask("open", ("POST", "/api/open"), &at).await;
    while asking.served.get("/api/open").await["state"] == "running" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    asking.get("opened", "/api/open").await;
    let delete = ("DELETE", "/api/open");
    asking.ask("opened", delete, &Value::Null).await;
    let read = asking.served.get("/api/layers").await["read"].clone();
    assert_eq!(read, "average");
}

async fn ids(asking: &Asking) -> Vec<String> {
    let cohort = asking.served.get("/api/cohort").await;
    let records = cohort["records"].as_array().unwrap().iter();
    let id = |record: &Value| record["id"].as_str().unwrap().to_owned();
    records.map(id).collect()
}

/// Gives the id of a selection.
async fn of_one_request_each(asking: &mut Asking, ids: &[String]) -> String {
    let body = json!({ "ids": ids[..5], "name": "by hand" });
    let kept = asking.post("selection", "/api/selections", &body).await;
    let own = kept["id"].as_str().unwrap().to_owned();
    let body = json!({ "name": "odd", "images": ids[..3], "note": "why" });
    let sent = json!({ "body": body });
    let path = "/api/project/selection/one";
    asking.ask("item", ("PUT", path), &sent).await;
    let body = json!({ "method": "pca", "breakdown": "age", "any": true });
    asking.post("question", "/api/question", &body).await;
    for (name, path) in [
        ("cohort", "/api/cohort".to_owned()),
        ("cohort-of-a-part", "/api/cohort?where=sex=F".to_owned()),
        ("projection", "/api/projection?method=pca".to_owned()),
        ("clusters", format!("/api/clusters?{SETTING}&breakdown=sex")),
        (
            "clusters-by-numbers",
            format!("/api/clusters?{SETTING}&breakdown=age"),
        ),
        (
            "clusters-by-hand",
            format!("/api/clusters?{SETTING}&own={own}"),
        ),
        (
            "by-hand",
            format!("/api/by-hand?{SETTING}&own={own}&breakdown=sex"),
        ),
        (
            "clusters-of-another-method",
            "/api/clusters?method=pca&clustering=hdbscan".to_owned(),
        ),
        ("plane", "/api/plane?method=pca".to_owned()),
        (
            "plane-of-another-method",
            "/api/plane?method=pca&clustering=hdbscan".to_owned(),
        ),
        ("k-distance", "/api/k-distance?method=pca".to_owned()),
        ("frames", "/api/frames?max_iter=250".to_owned()),
        ("neighbours", format!("/api/neighbours/{}?n=3", ids[0])),
        (
            "association",
            format!("/api/association?{SETTING}&breakdown=sex"),
        ),
        (
            "association-within",
            format!("/api/association?{SETTING}&within=sex&noise=in"),
        ),
        (
            "association-over-the-plane",
            "/api/association/plane?method=pca&breakdown=sex".to_owned(),
        ),
        (
            "enrichment",
            format!("/api/enrichment?{SETTING}&breakdown=sex"),
        ),
        ("names", format!("/api/names?{SETTING}&breakdown=sex")),
        (
            "verdict",
            format!("/api/verdict?{SETTING}&breakdown=sex&effort=first"),
        ),
        (
            "specifications",
            format!("/api/specifications?{SETTING}&breakdown=sex&clustering=hdbscan"),
        ),
        (
            "plane-of-evidence",
            format!("/api/plane/evidence?{SETTING}&of=again&clustering=hdbscan"),
        ),
        ("proposal", "/api/proposal".to_owned()),
        ("looks", "/api/looks".to_owned()),
        ("project", "/api/project".to_owned()),
        ("project-exported", "/api/project/export".to_owned()),
        ("quality", "/api/quality?method=pca".to_owned()),
        ("table", format!("/api/export?{SETTING}&format=json")),
        ("changed", "/api/changed".to_owned()),
    ] {
        asking.get(name, &path).await;
    }
    let path = "/api/project/selection/one?revision=1";
    asking
        .ask("item-gone", ("DELETE", path), &Value::Null)
        .await;
    let mut document = asking.served.get("/api/project/export").await;
    document["items"][0]["id"] = "b a d".into();
    asking
        .post("project-imported", "/api/project/import", &document)
        .await;
    own
}

async fn streams(asking: &mut Asking) {
    for (name, path) in [
        ("stream-of-a-map", "/api/projection?method=pca"),
        ("stream-of-a-setting", &format!("/api/setting?{SETTING}")),
        (
            "stream-of-findings",
            &format!("/api/findings?{SETTING}&breakdown=sex"),
        ),
        // Two images have no neighbours to compare.
        (
            "stream-of-findings-of-too-few",
            "/api/findings?method=pca&where=filename~-04&parts=quality",
        ),
    ] {
        asking.stream(name, path).await;
    }
}

async fn jobs(asking: &mut Asking, own: &str) {
    let grid = json!({
        "method": "umap", "n_neighbors": { "start": 5, "stop": 12, "step": 3 },
        "eps": { "start": 0.3, "stop": 0.8, "step": 0.2 },
        "min_samples": { "start": 3, "stop": 6, "step": 1 }, "min_clusters": 2,
    });
    let with = |more: Value| {
        let mut body = grid.clone();
        let more = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(more);
        body
    };
    let setting = json!({ "method": "pca", "eps": 0.5, "min_samples": 4 });
    for (name, path, body) in [
        ("search", "/api/search", grid.clone()),
        (
            "search-by-another-measure",
            "/api/search",
            with(
                json!({ "rank_by": "dbcv", "clustering": "hdbscan", "eps": null, "min_samples": null }),
            ),
        ),
        ("null", "/api/null", with(json!({ "n_surrogates": 2 }))),
        ("stability", "/api/stability", {
            let mut body = setting.clone();
            body["n_runs"] = 3.into();
            body
        }),
        ("report", "/api/report", {
            let mut body = setting;
            body["own"] = json!([own]);
            body
        }),
    ] {
        asking.job(name, path, &body).await;
    }
}

async fn refusals(asking: &mut Asking) {
    for (name, method, path, status) in [
        ("refused-parameter", "GET", "/api/clusters?eps=nan", 400),
        ("refused-body", "POST", "/api/search", 400),
        ("refused-image", "GET", "/api/images/nope", 404),
        ("refused-address", "GET", "/api/nothing", 404),
        ("refused-method", "PUT", "/api/cohort", 405),
    ] {
        asking.refused(name, (method, path), status).await;
    }
}
