//! How often somebody may try: who is let through, who has to wait, and for how long to the second.

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

/// The limits of a service whose clock stands still unless it is told otherwise.
struct Watch {
    limits: Limits,
    milliseconds: Arc<AtomicI64>,
}

/// `Err` holds the seconds to wait.
type Passed = Result<(), u64>;

impl Watch {
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

    fn sign_up(&self, from: &str) -> Passed {
        passed(self.limits.check_sign_up(address(from)))
    }

    fn log_in(&self, from: &str, email: &str) -> Passed {
        passed(self.limits.check_log_in(address(from), email))
    }

    fn refresh(&self, from: &str) -> Passed {
        passed(self.limits.check_refresh(address(from)))
    }

    fn password(&self, from: &str, user: &str) -> Passed {
        passed(self.limits.check_password(address(from), user))
    }

    /// With the right password.
    fn logs_in(&self, from: &str, email: &str) {
        assert_eq!(self.log_in(from, email), Ok(()));
        self.limits.log_in_accepted(address(from), email);
    }

    /// Wrong passwords from one address after another, until all the world has to wait.
    fn is_besieged(&self, email: &str) {
        for number in 0..6 {
            while self.log_in(&format!("203.0.113.{number}"), email).is_ok() {}
        }
        assert!(self.log_in("203.0.113.99", email).is_err());
    }
}

fn address(text: &str) -> ClientAddress {
    ClientAddress::new(text.parse().unwrap())
}

fn passed(verdict: Result<(), impl ResponseError>) -> Passed {
    verdict.map_err(|problem| {
        let response = problem.error_response();
        assert_eq!(response.status(), 429);
        response.headers().get("retry-after").unwrap().to_str().unwrap().parse().unwrap()
    })
}

/// How many pass before the first that does not.
fn count(mut passes: impl FnMut() -> Passed) -> usize {
    (0..10_000).take_while(|_| passes().is_ok()).count()
}

const HOME: &str = "198.51.100.1";
const ANN: &str = "ann@example.com";

#[test]
fn each_limit_lets_a_burst_through_and_then_so_many_an_hour() {
    type Attempt = fn(&Watch) -> Passed;
    let limits: [(&str, Attempt, usize, u64); 4] = [
        ("sign up", |watch| watch.sign_up(HOME), 20, 180),
        ("log in", |watch| watch.log_in(HOME, ANN), 10, 180),
        ("refresh", |watch| watch.refresh(HOME), 120, 1),
        ("password", |watch| watch.password(HOME, "ann"), 10, 180),
    ];
    for (name, attempt, at_once, seconds) in limits {
        let watch = Watch::new();
        assert_eq!(count(|| attempt(&watch)), at_once, "{name}");
        for _ in 0..3 {
            watch.advance_clock(Duration::seconds(seconds.cast_signed()));
            assert_eq!(count(|| attempt(&watch)), 1, "{name}");
        }
        watch.advance_clock(Duration::hours(2));
        assert_eq!(count(|| attempt(&watch)), at_once, "{name}");
    }
}

#[test]
fn retry_after_is_exact() {
    let watch = Watch::new();
    count(|| watch.sign_up(HOME));
    for (passes, wait) in [(0, 180), (1, 180), (999, 179), (1, 179), (178_998, 1)] {
        watch.advance_clock(Duration::milliseconds(passes));
        assert_eq!(watch.sign_up(HOME), Err(wait), "after {passes} ms");
    }
    watch.advance_clock(Duration::milliseconds(1));
    assert_eq!(watch.sign_up(HOME), Ok(()));
}

#[test]
fn who_is_refused_does_not_wait_longer_for_asking() {
    let watch = Watch::new();
    count(|| watch.sign_up(HOME));
    for _ in 0..1_000 {
        assert_eq!(watch.sign_up(HOME), Err(180));
    }
}

#[test]
fn a_clock_that_is_set_back_keeps_nobody_waiting() {
    let watch = Watch::new();
    count(|| watch.sign_up(HOME));
    watch.advance_clock(-Duration::days(1));
    assert_eq!(watch.sign_up(HOME), Err(180));
    watch.advance_clock(Duration::seconds(180));
    assert_eq!(watch.sign_up(HOME), Ok(()));
}

#[test]
fn addresses_are_counted_apart_and_an_ipv6_network_as_one() {
    let watch = Watch::new();
    for number in 0..20 {
        assert_eq!(watch.sign_up(&format!("2001:db8:1:2:{number:x}::{number:x}")), Ok(()));
    }
    assert!(watch.sign_up("2001:db8:1:2:ffff:ffff:ffff:ffff").is_err());
    assert_eq!(watch.sign_up("2001:db8:1:3::1"), Ok(()));
    assert_eq!(count(|| watch.sign_up("192.0.2.1")), 20);
    assert!(watch.sign_up("::ffff:192.0.2.1").is_err());
    assert_eq!(watch.sign_up("192.0.2.2"), Ok(()));
}

#[test]
fn many_at_once_do_not_pass_as_one() {
    let watch = Watch::new();
    let together = Barrier::new(50);
    let log_in = || {
        together.wait();
        watch.log_in(HOME, ANN)
    };
    let verdicts: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..50).map(|_| scope.spawn(log_in)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(verdicts.iter().filter(|verdict| verdict.is_ok()).count(), 10);
}

