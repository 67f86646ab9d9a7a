//! The real binary over HTTP: guards, formats, and how it ends.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use negatoscope::cohort::image::{Want, decode};
use serde_json::{Value, json};
use support::{Answer, COVID_XRAYS, Server, binary, real_cohort};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/features.npy");

/// A server on the golden features: ready at once.
fn vectors() -> Server {
    Server::start(&["--features", GOLDEN]).ready()
}

#[test]
fn other_hosts_and_other_sites_are_refused() {
    let server = vectors();
    let status = |headers: &[(&str, &str)]| server.ask("GET", "/api/cohort", "", headers).status;
    assert_eq!(status(&[]), 200);
    assert_eq!(status(&[("Host", "localhost:1")]), 200);
    assert_eq!(status(&[("Host", "evil.example")]), 403);
    assert_eq!(status(&[("Host", "127.0.0.1.evil.example")]), 403);
    assert_eq!(status(&[("Host", "")]), 403);
    assert_eq!(status(&[("Sec-Fetch-Site", "cross-site")]), 403);
    assert_eq!(status(&[("Sec-Fetch-Site", "same-site")]), 403);
    assert_eq!(status(&[("Sec-Fetch-Site", "same-origin")]), 200);
    assert_eq!(status(&[("Origin", "http://evil.example")]), 403);
    assert_eq!(status(&[("Origin", "null")]), 403);
    let page = server.get("/");
    assert!(
        page.headers.contains("default-src 'none'"),
        "{}",
        page.headers
    );
    assert!(
        !page
            .headers
            .to_ascii_lowercase()
            .contains("access-control-allow-origin")
    );
}

#[test]
fn bad_parameters_are_named_in_the_envelope() {
    let server = vectors();
    for (query, parameter) in [
        ("perplexity=193", "perplexity"),
        ("perplexity=nan", "perplexity"),
        ("perplexity=-1", "perplexity"),
        ("method=nope", "method"),
        ("n_components=7", "n_components"),
        ("eps=0.5&nonsense=1", "nonsense"),
        ("eps=NaN", "eps"),
        ("min_samples=1.5", "min_samples"),
        ("breakdown=nothing", "breakdown"),
    ] {
        let answer = server.get(&format!("/api/clusters?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        let error = answer.json()["error"].clone();
        assert_eq!(error["parameter"], parameter, "{query}: {error}");
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains(parameter) && !message.contains('\n'),
            "{message}"
        );
    }
    for path in [
        "/api/nothing",
        "/static/../Cargo.toml",
        "/api/images/..%2f..%2fetc%2fpasswd",
        "/api/images/%ff",
    ] {
        let answer = server.get(path);
        assert_eq!(
            (answer.status, answer.json()["error"]["code"].clone()),
            (404, json!("not_found"))
        );
    }
    assert_eq!(server.ask("DELETE", "/api/cohort", "", &[]).status, 405);
}

#[test]
fn the_pages_files_are_kept_under_the_name_of_their_state_alone() {
    let server = vectors();
    let page = String::from_utf8(server.get("/").body).unwrap();
    let (_, rest) = page.split_once("href=\"/static/").unwrap();
    let state = rest.split_once('/').unwrap().0;
    for (path, kept) in [
        (format!("/static/{state}/page.css"), "immutable"),
        (format!("/static/{state}/js/main.js"), "immutable"),
        ("/static/js/main.js".to_owned(), "cache-control: no-cache"),
    ] {
        let answer = server.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.headers.contains(kept), "{path}: {}", answer.headers);
    }
    for path in ["0123456789abcdef/js/main.js", "../page.css", "js/none.js"] {
        let answer = server.get(&format!("/static/{path}"));
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.headers.contains("immutable"), "{path}");
    }
}

#[test]
fn vectors_alone_are_a_cohort_of_rows() {
    let server = vectors();
    let cohort = server.get("/api/cohort").json();
    assert_eq!(
        (&cohort["state"], &cohort["n_images"]),
        (&json!("ready"), &json!(193))
    );
    assert_eq!(cohort["records"][5]["id"], "5");
    assert_eq!(cohort["model"]["n_features"], 64);
    let clusters = server.get("/api/clusters?perplexity=17").json();
    let labels = clusters["labels"].as_array().unwrap();
    let noise = labels.iter().filter(|label| **label == json!(-1)).count();
    assert_eq!(clusters["n_noise"], noise);
    for cluster in clusters["breakdown"]["clusters"].as_array().unwrap() {
        assert_eq!(cluster["size"], cluster["n_missing"]);
    }
}

