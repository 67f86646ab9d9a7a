//! From a configuration to a study: open the cohort, read every image, compute or fetch its
//! features, and leave out what cannot be read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ndarray::{Array2, Axis};

use crate::analysis::Count;
use crate::analysis::scaling::Scaling;
use crate::bundle::{self, Bundle, BundleError};
use crate::cohort::{self, Assumption, Cohort, CohortError, Missing, Source};
use crate::config::{CohortConfig, FeatureConfig};
use crate::features::backend::Device;
use crate::features::cache::Cache;
use crate::features::vectors;

use super::built_in;
use super::drawings::Drawings;
use super::examine::{Examiner, Seen, stack};
use super::gallery::Gallery;
use super::given::{Coordinates, Joined};
use super::ready::{self, Told};
use super::study::{ModelInfo, Study, StudyError};
use super::values::{UnknownColumn, shown_values};
use super::warnings::{spread_warning, training_warning};
use super::workbench::Workbench;

/// A study that can be prepared: the cohort is open and the model is loaded.
pub struct Preparation {
    pub(super) cohort: Cohort,
    pub(super) examiner: Examiner,
    /// Ready vectors, aligned with the cohort's records.
    vectors: Option<Array2<f32>>,
    /// Ready coordinates, likewise.
    coordinates: Option<Array2<f64>>,
    /// What was found of each record where its vector was made; empty where that is not told.
    told: Vec<Told>,
    model: ModelInfo,
    cache: Arc<Cache>,
    /// How the network was chosen that runs; `None` where none does.
    network: Option<FeatureConfig>,
    /// What is done to the features first.
    scaling: Scaling,
    /// The column that is asked about.
    column: Option<String>,
    /// Where the pictures are, if nothing is to be read of them.
    bundle: Option<Arc<Bundle>>,
}

impl Preparation {
    /// Opens the cohort and loads the model or the ready vectors.
    ///
    /// # Errors
    /// When either cannot be read; one sentence says what to change.
    pub fn open(config: &FeatureConfig) -> Result<Self, StudyError> {
        let cache = Cache::open(&config.cache_dir);
        let cache = cache.map_err(|error| StudyError::Cache(error.to_string()))?;
        let mut preparation = match (bundle_of(config), &config.vectors, &config.embedding) {
            (Some((source, path)), ..) => Self::with_bundle(config, (source, path), cache),
            (None, Some(path), _) => Self::with_vectors(config, path, Arc::new(cache)),
            (None, None, Some(path)) if !config.wants_network() => {
                Self::with_coordinates(config, path, Arc::new(cache))
            }
            (None, None, _) => Self::with_model(config, Arc::new(cache)),
        }?;
        if let (Some(path), None) = (&config.embedding, &preparation.coordinates) {
            preparation.place(config, path)?;
        }
        preparation.scaling = config.scaling;
        if let Some(column) = config.column.as_deref() {
            preparation.column = Some(preparation.cohort.column_name(column).to_owned());
        }
        // Columns of the pictures are there once these have been read, and are looked for then.
        if !preparation.cohort.has_images() || preparation.bundle.is_some() {
            check_column(&preparation.cohort, preparation.column.as_deref())?;
        }
        Ok(preparation)
    }

    fn with_model(config: &FeatureConfig, cache: Arc<Cache>) -> Result<Self, StudyError> {
        let mut cohort = match &config.cohort {
            CohortConfig::Demo(source) => {
                cohort::demo(source, Arc::new(Drawings(Arc::clone(&cache))))?
            }
            CohortConfig::Files(source) => cohort::open(source)?,
            CohortConfig::Rows => return Err(CohortError::NothingGiven.into()),
        };
        let mut config = config.clone();
        if config.model.is_none() {
            let (used, said) = built_in::of(&cohort.records);
            config.model = Some(PathBuf::from(used.word()));
            cohort.assumed.extend(said);
        }
        let examiner = Examiner::with_network(&config, Arc::clone(&cache))?;
        cohort.assumed.extend(examiner.assumed());
        let model = examiner.model_info().unwrap_or_default();
        Ok(Self {
            cohort,
            examiner,
            vectors: None,
            coordinates: None,
            told: Vec::new(),
            model,
            cache,
            network: Some(config),
            scaling: Scaling::None,
            column: None,
            bundle: None,
        })
    }

