//! Values that do not depend on what is in the image: shapes, constants, ranges.

use super::parts::Cut;
use super::rules::Rule;
use super::value::{Axis, Known, Role, sizes};
use crate::onnx::ElementType;

impl Rule<'_, '_> {
    pub(super) fn shape(&self) -> Option<Vec<Known>> {
        let element = ElementType::INT64;
        let Some(axes) = self.axes(0) else {
            return Some(vec![Known {
                element: Some(element),
                ..Known::default()
            }]);
        };
        let all = sizes(axes);
        if self.node.op == "Size" {
            let n = all.map(|sizes| sizes.iter().map(|&size| size as f64).product());
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
        let numbers = all.map(|sizes| {
            let taken = sizes[start..start + n].iter();
            taken.map(|&size| size as f64).collect()
        });
        Some(vec![Known {
            numbers,
            ..Known::new(Some(element), vec![Axis::neutral(n)])
        }])
    }

    pub(super) fn constant(&self) -> Option<Known> {
        let node = self.node;
        if let Some(tensor) = node.tensor("value") {
            return Some(Known::of_tensor(&tensor));
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

    pub(super) fn filled(&self) -> Option<Known> {
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

    pub(super) fn counted(&self) -> Option<usize> {
        let number = |index| self.input(index)?.numbers.as_ref()?.first().copied();
        let n = ((number(1)? - number(0)?) / number(2)?).ceil();
        (n >= 0.0 && n <= f64::from(u32::MAX)).then_some(n as usize)
    }
}
