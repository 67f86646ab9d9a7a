//! DBSCAN as one of the methods.

use super::{DbscanError, DbscanParams, plane};
use crate::arange;
use crate::clustering::method::{Cell, Cells, Clustering, Method, Visit};
use crate::monitor::Monitor;
use crate::settings::Python;
use ndarray::ArrayView2;

impl Method for DbscanParams {
    type Error = DbscanError;
    const KEY: &'static str = "dbscan";
    const LABEL: &'static str = "DBSCAN";
    const AXES: [&'static str; 2] = ["eps", "min_samples"];
    const PYTHON: Python = Python {
        module: "sklearn.cluster",
        class: "DBSCAN",
        more: &[],
        before: "",
    };

    fn grid() -> [Vec<f64>; 2] {
        [arange(0.1, 2.0, 0.1), arange(5.0, 20.0, 1.0)]
    }

    fn fit(
        &self,
        points: ArrayView2<'_, f64>,
        monitor: &dyn Monitor,
    ) -> Result<Clustering, DbscanError> {
        self.check()?.fit(points, monitor)
    }

    fn scaled(self, share: f64) -> Self {
        let min_samples = ((self.min_samples as f64 * share).round() as usize).max(1);
        Self {
            min_samples,
            ..self
        }
    }

    fn cells(
        &self,
        points: ArrayView2<'_, f64>,
        axes: &[Vec<f64>; 2],
        monitor: &dyn Monitor,
    ) -> Result<Vec<Cell>, DbscanError> {
        plane::cells(points, axes, monitor)
    }

    fn visit_labels(
        &self,
        points: ArrayView2<'_, f64>,
        cells: Cells<'_>,
        visit: Visit<'_>,
        monitor: &dyn Monitor,
    ) -> Result<(), DbscanError> {
        plane::visit_labels(points, cells, visit, monitor)
    }
}
