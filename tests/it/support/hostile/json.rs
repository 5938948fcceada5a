//! Correctly signed tokens whose header or payload is not one JSON object in UTF-8 (RFC 8725 §3.7, RFC 8259).

use super::{
    HostileRequest,
    forge::{Forge, HEADER, part},
};

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let headers =
        malformed(HEADER).into_iter().map(|(name, bytes)| (format!("{name} as the header"), forge.under(bytes)));
    let payloads = malformed(&forge.claims())
        .into_iter()
        .map(|(name, bytes)| (format!("{name} as the payload"), forge.holding(bytes)));
    headers.chain(payloads).chain(arrays(forge)).map(|(name, token)| HostileRequest::bearer(name, token)).collect()
}

/// Arrays of the member values, which serde accepts for a struct.
fn arrays(forge: &Forge<'_>) -> Vec<(String, String)> {
    let headers = [r#"["HS256"]"#, r#"["HS256","JWT"]"#, r#"["JWT","HS256"]"#, r#"["HS256",null,null,null]"#]
        .map(|array| (format!("the array {array} as the header"), forge.under(array)));
    let (iat, exp) = (forge.now, forge.now + 600);
    let payloads = [
        ("sub and exp", format!(r#"["ann",{exp}]"#)),
        ("exp and sub", format!(r#"[{exp},"ann"]"#)),
        ("sub, exp, nbf and iat", format!(r#"["ann",{exp},{iat},{iat}]"#)),
        ("sub, iat and exp", format!(r#"["ann",{iat},{exp}]"#)),
        ("the usual claims", format!(r#"["ann","ann@example.com","Ann",{iat},{exp}]"#)),
        ("names and values", format!(r#"[["sub","ann"],["exp",{exp}]]"#)),
    ]
    .map(|(name, array)| (format!("an array of {name} as the payload"), forge.holding(array)));
    headers.into_iter().chain(payloads).collect()
}

type Bytes = (String, Vec<u8>);

fn malformed(json: &str) -> Vec<Bytes> {
    [not_objects(), around(json), reencoded(json), with_member(json)].concat()
}

/// Other JSON values, or nothing, instead of an object.
fn not_objects() -> Vec<Bytes> {
    [
        ("nothing", ""),
        ("a blank", " "),
        ("an empty array", "[]"),
        ("the word null", "null"),
        ("the word true", "true"),
        ("a number", "1"),
        ("an empty string", r#""""#),
        ("an opening brace", "{"),
        ("a NUL", "\0"),
    ]
    .map(|(name, text)| (name.to_owned(), text.into()))
    .into()
}

/// An object with text before or after it.
fn around(json: &str) -> Vec<Bytes> {
    let cut = json.strip_suffix('}').unwrap_or(json);
    [
        ("a byte order mark and an object", format!("\u{feff}{json}")),
        ("an object and a NUL", format!("{json}\0")),
        ("an object and a word", format!("{json}x")),
        ("an object and a brace", format!("{json}}}")),
        ("an object and a comma", format!("{json},")),
        ("an object and an empty one", format!("{json}{{}}")),
        ("an object twice", format!("{json}{json}")),
        ("an object twice, on two lines", format!("{json}\n{json}")),
        ("an object in an array", format!("[{json}]")),
        ("an object in parentheses", format!("({json})")),
        ("an object after a form feed", format!("\u{c}{json}")),
        ("an object before a no-break space", format!("{json}\u{a0}")),
        ("an object and a comment", format!("{json}//")),
        ("an unclosed object", cut.to_owned()),
        ("an object with a comma before its end", format!("{cut},}}")),
        ("an object closed by a bracket", format!("{cut}]")),
        ("an object in single quotes", json.replace('"', "'")),
        ("an object encoded twice", part(json)),
    ]
    .map(|(name, text)| (name.to_owned(), text.into_bytes()))
    .into()
}

/// An object in another encoding than UTF-8.
fn reencoded(json: &str) -> Vec<Bytes> {
    let little: Vec<u8> = json.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = json.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let wide: Vec<u8> = json.chars().flat_map(|letter| u32::from(letter).to_be_bytes()).collect();
    [
        ("an object in UTF-16 with its mark", [&[0xff, 0xfe], little.as_slice()].concat()),
        ("an object in little-endian UTF-16", little),
        ("an object in big-endian UTF-16 with its mark", [&[0xfe, 0xff], big.as_slice()].concat()),
        ("an object in big-endian UTF-16", big),
        ("an object in UTF-32", wide),
    ]
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .into()
}

/// An object whose first, unknown member is not valid JSON.
fn with_member(json: &str) -> Vec<Bytes> {
    let members: &[(&str, &[u8])] = &[
        ("NaN", br#""x":NaN"#),
        ("Infinity", br#""x":Infinity"#),
        ("minus Infinity", br#""x":-Infinity"#),
        ("a leading zero", br#""x":01"#),
        ("a plus sign", br#""x":+1"#),
        ("a number without a whole part", br#""x":.5"#),
        ("a number without a fraction", br#""x":1."#),
        ("a number without an exponent", br#""x":1e"#),
        ("a hexadecimal number", br#""x":0x10"#),
        ("a string in single quotes", br#""x":'y'"#),
        ("a Python constant", br#""x":True"#),
        ("the word undefined", br#""x":undefined"#),
        ("no value", br#""x":"#),
        ("no colon", br#""x" 1"#),
        ("no quotes about its name", b"x:1"),
        ("a number for a name", b"1:1"),
        ("a comma too many", br#""x":1,"#),
        ("a block comment", br#"/**/"x":1"#),
        ("a line comment", b"//\n\"x\":1"),
        ("a vertical tab", b"\x0b\"x\":1"),
        ("a no-break space", b"\xc2\xa0\"x\":1"),
        ("a line feed in a string", b"\"x\":\"\n\""),
        ("a tab in a string", b"\"x\":\"\t\""),
        ("a NUL in a string", b"\"x\":\"\0\""),
        ("an escape character in a string", b"\"x\":\"\x1b\""),
        ("a control character in a name", b"\"\x01\":1"),
        ("an unknown escape", br#""x":"\q""#),
        ("a short escape", br#""x":"\u12""#),
        ("a byte 0xFF in a string", b"\"x\":\"\xff\""),
        ("a lone continuation byte", b"\"x\":\"\x80\""),
        ("an overlong NUL", b"\"x\":\"\xc0\x80\""),
        ("an encoded surrogate", b"\"x\":\"\xed\xa0\x80\""),
        ("a cut UTF-8 sequence", b"\"x\":\"\xe2\x82\""),
        ("a code point past Unicode", b"\"x\":\"\xf4\x90\x80\x80\""),
        ("a byte 0xFF in a name", b"\"\xff\":1"),
        ("a byte 0xFF in an array", b"\"x\":[\"\xff\"]"),
    ];
    let rest = json.strip_prefix('{').unwrap_or(json).as_bytes();
    members
        .iter()
        .map(|(name, member)| (format!("an object with {name}"), [b"{", *member, b",", rest].concat()))
        .collect()
}
