//! Revocations and how replicas learn of them.

mod feed;
mod feed_faults;
mod outage;
mod replicas;
