//! The routes that an unmodified Better Auth client calls, under `/api/auth` and `/api`: one file for each group.

mod body;
mod check_origin;
mod email_change;
mod email_verification;
mod error;
mod get_session;
mod jwks;
mod mail_request;
mod new_session;
mod password;
mod password_reset;
mod redirect;
mod request;
mod response;
mod session_headers;
mod sessions;
mod sign_in;
mod sign_out;
mod sign_up;
mod token;
mod user;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::check_origin::check_origin;

/// The paths below the prefix, except that of a reset's link, which has a parameter. A test compares them with the contract.
const PATHS: [&str; 22] = [
    "/change-email",
    "/change-password",
    "/delete-user",
    "/get-session",
    "/jwks",
    "/list-accounts",
    "/list-sessions",
    "/ok",
    "/request-password-reset",
    "/reset-password",
    "/revoke-other-sessions",
    "/revoke-session",
    "/revoke-sessions",
    "/send-verification-email",
    "/sign-in/email",
    "/sign-in/social",
    "/sign-out",
    "/sign-up/email",
    "/token",
    "/update-user",
    "/verify-email",
    "/verify-password",
];

/// Returns whether a path below the prefix is one of these routes. Other routes share the prefixes.
pub(super) fn is_route(path: &str) -> bool {
    PATHS.contains(&path)
        || path.strip_prefix("/reset-password/").is_some_and(|token| !token.is_empty() && !token.contains('/'))
}

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(sign_up::sign_up)
        .service(sign_in::sign_in)
        .service(sign_in::social)
        .service(get_session::get_session)
        .service(sign_out::sign_out)
        .service(sessions::list)
        .service(sessions::revoke)
        .service(sessions::revoke_others)
        .service(sessions::revoke_all)
        .service(password::change)
        .service(password::verify)
        .service(user::update)
        .service(user::delete)
        .service(user::list_accounts)
        .service(email_change::change)
        .service(email_verification::send)
        .service(email_verification::verify)
        .service(password_reset::send_mail)
        .service(password_reset::follow_link)
        .service(password_reset::reset)
        .service(jwks::jwks)
        .service(token::token)
        .service(token::ok);
}
