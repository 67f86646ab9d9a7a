//! Images that were picked by hand, to be clusters of their own.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use crate::analysis::Warning;
use crate::analysis::clustering::Clustering;
use crate::cohort::Cohort;

use super::evidence::words;

/// Selections that are remembered.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not 0");
/// Hexadecimal digits of a selection's id.
const DIGITS: usize = 12;

/// Some images of a cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The start of a hash of the images' ids: the same images have the same id.
    pub id: String,
    /// What it is called, if anything.
    pub name: Option<String>,
    /// The places of the images in the whole cohort, ascending.
    pub places: Vec<usize>,
}

/// The selections of this process; those that were not asked for longest are forgotten.
pub struct Selections {
    kept: Mutex<LruCache<String, Arc<Selection>>>,
}

impl Default for Selections {
    fn default() -> Self {
        Self {
            kept: Mutex::new(LruCache::new(KEPT)),
        }
    }
}

impl Selections {
    /// Keeps the images with these ids, under the name they had where none is given.
    ///
    /// # Errors
    /// The first id that no image of the cohort has.
    pub fn keep(
        &self,
        mut ids: Vec<String>,
        name: Option<String>,
        cohort: &Cohort,
    ) -> Result<Arc<Selection>, String> {
        ids.sort_unstable();
        ids.dedup();
        let records = cohort.records.iter().map(|record| record.id.as_str());
        let known: HashMap<&str, usize> = records.zip(0..).collect();
        let place = |id: &String| known.get(id.as_str()).copied().ok_or_else(|| id.clone());
        let mut places: Vec<usize> = ids.iter().map(place).collect::<Result<_, _>>()?;
        places.sort_unstable();
        let id = blake3::hash(ids.join("\n").as_bytes()).to_hex()[..DIGITS].to_owned();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let name = name.or_else(|| kept.peek(&id)?.name.clone());
        let selection = Arc::new(Selection { id, name, places });
        kept.put(selection.id.clone(), Arc::clone(&selection));
        Ok(selection)
    }

    /// Takes over the selections of the same images before the cohort was opened again; one whose images are not
    /// all there any more is another one, and is left out.
    pub fn take_over(&self, before: &Self, (was, is): (&Cohort, &Cohort)) {
        let kept = before.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that were asked for last come last, so that they are forgotten last.
        for (_, selection) in kept.iter().rev() {
            let ids = selection
                .places
                .iter()
                .map(|&place| was.records[place].id.clone());
            self.keep(ids.collect(), selection.name.clone(), is).ok();
        }
    }

    /// The selection with this id, unless it was forgotten.
    pub fn find(&self, id: &str) -> Option<Arc<Selection>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(id).cloned()
    }
}

/// A cluster that was picked by hand rather than found by DBSCAN.
#[derive(Debug, Clone)]
pub struct OwnCluster {
    /// Its images.
    pub selection: Arc<Selection>,
    /// Its label.
    pub label: u32,
    /// Images of the selection that are not in the study.
    pub n_left_out: usize,
}

/// Gives the images of each selection a label of their own, after those that DBSCAN gave and in the
/// order of the selections; an image of several gets the last one's. DBSCAN's clusters keep their
/// numbers, also those that become empty. `places` are those of the study's images in the whole
/// cohort, ascending.
pub(super) fn label(
    clustering: &mut Clustering,
    own: &[Arc<Selection>],
    places: &[usize],
) -> Vec<OwnCluster> {
    let labelled = own.iter().map(|selection| {
        let label = clustering.n_clusters as u32;
        clustering.n_clusters += 1;
        let picked = selection.places.iter();
        let images: Vec<usize> = picked
            .filter_map(|place| places.binary_search(place).ok())
            .collect();
        for &image in &images {
            clustering.labels[image] = Some(label);
            clustering.core[image] = true;
            if let Some(probabilities) = &mut clustering.probabilities {
                probabilities[image] = 1.0;
            }
        }
        OwnCluster {
            selection: Arc::clone(selection),
            label,
            n_left_out: selection.places.len() - images.len(),
        }
    });
    labelled.collect()
}

/// What a reader must know of clusters that were picked by hand, in sentences.
pub(super) fn warnings(own: &[OwnCluster]) -> Vec<Warning> {
    let left_out = own.iter().filter(|own| own.n_left_out > 0).map(|own| {
        let images = words::plural(own.n_left_out, "image");
        let are = if own.n_left_out == 1 { "is" } else { "are" };
        let label = own.label;
        let text =
            format!("{images} of cluster {label} {are} left out by the conditions on images.");
        Warning::new("own_images_left_out", text)
    });
    let by_hand = picked_by_hand(own).map(|text| Warning::new("drawn_by_hand", text));
    by_hand.into_iter().chain(left_out).collect()
}

/// "cluster 3 was drawn by hand"; nothing where all clusters were found.
pub(super) fn drawn_by_hand(own: &[OwnCluster]) -> Option<String> {
    let labels: Vec<String> = own.iter().map(|own| own.label.to_string()).collect();
    match own.len() {
        0 => None,
        1 => Some(format!("cluster {} was drawn by hand", labels[0])),
        _ => Some(format!(
            "clusters {} were drawn by hand",
            words::list(&labels)
        )),
    }
}

/// Why there are no p-values; nothing where all clusters were found.
pub(super) fn picked_by_hand(own: &[OwnCluster]) -> Option<String> {
    let drawn = words::capital(&drawn_by_hand(own)?);
    Some(format!(
        "{drawn}, for how the images look or what is known of them: no p, q or mark is given, because \
         none would tell what chance gives."
    ))
}
