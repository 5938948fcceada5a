//! The router: every operation by name. It yields both the service and the contract.

mod accounts;
mod better_auth;
mod health;
mod not_found;
mod openapi;
mod swagger_ui;
mod tasks;

use actix_cors::Cors;
use actix_web::{
    App, Error, HttpResponse, Scope,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    guard::{self, GuardContext, fn_guard},
    http::{Method, header},
    middleware::{DefaultHeaders, from_fn},
    web::{self, Bytes, Data, Redirect},
};
use actix_web_httpauth::middleware::HttpAuthentication;
use utoipa::openapi::{OpenApi, PathItem};
use utoipa_actix_web::{AppExt, UtoipaApp, scope, service_config::ServiceConfig};

use self::not_found::{get_only, not_found};
pub(crate) use self::{
    accounts::AccountServices,
    health::PingCache,
    tasks::{BatchLimit, IdempotencyTtl, encode_change},
};
use self::{
    accounts::{log_in, log_out, me, password, refresh, sessions, sign_up},
    tasks::{batch, changes, events, read, trash, write},
};
use crate::{
    auth::{normalize_authorization, validate_credential},
    events::hint_changes,
    http::{
        middleware::check_accept,
        operations::{Operations, is_better_auth},
        problem::problem_page,
    },
};

/// The prefixes of the tasks besides `/api/tasks`.
const TASK_ALIASES: [&str; 2] = ["/tasks", "/api/{user_id}/tasks"];

const TASKS_PATH: &str = "/api/tasks";

/// The prefix of the routes of Better Auth's client, and the one that starters give as `baseURL`.
const BETTER_AUTH_PREFIX: &str = "/api/auth";
const BETTER_AUTH_ALIAS: &str = "/api";

/// Routes under `/api/auth` have a scope each. A scope for the whole prefix would match `/api/{user_id}/tasks` of a user
/// with the id `auth`.
const ME_PATH: &str = "/api/auth/me";

/// The Content-Security-Policy of Swagger UI, which loads only its own scripts and styles.
const SWAGGER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/// Which routes exist, and which of them take the session cookie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RouteSettings {
    /// Whether accounts are enabled.
    pub(crate) with_accounts: bool,
    /// Whether the session cookie authenticates every route.
    pub(crate) cookie_everywhere: bool,
}

/// Registers the routes, and returns the contract of the registered ones.
pub(crate) fn mount<T>(app: App<T>, settings: RouteSettings) -> (App<T>, OpenApi)
where
    T: ServiceFactory<ServiceRequest, Config = (), Error = Error, InitError = ()>,
{
    let RouteSettings { with_accounts, cookie_everywhere } = settings;
    let app = app
        .into_utoipa_app()
        .openapi(openapi::base_document())
        .service(scope(TASKS_PATH).configure(tasks).map(authenticated_tasks))
        .service(scope("/api/auth/logout").service(log_out::log_out).map(authenticated));
    let app = if with_accounts {
        account_routes(app)
    } else {
        app.service(scope(ME_PATH).service(me::get).map(authenticated))
    };
    let (app, document) = app.service(health::live).service(health::ready).split_for_parts();
    let document = openapi::with_shared_responses(document);
    let app = TASK_ALIASES
        .into_iter()
        .fold(app, |app, alias| app.service(authenticated_tasks(web::scope(alias).configure(undocumented_tasks))));
    let app = if with_accounts {
        app.service(
            better_auth_scope(web::scope(BETTER_AUTH_ALIAS), BETTER_AUTH_ALIAS).configure(undocumented_better_auth),
        )
    } else {
        app
    };
    let app = app
        .app_data(Data::new(Operations::from_document(&document, cookie_everywhere, aliases)))
        .configure(|config| documentation_pages(config, &document))
        .default_service(web::to(not_found));
    (app, document)
}

/// Registers the routes that exist only if accounts are enabled.
fn account_routes<T>(app: UtoipaApp<T>) -> UtoipaApp<T>
where
    T: ServiceFactory<ServiceRequest, Config = (), Error = Error, InitError = ()>,
{
    app.service(scope("/api/auth/signup").service(sign_up::sign_up).map(public))
        .service(scope("/api/auth/login").service(log_in::log_in).map(public))
        .service(scope("/api/auth/refresh").service(refresh::refresh).map(public))
        .service(scope(ME_PATH).service(me::get).service(me::delete).map(authenticated))
        .service(scope("/api/auth/password").service(password::change).map(authenticated))
        .service(
            scope("/api/auth/sessions")
                .service(sessions::list)
                .service(sessions::revoke_all)
                .service(sessions::revoke)
                .map(authenticated),
        )
        .service(
            scope(BETTER_AUTH_PREFIX)
                .configure(better_auth::configure)
                .map(|scope| better_auth_scope(scope, BETTER_AUTH_PREFIX)),
        )
}

