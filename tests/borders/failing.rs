//! The check itself can fail, on each form that a path can have.

#![allow(clippy::unwrap_used)] // In a test a panic is the report.

use super::rules::{begins_with, calls_back, mentions, trespasses};
use super::source::{Names, Source};
use super::{LIBRARIES, NOTHING, circles, everything};

/// A crate of these modules, called `negatoscope`; each is a path, empty for the root, and its text.
fn given(modules: &[(&str, &str)]) -> Source {
    let mut source = Source::default();
    let text = |path: &str| {
        modules
            .iter()
            .find(|(p, _)| *p == path)
            .unwrap()
            .1
            .to_owned()
    };
    source.read_text("negatoscope", &text(""), "lib.rs", &|path| {
        let path = path.join("/");
        // A module that another one is in is a folder with a door.
        let is_folder = modules
            .iter()
            .any(|(other, _)| other.starts_with(&format!("{path}/")));
        let end = if is_folder { "/mod.rs" } else { ".rs" };
        (format!("{path}{end}"), text(&path))
    });
    source
}

#[test]
fn a_path_is_found_however_it_is_written() {
    for (text, path) in [
        // Of another crate.
        ("use axum::Router;", "axum::Router"),
        ("use axum;", "axum"),
        (
            "use {axum::{routing::{get, post}, Router}, std::fs};",
            "axum::routing::post",
        ),
        ("use ::{axum::Router as R};", "axum::Router"),
        (
            "use std as s; fn f() { s::fs::read(\"\"); }",
            "std::fs::read",
        ),
        (
            "use std::{self as s}; fn f() { s::fs::read(\"\"); }",
            "std::fs::read",
        ),
        (
            "extern crate axum as a; fn f(x: a::Router) {}",
            "axum::Router",
        ),
        ("fn f() { use axum as w; w::serve(); }", "axum::serve"),
        (
            "fn f() -> Vec<Box<dyn axum::Handler>> { vec![] }",
            "axum::Handler",
        ),
        ("fn f() { vec![1, ::axum::serve()]; }", "axum::serve"),
        ("fn f() { given! { x => [ort::init(y)] } }", "ort::init"),
        ("given! { use axum::{a, b as c}; }", "axum::b"),
        ("#[derive(serde::Serialize)] struct S;", "serde::Serialize"),
        ("#[given(with = \"axum::given\")] struct S;", "axum::given"),
        ("impl axum::Handler for S {}", "axum::Handler"),
        (
            "fn f() { <S as axum::Handler>::call() }",
            "axum::Handler::call",
        ),
        // Of ours.
        ("use crate::{web::App, memo};", "negatoscope::web::App"),
        (
            "use crate::web as w; fn f(app: w::App) {}",
            "negatoscope::web::App",
        ),
        ("use super::super::web::App;", "negatoscope::web::App"),
        (
            "mod inner { use super::super::super::web::App; }",
            "negatoscope::web::App",
        ),
        (
            "use self::below::Below;",
            "negatoscope::here::inside::below::Below",
        ),
        (
            "fn f() { below::call(); }",
            "negatoscope::here::inside::below::call",
        ),
        (
            "use super::*; fn f() { beside::call(); }",
            "negatoscope::here::beside::call",
        ),
        (
            "fn f() { assert!(super::super::web::is_open()); }",
            "negatoscope::web::is_open",
        ),
        ("use crate::analysis::pca;", "negatoscope_analysis::pca"),
        (
            "use crate::*; fn f() { analysis::pca(); }",
            "negatoscope_analysis::pca",
        ),
        ("use super::handed::App;", "negatoscope::web::App"),
        (
            "#[cfg(test)] mod tests { use crate::web::App; }",
            "negatoscope::web::App",
        ),
    ] {
        let source = given(&[
            (
                "",
                "pub mod here; pub mod web; mod memo; pub use negatoscope_analysis as analysis;",
            ),
            (
                "here",
                "mod beside; mod inside; mod handed { pub use crate::web::*; }",
            ),
            ("here/beside", "pub fn call() {}"),
            ("here/inside", &format!("mod below; {text}")),
            ("here/inside/below", "pub struct Below; pub fn call() {}"),
            ("web", "pub struct App; pub fn is_open() -> bool { true }"),
            ("memo", ""),
        ]);
        let wanted: Names = path.split("::").map(str::to_owned).collect();
        let found: Vec<_> = mentions(&source)
            .filter(|(file, ..)| *file == "here/inside/mod.rs")
            .flat_map(|(_, _, paths)| paths)
            .collect();
        assert!(found.contains(&&wanted), "{text}: {found:?}");
        // And nothing that is not there.
        assert!(!found.iter().any(|path| begins_with(path, "tokio")));
    }
}

