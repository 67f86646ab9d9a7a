//! Addresses as they are typed: `s3://BUCKET/PREFIX`.

use std::fmt;

use object_store::path::Path;
use thiserror::Error;

use crate::names;

/// Text that names nothing in an object store. No sentence repeats more of it than its scheme: it may hold a secret.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum AddressError {
    /// Of another kind of store.
    #[error("{0}:// is no object store that is read: give s3://BUCKET/PREFIX, or a folder")]
    Scheme(String),
    /// Whoever sees the command line would see them, too.
    #[error(
        "the address has credentials in it: leave them out, and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )]
    Credentials,
    /// Nothing that a bucket is called.
    #[error("the address names no bucket: give s3://BUCKET/PREFIX")]
    Bucket,
    /// Nothing that a folder is called.
    #[error("the prefix of the address names no folder: leave out empty parts, \".\" and \"..\"")]
    Prefix,
}

/// What lies in a bucket below a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub(crate) bucket: String,
    pub(crate) prefix: Path,
}

impl Address {
    /// Reads `s3://BUCKET/PREFIX`, whose prefix may be missing.
    ///
    /// # Errors
    /// [`AddressError`] when it is none, or has credentials in it.
    pub fn of(text: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = text.split_once("://").ok_or(AddressError::Bucket)?;
        if !scheme.eq_ignore_ascii_case("s3") {
            return Err(AddressError::Scheme(scheme.to_owned()));
        }
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.contains('@') {
            return Err(AddressError::Credentials);
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        if bucket.is_empty() || !bucket.chars().all(plain) {
            return Err(AddressError::Bucket);
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            prefix: Path::parse(prefix).map_err(|_| AddressError::Prefix)?,
        })
    }

    /// What it is called: its last part.
    pub fn name(&self) -> &str {
        let last = self.prefix.as_ref().rsplit('/').next();
        let name = last.filter(|last| !last.is_empty());
        let name = name.unwrap_or(&self.bucket);
        // It becomes the name of a folder.
        if names::refusal(name).is_none() && !name.starts_with('.') {
            name
        } else {
            "cohort"
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}", self.bucket)?;
        match self.prefix.as_ref() {
            "" => Ok(()),
            prefix => write!(f, "/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_bucket_and_a_prefix_and_is_called_by_its_last_part() {
        let read = |text| {
            let address = Address::of(text).unwrap();
            (address.to_string(), address.name().to_owned())
        };
        let pair = |address: &str, name: &str| (address.to_owned(), name.to_owned());
        assert_eq!(read("s3://films/a/b"), pair("s3://films/a/b", "b"));
        assert_eq!(read("S3://films/a/b/"), pair("s3://films/a/b", "b"));
        assert_eq!(read("s3://films"), pair("s3://films", "films"));
        assert_eq!(read("s3://films/"), pair("s3://films", "films"));
        // No folder may be called so everywhere.
        assert_eq!(read("s3://films/con").1, "cohort");
        assert_eq!(read("s3://films/.git").1, "cohort");
    }

    #[test]
    fn what_is_no_address_is_refused_and_no_secret_is_repeated() {
        let refused = |text| Address::of(text).unwrap_err();
        for text in ["s3://key:secret@films/a", "s3://secret@films"] {
            assert_eq!(refused(text), AddressError::Credentials);
            assert!(!refused(text).to_string().contains("secret"));
        }
        assert_eq!(refused("gs://films/a"), AddressError::Scheme("gs".into()));
        for text in [
            "s3://",
            "s3:///a",
            "s3://fi lms",
            "s3://films:80/a",
            "films",
        ] {
            assert_eq!(refused(text), AddressError::Bucket, "{text}");
        }
        for text in [
            "s3://films/a/../b",
            "s3://films/a//b",
            "s3://films/.",
            "s3://films/a\n",
        ] {
            assert_eq!(refused(text), AddressError::Prefix, "{text}");
        }
    }
}
