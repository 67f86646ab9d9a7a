//! Two ways to run a network behind one trait.
//!
//! The native ONNX Runtime is about twice as fast and runs every operator, but it is a library
//! that has to be there. The embedded runtime is part of the program. Which one runs is chosen
//! once, at start; no type of either leaves its own file.

use std::borrow::Cow;

use super::model::Model;

mod device;
mod embedded;
mod error;
mod library;
mod native;
mod operators;
mod pool;
mod reduce;
#[cfg(test)]
mod standard;

pub use device::Device;
pub use error::BackendError;

/// Runs a network on one image at a time.
///
/// One image a run makes a vector independent of its neighbours, and one thread a run makes it
/// independent of the number of threads; images run side by side by calling from several threads.
pub trait Backend: Send + Sync {
    /// What it is called, with its version, for the log and the page.
    fn name(&self) -> &str;

    /// Name and version for the cache: backends differ in the last digits.
    fn key(&self) -> &str;

    /// The features of one image: its tensor as [`super::preprocess::tensor`] makes it in,
    /// `n_features` finite values out.
    ///
    /// Values at the positions of a layer become one, their mean unless the model says otherwise, so that
    /// `(1, C)`, `(1, C, H, W)`, `(1, H, W, C)` and `(1, T, C)` all give C values.
    ///
    /// # Errors
    /// When the tensor has another size, the runtime fails, or the layer's values are not finite
    /// or have another number of axes.
    fn run(&self, input: &[f32]) -> Result<Vec<f32>, BackendError>;
}

/// What the user asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wanted {
    /// The native runtime where a usable library is found, else the embedded one.
    #[default]
    Any,
    /// The native one or none.
    Native,
    /// The embedded one.
    Embedded,
}

/// A backend that is ready, and what the user should know of how it was chosen.
pub struct Chosen {
    /// Runs the model that it was chosen for.
    pub backend: Box<dyn Backend>,
    /// Sentences about libraries and devices that could not be used.
    pub warnings: Vec<String>,
}

/// Prepares a backend for a model and `threads` callers at once.
///
/// The native library is looked for under `ORT_DYLIB_PATH` and nowhere else when that is set;
/// else beside the executable, in its `lib/`, and where the system keeps its libraries.
///
/// # Errors
/// When no backend that was asked for can run the model.
pub fn choose(model: &Model, threads: usize, wanted: Wanted) -> Result<Chosen, BackendError> {
    choose_on(Device::Cpu, model, threads, wanted)
}

/// The same on a device. Where that cannot be used the network runs on the processor, and it is said why.
///
/// # Errors
/// As [`choose`].
pub fn choose_on(
    device: Device,
    model: &Model,
    threads: usize,
    wanted: Wanted,
) -> Result<Chosen, BackendError> {
    let mut warnings = Vec::new();
    let native = match wanted {
        Wanted::Embedded => None,
        Wanted::Any | Wanted::Native => first_native(model, (threads, device), &mut warnings),
    };
    let backend = match native {
        Some(backend) => backend,
        None if wanted == Wanted::Native => {
            let found = warnings.join(" ");
            return Err(BackendError::NoLibrary { found });
        }
        None => {
            if !matches!(device, Device::Cpu | Device::Auto) {
                warnings.push(format!(
                    "--device {} needs a native ONNX Runtime: the network runs on the processor.",
                    device.word()
                ));
            }
            embedded::open(model, threads)?
        }
    };
    for warning in &warnings {
        tracing::warn!("{warning}");
    }
    tracing::info!("The network runs on {}.", backend.name());
    Ok(Chosen { backend, warnings })
}

/// The devices beside the processor that the native library has, which may yet have no driver; none without a library.
pub fn devices() -> Vec<Device> {
    let mut found = library::candidates().into_iter();
    found
        .find_map(|path| native::devices(&path).ok())
        .unwrap_or_default()
}

fn first_native(
    model: &Model,
    (threads, device): (usize, Device),
    warnings: &mut Vec<String>,
) -> Option<Box<dyn Backend>> {
    for path in library::candidates() {
        match native::open(model, &path, (threads, device)) {
            Ok((backend, said)) => {
                warnings.extend(said);
                return Some(backend);
            }
            Err(error) => {
                let path = path.display();
                warnings.push(format!("The library {path} is passed over: {error}."));
            }
        }
    }
    None
}

/// What the network is given for the tensor of one image: that, as many times as it reads images at once.
fn fed<'t>(shape: &[usize; 4], tensor: &'t [f32]) -> Result<Cow<'t, [f32]>, BackendError> {
    let [batch, one @ ..] = shape;
    let expected = one.iter().product();
    match (tensor.len() == expected, batch) {
        (false, _) => Err(BackendError::InputLength {
            expected,
            found: tensor.len(),
        }),
        (true, 1) => Ok(Cow::Borrowed(tensor)),
        (true, &batch) => Ok(Cow::Owned(tensor.repeat(batch))),
    }
}

/// What a runtime says of an error, on one line.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

impl Wanted {
    /// Reads `NEGATOSCOPE_BACKEND`: `embedded`, `native`, or nothing.
    ///
    /// # Errors
    /// When it is set to anything else.
    pub fn from_env() -> Result<Self, BackendError> {
        match std::env::var_os("NEGATOSCOPE_BACKEND")
            .as_deref()
            .map(|value| value.to_str())
        {
            None | Some(Some("")) => Ok(Self::Any),
            Some(Some("native")) => Ok(Self::Native),
            Some(Some("embedded")) => Ok(Self::Embedded),
            Some(_) => Err(BackendError::UnknownWish),
        }
    }
}

impl std::fmt::Debug for Chosen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.backend.name();
        f.debug_struct("Chosen")
            .field("backend", &name)
            .field("warnings", &self.warnings)
            .finish()
    }
}
