//! A table of fixed size: what is remembered of keys, however many there are.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use governor::{nanos::Nanos, state::StateStore};

/// Cells of a row; a key has its place in one row.
const CELLS: usize = 8;

/// 32,768 cells, 0.6 MiB. A power of two, so that keys spread evenly.
const ROWS: u64 = 4_096;

/// For each of so many keys an instant, until which it is worth remembering. A row that is full forgets the earliest.
#[derive(Debug, Clone)]
pub(super) struct Table(Arc<[Mutex<Row>]>);

type Row = [Cell; CELLS];

/// Nothing is remembered until the instant 0.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    key: u64,
    until: u64,
}

impl Table {
    pub(super) fn new() -> Self {
        Self((0..ROWS).map(|_| Mutex::default()).collect())
    }

    /// Until when `key` is worth remembering, if it still is remembered.
    pub(super) fn until(&self, key: u64) -> Option<Nanos> {
        let mut row = self.row(key);
        cell_of(&mut row, key).map(|cell| cell.until.into())
    }

    /// Remembers `key` until then.
    pub(super) fn remember(&self, key: u64, until: Nanos) {
        put(&mut self.row(key), key, until);
    }

    /// Brings the instant of `key` forward by so much.
    pub(super) fn bring_forward(&self, key: u64, by: Nanos) {
        if let Some(cell) = cell_of(&mut self.row(key), key) {
            cell.until = cell.until.saturating_sub(by.into());
        }
    }

    #[expect(clippy::indexing_slicing, reason = "a remainder of ROWS is below it")]
    fn row(&self, key: u64) -> MutexGuard<'_, Row> {
        self.0[(key % ROWS) as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cell_of(row: &mut Row, key: u64) -> Option<&mut Cell> {
    row.iter_mut().find(|cell| cell.key == key && cell.until != 0)
}

/// In its own cell, or in the one that is soonest not worth remembering.
fn put(row: &mut Row, key: u64, until: Nanos) {
    let cell = Cell { key, until: until.into() };
    if let Some(own) = cell_of(row, key) {
        *own = cell;
    } else if let Some(soonest) = row.iter_mut().min_by_key(|cell| cell.until) {
        *soonest = cell;
    }
}

/// As governor keeps it, the instant is that at which the key is as if it had never been seen.
impl StateStore for Table {
    type Key = u64;

    /// Nobody else comes to the row meanwhile.
    fn measure_and_replace<T, F, E>(&self, key: &u64, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut row = self.row(*key);
        let (outcome, until) = measure(cell_of(&mut row, *key).map(|cell| cell.until.into()))?;
        put(&mut row, *key, until);
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use super::*;

    #[test]
    fn it_has_one_size_and_that_is_small() {
        let octets = size_of::<Mutex<Row>>() * Table::new().0.len();
        assert!(octets < 1 << 20, "{octets}");
    }

    #[test]
    fn each_of_many_keys_has_its_own_instant() {
        let table = Table::new();
        // two to a row
        for key in 1..=2 * ROWS {
            table.remember(key, (key * 10).into());
        }
        assert!((1..=2 * ROWS).all(|key| table.until(key) == Some((key * 10).into())));
        table.remember(7, 3.into());
        assert_eq!((table.until(7), table.until(7 + ROWS)), (Some(3.into()), Some(((7 + ROWS) * 10).into())));
        assert_eq!(table.until(3 * ROWS), None);
    }

    #[test]
    fn a_full_row_forgets_whatever_is_soonest_worth_forgetting() {
        let table = Table::new();
        let in_one_row = |number: u64| 1 + number * ROWS;
        for number in 0..CELLS as u64 {
            table.remember(in_one_row(number), (100 - number).into());
        }
        table.remember(in_one_row(99), 1.into());
        let (kept, gone) = (in_one_row(0), in_one_row(CELLS as u64 - 1));
        assert_eq!((table.until(kept), table.until(gone)), (Some(100.into()), None));
        table.remember(in_one_row(98), 2.into());
        assert_eq!((table.until(in_one_row(99)), table.until(in_one_row(98))), (None, Some(2.into())));
    }

    #[test]
    fn a_million_keys_leave_what_is_worth_most() {
        let (table, hasher) = (Table::new(), RandomState::new());
        let of = |name: (&str, u32)| hasher.hash_one(name);
        for number in 0..1_000 {
            table.remember(of(("worth much", number)), 1_000_000.into());
        }
        for number in 0..1_000_000 {
            let unseen = |until: Option<Nanos>| Ok::<_, ()>(((), until.unwrap_or_default() + Nanos::from(10)));
            table.measure_and_replace(&of(("passing by", number)), unseen).unwrap();
        }
        assert!((0..1_000).all(|number| table.until(of(("worth much", number))) == Some(1_000_000.into())));
        let kept: usize =
            table.0.iter().map(|row| row.lock().unwrap().iter().filter(|cell| cell.until != 0).count()).sum();
        assert_eq!(kept, CELLS * table.0.len(), "every cell is in use, and there are no more");
    }
}
