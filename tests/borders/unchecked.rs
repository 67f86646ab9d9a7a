//! Where code is that the compiler does not check.

use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

/// How often `unsafe` stands in code: words in comments and texts are none. A function of another language cannot be
/// declared without it, either.
pub(crate) fn count(tokens: TokenStream) -> usize {
    let one = |token| match token {
        TokenTree::Ident(word) => usize::from(word == "unsafe"),
        TokenTree::Group(group) => count(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => 0,
    };
    tokens.into_iter().map(one).sum()
}

/// The Rust files in a folder of the project and in those below.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of the project") {
        let path = entry.expect("a file of it").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn unsafe_is_counted_where_it_is_code() {
    let code = |text: &str| count(text.parse().unwrap());
    assert_eq!(code("// unsafe\n fn f() -> &'static str { \"unsafe\" }"), 0);
    assert_eq!(code("fn f() { unsafe { g() } }"), 1);
    assert_eq!(code("m! { [unsafe { g() }] } unsafe impl Send for S {}"), 2);
    assert_eq!(code("unsafe extern \"C\" { fn getpid() -> i32; }"), 1);
}
