//! JPEG-LS of one component (ITU-T T.87), without loss or nearly so. Of our own: the libraries that there are wrap
//! CharLS, which is C++.

mod bits;

use bits::Bits;

use super::fault::{damaged, truncated, unsupported};
use super::samples::Samples;
use crate::image::decoded::check_size;
use crate::image::error::ImageError;

/// How much longer a run of equal samples gets with every code of it, as powers of two (T.87, A.2.1).
const RUNS: [u32; 32] = [
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14, 15,
];
/// Contexts of single samples, by the number that three gradients make; the first is never used.
const N_CONTEXTS: usize = 365;
/// How far a context's correction may go (T.87, A.6.2).
const CORRECTIONS: std::ops::RangeInclusive<i32> = -128..=127;

/// Decodes a frame.
///
/// # Errors
/// When it is cut off or damaged, has several components, or is of another size than the file says.
pub(super) fn decode(bytes: &[u8], (width, height): (u32, u32)) -> Result<Samples, ImageError> {
    let mut segments = Segments { bytes, at: 0 };
    let (mut precision, mut told) = (None, [0; 5]);
    loop {
        let (marker, body) = segments.next()?;
        match marker {
            0xF7 => {
                let &[bits, h1, h0, w1, w0, n, ..] = body else {
                    return Err(truncated());
                };
                let sides = [[w1, w0], [h1, h0]].map(|side| u32::from(u16::from_be_bytes(side)));
                if n != 1 {
                    return Err(unsupported("colours in JPEG-LS"));
                }
                if sides != [width, height] || !(2..=16).contains(&bits) {
                    return Err(damaged(
                        "its JPEG-LS pixels are of another size than it says",
                    ));
                }
                precision = Some(bits);
            }
            0xF8 => match body {
                [1, presets @ ..] if presets.len() == 10 => {
                    let presets = presets.chunks_exact(2);
                    let preset = |pair: &[u8]| i32::from(u16::from_be_bytes([pair[0], pair[1]]));
                    told.iter_mut()
                        .zip(presets)
                        .for_each(|(to, pair)| *to = preset(pair));
                }
                _ => return Err(unsupported("palettes or oversize pictures in JPEG-LS")),
            },
            0xDD => return Err(unsupported("restarts in JPEG-LS")),
            0xDA => {
                let precision =
                    precision.ok_or_else(|| damaged("its data come before its frame"))?;
                let &[1, _, 0, near, 0, 0] = body else {
                    return Err(unsupported("scans of this kind of JPEG-LS"));
                };
                let coding = Coding::new(precision, i32::from(near), told)?;
                let n_pixels = u64::from(width) * u64::from(height);
                check_size(width, height, 2 * n_pixels)?;
                let mut decoder = Decoder::new(coding, &bytes[segments.at..]);
                let values = decoder.read(width as usize, height as usize)?;
                decoder.bits.finish()?;
                return Ok(Samples { precision, values });
            }
            0xD9 => return Err(truncated()),
            _ => {}
        }
    }
}

/// Markers and what stands with them.
struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Segments<'a> {
    fn next(&mut self) -> Result<(u8, &'a [u8]), ImageError> {
        let rest = self.bytes.get(self.at..).ok_or_else(truncated)?;
        match rest {
            [0xFF, marker @ (0xD8 | 0xD9), ..] => {
                self.at += 2;
                Ok((*marker, &[]))
            }
            [0xFF, marker, high, low, behind @ ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                let n = length.checked_sub(2).ok_or_else(truncated)?;
                self.at += 2 + length;
                Ok((*marker, behind.get(..n).ok_or_else(truncated)?))
            }
            [0xFF, ..] | [] => Err(truncated()),
            _ => Err(damaged("its JPEG-LS pixels begin with no marker")),
        }
    }
}

/// What a scan is coded with (T.87, C.2.4.1 and A.2.1).
#[derive(Debug, Clone, Copy)]
struct Coding {
    most: i32,
    near: i32,
    thresholds: [i32; 3],
    reset: i32,
    range: i32,
    /// Bits of a difference.
    difference_bits: u32,
    limit: u32,
}

