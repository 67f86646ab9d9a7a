//! Snapshots: what was answered when they were written.

use std::path::Path;

use serde_json::{Map, Value};

/// Digits of a number that are compared: another processor may differ in the last ones.
const DIGITS: usize = 4;
/// Letters of a line, at most, where it can be broken.
const LINE: usize = 110;

/// Holds an answer against its snapshot, without what differs between runs and machines.
pub(crate) fn hold_answer(name: &str, answer: &Value) {
    hold(&format!("tests/answers/{name}.json"), &steady(answer));
}

/// Holds a document against a file of the repository, or writes the file.
pub(crate) fn hold(file: &str, document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = format!("{}\n", written(document, 0));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(text.lines()).position(|(a, b)| a != b);
    let line = differs.unwrap_or(kept.lines().count().min(text.lines().count()));
    assert!(
        kept == text,
        "{file} is not what is answered, from line {}:\n- {}\n+ {}\nIf that is meant, run \
         UPDATE=1 cargo test --test answers",
        line + 1,
        kept.lines().nth(line).unwrap_or_default(),
        text.lines().nth(line).unwrap_or_default()
    );
}

/// An answer without times and versions, with its numbers rounded.
fn steady(answer: &Value) -> Value {
    match answer {
        Value::Number(number) if number.is_f64() => rounded(number.as_f64().unwrap()),
        Value::Array(values) => values.iter().map(steady).collect(),
        Value::Object(values) => {
            let value = |(key, value): (&String, &Value)| {
                let value = match (key.as_str(), value) {
                    ("time", Value::String(_)) => "a moment".into(),
                    ("made" | "changed", Value::Number(_)) => "a moment".into(),
                    // Of a look it is made of the moment.
                    ("id", _) if values.get("kind") == Some(&"look".into()) => "its own".into(),
                    ("body", Value::String(look)) => without_times(look).into(),
                    ("text", Value::String(text)) if text.starts_with("declared") => {
                        "declared".into()
                    }
                    ("elapsed_ms" | "eta_ms" | "version" | "negatoscope", _) => Value::Null,
                    // Packed, so that a digit changes all of it: its length.
                    ("coordinates", Value::Array(frames)) if frames[0].is_string() => {
                        let length = |frame: &Value| frame.as_str().unwrap().len();
                        frames.iter().map(length).collect()
                    }
                    (_, value) => steady(value),
                };
                (key.clone(), value)
            };
            values.iter().map(value).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

/// A look without when it was, and without what was found, which is no number of few digits.
fn without_times(look: &str) -> String {
    let kept = look
        .split('&')
        .filter(|pair| !["time=", "p="].iter().any(|key| pair.starts_with(key)));
    kept.collect::<Vec<_>>().join("&")
}

fn rounded(number: f64) -> Value {
    let text = format!("{number:.*e}", DIGITS - 1);
    // What is nothing but rounding is nothing.
    match text.parse::<f64>().unwrap() {
        number if number.abs() < 1e-9 => 0.0.into(),
        number => number.into(),
    }
}

/// JSON whose lines are as long as they may be, so that lists of numbers stay short.
fn written(value: &Value, indent: usize) -> String {
    let whole = value.to_string();
    let (open, parts, close): (_, Vec<String>, _) = match value {
        Value::Array(values) if indent + whole.len() > LINE => {
            let parts = values.iter().map(|value| written(value, indent + 2));
            ("[", parts.collect(), "]")
        }
        Value::Object(values) if indent + whole.len() > LINE => {
            let part = |(key, value): (&String, &Value)| {
                format!(
                    "{}: {}",
                    Value::from(key.as_str()),
                    written(value, indent + 2)
                )
            };
            ("{", values.iter().map(part).collect(), "}")
        }
        _ => return whole,
    };
    let is_flat = |value: &&Value| !value.is_array() && !value.is_object();
    let mut lines = String::new();
    match value
        .as_array()
        .filter(|values| values.iter().all(|v| is_flat(&v)))
    {
        // Short cells stand beside each other.
        Some(_) => {
            let mut length = LINE;
            for part in &parts {
                if length + part.len() + 2 > LINE {
                    lines.push_str(&format!("\n{:indent$}  ", ""));
                    length = indent + 2;
                }
                lines.push_str(&format!("{part},"));
                length += part.len() + 1;
            }
        }
        None => {
            for part in &parts {
                lines.push_str(&format!("\n{:indent$}  {part},", ""));
            }
        }
    }
    lines.pop();
    format!("{open}{lines}\n{:indent$}{close}", "")
}
