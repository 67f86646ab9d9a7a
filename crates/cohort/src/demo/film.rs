//! From densities to grey levels: exposure, noise, frame and markers, as each source has them.

use super::canvas::{Canvas, smooth};
use super::glyphs;
use super::rng::{Rng, scatter};

/// How the pictures of one source look. This is the planted confounder: nothing here says anything
/// about the patient.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Half width of the chest's picture, in widths of the picture: how closely it is framed.
    pub(super) framing: f32,
    /// Standard deviation of the grain, in densities.
    pub(super) grain: f32,
    /// How much a pixel's difference from those around it is raised: positive sharpens, as digital
    /// systems do; negative softens, as a moving patient or a scanned print does.
    pub(super) edge: f32,
    /// Strength of the fine lines that a grid against scattered rays leaves, in densities.
    pub(super) grid: f32,
    /// Share of the picture's half width that the collimator blackens at each side.
    pub(super) shutter: f32,
    /// How much darker the corners are.
    pub(super) vignette: f32,
    pub(super) marker: Marker,
}

/// What is written on the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    /// A white letter at the patient's left.
    Letter,
    /// A white letter in a black box at the patient's right.
    Boxed,
    /// A black letter on a white tile in the corner, as figures in journals have.
    Tile,
    /// Words in small letters along the top.
    Words,
}

/// Exposes the canvas, with `text` on its marker: one byte a pixel. `shot` numbers the picture.
///
/// Brightness and contrast belong to the picture, not to the source: otherwise the mean brightness
/// of a file would stand for the source, and explain the groups as well as it does.
pub(super) fn expose(canvas: &Canvas, style: &Style, shot: u64, text: &str) -> Vec<u8> {
    let mut rng = Rng::new(41, shot);
    let seed = rng.next() as u32;
    let (middle, gain) = (rng.about(0.52, 0.12), rng.about(0.90, 0.18));
    let bend = rng.about(0.0, 0.3);
    let (width, height) = (canvas.width, canvas.height);
    let crooked = rng.about(0.0, 0.02);
    let tag = Tag::new(style.marker, width as f32, height as f32, text, &mut rng);
    let mut pixels = Vec::with_capacity(width * height);
    for row in 0..height {
        let v = 2.0 * row as f32 / height as f32 - 1.0;
        let mut beside = 0.0;
        for column in 0..width {
            let u = 2.0 * column as f32 / width as f32 - 1.0;
            let density = canvas.edged(column, row, style.edge);
            // A detector's pixel holds a trace of its neighbour.
            let speckle = speckle(seed, column as u32, row as u32);
            let grain = style.grain * (1.7 * speckle + 0.9 * beside);
            beside = speckle;
            let grid = style.grid * GRID[column % GRID.len()];
            let lit = middle + gain * (density - 0.5 + grain + grid);
            let shade = 1.0 - style.vignette * (u * u + v * v) * 0.5;
            let open = smooth(0.0, 0.012, 1.0 - style.shutter - (u + crooked * v).abs());
            let tone = tone(lit, bend) * shade * open;
            let tone = tag.over(tone, column as f32 + 0.5, row as f32 + 0.5);
            pixels.push((tone * 255.0 + 0.5).clamp(0.0, 255.0) as u8);
        }
    }
    pixels
}

/// One line of the grid and the gap beside it, across.
const GRID: [f32; 4] = [1.0, 0.0, -1.0, 0.0];

/// The film's curve: straight in the middle, with a soft toe and shoulder.
fn tone(lit: f32, bend: f32) -> f32 {
    let toe = if lit < 0.10 {
        0.10 / (1.0 + 3.0 * (0.10 - lit)) - 0.10 + lit.max(-0.2) * 0.4 + 0.06
    } else {
        lit
    };
    let shoulder = if toe > 0.72 {
        0.72 + (toe - 0.72) / (1.0 + 2.4 * (toe - 0.72))
    } else {
        toe
    };
    let t = shoulder.clamp(0.0, 1.0);
    t + bend * t * (1.0 - t)
}

/// Noise in [-1, 1], more often small than large.
fn speckle(seed: u32, i: u32, j: u32) -> f32 {
    let value = scatter(seed, i, j) * 4096.0;
    let whole = value as u32 as f32;
    whole / 4096.0 + (value - whole) - 1.0
}

/// Writing on the picture, and what lies under it.
struct Tag<'a> {
    text: &'a str,
    left: f32,
    top: f32,
    /// Pixels of the picture per pixel of a glyph.
    size: f32,
    margin: f32,
    paper: Option<f32>,
    ink: f32,
}

impl<'a> Tag<'a> {
    fn new(marker: Marker, width: f32, height: f32, text: &'a str, rng: &mut Rng) -> Self {
        let (size, margin, paper, ink) = match marker {
            Marker::Letter => (width / 130.0, 0.0, None, 0.93),
            Marker::Boxed => (width / 120.0, 4.0, Some(0.03), 0.97),
            Marker::Tile => (width / 100.0, 5.0, Some(1.0), 0.04),
            Marker::Words => (width / 260.0, 0.0, None, 0.88),
        };
        let w = glyphs::width(text) * size;
        let drift = rng.about(0.0, 0.03) * width;
        let (left, top) = match marker {
            Marker::Letter => (0.86 * width - w + drift, 0.07 * height + drift.abs()),
            Marker::Boxed => (0.10 * width + drift, 0.08 * height + drift.abs()),
            Marker::Tile => (margin, margin),
            Marker::Words => (0.80 * width - w + drift, 0.035 * height),
        };
        Self {
            text,
            left,
            top,
            size,
            margin,
            paper,
            ink,
        }
    }

    /// The tone at a pixel with the writing over it.
    fn over(&self, tone: f32, x: f32, y: f32) -> f32 {
        let (right, bottom) = (
            self.left + glyphs::width(self.text) * self.size,
            self.top + glyphs::HEIGHT * self.size,
        );
        let m = self.margin + 1.0;
        if x < self.left - m || x > right + m || y < self.top - m || y > bottom + m {
            return tone;
        }
        let ground = self.paper.unwrap_or(tone);
        let ink = glyphs::ink(
            self.text,
            (x - self.left) / self.size,
            (y - self.top) / self.size,
        );
        ground + (self.ink - ground) * ink
    }
}
