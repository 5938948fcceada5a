//! What is ended at one replica is rejected by the other within a second, in whatever way it was ended.

use std::{sync::Arc, time::Duration};

use chrono::Duration as Time;
use reqwest::Method;
use serde_json::json;

use crate::support::{
    ACCOUNTS, ApiClient, ApiResponse, Backend, Issuer, KeyServer, SignedInUser, SqlConnection, TestApp, TestDatabase,
    password,
};

const BACKENDS: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

/// Two services on one database.
struct Replicas {
    one: TestApp,
    two: TestApp,
}

impl Replicas {
    async fn start(backend: Backend) -> Self {
        let database = Arc::new(TestDatabase::new(backend).await);
        let one = TestApp::start_on(Arc::clone(&database), [ACCOUNTS]).await;
        let two = TestApp::start_on(database, [ACCOUNTS]).await;
        Self { one, two }
    }

    /// The same client at the second replica, where they are known.
    async fn known_at_two(&self, client: &ApiClient) -> ApiClient {
        let there = self.two.bearer(client.token().unwrap());
        for _ in 0..4 {
            there.is_accepted().await;
        }
        there
    }

    async fn sql(&self, statements: &str) {
        SqlConnection::on(&self.one.database()).await.run(statements).await;
    }
}

impl ApiClient {
    async fn ends_at_both(&self, there: &Self) {
        self.is_rejected_within_a_second().await;
        there.is_rejected_within_a_second().await;
    }
}

async fn closes(member: &SignedInUser, name: &str) -> ApiResponse {
    let farewell = json!({"password": password(name)});
    ApiResponse::to(member.request(Method::DELETE, "/api/auth/me").json(&farewell)).await
}

#[actix_web::test]
async fn every_way_to_end_a_token_is_known_everywhere() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let nobody = replicas.one.anonymous();

        let ann = nobody.signs_up("ann").await;
        let there = replicas.known_at_two(&ann).await;
        ann.logs_out().await.is(204);
        ann.ends_at_both(&there).await;

        let (ann, bob) = (nobody.logs_in("ann").await, nobody.signs_up("bob").await);
        let (anns, bobs) = (replicas.known_at_two(&ann).await, replicas.known_at_two(&bob).await);
        let phone = nobody.logs_in("ann").await;
        let there = replicas.known_at_two(&phone).await;
        ann.delete(&format!("/api/auth/sessions/{}", phone.session_id())).await.is(204);
        phone.ends_at_both(&there).await;
        anns.is_accepted().await;

        let front = replicas.one.user(ann.id());
        let there = replicas.known_at_two(&front).await;
        front.logs_out().await.is(204);
        front.ends_at_both(&there).await;
        anns.is_accepted().await;

        let (tablet, front) =
            (nobody.logs_in("ann").await, replicas.one.bearer(replicas.one.token(ann.id()).with("jti", 2).sign()));
        let (tablets, fronts) = (replicas.known_at_two(&tablet).await, replicas.known_at_two(&front).await);
        let change = json!({"current_password": password("ann"), "new_password": "another of her own"});
        ann.post("/api/auth/password", change).await.is(204);
        tablet.ends_at_both(&tablets).await;
        front.ends_at_both(&fronts).await;
        anns.is_accepted().await;

        ann.delete("/api/auth/sessions").await.is(204);
        ann.ends_at_both(&anns).await;
        bobs.is_accepted().await;

        let carol = nobody.signs_up("carol").await;
        let renewed = carol.refreshes().await;
        let there = replicas.known_at_two(&renewed).await;
        renewed.refreshes().await;
        nobody.refreshes_with(carol.refresh_token()).await.rejects_the_refresh_token();
        renewed.ends_at_both(&there).await;

        closes(&bob, "bob").await.is(204);
        bob.ends_at_both(&bobs).await;
    }
}

