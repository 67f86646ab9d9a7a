//! Bits and codes of JPEG-LS (ITU-T T.87, A.1 and A.5.3).

use super::super::fault::{damaged, truncated};
use crate::image::error::ImageError;

/// Bits of coded data: behind a byte of ones comes one of seven bits (T.87, A.1).
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    loaded: u64,
    n_loaded: u32,
    behind_ones: bool,
}

impl<'a> Bits<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            loaded: 0,
            n_loaded: 0,
            behind_ones: false,
        }
    }

    fn load(&mut self) {
        while self.n_loaded <= 56 {
            let Some(&byte) = self.bytes.get(self.at) else {
                return;
            };
            // A first bit of one behind a byte of ones is a marker's.
            if self.behind_ones && byte >= 0x80 {
                return;
            }
            let n = if self.behind_ones { 7 } else { 8 };
            self.behind_ones = byte == 0xFF;
            self.loaded |= u64::from(byte) << (64 - n) >> self.n_loaded;
            self.n_loaded += n;
            self.at += 1;
        }
    }

    /// The next `n` bits, at most 32.
    pub(super) fn read(&mut self, n: u32) -> Result<u32, ImageError> {
        if n == 0 {
            return Ok(0);
        }
        if self.n_loaded < n {
            self.load();
        }
        if self.n_loaded < n {
            return Err(truncated());
        }
        let value = (self.loaded >> (64 - n)) as u32;
        self.loaded <<= n;
        self.n_loaded -= n;
        Ok(value)
    }

    /// A code of Golomb of limited length (T.87, A.5.3).
    pub(super) fn golomb(
        &mut self,
        plain: u32,
        limit: u32,
        difference_bits: u32,
    ) -> Result<i32, ImageError> {
        let most = limit.saturating_sub(difference_bits + 1);
        let mut n_zeros = 0;
        while self.read(1)? == 0 {
            n_zeros += 1;
            if n_zeros > most {
                return Err(damaged("its JPEG-LS data hold a code that means nothing"));
            }
        }
        let code = match n_zeros < most {
            true => u64::from(n_zeros) << plain | u64::from(self.read(plain)?),
            false => u64::from(self.read(difference_bits)?) + 1,
        };
        // A difference has 17 bits at most.
        match i32::try_from(code) {
            Ok(code) if code < 1 << 20 => Ok(code),
            _ => Err(damaged("a difference is out of range")),
        }
    }

    /// Sees that the data end here: less than a byte is left, and a marker follows.
    pub(super) fn finish(&mut self) -> Result<(), ImageError> {
        self.load();
        // The byte of ones that a marker begins with was loaded as if it were data.
        let of_marker = if self.behind_ones { 8 } else { 0 };
        let left = self.n_loaded.checked_sub(of_marker).ok_or_else(truncated)?;
        match self.bytes.get(self.at..) {
            _ if left >= 8 => Err(damaged("its JPEG-LS data hold more than the picture")),
            Some([0xD9, ..] | [0xFF, 0xD9, ..]) if self.behind_ones => Ok(()),
            _ => Err(truncated()),
        }
    }
}
