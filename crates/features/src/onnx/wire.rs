//! Protocol Buffers on the wire: fields, each with a number and a value.
//! <https://protobuf.dev/programming-guides/encoding/>

/// The bytes are not what the format demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// One field of a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) number: u64,
    pub(super) value: Value<'a>,
    /// The field as it was written, number included.
    pub(super) raw: &'a [u8],
}

/// A field's value; what it means depends on the message.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Four or eight bytes of a fixed size.
    Fixed(&'a [u8]),
}

/// The fields of a message, in the order in which they were written.
pub(super) struct Fields<'a> {
    bytes: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    fn read(&mut self) -> Result<Field<'a>, Malformed> {
        let start = self.bytes;
        let key = self.number()?;
        let value = match key & 7 {
            0 => Value::Number(self.number()?),
            1 => self.skip(8)?,
            2 => {
                let length = usize::try_from(self.number()?).map_err(|_| Malformed)?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.skip(4)?,
            _ => return Err(Malformed),
        };
        let raw = &start[..start.len() - self.bytes.len()];
        Ok(Field {
            number: key >> 3,
            value,
            raw,
        })
    }

    fn number(&mut self) -> Result<u64, Malformed> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Malformed)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(Malformed)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn skip(&mut self, length: usize) -> Result<Value<'a>, Malformed> {
        self.take(length).map(Value::Fixed)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.bytes.is_empty() {
            return None;
        }
        let field = self.read();
        if field.is_err() {
            // Nothing after a broken field can be trusted.
            self.bytes = &[];
        }
        Some(field)
    }
}

impl<'a> Value<'a> {
    pub(super) fn text(self) -> Result<&'a str, Malformed> {
        match self {
            Value::Bytes(bytes) => std::str::from_utf8(bytes).map_err(|_| Malformed),
            _ => Err(Malformed),
        }
    }

    /// The numbers of a repeated field, which may be packed into one.
    pub(super) fn numbers(self) -> Result<Vec<u64>, Malformed> {
        match self {
            Value::Number(number) => Ok(vec![number]),
            Value::Bytes(bytes) => {
                let mut packed = Fields::new(bytes);
                let mut numbers = Vec::new();
                while !packed.bytes.is_empty() {
                    numbers.push(packed.number()?);
                }
                Ok(numbers)
            }
            Value::Fixed(_) => Err(Malformed),
        }
    }
}

/// Appends a field that holds a number.
pub(super) fn put_field(to: &mut Vec<u8>, number: u64, value: u64) {
    put_number(to, number << 3);
    put_number(to, value);
}

/// Appends a field that holds a message or bytes.
pub(super) fn put_message(to: &mut Vec<u8>, number: u64, message: &[u8]) {
    put_number(to, number << 3 | 2);
    put_number(to, message.len() as u64);
    to.extend_from_slice(message);
}

/// Appends a field that holds text.
pub(super) fn put_text(to: &mut Vec<u8>, number: u64, text: &str) {
    put_message(to, number, text.as_bytes());
}

fn put_number(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

/// A key and its text, both of which may be left out.
pub(super) fn read_entry(entry: &[u8]) -> Result<(&str, &str), Malformed> {
    let (mut key, mut text) = ("", "");
    for field in Fields::new(entry) {
        let field = field?;
        match field.number {
            1 => key = field.value.text()?,
            2 => text = field.value.text()?,
            _ => {}
        }
    }
    Ok((key, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut bytes = Vec::new();
        put_text(&mut bytes, 1, "a layer");
        put_message(&mut bytes, 1000, &[7; 300]);
        let fields: Vec<_> = Fields::new(&bytes).map(|field| field.unwrap()).collect();
        assert_eq!(
            (fields[0].number, fields[0].value.text()),
            (1, Ok("a layer"))
        );
        assert_eq!(fields[1].number, 1000);
        assert!(matches!(fields[1].value, Value::Bytes(b) if b == [7; 300]));
        assert_eq!([fields[0].raw, fields[1].raw].concat(), bytes);
    }

    #[test]
    fn bytes_that_end_early_or_make_no_sense_are_refused() {
        let cases: [&[u8]; 5] = [
            &[0x0a],             // A length is missing.
            &[0x0a, 0x05, b'a'], // Shorter than it says.
            &[
                0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
            ], // 2^64 - 1 bytes.
            &[0xff; 11],         // A number that never ends.
            &[0x0b],             // A wire type that is no more.
        ];
        for case in cases {
            assert!(Fields::new(case).any(|field| field.is_err()), "{case:?}");
            assert!(Fields::new(case).count() < 3);
        }
    }
}
