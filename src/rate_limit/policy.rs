//! The limits, and the keys they count.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    time::Duration,
};

use governor::{clock::Clock as _, nanos::Nanos};

use super::{
    clock::MonotonicClock,
    limiter::{Limiter, Rate},
    store::BoundedStore,
};
use crate::{
    clock::Clock,
    config::Config,
    http::{extract::ClientIp, problem::Problem},
};

/// Allows a class of students behind one address.
const SIGN_UP_PER_ADDRESS: Rate = Rate { name: "sign-ups from one address", burst: 20, per_hour: 20 };

/// Allows an office that logs in at the same time.
const LOG_IN_PER_ADDRESS: Rate = Rate { name: "log-ins from one address", burst: 60, per_hour: 720 };

/// Successful log-ins are not counted.
const LOG_IN_PER_ACCOUNT_AND_ADDRESS: Rate =
    Rate { name: "log-ins to one account from one address", burst: 10, per_hour: 20 };

/// Limits guessing from many addresses. Successful log-ins are not counted, and known addresses are exempt. Five times
/// [`LOG_IN_PER_ACCOUNT_AND_ADDRESS`], so that a single address cannot exhaust it.
const LOG_IN_FROM_UNKNOWN_ADDRESSES: Rate =
    Rate { name: "log-ins to one account from unknown addresses", burst: 50, per_hour: 100 };

/// Allows a front end that refreshes for all its users from one address.
const REFRESH_PER_ADDRESS: Rate = Rate { name: "refreshes from one address", burst: 120, per_hour: 3_600 };

/// Limits guessing with a stolen access token. Correct passwords are not counted.
const PASSWORD_PER_ACCOUNT_AND_ADDRESS: Rate =
    Rate { name: "password checks for one account from one address", burst: 10, per_hour: 20 };
const PASSWORD_PER_ACCOUNT: Rate = Rate { name: "password checks for one account", burst: 20, per_hour: 40 };

/// Limits the mails that a client can cause. Links stay valid for an hour, so that few are needed.
const MAIL_PER_ADDRESS: Rate = Rate { name: "mails requested from one address", burst: 20, per_hour: 60 };
const MAIL_PER_RECIPIENT: Rate = Rate { name: "mails to one recipient", burst: 5, per_hour: 10 };

/// Limits the work of resets; their tokens cannot be guessed.
const PASSWORD_RESET_PER_ADDRESS: Rate = Rate { name: "password resets from one address", burst: 20, per_hour: 60 };

/// How long an address stays known to an account after a log-in.
const KNOWN_ADDRESS_TTL: Duration = Duration::from_hours(30 * 24);

/// The rate limits of one process. Replicas do not share counts.
pub struct Limits(Option<Limiters>);

struct Limiters {
    sign_up_per_address: Limiter,
    log_in_per_address: Limiter,
    log_in_per_account_and_address: Limiter,
    log_in_from_unknown_addresses: Limiter,
    refresh_per_address: Limiter,
    password_per_account_and_address: Limiter,
    password_per_account: Limiter,
    mail_per_address: Limiter,
    mail_per_recipient: Limiter,
    password_reset_per_address: Limiter,
    /// Addresses that have logged in to an account.
    known_addresses: BoundedStore,
    clock: MonotonicClock,
    /// Keyed at random: clients cannot predict keys, and keys reveal no address or e-mail.
    hasher: RandomState,
}

impl Limits {
    /// Creates the limits. With `RATE_LIMIT=off` they accept everything.
    #[must_use]
    pub fn new(config: &Config, clock: &Clock) -> Self {
        Self(config.rate_limit.then(|| Limiters::new(MonotonicClock::new(clock))))
    }

