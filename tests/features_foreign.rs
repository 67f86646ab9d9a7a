//! Networks that are not ours: what is inferred of them, and what is refused.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, too, fail by panicking"
)]

use std::path::PathBuf;

use negatoscope::features::backend::{self, Wanted};
use negatoscope::features::model::{Choice, Layer, Model, ModelError, OnnxFile, Pool};

fn path(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/features_models");
    PathBuf::from(format!("{folder}/{name}.onnx"))
}

fn open(name: &str, layer: Option<&str>) -> Result<Model, ModelError> {
    Model::open(Some(&path(name)), layer)
}

fn chosen(name: &str, choice: &Choice) -> Result<Model, ModelError> {
    Model::chosen(Some(&path(name)), choice)
}

fn prepared(words: &[(&str, &str)]) -> Choice {
    let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    Choice {
        prepare: words.iter().map(pair).collect(),
        ..Choice::default()
    }
}

fn topics(model: &Model) -> Vec<&'static str> {
    model.assumed().iter().map(|one| one.topic).collect()
}

fn refusal(name: &str, layer: Option<&str>) -> ModelError {
    open(name, layer).unwrap_err()
}

/// Runs the network on the input that make.py describes, with each backend that is there.
fn agrees(name: &str, layer: Option<&str>, expected: &str) {
    agrees_on(&[Wanted::Embedded], name, layer, expected);
}

/// The same with these backends and with the native one, where it is there.
fn agrees_on(wanted: &[Wanted], name: &str, layer: Option<&str>, expected: &str) {
    agrees_within(1e-5, wanted, name, layer, expected);
}

fn agrees_within(
    tolerance: f64,
    wanted: &[Wanted],
    name: &str,
    layer: Option<&str>,
    expected: &str,
) {
    let model = open(name, layer).unwrap();
    gives(&model, tolerance, wanted, name, expected);
}

/// Runs a model on the input that make.py describes.
fn gives(model: &Model, tolerance: f64, wanted: &[Wanted], name: &str, expected: &str) {
    let json = std::fs::read(path("x").with_file_name("expected.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let expected: Vec<f64> = serde_json::from_value(json[expected].clone()).unwrap();
    let n: usize = model.preprocessing().shape().iter().product();
    // A network of whole numbers reads levels of 0 to 255.
    let top = if model.preprocessing().scale == 1.0 {
        255.0
    } else {
        1.0
    };
    let input: Vec<f32> = (0..n)
        .map(|i| ((i * 37 % 101) as f64 / 101.0 * top) as f32)
        .collect();
    let mut backends = Vec::from(wanted);
    if std::env::var_os("ORT_DYLIB_PATH").is_some() {
        backends.push(Wanted::Native);
    } else {
        assert!(std::env::var_os("CI").is_none(), "set ORT_DYLIB_PATH");
    }
    for wanted in backends {
        let backend = backend::choose(model, 1, wanted).unwrap().backend;
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
                difference < tolerance * expected.abs().max(1.0),
                "{name} on {}: {features:?}",
                backend.name()
            );
        }
    }
}

#[test]
fn a_keras_model_is_read_before_the_dense_layers_of_its_classifier() {
    let model = open("channels_last", None).unwrap();
    assert_eq!(model.layer().name, "model/flatten:0");
    assert_eq!(model.preprocessing().shape(), [1, 32, 24, 3]);
    assert_eq!(model.name(), "channels_last");
    assert_eq!(topics(&model), ["preprocessing", "layer"]);
    let said = &model.assumed()[1].text;
    assert!(
        said.contains("--layer") && said.contains("dense layers"),
        "{said}"
    );
}

#[test]
fn a_block_of_the_author_stands_for_its_last_layer() {
    let model = open("channels_last", Some("dense_26")).unwrap();
    assert_eq!(model.layer().name, "model/dense_26/Relu:0");
    assert_eq!(topics(&model), ["preprocessing"]);
    agrees("channels_last", Some("dense_26"), "channels_last");
    let whole_path = open("channels_last", Some("model/conv")).unwrap();
    assert_eq!(whole_path.layer().name, "model/conv/Relu:0");
}

