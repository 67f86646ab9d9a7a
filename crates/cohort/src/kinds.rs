//! Kinds of files, by their names and first bytes: which are pictures, which are tables, and what to
//! say of those that somebody may take for one and that are not read.

use std::ffi::OsStr;

/// What a file is, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A picture of a type that is read.
    Picture,
    /// A table.
    Table,
    /// An archive whose files are read as if it were a folder.
    Archive,
    /// A picture, a volume or an archive of a type that is not read, and what to do.
    NotRead(&'static str),
    /// Neither picture nor table: words, code, weights.
    Other,
    /// The name does not say.
    Unknown,
}

/// Endings of pictures that are read.
const PICTURES: &[&str] = &[
    "jpg", "jpeg", "jpe", "jfif", "png", "tif", "tiff", "bmp", "webp", "gif", "dcm", "dicom",
    "dic", "ima",
];

/// Those of DICOM files.
const OF_DICOM: &[&str] = &["dcm", "dicom", "dic", "ima"];

/// Endings of tables; a `.txt` is one only where it is called `metadata.txt`.
const TABLES: &[&str] = &[
    "csv", "tsv", "tab", "xlsx", "xlsm", "xls", "ods", "parquet", "jsonl", "ndjson",
];

/// Endings of what nobody looks for on a map.
const OTHERS: &[&str] = &[
    "txt",
    "md",
    "rst",
    "html",
    "htm",
    "css",
    "js",
    "ts",
    "py",
    "pyc",
    "ipynb",
    "r",
    "m",
    "c",
    "h",
    "cpp",
    "rs",
    "sh",
    "bat",
    "ps1",
    "yml",
    "yaml",
    "toml",
    "ini",
    "cfg",
    "conf",
    "log",
    "xml",
    "json",
    "lock",
    "bib",
    "tex",
    "doc",
    "docx",
    "odt",
    "rtf",
    "ppt",
    "pptx",
    "npy",
    "onnx",
    "pt",
    "pth",
    "ckpt",
    "safetensors",
    "data",
    "pkl",
    "pickle",
    "joblib",
    "md5",
    "sha1",
    "sha256",
    "sum",
    "license",
    "gitignore",
    "gitattributes",
    "dvc",
    "bak",
    "tmp",
    "part",
    "lnk",
    "url",
    "exe",
    "dll",
    "so",
    "ini",
    "db",
    "sqlite",
    "sqlite3",
    "wav",
    "mp3",
    "sas",
    "rdata",
    "rds",
];

/// Names without an ending of what nobody looks for on a map.
const OTHER_NAMES: &[&str] = &[
    "license",
    "licence",
    "readme",
    "makefile",
    "dockerfile",
    "authors",
    "changelog",
    "copying",
    "notice",
    "version",
    "sha256sums",
    "md5sums",
    "dicomdir",
    "dvc.lock",
    "icon\r",
];

const PICTURE: &str = "pictures of this type are not read: save them as PNG or JPEG";
const VOLUME: &str = "volumes are not read: save single slices as PNG";
const ARRAYS: &str = "files of arrays are not read: save each picture as PNG";
pub(super) const ARCHIVE: &str =
    "archives of this kind, and archives in archives, are not read: unpack it";
const FILM: &str = "films and documents are not read: save single pictures as PNG";
const TABLE: &str = "tables of this type are not read: save it as CSV";

