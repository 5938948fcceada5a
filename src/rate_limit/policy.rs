//! The limits, and the keys they count.

use std::sync::Arc;

use entity::RateLimitCounters;

use super::{
    clock::MonotonicClock,
    key::KeyHasher,
    known_addresses::KnownAddresses,
    limiter::{Limiter, Rate},
    shared::SharedCounters,
};
use crate::{
    clock::Clock,
    config::Config,
    http::{extract::ClientIp, problem::Problem},
};

/// Allows a class of students behind one address.
const SIGN_UP_PER_ADDRESS: Rate = Rate {
    label: "sign_up_per_address",
    name: "sign-ups from one address",
    burst: 20,
    per_hour: 20,
    shared_id: Some("sign-up/address"),
};

/// Allows an office that logs in at the same time.
const LOG_IN_PER_ADDRESS: Rate = Rate {
    label: "log_in_per_address",
    name: "log-ins from one address",
    burst: 60,
    per_hour: 720,
    shared_id: Some("log-in/address"),
};

/// Successful log-ins are not counted.
const LOG_IN_PER_ACCOUNT_AND_ADDRESS: Rate = Rate {
    label: "log_in_per_account_and_address",
    name: "log-ins to one account from one address",
    burst: 10,
    per_hour: 20,
    shared_id: Some("log-in/account+address"),
};

/// Limits guessing from many addresses. Successful log-ins are not counted, and known addresses are exempt. Five times
/// [`LOG_IN_PER_ACCOUNT_AND_ADDRESS`], so that a single address cannot exhaust it.
const LOG_IN_FROM_UNKNOWN_ADDRESSES: Rate = Rate {
    label: "log_in_from_unknown_addresses",
    name: "log-ins to one account from unknown addresses",
    burst: 50,
    per_hour: 100,
    shared_id: Some("log-in/account"),
};

/// Allows a front end that refreshes for all its users from one address. Refresh tokens cannot be guessed, so that replicas need
/// not share the count.
const REFRESH_PER_ADDRESS: Rate = Rate {
    label: "refresh_per_address",
    name: "refreshes from one address",
    burst: 120,
    per_hour: 3_600,
    shared_id: None,
};

/// Limits guessing with a stolen access token. Correct passwords are not counted.
const PASSWORD_PER_ACCOUNT_AND_ADDRESS: Rate = Rate {
    label: "password_per_account_and_address",
    name: "password checks for one account from one address",
    burst: 10,
    per_hour: 20,
    shared_id: Some("password/account+address"),
};
const PASSWORD_PER_ACCOUNT: Rate = Rate {
    label: "password_per_account",
    name: "password checks for one account",
    burst: 20,
    per_hour: 40,
    shared_id: Some("password/account"),
};

/// Limits the mails that a client can cause. Links stay valid for an hour, so that few are needed.
const MAIL_PER_ADDRESS: Rate = Rate {
    label: "mail_per_address",
    name: "mails requested from one address",
    burst: 20,
    per_hour: 60,
    shared_id: Some("mail/address"),
};
const MAIL_PER_RECIPIENT: Rate = Rate {
    label: "mail_per_recipient",
    name: "mails to one recipient",
    burst: 5,
    per_hour: 10,
    shared_id: Some("mail/recipient"),
};

/// Limits the work of resets; their tokens cannot be guessed, so that replicas need not share the count.
const PASSWORD_RESET_PER_ADDRESS: Rate = Rate {
    label: "password_reset_per_address",
    name: "password resets from one address",
    burst: 20,
    per_hour: 60,
    shared_id: None,
};

/// The rate limits. Replicas share counts with `RATE_LIMIT_STORE=database`.
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
    known_addresses: KnownAddresses,
    keys: KeyHasher,
}

impl Limits {
    /// Creates the limits. With `RATE_LIMIT=off` they accept everything. `counters` are those of `RATE_LIMIT_STORE=database`.
    #[must_use]
    pub fn new(config: &Config, clock: &Clock, counters: Option<RateLimitCounters>) -> Self {
        let shared = counters.zip(config.secrets.as_ref());
        let shared = shared.map(|(counters, secrets)| SharedCounters::new(counters, clock, secrets.first()).into());
        Self(config.rate_limit.is_some().then(|| Limiters::new(&MonotonicClock::new(clock), shared.as_ref())))
    }

    /// Counts a sign-up attempt.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub async fn check_sign_up(&self, from: ClientIp) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        limiters.sign_up_per_address.check(&limiters.keys.address(from)).await
    }

    /// Records a successful sign-up: the address is known to the account.
    pub async fn sign_up_accepted(&self, from: ClientIp, email: &str) {
        if let Some(limiters) = &self.0 {
            limiters.known_addresses.insert(&limiters.keys.account_and_address(from, email)).await;
        }
    }

    /// Counts a log-in attempt.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub async fn check_log_in(&self, from: ClientIp, email: &str) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        let account_address = limiters.keys.account_and_address(from, email);
        limiters.log_in_per_address.check(&limiters.keys.address(from)).await?;
        limiters.log_in_per_account_and_address.check(&account_address).await?;
        if limiters.known_addresses.contains(&account_address).await {
            Ok(())
        } else {
            limiters.log_in_from_unknown_addresses.check(&limiters.keys.account(email)).await
        }
    }

    /// Records a successful log-in: refunds its per-account counts and marks the address as known.
    pub async fn log_in_accepted(&self, from: ClientIp, email: &str) {
        let Some(limiters) = &self.0 else { return };
        let account_address = limiters.keys.account_and_address(from, email);
        limiters.log_in_per_account_and_address.refund(&account_address).await;
        if !limiters.known_addresses.contains(&account_address).await {
            limiters.log_in_from_unknown_addresses.refund(&limiters.keys.account(email)).await;
        }
        limiters.known_addresses.insert(&account_address).await;
    }

    /// Counts a refresh.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub async fn check_refresh(&self, from: ClientIp) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        limiters.refresh_per_address.check(&limiters.keys.address(from)).await
    }

    /// Counts a check of the current password by an authenticated user.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub async fn check_password(&self, from: ClientIp, user: &str) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        limiters.password_per_account_and_address.check(&limiters.keys.account_and_address(from, user)).await?;
        limiters.password_per_account.check(&limiters.keys.account(user)).await
    }

    /// Records that the password was correct: refunds the attempt.
    pub async fn password_accepted(&self, from: ClientIp, user: &str) {
        let Some(limiters) = &self.0 else { return };
        limiters.password_per_account_and_address.refund(&limiters.keys.account_and_address(from, user)).await;
        limiters.password_per_account.refund(&limiters.keys.account(user)).await;
    }

    /// Counts a mail to `recipient` that a client requests, whether the recipient has an account or not.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub async fn check_mail(&self, from: ClientIp, recipient: &str) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        limiters.mail_per_address.check(&limiters.keys.address(from)).await?;
        limiters.mail_per_recipient.check(&limiters.keys.account(recipient)).await
    }

    /// Counts a reset of a password.
    ///
    /// # Errors
    ///
    /// 429 with `Retry-After`.
    pub async fn check_password_reset(&self, from: ClientIp) -> Result<(), Problem> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        limiters.password_reset_per_address.check(&limiters.keys.address(from)).await
    }
}

impl Limiters {
    fn new(clock: &MonotonicClock, shared: Option<&Arc<SharedCounters>>) -> Self {
        let limiter = |rate| Limiter::new(rate, clock, shared);
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
            known_addresses: KnownAddresses::new(clock.clone(), shared.cloned()),
            keys: KeyHasher::default(),
        }
    }
}