#[test]
fn a_type_that_browsers_cannot_show_is_served_in_full_as_png() {
    let folder = tempfile::tempdir().unwrap();
    let grey = |x: u32, y: u32| (x * 7 + y * 3) % 256;
    for name in ["a.tif", "b.tif", "c.tif"] {
        let mut film = Vec::new();
        for y in 0..1100 {
            film.extend((0..1400).map(|x| u16::try_from(257 * grey(x, y)).unwrap()));
        }
        let mut file = std::fs::File::create(folder.path().join(name)).unwrap();
        let mut encoder = tiff::encoder::TiffEncoder::new(&mut file).unwrap();
        encoder
            .write_image::<tiff::encoder::colortype::Gray16>(1400, 1100, &film)
            .unwrap();
    }
    let server = Server::start(&[folder.path().to_str().unwrap()]).ready();
    let cohort = server.get("/api/cohort").json();
    let id = cohort["records"][1]["id"].as_str().unwrap();
    let answer = server.get(&format!("/api/images/{id}"));
    assert!(
        answer
            .headers
            .to_lowercase()
            .contains("content-type: image/png")
    );
    let shown = image::load_from_memory(&answer.body).unwrap().to_luma8();
    assert_eq!(shown.dimensions(), (1400, 1100));
    assert!(
        shown
            .enumerate_pixels()
            .all(|(x, y, pixel)| u32::from(pixel.0[0]) == grey(x, y))
    );
}

#[test]
fn a_map_is_the_same_bytes_whatever_the_threads() {
    let maps: Vec<Value> = ["1", "3"]
        .iter()
        .map(|threads| {
            let server = Server::start(&["--features", GOLDEN, "--threads", threads]).ready();
            [
                "perplexity=17",
                "perplexity=40&init=random&random_state=7",
                "n_components=3",
            ]
            .iter()
            .map(|query| {
                server.get(&format!("/api/projection?{query}")).json()["coordinates"].clone()
            })
            .collect()
        })
        .collect();
    assert_eq!(maps[0], maps[1]);
    assert_ne!(maps[0][0], maps[0][1]);
}

#[test]
fn a_map_streams_as_it_forms() {
    let server = vectors();
    let stream = server.ask(
        "GET",
        "/api/projection?perplexity=23&max_iter=5000",
        "",
        &[("Accept", "text/event-stream")],
    );
    let text = String::from_utf8(stream.body).unwrap();
    let last = text.trim().rsplit("\n\n").next().unwrap();
    assert!(
        last.starts_with("event: result"),
        "{}",
        &last[..80.min(last.len())]
    );
    assert!(
        text.contains("event: frame"),
        "no frame came before the result"
    );
    let frame = text.split("event: frame\ndata: ").nth(1).unwrap();
    let frame: Value = serde_json::from_str(frame.lines().next().unwrap()).unwrap();
    assert_eq!(frame["shape"], json!([193, 2]));
    // 193 pairs of four bytes, in base64.
    let encoded = frame["coordinates"].as_str().unwrap();
    assert_eq!(encoded.len(), (193 * 2 * 4_usize).div_ceil(3) * 4);
    let data: Value = serde_json::from_str(last.split("data: ").nth(1).unwrap()).unwrap();
    let asked = server
        .get("/api/projection?perplexity=23&max_iter=5000")
        .json();
    assert_eq!(data["coordinates"], asked["coordinates"]);
}

