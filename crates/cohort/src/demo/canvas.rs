//! A sheet on which densities are added up, as the layers of a body add up on film.
//!
//! Only additions, multiplications, divisions and square roots are used: IEEE 754 fixes their
//! results to the last bit, so the drawings are the same on every machine.

/// Densities, row by row: 0 lets all rays through (black), 1 nearly none (white).
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) density: Vec<f32>,
    /// How much lung lies behind each pixel: 0 none, 1 as much as anywhere.
    lung: Vec<f32>,
    frame: Frame,
}

/// How the body lies on the sheet: body coordinates are centred on the chest, x to the right of the
/// picture and y downwards, both in half widths of the chest's picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// Where the centre of the chest is, in pixels.
    pub(super) centre: (f32, f32),
    /// Pixels per unit.
    pub(super) scale: f32,
    /// Clockwise turn in radians; small.
    pub(super) turn: f32,
}

/// A point of a stroke: place and half width in body coordinates, and density.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) at: (f32, f32),
    pub(super) half_width: f32,
    pub(super) strength: f32,
}

/// How density is spread across a stroke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Profile {
    /// A shell that is denser at its rims: bone, tubes.
    Shell,
    /// A solid rod: vessels, wires.
    Rod,
    /// No edge at all.
    Haze,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize, frame: Frame) -> Self {
        Self {
            width,
            height,
            density: vec![0.0; width * height],
            lung: vec![0.0; width * height],
            frame,
        }
    }

    /// Lays the body on the sheet: `body(x, y)` gives its density and how much of it is lung, in
    /// body coordinates.
    pub(super) fn lay(&mut self, body: impl Fn(f32, f32) -> (f32, f32)) {
        for row in 0..self.height {
            for column in 0..self.width {
                let (x, y) = self.frame.to_body(column as f32 + 0.5, row as f32 + 0.5);
                let at = row * self.width + column;
                (self.density[at], self.lung[at]) = body(x, y);
            }
        }
    }

    /// Adds `density(x, y, lung)` wherever there is lung.
    pub(super) fn add_in_lung(&mut self, density: impl Fn(f32, f32, f32) -> f32) {
        for row in 0..self.height {
            for column in 0..self.width {
                let at = row * self.width + column;
                if self.lung[at] > 0.0 {
                    let (x, y) = self.frame.to_body(column as f32 + 0.5, row as f32 + 0.5);
                    self.density[at] += density(x, y, self.lung[at]);
                }
            }
        }
    }

    /// Adds `density(x, y, lung)` only within `reach` of a point, where it must vanish.
    pub(super) fn add_near(
        &mut self,
        point: (f32, f32),
        reach: f32,
        density: impl Fn(f32, f32, f32) -> f32,
    ) {
        let (x, y) = self.frame.to_pixel(point);
        let area = self.area([x, y, x, y], reach * self.frame.scale);
        for row in area.rows {
            for column in area.columns.clone() {
                let (x, y) = self.frame.to_body(column as f32 + 0.5, row as f32 + 0.5);
                let at = row * self.width + column;
                self.density[at] += density(x, y, self.lung[at]);
            }
        }
    }

    /// Adds a stroke through the nodes. Where it touches itself it does not add up.
    pub(super) fn stroke(&mut self, nodes: &[Node], profile: Profile) {
        let nodes: Vec<Node> = nodes
            .iter()
            .map(|node| self.frame.node_to_pixel(node))
            .collect();
        let widest = nodes
            .iter()
            .fold(0.0, |widest: f32, node| widest.max(node.half_width));
        let whole = self.area(bounds(&nodes), widest * profile.reach() + 1.0);
        let stride = whole.columns.len();
        let mut layer = vec![0.0f32; stride * whole.rows.len()];
        for pair in nodes.windows(2) {
            let wide = pair[0].half_width.max(pair[1].half_width);
            let area = self.area(bounds(pair), wide * profile.reach() + 1.0);
            let piece = Piece::new(&pair[0], &pair[1], profile);
            for row in area.rows {
                for column in area.columns.clone() {
                    let value = piece.at(column as f32 + 0.5, row as f32 + 0.5);
                    let at = (row - whole.rows.start) * stride + column - whole.columns.start;
                    if value.abs() > layer[at].abs() {
                        layer[at] = value;
                    }
                }
            }
        }
        for (line, row) in layer.chunks_exact(stride.max(1)).zip(whole.rows) {
            let start = row * self.width + whole.columns.start;
            for (value, added) in self.density[start..start + stride].iter_mut().zip(line) {
                *value += added;
            }
        }
    }

    /// The density at a pixel, moved `edge` times its difference from the mean of the four pixels two
    /// steps away.
    pub(super) fn edged(&self, column: usize, row: usize, edge: f32) -> f32 {
        const STEP: usize = 2;
        let at = |column: usize, row: usize| self.density[row * self.width + column];
        let (left, right) = (
            column.saturating_sub(STEP),
            (column + STEP).min(self.width - 1),
        );
        let (above, below) = (row.saturating_sub(STEP), (row + STEP).min(self.height - 1));
        let around = at(left, row) + at(right, row) + at(column, above) + at(column, below);
        let here = at(column, row);
        here + edge * (here - 0.25 * around)
    }

    /// The pixels within `margin` of a box, cut at the sheet's edges.
    fn area(&self, [left, top, right, bottom]: [f32; 4], margin: f32) -> Area {
        let range = |low: f32, high: f32, n: usize| {
            let start = (low - margin).floor().max(0.0) as usize;
            let end = (high + margin).ceil().max(0.0) as usize;
            start.min(n)..end.min(n).max(start.min(n))
        };
        Area {
            columns: range(left, right, self.width),
            rows: range(top, bottom, self.height),
        }
    }
}

