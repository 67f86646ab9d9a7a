//! A chest from the front. The patient's right is on the left of the picture.

use super::canvas::{Canvas, Node, Profile, ball, curve, smooth};
use super::rng::{Rng, noise};

/// What a patient is like inside; the same in all of the patient's pictures.
#[derive(Debug, Clone)]
pub(super) struct Anatomy {
    seed: u32,
    female: bool,
    /// Half width of the rib cage.
    chest: f32,
    /// Scale of the heart.
    heart: f32,
    /// Height of the right dome of the diaphragm; the left one is lower.
    dome: f32,
    left_dome_drop: f32,
    /// How steeply ribs fall.
    rib_fall: f32,
    apex: f32,
    spine_bend: f32,
    fat: f32,
}

/// How a picture of the patient was taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Breath {
    /// How far the domes are above or below their usual place.
    pub(super) dome_shift: f32,
    /// Taken lying, from the front: the heart looks larger and the clavicles higher.
    pub(super) supine: bool,
}

impl Anatomy {
    pub(super) fn new(patient: u64, female: bool) -> Self {
        let mut rng = Rng::new(11, patient);
        Self {
            seed: rng.next() as u32,
            female,
            chest: rng.about(0.80, 0.08) - if female { 0.02 } else { 0.0 },
            heart: rng.about(1.0, 0.20),
            dome: rng.about(0.47, 0.10),
            left_dome_drop: rng.about(0.05, 0.03),
            rib_fall: rng.about(1.0, 0.25),
            apex: rng.about(-0.80, 0.06),
            spine_bend: rng.about(0.0, 0.035),
            fat: rng.about(0.5, 0.5),
        }
    }

    /// The body, without anything that a disease adds.
    pub(super) fn draw(&self, canvas: &mut Canvas, breath: Breath) {
        canvas.lay(|x, y| self.soft_tissue(x, y, breath));
        self.draw_ribs(canvas);
        self.draw_shoulders(canvas, breath);
        self.draw_vessels(canvas);
    }

    /// How much lung lies behind a point: 0 none, 1 as much as anywhere. `side` is counted from the
    /// midline.
    fn lung(&self, side: f32, y: f32, breath: Breath) -> f32 {
        let out = side.abs();
        let up = ((0.30 - y) / (0.30 - self.apex)).max(0.0);
        let near_apex = ((-0.42 - y) / (-0.42 - self.apex)).max(0.0);
        if up >= 1.0 {
            return 0.0;
        }
        let lateral = 0.31 + (self.chest - 0.31) * (1.0 - up * up * up).max(0.0).sqrt();
        let medial = 0.31 - 0.17 * (1.0 - near_apex * near_apex).max(0.0).sqrt();
        let across = (out - medial) / (lateral - medial).max(0.01);
        if !(0.0..=1.0).contains(&across) {
            return 0.0;
        }
        let root = (4.0 * across * (1.0 - across)).sqrt();
        let above = self.dome_at(side, breath) - y;
        let depth = 0.35 * root + 0.65 * root.sqrt();
        let base = smooth(-0.008, 0.012, above) * (0.72 + 0.28 * smooth(0.0, 0.25, above));
        depth * base * (0.72 + 0.28 * smooth(self.apex, self.apex + 0.4, y))
    }

    /// Where the diaphragm is, at this distance from the midline; right of the patient is negative.
    fn dome_at(&self, side: f32, breath: Breath) -> f32 {
        let top = self.dome + self.left_dome_drop * smooth(-0.3, 0.3, side);
        let away = (side.abs() - 0.36) / (self.chest - 0.36);
        let square = away * away;
        // Flat in the middle, falling into the sharp angle at the chest wall.
        let fall = if away > 0.0 {
            0.12 * square + 0.14 * square * square
        } else {
            0.04 * square
        };
        top + breath.dome_shift + fall
    }

    fn midline(&self, y: f32) -> f32 {
        self.spine_bend * (1.0 - y * y)
    }

    fn soft_tissue(&self, x: f32, y: f32, breath: Breath) -> (f32, f32) {
        let side = x - self.midline(y);
        let neck = if y < -0.6 {
            0.25 + 1.15 * smooth(-1.02, -0.74, y - 0.10 * smooth(0.2, 0.9, side.abs()))
        } else {
            1.40
        };
        let torso = self.chest + 0.12 + 0.07 * self.fat;
        let half = neck - (neck - torso).max(0.0) * smooth(-0.58, -0.14, y);
        let inside = half - side.abs();
        if inside <= 0.0 {
            return (0.012, 0.0);
        }
        let wall = (inside / 0.42).min(1.0);
        let texture = noise(self.seed, x * 17.0, y * 17.0) - 0.5;
        let body = 0.19 + 0.36 * wall.sqrt() + 0.09 * self.fat * (1.0 - wall) + 0.03 * texture;
        let edge = smooth(0.0, 0.05, inside);
        let lung = self.lung(side, y, breath);
        let air = lung * (1.0 - 0.11 * texture);
        let below = smooth(-0.01, 0.014, y - self.dome_at(side, breath))
            * smooth(0.0, 0.30, self.chest + 0.10 - side.abs());
        let density = edge * (body - 0.43 * air + self.belly(side, y, below))
            + self.middle(side, y, breath)
            + self.breast(side, y) * (1.0 - 0.6 * below);
        (density, lung)
    }

