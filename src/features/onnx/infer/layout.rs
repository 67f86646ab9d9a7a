//! Operators that move, cut, join and reduce axes.

use super::rules::Rule;
use super::value::{Axis, Known, Part, Role, broadcast, regrouped};
use crate::features::onnx::ElementType;

/// One axis of a slice.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    pub(super) axis: usize,
    start: i64,
    end: i64,
    pub(super) step: i64,
}

impl Cut {
    /// First index and number of indices, as Python's slices have them.
    pub(super) fn range(&self, size: usize) -> (usize, usize) {
        let n = size as i64;
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
    pub(super) fn moved(&self) -> Option<Vec<Known>> {
        Some(match self.node.op {
            "Transpose" => self.alike(self.transposed()?),
            "Reshape" => self.alike(self.reshaped()?),
            "Flatten" => self.alike(self.flattened()?),
            "Squeeze" => self.alike(self.squeezed()?),
            "Unsqueeze" => self.alike(self.unsqueezed()?),
            "Expand" => self.alike(self.expanded()?),
            "Tile" => self.alike(self.tiled()?),
            "Concat" => self.alike(self.concatenated()?),
            "Split" => self.split()?,
            "Slice" => self.alike(self.sliced_axes()?),
            "Gather" => self.alike(self.gathered_axes()?),
            "GatherElements" => self.alike(self.axes(1)?.to_vec()),
            "Pad" => self.alike(self.padded()?),
            "Resize" | "Upsample" => self.alike(self.scaled()?),
            "DepthToSpace" => self.alike(self.exchanged(true)?),
            "SpaceToDepth" => self.alike(self.exchanged(false)?),
            "ReduceMean" | "ReduceSum" | "ReduceMax" | "ReduceMin" | "ReduceProd" | "ReduceL1"
            | "ReduceL2" | "ReduceLogSum" | "ReduceLogSumExp" | "ReduceSumSquare" => {
                self.alike(self.reduced()?)
            }
            "ArgMax" | "ArgMin" => {
                let axis = self.node.int("axis").unwrap_or(0);
                let axes = self.without(&[axis])?;
                vec![Known::new(Some(ElementType::INT64), axes)]
            }
            "TopK" => self.top()?,
            "Shape" | "Size" => return self.shape(),
            "NonZero" => vec![Known::new(
                Some(ElementType::INT64),
                vec![Axis::neutral(self.rank(0)?), Axis::new(None, Role::Unknown)],
            )],
            "Constant" => vec![self.constant()?],
            "ConstantOfShape" => vec![self.filled()?],
            "EyeLike" => {
                let asked = self.node.int("dtype").map(|to| ElementType(to as u64));
                vec![Known::new(
                    asked.or(self.element(0)),
                    self.axes(0)?.to_vec(),
                )]
            }
            "Range" => self.alike(vec![Axis::new(self.counted(), Role::Neutral)]),
            "OneHot" => return None,
            _ => return None,
        })
    }

    fn transposed(&self) -> Option<Vec<Axis>> {
        let axes = self.axes(0)?;
        match self.node.ints("perm") {
            None => Some(axes.iter().rev().cloned().collect()),
            Some(order) if order.len() == axes.len() => {
                let at = |&from: &i64| axes.get(Self::axis(from, axes.len())?).cloned();
                order.iter().map(at).collect()
            }
            Some(_) => None,
        }
    }

    fn reshaped(&self) -> Option<Vec<Axis>> {
        let axes = self.axes(0)?;
        let target = self.ints("shape", 1);
        let Some(target) = target else {
            // The rank at least is told by how many numbers there are.
            let rank = self.axes(1)?.first()?.size()?;
            return (rank <= 16).then(|| vec![Axis::new(None, Role::Unknown); rank]);
        };
        let zero_is_kept = self.node.int("allowzero") != Some(1);
        let mut sizes: Vec<Option<usize>> = Vec::with_capacity(target.len());
        for (index, &size) in target.iter().enumerate() {
            sizes.push(match size {
                0 if zero_is_kept => axes.get(index)?.size(),
                size => usize::try_from(size).ok(),
            });
        }
        let total: Option<usize> = axes
            .iter()
            .try_fold(1_usize, |n, axis| n.checked_mul(axis.size()?));
        let known = || {
            sizes
                .iter()
                .flatten()
                .try_fold(1_usize, |n, &size| n.checked_mul(size))
        };
        if let (Some(free), Some(total)) = (target.iter().position(|&size| size == -1), total)
            && let Some(known) = known().filter(|&known| known > 0)
        {
            sizes[free] = Some(total / known);
        }
        let whole: Option<Vec<usize>> = sizes.iter().copied().collect();
        let regrouped = whole.and_then(|whole| regrouped(axes, &whole));
        Some(regrouped.unwrap_or_else(|| self.lost(axes, &sizes)))
    }

    /// Axes of known sizes that cannot be followed, but for one of images that stays in front.
    fn lost(&self, axes: &[Axis], sizes: &[Option<usize>]) -> Vec<Axis> {
        let stays = |index| {
            let first: Option<&Axis> = axes.first();
            first.filter(|first| index == 0 && first.is(Role::Batch) && first.size() == sizes[0])
        };
        let axis = |(index, &size): (usize, &Option<usize>)| match stays(index) {
            Some(first) => first.clone(),
            None => Axis::new(size, Role::Unknown),
        };
        sizes.iter().enumerate().map(axis).collect()
    }

    fn flattened(&self) -> Option<Vec<Axis>> {
        let axes = self.axes(0)?;
        let at = self.node.int("axis").unwrap_or(1);
        let at = if at < 0 { at + axes.len() as i64 } else { at };
        let (front, back) = axes.split_at_checked(usize::try_from(at).ok()?)?;
        let merged = |axes: &[Axis]| {
            let parts: Vec<Part> = axes
                .iter()
                .flat_map(|axis| axis.0.iter().copied())
                .collect();
            if parts.is_empty() {
                Axis::neutral(1)
            } else {
                Axis(parts)
            }
        };
        Some(vec![merged(front), merged(back)])
    }

    fn squeezed(&self) -> Option<Vec<Axis>> {
        let axes = self.axes(0)?;
        if !self.asks_for("axes", 1) {
            sizes_known(axes)?;
            return Some(
                axes.iter()
                    .filter(|axis| axis.size() != Some(1))
                    .cloned()
                    .collect(),
            );
        }
        let gone: Option<Vec<usize>> = self
            .ints("axes", 1)?
            .into_iter()
            .map(|axis| Self::axis(axis, axes.len()))
            .collect();
        let gone = gone?;
        let kept = axes
            .iter()
            .enumerate()
            .filter(|(index, _)| !gone.contains(index));
        Some(kept.map(|(_, axis)| axis.clone()).collect())
    }

    fn unsqueezed(&self) -> Option<Vec<Axis>> {
        let new = self.ints("axes", 1)?;
        let mut old = self.axes(0)?.iter();
        let rank = old.len() + new.len();
        let new: Option<Vec<usize>> = new.into_iter().map(|axis| Self::axis(axis, rank)).collect();
        let new = new?;
        (0..rank)
            .map(|index| match new.contains(&index) {
                true => Some(Axis::neutral(1)),
                false => old.next().cloned(),
            })
            .collect()
    }

    fn expanded(&self) -> Option<Vec<Axis>> {
        let sizes = self.input(1)?.ints()?;
        let sizes: Option<Vec<Axis>> = sizes
            .into_iter()
            .map(|size| Some(Axis::neutral(usize::try_from(size).ok()?)))
            .collect();
        Some(broadcast(self.axes(0)?, &sizes?))
    }

    fn tiled(&self) -> Option<Vec<Axis>> {
        let (axes, times) = (self.axes(0)?, self.input(1)?.ints()?);
        if axes.len() != times.len() {
            return None;
        }
        let tiled = |(axis, &times): (&Axis, &i64)| {
            let times = usize::try_from(times).ok()?;
            Some(axis.resized(axis.size().and_then(|size| size.checked_mul(times))))
        };
        axes.iter().zip(&times).map(tiled).collect()
    }

    fn concatenated(&self) -> Option<Vec<Axis>> {
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

    fn split(&self) -> Option<Vec<Known>> {
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

    /// What a slice takes of which axes; `None` where that is computed from the image.
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

    fn sliced_axes(&self) -> Option<Vec<Axis>> {
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

    fn gathered_axes(&self) -> Option<Vec<Axis>> {
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

    fn padded(&self) -> Option<Vec<Axis>> {
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

    /// Resize and Upsample: by factors, or to sizes.
    fn scaled(&self) -> Option<Vec<Axis>> {
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

    fn exchanged(&self, to_space: bool) -> Option<Vec<Axis>> {
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

    fn reduced(&self) -> Option<Vec<Axis>> {
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

    /// The axes after reducing some.
    fn without(&self, reduced: &[i64]) -> Option<Vec<Axis>> {
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

    fn top(&self) -> Option<Vec<Known>> {
        let mut axes = self.axes(0)?.to_vec();
        let at = Self::axis(self.node.int("axis").unwrap_or(-1), axes.len())?;
        let k = self.input(1).and_then(Known::ints);
        let k = k.and_then(|k| usize::try_from(*k.first()?).ok());
        axes[at] = axes[at].resized(k);
        let values = Known::new(self.element(0), axes);
        Some(vec![values.clone(), values.of(ElementType::INT64)])
    }

    fn shape(&self) -> Option<Vec<Known>> {
        let element = ElementType::INT64;
        let Some(axes) = self.axes(0) else {
            return Some(vec![Known {
                element: Some(element),
                ..Known::default()
            }]);
        };
        let sizes = sizes_known(axes);
        if self.node.op == "Size" {
            let n = sizes.map(|sizes| sizes.iter().map(|&size| size as f64).product());
            return Some(vec![Known {
                numbers: n.map(|n: f64| vec![n]),
                ..Known::new(Some(element), Vec::new())
            }]);
        }
        let cut = Cut {
            axis: 0,
            start: self.node.int("start").unwrap_or(0),
            end: self.node.int("end").unwrap_or(i64::MAX),
            step: 1,
        };
        let (start, n) = cut.range(axes.len());
        let numbers = sizes.map(|sizes| {
            let taken = sizes[start..start + n].iter();
            taken.map(|&size| size as f64).collect()
        });
        Some(vec![Known {
            numbers,
            ..Known::new(Some(element), vec![Axis::neutral(n)])
        }])
    }

    fn constant(&self) -> Option<Known> {
        let node = self.node;
        if let Some(tensor) = node.tensor("value") {
            return Some(Known {
                element: tensor.element,
                axes: Some(
                    tensor
                        .shape
                        .iter()
                        .map(|&size| Axis::neutral(size))
                        .collect(),
                ),
                numbers: tensor.numbers(),
            });
        }
        if let Some(number) = node.int("value_int") {
            return Some(Known::constant(
                ElementType::INT64,
                &[],
                vec![number as f64],
            ));
        }
        if let Some(ints) = node.ints("value_ints") {
            let numbers: Vec<f64> = ints.iter().map(|&n| n as f64).collect();
            return Some(Known::constant(ElementType::INT64, &[ints.len()], numbers));
        }
        let element = Some(ElementType::FLOAT32);
        if node.has("value_float") {
            return Some(Known::new(element, Vec::new()));
        }
        node.has("value_floats")
            .then(|| Known::new(element, vec![Axis::new(None, Role::Neutral)]))
    }

    fn filled(&self) -> Option<Known> {
        let sizes = self.input(0)?.ints()?;
        let sizes: Option<Vec<usize>> = sizes
            .into_iter()
            .map(|size| usize::try_from(size).ok())
            .collect();
        let sizes = sizes?;
        let value = self.node.tensor("value");
        let element = match &value {
            Some(tensor) => tensor.element,
            None => Some(ElementType::FLOAT32),
        };
        let number = match &value {
            Some(tensor) => tensor
                .numbers()
                .and_then(|numbers| numbers.first().copied()),
            None => Some(0.0),
        };
        let n = sizes
            .iter()
            .try_fold(1_usize, |n, &size| n.checked_mul(size));
        let n = n.filter(|&n| n <= super::MAX_NUMBERS);
        Some(Known {
            numbers: number.zip(n).map(|(number, n)| vec![number; n]),
            ..Known::new(element, sizes.into_iter().map(Axis::neutral).collect())
        })
    }

    /// How many numbers `Range` counts.
    fn counted(&self) -> Option<usize> {
        let number = |index| self.input(index)?.numbers.as_ref()?.first().copied();
        let n = ((number(1)? - number(0)?) / number(2)?).ceil();
        (n >= 0.0 && n <= f64::from(u32::MAX)).then_some(n as usize)
    }
}

fn sizes_known(axes: &[Axis]) -> Option<Vec<usize>> {
    super::value::sizes(axes)
}

/// What an axis stands for that joins two: a class token among patches is one more patch.
fn joint_role(a: &Axis, b: &Axis) -> Role {
    match (a.role(), b.role()) {
        (Some(Role::Neutral), Some(role)) | (Some(role), Some(Role::Neutral)) => role,
        (Some(a), Some(b)) if a == b => a,
        _ => Role::Unknown,
    }
}
