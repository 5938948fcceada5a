//! The rules that hold the packages together.

mod imports;
