//! How often and how much one client may say.

use std::time::Instant;

/// A bucket that earns tokens with time.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    burst: f64,
    per_ms: f64,
    tokens: f64,
    at: Instant,
}

impl Bucket {
    /// Full: `burst` at once, then `per_second`.
    pub fn new(burst: u32, per_second: u32, now: Instant) -> Self {
        let burst = f64::from(burst.max(1));
        Bucket { burst, per_ms: f64::from(per_second.max(1)) / 1_000.0, tokens: burst, at: now }
    }

    /// Takes so many, or says in how many milliseconds there will be enough. More than the burst is taken from a full
    /// bucket, which then owes the rest.
    pub fn take(&mut self, wanted: u32, now: Instant) -> Result<(), u64> {
        let passed = now.saturating_duration_since(self.at).as_secs_f64() * 1_000.0;
        self.at = self.at.max(now);
        self.tokens = (self.tokens + passed * self.per_ms).min(self.burst);
        let wanted = f64::from(wanted);
        let missing = wanted.min(self.burst) - self.tokens;
        if missing > 0.0 {
            // Below 2^53 by far: at most a full burst at one token a second.
            return Err((missing / self.per_ms).ceil() as u64);
        }
        self.tokens -= wanted;
        Ok(())
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
    fn more_than_the_burst_is_taken_from_a_full_bucket_and_owed() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10, 10, start);
        assert_eq!(bucket.take(20, start), Ok(()));
        assert_eq!(bucket.take(1, start + Duration::from_millis(1_000)), Err(100));
        assert_eq!(bucket.take(1, start + Duration::from_millis(1_100)), Ok(()));
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
