//! Operators that take parts of axes, and join or pad them.

use super::rules::Rule;
use super::value::{Axis, Known, Role, broadcast};
use crate::onnx::ElementType;

/// One axis of a slice.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    pub(super) axis: usize,
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) step: i64,
}

impl Cut {
    /// First index and number of indices, as Python's slices have them.
    pub(super) fn range(&self, size: usize) -> (usize, usize) {
        // What has more indices than can be counted is a size that nobody wrote.
        let n = i64::try_from(size).unwrap_or(0);
        let counted = |index: i64| {
            if index < 0 {
                index.saturating_add(n)
            } else {
                index
            }
        };
        let (start, end, steps) = if self.step > 0 {
            let start = counted(self.start).clamp(0, n);
            (start, counted(self.end).clamp(0, n), self.step)
        } else {
            let start = counted(self.start).clamp(-1, n - 1);
            let end = counted(self.end).clamp(-1, n - 1);
            (start, end, self.step)
        };
        let distance = (end - start)
            .max(0)
            .max((start - end) * i64::from(steps < 0));
        let distance = if (end - start).signum() == steps.signum() {
            distance
        } else {
            0
        };
        let count = (distance as u64).div_ceil(steps.unsigned_abs().max(1));
        (
            usize::try_from(start).unwrap_or(0),
            usize::try_from(count).unwrap_or(0),
        )
    }
}

impl Rule<'_, '_> {
    pub(super) fn concatenated(&self) -> Option<Vec<Axis>> {
        let rank = self.rank(0)?;
        let joined = Self::axis(self.node.int("axis").unwrap_or(1), rank)?;
        let mut axes = self.axes(0)?.to_vec();
        for index in 1..self.inputs.len() {
            let others = self.axes(index)?;
            if others.len() != rank {
                return None;
            }
            let size = axes[joined].size().zip(others[joined].size());
            let size = size.and_then(|(a, b)| a.checked_add(b));
            let joined_axis = Axis::new(size, joint_role(&axes[joined], &others[joined]));
            axes = broadcast(&axes, others);
            axes[joined] = joined_axis;
        }
        Some(axes)
    }

    pub(super) fn split(&self) -> Option<Vec<Known>> {
        let axes = self.axes(0)?;
        let at = Self::axis(self.node.int("axis").unwrap_or(0), axes.len())?;
        let n = self.node.outputs.len();
        let whole = axes[at].size();
        let sizes: Vec<Option<usize>> = if self.asks_for("split", 1) {
            let asked = self.ints("split", 1).unwrap_or_default();
            (0..n)
                .map(|i| asked.get(i).and_then(|&size| usize::try_from(size).ok()))
                .collect()
        } else {
            let each = whole.map(|whole| whole.div_ceil(n.max(1)));
            let size = |i: usize| Some(whole?.saturating_sub(each? * i).min(each?));
            (0..n).map(size).collect()
        };
        let one = |size| {
            let mut axes = axes.to_vec();
            axes[at] = axes[at].resized(size);
            Known::new(self.element(0), axes)
        };
        Some(sizes.into_iter().map(one).collect())
    }

    pub(super) fn cuts(&self) -> Option<Vec<Cut>> {
        let (starts, ends) = (self.ints("starts", 1)?, self.ints("ends", 2)?);
        let rank = self.rank(0)?;
        let axes = match self.asks_for("axes", 3) {
            true => self.ints("axes", 3)?,
            false => (0..starts.len() as i64).collect(),
        };
        let steps = match self.input(4) {
            Some(steps) => steps.ints()?,
            None => vec![1; starts.len()],
        };
        if [ends.len(), axes.len(), steps.len()] != [starts.len(); 3] {
            return None;
        }
        let cut = |i: usize| {
            Some(Cut {
                axis: Self::axis(axes[i], rank)?,
                start: starts[i],
                end: ends[i],
                step: Some(steps[i]).filter(|&step| step != 0)?,
            })
        };
        (0..starts.len()).map(cut).collect()
    }

    pub(super) fn sliced_axes(&self) -> Option<Vec<Axis>> {
        let mut axes = self.axes(0)?.to_vec();
        let Some(cuts) = self.cuts() else {
            // Which axes are cut may not be known; all keep what they stand for.
            return Some(axes.iter().map(|axis| axis.resized(None)).collect());
        };
        for cut in cuts {
            let axis = &mut axes[cut.axis];
            *axis = axis.resized(axis.size().map(|size| cut.range(size).1));
        }
        Some(axes)
    }

    pub(super) fn gathered_axes(&self) -> Option<Vec<Axis>> {
        let (axes, indices) = (self.axes(0)?, self.axes(1)?);
        let at = Self::axis(self.node.int("axis").unwrap_or(0), axes.len())?;
        let taken = indices.iter().map(|index| match index.role() {
            Some(Role::Neutral) => axes[at].resized(index.size()),
            _ => index.clone(),
        });
        // Rows of a table of weights are features.
        let from_table = axes.iter().all(|axis| axis.is(Role::Neutral))
            && indices.iter().any(|axis| !axis.is(Role::Neutral));
        let kept = |axis: &Axis| match from_table {
            true => Axis::new(axis.size(), Role::Channel),
            false => axis.clone(),
        };
        let front = axes[..at].iter().map(kept);
        let back = axes[at + 1..].iter().map(kept);
        Some(front.chain(taken).chain(back).collect())
    }

    pub(super) fn padded(&self) -> Option<Vec<Axis>> {
        let axes = self.axes(0)?;
        let n = axes.len();
        let pads = self.ints("pads", 1);
        let padded = match self.input(3).filter(|_| !self.node.has("pads")) {
            Some(which) => {
                let which = which.ints()?.into_iter();
                which
                    .map(|axis| Self::axis(axis, n))
                    .collect::<Option<Vec<_>>>()?
            }
            None => (0..n).collect(),
        };
        let more = |index: usize| {
            let Some(at) = padded.iter().position(|&axis| axis == index) else {
                return Some(0);
            };
            let pads = pads
                .as_ref()
                .filter(|pads| pads.len() == 2 * padded.len())?;
            pads[at].checked_add(pads[at + padded.len()])
        };
        let axis = |(index, axis): (usize, &Axis)| {
            let size = i64::try_from(axis.size()?)
                .ok()?
                .checked_add(more(index)?)?;
            usize::try_from(size).ok()
        };
        let resized = axes
            .iter()
            .enumerate()
            .map(|(i, old)| old.resized(axis((i, old))));
        Some(resized.collect())
    }

    pub(super) fn top(&self) -> Option<Vec<Known>> {
        let mut axes = self.axes(0)?.to_vec();
        let at = Self::axis(self.node.int("axis").unwrap_or(-1), axes.len())?;
        let k = self.input(1).and_then(Known::ints);
        let k = k.and_then(|k| usize::try_from(*k.first()?).ok());
        axes[at] = axes[at].resized(k);
        let values = Known::new(self.element(0), axes);
        Some(vec![values.clone(), values.of(ElementType::INT64)])
    }
}

/// What an axis stands for that joins two: a class token among patches is one more patch.
fn joint_role(a: &Axis, b: &Axis) -> Role {
    match (a.role(), b.role()) {
        (Some(Role::Neutral), Some(role)) | (Some(role), Some(Role::Neutral)) => role,
        (Some(a), Some(b)) if a == b => a,
        _ => Role::Unknown,
    }
}
