//! Opens what is worked on or served. A network of somebody's has to show first, in a process of its own, that it
//! ends none; what is served can be opened again.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Arc;
#[cfg(feature = "object-store")]
use std::time::Instant;

use negatoscope::bundle::Bundle;
use negatoscope::cli::ProjectArgs;
use negatoscope::config::{CohortConfig, FeatureConfig, ServeConfig, ToDeclare};
use negatoscope::jobs::Progress;
use negatoscope::pipeline::{Preparation, Stage, Study, Workbench};
use negatoscope::plain::Plain;
use negatoscope::trial::{self, Limits, TrialError};
#[cfg(feature = "object-store")]
use negatoscope::{analysis::Count, cohort::image::MAX_FILE_BYTES, objects::Mirror};
use negatoscope::{interrupt, machine, output, pipeline};
use serde_json::Value;

use crate::watch::watch;

/// How what is served is opened, at the start and again.
pub(super) struct Opening {
    config: FeatureConfig,
    question: Option<ToDeclare>,
    kept: ProjectArgs,
}

impl Opening {
    /// As the words of the command line say.
    pub(super) fn new(config: &ServeConfig) -> Self {
        Self {
            config: config.features.clone(),
            question: config.question.clone(),
            kept: config.project.clone(),
        }
    }

    /// Opens the cohort, with the network read at a layer that the words do not name, if there is one; its workbench
    /// waits for the features.
    pub(super) fn open(&self, layer: Option<&str>) -> anyhow::Result<(Preparation, Workbench)> {
        let at = layer.map(|layer| self.config.at(layer));
        let config = at.as_ref().unwrap_or(&self.config);
        try_network(&self.config, layer)?;
        let preparation = at_hand(config)?;
        let mut bench = preparation.workbench(config.threads);
        bench.question.clone_from(&self.question);
        lie_at(&bench, &self.kept);
        if let Some(layers) = &mut bench.layers {
            let config = self.config.clone();
            layers.try_with(Arc::new(move |layer| {
                try_network(&config, Some(layer)).map_err(|error| sentence(&error))
            }));
        }
        Ok((preparation, bench))
    }

    /// Whether there is something to be read anew: a bundle, and vectors without a cohort, are what they are.
    pub(super) fn can_be_repeated(&self, preparation: &Preparation) -> bool {
        let has_cohort = !matches!(self.config.cohort, CohortConfig::Rows);
        has_cohort && preparation.bundle().is_none()
    }

    /// Opens and prepares it once more, and tells how far that is.
    ///
    /// # Errors
    /// Why it cannot be used, in one sentence.
    pub(super) fn again(
        &self,
        layer: Option<&str>,
        tell: &dyn Fn(Arc<Progress>),
    ) -> Result<Workbench, String> {
        let (preparation, bench) = self.open(layer).map_err(|error| sentence(&error))?;
        tell(Arc::clone(&bench.preparing));
        prepare(preparation, &bench);
        match bench.stage() {
            Stage::Failed(reason) => Err(reason),
            Stage::Pending | Stage::Ready(_) => Ok(bench),
        }
    }
}

/// Reads every image for a workbench, and settles it.
pub(super) fn prepare(preparation: Preparation, bench: &Workbench) {
    let brought = preparation.bundle().map(Bundle::project);
    let run = || preparation.run(&*bench.preparing);
    let run = || watch(&bench.preparing, "images", run);
    let run = || {
        let study = run()?;
        if let Some(document) = brought.transpose()?.flatten() {
            bring(&study, bench, &document);
        }
        Ok(study)
    };
    // One that is caught leaves nothing behind: the preparation is gone with it.
    match panic::catch_unwind(AssertUnwindSafe(run)) {
        Ok(outcome) => bench.settle(outcome),
        Err(_) => bench.fail("the features could not be computed; the log says why"),
    }
}

