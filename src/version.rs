//! What is said where somebody asks for the version.

use std::sync::LazyLock;

use crate::machine;

/// Version, commit where it is known (`build.rs`), backends, and the vector units that are used here.
pub(crate) fn in_full() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(text);
    &TEXT
}

fn text() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let commit = option_env!("NEGATOSCOPE_COMMIT").filter(|commit| !commit.is_empty());
    let units = machine::vector_units().unwrap_or("those of every such processor");
    format!(
        "{version}\ncommit: {}\nbackends: rten (inside), ONNX Runtime (where its library is found)\n\
         vector units: {units}",
        commit.unwrap_or("not known")
    )
}