fn tasks(config: &mut ServiceConfig<'_>) {
    config
        .service(read::list)
        .service(write::create)
        .service(batch::batch)
        .service(changes::changes)
        .service(events::events)
        // otherwise other methods would match `/{id}`
        .route("/batch", web::to(not_found))
        .route("/changes", web::to(not_found))
        .route("/events", web::to(not_found))
        .service(read::get)
        .service(write::replace)
        .service(write::update)
        .service(write::complete)
        .service(trash::delete)
        .service(trash::restore);
}

/// The tasks under an alias: not in the contract, where operation ids are unique.
fn undocumented_tasks(config: &mut web::ServiceConfig) {
    tasks(&mut ServiceConfig::new(config));
}

fn undocumented_better_auth(config: &mut web::ServiceConfig) {
    better_auth::configure(&mut ServiceConfig::new(config));
}

/// Returns the further paths of a path of the contract.
fn aliases(path: &str, item: &PathItem) -> Vec<String> {
    if let Some(rest) = path.strip_prefix(TASKS_PATH) {
        return TASK_ALIASES.iter().map(|alias| format!("{alias}{rest}")).collect();
    }
    let rest = path.strip_prefix(BETTER_AUTH_PREFIX).filter(|_| is_better_auth(item));
    rest.map(|rest| format!("{BETTER_AUTH_ALIAS}{rest}")).into_iter().collect()
}

/// Wraps operations of Better Auth's client. Other routes share the prefix, and a scope hides what it does not match.
fn better_auth_scope(
    scope: Scope,
    prefix: &'static str,
) -> Scope<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let is_route = move |context: &GuardContext<'_>| {
        context.head().uri.path().strip_prefix(prefix).is_some_and(better_auth::is_route)
    };
    scope.guard(fn_guard(is_route)).wrap(from_fn(check_accept)).wrap(from_fn(better_auth::check_origin))
}

/// Wraps operations that need no token.
fn public(
    scope: Scope,
) -> Scope<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    scope.wrap(from_fn(check_accept))
}

/// Wraps the operations on tasks.
fn authenticated_tasks(
    scope: Scope,
) -> Scope<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    authenticated(scope.wrap(from_fn(hint_changes)))
}

/// Wraps operations that need a bearer token. The last middleware runs first.
fn authenticated<S, B>(
    scope: Scope<S>,
) -> Scope<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
>
where
    S: ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<B>, Error = Error, InitError = ()>
        + 'static,
    B: MessageBody + 'static,
{
    scope
        .wrap(from_fn(check_accept))
        .wrap(HttpAuthentication::with_fn(validate_credential))
        .wrap(from_fn(normalize_authorization))
}

/// Returns the OpenAPI document with all routes, as committed in `openapi.json`.
#[must_use]
pub fn contract() -> String {
    as_json(&mount(App::new(), RouteSettings { with_accounts: true, cookie_everywhere: false }).1)
}

/// The CORS policy: allowed origins, and the headers that their pages may send and read.
pub(crate) fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers([header::ACCEPT, header::AUTHORIZATION, header::CONTENT_TYPE])
        .allowed_headers([header::IF_MATCH, header::IF_NONE_MATCH])
        .allowed_headers(["x-request-id", "traceparent", "tracestate", "idempotency-key", "last-event-id"])
        .expose_headers([header::ETAG, header::LOCATION, header::RETRY_AFTER, header::WWW_AUTHENTICATE])
        .expose_headers(["x-request-id", "set-auth-token", "set-auth-jwt", "x-retry-after", "idempotency-replayed"])
        .max_age(3600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

fn documentation_pages(config: &mut web::ServiceConfig, document: &OpenApi) {
    let contract = Bytes::from(as_json(document));
    config
        .service(web::resource("/").get(async || Redirect::to("/swagger-ui/").see_other()))
        .service(web::resource("/swagger-ui").get(async || Redirect::to("/swagger-ui/").see_other()))
        .service(
            web::scope("/swagger-ui")
                .wrap(DefaultHeaders::new().add((header::CONTENT_SECURITY_POLICY, SWAGGER_POLICY)))
                .app_data(swagger_ui::config())
                .service(web::resource("/{file:.*}").guard(guard::Get()).get(swagger_ui::file))
                .default_service(web::to(get_only)),
        )
        .service(web::resource("/problems/{slug}").get(problem_page))
        .service(web::resource("/openapi.json").get(move || {
            let contract = contract.clone();
            async { HttpResponse::Ok().content_type("application/json").body(contract) }
        }));
}

fn as_json(document: &OpenApi) -> String {
    document.to_pretty_json().map(|json| json + "\n").unwrap_or_default()
}
