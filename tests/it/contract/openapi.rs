//! The OpenAPI document: committed, served and rendered as the code generates it.

use std::collections::BTreeSet;

use reqwest::{Method, redirect::Policy};
use serde_json::Value;

use crate::support::{ACCOUNTS, ApiClient, ApiResponse, Backend, TestApp, without_tls};

const COMMITTED: &str = include_str!("../../../openapi.json");

/// The account operations that need no token.
const PUBLIC: [&str; 3] = ["logIn", "refreshToken", "signUp"];

/// The operations with a rate limit.
const RATE_LIMITED: [&str; 6] =
    ["changePassword", "deleteAccount", "logIn", "refreshToken", "signUp", "streamTaskEvents"];

/// The operations that exist only with `ACCOUNTS=on`.
const ACCOUNT_OPERATIONS: [&str; 8] = [
    "changePassword",
    "deleteAccount",
    "listSessions",
    "logIn",
    "refreshToken",
    "revokeAllSessions",
    "revokeSession",
    "signUp",
];

fn contract() -> Value {
    serde_json::from_str(&taskbridge::contract()).unwrap()
}

fn operations(contract: &Value) -> Vec<&Value> {
    let items = contract["paths"].as_object().unwrap().values();
    items.flat_map(|item| item.as_object().unwrap().values()).collect()
}

fn is_of_better_auths_client(operation: &Value) -> bool {
    operation["tags"][0] == "better-auth"
}

/// The operations except those of Better Auth's client, whose errors follow its own rules.
fn own_operations(contract: &Value) -> impl Iterator<Item = &Value> {
    operations(contract).into_iter().filter(|operation| !is_of_better_auths_client(operation))
}

fn is_protected(operation: &Value) -> bool {
    operation["security"].as_array().is_some_and(|needed| !needed.is_empty())
}

/// A response with its reference resolved.
fn resolved<'c>(contract: &'c Value, response: &'c Value) -> &'c Value {
    match response["$ref"].as_str() {
        Some(reference) => contract.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference}")),
        None => response,
    }
}

#[test]
fn the_committed_document_is_up_to_date() {
    assert!(
        COMMITTED == taskbridge::contract(),
        "openapi.json is out of date; run `cargo run -- openapi > openapi.json`"
    );
}

#[test]
fn operation_ids_are_unique() {
    let contract = contract();
    let operations = operations(&contract);
    let names: BTreeSet<_> = operations.iter().map(|operation| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), operations.len());
    for name in names {
        assert!(name.starts_with(char::is_lowercase) && name.chars().all(char::is_alphanumeric), "{name}");
    }
}

#[test]
fn every_response_has_a_description() {
    let contract = contract();
    for operation in operations(&contract) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let response = resolved(&contract, response);
            let text = response["description"].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{}: {status} has no description", operation["operationId"]);
            let is_problem = response["content"]["application/problem+json"].is_object();
            assert_eq!(is_problem, status.as_str() >= "400", "{}: {status}", operation["operationId"]);
        }
    }
}

#[test]
fn every_operation_declares_its_errors() {
    let contract = contract();
    for operation in own_operations(&contract) {
        let name = &operation["operationId"];
        let declares = |status: &str| operation["responses"][status].is_object();
        let has = |parameter: &str| {
            operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == parameter))
        };
        assert!(declares("500") && (declares("503") || name == "getLiveness"), "{name}");
        let is_health = operation["tags"][0] == "health";
        assert_eq!(declares("406"), !is_health && !declares("204"), "{name}");
        assert_eq!(declares("401"), !is_health && name != "signUp", "{name}");
        assert_eq!(declares("409"), name == "signUp" || has("Idempotency-Key"), "{name}");
        assert_eq!(declares("429"), RATE_LIMITED.iter().any(|limited| name == limited), "{name}");
        assert!(
            operation["requestBody"].is_null() || ["400", "408", "413", "415", "422"].iter().all(|s| declares(s)),
            "{name}"
        );
        assert!(!has("id") || declares("404"), "{name}");
        assert!(!has("cursor") || declares("400") && declares("422"), "{name}");
    }
}