#[test]
fn an_address_is_counted_over_all_accounts() {
    let watch = Watch::new();
    let mut number = 0;
    let guesses = count(|| {
        number += 1;
        watch.log_in(HOME, &format!("user{number}@example.com"))
    });
    assert_eq!(guesses, 60);
    assert_eq!(watch.log_in(HOME, ANN), Err(5));
    assert_eq!(watch.log_in("192.0.2.1", ANN), Ok(()));
}

#[test]
fn an_account_is_counted_over_all_strangers_however_its_e_mail_is_cased() {
    let watch = Watch::new();
    let mut number = 0;
    let guesses = count(|| {
        number += 1;
        watch.log_in(&format!("203.0.113.{number}"), if number % 2 == 0 { "ANN@example.com" } else { ANN })
    });
    assert_eq!(guesses, 50);
    assert_eq!(watch.log_in("192.0.2.1", ANN), Err(36));
    assert_eq!(watch.log_in("192.0.2.1", "bob@example.com"), Ok(()));
}

#[test]
fn one_stranger_does_not_use_up_what_all_have() {
    let watch = Watch::new();
    for _ in 0..24 {
        count(|| watch.log_in("203.0.113.9", ANN));
        watch.advance_clock(Duration::hours(1));
    }
    assert_eq!(watch.log_in("192.0.2.1", ANN), Ok(()));
}

#[test]
fn strangers_do_not_lock_the_owner_out() {
    let watch = Watch::new();
    watch.logs_in(HOME, ANN);
    watch.is_besieged(ANN);
    watch.logs_in(HOME, ANN);
    // still, even there nobody guesses without end
    assert_eq!(count(|| watch.log_in(HOME, ANN)), 10);
}

#[test]
fn where_somebody_signed_up_they_are_no_stranger() {
    let watch = Watch::new();
    watch.limits.sign_up_accepted(address("2001:db8::1"), "Ann@Example.com");
    watch.is_besieged(ANN);
    assert_eq!(watch.log_in("2001:db8::2", ANN), Ok(()));
    assert!(watch.log_in("2001:db8:0:1::2", ANN).is_err());
}

#[test]
fn an_address_is_known_for_thirty_days_to_that_account_alone() {
    let watch = Watch::new();
    watch.logs_in(HOME, ANN);
    watch.advance_clock(Duration::days(29));
    for email in [ANN, "bob@example.com"] {
        watch.is_besieged(email);
    }
    assert_eq!(watch.log_in(HOME, ANN), Ok(()));
    assert!(watch.log_in(HOME, "bob@example.com").is_err());
    watch.advance_clock(Duration::days(1));
    watch.is_besieged(ANN);
    assert!(watch.log_in(HOME, ANN).is_err());
}

#[test]
fn who_logs_in_is_not_counted_as_who_guesses() {
    let watch = Watch::new();
    for _ in 0..6 {
        for _ in 0..9 {
            watch.logs_in(HOME, ANN);
        }
        watch.advance_clock(Duration::minutes(5));
    }
    assert_eq!(count(|| watch.log_in(HOME, ANN)), 10);
    // from ever new places
    for number in 0..60 {
        watch.logs_in(&format!("198.51.100.{number}"), "bob@example.com");
    }
    assert_eq!(watch.log_in("192.0.2.1", "bob@example.com"), Ok(()));
}

#[test]
fn who_logs_in_to_one_account_guesses_no_more_at_another() {
    let watch = Watch::new();
    let guesses = count(|| {
        watch.log_in(HOME, "mallory@example.com")?;
        watch.limits.log_in_accepted(address(HOME), "mallory@example.com");
        watch.log_in(HOME, ANN)
    });
    assert_eq!(guesses, 10);
}

#[test]
fn who_knows_the_password_is_not_counted_as_who_guesses() {
    let watch = Watch::new();
    for _ in 0..100 {
        assert_eq!(watch.password(HOME, "ann"), Ok(()));
        watch.limits.password_accepted(address(HOME), "ann");
    }
    assert_eq!(count(|| watch.password(HOME, "ann")), 10);
}

#[test]
fn a_password_is_counted_over_all_addresses_too() {
    let watch = Watch::new();
    let mut number = 0;
    let guesses = count(|| {
        number += 1;
        watch.password(&format!("203.0.113.{number}"), "ann")
    });
    assert_eq!(guesses, 20);
    assert_eq!(watch.password("192.0.2.1", "ann"), Err(90));
    assert_eq!(watch.password("192.0.2.1", "bob"), Ok(()));
}

#[test]
fn a_million_strangers_do_not_free_who_has_to_wait() {
    let watch = Watch::new();
    count(|| watch.sign_up(HOME));
    for number in 0..1_000_000_u32 {
        assert_eq!(watch.sign_up(&Ipv4Addr::from_bits(number).to_string()), Ok(()));
    }
    assert_eq!(watch.sign_up(HOME), Err(180));
}

#[test]
fn off_is_off() {
    let watch = Watch::with("off");
    for _ in 0..1_000 {
        assert_eq!(watch.sign_up(HOME), Ok(()));
        assert_eq!(watch.log_in(HOME, ANN), Ok(()));
        assert_eq!(watch.refresh(HOME), Ok(()));
        assert_eq!(watch.password(HOME, "ann"), Ok(()));
    }
    watch.limits.log_in_accepted(address(HOME), ANN);
    watch.limits.sign_up_accepted(address(HOME), ANN);
}
