//! The native runtime: ONNX Runtime's shared library through `ort`.

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::ep::{self, ExecutionProvider, ExecutionProviderDispatch};
use ort::session::builder::GraphOptimizationLevel;
use ort::session::{Session, SessionOutputs};
use ort::value::TensorRef;

use super::pool::Pool;
use super::reduce::Reduction;
use super::{Backend, BackendError, Device, fed, library, one_line};
use crate::model::Model;

/// A session holds the weights once more, so that large networks get fewer of them.
const MAX_WEIGHT_BYTES: usize = 2 << 30;

const ADVICE: &str =
    "check it with ONNX Runtime, or choose a layer before the part that it refuses";

/// Sessions on a device other than the processor: one that runs and one that is fed.
const ON_A_DEVICE: usize = 2;

/// How a device is used: its name in ONNX Runtime, whether a library has it, and what a session is told.
struct Provider {
    device: Device,
    name: &'static str,
    is_there: fn() -> ort::Result<bool>,
    build: fn() -> ExecutionProviderDispatch,
}

impl Provider {
    const fn of<P: ExecutionProvider + Default + Into<ExecutionProviderDispatch>>(
        device: Device,
    ) -> Self {
        Self {
            device,
            name: P::NAME,
            is_there: P::is_available,
            build: || P::default().into().error_on_failure(),
        }
    }
}

/// The devices beside the processor, in the order in which `auto` tries them.
const PROVIDERS: [Provider; 6] = [
    Provider::of::<ep::CUDA>(Device::Cuda),
    Provider::of::<ep::MIGraphX>(Device::MiGraphX),
    Provider::of::<ep::DirectML>(Device::DirectMl),
    Provider::of::<ep::CoreML>(Device::CoreMl),
    Provider::of::<ep::OpenVINO>(Device::OpenVino),
    // Compiles the network for minutes, and so comes last.
    Provider::of::<ep::TensorRT>(Device::TensorRt),
];

struct Native {
    name: String,
    key: String,
    provider: Option<&'static Provider>,
    environment: Environment,
    network: Vec<u8>,
    shape: [usize; 4],
    reduction: Reduction,
    sessions: Pool<Session>,
}

/// Loads the library, and the part of the model that leads to its layer, for a device; why it is not that one, if it
/// is not.
pub(super) fn open(
    model: &Model,
    path: &Path,
    (threads, device): (usize, Device),
) -> Result<(Box<dyn Backend>, Option<String>), BackendError> {
    library::check(path)?;
    may_load()?;
    let (environment, version) = load(path)?;
    let network = model.cut()?;
    let mut name = format!("native ONNX Runtime {version}");
    let mut key = format!("ort-{version}");
    let (on_device, said) = on_device(device, |provider| {
        session((&environment, Some(provider)), &network)
    });
    let said = said.map(|why| format!("{why} in {name}: the network runs on the processor."));
    let mut limit = threads.min(MAX_WEIGHT_BYTES / network.len().max(1));
    let (provider, first) = match on_device {
        Some((provider, first)) => {
            // Its last digits are others.
            name = format!("{name} on {}", provider.device.word());
            key = format!("{key}-{}", provider.device.word());
            limit = limit.min(ON_A_DEVICE);
            (Some(provider), first)
        }
        None => {
            let first = session((&environment, None), &network);
            let first = first.map_err(|error| BackendError::Unsupported {
                backend: name.clone(),
                reason: one_line(&error.to_string()),
                advice: ADVICE,
            })?;
            (None, first)
        }
    };
    let backend = Native {
        key,
        name,
        provider,
        environment,
        network,
        shape: model.fed_shape(),
        reduction: Reduction::of(model),
        sessions: Pool::new(first, limit),
    };
    Ok((Box::new(backend), said))
}

/// The devices beside the processor that the library has.
pub(super) fn devices(path: &Path) -> Result<Vec<Device>, BackendError> {
    library::check(path)?;
    load(path)?;
    let there = PROVIDERS.iter().filter(|one| is_there(one));
    Ok(there.map(|one| one.device).collect())
}

fn is_there(provider: &Provider) -> bool {
    (provider.is_there)().unwrap_or(false)
}

/// A session on the device that is wanted, or why there is none. Whoever wants any is told nothing of those that are not
/// there.
fn on_device(
    device: Device,
    session: impl Fn(&'static Provider) -> ort::Result<Session>,
) -> (Option<(&'static Provider, Session)>, Option<String>) {
    let mut said = None;
    let is_wanted = |one: &&Provider| device == Device::Auto || one.device == device;
    for provider in PROVIDERS.iter().filter(is_wanted) {
        let word = provider.device.word();
        if !is_there(provider) {
            let why = format!("--device {word}: there is no {}", provider.name);
            said = (device != Device::Auto).then_some(why);
            continue;
        }
        match session(provider) {
            Ok(session) => return (Some((provider, session)), None),
            Err(error) => {
                let reason = one_line(&error.to_string());
                said = Some(format!("--device {word} does not run ({reason})"));
            }
        }
    }
    (None, said)
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
            || {
                let session = session((&self.environment, self.provider), &self.network);
                session.map_err(|error| self.failed(&error))
            },
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
fn session(
    (environment, provider): (&Environment, Option<&Provider>),
    network: &[u8],
) -> ort::Result<Session> {
    let providers = provider.map(|provider| (provider.build)());
    Session::builder(environment)?
        .with_execution_providers(providers.as_slice())?
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
        let mut session = session((&environment, None), network)?;
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
