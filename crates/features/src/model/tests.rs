use std::borrow::Cow;

use super::*;
use crate::preprocess::Layout;

fn default_bytes() -> Vec<u8> {
    std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../models/chest-xray-64-erased.onnx"
    ))
    .unwrap()
}

/// The default model with metadata keys of the same length that mean nothing.
fn without_metadata() -> Vec<u8> {
    let mut bytes = default_bytes();
    let key = b"negatoscope.";
    while let Some(at) = bytes.windows(key.len()).position(|window| window == key) {
        bytes[at] = b'_';
    }
    bytes
}

fn open(bytes: Vec<u8>, layer: Option<&str>) -> Result<Model, ModelError> {
    Model::new(
        OnnxFile::from_bytes("test", Cow::Owned(bytes))?,
        &Choice::of_layer(layer),
    )
}

#[test]
fn the_default_model_tells_its_layer_and_preprocessing() {
    let model = Model::open(None, None).unwrap();
    assert_eq!(model.built_in(), Some(BuiltIn::Default));
    assert_eq!(
        (model.name(), model.layer().name.as_str()),
        ("chest-xray-64-erased", "features")
    );
    assert_eq!(model.layer().n_features(), Some(64));
    assert_eq!(model.preprocessing().shape(), [1, 1, 224, 224]);
    assert_eq!(model.assumed(), []);
}

#[test]
fn the_layers_of_the_default_model_are_listed_with_shapes() {
    let file = OnnxFile::built_in(BuiltIn::Default).unwrap();
    let of = |name: &str| file.layers().find(|layer| layer.name == name).unwrap();
    assert_eq!(of("features").op, "Gemm");
    assert_eq!(of("features").shape_text(), "(n, 64)");
    assert_eq!(of("probabilities").shape_text(), "(n, 3)");
    let conv = file.layers().find(|layer| layer.op == "Conv").unwrap();
    assert_eq!(conv.shape.as_ref().unwrap().len(), 4);
    assert!(conv.n_features().is_some());
}

#[test]
fn a_model_without_metadata_is_read_before_the_dense_layers_of_its_classifier_and_says_so() {
    let model = open(without_metadata(), None).unwrap();
    assert_eq!(model.built_in(), None);
    assert_eq!(
        (model.name(), model.layer().name.as_str()),
        ("test", "flat")
    );
    assert_eq!(
        *model.preprocessing(),
        Preprocessing::plain(224, 224, 1, Layout::Nchw)
    );
    assert_eq!(model.assumed().len(), 2);
    assert!(
        model.assumed()[0].text.contains("224 × 224 pixels;"),
        "{:?}",
        model.assumed()
    );
    assert!(
        model.assumed()[1]
            .text
            .contains("so flat is read, what stands before the dense layers"),
        "{:?}",
        model.assumed()
    );
}

#[test]
fn an_unknown_layer_is_answered_with_those_there_are() {
    let error = open(default_bytes(), Some("feature")).unwrap_err();
    let ModelError::UnknownLayer { names, all, .. } = &error else {
        panic!("{error}")
    };
    assert!(*all && names.contains(&"features".to_owned()));
    assert!(error.to_string().contains("no layer feature:"), "{error}");
}

#[test]
fn the_image_itself_is_no_layer() {
    let error = open(default_bytes(), Some("image")).unwrap_err();
    assert!(matches!(error, ModelError::UnknownLayer { .. }), "{error}");
}

#[test]
fn bytes_that_are_no_model_are_refused() {
    let whole = default_bytes();
    let cases = [
        Vec::new(),
        b"no model at all".to_vec(),
        whole[..whole.len() / 2].to_vec(),
    ];
    for bytes in cases {
        let error = open(bytes, None).unwrap_err();
        assert!(matches!(error, ModelError::NotOnnx { .. }), "{error}");
    }
    let error = Model::open(Some(Path::new("/nowhere/model.onnx")), None).unwrap_err();
    assert!(matches!(error, ModelError::Read { .. }), "{error}");
}

#[test]
fn metadata_that_contradict_the_network_are_refused() {
    let mut bytes = default_bytes();
    let wide = br#""width": 224"#;
    let at = bytes
        .windows(wide.len())
        .position(|window| window == wide)
        .unwrap();
    bytes[at + wide.len() - 1] = b'5';
    let error = open(bytes, None).unwrap_err().to_string();
    assert!(
        error.contains("(n, 1, 224, 224)") && error.contains("(1, 1, 224, 225)"),
        "{error}"
    );
}

#[test]
fn cutting_drops_what_comes_after_the_layer() {
    let model = open(default_bytes(), Some("relu1")).unwrap();
    let cut = model.cut().unwrap();
    assert!(cut.len() < 50_000, "{} bytes", cut.len());
    let file = OnnxFile::from_bytes("cut", Cow::Owned(cut)).unwrap();
    let names: Vec<&str> = file.layers().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names, ["conv1", "relu1"]);
}

#[test]
fn edit_distances_are_levenshteins() {
    for (a, b, distance) in [
        ("", "abc", 3),
        ("kitten", "sitting", 3),
        ("same", "same", 0),
    ] {
        assert_eq!(file::edit_distance(a, b), distance);
    }
}
