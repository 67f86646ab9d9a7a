//! Joins the cohort, the features and the analysis, and remembers what was computed.
//!
//! [`Study`] is a cohort with its features; [`Workbench`] is what a server holds: a study that is
//! being prepared or ready, and the maps and planes computed from it.

mod asking;
mod breakdown;
mod choices;
mod details;
pub mod evidence;
mod examine;
mod gallery;
mod kept;
mod keys;
mod ledger;
mod looks;
mod moment;
mod part;
mod prepare;
mod ready;
mod selection;
mod study;
mod values;
mod verdicts;
mod warnings;
mod workbench;

pub use asking::{MapTicket, StudyTicket};
pub use breakdown::{Breakdown, ClusterBreakdown, ValueCount};
pub use choices::{Choices, PlaneKey};
pub use details::{Details, NeighborsKey};
pub use gallery::{Gallery, GalleryError, ServedImage};
pub use keys::{Asked, MapKey, SettingKey};
pub use ledger::{About, Declaration, Entry, Ledger, Look, LookKind, standing};
pub use moment::Moment;
pub use part::Parts;
pub use prepare::Preparation;
pub use selection::{OwnCluster, Selection, Selections};
pub use study::{Clusters, Judged, ModelInfo, Projection, Study, StudyError};
pub use values::{UnknownColumn, Values};
pub use verdicts::{InFeaturesKey, PieceKey, VerdictKey, Verdicts};
pub use workbench::{Stage, Workbench};
