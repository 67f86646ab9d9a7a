//! Reading images: from bytes to facts, thumbnail and features, each fetched from the cache where
//! it is there and computed where it is not.

use std::sync::Arc;

use blake3::Hash;
use ndarray::Array2;
use rayon::prelude::*;

use crate::analysis::{Cancelled, Count};
use crate::cohort::image::{
    self, Content, Depth, ImageError, ImageFacts, ImageSource, Picture, Want,
};
use crate::cohort::{Assumption, Examined};
use crate::config::FeatureConfig;
use crate::features::backend::{self, Backend, BackendError, Wanted};
use crate::features::cache::{Cache, FeatureSpace, ImageEntry};
use crate::features::model::{Assumed, BuiltIn, Model};
use crate::features::preprocess::{self, PreprocessError, Preprocessing};

use super::drawings::Drawings;
use super::study::{ModelInfo, StudyError};
use super::tensor::{pixels, wanted};

/// Longest side of the thumbnails that are kept, in pixels; smaller ones are made of them.
pub(super) const MASTER_SIZE: u32 = 256;

/// Counts up when facts or thumbnails are made otherwise, so that kept ones are not used.
const FACTS_VERSION: u32 = 3;

/// Images that are looked up at once, for each thread: enough to keep all busy.
const IMAGES_PER_THREAD: usize = 16;

/// What came of looking at one image.
#[derive(Debug)]
pub(super) struct Seen {
    /// `None` where there is no image to look at.
    pub(super) facts: Option<ImageFacts>,
    /// What its file held; `None` where there is no image.
    pub(super) content: Option<Content>,
    in_training: Option<bool>,
    is_taught: bool,
    /// `None` without a network, and where it gave no finite numbers.
    pub(super) features: Option<Vec<f32>>,
    /// What the network gave that is no finite number.
    pub(super) not_finite: Option<f32>,
}

/// Reads images.
pub(super) struct Examiner {
    network: Option<Network>,
    cache: Arc<Cache>,
    /// Colours are decoded only for a network that sees them.
    want: Want,
    /// Which images a built-in model was trained on is known; of others nothing is.
    built_in: Option<BuiltIn>,
}

struct Network {
    model: Model,
    backend: Box<dyn Backend>,
    space: FeatureSpace,
    warnings: Vec<String>,
}

impl Examiner {
    /// Reads facts alone.
    pub(super) fn without_network(cache: Arc<Cache>) -> Self {
        Self {
            network: None,
            cache,
            want: Want::Grey,
            built_in: None,
        }
    }

    /// The same, which looks at images as a network does that ran elsewhere.
    pub(super) fn looking_as(
        self,
        preprocessing: Option<&Preprocessing>,
        built_in: Option<BuiltIn>,
    ) -> Self {
        Self {
            want: preprocessing.map_or(Want::Grey, wanted),
            built_in,
            ..self
        }
    }

    /// Reads facts and features of a configured model.
    pub(super) fn with_network(
        config: &FeatureConfig,
        cache: Arc<Cache>,
    ) -> Result<Self, StudyError> {
        let network = Network::open(config)?;
        let prepared = network.model.prepared();
        tracing::info!(
            "Images are prepared so, by {}: {}.",
            prepared.origin,
            prepared.spec.in_words()
        );
        Ok(Self {
            want: wanted(network.model.preprocessing()),
            built_in: network.model.built_in(),
            network: Some(network),
            cache,
        })
    }

    /// What a user should know of the network, if there is one.
    pub(super) fn model_info(&self) -> Option<ModelInfo> {
        let network = self.network.as_ref()?;
        let layer = network.model.layer();
        Some(ModelInfo {
            name: network.model.name().to_owned(),
            hash: Some(network.model.hash().to_hex()[..16].to_owned()),
            layer: Some(layer.name.clone()),
            pool: Some(network.model.pool()),
            prepared: Some(network.model.prepared().clone()),
            n_features: layer.n_features().unwrap_or(0),
            backend: network.backend.name().to_owned(),
            scaling: None,
            warnings: network.warnings.clone(),
        })
    }

