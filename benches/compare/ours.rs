//! Our side of the comparison that `run.py` beside this file makes: one row a run, timed and
//! printed as one line of JSON, results written as .npy files for the peers' side to judge.
//!
//! `ours FOLDER ROW REPEATS [THREADS]`; the folder holds the rows' inputs.

#![allow(clippy::unwrap_used, reason = "a failed benchmark may panic")]

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use ndarray::{Array1, Array2, ArrayView2};
use ndarray_npy::{ReadableElement, read_npy, write_npy};
use negatoscope::analysis::Monitor;
use negatoscope::analysis::clustering::dbscan::DbscanParams;
use negatoscope::analysis::clustering::hdbscan::HdbscanParams;
use negatoscope::analysis::clustering::{ClusteringParams, plane};
use negatoscope::analysis::projection::Watch;
use negatoscope::analysis::projection::tsne::{TsneInput, TsneParams};
use negatoscope::analysis::projection::umap::UmapParams;
use negatoscope::analysis::search::SearchParams;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, row, repeats, rest @ ..] = &words[..] else {
        // What `cargo bench` gives: nothing to compare with.
        return println!("run benches/compare/run.py: it makes the inputs and runs the peers");
    };
    let bench = Bench {
        folder: PathBuf::from(folder),
        repeats: repeats.parse().unwrap(),
    };
    let n_threads = rest.first().map_or(0, |n| n.parse().unwrap());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
    let seconds = pool.build().unwrap().install(|| bench.run(row));
    println!("{seconds:?}");
}

struct Bench {
    folder: PathBuf,
    repeats: usize,
}

impl Bench {
    /// Runs the row that is called so; returns the seconds that each repeat took.
    fn run(&self, row: &str) -> Vec<f64> {
        let (name, value) = row.split_once('-').unwrap_or((row, ""));
        match name {
            "search" => self.search(),
            "exact" => self.exact(),
            "tsne" => self.tsne(value),
            "umap" => self.umap(value),
            "dbscan" => self.dbscan(value),
            "hdbscan" => self.hdbscan(value),
            "plane" => self.plane(),
            "cancel" => self.cancel(),
            _ => panic!("there is no row called {row}"),
        }
    }

    fn read<T: ReadableElement>(&self, name: &str) -> Array2<T> {
        read_npy(self.folder.join(name)).unwrap()
    }

