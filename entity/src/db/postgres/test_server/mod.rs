//! PostgreSQL servers for tests, run by the programs on this machine, and certificates for them.

mod certificates;
mod cluster;

pub(super) use self::{
    certificates::{Authority, Identity},
    cluster::Cluster,
};
