//! How long a person waits behind a slider: round trips to the real binary, printed as medians
//! and 95th percentiles. Run: `cargo bench --bench sliders`; with `NEGATOSCOPE_TEST_COHORT` on the
//! 193 real X-rays, else on the demo cohort.

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use support::{COVID_XRAYS, Server};

fn main() {
    let cohort = std::env::var("NEGATOSCOPE_TEST_COHORT").ok();
    let args: Vec<&str> = match &cohort {
        Some(folder) => [&[folder.as_str()][..], &COVID_XRAYS].concat(),
        None => Vec::new(),
    };
    let server = Server::start(&args).ready();
    let n = server.get("/api/cohort").json()["n_images"].clone();
    println!("{n} images, round trip in ms        median     p95");
    // Each perplexity is asked for once, and between the whole ones, so that none is there already.
    report(
        "perplexity (a new map and clusters)",
        (5..60).map(|p| format!("/api/clusters?method=tsne&perplexity={p}.5")),
        &server,
    );
    // While nobody asks, the maps around the latest one are made.
    std::thread::sleep(Duration::from_secs(5));
    report(
        "perplexity, made ahead",
        (60..80).map(|p| format!("/api/clusters?method=tsne&perplexity={p}")),
        &server,
    );
    report(
        "eps (clusters of a map that is there)",
        (5..200).map(|i| {
            format!(
                "/api/clusters?method=tsne&perplexity=17&eps={}",
                f64::from(i) / 100.0
            )
        }),
        &server,
    );
    report(
        "min_samples",
        (1..50).map(|m| format!("/api/clusters?method=tsne&perplexity=17&min_samples={m}")),
        &server,
    );
    report(
        "plane of 285 settings (a map that is there)",
        (5..60).map(|p| format!("/api/plane?method=tsne&perplexity={p}")),
        &server,
    );
}

fn report(what: &str, requests: impl Iterator<Item = String>, server: &Server) {
    let mut times: Vec<f64> = requests
        .map(|path| {
            let started = Instant::now();
            let answer = server.get(&path);
            assert_eq!(answer.status, 200, "{path}");
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!("{what:<44} {:>7.2} {:>7.2}", at(0.5), at(0.95));
}