    fn with_vectors(
        config: &FeatureConfig,
        path: &Path,
        cache: Arc<Cache>,
    ) -> Result<Self, StudyError> {
        let examiner = Examiner::without_network(Arc::clone(&cache));
        let ready = ready::join(&config.cohort, path, &examiner)?;
        let model = ready.model;
        let prepared = model.prepared.as_ref().map(|prepared| &prepared.spec);
        Ok(Self {
            cohort: ready.cohort,
            examiner: examiner.looking_as(prepared, ready.built_in),
            vectors: Some(ready.features),
            coordinates: None,
            told: ready.told,
            model,
            cache,
            network: None,
            scaling: Scaling::None,
            column: None,
            bundle: None,
        })
    }

    /// The map alone: no network looks at the images.
    fn with_coordinates(
        config: &FeatureConfig,
        path: &Path,
        cache: Arc<Cache>,
    ) -> Result<Self, StudyError> {
        let examiner = Examiner::without_network(Arc::clone(&cache));
        let Coordinates { ready, places } =
            Coordinates::read(&config.cohort, path, &examiner)?.alone();
        Ok(Self {
            cohort: ready.cohort,
            examiner,
            vectors: Some(ready.features),
            coordinates: Some(places),
            told: Vec::new(),
            model: ready.model,
            cache,
            network: None,
            scaling: Scaling::None,
            column: None,
            bundle: None,
        })
    }

    /// Lays the images out as the coordinates say; those without are left out.
    fn place(&mut self, config: &FeatureConfig, path: &Path) -> Result<(), StudyError> {
        let examiner = Examiner::without_network(Arc::clone(&self.cache));
        let coordinates = Coordinates::read(&config.cohort, path, &examiner)?;
        let Joined { places, kept } = coordinates.of(&mut self.cohort);
        self.coordinates = Some(places);
        let vectors = self.vectors.take();
        self.vectors = vectors.map(|vectors| vectors.select(Axis(0), &kept));
        if !self.told.is_empty() {
            self.told = kept.iter().map(|&place| self.told[place].clone()).collect();
        }
        Ok(())
    }

    fn with_bundle(
        config: &FeatureConfig,
        (source, path): (&Source, &Path),
        cache: Cache,
    ) -> Result<Self, StudyError> {
        check_options(config, source, path)?;
        let bundle = Bundle::open(path)?;
        let opened = bundle.read()?;
        let n_bytes = opened.features.len() as u64;
        let features = vectors::matrix_of(&opened.features[..], n_bytes, path)?;
        if features.nrows() != opened.cohort.records.len() {
            return Err(StudyError::Rows {
                rows: features.nrows(),
                expected: format!("{} images", opened.cohort.records.len()),
            });
        }
        let manifest = bundle.manifest();
        let model = ModelInfo {
            name: manifest.model.name.clone(),
            hash: manifest.model.hash.clone(),
            layer: manifest.model.layer.clone(),
            n_features: features.ncols(),
            backend: manifest.model.backend.clone(),
            scaling: manifest.model.scaling.clone(),
            ..ModelInfo::default()
        };
        if let Some(nothing) = opened.cohort.nothing_left(&source.filters)? {
            return Err(CohortError::NothingLeft(nothing).into());
        }
        let (cohort, places) = opened.cohort.part(&source.filters)?;
        let cache = Arc::new(cache.with_answers(opened.answers));
        Ok(Self {
            cohort,
            examiner: Examiner::without_network(Arc::clone(&cache)),
            vectors: Some(features.select(Axis(0), &places)),
            coordinates: None,
            told: Vec::new(),
            model,
            cache,
            network: None,
            scaling: Scaling::None,
            column: manifest.column.clone(),
            bundle: Some(Arc::new(bundle)),
        })
    }