    /// What had to be assumed of the network, if there is one.
    pub(super) fn assumed(&self) -> Vec<Assumption> {
        let network = self.network.iter();
        let assumed = network.flat_map(|network| network.model.assumed());
        let assumption = |assumed: &Assumed| Assumption {
            topic: assumed.topic,
            column: None,
            text: assumed.text.clone(),
        };
        assumed.map(assumption).collect()
    }

    /// Looks at every image, in their order; `Err` inside is why one cannot be read. The counter
    /// hears of one unit an image.
    pub(super) fn examine(
        &self,
        images: &[Option<&ImageSource>],
        counter: &dyn Count,
    ) -> Result<Vec<Result<Seen, String>>, StudyError> {
        let at_once = IMAGES_PER_THREAD * rayon::current_num_threads();
        let mut seen = Vec::with_capacity(images.len());
        for images in images.chunks(at_once) {
            seen.extend(self.examine_some(images, counter)?);
        }
        self.check_finite(&seen)?;
        Ok(seen)
    }

    /// Refuses a layer that gives no finite numbers for some of the images: a cohort without these
    /// would be another one.
    fn check_finite(&self, seen: &[Result<Seen, String>]) -> Result<(), StudyError> {
        let Some(network) = &self.network else {
            return Ok(());
        };
        let read = || seen.iter().flatten().filter(|seen| seen.facts.is_some());
        let mut values = read().filter_map(|seen| seen.not_finite);
        let Some(value) = values.next() else {
            return Ok(());
        };
        Err(StudyError::NotFinite {
            layer: network.model.layer().name.clone(),
            value,
            n_images: 1 + values.count(),
            of: read().count(),
        })
    }

    fn examine_some(
        &self,
        images: &[Option<&ImageSource>],
        counter: &dyn Count,
    ) -> Result<Vec<Result<Seen, String>>, StudyError> {
        let hashed: Vec<Option<Result<Content, ImageError>>> = images
            .par_iter()
            .map(|image| image.map(|image| Ok(image.read_whole()?.1)))
            .collect();
        let read = hashed.iter().flatten().flatten();
        let hashes: Vec<Hash> = read.map(|content| content.hash).collect();
        let entries = self.cache.images(entry_version(self.want()), &hashes);
        let features = match &self.network {
            Some(network) => self.cache.features(network.space, &hashes),
            None => vec![None; hashes.len()],
        };
        // What is known follows the hashes, which skip what could not be read.
        let mut known = entries.into_iter().zip(features);
        let asked: Vec<_> = images
            .iter()
            .zip(hashed)
            .map(|(image, hash)| {
                let known_of = |content| (content, known.next().unwrap_or_default());
                image.zip(hash.map(|hash| hash.map(known_of)))
            })
            .collect();
        let found: Vec<Option<Result<Found, String>>> = asked
            .into_par_iter()
            .map(|asked| {
                if counter.cancelled() {
                    return Err(StudyError::Cancelled(Cancelled));
                }
                let found = asked.map(|(image, known)| {
                    let (content, (entry, features)) = known?;
                    self.look(image, Found::known(content, entry, features))
                });
                let found = found.transpose();
                if let Ok(Some(found)) = &found {
                    self.remember(found);
                }
                // Only now: whoever is told that an image is done finds it kept at the next start.
                counter.advance(1);
                match found {
                    Ok(found) => Ok(found.map(Ok)),
                    Err(Refusal::Image(reason)) => Ok(Some(Err(reason))),
                    Err(Refusal::Study(error)) => Err(error),
                }
            })
            .collect::<Result<_, _>>()?;
        Ok(found.into_iter().map(|found| self.seen(found)).collect())
    }

