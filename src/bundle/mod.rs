//! A bundle: one file that holds a study without its X-rays, to be handed to a colleague.
//!
//! It is a ZIP archive in which nothing is compressed, so that whoever receives one can look at all
//! that is in it, and one cohort gives the same bytes on every machine:
//!
//! ```text
//! mimetype                 first, so that a bundle is told by its first bytes
//! manifest.json            what made it, what went in and how, hashes of the parts
//! cohort.json              records and typed columns, as they were chosen to go in
//! features.npy             (n_images, n_features), to the bit
//! answers/HASH             maps, pieces of verdicts and the proposal, by the keys of the cache
//! pictures/small/1.jpg …   and pictures/large/1.jpg …, by the place of the record
//! project.json             the project file, where one went in
//! ```
//!
//! [`choose()`] says what goes in and how, [`Contents::apply`] makes the cohort that does, [`Writer`] and
//! [`Bundle`] write and read. What a bundle says is not trusted: sizes are limited before anything is
//! read, and the parts are held against each other.

mod choice;
mod cohort;
mod manifest;
mod read;
mod sensitive;
mod write;

use std::path::PathBuf;

use thiserror::Error;

pub use choice::{Choice, ColumnForm, Contents, Form, UnknownName, choose};
pub use cohort::as_json as cohort_json;
pub use manifest::{Manifest, Model, Pictures, Setting};
pub use read::{Bundle, Opened, is_bundle};
pub use write::Writer;

/// The version of the format that is written, and the newest that is read.
pub const FORMAT: u32 = 1;

/// What a sentence about a bundle is about, among what was assumed.
pub const TOPIC: &str = "bundle";

/// Longest side of the small pictures, in pixels.
pub const SMALL: u32 = 256;
/// Longest side of the large pictures, in pixels.
pub const LARGE: u32 = 768;

/// What the first entry holds.
const MIME_TYPE: &str = "application/vnd.negatoscope.bundle";
const MIME_ENTRY: &str = "mimetype";
const MANIFEST: &str = "manifest.json";
const COHORT: &str = "cohort.json";
const FEATURES: &str = "features.npy";
const ANSWERS: &str = "answers/";
const PROJECT: &str = "project.json";

/// A picture's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// [`SMALL`].
    Small,
    /// [`LARGE`].
    Large,
}

impl Size {
    /// The entry of the picture of a record, whose place counts from 0.
    fn entry(self, number: usize) -> String {
        let folder = match self {
            Self::Small => "small",
            Self::Large => "large",
        };
        format!("pictures/{folder}/{}.jpg", number + 1)
    }
}

/// Why a bundle cannot be used.
#[derive(Debug, Error)]
pub enum BundleError {
    /// The operating system refused.
    #[error("{} cannot be read ({source}): check the path and its permissions", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was said.
        source: std::io::Error,
    },
    /// It is cut off, damaged, or not made by this program.
    #[error("{} is a damaged bundle ({reason}): ask for it again", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A later version wrote it.
    #[error(
        "{} is a bundle of format {format}, and this negatoscope reads up to {FORMAT}: install version {version} or later",
        .path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
        /// What wrote it.
        version: String,
    },
    /// An option asks for something that a bundle has settled.
    #[error("{} is a bundle, whose images and features are settled: leave out {option}", .path.display())]
    Option {
        /// The file.
        path: PathBuf,
        /// The option.
        option: &'static str,
    },
    /// A bundle was given where the X-rays are needed.
    #[error("{} is a bundle already: bake the cohort that it was made of", .path.display())]
    Again {
        /// The file.
        path: PathBuf,
    },
}
