//! The service answers as a real Better Auth does, apart from the listed differences.

use crate::support::{
    better_auth::{client_setting, passes_the_differential},
    print,
};

#[actix_web::test]
async fn the_responses_equal_those_of_better_auth() {
    let report = passes_the_differential(client_setting()).await;
    print(report.lines().last().unwrap());
}