#[test]
fn a_search_runs_as_a_job_and_can_be_cancelled() {
    let server = vectors();
    let body = json!({ "perplexity": { "start": 10, "stop": 14, "step": 1 } }).to_string();
    let post = |body: &str| {
        server.ask(
            "POST",
            "/api/search",
            body,
            &[("Content-Type", "application/json")],
        )
    };
    let started = post(&body);
    assert_eq!(started.status, 202);
    let id = started.json()["id"].as_str().unwrap().to_owned();
    let events = server.get(&format!("/api/jobs/{id}/events"));
    let text = String::from_utf8(events.body).unwrap();
    let last: Value = serde_json::from_str(text.trim().rsplit("data: ").next().unwrap()).unwrap();
    assert_eq!(
        (&last["state"], &last["done"]),
        (&json!("done"), &json!(4 * 285))
    );
    let rows = last["result"]["results"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        let (perplexity, eps) = (&row["perplexity"], &row["eps"]);
        let min_samples = &row["min_samples"];
        let clusters = server
            .get(&format!(
                "/api/clusters?perplexity={perplexity}&eps={eps}&min_samples={min_samples}"
            ))
            .json();
        assert_eq!(clusters["score"], row["score"]);
        assert_eq!(clusters["n_clusters"], row["n_clusters"]);
    }
    let id = post("{}").json()["id"].as_str().unwrap().to_owned();
    let cancelled = server
        .ask("DELETE", &format!("/api/jobs/{id}"), "", &[])
        .json();
    assert_eq!(cancelled["state"], "cancelled");
    assert_eq!(server.get("/api/jobs/search-99").status, 404);
    for body in [
        "",
        "[]",
        r#"{"eps":{"start":0,"stop":1,"step":1e-9}}"#,
        r#"{"method":"pca"}"#,
    ] {
        assert_eq!(post(body).status, 400, "{body}");
    }
}

/// The description is made of the routes; beside it stands what only the page asks for.
#[test]
fn every_route_is_described_and_every_description_is_a_route() {
    let beside = include_str!("../src/web/mod.rs").split(".route(\"");
    let beside: Vec<_> = beside.skip(1).filter_map(|s| s.split('"').next()).collect();
    assert_eq!(beside, ["/", "/favicon.ico", "/static/{*path}"]);
    let server = vectors();
    let description = server.get("/api/openapi.json").json();
    for path in description["paths"].as_object().unwrap().keys() {
        // No route has this method, and an address without routes has none to tell of.
        let answer = server.ask("PATCH", path, "", &[]);
        assert_eq!(answer.status, 405, "{path}");
    }
}

#[test]
fn where_nothing_is_mounted_the_demo_is_shown() {
    let place = tempfile::tempdir().unwrap();
    let name = place.path().to_str().unwrap();
    let notice = |name: &str| {
        let server = Server::start_with(&[], &[("NEGATOSCOPE_COHORT", name)]);
        server.get("/api/cohort").json()["notice"].clone()
    };
    assert!(notice(name).is_string());
    std::fs::copy(
        concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/cohort/palette.png"
        ),
        place.path().join("a.png"),
    )
    .unwrap();
    assert!(notice(name).is_null());
}

#[test]
fn beyond_loopback_a_token_is_asked_for() {
    let server = Server::start(&["--features", GOLDEN, "--host", "0.0.0.0"]);
    let link = server.link.clone().unwrap();
    let code = link.rsplit("code=").next().unwrap().to_owned();
    assert!(code.len() >= 32, "{link}");
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.get("/").status, 401);
    assert_eq!(server.get("/api/cohort").status, 401);
    assert_eq!(server.get(&format!("/api/cohort?code={code}")).status, 401);
    assert_eq!(server.get("/?code=wrong").status, 401);
    let login = server.get(&format!("/?perplexity=30&code={code}"));
    assert_eq!(login.status, 303);
    assert!(
        login.headers.contains("location: /?perplexity=30\r\n"),
        "{}",
        login.headers
    );
    let cookie = login
        .headers
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().unwrap();
    let token = cookie.split_once('=').unwrap().1.to_owned();
    assert!(token.len() >= 16 && token != code, "{cookie}");
    // The address stays in the history: it opens nothing any more, and the token is not in it.
    let again = format!("/?code={code}");
    assert_eq!(server.get(&again).status, 401);
    assert_eq!(server.get(&format!("/?token={token}")).status, 401);
    assert_eq!(
        server.ask("GET", &again, "", &[("Cookie", cookie)]).status,
        303
    );
    assert_eq!(
        server
            .ask("GET", "/api/cohort", "", &[("Cookie", cookie)])
            .status,
        200
    );
    let stale = cookie.replace(&token, "an-old-one");
    let bearer = format!("Bearer {token}");
    let both = [("Cookie", stale.as_str()), ("Authorization", &bearer)];
    assert_eq!(server.ask("GET", "/api/cohort", "", &both).status, 200);
    assert_eq!(
        server
            .ask("GET", "/api/cohort", "", &[("Authorization", &bearer)])
            .status,
        200
    );
}