struct Area {
    columns: std::ops::Range<usize>,
    rows: std::ops::Range<usize>,
}

impl Frame {
    fn to_body(self, x: f32, y: f32) -> (f32, f32) {
        let (cos, sin) = self.cos_sin();
        let (x, y) = (
            (x - self.centre.0) / self.scale,
            (y - self.centre.1) / self.scale,
        );
        (cos * x + sin * y, cos * y - sin * x)
    }

    fn to_pixel(self, (x, y): (f32, f32)) -> (f32, f32) {
        let (cos, sin) = self.cos_sin();
        let (x, y) = (cos * x - sin * y, cos * y + sin * x);
        (
            self.centre.0 + x * self.scale,
            self.centre.1 + y * self.scale,
        )
    }

    /// Two terms of the series each: exact enough for the few degrees of a crooked patient, and the
    /// same on every machine, which the system's own functions are not.
    fn cos_sin(self) -> (f32, f32) {
        let square = self.turn * self.turn;
        (1.0 - square / 2.0, self.turn * (1.0 - square / 6.0))
    }

    fn node_to_pixel(self, node: &Node) -> Node {
        Node {
            at: self.to_pixel(node.at),
            half_width: node.half_width * self.scale,
            strength: node.strength,
        }
    }
}

impl Profile {
    /// How many half widths from the middle a stroke still shows.
    fn reach(self) -> f32 {
        match self {
            Self::Shell | Self::Rod => 1.3,
            Self::Haze => 2.0,
        }
    }
}

/// Nodes along a quadratic Bézier curve, with width and strength going evenly from end to end.
pub(super) fn curve(
    points: [(f32, f32); 3],
    half_widths: (f32, f32),
    strengths: (f32, f32),
) -> Vec<Node> {
    const STEPS: usize = 10;
    let along = |t: f32| {
        let [a, b, c] = points;
        let (u, v, w) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
        Node {
            at: (u * a.0 + v * b.0 + w * c.0, u * a.1 + v * b.1 + w * c.1),
            half_width: half_widths.0 + (half_widths.1 - half_widths.0) * t,
            strength: strengths.0 + (strengths.1 - strengths.0) * t,
        }
    };
    (0..=STEPS)
        .map(|step| along(step as f32 / STEPS as f32))
        .collect()
}

