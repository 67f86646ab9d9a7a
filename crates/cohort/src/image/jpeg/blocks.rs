//! The coefficients of a block of 8 × 8 samples, code by code (ITU-T T.81, F.2.2 and G.1.2).

use super::super::error::ImageError;
use super::fault::damaged;
use super::huffman::{Bits, Huffman};

/// The largest size of a difference of two DC coefficients, in bits (T.81, table F.1).
const MAX_DC_BITS: u8 = 11;
/// The largest size of an AC coefficient, in bits (T.81, table F.2).
const MAX_AC_BITS: u32 = 10;

/// One component in a scan.
pub(super) struct Part<'a> {
    pub(super) index: usize,
    pub(super) dc: Option<&'a Huffman>,
    pub(super) ac: Option<&'a Huffman>,
    pub(super) quantisation: &'a [u16; 64],
    /// The DC coefficient of the block before.
    pub(super) before: i32,
}

impl Part<'_> {
    pub(super) fn read_dc(&mut self, bits: &mut Bits<'_>, low: u8) -> Result<(), ImageError> {
        let codes = self.dc.ok_or_else(no_table)?;
        let n_bits = codes.read(bits)?;
        if n_bits > MAX_DC_BITS {
            return Err(damaged("a brightness is out of range"));
        }
        self.before += bits.read_signed(u32::from(n_bits))?;
        // 8 × the mean of a block of -128 to 127, rounded to the table's steps, and a step more for
        // encoders that round freely.
        let step = i64::from(self.quantisation[0]) << low;
        if (i64::from(self.before) * step).abs() > 1024 + 2 * step {
            return Err(damaged("a brightness is out of range"));
        }
        Ok(())
    }

    /// The other 63 coefficients of a sequential block: a band of its own, which ends with it.
    pub(super) fn read_rest(&self, bits: &mut Bits<'_>) -> Result<(), ImageError> {
        let (mut known, mut end_of_band) = (0, 0);
        self.read_band(bits, (1, 63), &mut known, &mut end_of_band)?;
        match end_of_band {
            0 => Ok(()),
            _ => Err(damaged("its data hold a code that means nothing")),
        }
    }

    /// A band of coefficients for the first time (T.81, G.1.2.2).
    pub(super) fn read_band(
        &self,
        bits: &mut Bits<'_>,
        (first, last): (usize, usize),
        known: &mut u64,
        end_of_band: &mut u32,
    ) -> Result<(), ImageError> {
        if *end_of_band > 0 {
            *end_of_band -= 1;
            return Ok(());
        }
        let codes = self.ac.ok_or_else(no_table)?;
        let mut place = first;
        while place <= last {
            let symbol = codes.read(bits)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            match (run, size) {
                (15, 0) => place += 16,
                (_, 0) => {
                    *end_of_band = (1 << run) + bits.read(run as u32)? - 1;
                    return Ok(());
                }
                _ => {
                    place += run;
                    check_place(place + 1, last)?;
                    *known |= 1 << place;
                    place += 1;
                    self.read_value(bits, size)?;
                }
            }
        }
        check_place(place, last)
    }

    /// One bit more of a band of coefficients (T.81, G.1.2.3).
    pub(super) fn refine_band(
        &self,
        bits: &mut Bits<'_>,
        (first, last): (usize, usize),
        known: &mut u64,
        end_of_band: &mut u32,
    ) -> Result<(), ImageError> {
        let codes = self.ac.ok_or_else(no_table)?;
        let mut place = first;
        while *end_of_band == 0 && place <= last {
            let symbol = codes.read(bits)?;
            let (mut run, size) = (usize::from(symbol >> 4), symbol & 15);
            match size {
                0 if run < 15 => {
                    *end_of_band = (1 << run) + bits.read(run as u32)?;
                    break;
                }
                0 => {}
                1 => drop(bits.read(1)?),
                _ => return Err(damaged("its data hold a code that means nothing")),
            }
            // Coefficients that are there already get their bit; the others are counted.
            while place <= last {
                if *known >> place & 1 == 1 {
                    bits.read(1)?;
                } else if run == 0 {
                    break;
                } else {
                    run -= 1;
                }
                place += 1;
            }
            if size == 1 {
                check_place(place + 1, last)?;
                *known |= 1 << place;
            }
            place += 1;
        }
        if *end_of_band > 0 {
            let band = (u64::MAX >> (63 - last)) & u64::MAX.checked_shl(place as u32).unwrap_or(0);
            for _ in 0..(*known & band).count_ones() {
                bits.read(1)?;
            }
            *end_of_band -= 1;
        }
        Ok(())
    }

    fn read_value(&self, bits: &mut Bits<'_>, size: u32) -> Result<(), ImageError> {
        if size > MAX_AC_BITS {
            return Err(damaged("a coefficient is out of range"));
        }
        bits.read(size).map(drop)
    }
}

/// What a scan needs is there before its data are read.
fn no_table() -> ImageError {
    damaged("a table of codes is missing")
}

/// Coefficients end with the last of their band.
fn check_place(place: usize, last: usize) -> Result<(), ImageError> {
    if place <= last + 1 {
        Ok(())
    } else {
        Err(damaged(
            "a block holds more coefficients than it has room for",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_brightness_in_the_coarsest_steps_is_out_of_range() {
        // One code, a single 0, of the symbol 11: so many bits follow, all ones.
        let mut counts = [0; 16];
        counts[0] = 1;
        let codes = Huffman::new(&counts, &[11]).unwrap();
        let mut part = Part {
            index: 0,
            dc: Some(&codes),
            ac: None,
            quantisation: &[u16::MAX; 64],
            before: 0,
        };
        let mut bits = Bits::of(&[0x7F, 0xF0]);
        let refused = part.read_dc(&mut bits, 13).unwrap_err();
        assert!(refused.to_string().contains("out of range"), "{refused}");
    }
}
