//! Convolutions, pools and matrix products.

use super::rules::Rule;
use super::value::{Axis, Known, Role, broadcast};
use crate::onnx::ElementType;

/// How a window moves over one axis.
struct Window {
    kernel: usize,
    stride: usize,
    dilation: usize,
    /// Before and after.
    pads: [i64; 2],
}

impl Rule<'_, '_> {
    pub(super) fn product(&self) -> Option<Vec<Known>> {
        let whole = Some(ElementType::INT32);
        Some(match self.node.op {
            "Conv" | "FusedConv" => self.alike(self.convolved(1)?),
            "ConvInteger" => vec![Known::new(whole, self.convolved(1)?)],
            "QLinearConv" => vec![Known::new(self.element(7), self.convolved(3)?)],
            "ConvTranspose" => self.alike(self.spread()?),
            "MaxPool" | "AveragePool" | "LpPool" => {
                let pooled = self.alike(self.pooled()?);
                let indices = pooled[0].of(ElementType::INT64);
                [pooled, vec![indices]].concat()
            }
            "GlobalAveragePool" | "GlobalMaxPool" | "GlobalLpPool" | "QLinearGlobalAveragePool" => {
                self.alike(self.pooled_to_one()?)
            }
            "MatMul" | "FusedMatMul" if !self.node.has("transA") && !self.node.has("transB") => {
                self.alike(multiplied(self.axes(0)?, self.axes(1)?)?)
            }
            "MatMulInteger" => {
                vec![Known::new(whole, multiplied(self.axes(0)?, self.axes(1)?)?)]
            }
            "MatMulIntegerToFloat" | "DynamicQuantizeMatMul" => {
                let axes = multiplied(self.axes(0)?, self.axes(1)?)?;
                vec![Known::new(Some(ElementType::FLOAT32), axes)]
            }
            "QLinearMatMul" => {
                let axes = multiplied(self.axes(0)?, self.axes(3)?)?;
                vec![Known::new(self.element(7), axes)]
            }
            "Gemm" => self.alike(self.gemm()?),
            "Einsum" => self.alike(self.einsum()?),
            "LSTM" | "GRU" | "RNN" => self.recurrent()?,
            _ => return None,
        })
    }

    /// The axes of a convolution: what `weights` has first are the channels.
    fn convolved(&self, weights: usize) -> Option<Vec<Axis>> {
        let x = self.axes(0)?;
        let weights = self.axes(weights)?;
        let channels = weights.first()?.size();
        let kernel: Vec<Option<usize>> = weights.get(2..)?.iter().map(Axis::size).collect();
        let kernel: Option<Vec<usize>> = kernel.into_iter().collect();
        self.over_places(x, channels, kernel.or_else(|| self.kernel())?)
    }

    fn pooled(&self) -> Option<Vec<Axis>> {
        let x = self.axes(0)?;
        self.over_places(x, x.get(1)?.size(), self.kernel()?)
    }

    fn kernel(&self) -> Option<Vec<usize>> {
        let kernel = self.node.ints("kernel_shape")?.into_iter();
        kernel.map(|size| usize::try_from(size).ok()).collect()
    }

    fn over_places(
        &self,
        x: &[Axis],
        channels: Option<usize>,
        kernel: Vec<usize>,
    ) -> Option<Vec<Axis>> {
        let n = x.len().checked_sub(2)?;
        if kernel.len() != n {
            return None;
        }
        let mut axes = self.first_two(x, channels);
        for (index, &kernel) in kernel.iter().enumerate() {
            let window = self.window(index, n, kernel)?;
            let size = x[index + 2]
                .size()
                .and_then(|size| self.n_windows(size, &window));
            axes.push(place(&x[index + 2], size));
        }
        Some(axes)
    }

    /// The axes of images and of channels.
    fn first_two(&self, x: &[Axis], channels: Option<usize>) -> Vec<Axis> {
        let batch = match x[0].role() {
            Some(Role::Unknown) => Axis::new(x[0].size(), Role::Batch),
            _ => x[0].clone(),
        };
        // A convolution over tokens that lie where channels are (MLP-Mixer) makes tokens.
        let over_tokens =
            x[1].is(Role::Position) && x[2..].iter().any(|axis| axis.is(Role::Channel));
        let role = if over_tokens {
            Role::Position
        } else {
            Role::Channel
        };
        vec![batch, Axis::new(channels, role)]
    }

