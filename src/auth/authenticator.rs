//! All doors in order, and the one verdict that comes of them.

use chrono::{DateTime, Utc};

use super::{
    error::Reason,
    principal::Principal,
    revocations::Revocations,
    validation::Claims,
    verifier::{KeySetState, Verdict, Verifier},
};
use crate::{
    clock::Clock,
    jose::{Quoted, Unproven},
};

/// Tells from a bearer token who is calling.
pub struct Authenticator {
    doors: Vec<Box<dyn Verifier>>,
    revocations: Revocations,
    clock: Clock,
}

impl Authenticator {
    /// An authenticator with these doors; a token is judged by the first that knows its kind, and refused if it was revoked.
    #[must_use]
    pub fn new(doors: Vec<Box<dyn Verifier>>, clock: Clock) -> Self {
        Self { doors, revocations: Revocations::default(), clock }
    }

    /// The caller, if the token proves one.
    pub(in crate::auth) async fn authenticate(&self, token: &str) -> Result<Principal, Reason> {
        self.judge(token, self.clock.now()).await.map(Principal::of)
    }

    /// What the token says, if it is let in at the instant `now`.
    ///
    /// # Errors
    ///
    /// The [`Reason`] for which it is not.
    pub async fn judge(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, Reason> {
        let token = Unproven::parse(token)?;
        for door in &self.doors {
            match door.judge(&token, now).await {
                Verdict::NotMine => {}
                Verdict::Proven(claims) if self.revocations.hold(&claims, || token.signed_hash()) => {
                    return Err(Reason::Revoked);
                }
                Verdict::Proven(claims) => return Ok(claims),
                Verdict::Refused(reason) => return Err(reason),
            }
        }
        Err(Reason::NoVerifier {
            algorithm: Quoted::new(token.algorithm()),
            media_type: token.media_type().map(Quoted::new),
            accepted: self.accepts(),
        })
    }

    /// The settings that opened the doors, and what each lets in.
    pub(crate) fn accepts(&self) -> String {
        self.doors.iter().map(|door| door.accepts()).collect::<Vec<_>>().join(" and ")
    }

    /// What it does not let in any more.
    #[must_use]
    pub fn revocations(&self) -> &Revocations {
        &self.revocations
    }

    /// How the fetched keys are, if any door has some.
    pub(crate) fn key_set(&self) -> Option<KeySetState> {
        let now = self.clock.now();
        self.doors.iter().find_map(|door| door.key_set(now))
    }
}