#[test]
fn a_layer_may_be_named_by_its_node() {
    let model = open("channels_last", Some("model/conv/Conv2D")).unwrap();
    assert_eq!(model.layer().name, "model/conv/Conv2D:0");
    assert_eq!(topics(&model), ["preprocessing", "pooling"]);
    agrees(
        "channels_last",
        Some("model/conv/Conv2D"),
        "channels_last_conv",
    );
}

#[test]
fn shapes_that_the_file_does_not_tell_are_inferred() {
    let file = OnnxFile::open(&path("channels_last")).unwrap();
    let shape_of = |name: &str| {
        let named = |layer: &&Layer| layer.name == name;
        file.layers().find(named).unwrap().shape_text()
    };
    assert_eq!(shape_of("model/conv/Conv2D:0"), "(n, 4, 30, 22)");
    assert_eq!(shape_of("model/average:0"), "(n, 4, 1, 1)");
    assert_eq!(shape_of("model/dense_26/Relu:0"), "(n, 8)");
}

#[test]
fn tokens_are_averaged_where_none_stands_for_the_whole_image() {
    let model = open("tokens", None).unwrap();
    assert_eq!(
        (model.layer().name.as_str(), model.pool()),
        ("mixed:0", Pool::Mean)
    );
    agrees("tokens", None, "tokens");
    agrees("tokens", Some("mixed"), "tokens");
}

#[test]
fn the_layer_for_the_whole_image_is_found() {
    let cases = [
        // Two dense layers, one gated, and classes behind the mean.
        ("perceptron", "vector", Pool::Mean, "dense layers"),
        ("headed", "class", Pool::Mean, "before its classifier"),
        ("last_tokens", "normed", Pool::Cls, "tokens that it ends in"),
        (
            "projected",
            "answer",
            Pool::Mean,
            "embedding that it ends in",
        ),
        ("autoencoder", "code", Pool::Mean, "narrowest"),
        (
            "pooled_classes",
            "active",
            Pool::Mean,
            "before its classifier",
        ),
    ];
    for (name, layer, pool, said) in cases {
        let model = open(name, None).unwrap();
        assert_eq!(
            (model.layer().name.as_str(), model.pool()),
            (layer, pool),
            "{name}"
        );
        let told = model
            .assumed()
            .iter()
            .find(|one| one.topic == "layer")
            .unwrap();
        assert!(told.text.contains(said), "{name}: {}", told.text);
        agrees(name, None, name);
    }
}

#[test]
fn tokens_are_pooled_as_somebody_chooses() {
    for (pool, expected) in [
        (Pool::Mean, "last_tokens_mean"),
        (Pool::Max, "last_tokens_max"),
        (Pool::Cls, "last_tokens"),
    ] {
        let choice = Choice {
            layer: Some("normed".to_owned()),
            pool: Some(pool),
            ..Choice::default()
        };
        let model = chosen("last_tokens", &choice).unwrap();
        gives(&model, 1e-5, &[Wanted::Embedded], "last_tokens", expected);
    }
    let choice = Choice {
        layer: Some("active".to_owned()),
        pool: Some(Pool::Cls),
        ..Choice::default()
    };
    let error = chosen(
        "autoencoder",
        &Choice {
            layer: Some("code".to_owned()),
            ..choice
        },
    )
    .unwrap_err();
    assert!(matches!(error, ModelError::NoTokens { .. }), "{error}");
}

#[test]
fn one_of_several_images_is_chosen() {
    let error = refusal("pair", None);
    assert!(
        error
            .to_string()
            .contains("(front, side): choose one with --input"),
        "{error}"
    );
    let choice = |input: &str| Choice {
        input: Some(input.to_owned()),
        ..Choice::default()
    };
    let model = chosen("pair", &choice("side")).unwrap();
    assert_eq!(
        (model.input(), model.layer().name.as_str()),
        ("side", "side_embedding")
    );
    let error = chosen("pair", &choice("top")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no input top: choose one of front, side"),
        "{error}"
    );
    // The layer says it, too.
    assert_eq!(open("pair", Some("front_maps")).unwrap().input(), "front");
}

#[test]
fn a_network_that_reads_several_images_at_once_gets_one_so_often() {
    let model = open("whole_batch", Some("relu")).unwrap();
    assert_eq!(model.preprocessing().shape()[0], 1);
    assert_eq!(topics(&model), ["preprocessing", "pooling", "batch"]);
    agrees("whole_batch", Some("relu"), "whole_batch");
}

