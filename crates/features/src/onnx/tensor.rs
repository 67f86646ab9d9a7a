//! Constants of a network: their type, their shape, and the few values that decide shapes.

use super::wire::{Fields, Malformed, Value};

/// More values than any shape has; longer tensors are weights.
pub(super) const MAX_NUMBERS: usize = 256;

/// ONNX's numbers of element types, of `TensorProto.DataType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ElementType(pub(crate) u64);

impl ElementType {
    pub(crate) const FLOAT32: Self = Self(1);
    pub(crate) const UINT8: Self = Self(2);
    pub(crate) const INT32: Self = Self(6);
    pub(crate) const INT64: Self = Self(7);
    pub(crate) const BOOL: Self = Self(9);
    #[cfg(test)]
    pub(crate) const FLOAT16: Self = Self(10);

    /// Whether values of it can be made float32: halves and doubles.
    pub(crate) fn is_float(self) -> bool {
        matches!(self.0, 1 | 10 | 11 | 16)
    }

    /// The smallest and largest whole number of it; `None` for what holds no whole numbers.
    pub(crate) fn whole_numbers(self) -> Option<(f64, f64)> {
        match self.0 {
            2 => Some((0.0, 255.0)),
            3 => Some((-128.0, 127.0)),
            4 => Some((0.0, 65535.0)),
            5 => Some((-32768.0, 32767.0)),
            6 | 7 => Some((f64::from(i32::MIN), f64::from(i32::MAX))),
            12 | 13 => Some((0.0, f64::from(i32::MAX))),
            _ => None,
        }
    }

    /// Bytes of one element in `raw_data`; `None` where elements have no size of their own.
    pub(super) fn size(self) -> Option<usize> {
        match self.0 {
            2 | 3 | 9 | 17..=20 | 24 => Some(1),
            4 | 5 | 10 | 16 => Some(2),
            1 | 6 | 12 => Some(4),
            7 | 11 | 13 | 14 => Some(8),
            15 => Some(16),
            _ => None,
        }
    }
}

impl std::fmt::Display for ElementType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = [
            "undefined",
            "float32",
            "uint8",
            "int8",
            "uint16",
            "int16",
            "int32",
            "int64",
            "string",
            "bool",
            "float16",
            "float64",
            "uint32",
            "uint64",
            "complex64",
            "complex128",
            "bfloat16",
        ];
        let index = usize::try_from(self.0).unwrap_or(usize::MAX);
        match names.get(index) {
            Some(name) => f.write_str(name),
            None => write!(f, "type {}", self.0),
        }
    }
}

/// A `TensorProto`.
#[derive(Debug, Default)]
pub(crate) struct Tensor<'a> {
    pub(super) raw: &'a [u8],
    pub(super) name: &'a str,
    pub(crate) element: Option<ElementType>,
    pub(crate) shape: Vec<usize>,
    /// Whether the values lie in another file.
    pub(super) is_external: bool,
    /// `location`, `offset`, `length`, … of values in another file.
    pub(super) external: Vec<(&'a str, &'a str)>,
    /// Little-endian values, where they are stored so.
    bytes: Option<&'a [u8]>,
    /// Values of float32 (field 4), int32 and smaller (5), int64 (7) or uint64 (11), where they are
    /// stored so.
    packed: Vec<(u64, Value<'a>)>,
}

impl<'a> Tensor<'a> {
    pub(crate) fn read(raw: &'a [u8]) -> Result<Self, Malformed> {
        let mut tensor = Self {
            raw,
            ..Self::default()
        };
        for field in Fields::new(raw) {
            let field = field?;
            match (field.number, field.value) {
                (1, value) => tensor
                    .shape
                    .extend(value.numbers()?.into_iter().map(as_size)),
                (2, Value::Number(number)) => tensor.element = Some(ElementType(number)),
                (4 | 5 | 7 | 11, value) => tensor.packed.push((field.number, value)),
                (8, value) => tensor.name = value.text()?,
                (9, Value::Bytes(bytes)) => tensor.bytes = Some(bytes),
                (13, Value::Bytes(entry)) => tensor.external.push(super::wire::read_entry(entry)?),
                (14, Value::Number(location)) => tensor.is_external = location == 1,
                _ => {}
            }
        }
        Ok(tensor)
    }

    pub(super) fn n_elements(&self) -> usize {
        self.shape.iter().fold(1, |n, &size| n.saturating_mul(size))
    }

    /// The values, if they are few and numbers.
    pub(super) fn numbers(&self) -> Option<Vec<f64>> {
        if self.n_elements() > MAX_NUMBERS {
            return None;
        }
        self.values()
    }

    /// All values, if they are numbers. Whole ones are exact up to 2^53.
    pub(crate) fn values(&self) -> Option<Vec<f64>> {
        if self.is_external {
            return None;
        }
        let half = |bits: u16| half::f16::from_bits(bits).into();
        let values: Vec<f64> = match (self.bytes, self.element?.0) {
            (Some(bytes), 1) => chunks(bytes, |four| f32::from_le_bytes(four).into()),
            (Some(bytes), 2 | 9) => chunks(bytes, |[byte]: [u8; 1]| byte.into()),
            (Some(bytes), 3) => chunks(bytes, |byte| i8::from_le_bytes(byte).into()),
            (Some(bytes), 4) => chunks(bytes, |two| u16::from_le_bytes(two).into()),
            (Some(bytes), 5) => chunks(bytes, |two| i16::from_le_bytes(two).into()),
            (Some(bytes), 6) => chunks(bytes, |four| i32::from_le_bytes(four).into()),
            (Some(bytes), 7) => chunks(bytes, |eight| i64::from_le_bytes(eight) as f64),
            (Some(bytes), 10) => chunks(bytes, |two| half(u16::from_le_bytes(two))),
            (Some(bytes), 11) => chunks(bytes, f64::from_le_bytes),
            (Some(bytes), 12) => chunks(bytes, |four| u32::from_le_bytes(four).into()),
            (Some(bytes), 13) => chunks(bytes, |eight| u64::from_le_bytes(eight) as f64),
            (None, 1) => self.packed_floats(),
            (None, 2..=7 | 9 | 12 | 13) => self.packed_numbers()?,
            (None, 10) => {
                let bits = self.packed_numbers()?.into_iter();
                bits.map(|bits| half(bits as u16)).collect()
            }
            _ => return None,
        };
        (values.len() == self.n_elements()).then_some(values)
    }

    fn packed_floats(&self) -> Vec<f64> {
        let bytes = self
            .packed
            .iter()
            .filter_map(|&(number, value)| match value {
                Value::Bytes(bytes) | Value::Fixed(bytes) if number == 4 => Some(bytes),
                _ => None,
            });
        bytes
            .flat_map(|bytes| chunks(bytes, |four| f32::from_le_bytes(four).into()))
            .collect()
    }

    fn packed_numbers(&self) -> Option<Vec<f64>> {
        let mut numbers = Vec::new();
        for (_, value) in self.packed.iter().filter(|(number, _)| *number != 4) {
            let values = value.numbers().ok()?;
            // Negative ones are written as 64-bit two's complement.
            numbers.extend(values.into_iter().map(|number| number as i64 as f64));
        }
        Some(numbers)
    }
}

fn chunks<const N: usize>(bytes: &[u8], value: impl Fn([u8; N]) -> f64) -> Vec<f64> {
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|&chunk| value(chunk))
        .collect()
}

/// Sizes are not negative; what is too large for this machine is as good as the largest.
fn as_size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
