//! The mails and their texts.

use std::fmt;

use url::Url;

/// A mail with a link.
pub(crate) struct Mail {
    /// The recipient's email address.
    pub(crate) to: String,
    pub(crate) purpose: Purpose,
    pub(crate) link: String,
}

/// What the link of a mail does.
pub(crate) enum Purpose {
    /// Leads to the page where a new password is chosen.
    ResetPassword,
    /// Verifies the recipient's email address.
    VerifyEmail,
    /// Approves, from the current address, that another one replaces it.
    ApproveEmailChange {
        /// The new address.
        new_email: String,
    },
    /// Verifies a new address, which then replaces the current one.
    VerifyNewEmail,
}

impl Purpose {
    pub(super) fn subject(&self) -> &'static str {
        match self {
            Self::ResetPassword => "Reset your password",
            Self::VerifyEmail => "Verify your email address",
            Self::ApproveEmailChange { .. } => "Approve the change of your email address",
            Self::VerifyNewEmail => "Verify your new email address",
        }
    }

    fn request(&self) -> String {
        match self {
            Self::ResetPassword => "Open this link to choose a new password:".into(),
            Self::VerifyEmail => "Open this link to verify your email address:".into(),
            Self::ApproveEmailChange { new_email } => {
                format!("Open this link to approve that {new_email} becomes the email address of your account:")
            }
            Self::VerifyNewEmail => "Open this link to make this the email address of your account:".into(),
        }
    }
}

impl Mail {
    /// Returns the text without markup.
    pub(super) fn plain_text(&self) -> String {
        let (request, link, note) = (self.purpose.request(), &self.link, self.note());
        format!("Hello,\n\n{request}\n\n{link}\n\n{note}\n")
    }

    /// Returns the text as HTML.
    pub(super) fn html(&self) -> String {
        let (request, link, note) = (escape(&self.purpose.request()), escape(&self.link), escape(&self.note()));
        let button = escape(self.purpose.subject());
        format!(
            "<!doctype html>\n<p>Hello,</p>\n<p>{request}</p>\n<p><a href=\"{link}\">{button}</a></p>\n<p>{note}</p>\n"
        )
    }

    fn note(&self) -> String {
        let url = Url::parse(&self.link).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        format!("The link is valid for one hour. If you did not ask for it at {host}, ignore this mail.")
    }
}

/// Omits the link, which is a credential.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("subject", &self.purpose.subject()).finish_non_exhaustive()
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_escaped() {
        let purpose = Purpose::ApproveEmailChange { new_email: "<b>&\"@example.com".into() };
        let mail = Mail { to: "ann@example.com".into(), purpose, link: "https://example.com/?a=1&b=\"<i>".into() };
        let html = mail.html();
        assert!(html.contains("&lt;b&gt;&amp;&quot;@example.com"), "{html}");
        assert!(html.contains(r#"href="https://example.com/?a=1&amp;b=&quot;&lt;i&gt;""#), "{html}");
        assert!(mail.plain_text().contains(&mail.link));
    }
}
