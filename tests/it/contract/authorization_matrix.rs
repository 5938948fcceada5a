//! The authorization matrix: every protected operation rejects a request without a valid token, and treats the data of
//! another user as missing, under every prefix.

use reqwest::Method;
use uuid::Uuid;

use super::operation::{Operation, ROWS};
use crate::support::{ApiClient, ApiResponse, TestApp, Token, id, on_both};

#[test]
fn every_protected_operation_has_a_row() {
    let operations = Operation::all();
    for operation in &operations {
        operation.row();
    }
    assert_eq!(operations.len(), ROWS.len(), "a row has no operation");
}

type Assertion = fn(ApiResponse) -> ApiResponse;

/// Clients without a valid token, each with the expected rejection.
fn clients_without_a_valid_token(app: &TestApp) -> [(ApiClient, Assertion); 4] {
    let token = app.token("ann");
    let expired = token.clone().with("iat", 1).with("exp", (app.now() - chrono::Duration::hours(1)).timestamp());
    let forged: Token = token.signed_with("another-secret-of-more-than-32-bytes-in-all");
    [
        (app.anonymous(), ApiResponse::requires_a_token),
        (app.bearer("garbage"), ApiResponse::rejects_the_token),
        (app.bearer(forged.sign()), ApiResponse::rejects_the_token),
        (app.bearer(expired.sign()), ApiResponse::reports_an_expired_token),
    ]
}

on_both! {
    with accounts:

    a_valid_token_is_required(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        for (client, assert_rejected) in clients_without_a_valid_token(&app) {
            for operation in Operation::all() {
                for path in operation.paths("ann", id(&task)) {
                    assert_rejected(operation.call(&client, &path).await);
                }
            }
        }
        ann.sees(&task).await;
    }

    the_owner_may_call_every_operation(app) {
        for operation in Operation::all() {
            let ann = app.anonymous().signs_up(&operation.name).await;
            for prefix in 0..operation.paths(ann.id(), "").len() {
                let id = operation.create_resource(&ann).await;
                let path = &operation.paths(ann.id(), &id)[prefix];
                operation.call(&ann, path).await.is(operation.row().status);
            }
        }
    }

    a_foreign_resource_is_like_a_missing_one(app) {
        let (ann, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await);
        for operation in Operation::with_id() {
            let id = operation.create_resource(&ann).await;
            let unknown_id = if Uuid::parse_str(&id).is_ok() { Uuid::now_v7().to_string() } else { id.chars().rev().collect() };
            let before = operation.collection_of(&ann).await;
            let missing_paths = operation.paths(bob.id(), &unknown_id);
            for (foreign_path, missing_path) in operation.paths(bob.id(), &id).iter().zip(missing_paths) {
                let missing = operation.call(&bob, &missing_path).await.is_problem(404, "not-found");
                operation.call(&bob, foreign_path).await.is_same_as(&missing);
            }
            assert_eq!(operation.collection_of(&ann).await, before, "{}", operation.name);
        }
    }

    a_foreign_session_is_like_a_missing_one(app) {
        let (ann, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await);
        for operation in Operation::with_id().filter(|operation| operation.path.contains("/sessions/")) {
            let path = |id: &str| operation.path.replace("{id}", id);
            let missing = operation.call(&bob, &path("abcdefghijklmnopqrstuvwxyz012345")).await.is_problem(404, "not-found");
            for id in [ann.session_id(), ann.session_id().to_uppercase(), "%27%20or%201=1--".into(), "%25".into()] {
                operation.call(&bob, &path(&id)).await.is_same_as(&missing);
            }
            ann.is_accepted().await;
            operation.call(&ann, &path(&bob.session_id())).await.is_same_as(&missing);
            bob.is_accepted().await;
        }
    }

    a_foreign_task_is_like_a_missing_one(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let unknown_id = Uuid::now_v7().to_string();
        for operation in Operation::of_one_task() {
            let task = ann.creates_a_task("Buy milk").await;
            for (foreign_path, missing_path) in operation.paths("bob", id(&task)).iter().zip(operation.paths("bob", &unknown_id)) {
                let missing = operation.call(&bob, &missing_path).await.is_problem(404, "not-found");
                operation.call(&bob, foreign_path).await.is_same_as(&missing);
                ann.sees(&task).await;
            }
            bob.cannot_see(&task).await;
            operation.prepare(&ann, id(&task)).await;
            let own = operation.last_path("ann", id(&task));
            operation.call(&ann, &own).await.is(operation.row().status);
        }
    }

    the_path_of_another_user_is_not_found(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let unknown_id = Uuid::now_v7().to_string();
        for operation in Operation::of_tasks() {
            let task = ann.creates_a_task("Buy milk").await;
            let missing = operation.call(&bob, &operation.last_path("unknown_id", &unknown_id)).await.is_problem(404, "not-found");
            operation.call(&bob, &operation.last_path("ann", id(&task))).await.is_same_as(&missing);
            ann.sees(&task).await;
        }
        assert_eq!(ann.titles("limit=100").await, vec!["Buy milk"; Operation::of_tasks().count()]);
        assert_eq!(bob.titles("").await, Vec::<String>::new());
    }

    head_has_the_headers_of_get(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let task = ann.creates_a_task("Buy milk").await;
        let is_finite_get = |operation: &Operation| operation.method == Method::GET && !operation.is_endless();
        for operation in Operation::all().into_iter().filter(is_finite_get) {
            for client in [&ann, &bob, &app.anonymous(), &app.bearer("garbage")] {
                for path in operation.paths(client.name(), id(&task)) {
                    let mut get = operation.call(client, &path).await;
                    let head = operation.call_with_method(&Method::HEAD, client, &path).await;
                    assert_eq!(get.header("content-length"), Some(get.text.len().to_string().as_str()));
                    get.text.clear();
                    head.is_same_as(&get);
                }
            }
        }
    }

    a_malformed_id_is_not_found(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        let id = id(&task);
        let malformed_ids = [
            "1", "-1", "0", "null", "undefined", "%00", "%ff", "%20", "*", "true", "18446744073709551616",
            &id[..35], &format!("{id}0"), &format!("{{{id}}}"), &format!("urn:uuid:{id}"), &id.replace('-', ""),
            &format!("%20{id}"), &format!("{id}%00"), &id.replace('-', "_"), &"a".repeat(4000), "'%20or%201=1--",
        ]
        .map(str::to_owned);
        for operation in Operation::with_id() {
            for malformed in &malformed_ids {
                for path in operation.paths("ann", malformed) {
                    operation.call(&ann, &path).await.is_problem(404, "not-found");
                }
            }
        }
        ann.sees(&task).await;
        ann.get(&format!("/api/tasks/{}", id.to_uppercase())).await.is(200);
    }
}