    /// What lies below the diaphragm.
    fn belly(&self, side: f32, y: f32, below: f32) -> f32 {
        if below <= 0.0 {
            return 0.0;
        }
        let stomach = ball((side, y), (0.40, self.dome + 0.21), (0.17, 0.085));
        let bubble = if stomach > 0.0 {
            stomach * smooth(0.25, 0.6, noise(self.seed ^ 77, side * 6.0, y * 6.0))
        } else {
            0.0
        };
        below * (0.30 + 0.08 * smooth(0.4, 1.0, y) - 0.20 * bubble)
    }

    /// Heart, great vessels, spine and windpipe.
    fn middle(&self, side: f32, y: f32, breath: Breath) -> f32 {
        if side.abs() > 0.72 {
            return 0.0;
        }
        let size = self.heart * if breath.supine { 1.14 } else { 1.0 };
        let rest = 0.23 + breath.dome_shift * 0.6;
        // The left ventricle points down to the patient's left: its ellipse is sheared.
        let lean = side - 0.62 * (y - rest);
        let ventricle = ball((lean, y), (0.15, rest), (0.33 * size, 0.33 * size));
        let atrium = ball((side, y), (-0.08, rest), (0.20 * size, 0.29 * size));
        let upper = if side.abs() < 0.22 {
            let waist = 0.13 + 0.035 * noise(self.seed ^ 3, 0.0, y * 5.0);
            smooth(waist + 0.05, waist - 0.09, side.abs())
        } else {
            0.0
        };
        let arch = ball((side, y), (0.085, -0.31), (0.115, 0.11));
        let trunk = ball((side, y), (0.12, -0.13), (0.11, 0.13));
        let right_hilum = ball((side, y), (-0.17, -0.03), (0.13, 0.20));
        let hilum = right_hilum.max(ball((side, y), (0.18, -0.07), (0.12, 0.18)));
        let heart = soft(ventricle).max(soft(atrium));
        0.26 * heart
            + 0.15 * upper * (1.0 - 0.5 * heart)
            + 0.11 * soft(arch)
            + 0.09 * soft(trunk)
            + 0.09 * hilum * hilum
            + self.spine(side, y)
            - self.windpipe(side, y)
    }

    fn spine(&self, side: f32, y: f32) -> f32 {
        let across = side / 0.095;
        if across.abs() > 1.1 {
            return 0.0;
        }
        let column = smooth(1.1, 0.75, across.abs());
        let level = y / 0.135 + 8.0;
        let in_body = level - level as i32 as f32;
        let disc = smooth(0.14, 0.0, in_body) + smooth(0.86, 1.0, in_body);
        let knob = ball((0.0, in_body), (0.0, 0.35), (1.0, 0.18))
            * ball((across.abs(), 0.0), (0.62, 0.0), (0.28, 1.0));
        column * (0.075 - 0.04 * disc + 0.03 * across * across) + 0.05 * knob
    }

    fn windpipe(&self, side: f32, y: f32) -> f32 {
        if y > 0.0 {
            return 0.0;
        }
        let tube = smooth(0.062, 0.015, (side + 0.012).abs()) * smooth(-0.14, -0.28, y);
        let split = (y + 0.2).max(0.0);
        let bronchus = smooth(0.035, 0.012, (side.abs() - 0.03 - 0.75 * split).abs())
            * smooth(-0.02, -0.10, y)
            * smooth(-0.26, -0.18, y);
        0.075 * tube + 0.05 * bronchus
    }

    fn breast(&self, side: f32, y: f32) -> f32 {
        if !self.female {
            return 0.0;
        }
        let (centre, radius) = (0.46 + 0.04 * self.fat, 0.33 + 0.04 * self.fat);
        let disc = ball((side.abs(), y), (centre, 0.26), (radius, radius));
        // The upper outline melts into the chest wall, the lower one shows.
        0.13 * disc * smooth(-0.1, 0.45, y)
    }

    fn draw_ribs(&self, canvas: &mut Canvas) {
        for rib in 0..11 {
            for side in [-1.0f32, 1.0] {
                self.draw_rib(canvas, rib, side);
            }
        }
    }

