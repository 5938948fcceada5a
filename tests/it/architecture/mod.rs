//! The rules between packages, modules and files.
//!
//! [`source`] reads the paths in a file, [`package`] resolves them to modules, [`graph`] finds cycles.

mod cycles;
mod graph;
mod import_order;
mod package;
mod resolution;
mod rules;
mod source;
mod tokens;
