//! The Hilbert curve: it visits every cell of a square or a cube and goes from each to one beside it, so
//! that points which follow each other along it lie in a small box (Hilbert 1891). Each quarter, and each
//! quarter of it, is visited in one go: sorted along the curve, points are in the order of their tree.

use crate::vector::LANES;
use multiversion::multiversion;

/// The places along the curve of these cells, which have `bits` bits along each axis: up to 24 in the
/// plane and 20 in space (Skilling 2004).
#[multiversion(targets = "simd")]
pub(super) fn places<const D: usize>(cells: [[u32; LANES]; D], bits: u32) -> [u64; LANES] {
    let mut x = cells;
    // Each cell is turned into the orientation of the curve in it, from the whole down.
    for bit in (1..bits).rev() {
        let below = (1_u32 << bit) - 1;
        for axis in 0..D {
            for lane in 0..LANES {
                let is_set = 0_u32.wrapping_sub(x[axis][lane] >> bit & 1);
                let exchanged = (x[0][lane] ^ x[axis][lane]) & below & !is_set;
                x[axis][lane] ^= exchanged;
                x[0][lane] ^= exchanged | (below & is_set);
            }
        }
    }
    // What is left is a Gray code.
    for axis in 1..D {
        for lane in 0..LANES {
            x[axis][lane] ^= x[axis - 1][lane];
        }
    }
    let mut turned = [0_u32; LANES];
    for bit in (1..bits).rev() {
        for lane in 0..LANES {
            turned[lane] ^= ((1 << bit) - 1) & 0_u32.wrapping_sub(x[D - 1][lane] >> bit & 1);
        }
    }
    let mut places = [0; LANES];
    for axis in 0..D {
        for lane in 0..LANES {
            places[lane] |= spread::<D>(u64::from(x[axis][lane] ^ turned[lane])) << (D - 1 - axis);
        }
    }
    places
}

/// Puts D - 1 zero bits between the bits of a number below 2^24 (D = 2) or 2^20 (D = 3).
#[inline(always)]
fn spread<const D: usize>(number: u64) -> u64 {
    let steps: [(u32, u64); 5] = if D == 2 {
        [
            (16, 0x0000_ffff_0000_ffff),
            (8, 0x00ff_00ff_00ff_00ff),
            (4, 0x0f0f_0f0f_0f0f_0f0f),
            (2, 0x3333_3333_3333_3333),
            (1, 0x5555_5555_5555_5555),
        ]
    } else {
        [
            (32, 0x001f_0000_0000_ffff),
            (16, 0x001f_0000_ff00_00ff),
            (8, 0x100f_00f0_0f00_f00f),
            (4, 0x10c3_0c30_c30c_30c3),
            (2, 0x1249_2492_4924_9249),
        ]
    };
    steps
        .into_iter()
        .fold(number, |bits, (shift, mask)| (bits | bits << shift) & mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All cells of a grid in the order of the curve.
    fn visited<const D: usize>(bits: u32) -> Vec<[u32; D]> {
        let n_cells = 1_u32 << (bits * D as u32);
        let cell = |index: u32| -> [u32; D] {
            std::array::from_fn(|axis| index >> (bits * axis as u32) & ((1 << bits) - 1))
        };
        let mut placed: Vec<(u64, [u32; D])> = Vec::new();
        for first in (0..n_cells).step_by(LANES) {
            let cells: [[u32; D]; LANES] = std::array::from_fn(|lane| cell(first + lane as u32));
            let by_axis = std::array::from_fn(|axis| cells.map(|cell| cell[axis]));
            placed.extend(places::<D>(by_axis, bits).into_iter().zip(cells));
        }
        placed.sort_unstable();
        let places = placed.iter().map(|&(place, _)| place);
        assert!(places.eq(0..u64::from(n_cells)), "each place is one cell's");
        placed.into_iter().map(|(_, cell)| cell).collect()
    }

    fn goes_from_cell_to_cell<const D: usize>(bits: u32) {
        let cells = visited::<D>(bits);
        for pair in cells.windows(2) {
            let steps: u32 = (0..D)
                .map(|axis| pair[0][axis].abs_diff(pair[1][axis]))
                .sum();
            assert_eq!(steps, 1, "{pair:?}");
        }
        // Quarters, and quarters of these, are visited in one go.
        for depth in 1..bits {
            let part = |cell: &[u32; D]| cell.map(|x| x >> (bits - depth));
            let parts = cells.chunk_by(|a, b| part(a) == part(b)).count();
            assert_eq!(parts, 1 << (depth * D as u32));
        }
    }

    #[test]
    fn the_curve_goes_from_each_cell_to_one_beside_it() {
        goes_from_cell_to_cell::<2>(5);
        goes_from_cell_to_cell::<3>(4);
    }

    #[test]
    fn bits_are_spread() {
        assert_eq!(spread::<2>(0b111), 0b10101);
        assert_eq!(spread::<3>(0b111), 0b100_1001);
        assert_eq!(spread::<2>((1 << 24) - 1).count_ones(), 24);
        assert_eq!(spread::<3>((1 << 20) - 1).count_ones(), 20);
    }
}
