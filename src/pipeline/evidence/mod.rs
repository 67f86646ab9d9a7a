//! What is known of whether the groups mean anything: the statistics of the numeric core, asked of
//! this cohort and put into words.

mod association;
mod by_hand;
pub mod choices;
mod enrichment;
mod grouping;
mod names;
mod null;
mod others;
mod quality;
mod report;
mod sets;
mod speaker;
mod stability;
pub mod verdict;
mod wording;
pub mod words;

pub use association::{Association, ColumnAnswer, PlaneAssociation, Question};
pub use by_hand::ByHand;
pub use enrichment::Enrichment;
pub use names::Name;
pub use null::{Null, NullAnswer};
pub use quality::Quality;
pub use report::{Looks, Part, Report, ReportParams};
pub use sets::Sets;
pub use speaker::ColumnWords;
pub use stability::{Repeats, Stability};
pub use wording::AssociationWords;
