//! Keys and signatures.

mod key_sets;
mod signatures;
mod weak_keys;
mod wycheproof;
