//! The corpus of hostile tokens and fields against the running service, and the odd guests that are welcome all the same.

use std::iter;

use futures_util::{StreamExt, future::join_all, stream};
use reqwest::Method;

use crate::support::{
    ApiResponse, Backend, RawConnection, SECRET, TestApp,
    hostile::{Expect, Hostile, accepted, corpus},
};

/// Connections at a time.
const AT_ONCE: usize = 16;

impl Hostile {
    /// The request, byte for byte.
    fn written(&self) -> Vec<u8> {
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

    /// What it came with that must not be told again.
    fn credentials(&self) -> impl Iterator<Item = String> {
        let values = self.authorization.iter().chain(self.other.iter().map(|(_, value)| value));
        let words = values.flat_map(|value| value.split(|byte| b" \t,;=\"'".contains(byte)));
        let words = words.map(|word| String::from_utf8_lossy(word).into_owned());
        words.chain(self.query.clone()).filter(|word| word.len() >= 16)
    }

    /// Demands the refusal, and that it tells nothing.
    fn is_refused_by(&self, response: &ApiResponse) {
        let name = &self.name;
        let challenge = response.header("www-authenticate");
        let is_problem = response.header("content-type") == Some("application/problem+json");
        let (status, fits, has_body) = match self.expect {
            Expect::NoCredentials => (401, challenge == Some("Bearer"), is_problem),
            Expect::InvalidToken => (401, challenge == Some(r#"Bearer error="invalid_token""#), is_problem),
            Expect::Unauthorized => (401, challenge.is_some_and(|told| told.starts_with("Bearer")), is_problem),
            Expect::BadRequest => (400, challenge.is_none(), response.text.is_empty()),
        };
        assert_eq!(response.status.as_u16(), status, "{name}: {}", response.text);
        assert!(fits, "{name}: {challenge:?}");
        assert!(has_body, "{name}: {}", response.text);
        let told = format!("{:?}{}", response.headers, response.text);
        for credential in self.credentials() {
            assert!(!told.contains(&credential), "{name}: {credential} is told again");
        }
        if status == 401 {
            let problem = response.json();
            let members: Vec<_> = problem.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(members, ["detail", "instance", "status", "title", "type"], "{name}");
            let details = ["A bearer token is needed.", "the token is not valid", "the token is expired"];
            assert!(details.contains(&problem["detail"].as_str().unwrap()), "{name}: {problem}");
        }
    }
}

fn field(name: &str, value: &[u8]) -> Vec<u8> {
    [name.as_bytes(), b": ", value, b"\r\n"].concat()
}

#[actix_web::test]
async fn nothing_hostile_is_let_in() {
    let app = TestApp::start(Backend::Sqlite).await;
    let task = app.ann().creates_a_task("Buy milk").await;
    let hostile = corpus(SECRET, app.now().timestamp());
    let rejected = stream::iter(&hostile).map(async |one| {
        let response = RawConnection::connect(&app).await.exchanges(one.written()).await;
        one.is_refused_by(&response);
    });
    assert_eq!(rejected.buffer_unordered(AT_ONCE).count().await, hostile.len());
    app.ann().sees(&task).await;
    assert_eq!(app.ann().titles("").await, ["Buy milk"]);
}

#[actix_web::test]
async fn what_is_odd_and_right_is_let_in() {
    let app = TestApp::start(Backend::Sqlite).await;
    let guests = accepted(SECRET, app.now().timestamp());
    let received = stream::iter(&guests).map(async |(name, credential)| {
        let head = b"GET /api/tasks HTTP/1.1\r\nHost: x\r\n";
        let request = [head, field("Authorization", credential).as_slice(), b"\r\n"].concat();
        let response = RawConnection::connect(&app).await.exchanges(request).await;
        assert_eq!(response.status, 200, "{name}: {}", response.text);
    });
    assert_eq!(received.buffer_unordered(AT_ONCE).count().await, guests.len());
}

/// A request of one kind and the verdict on it, in turn.
async fn judged(app: &TestApp, number: usize, connection: Option<&mut RawConnection>) {
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

async fn with_a_task_for_each_user() -> TestApp {
    let app = TestApp::start(Backend::Sqlite).await;
    for user in (0..7).map(|number| format!("user-{number}")) {
        app.user(&user).creates_a_task(&user).await;
    }
    app
}

#[actix_web::test]
async fn two_hundred_at_once_get_each_their_own_verdict() {
    let app = with_a_task_for_each_user().await;
    join_all((0..200).map(|number| judged(&app, number, None))).await;
}

#[actix_web::test]
async fn one_connection_gives_each_request_its_own_verdict() {
    let app = with_a_task_for_each_user().await;
    let mut connection = RawConnection::connect(&app).await;
    for number in 0..100 {
        judged(&app, number * 5 % 28, Some(&mut connection)).await;
    }
}

#[actix_web::test]
async fn a_flood_of_large_tokens_leaves_the_others_alone() {
    let app = TestApp::start(Backend::Sqlite).await;
    let ann = app.ann();
    let large = iter::repeat_with(|| app.bearer("A".repeat(100_000))).take(200);
    let flood = stream::iter(large).map(async |client| {
        ApiResponse::to(client.request(Method::GET, "/api/tasks")).await.rejects_the_token();
    });
    let (rejected, task) = futures_util::join!(flood.buffer_unordered(AT_ONCE).count(), ann.creates_a_task("Buy milk"));
    assert_eq!(rejected, 200);
    ann.sees(&task).await;
}
