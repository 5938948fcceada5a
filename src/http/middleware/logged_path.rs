//! Request paths as they are logged: without tokens and user IDs, and bounded.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::telemetry::SubjectFingerprint;

/// What precedes a token in a path.
const TOKEN_PREFIX: &str = "/reset-password/";

/// What surrounds a user ID in a path.
const USER_PREFIX: &str = "/api/";
const USER_SUFFIX: &str = "/tasks";

/// The most characters of client input in one field of a log line.
const MAX_LOGGED_CHARS: usize = 512;

/// Returns a path without its token, and with the fingerprint of a user ID in its place.
pub(super) fn logged_path(path: &str) -> Cow<'_, str> {
    if let Some(start) = path.find(TOKEN_PREFIX) {
        return bounded(path.get(..start + TOKEN_PREFIX.len()).unwrap_or_default());
    }
    match split_at_user_id(path) {
        Some((user_id, rest)) => {
            let user_id = percent_decode_str(user_id).decode_utf8_lossy();
            format!("{USER_PREFIX}{}{}", SubjectFingerprint::new(&user_id), bounded(rest)).into()
        }
        None => bounded(path),
    }
}

/// Returns the user ID in a path and what follows it.
fn split_at_user_id(path: &str) -> Option<(&str, &str)> {
    let (user_id, rest) = path.strip_prefix(USER_PREFIX)?.split_once('/')?;
    let rest = path.get(USER_PREFIX.len() + user_id.len()..).filter(|_| !rest.is_empty())?;
    let after = rest.strip_prefix(USER_SUFFIX)?;
    (after.is_empty() || after.starts_with('/')).then_some((user_id, rest))
}

/// Cuts a text that is too long, and adds its length.
pub(super) fn bounded(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MAX_LOGGED_CHARS) {
        Some((end, _)) => format!("{}… ({} bytes)", text.get(..end).unwrap_or_default(), text.len()).into(),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_ids_are_logged_as_fingerprints() {
        let fingerprint = SubjectFingerprint::new("ann@example.com").to_string();
        for rest in ["/tasks", "/tasks/", "/tasks/01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e/complete"] {
            for id in ["ann@example.com", "ann%40example.com"] {
                assert_eq!(logged_path(&format!("/api/{id}{rest}")), format!("/api/{fingerprint}{rest}"));
            }
        }
    }

    #[test]
    fn other_paths_are_logged_unchanged() {
        for path in
            ["/", "/api/tasks", "/api/tasks/1", "/api/auth/me", "/tasks/1", "/api/ann/task", "/api/ann", "/api/"]
        {
            assert_eq!(logged_path(path), path);
        }
    }

    #[test]
    fn tokens_are_not_logged() {
        assert_eq!(logged_path("/api/auth/reset-password/secret"), "/api/auth/reset-password/");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(bounded(&"ü".repeat(MAX_LOGGED_CHARS)).chars().count(), MAX_LOGGED_CHARS);
        let cut = bounded(&"ü".repeat(30_000)).into_owned();
        assert!(cut.ends_with("ü… (60000 bytes)") && cut.chars().count() < MAX_LOGGED_CHARS + 20, "{cut}");
        assert!(logged_path(&format!("/api/ann/tasks/{}", "a".repeat(60_000))).len() < 1_000);
    }
}
