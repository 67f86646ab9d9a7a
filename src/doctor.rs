//! What runs on this machine, how fast, and what would be faster (`negatoscope doctor`).

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use serde::Serialize;

use crate::config::DoctorConfig;
use crate::features::backend::{self, Backend, Device, Wanted};
use crate::features::cache::Cache;
use crate::features::model::{Model, ModelError};
use crate::machine;

/// How long each backend runs, at least.
const TRIAL: Duration = Duration::from_millis(500);

/// What runs here.
#[derive(Debug, Serialize)]
pub struct Doctor {
    /// Of the program.
    version: &'static str,
    system: &'static str,
    architecture: &'static str,
    /// The widest vector units in use; `None` where it is what every processor of the kind has.
    vector_units: Option<&'static str>,
    threads: usize,
    /// Bytes that can be had without swapping.
    free_memory: Option<u64>,
    model: ModelLines,
    /// Words of `--device` that the native library knows; the processor alone without one.
    devices: Vec<&'static str>,
    backends: Vec<Trial>,
    cache: CacheLines,
    /// What would be faster or safer, each a sentence.
    advice: Vec<String>,
}

/// The network that is measured.
#[derive(Debug, Serialize)]
struct ModelLines {
    name: String,
    layer: String,
    n_features: Option<usize>,
}

/// One way to run it.
#[derive(Debug, Serialize)]
struct Trial {
    /// `native` or `embedded`.
    kind: &'static str,
    /// The word of `--device`.
    device: &'static str,
    /// Its name and version; `None` where it cannot run.
    name: Option<String>,
    /// Of the network alone, on all threads; pictures have to be read besides.
    images_per_second: Option<f64>,
    /// Why it cannot run.
    error: Option<String>,
}

/// Where features are kept.
#[derive(Debug, Serialize)]
struct CacheLines {
    folder: PathBuf,
    /// Whether anything is kept beyond this process.
    is_on_disk: bool,
    bytes: Option<u64>,
    warnings: Vec<String>,
}

impl Doctor {
    /// Looks at the machine, and runs the network for half a second on each backend.
    ///
    /// # Errors
    /// When the model cannot be read.
    pub fn examine(config: &DoctorConfig) -> Result<Self, ModelError> {
        let model = Model::open(config.model.as_deref(), None)?;
        let others = backend::devices();
        let on = |device, wanted| trial(&model, config.threads, (device, wanted));
        let mut backends = vec![on(Device::Cpu, Wanted::Native)];
        backends.extend(others.iter().map(|&device| on(device, Wanted::Native)));
        backends.push(on(Device::Cpu, Wanted::Embedded));
        let cache = cache(config);
        Ok(Self {
            version: env!("CARGO_PKG_VERSION"),
            system: std::env::consts::OS,
            architecture: std::env::consts::ARCH,
            vector_units: machine::vector_units(),
            threads: config.threads,
            free_memory: machine::free_memory(),
            advice: advice(&backends, &cache, config.threads),
            model: ModelLines {
                name: model.name().to_owned(),
                layer: model.layer().name.clone(),
                n_features: model.layer().n_features(),
            },
            devices: [Device::Cpu]
                .iter()
                .chain(&others)
                .map(|one| one.word())
                .collect(),
            backends,
            cache,
        })
    }
}

fn trial(model: &Model, threads: usize, (device, wanted): (Device, Wanted)) -> Trial {
    let kind = match wanted {
        Wanted::Native => "native",
        Wanted::Any | Wanted::Embedded => "embedded",
    };
    let said = |error: backend::BackendError| error.to_string();
    let run = || -> Result<(String, f64), String> {
        let chosen = backend::choose_on(device, model, threads, wanted).map_err(said)?;
        if device != Device::Cpu && !chosen.warnings.is_empty() {
            // It is the processor that would be measured once more.
            return Err(chosen.warnings.join(" "));
        }
        Ok((
            chosen.backend.name().to_owned(),
            speed(model, &*chosen.backend).map_err(said)?,
        ))
    };
    let (found, error) = match run() {
        Ok(found) => (Some(found), None),
        Err(error) => (None, Some(error)),
    };
    let (name, images_per_second) = found.unzip();
    Trial {
        kind,
        device: device.word(),
        name,
        images_per_second,
        error,
    }
}

