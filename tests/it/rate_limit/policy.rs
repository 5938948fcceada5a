//! Rate limit policies: bursts, refill, `Retry-After`, and addresses that recently logged in.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc, Barrier,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    thread,
};

use actix_web::ResponseError;
use chrono::{DateTime, Duration};
use taskbridge::{clock::Clock, http::extract::ClientAddress, rate_limit::Limits};

use crate::support::config;

/// The limits of a service with a manual clock.
struct TestLimits {
    limits: Limits,
    milliseconds: Arc<AtomicI64>,
}

/// `Err` holds the seconds of `Retry-After`.
type Verdict = Result<(), u64>;

impl TestLimits {
    fn new() -> Self {
        Self::with("on")
    }

    fn with(rate_limit: &str) -> Self {
        let milliseconds = Arc::new(AtomicI64::new(1_750_000_000_000));
        let shown = Arc::clone(&milliseconds);
        let clock = Clock::from_fn(move || DateTime::from_timestamp_millis(shown.load(SeqCst)).unwrap());
        Self { limits: Limits::new(&config([("RATE_LIMIT", rate_limit)]), &clock), milliseconds }
    }

    fn advance_clock(&self, time: Duration) {
        self.milliseconds.fetch_add(time.num_milliseconds(), SeqCst);
    }

    fn sign_up(&self, from: &str) -> Verdict {
        verdict_of(self.limits.check_sign_up(address(from)))
    }

    fn log_in(&self, from: &str, email: &str) -> Verdict {
        verdict_of(self.limits.check_log_in(address(from), email))
    }

    fn refresh(&self, from: &str) -> Verdict {
        verdict_of(self.limits.check_refresh(address(from)))
    }

    fn password(&self, from: &str, user: &str) -> Verdict {
        verdict_of(self.limits.check_password(address(from), user))
    }

    /// With the right password.
    fn logs_in(&self, from: &str, email: &str) {
        assert_eq!(self.log_in(from, email), Ok(()));
        self.limits.log_in_accepted(address(from), email);
    }

    /// Guesses from ever new addresses until the limit of the account is used up.
    fn uses_up_the_limit_of_unknown_addresses(&self, email: &str) {
        for number in 0..6 {
            while self.log_in(&format!("203.0.113.{number}"), email).is_ok() {}
        }
        assert!(self.log_in("203.0.113.99", email).is_err());
    }
}

fn address(text: &str) -> ClientAddress {
    ClientAddress::new(text.parse().unwrap())
}

fn verdict_of(verdict: Result<(), impl ResponseError>) -> Verdict {
    verdict.map_err(|problem| {
        let response = problem.error_response();
        assert_eq!(response.status(), 429);
        response.headers().get("retry-after").unwrap().to_str().unwrap().parse().unwrap()
    })
}

/// The number of attempts that pass before the first rejected one.
fn count(mut attempt: impl FnMut() -> Verdict) -> usize {
    (0..10_000).take_while(|_| attempt().is_ok()).count()
}

const HOME: &str = "198.51.100.1";
const ANN: &str = "ann@example.com";

#[test]
fn every_limit_has_a_burst_and_a_refill_rate() {
    type Attempt = fn(&TestLimits) -> Verdict;
    let limits: [(&str, Attempt, usize, u64); 4] = [
        ("sign up", |limits| limits.sign_up(HOME), 20, 180),
        ("log in", |limits| limits.log_in(HOME, ANN), 10, 180),
        ("refresh", |limits| limits.refresh(HOME), 120, 1),
        ("password", |limits| limits.password(HOME, "ann"), 10, 180),
    ];
    for (name, attempt, at_once, seconds) in limits {
        let limits = TestLimits::new();
        assert_eq!(count(|| attempt(&limits)), at_once, "{name}");
        for _ in 0..3 {
            limits.advance_clock(Duration::seconds(seconds.cast_signed()));
            assert_eq!(count(|| attempt(&limits)), 1, "{name}");
        }
        limits.advance_clock(Duration::hours(2));
        assert_eq!(count(|| attempt(&limits)), at_once, "{name}");
    }
}