    /// Completes what is known of one image from its pixels, if anything is missing.
    fn look(&self, image: &ImageSource, mut found: Found) -> Result<Found, Refusal> {
        let complete = found.features.is_some() || self.network.is_none();
        if found.facts.is_some() && complete {
            return Ok(found);
        }
        // Read again rather than kept: a few images are new, and all of them are hashed.
        let (bytes, content) = image.read_whole()?;
        if content.hash != found.content.hash {
            return Err(Refusal::Image(
                "the file changed while it was read".to_owned(),
            ));
        }
        let picture = image::decode(&bytes, self.want())?;
        if found.facts.is_none() {
            found.new_entry = Some(new_entry(&picture)?);
            found.facts = Some(picture.facts());
        }
        if let Some(network) = self.network.as_ref().filter(|_| found.features.is_none()) {
            let tensor = preprocess::tensor(network.model.preprocessing(), pixels(&picture))?;
            match network.backend.run(&tensor) {
                Ok(features) => {
                    found.features = Some(features);
                    found.is_new = true;
                }
                // The layer is at fault, and is told of once for all images.
                Err(BackendError::NotFinite { value }) => found.not_finite = Some(value),
                Err(error) => return Err(Refusal::Study(error.into())),
            }
        }
        Ok(found)
    }

    /// Keeps what was computed.
    fn remember(&self, found: &Found) {
        let hash = found.content.hash;
        if let Some(entry) = &found.new_entry {
            let entry = (hash, entry.clone());
            self.cache.put_images(entry_version(self.want()), &[entry]);
        }
        if let (Some(network), Some(features), true) =
            (&self.network, &found.features, found.is_new)
        {
            self.cache
                .put_features(network.space, &[(hash, features.clone())]);
        }
    }

    fn seen(&self, found: Option<Result<Found, String>>) -> Result<Seen, String> {
        let Some(found) = found.transpose()? else {
            return Ok(Seen {
                facts: None,
                content: None,
                in_training: None,
                is_taught: false,
                features: None,
                not_finite: None,
            });
        };
        let hash = &found.content.hash;
        // The column says the same of a cohort, whichever of the built-in networks is used.
        let of_default = |_| BuiltIn::Default.was_trained_on(hash);
        let in_training = self.built_in.map(of_default);
        let is_taught = self.built_in.is_some_and(|used| used.was_trained_on(hash));
        Ok(Seen {
            facts: found.facts,
            content: Some(found.content),
            in_training,
            is_taught,
            features: found.features,
            not_finite: found.not_finite,
        })
    }

    /// Where pictures that are drawn are kept.
    pub(super) fn drawings(&self) -> Arc<Drawings> {
        Arc::new(Drawings(Arc::clone(&self.cache)))
    }

    /// How images are decoded.
    pub(super) fn want(&self) -> Want {
        self.want
    }

    /// All that the vector of an image depends on beside its bytes, in words and as a hash; `None` without a network.
    pub(super) fn maker(&self) -> Option<(&Model, &dyn Backend, FeatureSpace)> {
        let network = self.network.as_ref()?;
        Some((&network.model, &*network.backend, network.space))
    }
}

impl Network {
    fn open(config: &FeatureConfig) -> Result<Self, StudyError> {
        let model = Model::chosen(config.model.as_deref(), &config.choice)?;
        let wanted = Wanted::from_env()?;
        let chosen = backend::choose_on(config.device, &model, config.threads, wanted)?;
        Ok(Self {
            space: FeatureSpace::new(&model, &*chosen.backend),
            model,
            backend: chosen.backend,
            warnings: chosen.warnings,
        })
    }
}

/// Features of the images that could be read, `(n_images, n_features)`.
pub(super) fn stack(seen: &[Result<Seen, String>]) -> Array2<f32> {
    let vectors: Vec<&[f32]> = seen
        .iter()
        .flatten()
        .filter_map(|seen| seen.features.as_deref())
        .collect();
    let n_features = vectors.first().map_or(0, |vector| vector.len());
    Array2::from_shape_fn((vectors.len(), n_features), |(row, column)| {
        vectors[row][column]
    })
}

