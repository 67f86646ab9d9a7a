//! Joins the cohort, the features and the analysis, and remembers what was computed.
//!
//! [`Study`] is a cohort with its features; [`Workbench`] is what a server holds: a study that is
//! being prepared or ready, and the maps and planes computed from it.

mod asking;
mod axis;
mod bake;
mod breakdown;
mod built_in;
mod calendar;
mod choices;
mod details;
mod drawings;
pub mod evidence;
mod examine;
mod folder;
mod gallery;
mod given;
mod kept;
mod keys;
mod layers;
mod ledger;
mod looks;
mod made;
mod manifest;
mod moment;
mod part;
mod prepare;
mod project;
mod ready;
mod searched;
mod selection;
mod shard;
mod study;
mod tensor;
mod values;
mod verdicts;
mod warnings;
mod workbench;

pub use asking::{MapTicket, StudyTicket};
pub use axis::{Axis, Bin, Spread};
pub use bake::Baking;
pub use breakdown::{Breakdown, ClusterBreakdown, Coded, ValueCount};
pub use choices::{Choices, PlaneKey};
pub use details::{Details, NeighborsKey};
pub use drawings::Drawings;
pub use examine::try_network;
pub use folder::Folder;
pub use gallery::{Gallery, GalleryError, ServedImage};
pub use keys::{Asked, MapKey, SettingKey};
pub use layers::{LayerKey, LayerList, LayerMap, LayerTrial, Layers};
pub use ledger::{About, Declaration, Entry, Ledger, Look, LookKind, standing};
pub use made::Made;
pub use moment::Moment;
pub use part::Parts;
pub use prepare::Preparation;
pub use project::{ImageName, ImageNames, Project};
pub use searched::SearchedBefore;
pub use selection::{OwnCluster, Selection, Selections};
pub use study::{Clusters, Judged, ModelInfo, Projection, Study, StudyError};
pub use tensor::{ChannelFacts, Tensor, TensorError};
pub use values::{UnknownColumn, Values};
pub use verdicts::{InFeaturesKey, PieceKey, VerdictKey, Verdicts};
pub use workbench::{Stage, Workbench};