impl Coding {
    /// `told` are largest value, three thresholds and the reset, 0 where the default holds.
    fn new(precision: u8, near: i32, told: [i32; 5]) -> Result<Self, ImageError> {
        let or = |value: i32, default: i32| if value == 0 { default } else { value };
        let most = or(told[0], (1 << precision) - 1);
        let held = |value: i32, least: i32| match (least..=most).contains(&value) {
            true => value,
            false => least,
        };
        let factor = match most >= 128 {
            true => (most.min(4095) + 128) / 256,
            false => 256 / (most + 1),
        };
        // T.87, C.2.4.1.1.1.
        let default = |place: usize| {
            let (basic, least) = [(3, 2), (7, 3), (21, 4)][place];
            let by_near = (3 + 2 * place as i32) * near;
            match most >= 128 {
                true => factor * (basic - least) + least + by_near,
                false => least.max(basic / factor + by_near),
            }
        };
        let first = or(told[1], held(default(0), near + 1));
        let second = or(told[2], held(default(1), first));
        let third = or(told[3], held(default(2), second));
        let width = 2 * near + 1;
        let range = (most + 2 * near) / width + 1;
        let bits = |n: i32| (n - 1).max(0).checked_ilog2().map_or(0, |bits| bits + 1);
        let sample_bits = bits(most + 1).max(2);
        let coding = Self {
            most,
            near,
            thresholds: [first, second, third],
            reset: or(told[4], 64),
            range,
            difference_bits: bits(range),
            limit: 2 * (sample_bits + sample_bits.max(8)),
        };
        let fair = (1..=0xFFFF).contains(&most)
            && most < 1 << precision
            && near <= most.min(510) / 2
            && near < first
            && first <= second
            && second <= third
            && third <= most
            && coding.reset >= 3;
        fair.then_some(coding)
            .ok_or_else(|| damaged("its JPEG-LS parameters cannot be"))
    }

    /// The region of a gradient, -4 to 4.
    fn region(&self, gradient: i32) -> i32 {
        let [first, second, third] = self.thresholds;
        let region = match gradient.abs() {
            size if size <= self.near => 0,
            size if size < first => 1,
            size if size < second => 2,
            size if size < third => 3,
            _ => 4,
        };
        region * gradient.signum()
    }

    /// The sample that is so far from what was foretold.
    fn sample(&self, foretold: i32, difference: i32) -> i32 {
        let width = 2 * self.near + 1;
        let value = foretold + difference * width;
        let value = match value {
            value if value < -self.near => value + self.range * width,
            value if value > self.most + self.near => value - self.range * width,
            value => value,
        };
        value.clamp(0, self.most)
    }
}

/// What was met so far in one context.
#[derive(Debug, Clone, Copy)]
struct Context {
    /// The sum of the sizes of the differences.
    size: i32,
    /// Their sum, and the correction that comes of it.
    bias: i32,
    correction: i32,
    /// How many there were.
    n: i32,
}

impl Context {
    /// Bits of a difference that are not coded in unary.
    fn plain_bits(&self) -> u32 {
        self.plain_bits_of(self.size)
    }

    fn plain_bits_of(&self, size: i32) -> u32 {
        (0..30).find(|bits| self.n << bits >= size).unwrap_or(30)
    }

    fn halve(&mut self) {
        self.size >>= 1;
        self.bias >>= 1;
        self.n >>= 1;
    }

    /// Takes note of a difference (T.87, A.6.1 and A.6.2).
    fn learn(&mut self, difference: i32, coding: &Coding) {
        self.bias += difference * (2 * coding.near + 1);
        self.size += difference.abs();
        if self.n == coding.reset {
            self.halve();
        }
        self.n += 1;
        if self.bias <= -self.n {
            self.bias = (self.bias + self.n).max(1 - self.n);
            self.correction = (self.correction - 1).max(*CORRECTIONS.start());
        } else if self.bias > 0 {
            self.bias = (self.bias - self.n).min(0);
            self.correction = (self.correction + 1).min(*CORRECTIONS.end());
        }
    }
}

struct Decoder<'a> {
    coding: Coding,
    bits: Bits<'a>,
    contexts: [Context; N_CONTEXTS],
    /// Of the samples that end a run; `bias` counts negative differences here.
    run_ends: [Context; 2],
    run_place: usize,
}

impl<'a> Decoder<'a> {
    fn new(coding: Coding, data: &'a [u8]) -> Self {
        let context = Context {
            size: ((coding.range + 32) / 64).max(2),
            bias: 0,
            correction: 0,
            n: 1,
        };
        Self {
            coding,
            bits: Bits::of(data),
            contexts: [context; N_CONTEXTS],
            run_ends: [context; 2],
            run_place: 0,
        }
    }

