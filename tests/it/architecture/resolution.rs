//! Resolves the paths in a module to the modules that define the named items.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    package::{Package, parent},
    source::Path,
};

/// The name of the library, by which `main.rs` imports it.
const LIBRARY: &str = "taskbridge";

/// The longest chain of re-exports that is followed.
const MAX_RE_EXPORTS: usize = 8;

impl Package {
    /// For each module, the modules whose items it uses.
    pub(super) fn dependencies(&self) -> BTreeMap<String, BTreeSet<String>> {
        self.modules.keys().map(|module| (module.clone(), self.dependencies_of(module))).collect()
    }

    /// For each module at the top level, the others that it imports.
    pub(super) fn top_level_imports(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut all = BTreeMap::<String, BTreeSet<String>>::new();
        for (module, source) in self.modules.iter().filter(|(module, _)| !module.is_empty()) {
            let paths = source.paths.iter().chain(source.imports.iter().map(|import| &import.path));
            let imported =
                paths.filter_map(|path| self.locate(module, path)).map(|(module, _)| top_level(&module).to_owned());
            let others = imported.filter(|other| !other.is_empty() && other != top_level(module));
            all.entry(top_level(module).to_owned()).or_default().extend(others);
        }
        all
    }

    fn dependencies_of(&self, module: &str) -> BTreeSet<String> {
        let source = &self.modules[module];
        let imports = source.imports.iter().filter(|import| !source.only_re_exports(import)).map(|import| &import.path);
        let definitions = source.paths.iter().chain(imports).filter_map(|path| self.definition(module, path, 0));
        definitions.filter(|definition| definition != module).collect()
    }

    /// The module that defines the item at a path; `None` for modules themselves and for other packages.
    fn definition(&self, from: &str, path: &[String], re_exports: usize) -> Option<String> {
        let (module, rest) = self.locate(from, path).or_else(|| self.locate_imported(from, path))?;
        let (name, rest) = rest.split_first()?;
        let source = &self.modules[&module];
        match source.imports.iter().find(|import| import.name == *name) {
            Some(import) if !source.items.contains(name) && re_exports < MAX_RE_EXPORTS => {
                self.definition(&module, &[&import.path, rest].concat(), re_exports + 1)
            }
            _ => Some(module),
        }
    }

    /// The innermost module on a path, and the segments behind it.
    fn locate(&self, from: &str, path: &[String]) -> Option<(String, Path)> {
        let (first, mut rest) = path.split_first()?;
        let mut module = match first.as_str() {
            "crate" | LIBRARY => String::new(),
            "self" => from.to_owned(),
            "super" => parent(from).to_owned(),
            name => self.child(from, name)?,
        };
        while let Some((name, behind)) = rest.split_first() {
            match self.child(&module, name) {
                Some(child) => module = child,
                None if name == "super" => module = parent(&module).to_owned(),
                None => break,
            }
            rest = behind;
        }
        Some((module, rest.to_vec()))
    }

    /// As [`Package::locate`], for a path that begins with an imported module.
    fn locate_imported(&self, from: &str, path: &[String]) -> Option<(String, Path)> {
        let (first, rest) = path.split_first()?;
        let import = self.modules[from].imports.iter().find(|import| import.name == *first)?;
        self.locate(from, &[&import.path, rest].concat())
    }
}

fn top_level(module: &str) -> &str {
    module.split("::").next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependencies(files: &[(&str, &str)], module: &str) -> Vec<String> {
        Package::from_files(files.iter().copied()).dependencies()[module].iter().cloned().collect()
    }

    const A: (&str, &str) = ("a.rs", "pub struct A;");

    #[test]
    fn imports_and_inline_paths_are_dependencies() {
        let b = ("b.rs", "use crate::a::A;");
        let c = ("c/mod.rs", "fn f() { super::a::f(); d::f(); }");
        let files = [("lib.rs", ""), A, b, c, ("c/d.rs", "use std::fmt; pub fn f() { crate::g(); }")];
        assert_eq!(dependencies(&files, "b"), ["a"]);
        assert_eq!(dependencies(&files, "c"), ["a", "c::d"]);
        assert_eq!(dependencies(&files, "c::d"), [""]);
    }

    #[test]
    fn a_re_export_leads_to_the_definition() {
        let files = [("lib.rs", "pub use a::A;"), A, ("b.rs", "use crate::A;")];
        assert_eq!(dependencies(&files, "b"), ["a"]);
        assert_eq!(dependencies(&files, ""), [""; 0]);
    }

    #[test]
    fn an_imported_module_leads_to_what_is_used_of_it() {
        let files = [("lib.rs", ""), A, ("b.rs", "use crate::a; fn f(a: a::A) {}"), ("c.rs", "use crate::a;")];
        assert_eq!(dependencies(&files, "b"), ["a"]);
        assert_eq!(dependencies(&files, "c"), [""; 0]);
    }

    #[test]
    fn top_level_imports_are_counted_for_the_whole_folder() {
        let files = [
            ("lib.rs", ""),
            A,
            ("b/mod.rs", ""),
            ("b/c.rs", "fn f() { super::super::a::f(); super::d::f(); }"),
            ("b/d.rs", ""),
        ];
        let imports = Package::from_files(files).top_level_imports();
        assert_eq!(imports["b"].iter().collect::<Vec<_>>(), ["a"]);
    }
}
