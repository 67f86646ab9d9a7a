//! Counts what a JPEG holds against what its frame announces.
//!
//! A decoder that meets damage fills the rest with grey and reports success. Here every code of every
//! scan is read, without making pixels of it, and the picture is sound only if all blocks of all
//! components are there, every bit of every coefficient has been sent, and nothing is left over
//! before the next marker. A JPEG has no checksum: bytes that were changed into others of the same
//! length and meaning cannot be told.

use super::super::error::ImageError;
use super::blocks::Part;
use super::fault::{damaged, truncated, unsupported};
use super::frame::{Component, Frame, Tables};
use super::huffman::{Bits, Huffman};
use super::segments::{EOI, SOI, SOS, Segments};

/// Reads the whole file and returns its frame if the picture is all there.
///
/// # Errors
/// When it is cut off, damaged, or of a kind that is not read.
pub(super) fn check(bytes: &[u8]) -> Result<Frame, ImageError> {
    let mut segments = Segments::of(bytes);
    let (mut tables, mut picture) = (Tables::default(), None::<Progress>);
    loop {
        let segment = segments.next()?;
        let body = segment.body;
        match segment.marker {
            0xC4 => tables.read_huffman(body)?,
            0xDB => tables.read_quantisation(body)?,
            0xDD => tables.read_restarts(body)?,
            0xC0..=0xCF if !matches!(segment.marker, 0xC8 | 0xCC) => {
                if picture.is_some() {
                    return Err(unsupported("several frames"));
                }
                picture = Some(Progress::of(Frame::read(segment.marker, body)?));
            }
            SOS => {
                let picture = picture.as_mut();
                let picture = picture.ok_or_else(|| damaged("its data come before its frame"))?;
                segments.skip(picture.read_scan(body, segments.rest(), &tables)?);
            }
            EOI => {
                let picture = picture.ok_or_else(truncated)?;
                return picture.complete();
            }
            SOI => {}
            _ => {}
        }
    }
}

/// How much of a picture has been read.
struct Progress {
    frame: Frame,
    /// For each component and coefficient, in the order of the zigzag: the lowest bit sent so far.
    sent: Vec<[Option<u8>; 64]>,
    /// Progressive only: for each component and block, which coefficients are not zero.
    known: Vec<Vec<u64>>,
}

/// What one scan holds: of these components, these coefficients, down to this bit.
struct Scan<'a> {
    parts: Vec<Part<'a>>,
    first: usize,
    last: usize,
    /// The bit that was sent before, 0 if none.
    high: u8,
    low: u8,
}

impl Progress {
    fn of(frame: Frame) -> Self {
        let n = frame.components.len();
        let blocks = |c: &Component| (c.padded.0 * c.padded.1) as usize;
        let known = match frame.progressive {
            true => frame
                .components
                .iter()
                .map(|c| vec![0; blocks(c)])
                .collect(),
            false => Vec::new(),
        };
        Self {
            sent: vec![[None; 64]; n],
            known,
            frame,
        }
    }

    /// Reads one scan; returns how many bytes its data take.
    fn read_scan(
        &mut self,
        header: &[u8],
        data: &[u8],
        tables: &Tables,
    ) -> Result<usize, ImageError> {
        let mut scan = Scan::read(header, &self.frame, tables)?;
        self.expect(&scan)?;
        let mut bits = Bits::of(data);
        let mut end_of_band = 0;
        let (across, down) = match &scan.parts[..] {
            [only] => self.frame.components[only.index].blocks,
            _ => self.frame.units(),
        };
        let (mut n_read, mut restarts) = (0, 0);
        for y in 0..down {
            for x in 0..across {
                if tables.restart_interval > 0 && n_read == tables.restart_interval {
                    scan.ends_whole(end_of_band)?;
                    bits.restart(restarts)?;
                    restarts = (restarts + 1) % 8;
                    n_read = 0;
                }
                self.read_unit(&mut scan, &mut bits, (x, y), &mut end_of_band)?;
                n_read += 1;
            }
        }
        scan.ends_whole(end_of_band)?;
        bits.finish()
    }

    /// Checks that a scan is what comes next of its coefficients, and notes it.
    fn expect(&mut self, scan: &Scan<'_>) -> Result<(), ImageError> {
        for part in &scan.parts {
            for sent in &mut self.sent[part.index][scan.first..=scan.last] {
                let fits = match *sent {
                    None => scan.high == 0,
                    Some(bit) => bit > 0 && scan.high == bit && scan.low + 1 == bit,
                };
                if !fits {
                    return Err(damaged("its scans do not follow from each other"));
                }
                *sent = Some(scan.low);
            }
        }
        Ok(())
    }

