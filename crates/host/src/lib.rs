//! What every part needs of the machine: files that appear when they are whole ([`files`]), signals
//! in every mode ([`interrupt`]), panics of other people's readers ([`panics`]), and text of files
//! without control characters ([`plain`]).

pub mod files;
pub mod interrupt;
pub mod panics;
pub mod plain;
