//! From a study to a bundle: what goes in is gathered, taken from the cache where it is there and made
//! where it is not, and written.

use std::collections::BTreeMap;
use std::io::{Seek, Write};

use rayon::prelude::*;

use crate::analysis::null::CheckedNull;
use crate::analysis::projection::Watch;
use crate::analysis::{Cancelled, Count, Monitor};
use crate::bundle::{self, Contents, Manifest, Model, Pictures, Setting, Size, Writer};
use crate::features::cache::Cache;
use crate::features::vectors::{self, FeatureTable, Format};
use crate::settings;

use super::evidence::choices::{notebooks, proposal_params};
use super::evidence::verdict::{FULL, SEED, Tried, Uncounted};
use super::gallery::Gallery;
use super::kept::{self, Kept};
use super::searched::SearchedBefore;
use super::study::{Study, StudyError};

/// Pictures that are made at once, for each thread.
const PICTURES_PER_THREAD: usize = 4;

/// A study on its way into a bundle.
pub struct Baking<'a> {
    study: &'a Study,
    gallery: &'a Gallery,
    contents: &'a Contents,
    /// Settings to bake beside the proposal and the default.
    asked: Vec<Tried>,
    /// What the whole search is compared with, if it is.
    null: Option<CheckedNull>,
    /// What a person made, in JSON.
    project: Option<String>,
    answers: BTreeMap<String, Vec<u8>>,
    settings: Vec<Setting>,
}

impl<'a> Baking<'a> {
    /// Begins with nothing. The gallery shows the images of the study.
    pub fn new(study: &'a Study, gallery: &'a Gallery, contents: &'a Contents) -> Self {
        Self {
            study,
            gallery,
            contents,
            asked: Vec::new(),
            null: None,
            project: None,
            answers: BTreeMap::new(),
            settings: Vec::new(),
        }
    }

    /// Bakes another setting, too.
    pub fn ask(&mut self, tried: Tried) {
        self.asked.push(tried);
    }

    /// Compares the whole search with chance, too.
    pub fn compare(&mut self, null: CheckedNull) {
        self.null = Some(null);
    }

    /// Takes what a person made along, in JSON.
    pub fn bring(&mut self, project: String) {
        self.project = Some(project);
    }

    /// Maps, cohorts and pictures, at most: settings may be the same.
    pub fn n_units(&self) -> u64 {
        let n_images = self.study.n_images();
        let of_setting = FULL.of_images(n_images).n_maps + FULL.n_surrogates;
        let of_null = |null: &CheckedNull| null.params().n_surrogates as u64 + 1;
        let searched = self.null.as_ref().map_or(0, of_null);
        (2 + self.asked.len() as u64) * of_setting + searched + n_images as u64
    }

    /// Gathers the answers: the proposal, of each setting its map and the pieces of its verdict, and the
    /// cohorts without clusters that the search is compared with. The counter hears of one unit for each map
    /// and cohort.
    ///
    /// # Errors
    /// When cancelled. What a cohort does not allow is left out: the page says why, then as now.
    pub fn gather(&mut self, counter: &dyn Count) -> Result<(), StudyError> {
        let n_images = self.study.n_images();
        let default = notebooks(n_images);
        let mut all = vec![
            ("proposal", self.proposal(default, counter)?),
            ("default", default),
        ];
        all.extend(self.asked.iter().map(|tried| ("asked", *tried)));
        for (place, (why, tried)) in all.iter().enumerate() {
            let effort = FULL.of_images(n_images);
            if all[..place].iter().any(|(_, before)| before == tried) {
                counter.advance(effort.n_maps + effort.n_surrogates);
                continue;
            }
            self.setting(tried, counter)?;
            let words = settings::as_query(&tried.map, &tried.clustering);
            self.settings.push(Setting {
                why: (*why).to_owned(),
                params: words.into_iter().collect(),
                n_maps: effort.n_maps,
                n_surrogates: effort.n_surrogates,
            });
        }
        if let Some(null) = &self.null {
            let cache = self.gallery.cache();
            let searched = SearchedBefore::new(self.study, Some(null), &cache).taking();
            self.study.null(null, &searched, counter)?;
            let taken = searched.taken().into_iter();
            let taken = taken.map(|(key, bytes)| (key.to_hex().to_string(), bytes));
            self.answers.extend(taken);
        }
        Ok(())
    }

    fn proposal(&mut self, default: Tried, monitor: &dyn Monitor) -> Result<Tried, StudyError> {
        let n_images = self.study.n_images();
        let Some(params) = proposal_params(n_images) else {
            return Ok(default);
        };
        let numbers = (params.n_maps, params.along.len() as u64);
        let key = kept::key(self.study, &default, "proposal", numbers);
        let make = || self.study.propose(&params, monitor);
        let known = (&*self.gallery.cache(), key);
        let Some(found) = kept_or_made(known, (n_images, &params), make)? else {
            return Ok(default);
        };
        self.answers.insert(key.to_hex().to_string(), found.bytes());
        Ok(found.best.map_or(default, |best| Tried {
            map: best
                .along
                .map_or(default.map, |along| default.map.at(along)),
            clustering: default.clustering.at(best.at),
        }))
    }