#[test]
fn only_the_sites_that_are_named_may_show_it_in_a_frame() {
    let policy = |answer: &Answer| {
        let mut lines = answer.headers.lines();
        let policy = lines.find_map(|line| line.strip_prefix("content-security-policy: "));
        policy.unwrap().to_owned()
    };
    assert!(policy(&vectors().get("/")).ends_with("frame-ancestors 'none'"));
    let token = "a-token-of-sixteen-letters";
    let site = "http://localhost:*";
    let server = Server::start(&[
        "--features",
        GOLDEN,
        "--token",
        token,
        "--frame-ancestor",
        site,
    ]);
    let framed = server.get(&format!("/?token={token}&eps=0.5"));
    assert_eq!(framed.status, 303);
    assert!(
        framed.headers.contains("location: /?eps=0.5\r\n"),
        "{}",
        framed.headers
    );
    assert!(policy(&framed).ends_with("frame-ancestors http://localhost:*"));
    assert_eq!(server.get("/?token=another").status, 401);
    for odd in [
        "localhost",
        "http://",
        "http://a b",
        "http://a; script-src *",
        "http://a:port",
        "*",
    ] {
        let out = binary()
            .args(["--token", token, "--frame-ancestor", odd])
            .output()
            .unwrap();
        assert_eq!(out.status.code(), Some(2), "{odd}");
    }
}

#[test]
fn it_serves_on_where_nobody_reads_what_it_prints() {
    let (_, out) = std::io::pipe().unwrap();
    let (_, log) = std::io::pipe().unwrap();
    let cache = tempfile::tempdir().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut child = binary()
        .args(["--features", GOLDEN, "--no-open", "--port"])
        .arg(port.to_string())
        .arg("--cache-dir")
        .arg(cache.path())
        .stdout(out)
        .stderr(log)
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert_eq!(child.try_wait().unwrap(), None);
        assert!(Instant::now() < deadline, "nobody listens");
        std::thread::sleep(Duration::from_millis(20));
    }
    // It listens before it says so, and speaks of the features later.
    std::thread::sleep(Duration::from_secs(1));
    let ended = child.try_wait().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(ended, None);
}

#[test]
fn a_silent_connection_is_closed_and_the_end_comes_at_once() {
    let server = vectors();
    let mut silent = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    silent.write_all(b"GET / HTTP/1.1\r\nHost: loc").unwrap();
    silent
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let started = Instant::now();
    let closed = silent.read(&mut [0; 512]);
    assert!(closed.is_ok(), "still open after {:?}", started.elapsed());
    // An open event stream must not hold the process.
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let body = r#"{"max_iter":20000}"#;
    let job = server.ask(
        "POST",
        "/api/search",
        body,
        &[("Content-Type", "application/json")],
    );
    let id = job.json()["id"].as_str().unwrap().to_owned();
    write!(
        stream,
        "GET /api/jobs/{id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
    )
    .unwrap();
    stream.read_exact(&mut [0; 64]).unwrap();
    let took = server.terminate();
    assert!(took < Duration::from_secs(4), "{took:?}");
}

#[test]
fn the_demo_cohort_is_whole() {
    let server = Server::start(&[]).ready();
    let cohort = server.get("/api/cohort").json();
    assert!(
        cohort["notice"].as_str().unwrap().contains("drawn"),
        "{}",
        cohort["notice"]
    );
    assert!(cohort["n_images"].as_u64().unwrap() >= 170);
    let id = cohort["records"][0]["id"].as_str().unwrap();
    for size in [16, 128, 512] {
        let picture = server.get(&format!("/api/thumbnails/{id}?size={size}"));
        assert_eq!(&picture.body[..2], b"\xff\xd8", "not a JPEG");
    }
    assert_eq!(
        server
            .get(&format!("/api/thumbnails/{id}?size=5000"))
            .status,
        400
    );
    assert_eq!(server.get("/api/thumbnails/000000000000").status, 404);
    the_atlas_shows_every_record(&server, cohort["n_images"].as_u64().unwrap());
    let image = server.get(&format!("/api/images/{id}"));
    assert_eq!(image.status, 200);
    let tag = image
        .headers
        .lines()
        .find_map(|line| line.strip_prefix("etag: "))
        .unwrap();
    let path = format!("/api/images/{id}");
    assert_eq!(
        server
            .ask("GET", &path, "", &[("If-None-Match", tag)])
            .status,
        304
    );
}

