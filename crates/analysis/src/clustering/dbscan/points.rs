//! Points as DBSCAN reads them: one array per axis.

use super::DbscanError;
use crate::finite::not_finite;
use ndarray::ArrayView2;

/// Finite points of one to three dimensions; axes that are not there hold zeros, which change no
/// distance.
#[derive(Debug, Clone)]
pub(crate) struct Points {
    pub(super) axes: [Vec<f64>; 3],
    pub(super) n_components: usize,
}

impl Points {
    pub(crate) fn new(points: ArrayView2<'_, f64>) -> Result<Self, DbscanError> {
        let n_components = points.ncols();
        if !(1..=3).contains(&n_components) {
            return Err(DbscanError::Components { n_components });
        }
        if let Some((row, column)) = not_finite(points) {
            return Err(DbscanError::NotFinite { row, column });
        }
        let axis = |index: usize| {
            if index < n_components {
                points.column(index).to_vec()
            } else {
                vec![0.0; points.nrows()]
            }
        };
        Ok(Self {
            axes: std::array::from_fn(axis),
            n_components,
        })
    }

    pub(crate) fn axes(&self) -> &[Vec<f64>; 3] {
        &self.axes
    }

    pub(crate) fn len(&self) -> usize {
        self.axes[0].len()
    }
}