#[test]
fn only_public_operations_need_no_token() {
    let contract = contract();
    assert_eq!(contract["openapi"], "3.1.0");
    let scheme = &contract["components"]["securitySchemes"]["bearer"];
    assert_eq!((&scheme["type"], &scheme["scheme"]), (&"http".into(), &"bearer".into()));
    for operation in own_operations(&contract) {
        let is_public = operation["tags"][0] == "health" || PUBLIC.iter().any(|name| operation["operationId"] == *name);
        assert_ne!(is_public, is_protected(operation), "{}", operation["operationId"]);
    }
}

#[test]
fn aliases_are_mentioned_and_not_documented() {
    let contract = contract();
    let text = contract["info"]["description"].as_str().unwrap();
    for alias in ["/tasks", "/api/{user_id}/tasks"] {
        assert!(text.contains(&format!("`{alias}`")), "{text}");
        assert!(contract["paths"][alias].is_null(), "{alias}");
    }
}

#[actix_web::test]
async fn the_document_is_served_unchanged() {
    let app = TestApp::start_with(Backend::Sqlite, [ACCOUNTS]).await;
    let served = app.anonymous().get("/openapi.json").await.is(200);
    assert_eq!(served.header("content-type"), Some("application/json"));
    assert!(served.text == COMMITTED);
}

#[actix_web::test]
async fn without_accounts_their_operations_are_omitted() {
    let app = TestApp::start(Backend::Sqlite).await;
    let served = app.anonymous().get("/openapi.json").await.is(200).json();
    let names = |document: &Value| -> BTreeSet<String> {
        let ids =
            operations(document).into_iter().map(|operation| operation["operationId"].as_str().unwrap().to_owned());
        ids.collect()
    };
    let whole = contract();
    let better_auths = operations(&whole).into_iter().filter(|operation| is_of_better_auths_client(operation));
    let account_operations: BTreeSet<_> = better_auths
        .map(|operation| operation["operationId"].as_str().unwrap())
        .chain(ACCOUNT_OPERATIONS)
        .map(str::to_owned)
        .collect();
    assert!(account_operations.is_subset(&names(&contract())));
    assert_eq!(names(&served), &names(&contract()) - &account_operations);
}

#[actix_web::test]
async fn the_swagger_page_loads_only_local_files() {
    let app = TestApp::start(Backend::Sqlite).await;
    let page = app.anonymous().get("/swagger-ui/").await.is(200);
    assert_eq!(page.header("content-type"), Some("text/html"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
    let assets = links_in(&page.text);
    assert!(assets.len() >= 5, "{assets:?}");
    for asset in assets {
        assert!(asset.starts_with("./") || !asset.contains(':') && !asset.starts_with('/'), "{asset} is not local");
        let response =
            fetched_bytes(&app.anonymous(), &format!("/swagger-ui/{}", asset.trim_start_matches("./"))).await;
        assert!(response > 0, "{asset} is empty");
    }
    let initializer = app.anonymous().get("/swagger-ui/swagger-initializer.js").await.is(200);
    assert!(initializer.text.contains("/openapi.json") && !initializer.text.contains("://"), "{}", initializer.text);
}

#[actix_web::test]
async fn the_root_redirects_to_the_swagger_page() {
    let app = TestApp::start(Backend::Sqlite).await;
    let client = without_tls().redirect(Policy::none()).build().unwrap();
    for path in ["/", "/swagger-ui"] {
        let response = ApiResponse::to(client.get(format!("{}{path}", app.base()))).await.is(303);
        assert_eq!(response.header("location"), Some("/swagger-ui/"));
    }
    app.anonymous().get("/swagger-ui/no-such-thing.js").await.is_problem(404, "not-found");
}

/// The values of `href` and `src` in a page.
fn links_in(html: &str) -> Vec<String> {
    let values = |attribute: &str| {
        html.split(&format!("{attribute}=\"")).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let links: [Vec<String>; 2] = [values("href"), values("src")];
    links.concat()
}

/// The length of a file, text or not.
async fn fetched_bytes(client: &ApiClient, path: &str) -> usize {
    let response = client.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", response.url().path());
    response.bytes().await.unwrap().len()
}
