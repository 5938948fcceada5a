//! Each room imports only what stands before it, and no room imports itself in a circle.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The rooms of `src`, in the order in which they may import each other. docs/ARCHITECTURE.md explains it.
const ROOMS: [&str; 13] = [
    "clock",
    "config",
    "telemetry",
    "http",
    "rate_limit",
    "jose",
    "auth",
    "password",
    "tokens",
    "routes",
    "app",
    "cli",
    "main",
];

/// Rooms that import no other.
const ALONE: [&str; 2] = ["clock", "config"];

#[test]
fn rooms_import_only_what_stands_before_them() {
    for room in ROOMS {
        let before = &ROOMS[..place_of(room)];
        for import in imports_of(room) {
            assert!(before.contains(&import.as_str()), "src/{room} imports {import}, which does not stand before it");
        }
    }
}

#[test]
fn the_first_rooms_import_none() {
    for room in ALONE {
        assert_eq!(imports_of(room), BTreeSet::new(), "src/{room}");
    }
}

#[test]
fn every_room_has_its_place() {
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        assert!(name == "lib" || ROOMS.contains(&name.as_str()), "src/{name} has no place in the order");
    }
}

#[test]
fn the_tables_have_one_door() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("\n[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    for orm in ["sea-orm", "sqlx", "migration"] {
        assert!(!dependencies.contains(orm), "{orm} would be a second door to the tables");
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for file in ["src", "entity/src", "migration/src"].iter().flat_map(|folder| files_in(&root().join(folder))) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{} does not begin with what it is for", file.display());
    }
}

#[test]
fn every_link_of_the_docs_leads_somewhere() {
    let pages = [root(), &root().join("docs"), &root().join("docs/decisions")];
    let files = pages.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    for page in files.filter(|path| path.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let is_there = link.contains("://") || page.parent().unwrap().join(link).exists();
            assert!(is_there, "{} links to {link}, which is not there", page.display());
        }
    }
}

fn place_of(room: &str) -> usize {
    ROOMS.iter().position(|other| *other == room).unwrap()
}

fn imports_of(room: &str) -> BTreeSet<String> {
    let source = root().join("src");
    let files =
        if source.join(room).is_dir() { files_in(&source.join(room)) } else { vec![source.join(format!("{room}.rs"))] };
    let own_crate = if room == "main" { "taskbridge::" } else { "crate::" };
    let all =
        files.iter().flat_map(|file| mentioned(&fs::read_to_string(file).unwrap(), own_crate)).collect::<BTreeSet<_>>();
    all.into_iter().filter(|import| import != room).collect()
}

/// The rooms that follow the crate's name, alone or in braces.
fn mentioned(text: &str, own_crate: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for after in text.split(own_crate).skip(1) {
        match after.strip_prefix('{') {
            Some(list) => rooms.extend(top_level_of(list)),
            None => rooms.extend(first_word(after)),
        }
    }
    rooms
}

fn top_level_of(list: &str) -> Vec<String> {
    let (mut depth, mut item, mut items) = (0, String::new(), Vec::new());
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(std::mem::take(&mut item)),
            c if depth == 0 => item.push(c),
            _ => {}
        }
    }
    items.push(item);
    items.iter().filter_map(|item| first_word(item.trim())).collect()
}

fn first_word(text: &str) -> Option<String> {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!word.is_empty()).then_some(word)
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