    fn time<T>(&self, mut work: impl FnMut() -> T) -> Vec<f64> {
        let mut run = |_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed().as_secs_f64()
        };
        (0..self.repeats).map(&mut run).collect()
    }

    fn search(&self) -> Vec<f64> {
        let features = self.read::<f32>("features.npy");
        let search = SearchParams::notebook().check().unwrap();
        self.time(|| search.run(features.view(), &()).unwrap())
    }

    fn exact(&self) -> Vec<f64> {
        let features = self.read::<f32>("features.npy");
        let params = TsneParams::default().check(features.nrows()).unwrap();
        let map = params.fit(features.view(), &()).unwrap();
        write_npy(self.folder.join("exact_ours.npy"), &map.coordinates).unwrap();
        self.time(|| params.fit(features.view(), &()).unwrap())
    }

    /// `value` is the number of samples and of iterations: `10000-750`.
    fn tsne(&self, value: &str) -> Vec<f64> {
        let (n_samples, max_iter) = value.split_once('-').unwrap();
        let all = self.read::<f32>("blobs.npy");
        let n_samples: usize = n_samples.parse().unwrap();
        let features = all.slice(ndarray::s![..n_samples, ..]);
        let params = TsneParams {
            perplexity: 30.0,
            max_iter: max_iter.parse().unwrap(),
            ..TsneParams::default()
        };
        let name = format!("tsne_{n_samples}_ours.npy");
        self.time(|| write_npy(self.folder.join(&name), &fit(features, params)).unwrap())
    }

    /// `value` is the number of samples.
    fn umap(&self, value: &str) -> Vec<f64> {
        let n_samples: usize = value.parse().unwrap();
        let all = self.read::<f32>("blobs.npy");
        let features = all.slice(ndarray::s![..n_samples, ..]);
        let checked = UmapParams::default().check(features.nrows()).unwrap();
        let fit = || {
            let watch = Watch {
                monitor: &(),
                frame_every: 0,
                on_frame: &mut |_| {},
            };
            checked.fit(features, watch).unwrap().coordinates
        };
        write_npy(self.folder.join(format!("umap_{value}_ours.npy")), &fit()).unwrap();
        self.time(fit)
    }

    /// `value` is the number of points, eps and min_samples: `100000-0.1-14`.
    fn dbscan(&self, value: &str) -> Vec<f64> {
        let [n_samples, eps, min_samples] = value.split('-').collect::<Vec<_>>()[..] else {
            panic!("{value} is not three numbers");
        };
        let points = self.read::<f64>(&format!("points_{n_samples}.npy"));
        let params = DbscanParams {
            eps: eps.parse().unwrap(),
            min_samples: min_samples.parse().unwrap(),
        };
        let checked = params.check().unwrap();
        let labels = checked.fit(points.view(), &()).unwrap().labels;
        self.write_labels(&format!("dbscan_{value}"), &labels);
        self.time(|| checked.fit(points.view(), &()).unwrap())
    }

    /// `value` is the number of points and min_cluster_size: `100000-15`.
    fn hdbscan(&self, value: &str) -> Vec<f64> {
        let (n_samples, min_cluster_size) = value.split_once('-').unwrap();
        let n_samples: usize = n_samples.parse().unwrap();
        let points = self.read::<f64>(&format!("points_{}.npy", n_samples.max(1000)));
        let points = points.slice(ndarray::s![..n_samples, ..]);
        let params = HdbscanParams {
            min_cluster_size: min_cluster_size.parse().unwrap(),
            ..HdbscanParams::default()
        };
        let checked = params.check(n_samples).unwrap();
        let labels = checked.fit(points, &()).unwrap().labels;
        self.write_labels(&format!("hdbscan_{value}"), &labels);
        self.time(|| checked.fit(points, &()).unwrap())
    }

    fn write_labels(&self, name: &str, labels: &[Option<u32>]) {
        let labels: Array1<i64> = labels.iter().map(|l| l.map_or(-1, i64::from)).collect();
        write_npy(self.folder.join(format!("{name}_ours.npy")), &labels).unwrap();
    }

    /// No times of the work: the longest time for which nobody would hear that it should stop.
    fn cancel(&self) -> Vec<f64> {
        let features = self.read::<f32>("blobs.npy");
        let gaps = Gaps {
            start: Instant::now(),
            last: AtomicU64::new(0),
            longest: AtomicU64::new(0),
        };
        let params = TsneParams {
            perplexity: 30.0,
            max_iter: 260,
            ..TsneParams::default()
        };
        let checked = params.check(features.nrows()).unwrap();
        checked.fit(features.view(), &gaps).unwrap();
        gaps.cancelled();
        vec![gaps.longest.into_inner() as f64 / 1e6]
    }

    fn plane(&self) -> Vec<f64> {
        let points = self.read::<f64>("points_10000.npy");
        let clustering = ClusteringParams::default();
        let grid = clustering.method().grid;
        let fit = || plane::compute(points.view(), clustering, &grid, &()).unwrap();
        let cells = fit().cells;
        let found = Array2::from_shape_fn((cells.len(), 2), |(i, column)| {
            [cells[i].n_clusters as i64, cells[i].n_noise as i64][column]
        });
        write_npy(self.folder.join("plane_ours.npy"), &found).unwrap();
        self.time(fit)
    }
}

/// Keeps the longest time between two looks at whether to stop.
struct Gaps {
    start: Instant,
    last: AtomicU64,
    longest: AtomicU64,
}

impl Monitor for Gaps {
    fn cancelled(&self) -> bool {
        let now = self.start.elapsed().as_micros() as u64;
        let last = self.last.swap(now, Relaxed);
        let gap = now.saturating_sub(last);
        if self.longest.fetch_max(gap, Relaxed) < gap {
            eprintln!(
                "{:.3} s without a look, {:.3} s in",
                gap as f64 / 1e6,
                now as f64 / 1e6
            );
        }
        false
    }
}

/// The map, with the times of its two halves on stderr.
fn fit(features: ArrayView2<'_, f32>, params: TsneParams) -> Array2<f64> {
    let start = Instant::now();
    let input = TsneInput::new(features, &params, &()).unwrap();
    let found = start.elapsed().as_secs_f64();
    let watch = Watch {
        monitor: &(),
        frame_every: 0,
        on_frame: &mut |_| {},
    };
    let checked = params.check(features.nrows()).unwrap();
    let map = checked.fit_input(&input, watch).unwrap();
    eprintln!(
        "neighbours and start {found:.2} s, descent {:.2} s, {} iterations, KL {:.4}",
        start.elapsed().as_secs_f64() - found,
        map.n_iter,
        map.kl_divergence
    );
    map.coordinates
}
