//! The two backends: which one is chosen, and that both give the same features.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, too, fail by panicking"
)]

use std::path::Path;
use std::process::Command;

use negatoscope::features::backend::{self, Backend, BackendError, Device, Wanted};
use negatoscope::features::cache::FeatureSpace;
use negatoscope::features::model::Model;

/// Whether the tests of the native backend can run; in CI they must.
fn has_library() -> bool {
    if std::env::var_os("ORT_DYLIB_PATH").is_some() {
        return true;
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "set ORT_DYLIB_PATH to libonnxruntime.so"
    );
    println!("skipped: ORT_DYLIB_PATH is not set");
    false
}

fn model(layer: Option<&str>) -> Model {
    Model::open(None, layer).unwrap()
}

fn backend_for(model: &Model, wanted: Wanted) -> Box<dyn Backend> {
    backend::choose(model, 2, wanted).unwrap().backend
}

/// A tensor that looks like no X-ray but excites every filter.
fn wave(model: &Model, phase: f32) -> Vec<f32> {
    let n: usize = model.preprocessing().shape().iter().product();
    (0..n)
        .map(|i| (i as f32 * 0.37 + phase).sin() + (i as f32 * 0.002).cos())
        .collect()
}

fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(b)
        .fold(0.0, |largest, (x, y)| (x - y).abs().max(largest))
}

#[test]
fn both_backends_agree_to_a_ten_thousandth() {
    if !has_library() {
        return;
    }
    for layer in [
        None,
        Some("dense"),
        Some("conv1"),
        Some("pool2"),
        Some("probabilities"),
    ] {
        let model = model(layer);
        let native = backend_for(&model, Wanted::Native);
        let embedded = backend_for(&model, Wanted::Embedded);
        assert_ne!(native.key(), embedded.key());
        for phase in [0.0, 1.0, 2.0] {
            let input = wave(&model, phase);
            let [a, b] = [&native, &embedded].map(|backend| backend.run(&input).unwrap());
            let difference = largest_difference(&a, &b);
            println!(
                "{}: {} values, {difference:.1e}",
                model.layer().name,
                a.len()
            );
            assert!(difference < 1e-4, "{}: {difference}", model.layer().name);
        }
    }
}

#[test]
fn a_convolution_is_averaged_over_its_positions() {
    let model = model(Some("relu5"));
    let channels = model.layer().n_features().unwrap();
    let from_maps = backend_for(&model, Wanted::Embedded)
        .run(&wave(&model, 0.5))
        .unwrap();
    assert_eq!(from_maps.len(), channels);
    // The network averages the same maps itself.
    let averaged = self::model(Some("flat"));
    let by_network = backend_for(&averaged, Wanted::Embedded)
        .run(&wave(&averaged, 0.5))
        .unwrap();
    assert!(largest_difference(&from_maps, &by_network) < 1e-5);
}

