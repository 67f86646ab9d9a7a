//! What goes wrong between a store and its mirror.

use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;

use negatoscope_host::files::OutputError;
use thiserror::Error;

use crate::address::AddressError;

/// A mirror that cannot be made as the store is.
#[derive(Debug, Error)]
pub enum MirrorError {
    /// The text names nothing in a store.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// What is said of the store in the environment.
    #[error(
        "the store of {address} is not to be had ({reason}): check the variables AWS_… of the environment"
    )]
    Settings {
        /// Where it should be.
        address: String,
        /// What was said.
        reason: String,
    },
    /// No answer, and no mirror of an earlier start.
    #[error(
        "{address} cannot be reached ({reason}): check the network, the credentials, and AWS_ENDPOINT_URL for a server of your own"
    )]
    Unreachable {
        /// Where it should be.
        address: String,
        /// What was said.
        reason: String,
    },
    /// An answer: no.
    #[error(
        "{address} may not be read ({reason}): set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, or AWS_SKIP_SIGNATURE=true for a public one"
    )]
    Denied {
        /// What was asked for.
        address: String,
        /// What was said.
        reason: String,
    },
    /// An answer: there is none.
    #[error(
        "there is no bucket of {address}: check the name, and AWS_ENDPOINT_URL for a server of your own"
    )]
    NoBucket {
        /// What was asked for.
        address: String,
    },
    /// A prefix of nothing.
    #[error("there is nothing below {address} that could be a file: give the prefix of a cohort")]
    Nothing {
        /// What was asked for.
        address: String,
    },
    /// A key that cannot even be listed.
    #[error(
        "the object {key} has a name that leads out of a folder, or is none: rename it, or give another prefix"
    )]
    Key {
        /// Its key.
        key: String,
    },
    /// Another object than the one that was listed.
    #[error("the object {key} changed while the store was read: start again")]
    Changed {
        /// Its key.
        key: String,
    },
    /// One that does not come.
    #[error("the object {key} does not come ({reason}): start again, what came is kept")]
    Fetch {
        /// Its key.
        key: String,
        /// What was said.
        reason: String,
    },
    /// The folder cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The folder cannot be looked at.
    #[error("{} cannot be used ({source}): remove it, or give another --cache-dir", .path.display())]
    Folder {
        /// What was looked at.
        path: PathBuf,
        /// What was said.
        source: io::Error,
    },
}

impl MirrorError {
    /// Of a store that could not be listed.
    pub(crate) fn of_list(error: &object_store::Error, address: String) -> Self {
        use object_store::path::Error::{BadSegment, EmptySegment};
        let reason = innermost(error);
        if let object_store::Error::InvalidPath {
            source: EmptySegment { path } | BadSegment { path, .. },
        } = error
        {
            return Self::Key { key: path.clone() };
        }
        match status(&reason) {
            Some(404) => Self::NoBucket { address },
            Some(400..500) => Self::Denied { address, reason },
            _ => Self::Unreachable { address, reason },
        }
    }

    /// Of an object that was listed and could not be had.
    pub(crate) fn of_object(error: &object_store::Error, key: String) -> Self {
        use object_store::Error;
        match error {
            Error::NotFound { .. } | Error::Precondition { .. } => Self::Changed { key },
            _ => Self::Fetch {
                key,
                reason: innermost(error),
            },
        }
    }
}

/// The status of a listing's answer. The library keeps it to itself, but in its words; where they change, a store that says
/// no is one that does not answer.
fn status(reason: &str) -> Option<u16> {
    reason.split(' ').next()?.parse().ok()
}

/// What lies at the bottom of an error: all above it repeat it, and name addresses with all that stands in them.
fn innermost(error: &dyn StdError) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    let said = error.to_string();
    // An answer of a server may be a document.
    let said = said.split_once('<').map_or(&*said, |(before, _)| before);
    let said = said.split(" (os error").next().unwrap_or(said);
    // "403 Forbidden" says enough.
    let said = said.rsplit("status code: ").next().unwrap_or(said);
    said.trim_end_matches([':', ' '])
        .chars()
        .take(200)
        .collect()
}
