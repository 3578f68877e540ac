//! Numbers that look random and are the same at every run.

/// A generator of its own for each entity, so that one entity does not depend on how the others were made.
pub(super) struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// SplitMix64, by Steele, Lea and Flood, 2014.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Below `bound`, each number as likely as any other.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound.max(1) as u64;
        usize::try_from(self.next() % bound).expect("the bound is a usize")
    }

    /// Below `bound`, small numbers far more often than large ones, as it is with tags and types.
    pub fn skewed(&mut self, bound: usize) -> usize {
        let at_most = self.below(bound) + 1;
        let at_most = self.below(at_most) + 1;
        self.below(at_most)
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub fn pick_skewed<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.skewed(from.len())]
    }
}
