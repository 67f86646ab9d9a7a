//! Operators that scale axes, exchange places for channels, or reduce axes.

use super::rules::Rule;
use super::value::Axis;

impl Rule<'_, '_> {
    pub(super) fn scaled(&self) -> Option<Vec<Axis>> {
        let axes = self.axes(0)?;
        let of_input = |index: usize| {
            let numbers = self.input(index)?.numbers.as_ref()?;
            (numbers.len() == axes.len()).then_some(numbers)
        };
        let (scales, sizes) = match self.node.op {
            "Upsample" => (of_input(1), None),
            _ if self.opset < 11 => (of_input(1), None),
            _ => (of_input(2), of_input(3)),
        };
        let size = |index: usize| match (sizes, scales) {
            (Some(sizes), _) => Some(sizes[index]),
            (None, Some(scales)) => Some((axes[index].size()? as f64 * scales[index]).floor()),
            (None, None) => None,
        };
        let size = |index| {
            size(index)
                .filter(|&size| size >= 1.0)
                .map(|size| size as usize)
        };
        let resized = axes
            .iter()
            .enumerate()
            .map(|(index, axis)| axis.resized(size(index)));
        Some(resized.collect())
    }

    pub(super) fn exchanged(&self, to_space: bool) -> Option<Vec<Axis>> {
        let [batch, channels, rows, columns] = self.axes(0)? else {
            return None;
        };
        let block = usize::try_from(self.node.int("blocksize")?)
            .ok()
            .filter(|&size| size > 0)?;
        let times =
            |axis: &Axis, n: usize| axis.resized(axis.size().and_then(|size| size.checked_mul(n)));
        let part = |axis: &Axis, n: usize| axis.resized(axis.size().map(|size| size / n));
        let square = block.checked_mul(block)?;
        Some(if to_space {
            vec![
                batch.clone(),
                part(channels, square),
                times(rows, block),
                times(columns, block),
            ]
        } else {
            vec![
                batch.clone(),
                times(channels, square),
                part(rows, block),
                part(columns, block),
            ]
        })
    }

    pub(super) fn reduced(&self) -> Option<Vec<Axis>> {
        if !self.asks_for("axes", 1) {
            if self.node.int("noop_with_empty_axes") == Some(1) {
                return Some(self.axes(0)?.to_vec());
            }
            let all: Vec<i64> = (0..self.rank(0)? as i64).collect();
            return self.without(&all);
        }
        let axes = self.ints("axes", 1)?;
        if axes.is_empty() && self.node.int("noop_with_empty_axes") != Some(1) {
            let all: Vec<i64> = (0..self.rank(0)? as i64).collect();
            return self.without(&all);
        }
        self.without(&axes)
    }

    pub(super) fn without(&self, reduced: &[i64]) -> Option<Vec<Axis>> {
        let axes = self.axes(0)?;
        let gone = reduced.iter().map(|&axis| Self::axis(axis, axes.len()));
        let gone = gone.collect::<Option<Vec<usize>>>()?;
        let keeps = self.node.int("keepdims").unwrap_or(1) != 0;
        let left = axes.iter().enumerate().filter_map(|(index, axis)| {
            match (gone.contains(&index), keeps) {
                (false, _) => Some(axis.clone()),
                (true, true) => Some(axis.resized(Some(1))),
                (true, false) => None,
            }
        });
        Some(left.collect())
    }
}