#[test]
fn a_normalisation_inside_says_which_levels_go_in() {
    for name in ["normalises", "caffe"] {
        let model = open(name, None).unwrap();
        assert_eq!(model.preprocessing().range(), (0.0, 255.0), "{name}");
        assert!(!model.prepared().is_guess, "{name}");
        let said = &model.assumed()[0].text;
        assert!(
            said.contains("normalises its images by itself (") && said.contains("Sub"),
            "{said}"
        );
    }
}

#[test]
fn the_first_convolution_says_what_no_axis_does() {
    let model = open("all_free", Some("relu")).unwrap();
    assert_eq!(model.preprocessing().shape(), [1, 1, 224, 224]);
    assert_eq!(model.layer().shape_text(), "(n, 2, 222, 222)");
    let choice = prepared(&[("size", "32")]);
    let model = chosen(
        "all_free",
        &Choice {
            layer: Some("relu".to_owned()),
            ..choice
        },
    )
    .unwrap();
    assert_eq!(model.layer().shape_text(), "(n, 2, 30, 30)");
}

#[test]
fn what_is_given_counts_and_is_no_guess() {
    let of_preset = |preset: &str| Choice {
        preprocessing: Some(preset.to_owned()),
        ..Choice::default()
    };
    let guess = open("channels_last", None).unwrap();
    assert!(guess.prepared().is_guess);
    assert!(
        guess.assumed()[0]
            .text
            .contains("imagenet, clip, keras-tf or raw"),
        "{:?}",
        guess.assumed()
    );
    let model = chosen("channels_last", &of_preset("keras-vgg16")).unwrap();
    assert!(!model.prepared().is_guess);
    assert_eq!(topics(&model), ["layer"]);
    assert_eq!(model.preprocessing().shape(), [1, 32, 24, 3]);
    let error = chosen("channels_last", &of_preset("torchxrayvision"))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("the preset torchxrayvision makes (1, 32, 24, 1)"),
        "{error}"
    );
    let error = chosen("channels_last", &of_preset("imagnet"))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("imagenet, clip") && error.contains("imagnet"),
        "{error}"
    );
    let over = Choice {
        prepare: prepared(&[("resize", "lanczos"), ("fit", "letterbox")]).prepare,
        ..of_preset("imagenet")
    };
    let model = chosen("channels_last", &over).unwrap();
    assert_eq!(
        model.prepared().origin,
        "the preset imagenet with --prepare"
    );
    assert_ne!(
        model.preprocessing().version_key(),
        chosen("channels_last", &of_preset("imagenet"))
            .unwrap()
            .preprocessing()
            .version_key()
    );
    let error = chosen("channels_last", &prepared(&[("size", "100")]))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("a guess with --prepare makes (1, 100, 100, 3)"),
        "{error}"
    );
}

#[test]
fn levels_that_would_be_rounded_away_are_refused() {
    assert_eq!(
        open("levels", Some("f")).unwrap().preprocessing().range(),
        (0.0, 255.0)
    );
    for preset in ["unit", "imagenet"] {
        let choice = Choice {
            preprocessing: Some(preset.to_owned()),
            ..Choice::default()
        };
        let error = chosen("levels", &choice).unwrap_err();
        assert!(
            matches!(error, ModelError::InputType { .. }),
            "{preset}: {error}"
        );
    }
}

#[test]
fn a_file_beside_the_model_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.onnx");
    std::fs::copy(path("normalises"), &model).unwrap();
    let json = r#"{"do_normalize": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
        "size": {"height": 224, "width": 224}, "resample": 3}"#;
    std::fs::write(folder.path().join("preprocessor_config.json"), json).unwrap();
    let read = Model::open(Some(&model), None).unwrap();
    // The network's own size counts.
    assert_eq!(read.preprocessing().shape(), [1, 3, 8, 8]);
    assert_eq!(read.preprocessing().range(), (-1.0, 1.0));
    let said = &read.assumed()[0].text;
    assert!(
        said.contains("preprocessor_config.json beside the model"),
        "{said}"
    );
    let own = folder.path().join("own.json");
    std::fs::write(&own, r#"{"range": [0, 1], "equalize": true}"#).unwrap();
    let choice = Choice {
        preprocessing: Some(own.to_str().unwrap().to_owned()),
        ..Choice::default()
    };
    let read = Model::chosen(Some(&model), &choice).unwrap();
    assert!(read.preprocessing().equalize && read.preprocessing().range() == (0.0, 1.0));
    assert_eq!(topics(&read), ["layer"]);
}

