//! Revocations and how they reach every replica.

mod feed;
mod feed_faults;
mod kinds;
mod outage;
mod replicas;
mod users;
