//! The store itself: S3 as the environment says, a listing, and the bytes of an object.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientConfigKey, GetOptions, GetResult, ObjectStore, RetryConfig,
};
use tokio::runtime::Runtime;

use crate::address::Address;
use crate::error::MirrorError;
use crate::record::Stamp;

/// Tries of one request after the first; with the time between them about three seconds where nothing listens.
const TRIES: usize = 5;

/// The longest wait for the next bytes, in seconds.
const SILENCE: &str = "30 seconds";

/// The longest wait for one object of the largest size.
const OBJECT: &str = "1 hour";

/// A store, and what runs its requests.
pub(crate) struct Store {
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(crate) runtime: Runtime,
}

/// One object as it was listed.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) key: Path,
    pub(crate) stamp: Stamp,
}

impl Store {
    pub(crate) fn new(objects: Arc<dyn ObjectStore>) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        Ok(Self { objects, runtime })
    }

    /// All that lies below a prefix, with its path from there on.
    pub(crate) fn list(&self, prefix: &Path) -> object_store::Result<Vec<(String, Listed)>> {
        let all = self.objects.list(Some(prefix)).try_collect::<Vec<_>>();
        let all = self.runtime.block_on(all)?;
        let listed = all.into_iter().filter_map(|meta| {
            let whole = meta.location.as_ref();
            let below = whole.strip_prefix(prefix.as_ref())?;
            let path = below.strip_prefix('/').unwrap_or(below).to_owned();
            let listed = Listed {
                stamp: Stamp {
                    size: meta.size,
                    modified: meta.last_modified.timestamp_millis(),
                    etag: meta.e_tag,
                },
                key: meta.location,
            };
            // A place that stands for the folder itself.
            (!path.is_empty()).then_some((path, listed))
        });
        Ok(listed.collect())
    }

    /// An object, if it is still the one that was listed.
    pub(crate) fn get(&self, listed: &Listed) -> object_store::Result<GetResult> {
        let options = GetOptions {
            if_match: listed.stamp.etag.clone(),
            ..GetOptions::default()
        };
        let found = self.objects.get_opts(&listed.key, options);
        self.runtime.block_on(found)
    }
}

/// The store of an address as `AWS_…` in the environment describe it, and what tells it from the same address elsewhere.
///
/// # Errors
/// When they describe none.
pub(crate) fn of_environment(address: &Address) -> Result<(Store, String), MirrorError> {
    let settings = |reason: String| MirrorError::Settings {
        address: address.to_string(),
        reason,
    };
    // Where somebody else has chosen a provider it stays.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let client = |key| AmazonS3ConfigKey::Client(key);
    let builder = AmazonS3Builder::from_env()
        .with_bucket_name(&address.bucket)
        .with_config(client(ClientConfigKey::ReadTimeout), SILENCE)
        .with_config(client(ClientConfigKey::Timeout), OBJECT)
        .with_retry(RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: TRIES,
            retry_timeout: Duration::from_secs(60),
        });
    let keys = [AmazonS3ConfigKey::Endpoint, AmazonS3ConfigKey::S3Endpoint];
    let endpoints = keys.map(|key| builder.get_config_value(&key).unwrap_or_default());
    let objects = builder
        .build()
        .map_err(|error| settings(error.to_string()))?;
    let store = Store::new(Arc::new(objects)).map_err(|error| settings(error.to_string()))?;
    Ok((store, endpoints.join("\n")))
}
