//! Keys that others can sign with: too short, of small order, or from a faulty generator.

/// Accepted sizes of an RSA modulus in bits. RFC 7518 §3.3 sets the minimum; a larger modulus makes verification costly.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Ed25519 public keys of order 1, 2, 4 or 8 and their non-canonical encodings, without the sign bit. Anybody can sign
/// under such a key. The list is libsodium's.
const SMALL_ORDER: [[u8; 32]; 7] = [
    [0; 32],
    small_integer(1),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
    near_field_prime(0xec),
    near_field_prime(0xed),
    near_field_prime(0xee),
];

const fn small_integer(byte: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[0] = byte;
    bytes
}

/// A number close to 2²⁵⁵ - 19, little-endian.
const fn near_field_prime(first: u8) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = first;
    bytes[31] = 0x7f;
    bytes
}

/// Rejects an Ed25519 point of small order, which RFC 8032 §5.1.7 leaves to the verifier.
pub(super) fn check_ed25519_point(point: &[u8]) -> Result<(), &'static str> {
    let mut point = point.to_vec();
    if let Some(last) = point.last_mut() {
        *last &= 0x7f;
    }
    if SMALL_ORDER.iter().any(|weak| weak == point.as_slice()) { Err("its point is of small order") } else { Ok(()) }
}

/// Rejects RSA keys with a modulus or an exponent out of range, and keys with the ROCA weakness.
pub(super) fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), &'static str> {
    let bits = n.first().map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
    if bits < *RSA_BITS.start() {
        return Err("its RSA modulus is shorter than 2048 bits");
    }
    if bits > *RSA_BITS.end() {
        return Err("its RSA modulus is longer than 8192 bits");
    }
    if e.last().is_none_or(|last| last % 2 == 0) || e == [1] || e.len() > 4 {
        return Err("its RSA exponent is not an odd number from 3 to 2³² - 1");
    }
    if is_roca(n) {
        return Err("its RSA modulus comes from a faulty generator (CVE-2017-15361)");
    }
    Ok(())
}

/// Returns whether the modulus is a power of 65537 modulo each of the first primes (Nemec et al. 2017). The probability
/// that a sound key is, is 2⁻²⁷.
fn is_roca(n: &[u8]) -> bool {
    const PRIMES: [u32; 38] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
        109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ];
    PRIMES.iter().all(|prime| {
        let remainder = n.iter().fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime);
        let powers = std::iter::successors(Some(1), |power| Some(power * 65_537 % prime));
        powers.take(*prime as usize).any(|power| power == remainder)
    })
}
