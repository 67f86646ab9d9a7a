//! The pictures: small ones from the cache, whole ones from their files.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use blake3::{Hash, Hasher};
use ndarray::ArrayD;
use ndarray_npy::WriteNpyExt;
use rayon::prelude::*;
use thiserror::Error;
use tracing::Span;

use crate::bundle::{self, Bundle};
use crate::cohort::image::{self, Content, DeepPicture, ImageError, ImageSource, Want};
use crate::cohort::{Cohort, Record};
use crate::features::cache::Cache;
use crate::features::preprocess::Preprocessing;

use super::examine::{MASTER_SIZE, keep_sheet, kept_thumbnail, new_thumbnail};
use super::tensor::{Tensor, TensorError};

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
    /// Its file holds other bytes than those that its features were made of.
    #[error(
        "the picture was replaced after its features were computed: open the cohort again to read it"
    )]
    Changed,
    /// It has no more greys than it is served with as an image.
    #[error("the picture has 8 bits: /api/images has all of it")]
    NotDeep,
    /// Nothing prepares it.
    #[error("the features were computed elsewhere: no network reads the image here")]
    NoNetwork,
    /// Only smaller pictures of it are here.
    #[error("{0}")]
    Reduced(ImageError),
    /// Its file cannot be read any more.
    #[error("the image cannot be read: {0}")]
    Unreadable(ImageError),
}

impl From<ImageError> for GalleryError {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Reduced { .. } => Self::Reduced(error),
            other => Self::Unreadable(other),
        }
    }
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
    /// Where smaller pictures are of those that are not here.
    bundle: Option<Arc<Bundle>>,
    /// How the network's images are prepared, if there is one.
    preprocessing: Option<Preprocessing>,
}

/// The images of one state of the cohort.
struct Shown {
    /// In the order of the records.
    places: Vec<Option<Place>>,
    index: HashMap<String, usize>,
    /// Each page of the atlas, once it has been asked for.
    pages: Vec<OnceLock<ServedImage>>,
}

/// Where an image is, and what it held when its features were made.
#[derive(Clone)]
struct Place {
    source: ImageSource,
    content: Option<Content>,
}

impl Gallery {
    /// Where what was made of the pictures is kept.
    pub(super) fn cache(&self) -> Arc<Cache> {
        Arc::clone(&self.cache)
    }

    /// The images of `cohort`.
    pub(super) fn new(cohort: &Cohort, cache: Arc<Cache>, want: Want) -> Self {
        Self {
            shown: RwLock::new(Arc::new(Shown::new(cohort))),
            cache,
            want,
            bundle: None,
            preprocessing: None,
        }
    }

    /// The same, for a network whose images are prepared in this way.
    pub(super) fn prepared_by(self, preprocessing: Option<Preprocessing>) -> Self {
        Self {
            preprocessing,
            ..self
        }
    }

    /// The same, whose pictures are in a bundle.
    pub(super) fn in_bundle(self, bundle: Option<Arc<Bundle>>) -> Self {
        Self { bundle, ..self }
    }

    /// Keeps only the images that are still in `cohort`.
    pub fn keep(&self, cohort: &Cohort) {
        let shown = Arc::new(Shown::new(cohort));
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = shown;
    }

    /// A JPEG whose longest side is at most `size` pixels.
    pub fn thumbnail(&self, id: &str, size: u32) -> Result<ServedImage, GalleryError> {
        let place = self.place(id)?;
        let (jpeg, hash) = if size > MASTER_SIZE {
            let (bytes, hash, as_it_is) = self.largest(&place, size)?;
            let jpeg = match as_it_is {
                true => bytes.into_owned(),
                false => image::thumbnail(&image::decode(&bytes, self.want)?, size)?,
            };
            (jpeg, hash)
        } else {
            let (master, hash) = self.master(&place)?;
            match size {
                MASTER_SIZE => (master, hash),
                _ => (
                    image::thumbnail(&image::decode(&master, Want::Rgb)?, size)?,
                    hash,
                ),
            }
        };
        let tag = format!("\"{}-{size}\"", &hash.to_hex()[..16]);
        Ok(ServedImage {
            bytes: jpeg,
            media_type: "image/jpeg",
            tag,
        })
    }

