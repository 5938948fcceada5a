//! Correctly signed tokens whose `sub` is not a user id: 1 to 255 visible ASCII characters.

use super::{HostileRequest, forge::Forge};

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [absent(forge), mistyped(forge), invisible(forge), foreign(forge), long(forge)].concat()
}

fn set(forge: &Forge<'_>, value: &str) -> String {
    forge.holding(forge.claims_with("sub", value))
}

fn absent(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let bare = forge.claims_without("sub");
    let mut attacks = vec![
        HostileRequest::bearer("no sub", forge.holding(&bare)),
        HostileRequest::bearer("sub in the header only", forge.seal(r#"{"alg":"HS256","sub":"ann"}"#, &bare)),
    ];
    for name in ["SUB", "Sub", "sub ", r"sub\u0000", "id", "uid", "user_id", "userId", "username"] {
        let claims = bare.replacen('{', &format!(r#"{{"{name}":"ann","#), 1);
        attacks.push(HostileRequest::bearer(format!("the user id as {name:?} and no sub"), forge.holding(claims)));
    }
    attacks
}

fn mistyped(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [
        "null",
        "true",
        "false",
        "0",
        "1",
        "-1",
        "1.5",
        "1e400",
        "18446744073709551616",
        "[]",
        r#"["ann"]"#,
        r#"["ann","bob"]"#,
        "{}",
        r#"{"id":"ann"}"#,
        r#"{"$ne":null}"#,
    ]
    .map(|value| HostileRequest::bearer(format!("sub as {value}"), set(forge, value)))
    .into()
}

/// Invisible characters as JSON escapes.
fn invisible(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [
        ("empty", ""),
        ("a space", " "),
        ("a tab", r"\t"),
        ("a line feed", r"\n"),
        ("a NUL", r"\u0000"),
        ("ann with a space before", " ann"),
        ("ann with a space after", "ann "),
        ("ann with a space inside", "an n"),
        ("ann with a tab inside", r"an\tn"),
        ("ann with a line feed after", r"ann\n"),
        ("ann with a Windows line end and a field", r"ann\r\nX-Admin: 1"),
        ("ann with a NUL inside", r"an\u0000n"),
        ("ann with a NUL after", r"ann\u0000"),
        ("ann with a NUL and bob after", r"ann\u0000bob"),
        ("ann with a terminal's escape", r"\u001b[2Jann"),
        ("ann with a delete", r"ann\u007f"),
        ("ann with a next line", r"ann\u0085"),
        ("ann with a no-break space", r"ann\u00a0"),
        ("ann with a soft hyphen", r"an\u00adn"),
        ("ann with a zero-width space", r"an\u200bn"),
        ("ann with a zero-width joiner", r"an\u200dn"),
        ("ann with a right-to-left override", r"\u202eann"),
        ("ann with a line separator", r"ann\u2028"),
        ("ann with a byte order mark", r"\ufeffann"),
        ("ann with an ideographic space", r"ann\u3000"),
        ("ann with a tag character", r"ann\udb40\udc41"),
        ("ann with a noncharacter", r"ann\uffff"),
        ("ann with a lone surrogate", r"ann\ud800"),
        ("ann with surrogates in the wrong order", r"ann\udc00\ud800"),
    ]
    .map(|(name, value)| HostileRequest::bearer(format!("sub {name}"), set(forge, &format!("\"{value}\""))))
    .into()
}

/// Letters outside ASCII, some of which look like ASCII.
fn foreign(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [
        ("with a composed accent", "\u{e1}nn"),
        ("with a combining accent", "a\u{301}nn"),
        ("with a Cyrillic letter", "\u{430}nn"),
        ("in full-width letters", "\u{ff41}\u{ff4e}\u{ff4e}"),
        ("with a sharp s", "stra\u{df}e"),
        ("with a dotless i", "adm\u{131}n"),
        ("with a Kelvin sign", "\u{212a}ate"),
        ("in Chinese", "\u{5b89}"),
        ("as an emoji", "\u{1f600}"),
        ("as a replacement character", "\u{fffd}"),
    ]
    .map(|(name, value)| HostileRequest::bearer(format!("sub {name}"), set(forge, &format!("\"{value}\""))))
    .into()
}

fn long(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [256, 257, 1_000, 10_000]
        .map(|length| {
            HostileRequest::bearer(
                format!("sub of {length} characters"),
                set(forge, &format!("\"{}\"", "a".repeat(length))),
            )
        })
        .into()
}
