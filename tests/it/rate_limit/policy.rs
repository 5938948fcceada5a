//! Rate limit policies: bursts, refill, `Retry-After`, limits per address and per account.

use std::{net::Ipv4Addr, sync::Barrier, thread};

use chrono::Duration;

use super::test_limits::{ANN, HOME, LimitOutcome, TestLimits, count};

#[test]
fn every_limit_has_a_burst_and_a_refill_rate() {
    type Attempt = fn(&TestLimits) -> LimitOutcome;
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
    let outcomes: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..50).map(|_| scope.spawn(log_in)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 10);
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
    limits.log_in_accepted(HOME, ANN);
    limits.sign_up_accepted(HOME, ANN);
}
