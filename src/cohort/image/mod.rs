//! Pictures: where their bytes are, what they decode to, and their thumbnails.
//!
//! Everything here takes the file for hostile: its size, dimensions and the memory that it would
//! need are limited before it is decoded, its type is told by its content, and a file that ends
//! early is an error rather than a half-grey picture.

mod decode;
mod error;
mod jpeg;
mod picture;
mod sheet;
mod source;
mod thumbnail;

pub use decode::{FileType, MAX_DECODED_BYTES, MAX_SIDE, decode};
pub use error::ImageError;
pub use picture::{ImageFacts, Picture, Pixels, Want};
pub use sheet::{sheet, tile};
pub use source::{ImageSource, MAX_FILE_BYTES};
pub use thumbnail::{png, thumbnail};
