//! Modules import only modules to their left in the import order of `docs/ARCHITECTURE.md`.

use std::{collections::BTreeMap, fs};

use super::{package::Package, rules::root};

/// The rank of each package and module: a module imports modules of a lower rank only.
type Ranks = BTreeMap<String, usize>;

const ARCHITECTURE: &str = include_str!("../../../docs/ARCHITECTURE.md");

/// Reads the first code block below the heading "Import order".
fn ranks(page: &str) -> Ranks {
    let section = page.split("## Import order").nth(1).expect("a section on the import order");
    let order = section.split("```").nth(1).expect("a code block");
    let groups = order.split('→').enumerate();
    groups.flat_map(|(rank, group)| group.split(',').map(move |name| (name.trim().to_owned(), rank))).collect()
}

/// Imports that violate the order, and modules that are not in it.
fn violations(package: &Package, ranks: &Ranks) -> Vec<String> {
    let mut violations = Vec::new();
    for (module, imports) in package.top_level_imports() {
        let Some(rank) = ranks.get(&module) else {
            violations.push(format!("{module} is not in the import order"));
            continue;
        };
        let wrong = imports.iter().filter(|import| ranks.get(*import).is_none_or(|imported| imported >= rank));
        violations.extend(wrong.map(|import| format!("{module} imports {import}")));
    }
    violations
}

#[test]
fn modules_import_only_modules_to_their_left() {
    assert_eq!(violations(&Package::read("src"), &ranks(ARCHITECTURE)), [""; 0]);
}

#[test]
fn packages_depend_only_on_packages_to_their_left() {
    let ranks = ranks(ARCHITECTURE);
    for package in ["migration", "entity"] {
        let manifest = fs::read_to_string(root().join(package).join("Cargo.toml")).unwrap();
        let names = manifest.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
        for name in names.filter(|name| ranks.contains_key(*name) || *name == "taskbridge") {
            assert!(ranks.get(name).is_some_and(|rank| *rank < ranks[package]), "{package} depends on {name}");
        }
    }
}

const TOY_ORDER: &str = "## Import order\n\n```\na → b, c → d\n```\n";

fn violations_of(b: &str) -> Vec<String> {
    let files = [("lib.rs", ""), ("a.rs", ""), ("b/mod.rs", "mod e;"), ("b/e.rs", b), ("c.rs", ""), ("d.rs", "")];
    violations(&Package::from_files(files), &ranks(TOY_ORDER))
}

#[test]
fn an_import_to_the_left_is_allowed() {
    assert_eq!(violations_of("use crate::a::A;"), [""; 0]);
}

#[test]
fn an_import_to_the_right_is_found() {
    assert_eq!(violations_of("use crate::{a, d::D};"), ["b imports d"]);
    assert_eq!(violations_of("fn f() { super::super::d::f() }"), ["b imports d"]);
}

#[test]
fn an_import_of_the_same_rank_is_found() {
    assert_eq!(violations_of("use crate::c::C;"), ["b imports c"]);
}

#[test]
fn a_module_outside_the_order_is_found() {
    let package = Package::from_files([("lib.rs", ""), ("x.rs", "")]);
    assert_eq!(violations(&package, &ranks(TOY_ORDER)), ["x is not in the import order"]);
}
