//! Files of a package do not depend on each other in a cycle.

use super::{graph::cycles, package::Package};

/// The source folders of the packages.
pub(super) const PACKAGES: [&str; 3] = ["migration/src", "entity/src", "src"];

/// The cycles of a package, each by the dependencies in it.
fn cycles_in(package: &Package) -> Vec<String> {
    let dependencies = package.dependencies();
    let edges = |cycle: &Vec<String>| {
        let inner = |file: &String| {
            let others = dependencies[file].iter().filter(|other| cycle.contains(other));
            others.map(|other| format!("{file} → {other}")).collect::<Vec<_>>()
        };
        cycle.iter().flat_map(inner).collect::<Vec<_>>().join(", ")
    };
    cycles(&dependencies).iter().map(edges).collect()
}

#[test]
fn no_files_depend_on_each_other() {
    let mut found = Vec::new();
    for folder in PACKAGES {
        found.extend(cycles_in(&Package::read(folder)).iter().map(|cycle| format!("{folder}: {cycle}")));
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_cycle_between_files_is_found() {
    let a = ("t/a.rs", "use super::b::B; pub struct A;");
    let b = ("t/b.rs", "fn f(a: &crate::t::A) {} pub struct B;");
    let package = Package::from_files([("lib.rs", "mod t;"), ("t/mod.rs", "mod a; mod b; pub use self::a::A;"), a, b]);
    assert_eq!(cycles_in(&package), ["t::a → t::b, t::b → t::a"]);
}

#[test]
fn a_cycle_between_parent_and_child_is_found() {
    let parent = ("t/mod.rs", "mod a; use self::a::A; pub struct T(A);");
    let package = Package::from_files([("lib.rs", "mod t;"), parent, ("t/a.rs", "use super::T; pub struct A;")]);
    assert_eq!(cycles_in(&package), ["t → t::a, t::a → t"]);
}

#[test]
fn a_parent_may_re_export_a_child_that_uses_it() {
    let parent = ("t/mod.rs", "mod a; pub use self::a::A; pub struct T;");
    let package = Package::from_files([("lib.rs", "mod t;"), parent, ("t/a.rs", "use super::T; pub struct A;")]);
    assert_eq!(cycles_in(&package), [""; 0]);
}
