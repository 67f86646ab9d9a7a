//! Workbooks, Parquet and JSON.

use super::*;

#[test]
fn json_lines() {
    let table = table(
        "{\"file_name\":\"a.png\",\"age\":40,\"id\":123456789012345678901234,\"x\":{\"y\":1,\"z\":\"é\"}}\n\
         \n\
         {\"file_name\":\"b.png\",\"boxes\":[[1,2]],\"age\":NaN,\"note\":\"NaN \\\"q\\\" NaN\",\"ok\":true}\n\
         oops\n",
    );
    assert_eq!(
        names(&table),
        ["file_name", "age", "id", "x.y", "x.z", "note", "ok"]
    );
    assert_eq!(column(&table, "id"), ["123456789012345678901234", ""]);
    assert_eq!(column(&table, "x.z"), ["é", ""]);
    assert_eq!(column(&table, "age"), ["40", ""]);
    assert_eq!(column(&table, "note"), ["", "NaN \"q\" NaN"]);
    assert_eq!(
        skipped(&table),
        [
            "metadata.csv, line 4: no JSON object (expected value)",
            "metadata.csv, column boxes: the column holds lists and is not read",
        ]
    );
    assert!(refused("{\"a\": }").contains("line 1"));
    assert!(refused("{\"a\": 1").contains("line 1"));
}

#[test]
fn a_list_of_json_objects() {
    let table = table("[\n{\"a\":\"x\",\n\"b\":1},\n{\"b\":2.50}\n]\n");
    assert_eq!(names(&table), ["a", "b"]);
    assert_eq!(column(&table, "b"), ["1", "2.50"]);
    let deep = format!(
        "{{\"a\":1,\"b\":{}1{}}}\n",
        "{\"c\":".repeat(50_000),
        "}".repeat(50_000)
    );
    let _ = read(deep.as_bytes());
}

#[test]
fn names_that_multiply_are_refused_before_they_are_kept() {
    let inner = |value: &str| -> String {
        let keys: Vec<String> = (0..2_000).map(|n| format!("\"{n}\":{value}")).collect();
        keys.join(",")
    };
    for value in ["1", "[]"] {
        let text = format!("{{\"{}\":{{{}}}}}\n", "k".repeat(100_000), inner(value));
        let refused = refused(text);
        assert!(refused.contains("bytes in the names"), "{refused}");
    }
}
