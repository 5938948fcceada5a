//! The role of a service that owns no table, so that row-level security applies to it.

use url::Url;

use super::setting;

pub(crate) const ROLE: &str = "taskbridge_service";
const PASSWORD: &str = "service";

/// Creates the role, which all databases of a server share, and grants what the service needs. The owner has migrated the
/// database.
pub(crate) fn setup() -> String {
    format!(
        "do $$ begin
            create role {ROLE} login password '{PASSWORD}';
        exception when duplicate_object or unique_violation then null;
        end $$;
        grant usage on schema public, taskbridge to {ROLE};
        grant select, insert, update, delete on all tables in schema public, taskbridge to {ROLE};
        grant usage on all sequences in schema taskbridge to {ROLE}"
    )
}

/// Whether the test run asks for row-level security.
pub(super) fn is_requested() -> bool {
    match setting("TEST_RLS").as_deref() {
        None | Some("off") => false,
        Some("on") => true,
        Some(other) => panic!("TEST_RLS={other}: expected on or off"),
    }
}

/// The URL of a database for the role.
pub(crate) fn url(database: &str) -> String {
    let mut url = Url::parse(database).expect("the URL of a PostgreSQL database");
    url.set_username(ROLE).expect("a user");
    url.set_password(Some(PASSWORD)).expect("a password");
    url.into()
}