    fn read_unit(
        &mut self,
        scan: &mut Scan<'_>,
        bits: &mut Bits<'_>,
        (x, y): (u32, u32),
        end_of_band: &mut u32,
    ) -> Result<(), ImageError> {
        let alone = scan.parts.len() == 1;
        let (first, last, low, refines) = (scan.first, scan.last, scan.low, scan.high > 0);
        for part in &mut scan.parts {
            let component = &self.frame.components[part.index];
            let (h, v) = if alone {
                (1, 1)
            } else {
                (component.h, component.v)
            };
            for place in 0..h * v {
                if !self.frame.progressive {
                    part.read_dc(bits, 0)?;
                    part.read_rest(bits)?;
                    continue;
                }
                let (column, row) = (x * h + place % h, y * v + place / h);
                let block = (row * component.padded.0 + column) as usize;
                let known = &mut self.known[part.index][block];
                match (first, refines) {
                    (0, false) => part.read_dc(bits, low)?,
                    (0, true) => drop(bits.read(1)?),
                    (_, false) => part.read_band(bits, (first, last), known, end_of_band)?,
                    (_, true) => part.refine_band(bits, (first, last), known, end_of_band)?,
                }
            }
        }
        Ok(())
    }

    /// The frame, if every bit of every coefficient was sent.
    fn complete(self) -> Result<Frame, ImageError> {
        let whole = self.sent.iter().flatten().all(|bit| *bit == Some(0));
        whole.then_some(self.frame).ok_or_else(truncated)
    }
}

impl<'a> Scan<'a> {
    fn read(header: &[u8], frame: &Frame, tables: &'a Tables) -> Result<Self, ImageError> {
        let n = usize::from(*header.first().ok_or_else(truncated)?);
        let listed = header.get(1..1 + 2 * n).ok_or_else(truncated)?;
        let &[first, last, bits] = header.get(1 + 2 * n..4 + 2 * n).ok_or_else(truncated)? else {
            return Err(truncated());
        };
        // A sequential scan sends everything at once, whatever it writes here.
        let (first, last, high, low) = match frame.progressive {
            true => (first, last, bits >> 4, bits & 15),
            false => (0, 63, 0, 0),
        };
        let fair = match (frame.progressive, first) {
            (false, _) => true,
            (true, 0) => last == 0,
            (true, _) => n == 1 && first <= last && last < 64,
        };
        let mut scan = Self {
            parts: Vec::with_capacity(n),
            first: usize::from(first),
            last: usize::from(last),
            high,
            low,
        };
        for named in listed.chunks_exact(2) {
            let index = frame.components.iter().position(|c| c.id == named[0]);
            let index =
                index.ok_or_else(|| damaged("a scan is of a component that is not there"))?;
            scan.parts.push(scan.part(index, named[1], frame, tables)?);
        }
        let twice = (1..n).any(|i| {
            scan.parts[..i]
                .iter()
                .any(|p| p.index == scan.parts[i].index)
        });
        if fair && !twice && (1..=4).contains(&n) && low <= 13 {
            Ok(scan)
        } else {
            Err(damaged("a scan's header cannot be"))
        }
    }

    fn part(
        &self,
        index: usize,
        selected: u8,
        frame: &Frame,
        tables: &'a Tables,
    ) -> Result<Part<'a>, ImageError> {
        let table = |tables: &'a [Option<Huffman>; 4], number: u8, needed: bool| {
            let table = tables.get(usize::from(number)).and_then(Option::as_ref);
            match needed {
                true => table
                    .map(Some)
                    .ok_or_else(|| damaged("a table of codes is missing")),
                false => Ok(None),
            }
        };
        let needs_dc = self.first == 0 && self.high == 0;
        let needs_ac = self.last > 0;
        let quantisation = tables.quantisation[frame.components[index].table].as_deref();
        Ok(Part {
            index,
            dc: table(&tables.dc, selected >> 4, needs_dc)?,
            ac: table(&tables.ac, selected & 15, needs_ac)?,
            quantisation: quantisation
                .ok_or_else(|| damaged("a table of quantisation is missing"))?,
            before: 0,
        })
    }

    /// At a restart, and at the end: no run of empty blocks goes on, and DC starts anew.
    fn ends_whole(&mut self, end_of_band: u32) -> Result<(), ImageError> {
        if end_of_band > 0 {
            return Err(damaged("its data hold more than the picture"));
        }
        for part in &mut self.parts {
            part.before = 0;
        }
        Ok(())
    }
}
