//! Requests that a client sends without awaiting the responses to earlier ones.

/// A part has at least so many bytes, so that a body of blank lines is handed over in few parts.
const MIN_PART: usize = 32;

/// Returns how much of `received` to hand over before a response is sent: up to the first blank line after `MIN_PART` if there is another
/// one, else everything.
///
/// Actix allocates about 7 kB for each request head, and parses up to 16 ahead of the one it responds to. A blank line ends a head, or
/// is part of a body, which may be handed over in any parts.
pub(super) fn next_part(received: &[u8]) -> usize {
    let mut length = 0;
    let mut first = None;
    for line in received.split_inclusive(|&byte| byte == b'\n') {
        length += line.len();
        if length >= MIN_PART && matches!(line, b"\n" | b"\r\n") {
            match first {
                None => first = Some(length),
                Some(first) => return first,
            }
        }
    }
    received.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(mut received: &str) -> Vec<&str> {
        let mut parts = Vec::new();
        while !received.is_empty() {
            let (part, rest) = received.split_at(next_part(received.as_bytes()));
            parts.push(part);
            received = rest;
        }
        parts
    }

    #[test]
    fn pipelined_requests_are_parted() {
        let name = "x".repeat(MIN_PART);
        let get = format!("GET / HTTP/1.1\r\nHost: {name}\r\n\r\n");
        let bare = get.replace('\r', "");
        assert_eq!(parts(&get.repeat(3)), [&get; 3]);
        assert_eq!(parts(&bare.repeat(3)), [&bare; 3], "some parsers accept line feeds alone");
        assert_eq!(parts(&format!("{get}{get}GET /")), [&get, &format!("{get}GET /")]);
    }

    #[test]
    fn a_body_of_blank_lines_is_handed_over_in_few_parts() {
        assert_eq!(parts(&"\n".repeat(10 * MIN_PART)).len(), 10);
    }

    #[test]
    fn one_request_is_handed_over_whole() {
        for request in
            ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\n\r\n{\"a\":\n1}", "GET", "\r\n"]
        {
            assert_eq!(parts(request), [request]);
        }
    }
}
