//! Drawings of the report, as SVG that needs no style sheet: numbers in, shapes out.

use std::fmt::Write;

use ndarray::ArrayView2;

/// Okabe and Ito's colours, darkened until they stand 3 : 1 against white; the page's light theme.
const COLOURS: [&str; 7] = [
    "#1f88c9", "#b97700", "#008a64", "#b8568f", "#857b00", "#00507f", "#c25400",
];
const NOISE: &str = "#8a95a1";
const INK: &str = "#17202a";
const LINE: &str = "#dbe1e7";

/// The outlines of the page's marks in a box from -1 to 1; beyond seven clusters they change.
const SHAPES: [&str; 6] = [
    "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
    "M-.85 -.85H.85V.85H-.85Z",
    "M0 -1L.95 .75H-.95Z",
    "M0 -1.05L1.05 0L0 1.05L-1.05 0Z",
    "M-.35 -1H.35V-.35H1V.35H.35V1H-.35V.35H-1V-.35H-.35Z",
    "M0 1L.95 -.75H-.95Z",
];

/// The colour of a cluster; `None` is noise.
pub(super) fn colour(label: Option<u32>) -> &'static str {
    label.map_or(NOISE, |label| COLOURS[label as usize % COLOURS.len()])
}

fn shape(label: Option<u32>) -> &'static str {
    label.map_or(SHAPES[0], |label| {
        SHAPES[label as usize / COLOURS.len() % SHAPES.len()]
    })
}

/// The mark of a cluster alone, for legends.
pub(super) fn mark(label: Option<u32>) -> String {
    let (colour, path) = (colour(label), shape(label));
    format!(
        "<svg viewBox=\"-1.2 -1.2 2.4 2.4\" width=\"11\" height=\"11\" aria-hidden=\"true\"><path d=\"{path}\" fill=\"{colour}\"/></svg>"
    )
}

/// The first two axes of a map, `(n_images, n_components)`: core points large, border points small
/// and pale, noise grey, as the notebook drew them.
pub(super) fn map(points: ArrayView2<'_, f64>, labels: &[Option<u32>], core: &[bool]) -> String {
    const SIZE: f64 = 640.0;
    const MARGIN: f64 = 12.0;
    let range = |axis: usize| {
        let column = points.column(axis);
        let low = column.iter().copied().fold(f64::INFINITY, f64::min);
        let high = column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (low, high)
    };
    let ((left, right), (bottom, top)) = (range(0), range(1));
    // One scale for both axes: eps is a length.
    let extent = (right - left).max(top - bottom).max(1e-9);
    let scale = (SIZE - 2.0 * MARGIN) / extent;
    let (width, height) = (
        (right - left) * scale + 2.0 * MARGIN,
        (top - bottom) * scale + 2.0 * MARGIN,
    );
    let mut svg = format!(
        "<svg class=\"map\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-label=\"Map of the images\">"
    );
    // Noise first, so that it lies under the rest.
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by_key(|&image| (labels[image].is_some(), core[image]));
    for image in order {
        let x = (points[[image, 0]] - left) * scale + MARGIN;
        let y = (top - points[[image, 1]]) * scale + MARGIN;
        let (radius, opacity) = match (labels[image], core[image]) {
            (None, _) => (2.2, 0.9),
            (_, false) => (2.8, 0.6),
            (_, true) => (4.6, 1.0),
        };
        let (path, fill) = (shape(labels[image]), colour(labels[image]));
        // Writing to a string cannot fail.
        let _ = write!(
            svg,
            "<path d=\"{path}\" transform=\"translate({x:.1} {y:.1}) scale({radius})\" fill=\"{fill}\" fill-opacity=\"{opacity}\"/>"
        );
    }
    svg.push_str("</svg>");
    svg
}

