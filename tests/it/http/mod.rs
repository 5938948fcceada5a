//! HTTP below the operations: framing, bodies, headers, CORS and problem details.

mod bodies;
mod client_ip;
mod cors;
mod framing;
mod methods_and_paths;
mod problems;
mod request_id;
mod security_headers;
