//! When the key set is fetched: at its age, or for a kid that it lacks, and never twice within the cool-down.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, Utc};

/// Most kids that are remembered as looked for in vain.
const MAX_UNKNOWN_KIDS: usize = 1_000;

/// How often a key set may be fetched.
#[derive(Debug, Clone, Copy)]
pub(super) struct RefreshPolicy {
    pub(super) cooldown: Duration,
    pub(super) max_age: Duration,
}

/// What was attempted, and what is to be.
pub(super) struct RefreshSchedule {
    policy: RefreshPolicy,
    /// When the last attempt was begun.
    last_attempt: Option<DateTime<Utc>>,
    /// When the next one is due by itself.
    next_due: Option<DateTime<Utc>>,
    /// One is under way, or about to be.
    in_progress: bool,
    failure: Option<String>,
    /// Kids that no set had when they were looked for, and when they are looked for again.
    unknown_kids: HashMap<String, DateTime<Utc>>,
}

impl RefreshSchedule {
    /// None yet; the first is under way as soon as anybody asks.
    pub(super) fn new(policy: RefreshPolicy) -> Self {
        Self {
            policy,
            last_attempt: None,
            next_due: None,
            in_progress: true,
            failure: None,
            unknown_kids: HashMap::new(),
        }
    }

    /// Joins the attempt that is under way, or has one made for this kid, or for any set at all, if it is time for that.
    pub(super) fn request(&mut self, kid: Option<&str>, now: DateTime<Utc>) -> bool {
        if !self.in_progress {
            self.in_progress = self.cooldown_elapsed(now) && kid.is_none_or(|kid| self.should_look_up(kid, now));
        }
        self.in_progress
    }

    /// Whether an attempt has to be made now; if so, it begins.
    pub(super) fn begin(&mut self, now: DateTime<Utc>) -> bool {
        let is_due =
            self.cooldown_elapsed(now) && self.next_due.is_none_or(|due| due <= now || self.clock_was_set_back(now));
        if !is_due && !self.in_progress {
            return false;
        }
        self.in_progress = true;
        self.last_attempt = Some(now);
        true
    }

    /// A set was fetched, which its server lets be kept for `max_age`.
    pub(super) fn succeeded(&mut self, max_age: Option<Duration>, now: DateTime<Utc>) {
        let age = max_age.map_or(self.policy.max_age, |age| age.min(self.policy.max_age)).max(self.policy.cooldown);
        self.finish(now + age, None);
    }

    /// There was no set to be had.
    pub(super) fn failed(&mut self, why: String, now: DateTime<Utc>) {
        self.finish(now + self.policy.cooldown, Some(why));
    }

    /// Why the last attempt failed, if it did.
    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Seconds until the next attempt may be made.
    pub(super) fn retry_after(&self, now: DateTime<Utc>) -> i64 {
        self.last_attempt.map_or(0, |begun| (begun + self.policy.cooldown - now).num_seconds()).max(0) + 1
    }

    fn finish(&mut self, due: DateTime<Utc>, failure: Option<String>) {
        self.in_progress = false;
        self.next_due = Some(due);
        self.failure = failure;
    }

    fn cooldown_elapsed(&self, now: DateTime<Utc>) -> bool {
        self.last_attempt.is_none_or(|begun| begun + self.policy.cooldown <= now) || self.clock_was_set_back(now)
    }

    /// The clock was set back.
    fn clock_was_set_back(&self, now: DateTime<Utc>) -> bool {
        self.last_attempt.is_some_and(|begun| begun > now)
    }

    /// Whether this kid is to be looked for: of one that was looked for in vain, only every other cool-down.
    fn should_look_up(&mut self, kid: &str, now: DateTime<Utc>) -> bool {
        let (pause, forgotten) = (self.policy.cooldown * 2, now - self.policy.max_age);
        if let Some(next) = self.unknown_kids.get_mut(kid) {
            let is_time = *next <= now || *next > now + pause;
            if is_time {
                *next = now + pause;
            }
            return is_time;
        }
        self.unknown_kids.retain(|_, next| *next > forgotten);
        if self.unknown_kids.len() < MAX_UNKNOWN_KIDS {
            self.unknown_kids.insert(kid.to_owned(), now + self.policy.cooldown);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RefreshPolicy = RefreshPolicy { cooldown: Duration::from_secs(30), max_age: Duration::from_mins(10) };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    /// With a set that was fetched at 0.
    fn fetched() -> RefreshSchedule {
        let mut attempts = RefreshSchedule::new(POLICY);
        assert!(attempts.begin(at(0)));
        attempts.succeeded(None, at(0));
        attempts
    }

    #[test]
    fn the_first_is_due_at_once_and_awaited_by_all() {
        let mut attempts = RefreshSchedule::new(POLICY);
        assert!(attempts.request(None, at(0)) && attempts.request(Some("a"), at(0)));
        assert!(attempts.begin(at(0)));
        assert!(attempts.request(Some("b"), at(1)));
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
            let mut attempts = RefreshSchedule::new(POLICY);
            assert!(attempts.begin(at(0)));
            attempts.succeeded(Some(Duration::from_secs(said)), at(0));
            assert!(!attempts.begin(at(due - 1)), "{said}");
            assert!(attempts.begin(at(due)), "{said}");
        }
    }

    #[test]
    fn an_unknown_kid_waits_for_the_cool_down_counted_from_the_attempt() {
        let mut attempts = fetched();
        assert!(!attempts.request(Some("a"), at(29)));
        assert!(attempts.request(Some("a"), at(30)));
        assert!(attempts.begin(at(30)));
        attempts.failed("gone".into(), at(35));
        assert!(!attempts.request(Some("b"), at(59)));
        assert!(attempts.request(Some("b"), at(60)));
    }

    #[test]
    fn a_kid_looked_for_in_vain_is_looked_for_less_often() {
        let mut attempts = fetched();
        let looked_for: Vec<_> = (0..300)
            .filter(|second| {
                let fetches = attempts.request(Some("gone"), at(*second));
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
            assert!(attempts.request(Some(&format!("kid-{kid}")), now));
            assert!(attempts.begin(now));
            attempts.succeeded(None, now);
            assert!(attempts.unknown_kids.len() <= 25);
        }
    }

    #[test]
    fn no_more_kids_are_remembered_than_a_bound() {
        let mut attempts =
            RefreshSchedule::new(RefreshPolicy { cooldown: Duration::from_secs(1), max_age: Duration::from_hours(24) });
        for kid in 0..3_000 {
            assert!(attempts.request(Some(&format!("kid-{kid}")), at(kid)));
            assert!(attempts.begin(at(kid)));
            attempts.succeeded(None, at(kid));
        }
        assert_eq!(attempts.unknown_kids.len(), MAX_UNKNOWN_KIDS);
    }

    #[test]
    fn a_clock_that_is_set_back_stops_nothing() {
        let mut attempts = fetched();
        assert!(attempts.begin(at(-3_600)));
    }
}
