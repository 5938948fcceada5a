//! Tests of TLS, in memory and against PostgreSQL.

mod handshake;
mod servers;
