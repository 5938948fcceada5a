//! Trigrams: a text contains a word only if it contains the word's trigrams.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::fold::fold;
use crate::UserId;

/// Returns the trigrams of folded texts, each as a hash with its user. Two trigrams of a user have different hashes.
pub(super) fn of_texts<'t>(user: &UserId, texts: impl IntoIterator<Item = &'t str>) -> Vec<i64> {
    let (seed, mut grams) = (seed(user), BTreeSet::new());
    for text in texts {
        let characters: Vec<char> = text.chars().collect();
        grams.extend(characters.windows(3).map(|trigram| mix(seed ^ pack(trigram)).cast_signed()));
    }
    grams.into_iter().collect()
}

/// Returns the trigrams of the words of a search; none if all words are shorter.
pub(super) fn of_words(user: &UserId, words: &[String]) -> Vec<i64> {
    let words: Vec<_> = words.iter().map(|word| fold(word)).collect();
    of_texts(user, words.iter().map(String::as_str))
}

fn seed(user: &UserId) -> u64 {
    let hash = Sha256::digest(user.as_str());
    hash.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

/// A character has 21 bits.
fn pack(trigram: &[char]) -> u64 {
    trigram.iter().fold(0, |packed, character| packed << 21 | u64::from(*character))
}

/// The finalizer of `SplitMix64`, a bijection.
const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> UserId {
        UserId::from("ann")
    }

    #[test]
    fn a_text_has_the_trigrams_of_each_part() {
        let text = of_texts(&ann(), ["buy oat milk", "हिन्दी"]);
        for part in ["Milk", "buy oat", "हिन्द", "t m"] {
            let part = of_words(&ann(), &[part.to_owned()]);
            assert!(!part.is_empty() && part.iter().all(|gram| text.contains(gram)));
        }
        assert!(!text.contains(&of_words(&ann(), &["lkh".to_owned()])[0]));
    }

    #[test]
    fn short_words_have_none() {
        assert_eq!(of_words(&ann(), &["ab".to_owned(), "é".to_owned(), String::new()]), [0; 0]);
    }

    #[test]
    fn users_share_no_trigram() {
        assert_ne!(of_texts(&ann(), ["abc"]), of_texts(&UserId::from("bob"), ["abc"]));
    }

    /// Stored hashes outlive a release.
    #[test]
    fn hashes_are_stable() {
        assert_eq!(of_texts(&ann(), ["abc"]), [-6_059_379_291_029_478_418]);
    }
}
