//! The cohort opened again while it is served: with its network read at another layer, and as its folder is by then.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Answer, Server};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy");
const MAP: &str = "/api/projection?method=pca";

fn post(server: &Server, path: &str, body: &Value) -> Answer {
    let json = [("Content-Type", "application/json")];
    server.ask("POST", path, &body.to_string(), &json)
}

/// Opens it again and waits for the end; what is told then.
fn open(server: &Server, body: &Value) -> Value {
    let begun = post(server, "/api/open", body);
    assert_eq!(begun.status, 202, "{}", begun.json());
    assert_eq!(begun.json()["state"], "running");
    ended(server)
}

fn ended(server: &Server) -> Value {
    let deadline = Instant::now() + Duration::from_secs(240);
    loop {
        let told = server.get("/api/open").json();
        if told["state"] != "running" {
            return told;
        }
        assert!(Instant::now() < deadline, "it never ended: {told}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn code(answer: &Answer) -> String {
    let code = answer.json()["error"]["code"].clone();
    code.as_str().unwrap_or_default().to_owned()
}

/// The served layer and the hash of its features.
fn layer(server: &Server) -> (Value, Value) {
    let cohort = server.get("/api/cohort").json();
    (
        cohort["model"]["layer"].clone(),
        cohort["made"]["features"].clone(),
    )
}

fn picture(folder: &Path, name: &str, shade: u32) {
    let grey = image::GrayImage::from_fn(48, 48, |x, y| {
        image::Luma([(x * (shade % 5 + 1) + y * y + shade * 13) as u8])
    });
    grey.save(folder.join(name)).unwrap();
}

/// So many pictures in a folder.
fn pictures(folder: &Path, n: u32) {
    for index in 0..n {
        picture(folder, &format!("{index:02}.png"), index);
    }
}

#[test]
fn another_layer_is_what_a_start_with_it_is_and_the_one_before_comes_back() {
    let words = ["--where", "sex=F"];
    let server = Server::start(&words).ready();
    let before = (
        layer(&server),
        server.get(MAP).json()["coordinates"].clone(),
    );
    let cohort = server.get("/api/cohort").json();
    let id = cohort["records"][0]["id"].as_str().unwrap().to_owned();
    let ids: Vec<&Value> = (0..5).map(|row| &cohort["records"][row]["id"]).collect();
    let kept = post(&server, "/api/selections", &json!({ "ids": ids })).json();
    let job = post(&server, "/api/search", &json!({ "perplexity": 10 })).json()["id"].clone();
    let own = format!(
        "/api/clusters?method=pca&own={}",
        kept["id"].as_str().unwrap()
    );
    let of = |study: &str, path: &str| server.ask("GET", path, "", &[("X-Study", study)]);
    assert_eq!(of("1", MAP).status, 200);

    let told = open(&server, &json!({ "layer": "average" }));
    assert_eq!(
        (&told["state"], &told["study"]),
        (&json!("idle"), &json!(2))
    );
    let fresh = Server::start(&[&words[..], &["--layer", "average"]].concat()).ready();
    assert_eq!(layer(&server), layer(&fresh));
    assert_ne!(layer(&server), before.0);
    let map = server.get(MAP).json();
    assert_eq!(map["coordinates"], fresh.get(MAP).json()["coordinates"]);
    assert_eq!(server.get("/api/layers").json()["read"], "average");
    // What was picked by hand is there, and what was worked on is not.
    assert_eq!(server.get(&own).status, 200);
    let gone = server.get(&format!("/api/jobs/{}", job.as_str().unwrap()));
    assert_eq!(gone.status, 404);
    // A page of the study before is refused, and its pictures are.
    for (study, status) in [("1", 410), ("2", 200)] {
        assert_eq!(of(study, MAP).status, status);
        let picture = format!("/api/thumbnails/{id}?size=64&study={study}");
        assert_eq!(server.get(&picture).status, status);
    }
    assert_eq!(code(&of("1", MAP)), "study_replaced");
    let page = server.get("/").body;
    assert!(String::from_utf8_lossy(&page).contains("data-study=\"2\""));

    // Opened as it is, it is read where it was read.
    let told = open(&server, &json!({}));
    assert_eq!(told["study"], 3);
    assert_eq!(layer(&server), layer(&fresh));
    let told = open(&server, &json!({ "layer": before.0.0 }));
    assert_eq!(told["study"], 4);
    let again = (
        layer(&server),
        server.get(MAP).json()["coordinates"].clone(),
    );
    assert_eq!(again, before);
}

#[test]
fn every_answer_is_about_the_study_that_it_was_asked_of() {
    let server = Server::start(&["--where", "filename~-01"]).ready();
    let usual = layer(&server).0;
    let mut maps = vec![server.get(MAP).json()["coordinates"].clone()];
    open(&server, &json!({ "layer": "average" }));
    maps.push(server.get(MAP).json()["coordinates"].clone());
    assert_ne!(maps[0], maps[1]);
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let ask = || {
            let mut n_answers = [0, 0];
            while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                for study in 2..8_usize {
                    let asked = server.ask("GET", MAP, "", &[("X-Study", &study.to_string())]);
                    match asked.status {
                        // Odd ones are read where it is usual.
                        200 => assert_eq!(asked.json()["coordinates"], maps[(study + 1) % 2]),
                        status => assert_eq!((status, &*code(&asked)), (410, "study_replaced")),
                    }
                    n_answers[usize::from(asked.status == 200)] += 1;
                }
            }
            n_answers
        };
        let hands: Vec<_> = (0..3).map(|_| scope.spawn(ask)).collect();
        for layer in [&usual, &json!("average"), &usual, &json!("average")] {
            let told = open(&server, &json!({ "layer": layer }));
            assert_eq!(told["state"], "idle", "{told}");
        }
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        for hand in hands {
            let n_answers = hand.join().unwrap();
            assert!(n_answers[0] > 5 && n_answers[1] > 5, "{n_answers:?}");
        }
    });
}

