//! The command `health`, which containers run as their health check.

use std::net::TcpListener;

use crate::support::Program;

/// A program whose settings name the address of this service.
fn at(host: &str, address: &str) -> Program {
    let (_, port) = address.rsplit_once(':').unwrap();
    Program::new().with("HOST", host).with("PORT", port)
}

#[actix_web::test]
async fn a_running_service_is_healthy() {
    let service = Program::new().serve().await;
    for arguments in [&["health"] as &[&str], &["health", "--ready"]] {
        for host in ["127.0.0.1", "0.0.0.0", "localhost"] {
            let checked = at(host, service.address()).run(arguments).await;
            assert_eq!(
                (checked.code, checked.stdout, checked.stderr),
                (Some(0), String::new(), String::new()),
                "{host}"
            );
        }
    }
    let base = service.base();
    let checked = Program::new().run(&["health", "--ready", "--url", &base]).await;
    assert_eq!(checked.code, Some(0), "{checked:?}");
}

#[actix_web::test]
async fn a_service_that_does_not_run_is_unhealthy() {
    let mut service = Program::new().serve().await;
    let address = service.address().to_owned();
    service.signal("TERM");
    service.exit_code().await;
    let checked = at("127.0.0.1", &address).run(&["health"]).await;
    assert_eq!((checked.code, checked.stdout.as_str()), (Some(1), ""));
    assert!(checked.stderr.starts_with("taskbridge: can't reach http://127.0.0.1:"), "{checked:?}");
    assert!(checked.stderr.contains("/health/live: Connection refused"), "{checked:?}");
}

#[actix_web::test]
async fn a_service_without_its_key_set_is_alive_but_not_ready() {
    let service = Program::new().with("JWKS_URL", "http://127.0.0.1:1/api/auth/jwks").serve().await;
    let alive = at("127.0.0.1", service.address()).run(&["health"]).await;
    assert_eq!(alive.code, Some(0), "{alive:?}");
    let ready = at("127.0.0.1", service.address()).run(&["health", "--ready"]).await;
    assert_eq!(ready.code, Some(1), "{ready:?}");
    assert!(ready.stderr.ends_with("/health/ready answered with status 503\n"), "{ready:?}");
}

#[actix_web::test]
async fn a_service_that_does_not_answer_is_unhealthy() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let checked = at("127.0.0.1", &silent.local_addr().unwrap().to_string()).run(&["health"]).await;
    assert_eq!(checked.code, Some(1), "{checked:?}");
    assert!(checked.stderr.ends_with("/health/live did not answer within 3s\n"), "{checked:?}");
}

#[actix_web::test]
async fn the_address_must_be_known() {
    let unknown = Program::new().with("PORT", "0").run(&["health"]).await;
    assert_eq!(unknown.code, Some(1), "{unknown:?}");
    assert_eq!(unknown.stderr, "taskbridge: PORT is 0: name the service's address with --url\n");
    let invalid = Program::new().with("PORT", "none").run(&["health"]).await;
    assert_eq!(invalid.code, Some(2), "{invalid:?}");
    let relative = Program::new().run(&["health", "--url", "localhost"]).await;
    assert_eq!(relative.code, Some(2), "{relative:?}");
}
