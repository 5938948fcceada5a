//! Hostile requests are rejected without echoing credentials; unusual valid tokens are accepted.

use std::iter;

use futures_util::{StreamExt, future::join_all, stream};
use reqwest::Method;

use crate::support::{
    ApiResponse, Backend, RawConnection, SECRET, TestApp,
    hostile::{Expect, HostileRequest, accepted, corpus},
};

/// The number of concurrent connections.
const MAX_CONNECTIONS: usize = 16;

impl HostileRequest {
    /// The bytes of the request.
    fn to_bytes(&self) -> Vec<u8> {
        let method = if self.body.is_some() { "POST" } else { "GET" };
        let query = self.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        let body = self.body.as_deref().unwrap_or_default();
        let mut request = format!("{method} /api/tasks{query} HTTP/1.1\r\nHost: x\r\n").into_bytes();
        for value in &self.authorization {
            request.extend(field("Authorization", value));
        }
        for (name, value) in &self.other {
            request.extend(field(name, value));
        }
        if self.body.is_some() {
            request.extend(field("Content-Length", body.len().to_string().as_bytes()));
        }
        request.extend_from_slice(b"\r\n");
        request.extend_from_slice(body.as_bytes());
        request
    }

    /// The credentials, which no response may echo.
    fn credentials(&self) -> impl Iterator<Item = String> {
        let values = self.authorization.iter().chain(self.other.iter().map(|(_, value)| value));
        let words = values.flat_map(|value| value.split(|byte| b" \t,;=\"'".contains(byte)));
        let words = words.map(|word| String::from_utf8_lossy(word).into_owned());
        words.chain(self.query.clone()).filter(|word| word.len() >= 16)
    }

    /// Asserts the expected rejection, and that it echoes no credential.
    fn is_rejected_by(&self, response: &ApiResponse) {
        let name = &self.name;
        let challenge = response.header("www-authenticate");
        let is_problem = response.header("content-type") == Some("application/problem+json");
        let (status, fits, has_body) = match self.expect {
            Expect::NoCredentials => (401, challenge == Some("Bearer"), is_problem),
            Expect::InvalidToken => (401, challenge == Some(r#"Bearer error="invalid_token""#), is_problem),
            Expect::Unauthorized => (401, challenge.is_some_and(|visible| visible.starts_with("Bearer")), is_problem),
            Expect::BadRequest => (400, challenge.is_none(), response.text.is_empty()),
        };
        assert_eq!(response.status.as_u16(), status, "{name}: {}", response.text);
        assert!(fits, "{name}: {challenge:?}");
        assert!(has_body, "{name}: {}", response.text);
        let visible = format!("{:?}{}", response.headers, response.text);
        for credential in self.credentials() {
            assert!(!visible.contains(&credential), "{name}: {credential} is echoed");
        }
        if status == 401 {
            let problem = response.json();
            let members: Vec<_> = problem.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(members, ["detail", "instance", "status", "title", "type"], "{name}");
            let details = ["A bearer token is required.", "the token is not valid", "the token is expired"];
            assert!(details.contains(&problem["detail"].as_str().unwrap()), "{name}: {problem}");
        }
    }
}

fn field(name: &str, value: &[u8]) -> Vec<u8> {
    [name.as_bytes(), b": ", value, b"\r\n"].concat()
}

#[actix_web::test]
async fn hostile_requests_are_rejected() {
    let app = TestApp::start(Backend::Sqlite).await;
    let task = app.ann().creates_a_task("Buy milk").await;
    let hostile = corpus(SECRET, app.now().timestamp());
    let rejected = stream::iter(&hostile).map(async |one| {
        let response = RawConnection::connect(&app).await.exchanges(one.to_bytes()).await;
        one.is_rejected_by(&response);
    });
    assert_eq!(rejected.buffer_unordered(MAX_CONNECTIONS).count().await, hostile.len());
    app.ann().sees(&task).await;
    assert_eq!(app.ann().titles("").await, ["Buy milk"]);
}

#[actix_web::test]
async fn unusual_valid_tokens_are_accepted() {
    let app = TestApp::start(Backend::Sqlite).await;
    let unusual = accepted(SECRET, app.now().timestamp());
    let accepted_requests = stream::iter(&unusual).map(async |(name, credential)| {
        let head = b"GET /api/tasks HTTP/1.1\r\nHost: x\r\n";
        let request = [head, field("Authorization", credential).as_slice(), b"\r\n"].concat();
        let response = RawConnection::connect(&app).await.exchanges(request).await;
        assert_eq!(response.status, 200, "{name}: {}", response.text);
    });
    assert_eq!(accepted_requests.buffer_unordered(MAX_CONNECTIONS).count().await, unusual.len());
}

/// Sends a request of one of four kinds and asserts the response.
async fn request_and_check(app: &TestApp, number: usize, connection: Option<&mut RawConnection>) {
    let user = format!("user-{}", number % 7);
    let token = match number % 4 {
        0 => String::new(),
        1 => app.token(&user).signed_with("another-secret-of-more-than-32-bytes-in-all").sign(),
        2 => app.token(&user).with("iat", 0).with("exp", 1).sign(),
        _ => app.token(&user).sign(),
    };
    let response = match connection {
        Some(connection) => {
            let field = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
            connection.exchanges(format!("GET /api/{user}/tasks HTTP/1.1\r\nHost: x\r\n{field}\r\n")).await
        }
        None if token.is_empty() => app.anonymous().get("/api/tasks").await,
        None => app.bearer(token).get("/api/tasks").await,
    };
    match number % 4 {
        0 => drop(response.requires_a_token()),
        1 => drop(response.rejects_the_token()),
        2 => drop(response.reports_an_expired_token()),
        _ => {
            let page = response.is(200).json();
            let titles: Vec<_> = page["items"].as_array().unwrap().iter().map(|task| task["title"].clone()).collect();
            assert_eq!(titles, [user]);
        }
    }
}

async fn app_with_a_task_per_user() -> TestApp {
    let app = TestApp::start(Backend::Sqlite).await;
    for user in (0..7).map(|number| format!("user-{number}")) {
        app.user(&user).creates_a_task(&user).await;
    }
    app
}

#[actix_web::test]
async fn concurrent_requests_are_verified_independently() {
    let app = app_with_a_task_per_user().await;
    join_all((0..200).map(|number| request_and_check(&app, number, None))).await;
}

#[actix_web::test]
async fn requests_on_one_connection_are_verified_independently() {
    let app = app_with_a_task_per_user().await;
    let mut connection = RawConnection::connect(&app).await;
    for number in 0..100 {
        request_and_check(&app, number * 5 % 28, Some(&mut connection)).await;
    }
}

#[actix_web::test]
async fn large_tokens_do_not_block_other_clients() {
    let app = TestApp::start(Backend::Sqlite).await;
    let ann = app.ann();
    let large = iter::repeat_with(|| app.bearer("A".repeat(100_000))).take(200);
    let flood = stream::iter(large).map(async |client| {
        ApiResponse::to(client.request(Method::GET, "/api/tasks")).await.rejects_the_token();
    });
    let (rejected, task) =
        futures_util::join!(flood.buffer_unordered(MAX_CONNECTIONS).count(), ann.creates_a_task("Buy milk"));
    assert_eq!(rejected, 200);
    ann.sees(&task).await;
}