    /// The largest picture that there is, its hash, and whether it is a thumbnail of this size already.
    fn largest<'a>(
        &self,
        place: &'a Place,
        size: u32,
    ) -> Result<(Cow<'a, [u8]>, Hash, bool), GalleryError> {
        match self.reduced(place, bundle::Size::Large)? {
            Some(bytes) => {
                let hash = blake3::hash(&bytes);
                Ok((Cow::Owned(bytes), hash, size >= bundle::LARGE))
            }
            None => {
                let (bytes, hash) = place.read()?;
                Ok((bytes, hash, false))
            }
        }
    }

    /// The picture that the bundle has of an image which is not here itself.
    fn reduced(&self, place: &Place, size: bundle::Size) -> Result<Option<Vec<u8>>, GalleryError> {
        let (ImageSource::Reduced { number, .. }, Some(bundle)) = (&place.source, &self.bundle)
        else {
            return Ok(None);
        };
        let picture = bundle.picture(*number, size);
        let picture = picture.map_err(|reason| ImageError::Io { reason })?;
        Ok(Some(picture))
    }

    /// What goes into a bundle of the image at this place: a small and a large picture of it, of the
    /// pixels alone.
    pub(super) fn to_bake(&self, number: usize) -> Result<Option<[Vec<u8>; 2]>, GalleryError> {
        let shown = self.shown();
        let Some(place) = &shown.places[number] else {
            return Ok(None);
        };
        let (bytes, _) = place.read()?;
        let picture = image::decode(&bytes, self.want)?;
        let of_size = |size| image::thumbnail(&picture, size);
        Ok(Some([of_size(bundle::SMALL)?, of_size(bundle::LARGE)?]))
    }

    /// The thumbnail that smaller ones are made of. A kept one is used without reading the image where
    /// its file is as it was.
    fn master(&self, place: &Place) -> Result<(Vec<u8>, Hash), GalleryError> {
        if let Some(small) = self.reduced(place, bundle::Size::Small)? {
            let hash = blake3::hash(&small);
            return Ok((small, hash));
        }
        if let Some(content) = &place.content
            && place.is_current()?
            && let Some(kept) = kept_thumbnail(&self.cache, self.want, content.hash)
        {
            return Ok((kept, content.hash));
        }
        let (bytes, hash) = place.read()?;
        let kept = kept_thumbnail(&self.cache, self.want, hash);
        let master = match kept {
            Some(kept) => kept,
            None => new_thumbnail(&self.cache, self.want, hash, &bytes)?,
        };
        Ok((master, hash))
    }

    /// The image as it is, or as PNG of the pixels that everything else is made of where a browser
    /// would show others.
    pub fn image(&self, id: &str) -> Result<ServedImage, GalleryError> {
        let place = self.place(id)?;
        let (bytes, hash) = place.read()?;
        let tag = format!("\"{}\"", &hash.to_hex()[..16]);
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

    /// The samples of a picture of more than 8 bits, as they are used in its file: an array of 16-bit
    /// numbers in NumPy's format, `(height, width)` or `(height, width, 3)`.
    pub fn deep(&self, id: &str) -> Result<ServedImage, GalleryError> {
        let place = self.place(id)?;
        let (bytes, hash) = place.read()?;
        let picture = image::decode_deep(&bytes)?.ok_or(GalleryError::NotDeep)?;
        Ok(ServedImage {
            bytes: numpy(picture).ok_or(ImageError::NoThumbnail)?,
            media_type: "application/octet-stream",
            tag: format!("\"{}-deep\"", &hash.to_hex()[..16]),
        })
    }

    /// What the network gets of an image.
    pub fn tensor(&self, id: &str) -> Result<Tensor, GalleryError> {
        let spec = self.preprocessing.as_ref().ok_or(GalleryError::NoNetwork)?;
        let place = self.place(id)?;
        let (bytes, _) = place.read()?;
        Tensor::of_bytes(spec, &bytes).map_err(|error| match error {
            TensorError::Image(error) => error.into(),
            TensorError::Preprocess(_) => GalleryError::Unreadable(ImageError::Empty),
        })
    }

    /// The same as a picture.
    pub fn tensor_picture(&self, id: &str) -> Result<ServedImage, GalleryError> {
        let bytes = self.tensor(id)?.png()?;
        Ok(ServedImage {
            tag: format!("\"{}-tensor\"", &blake3::hash(&bytes).to_hex()[..16]),
            media_type: "image/png",
            bytes,
        })
    }

    /// The pictures that are not what the features were made of any more, by their place among the
    /// records, and what is with each.
    pub fn changed(&self) -> Vec<(usize, GalleryError)> {
        let places = &self.shown().places;
        let changed = |(at, place): (usize, &Option<Place>)| Some((at, place.as_ref()?.fault()?));
        places.par_iter().enumerate().filter_map(changed).collect()
    }

    /// A page of the atlas: 16 rows of 16 squares of 64 pixels as one JPEG, in the order of the
    /// records, 256 to a page; the last page has the rows that it needs. What cannot be read any
    /// more is black. Made once for these images, and kept in the cache.
    pub fn atlas(&self, page: usize) -> Result<ServedImage, GalleryError> {
        let shown = self.shown();
        let made = shown.pages.get(page).ok_or(GalleryError::NoPage(page))?;
        let per_page = ATLAS_COLUMNS * ATLAS_COLUMNS;
        let places = shown.places.chunks(per_page).nth(page).unwrap_or_default();
        let current =
            |place: &Option<Place>| place.as_ref().is_none_or(|place| place.fault().is_none());
        let as_it_was = places.par_iter().all(current);
        if let Some(made) = made.get().filter(|_| as_it_was) {
            return Ok(made.clone());
        }
        let key = sheet_key(places).filter(|_| as_it_was);
        let kept = key.and_then(|key| kept_thumbnail(&self.cache, self.want, key));
        if let Some(kept) = kept {
            return Ok(made.get_or_init(|| ServedImage::sheet(kept)).clone());
        }
        let asked_by = Span::current();
        let tile = |place: &Option<Place>| {
            asked_by.in_scope(|| place.as_ref().and_then(|place| self.tile(place).ok()))
        };
        let tiles: Vec<Option<Vec<u8>>> = places.par_iter().map(tile).collect();
        let fresh = ServedImage::sheet(image::sheet(&tiles, ATLAS_COLUMNS, ATLAS_TILE)?);
        // A file that failed for a moment has its tile the next time.
        let is_whole = places
            .iter()
            .zip(&tiles)
            .all(|(place, tile)| place.is_none() || tile.is_some());
        if !(as_it_was && is_whole) {
            return Ok(fresh);
        }
        if let Some(key) = key {
            keep_sheet(&self.cache, self.want, key, &fresh.bytes);
        }
        Ok(made.get_or_init(|| fresh).clone())
    }

    fn tile(&self, place: &Place) -> Result<Vec<u8>, GalleryError> {
        let (master, _) = self.master(place)?;
        Ok(image::tile(
            &image::decode(&master, Want::Rgb)?,
            ATLAS_TILE,
        )?)
    }

    fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn place(&self, id: &str) -> Result<Place, GalleryError> {
        let shown = self.shown();
        let place = shown.index.get(id);
        place
            .and_then(|place| shown.places[*place].clone())
            .ok_or_else(|| GalleryError::Unknown(id.to_owned()))
    }
}

