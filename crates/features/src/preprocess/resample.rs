//! Resizing with a separable filter, from bytes to floating point.
//!
//! Pillow's filters in mode `F`: the weights of a target pixel reach over a filter's support of target pixels
//! on each side, or of source pixels where the picture is enlarged or nothing is smoothed, and sum to 1. Rows
//! go first and columns after, so that the bytes of the picture are read once and never copied.

use multiversion::multiversion;

use super::Resize;

/// How a plane is resized, and which part of what comes of it is made.
pub(super) struct Resampling {
    pub(super) filter: Resize,
    /// Whether the filter is widened where the picture is reduced.
    pub(super) antialias: bool,
    /// Columns and rows of the source.
    pub(super) from: (usize, usize),
    /// Columns and rows of the whole picture after resizing.
    pub(super) to: (usize, usize),
    /// The first column and row of that which are made.
    pub(super) start: (usize, usize),
    /// How many columns and rows.
    pub(super) size: (usize, usize),
}

impl Resampling {
    /// A window of the resized plane, row by row, of a plane `(height, width)` of bytes.
    pub(super) fn run(&self, levels: &[u8]) -> Vec<f32> {
        let width = self.from.0;
        let columns = self.spans(width, self.to.0, self.start.0, self.size.0);
        let rows = self.spans(self.from.1, self.to.1, self.start.1, self.size.1);
        let mut row = vec![0.0; width];
        let mut resized = Vec::with_capacity(self.size.0 * self.size.1);
        for span in rows {
            row.fill(0.0);
            let rows = levels[span.first * width..].chunks_exact(width);
            for (levels, &weight) in rows.zip(&span.weights) {
                add(&mut row, levels, weight);
            }
            let value = |span: &Span| {
                let values = row[span.first..].iter().zip(&span.weights);
                values.map(|(value, weight)| value * weight).sum::<f32>()
            };
            resized.extend(columns.iter().map(value));
        }
        resized
    }

    fn spans(&self, from: usize, to: usize, start: usize, size: usize) -> Vec<Span> {
        let scale = from as f64 / to as f64;
        let widened = if self.antialias { scale.max(1.0) } else { 1.0 };
        let span = |target: usize| {
            let centre = (target as f64 + 0.5) * scale;
            match self.filter.support() {
                Some(support) => Span::around(self.filter, centre, widened, support, from),
                None => Span {
                    first: (centre as usize).min(from - 1),
                    weights: vec![1.0],
                },
            }
        };
        (start..start + size).map(span).collect()
    }
}

/// The source pixels along one axis that make one target pixel.
#[derive(Debug)]
struct Span {
    first: usize,
    weights: Vec<f32>,
}

impl Span {
    fn around(filter: Resize, centre: f64, widened: f64, support: f64, from: usize) -> Self {
        let reach = widened * support;
        let first = (centre - reach + 0.5).max(0.0) as usize;
        let end = ((centre + reach + 0.5) as usize).min(from);
        let weight = |source: usize| {
            let distance = (source as f64 + 0.5 - centre).abs() / widened;
            filter.weight(distance)
        };
        let weights: Vec<f64> = (first..end).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        Self {
            first,
            weights: weights.iter().map(|weight| (weight / sum) as f32).collect(),
        }
    }
}

impl Resize {
    /// How far the filter reaches, in pixels; `None` where one pixel is taken.
    fn support(self) -> Option<f64> {
        match self {
            Self::Nearest => None,
            Self::Box => Some(0.5),
            Self::Bilinear => Some(1.0),
            Self::Bicubic => Some(2.0),
            Self::Lanczos => Some(3.0),
        }
    }