#[test]
fn features_do_not_depend_on_the_number_of_callers() {
    let wanted: &[Wanted] = if has_library() {
        &[Wanted::Embedded, Wanted::Native]
    } else {
        &[Wanted::Embedded]
    };
    let model = model(None);
    let inputs: Vec<_> = (0..8).map(|i| wave(&model, i as f32)).collect();
    for &wanted in wanted {
        let alone = backend::choose(&model, 1, wanted).unwrap().backend;
        let crowded = backend::choose(&model, 4, wanted).unwrap().backend;
        let one_by_one: Vec<_> = inputs
            .iter()
            .map(|input| alone.run(input).unwrap())
            .collect();
        let at_once: Vec<_> = std::thread::scope(|scope| {
            let crowded = &crowded;
            let threads: Vec<_> = inputs
                .iter()
                .map(|input| scope.spawn(move || crowded.run(input).unwrap()))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(one_by_one, at_once, "{wanted:?}");
    }
}

#[test]
fn another_layer_or_backend_is_another_space_in_the_cache() {
    let space = |layer, wanted| {
        let model = model(layer);
        FeatureSpace::new(&model, backend_for(&model, wanted).as_ref())
    };
    let ours = space(None, Wanted::Embedded);
    assert_eq!(ours, space(Some("features"), Wanted::Embedded));
    assert_ne!(ours, space(Some("average"), Wanted::Embedded));
    if has_library() {
        assert_ne!(ours, space(None, Wanted::Native));
    }
}

/// Whether the library that is there has this device is the library's affair: here it has none.
#[test]
fn a_device_that_is_not_there_is_told_and_the_processor_runs_the_network() {
    let model = model(None);
    let input = wave(&model, 0.0);
    let on = |device, wanted| backend::choose_on(device, &model, 1, wanted).unwrap();
    let embedded = on(Device::Cuda, Wanted::Embedded);
    assert_eq!(
        embedded.warnings,
        ["--device cuda needs a native ONNX Runtime: the network runs on the processor."]
    );
    assert!(on(Device::Auto, Wanted::Embedded).warnings.is_empty());
    if !has_library() || !backend::devices().is_empty() {
        return;
    }
    let plain = on(Device::Cpu, Wanted::Native);
    for device in [Device::Auto, Device::Cuda, Device::CoreMl] {
        let found = on(device, Wanted::Native);
        let (same, other) = (&plain.backend, &found.backend);
        assert_eq!((same.key(), same.name()), (other.key(), other.name()));
        assert_eq!(same.run(&input).unwrap(), other.run(&input).unwrap());
        let [warning] = &found.warnings[..] else {
            assert_eq!((device, found.warnings.len()), (Device::Auto, 0));
            continue;
        };
        let word = device.word();
        assert!(
            warning.starts_with(&format!("--device {word}: there is no ")),
            "{warning}"
        );
        assert!(
            warning.ends_with(": the network runs on the processor."),
            "{warning}"
        );
    }
}

/// Where another library than the usual one is installed, such as the one for OpenVINO.
#[test]
fn a_device_that_is_there_gives_the_same_features_by_another_key() {
    if !has_library() {
        return;
    }
    let model = model(None);
    let input = wave(&model, 0.0);
    let on = |device| backend::choose_on(device, &model, 2, Wanted::Native).unwrap();
    let plain = on(Device::Cpu).backend;
    let expected = plain.run(&input).unwrap();
    for device in backend::devices() {
        let found = on(device);
        println!("{}: {:?}", found.backend.name(), found.warnings);
        if !found.warnings.is_empty() {
            continue;
        }
        assert_eq!(
            found.backend.key(),
            format!("{}-{}", plain.key(), device.word())
        );
        let features = found.backend.run(&input).unwrap();
        let largest = expected
            .iter()
            .fold(0.0f32, |most, value| most.max(value.abs()));
        let off = largest_difference(&expected, &features) / largest;
        println!("{off:e} of the largest feature");
        assert!(off < 1e-2, "{off:e}");
    }
}

#[test]
fn a_tensor_of_another_size_is_refused() {
    let error = backend_for(&model(None), Wanted::Embedded)
        .run(&[0.0; 7])
        .unwrap_err();
    assert!(
        matches!(
            error,
            BackendError::InputLength {
                expected: 50176,
                found: 7
            }
        ),
        "{error}"
    );
}

/// Not a test: what a process with these variables chooses, on one line of standard output.
#[test]
#[ignore = "run by the tests below in a process of its own"]
fn child() {
    let model = model(None);
    let chosen = Wanted::from_env().and_then(|wanted| backend::choose(&model, 1, wanted));
    match chosen {
        Ok(chosen) => {
            let n_features = chosen.backend.run(&wave(&model, 0.0)).unwrap().len();
            let (name, warnings) = (chosen.backend.name(), chosen.warnings.join(" "));
            println!("child: {name}; {n_features} features; {warnings}");
        }
        Err(error) => println!("child: error: {error}"),
    }
}

/// Which library is used is settled once in a process, and so each case gets a process.
fn chosen_with(library: Option<&Path>, wish: &str) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .env("NEGATOSCOPE_BACKEND", wish)
        .env_remove("ORT_DYLIB_PATH");
    if let Some(library) = library {
        child.env("ORT_DYLIB_PATH", library);
    }
    answer(child)
}

fn answer(mut child: Command) -> String {
    let output = child
        .args(["child", "--exact", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}: {text}{errors}", output.status);
    let said = text
        .lines()
        .find_map(|line| line.split_once("child: "))
        .map(|(_, said)| said);
    said.unwrap_or_else(|| panic!("{text}{errors}")).to_owned()
}

fn falls_back(library: &Path, reason: &str) {
    let said = chosen_with(Some(library), "");
    assert!(
        said.starts_with("embedded rten 0.27; 64 features"),
        "{said}"
    );
    assert!(
        said.contains("is passed over") && said.contains(reason),
        "{said}"
    );
}

#[test]
fn a_sound_library_is_used() {
    if !has_library() {
        return;
    }
    let library = std::env::var_os("ORT_DYLIB_PATH").unwrap();
    let said = chosen_with(Some(Path::new(&library)), "");
    assert!(said.starts_with("native ONNX Runtime 1."), "{said}");
    assert!(said.ends_with("; 64 features; "), "{said}");
    let said = chosen_with(Some(Path::new(&library)), "embedded");
    assert!(said.starts_with("embedded"), "{said}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_library_is_found_beside_the_program_and_where_the_system_looks() {
    if !has_library() {
        return;
    }
    let library = std::env::var_os("ORT_DYLIB_PATH").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let place = |inside: &str| {
        let folder = folder.path().join(inside);
        std::fs::create_dir_all(&folder).unwrap();
        let link = folder.join("libonnxruntime.so.1.32.0");
        std::os::unix::fs::symlink(&library, &link).unwrap();
        link
    };
    let run = |search_path: &str| {
        let mut child = Command::new(&program);
        child
            .env_remove("ORT_DYLIB_PATH")
            .env("LD_LIBRARY_PATH", folder.path().join(search_path));
        child.env("NEGATOSCOPE_BACKEND", "");
        answer(child)
    };
    for inside in ["", "lib"] {
        let link = place(inside);
        let said = run("nowhere");
        assert!(said.starts_with("native"), "{inside}: {said}");
        std::fs::remove_file(link).unwrap();
    }
    place("search");
    let said = run("search");
    assert!(said.starts_with("native"), "{said}");
}

#[test]
fn a_missing_library_is_passed_over() {
    falls_back(Path::new("/nowhere/libonnxruntime.so"), "No such file");
}

#[test]
#[cfg(target_os = "linux")]
fn junk_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let junk = folder.path().join("libonnxruntime.so");
    std::fs::write(&junk, "no library").unwrap();
    falls_back(&junk, "no 64-bit ELF file");
}

#[test]
#[cfg(target_os = "linux")]
fn another_library_is_passed_over() {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let libc = maps
        .split_whitespace()
        .find(|word| word.contains("libc.so"))
        .unwrap();
    falls_back(Path::new(libc), "no ONNX Runtime 1");
}

#[test]
#[cfg(target_os = "linux")]
fn a_library_that_was_cut_short_is_passed_over() {
    if !has_library() {
        return;
    }
    let whole = std::fs::read(std::env::var_os("ORT_DYLIB_PATH").unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let cut = folder.path().join("libonnxruntime.so");
    for length in [5000, whole.len() / 3, whole.len() - 1] {
        std::fs::write(&cut, &whole[..length]).unwrap();
        falls_back(&cut, "cut short");
    }
}

#[test]
fn insisting_on_a_library_that_is_not_there_is_an_error() {
    let said = chosen_with(Some(Path::new("/nowhere/libonnxruntime.so")), "native");
    assert!(
        said.starts_with("error: no usable ONNX Runtime library was found"),
        "{said}"
    );
    assert!(said.contains("/nowhere/libonnxruntime.so"), "{said}");
    let said = chosen_with(None, "fastest");
    assert!(
        said.starts_with("error: NEGATOSCOPE_BACKEND must be"),
        "{said}"
    );
}

/// A program that uses this crate and not `main`: the library keeps a number of the machine and events for its maker in
/// the user's folder, unless it is kept from it before it is loaded.
#[test]
fn a_library_that_may_tell_its_maker_is_passed_over_and_one_that_may_not_keeps_nothing() {
    if !has_library() {
        return;
    }
    let library = std::env::var_os("ORT_DYLIB_PATH").unwrap();
    for quiet in [None, Some("0"), Some("1")] {
        let home = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap());
        child
            .env("ORT_DYLIB_PATH", &library)
            .env("NEGATOSCOPE_BACKEND", "");
        // Where it finds a checking machine it tells nothing anyway.
        child
            .env_remove("CI")
            .env_remove("XDG_CACHE_HOME")
            .env("HOME", home.path());
        match quiet {
            Some(value) => child.env("ORT_DISABLE_TELEMETRY", value),
            None => child.env_remove("ORT_DISABLE_TELEMETRY"),
        };
        let said = answer(child);
        let is_native = said.starts_with("native");
        assert_eq!(is_native, quiet == Some("1"), "{quiet:?}: {said}");
        assert!(
            is_native || said.contains("set ORT_DISABLE_TELEMETRY=1"),
            "{said}"
        );
        let kept: Vec<_> = std::fs::read_dir(home.path()).unwrap().collect();
        assert!(kept.is_empty(), "{quiet:?}: {kept:?}");
    }
}
