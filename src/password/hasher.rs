//! Hashes and verifies passwords on blocking threads.

use std::{num::NonZeroUsize, thread};

use opentelemetry::trace::SpanBuilder;

use super::{
    concurrency_limit::{Busy, ConcurrencyLimit},
    hash::PasswordHash,
    policy::{NewPassword, Password},
};
use crate::{http::admission, telemetry::traces::Span};

/// Queued jobs per running one, about three seconds of work.
const MAX_QUEUED_PER_THREAD: usize = 32;

/// Hashes passwords on blocking threads. Each running hash takes 32 MiB. Clones share the limit.
#[derive(Debug, Clone)]
pub struct Hasher(ConcurrencyLimit);

impl Hasher {
    /// Creates a hasher that computes up to `concurrency` hashes at the same time.
    #[must_use]
    pub fn new(concurrency: NonZeroUsize) -> Self {
        Self(ConcurrencyLimit::new(concurrency, concurrency.get() * MAX_QUEUED_PER_THREAD))
    }

    /// Hashes a new password.
    ///
    /// # Errors
    ///
    /// [`Busy`] if the queue is full.
    pub async fn hash(&self, password: NewPassword) -> Result<PasswordHash, Busy> {
        let hash = self.run(move || PasswordHash::new(&password.into_inner()));
        Span::child(|| SpanBuilder::from_name("hash password")).run(hash).await
    }

    /// Returns whether the password matches a stored hash. A missing or malformed hash matches no password, and takes as
    /// long to verify as a valid one.
    ///
    /// # Errors
    ///
    /// [`Busy`] if the queue is full.
    pub async fn verify(&self, password: Password, stored: Option<&str>) -> Result<bool, Busy> {
        let hash = stored.and_then(PasswordHash::parse).unwrap_or_else(PasswordHash::dummy);
        let verify = self.run(move || hash.verify(&password));
        Span::child(|| SpanBuilder::from_name("verify password")).run(verify).await
    }

    /// Runs `work` under the limit of this hasher in place of that of requests.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        admission::wait_outside(self.0.run(work)).await.unwrap_or(Err(Busy))
    }
}

impl Default for Hasher {
    /// Creates a hasher with one thread per core.
    fn default() -> Self {
        Self::new(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use futures_util::future::join_all;

    use super::*;

    fn password(input: &str) -> Password {
        Password::new(input).unwrap()
    }

    #[actix_web::test]
    async fn only_the_hashed_password_verifies() {
        let hasher = Hasher::default();
        let new = NewPassword::try_from(password("correct horse battery")).unwrap();
        let stored = hasher.hash(new).await.unwrap().encode();
        assert_eq!(hasher.verify(password("correct horse battery"), Some(&stored)).await, Ok(true));
        assert_eq!(hasher.verify(password("correct horse"), Some(&stored)).await, Ok(false));
        assert_eq!(hasher.verify(password("correct horse battery"), Some(&stored.to_uppercase())).await, Ok(false));
        assert_eq!(hasher.verify(password("correct horse battery"), Some("")).await, Ok(false));
        assert_eq!(hasher.verify(password("correct horse battery"), None).await, Ok(false));
    }

    #[actix_web::test]
    async fn a_full_queue_rejects() {
        let hasher = Hasher(ConcurrencyLimit::new(NonZeroUsize::MIN, 2));
        let results = join_all((0..5).map(|_| hasher.verify(password("x"), None))).await;
        assert_eq!(results, [Ok(false), Ok(false), Ok(false), Err(Busy), Err(Busy)]);
        assert_eq!(hasher.verify(password("x"), None).await, Ok(false));
    }

    /// Compares the shortest of seven interleaved runs, since other load only adds time.
    #[actix_web::test]
    async fn missing_and_malformed_hashes_take_as_long_as_valid_ones() {
        let hasher = Hasher::new(NonZeroUsize::MIN);
        let stored = PasswordHash::new(&password("correct horse battery")).encode();
        let cases = [
            ("correct horse battery", Some(stored.as_str())),
            ("wrong horse battery", Some(&stored)),
            ("correct horse battery", None),
            ("correct horse battery", Some("$argon2id$v=19")),
        ];
        let mut times = [const { Vec::new() }; 4];
        for _ in 0..7 {
            for (times, (input, stored)) in times.iter_mut().zip(cases) {
                let started = Instant::now();
                hasher.verify(password(input), stored).await.unwrap();
                times.push(started.elapsed());
            }
        }
        let shortest: Vec<&Duration> = times.iter().filter_map(|times| times.iter().min()).collect();
        let (fastest, slowest) = (shortest.iter().min().unwrap(), shortest.iter().max().unwrap());
        assert!(**slowest < **fastest * 2, "{shortest:?}");
    }
}
