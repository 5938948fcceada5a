//! The links in mails.

use actix_web::HttpRequest;
use percent_encoding::utf8_percent_encode;

use crate::{auth::URI_COMPONENT, http::TrustedOrigins};

/// The prefix of the routes that links lead to.
const ROUTES: &str = "/api/auth";

/// The origins in the links of a mail.
pub(crate) struct MailLinks {
    base: String,
    /// The page that requested the mail, if it is known.
    page: Option<String>,
}

impl MailLinks {
    pub(crate) fn new(origins: &TrustedOrigins, request: &HttpRequest) -> Self {
        Self { base: format!("{}{ROUTES}", origins.own_origin(request)), page: origins.page(request) }
    }

    /// Returns the URL below which the routes are.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Returns a link to `route`, which ends in `?` or `&`, and from there to `target`. A path is one of the page that requested
    /// the mail: the service itself has no pages.
    pub(crate) fn to(&self, route: &str, target: &str) -> String {
        let page = self.page.as_deref().filter(|_| target.starts_with('/')).unwrap_or_default();
        let target = format!("{page}{target}");
        format!("{}{route}callbackURL={}", self.base, utf8_percent_encode(&target, URI_COMPONENT))
    }
}
