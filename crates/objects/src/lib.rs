//! A mirror of what lies below an address in an object store: a folder of files, kept from start to start.
//!
//! A [`Mirror`] lists the store and says what differs from the folder ([`Mirror::compare`]); [`Changes::make`] brings
//! what is new, takes away what is gone, and leaves the folder as the store is. Whoever reads the folder needs to know
//! nothing of where it comes from. A key that is no plain file below the folder is never followed (`names`), each
//! object appears under its name when it is whole, and what came stays if the process ends (`record`).

mod address;
mod error;
mod mirror;
mod names;
mod record;
mod store;
#[cfg(test)]
mod tests;

pub use address::{Address, AddressError};
pub use error::MirrorError;
pub use mirror::{Changes, Mirror};