#[test]
fn a_name_alone_and_a_comment_are_no_path() {
    let source = given(&[(
        "",
        "//! axum::Router\n/// use axum::Router;\nfn f(axum: u8) { let ort = axum; let s = \"a, axum::b\"; }
        mod sort { pub fn by() {} } fn g() { sort::by(); x.csv::<u8>(); }",
    )]);
    assert_eq!(trespasses(&source, &["axum", "ort", "csv"], &[]), NOTHING);
}

#[test]
fn the_rules_can_fail() {
    let source = given(&[
        (
            "",
            "mod web; mod pipeline; pub use negatoscope_analysis as analysis;",
        ),
        ("web", "use crate::pipeline::Study; pub struct App;"),
        (
            "pipeline",
            "use super::{web as w, analysis::pca}; pub struct Study(w::App);",
        ),
    ]);
    let rows: &[(&str, &[&str])] = &[
        ("lib.rs", &["analysis"]),
        ("web.rs", &["pipeline"]),
        ("pipeline.rs", &["analysis"]),
    ];
    let found = calls_back(&source, rows);
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("pipeline.rs names web")),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .all(|line| line.starts_with("pipeline.rs names web")),
        "{found:?}"
    );
    for (words, _) in LIBRARIES {
        assert_ne!(
            trespasses(everything(), words, &[]),
            NOTHING,
            "nobody names {words:?}"
        );
    }
}

#[test]
fn circles_are_found_and_doors_are_not() {
    let circle = |a: &str, b: &str, door: &str| {
        let source = given(&[
            ("", "mod folder; mod far;"),
            (
                "folder",
                &format!("mod a; mod b; pub use b::B; pub struct Params; {door}"),
            ),
            (
                "folder/a",
                &format!("pub struct A; pub const LIMIT: u8 = 1; {a}"),
            ),
            ("folder/b", &format!("pub struct B; {b}")),
            ("far", "pub use crate::folder::B as Far;"),
        ]);
        let edges = circles::without_doors(&source, &circles::edges(&source));
        circles::circles(&edges)
            .into_iter()
            .flatten()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let both = ["folder/a.rs", "folder/b.rs"];
    let back = "use super::a::A;";
    for a in [
        "use super::b::B;",
        // By what is given on, to the file that defines it.
        "use super::{Params, B};",
        "use crate::far as f; fn f(x: f::Far) {}",
        "fn f() { assert!(crate::folder::b::B::new()); }",
        "use super::super::folder::b as other; type T = other::B;",
    ] {
        assert_eq!(circle(a, back, ""), both, "{a}");
    }
    assert_eq!(circle("use super::b::B;", "", ""), [""; 0]);
    // Only tests name it.
    assert_eq!(
        circle(
            "#[cfg(test)] mod tests { use super::super::b::B; }",
            back,
            ""
        ),
        [""; 0]
    );
    // A part and its door, and with it a part that the door does not name.
    assert_eq!(circle("use super::Params;", "", "use a::A;"), [""; 0]);
    let all = ["folder/a.rs", "folder/b.rs", "folder/mod.rs"];
    assert_eq!(
        circle(
            "use super::b;fn f(b: b::B) {}",
            "use super::Params;",
            "use a::A;"
        ),
        all
    );
}
