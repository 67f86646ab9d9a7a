//! Networks that are not ours: what is inferred of them, and what is refused.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, too, fail by panicking"
)]

use std::path::PathBuf;

use negatoscope::features::backend::{self, Wanted};
use negatoscope::features::model::{Layer, Model, ModelError, OnnxFile};

fn path(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/features_models");
    PathBuf::from(format!("{folder}/{name}.onnx"))
}

fn open(name: &str, layer: Option<&str>) -> Result<Model, ModelError> {
    Model::open(Some(&path(name)), layer)
}

fn refusal(name: &str, layer: Option<&str>) -> ModelError {
    open(name, layer).unwrap_err()
}

/// Runs the network on the input that make.py describes, with each backend that is there.
fn agrees(name: &str, layer: Option<&str>, expected: &str) {
    let model = open(name, layer).unwrap();
    let json = std::fs::read(path("x").with_file_name("expected.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let expected: Vec<f64> = serde_json::from_value(json[expected].clone()).unwrap();
    let n: usize = model.preprocessing().shape().iter().product();
    let input: Vec<f32> = (0..n)
        .map(|i| ((i * 37 % 101) as f64 / 101.0) as f32)
        .collect();
    let mut backends = vec![Wanted::Embedded];
    if std::env::var_os("ORT_DYLIB_PATH").is_some() {
        backends.push(Wanted::Native);
    } else {
        assert!(std::env::var_os("CI").is_none(), "set ORT_DYLIB_PATH");
    }
    for wanted in backends {
        let backend = backend::choose(&model, 1, wanted).unwrap().backend;
        let features = backend.run(&input).unwrap();
        assert_eq!(
            features.len(),
            expected.len(),
            "{name} on {}",
            backend.name()
        );
        for (value, expected) in features.iter().zip(&expected) {
            let difference = (f64::from(*value) - expected).abs();
            assert!(
                difference < 1e-5,
                "{name} on {}: {features:?}",
                backend.name()
            );
        }
    }
}

#[test]
fn a_keras_model_is_read_before_its_classifier() {
    let model = open("channels_last", None).unwrap();
    assert_eq!(model.layer().name, "model/dense_26/Relu:0");
    assert_eq!(model.preprocessing().shape(), [1, 32, 24, 3]);
    assert_eq!(model.name(), "channels_last");
    assert_eq!(model.warnings().len(), 2);
    assert!(
        model.warnings()[1].contains("--layer"),
        "{:?}",
        model.warnings()
    );
    agrees("channels_last", None, "channels_last");
}

#[test]
fn a_layer_may_be_named_by_its_node() {
    let model = open("channels_last", Some("model/conv/Conv2D")).unwrap();
    assert_eq!(model.layer().name, "model/conv/Conv2D:0");
    assert_eq!(model.warnings().len(), 1);
    agrees(
        "channels_last",
        Some("model/conv/Conv2D"),
        "channels_last_conv",
    );
}

#[test]
fn shapes_that_the_file_does_not_tell_are_inferred() {
    let file = OnnxFile::open(&path("channels_last")).unwrap();
    assert!(file.layers()[0].shape.is_none());
    let layers = file.layers_with_shapes().unwrap();
    assert_eq!(layers.len(), file.layers().len());
    let shape_of = |name: &str| {
        let named = |layer: &&Layer| layer.name == name;
        layers.iter().find(named).unwrap().shape_text()
    };
    assert_eq!(shape_of("model/conv/Conv2D:0"), "(n, 4, 30, 22)");
    assert_eq!(shape_of("model/average:0"), "(n, 4, 1, 1)");
    assert_eq!(shape_of("model/dense_26/Relu:0"), "(n, 8)");
}

#[test]
fn tokens_are_averaged_and_have_to_be_named_where_no_dense_layer_follows() {
    assert!(matches!(
        refusal("tokens", None),
        ModelError::NoDefaultLayer
    ));
    agrees("tokens", Some("mixed"), "tokens");
}

#[test]
fn a_branch_keeps_what_it_takes_from_outside() {
    agrees("branch", None, "branch");
    // A comparison is no float32 value, although the file does not say so.
    let layers = OnnxFile::open(&path("branch"))
        .unwrap()
        .layers_with_shapes()
        .unwrap();
    assert!(layers.iter().any(|layer| layer.op == "If"), "{layers:?}");
    assert!(
        layers.iter().all(|layer| layer.op != "Greater"),
        "{layers:?}"
    );
}

#[test]
fn part_of_a_name_is_answered_with_the_layers_that_hold_it() {
    let error = refusal("channels_last", Some("dense_26"));
    let ModelError::UnknownLayer { names, .. } = &error else {
        panic!("{error}")
    };
    assert!(
        names.contains(&"model/dense_26/Relu:0".to_owned()),
        "{error}"
    );
}

#[test]
fn networks_that_do_not_read_one_image_are_refused_with_the_reason() {
    let cases = [
        ("two_inputs", "2 inputs (image, age)"),
        ("whole_batch", "reads 16 images at once"),
        ("integers", "not float32"),
        ("external", "keeps its weights in another file"),
    ];
    for (name, reason) in cases {
        let error = refusal(name, Some("relu")).to_string();
        assert!(error.contains(reason), "{name}: {error}");
    }
}

#[test]
fn a_free_size_is_guessed_and_said() {
    let model = open("free_size", Some("relu")).unwrap();
    assert_eq!(model.preprocessing().shape(), [1, 1, 224, 224]);
    assert!(model.warnings()[0].contains("224 × 224 pixels (a guess)"));
}