#[test]
fn a_layer_that_cannot_be_read_leaves_the_study_as_it_is_and_says_why() {
    let server = Server::start(&["--where", "filename~-01"]).ready();
    let before = layer(&server);
    let told = open(&server, &json!({ "layer": "nothing" }));
    assert_eq!(
        (&told["state"], &told["study"], &told["layer"]),
        (&json!("failed"), &json!(1), &json!("nothing"))
    );
    let error = told["error"].as_str().unwrap();
    assert!(error.contains("nothing"), "{error}");
    assert_eq!(layer(&server), before);
    assert_eq!(server.get(MAP).status, 200);
    for (body, wanted) in [
        (json!({ "layer": "a\u{0}b" }), "invalid_parameter"),
        (json!({ "lair": "average" }), "invalid_body"),
    ] {
        let refused = post(&server, "/api/open", &body);
        assert_eq!((refused.status, &*code(&refused)), (400, wanted));
    }
    // It is another try, and the failure is told no more.
    assert_eq!(open(&server, &json!({}))["state"], "idle");
}

#[test]
fn one_is_opened_at_a_time_and_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    pictures(folder.path(), 60);
    let server = Server::start(&[folder.path().to_str().unwrap(), "--threads", "1"]).ready();
    let before = layer(&server);
    let begun = post(&server, "/api/open", &json!({ "layer": "average" }));
    assert_eq!(begun.status, 202);
    let second = post(&server, "/api/open", &json!({}));
    assert_eq!((second.status, &*code(&second)), (503, "busy"));
    assert_eq!(server.ask("DELETE", "/api/open", "", &[]).status, 200);
    assert_eq!(
        (&ended(&server)["state"], &ended(&server)["study"]),
        (&json!("idle"), &json!(1))
    );
    assert_eq!(layer(&server), before);
}

