//! NumPy's file format, as far as matrices of numbers go.
//! <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>
//!
//! The crate `ndarray-npy` allocates what the header claims before it looks at the file's length,
//! so that a header of a few bytes could end the process. Here the length is checked first.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use half::f16;
use ndarray::{Array2, ShapeBuilder};

use super::error::VectorsError;

/// Most rows that are read.
pub const MAX_SAMPLES: usize = 1_000_000;
/// Most columns that are read.
pub const MAX_FEATURES: usize = 65_536;
/// Largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 2 << 30;

/// Longest header that is read; NumPy's have 128 bytes.
const MAX_HEADER: usize = 1 << 16;

/// Reads features `(n_samples, n_features)` from a `.npy` file of numbers: float16, float32,
/// float64, integers of any size, or booleans (0 and 1).
///
/// Either byte order and C or Fortran order are read; the result is in C order. What single
/// precision cannot hold, such as float64 and integers beyond 2^24, is rounded to it.
///
/// # Errors
/// When the file is no `.npy` matrix of numbers, is empty or beyond the limits, is shorter or longer
/// than its header says, or holds a value that is not finite in single precision; then row and
/// column are named.
pub fn read_npy(path: &Path) -> Result<Array2<f32>, VectorsError> {
    let read = |source| VectorsError::Read {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(read)?;
    let found = file.metadata().map_err(read)?.len();
    matrix_of(BufReader::new(file), found, path)
}

/// As [`read_npy`], of `found` bytes that `reader` gives; `path` is what they are called.
///
/// # Errors
/// As [`read_npy`].
pub fn matrix_of(
    mut reader: impl Read,
    found: u64,
    path: &Path,
) -> Result<Array2<f32>, VectorsError> {
    let read = |source| VectorsError::Read {
        path: path.to_owned(),
        source,
    };
    let header = Header::of(described(&mut reader, path)?, path)?;
    let [rows, columns] = header.checked_shape(path)?;
    let expected = header.length + (rows * columns * header.element.size) as u64;
    if expected != found {
        return Err(VectorsError::Length {
            path: path.to_owned(),
            expected,
            found,
        });
    }
    let position = |index: usize| match header.order {
        Order::C => (index / columns, index % columns),
        Order::Fortran => (index % rows, index / rows),
    };
    let mut values = Vec::with_capacity(rows * columns);
    for index in 0..rows * columns {
        let value = read_value(&mut reader, header.element).map_err(read)?;
        if !(value as f32).is_finite() {
            let (row, column) = position(index);
            return Err(VectorsError::Value {
                path: path.to_owned(),
                value,
                row,
                column,
            });
        }
        values.push(value as f32);
    }
    let matrix = match header.order {
        Order::C => Array2::from_shape_vec((rows, columns), values),
        Order::Fortran => Array2::from_shape_vec((rows, columns).f(), values),
    };
    // The product of the sides is the number of values, so this cannot fail.
    let matrix = matrix.map_err(|_| not_npy(path, "its shape"))?;
    Ok(matrix.as_standard_layout().into_owned())
}

struct Header {
    /// Bytes before the values.
    length: u64,
    element: Element,
    order: Order,
    shape: Vec<usize>,
}

/// What a file says of its array, whatever that is of.
pub(super) struct Described {
    /// Bytes before the values.
    length: u64,
    /// As NumPy writes a type, such as `<f4` or `<U12`.
    pub(super) descr: String,
    order: Order,
    pub(super) shape: Vec<usize>,
}

impl Described {
    /// Whether it is a matrix of numbers.
    pub(super) fn is_matrix(&self) -> bool {
        self.shape.len() == 2 && Element::of(&self.descr).is_some()
    }
}

#[derive(Clone, Copy)]
enum Order {
    C,
    Fortran,
}

/// How an element is stored.
#[derive(Clone, Copy)]
struct Element {
    kind: Kind,
    /// In bytes.
    size: usize,
    big_endian: bool,
}

/// NumPy's letters for kinds of numbers.
#[derive(Clone, Copy)]
enum Kind {
    Bool,
    Signed,
    Unsigned,
    Float,
}

impl Element {
    /// Reads a type as NumPy writes it: byte order, kind, size, for example `<f4` or `|u1`.
    fn of(descr: &str) -> Option<Self> {
        let (order, kind, size) = (descr.get(..1)?, descr.get(1..2)?, descr.get(2..)?);
        let big_endian = match order {
            "<" | "|" => false,
            ">" => true,
            "=" => cfg!(target_endian = "big"),
            _ => return None,
        };
        let (kind, sizes): (_, &[usize]) = match kind {
            "b" => (Kind::Bool, &[1]),
            "i" => (Kind::Signed, &[1, 2, 4, 8]),
            "u" => (Kind::Unsigned, &[1, 2, 4, 8]),
            "f" => (Kind::Float, &[2, 4, 8]),
            _ => return None,
        };
        let size = size.parse().ok().filter(|size| sizes.contains(size))?;
        Some(Self {
            kind,
            size,
            big_endian,
        })
    }
}

/// Refuses a matrix without a value, or beyond the limits.
pub(super) fn check_size(path: &Path, rows: usize, columns: usize) -> Result<(), VectorsError> {
    let path = path.to_owned();
    if rows == 0 || columns == 0 {
        return Err(VectorsError::Empty {
            path,
            rows,
            columns,
        });
    }
    let n_bytes = rows
        .saturating_mul(columns)
        .saturating_mul(size_of::<f32>());
    if rows > MAX_SAMPLES || columns > MAX_FEATURES || n_bytes as u64 > MAX_BYTES {
        return Err(VectorsError::TooLarge {
            path,
            rows,
            columns,
        });
    }
    Ok(())
}

impl Header {
    fn of(described: Described, path: &Path) -> Result<Self, VectorsError> {
        let Described {
            length,
            descr,
            order,
            shape,
        } = described;
        let element = Element::of(&descr).ok_or_else(|| VectorsError::ElementType {
            path: path.to_owned(),
            found: kind_of(&descr),
        })?;
        Ok(Self {
            length,
            element,
            order,
            shape,
        })
    }

    fn checked_shape(&self, path: &Path) -> Result<[usize; 2], VectorsError> {
        let path = path.to_owned();
        let &[rows, columns] = self.shape.as_slice() else {
            let shape = self.shape.clone();
            return Err(VectorsError::Axes { path, shape });
        };
        check_size(&path, rows, columns)?;
        // What is read takes single precision, and what is stored may take more.
        if rows * columns * self.element.size > MAX_BYTES as usize {
            return Err(VectorsError::TooLarge {
                path,
                rows,
                columns,
            });
        }
        Ok([rows, columns])
    }
}

/// Reads what stands before the values.
pub(super) fn described(reader: &mut impl Read, path: &Path) -> Result<Described, VectorsError> {
    let short = |_| not_npy(path, "it is too short");
    let mut start = [0; 8];
    reader.read_exact(&mut start).map_err(short)?;
    if start[..6] != *b"\x93NUMPY" {
        return Err(not_npy(path, "it begins otherwise"));
    }
    let n_length_bytes = match start[6] {
        1 => 2,
        2 | 3 => 4,
        _ => return Err(not_npy(path, "its version is unknown")),
    };
    let mut length = [0; 4];
    reader
        .read_exact(&mut length[..n_length_bytes])
        .map_err(short)?;
    let n_bytes = u32::from_le_bytes(length) as usize;
    if n_bytes > MAX_HEADER {
        return Err(not_npy(path, "its header is too long"));
    }
    let mut text = vec![0; n_bytes];
    reader.read_exact(&mut text).map_err(short)?;
    let text = String::from_utf8(text).map_err(|_| not_npy(path, "its header is no text"))?;
    let length = (start.len() + n_length_bytes + n_bytes) as u64;
    parse_header(&text, length, path)
}

/// The header is a Python dictionary: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }`.
fn parse_header(text: &str, length: u64, path: &Path) -> Result<Described, VectorsError> {
    let descr = after_key(text, "descr").ok_or_else(|| not_npy(path, "its type is missing"))?;
    let quoted = descr.strip_prefix(['\'', '"']).unwrap_or(descr);
    let descr = quoted.split(['\'', '"']).next().unwrap_or_default();
    if descr.starts_with('[') {
        return Err(VectorsError::ElementType {
            path: path.to_owned(),
            found: kind_of(descr),
        });
    }
    let order = match after_key(text, "fortran_order") {
        Some(value) if value.starts_with("False") => Order::C,
        Some(value) if value.starts_with("True") => Order::Fortran,
        _ => return Err(not_npy(path, "its order is missing")),
    };
    let shape = after_key(text, "shape")
        .and_then(|value| value.strip_prefix('(')?.split_once(')'))
        .ok_or_else(|| not_npy(path, "its shape is missing"))?;
    let sides = shape
        .0
        .split(',')
        .map(str::trim)
        .filter(|side| !side.is_empty());
    let shape = sides
        .map(|side| {
            side.parse()
                .map_err(|_| not_npy(path, "its shape is no numbers"))
        })
        .collect::<Result<_, _>>()?;
    Ok(Described {
        length,
        descr: descr.to_owned(),
        order,
        shape,
    })
}

/// What elements are that are no numbers, in words where NumPy's letters would not be understood.
fn kind_of(descr: &str) -> String {
    match descr.trim_start_matches(['|', '<', '>', '=']) {
        "O" => "object (pickled)".to_owned(),
        text if text.starts_with(['U', 'S']) => "text".to_owned(),
        text if text.starts_with('c') => "complex".to_owned(),
        text if text.starts_with('[') => "a record of several fields".to_owned(),
        text => text.chars().filter(|c| !c.is_control()).take(40).collect(),
    }
}

/// The text after `'key':`, without the spaces in front.
fn after_key<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let quoted = ["'", "\""].map(|quote| format!("{quote}{key}{quote}"));
    let (_, rest) = quoted.iter().find_map(|quoted| text.split_once(quoted))?;
    Some(rest.trim_start().strip_prefix(':')?.trim_start())
}

fn read_value(reader: &mut impl Read, element: Element) -> std::io::Result<f64> {
    // Little-endian, in the first bytes of eight.
    let mut bytes = [0; 8];
    let used = &mut bytes[..element.size];
    reader.read_exact(used)?;
    if element.big_endian {
        used.reverse();
    }
    let [a, b, c, d, ..] = bytes;
    let unsigned = u64::from_le_bytes(bytes);
    let n_unused_bits = 64 - 8 * element.size;
    Ok(match (element.kind, element.size) {
        (Kind::Bool, _) => f64::from(u8::from(a != 0)),
        (Kind::Unsigned, _) => unsigned as f64,
        // The shift to the left puts the sign where the shift back takes it from.
        (Kind::Signed, _) => ((unsigned << n_unused_bits) as i64 >> n_unused_bits) as f64,
        (Kind::Float, 2) => f16::from_le_bytes([a, b]).into(),
        (Kind::Float, 4) => f32::from_le_bytes([a, b, c, d]).into(),
        (Kind::Float, _) => f64::from_le_bytes(bytes),
    })
}

fn not_npy(path: &Path, reason: &'static str) -> VectorsError {
    VectorsError::NotNpy {
        path: path.to_owned(),
        reason,
    }
}
