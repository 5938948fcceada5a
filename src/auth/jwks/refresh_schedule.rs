//! When the key set is fetched: at its age, or for a kid that it lacks, and never twice within the cool-down.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, Utc};

/// Most kids that are remembered as looked for in vain.
const MOST: usize = 1_000;

/// How often a key set may be fetched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) cooldown: Duration,
    pub(super) max_age: Duration,
}

/// What was attempted, and what is to be.
pub(super) struct Attempts {
    pace: Pace,
    /// When the last attempt was begun.
    begun: Option<DateTime<Utc>>,
    /// When the next one is due by itself.
    due: Option<DateTime<Utc>>,
    /// One is under way, or about to be.
    is_under_way: bool,
    failure: Option<String>,
    /// Kids that no set had when they were looked for, and when they are looked for again.
    in_vain: HashMap<String, DateTime<Utc>>,
}

impl Attempts {
    /// None yet; the first is under way as soon as anybody asks.
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, begun: None, due: None, is_under_way: true, failure: None, in_vain: HashMap::new() }
    }

    /// Joins the attempt that is under way, or has one made for this kid, or for any set at all, if it is time for that.
    pub(super) fn join(&mut self, kid: Option<&str>, now: DateTime<Utc>) -> bool {
        if !self.is_under_way {
            self.is_under_way = self.is_cool(now) && kid.is_none_or(|kid| self.remember(kid, now));
        }
        self.is_under_way
    }

    /// Whether an attempt has to be made now; if so, it begins.
    pub(super) fn begin(&mut self, now: DateTime<Utc>) -> bool {
        let is_due = self.is_cool(now) && self.due.is_none_or(|due| due <= now || self.is_in_future(now));
        if !is_due && !self.is_under_way {
            return false;
        }
        self.is_under_way = true;
        self.begun = Some(now);
        true
    }

    /// A set was fetched, which its server lets be kept for `max_age`.
    pub(super) fn succeeded(&mut self, max_age: Option<Duration>, now: DateTime<Utc>) {
        let age = max_age.map_or(self.pace.max_age, |age| age.min(self.pace.max_age)).max(self.pace.cooldown);
        self.end(now + age, None);
    }

    /// There was no set to be had.
    pub(super) fn failed(&mut self, why: String, now: DateTime<Utc>) {
        self.end(now + self.pace.cooldown, Some(why));
    }

    /// Why the last attempt failed, if it did.
    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Seconds until the next attempt may be made.
    pub(super) fn seconds_to_next(&self, now: DateTime<Utc>) -> i64 {
        self.begun.map_or(0, |begun| (begun + self.pace.cooldown - now).num_seconds()).max(0) + 1
    }

    fn end(&mut self, due: DateTime<Utc>, failure: Option<String>) {
        self.is_under_way = false;
        self.due = Some(due);
        self.failure = failure;
    }

    fn is_cool(&self, now: DateTime<Utc>) -> bool {
        self.begun.is_none_or(|begun| begun + self.pace.cooldown <= now) || self.is_in_future(now)
    }

    /// The clock was set back.
    fn is_in_future(&self, now: DateTime<Utc>) -> bool {
        self.begun.is_some_and(|begun| begun > now)
    }

    /// Whether this kid is to be looked for: of one that was looked for in vain, only every other cool-down.
    fn remember(&mut self, kid: &str, now: DateTime<Utc>) -> bool {
        let (pause, forgotten) = (self.pace.cooldown * 2, now - self.pace.max_age);
        if let Some(next) = self.in_vain.get_mut(kid) {
            let is_time = *next <= now || *next > now + pause;
            if is_time {
                *next = now + pause;
            }
            return is_time;
        }
        self.in_vain.retain(|_, next| *next > forgotten);
        if self.in_vain.len() < MOST {
            self.in_vain.insert(kid.to_owned(), now + self.pace.cooldown);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { cooldown: Duration::from_secs(30), max_age: Duration::from_mins(10) };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    /// With a set that was fetched at 0.
    fn fetched() -> Attempts {
        let mut attempts = Attempts::new(PACE);
        assert!(attempts.begin(at(0)));
        attempts.succeeded(None, at(0));
        attempts
    }

    #[test]
    fn the_first_is_due_at_once_and_awaited_by_all() {
        let mut attempts = Attempts::new(PACE);
        assert!(attempts.join(None, at(0)) && attempts.join(Some("a"), at(0)));
        assert!(attempts.begin(at(0)));
        assert!(attempts.join(Some("b"), at(1)));
    }

    #[test]
    fn the_set_is_fetched_at_its_age() {
        let mut attempts = fetched();
        assert!(!attempts.begin(at(599)));
        assert!(attempts.begin(at(600)));
    }

    #[test]
    fn its_server_may_say_sooner_but_not_sooner_than_the_cool_down() {
        for (said, due) in [(120, 120), (10, 30), (0, 30), (86_400, 600)] {
            let mut attempts = Attempts::new(PACE);
            assert!(attempts.begin(at(0)));
            attempts.succeeded(Some(Duration::from_secs(said)), at(0));
            assert!(!attempts.begin(at(due - 1)), "{said}");
            assert!(attempts.begin(at(due)), "{said}");
        }
    }

    #[test]
    fn an_unknown_kid_waits_for_the_cool_down_counted_from_the_attempt() {
        let mut attempts = fetched();
        assert!(!attempts.join(Some("a"), at(29)));
        assert!(attempts.join(Some("a"), at(30)));
        assert!(attempts.begin(at(30)));
        attempts.failed("gone".into(), at(35));
        assert!(!attempts.join(Some("b"), at(59)));
        assert!(attempts.join(Some("b"), at(60)));
    }

    #[test]
    fn a_kid_looked_for_in_vain_is_looked_for_less_often() {
        let mut attempts = fetched();
        let looked_for: Vec<_> = (0..300)
            .filter(|second| {
                let fetches = attempts.join(Some("gone"), at(*second));
                if fetches {
                    assert!(attempts.begin(at(*second)));
                    attempts.succeeded(None, at(*second));
                }
                fetches
            })
            .collect();
        assert_eq!(looked_for, [30, 60, 120, 180, 240]);
    }

    #[test]
    fn kids_are_forgotten() {
        let mut attempts = fetched();
        for kid in 1..=3_000 {
            let now = at(kid * 30);
            assert!(attempts.join(Some(&format!("kid-{kid}")), now));
            assert!(attempts.begin(now));
            attempts.succeeded(None, now);
            assert!(attempts.in_vain.len() <= 25);
        }
    }

    #[test]
    fn no_more_kids_are_remembered_than_a_bound() {
        let mut attempts = Attempts::new(Pace { cooldown: Duration::from_secs(1), max_age: Duration::from_hours(24) });
        for kid in 0..3_000 {
            assert!(attempts.join(Some(&format!("kid-{kid}")), at(kid)));
            assert!(attempts.begin(at(kid)));
            attempts.succeeded(None, at(kid));
        }
        assert_eq!(attempts.in_vain.len(), MOST);
    }

    #[test]
    fn a_clock_that_is_set_back_stops_nothing() {
        let mut attempts = fetched();
        assert!(attempts.begin(at(-3_600)));
    }
}
