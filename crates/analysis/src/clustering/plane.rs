//! A plane of settings: the clusters at every pair of values of a method's two axes, at once.

use super::method::{Cell, Cells, Visit};
use super::{ClusteringError, ClusteringParams};
use crate::monitor::Monitor;
use crate::settings::Value;
use ndarray::ArrayView2;

/// All settings of a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// The method, and its parameters beside the two axes.
    pub params: ClusteringParams,
    /// The values of the two axes, in the order given.
    pub axes: [Vec<f64>; 2],
    /// A cell for each setting; all of the first value of the first axis come first.
    pub cells: Vec<Cell>,
}

/// Clusters `points`, `(n_samples, n_components)`, at every pair of values of the two axes; each
/// cell is what [`ClusteringParams::fit`] would find at it.
///
/// # Errors
/// [`ClusteringError`] when a value or a point is out of range, or when the monitor cancels.
pub fn compute(
    points: ArrayView2<'_, f64>,
    params: ClusteringParams,
    axes: &[Vec<f64>; 2],
    monitor: &dyn Monitor,
) -> Result<Plane, ClusteringError> {
    check_axes(params, axes)?;
    Ok(Plane {
        params,
        axes: axes.clone(),
        cells: params.cells(points, axes, monitor)?,
    })
}

/// Checks every value of the two axes.
///
/// # Errors
/// [`ClusteringError`], naming the first that is out of range.
pub fn check_axes(
    params: ClusteringParams,
    [first, second]: &[Vec<f64>; 2],
) -> Result<(), ClusteringError> {
    for (key, values) in params.axes().into_iter().zip([first, second]) {
        let specs = params.method().specs.into_iter();
        for spec in specs.filter(|spec| spec.key == key) {
            // As it is said: parameters that are counts would take 2.5 for 2.
            let check = |&value: &f64| spec.check(Value::Number(value));
            values.iter().try_for_each(check)?;
        }
    }
    Ok(())
}

/// The labels at every setting of the two axes, in the order of [`compute`]'s cells: 285 settings
/// of 20,000 points take 46 MB.
///
/// # Errors
/// As [`compute`].
pub fn labelings(
    points: ArrayView2<'_, f64>,
    params: ClusteringParams,
    axes: &[Vec<f64>; 2],
    monitor: &dyn Monitor,
) -> Result<Vec<Vec<Option<u32>>>, ClusteringError> {
    let plane = compute(points, params, axes, monitor)?;
    let mut labelings = Vec::with_capacity(plane.cells.len());
    let visit = Visit {
        wanted: &|_| true,
        take: &mut |_, labels| labelings.push(labels),
    };
    plane.visit_labels(points, visit, monitor)?;
    Ok(labelings)
}

impl Plane {
    /// Gives `visit` the labels at every cell that is wanted, with its index, in order; `points`
    /// are those that the plane was computed for.
    pub(crate) fn visit_labels(
        &self,
        points: ArrayView2<'_, f64>,
        visit: Visit<'_>,
        monitor: &dyn Monitor,
    ) -> Result<(), ClusteringError> {
        let cells = Cells {
            axes: &self.axes,
            cells: &self.cells,
        };
        self.params.visit_labels(points, cells, visit, monitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::balance;
    use ndarray::Array2;

    /// A spiral whose density falls outwards.
    fn spiral(n_samples: usize) -> Array2<f64> {
        Array2::from_shape_fn((n_samples, 2), |(i, axis)| {
            let angle = (i * i) as f64 * 0.01;
            (i as f64 / n_samples as f64) * if axis == 0 { angle.cos() } else { angle.sin() }
        })
    }

    fn cells_are_single_fits(params: ClusteringParams, n_samples: usize, axes: [Vec<f64>; 2]) {
        let points = spiral(n_samples);
        let plane = compute(points.view(), params, &axes, &()).unwrap();
        let width = axes[1].len();
        let mut labels = vec![None; plane.cells.len()];
        let several = |cell: &Cell| cell.n_clusters > 2;
        let visit = Visit {
            wanted: &several,
            take: &mut |index, found| labels[index] = Some(found),
        };
        plane.visit_labels(points.view(), visit, &()).unwrap();
        for (index, cell) in plane.cells.iter().enumerate() {
            let at = [axes[0][index / width], axes[1][index % width]];
            assert_eq!(cell.at, at);
            let found = params.at(at).fit(points.view(), &()).unwrap();
            assert_eq!(cell.n_clusters, found.n_clusters);
            assert_eq!(cell.n_noise, found.n_noise());
            assert_eq!(cell.score, balance(&found.labels));
            assert_eq!(labels[index], several(cell).then_some(found.labels));
        }
        assert!(
            plane
                .cells
                .iter()
                .any(|cell| cell.n_clusters > 2 && cell.n_noise > 0)
        );
    }

    #[test]
    fn cells_are_what_single_fits_find() {
        for params in ClusteringParams::all() {
            let axes = match params {
                ClusteringParams::Dbscan(_) => {
                    [vec![0.3, 0.005, 0.02, 0.05], vec![7.0, 3.0, 4.0, 20.0]]
                }
                ClusteringParams::Hdbscan(_) => [vec![20.0, 5.0], vec![2.0, 5.0]],
            };
            cells_are_single_fits(params, 300, axes.clone());
            cells_are_single_fits(params, 1224, axes);
        }
    }

    #[test]
    fn values_out_of_range_are_refused() {
        let points = spiral(10);
        let compute = |axes| compute(points.view(), ClusteringParams::default(), &axes, &());
        assert!(compute([vec![0.1, f64::NAN], vec![5.0]]).is_err());
        assert!(compute([vec![0.1], vec![0.0]]).is_err());
        assert!(compute([vec![0.1], vec![2.5]]).is_err());
        assert_eq!(compute([vec![], vec![]]).unwrap().cells, []);
    }
}
