//! A store of fixed size: what is remembered of keys, however many there are.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use governor::{nanos::Nanos, state::StateStore};

/// Cells of a bucket; a key has its place in one bucket.
const ENTRIES_PER_BUCKET: usize = 8;

/// 32,768 cells, 0.6 MiB. A power of two, so that keys spread evenly.
const BUCKETS: u64 = 4_096;

/// For each of so many keys an instant, expires which it is worth remembering. A bucket that is full forgets the earliest.
#[derive(Debug, Clone)]
pub(super) struct BoundedStore(Arc<[Mutex<Bucket>]>);

type Bucket = [Entry; ENTRIES_PER_BUCKET];

/// Nothing is remembered expires the instant 0.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    key: u64,
    expires: u64,
}

impl BoundedStore {
    pub(super) fn new() -> Self {
        Self((0..BUCKETS).map(|_| Mutex::default()).collect())
    }

    /// Until when `key` is worth remembering, if it still is remembered.
    pub(super) fn expires(&self, key: u64) -> Option<Nanos> {
        let mut bucket = self.bucket(key);
        find(&mut bucket, key).map(|entry| entry.expires.into())
    }

    /// Remembers `key` expires then.
    pub(super) fn insert(&self, key: u64, expires: Nanos) {
        put(&mut self.bucket(key), key, expires);
    }

    /// Brings the instant of `key` forward by so much.
    pub(super) fn subtract(&self, key: u64, by: Nanos) {
        if let Some(entry) = find(&mut self.bucket(key), key) {
            entry.expires = entry.expires.saturating_sub(by.into());
        }
    }

    #[expect(clippy::indexing_slicing, reason = "a remainder of BUCKETS is below it")]
    fn bucket(&self, key: u64) -> MutexGuard<'_, Bucket> {
        self.0[(key % BUCKETS) as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find(bucket: &mut Bucket, key: u64) -> Option<&mut Entry> {
    bucket.iter_mut().find(|entry| entry.key == key && entry.expires != 0)
}

/// In its own entry, or in the one that is soonest not worth remembering.
fn put(bucket: &mut Bucket, key: u64, expires: Nanos) {
    let entry = Entry { key, expires: expires.into() };
    if let Some(own) = find(bucket, key) {
        *own = entry;
    } else if let Some(soonest) = bucket.iter_mut().min_by_key(|entry| entry.expires) {
        *soonest = entry;
    }
}

/// As governor keeps it, the instant is that at which the key is as if it had never been seen.
impl StateStore for BoundedStore {
    type Key = u64;

    /// Nobody else comes to the bucket meanwhile.
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
    fn it_has_one_size_and_that_is_small() {
        let octets = size_of::<Mutex<Bucket>>() * BoundedStore::new().0.len();
        assert!(octets < 1 << 20, "{octets}");
    }

    #[test]
    fn each_of_many_keys_has_its_own_instant() {
        let store = BoundedStore::new();
        // two to a bucket
        for key in 1..=2 * BUCKETS {
            store.insert(key, (key * 10).into());
        }
        assert!((1..=2 * BUCKETS).all(|key| store.expires(key) == Some((key * 10).into())));
        store.insert(7, 3.into());
        assert_eq!((store.expires(7), store.expires(7 + BUCKETS)), (Some(3.into()), Some(((7 + BUCKETS) * 10).into())));
        assert_eq!(store.expires(3 * BUCKETS), None);
    }

    #[test]
    fn a_full_row_forgets_whatever_is_soonest_worth_forgetting() {
        let store = BoundedStore::new();
        let in_one_row = |number: u64| 1 + number * BUCKETS;
        for number in 0..ENTRIES_PER_BUCKET as u64 {
            store.insert(in_one_row(number), (100 - number).into());
        }
        store.insert(in_one_row(99), 1.into());
        let (kept, gone) = (in_one_row(0), in_one_row(ENTRIES_PER_BUCKET as u64 - 1));
        assert_eq!((store.expires(kept), store.expires(gone)), (Some(100.into()), None));
        store.insert(in_one_row(98), 2.into());
        assert_eq!((store.expires(in_one_row(99)), store.expires(in_one_row(98))), (None, Some(2.into())));
    }

    #[test]
    fn a_million_keys_leave_what_is_worth_most() {
        let (store, hasher) = (BoundedStore::new(), RandomState::new());
        let of = |name: (&str, u32)| hasher.hash_one(name);
        for number in 0..1_000 {
            store.insert(of(("worth much", number)), 1_000_000.into());
        }
        for number in 0..1_000_000 {
            let unseen = |expires: Option<Nanos>| Ok::<_, ()>(((), expires.unwrap_or_default() + Nanos::from(10)));
            store.measure_and_replace(&of(("passing by", number)), unseen).unwrap();
        }
        assert!((0..1_000).all(|number| store.expires(of(("worth much", number))) == Some(1_000_000.into())));
        let kept: usize =
            store.0.iter().map(|bucket| bucket.lock().unwrap().iter().filter(|entry| entry.expires != 0).count()).sum();
        assert_eq!(kept, ENTRIES_PER_BUCKET * store.0.len(), "every entry is in use, and there are no more");
    }
}
