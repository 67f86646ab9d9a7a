//! Single looks at a study: the images most like one, the k-distance plot of a map, and a map as it
//! forms.

use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::analysis::Monitor;
use crate::analysis::clustering::ClusteringError;
use crate::analysis::k_distance::core_distances;
use crate::analysis::neighbors::{self, Neighbor};
use crate::analysis::projection::{Frame, Metric, ProjectionParams, Watch};
use crate::analysis::settings::Value;
use crate::memo::{Activity, Memo};

use super::asking::{StudyMemo, StudyTicket, ask};
use super::keys::{Asked, MapKey, asked};
use super::study::{FRAME_EVERY, Projection, Study, StudyError};

/// Images whose neighbours are kept, and maps whose distances are.
const SMALL_ANSWERS: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not 0");
/// Maps whose frames are kept: 250 frames of 20,000 images take 40 MB.
const FORMING: NonZeroUsize = NonZeroUsize::new(2).expect("2 is not 0");
/// Images up to which frames are kept.
const FRAMES_LIMIT: usize = 20_000;
/// Frames of one map, about: a descent of more than 5,000 iterations is seen in longer steps.
const MOST_FRAMES: usize = 250;

/// The conditions, the image, how many neighbours, and by which distance.
pub type NeighborsKey = Asked<Vec<String>, (usize, usize, Metric)>;

/// What is remembered of single looks.
pub struct Details {
    neighbors: StudyMemo<NeighborsKey, Vec<Neighbor>>,
    k_distances: StudyMemo<Asked<MapKey, usize>, Vec<f64>>,
    frames: StudyMemo<MapKey, Vec<Frame>>,
}

impl Details {
    pub(super) fn new(threads: usize, busy: &Activity) -> Self {
        Self {
            neighbors: Memo::new(SMALL_ANSWERS, threads, busy),
            k_distances: Memo::new(SMALL_ANSWERS, threads, busy),
            frames: Memo::new(FORMING, threads, busy),
        }
    }

    /// Asks for the `n_neighbors` images nearest to the one of this index by their features.
    pub fn neighbors(
        &self,
        study: &Arc<Study>,
        image: usize,
        n_neighbors: usize,
        metric: Metric,
    ) -> StudyTicket<NeighborsKey, Vec<Neighbor>> {
        let study = Arc::clone(study);
        let key = asked(study.conditions.clone(), (image, n_neighbors, metric));
        ask(&self.neighbors, key, move |monitor| {
            study.need_features()?;
            let features = study.features.view();
            Ok(neighbors::nearest(
                features,
                image,
                n_neighbors,
                metric,
                monitor,
            )?)
        })
    }

    /// Asks for the distance of each image to its `min_samples`-th neighbour on the standardised
    /// map, itself counted; ascending, and empty when there are fewer images than that.
    pub fn k_distances(
        &self,
        study: &Study,
        map: &Arc<Projection>,
        min_samples: usize,
    ) -> StudyTicket<Asked<MapKey, usize>, Vec<f64>> {
        let map = Arc::clone(map);
        let key = asked(MapKey::of(study, &map), min_samples);
        ask(&self.k_distances, key, move |monitor| {
            let found = core_distances(map.standardized.view(), min_samples, monitor);
            let mut found = found.map_err(ClusteringError::from)?;
            found.sort_unstable_by(f64::total_cmp);
            Ok(found)
        })
    }

    /// Asks for a map as it forms.
    pub fn frames(
        &self,
        study: &Arc<Study>,
        params: ProjectionParams,
    ) -> StudyTicket<MapKey, Vec<Frame>> {
        let study = Arc::clone(study);
        let key = MapKey::new(&study, params);
        ask(&self.frames, key, move |monitor| {
            study.frames(&params, monitor)
        })
    }
}

impl Study {
    /// A map after every 20 iterations and after the last one. Longer descents than 5,000
    /// iterations are seen in longer steps.
    pub fn frames(
        &self,
        params: &ProjectionParams,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Frame>, StudyError> {
        self.refuse_given()?;
        let n_images = self.n_images();
        if n_images > FRAMES_LIMIT {
            return Err(StudyError::TooManyForFrames { n_images });
        }
        let method = params.method();
        if !method.forms {
            let method = method.label;
            return Err(StudyError::NoFrames { method });
        }
        let mut frames: Vec<Frame> = Vec::new();
        let n_iter = params.value("max_iter").map_or(0, Value::count);
        let steps = n_iter.div_ceil(MOST_FRAMES * FRAME_EVERY).max(1);
        let watch = Watch {
            monitor,
            frame_every: FRAME_EVERY * steps,
            on_frame: &mut |frame| frames.push(frame),
        };
        let map = params.fit(self.features.view(), watch)?;
        if frames.last().is_none_or(|last| last.n_iter != map.n_iter) {
            frames.push(Frame {
                n_iter: map.n_iter,
                n_iter_max: map.n_iter,
                // Single precision is what the descent runs in: nothing is lost.
                coordinates: map.coordinates.mapv(|x| x as f32),
            });
        }
        Ok(frames)
    }
}
