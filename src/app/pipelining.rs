//! Requests that a client sends without awaiting the responses to earlier ones.

/// Least bytes of pipelined requests that are handed over at once, so that a body of blank lines takes few reads.
const MIN_READ: usize = 32;

/// Returns how many bytes of `received` to hand over at once: up to the first blank line after `MIN_READ` if there is another one, else all.
///
/// Actix allocates about 7 kB for each request head, and parses up to 16 ahead of the one it responds to. A blank line ends a head, or
/// is part of a body, which may be split anywhere.
pub(super) fn next_read_length(received: &[u8]) -> usize {
    let mut length = 0;
    let mut first = None;
    for line in received.split_inclusive(|&byte| byte == b'\n') {
        length += line.len();
        if length >= MIN_READ && matches!(line, b"\n" | b"\r\n") {
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

    fn split(mut received: &str) -> Vec<&str> {
        let mut reads = Vec::new();
        while !received.is_empty() {
            let (read, rest) = received.split_at(next_read_length(received.as_bytes()));
            reads.push(read);
            received = rest;
        }
        reads
    }

    #[test]
    fn pipelined_requests_are_split() {
        let name = "x".repeat(MIN_READ);
        let get = format!("GET / HTTP/1.1\r\nHost: {name}\r\n\r\n");
        let bare = get.replace('\r', "");
        assert_eq!(split(&get.repeat(3)), [&get; 3]);
        assert_eq!(split(&bare.repeat(3)), [&bare; 3], "some parsers accept line feeds alone");
        assert_eq!(split(&format!("{get}{get}GET /")), [&get, &format!("{get}GET /")]);
    }

    #[test]
    fn a_body_of_blank_lines_takes_few_reads() {
        assert_eq!(split(&"\n".repeat(10 * MIN_READ)).len(), 10);
    }

    #[test]
    fn one_request_is_handed_over_whole() {
        for request in
            ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\n\r\n{\"a\":\n1}", "GET", "\r\n"]
        {
            assert_eq!(split(request), [request]);
        }
    }
}
