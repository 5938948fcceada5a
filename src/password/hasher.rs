//! The one place where passwords are hashed.

use std::{num::NonZeroUsize, thread};

use super::{
    concurrency_limit::{Busy, ConcurrencyLimit},
    hash::PasswordHash,
    policy::{NewPassword, Password},
};

/// Passwords that may wait for each one that is being hashed: some three seconds' work.
const MAX_WAITING_PER_SLOT: usize = 32;

/// Hashes passwords off the threads that serve, one for each core at most (32 MiB each). Clones share the places.
#[derive(Debug, Clone)]
pub struct Hasher(ConcurrencyLimit);

impl Hasher {
    /// One that hashes so many passwords at once.
    #[must_use]
    pub fn new(concurrency: NonZeroUsize) -> Self {
        Self(ConcurrencyLimit::new(concurrency, concurrency.get() * MAX_WAITING_PER_SLOT))
    }

    /// Hashes a password that is to be stored.
    ///
    /// # Errors
    ///
    /// [`Busy`] where too many wait.
    pub async fn hash(&self, password: NewPassword) -> Result<PasswordHash, Busy> {
        self.0.run(move || PasswordHash::new(&password.into_inner())).await
    }

    /// Whether this is the password whose hash is stored. What can't be read is no password's hash; that, and a user who
    /// is not there, takes as long as any other.
    ///
    /// # Errors
    ///
    /// [`Busy`] where too many wait.
    pub async fn verify(&self, password: Password, stored: Option<&str>) -> Result<bool, Busy> {
        let hash = stored.and_then(PasswordHash::parse).unwrap_or_else(PasswordHash::dummy);
        self.0.run(move || hash.verify(&password)).await
    }
}

impl Default for Hasher {
    /// One that keeps every core busy and no more.
    fn default() -> Self {
        Self::new(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use futures_util::future::join_all;

    use super::*;

    fn password(sent: &str) -> Password {
        Password::new(sent).unwrap()
    }

    #[actix_web::test]
    async fn what_is_hashed_is_verified_and_nothing_else() {
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
    async fn more_than_can_wait_are_sent_away() {
        let hasher = Hasher(ConcurrencyLimit::new(NonZeroUsize::MIN, 2));
        let told = join_all((0..5).map(|_| hasher.verify(password("x"), None))).await;
        assert_eq!(told, [Ok(false), Ok(false), Ok(false), Err(Busy), Err(Busy)]);
        assert_eq!(hasher.verify(password("x"), None).await, Ok(false));
    }

    /// Run in turn, and the shortest of each: what else the machine does only makes them longer.
    #[actix_web::test]
    async fn a_user_who_is_not_there_takes_as_long_as_one_who_is() {
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
            for (times, (sent, stored)) in times.iter_mut().zip(cases) {
                let begun = Instant::now();
                hasher.verify(password(sent), stored).await.unwrap();
                times.push(begun.elapsed());
            }
        }
        let shortest: Vec<&Duration> = times.iter().filter_map(|times| times.iter().min()).collect();
        let (least, most) = (shortest.iter().min().unwrap(), shortest.iter().max().unwrap());
        assert!(**most < **least * 2, "{shortest:?}");
    }
}