    /// The bundle that the study comes from, if it does.
    pub fn bundle(&self) -> Option<&Bundle> {
        self.bundle.as_deref()
    }

    /// Images to read.
    pub fn n_images(&self) -> usize {
        self.cohort.records.len()
    }

    /// A workbench that waits for this study.
    pub fn workbench(&self, threads: usize) -> Workbench {
        let gallery = Gallery::new(&self.cohort, Arc::clone(&self.cache), self.examiner.want());
        let gallery = gallery.in_bundle(self.bundle.clone());
        let prepared = self.model.prepared.as_ref();
        let gallery = gallery.prepared_by(prepared.map(|prepared| prepared.spec.clone()));
        let mut bench = Workbench::new(self.cohort.clone(), gallery, self.model.clone(), threads);
        bench.column.clone_from(&self.column);
        if let Some(config) = &self.network {
            bench.tell_layers(config.clone());
        }
        bench.given = self.coordinates.as_ref().map(Array2::ncols);
        bench
    }

    /// Reads every image, in parallel; the counter hears of one unit an image. The result does not
    /// depend on the number of threads: each image is computed alone.
    ///
    /// # Errors
    /// When cancelled, when the model fails or gives NaN, and when no image is left.
    pub fn run(self, counter: &dyn Count) -> Result<Study, StudyError> {
        let Read {
            mut cohort,
            features,
            coordinates,
        } = self.read(counter)?;
        let mut model = self.model;
        let is_told = coordinates.is_none() || features.ncols() > 0;
        let spread = spread_warning(&features, model.layer.as_deref()).filter(|_| is_told);
        let scaled = self.scaling.scale(features, counter)?;
        let scaling = scaling_said(self.scaling, scaled.kept).or(model.scaling);
        cohort
            .assumed
            .extend(scaling.clone().map(|text| Assumption {
                topic: "features",
                column: None,
                text,
            }));
        log_report(&cohort);
        let features = scaled.features;
        (model.n_features, model.scaling) = (features.ncols(), scaling);
        model.warnings.extend(training_warning(&cohort));
        if let Some(warning) = spread {
            tracing::warn!("{warning}");
            model.warnings.push(warning);
        }
        Ok(Study {
            conditions: Vec::new(),
            places: (0..cohort.records.len()).collect(),
            n_excluded: 0,
            column: self.column,
            cohort,
            features,
            coordinates,
            model,
        })
    }

    /// The images that can be read, and what is known of them.
    fn read(&self, counter: &dyn Count) -> Result<Read, StudyError> {
        if let (Some(_), Some(features)) = (&self.bundle, &self.vectors) {
            // Whoever baked it has read them.
            counter.advance(self.n_images() as u64);
            return Ok(Read {
                cohort: self.cohort.clone(),
                features: features.clone(),
                coordinates: None,
            });
        }
        let images: Vec<_> = self
            .cohort
            .records
            .iter()
            .map(|r| r.image.as_ref())
            .collect();
        let mut seen = self.examiner.examine(&images, counter)?;
        for (seen, told) in seen.iter_mut().zip(&self.told) {
            told.correct(seen);
        }
        let read: Vec<_> = (0..seen.len()).filter(|&row| seen[row].is_ok()).collect();
        let features = match &self.vectors {
            Some(vectors) => vectors.select(Axis(0), &read),
            None => stack(&seen),
        };
        let examined = seen.iter().map(Seen::examined).collect();
        let mut cohort = self.cohort.clone().settle(examined)?;
        check_column(&cohort, self.column.as_deref())?;
        for (record, seen) in cohort.records.iter_mut().zip(seen.iter().flatten()) {
            record.content = seen.content;
            record.depth = seen.facts.as_ref().map(|facts| facts.depth);
        }
        // Some conditions are about what the pictures tell.
        let (cohort, places) = cohort.part_awaited()?;
        let read: Vec<_> = places.iter().map(|&place| read[place]).collect();
        let coordinates = self.coordinates.as_ref();
        Ok(Read {
            cohort,
            features: features.select(Axis(0), &places),
            coordinates: coordinates.map(|all| all.select(Axis(0), &read)),
        })
    }
}

