//! What a person makes is kept: by the router and the real binary, over kill and restart, in one file that
//! can be carried along, exported and imported.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

#[path = "support/routed.rs"]
#[allow(unreachable_pub, missing_docs)]
mod routed;
mod support;

use negatoscope::pipeline::Stage;
use routed::Served;
use serde_json::{Value, json};
use support::Server;

async fn ids(served: &Served) -> Vec<String> {
    let cohort = served.get("/api/cohort").await;
    let records = cohort["records"].as_array().unwrap().iter();
    records
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn put(served: &Served, name: &str, body: Value, seen: Option<u64>) -> Value {
    let path = format!("/api/project/{name}");
    let sent = json!({ "body": body, "revision": seen });
    let (status, answer) = served.ask("PUT", &path, &sent).await;
    assert_eq!(status, 200, "{name}: {answer}");
    answer
}

#[tokio::test]
async fn what_is_made_is_there_after_a_restart_and_for_who_asks_what_is_new() {
    let served = Served::new(&[]);
    let ids = ids(&served).await;
    let empty = served.get("/api/project").await;
    assert_eq!(
        (&empty["revision"], &empty["kept"]),
        (&json!(0), &json!(true))
    );
    let note = format!("note/{}", ids[3]);
    let says = "<img src=x onerror=alert(1)> and a line\nmore";
    put(
        &served,
        &note,
        json!({ "images": [ids[3]], "note": says }),
        None,
    )
    .await;
    let selection = json!({ "name": "odd", "images": ids[..4], "note": "why" });
    let kept = put(&served, "selection/one", selection.clone(), None).await;
    assert_eq!(kept["item"]["body"], selection);
    put(
        &served,
        "view/v",
        json!({ "query": "eps=0.4", "name": "mine" }),
        None,
    )
    .await;
    let again = served.again(&[]);
    let state = again.get("/api/project").await;
    let items = state["items"].as_array().unwrap();
    let kinds: Vec<&Value> = items.iter().map(|item| &item["kind"]).collect();
    assert_eq!(kinds, ["note", "selection", "view"]);
    assert_eq!(
        items[0]["body"],
        json!({ "images": [ids[3]], "note": says })
    );
    let (_, gone) = again
        .ask("DELETE", "/api/project/view/v?revision=3", &Value::Null)
        .await;
    assert_eq!(
        (&gone["item"]["gone"], &gone["overwritten"]),
        (&json!(true), &Value::Null)
    );
    let news = again.get("/api/project?since=2").await;
    assert_eq!(news["revision"], 4);
    assert_eq!(news["items"].as_array().unwrap().len(), 1);
    assert_eq!(news["items"][0]["body"], Value::Null);
    assert_eq!(
        again.get("/api/project").await["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn who_overwrites_another_is_told() {
    let served = Served::new(&[]);
    let ids = ids(&served).await;
    let name = format!("note/{}", ids[0]);
    let note = |text: &str| json!({ "images": [ids[0]], "note": text });
    let first = put(&served, &name, note("one"), None).await;
    put(
        &served,
        &name,
        note("two"),
        first["item"]["revision"].as_u64(),
    )
    .await;
    let late = put(
        &served,
        &name,
        note("three"),
        first["item"]["revision"].as_u64(),
    )
    .await;
    assert_eq!(late["overwritten"]["body"]["note"], "two");
    assert_eq!(late["item"]["body"]["note"], "three");
}

#[tokio::test]
async fn what_is_not_what_its_kind_is_is_refused_in_one_sentence() {
    let served = Served::new(&[]);
    let ids = ids(&served).await;
    let long = "x".repeat(10_001);
    for (name, body, at_fault) in [
        ("poem/a", json!({}), "kind"),
        ("note/a%20b", json!({}), "id"),
        ("note/a", json!({ "note": "x" }), "images"),
        ("note/a", json!({ "images": [ids[0]] }), "note"),
        (
            "note/a",
            json!({ "images": [ids[0]], "note": long }),
            "note",
        ),
        (
            "note/a",
            json!({ "images": ["nobody"], "note": "x" }),
            "images",
        ),
        ("selection/a", json!({ "images": [ids[0]] }), "name"),
        ("group/a", json!({ "name": "x" }), "images"),
        ("view/a", json!({ "name": "x" }), "query"),
    ] {
        let path = format!("/api/project/{name}");
        let (parameter, message) = served.fault("PUT", &path, &json!({ "body": body })).await;
        assert_eq!(parameter, at_fault, "{name}: {message}");
    }
    let sent = json!({ "body": { "images": [ids[0]], "note": "x", "patient": "y" } });
    let (status, refused) = served.ask("PUT", "/api/project/note/a", &sent).await;
    assert_eq!(
        (status, &refused["error"]["code"]),
        (400, &json!("invalid_body"))
    );
    served
        .fault("GET", "/api/project?since=-1", &Value::Null)
        .await;
}

#[tokio::test]
async fn a_group_by_hand_is_known_after_a_restart_by_its_id_alone() {
    let served = Served::new(&[]);
    let ids = ids(&served).await;
    let body = json!({ "ids": ids[..5], "name": "by hand" });
    let (_, kept) = served.ask("POST", "/api/selections", &body).await;
    let id = kept["id"].as_str().unwrap();
    let group = json!({ "images": ids[..5], "name": "by hand" });
    put(&served, &format!("group/{id}"), group, None).await;
    let again = served.again(&[]);
    let clusters = again
        .get(&format!("/api/clusters?method=pca&own={id}"))
        .await;
    assert_eq!(clusters["own"][0]["name"], "by hand");
}

#[tokio::test]
async fn a_project_goes_out_and_comes_in_elsewhere_and_deletes_nothing() {
    let served = Served::new(&[]);
    let ids = ids(&served).await;
    for (place, id) in ids[..3].iter().enumerate() {
        let body = json!({ "images": [id], "note": format!("note {place}") });
        put(&served, &format!("note/{id}"), body, None).await;
    }
    served
        .ask(
            "DELETE",
            &format!("/api/project/note/{}", ids[2]),
            &Value::Null,
        )
        .await;
    let declared = json!({ "method": "pca", "breakdown": "age", "any": true });
    let (status, _) = served.ask("POST", "/api/question", &declared).await;
    assert_eq!(status, 201);
    let (status, text) = served
        .text("GET", "/api/project/export", &Value::Null)
        .await;
    assert_eq!(status, 200);
    assert!(!text.contains(".png"), "no file is named");
    let cohort = served.get("/api/cohort").await["name"].clone();
    let name = cohort.as_str().unwrap();
    assert!(!text.contains(name), "nor the folder, {name}: {text}");
    let document: Value = serde_json::from_str(&text).unwrap();
    // Half of the images are here.
    let other = Served::new(&["sex=F"]);
    let here = self::ids(&other).await;
    let mine = json!({ "images": [here[5]], "note": "mine" });
    put(&other, &format!("note/{}", here[5]), mine, None).await;
    let mut more = document.clone();
    let items = more["items"].as_array_mut().unwrap();
    items.push(json!({ "kind": "poem", "id": "a", "made": 1, "changed": 1, "body": {} }));
    items.push(json!({ "kind": "look", "id": "b", "made": 1, "changed": 1, "body": "a=b" }));
    items.push(json!("nothing"));
    let look = items.iter().find(|item| item["kind"] == "look").unwrap();
    let mut gone = look.clone();
    (gone["gone"], gone["changed"]) = (json!(true), json!(4_000_000_000_000_u64));
    items.push(gone);
    let (status, said) = other.ask("POST", "/api/project/import", &more).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(
        (&said["n_taken"], &said["n_known"]),
        (&json!(4), &json!(0)),
        "{said}"
    );
    let left = said["left"].as_array().unwrap();
    assert_eq!(left.len(), 4, "{said}");
    let reason = left[3]["reason"].as_str().unwrap();
    assert!(reason.contains("nobody takes a look back"), "{reason}");
    let (_, again) = other.ask("POST", "/api/project/import", &document).await;
    assert_eq!(
        (&again["n_taken"], &again["n_known"]),
        (&json!(0), &json!(4))
    );
    let n_here = ids[..2].iter().filter(|id| here.contains(id)).count();
    assert_eq!(said["n_absent"], 2 - n_here);
    let state = other.get("/api/project").await;
    assert_eq!(
        (
            state["items"].as_array().unwrap().len(),
            &state["n_declared"]
        ),
        (3, &json!(1))
    );
    // Looks count where they were: at these very features.
    assert_eq!(other.get("/api/looks").await["questions"], json!([]));
    let same = Served::new(&[]);
    same.ask("POST", "/api/project/import", &document).await;
    let asked = same.get("/api/looks").await["questions"].clone();
    assert_eq!(asked[0]["column"], "age", "{asked}");
    // What names images that are elsewhere is not lost on the way.
    let (_, back) = other.text("GET", "/api/project/export", &Value::Null).await;
    assert!(back.contains("note 0") && back.contains("note 1") && back.contains("mine"));
    let nothing = json!({ "items": [] });
    let (status, refused) = other.ask("POST", "/api/project/import", &nothing).await;
    assert_eq!(
        (status, &refused["error"]["code"]),
        (400, &json!("invalid_body"))
    );
}

#[tokio::test]
async fn a_new_name_loses_no_image_that_is_not_here() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carried.sqlite3");
    let (all, some) = (Served::at(&[], &path), Served::at(&["sex=F"], &path));
    let ids = ids(&all).await;
    let body = json!({ "name": "before", "images": ids[..9] });
    put(&all, "selection/s", body, None).await;
    let state = some.get("/api/project").await;
    assert_eq!(state["warnings"], json!([]), "a part is no other cohort");
    let item = &state["items"][0];
    let here = item["body"]["images"].clone();
    assert_eq!(
        here.as_array().unwrap().len() as u64 + item["n_absent"].as_u64().unwrap(),
        9
    );
    assert!(item["n_absent"].as_u64().unwrap() > 0);
    let seen = item["revision"].as_u64();
    put(
        &some,
        "selection/s",
        json!({ "name": "after", "images": here }),
        seen,
    )
    .await;
    let state = all.get("/api/project").await;
    assert_eq!(state["items"][0]["body"]["name"], "after");
    assert_eq!(
        state["items"][0]["body"]["images"]
            .as_array()
            .unwrap()
            .len(),
        9
    );
}

#[tokio::test]
async fn looks_of_before_there_were_projects_count_from_the_start_and_go_out() {
    let served = Served::new(&[]);
    let Stage::Ready(study) = served.bench.stage() else {
        panic!("the study is not ready")
    };
    let mut key = blake3::Hasher::new_derive_key("negatoscope 2026 ledger 1");
    key.update(study.features_hash().as_bytes());
    let lines = "kind=setting&time=1700000000&breakdown=age&noise=out&n_settings=1\n\
                 kind=declared&time=1700000001&breakdown=sex&noise=out\n";
    let cache = served.cache();
    cache.put_answer(key.finalize(), lines.as_bytes().to_vec());
    drop(cache);
    let state = served.get("/api/project").await;
    assert_eq!(
        (&state["n_looks"], &state["n_declared"]),
        (&json!(1), &json!(1))
    );
    let document = served.get("/api/project/export").await;
    assert_eq!(document["items"].as_array().unwrap().len(), 2, "{document}");
    assert_eq!(document["items"][0]["made"], 1_700_000_000_000_u64);
    let again = served.again(&[]).get("/api/project").await;
    assert_eq!(again["revision"], state["revision"], "once");
}

#[tokio::test]
async fn two_cohorts_of_one_name_are_told_apart() {
    let (all, some) = (Served::new(&[]), Served::new(&["sex=F"]));
    let (all, some) = (
        all.get("/api/project").await,
        some.get("/api/project").await,
    );
    assert_eq!(all["id"].as_str().unwrap().len(), 16);
    assert_ne!(all["id"], some["id"]);
}

#[tokio::test]
async fn of_a_selection_whose_images_are_all_elsewhere_the_name_can_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carried.sqlite3");
    let (all, some) = (Served::at(&[], &path), Served::at(&["sex=F"], &path));
    let (ids, here) = (ids(&all).await, ids(&some).await);
    let absent: Vec<&String> = ids.iter().filter(|id| !here.contains(id)).collect();
    let body = json!({ "name": "before", "images": absent[..3] });
    put(&all, "selection/s", body, None).await;
    let named = json!({ "name": "after" });
    let answer = put(&some, "selection/s", named, Some(1)).await;
    assert_eq!(answer["item"]["n_absent"], 3);
    let state = all.get("/api/project").await;
    assert_eq!(state["items"][0]["body"]["name"], "after");
    assert_eq!(state["items"][0]["body"]["images"], json!(absent[..3]));
}

#[tokio::test]
async fn a_note_is_on_one_image_whatever_its_id_was_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("carried.sqlite3");
    let (all, some) = (Served::at(&[], &path), Served::at(&["sex=F"], &path));
    let (ids, here) = (ids(&all).await, ids(&some).await);
    let absent = ids.iter().find(|id| !here.contains(id)).unwrap();
    let body = json!({ "images": [absent], "note": "elsewhere" });
    put(&all, "note/n", body, None).await;
    let body = json!({ "images": [here[0]], "note": "here" });
    let answer = put(&some, "note/n", body.clone(), Some(1)).await;
    assert_eq!(answer["item"]["body"], body);
    assert_eq!(answer["item"]["n_absent"], 0);
    let (_, document) = some.ask("GET", "/api/project/export", &Value::Null).await;
    let (_, said) = Served::new(&[])
        .ask("POST", "/api/project/import", &document)
        .await;
    assert_eq!(said["left"], json!([]), "what goes out comes in");
}