    /// One rib: from the spine outwards, round the chest wall, and back down in front.
    fn draw_rib(&self, canvas: &mut Canvas, rib: usize, side: f32) {
        let order = rib as f32;
        let start = self.apex + 0.02 + 0.117 * order;
        let lateral_y = start + (0.10 + 0.017 * order) * self.rib_fall;
        let up = ((0.30 - lateral_y) / (0.30 - self.apex)).clamp(0.0, 0.98);
        let wall = 0.31 + (self.chest - 0.29) * (1.0 - up * up * up).sqrt();
        let at = |x: f32, y: f32| (side * x + self.midline(y), y);
        let fade = if rib > 8 { 0.6 } else { 1.0 };
        let mut nodes = curve(
            [
                at(0.06, start),
                at(0.60 * wall, start - 0.075),
                at(wall, lateral_y),
            ],
            (0.024, 0.027),
            (0.105 * fade, 0.12 * fade),
        );
        let front = (
            lateral_y + 0.12 * self.rib_fall,
            lateral_y + 0.27 * self.rib_fall,
        );
        let end = 0.32 + 0.018 * order;
        if rib < 8 {
            nodes.extend(curve(
                [
                    at(wall, lateral_y),
                    at(wall + 0.01, front.0),
                    at(end.min(wall - 0.1), front.1),
                ],
                (0.027, 0.031),
                (0.085, 0.02),
            ));
        }
        canvas.stroke(&nodes, Profile::Shell);
    }

    fn draw_shoulders(&self, canvas: &mut Canvas, breath: Breath) {
        let lift = if breath.supine { -0.10 } else { 0.0 };
        for side in [-1.0f32, 1.0] {
            let at = |x: f32, y: f32| (side * x + self.midline(y), y);
            let clavicle = [
                at(0.09, -0.60),
                at(0.42, -0.54 + lift),
                at(0.98, -0.80 + lift),
            ];
            canvas.stroke(
                &curve(clavicle, (0.034, 0.030), (0.15, 0.16)),
                Profile::Shell,
            );
            let border = [at(0.70, -0.74), at(0.74, -0.35), at(0.90, -0.06)];
            canvas.stroke(&curve(border, (0.016, 0.02), (0.075, 0.05)), Profile::Shell);
            let blade = [at(0.80, -0.70), at(0.86, -0.40), at(0.92, -0.12)];
            canvas.stroke(&curve(blade, (0.10, 0.05), (0.07, 0.05)), Profile::Haze);
            let head = at(1.09, -0.58);
            canvas.add_near(head, 0.20, |x, y, _| {
                0.12 * soft(ball((x, y), head, (0.19, 0.17)))
            });
            let shaft = [at(1.12, -0.56), at(1.18, -0.3), at(1.2, 0.1)];
            canvas.stroke(&curve(shaft, (0.085, 0.06), (0.08, 0.10)), Profile::Shell);
        }
    }

    /// Vessels that fan out from both hila and branch.
    fn draw_vessels(&self, canvas: &mut Canvas) {
        let mut rng = Rng::new(12, u64::from(self.seed));
        for side in [-1.0f32, 1.0] {
            for branch in 0..12 {
                let aim = (branch as f32 - 4.5) / 5.5;
                let from = (
                    side * rng.about(0.185, 0.05),
                    rng.about(-0.05, 0.06) + 0.10 * aim,
                );
                let reach = rng.within(0.24, 0.50);
                let to = (
                    from.0 + side * reach * (1.0 - 0.42 * aim * aim),
                    from.1 + 0.62 * aim * (0.6 + reach) + rng.about(0.02, 0.07),
                );
                self.draw_vessel(canvas, &mut rng, from, to, 0.017, 0.062);
            }
        }
    }

    fn draw_vessel(
        &self,
        canvas: &mut Canvas,
        rng: &mut Rng,
        from: (f32, f32),
        to: (f32, f32),
        half_width: f32,
        strength: f32,
    ) {
        let bend = rng.about(0.0, 0.16);
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let middle = (from.0 + 0.5 * dx - bend * dy, from.1 + 0.5 * dy + bend * dx);
        let nodes = curve([from, middle, to], (half_width, 0.003), (strength, 0.012));
        canvas.stroke(&nodes, Profile::Rod);
        if half_width < 0.012 {
            return;
        }
        for _ in 0..2 {
            let Node {
                at,
                half_width,
                strength,
            } = nodes[3 + rng.below(6)];
            let (turn, length) = (rng.about(0.0, 0.9), rng.within(0.35, 0.6));
            let end = (
                at.0 + length * (dx - turn * dy),
                at.1 + length * (dy + turn * dx),
            );
            self.draw_vessel(canvas, rng, at, end, half_width * 0.7, strength * 0.75);
        }
    }
}

/// A thickness with a rim that is steep but not cut.
fn soft(thickness: f32) -> f32 {
    smooth(0.0, 0.55, thickness) * (0.75 + 0.25 * thickness)
}