/// 0 at `low` and before, 1 at `high` and beyond, smooth between; `high` may be the smaller one.
pub(super) fn smooth(low: f32, high: f32, x: f32) -> f32 {
    let (from_low, span) = (x - low, high - low);
    // Most calls are far from the slope, and a division is slow.
    if from_low * span <= 0.0 {
        return 0.0;
    }
    if from_low.abs() >= span.abs() {
        return 1.0;
    }
    let t = from_low / span;
    t * t * (3.0 - 2.0 * t)
}

/// 1 in the middle of an ellipse, 0 at its rim and beyond, as the thickness of a ball would fall.
pub(super) fn ball((x, y): (f32, f32), centre: (f32, f32), radii: (f32, f32)) -> f32 {
    let (dx, dy) = (x - centre.0, y - centre.1);
    if dx.abs() >= radii.0 || dy.abs() >= radii.1 {
        return 0.0;
    }
    let (dx, dy) = (dx / radii.0, dy / radii.1);
    (1.0 - dx * dx - dy * dy).max(0.0).sqrt()
}

fn bounds(nodes: &[Node]) -> [f32; 4] {
    nodes.iter().fold(
        [f32::MAX, f32::MAX, f32::MIN, f32::MIN],
        |[l, t, r, b], node| {
            let (x, y) = node.at;
            [l.min(x), t.min(y), r.max(x), b.max(y)]
        },
    )
}

/// A straight piece of a stroke, in pixels, with what all its pixels need worked out once.
struct Piece<'a> {
    from: &'a Node,
    to: &'a Node,
    direction: (f32, f32),
    per_square_length: f32,
    /// Width of the rim, in half widths: about one and a half pixels, as a detector blurs it.
    blur: f32,
    profile: Profile,
}

impl<'a> Piece<'a> {
    fn new(from: &'a Node, to: &'a Node, profile: Profile) -> Self {
        let direction = (to.at.0 - from.at.0, to.at.1 - from.at.1);
        let square_length = direction.0 * direction.0 + direction.1 * direction.1;
        let half_width = 0.5 * (from.half_width + to.half_width);
        Self {
            from,
            to,
            direction,
            per_square_length: 1.0 / square_length.max(1e-6),
            blur: (0.9 / half_width.max(0.5)).min(0.9),
            profile,
        }
    }

    /// The density at a pixel.
    fn at(&self, x: f32, y: f32) -> f32 {
        let (from, to, (dx, dy)) = (self.from, self.to, self.direction);
        let (px, py) = (x - from.at.0, y - from.at.1);
        let t = ((px * dx + py * dy) * self.per_square_length).clamp(0.0, 1.0);
        let half_width = from.half_width + (to.half_width - from.half_width) * t;
        let (ex, ey) = (px - dx * t, py - dy * t);
        let square = ex * ex + ey * ey;
        let reach = half_width.max(0.5) * self.profile.reach() + 1.0;
        if square > reach * reach {
            return 0.0;
        }
        let strength = from.strength + (to.strength - from.strength) * t;
        strength * self.across(square.sqrt() / half_width.max(0.3))
    }

    /// How dense the stroke is at `q` half widths from its middle, at most 1.
    fn across(&self, q: f32) -> f32 {
        let rim = || 1.0 - smooth(1.0 - self.blur, 1.0 + self.blur * 0.6, q);
        match self.profile {
            Profile::Shell => {
                let inner = q * q;
                (0.62 + 0.38 * inner * inner) * rim()
            }
            Profile::Rod => (1.0 - q * q / 1.2).max(0.0).sqrt() * rim(),
            Profile::Haze => {
                let near = (1.0 - q * q / 4.0).max(0.0);
                near * near
            }
        }
    }
}