    fn read(&mut self, width: usize, height: usize) -> Result<Vec<u16>, ImageError> {
        let mut values = Vec::with_capacity(width * height);
        // A sample more on either side: those that the edges are taken for.
        let (mut above, mut row) = (vec![0; width + 2], vec![0; width + 2]);
        for _ in 0..height {
            row[0] = above[1];
            above[width + 1] = above[width];
            self.read_row(&above, &mut row)?;
            values.extend(row[1..=width].iter().map(|value| *value as u16));
            std::mem::swap(&mut above, &mut row);
        }
        Ok(values)
    }

    /// A row, from place 1 on.
    fn read_row(&mut self, above: &[i32], row: &mut [i32]) -> Result<(), ImageError> {
        let end = row.len() - 1;
        let mut x = 1;
        while x < end {
            let (a, b, c, d) = (row[x - 1], above[x], above[x - 1], above[x + 1]);
            let regions = [d - b, b - c, c - a].map(|gradient| self.coding.region(gradient));
            if regions == [0; 3] {
                x = self.read_run(above, row, x, end)?;
                continue;
            }
            let context = 81 * regions[0] + 9 * regions[1] + regions[2];
            let foretold = match c {
                c if c >= a.max(b) => a.min(b),
                c if c <= a.min(b) => a.max(b),
                c => a + b - c,
            };
            row[x] = self.read_sample(context, foretold)?;
            x += 1;
        }
        Ok(())
    }

    fn read_sample(&mut self, context: i32, foretold: i32) -> Result<i32, ImageError> {
        let (coding, sign) = (self.coding, context.signum());
        let context = &mut self.contexts[context.unsigned_abs() as usize];
        let foretold = (foretold + sign * context.correction).clamp(0, coding.most);
        let plain = context.plain_bits();
        let code = self
            .bits
            .golomb(plain, coding.limit, coding.difference_bits)?;
        let code = match coding.near == 0 && plain == 0 && 2 * context.bias <= -context.n {
            // Turned round where differences are negative more often (T.87, A.5.2).
            true => code ^ 1,
            false => code,
        };
        let difference = if code % 2 == 0 {
            code / 2
        } else {
            -(code / 2) - 1
        };
        context.learn(difference, &coding);
        Ok(coding.sample(foretold, sign * difference))
    }

    /// A run of samples like the one before, and the one that ends it; where the next one is.
    fn read_run(
        &mut self,
        above: &[i32],
        row: &mut [i32],
        start: usize,
        end: usize,
    ) -> Result<usize, ImageError> {
        let (value, mut x) = (row[start - 1], start);
        while self.bits.read(1)? == 1 {
            let n = 1 << RUNS[self.run_place];
            let last = (x + n).min(end);
            row[x..last].fill(value);
            if x + n <= end {
                self.run_place = (self.run_place + 1).min(RUNS.len() - 1);
            }
            x = last;
            if x == end {
                return Ok(x);
            }
        }
        let n = self.bits.read(RUNS[self.run_place])? as usize;
        if x + n >= end {
            return Err(damaged("a run is longer than its row"));
        }
        row[x..x + n].fill(value);
        x += n;
        row[x] = self.read_run_end(value, above[x])?;
        self.run_place = self.run_place.saturating_sub(1);
        Ok(x + 1)
    }

    /// The sample behind a run (T.87, A.7.2).
    fn read_run_end(&mut self, before: i32, above: i32) -> Result<i32, ImageError> {
        let coding = self.coding;
        let alike = i32::from((before - above).abs() <= coding.near);
        let context = &mut self.run_ends[alike as usize];
        let plain = context.plain_bits_of(context.size + alike * (context.n >> 1));
        let limit = coding.limit - RUNS[self.run_place] - 1;
        let code = self.bits.golomb(plain, limit, coding.difference_bits)?;
        let sum = code + alike;
        let is_odd = sum % 2 == 1;
        let size = (sum + 1) / 2;
        let is_negative = (plain != 0 || 2 * context.bias >= context.n) == is_odd;
        let difference = if is_negative { -size } else { size };
        context.bias += i32::from(difference < 0);
        context.size += (code + 1 - alike) >> 1;
        if context.n == coding.reset {
            context.halve();
        }
        context.n += 1;
        let (foretold, sign) = match alike {
            1 => (before, 1),
            _ if before > above => (above, -1),
            _ => (above, 1),
        };
        Ok(coding.sample(foretold, sign * difference))
    }
}