#[test]
fn files_that_are_new_are_told_and_come_with_the_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    pictures(folder.path(), 6);
    let table = folder.path().join("metadata.csv");
    let rows = |n: u32| (0..n).map(|row| format!("{row:02}.png,{row}\n"));
    let csv = |n: u32| format!("filename,age\n{}", rows(n).collect::<String>());
    std::fs::write(&table, csv(6)).unwrap();
    let server = Server::start(&[folder.path().to_str().unwrap()]).ready();
    let told = || {
        let told = server.get("/api/changed").json();
        (
            told["changed"].clone(),
            told["n_new"].clone(),
            told["table"].clone(),
        )
    };
    assert_eq!(told(), (json!([]), json!(0), Value::Null));
    picture(folder.path(), "06.png", 6);
    picture(folder.path(), "07.png", 7);
    assert_eq!(told(), (json!([]), json!(2), Value::Null));
    std::fs::write(&table, csv(8)).unwrap();
    std::fs::remove_file(folder.path().join("00.png")).unwrap();
    picture(folder.path(), "01.png", 40);
    let (changed, n_new, of_table) = told();
    assert_eq!((n_new, of_table), (json!(2), json!("changed")));
    assert_eq!(changed.as_array().unwrap().len(), 2);
    let bytes = server.get("/api/changed").body;
    assert!(
        !String::from_utf8_lossy(&bytes).contains("07.png"),
        "no name of what is new"
    );

    assert_eq!(open(&server, &json!({}))["study"], 2);
    assert_eq!(told(), (json!([]), json!(0), Value::Null));
    let cohort = server.get("/api/cohort").json();
    assert_eq!(
        (&cohort["state"], &cohort["n_images"]),
        (&json!("ready"), &json!(7))
    );
    let id = |name: &str| {
        let records = cohort["records"].as_array().unwrap().iter();
        let found = records.clone().find(|record| record["filename"] == name);
        found.map(|record| record["id"].as_str().unwrap().to_owned())
    };
    assert_eq!(id("00.png"), None);
    for name in ["01.png", "07.png"] {
        let shown = server.get(&format!("/api/images/{}", id(name).unwrap()));
        assert_eq!(shown.body, std::fs::read(folder.path().join(name)).unwrap());
    }
    // A folder that is not there leaves the study, and says so.
    let away = folder.path().with_extension("away");
    std::fs::rename(folder.path(), &away).unwrap();
    let failed = open(&server, &json!({}));
    assert_eq!(
        (&failed["state"], &failed["study"]),
        (&json!("failed"), &json!(2))
    );
    assert_eq!(server.get(MAP).status, 200);
    std::fs::rename(&away, folder.path()).unwrap();
}

#[test]
fn who_asks_while_the_folder_is_looked_at_hears_of_what_came_before() {
    let folder = tempfile::tempdir().unwrap();
    pictures(folder.path(), 6);
    let server = Server::start(&[folder.path().to_str().unwrap()]).ready();
    std::thread::scope(|scope| {
        for n in 1..=8_u64 {
            picture(folder.path(), &format!("new{n}.png"), 100);
            let server = &server;
            scope.spawn(move || {
                let n_new = server.get("/api/changed").json()["n_new"].as_u64();
                assert!(n_new >= Some(n), "{n_new:?} of {n}");
            });
        }
    });
}

#[test]
fn vectors_without_a_cohort_and_bundles_are_what_they_are() {
    let scratch = tempfile::tempdir().unwrap();
    let bundle = scratch.path().join("demo.negatoscope");
    let cache = scratch.path().join("cache");
    let baked = support::binary()
        .args(["bake", "--where", "filename~-01", "-o"])
        .arg(&bundle)
        .arg("--cache-dir")
        .arg(&cache)
        .output()
        .unwrap();
    assert!(baked.status.success(), "{baked:?}");
    for words in [vec!["--features", GOLDEN], vec![bundle.to_str().unwrap()]] {
        let server = Server::start(&words).ready();
        for (method, body) in [("POST", "{}"), ("GET", ""), ("DELETE", "")] {
            let json = [("Content-Type", "application/json")];
            let refused = server.ask(method, "/api/open", body, &json);
            assert_eq!(
                (refused.status, &*code(&refused)),
                (404, "not_found"),
                "{words:?}"
            );
        }
        let page = server.get("/").body;
        assert!(!String::from_utf8_lossy(&page).contains("data-study"));
    }
    // With a cohort they are opened again, and are read at no layer.
    let folder = tempfile::tempdir().unwrap();
    pictures(folder.path(), 6);
    let vectors = scratch.path().join("vectors.npy");
    let rows = ndarray::Array2::from_shape_fn((6, 3), |(row, column)| (row * row + column) as f32);
    ndarray_npy::write_npy(&vectors, &rows).unwrap();
    let words = [folder.path(), "--features".as_ref(), &vectors].map(|word| word.to_str().unwrap());
    let server = Server::start(&words).ready();
    let refused = post(&server, "/api/open", &json!({ "layer": "average" }));
    assert_eq!(
        (refused.status, &*code(&refused)),
        (400, "invalid_parameter")
    );
    assert_eq!(open(&server, &json!({}))["study"], 2);
}
