//! Rules about files and pages: headers, links, access to the database.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::cycles::PACKAGES;

#[test]
fn only_entity_depends_on_the_database_driver() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("\n[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    for package in ["sea-orm", "tokio-postgres", "rusqlite", "migration"] {
        assert!(!dependencies.contains(package), "taskbridge depends on {package}");
    }
}

#[test]
fn within_entity_only_db_names_the_driver() {
    const DRIVER: [&str; 6] =
        ["tokio_postgres", "rusqlite", "ConnectionTrait", "DatabaseConnection", "DbBackend", "DbErr"];
    let entity = root().join("entity/src");
    for file in files_in(&entity).iter().filter(|file| !file.starts_with(entity.join("db"))) {
        let text = fs::read_to_string(file).unwrap();
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        assert_eq!(words.find(|word| DRIVER.contains(word)), None, "{}", file.display());
    }
}

#[test]
fn every_file_has_a_header() {
    for file in PACKAGES.iter().flat_map(|folder| files_in(&root().join(folder))) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{} has no header", file.display());
    }
}

#[test]
fn every_link_in_the_docs_has_a_target() {
    let pages = [root(), &root().join("docs"), &root().join("docs/decisions")];
    let files = pages.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    for page in files.filter(|path| path.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            assert!(link.contains("://") || has_target(&page, link), "{} links to {link}", page.display());
        }
    }
}

fn has_target(page: &Path, link: &str) -> bool {
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let target = if file.is_empty() { page.to_owned() } else { page.parent().unwrap().join(file) };
    let Some(anchor) = anchor else { return target.exists() };
    let text = fs::read_to_string(target).unwrap_or_default();
    text.lines().filter_map(|line| line.strip_prefix('#')).any(|heading| slug(heading) == anchor)
}

/// The anchor that GitHub gives a heading.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    text.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect()
}

pub(super) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

/// The root of the repository.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
