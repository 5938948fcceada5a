//! Signing up, logging in and going on: whoever does is not proven yet.

use actix_web::{HttpResponse, http::StatusCode, post, web::Data};
use entity::account::{Credential, NewAccount, Renewal, SignUp};

use super::{
    desk::Desk,
    dto::Tokens,
    input::{LogInInput, RefreshInput, SignUpInput},
};
use crate::{
    accounts::Reception,
    auth::unproven,
    problem::{Kind, Problem, ValidJson},
    sessions::Granted,
    telemetry::Caller,
};

/// Sign up.
///
/// Makes an account in Better Auth's tables, so that the same e-mail address and password sign in there too.
#[utoipa::path(
    operation_id = "signUp", tag = "auth", request_body = SignUpInput,
    responses((status = 201, description = "The account is there, and signed in.", body = Tokens))
)]
#[post("")]
pub(crate) async fn sign_up(
    Reception { accounts, address, user_agent }: Reception,
    desk: Data<Desk>,
    ValidJson(input): ValidJson<SignUpInput>,
) -> Result<HttpResponse, Problem> {
    desk.limits.sign_up(address)?;
    let (email, password_hash) =
        (input.email.to_lowercase(), desk.hasher.hash(input.password.fit()?).await?.to_stored());
    let now = desk.clock.now();
    let (token, session) = desk.sessions.opening(address.to_string(), user_agent, now)?;
    let account = NewAccount { name: input.name, email: email.clone(), password_hash };
    let SignUp::Done(signed_in) = accounts.sign_up(account, session, now).await? else {
        return Err(Problem::new(Kind::Conflict));
    };
    desk.limits.signed_up(address, &email);
    Ok(signed_in_as(desk.sessions.grant(signed_in, &token, now)?, StatusCode::CREATED))
}

/// Log in.
#[utoipa::path(
    operation_id = "logIn", tag = "auth", request_body = LogInInput,
    responses((status = 200, description = "Signed in.", body = Tokens))
)]
#[post("")]
pub(crate) async fn log_in(
    Reception { accounts, address, user_agent }: Reception,
    desk: Data<Desk>,
    ValidJson(input): ValidJson<LogInInput>,
) -> Result<HttpResponse, Problem> {
    let email = input.email.to_lowercase();
    desk.limits.log_in(address, &email)?;
    let known = accounts.credential_of(&email).await?;
    let stored = known.as_ref().map(|known| known.password_hash.as_str());
    let is_right = desk.hasher.verify(input.password, stored).await?;
    let why = why_not(known.as_ref());
    let known = known.filter(|_| is_right).ok_or_else(|| wrong(why))?;
    let now = desk.clock.now();
    let (token, session) = desk.sessions.opening(address.to_string(), user_agent, now)?;
    let signed_in = accounts.open_session(known, session, now).await?;
    let signed_in = signed_in.ok_or_else(|| wrong("the password was changed meanwhile".to_owned()))?;
    desk.limits.logged_in(address, &email);
    Ok(signed_in_as(desk.sessions.grant(signed_in, &token, now)?, StatusCode::OK))
}

/// Renew the tokens.
///
/// Each refresh token has one successor. Since an answer may be lost, the same is given again, with a new access token,
/// as often as it is asked for within 10 s and before it is used. Whoever uses the old one after that ends the session.
#[utoipa::path(
    operation_id = "refreshToken", tag = "auth", request_body = RefreshInput,
    responses((status = 200, description = "A new pair of tokens.", body = Tokens))
)]
#[post("")]
pub(crate) async fn refresh(
    Reception { accounts, address, .. }: Reception,
    desk: Data<Desk>,
    ValidJson(input): ValidJson<RefreshInput>,
) -> Result<HttpResponse, Problem> {
    desk.limits.refresh(address)?;
    let not_valid = |why| unproven("The refresh token is not valid.").because(why);
    let exchange = desk.sessions.exchange(&input.refresh_token, desk.clock.now());
    let exchange = exchange.ok_or_else(|| not_valid("no refresh token of the secrets that are set".to_owned()))?;
    match accounts.renew(exchange, || desk.clock.now()).await? {
        Renewal::Renewed(signed_in, by) => {
            let granted = desk.sessions.renew(&input.refresh_token, (signed_in, by), desk.clock.now())?;
            Ok(signed_in_as(granted, StatusCode::OK))
        }
        Renewal::NotValid => Err(not_valid("no such refresh token, or it or its session is over".to_owned())),
        Renewal::Reused { user, revoked, .. } => {
            desk.revocations.heed(&revoked);
            let whose = Caller::hashed(user.as_str());
            Err(not_valid(format!("a refresh token was used again: the session of caller={whose} has ended")))
        }
    }
}

/// The pair of tokens; the log is told whose.
fn signed_in_as(granted: Granted, status: StatusCode) -> HttpResponse {
    let caller = Caller::hashed(granted.user.id.as_str());
    let mut answer = HttpResponse::build(status).json(Tokens::from(granted));
    answer.extensions_mut().insert(caller);
    answer
}

/// What only the log is told of a log-in that fails.
fn why_not(known: Option<&Credential>) -> String {
    known.map_or_else(
        || "nobody of this address who signs in by a password alone".to_owned(),
        |known| format!("a wrong password for caller={}", Caller::hashed(known.user.id.as_str())),
    )
}

fn wrong(why: String) -> Problem {
    unproven("The e-mail address or the password is wrong.").because(why)
}
