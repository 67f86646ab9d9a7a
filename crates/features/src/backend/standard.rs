//! Both runtimes against ONNX's own backend tests, for the operators that networks of images use.
//!
//! Each case goes the way of any network: what is known of its values is inferred, it is cut after
//! the output that is looked at, settings that were left out are written in, what is known to be
//! wrong is refused. A runtime may refuse a case, as tests/onnx_operators/refused.txt lists, but
//! what it gives must be what the standard expects.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{BackendError, embedded, library, native};
use crate::onnx::{
    Axis, ElementType, Known, Onnx, Role, Tap, Tensor, Values, Visit, with_constants,
};

/// The operators that networks of images are made of.
const OPERATORS: &str = include_str!("../../../../tests/onnx_operators/operators.txt");

/// Lines `backend case`: what is refused with an error, and may be.
const REFUSED: &str = include_str!("../../../../tests/onnx_operators/refused.txt");

/// As onnx's own runner has them.
const RELATIVE: f64 = 1e-3;
const ABSOLUTE: f64 = 1e-7;
/// They have eleven binary digits, of which sums lose two.
const RELATIVE_OF_HALVES: f64 = 4e-3;

/// Cases that cannot tell right from wrong, and why.
const NOT_HELD: [(&str, &str); 8] = [
    ("test_training_dropout", "random"),
    ("test_training_dropout_default", "random"),
    ("test_training_dropout_default_mask", "random"),
    ("test_training_dropout_mask", "random"),
    // ONNX Runtime and PyTorch take the whole number of samples, onnx the one before it is cut.
    (
        "test_resize_downsample_scales_cubic_align_corners",
        "another meaning",
    ),
    (
        "test_resize_downsample_scales_linear_align_corners",
        "another meaning",
    ),
    // -2.5 / (5 / 255) is -127.5 but for the last digit of a float.
    ("test_dynamicquantizelinear", "a tie"),
    ("test_dynamicquantizelinear_expanded", "a tie"),
];

/// An input and what is put into it.
pub(super) struct Fed {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<f32>,
}

/// A case of the standard's tests, as it lies in its folder.
struct Case {
    name: String,
    model: Vec<u8>,
    inputs: Vec<Vec<u8>>,
    outputs: Vec<Vec<u8>>,
}

/// The folder that tests/onnx_operators/export.py wrote; CI insists on it.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("NEGATOSCOPE_ONNX_NODE_TESTS").map(PathBuf::from);
    if folder.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "CI must set NEGATOSCOPE_ONNX_NODE_TESTS"
        );
        eprintln!("skipped: NEGATOSCOPE_ONNX_NODE_TESTS names no folder of ONNX's node tests");
    }
    folder
}

#[test]
fn no_operator_gives_a_wrong_number() {
    let Some(folder) = folder() else { return };
    let library = library::candidates().into_iter().next();
    let operators: BTreeSet<&str> = OPERATORS.split_whitespace().collect();
    let mut tally = Tally::default();
    for case in cases(&folder) {
        let nodes = Onnx::parse(&case.model).unwrap().graph.nodes;
        let is_held = NOT_HELD.iter().all(|(name, _)| *name != case.name);
        if is_held && nodes.iter().all(|node| operators.contains(node.op)) {
            tally
                .operators
                .extend(nodes.iter().map(|node| node.op.to_owned()));
            tally.run(&case, library.as_deref());
        }
    }
    let (n_held, n_refused) = (tally.n_held, tally.refused.len());
    eprintln!("{n_held} answers as the standard has them, {n_refused} cases refused");
    let missing = |operator: &&&str| !tally.operators.contains(**operator);
    let missing: Vec<_> = operators.iter().filter(missing).collect();
    assert!(missing.is_empty(), "no case has {missing:?}");
    let faults = tally.faults.join("\n");
    assert!(faults.is_empty(), "wrong numbers:\n{faults}");
    let allowed = REFUSED.lines().map(str::to_owned);
    let runs = |line: &String| library.is_some() || !line.starts_with("native");
    let allowed: BTreeSet<String> = allowed.filter(runs).collect();
    let new: Vec<_> = tally.refused.difference(&allowed).collect();
    assert!(new.is_empty(), "refused and not listed: {new:#?}");
    let gone: Vec<_> = allowed.difference(&tally.refused).collect();
    assert!(gone.is_empty(), "listed and no longer refused: {gone:#?}");
}

