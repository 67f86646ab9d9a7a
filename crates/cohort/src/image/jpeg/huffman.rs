//! Huffman codes and the bits that they are read from (ITU-T T.81, annexes C and F.2.2).

use super::super::error::ImageError;
use super::fault::{damaged, truncated};

/// Codes up to this length are looked up at once.
const FAST_BITS: u32 = 9;
/// The longest code.
const MAX_BITS: u32 = 16;

/// A table of codes.
#[derive(Debug, Clone)]
pub(super) struct Huffman {
    /// By the next nine bits: length and symbol; length 0 where the code is longer.
    fast: Box<[(u8, u8); 1 << FAST_BITS]>,
    /// By length: one more than the last code, at the left of 16 bits; and where its symbols start.
    ends: [(u32, i32); MAX_BITS as usize + 1],
    symbols: Vec<u8>,
}

impl Huffman {
    /// Makes a table of how many codes there are of each length from 1 to 16, and of their symbols.
    ///
    /// # Errors
    /// When there are more codes than that many bits can tell apart.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Result<Self, ImageError> {
        let mut fast = Box::new([(0, 0); 1 << FAST_BITS]);
        let mut ends = [(0, 0); MAX_BITS as usize + 1];
        let (mut code, mut place) = (0_u32, 0_usize);
        for length in 1..=MAX_BITS {
            let first = code;
            for _ in 0..counts[length as usize - 1] {
                if code >= 1 << length {
                    return Err(damaged("a table of codes holds more than fit in it"));
                }
                if length <= FAST_BITS {
                    let start = (code << (FAST_BITS - length)) as usize;
                    let n_equal = 1 << (FAST_BITS - length);
                    fast[start..start + n_equal].fill((length as u8, symbols[place]));
                }
                code += 1;
                place += 1;
            }
            let offset = place as i32 - code as i32;
            let end = if code > first {
                code << (MAX_BITS - length)
            } else {
                0
            };
            ends[length as usize] = (end, offset);
            code <<= 1;
        }
        let symbols = symbols.to_vec();
        Ok(Self {
            fast,
            ends,
            symbols,
        })
    }

    /// The next symbol.
    pub(super) fn read(&self, bits: &mut Bits<'_>) -> Result<u8, ImageError> {
        let next = bits.peek();
        let (length, symbol) = self.fast[(next >> (MAX_BITS - FAST_BITS)) as usize];
        if length > 0 {
            bits.drop(u32::from(length))?;
            return Ok(symbol);
        }
        for length in FAST_BITS + 1..=MAX_BITS {
            let (end, offset) = self.ends[length as usize];
            if next < end {
                bits.drop(length)?;
                let place = (next >> (MAX_BITS - length)) as i32 + offset;
                return Ok(self.symbols[place as usize]);
            }
        }
        bits.drop(MAX_BITS)?;
        Err(damaged("its data hold a code that is in no table"))
    }
}

/// The bits of entropy-coded data up to the next marker; stuffed zeros are taken out.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Bits that were loaded and not yet used, at the left.
    loaded: u64,
    n_loaded: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            loaded: 0,
            n_loaded: 0,
        }
    }

    fn load(&mut self) {
        while self.n_loaded <= 56 {
            let Some(&byte) = self.bytes.get(self.at) else {
                return;
            };
            if byte == 0xFF {
                if self.bytes.get(self.at + 1) != Some(&0) {
                    return;
                }
                self.at += 1;
            }
            self.at += 1;
            self.loaded |= u64::from(byte) << (56 - self.n_loaded);
            self.n_loaded += 8;
        }
    }

    /// The next 16 bits; zeros where there are no more.
    fn peek(&mut self) -> u32 {
        if self.n_loaded < MAX_BITS {
            self.load();
        }
        (self.loaded >> 48) as u32
    }

    fn drop(&mut self, n: u32) -> Result<(), ImageError> {
        if n > self.n_loaded {
            // What is missing here may be there behind a marker that does not belong here.
            return Err(match self.bytes.get(self.at + 1) {
                None | Some(&super::segments::EOI) => truncated(),
                Some(_) => damaged("its data stop before the picture is whole"),
            });
        }
        self.loaded <<= n;
        self.n_loaded -= n;
        Ok(())
    }

    /// The next `n` bits, at most 16, as a number.
    pub(super) fn read(&mut self, n: u32) -> Result<u32, ImageError> {
        let value = self.peek() >> (MAX_BITS - n);
        self.drop(n)?;
        Ok(value)
    }

    /// A value of so many bits with its sign (T.81, F.2.2.1).
    pub(super) fn read_signed(&mut self, n: u32) -> Result<i32, ImageError> {
        if n == 0 {
            return Ok(0);
        }
        let value = self.read(n)? as i32;
        Ok(if value < 1 << (n - 1) {
            value - (1 << n) + 1
        } else {
            value
        })
    }

    /// Ends a run of data: less than a byte may be left, all ones. Returns where the next marker is.
    pub(super) fn finish(&mut self) -> Result<usize, ImageError> {
        self.load();
        if self.n_loaded >= 8 {
            return Err(damaged("its data hold more than the picture"));
        }
        self.loaded = 0;
        self.n_loaded = 0;
        Ok(self.at)
    }

    /// Passes over a restart marker of this number, which has to stand here.
    pub(super) fn restart(&mut self, number: u8) -> Result<(), ImageError> {
        let mut at = self.finish()?;
        while self.bytes.get(at..at + 2) == Some(&[0xFF, 0xFF]) {
            at += 1;
        }
        match self.bytes.get(at..at + 2) {
            Some(&[0xFF, marker]) if marker == 0xD0 + number => {
                self.at = at + 2;
                Ok(())
            }
            Some(&[0xFF, super::segments::EOI]) | None => Err(truncated()),
            Some(_) => Err(damaged("a restart marker is not where it belongs")),
        }
    }
}
