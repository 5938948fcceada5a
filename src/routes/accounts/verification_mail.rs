//! The mail that verifies an email address, and the rule that it must be verified.

use actix_web::HttpRequest;
use entity::account::Profile;

use super::services::AccountServices;
use crate::{
    http::{
        TrustedOrigins,
        extract::ClientIp,
        problem::{Kind, Problem},
    },
    mail::{Mail, MailLinks, MailSlot, Purpose},
    tokens::EmailPurpose,
};

/// The page that a link leads to unless its request names another one.
pub(in crate::routes) const DEFAULT_TARGET: &str = "/";

/// A mail that verifies an email address, and where its link leads.
pub(in crate::routes) struct VerificationMail {
    pub(in crate::routes) links: MailLinks,
    /// A path, or a URL of a trusted origin.
    pub(in crate::routes) target: Option<String>,
}

impl VerificationMail {
    pub(super) fn new(origins: &TrustedOrigins, request: &HttpRequest) -> Self {
        Self { links: MailLinks::new(origins, request), target: None }
    }
}

impl AccountServices {
    /// Queues a mail with a link for `purpose`, to the user or, once they have approved a change, to the new address.
    pub(in crate::routes) fn send_email_link(
        &self,
        slot: MailSlot,
        user: &Profile,
        purpose: EmailPurpose,
        mail: &VerificationMail,
    ) -> Result<(), Problem> {
        let (to, mail_purpose) = match &purpose {
            EmailPurpose::Verify => (&user.email, Purpose::VerifyEmail),
            EmailPurpose::ApproveChange { new_email } => {
                (&user.email, Purpose::ApproveEmailChange { new_email: new_email.clone() })
            }
            EmailPurpose::Change { new_email } => (new_email, Purpose::VerifyNewEmail),
        };
        let to = to.clone();
        let token = self.email_tokens.sign(user, purpose, self.clock.now());
        let token = token.map_err(|error| Problem::new(Kind::Internal).with_cause(error))?;
        let target = mail.target.as_deref().unwrap_or(DEFAULT_TARGET);
        let link = mail.links.to(&format!("/verify-email?token={token}&"), target);
        slot.send(Mail { to, purpose: mail_purpose, link });
        Ok(())
    }

    /// Mails a link that verifies the user's address, unless the recipient's limit is exceeded or no mail can be sent.
    pub(in crate::routes) async fn offer_verification(&self, from: ClientIp, user: &Profile, mail: &VerificationMail) {
        let slot = self.limits.check_mail(from, &user.email).await.and_then(|()| self.mailer.reserve());
        let sent = match slot {
            Ok(Some(slot)) => self.send_email_link(slot, user, EmailPurpose::Verify, mail),
            Ok(None) => Ok(()),
            Err(problem) => Err(problem),
        };
        if let Err(problem) = sent {
            log::warn!(cause = problem.cause().unwrap_or("-"); "verification mail not sent");
        }
    }
}

/// Returns the problem of a log-in, or of a sign-up, whose address is not verified.
pub(super) fn email_not_verified() -> Problem {
    Problem::new(Kind::Forbidden)
        .with_detail("Verify your email address before you log in. If mail is enabled, a link has been sent to it.")
}
