//! Numbers that networks compute shapes with.

use super::rules::Rule;
use super::value::Known;
use crate::onnx::ElementType;

impl Rule<'_, '_> {
    /// Computes with numbers where all are known; otherwise leaves `known` as it is.
    pub(super) fn folded(&self, mut known: Known) -> Known {
        if known.numbers.is_none() {
            known.numbers = self.fold().filter(|numbers| {
                let sizes = known.sizes().unwrap_or_default();
                let mut sizes = sizes.iter();
                let product = sizes.try_fold(1, |product: usize, &size| product.checked_mul(size));
                known.axes.is_some() && product == Some(numbers.len())
            });
        }
        known
    }

    fn fold(&self) -> Option<Vec<f64>> {
        let first = || self.input(0)?.numbers.clone();
        Some(match self.node.op {
            "Identity" | "Reshape" | "Squeeze" | "Unsqueeze" | "Flatten" => first()?,
            "Cast" => {
                let is_whole = self
                    .node
                    .int("to")
                    .is_some_and(|to| ElementType(to as u64).whole_numbers().is_some());
                let numbers = first()?.into_iter();
                numbers
                    .map(|n| if is_whole { n.trunc() } else { n })
                    .collect()
            }
            "Floor" => first()?.into_iter().map(f64::floor).collect(),
            "Ceil" => first()?.into_iter().map(f64::ceil).collect(),
            "Neg" => first()?.into_iter().map(|n| -n).collect(),
            "Sqrt" => first()?.into_iter().map(f64::sqrt).collect(),
            "Not" => first()?
                .into_iter()
                .map(|n| f64::from(u8::from(n == 0.0)))
                .collect(),
            "Add" => self.pairs(|a, b| a + b)?,
            "Sub" => self.pairs(|a, b| a - b)?,
            "Mul" => self.pairs(|a, b| a * b)?,
            "Div" => {
                let whole = self
                    .input(0)?
                    .element
                    .is_some_and(|e| e.whole_numbers().is_some());
                self.pairs(|a, b| if whole { (a / b).trunc() } else { a / b })?
            }
            // The sign is that of the second, or of the first, as Python and C have it.
            "Mod" if self.node.int("fmod").unwrap_or(0) == 0 => {
                self.pairs(|a, b| a - b * (a / b).floor())?
            }
            "Mod" => self.pairs(|a, b| a % b)?,
            "Min" if self.inputs.len() == 2 => self.pairs(f64::min)?,
            "Max" if self.inputs.len() == 2 => self.pairs(f64::max)?,
            "Pow" => self.pairs(f64::powf)?,
            "Equal" => self.pairs(|a, b| f64::from(u8::from(a == b)))?,
            "Less" => self.pairs(|a, b| f64::from(u8::from(a < b)))?,
            "Greater" => self.pairs(|a, b| f64::from(u8::from(a > b)))?,
            "Where" => self.chosen()?,
            "Gather" => self.gathered()?,
            "Slice" => self.sliced()?,
            "Transpose" => self.turned()?,
            "Concat" => self.joined()?,
            "ReduceProd" if self.rank(0)? == 1 => vec![first()?.iter().product()],
            "ReduceSum" if self.rank(0)? == 1 => vec![first()?.iter().sum()],
            "ReduceMax" if self.rank(0)? == 1 => {
                vec![first()?.into_iter().reduce(f64::max)?]
            }
            "Range" => self.range()?,
            _ => return None,
        })
    }

    /// Element by element, where both are as long or one is a single number.
    fn pairs(&self, operator: impl Fn(f64, f64) -> f64) -> Option<Vec<f64>> {
        let (a, b) = (
            self.input(0)?.numbers.as_ref()?,
            self.input(1)?.numbers.as_ref()?,
        );
        let n = a.len().max(b.len());
        let fits = |len: usize| len == n || len == 1;
        if !fits(a.len()) || !fits(b.len()) {
            return None;
        }
        Some(
            (0..n)
                .map(|i| operator(a[i % a.len()], b[i % b.len()]))
                .collect(),
        )
    }