/// What came of all cases.
#[derive(Default)]
struct Tally {
    n_held: usize,
    refused: BTreeSet<String>,
    faults: Vec<String>,
    operators: BTreeSet<String>,
}

impl Tally {
    fn run(&mut self, case: &Case, library: Option<&Path>) {
        let name = &case.name;
        for n_fed in case.ways() {
            for (backend, outcome) in case.run(n_fed, library) {
                match outcome {
                    Ok(()) => self.n_held += 1,
                    Err(Outcome::Refused(error)) => {
                        eprintln!("refused {backend} {name}: {error}");
                        self.refused.insert(format!("{backend} {name}"));
                    }
                    Err(Outcome::Wrong(what)) => {
                        let fault = format!("{backend} {name} ({n_fed} fed): {what}");
                        self.faults.push(fault);
                    }
                }
            }
        }
    }
}

enum Outcome {
    Refused(String),
    Wrong(String),
}

fn cases(folder: &Path) -> Vec<Case> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    assert!(
        folders.len() > 500,
        "{} holds {} cases",
        folder.display(),
        folders.len()
    );
    folders.iter().map(|folder| Case::read(folder)).collect()
}

impl Case {
    fn read(folder: &Path) -> Self {
        let numbered = |kind: &str| {
            let path = |index: usize| folder.join(format!("test_data_set_0/{kind}_{index}.pb"));
            let read = |index| std::fs::read(path(index)).ok();
            (0..).map_while(read).collect()
        };
        Self {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            model: std::fs::read(folder.join("model.onnx")).unwrap(),
            inputs: numbered("input"),
            outputs: numbered("output"),
        }
    }

    /// How many inputs are given to the network from outside: all that hold floats, and the first
    /// alone, as an image is, with all others as weights.
    fn ways(&self) -> Vec<usize> {
        let element = |bytes: &Vec<u8>| Tensor::read(bytes).unwrap().element.unwrap();
        let floats = self.inputs.iter().map(element);
        let n_floats = floats
            .take_while(|element| *element == ElementType::FLOAT32)
            .count();
        // Before version 11 there is no Round, without which no whole numbers can be fed.
        let is_old = Onnx::parse(&self.model).unwrap().opset < 11;
        let first = self.inputs.first().map(element);
        if is_old && first.is_some_and(|element| !element.is_float()) {
            return vec![0];
        }
        let one = self.inputs.len().min(1);
        let mut ways = vec![n_floats.max(one), one];
        ways.dedup();
        ways
    }

    /// Runs the case with its first `n_fed` inputs given and all others as weights.
    fn run(
        &self,
        n_fed: usize,
        library: Option<&Path>,
    ) -> Vec<(&'static str, Result<(), Outcome>)> {
        let onnx = Onnx::parse(&self.model).unwrap();
        let inputs = onnx.graph.inputs.iter().map(|input| input.name.to_owned());
        let inputs: Vec<(String, Tensor)> = inputs
            .zip(self.inputs.iter().map(|bytes| Tensor::read(bytes).unwrap()))
            .collect();
        let weights = inputs.iter().map(|(name, _)| name).zip(&self.inputs);
        let model = with_constants(&self.model, weights.skip(n_fed));
        let onnx = Onnx::parse(&model).unwrap();
        let fed = &inputs[..n_fed];
        if fed.iter().any(|(_, tensor)| tensor.values().is_none()) {
            return Vec::new(); // Texts, complex numbers and floats of a byte.
        }
        let known: Vec<(&str, Known)> = fed
            .iter()
            .map(|(name, tensor)| (name.as_str(), known(tensor)))
            .collect();
        let known = onnx.infer(&known);
        let mut outcomes = Vec::new();
        for (&name, expected) in onnx.graph.outputs.iter().zip(&self.outputs) {
            let expected = Tensor::read(expected).unwrap();
            if let Some(values) = expected.values().filter(|_| !name.is_empty()) {
                outcomes.push(("inference", agrees(known.get(name), &expected, &values)));
                for (backend, found) in outputs(&onnx, &known, fed, (name, &expected), library) {
                    outcomes.push((backend, compared(found, &expected, &values)));
                }
            }
        }
        outcomes
    }
}

type Found = Result<(Vec<usize>, Vec<f32>), BackendError>;

