//! [`Reply`]: how a thread answers its caller.

use tokio::sync::oneshot;

use super::error::SqliteError;

pub(super) type Reply<T> = oneshot::Sender<Result<T, SqliteError>>;
