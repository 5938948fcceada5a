//! What a source file imports, names and defines.

use std::collections::BTreeSet;

use super::tokens::{Token, tokenize};

/// A path by its segments.
pub(super) type Path = Vec<String>;

const ITEM_KEYWORDS: [&str; 8] = ["const", "enum", "fn", "static", "struct", "trait", "type", "union"];

/// A source file.
#[derive(Debug, Default)]
pub(super) struct Source {
    pub(super) imports: Vec<Import>,
    /// Paths outside `use` declarations.
    pub(super) paths: BTreeSet<Path>,
    /// The names of the items at the top level.
    pub(super) items: BTreeSet<String>,
    /// All identifiers outside `use` declarations.
    idents: BTreeSet<String>,
}

/// One name of a `use` declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Import {
    pub(super) path: Path,
    /// The name in this file.
    pub(super) name: String,
    pub(super) is_public: bool,
}

impl Source {
    pub(super) fn parse(text: &str) -> Self {
        let tokens = tokenize(text);
        let mut source = Self::default();
        let (mut at, mut depth) = (0, 0_usize);
        while let Some(token) = tokens.get(at) {
            match token {
                Token::Ident(word) if word == "use" && matches!(tokens.get(at + 1), Some(Token::Ident(_))) => {
                    let is_public = at > 0 && matches!(&tokens[at - 1], Token::Close | Token::Ident(_));
                    at += 1;
                    use_tree(&tokens, &mut at, Path::new(), is_public, &mut source.imports);
                    continue;
                }
                Token::Ident(word) => {
                    if depth == 0 && ITEM_KEYWORDS.contains(&word.as_str()) {
                        source.items.extend(ident(&tokens, at + 1));
                    }
                    let path = path(&tokens, &mut at);
                    source.idents.extend(path.iter().cloned());
                    source.add_path(path);
                    continue;
                }
                Token::Text(text) => source.add_path(path_in_attribute(text)),
                Token::Open(_) => depth += 1,
                Token::Close => depth -= 1,
                Token::PathSeparator | Token::Punct(_) => {}
            }
            at += 1;
        }
        source
    }

    /// Whether the file only passes the name on.
    pub(super) fn only_re_exports(&self, import: &Import) -> bool {
        import.is_public && !self.idents.contains(&import.name)
    }

    fn add_path(&mut self, path: Path) {
        if path.len() > 1 {
            self.paths.insert(path);
        }
    }
}

fn ident(tokens: &[Token], at: usize) -> Option<String> {
    if let Some(Token::Ident(name)) = tokens.get(at) { Some(name.clone()) } else { None }
}

/// Reads `a::b::c` and moves behind it.
fn path(tokens: &[Token], at: &mut usize) -> Path {
    let mut segments = Path::new();
    while let Some(segment) = ident(tokens, *at) {
        segments.push(segment);
        *at += 1;
        if tokens.get(*at) != Some(&Token::PathSeparator) {
            break;
        }
        *at += 1;
    }
    segments
}

/// Reads `a::{b, c as d}` and moves behind it.
fn use_tree(tokens: &[Token], at: &mut usize, mut prefix: Path, is_public: bool, imports: &mut Vec<Import>) {
    prefix.extend(path(tokens, at));
    match tokens.get(*at) {
        Some(Token::Open(_)) => {
            *at += 1;
            while tokens.get(*at) != Some(&Token::Close) {
                use_tree(tokens, at, prefix.clone(), is_public, imports);
                *at += usize::from(tokens.get(*at) == Some(&Token::Punct(',')));
            }
            *at += 1;
        }
        Some(Token::Punct('*')) => {
            *at += 1;
            prefix.push("*".to_owned());
            imports.push(Import { path: prefix, name: "*".to_owned(), is_public });
        }
        _ => {
            prefix.truncate(prefix.len() - usize::from(prefix.len() > 1 && prefix.ends_with(&["self".to_owned()])));
            let name = alias(tokens, at).unwrap_or_else(|| prefix.last().cloned().unwrap_or_default());
            imports.push(Import { path: prefix, name, is_public });
        }
    }
}

/// Reads `as name` and moves behind it.
fn alias(tokens: &[Token], at: &mut usize) -> Option<String> {
    let name = if ident(tokens, *at)? == "as" { ident(tokens, *at + 1) } else { None };
    *at += 2;
    name
}

/// The path in an attribute such as `deserialize_with = "super::present"`.
fn path_in_attribute(text: &str) -> Path {
    let segments: Path = text.split("::").map(str::to_owned).collect();
    let is_ident = |segment: &String| !segment.is_empty() && segment.chars().all(|c| c.is_alphanumeric() || c == '_');
    if segments.iter().all(is_ident) { segments } else { Path::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(text: &str) -> Vec<(String, String)> {
        let import = |import: Import| (import.path.join("::"), import.name);
        Source::parse(text).imports.into_iter().map(import).collect()
    }

    fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> [(String, String); N] {
        pairs.map(|(path, name)| (path.to_owned(), name.to_owned()))
    }

    #[test]
    fn nested_imports_are_read() {
        let expected = pairs([("crate::a", "a"), ("crate::a::B", "B"), ("crate::c::d", "e"), ("super::f::*", "*")]);
        assert_eq!(imports("use crate::{a::{self, B}, c::d as e}; use super::f::*;"), expected);
    }

    #[test]
    fn paths_in_code_and_attributes_are_read() {
        let source = Source::parse("#[serde(with = \"super::a\")] fn f() { crate::b::c(d::<E>()); \"no path\"; }");
        assert_eq!(
            source.paths,
            [vec!["crate", "b", "c"], vec!["super", "a"]]
                .map(|path| path.into_iter().map(str::to_owned).collect())
                .into()
        );
    }

    #[test]
    fn only_items_at_the_top_level_are_definitions() {
        let source = Source::parse("pub(crate) struct A; impl A { fn b() {} } const C: u8 = 0; async fn d() {}");
        assert_eq!(source.items, ["A", "C", "d"].map(str::to_owned).into());
    }

    #[test]
    fn a_re_export_is_told_from_a_use() {
        let source = Source::parse("pub use self::a::A; pub use self::b::B; fn f(b: B) {}");
        assert_eq!(
            source.imports.iter().map(|import| source.only_re_exports(import)).collect::<Vec<_>>(),
            [true, false]
        );
    }
}
