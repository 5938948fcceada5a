//! Tests of URLs, and of the choice among several hosts.

mod failover;
mod urls;
