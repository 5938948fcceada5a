//! A package as modules, one for each source file.

use std::{collections::BTreeMap, fs, path::Path as FilePath};

use super::source::Source;

/// The modules of a package by path: `""` is the root, `task::list` is `src/task/list.rs`.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) modules: BTreeMap<String, Source>,
}

impl Package {
    /// Reads a source folder, relative to the repository.
    pub(super) fn read(folder: &str) -> Self {
        let root = super::rules::root().join(folder);
        let files = super::rules::files_in(&root);
        let text = |file: &FilePath| fs::read_to_string(file).expect("a source file");
        Self::from_files(files.iter().map(|file| (file.strip_prefix(&root).unwrap().to_str().unwrap(), text(file))))
    }

    /// Parses files, each given by its path below the source folder and its text.
    pub(super) fn from_files<'f>(files: impl IntoIterator<Item = (&'f str, impl AsRef<str>)>) -> Self {
        let module = |(file, text): (&str, _)| (module_path(file), Source::parse(AsRef::<str>::as_ref(&text)));
        Self { modules: files.into_iter().map(module).collect() }
    }

    /// The path of a child module, if there is a file for it.
    pub(super) fn child(&self, module: &str, name: &str) -> Option<String> {
        let child = if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") };
        self.modules.contains_key(&child).then_some(child)
    }
}

/// The parent of a module; the root is its own parent.
pub(super) fn parent(module: &str) -> &str {
    module.rsplit_once("::").map_or("", |(parent, _)| parent)
}

fn module_path(file: &str) -> String {
    let module = file.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
    if module == "lib" { String::new() } else { module }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_modules() {
        let package = Package::from_files(["lib.rs", "main.rs", "a.rs", "b/mod.rs", "b/c.rs"].map(|file| (file, "")));
        assert_eq!(package.modules.keys().collect::<Vec<_>>(), ["", "a", "b", "b::c", "main"]);
        assert_eq!(package.child("b", "c").as_deref(), Some("b::c"));
        assert_eq!((parent("b::c"), parent("b")), ("b", ""));
    }
}
