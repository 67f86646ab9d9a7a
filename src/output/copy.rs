//! A copy of the page that does without a server: scripts that hold its answers.
//!
//! A page that is opened from a folder may fetch nothing, but it may load scripts: each answer is one,
//! which puts it under its name.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::pipeline::Coded;

/// Shorter lists of objects are written as they are.
const FEW: usize = 4;

/// What a copy has, by what is asked for it. Answers are called by the place of their query, from 1.
#[derive(Debug, Default, Serialize)]
pub struct Index {
    /// Queries of maps: `map-1`, ….
    pub maps: Vec<String>,
    /// Queries of settings whose scores are there: `setting-1`, ….
    pub settings: Vec<String>,
    /// Queries of settings and what was asked of them: `question-1`, ….
    pub questions: Vec<String>,
    /// Columns to count by: `column-1`, ….
    pub columns: Vec<String>,
    /// Ids of the images, in the order of the records.
    pub ids: Vec<String>,
    /// The names of a setting's scores beside the notebook's.
    pub scores: Vec<String>,
    /// What the copy has, in a sentence.
    pub said: String,
}

impl Index {
    /// The script that gives it to the page.
    pub fn script(&self) -> Vec<u8> {
        format!("negatoscope.index = {};\n", json!(self)).into_bytes()
    }
}

/// The script that brings an answer under this name. What depends on the machine is left out of it.
pub fn script(name: &str, answer: Value) -> Vec<u8> {
    let (name, answer) = (json!(name), packed(answer));
    format!("negatoscope.answers[{name}] = {answer};\n").into_bytes()
}

/// The script that brings a JPEG, for who has to read its pixels.
pub fn picture(name: &str, jpeg: &[u8]) -> Vec<u8> {
    let data = format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg));
    script(name, Value::String(data))
}

/// The script that brings the modules of the page, by their paths, and starts it.
pub fn modules(sources: &[(&str, &str)]) -> Vec<u8> {
    let sources: Map<String, Value> = sources
        .iter()
        .map(|(path, source)| ((*path).to_owned(), json!(source)))
        .collect();
    format!("void negatoscope.run({});\n", Value::Object(sources)).into_bytes()
}

/// A column image by image; `all` is its breakdown, of which the clusters are left out.
pub fn column(coded: &Coded, mut all: Value) -> Value {
    if let Some(all) = all.as_object_mut() {
        all.shift_remove("clusters");
    }
    let mut names: Vec<&String> = coded.values.iter().flatten().collect();
    names.sort_unstable();
    names.dedup();
    let code = |value: &Option<String>| {
        let at = value
            .as_ref()
            .and_then(|value| names.binary_search(&value).ok());
        at.map_or(-1, |at| at as i64)
    };
    let codes: Vec<i64> = coded.values.iter().map(code).collect();
    let placed = coded.axis.as_ref().map(|axis| {
        let ((bins, apart), (numbers, texts)) = (axis.places(), axis.numbers());
        json!({ "bins": bins, "apart": apart, "numbers": numbers, "texts": texts })
    });
    json!({ "breakdown": all, "names": names, "codes": codes, "placed": placed })
}

/// Lists of objects that have the same keys as these keys and rows of values, and no times of work: they
/// are other ones each time.
fn packed(value: Value) -> Value {
    match value {
        Value::Array(list) => rows(list),
        Value::Object(object) => {
            let pairs = object.into_iter().map(|(key, value)| {
                let value = match key.as_str() {
                    "elapsed_ms" => json!(0),
                    _ => packed(value),
                };
                (key, value)
            });
            Value::Object(pairs.collect())
        }
        other => other,
    }
}

fn rows(list: Vec<Value>) -> Value {
    let keys_of = |value: &Value| -> Option<Vec<String>> {
        Some(value.as_object()?.keys().cloned().collect())
    };
    let first = list.first().and_then(keys_of);
    let Some(keys) = first.filter(|keys| {
        list.len() > FEW
            && list
                .iter()
                .all(|value| keys_of(value).as_ref() == Some(keys))
    }) else {
        return Value::Array(list.into_iter().map(packed).collect());
    };
    let cells = |value| match packed(value) {
        Value::Object(object) => Value::Array(object.into_iter().map(|(_, cell)| cell).collect()),
        other => other,
    };
    let rows: Vec<Value> = list.into_iter().map(cells).collect();
    json!({ "$keys": keys, "$rows": rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_like_objects_are_rows_and_times_are_left_out() {
        let list: Vec<Value> = (0..5).map(|i| json!({ "a": i, "elapsed_ms": i })).collect();
        let rows: Vec<Value> = (0..5).map(|i| json!([i, 0])).collect();
        let expected = json!({ "list": { "$keys": ["a", "elapsed_ms"], "$rows": rows } });
        assert_eq!(packed(json!({ "list": list })), expected);
        let unlike = json!([{ "a": 1 }, { "a": 1 }, { "a": 1 }, { "a": 1 }, { "b": 1 }]);
        assert_eq!(packed(unlike.clone()), unlike);
        let text = String::from_utf8(script("x\"</script>", json!(1))).unwrap();
        assert_eq!(text, "negatoscope.answers[\"x\\\"</script>\"] = 1;\n");
    }
}
