//! The embedded runtime: `rten`, pure Rust.

use std::sync::Arc;

use rten::{ModelOptions, NodeId, RunOptions, ThreadPool, TryFromValueError, Value, ValueView};

use super::pool::Pool;
use super::reduce::Reduction;
use super::{Backend, BackendError, fed, one_line, operators};
use crate::model::{Model, ModelError};
use crate::onnx::Visit;
use negatoscope_host::panics::caught;

const NAME: &str = "embedded rten 0.27";
const KEY: &str = "rten-0.27";

const ADVICE: &str =
    "install ONNX Runtime and set ORT_DYLIB_PATH to its library, which runs every operator";

struct Embedded {
    network: rten::Model,
    input: NodeId,
    output: NodeId,
    shape: [usize; 4],
    reduction: Reduction,
    /// Each run has a pool of one thread for itself: a pool that was shared would make callers
    /// wait for each other, and one of several threads would make results depend on their number.
    threads: Pool<Arc<ThreadPool>>,
}

/// Loads the part of the model that leads to its layer.
pub(super) fn open(model: &Model, threads: usize) -> Result<Box<dyn Backend>, BackendError> {
    let bytes = prepared(model.opset(), |visit| model.cut_with(visit))?;
    let network = load(bytes)?;
    let (input, output) = model.ends();
    let (input, output) = (value_id(&network, input)?, value_id(&network, output)?);
    Ok(Box::new(Embedded {
        input,
        output,
        network,
        shape: model.fed_shape(),
        reduction: Reduction::of(model),
        threads: Pool::new(one_thread(), threads),
    }))
}

/// A cut network as the runtime takes it.
fn prepared(
    opset: u64,
    cut: impl FnOnce(Visit) -> Result<Vec<u8>, ModelError>,
) -> Result<Vec<u8>, BackendError> {
    let mut refused = None;
    let bytes = cut(
        &mut |node, known, message| match operators::fault(node, known, opset) {
            Some(fault) => refused = refused.take().or(Some(fault)),
            None => operators::complete(node, known, opset, message),
        },
    )?;
    match refused {
        Some(fault) => Err(unsupported(fault)),
        None => Ok(bytes),
    }
}

fn load(bytes: Vec<u8>) -> Result<rten::Model, BackendError> {
    let load = || {
        ModelOptions::with_all_ops()
            .prepack_weights(true)
            .load(bytes)
    };
    guarded(load)
        .map_err(unsupported)?
        .map_err(|e| unsupported(e.to_string()))
}

fn value_id(network: &rten::Model, name: &str) -> Result<NodeId, BackendError> {
    let id = network.node_id(name);
    id.map_err(|error| unsupported(error.to_string()))
}

impl Backend for Embedded {
    fn name(&self) -> &str {
        NAME
    }

    fn key(&self) -> &str {
        KEY
    }

    fn run(&self, input: &[f32]) -> Result<Vec<f32>, BackendError> {
        let input = &*fed(&self.shape, input)?;
        self.threads.with(
            || Ok(one_thread()),
            |thread| {
                let work = || self.layer(input, Arc::clone(thread));
                let (shape, values) = guarded(work).and_then(|result| result).map_err(failed)?;
                self.reduction.features(&shape, &values)
            },
        )
    }
}

impl Embedded {
    fn layer(
        &self,
        input: &[f32],
        thread: Arc<ThreadPool>,
    ) -> Result<(Vec<usize>, Vec<f32>), String> {
        let inputs = [(self.input, &self.shape[..], input)];
        values(&self.network, &inputs, self.output, thread)
    }
}

/// Shape and values of `output`, given the inputs' shapes and values.
fn values(
    network: &rten::Model,
    inputs: &[(NodeId, &[usize], &[f32])],
    output: NodeId,
    thread: Arc<ThreadPool>,
) -> Result<(Vec<usize>, Vec<f32>), String> {
    let mut views = Vec::with_capacity(inputs.len());
    for &(id, shape, values) in inputs {
        let view = ValueView::from_shape(shape, values).map_err(|error| error.to_string())?;
        views.push((id, view.into()));
    }
    let options = RunOptions::default().with_thread_pool(Some(thread));
    let values = network
        .run(views, &[output], Some(options))
        .map_err(|error| error.to_string())?;
    let value = values.into_iter().next().ok_or("it gave no output")?;
    shape_and_values(value)
}