#[test]
fn a_branch_keeps_what_it_takes_from_outside() {
    agrees("branch", Some("dense_26"), "branch");
    // A comparison is no float32 value, although the file does not say so.
    let file = OnnxFile::open(&path("branch")).unwrap();
    let layers: Vec<&Layer> = file.layers().collect();
    assert!(layers.iter().any(|layer| layer.op == "If"), "{layers:?}");
    assert!(
        layers.iter().all(|layer| layer.op != "Greater"),
        "{layers:?}"
    );
}

#[test]
fn part_of_a_name_is_answered_with_the_layers_that_hold_it() {
    let error = refusal("channels_last", Some("ense_26"));
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
        ("two_inputs", "scaled", "2 inputs of the model (image, age)"),
        ("external", "relu", "free_size.onnx.data cannot be read"),
        (
            "squeezed",
            "feat",
            "the layer feat has no axis of images (its shape is (8))",
        ),
    ];
    for (name, layer, reason) in cases {
        let error = refusal(name, Some(layer)).to_string();
        assert!(error.contains(reason), "{name}: {error}");
    }
}

#[test]
fn a_free_size_is_guessed_and_said() {
    let model = open("free_size", Some("relu")).unwrap();
    assert_eq!(model.preprocessing().shape(), [1, 1, 224, 224]);
    assert!(
        model.assumed()[0]
            .text
            .contains("224 × 224 pixels (a guess)")
    );
}

#[test]
fn maps_with_their_channels_last_are_averaged_over_their_positions() {
    let model = open("channels_last_layer", Some("block_out")).unwrap();
    assert_eq!(model.layer().shape_text(), "(n, 6, 6, 16)");
    assert_eq!(model.layer().n_features(), Some(16));
    agrees(
        "channels_last_layer",
        Some("block_out"),
        "channels_last_layer",
    );
}

#[test]
fn weights_in_a_file_beside_the_model_are_read() {
    agrees("weights_outside", None, "weights_outside");
}

#[test]
fn weights_are_read_from_the_models_folder_alone() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    std::fs::create_dir(&inside).unwrap();
    let [model, data] = ["weights_outside.onnx", "weights_outside.onnx.data"];
    let bytes = std::fs::read(path("weights_outside")).unwrap();
    let weights = std::fs::read(path("weights_outside").with_file_name(data)).unwrap();
    let refused = |name: &str| {
        let error = OnnxFile::open(&inside.join(name)).unwrap_err();
        assert!(
            matches!(error, ModelError::ExternalWeights { .. }),
            "{error}"
        );
        error.to_string()
    };
    std::fs::write(inside.join(model), &bytes).unwrap();
    assert!(refused(model).contains(data), "it names the file");
    // Another place of the same length, written over the name that the model gives.
    for outside in ["../ghts_outside.onnx.data", "/eights_outside.onnx.data"] {
        let at = |text: &[u8]| {
            text.windows(data.len())
                .position(|part| part == data.as_bytes())
        };
        let mut changed = bytes.clone();
        while let Some(at) = at(&changed) {
            changed[at..at + data.len()].copy_from_slice(outside.as_bytes());
        }
        std::fs::write(inside.join("changed.onnx"), changed).unwrap();
        assert!(refused("changed.onnx").contains("not in the model's folder"));
    }
    std::fs::write(inside.join(data), &weights[..100]).unwrap();
    assert!(refused(model).contains("has 100 bytes"));
    std::fs::write(folder.path().join("elsewhere"), &weights).unwrap();
    #[cfg(unix)]
    {
        std::fs::remove_file(inside.join(data)).unwrap();
        std::os::unix::fs::symlink("../elsewhere", inside.join(data)).unwrap();
        assert!(refused(model).contains("not in the model's folder"));
        std::fs::remove_file(inside.join(data)).unwrap();
    }
    std::fs::write(inside.join(data), &weights).unwrap();
    let whole = OnnxFile::open(&inside.join(model)).unwrap();
    let mut other = weights;
    other[0] ^= 1;
    std::fs::write(inside.join(data), other).unwrap();
    assert_ne!(
        *OnnxFile::open(&inside.join(model)).unwrap().hash(),
        *whole.hash()
    );
}

