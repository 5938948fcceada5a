//! Folding of case and accents for the search in titles and descriptions.

use unicode_normalization::UnicodeNormalization;

/// Folds `text` to lower case without accents by Unicode's rules, which do not depend on the database or its locale.
///
/// Only the combining marks U+0300 to U+036F, those of the Latin, Greek and Cyrillic scripts, are removed: elsewhere a mark
/// may be a vowel or another consonant. The rest is composed again, so that a Hangul syllable matches as a whole. A final
/// sigma becomes a medial one: a search term may end inside a word.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.to_lowercase().replace('ς', "σ").nfd().filter(|character| !is_accent(*character)).nfc().collect()
}

const fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_are_folded() {
        for (text, folded) in [
            ("MÜLLER", "muller"),
            ("Mu\u{308}ller", "muller"),
            ("Ångström", "angstrom"),
            ("İstanbul", "istanbul"),
            ("ΟΔΌΣ", "οδοσ"),
            ("Ёлка", "елка"),
            ("Việt Nam", "viet nam"),
            ("Straße", "straße"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn marks_of_other_scripts_are_kept() {
        for text in ["हिन्दी", "مُدَرِّس", "ガギグ", "각가", "ไทยนี้"] {
            assert_eq!(fold(text), text.nfc().collect::<String>());
        }
        assert_eq!(fold("\u{1100}\u{1161}"), "가", "decomposed and composed Hangul are equal");
    }

    #[test]
    fn folding_again_changes_nothing() {
        for character in '\0'..=char::MAX {
            let folded = fold(&character.to_string());
            assert_eq!(fold(&folded), folded, "{character:?}");
        }
    }
}
