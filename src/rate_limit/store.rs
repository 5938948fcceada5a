//! A key-value store of fixed size, whatever the number of keys.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use governor::{nanos::Nanos, state::StateStore};

const ENTRIES_PER_BUCKET: usize = 8;

/// 32,768 entries in all, 0.6 MiB. A power of two spreads keys evenly.
const BUCKETS: u64 = 4_096;

/// Maps keys to expiry times. A key belongs to one bucket; a full bucket evicts the entry that expires first.
#[derive(Debug, Clone)]
pub(super) struct BoundedStore(Arc<[Mutex<Bucket>]>);

type Bucket = [Entry; ENTRIES_PER_BUCKET];

/// An entry that expires at 0 is empty.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    key: u64,
    expires: u64,
}

impl BoundedStore {
    pub(super) fn new() -> Self {
        Self((0..BUCKETS).map(|_| Mutex::default()).collect())
    }

    /// Returns the expiry of `key`, or `None` if it was never inserted or has been evicted.
    pub(super) fn expiry(&self, key: u64) -> Option<Nanos> {
        let mut bucket = self.bucket(key);
        find(&mut bucket, key).map(|entry| entry.expires.into())
    }

    pub(super) fn insert(&self, key: u64, expires: Nanos) {
        put(&mut self.bucket(key), key, expires);
    }

    /// Moves the expiry of `key` earlier by `by`.
    pub(super) fn reduce_expiry(&self, key: u64, by: Nanos) {
        if let Some(entry) = find(&mut self.bucket(key), key) {
            entry.expires = entry.expires.saturating_sub(by.into());
        }
    }

    #[expect(clippy::indexing_slicing, reason = "a remainder is below its divisor")]
    fn bucket(&self, key: u64) -> MutexGuard<'_, Bucket> {
        self.0[(key % BUCKETS) as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find(bucket: &mut Bucket, key: u64) -> Option<&mut Entry> {
    bucket.iter_mut().find(|entry| entry.key == key && entry.expires != 0)
}

/// Overwrites the entry of `key` or, if there is none, the one that expires first.
fn put(bucket: &mut Bucket, key: u64, expires: Nanos) {
    let entry = Entry { key, expires: expires.into() };
    if let Some(own) = find(bucket, key) {
        *own = entry;
    } else if let Some(evicted) = bucket.iter_mut().min_by_key(|entry| entry.expires) {
        *evicted = entry;
    }
}

/// Stores governor's theoretical arrival time: at this time, a key's quota is full again.
impl StateStore for BoundedStore {
    type Key = u64;

    /// Holds the bucket's lock during `measure`.
    fn measure_and_replace<T, F, E>(&self, key: &u64, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut bucket = self.bucket(*key);
        let (outcome, expires) = measure(find(&mut bucket, *key).map(|entry| entry.expires.into()))?;
        put(&mut bucket, *key, expires);
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use super::*;

    #[test]
    fn its_size_is_fixed_and_below_1_mib() {
        let bytes = size_of::<Mutex<Bucket>>() * BoundedStore::new().0.len();
        assert!(bytes < 1 << 20, "{bytes}");
    }

    #[test]
    fn each_key_has_its_own_expiry() {
        let store = BoundedStore::new();
        // two to a bucket
        for key in 1..=2 * BUCKETS {
            store.insert(key, (key * 10).into());
        }
        assert!((1..=2 * BUCKETS).all(|key| store.expiry(key) == Some((key * 10).into())));
        store.insert(7, 3.into());
        assert_eq!((store.expiry(7), store.expiry(7 + BUCKETS)), (Some(3.into()), Some(((7 + BUCKETS) * 10).into())));
        assert_eq!(store.expiry(3 * BUCKETS), None);
    }

    #[test]
    fn a_full_bucket_evicts_the_entry_that_expires_first() {
        let store = BoundedStore::new();
        let in_one_bucket = |number: u64| 1 + number * BUCKETS;
        for number in 0..ENTRIES_PER_BUCKET as u64 {
            store.insert(in_one_bucket(number), (100 - number).into());
        }
        store.insert(in_one_bucket(99), 1.into());
        let (kept, evicted) = (in_one_bucket(0), in_one_bucket(ENTRIES_PER_BUCKET as u64 - 1));
        assert_eq!((store.expiry(kept), store.expiry(evicted)), (Some(100.into()), None));
        store.insert(in_one_bucket(98), 2.into());
        assert_eq!((store.expiry(in_one_bucket(99)), store.expiry(in_one_bucket(98))), (None, Some(2.into())));
    }

    #[test]
    fn a_million_keys_do_not_evict_the_longest_lived() {
        let (store, hasher) = (BoundedStore::new(), RandomState::new());
        let key = |name: (&str, u32)| hasher.hash_one(name);
        for number in 0..1_000 {
            store.insert(key(("long-lived", number)), 1_000_000.into());
        }
        for number in 0..1_000_000 {
            let extend = |expires: Option<Nanos>| Ok::<_, ()>(((), expires.unwrap_or_default() + Nanos::from(10)));
            store.measure_and_replace(&key(("short-lived", number)), extend).unwrap();
        }
        assert!((0..1_000).all(|number| store.expiry(key(("long-lived", number))) == Some(1_000_000.into())));
        let kept: usize =
            store.0.iter().map(|bucket| bucket.lock().unwrap().iter().filter(|entry| entry.expires != 0).count()).sum();
        assert_eq!(kept, ENTRIES_PER_BUCKET * store.0.len(), "every entry is in use");
    }
}