    fn window(&self, index: usize, n: usize, kernel: usize) -> Option<Window> {
        let at = |name: &str, index: usize, usual: i64| match self.node.ints(name) {
            Some(values) => values.get(index).copied(),
            None => Some(usual),
        };
        let positive = |value: i64| usize::try_from(value).ok().filter(|&value| value > 0);
        Some(Window {
            kernel,
            stride: positive(at("strides", index, 1)?)?,
            dilation: positive(at("dilations", index, 1)?)?,
            pads: [at("pads", index, 0)?, at("pads", index + n, 0)?],
        })
    }

    /// In how many places a window fits.
    fn n_windows(&self, size: usize, window: &Window) -> Option<usize> {
        let stride = window.stride;
        match self.node.word("auto_pad") {
            Some("SAME_UPPER" | "SAME_LOWER") => return Some(size.div_ceil(stride)),
            None | Some("NOTSET" | "VALID" | "") => {}
            Some(_) => return None,
        }
        let is_valid = self.node.word("auto_pad") == Some("VALID");
        let pads = if is_valid { [0, 0] } else { window.pads };
        let padded = i64::try_from(size)
            .ok()?
            .checked_add(pads[0])?
            .checked_add(pads[1])?;
        let reach = window
            .kernel
            .checked_sub(1)?
            .checked_mul(window.dilation)?
            .checked_add(1)?;
        let left = usize::try_from(padded).ok()?.checked_sub(reach)?;
        if self.node.int("ceil_mode") == Some(1) {
            let n = left.div_ceil(stride) + 1;
            // A window that would start behind the image and its padding in front is none.
            let starts = (n - 1).checked_mul(stride)? as i64;
            let is_outside = starts >= i64::try_from(size).ok()?.checked_add(pads[0])?;
            return Some(if is_outside { n - 1 } else { n });
        }
        Some(left / stride + 1)
    }

    fn pooled_to_one(&self) -> Option<Vec<Axis>> {
        let x = self.axes(0)?;
        let mut axes = self.first_two(x, x.get(1)?.size());
        axes[1] = match x[1].role() {
            Some(Role::Unknown) => axes[1].clone(),
            _ => x[1].clone(),
        };
        axes.extend(x[2..].iter().map(|axis| place(axis, Some(1))));
        Some(axes)
    }

    /// A transposed convolution.
    fn spread(&self) -> Option<Vec<Axis>> {
        let (x, weights) = (self.axes(0)?, self.axes(1)?);
        let n = x.len().checked_sub(2)?;
        let groups = usize::try_from(self.node.int("group").unwrap_or(1)).ok()?;
        let channels = weights
            .get(1)?
            .size()
            .and_then(|size| size.checked_mul(groups));
        let asked = self.node.ints("output_shape");
        let is_same = matches!(
            self.node.word("auto_pad"),
            Some("SAME_UPPER" | "SAME_LOWER")
        );
        let mut axes = self.first_two(x, channels);
        for index in 0..n {
            let window = self.window(index, n, weights.get(index + 2)?.size()?)?;
            let more = self.node.ints("output_padding");
            let more = more.map_or(Some(0), |more| more.get(index).copied())?;
            let size = x[index + 2].size().and_then(|size| {
                let reach = window.kernel.checked_sub(1)?.checked_mul(window.dilation)?;
                let whole = size
                    .checked_sub(1)?
                    .checked_mul(window.stride)?
                    .checked_add(reach)?;
                let whole = i64::try_from(whole)
                    .ok()?
                    .checked_add(1)?
                    .checked_add(more)?;
                usize::try_from(
                    whole
                        .checked_sub(window.pads[0])?
                        .checked_sub(window.pads[1])?,
                )
                .ok()
            });
            let size = match &asked {
                Some(asked) => asked
                    .get(index)
                    .and_then(|&size| usize::try_from(size).ok()),
                None if is_same => x[index + 2]
                    .size()
                    .map(|size| size.saturating_mul(window.stride)),
                None => size,
            };
            axes.push(place(&x[index + 2], size));
        }
        Some(axes)
    }

    fn gemm(&self) -> Option<Vec<Axis>> {
        let turned = |index, attribute| {
            let mut axes = self.axes(index)?.to_vec();
            if self.node.int(attribute).is_some_and(|turn| turn != 0) {
                axes.reverse();
            }
            (axes.len() == 2).then_some(axes)
        };
        multiplied(&turned(0, "transA")?, &turned(1, "transB")?)
    }