#[test]
fn settings_that_are_left_out_are_read_as_the_standard_has_them() {
    // Neither kernel_shape nor dilations; an input that the layer does not need; levels.
    agrees("training_flag", Some("f"), "training_flag");
    agrees("levels", Some("f"), "levels");
}

#[test]
fn bodies_that_leave_settings_out_are_read_as_the_standard_has_them() {
    // Their kernels lie in the body, or around it; in a loop nothing tells the image's size.
    agrees("branch_bare", Some("f"), "branch_bare");
    agrees("loop_bare", Some("f"), "loop_bare");
}

#[test]
fn halves_and_doubles_are_read_as_float32() {
    for (name, said) in [("halves", "float16"), ("doubles", "float64")] {
        let model = open(name, Some("f")).unwrap();
        let last = &model.assumed().last().unwrap().text;
        assert!(last.contains(said), "{name}: {last}");
    }
    // Each runtime rounds halves in its own places.
    agrees_within(2e-3, &[Wanted::Embedded], "halves", Some("f"), "halves");
    agrees("doubles", Some("f"), "doubles");
}

#[test]
fn a_layer_of_whole_numbers_is_refused_by_its_name_and_type() {
    for (layer, holds) in [("places", "int64"), ("levels", "uint8")] {
        let error = refusal("whole_numbers", Some(layer));
        assert!(matches!(error, ModelError::LayerType { .. }), "{error}");
        let said = format!("the layer {layer} holds {holds}");
        assert!(error.to_string().contains(&said), "{error}");
    }
    let file = OnnxFile::open(&path("whole_numbers")).unwrap();
    let names: Vec<&str> = file.layers().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names, ["maps", "again", "mean"]);
}

#[test]
fn a_list_of_tensors_is_no_layer_and_one_of_them_is() {
    let error = refusal("sequence", Some("list")).to_string();
    assert!(
        error.contains("the layer list holds a sequence of tensors"),
        "{error}"
    );
    agrees("sequence", Some("taken"), "sequence");
}

#[test]
fn a_layer_of_unknown_layout_is_read_in_the_usual_way_and_that_is_said() {
    let model = open("mixed", Some("of_four")).unwrap();
    let last = model.assumed().last().unwrap();
    assert_eq!(last.topic, "pooling");
    let said = "layer of_four stand for does not follow from the operators before it, so it is \
                read as (n, channels, rows, columns)";
    assert!(last.text.contains(said), "{}", last.text);
    agrees("mixed", Some("of_four"), "mixed");
    for layer in ["of_five", "last"] {
        let error = refusal("mixed", Some(layer));
        assert!(matches!(error, ModelError::LayerShape { .. }), "{error}");
    }
}

#[test]
fn a_network_that_still_trains_is_refused() {
    for (name, op) in [("trains", "BatchNormalization"), ("drops", "Dropout")] {
        let error = refusal(name, Some("normed"));
        assert!(matches!(error, ModelError::Training { .. }), "{error}");
        let said = format!("training mode (its {op} still trains)");
        assert!(error.to_string().contains(&said), "{error}");
        // What comes before is as in evaluation.
        open(name, Some("maps")).unwrap();
    }
}

#[test]
fn random_numbers_are_found_in_bodies_too() {
    let error = refusal("branch_random", Some("chosen"));
    assert!(matches!(error, ModelError::Random { .. }), "{error}");
    open("branch_random", Some("maps")).unwrap();
}

#[test]
fn what_the_embedded_runtime_cannot_do_or_does_wrongly_is_refused() {
    agrees_on(&[], "unpadded_integers", Some("y"), "unpadded_integers");
    agrees_on(&[], "padded_integers", Some("y"), "padded_integers");
    agrees_on(&[], "function", Some("f"), "function");
    for (name, layer, reason) in [
        ("padded_integers", "y", "ConvInteger wrongly with padding"),
        ("unpadded_integers", "y", "ConvInteger wrongly"),
        ("function", "f", "MyAct"),
    ] {
        let model = open(name, Some(layer)).unwrap();
        let error = backend::choose(&model, 1, Wanted::Embedded)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(reason) && error.contains("ORT_DYLIB_PATH"),
            "{error}"
        );
    }
}
