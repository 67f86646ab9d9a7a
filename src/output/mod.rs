//! What goes over the wire, to `--json` and into files: everything that leaves the program but the
//! page itself, for the server and the command line alike.
//!
//! An answer is a type that is serialised and describes itself ([`schemars::JsonSchema`]): its doc
//! comments are the descriptions in `GET /api/openapi.json`, from which the page's types are made.
//! Keys that a method or a measure brings are read from the catalogue, in [`keyed`].

pub mod association;
pub mod choices;
pub mod clusters;
pub mod cohort;
pub mod copy;
pub mod enrichment;
pub mod error;
mod figure;
pub mod jobs;
pub mod keyed;
pub mod layers;
pub mod looks;
pub mod map;
pub mod names;
pub mod null;
pub mod pictures;
pub mod plane;
pub mod project;
pub mod proposal;
pub mod quality;
pub mod reopening;
pub mod report;
mod script;
pub mod search;
pub mod selection;
pub mod sets;
pub mod stability;
pub mod table;
pub mod verdict;

use std::time::Duration;

pub use association::{Association, PlaneAssociation};
pub use choices::{ByHand, PlaneEvidence, SpecificationCurve};
pub use clusters::Clusters;
pub use cohort::{Cohort, CohortProgress, CohortState};
pub use enrichment::Enrichment;
pub use error::{ErrorBody, ErrorCode, ErrorEnvelope, FailedPart};
pub use jobs::{Job, JobResult, JobStarted, ReportAddress};
pub use layers::{LayerMap, Layers, ModelLayers, Preparation, Tensor};
pub use looks::{DeclaredQuestion, Looks};
pub use map::{DistanceMetric, Frame, Frames, KDistance, Neighbour, Neighbours, Projection};
pub use names::Names;
pub use null::Null;
pub use pictures::{ChangedPicture, ChangedPictures, TableSince};
pub use plane::Plane;
pub use proposal::Proposal;
pub use quality::Quality;
pub use reopening::{Reopening, ReopeningState};
pub use report::ReportDocument;
pub use script::script;
pub use search::Search;
pub use selection::SelectionKept;
pub use sets::Sets;
pub use stability::Stability;
pub use verdict::Verdict;

use crate::analysis::Warning;

/// Milliseconds to the microsecond.
fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1000.0
}

/// A cluster's label as scikit-learn has it: noise is -1.
fn label(label: Option<u32>) -> i64 {
    label.map_or(-1, i64::from)
}

/// Warnings as sentences, and what they are about in the same order.
fn warnings<'w>(all: impl IntoIterator<Item = &'w Warning>) -> (Vec<String>, Vec<&'static str>) {
    let pair = |warning: &Warning| (warning.text.clone(), warning.code);
    all.into_iter().map(pair).unzip()
}