/// One value of a network that no model was made of.
#[cfg(test)]
pub(super) fn value_of(
    opset: u64,
    cut: impl FnOnce(Visit) -> Result<Vec<u8>, ModelError>,
    inputs: &[super::standard::Fed],
    output: &str,
) -> Result<(Vec<usize>, Vec<f32>), BackendError> {
    let network = load(prepared(opset, cut)?)?;
    let mut fed = Vec::new();
    for input in inputs {
        let id = value_id(&network, &input.name)?;
        fed.push((id, &input.shape[..], &input.values[..]));
    }
    let output = value_id(&network, output)?;
    let work = || values(&network, &fed, output, one_thread());
    guarded(work).and_then(|result| result).map_err(failed)
}

/// Runs something on a thread of its own, so that a panic becomes a message.
///
/// It must not be one of the caller's rayon threads, either: while such a thread waits for another
/// pool it takes up further work, and so images would pile up on its stack.
fn guarded<R: Send>(work: impl FnOnce() -> R + Send) -> Result<R, String> {
    let joined = std::thread::scope(|scope| {
        std::thread::Builder::new()
            .spawn_scoped(scope, || caught(work))
            .map(|thread| thread.join())
    });
    match joined {
        Ok(Ok(Ok(result))) => Ok(result),
        Ok(Ok(Err(panic)) | Err(panic)) => Err(message(panic.as_ref())),
        Err(error) => Err(format!("no thread can be started: {error}")),
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or(panic.downcast_ref::<String>().map(String::as_str));
    format!("it stopped with: {}", text.unwrap_or("no message"))
}

fn one_thread() -> Arc<ThreadPool> {
    Arc::new(ThreadPool::with_num_threads(1))
}

fn shape_and_values(value: Value) -> Result<(Vec<usize>, Vec<f32>), String> {
    fn of_rank<const N: usize>(value: Value) -> Result<(Vec<usize>, Vec<f32>), TryFromValueError> {
        value
            .into_shape_vec::<f32, N>()
            .map(|(shape, values)| (shape.to_vec(), values))
    }
    // The rank cannot be asked for, but the refusal of a wrong one tells it.
    let rank = match of_rank::<0>(value.as_view().to_owned()) {
        Err(TryFromValueError::WrongRank { actual, .. }) => actual,
        Err(error) => return Err(error.to_string()),
        Ok(_) => 0,
    };
    match rank {
        0 => of_rank::<0>(value),
        1 => of_rank::<1>(value),
        2 => of_rank::<2>(value),
        3 => of_rank::<3>(value),
        4 => of_rank::<4>(value),
        5 => of_rank::<5>(value),
        6 => of_rank::<6>(value),
        _ => return Err(format!("it has {rank} axes, of which at most 6 are read")),
    }
    .map_err(|error| error.to_string())
}

fn unsupported(reason: String) -> BackendError {
    BackendError::Unsupported {
        backend: NAME.to_owned(),
        reason: one_line(&reason),
        advice: ADVICE,
    }
}

fn failed(reason: String) -> BackendError {
    BackendError::Run {
        backend: NAME.to_owned(),
        reason: one_line(&reason),
        advice: ADVICE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_one_that_is_built_in() {
        let lock = include_str!("../../../../Cargo.lock");
        let (_, rest) = lock.split_once("name = \"rten\"\nversion = \"").unwrap();
        let version: Vec<&str> = rest.split('"').next().unwrap().split('.').collect();
        let minor = format!("{}.{}", version[0], version[1]);
        assert!(
            NAME.ends_with(&minor) && KEY.ends_with(&minor),
            "rten is {minor}"
        );
    }

    #[test]
    fn a_panic_becomes_a_message() {
        let result = guarded(|| -> () { panic!("the {}", "reason") });
        assert_eq!(result, Err("it stopped with: the reason".to_owned()));
    }
}
