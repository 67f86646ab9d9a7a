//! Every setting that could as well have been chosen: a column in all of them, the plane of one map's
//! settings by what comes again, by a column and by chance, and the one that the page opens with.

mod plane;
mod proposal;
mod specification;

pub use plane::{PlaneEvidence, PlaneMaps, PlaneOf, PlaneStandings, joined_planes};
pub use proposal::{Proposal, notebooks, proposal_params};
pub use specification::{Specifications, SpecificationsAnswer};

/// Images that are laid out at so many settings, at most.
const LIMIT: usize = 2_000;
