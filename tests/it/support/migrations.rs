//! The migrations, read from the source files.

use std::{collections::BTreeMap, fs, path::Path};

/// The text of each migration by its name, in order.
pub(crate) fn migrations() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migration/src");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let migration = |file: std::path::PathBuf| {
        let name = file.file_stem()?.to_str()?.to_owned();
        let is_migration = name.starts_with('m') && name.contains(|c: char| c.is_ascii_digit());
        is_migration.then(|| (name, fs::read_to_string(file).unwrap()))
    };
    files.filter_map(migration).collect()
}

/// The names of the migrations, in order.
pub(crate) fn migration_names() -> Vec<String> {
    migrations().into_keys().collect()
}