/// As Better Auth ends them, which knows nothing of this service.
#[actix_web::test]
async fn what_is_ended_by_sql_is_known_everywhere() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let (ann, bob, carol) = (
            replicas.one.anonymous().signs_up("ann").await,
            replicas.one.anonymous().signs_up("bob").await,
            replicas.one.anonymous().signs_up("carol").await,
        );
        let renewed = ann.refreshes().await;
        let there = replicas.known_at_two(&renewed).await;
        replicas.sql(&format!("delete from session where id = '{}'", ann.session_id())).await;
        renewed.ends_at_both(&there).await;
        ann.is_signed_out().await;

        let there = replicas.known_at_two(&bob).await;
        replicas.sql(&format!("delete from session where \"userId\" = '{}'", bob.id())).await;
        bob.ends_at_both(&there).await;

        let there = replicas.known_at_two(&carol).await;
        let cascading = if backend == Backend::Sqlite { "pragma foreign_keys = on; " } else { "" };
        replicas.sql(&format!("{cascading}delete from \"user\" where id = '{}'", carol.id())).await;
        carol.ends_at_both(&there).await;
        replicas.one.anonymous().refreshes_with(carol.refresh_token()).await.rejects_the_refresh_token();
    }
}

#[actix_web::test]
async fn a_token_of_a_key_set_ends_everywhere() {
    let (keys, issuer): (KeyServer, Issuer) = KeyServer::with_issuer("EdDSA").await;
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let url = keys.url();
        let settings = [("BETTER_AUTH_SECRET", ""), ("JWKS_URL", url.as_str())];
        let one = TestApp::start_on(Arc::clone(&database), settings).await;
        let two = TestApp::start_on(database, settings).await;
        let replicas = Replicas { one, two };
        let ann = replicas.one.ann_of(&issuer);
        let there = replicas.known_at_two(&ann).await;
        ann.logs_out().await.is(204);
        ann.ends_at_both(&there).await;
    }
}

/// As text, an instant after the year 9999 comes before all others.
#[actix_web::test]
async fn a_token_without_an_end_to_speak_of_stays_logged_out() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let ann = replicas.one.bearer(replicas.one.token("ann").with("exp", 253_402_300_799_i64).sign());
        let there = replicas.known_at_two(&ann).await;
        ann.logs_out().await.is(204);
        ann.ends_at_both(&there).await;
        let three = TestApp::start_on(replicas.one.database(), [ACCOUNTS]).await;
        three.bearer(ann.token().unwrap()).is_rejected().await;
    }
}

#[actix_web::test]
async fn who_starts_later_knows_all_that_was_ended() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let nobody = replicas.one.anonymous();
        let (ann, bob, carol) =
            (nobody.signs_up("ann").await, nobody.signs_up("bob").await, nobody.signs_up("carol").await);
        let (front, of_carol) = (replicas.one.ann(), replicas.one.user(carol.id()));
        ann.logs_out().await.is(204);
        front.logs_out().await.is(204);
        carol.delete("/api/auth/sessions").await.is(204);
        let three = TestApp::start_on(replicas.one.database(), [ACCOUNTS]).await;
        let there = |client: &ApiClient| three.bearer(client.token().unwrap());
        for ended in [&*ann, &front, &*carol, &of_carol] {
            there(ended).is_rejected().await;
        }
        there(&bob).is_accepted().await;
    }
}

/// The median and the worst of thirty, on PostgreSQL told and not asked.
#[actix_web::test]
async fn a_log_out_is_known_elsewhere_in_no_time() {
    let replicas = Replicas::start(Backend::Postgres).await;
    let mut times = Vec::new();
    for number in 0..30 {
        let ann = replicas.one.bearer(replicas.one.token("ann").with("jti", number).sign());
        let there = replicas.known_at_two(&ann).await;
        ann.logs_out().await.is(204);
        times.push(there.is_rejected_within_a_second().await);
    }
    times.sort();
    assert!(times[15] < Duration::from_millis(250), "it is asked, and not told: {times:?}");
}

#[actix_web::test]
async fn a_refresh_token_is_renewed_at_any_replica_and_lives_once() {
    for backend in BACKENDS {
        let replicas = Replicas::start(backend).await;
        let ann = replicas.one.anonymous().signs_up("ann").await;
        let at_two = replicas.two.anonymous();
        let (here, there) =
            futures_util::future::join(ann.refreshes(), at_two.refreshes_with(ann.refresh_token())).await;
        let there = at_two.signed_in_by(there.is(200));
        assert_eq!(here.refresh_token(), there.refresh_token());
        let next = there.refreshes().await;
        replicas.one.advance_clock(Time::seconds(11));
        replicas.one.anonymous().refreshes_with(ann.refresh_token()).await.rejects_the_refresh_token();
        next.is_rejected_within_a_second().await;
    }
}