/// Endings of what is not read, and what to say of it.
const NOT_READ: &[(&str, &[&str])] = &[
    (
        PICTURE,
        &[
            "avif", "heic", "heif", "jxl", "jp2", "j2k", "jpf", "jpx", "j2c", "svg", "psd", "exr",
            "hdr", "pbm", "pgm", "ppm", "pnm", "pam", "tga", "dds", "ico", "pcx", "qoi", "dng",
            "nef", "cr2", "raw", "svs", "ndpi", "mrxs", "czi",
        ],
    ),
    (
        VOLUME,
        &[
            "nii", "mha", "mhd", "nrrd", "nhdr", "mgz", "mgh", "img", "mnc",
        ],
    ),
    (
        ARRAYS,
        &[
            "npz",
            "h5",
            "hdf5",
            "mat",
            "tfrecord",
            "tfrecords",
            "lmdb",
            "zarr",
        ],
    ),
    (
        ARCHIVE,
        &["tar", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar"],
    ),
    (
        FILM,
        &["mp4", "avi", "mov", "mkv", "webm", "pdf", "eps", "ps"],
    ),
    (
        TABLE,
        &["arrow", "feather", "orc", "dta", "sav", "numbers", "xlsb"],
    ),
];

/// What a file's name says of it.
pub(super) fn by_name(name: &str) -> Kind {
    let lower = name.to_lowercase();
    let ending = extension(&lower);
    let base = lower.rsplit('/').next().unwrap_or(&lower);
    if PICTURES.contains(&ending) {
        return Kind::Picture;
    }
    if TABLES.contains(&ending) || base == "metadata.txt" {
        return Kind::Table;
    }
    if ending == "zip" {
        return Kind::Archive;
    }
    if lower.ends_with(".nii.gz") {
        return Kind::NotRead(VOLUME);
    }
    let refused = NOT_READ
        .iter()
        .find(|(_, endings)| endings.contains(&ending));
    match refused {
        Some((reason, _)) => Kind::NotRead(reason),
        None if OTHERS.contains(&ending) || OTHER_NAMES.contains(&base) => Kind::Other,
        None => Kind::Unknown,
    }
}

/// Whether a file name ends as pictures' names do.
pub(super) fn is_image_name(name: &str) -> bool {
    PICTURES.contains(&extension(&name.to_lowercase()))
}

/// Whether a file name ends as those of DICOM files do.
pub(super) fn is_dicom_name(name: &str) -> bool {
    OF_DICOM.contains(&extension(&name.to_lowercase()))
}

/// What to say of a file whose name tells nothing, by its first bytes, 256 at most.
pub(super) fn why_not_read(start: &[u8]) -> &'static str {
    const PICTURES: [(usize, &[u8]); 6] = [
        (4, b"ftypavif"),
        (4, b"ftyphei"),
        (4, b"ftypmif1"),
        (0, b"\0\0\0\x0CjP  "),
        (0, b"\xFF\x4F\xFF\x51"),
        (0, b"\xFF\x0A"),
    ];
    let at = |offset: usize, magic: &[u8]| start.get(offset..offset + magic.len()) == Some(magic);
    if PICTURES.iter().any(|(offset, magic)| at(*offset, magic)) {
        PICTURE
    } else if at(0, b"PK\x03\x04") || at(0, b"\x1F\x8B") {
        ARCHIVE
    } else if start.is_empty() {
        "the file is empty"
    } else {
        NO_PICTURE
    }
}

/// What to say of anything else.
pub(super) const NO_PICTURE: &str =
    "the file is not a DICOM, JPEG, PNG, TIFF, BMP, WebP or GIF picture";

/// Folders that operating systems and file servers make for themselves.
pub(super) fn is_litter(folder: &OsStr) -> bool {
    let litter = [
        "__macosx",
        "@eadir",
        "#recycle",
        "$recycle.bin",
        "lost+found",
    ];
    let name = folder.to_string_lossy().to_lowercase();
    litter.contains(&name.as_str()) || name == "system volume information"
}

/// What follows the last dot of the last component.
fn extension(name: &str) -> &str {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.rsplit_once('.').map_or("", |(_, end)| end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_pictures_tables_and_what_is_not_read() {
        assert_eq!(by_name("sub.dir/A.JPEG"), Kind::Picture);
        assert_eq!(by_name("x/metadata.JSONL"), Kind::Table);
        assert_eq!(by_name("metadata.txt"), Kind::Table);
        assert_eq!(by_name("notes.txt"), Kind::Other);
        assert_eq!(by_name("README"), Kind::Other);
        assert_eq!(by_name("v.nii.gz"), Kind::NotRead(VOLUME));
        assert_eq!(by_name("a.dcm"), Kind::Picture);
        for unknown in ["scan001", "sub.dir/scan", "a.png.1"] {
            assert_eq!(by_name(unknown), Kind::Unknown, "{unknown}");
        }
    }

    #[test]
    fn first_bytes_tell_what_names_do_not() {
        assert_eq!(why_not_read(b"\0\0\0\x1Cftypavif"), PICTURE);
        assert_eq!(why_not_read(b""), "the file is empty");
        assert_eq!(why_not_read(b"words"), NO_PICTURE);
    }
}