impl ServedImage {
    /// A page of the atlas.
    fn sheet(bytes: Vec<u8>) -> Self {
        Self {
            tag: format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..16]),
            media_type: "image/jpeg",
            bytes,
        }
    }
}

/// What a page of the atlas is kept under: the contents of its images, in their order; `None` while
/// they are not all known.
fn sheet_key(places: &[Option<Place>]) -> Option<Hash> {
    let mut hasher = Hasher::new_derive_key("negatoscope 2026 atlas page");
    hasher.update(&ATLAS_TILE.to_le_bytes());
    for place in places {
        // A place without an image is black, which no content hashes to.
        let content = match place {
            Some(place) => *place.content?.hash.as_bytes(),
            None => [0; 32],
        };
        hasher.update(&content);
    }
    Some(hasher.finalize())
}

impl Place {
    /// Whether the file holds what the features were made of; true before that is known.
    fn is_current(&self) -> Result<bool, ImageError> {
        self.content
            .as_ref()
            .map_or(Ok(true), |content| self.source.is_still(content))
    }

    /// Why it cannot be shown beside its features, if so.
    fn fault(&self) -> Option<GalleryError> {
        match self.is_current() {
            Ok(true) => None,
            Ok(false) => Some(GalleryError::Changed),
            Err(error) => Some(error.into()),
        }
    }