    /// Attention: the places of the queries, with the features of the values.
    pub(super) fn attended(&self) -> Option<Known> {
        let (mut axes, values) = (self.axes(0)?.to_vec(), self.axes(2)?);
        if values.len() != axes.len() {
            return None;
        }
        let of_values = values.last()?.size();
        let heads = |attribute| usize::try_from(self.node.int(attribute)?).ok();
        let size = match (heads("q_num_heads"), heads("kv_num_heads")) {
            // Each head of the values serves as many of the queries.
            (Some(n), Some(of)) if axes.len() == 3 => {
                of_values.and_then(|size| size.checked_mul(n)?.checked_div(of))
            }
            _ => of_values,
        };
        let last = axes.last_mut()?;
        *last = last.resized(size);
        Some(Known::new(self.element(0), axes))
    }

    /// Letters name axes; one that only weights have is one of features.
    fn einsum(&self) -> Option<Vec<Axis>> {
        let equation: String = self.node.word("equation")?.split_whitespace().collect();
        let (inputs, output) = equation.split_once("->")?;
        let mut named: Vec<(char, Axis)> = Vec::new();
        for (index, letters) in inputs.split(',').enumerate() {
            let axes = self.axes(index)?;
            if letters.chars().count() != axes.len() {
                return None;
            }
            for (letter, axis) in letters.chars().zip(axes) {
                match named.iter_mut().find(|(other, _)| *other == letter) {
                    Some((_, known)) if known.is(Role::Neutral) => *known = axis.clone(),
                    Some(_) => {}
                    None => named.push((letter, axis.clone())),
                }
            }
        }
        let axis = |letter: char| {
            let (_, axis) = named.iter().find(|(other, _)| *other == letter)?;
            Some(match axis.role() {
                Some(Role::Neutral) => Axis::new(axis.size(), Role::Channel),
                _ => axis.clone(),
            })
        };
        output.chars().map(axis).collect()
    }

    /// Outputs (steps, directions, images, features) and (directions, images, features).
    fn recurrent(&self) -> Option<Vec<Known>> {
        let x = self.axes(0)?;
        let [steps, images, _] = x else { return None };
        let directions = match self.node.word("direction") {
            Some("bidirectional") => 2,
            _ => 1,
        };
        let hidden = self
            .node
            .int("hidden_size")
            .and_then(|size| usize::try_from(size).ok());
        let last = [
            Axis::new(Some(directions), Role::Channel),
            images.clone(),
            Axis::new(hidden, Role::Channel),
        ];
        if self.node.int("layout").unwrap_or(0) != 0 {
            return None;
        }
        let all = [std::slice::from_ref(steps), &last[..]].concat();
        let state = Known::new(self.element(0), last.to_vec());
        Some(vec![Known::new(self.element(0), all), state.clone(), state])
    }
}

/// An axis that windows move over.
fn place(axis: &Axis, size: Option<usize>) -> Axis {
    match axis.role() {
        Some(role @ (Role::Channel | Role::Position)) => Axis::new(size, role),
        _ => Axis::new(size, Role::Position),
    }
}

/// The axes of a matrix product as NumPy's `matmul` has it.
fn multiplied(a: &[Axis], b: &[Axis]) -> Option<Vec<Axis>> {
    let (summed, rows) = a.split_last()?;
    let (rows_of, a_batch) = match rows.split_last() {
        Some((row, batch)) => (Some(row), batch),
        None => (None, rows),
    };
    let (columns, b_rest) = b.split_last()?;
    let (columns, b_summed, b_batch) = match b_rest.split_last() {
        Some((row, batch)) => (Some(columns), row, batch),
        None => (None, columns, b_rest),
    };
    let mut axes = broadcast(a_batch, b_batch);
    axes.extend(rows_of.map(|row| product_axis(row, b_summed)));
    axes.extend(columns.map(|column| product_axis(column, summed)));
    Some(axes)
}

/// The axis of a product that comes from one factor, which was summed over `summed` of the other.
fn product_axis(axis: &Axis, summed: &Axis) -> Axis {
    match (axis.role(), summed.role()) {
        // Weights that mix positions (MLP-Mixer) give positions, all others give features.
        (Some(Role::Neutral), Some(Role::Position)) => Axis::new(axis.size(), Role::Position),
        (Some(Role::Neutral), _) => Axis::new(axis.size(), Role::Channel),
        _ => axis.clone(),
    }
}