    /// The weight at a distance of at least 0.
    fn weight(self, x: f64) -> f64 {
        /// Keys (1981); Pillow's.
        const A: f64 = -0.5;
        match self {
            Self::Nearest => 1.0,
            Self::Box => f64::from(u8::from(x <= 0.5)),
            Self::Bilinear => (1.0 - x).max(0.0),
            Self::Bicubic if x < 1.0 => ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0,
            Self::Bicubic if x < 2.0 => (((x - 5.0) * x + 8.0) * x - 4.0) * A,
            Self::Lanczos if x < 3.0 => sinc(x) * sinc(x / 3.0),
            Self::Bicubic | Self::Lanczos => 0.0,
        }
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    let x = x * std::f64::consts::PI;
    x.sin() / x
}

#[multiversion(targets = "simd")]
fn add(row: &mut [f32], levels: &[u8], weight: f32) {
    for (sum, &level) in row.iter_mut().zip(levels) {
        *sum += weight * f32::from(level);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All of a plane, smoothed.
    fn whole(filter: Resize, from: (usize, usize), to: (usize, usize)) -> Resampling {
        Resampling {
            filter,
            antialias: true,
            from,
            to,
            start: (0, 0),
            size: to,
        }
    }

    fn resized(levels: &[u8], from: (usize, usize), to: (usize, usize)) -> Vec<f32> {
        whole(Resize::Bilinear, from, to).run(levels)
    }

    #[test]
    fn the_same_size_changes_nothing() {
        let levels = [0, 7, 255, 13, 1, 2];
        let same: Vec<f32> = levels.iter().map(|&level| f32::from(level)).collect();
        assert_eq!(resized(&levels, (3, 2), (3, 2)), same);
    }

    #[test]
    fn weights_are_those_of_a_triangle() {
        // Four pixels to two: the first target pixel lies between the first two of them, and
        // reaches over two pixels; weights ¾, ¾, ¼ before they are scaled to 1.
        let spans = whole(Resize::Bilinear, (4, 1), (2, 1)).spans(4, 2, 0, 2);
        assert_eq!((spans[0].first, spans[1].first), (0, 1));
        for (weight, sevenths) in spans[0].weights.iter().zip([3.0, 3.0, 1.0]) {
            assert!((weight - sevenths / 7.0).abs() < 1e-7);
        }
        let smaller = resized(&[7, 0, 0, 70], (4, 1), (2, 1));
        for (value, expected) in smaller.iter().zip([3.0, 30.0]) {
            assert!((value - expected).abs() < 1e-5);
        }
    }

    #[test]
    fn an_enlarged_row_is_interpolated() {
        assert_eq!(resized(&[0, 100], (2, 1), (4, 1)), [0.0, 25.0, 75.0, 100.0]);
    }

    #[test]
    fn a_constant_plane_stays_what_it_is() {
        for value in resized(&[200; 37 * 53], (37, 53), (8, 70)) {
            assert!((value - 200.0).abs() < 1e-3, "{value}");
        }
    }

    /// Pillow 13: `Image.fromarray(np.array([[0, 10, 200, 30, 90, 255]], np.float32)).resize((n, 1), FILTER)`.
    #[test]
    fn filters_are_those_of_pillow() {
        let levels = [0, 10, 200, 30, 90, 255];
        let cases: [(Resize, usize, &[f32]); 8] = [
            (Resize::Nearest, 4, &[0.0, 200.0, 30.0, 255.0]),
            (
                Resize::Nearest,
                8,
                &[0.0, 10.0, 10.0, 200.0, 30.0, 90.0, 90.0, 255.0],
            ),
            (Resize::Box, 4, &[5.0, 200.0, 60.0, 255.0]),
            (
                Resize::Box,
                9,
                &[0.0, 10.0, 10.0, 200.0, 30.0, 30.0, 90.0, 255.0, 255.0],
            ),
            (Resize::Bicubic, 4, &[-4.4013, 126.6616, 59.3798, 199.6683]),
            (
                Resize::Bicubic,
                9,
                &[
                    -0.6579, -6.4706, 35.4167, 187.0833, 123.125, 25.4745, 71.2616, 180.8824,
                    265.8553,
                ],
            ),
            (Resize::Lanczos, 4, &[-9.7512, 129.2943, 58.6842, 199.0244]),
            (
                Resize::Lanczos,
                9,
                &[
                    4.4954, -18.2885, 43.1922, 191.7133, 133.2745, 12.0778, 56.8154, 190.5257,
                    268.4864,
                ],
            ),
        ];
        for (filter, n, expected) in cases {
            let values = whole(filter, (6, 1), (n, 1)).run(&levels);
            assert_eq!(values.len(), expected.len());
            for (value, expected) in values.iter().zip(expected) {
                assert!(
                    (value - expected).abs() < 2e-4,
                    "{filter:?} {n}: {values:?}"
                );
            }
        }
    }

    #[test]
    fn a_window_is_a_part_of_the_whole() {
        let levels: Vec<u8> = (0..60).map(|i| (i * 37 % 251) as u8).collect();
        let all = whole(Resize::Bicubic, (10, 6), (7, 5));
        let part = Resampling {
            start: (2, 1),
            size: (4, 3),
            ..whole(Resize::Bicubic, (10, 6), (7, 5))
        };
        let (all, part) = (all.run(&levels), part.run(&levels));
        for (row, values) in part.chunks(4).enumerate() {
            assert_eq!(values, &all[(row + 1) * 7 + 2..][..4]);
        }
    }

    #[test]
    fn without_smoothing_a_reduced_picture_takes_its_nearest_pixels() {
        // tf.image.resize([0, 0, 120, 240], 2) without antialias: centres at 1 and 3.
        let plain = Resampling {
            antialias: false,
            ..whole(Resize::Bilinear, (4, 1), (2, 1))
        };
        assert_eq!(plain.run(&[0, 0, 120, 240]), [0.0, 180.0]);
    }
}