/// What each backend gives for one output of a network.
fn outputs<'a>(
    onnx: &Onnx<'a>,
    known: &Values<'a>,
    fed: &[(String, Tensor)],
    (name, expected): (&str, &Tensor),
    library: Option<&Path>,
) -> Vec<(&'static str, Found)> {
    let is_needed = |(input, _): &&(String, Tensor)| onnx.is_needed(name, input);
    let other = |tensor: &Tensor| {
        let element = tensor.element;
        element.filter(|element| *element != ElementType::FLOAT32)
    };
    let first = fed.first().filter(is_needed);
    let tap = Tap {
        layer: name.to_owned(),
        cast: other(expected).is_some(),
        input: first.map_or(String::new(), |(name, _)| name.clone()),
        input_type: first.and_then(|(_, tensor)| other(tensor)),
    };
    let feeds = fed.iter().filter(is_needed);
    let feeds: Vec<Fed> = feeds
        .map(|(name, tensor)| Fed::new(name, tensor, &tap))
        .collect();
    let cut = |visit: Visit| Ok(onnx.cut(&tap, known, visit));
    let embedded = embedded::value_of(onnx.opset, cut, &feeds, tap.output());
    let mut found = vec![("embedded", embedded)];
    if let Some(library) = library {
        let network = onnx.cut(&tap, known, &mut |_, _, _| {});
        found.push(("native", native::value_of(&network, &feeds, library)));
    }
    found
}

impl Fed {
    fn new(name: &str, tensor: &Tensor, tap: &Tap) -> Self {
        let name = if name == tap.input { tap.fed() } else { name };
        let values = tensor.values().unwrap();
        Self {
            name: name.to_owned(),
            shape: tensor.shape.clone(),
            values: values.into_iter().map(|value| value as f32).collect(),
        }
    }
}

/// What is known of an input of this shape.
fn known(tensor: &Tensor) -> Known {
    let axes = tensor
        .shape
        .iter()
        .map(|&size| Axis::new(Some(size), Role::Unknown));
    Known {
        element: tensor.element,
        axes: Some(axes.collect()),
        numbers: None,
    }
}

fn compared(found: Found, expected: &Tensor, values: &[f64]) -> Result<(), Outcome> {
    let (shape, found) = found.map_err(|error| Outcome::Refused(error.to_string()))?;
    if shape != expected.shape {
        return Err(Outcome::Wrong(format!(
            "{shape:?} and not {:?}",
            expected.shape
        )));
    }
    let found: Vec<f64> = found.into_iter().map(f64::from).collect();
    close(&found, expected.element, values)
}

fn close(found: &[f64], element: Option<ElementType>, expected: &[f64]) -> Result<(), Outcome> {
    let relative = match element {
        Some(ElementType::FLOAT16) => RELATIVE_OF_HALVES,
        _ => RELATIVE,
    };
    let is_close = |(a, b): (&f64, &f64)| {
        a == b || a.is_nan() && b.is_nan() || (a - b).abs() <= ABSOLUTE + relative * b.abs()
    };
    let pairs = || found.iter().zip(expected);
    match pairs().position(|pair| !is_close(pair)) {
        Some(at) => {
            let n = pairs().filter(|pair| !is_close(*pair)).count();
            Err(Outcome::Wrong(format!(
                "{} and not {} at {at}, {n} of {} differ",
                found[at],
                expected[at],
                found.len()
            )))
        }
        None => Ok(()),
    }
}

/// Whether what is known before the network runs is what it gives.
fn agrees(known: Option<&Known>, expected: &Tensor, values: &[f64]) -> Result<(), Outcome> {
    let Some(known) = known else { return Ok(()) };
    let wrong = |what: String| Err(Outcome::Wrong(what));
    if known.element.is_some() && known.element != expected.element {
        return wrong(format!("{:?}, not {:?}", known.element, expected.element));
    }
    if let Some(axes) = &known.axes {
        let sizes: Vec<Option<usize>> = axes.iter().map(Axis::size).collect();
        let pairs = sizes.iter().zip(&expected.shape);
        let mut is_other = pairs.map(|(known, found)| known.is_some_and(|size| size != *found));
        if sizes.len() != expected.shape.len() || is_other.any(|is_other| is_other) {
            return wrong(format!("{sizes:?}, not {:?}", expected.shape));
        }
    }
    match &known.numbers {
        Some(numbers) if numbers.len() == values.len() => close(numbers, expected.element, values),
        Some(numbers) => wrong(format!("{} numbers", numbers.len())),
        None => Ok(()),
    }
}
