//! A chest from the side, the patient facing the left edge of the picture.

use super::canvas::{Canvas, Profile, ball, curve, smooth};
use super::rng::{Rng, noise};

/// What a patient looks like from the side.
#[derive(Debug, Clone)]
pub(super) struct SideView {
    seed: u32,
    /// Half depth of the chest.
    depth: f32,
    heart: f32,
    dome: f32,
    /// How far the back is bent.
    stoop: f32,
}

impl SideView {
    pub(super) fn new(patient: u64) -> Self {
        let mut rng = Rng::new(21, patient);
        Self {
            seed: rng.next() as u32,
            depth: rng.about(0.68, 0.06),
            heart: rng.about(1.0, 0.12),
            dome: rng.about(0.40, 0.06),
            stoop: rng.about(0.16, 0.06),
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        canvas.lay(|x, y| self.soft_tissue(x, y));
        self.draw_bones(canvas);
        self.draw_vessels(canvas);
    }

    /// How much lung lies behind a point: 0 none, 1 as much as anywhere.
    fn lung(&self, x: f32, y: f32) -> f32 {
        let (front, back) = self.walls(y);
        let across = (x - front - 0.06) / (back - front - 0.14);
        if !(0.0..=1.0).contains(&across) {
            return 0.0;
        }
        let thick = (4.0 * across * (1.0 - across)).sqrt();
        let above = self.dome_at(x) - y;
        let apex = smooth(-0.86, -0.50, y);
        (0.4 * thick + 0.6 * thick.sqrt()) * smooth(-0.01, 0.015, above) * apex
    }

    fn dome_at(&self, x: f32) -> f32 {
        let away = x + 0.20;
        let fall = if away > 0.0 { 0.62 } else { 0.30 };
        self.dome - 0.10 + fall * away * away
    }

    /// The skin in front and behind.
    fn walls(&self, y: f32) -> (f32, f32) {
        let below = y - 0.25;
        let bulge = (1.0 - 0.85 * below * below).max(0.0);
        let front = -self.depth * (0.62 + 0.44 * bulge) + 0.10;
        let hump = y + 0.20;
        let back = self.depth * (0.80 + self.stoop) + self.stoop * (0.5 - hump * hump);
        (front, back)
    }

    fn soft_tissue(&self, x: f32, y: f32) -> (f32, f32) {
        let (front, back) = self.walls(y);
        let inside = (x - front).min(back - x);
        // The arms are held up in front of the upper chest.
        let arms = smooth(-0.05, 0.32, -0.60 - y - 0.22 * (x + 0.05).abs());
        if inside <= 0.0 && arms <= 0.0 {
            return (0.02, 0.0);
        }
        let wall = (inside.max(0.0) / 0.34).min(1.0);
        let texture = noise(self.seed, x * 16.0, y * 16.0) - 0.5;
        let body = 0.24 + 0.38 * wall.sqrt() + 0.04 * texture;
        let lung = self.lung(x, y);
        let air = lung * (1.0 - 0.15 * texture);
        let below = smooth(-0.01, 0.02, y - self.dome_at(x)) * smooth(0.0, 0.2, inside);
        let heart = ball(
            (x + 0.24 + 0.55 * (y - 0.08), y),
            (0.0, 0.08),
            (0.27 * self.heart, 0.38 * self.heart),
        );
        let hilum = ball((x, y), (0.05, -0.12), (0.16, 0.19));
        let arch = ball((x, y), (0.10, -0.34), (0.20, 0.15));
        let aorta = smooth(0.10, 0.02, (x - 0.26 - 0.05 * y).abs()) * smooth(-0.42, -0.2, y);
        let off_axis = (x - 0.03 - 0.14 * (y + 0.5)).abs();
        let windpipe = smooth(0.055, 0.01, off_axis) * smooth(-0.14, -0.32, y);
        let edge = smooth(0.0, 0.05, inside);
        let density = edge * (body - 0.36 * air + 0.28 * below)
            + edge * (0.15 * smooth(0.0, 0.85, heart) + 0.04 * aorta)
            + 0.09 * hilum * hilum
            + 0.05 * smooth(0.0, 0.8, arch)
            + 0.30 * arms
            - 0.08 * windpipe;
        (density, lung)
    }

    fn draw_bones(&self, canvas: &mut Canvas) {
        for level in 0..12 {
            let y = -0.80 + 0.145 * level as f32;
            let (_, back) = self.walls(y);
            let centre = (back - 0.20, y);
            canvas.add_near(centre, 0.13, |x, y, _| {
                let (dx, dy) = ((x - centre.0) / 0.088, (y - centre.1) / 0.062);
                // Between a square and a disc, with a denser rim, as vertebrae are.
                let square = dx * dx * dx * dx + dy * dy * dy * dy;
                smooth(1.25, 0.7, square) * (0.055 + 0.04 * square.min(1.0))
            });
            let spine = [
                (back - 0.13, y),
                (back - 0.07, y + 0.05),
                (back - 0.03, y + 0.12),
            ];
            canvas.stroke(&curve(spine, (0.022, 0.018), (0.09, 0.05)), Profile::Shell);
        }
        for rib in 0..8 {
            let y = -0.62 + 0.135 * rib as f32;
            let ((front, _), (_, back)) = (self.walls(y + 0.3), self.walls(y));
            let path = [
                (back - 0.16, y),
                (back - 0.25, y + 0.26),
                (front + 0.16, y + 0.36),
            ];
            canvas.stroke(&curve(path, (0.022, 0.024), (0.07, 0.03)), Profile::Shell);
        }
        let (top, _) = self.walls(-0.45);
        let (low, _) = self.walls(0.2);
        let sternum = [(top + 0.09, -0.48), (top + 0.03, -0.15), (low + 0.06, 0.22)];
        canvas.stroke(
            &curve(sternum, (0.028, 0.024), (0.16, 0.13)),
            Profile::Shell,
        );
    }

    fn draw_vessels(&self, canvas: &mut Canvas) {
        let mut rng = Rng::new(22, u64::from(self.seed));
        for _ in 0..22 {
            let from = (rng.about(0.03, 0.05), rng.about(-0.10, 0.07));
            let (dx, dy) = (rng.about(0.05, 0.38), rng.about(0.10, 0.42));
            let bend = rng.about(0.0, 0.2);
            let middle = (from.0 + dx / 2.0 - bend * dy, from.1 + dy / 2.0 + bend * dx);
            let path = [from, middle, (from.0 + dx, from.1 + dy)];
            canvas.stroke(&curve(path, (0.016, 0.003), (0.036, 0.008)), Profile::Rod);
        }
    }
}