    /// The bytes and their hash.
    fn read(&self) -> Result<(Cow<'_, [u8]>, Hash), GalleryError> {
        let (bytes, read) = self.source.read_whole()?;
        match &self.content {
            Some(content) if content.hash != read.hash => Err(GalleryError::Changed),
            _ => Ok((bytes, read.hash)),
        }
    }
}

fn numpy(picture: DeepPicture) -> Option<Vec<u8>> {
    let (height, width) = (picture.height as usize, picture.width as usize);
    let shape = match picture.channels {
        1 => vec![height, width],
        n => vec![height, width, usize::from(n)],
    };
    let array = ArrayD::from_shape_vec(shape, picture.samples).ok()?;
    let mut bytes = Vec::new();
    array.write_npy(&mut bytes).ok()?;
    Some(bytes)
}

impl Shown {
    fn new(cohort: &Cohort) -> Self {
        let records = &cohort.records;
        let place = |record: &Record| {
            let source = record.image.clone()?;
            let content = record.content;
            Some(Place { source, content })
        };
        let places: Vec<_> = records.iter().map(place).collect();
        let ids = records.iter().map(|record| record.id.clone());
        let n_pages = match places.iter().all(Option::is_none) {
            true => 0,
            false => places.len().div_ceil(ATLAS_COLUMNS * ATLAS_COLUMNS),
        };
        Self {
            index: ids.zip(0..).collect(),
            pages: (0..n_pages).map(|_| OnceLock::new()).collect(),
            places,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A gallery of two pictures that have been read, whose files hold `bytes` now.
    fn gallery(cache: &Arc<Cache>, contents: [Hash; 2], bytes: &[u8]) -> Gallery {
        let place = |hash| {
            let source = ImageSource::Memory(bytes.into());
            let content = Some(Content { hash, stamp: None });
            Some(Place { source, content })
        };
        let shown = Shown {
            places: contents.map(place).to_vec(),
            index: HashMap::new(),
            pages: vec![OnceLock::new()],
        };
        Gallery {
            shown: RwLock::new(Arc::new(shown)),
            cache: Arc::clone(cache),
            want: Want::Grey,
            bundle: None,
            preprocessing: None,
        }
    }

    #[test]
    fn a_page_of_the_atlas_is_kept_for_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Arc::new(Cache::open(folder.path()).unwrap());
        let jpeg = |level: u8| image::sheet(&[Some(vec![level; 8 * 8 * 3])], 1, 8).unwrap();
        let contents = [blake3::hash(b"one"), blake3::hash(b"two")];
        for (hash, level) in contents.into_iter().zip([40, 200]) {
            new_thumbnail(&cache, Want::Grey, hash, &jpeg(level)).unwrap();
        }
        let first = gallery(&cache, contents, b"no picture").atlas(0).unwrap();

        // Thumbnails made otherwise since: whoever made the page anew would show them.
        for hash in contents {
            new_thumbnail(&cache, Want::Grey, hash, &jpeg(120)).unwrap();
        }
        let again = gallery(&cache, contents, b"no picture").atlas(0).unwrap();
        assert_eq!((again.bytes, again.tag), (first.bytes.clone(), first.tag));

        let [one, two] = contents;
        let other_order = gallery(&cache, [two, one], b"no picture").atlas(0).unwrap();
        assert_ne!(other_order.bytes, first.bytes);
    }
}
