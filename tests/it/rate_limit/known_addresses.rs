//! Log-ins: unknown addresses share a limit for each account; addresses that logged in recently have one of their own.

use chrono::Duration;

use super::test_limits::{ANN, HOME, TestLimits, count};

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
    limits.sign_up_accepted("2001:db8::1", "Ann@Example.com");
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
        limits.log_in_accepted(HOME, "mallory@example.com");
        limits.log_in(HOME, ANN)
    });
    assert_eq!(guesses, 10);
}

#[test]
fn accepted_passwords_are_not_counted() {
    let limits = TestLimits::new();
    for _ in 0..100 {
        assert_eq!(limits.password(HOME, "ann"), Ok(()));
        limits.password_accepted(HOME, "ann");
    }
    assert_eq!(count(|| limits.password(HOME, "ann")), 10);
}
