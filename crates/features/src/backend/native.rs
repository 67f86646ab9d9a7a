//! The native runtime: ONNX Runtime's shared library through `ort`.

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::session::builder::GraphOptimizationLevel;
use ort::session::{Session, SessionOutputs};
use ort::value::TensorRef;

use super::pool::Pool;
use super::reduce::Reduction;
use super::{Backend, BackendError, fed, library, one_line};
use crate::model::Model;

/// A session holds the weights once more, so that large networks get fewer of them.
const MAX_WEIGHT_BYTES: usize = 2 << 30;

const ADVICE: &str =
    "check it with ONNX Runtime, or choose a layer before the part that it refuses";

struct Native {
    name: String,
    key: String,
    environment: Environment,
    network: Vec<u8>,
    shape: [usize; 4],
    reduction: Reduction,
    sessions: Pool<Session>,
}

/// Loads the library, and the part of the model that leads to its layer.
pub(super) fn open(
    model: &Model,
    path: &Path,
    threads: usize,
) -> Result<Box<dyn Backend>, BackendError> {
    library::check(path)?;
    may_load()?;
    let (environment, version) = load(path)?;
    let network = model.cut()?;
    let name = format!("native ONNX Runtime {version}");
    let first = session(&environment, &network).map_err(|error| BackendError::Unsupported {
        backend: name.clone(),
        reason: one_line(&error.to_string()),
        advice: ADVICE,
    })?;
    let limit = threads.min(MAX_WEIGHT_BYTES / network.len().max(1));
    Ok(Box::new(Native {
        key: format!("ort-{version}"),
        name,
        environment,
        network,
        shape: model.fed_shape(),
        reduction: Reduction::of(model),
        sessions: Pool::new(first, limit),
    }))
}

impl Backend for Native {
    fn name(&self) -> &str {
        &self.name
    }

    fn key(&self) -> &str {
        &self.key
    }

    fn run(&self, input: &[f32]) -> Result<Vec<f32>, BackendError> {
        let input = &*fed(&self.shape, input)?;
        self.sessions.with(
            || session(&self.environment, &self.network).map_err(|error| self.failed(&error)),
            |session| {
                let input = TensorRef::from_array_view((self.shape, input));
                let inputs = input.map(|input| ort::inputs![input]);
                let (shape, values) = inputs
                    .and_then(|inputs| values(session.run(inputs)?))
                    .map_err(|error| self.failed(&error))?;
                self.reduction.features(&shape, &values)
            },
        )
    }
}

impl Native {
    fn failed(&self, error: &ort::Error) -> BackendError {
        BackendError::Run {
            backend: self.name.clone(),
            reason: one_line(&error.to_string()),
            advice: "check it with ONNX Runtime",
        }
    }
}

/// A network of its own for one caller, on the caller's thread.
fn session(environment: &Environment, network: &[u8]) -> ort::Result<Session> {
    Session::builder(environment)?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        .with_optimization_level(GraphOptimizationLevel::Level3)?
        .commit_from_memory(network)
}

/// Shape and values of the only output.
fn values(outputs: SessionOutputs) -> ort::Result<(Vec<usize>, Vec<f32>)> {
    let (shape, values) = outputs[0].try_extract_tensor::<f32>()?;
    Ok((
        shape.iter().map(|&size| size as usize).collect(),
        values.to_vec(),
    ))
}

/// The only output of a network that no model was made of.
#[cfg(test)]
pub(super) fn value_of(
    network: &[u8],
    inputs: &[super::standard::Fed],
    path: &Path,
) -> Result<(Vec<usize>, Vec<f32>), BackendError> {
    use ort::session::SessionInputValue;
    let (environment, _) = load(path)?;
    let run = || {
        let mut session = session(&environment, network)?;
        let mut fed = Vec::new();
        for input in inputs {
            let tensor = TensorRef::from_array_view((&input.shape[..], &input.values[..]))?;
            fed.push((input.name.clone(), SessionInputValue::from(tensor)));
        }
        values(session.run(fed)?)
    };
    run().map_err(|error| BackendError::Load(one_line(&error.to_string())))
}

/// Since 1.29 the library would keep events for its maker in the user's folder, and send them, unless it finds this
/// variable when it is loaded; `with_telemetry` alone comes too late. It is not set here: a variable may be set while one
/// thread runs, and other people's programs that use this crate may have more. This program's own `main` sets it.
fn may_load() -> Result<(), BackendError> {
    match std::env::var_os("ORT_DISABLE_TELEMETRY").is_some_and(|value| value == "1") {
        true => Ok(()),
        false => Err(BackendError::Telemetry),
    }
}

/// The library that this process uses; there can be only one.
static LOADED: Mutex<Option<Loaded>> = Mutex::new(None);

struct Loaded {
    path: PathBuf,
    environment: Environment,
    version: String,
}

/// Loads a library that was checked; gives its version as `1.32`.
fn load(path: &Path) -> Result<(Environment, String), BackendError> {
    let failed = |error: &dyn std::fmt::Display| BackendError::Load(error.to_string());
    let path = path.canonicalize().map_err(|error| failed(&error))?;
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(loaded) = loaded.as_ref() {
        if loaded.path != path {
            return Err(BackendError::AlreadyLoaded {
                loaded: loaded.path.display().to_string(),
            });
        }
        return Ok((loaded.environment.clone(), loaded.version.clone()));
    }
    // Lazy loading inside ort would panic on a bad file, and so may a library that is not
    // ONNX Runtime but exports its entry point.
    let (minor, environment) = catch_unwind(|| -> Result<_, BackendError> {
        let minor = ort::util::probe(&path).ok_or_else(|| failed(&"no ONNX Runtime 1"))?;
        let builder = ort::init_from(&path).map_err(|error| failed(&error))?;
        let environment = builder
            .with_telemetry(false)
            .build()
            .map_err(|error| failed(&error))?;
        Ok((minor, environment))
    })
    .map_err(|_| failed(&"it does not behave as ONNX Runtime does"))??;
    let version = format!("1.{minor}");
    *loaded = Some(Loaded {
        path,
        environment: environment.clone(),
        version: version.clone(),
    });
    Ok((environment, version))
}
