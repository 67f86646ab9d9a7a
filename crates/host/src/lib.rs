//! What every part needs of the machine: files that appear when they are whole ([`files`]), signals
//! in every mode ([`interrupt`]), panics of other people's readers ([`panics`]), text of files without
//! control characters ([`plain`]), other processes of this program ([`processes`]), what may end a process
//! tried out in another ([`trial`]), and what the machine has ([`machine`]).

pub mod files;
pub mod interrupt;
pub mod machine;
pub mod panics;
pub mod plain;
pub mod processes;
pub mod trial;
