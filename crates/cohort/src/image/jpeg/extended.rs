//! Extended sequential JPEG of 12 bits and one component (ITU-T T.81, F.2), which DICOM files have and the decoders
//! that are used for everything else do not read.

use std::f32::consts::PI;

use super::super::error::ImageError;
use super::fault::damaged;
use super::frame::Tables;
use super::huffman::{Bits, Huffman};
use super::lossless::{Grey, Samples, only_scan};
use super::segments::{EOI, SOS, Segments};

/// Places of the coefficients in a block, in the order in which they come (T.81, figure A.6).
const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];
/// The sizes of a DC difference and of an AC coefficient, in bits, at most (T.81, F.1.5).
const MAX_BITS: [u32; 2] = [15, 14];

/// The bits of a sample that a frame announces; `None` where there is no frame.
pub(crate) fn precision(bytes: &[u8]) -> Option<u8> {
    let mut segments = Segments::of(bytes);
    loop {
        let segment = segments.next().ok()?;
        match segment.marker {
            0xC0..=0xCF if !matches!(segment.marker, 0xC4 | 0xC8 | 0xCC) => {
                return segment.body.first().copied();
            }
            SOS | EOI => return None,
            _ => {}
        }
    }
}

/// Decodes all samples, and sees that the data hold them and nothing else.
///
/// # Errors
/// When the file is cut off, damaged, or of another kind.
pub(crate) fn decode(bytes: &[u8]) -> Result<Samples, ImageError> {
    only_scan(bytes, 0xC1, |header, data, frame, tables| {
        let &[1, _, selected, 0, 63, 0] = header else {
            return Err(damaged("a scan's header cannot be"));
        };
        read_scan(data, frame, selected, tables)
    })
}

/// All samples, and how many bytes hold them.
fn read_scan(
    data: &[u8],
    frame: Grey,
    selected: u8,
    tables: &Tables,
) -> Result<(Vec<u16>, usize), ImageError> {
    fn table<T>(tables: &[Option<T>; 4], number: usize) -> Result<&T, ImageError> {
        let table = tables.get(number).and_then(Option::as_ref);
        table.ok_or_else(|| damaged("a table is missing"))
    }
    if frame.precision != 12 {
        return Err(damaged("its samples are not of 12 bits"));
    }
    let dc = table(&tables.dc, usize::from(selected >> 4))?;
    let ac = table(&tables.ac, usize::from(selected & 15))?;
    let steps = table(&tables.quantisation, frame.table)?;
    let (width, height) = (frame.width as usize, frame.height as usize);
    let cosines = cosines();
    let mut bits = Bits::of(data);
    let mut values = vec![0; width * height];
    let (mut before, mut n_read, mut restarts) = (0, 0, 0);
    for top in (0..height).step_by(8) {
        for left in (0..width).step_by(8) {
            if tables.restart_interval > 0 && n_read == tables.restart_interval {
                bits.restart(restarts)?;
                restarts = (restarts + 1) % 8;
                (before, n_read) = (0, 0);
            }
            n_read += 1;
            let block = read_block(&mut bits, (dc, ac), steps, &mut before)?;
            let block = samples(&block, &cosines);
            for (y, row) in block.chunks_exact(8).enumerate().take(height - top) {
                let start = (top + y) * width + left;
                let n = (width - left).min(8);
                values[start..start + n].copy_from_slice(&row[..n]);
            }
        }
    }
    let length = bits.finish()?;
    Ok((values, length))
}

/// The coefficients of one block, times their steps.
fn read_block(
    bits: &mut Bits<'_>,
    (dc, ac): (&Huffman, &Huffman),
    steps: &[u16; 64],
    before: &mut i32,
) -> Result<[f32; 64], ImageError> {
    let out_of_range = || damaged("a coefficient is out of range");
    let mut block = [0.0; 64];
    let size = u32::from(dc.read(bits)?);
    if size > MAX_BITS[0] {
        return Err(out_of_range());
    }
    *before += bits.read_signed(size)?;
    if before.abs() > 1 << MAX_BITS[0] {
        return Err(out_of_range());
    }
    block[0] = *before as f32 * f32::from(steps[0]);
    let mut place = 1;
    while place < 64 {
        let symbol = ac.read(bits)?;
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        match (run, size) {
            (15, 0) => place += 16,
            (0, 0) => return Ok(block),
            (_, 0) => return Err(damaged("its data hold a code that means nothing")),
            (_, size) if size > MAX_BITS[1] => return Err(out_of_range()),
            _ => {
                place += run;
                let at = *ZIGZAG.get(place).ok_or_else(out_of_range)?;
                block[at] = bits.read_signed(size)? as f32 * f32::from(steps[place]);
                place += 1;
            }
        }
    }
    match place {
        64 => Ok(block),
        _ => Err(out_of_range()),
    }
}

/// `[x][u]`: half the cosine of frequency `u` at sample `x`, for the inverse transform (T.81, A.3.3).
fn cosines() -> [[f32; 8]; 8] {
    let cosine = |x: usize, u: usize| {
        let scale = if u == 0 { 0.5_f32.sqrt() } else { 1.0 };
        0.5 * scale * ((2 * x + 1) as f32 * u as f32 * PI / 16.0).cos()
    };
    std::array::from_fn(|x| std::array::from_fn(|u| cosine(x, u)))
}

/// The samples of a block, row by row.
fn samples(block: &[f32; 64], cosines: &[[f32; 8]; 8]) -> [u16; 64] {
    let sum = |weights: &[f32; 8], values: [f32; 8]| -> f32 {
        weights.iter().zip(values).map(|(w, v)| w * v).sum()
    };
    let mut rows = [0.0; 64];
    for v in 0..8 {
        let row = std::array::from_fn(|u| block[8 * v + u]);
        for x in 0..8 {
            rows[8 * v + x] = sum(&cosines[x], row);
        }
    }
    std::array::from_fn(|at| {
        let (y, x) = (at / 8, at % 8);
        let column = std::array::from_fn(|v| rows[8 * v + x]);
        (sum(&cosines[y], column) + 2048.0)
            .round()
            .clamp(0.0, 4095.0) as u16
    })
}
