//! Secrets: generated on the embedded default, and versioned in `BETTER_AUTH_SECRETS`.

use std::os::unix::fs::PermissionsExt;

use crate::support::{ApiClient, Program, SECRET, Token, id};

/// A client with a token that the program minted.
async fn client_with_minted_token(program: &Program, base: &str) -> ApiClient {
    let output = program.run(&["mint-token", "--sub", "ann"]).await;
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
    ApiClient::new(base, "ann", Some(output.stdout.trim().to_owned()))
}

async fn mint_token(program: &Program) -> String {
    program.run(&["mint-token", "--sub", "ann"]).await.stdout.trim().to_owned()
}

#[actix_web::test]
async fn a_secret_is_generated_once() {
    let program = Program::new();
    let mut process = program.serve().await;
    assert!(process.log().contains("taskbridge.secret"), "{}", process.log());
    let file = program.folder().join("taskbridge.secret");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let secret = std::fs::read_to_string(&file).unwrap();
    assert!(secret.len() >= 32 && !process.log().contains(&secret));
    let ann = client_with_minted_token(&program, &process.base()).await;
    let task = ann.creates_a_task("Buy milk").await;
    process.signal("TERM");
    assert_eq!(process.exit_code().await, Some(0));
    let process = program.serve().await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), secret);
    client_with_minted_token(&program, &process.base()).await.sees(&task).await;
}

#[actix_web::test]
async fn concurrent_starts_share_the_generated_secret() {
    for _ in 0..3 {
        let program = Program::new();
        let (mut one, mut two) = (program.start(), program.start());
        futures_util::future::join(one.wait_until_listening(), two.wait_until_listening()).await;
        let task = client_with_minted_token(&program, &one.base()).await.creates_a_task("Buy milk").await;
        client_with_minted_token(&program, &two.base()).await.sees(&task).await;
        let files =
            std::fs::read_dir(program.folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut files: Vec<_> = files.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm")).collect();
        files.sort();
        assert_eq!(files, ["taskbridge.db", "taskbridge.secret"]);
    }
}

#[actix_web::test]
async fn only_serve_generates_a_secret() {
    let program = Program::new();
    for arguments in [&["mint-token", "--sub", "ann"] as &[&str], &["explain-token", "x"]] {
        let output = program.run(arguments).await;
        assert_eq!(output.code, Some(2), "{output:?}");
        assert!(output.stderr.contains("start the service here once"), "{output:?}");
    }
    assert_eq!(program.run(&["migrate"]).await.code, Some(0));
    assert!(!program.folder().join("taskbridge.secret").exists());
}

#[actix_web::test]
async fn every_versioned_secret_verifies() {
    let (new, old) = ("the-new-secret-of-more-than-32-bytes", "the-old-secret-of-more-than-32-bytes");
    let program = Program::new().with("BETTER_AUTH_SECRETS", &format!("2:{new},1:{old}"));
    let process = program.serve().await;
    let ann = client_with_minted_token(&program, &process.base()).await;
    let task = ann.creates_a_task("Buy milk").await;
    let now = taskbridge::clock::Clock::system().now();
    for (secret, status) in [(new, 200), (old, 200), (SECRET, 401)] {
        let client = ApiClient::new(&process.base(), "ann", Some(Token::new("ann", now).signed_with(secret).sign()));
        client.get(&format!("/api/tasks/{}", id(&task))).await.is(status);
    }
}

#[actix_web::test]
async fn the_first_versioned_secret_signs() {
    let (new, old) = ("the-new-secret-of-more-than-32-bytes", "the-old-secret-of-more-than-32-bytes");
    let program = Program::new().with("BETTER_AUTH_SECRETS", &format!("2:{new},1:{old}"));
    let only_new = Program::new().with("BETTER_AUTH_SECRET", new).serve().await;
    ApiClient::new(&only_new.base(), "ann", Some(mint_token(&program).await)).get("/api/tasks").await.is(200);
}
