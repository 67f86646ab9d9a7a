//! Hugging Face's safetensors: named tensors, without code.

use std::path::Path;

use half::{bf16, f16};
use ndarray::Array2;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use super::npy::{MAX_BYTES, check_size};
use super::{ReadyVectors, VectorsError, finite, pick};

/// Reads the matrix of a file; rows have no names there.
///
/// # Errors
/// When the file is none, holds no matrix of numbers or several of which none is called so, is beyond the limits, or
/// holds a value that is not finite in single precision.
pub(super) fn read(path: &Path) -> Result<ReadyVectors, VectorsError> {
    let unfit = |reason: String| VectorsError::Unfit {
        path: path.to_owned(),
        format: "safetensors",
        reason,
        advice: "save one matrix as features with safetensors",
    };
    let failed = |source| VectorsError::Read {
        path: path.to_owned(),
        source,
    };
    if std::fs::metadata(path).map_err(failed)?.len() > MAX_BYTES {
        return Err(unfit("it has more than 2 GiB".to_owned()));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    let file = SafeTensors::deserialize(&bytes).map_err(|error| unfit(error.to_string()))?;
    let is_matrix =
        |tensor: &TensorView<'_>| tensor.shape().len() == 2 && size_of(tensor.dtype()).is_some();
    let mut matrices: Vec<(String, TensorView<'_>)> = (file.tensors().into_iter())
        .filter(|(_, tensor)| is_matrix(tensor))
        .collect();
    matrices.sort_by(|a, b| a.0.cmp(&b.0));
    let names: Vec<&str> = matrices.iter().map(|(name, _)| name.as_str()).collect();
    let (chosen, taken) = pick::features(&names).map_err(unfit)?;
    let tensor = &matrices[chosen].1;
    let (rows, columns) = (tensor.shape()[0], tensor.shape()[1]);
    check_size(path, rows, columns)?;
    let dtype = tensor.dtype();
    let size = size_of(dtype).unwrap_or(1);
    let mut features = Array2::zeros((rows, columns));
    let values = tensor.data().chunks_exact(size);
    for (index, (place, bytes)) in features.iter_mut().zip(values).enumerate() {
        *place = finite(
            path,
            value_of(dtype, bytes),
            index / columns,
            index % columns,
        )?;
    }
    Ok(ReadyVectors {
        features,
        names: None,
        taken,
    })
}

/// Bytes of a number of a type; `None` for what is no number, or one that nobody keeps features in.
fn size_of(dtype: Dtype) -> Option<usize> {
    Some(match dtype {
        Dtype::BOOL | Dtype::U8 | Dtype::I8 => 1,
        Dtype::F16 | Dtype::BF16 | Dtype::U16 | Dtype::I16 => 2,
        Dtype::F32 | Dtype::U32 | Dtype::I32 => 4,
        Dtype::F64 | Dtype::U64 | Dtype::I64 => 8,
        _ => return None,
    })
}

/// A number of as many bytes as its type has, little-endian as the format is.
fn value_of(dtype: Dtype, bytes: &[u8]) -> f64 {
    let mut eight = [0; 8];
    eight[..bytes.len()].copy_from_slice(bytes);
    let [a, b, c, d, ..] = eight;
    match dtype {
        Dtype::BOOL => f64::from(u8::from(a != 0)),
        Dtype::U8 => a.into(),
        Dtype::I8 => a.cast_signed().into(),
        Dtype::F16 => f16::from_le_bytes([a, b]).into(),
        Dtype::BF16 => bf16::from_le_bytes([a, b]).into(),
        Dtype::U16 => u16::from_le_bytes([a, b]).into(),
        Dtype::I16 => i16::from_le_bytes([a, b]).into(),
        Dtype::F32 => f32::from_le_bytes([a, b, c, d]).into(),
        Dtype::U32 => u32::from_le_bytes([a, b, c, d]).into(),
        Dtype::I32 => i32::from_le_bytes([a, b, c, d]).into(),
        Dtype::U64 => u64::from_le_bytes(eight) as f64,
        Dtype::I64 => i64::from_le_bytes(eight) as f64,
        _ => f64::from_le_bytes(eight),
    }
}
