//! libpq's environment variables.

use std::fmt;

use crate::db::postgres::setting::Setting;

/// The variables that are read, and the connection parameter for which each is the default.
const VARIABLES: [(&str, &str); 13] = [
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGPORT", "port"),
    ("PGUSER", "user"),
    ("PGDATABASE", "dbname"),
    ("PGPASSWORD", "password"),
    ("PGPASSFILE", "passfile"),
    ("PGAPPNAME", "application_name"),
    ("PGOPTIONS", "options"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
];

/// libpq's environment variables: defaults for what a URL does not say.
#[derive(Clone, Default)]
pub struct PgEnvironment(Vec<Setting>);

impl PgEnvironment {
    /// Reads the variables by `variable`, which returns the value of the environment variable that it is given.
    /// Empty values count as unset. Without `PGPASSFILE`, the password file is `.pgpass` in `HOME`.
    #[must_use]
    pub fn from_fn(variable: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name: &str| variable(name).filter(|value| !value.is_empty());
        let default_passfile =
            read("HOME").map(|home| Setting::in_environment("passfile", &format!("{home}/.pgpass"), "HOME"));
        let set = VARIABLES
            .iter()
            .filter_map(|(variable, name)| read(variable).map(|value| Setting::in_environment(name, &value, variable)));
        Self(default_passfile.into_iter().chain(set).collect())
    }

    pub(super) fn settings(&self) -> &[Setting] {
        &self.0
    }
}

/// Shows the names alone: a value may be a password.
impl fmt::Debug for PgEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|setting| &setting.name)).finish()
    }
}
