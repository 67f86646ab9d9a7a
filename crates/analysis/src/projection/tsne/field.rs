//! Repulsion from afar on the points of a region: found at a few nodes of its box, and between them by
//! interpolation.
//!
//! What distant points do varies little over a region, so it is computed at four Chebyshev nodes along
//! each axis and carried to the points by polynomials of degree three, as in fast multipole methods of
//! black-box kind (Fong and Darve 2009). From a box's width away on, the error is a few thousandths of
//! what such a point does, below that of taking tree nodes whole.

use super::forces::Forces;
use crate::vector::LANES;
use multiversion::multiversion;

/// Nodes along each axis.
const NODES: usize = 4;
/// The Chebyshev nodes of -1 to 1: cos(π/8), cos(3π/8), and these with a minus.
const OUTER: f32 = 0.923_879_5;
const INNER: f32 = 0.382_683_43;
const PLACES: [f32; NODES] = [-OUTER, -INNER, INNER, OUTER];
/// The most blocks of [`LANES`] nodes that a box has: four in three dimensions, one in two.
const MOST_BLOCKS: usize = 4;

/// A box, as what is interpolated over it needs it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<const D: usize> {
    middle: [f32; D],
    /// 1 over half of each side.
    scale: [f32; D],
    half: [f32; D],
}

/// Repulsion and similarity over a box.
pub(super) struct Field<const D: usize> {
    frame: Frame<D>,
    /// By blocks of nodes, the last axis fastest.
    at_nodes: [Forces<D>; MOST_BLOCKS],
}

impl<const D: usize> Frame<D> {
    /// The box between two corners.
    pub(super) fn new(low: [f32; D], high: [f32; D]) -> Self {
        let half: [f32; D] = std::array::from_fn(|axis| (high[axis] - low[axis]) * 0.5);
        Self {
            middle: std::array::from_fn(|axis| low[axis] + half[axis]),
            scale: half.map(|half| 1.0 / half.max(f32::MIN_POSITIVE)),
            half,
        }
    }

    /// The nodes of one block.
    fn nodes(&self, block: usize) -> [[f32; LANES]; D] {
        std::array::from_fn(|axis| {
            std::array::from_fn(|lane| {
                let node = block * LANES + lane;
                let place = node / NODES.pow((D - 1 - axis) as u32) % NODES;
                self.middle[axis] + self.half[axis] * PLACES[place]
            })
        })
    }
}

impl<const D: usize> Field<D> {
    const BLOCKS: usize = NODES.pow(D as u32) / LANES;

    /// Asks what is done to each block of nodes.
    pub(super) fn new(
        frame: Frame<D>,
        mut forces_on: impl FnMut(&[[f32; LANES]; D]) -> Forces<D>,
    ) -> Self {
        let mut at_nodes = [Forces::NONE; MOST_BLOCKS];
        for (block, forces) in at_nodes.iter_mut().enumerate().take(Self::BLOCKS) {
            *forces = forces_on(&frame.nodes(block));
        }
        Self { frame, at_nodes }
    }

    /// Adds what is done to these points of the box.
    pub(super) fn add_to(&self, points: &[[f32; LANES]; D], forces: &mut Forces<D>) {
        interpolate(self, points, forces);
    }
}

#[multiversion(targets = "simd")]
fn interpolate<const D: usize>(
    field: &Field<D>,
    points: &[[f32; LANES]; D],
    forces: &mut Forces<D>,
) {
    plain_interpolate(field, points, forces);
}

#[inline(always)]
fn plain_interpolate<const D: usize>(
    field: &Field<D>,
    points: &[[f32; LANES]; D],
    forces: &mut Forces<D>,
) {
    let weights: [[[f32; LANES]; NODES]; D] = std::array::from_fn(|axis| {
        let (middle, scale) = (field.frame.middle[axis], field.frame.scale[axis]);
        weights(points[axis].map(|x| ((x - middle) * scale).clamp(-1.0, 1.0)))
    });
    for node in 0..NODES.pow(D as u32) {
        let at = &field.at_nodes[node / LANES];
        let place = |axis: usize| node / NODES.pow((D - 1 - axis) as u32) % NODES;
        for lane in 0..LANES {
            let weight = (1..D).fold(weights[0][place(0)][lane], |product, axis| {
                product * weights[axis][place(axis)][lane]
            });
            forces.similarity[lane] += weight * at.similarity[node % LANES];
            for axis in 0..D {
                forces.repulsion[axis][lane] += weight * at.repulsion[axis][node % LANES];
            }
        }
    }
}

/// The weight of each node at places between -1 and 1: Lagrange's polynomials.
#[inline(always)]
fn weights(places: [f32; LANES]) -> [[f32; LANES]; NODES] {
    const BETWEEN: f32 = OUTER * OUTER - INNER * INNER;
    let mut weights = [[0.0; LANES]; NODES];
    for lane in 0..LANES {
        let x = places[lane];
        let outer = (x * x - INNER * INNER) * (1.0 / (2.0 * OUTER * BETWEEN));
        let inner = (OUTER * OUTER - x * x) * (1.0 / (2.0 * INNER * BETWEEN));
        weights[0][lane] = outer * (OUTER - x);
        weights[1][lane] = inner * (INNER - x);
        weights[2][lane] = inner * (INNER + x);
        weights[3][lane] = outer * (OUTER + x);
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forces that are polynomials of degree three in each axis, and other ones for each axis.
    fn cubic<const D: usize>(points: &[[f32; LANES]; D]) -> Forces<D> {
        let mut forces = Forces::NONE;
        for lane in 0..LANES {
            let product = |shift: f32| {
                (0..D).fold(1.0, |product, axis| {
                    let x = points[axis][lane] - 3.0;
                    product * (1.0 + x * (0.3 + shift - x * (0.2 - 0.1 * x)))
                })
            };
            forces.similarity[lane] = product(0.0);
            for axis in 0..D {
                forces.repulsion[axis][lane] = product(1.0 + axis as f32);
            }
        }
        forces
    }

    fn cubics_are_met<const D: usize>() {
        let field = Field::new(Frame::new([2.0; D], [5.0; D]), cubic);
        let points: [[f32; LANES]; D] = std::array::from_fn(|axis| {
            std::array::from_fn(|lane| 2.0 + 3.0 * ((lane * 7 + axis * 3) % 16) as f32 / 15.0)
        });
        let expected = cubic(&points);
        let mut found = Forces::NONE;
        field.add_to(&points, &mut found);
        let mut plain = Forces::NONE;
        plain_interpolate(&field, &points, &mut plain);
        assert_eq!(found, plain, "all instruction sets give the same bits");
        for lane in 0..LANES {
            let close = |a: f32, b: f32| (a - b).abs() <= 1e-4 * b.abs().max(1.0);
            assert!(close(found.similarity[lane], expected.similarity[lane]));
            for axis in 0..D {
                assert!(close(
                    found.repulsion[axis][lane],
                    expected.repulsion[axis][lane]
                ));
            }
        }
    }

    #[test]
    fn what_is_cubic_is_met_everywhere() {
        cubics_are_met::<2>();
        cubics_are_met::<3>();
    }

    #[test]
    fn a_box_without_a_width_has_what_is_at_its_place() {
        let field = Field::new(Frame::new([2.0; 2], [2.0; 2]), cubic);
        let points = [[2.0; LANES]; 2];
        let mut found = Forces::NONE;
        field.add_to(&points, &mut found);
        let expected = cubic(&points).similarity[0];
        assert!((found.similarity[0] - expected).abs() < 1e-5);
    }
}