    fn setting(&mut self, tried: &Tried, counter: &dyn Count) -> Result<(), StudyError> {
        let (study, n_images, cache) = (self.study, self.study.n_images(), self.gallery.cache());
        let key = kept::map_key(study, &tried.map);
        let fit = || {
            let watch = Watch {
                monitor: counter,
                frame_every: usize::MAX,
                on_frame: &mut |_| {},
            };
            Ok(tried.map.fit(study.features.view(), watch)?)
        };
        self.keep(
            key,
            kept_or_made((&cache, key), (n_images, &tried.map), fit)?,
        );
        for numbers in FULL.maps(n_images) {
            let (start, end) = (numbers.start, numbers.end);
            let key = kept::key(study, tried, "maps", (start, end));
            let asked = (n_images, numbers.clone());
            let make = || study.members(tried, numbers, &Uncounted(counter));
            self.keep(key, kept_or_made((&cache, key), asked, make)?);
            counter.advance(end - start);
        }
        for numbers in FULL.surrogates() {
            let (start, end) = (numbers.start, numbers.end);
            let key = kept::key(study, tried, "cohorts", (start, end));
            let asked = (n_images, (numbers.clone(), study.surrogate_kinds()));
            let make = || study.standings(tried, numbers, &Uncounted(counter));
            self.keep(key, kept_or_made((&cache, key), asked, make)?);
            counter.advance(end - start);
        }
        Ok(())
    }

    fn keep(&mut self, key: blake3::Hash, answer: Option<impl Kept>) {
        if let Some(answer) = answer {
            self.answers
                .insert(key.to_hex().to_string(), answer.bytes());
        }
    }

    /// Writes the bundle; the counter hears of one unit a picture.
    ///
    /// # Errors
    /// When it cannot be written, when a picture is not what its features were made of any more, and when
    /// cancelled.
    pub fn write(self, out: &mut (impl Write + Seek), counter: &dyn Count) -> Result<(), String> {
        let cohort = self.contents.apply(&self.study.cohort);
        let cohort = bundle::cohort_json(&cohort)?;
        let features = self.features()?;
        let parts = (&cohort[..], &features[..]);
        let mut writer = Writer::new(out, self.manifest(), parts, &self.answers)?;
        if let Some(project) = &self.project {
            writer.project(project)?;
        }
        let at_once = PICTURES_PER_THREAD * rayon::current_num_threads();
        let numbers: Vec<usize> = (0..self.study.n_images()).collect();
        for numbers in numbers.chunks(at_once) {
            if counter.cancelled() {
                return Err(Cancelled.to_string());
            }
            let made = numbers.par_iter().map(|&number| {
                let made = self.gallery.to_bake(number);
                counter.advance(1);
                made.map_err(|error| {
                    format!("{}: {error}", self.study.cohort.records[number].filename)
                })
            });
            let made: Vec<Option<[Vec<u8>; 2]>> = made.collect::<Result<_, _>>()?;
            for (&number, pictures) in numbers.iter().zip(&made) {
                if let Some([small, large]) = pictures {
                    writer.picture(number, Size::Small, small)?;
                    writer.picture(number, Size::Large, large)?;
                }
            }
        }
        writer.finish()
    }

    /// A `.npy` file.
    fn features(&self) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let table = FeatureTable {
            ids: &[],
            filenames: &[],
            features: self.study.features.view(),
        };
        vectors::write_as(&mut bytes, Format::Npy, table)?;
        Ok(bytes)
    }

    fn manifest(&self) -> Manifest {
        let model = &self.study.model;
        Manifest {
            format: bundle::FORMAT,
            negatoscope: env!("CARGO_PKG_VERSION").to_owned(),
            n_images: self.study.n_images(),
            model: Model {
                // The name of a file of vectors may say anything.
                name: match model.hash {
                    None if !self.contents.names_kept => "vectors".to_owned(),
                    _ => model.name.clone(),
                },
                hash: model.hash.clone(),
                layer: model.layer.clone(),
                backend: model.backend.clone(),
                scaling: model.scaling.clone(),
            },
            features: self.study.features_hash(),
            parts: BTreeMap::new(),
            settings: self.settings.clone(),
            seed: SEED,
            column: self.study.column.clone(),
            columns: self.contents.columns.clone(),
            names_kept: self.contents.names_kept,
            n_conditions_left_out: self.contents.n_conditions_left_out,
            pictures: Pictures {
                small: bundle::SMALL,
                large: bundle::LARGE,
            },
        }
    }
}

/// What the cache has, or what is made and kept there; `None` where the cohort does not allow it.
fn kept_or_made<T: Kept>(
    (cache, key): (&Cache, blake3::Hash),
    (n_images, asked): (usize, T::Asked<'_>),
    make: impl FnOnce() -> Result<T, StudyError>,
) -> Result<Option<T>, StudyError> {
    let known = cache.answer(key);
    if let Some(known) = known.and_then(|bytes| T::of(&bytes, n_images, asked)) {
        return Ok(Some(known));
    }
    match make() {
        Ok(made) => {
            cache.put_answer(key, made.bytes());
            Ok(Some(made))
        }
        Err(error) if error.is_cancelled() => Err(error),
        Err(error) => {
            tracing::warn!("not in the bundle: {error}");
            Ok(None)
        }
    }
}
