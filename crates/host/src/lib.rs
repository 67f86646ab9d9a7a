//! What every part needs of the machine: files that appear when they are whole ([`output`]), signals
//! in every mode ([`interrupt`]), panics of other people's readers ([`panics`]), and text of files
//! without control characters ([`plain`]).

pub mod interrupt;
pub mod output;
pub mod panics;
pub mod plain;
