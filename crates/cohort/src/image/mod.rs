//! Pictures: where their bytes are, what they decode to, and their thumbnails.
//!
//! Everything here takes the file for hostile: its size, dimensions and the memory that it would
//! need are limited before it is decoded, its type is told by its content, and a file that ends
//! early is an error rather than a half-grey picture.

mod bmp;
mod decode;
mod decoded;
mod depth;
mod encode;
mod error;
mod file_type;
mod gif;
mod jpeg;
mod limits;
mod lzw;
mod picture;
mod png;
mod resize;
mod sheet;
mod source;
mod strips;
mod thumbnail;
mod tiff;
mod tiff_jpeg;
mod tiff_source;
mod webp;

pub use decode::{decode, decode_deep};
pub use decoded::Want;
pub use depth::Depth;
pub use encode::jpeg as encode_jpeg;
pub use error::ImageError;
pub use file_type::FileType;
pub use limits::{MAX_DECODED_BYTES, MAX_SIDE};
pub use picture::{DeepPicture, ImageFacts, Picture, Pixels};
pub use sheet::{sheet, tile};
pub use source::{Content, ImageSource, MAX_FILE_BYTES, Stamp};
pub use thumbnail::{png as encode_png, thumbnail};
