//! Splits a source file into tokens: comments are dropped, and so are items under `#[cfg(test)]`.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// A token of a source file, without the content of most literals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Ident(String),
    /// `::`
    PathSeparator,
    Punct(char),
    Open(char),
    Close,
    /// A string literal, without its quotes.
    Text(String),
}

/// The tokens of a file, in order.
pub(super) fn tokenize(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    flatten(source.parse().expect("a Rust source file"), &mut tokens);
    tokens
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Punct(punct) if punct.as_char() == '#' && trees.peek().is_some_and(is_cfg_test) => {
                trees.find(ends_item);
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint => {
                trees.next();
                tokens.push(Token::PathSeparator);
            }
            TokenTree::Punct(punct) => tokens.push(Token::Punct(punct.as_char())),
            TokenTree::Ident(ident) => tokens.push(Token::Ident(ident.to_string())),
            TokenTree::Literal(literal) => tokens.push(Token::Text(literal.to_string().trim_matches('"').to_owned())),
            TokenTree::Group(group) => {
                tokens.push(Token::Open(if group.delimiter() == Delimiter::Brace { '{' } else { '(' }));
                flatten(group.stream(), tokens);
                tokens.push(Token::Close);
            }
        }
    }
}

fn is_cfg_test(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group) if group.to_string().replace(' ', "") == "[cfg(test)]")
}

/// Whether an item ends with this token: `{ … }` or `;`.
fn ends_item(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idents(source: &str) -> Vec<String> {
        let ident = |token| if let Token::Ident(name) = token { Some(name) } else { None };
        tokenize(source).into_iter().filter_map(ident).collect()
    }

    #[test]
    fn comments_are_dropped() {
        assert_eq!(idents("// crate::a\nuse b; /* c */"), ["use", "b"]);
    }

    #[test]
    fn test_items_are_dropped() {
        assert_eq!(
            idents("use a; #[cfg(test)] mod tests { use b; } #[cfg(test)] use c; use d;"),
            ["use", "a", "use", "d"]
        );
    }

    #[test]
    fn a_path_separator_is_one_token() {
        let ident = |name: &str| Token::Ident(name.to_owned());
        assert_eq!(tokenize("a::b"), [ident("a"), Token::PathSeparator, ident("b")]);
    }
}
