//! Standard output.

use std::{
    error::Error,
    io::{self, Write},
};

pub(super) fn print(text: &str) -> Result<(), Box<dyn Error>> {
    Ok(io::stdout().write_all(text.as_bytes())?)
}
