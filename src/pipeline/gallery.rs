//! The pictures: small ones from the cache, whole ones from their files.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use rayon::prelude::*;
use thiserror::Error;

use crate::cohort::Cohort;
use crate::cohort::image::{self, ImageError, ImageSource, Want};
use crate::features::cache::Cache;

use super::examine::{MASTER_SIZE, master_thumbnail};

/// Tiles in a row of an atlas page, which has as many rows at most.
const ATLAS_COLUMNS: usize = 16;
/// Side of an atlas tile, in pixels.
const ATLAS_TILE: u32 = 64;

/// A picture cannot be shown.
#[derive(Debug, Error)]
pub enum GalleryError {
    /// No image has this id.
    #[error("there is no image with the id \"{0}\"")]
    Unknown(String),
    /// There are fewer images than would fill the pages before this one.
    #[error("there is no page {0} in the atlas of this cohort")]
    NoPage(usize),
    /// Its file cannot be read any more.
    #[error("the image cannot be read: {0}")]
    Unreadable(#[from] ImageError),
}

/// A picture on its way to a browser.
#[derive(Debug, Clone)]
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
    shown: RwLock<Arc<Shown>>,
    cache: Arc<Cache>,
    /// Grey or colours, as the network sees the images: thumbnails are shared with it.
    want: Want,
}

/// The images of one state of the cohort.
struct Shown {
    /// In the order of the records.
    sources: Vec<Option<ImageSource>>,
    place: HashMap<String, usize>,
    /// Each page of the atlas, once it has been asked for.
    pages: Vec<OnceLock<ServedImage>>,
}

impl Gallery {
    /// The images of `cohort`.
    pub(super) fn new(cohort: &Cohort, cache: Arc<Cache>, want: Want) -> Self {
        Self {
            shown: RwLock::new(Arc::new(Shown::new(cohort))),
            cache,
            want,
        }
    }

    /// Keeps only the images that are still in `cohort`.
    pub fn keep(&self, cohort: &Cohort) {
        let shown = Arc::new(Shown::new(cohort));
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = shown;
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

    /// The image as it is, or as PNG of the pixels that everything else is made of where a browser
    /// would show others.
    pub fn image(&self, id: &str) -> Result<ServedImage, GalleryError> {
        let source = self.source(id)?;
        let bytes = source.read()?;
        let tag = format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..16]);
        let picture = image::decode(&bytes, Want::Rgb)?;
        let (bytes, media_type) = match picture.shown_alike(&bytes) {
            Some(media_type) => (bytes.into_owned(), media_type),
            None => (image::encode_png(&picture)?, "image/png"),
        };
        Ok(ServedImage {
            bytes,
            media_type,
            tag,
        })
    }

    /// A page of the atlas: 16 rows of 16 squares of 64 pixels as one JPEG, in the order of the
    /// records, 256 to a page; the last page has the rows that it needs. What cannot be read any
    /// more is black. Made once for a state of the cohort.
    pub fn atlas(&self, page: usize) -> Result<ServedImage, GalleryError> {
        let shown = self.shown();
        let made = shown.pages.get(page).ok_or(GalleryError::NoPage(page))?;
        if let Some(made) = made.get() {
            return Ok(made.clone());
        }
        let per_page = ATLAS_COLUMNS * ATLAS_COLUMNS;
        let sources = shown.sources.chunks(per_page).nth(page).unwrap_or_default();
        let tiles: Vec<Option<Vec<u8>>> = sources
            .par_iter()
            .map(|source| self.tile(source.as_ref()?).ok())
            .collect();
        let bytes = image::sheet(&tiles, ATLAS_COLUMNS, ATLAS_TILE)?;
        let tag = format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..16]);
        let media_type = "image/jpeg";
        let fresh = ServedImage {
            bytes,
            media_type,
            tag,
        };
        Ok(made.get_or_init(|| fresh).clone())
    }

    fn tile(&self, source: &ImageSource) -> Result<Vec<u8>, GalleryError> {
        let bytes = source.read()?;
        let master = master_thumbnail(&self.cache, self.want, blake3::hash(&bytes), &bytes)?;
        Ok(image::tile(
            &image::decode(&master, Want::Rgb)?,
            ATLAS_TILE,
        )?)
    }

    fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn source(&self, id: &str) -> Result<ImageSource, GalleryError> {
        let shown = self.shown();
        let place = shown.place.get(id);
        place
            .and_then(|place| shown.sources[*place].clone())
            .ok_or_else(|| GalleryError::Unknown(id.to_owned()))
    }
}

impl Shown {
    fn new(cohort: &Cohort) -> Self {
        let records = &cohort.records;
        let sources: Vec<_> = records.iter().map(|record| record.image.clone()).collect();
        let ids = records.iter().map(|record| record.id.clone());
        let n_pages = match sources.iter().all(Option::is_none) {
            true => 0,
            false => sources.len().div_ceil(ATLAS_COLUMNS * ATLAS_COLUMNS),
        };
        Self {
            place: ids.zip(0..).collect(),
            pages: (0..n_pages).map(|_| OnceLock::new()).collect(),
            sources,
        }
    }
}
