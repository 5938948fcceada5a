//! Keys and signatures (RFC 7515, RFC 7517, RFC 7518).

mod key_sets;
mod signatures;
mod weak_keys;
mod wycheproof;
