//! The contract: committed, served and shown as the code has it.

use std::collections::BTreeSet;

use reqwest::{Method, redirect::Policy};
use serde_json::Value;

use crate::support::{ACCOUNTS, ApiClient, ApiResponse, Backend, TestApp, without_tls};

const COMMITTED: &str = include_str!("../../../openapi.json");

/// The operation ids of the contract; front ends call functions of these names.
const NAMES: [&str; 19] = [
    "changePassword",
    "completeTask",
    "createTask",
    "deleteAccount",
    "deleteTask",
    "getCurrentUser",
    "getLiveness",
    "getReadiness",
    "getTask",
    "listSessions",
    "listTasks",
    "logIn",
    "logOut",
    "refreshToken",
    "replaceTask",
    "revokeAllSessions",
    "revokeSession",
    "signUp",
    "updateTask",
];

/// What may be called by those who have no token yet, or none any more.
const ARRIVING: [&str; 3] = ["logIn", "refreshToken", "signUp"];

/// What is counted, and rejected to whoever tries too often.
const LIMITED: [&str; 5] = ["changePassword", "deleteAccount", "logIn", "refreshToken", "signUp"];

/// What is there only where the service has accounts of its own.
const OF_ACCOUNTS: [&str; 8] = [
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

fn is_protected(operation: &Value) -> bool {
    operation["security"].as_array().is_some_and(|needed| !needed.is_empty())
}

/// A response, wherever the document keeps it.
fn resolved<'c>(contract: &'c Value, response: &'c Value) -> &'c Value {
    match response["$ref"].as_str() {
        Some(reference) => contract.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference}")),
        None => response,
    }
}

#[test]
fn the_committed_contract_is_the_codes() {
    assert!(
        COMMITTED == taskbridge::contract(),
        "openapi.json is not what the code says; `cargo run -- openapi > openapi.json` writes it anew"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let contract = contract();
    let operations = operations(&contract);
    let names: BTreeSet<_> = operations.iter().map(|operation| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(names, NAMES.into());
    assert_eq!(names.len(), operations.len());
}

#[test]
fn every_response_is_described() {
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
fn every_operation_tells_of_the_problems_it_may_answer() {
    let contract = contract();
    for operation in operations(&contract) {
        let name = &operation["operationId"];
        let tells = |status: &str| operation["responses"][status].is_object();
        let has = |parameter: &str| {
            operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == parameter))
        };
        assert!(tells("500") && (tells("503") || name == "getLiveness"), "{name}");
        let is_health = operation["tags"][0] == "health";
        assert_eq!(tells("406"), !is_health, "{name}");
        assert_eq!(tells("401"), !is_health && name != "signUp", "{name}");
        assert_eq!(tells("409"), name == "signUp", "{name}");
        assert_eq!(tells("429"), LIMITED.iter().any(|limited| name == limited), "{name}");
        assert!(
            operation["requestBody"].is_null() || ["400", "408", "413", "415", "422"].iter().all(|s| tells(s)),
            "{name}"
        );
        assert!(!has("id") || tells("404"), "{name}");
        assert!(!has("cursor") || tells("400") && tells("422"), "{name}");
    }
}

#[test]
fn all_but_health_and_arriving_wants_a_bearer_token() {
    let contract = contract();
    assert_eq!(contract["openapi"], "3.1.0");
    let scheme = &contract["components"]["securitySchemes"]["bearer"];
    assert_eq!((&scheme["type"], &scheme["scheme"]), (&"http".into(), &"bearer".into()));
    for operation in operations(&contract) {
        let is_open = operation["tags"][0] == "health" || ARRIVING.iter().any(|name| operation["operationId"] == *name);
        assert_ne!(is_open, is_protected(operation), "{}", operation["operationId"]);
    }
}

#[test]
fn the_aliases_are_named_and_not_described_again() {
    let contract = contract();
    let text = contract["info"]["description"].as_str().unwrap();
    for alias in ["/tasks", "/api/{user_id}/tasks"] {
        assert!(text.contains(&format!("`{alias}`")), "{text}");
        assert!(contract["paths"][alias].is_null(), "{alias}");
    }
}

#[actix_web::test]
async fn it_is_served_to_the_octet() {
    let app = TestApp::start_with(Backend::Sqlite, [ACCOUNTS]).await;
    let served = app.anonymous().get("/openapi.json").await.is(200);
    assert_eq!(served.header("content-type"), Some("application/json"));
    assert!(served.text == COMMITTED);
}

#[actix_web::test]
async fn without_accounts_their_operations_are_not_in_it() {
    let app = TestApp::start(Backend::Sqlite).await;
    let served = app.anonymous().get("/openapi.json").await.is(200).json();
    let names: BTreeSet<_> =
        operations(&served).iter().map(|operation| operation["operationId"].as_str().unwrap().to_owned()).collect();
    let expected = NAMES.iter().filter(|name| !OF_ACCOUNTS.contains(name)).map(|name| (*name).to_owned()).collect();
    assert_eq!(names, expected);
}

#[actix_web::test]
async fn its_page_needs_nothing_from_elsewhere() {
    let app = TestApp::start(Backend::Sqlite).await;
    let page = app.anonymous().get("/swagger-ui/").await.is(200);
    assert_eq!(page.header("content-type"), Some("text/html"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
    let assets = linked(&page.text);
    assert!(assets.len() >= 5, "{assets:?}");
    for asset in assets {
        assert!(asset.starts_with("./") || !asset.contains(':') && !asset.starts_with('/'), "{asset} is elsewhere");
        let response = fetched(&app.anonymous(), &format!("/swagger-ui/{}", asset.trim_start_matches("./"))).await;
        assert!(response > 0, "{asset} is empty");
    }
    let initializer = app.anonymous().get("/swagger-ui/swagger-initializer.js").await.is(200);
    assert!(initializer.text.contains("/openapi.json") && !initializer.text.contains("://"), "{}", initializer.text);
}

#[actix_web::test]
async fn its_page_is_found_from_the_root() {
    let app = TestApp::start(Backend::Sqlite).await;
    let client = without_tls().redirect(Policy::none()).build().unwrap();
    for path in ["/", "/swagger-ui"] {
        let response = ApiResponse::to(client.get(format!("{}{path}", app.base()))).await.is(303);
        assert_eq!(response.header("location"), Some("/swagger-ui/"));
    }
    app.anonymous().get("/swagger-ui/no-such-thing.js").await.is_problem(404, "not-found");
}

/// What a page links to.
fn linked(html: &str) -> Vec<String> {
    let values = |attribute: &str| {
        html.split(&format!("{attribute}=\"")).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let links: [Vec<String>; 2] = [values("href"), values("src")];
    links.concat()
}

/// The length of a file that may be no text.
async fn fetched(client: &ApiClient, path: &str) -> usize {
    let response = client.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", response.url().path());
    response.bytes().await.unwrap().len()
}