    /// Counts a sign-up attempt.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub fn check_sign_up(&self, from: ClientIp) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        limiters.sign_up_per_address.check(limiters.address_key(from))
    }

    /// Records a successful sign-up: the address is known to the account.
    pub fn sign_up_accepted(&self, from: ClientIp, email: &str) {
        if let Some(limiters) = &self.0 {
            limiters.mark_known(limiters.account_address_key(from, email));
        }
    }

    /// Counts a log-in attempt.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub fn check_log_in(&self, from: ClientIp, email: &str) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        let account_address = limiters.account_address_key(from, email);
        limiters.log_in_per_address.check(limiters.address_key(from))?;
        limiters.log_in_per_account_and_address.check(account_address)?;
        if limiters.is_known(account_address) {
            Ok(())
        } else {
            limiters.log_in_from_unknown_addresses.check(limiters.account_key(email))
        }
    }

    /// Records a successful log-in: refunds its per-account counts and marks the address as known.
    pub fn log_in_accepted(&self, from: ClientIp, email: &str) {
        let Some(limiters) = &self.0 else { return };
        let account_address = limiters.account_address_key(from, email);
        limiters.log_in_per_account_and_address.refund(account_address);
        if !limiters.is_known(account_address) {
            limiters.log_in_from_unknown_addresses.refund(limiters.account_key(email));
        }
        limiters.mark_known(account_address);
    }

    /// Counts a refresh.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub fn check_refresh(&self, from: ClientIp) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        limiters.refresh_per_address.check(limiters.address_key(from))
    }

    /// Counts a check of the current password by an authenticated user.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub fn check_password(&self, from: ClientIp, user: &str) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        limiters.password_per_account_and_address.check(limiters.account_address_key(from, user))?;
        limiters.password_per_account.check(limiters.account_key(user))
    }

    /// Records that the password was correct: refunds the attempt.
    pub fn password_accepted(&self, from: ClientIp, user: &str) {
        let Some(limiters) = &self.0 else { return };
        limiters.password_per_account_and_address.refund(limiters.account_address_key(from, user));
        limiters.password_per_account.refund(limiters.account_key(user));
    }

    /// Counts a mail to `recipient` that a client requests, whether the recipient has an account or not.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub fn check_mail(&self, from: ClientIp, recipient: &str) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        limiters.mail_per_address.check(limiters.address_key(from))?;
        limiters.mail_per_recipient.check(limiters.account_key(recipient))
    }

    /// Counts a reset of a password.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub fn check_password_reset(&self, from: ClientIp) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        limiters.password_reset_per_address.check(limiters.address_key(from))
    }
}

impl Limiters {
    fn new(clock: MonotonicClock) -> Self {
        let limiter = |rate| Limiter::new(rate, &clock);
        Self {
            sign_up_per_address: limiter(&SIGN_UP_PER_ADDRESS),
            log_in_per_address: limiter(&LOG_IN_PER_ADDRESS),
            log_in_per_account_and_address: limiter(&LOG_IN_PER_ACCOUNT_AND_ADDRESS),
            log_in_from_unknown_addresses: limiter(&LOG_IN_FROM_UNKNOWN_ADDRESSES),
            refresh_per_address: limiter(&REFRESH_PER_ADDRESS),
            password_per_account_and_address: limiter(&PASSWORD_PER_ACCOUNT_AND_ADDRESS),
            password_per_account: limiter(&PASSWORD_PER_ACCOUNT),
            mail_per_address: limiter(&MAIL_PER_ADDRESS),
            mail_per_recipient: limiter(&MAIL_PER_RECIPIENT),
            password_reset_per_address: limiter(&PASSWORD_RESET_PER_ADDRESS),
            known_addresses: BoundedStore::new(),
            hasher: RandomState::new(),
            clock,
        }
    }

    fn address_key(&self, from: ClientIp) -> u64 {
        self.hasher.hash_one(from.network())
    }

    fn account_key(&self, name: &str) -> u64 {
        self.hasher.hash_one(name.to_lowercase())
    }

    fn account_address_key(&self, from: ClientIp, name: &str) -> u64 {
        self.hasher.hash_one::<(IpAddr, String)>((from.network(), name.to_lowercase()))
    }

    fn mark_known(&self, account_address_key: u64) {
        self.known_addresses.insert(account_address_key, self.clock.now() + Nanos::from(KNOWN_ADDRESS_TTL));
    }

    fn is_known(&self, account_address_key: u64) -> bool {
        self.known_addresses.expiry(account_address_key).is_some_and(|expires| expires > self.clock.now())
    }
}