    fn chosen(&self) -> Option<Vec<f64>> {
        let numbers = |index| {
            self.input(index)?
                .numbers
                .as_ref()
                .filter(|n| !n.is_empty())
        };
        let (yes, a, b) = (numbers(0)?, numbers(1)?, numbers(2)?);
        let n = yes.len().max(a.len()).max(b.len());
        if [yes, a, b]
            .iter()
            .any(|list| list.len() != n && list.len() != 1)
        {
            return None;
        }
        let at = |list: &[f64], i: usize| list[i % list.len()];
        let chosen = |i| {
            if at(yes, i) == 0.0 {
                at(b, i)
            } else {
                at(a, i)
            }
        };
        Some((0..n).map(chosen).collect())
    }

    fn gathered(&self) -> Option<Vec<f64>> {
        if self.rank(0)? != 1 {
            return None;
        }
        let numbers = self.input(0)?.numbers.as_ref()?;
        let indices = self.input(1)?.ints()?;
        let at = |index: i64| {
            let index = if index < 0 {
                index + numbers.len() as i64
            } else {
                index
            };
            numbers.get(usize::try_from(index).ok()?).copied()
        };
        indices.into_iter().map(at).collect()
    }

    fn sliced(&self) -> Option<Vec<f64>> {
        let sizes = self.input(0)?.sizes()?;
        let mut axes: Vec<(i64, usize, i64)> = sizes.iter().map(|&size| (0, size, 1)).collect();
        for cut in self.cuts()? {
            let (start, n) = cut.range(sizes[cut.axis]);
            axes[cut.axis] = (start as i64, n, cut.step);
        }
        let taken: Vec<usize> = axes.iter().map(|&(_, n, _)| n).collect();
        self.picked(&sizes, &taken, |axis, place| {
            let (start, _, step) = axes[axis];
            (axis, start + place as i64 * step)
        })
    }

    fn turned(&self) -> Option<Vec<f64>> {
        let sizes = self.input(0)?.sizes()?;
        let reversed = || (0..sizes.len() as i64).rev().collect();
        let order: Vec<i64> = self.node.ints("perm").unwrap_or_else(reversed);
        let order = order.iter().map(|&from| Self::axis(from, sizes.len()));
        let order: Vec<usize> = order.collect::<Option<_>>()?;
        if order.len() != sizes.len() {
            return None;
        }
        let turned: Vec<usize> = order.iter().map(|&from| sizes[from]).collect();
        self.picked(&sizes, &turned, |axis, place| (order[axis], place as i64))
    }

    /// The numbers of an array of the sizes `to`, row by row; `from` says of a place along one of its axes
    /// which place along which axis of the input it is.
    fn picked(
        &self,
        sizes: &[usize],
        to: &[usize],
        from: impl Fn(usize, usize) -> (usize, i64),
    ) -> Option<Vec<f64>> {
        let numbers = self.input(0)?.numbers.as_ref()?;
        let n = to
            .iter()
            .try_fold(1_usize, |n, &size| n.checked_mul(size))?;
        if n > super::MAX_NUMBERS {
            return None;
        }
        let strides: Vec<usize> = (0..sizes.len())
            .map(|axis| sizes[axis + 1..].iter().product())
            .collect();
        let number = |mut index: usize| {
            let mut place = 0;
            for axis in (0..to.len()).rev() {
                let (source, at) = from(axis, index % to[axis]);
                place += usize::try_from(at).ok()?.checked_mul(strides[source])?;
                index /= to[axis];
            }
            numbers.get(place).copied()
        };
        (0..n).map(number).collect()
    }

    fn joined(&self) -> Option<Vec<f64>> {
        let mut joined = Vec::new();
        for (index, input) in self.inputs.iter().enumerate() {
            if self.rank(index)? != 1 {
                return None;
            }
            joined.extend(input.numbers.as_ref()?);
        }
        Some(joined)
    }

    fn range(&self) -> Option<Vec<f64>> {
        let number = |index| self.input(index)?.numbers.as_ref()?.first().copied();
        let (start, stop, step) = (number(0)?, number(1)?, number(2)?);
        let n = ((stop - start) / step).ceil();
        // Written so that what is no number is refused.
        if !(n >= 0.0 && n <= super::MAX_NUMBERS as f64) {
            return None;
        }
        Some((0..n as usize).map(|i| start + i as f64 * step).collect())
    }
}
