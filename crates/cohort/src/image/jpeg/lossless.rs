//! Lossless JPEG of one component (ITU-T T.81, annex H), as DICOM files have it.

use super::super::decoded::check_size;
use super::super::error::ImageError;
use super::fault::{damaged, truncated, unsupported};
use super::frame::Tables;
use super::huffman::{Bits, Huffman};
use super::segments::{EOI, SOS, Segments};

/// Samples of up to 16 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Samples {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Bits of each sample.
    pub(crate) precision: u8,
    /// Row by row, `(height, width)`.
    pub(crate) values: Vec<u16>,
}

/// A frame of one component.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grey {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) precision: u8,
    /// Its table of quantisation.
    pub(super) table: usize,
}

impl Grey {
    /// Reads a frame header.
    pub(super) fn read(body: &[u8]) -> Result<Self, ImageError> {
        let &[precision, h1, h0, w1, w0, n, ref listed @ ..] = body else {
            return Err(truncated());
        };
        let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
        let (width, height) = (u32::from(width), u32::from(height));
        if n != 1 {
            return Err(unsupported("colours of more than 8 bits or without loss"));
        }
        check_size(width, height, 2 * u64::from(width) * u64::from(height))?;
        Ok(Self {
            width,
            height,
            precision,
            table: usize::from(*listed.get(2).ok_or_else(truncated)?),
        })
    }
}

/// Decodes all samples, and sees that the data hold them and nothing else.
///
/// # Errors
/// When the file is cut off, damaged, or of another kind.
pub(crate) fn decode(bytes: &[u8]) -> Result<Samples, ImageError> {
    only_scan(bytes, 0xC3, |header, data, frame, tables| {
        let &[1, _, selected, predictor, _, shift] = header else {
            return Err(damaged("a scan's header cannot be"));
        };
        let codes = tables.dc.get(usize::from(selected >> 4));
        let codes = codes.and_then(Option::as_ref);
        let scan = Scan {
            frame,
            predictor,
            shift: shift & 15,
            codes: codes.ok_or_else(|| damaged("a table of codes is missing"))?,
            restart_interval: tables.restart_interval,
        };
        scan.read(data)
    })
}

/// Reads a file of one component whose frame is `kind` and whose samples are all in one scan. `read` gets the
/// scan's header, all that follows it, the frame and the tables, and gives the samples and how many bytes hold them.
///
/// # Errors
/// When the file is cut off, damaged, or of another kind, and what `read` says.
pub(super) fn only_scan(
    bytes: &[u8],
    kind: u8,
    read: impl FnOnce(&[u8], &[u8], Grey, &Tables) -> Result<(Vec<u16>, usize), ImageError>,
) -> Result<Samples, ImageError> {
    let mut segments = Segments::of(bytes);
    let (mut tables, mut frame) = (Tables::default(), None);
    loop {
        let segment = segments.next()?;
        let body = segment.body;
        match segment.marker {
            0xC4 => tables.read_huffman(body)?,
            0xDB => tables.read_quantisation(body)?,
            0xDD => tables.read_restarts(body)?,
            marker if marker == kind => frame = Some(Grey::read(body)?),
            0xC0..=0xCF if !matches!(segment.marker, 0xC8 | 0xCC) => {
                return Err(unsupported("pixels that are not what the file says"));
            }
            SOS => {
                let frame: Grey = frame.ok_or_else(|| damaged("its data come before its frame"))?;
                let (values, length) = read(body, segments.rest(), frame, &tables)?;
                segments.skip(length);
                if segments.next()?.marker != EOI {
                    return Err(unsupported("several scans"));
                }
                return Ok(Samples {
                    width: frame.width,
                    height: frame.height,
                    precision: frame.precision,
                    values,
                });
            }
            EOI => return Err(truncated()),
            _ => {}
        }
    }
}

struct Scan<'a> {
    frame: Grey,
    /// From which neighbours a sample is foretold, 1 to 7.
    predictor: u8,
    /// Bits that were left out at the right.
    shift: u8,
    codes: &'a Huffman,
    restart_interval: u32,
}

impl Scan<'_> {
    /// All samples, and how many bytes hold them.
    fn read(&self, data: &[u8]) -> Result<(Vec<u16>, usize), ImageError> {
        let precision = self.frame.precision;
        let fair = (2..=16).contains(&precision) && self.shift < precision;
        // Restarts between rows are what encoders write, and all that the prediction allows for.
        let whole_rows = self.restart_interval.is_multiple_of(self.frame.width);
        if !(fair && whole_rows && (1..=7).contains(&self.predictor)) {
            return Err(damaged("a scan's header cannot be"));
        }
        let (width, height) = (self.frame.width as usize, self.frame.height as usize);
        let rows_between = self.restart_interval as usize / width;
        let mut bits = Bits::of(data);
        let mut values = vec![0; width * height];
        let mut restarts = 0;
        for y in 0..height {
            let starts = rows_between > 0 && y > 0 && y % rows_between == 0;
            if starts {
                bits.restart(restarts)?;
                restarts = (restarts + 1) % 8;
            }
            let (above, rest) = values.split_at_mut(y * width);
            let above = (y > 0 && !starts).then(|| &above[(y - 1) * width..]);
            self.read_row(&mut bits, above, &mut rest[..width])?;
        }
        let length = bits.finish()?;
        values.iter_mut().for_each(|value| *value <<= self.shift);
        Ok((values, length))
    }

    fn read_row(
        &self,
        bits: &mut Bits<'_>,
        above: Option<&[u16]>,
        row: &mut [u16],
    ) -> Result<(), ImageError> {
        let middle = 1 << (self.frame.precision - self.shift - 1);
        for x in 0..row.len() {
            let left = |row: &[u16]| i32::from(row[x - 1]);
            let foretold = match above {
                None if x == 0 => middle,
                None => left(row),
                Some(above) if x == 0 => i32::from(above[0]),
                Some(above) => {
                    let (a, b, c) = (left(row), i32::from(above[x]), left(above));
                    match self.predictor {
                        1 => a,
                        2 => b,
                        3 => c,
                        4 => a + b - c,
                        5 => a + ((b - c) >> 1),
                        6 => b + ((a - c) >> 1),
                        _ => (a + b) >> 1,
                    }
                }
            };
            let difference = match u32::from(self.codes.read(bits)?) {
                16 => 1 << 15,
                n @ 0..=15 => bits.read_signed(n)?,
                _ => return Err(damaged("a difference is out of range")),
            };
            // Differences are counted modulo 2^16.
            row[x] = (foretold + difference) as u16;
        }
        Ok(())
    }
}