/// Images that could be read.
struct Read {
    cohort: Cohort,
    /// `(n_images, n_features)`
    features: Array2<f32>,
    /// `(n_images, 2 or 3)`, where the map is given.
    coordinates: Option<Array2<f64>>,
}

/// What was done to the features, for who reads of them.
fn scaling_said(scaling: Scaling, kept: Option<f64>) -> Option<String> {
    match scaling {
        Scaling::None => None,
        Scaling::L2 => Some("Each image's vector was given length 1 before all else.".to_owned()),
        Scaling::Standard => Some(
            "Each feature was given mean 0 and standard deviation 1 over all images before all else."
                .to_owned(),
        ),
        Scaling::Pca { n_components } => Some(format!(
            "The vectors were reduced before all else to their first {n_components} principal \
             components, which hold {:.0}% of the variance.",
            100.0 * kept.unwrap_or(1.0)
        )),
    }
}

/// The bundle that is named in place of a cohort, told by its first bytes.
fn bundle_of(config: &FeatureConfig) -> Option<(&Source, &Path)> {
    let CohortConfig::Files(source) = &config.cohort else {
        return None;
    };
    let path = source.folder.as_deref()?;
    bundle::is_bundle(path).then_some((source, path))
}

/// Refuses what a bundle has settled.
fn check_options(config: &FeatureConfig, source: &Source, path: &Path) -> Result<(), BundleError> {
    let options = [
        ("--metadata", source.metadata.is_some()),
        ("--join", source.second.is_some()),
        ("--images", source.images.is_some()),
        ("--filename-column", source.filename_column.is_some()),
        ("--missing", source.missing != Missing::default()),
        ("--group-by", source.group_by.is_some()),
        ("--group-pattern", source.group_pattern.is_some()),
        ("--follow-links", !source.follow_links.is_empty()),
        ("--dicom-identifiers", source.dicom_identifiers),
        ("--model", config.model.is_some()),
        ("--layer", config.choice.layer.is_some()),
        ("--input", config.choice.input.is_some()),
        ("--pool", config.choice.pool.is_some()),
        ("--preprocessing", config.choice.preprocessing.is_some()),
        ("--prepare", !config.choice.prepare.is_empty()),
        ("--device", config.device != Device::Cpu),
        ("--features", config.vectors.is_some()),
        ("--embedding", config.embedding.is_some()),
        ("--scaling", config.scaling != Scaling::None),
    ];
    let used = options.into_iter().find(|(_, used)| *used);
    used.map_or(Ok(()), |(option, _)| {
        Err(BundleError::Option {
            path: path.to_owned(),
            option,
        })
    })
}

/// Whether there is a column of this name.
fn check_column(cohort: &Cohort, name: Option<&str>) -> Result<(), UnknownColumn> {
    match name {
        Some(name) => shown_values(cohort, "--column", name).map(drop),
        None => Ok(()),
    }
}

fn log_report(cohort: &Cohort) {
    let (n_images, n_groups) = (cohort.records.len(), cohort.n_groups());
    let (name, report) = (&cohort.name, &cohort.report);
    tracing::info!("{name}: {n_images} images in {n_groups} groups; {report}");
    if let Some(warning) = training_warning(cohort) {
        tracing::warn!("{warning}");
    }
    for assumption in &cohort.assumed {
        tracing::info!("assumed: {}", assumption.text);
    }
    for reason in cohort::by_reason(&cohort.skipped) {
        tracing::warn!("skipped {reason}");
    }
}
