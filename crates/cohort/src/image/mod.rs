//! Pictures: where their bytes are, what they decode to, and their thumbnails.
//!
//! Everything here takes the file for hostile: its size, dimensions and the memory that it would
//! need are limited before it is decoded, its type is told by its content, and a file that ends
//! early is an error rather than a half-grey picture.

mod bmp;
mod decode;
mod decoded;
mod depth;
mod dicom;
mod encode;
mod error;
mod file_type;
mod gif;
mod jpeg;
mod limits;
mod lzw;
mod opened;
mod picture;
mod png;
mod resize;
mod room;
mod sheet;
mod source;
mod strips;
mod thumbnail;
mod tiff;
mod tiff_jpeg;
mod tiff_source;
mod webp;
mod zipped;

pub use decode::{decode, decode_deep};
pub use decoded::Want;
pub use depth::Depth;
pub(crate) use dicom::{COLUMNS, HeaderKind};
pub use dicom::{Patient, Spacing, SpacingAttribute, Study, Window};
pub use encode::jpeg as encode_jpeg;
pub use error::ImageError;
pub use file_type::FileType;
pub use limits::{MAX_DECODED_BYTES, MAX_FILE_BYTES, MAX_SIDE};
pub use opened::Stamp;
pub use picture::{DeepPicture, ImageFacts, Picture, Pixels};
pub use room::MAX_TOGETHER;
pub use sheet::{sheet, tile};
pub use source::{Content, Drawn, ImageSource};
pub use thumbnail::{png as encode_png, png_of as encode_png_of, thumbnail};
pub use zipped::ZippedFile;
pub(crate) use zipped::list as list_archive;
