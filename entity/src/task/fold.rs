//! Case folding for the search in titles and descriptions.

/// Folds `text` to lower case by Unicode's rules, which do not depend on the database's locale. A final sigma becomes a
/// medial one: a search term may end inside a word.
pub(super) fn fold(text: &str) -> String {
    text.to_lowercase().replace('ς', "σ")
}
