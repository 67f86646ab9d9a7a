//! What a JPEG's headers say: size, components, tables (ITU-T T.81, B.2.2 to B.2.4).

use super::super::decoded::check_size;
use super::super::error::ImageError;
use super::fault::{damaged, truncated, unsupported};
use super::huffman::Huffman;

/// The frame: how large the picture is and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) progressive: bool,
    pub(super) components: Vec<Component>,
}

/// One component, such as luma.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) id: u8,
    /// Samples across in a unit of the interleaved picture, 1 to 4.
    pub(super) h: u32,
    /// Samples down.
    pub(super) v: u32,
    /// Its table of quantisation.
    pub(super) table: usize,
    /// Blocks of 8 × 8 samples that it holds across and down.
    pub(super) blocks: (u32, u32),
    /// The same, filled up to whole units.
    pub(super) padded: (u32, u32),
}

/// Tables by number, as the segments read so far leave them.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) quantisation: [Option<Box<[u16; 64]>>; 4],
    pub(super) dc: [Option<Huffman>; 4],
    pub(super) ac: [Option<Huffman>; 4],
    /// Units between restart markers; 0 without.
    pub(super) restart_interval: u32,
}

impl Frame {
    /// Reads a frame header.
    ///
    /// # Errors
    /// When it is not 8-bit Huffman-coded, baseline, extended or progressive, or is too large.
    pub(super) fn read(marker: u8, body: &[u8]) -> Result<Self, ImageError> {
        let progressive = match marker {
            0xC0 | 0xC1 => false,
            0xC2 => true,
            0xC3 => return Err(unsupported("lossless pixels")),
            0xC9..=0xCB => return Err(unsupported("arithmetic codes")),
            _ => return Err(unsupported("hierarchical pictures")),
        };
        let &[precision, h1, h0, w1, w0, n, ..] = body else {
            return Err(truncated());
        };
        if precision != 8 {
            return Err(unsupported("pixels of more than 8 bits"));
        }
        let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
        let (width, height) = (u32::from(width), u32::from(height));
        if height == 0 {
            return Err(unsupported("heights that stand behind the picture"));
        }
        if !matches!(n, 1 | 3 | 4) {
            return Err(unsupported("colours of other than 1, 3 or 4 components"));
        }
        // A progressive picture is held as 16-bit coefficients, beside the pixels.
        let bytes_per_sample = if progressive { 3 } else { 1 };
        let n_pixels = u64::from(width) * u64::from(height);
        check_size(width, height, n_pixels * u64::from(n) * bytes_per_sample)?;
        let listed = body[6..].chunks_exact(3).take(usize::from(n));
        let mut components: Vec<Component> = listed
            .map(|bytes| Component {
                id: bytes[0],
                h: u32::from(bytes[1] >> 4),
                v: u32::from(bytes[1] & 15),
                table: usize::from(bytes[2]),
                blocks: (0, 0),
                padded: (0, 0),
            })
            .collect();
        if components.len() < usize::from(n) {
            return Err(truncated());
        }
        lay_out(&mut components, width, height)?;
        Ok(Self {
            width,
            height,
            progressive,
            components,
        })
    }

    /// Whether zune-jpeg is known to be right on this layout (tests/jpeg_layouts.rs): grey, or luma with
    /// one, two or four samples to one of each colour, across and down.
    pub(super) fn is_usual(&self) -> bool {
        let sampling = |c: &Component| (c.h, c.v);
        match &self.components[..] {
            [_] => true,
            [luma, colours @ ..] => {
                let fine = matches!(sampling(luma), (1 | 2 | 4, 1 | 2 | 4));
                fine && colours.iter().all(|c| sampling(c) == (1, 1))
            }
            [] => false,
        }
    }

    /// Units of the interleaved picture, across and down.
    pub(super) fn units(&self) -> (u32, u32) {
        let first = &self.components[0];
        (first.padded.0 / first.h, first.padded.1 / first.v)
    }
}

/// Works out the blocks of each component.
fn lay_out(components: &mut [Component], width: u32, height: u32) -> Result<(), ImageError> {
    let fair = |c: &Component| (1..=4).contains(&c.h) && (1..=4).contains(&c.v) && c.table < 4;
    if !components.iter().all(fair) {
        return Err(damaged(
            "a component has a sampling or table that cannot be",
        ));
    }
    let most_h = components.iter().map(|c| c.h).max().unwrap_or(1);
    let most_v = components.iter().map(|c| c.v).max().unwrap_or(1);
    let across = width.div_ceil(8 * most_h);
    let down = height.div_ceil(8 * most_v);
    for component in components {
        let (h, v) = (component.h, component.v);
        component.blocks = (
            (width * h).div_ceil(most_h).div_ceil(8),
            (height * v).div_ceil(most_v).div_ceil(8),
        );
        component.padded = (across * h, down * v);
    }
    Ok(())
}

impl Tables {
    /// Reads a segment of quantisation tables.
    pub(super) fn read_quantisation(&mut self, mut body: &[u8]) -> Result<(), ImageError> {
        while let [kind, rest @ ..] = body {
            let wide = kind >> 4 != 0;
            let length = if wide { 128 } else { 64 };
            let (values, rest) = rest.split_at_checked(length).ok_or_else(truncated)?;
            let mut table = Box::new([0; 64]);
            for (place, value) in table.iter_mut().enumerate() {
                *value = match wide {
                    true => u16::from_be_bytes([values[2 * place], values[2 * place + 1]]),
                    false => u16::from(values[place]),
                };
            }
            if table.contains(&0) {
                return Err(damaged("a table of quantisation holds a zero"));
            }
            let slot = self.quantisation.get_mut(usize::from(kind & 15));
            *slot.ok_or_else(|| damaged("a table has a number above 3"))? = Some(table);
            body = rest;
        }
        Ok(())
    }

    /// Reads how far restarts are apart.
    pub(super) fn read_restarts(&mut self, body: &[u8]) -> Result<(), ImageError> {
        let interval = body.first_chunk().ok_or_else(truncated)?;
        self.restart_interval = u32::from(u16::from_be_bytes(*interval));
        Ok(())
    }

    /// Reads a segment of Huffman tables.
    pub(super) fn read_huffman(&mut self, mut body: &[u8]) -> Result<(), ImageError> {
        while let [kind, rest @ ..] = body {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or_else(truncated)?;
            let n_symbols = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, rest) = rest.split_at_checked(n_symbols).ok_or_else(truncated)?;
            let tables = if kind >> 4 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            let slot = tables.get_mut(usize::from(kind & 15));
            let slot = slot.ok_or_else(|| damaged("a table has a number above 3"))?;
            *slot = Some(Huffman::new(counts, symbols)?);
            body = rest;
        }
        Ok(())
    }
}
