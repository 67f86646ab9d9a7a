//! Numbers that look random and are the same on every machine.

/// SplitMix64 (Steele, Lea and Flood 2014): a counter whose values are mixed.
#[derive(Debug, Clone)]
pub(super) struct Rng(u64);

impl Rng {
    /// A stream of its own for each pair of a purpose and a number.
    pub(super) fn new(purpose: u64, number: u64) -> Self {
        Self(mix(
            purpose.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ mix(number)
        ))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// Uniform in [0, 1), in steps of 2⁻²⁴, so that the conversion is exact.
    pub(super) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / 16_777_216.0
    }

    /// Uniform in `[low, high)`.
    pub(super) fn within(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Near `centre`, at most `spread` away, and more often close to it than far.
    pub(super) fn about(&mut self, centre: f32, spread: f32) -> f32 {
        centre + spread * (self.unit() + self.unit() - 1.0)
    }

    /// Uniform in `0..n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// Whether an event of this probability happens.
    pub(super) fn happens(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// An index, with probability in proportion to its weight.
    pub(super) fn pick(&mut self, weights: &[f32]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f32>();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.len() - 1
    }
}

/// The finaliser of SplitMix64.
pub(super) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Cells of noise along one side before it repeats.
const PERIOD: usize = 64;

/// The values of noise at the corners of its cells. Every seed starts elsewhere in the same table:
/// looking a value up is several times faster than mixing bits for it.
static CORNERS: [f32; PERIOD * PERIOD] = corners();

const fn corners() -> [f32; PERIOD * PERIOD] {
    let mut values = [0.0; PERIOD * PERIOD];
    let mut at = 0;
    while at < values.len() {
        values[at] = scatter(7, at as u32, 0);
        at += 1;
    }
    values
}

/// Smooth noise over the plane, in [0, 1], with one value per unit cell's corner.
pub(super) fn noise(seed: u32, x: f32, y: f32) -> f32 {
    let (x0, y0) = (floor(x), floor(y));
    let (fx, fy) = (fade(x - x0), fade(y - y0));
    let i = (x0 as i32 as u32).wrapping_add(seed) as usize;
    let j = (y0 as i32 as u32).wrapping_add(seed >> 16) as usize;
    let (i, next_i) = (i % PERIOD, (i + 1) % PERIOD);
    let (row, next_row) = (j % PERIOD * PERIOD, (j + 1) % PERIOD * PERIOD);
    let top = lerp(CORNERS[row + i], CORNERS[row + next_i], fx);
    let bottom = lerp(CORNERS[next_row + i], CORNERS[next_row + next_i], fx);
    lerp(top, bottom, fy)
}

/// Noise of two scales, the second half as strong and twice as fine as the first, in [0, 1].
pub(super) fn fractal(seed: u32, x: f32, y: f32) -> f32 {
    (2.0 * noise(seed, x, y) + noise(seed ^ 0xa3c7, x * 2.13, y * 2.13)) / 3.0
}

/// An independent value for each place, in [0, 1).
pub(super) const fn scatter(seed: u32, i: u32, j: u32) -> f32 {
    let mut h = seed ^ i.wrapping_mul(0x85EB_CA6B) ^ j.wrapping_mul(0xC2B2_AE35);
    h = (h ^ (h >> 16)).wrapping_mul(0x7FEB_352D);
    h = (h ^ (h >> 15)).wrapping_mul(0x846C_A68B);
    ((h ^ (h >> 16)) >> 8) as f32 / 16_777_216.0
}

/// The standard library's is a call into the system on machines without an instruction for it.
fn floor(x: f32) -> f32 {
    let toward_zero = x as i32 as f32;
    toward_zero - if toward_zero > x { 1.0 } else { 0.0 }
}

fn fade(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_that_of_splitmix64() {
        // First outputs for seed 1234567 in the reference implementation.
        let mut rng = Rng(1_234_567);
        assert_eq!(rng.next(), 6_457_827_717_110_365_317);
        assert_eq!(rng.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn noise_stays_within_bounds_and_is_smooth() {
        let values: Vec<f32> = (0..1000).map(|i| noise(7, i as f32 * 0.01, 3.3)).collect();
        assert!(values.iter().all(|value| (0.0..=1.0).contains(value)));
        assert!(
            values
                .windows(2)
                .all(|pair| (pair[0] - pair[1]).abs() < 0.03)
        );
        assert!(values.iter().any(|value| *value > 0.6) && values.iter().any(|v| *v < 0.4));
    }

    #[test]
    fn picks_follow_the_weights() {
        let mut rng = Rng::new(1, 2);
        let mut counts = [0; 3];
        (0..3000).for_each(|_| counts[rng.pick(&[1.0, 0.0, 2.0])] += 1);
        assert_eq!(counts[1], 0);
        assert!((900..1100).contains(&counts[0]), "{counts:?}");
    }
}