#[test]
fn the_real_cohort_is_what_the_issue_says() {
    let Some(folder) = real_cohort() else { return };
    let args = [&[folder.to_str().unwrap()][..], &COVID_XRAYS].concat();
    let server = Server::start(&args).ready();
    let cohort = server.get("/api/cohort").json();
    assert_eq!(cohort["n_images"], 193);
    assert_eq!(cohort["n_groups"], 115);
    assert_eq!(cohort["skipped"].as_array().unwrap().len(), 5);
    assert_eq!(cohort["n_without_country"], 193 - 139);
    let column = |name: &str| {
        let columns = cohort["columns"].as_array().unwrap();
        columns
            .iter()
            .find(|column| column["name"] == name)
            .cloned()
    };
    for name in [
        "country",
        "source",
        "in_training",
        "width",
        "height",
        "file_type",
        "mean_brightness",
    ] {
        assert!(column(name).is_some(), "no column {name}");
    }
    assert_eq!(column("age").unwrap()["kind"], "number");
    assert_eq!(column("date").unwrap()["kind"], "date");
    assert_eq!(column("view").unwrap()["kind"], "category");
}

/// Nothing on a map is to have been taught, unless somebody asks for that network.
#[test]
fn images_that_the_default_network_was_trained_on_are_seen_by_the_one_that_was_not() {
    let Some(folder) = real_cohort() else { return };
    let of = |args: &[&str]| Server::start(args).ready().get("/api/cohort").json();
    let few = [
        &[folder.to_str().unwrap()][..],
        &COVID_XRAYS,
        &["--where", "country=Spain"],
    ]
    .concat();
    let n_yes = |cohort: &Value| {
        let records = cohort["records"].as_array().unwrap().iter();
        let yes = records.filter(|record| record["values"]["in_training"] == true);
        yes.count()
    };
    let said = |cohort: &Value| {
        cohort["assumed"]
            .to_string()
            .contains("--model builtin:default")
    };
    let unseen = of(&few);
    assert_eq!(unseen["model"]["name"], "chest-xray-64-unseen");
    assert_eq!(unseen["report"]["n_in_training"], 0);
    assert!(said(&unseen), "{}", unseen["assumed"]);
    // The column is about the default network, whichever is used.
    assert!(n_yes(&unseen) > 0);
    let default = of(&[&few[..], &["--model", "builtin:default"]].concat());
    assert_eq!(default["model"]["name"], "chest-xray-64-erased");
    assert_eq!(default["report"]["n_in_training"], n_yes(&unseen));
    assert_eq!(n_yes(&default), n_yes(&unseen));
    // Of images that were held out.
    let held_out = tempfile::tempdir().unwrap();
    for record in unseen["records"].as_array().unwrap() {
        if record["values"]["in_training"] == false {
            let name = record["filename"].as_str().unwrap();
            let from = folder.join("images").join(name);
            fs::copy(from, held_out.path().join(name)).unwrap();
        }
    }
    let held_out = of(&[held_out.path().to_str().unwrap()]);
    assert_eq!(held_out["model"]["name"], "chest-xray-64-erased");
    assert!(!said(&held_out));
}

/// Sixteen tiles of 64 pixels to a row, in the order of the records; the pages end with them.
fn the_atlas_shows_every_record(server: &Server, n_images: u64) {
    let page = server.get("/api/atlas/0");
    assert_eq!(page.status, 200);
    assert!(page.headers.contains("content-type: image/jpeg"));
    let sheet = decode(&page.body, Want::Grey).unwrap();
    let rows = u32::try_from(n_images.min(256).div_ceil(16)).unwrap();
    assert_eq!((sheet.width(), sheet.height()), (1024, 64 * rows));
    let grey = sheet.grey();
    let brightness = |tile: usize| {
        let corner = tile / 16 * 64 * 1024 + tile % 16 * 64;
        let rows = (0..64).flat_map(|y| &grey[corner + 1024 * y..][..64]);
        rows.map(|value| u64::from(*value)).sum::<u64>() / (64 * 64)
    };
    let last = usize::try_from(n_images.min(256)).unwrap() - 1;
    assert!((0..=last).all(|tile| brightness(tile) > 10), "a black tile");
    let tag = page
        .headers
        .lines()
        .find_map(|line| line.strip_prefix("etag: "))
        .unwrap();
    let again = server.ask("GET", "/api/atlas/0", "", &[("If-None-Match", tag)]);
    assert_eq!(again.status, 304);
    for beyond in ["/api/atlas/100000", "/api/atlas/-1", "/api/atlas/first"] {
        assert_eq!(server.get(beyond).status, 404, "{beyond}");
    }
    assert_eq!(vectors().get("/api/atlas/0").status, 404);
}