/// How the best of each surrogate is spread, and where the observed one stands among them.
pub(super) fn histogram(values: &[f64], observed: Option<f64>) -> String {
    const WIDTH: f64 = 300.0;
    const HEIGHT: f64 = 70.0;
    const BINS: usize = 20;
    let all = values.iter().copied().chain(observed);
    let low = all.clone().fold(f64::INFINITY, f64::min);
    let high = all.fold(f64::NEG_INFINITY, f64::max);
    let mut svg = format!(
        "<svg class=\"histogram\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"The best of each surrogate, and the observed one\">",
        HEIGHT + 16.0
    );
    if low > high {
        svg.push_str("</svg>");
        return svg;
    }
    let span = (high - low).max(1e-9);
    let mut counts = [0_u32; BINS];
    for value in values {
        let bin = ((value - low) / span * BINS as f64) as usize;
        counts[bin.min(BINS - 1)] += 1;
    }
    let tallest = counts.iter().copied().max().unwrap_or(1).max(1);
    let step = WIDTH / BINS as f64;
    for (bin, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = HEIGHT * f64::from(count) / f64::from(tallest);
        let _ = write!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\" fill=\"{NOISE}\"/>",
            bin as f64 * step + 0.5,
            HEIGHT - height,
            step - 1.0
        );
    }
    let _ = write!(
        svg,
        "<line x1=\"0\" x2=\"{WIDTH}\" y1=\"{HEIGHT}\" y2=\"{HEIGHT}\" stroke=\"{LINE}\"/>"
    );
    if let Some(observed) = observed {
        let x = ((observed - low) / span * WIDTH).clamp(1.0, WIDTH - 1.0);
        let anchor = if x > WIDTH / 2.0 { "end" } else { "start" };
        let _ = write!(
            svg,
            "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"{HEIGHT}\" stroke=\"{INK}\" stroke-width=\"2\"/>\
             <text x=\"{x:.1}\" y=\"{:.0}\" font-size=\"11\" text-anchor=\"{anchor}\" fill=\"{INK}\">observed</text>",
            HEIGHT + 13.0
        );
    }
    svg.push_str("</svg>");
    svg
}

/// A number in every setting, sorted, from the least; those that are `evident` are bright.
pub(super) fn curve(settings: &[(f64, bool)]) -> String {
    const WIDTH: f64 = 640.0;
    const HEIGHT: f64 = 90.0;
    let mut sorted = settings.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let low = sorted.first().map_or(0.0, |first| first.0.min(0.0));
    let high = sorted.last().map_or(1.0, |last| last.0.max(low + 1e-9));
    let y = |value: f64| 2.0 + (HEIGHT - 4.0) * (high - value) / (high - low);
    let mut svg = format!(
        "<svg class=\"curve\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"What every setting explains beyond chance, from the least to the most\">\
         <line x1=\"0\" x2=\"{WIDTH}\" y1=\"{0:.1}\" y2=\"{0:.1}\" stroke=\"{LINE}\"/>",
        y(0.0)
    );
    for (evident, fill) in [(false, NOISE), (true, COLOURS[1])] {
        let of_kind = sorted
            .iter()
            .enumerate()
            .filter(|(_, setting)| setting.1 == evident);
        let dots: String = of_kind
            .map(|(place, (value, _))| {
                let x = WIDTH * (place as f64 + 0.5) / sorted.len() as f64;
                format!("M{x:.1} {:.1}h0", y(*value))
            })
            .collect();
        let _ = write!(
            svg,
            "<path d=\"{dots}\" stroke=\"{fill}\" stroke-width=\"3\" stroke-linecap=\"round\"/>"
        );
    }
    svg.push_str("</svg>");
    svg
}

/// A bar of `share` (0 to 1), with a tick where `expected` lies.
pub(super) fn bar(share: f64, expected: Option<f64>, fill: &str) -> String {
    const WIDTH: f64 = 150.0;
    let place = |value: f64| WIDTH * value.clamp(0.0, 1.0);
    let tick = expected.map_or_else(String::new, |expected| {
        let x = place(expected);
        format!("<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"10\" stroke=\"{INK}\" stroke-width=\"2\"/>")
    });
    format!(
        "<svg viewBox=\"0 0 {WIDTH} 10\" width=\"{WIDTH}\" height=\"10\" aria-hidden=\"true\"><rect y=\"2\" width=\"{WIDTH}\" height=\"6\" fill=\"{LINE}\"/><rect y=\"2\" width=\"{:.1}\" height=\"6\" fill=\"{fill}\"/>{tick}</svg>",
        place(share)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_map_has_a_mark_for_each_image() {
        let points = array![[0.0, 0.0], [1.0, 0.0], [1.0, 2.0]];
        let svg = map(
            points.view(),
            &[Some(0), None, Some(7)],
            &[true, false, true],
        );
        assert_eq!(svg.matches("<path").count(), 3);
        assert!(svg.contains(SHAPES[1]) && svg.contains(NOISE));
        let one = map(array![[3.0, 3.0]].view(), &[None], &[false]);
        assert!(!one.contains("NaN"));
    }

    #[test]
    fn a_curve_has_a_dot_for_every_setting() {
        let svg = curve(&[(0.4, true), (-0.1, false), (0.2, true)]);
        assert_eq!(svg.matches("h0").count(), 3);
        assert!(svg.contains(NOISE) && svg.contains(COLOURS[1]));
        assert!(!curve(&[]).contains("NaN"));
    }

    #[test]
    fn a_histogram_without_values_is_no_failure() {
        assert!(!histogram(&[], None).contains("rect"));
        assert!(histogram(&[1.0, 1.0], Some(1.0)).contains(">observed<"));
        assert!(!histogram(&[1.0, 2.0], None).contains(">observed<"));
    }
}
