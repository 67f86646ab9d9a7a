//! Files that are almost models must be refused or read, and never end the process.

use std::borrow::Cow;

use proptest::prelude::*;

use super::*;

fn branch() -> Vec<u8> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/features_models/branch.onnx"
    );
    std::fs::read(path).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_model_with_changed_bytes_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = branch();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(file) = OnnxFile::from_bytes("changed", Cow::Owned(bytes))
            && let Ok(model) = Model::new(file, &Choice::default())
        {
            let _ = model.file.layers().count();
            let _ = model.cut();
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = OnnxFile::from_bytes("any", Cow::Owned(bytes));
    }
}
