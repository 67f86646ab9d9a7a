//! What a person made of a cohort, in one file that is kept: selections, groups, notes, views, looks.
//!
//! A [`ProjectFile`] holds items of some kinds, each with an id, a text, its times and a revision. What
//! the texts mean, its callers know. Nothing is deleted: what was taken back stays as an item that is
//! gone, so that two copies of a project can be joined later. An answer is given once the disk has it.

mod connect;
mod file;

pub use connect::{ENDING, Owner};
pub use file::{MOST, Merged, ProjectError, ProjectFile, Put};

/// One thing that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: String,
    /// Its name among those of its kind.
    pub id: String,
    /// What it says; nothing once it is gone.
    pub body: String,
    /// When it was made first, in milliseconds since 1970.
    pub made: u64,
    /// When it was changed last, likewise.
    pub changed: u64,
    /// The number of the change in this file: later ones are higher.
    pub revision: u64,
    /// Whether it was taken back.
    pub gone: bool,
}