/// Images per second on all threads, after one that warms up.
fn speed(model: &Model, backend: &dyn Backend) -> Result<f64, backend::BackendError> {
    let n_values: usize = model.preprocessing().shape().iter().product();
    // A ramp: a picture of one grey level could be quicker than others.
    let tensor: Vec<f32> = (0..n_values).map(|i| i as f32 / n_values as f32).collect();
    backend.run(&tensor)?;
    let threads = rayon::current_num_threads();
    let begun = Instant::now();
    let mut n_images = 0;
    while begun.elapsed() < TRIAL {
        (0..threads)
            .into_par_iter()
            .try_for_each(|_| backend.run(&tensor).map(|_| ()))?;
        n_images += threads;
    }
    Ok(n_images as f64 / begun.elapsed().as_secs_f64())
}

fn cache(config: &DoctorConfig) -> CacheLines {
    let folder = config.cache_dir.clone();
    match Cache::open(&folder) {
        Ok(cache) => CacheLines {
            folder,
            is_on_disk: cache.is_on_disk(),
            bytes: cache.size(),
            warnings: cache.warnings().to_vec(),
        },
        Err(error) => CacheLines {
            folder,
            is_on_disk: false,
            bytes: None,
            warnings: vec![error.to_string()],
        },
    }
}

fn advice(backends: &[Trial], cache: &CacheLines, threads: usize) -> Vec<String> {
    let mut advice = Vec::new();
    let has_native = backends
        .iter()
        .any(|trial| trial.kind == "native" && trial.name.is_some());
    if !has_native {
        advice.push(
            "The native ONNX Runtime runs networks about twice as fast: install it (pip install \
             onnxruntime), and set ORT_DYLIB_PATH to its library."
                .to_owned(),
        );
    }
    if !cache.is_on_disk {
        advice.push(format!(
            "Nothing is kept between starts, so that features are computed each time: make {} \
             writable, or give another --cache-dir.",
            cache.folder.display()
        ));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if threads < cores {
        advice.push(format!(
            "{threads} of {cores} cores are used: --threads {cores} uses all."
        ));
    }
    advice
}

impl fmt::Display for Doctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |name: &str, text: String| writeln!(f, "{name:<13}{text}");
        line("negatoscope", self.version.to_owned())?;
        let units = self.vector_units.unwrap_or("those of every such processor");
        let (system, architecture) = (self.system, self.architecture);
        line(
            "machine",
            format!(
                "{system} {architecture}, {} threads, vector units: {units}",
                self.threads
            ),
        )?;
        if let Some(bytes) = self.free_memory {
            line("memory", format!("{} free", size(bytes)))?;
        }
        let n_features = self
            .model
            .n_features
            .map_or("unknown".to_owned(), |n| n.to_string());
        line(
            "model",
            format!(
                "{}, layer {}, {n_features} features",
                self.model.name, self.model.layer
            ),
        )?;
        line("devices", self.devices.join(", "))?;
        for trial in &self.backends {
            let text = match (&trial.name, trial.images_per_second) {
                (Some(name), Some(speed)) => format!("{name}, {speed:.0} images a second"),
                _ => trial.error.clone().unwrap_or_default(),
            };
            let name = match trial.device {
                "cpu" => trial.kind,
                device => device,
            };
            line(name, text)?;
        }
        let folder = self.cache.folder.display();
        let kept = match self.cache.bytes {
            Some(bytes) => size(bytes),
            None => "in memory alone".to_owned(),
        };
        line("cache", format!("{folder}, {kept}"))?;
        for warning in &self.cache.warnings {
            line("", warning.clone())?;
        }
        for advice in &self.advice {
            line("advice", advice.clone())?;
        }
        Ok(())
    }
}

/// "3.2 GB".
fn size(bytes: u64) -> String {
    match bytes as f64 {
        bytes if bytes >= 1e9 => format!("{:.1} GB", bytes / 1e9),
        bytes if bytes >= 1e6 => format!("{:.1} MB", bytes / 1e6),
        bytes => format!("{:.0} kB", bytes / 1e3),
    }
}
