//! Operators that arrange axes anew and keep every value.

use super::rules::Rule;
use super::value::{Axis, Known, Part, Role, broadcast, regrouped, sizes};
use crate::onnx::ElementType;

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
            sizes(axes)?;
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
}
