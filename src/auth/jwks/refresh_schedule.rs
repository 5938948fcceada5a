//! When the key set is fetched: at its maximum age or for an unknown key id, and at most once per cooldown.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, Utc};

/// Most unknown key ids that are remembered.
const MAX_UNKNOWN_KIDS: usize = 1_000;

/// How often the key set is fetched.
#[derive(Debug, Clone, Copy)]
pub(super) struct RefreshPolicy {
    pub(super) cooldown: Duration,
    pub(super) max_age: Duration,
}

/// The past and the next attempt to fetch the key set.
pub(super) struct RefreshSchedule {
    policy: RefreshPolicy,
    /// When the last attempt began.
    last_attempt: Option<DateTime<Utc>>,
    /// When the next attempt is due without a request.
    next_due: Option<DateTime<Utc>>,
    /// Whether an attempt is running or about to begin.
    in_progress: bool,
    failure: Option<String>,
    /// Key ids that the set did not have, and from when on each may cause another attempt.
    unknown_kids: HashMap<String, DateTime<Utc>>,
}

impl RefreshSchedule {
    /// Creates a schedule whose first attempt is due at once.
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

    /// Requests an attempt, for an unknown key id or for any set. Returns whether one is running or about to begin.
    pub(super) fn request(&mut self, kid: Option<&str>, now: DateTime<Utc>) -> bool {
        if !self.in_progress {
            self.in_progress = self.cooldown_elapsed(now) && kid.is_none_or(|kid| self.should_look_up(kid, now));
        }
        self.in_progress
    }

    /// Begins an attempt if one is due or requested, and returns whether it did.
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

    /// Records that a set was fetched, which may be cached for `max_age`.
    pub(super) fn succeeded(&mut self, max_age: Option<Duration>, now: DateTime<Utc>) {
        let age = max_age.map_or(self.policy.max_age, |age| age.min(self.policy.max_age)).max(self.policy.cooldown);
        self.finish(now + age, None);
    }

    /// Records that no set could be fetched.
    pub(super) fn failed(&mut self, cause: String, now: DateTime<Utc>) {
        self.finish(now + self.policy.cooldown, Some(cause));
    }

    /// Returns why the last attempt failed, if it did.
    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Returns the seconds until the next attempt may begin.
    pub(super) fn retry_after(&self, now: DateTime<Utc>) -> i64 {
        self.last_attempt.map_or(0, |began| (began + self.policy.cooldown - now).num_seconds()).max(0) + 1
    }

    fn finish(&mut self, due: DateTime<Utc>, failure: Option<String>) {
        self.in_progress = false;
        self.next_due = Some(due);
        self.failure = failure;
    }

    fn cooldown_elapsed(&self, now: DateTime<Utc>) -> bool {
        self.last_attempt.is_none_or(|began| began + self.policy.cooldown <= now) || self.clock_was_set_back(now)
    }

    fn clock_was_set_back(&self, now: DateTime<Utc>) -> bool {
        self.last_attempt.is_some_and(|began| began > now)
    }

    /// Returns whether this key id may cause an attempt. An id that stayed unknown may do so every second cooldown only.
    fn should_look_up(&mut self, kid: &str, now: DateTime<Utc>) -> bool {
        let (pause, oldest) = (self.policy.cooldown * 2, now - self.policy.max_age);
        if let Some(next) = self.unknown_kids.get_mut(kid) {
            let is_time = *next <= now || *next > now + pause;
            if is_time {
                *next = now + pause;
            }
            return is_time;
        }
        self.unknown_kids.retain(|_, next| *next > oldest);
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

    /// A schedule whose first set was fetched at 0.
    fn fetched() -> RefreshSchedule {
        let mut schedule = RefreshSchedule::new(POLICY);
        assert!(schedule.begin(at(0)));
        schedule.succeeded(None, at(0));
        schedule
    }

    #[test]
    fn the_first_attempt_is_due_at_once() {
        let mut schedule = RefreshSchedule::new(POLICY);
        assert!(schedule.request(None, at(0)) && schedule.request(Some("a"), at(0)));
        assert!(schedule.begin(at(0)));
        assert!(schedule.request(Some("b"), at(1)));
    }

    #[test]
    fn the_set_is_refreshed_at_its_maximum_age() {
        let mut schedule = fetched();
        assert!(!schedule.begin(at(599)));
        assert!(schedule.begin(at(600)));
    }

    #[test]
    fn max_age_of_the_response_is_bounded_by_the_cooldown() {
        for (max_age, due) in [(120, 120), (10, 30), (0, 30), (86_400, 600)] {
            let mut schedule = RefreshSchedule::new(POLICY);
            assert!(schedule.begin(at(0)));
            schedule.succeeded(Some(Duration::from_secs(max_age)), at(0));
            assert!(!schedule.begin(at(due - 1)), "{max_age}");
            assert!(schedule.begin(at(due)), "{max_age}");
        }
    }

    #[test]
    fn the_cooldown_counts_from_the_begin_of_an_attempt() {
        let mut schedule = fetched();
        assert!(!schedule.request(Some("a"), at(29)));
        assert!(schedule.request(Some("a"), at(30)));
        assert!(schedule.begin(at(30)));
        schedule.failed("gone".into(), at(35));
        assert!(!schedule.request(Some("b"), at(59)));
        assert!(schedule.request(Some("b"), at(60)));
    }

    #[test]
    fn a_kid_that_stays_unknown_causes_fewer_attempts() {
        let mut schedule = fetched();
        let attempts: Vec<_> = (0..300)
            .filter(|second| {
                let fetches = schedule.request(Some("gone"), at(*second));
                if fetches {
                    assert!(schedule.begin(at(*second)));
                    schedule.succeeded(None, at(*second));
                }
                fetches
            })
            .collect();
        assert_eq!(attempts, [30, 60, 120, 180, 240]);
    }

    #[test]
    fn old_unknown_kids_are_removed() {
        let mut schedule = fetched();
        for kid in 1..=3_000 {
            let now = at(kid * 30);
            assert!(schedule.request(Some(&format!("kid-{kid}")), now));
            assert!(schedule.begin(now));
            schedule.succeeded(None, now);
            assert!(schedule.unknown_kids.len() <= 25);
        }
    }

    #[test]
    fn the_number_of_unknown_kids_is_bounded() {
        let mut schedule =
            RefreshSchedule::new(RefreshPolicy { cooldown: Duration::from_secs(1), max_age: Duration::from_hours(24) });
        for kid in 0..3_000 {
            assert!(schedule.request(Some(&format!("kid-{kid}")), at(kid)));
            assert!(schedule.begin(at(kid)));
            schedule.succeeded(None, at(kid));
        }
        assert_eq!(schedule.unknown_kids.len(), MAX_UNKNOWN_KIDS);
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_stop_refreshes() {
        let mut schedule = fetched();
        assert!(schedule.begin(at(-3_600)));
    }
}