#[test]
fn retry_after_is_exact() {
    let limits = TestLimits::new();
    count(|| limits.sign_up(HOME));
    for (attempt, wait) in [(0, 180), (1, 180), (999, 179), (1, 179), (178_998, 1)] {
        limits.advance_clock(Duration::milliseconds(attempt));
        assert_eq!(limits.sign_up(HOME), Err(wait), "after {attempt} ms");
    }
    limits.advance_clock(Duration::milliseconds(1));
    assert_eq!(limits.sign_up(HOME), Ok(()));
}

#[test]
fn a_rejected_request_does_not_extend_the_wait() {
    let limits = TestLimits::new();
    count(|| limits.sign_up(HOME));
    for _ in 0..1_000 {
        assert_eq!(limits.sign_up(HOME), Err(180));
    }
}

#[test]
fn a_clock_set_back_does_not_extend_the_wait() {
    let limits = TestLimits::new();
    count(|| limits.sign_up(HOME));
    limits.advance_clock(-Duration::days(1));
    assert_eq!(limits.sign_up(HOME), Err(180));
    limits.advance_clock(Duration::seconds(180));
    assert_eq!(limits.sign_up(HOME), Ok(()));
}

#[test]
fn limits_are_per_ipv4_address_and_ipv6_network() {
    let limits = TestLimits::new();
    for number in 0..20 {
        assert_eq!(limits.sign_up(&format!("2001:db8:1:2:{number:x}::{number:x}")), Ok(()));
    }
    assert!(limits.sign_up("2001:db8:1:2:ffff:ffff:ffff:ffff").is_err());
    assert_eq!(limits.sign_up("2001:db8:1:3::1"), Ok(()));
    assert_eq!(count(|| limits.sign_up("192.0.2.1")), 20);
    assert!(limits.sign_up("::ffff:192.0.2.1").is_err());
    assert_eq!(limits.sign_up("192.0.2.2"), Ok(()));
}

#[test]
fn concurrent_requests_are_counted_one_by_one() {
    let limits = TestLimits::new();
    let together = Barrier::new(50);
    let log_in = || {
        together.wait();
        limits.log_in(HOME, ANN)
    };
    let verdicts: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..50).map(|_| scope.spawn(log_in)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(verdicts.iter().filter(|verdict| verdict.is_ok()).count(), 10);
}

#[test]
fn an_address_has_a_limit_over_all_accounts() {
    let limits = TestLimits::new();
    let mut number = 0;
    let guesses = count(|| {
        number += 1;
        limits.log_in(HOME, &format!("user{number}@example.com"))
    });
    assert_eq!(guesses, 60);
    assert_eq!(limits.log_in(HOME, ANN), Err(5));
    assert_eq!(limits.log_in("192.0.2.1", ANN), Ok(()));
}

#[test]
fn an_account_has_a_limit_over_unknown_addresses() {
    let limits = TestLimits::new();
    let mut number = 0;
    let guesses = count(|| {
        number += 1;
        limits.log_in(&format!("203.0.113.{number}"), if number % 2 == 0 { "ANN@example.com" } else { ANN })
    });
    assert_eq!(guesses, 50);
    assert_eq!(limits.log_in("192.0.2.1", ANN), Err(36));
    assert_eq!(limits.log_in("192.0.2.1", "bob@example.com"), Ok(()));
}

#[test]
fn one_address_cannot_use_up_the_account_limit() {
    let limits = TestLimits::new();
    for _ in 0..24 {
        count(|| limits.log_in("203.0.113.9", ANN));
        limits.advance_clock(Duration::hours(1));
    }
    assert_eq!(limits.log_in("192.0.2.1", ANN), Ok(()));
}

#[test]
fn unknown_addresses_do_not_lock_the_user_out() {
    let limits = TestLimits::new();
    limits.logs_in(HOME, ANN);
    limits.uses_up_the_limit_of_unknown_addresses(ANN);
    limits.logs_in(HOME, ANN);
    // a known address has a limit too
    assert_eq!(count(|| limits.log_in(HOME, ANN)), 10);
}

