//! Resizing with an antialiased triangle filter, from bytes to floating point.
//!
//! Pillow's `BILINEAR` in mode `F`: the weights of a target pixel fall linearly to zero over one
//! target pixel on each side, or one source pixel where the picture is enlarged, and sum to 1.
//! Rows go first and columns after, so that the bytes of the picture are read once and never
//! copied.

use multiversion::multiversion;

/// The plane `(to_height, to_width)` of a plane `(height, width)` of bytes, row by row.
pub(super) fn resized(
    levels: &[u8],
    (width, height): (usize, usize),
    (to_width, to_height): (usize, usize),
) -> Vec<f32> {
    let columns = spans(width, to_width);
    let mut row = vec![0.0; width];
    let mut resized = Vec::with_capacity(to_width * to_height);
    for span in spans(height, to_height) {
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

/// The source pixels along one axis that make one target pixel.
#[derive(Debug)]
struct Span {
    first: usize,
    weights: Vec<f32>,
}

fn spans(from: usize, to: usize) -> Vec<Span> {
    let scale = from as f64 / to as f64;
    let reach = scale.max(1.0);
    let span = |target: usize| {
        let centre = (target as f64 + 0.5) * scale;
        let first = (centre - reach + 0.5).max(0.0) as usize;
        let end = ((centre + reach + 0.5) as usize).min(from);
        let weight = |source: usize| {
            let distance = (source as f64 + 0.5 - centre).abs() / reach;
            (1.0 - distance).max(0.0)
        };
        let weights: Vec<f64> = (first..end).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        Span {
            first,
            weights: weights.iter().map(|weight| (weight / sum) as f32).collect(),
        }
    };
    (0..to).map(span).collect()
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
        let spans = spans(4, 2);
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
}
