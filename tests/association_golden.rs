//! The tests of association against scikit-learn and scipy, and against permutations written in
//! Python (tests/golden/association.json, made by make_association.py there).

// clippy.toml lets tests unwrap, but does not see that helpers here are tests too.
#![allow(clippy::unwrap_used)]

use negatoscope::analysis::agreement::adjusted_mutual_information;
use negatoscope::analysis::association::{AssociationParams, Held, Values, q_values};
use serde_json::Value;

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/association.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().unwrap().iter().map(read).collect()
}

fn codes(value: &Value) -> Vec<Option<u32>> {
    list(value, |code| code.as_u64().map(|code| code as u32))
}

fn same(found: Option<f64>, expected: &Value, tolerance: f64, what: &str) {
    let close = match (found, expected.as_f64()) {
        (Some(found), Some(expected)) => (found - expected).abs() <= tolerance,
        (found, expected) => found == expected,
    };
    assert!(close, "{what}: {found:?}, not {expected}");
}

#[test]
fn columns_are_what_python_finds() {
    let golden = golden();
    let groups = list(&golden["groups"], |group| group.as_u64().unwrap() as usize);
    let (labels, view) = (codes(&golden["labels"]), codes(&golden["view"]));
    let checked = AssociationParams::default().check().unwrap();
    for expected in golden["results"].as_array().unwrap() {
        let name = expected["column"].as_str().unwrap();
        let numbers = list(&golden["columns"][name], Value::as_f64);
        let categories = codes(&golden["columns"][name]);
        let column = match name {
            "age" | "offset" => Values::Numbers(&numbers),
            _ => Values::Categories(&categories),
        };
        let within = expected["within"].as_bool().unwrap().then_some(&view[..]);
        let found = checked.columns(
            &labels,
            &groups,
            (&[column], None),
            within.map(Held::Levels),
            &(),
        );
        let found = found.unwrap().columns.remove(0);
        for (count, what) in [
            (found.n_images, "n_images"),
            (found.n_groups, "n_groups"),
            (found.n_missing, "n_missing"),
        ] {
            same(Some(count as f64), &expected[what], 0.0, what);
        }
        let outcome = found.outcome.unwrap();
        for (value, what, tolerance) in [
            (Some(outcome.statistic), "statistic", 1e-9),
            (outcome.cramers_v, "cramers_v", 1e-9),
            (outcome.ami, "ami", 1e-9),
            // Four standard errors of 4,000 permutations at p = 0.5, and less than that below.
            (Some(outcome.p_value), "p_value", 0.032),
            (Some(outcome.explained), "explained", 0.004),
            (outcome.detectable_effect, "detectable_effect", 0.01),
        ] {
            same(
                value,
                &expected[what],
                tolerance,
                &format!("{name}: {what}"),
            );
        }
    }
}

#[test]
fn adjusted_mutual_information_is_scikit_learns() {
    for case in golden()["ami"].as_array().unwrap() {
        let read = |side: &str| list(&case[side], |label| label.as_u64().unwrap() as u32);
        let found = adjusted_mutual_information(&read("a"), &read("b"));
        same(Some(found), &case["ami"], 1e-9, "ami");
    }
}

#[test]
fn q_values_are_scipys() {
    let golden = golden();
    let found = q_values(&list(&golden["p_values"], |p| p.as_f64().unwrap()));
    for (found, expected) in found
        .into_iter()
        .zip(golden["q_values"].as_array().unwrap())
    {
        same(Some(found), expected, 1e-12, "q");
    }
}