/// Joins what came in a bundle with what its reader made.
fn bring(study: &Study, bench: &Workbench, document: &str) {
    let brought = serde_json::from_str(document).map_err(|error| error.to_string());
    let joined = brought.and_then(|document: Value| {
        let joined = output::project::import(study, &bench.project, &document);
        joined.map_err(|error| error.to_string())
    });
    if let Err(error) = joined {
        tracing::warn!("the project of the bundle is left out: {}", Plain(error));
    }
}

/// What a study is made from.
pub(super) fn opened(config: &FeatureConfig) -> anyhow::Result<Preparation> {
    try_network(config, None)?;
    at_hand(config)
}

/// Opens files of this machine; what lies in an object store is brought into the cache first.
fn at_hand(config: &FeatureConfig) -> anyhow::Result<Preparation> {
    #[cfg(feature = "object-store")]
    let config = &brought_here(config)?;
    Ok(Preparation::open(config)?)
}

/// The same, of the folder that a cohort in an object store was brought into.
#[cfg(feature = "object-store")]
fn brought_here(config: &FeatureConfig) -> anyhow::Result<FeatureConfig> {
    let Some(address) = config.address() else {
        return Ok(config.clone());
    };
    let mirror = Mirror::of(address, &config.cache_dir, MAX_FILE_BYTES)?;
    let started = Instant::now();
    let changes = mirror.compare()?;
    let n_objects = changes.n_objects();
    let progress = Progress::new(n_objects);
    watch(&progress, "objects", || {
        changes.make(&|| progress.advance(1))
    })?;
    let elapsed = started.elapsed().as_secs_f64();
    tracing::info!("{n_objects} objects came from {address} in {elapsed:.1} s");
    Ok(config.clone().of_folder(mirror.folder()))
}

/// Has a network of somebody's run in another process first, at a layer that the words do not name, if there is one.
fn try_network(config: &FeatureConfig, layer: Option<&str>) -> anyhow::Result<()> {
    let (Some(model), None) = (&config.model, &config.vectors) else {
        return Ok(());
    };
    // It is done in the other process, which is told of the layer.
    try_out((model, config.threads), layer, || match trial::instead() {
        Some(layer) => pipeline::try_network(&config.at(&layer)),
        None => pipeline::try_network(config),
    })
}

/// Does `work` with a model's file in another process first, which is told of the layer.
pub(super) fn try_out<E: Into<anyhow::Error>>(
    (model, threads): (&Path, usize),
    layer: Option<&str>,
    work: impl FnOnce() -> Result<(), E>,
) -> anyhow::Result<()> {
    if let Some(limits) = trial::limits() {
        trial::hold_to(limits)?;
        work().map_err(Into::into)?;
        interrupt::leave(0)
    }
    // What comes through a pipe comes once.
    if !model.is_file() {
        return Ok(());
    }
    let free = machine::free_memory().unwrap_or(8 << 30);
    let limits = Limits {
        // What is reserved and never used counts, too.
        memory: (2 << 30) + free / 4 * 3,
        seconds: 30 + 4 * threads as u64,
    };
    match trial::run(limits, layer) {
        Ok(()) => Ok(()),
        Err(TrialError::Untried(error)) => {
            tracing::warn!("the model could not be tried out ({error}): mind that it is sound");
            Ok(())
        }
        Err(refused @ TrialError::Refused { .. }) => Err(refused.into()),
        Err(fault) => {
            let model = model.display();
            anyhow::bail!("the model {model} {fault}: give another one, or another --layer")
        }
    }
}

/// Lets the project lie where somebody wants it.
pub(super) fn lie_at(bench: &Workbench, kept: &ProjectArgs) {
    if let Some(path) = &kept.project {
        bench.project.lie_at(path);
    }
}

/// An error and its causes, each said once: many name their cause themselves.
pub(super) fn sentence(error: &anyhow::Error) -> String {
    let mut said = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        // In a sentence it may stand without a capital, and without the system's number.
        let words = cause.split(" (os error").next().unwrap_or(&cause);
        if !said.to_lowercase().contains(&words.to_lowercase()) {
            said = format!("{said}: {cause}");
        }
    }
    said
}
