//! Seeded random numbers: the same on every machine, and countable by index.

use crate::vector::ln_positive;

/// SplitMix64 (Steele, Lea and Flood 2014).
///
/// A draw that is counted by an index has a generator of its own, [`Random::nth`]: what it gives
/// depends on the seed and the index alone, and neither on the draws before it nor on threads.
#[derive(Debug, Clone)]
pub(super) struct Random {
    state: u64,
    spare: Option<f64>,
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// The generator of this seed.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            state: seed,
            spare: None,
        }
    }

    /// The generator of draw number `index` under this seed.
    pub(super) fn nth(seed: u64, index: u64) -> Self {
        // Mixed twice, so that draw i + 1 is not draw i shifted by one number.
        let stream = mix(seed.wrapping_add(GOLDEN)).wrapping_add(index.wrapping_mul(GOLDEN));
        Self::new(mix(mix(stream)))
    }

    /// 64 random bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// Uniform in 0..n, for n from 1 to 2^32 (Lemire 2019).
    pub(super) fn below(&mut self, n: usize) -> usize {
        debug_assert!((1..=1 << 32).contains(&n), "{n} is no range");
        let n = n as u64;
        loop {
            let product = u64::from((self.bits() >> 32) as u32) * n;
            // The few products that would make small numbers more likely are drawn again. The
            // remainder, a slow division, is less than n.
            let low = product as u32 as u64;
            if low >= n || low >= (1_u64 << 32) % n {
                return (product >> 32) as usize;
            }
        }
    }

    /// Shuffles `items`, every order equally likely (Fisher and Yates 1938; Durstenfeld 1964).
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// Standard normal: Marsaglia's polar method (1964).
    pub(super) fn normal(&mut self) -> f64 {
        if let Some(value) = self.spare.take() {
            return value;
        }
        loop {
            let (x, y) = (self.symmetric(), self.symmetric());
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                let factor = (-2.0 * ln_positive(square) / square).sqrt();
                self.spare = Some(y * factor);
                return x * factor;
            }
        }
    }

    /// Uniform in [0, 1).
    pub(super) fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in [-1, 1).
    fn symmetric(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_by_index_do_not_repeat_each_other() {
        let first = |index| {
            let mut random = Random::nth(42, index);
            [random.bits(), random.bits(), random.bits()]
        };
        let mut seen: Vec<u64> = (0..1000).flat_map(first).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 3000);
        assert_eq!(first(7), first(7));
    }

    #[test]
    fn small_ranges_are_even() {
        let mut random = Random::new(3);
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[random.below(7)] += 1;
        }
        assert!(counts.iter().all(|count| count.abs_diff(10_000) < 400));
        assert_eq!(random.below(1), 0);
    }

    #[test]
    fn every_order_comes_up() {
        let mut counts = std::collections::BTreeMap::new();
        for index in 0..24_000 {
            let mut order = [0, 1, 2, 3];
            Random::nth(1, index).shuffle(&mut order);
            *counts.entry(order).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        assert!(counts.values().all(|count| count.abs_diff(1000) < 150));
    }
}
