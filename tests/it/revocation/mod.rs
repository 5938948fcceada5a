//! Revocations and how they reach every replica.

mod feed;
mod feed_faults;
mod outage;
mod replicas;
