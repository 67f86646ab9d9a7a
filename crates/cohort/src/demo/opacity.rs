//! The three planted patterns: what a disease adds to the lungs.

use super::canvas::{Canvas, Profile, curve, smooth};
use super::rng::{Rng, fractal, noise};

/// What is planted in a patient, and what the column `pattern` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pattern {
    /// Patches in the lower outer parts of both lungs.
    Basal,
    /// One dense lobe, cut off sharply by a fissure.
    Lobar,
    /// A fine net over both lungs.
    Interstitial,
}

impl Pattern {
    pub(super) const ALL: [Self; 3] = [Self::Basal, Self::Lobar, Self::Interstitial];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Basal => "bilateral basal",
            Self::Lobar => "lobar",
            Self::Interstitial => "interstitial",
        }
    }
}

/// From where the chest is seen; from the side, left and right lie over each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    Front,
    Side,
}

/// Adds the pattern's opacities to the lungs of a canvas on which a body has been laid.
///
/// `severity` is 1 for a typical case. The places belong to the patient, the severity to the day.
pub(super) fn draw(canvas: &mut Canvas, pattern: Pattern, seen: Seen, patient: u64, severity: f32) {
    let mut rng = Rng::new(31, patient);
    let seed = rng.next() as u32;
    match pattern {
        Pattern::Basal => basal(canvas, &mut rng, seen, seed, severity),
        Pattern::Lobar => lobar(canvas, &mut rng, seen, seed, severity),
        Pattern::Interstitial => interstitial(canvas, &mut rng, seed, severity),
    }
}

fn basal(canvas: &mut Canvas, rng: &mut Rng, seen: Seen, seed: u32, severity: f32) {
    for side in [-1.0f32, 1.0] {
        for _ in 0..5 + rng.below(4) {
            let out = rng.about(0.52, 0.22);
            let x = match seen {
                Seen::Front => side * out,
                Seen::Side => 0.75 - out,
            };
            let centre = (x, rng.about(0.22, 0.30));
            let radius = rng.within(0.16, 0.30);
            let strength = severity * rng.within(0.07, 0.125);
            canvas.add_near(centre, radius, |x, y, lung| {
                let (dx, dy) = ((x - centre.0) / radius, (y - centre.1) / (0.75 * radius));
                let near = (1.0 - dx * dx - dy * dy).max(0.0);
                if near <= 0.0 || lung <= 0.0 {
                    return 0.0;
                }
                let patchy = smooth(0.32, 0.66, fractal(seed, x * 11.0, y * 11.0));
                strength * near * (0.4 + 0.8 * patchy) * cover(lung)
            });
        }
    }
}

fn lobar(canvas: &mut Canvas, rng: &mut Rng, seen: Seen, seed: u32, severity: f32) {
    let side = if rng.happens(0.6) { -1.0f32 } else { 1.0 };
    let upper = rng.happens(0.45);
    let fissure = rng.about(if upper { -0.06 } else { 0.06 }, 0.05);
    let tilt = rng.about(0.12, 0.10);
    let strength = severity * rng.within(0.27, 0.37);
    canvas.add_in_lung(|x, y, lung| {
        let line = match seen {
            Seen::Front if x * side <= 0.0 => return 0.0,
            Seen::Front => fissure + tilt * (x.abs() - 0.4),
            // Seen from the side the fissure falls steeply towards the front.
            Seen::Side => fissure + 0.1 - 0.6 * x,
        };
        let sharp = 0.02 + 0.02 * noise(seed, x * 8.0, 0.0);
        let beyond = if upper { line - y } else { y - line };
        if beyond <= -sharp {
            return 0.0;
        }
        // Sharp at the fissure, fading away from it.
        let lobe = smooth(-sharp, sharp, beyond) * smooth(0.66, 0.10, beyond);
        let texture = 0.70 + 0.6 * fractal(seed, x * 6.0, y * 6.0);
        strength * lobe * texture * cover(lung)
    });
    if seen == Seen::Front {
        air_bronchograms(
            canvas,
            rng,
            (side, if upper { -1.0 } else { 1.0 }),
            fissure,
            severity,
        );
    }
}

/// Bronchi stay filled with air and show as dark branches in a dense lobe.
fn air_bronchograms(
    canvas: &mut Canvas,
    rng: &mut Rng,
    (side, fall): (f32, f32),
    fissure: f32,
    severity: f32,
) {
    for _ in 0..4 {
        let from = (side * rng.about(0.24, 0.04), fissure + rng.about(0.0, 0.06));
        let to = (
            side * rng.about(0.50, 0.12),
            from.1 + fall * rng.within(0.08, 0.32),
        );
        let middle = (
            (from.0 + to.0) / 2.0,
            (from.1 + to.1) / 2.0 + rng.about(0.0, 0.05),
        );
        let strengths = (-0.07 * severity, -0.03 * severity);
        canvas.stroke(
            &curve([from, middle, to], (0.013, 0.005), strengths),
            Profile::Rod,
        );
    }
}

fn interstitial(canvas: &mut Canvas, rng: &mut Rng, seed: u32, severity: f32) {
    let mesh = rng.within(24.0, 31.0);
    let strength = severity * rng.within(0.85, 1.15);
    canvas.add_in_lung(|x, y, lung| {
        let warp = noise(seed ^ 5, x * 5.0, y * 5.0);
        // Turned and bent, so that the noise's own grid does not show.
        let u = mesh * (0.83 * x + 0.56 * y) + 2.5 * warp;
        let v = mesh * (0.83 * y - 0.56 * x) - 2.5 * warp;
        // The zero line of noise is a net of closed curves; two of them make a mesh.
        let net = line(noise(seed, u, v)) + line(noise(seed ^ 9, 0.61 * v + 4.0, 0.61 * u));
        let uneven = 0.45 + 1.1 * warp;
        strength * uneven * (0.06 + 0.062 * net) * cover(lung)
    });
}

/// 1 where noise is halfway between its bounds, 0 a little off.
fn line(noise: f32) -> f32 {
    let off = (noise - 0.5) / 0.16;
    (1.0 - off * off).max(0.0)
}

/// Where there is any lung worth speaking of, an opacity shows in full.
fn cover(lung: f32) -> f32 {
    smooth(0.05, 0.45, lung)
}
