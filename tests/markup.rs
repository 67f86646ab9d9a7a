//! Texts of files that would be markup, script, a formula or a line of a log: wherever they come out, they are text.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.
#![cfg(unix)] // Elsewhere no file may be called so.

mod support;

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use support::Server;

const IMAGE: &str = "<img src=x onerror=alert(1)>";
const SCRIPT: &str = "<script>alert(2)</script>";
const CLOSING: &str = "</style></title></svg><svg onload=alert(3)>";
const PYTHON: &str = "\"\"\"\nimport os\nos.system(\"true\")\n'''";

/// Pictures and a table of which every text is hostile.
fn cohort(folder: &Path) {
    let images = folder.join("images");
    std::fs::create_dir_all(&images).unwrap();
    let mut rows = format!("filename,patientid,\"{SCRIPT}\",\"{CLOSING}\",age,country\n");
    for row in 0..24_u32 {
        let name = format!("{IMAGE} {row}.png");
        let level = |x: u32, y: u32| image::Luma([(x * (1 + row % 3) * 5 + y * row) as u8]);
        let picture = image::GrayImage::from_fn(64, 64, level);
        picture.save(images.join(&name)).unwrap();
        let python = PYTHON.replace('"', "\"\"");
        let value = [IMAGE, SCRIPT, &python][row as usize % 3];
        rows += &format!(
            "\"{name}\",\"{IMAGE}p{}\",\"{value}\",\"{CLOSING}{}\",{row},\"{SCRIPT}\"\n",
            row / 2,
            row % 2
        );
    }
    std::fs::write(folder.join("metadata.csv"), rows).unwrap();
}

/// Whether something begins here that a browser would make an element of.
fn is_markup(text: &str) -> Option<&str> {
    [IMAGE, SCRIPT, "<svg onload", "</style></title>"]
        .into_iter()
        .find(|it| text.contains(it))
}

#[test]
fn texts_of_files_are_text_wherever_they_come_out() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join(format!("a {SCRIPT}").replace('/', "∕"));
    cohort(&folder);
    let server = Server::start(&[folder.to_str().unwrap()]).ready();
    let page = server.get("/");
    let html = String::from_utf8(page.body).unwrap();
    assert_eq!(is_markup(&html), None);
    assert!(
        page.headers.contains("script-src 'self'"),
        "{}",
        page.headers
    );
    // Of another type than HTML, and no browser guesses another one.
    let column: String = form_urlencoded::byte_serialize(SCRIPT.as_bytes()).collect();
    for (path, kind) in [
        ("/api/cohort".to_owned(), "application/json"),
        (
            format!("/api/clusters?method=pca&breakdown={column}"),
            "application/json",
        ),
        (
            format!("/api/association?method=pca&breakdown={column}"),
            "application/json",
        ),
        (
            format!("/api/clusters?breakdown={column}x"),
            "application/json",
        ),
        (format!("/api/nothing/{column}"), "application/json"),
        ("/api/export?method=pca".to_owned(), "text/csv"),
        ("/api/script?method=pca".to_owned(), "text/x-python"),
        ("/api/setting?method=pca".to_owned(), "text/event-stream"),
    ] {
        let answer = server.get(&path);
        let headers = answer.headers.to_lowercase();
        assert!(
            headers.contains(&format!("content-type: {kind}")),
            "{path}: {headers}"
        );
        assert!(
            headers.contains("x-content-type-options: nosniff"),
            "{path}: {headers}"
        );
        if path.contains("export") || path.contains("script?") {
            let name = headers
                .lines()
                .find(|line| line.starts_with("content-disposition"));
            let plain = |c: char| c.is_ascii_alphanumeric() || " -_.:;=\"".contains(c);
            assert!(name.unwrap().chars().all(plain), "{name:?}");
        }
    }
    let script = String::from_utf8(server.get("/api/script?method=pca").body).unwrap();
    assert!(
        !script.contains("os.system") && is_markup(&script).is_none(),
        "{script}"
    );
    let report = report(&server);
    assert_eq!(is_markup(&report), None);
    assert!(
        report.contains("&lt;script&gt;") || report.contains("&#60;script&#62;"),
        "nothing hostile is in it"
    );
}

/// The report with a selection of a hostile name.
fn report(server: &Server) -> String {
    let headers = [("Content-Type", "application/json")];
    let cohort = server.get("/api/cohort").json();
    let ids: Vec<&Value> = cohort["records"].as_array().unwrap()[..6]
        .iter()
        .map(|one| &one["id"])
        .collect();
    let selection = json!({ "ids": ids, "name": CLOSING }).to_string();
    let own = server
        .ask("POST", "/api/selections", &selection, &headers)
        .json();
    let body = json!({ "method": "pca", "breakdown": SCRIPT, "own": [own["id"]], "eps": 1.5, "min_samples": 3 });
    let job = server
        .ask("POST", "/api/report", &body.to_string(), &headers)
        .json();
    let path = format!(
        "/api/jobs/{}",
        job["id"].as_str().unwrap_or_else(|| panic!("{job}"))
    );
    loop {
        let job = server.get(&path).json();
        match job["state"].as_str().unwrap() {
            "done" => {
                let url = job["result"]["url"].as_str().unwrap();
                return String::from_utf8(server.get(url).body).unwrap();
            }
            "queued" | "running" => std::thread::sleep(Duration::from_millis(100)),
            other => panic!("{other}: {job}"),
        }
    }
}
