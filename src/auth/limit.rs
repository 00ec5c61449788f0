//! How often an address or an account may try.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::AuthError;
use crate::domain::id::{KeyId, UserId};

/// After so many new checks, keys that are back at rest are forgotten.
const SWEEP_EVERY: u32 = 1_024;

/// The rates.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Sign-ins, set-ups and invitations that an address may try a minute.
    pub address_per_minute: u32,
    /// Passwords that may be tried for an account a minute.
    pub account_per_minute: u32,
    /// API calls that an account may make a second.
    pub calls_per_second: u32,
    /// API calls that a key may make a second.
    pub key_calls_per_second: u32,
}

/// Counts tries.
pub struct Limits {
    address: Limit<IpAddr>,
    account: Limit<[u8; 32]>,
    calls: Limit<UserId>,
    keys: Limit<KeyId>,
}

impl Limits {
    /// Takes the rates.
    pub fn new(rates: Rates) -> Self {
        let at_least_one = |rate: u32| NonZeroU32::new(rate).unwrap_or(NonZeroU32::MIN);
        Limits {
            address: Limit::new(Quota::per_minute(at_least_one(rates.address_per_minute))),
            account: Limit::new(Quota::per_minute(at_least_one(rates.account_per_minute))),
            calls: Limit::new(Quota::per_second(at_least_one(rates.calls_per_second))),
            keys: Limit::new(Quota::per_second(at_least_one(rates.key_calls_per_second))),
        }
    }

    /// One more try from an address.
    ///
    /// # Errors
    /// [`AuthError::RateLimited`].
    pub fn address(&self, address: IpAddr) -> Result<(), AuthError> {
        // Whoever has one IPv6 address has the network around it.
        let network = match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(six) => {
                let mut parts = six.segments();
                parts[4..].fill(0);
                IpAddr::from(parts)
            }
        };
        self.address.check(&network)
    }

    /// One more password for an account, which need not exist.
    ///
    /// # Errors
    /// [`AuthError::RateLimited`].
    pub fn account(&self, email: &str) -> Result<(), AuthError> {
        self.account.check(&super::secret::digest(&email.to_lowercase()))
    }

    /// One more call of an account.
    ///
    /// # Errors
    /// [`AuthError::RateLimited`].
    pub fn call(&self, user: UserId) -> Result<(), AuthError> {
        self.calls.check(&user)
    }

    /// One more call by a key.
    ///
    /// # Errors
    /// [`AuthError::RateLimited`].
    pub fn key(&self, key: KeyId) -> Result<(), AuthError> {
        self.keys.check(&key)
    }
}

struct Limit<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    checks: AtomicU32,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(quota: Quota) -> Self {
        Limit { limiter: RateLimiter::keyed(quota), checks: AtomicU32::new(0) }
    }

    fn check(&self, key: &K) -> Result<(), AuthError> {
        if self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP_EVERY) {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            AuthError::RateLimited { after_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_too_many_is_told_how_long_to_wait() {
        let rates = Rates {
            address_per_minute: 2,
            account_per_minute: 1,
            calls_per_second: 1,
            key_calls_per_second: 1,
        };
        let limits = Limits::new(rates);
        let here = IpAddr::from([127, 0, 0, 1]);
        assert!(limits.address(here).is_ok() && limits.address(here).is_ok());
        let Err(AuthError::RateLimited { after_ms }) = limits.address(here) else { panic!("let in") };
        assert!((1..=30_000).contains(&after_ms), "{after_ms}");
        assert!(limits.account("a@b.example").is_ok());
        assert!(limits.account("A@B.example").is_err(), "the same account, whatever its case");
        assert!(limits.account("c@b.example").is_ok());
    }
}
