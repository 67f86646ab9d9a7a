//! The pictures: small ones from the cache, whole ones from their files.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use thiserror::Error;

use crate::cohort::Cohort;
use crate::cohort::image::{self, FileType, ImageError, ImageSource, Want};
use crate::features::cache::Cache;

use super::examine::{MASTER_SIZE, master_thumbnail};

/// A picture cannot be shown.
#[derive(Debug, Error)]
pub enum GalleryError {
    /// No image has this id.
    #[error("there is no image with the id \"{0}\"")]
    Unknown(String),
    /// Its file cannot be read any more.
    #[error("the image cannot be read: {0}")]
    Unreadable(#[from] ImageError),
}

/// A picture on its way to a browser.
#[derive(Debug)]
pub struct ServedImage {
    /// The encoded picture.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// An entity tag: equal tags, equal bytes.
    pub tag: String,
}

/// The images of a cohort by id.
pub struct Gallery {
    sources: RwLock<HashMap<String, ImageSource>>,
    cache: Arc<Cache>,
    /// Grey or colours, as the network sees the images: thumbnails are shared with it.
    want: Want,
}

impl Gallery {
    /// The images of `cohort`.
    pub(super) fn new(cohort: &Cohort, cache: Arc<Cache>, want: Want) -> Self {
        Self {
            sources: RwLock::new(sources(cohort)),
            cache,
            want,
        }
    }

    /// Keeps only the images that are still in `cohort`.
    pub fn keep(&self, cohort: &Cohort) {
        *self.sources.write().unwrap_or_else(PoisonError::into_inner) = sources(cohort);
    }

    /// A JPEG whose longest side is at most `size` pixels.
    pub fn thumbnail(&self, id: &str, size: u32) -> Result<ServedImage, GalleryError> {
        let source = self.source(id)?;
        let bytes = source.read()?;
        let hash = blake3::hash(&bytes);
        let jpeg = if size > MASTER_SIZE {
            image::thumbnail(&image::decode(&bytes, self.want)?, size)?
        } else {
            let master = master_thumbnail(&self.cache, self.want, hash, &bytes)?;
            match size {
                MASTER_SIZE => master,
                _ => image::thumbnail(&image::decode(&master, Want::Rgb)?, size)?,
            }
        };
        let tag = format!("\"{}-{size}\"", &hash.to_hex()[..16]);
        Ok(ServedImage {
            bytes: jpeg,
            media_type: "image/jpeg",
            tag,
        })
    }

    /// The image as it is, or as PNG where browsers cannot show its type.
    pub fn image(&self, id: &str) -> Result<ServedImage, GalleryError> {
        let source = self.source(id)?;
        let bytes = source.read()?;
        let tag = format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..16]);
        let shown = FileType::of(&bytes).filter(|kind| kind.browsers_show_it());
        Ok(match shown {
            Some(kind) => ServedImage {
                media_type: kind.media_type(),
                bytes: bytes.into_owned(),
                tag,
            },
            None => {
                let png = image::png(&image::decode(&bytes, Want::Rgb)?)?;
                ServedImage {
                    bytes: png,
                    media_type: "image/png",
                    tag,
                }
            }
        })
    }

    fn source(&self, id: &str) -> Result<ImageSource, GalleryError> {
        let sources = self.sources.read().unwrap_or_else(PoisonError::into_inner);
        sources
            .get(id)
            .cloned()
            .ok_or_else(|| GalleryError::Unknown(id.to_owned()))
    }
}

fn sources(cohort: &Cohort) -> HashMap<String, ImageSource> {
    let with_image = cohort.records.iter();
    with_image
        .filter_map(|record| Some((record.id.clone(), record.image.clone()?)))
        .collect()
}
