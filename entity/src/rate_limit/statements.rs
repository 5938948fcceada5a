//! The statements over `rate_limit_counter`. A row has the time at which its key's quota is full again, in microseconds since 1970.

use crate::db::Dialect;

pub(super) const REFUND: &str = "update taskbridge.rate_limit_counter set expires_at = expires_at - $2 where key = $1";

pub(super) const KEEP: &str = "insert into taskbridge.rate_limit_counter (key, expires_at) values ($1, $2)
    on conflict (key) do update set expires_at = excluded.expires_at";

/// `$1` key, `$2` now, `$3` interval, `$4` window. Returns no row if the attempt is rejected.
pub(super) fn count(dialect: Dialect) -> String {
    let greatest = dialect.greatest();
    format!(
        "insert into taskbridge.rate_limit_counter (key, expires_at) values ($1, $2 + $3)
        on conflict (key) do update set expires_at = {greatest}(rate_limit_counter.expires_at, $2) + $3
            where {greatest}(rate_limit_counter.expires_at, $2) + $3 <= $2 + $4
        returning expires_at"
    )
}

/// Deletes a batch of counters whose quota was full before `$1`.
pub(crate) fn expired(batch_size: usize, dialect: Dialect) -> String {
    let skip_locked = dialect.skip_locked();
    format!(
        "delete from taskbridge.rate_limit_counter where key in (
            select key from taskbridge.rate_limit_counter where expires_at <= $1
            order by expires_at limit {batch_size} {skip_locked})"
    )
}
