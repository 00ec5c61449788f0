//! How often and how much one client may say.

use std::time::Instant;

/// What one token is worth inside a bucket, so that a microsecond at one token a second is a whole number.
const TOKEN: u64 = 1_000_000;

/// A bucket that earns tokens with time.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    burst: u64,
    per_second: u64,
    tokens: u64,
    at: Instant,
}

impl Bucket {
    /// Full: `burst` at once, then `per_second`.
    pub fn new(burst: u32, per_second: u32, now: Instant) -> Self {
        let burst = u64::from(burst.max(1)) * TOKEN;
        Bucket { burst, per_second: u64::from(per_second.max(1)), tokens: burst, at: now }
    }

    /// Takes so many, or says in how many milliseconds there will be enough. What is more than the burst is never there, and
    /// is taken for the price of the whole bucket.
    pub fn take(&mut self, wanted: u32, now: Instant) -> Result<(), u64> {
        let passed = now.saturating_duration_since(self.at).as_micros();
        self.at = self.at.max(now);
        let earned = u64::try_from(passed).unwrap_or(u64::MAX).saturating_mul(self.per_second);
        self.tokens = self.tokens.saturating_add(earned).min(self.burst);
        let price = (u64::from(wanted) * TOKEN).min(self.burst);
        match self.tokens.checked_sub(price) {
            Some(left) => {
                self.tokens = left;
                Ok(())
            }
            None => Err((price - self.tokens).div_ceil(self.per_second * 1_000)),
        }
    }
}

/// The rates of one client.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Frames at once.
    pub frames: u32,
    /// Frames a second.
    pub frames_per_second: u32,
    /// Bytes at once.
    pub bytes: u32,
    /// Bytes a second.
    pub bytes_per_second: u32,
    /// Frames that cannot be taken (unreadable, out of order, too often) at once; beyond it the socket is closed.
    pub bad: u32,
    /// Such frames a second.
    pub bad_per_second: u32,
    /// Places at once; of what comes beyond it the latest counts.
    pub places: u32,
    /// Places a second.
    pub places_per_second: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Rates {
            frames: 400,
            frames_per_second: 120,
            bytes: 4 * 1024 * 1024,
            bytes_per_second: 1024 * 1024,
            bad: 100,
            bad_per_second: 1,
            places: 60,
            places_per_second: 30,
        }
    }
}

/// What one client has left.
#[derive(Debug)]
pub struct Budget {
    frames: Bucket,
    bytes: Bucket,
    bad: Bucket,
}

impl Budget {
    /// A full budget.
    pub fn new(rates: Rates, now: Instant) -> Self {
        Budget {
            frames: Bucket::new(rates.frames, rates.frames_per_second, now),
            bytes: Bucket::new(rates.bytes, rates.bytes_per_second, now),
            bad: Bucket::new(rates.bad, rates.bad_per_second, now),
        }
    }

    /// Takes a frame of so many bytes, or says in how many milliseconds it would be taken.
    pub fn frame(&mut self, bytes: usize, now: Instant) -> Result<(), u64> {
        self.frames.take(1, now)?;
        self.bytes.take(u32::try_from(bytes).unwrap_or(u32::MAX), now)
    }

    /// Notes a frame that could not be taken. False: that was one too many.
    pub fn bad(&mut self, now: Instant) -> bool {
        self.bad.take(1, now).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_is_taken_and_then_the_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::new(3, 10, start);
        for _ in 0..3 {
            assert_eq!(bucket.take(1, start), Ok(()));
        }
        assert_eq!(bucket.take(1, start), Err(100));
        assert_eq!(bucket.take(1, start + Duration::from_millis(99)), Err(1));
        assert_eq!(bucket.take(1, start + Duration::from_millis(100)), Ok(()));
    }

    #[test]
    fn more_than_the_burst_costs_the_whole_bucket() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10, 10, start);
        assert_eq!(bucket.take(20, start), Ok(()));
        assert_eq!(bucket.take(20, start), Err(1_000));
        assert_eq!(bucket.take(1, start + Duration::from_millis(100)), Ok(()));
    }

    #[test]
    fn often_asked_a_slow_bucket_still_earns() {
        let start = Instant::now();
        let mut bucket = Bucket::new(1, 1, start);
        assert_eq!(bucket.take(1, start), Ok(()));
        let taken = (1..=10_000).filter(|n| bucket.take(1, start + Duration::from_micros(n * 100)).is_ok());
        assert_eq!(taken.count(), 1);
    }

    #[test]
    fn bad_frames_are_forgiven_with_time() {
        let start = Instant::now();
        let rates = Rates { bad: 2, bad_per_second: 1, ..Rates::default() };
        let mut budget = Budget::new(rates, start);
        assert!(budget.bad(start) && budget.bad(start));
        assert!(!budget.bad(start));
        assert!(budget.bad(start + Duration::from_secs(1)));
    }
}