#[tokio::test]
async fn a_part_of_the_cohort_has_its_project_and_another_cohort_says_whose_it_is() {
    let served = Served::new(&[]);
    let ids = ids(&served).await;
    let note = json!({ "images": [ids[0]], "note": "kept" });
    put(&served, &format!("note/{}", ids[0]), note, None).await;
    let part = served.again(&["offset=1"]).get("/api/project").await;
    assert_eq!(part["items"].as_array().unwrap().len(), 1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("of-another.sqlite3");
    let args = ["--features", GOLDEN, "--project", path.to_str().unwrap()];
    let server = Server::start(&args).ready();
    let own = server.get("/api/project").json();
    assert_eq!(own["warnings"], json!([]));
    let state = Served::at(&[], &path).get("/api/project").await;
    let said = state["warnings"][0].as_str().unwrap();
    assert!(said.contains("of its 193 images 0 are here"), "{said}");
    assert!(!said.contains(folder.path().to_str().unwrap()), "{said}");
}

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy");

#[test]
fn what_was_answered_is_there_after_a_kill_in_a_file_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine/project.sqlite3");
    let args = ["--features", GOLDEN, "--project", path.to_str().unwrap()];
    let json = [("Content-Type", "application/json")];
    let server = Server::start(&args).ready();
    for id in 0..40 {
        let body = json!({ "body": { "images": [id.to_string()], "note": format!("note {id}") } });
        let put = server.ask(
            "PUT",
            &format!("/api/project/note/{id}"),
            &body.to_string(),
            &json,
        );
        assert_eq!(put.status, 200, "{}", put.json());
    }
    server.get("/api/verdict?method=pca&effort=first&rested=true");
    let looks = server.get("/api/looks").json();
    // SIGKILL, as dropping it does.
    drop(server);
    let server = Server::start(&args).ready();
    let state = server.get("/api/project").json();
    assert_eq!(state["items"].as_array().unwrap().len(), 40);
    assert_eq!(state["items"][39]["body"]["note"], "note 39");
    assert_eq!(
        (&state["file"], &state["kept"]),
        (&json!("project.sqlite3"), &json!(true))
    );
    // The cache is another one, and the looks are those of before.
    assert_eq!(server.get("/api/looks").json(), looks);
}

#[test]
fn a_damaged_file_is_told_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("project.sqlite3");
    std::fs::write(&path, "no project, but somebody's text".repeat(40)).unwrap();
    let args = ["--features", GOLDEN, "--project", path.to_str().unwrap()];
    let server = Server::start(&args).ready();
    let state = server.get("/api/project").json();
    assert_eq!(state["kept"], false);
    let said = state["warnings"][0].as_str().unwrap();
    assert!(
        said.contains("left as it is") && said.contains("this browser"),
        "{said}"
    );
    let body = json!({ "body": { "images": ["7"], "note": "in memory" } });
    let json = [("Content-Type", "application/json")];
    assert_eq!(
        server
            .ask("PUT", "/api/project/note/7", &body.to_string(), &json)
            .status,
        200
    );
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("no project") && text.len() == 31 * 40);
}
