//! HTTP below the operations: framing, bodies, headers, CORS and problem details.

mod bodies;
mod client_ip;
mod cors;
mod framing;
mod problems;
mod protocol;