/// Opens the configured network and runs it on pictures without content, one on each thread, as it will be.
///
/// # Errors
/// When either fails. Of what the network gives nothing is asked.
pub fn try_network(config: &FeatureConfig) -> Result<(), StudyError> {
    let network = Network::open(config)?;
    let n_values = network.model.preprocessing().shape().iter().product();
    let run = |_| match network.backend.run(&vec![0.5; n_values]) {
        Ok(_) | Err(BackendError::NotFinite { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    };
    (0..config.threads).into_par_iter().try_for_each(run)
}

/// Why nothing is known of an image: it is at fault alone, or nothing can go on.
enum Refusal {
    Image(String),
    Study(StudyError),
}

impl From<ImageError> for Refusal {
    fn from(error: ImageError) -> Self {
        Self::Image(error.to_string())
    }
}

impl From<PreprocessError> for Refusal {
    fn from(error: PreprocessError) -> Self {
        Self::Image(error.to_string())
    }
}

/// What is known of an image, and what of it is new.
struct Found {
    content: Content,
    facts: Option<ImageFacts>,
    features: Option<Vec<f32>>,
    new_entry: Option<ImageEntry>,
    /// Whether the features are new.
    is_new: bool,
    not_finite: Option<f32>,
}

impl Found {
    fn known(content: Content, entry: Option<ImageEntry>, features: Option<Vec<f32>>) -> Self {
        Self {
            content,
            facts: entry.and_then(|entry| parse_facts(&entry.facts)),
            features,
            new_entry: None,
            is_new: false,
            not_finite: None,
        }
    }
}

impl Seen {
    /// What the cohort wants to know.
    pub(super) fn examined(seen: &Result<Self, String>) -> Examined {
        match seen {
            Err(reason) => Examined::Unreadable {
                reason: reason.clone(),
            },
            Ok(Self { facts: None, .. }) => Examined::NoImage,
            Ok(Self {
                facts: Some(facts),
                in_training,
                is_taught,
                ..
            }) => Examined::Read {
                facts: facts.clone(),
                in_training: *in_training,
                is_taught: *is_taught,
            },
        }
    }
}

/// The thumbnail of an image that is kept, if it is.
pub(super) fn kept_thumbnail(cache: &Cache, want: Want, hash: Hash) -> Option<Vec<u8>> {
    let entry = cache.images(entry_version(want), &[hash]).pop().flatten();
    entry.map(|entry| entry.thumbnail)
}

/// A thumbnail of an image, made and kept.
pub(super) fn new_thumbnail(
    cache: &Cache,
    want: Want,
    hash: Hash,
    bytes: &[u8],
) -> Result<Vec<u8>, ImageError> {
    let entry = new_entry(&image::decode(bytes, want)?)?;
    cache.put_images(entry_version(want), &[(hash, entry.clone())]);
    Ok(entry.thumbnail)
}

/// Keeps a picture of many thumbnails under a hash of its own, as their kind is kept, so that another
/// way of making them makes it anew.
pub(super) fn keep_sheet(cache: &Cache, want: Want, key: Hash, jpeg: &[u8]) {
    let entry = ImageEntry {
        facts: String::new(),
        thumbnail: jpeg.to_vec(),
    };
    cache.put_images(entry_version(want), &[(key, entry)]);
}

/// Entries made of grey and of colours differ, so each has a version of its own.
fn entry_version(want: Want) -> u32 {
    2 * FACTS_VERSION + u32::from(want == Want::Rgb)
}

fn new_entry(picture: &Picture) -> Result<ImageEntry, ImageError> {
    let facts = picture.facts();
    Ok(ImageEntry {
        facts: format!(
            "{} {} {} {} {} {}",
            facts.width,
            facts.height,
            facts.mean_brightness,
            facts.depth.stored,
            facts.depth.used,
            facts.file_type
        ),
        thumbnail: image::thumbnail(picture, MASTER_SIZE)?,
    })
}

/// Reads what [`new_entry`] wrote; anything else is as good as nothing.
fn parse_facts(text: &str) -> Option<ImageFacts> {
    let mut words = text.splitn(6, ' ');
    Some(ImageFacts {
        width: words.next()?.parse().ok()?,
        height: words.next()?.parse().ok()?,
        mean_brightness: words.next()?.parse().ok()?,
        depth: Depth {
            stored: words.next()?.parse().ok()?,
            used: words.next()?.parse().ok()?,
        },
        file_type: words.next()?.to_owned(),
    })
}
