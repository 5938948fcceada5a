//! Query parameters of the list: each invalid one is named.

use crate::support::{Backend, TestApp};

#[actix_web::test]
async fn every_invalid_parameter_is_named() {
    let app = TestApp::start(Backend::Sqlite).await;
    for (query, pointer) in [
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=-1", "/limit"),
        ("limit=%2B5", "/limit"),
        ("limit=1e1", "/limit"),
        ("limit=NaN", "/limit"),
        ("limit=18446744073709551617", "/limit"),
        ("limit=", "/limit"),
        ("limit=5&limit=5", "/limit"),
        ("sort=password", "/sort"),
        ("sort=user_id", "/sort"),
        ("sort=--title", "/sort"),
        ("sort=title,id", "/sort"),
        ("sort=", "/sort"),
        ("completed=1", "/completed"),
        ("completed=True", "/completed"),
        ("priority=urgent", "/priority"),
        ("priority=", "/priority"),
        ("tag=", "/tag"),
        ("due_before=2026-12-24", "/due_before"),
        ("due_after=infinity", "/due_after"),
        ("cursor=x", "/cursor"),
        ("cursor=", "/cursor"),
        ("offset=1", "/offset"),
        ("user_id=bob", "/user_id"),
        ("filter%5Buser_id%5D=bob", "/filter[user_id]"),
        ("a%5B%5D=", "/a[]"),
        ("LIMIT=5", "/LIMIT"),
    ] {
        let response = app.ann().get(&format!("/api/tasks?{query}")).await.is_problem(422, "invalid-content");
        assert_eq!(response.pointers(), [pointer], "{query}");
    }
}

#[actix_web::test]
async fn at_most_20_errors_are_reported() {
    let app = TestApp::start(Backend::Sqlite).await;
    let many = vec!["x=1"; 10_000].join("&");
    let response = app.ann().get(&format!("/api/tasks?{many}")).await.is_problem(422, "invalid-content");
    assert_eq!(response.pointers().len(), 20);
}

#[actix_web::test]
async fn a_search_text_of_201_characters_is_rejected() {
    let app = TestApp::start(Backend::Sqlite).await;
    app.ann().get(&format!("/api/tasks?q={}", "x".repeat(201))).await.is_problem(422, "invalid-content");
}