#[test]
fn a_sign_up_makes_the_address_known() {
    let limits = TestLimits::new();
    limits.limits.sign_up_accepted(address("2001:db8::1"), "Ann@Example.com");
    limits.uses_up_the_limit_of_unknown_addresses(ANN);
    assert_eq!(limits.log_in("2001:db8::2", ANN), Ok(()));
    assert!(limits.log_in("2001:db8:0:1::2", ANN).is_err());
}

#[test]
fn an_address_is_known_for_30_days_per_account() {
    let limits = TestLimits::new();
    limits.logs_in(HOME, ANN);
    limits.advance_clock(Duration::days(29));
    for email in [ANN, "bob@example.com"] {
        limits.uses_up_the_limit_of_unknown_addresses(email);
    }
    assert_eq!(limits.log_in(HOME, ANN), Ok(()));
    assert!(limits.log_in(HOME, "bob@example.com").is_err());
    limits.advance_clock(Duration::days(1));
    limits.uses_up_the_limit_of_unknown_addresses(ANN);
    assert!(limits.log_in(HOME, ANN).is_err());
}

#[test]
fn successful_log_ins_are_not_counted() {
    let limits = TestLimits::new();
    for _ in 0..6 {
        for _ in 0..9 {
            limits.logs_in(HOME, ANN);
        }
        limits.advance_clock(Duration::minutes(5));
    }
    assert_eq!(count(|| limits.log_in(HOME, ANN)), 10);
    // from ever new addresses
    for number in 0..60 {
        limits.logs_in(&format!("198.51.100.{number}"), "bob@example.com");
    }
    assert_eq!(limits.log_in("192.0.2.1", "bob@example.com"), Ok(()));
}

#[test]
fn a_log_in_does_not_reset_the_limit_of_another_account() {
    let limits = TestLimits::new();
    let guesses = count(|| {
        limits.log_in(HOME, "mallory@example.com")?;
        limits.limits.log_in_accepted(address(HOME), "mallory@example.com");
        limits.log_in(HOME, ANN)
    });
    assert_eq!(guesses, 10);
}

#[test]
fn accepted_passwords_are_not_counted() {
    let limits = TestLimits::new();
    for _ in 0..100 {
        assert_eq!(limits.password(HOME, "ann"), Ok(()));
        limits.limits.password_accepted(address(HOME), "ann");
    }
    assert_eq!(count(|| limits.password(HOME, "ann")), 10);
}

#[test]
fn a_password_has_a_limit_over_all_addresses() {
    let limits = TestLimits::new();
    let mut number = 0;
    let guesses = count(|| {
        number += 1;
        limits.password(&format!("203.0.113.{number}"), "ann")
    });
    assert_eq!(guesses, 20);
    assert_eq!(limits.password("192.0.2.1", "ann"), Err(90));
    assert_eq!(limits.password("192.0.2.1", "bob"), Ok(()));
}

#[test]
fn a_million_addresses_do_not_evict_a_limit() {
    let limits = TestLimits::new();
    count(|| limits.sign_up(HOME));
    for number in 0..1_000_000_u32 {
        assert_eq!(limits.sign_up(&Ipv4Addr::from_bits(number).to_string()), Ok(()));
    }
    assert_eq!(limits.sign_up(HOME), Err(180));
}

#[test]
fn rate_limit_off_limits_nothing() {
    let limits = TestLimits::with("off");
    for _ in 0..1_000 {
        assert_eq!(limits.sign_up(HOME), Ok(()));
        assert_eq!(limits.log_in(HOME, ANN), Ok(()));
        assert_eq!(limits.refresh(HOME), Ok(()));
        assert_eq!(limits.password(HOME, "ann"), Ok(()));
    }
    limits.limits.log_in_accepted(address(HOME), ANN);
    limits.limits.sign_up_accepted(address(HOME), ANN);
}
