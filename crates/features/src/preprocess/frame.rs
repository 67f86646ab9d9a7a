//! Where an image lies in the tensor: stretched, cut, or with margins.

use super::{Fit, Preprocessing};

/// Absorbs what a share such as 224 / 232 loses in floating point.
const ROUNDING: f64 = 1e-6;

/// The place of an image in the tensor; pairs are columns and rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    /// The tensor.
    tensor: (usize, usize),
    /// The whole image after resizing.
    pub(super) whole: (usize, usize),
    /// The first pixel of it that is seen.
    pub(super) start: (usize, usize),
    /// How much of it is seen.
    pub(super) size: (usize, usize),
    /// Where that lies in the tensor.
    place: (usize, usize),
}

impl Frame {
    /// The place of an image of so many columns and rows.
    pub(super) fn of(spec: &Preprocessing, from: (usize, usize)) -> Self {
        let tensor = (spec.width as usize, spec.height as usize);
        match spec.fit {
            Fit::Stretch => Self::middle(tensor, covered(tensor, spec.crop)),
            Fit::Crop => Self::cut(tensor, from, spec.crop),
            Fit::Letterbox => Self::padded(tensor, from),
        }
    }

    /// As torchvision's `Resize` of the shorter side and `CenterCrop` have it.
    fn cut(tensor: (usize, usize), from: (usize, usize), share: f64) -> Self {
        let (width, height) = covered(tensor, share);
        let (columns, rows) = (from.0 as u128, from.1 as u128);
        let is_wide = columns * height as u128 >= rows * width as u128;
        let whole = match is_wide {
            true => ((columns * height as u128 / rows) as usize, height),
            false => (width, (rows * width as u128 / columns) as usize),
        };
        Self::middle(tensor, whole)
    }

    /// The middle of an image that is larger than the tensor or as large.
    fn middle(tensor: (usize, usize), whole: (usize, usize)) -> Self {
        // Halves go to the even pixel, as Python rounds.
        let start = |whole: usize, side: usize| {
            let margin = (whole - side) as f64 / 2.0;
            margin.round_ties_even() as usize
        };
        Self {
            tensor,
            whole,
            start: (start(whole.0, tensor.0), start(whole.1, tensor.1)),
            size: tensor,
            place: (0, 0),
        }
    }

    fn padded(tensor: (usize, usize), from: (usize, usize)) -> Self {
        let (columns, rows) = (from.0 as f64, from.1 as f64);
        let scale = (tensor.0 as f64 / columns).min(tensor.1 as f64 / rows);
        let side = |side: f64, most: usize| ((side * scale).round() as usize).clamp(1, most);
        let whole = (side(columns, tensor.0), side(rows, tensor.1));
        Self {
            tensor,
            whole,
            start: (0, 0),
            size: whole,
            place: ((tensor.0 - whole.0) / 2, (tensor.1 - whole.1) / 2),
        }
    }

    /// The tensor's plane, of the part that is seen and what fills the rest.
    pub(super) fn filled(&self, inner: Vec<f32>, fill: f32) -> Vec<f32> {
        if self.size == self.tensor {
            return inner;
        }
        let mut plane = vec![fill; self.tensor.0 * self.tensor.1];
        let rows = plane.chunks_exact_mut(self.tensor.0).skip(self.place.1);
        for (row, inner) in rows.zip(inner.chunks_exact(self.size.0)) {
            row[self.place.0..][..inner.len()].copy_from_slice(inner);
        }
        plane
    }
}

/// What the whole image covers, where the tensor is a share of it.
fn covered(tensor: (usize, usize), share: f64) -> (usize, usize) {
    let covered = |side: usize| ((side as f64 / share + ROUNDING) as usize).max(side);
    (covered(tensor.0), covered(tensor.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_is_that_of_torchvision() {
        // Resize(256) of 1000 × 700: 365 × 256; CenterCrop(224) begins at round(70.5) = 70 and at 16.
        let frame = Frame::cut((224, 224), (1000, 700), 0.875);
        assert_eq!((frame.whole, frame.start), ((365, 256), (70, 16)));
        // Resize(232) and CenterCrop(224), upright.
        let frame = Frame::cut((224, 224), (700, 1000), 224.0 / 232.0);
        assert_eq!((frame.whole, frame.start), ((232, 331), (4, 54)));
        // Of a thread of an image nothing is made that is not seen.
        let frame = Frame::cut((224, 224), (20_000, 1), 1.0);
        assert_eq!((frame.whole, frame.size), ((4_480_000, 224), (224, 224)));
    }

    #[test]
    fn margins_lie_on_both_sides() {
        let frame = Frame::padded((8, 8), (100, 50));
        assert_eq!((frame.whole, frame.place), ((8, 4), (0, 2)));
        let plane = frame.filled(vec![1.0; 32], 7.0);
        let rows: Vec<f32> = plane.chunks(8).map(|row| row[0]).collect();
        assert_eq!(rows, [7.0, 7.0, 1.0, 1.0, 1.0, 1.0, 7.0, 7.0]);
        assert_eq!(Frame::padded((8, 8), (1, 20_000)).whole, (1, 8));
    }
}
