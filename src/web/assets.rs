//! `GET /static/…`: the page's own files, embedded in the binary.

use std::path::Path;
use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, File, include_dir};

use super::error::ApiError;
use super::query::Segment;

static ASSETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/static");

/// One name for the state of all assets: they change only with the binary.
static TAG: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for file in files(&ASSETS) {
        hasher.update(file.path().to_string_lossy().as_bytes());
        hasher.update(file.contents());
    }
    hasher.update(STYLE.as_bytes());
    hasher.finalize().to_hex()[..16].to_owned()
});

/// Where the page asks for its files: a folder that is renamed when one of them changes, so that a
/// browser may keep what it has and ask for nothing on the next visit.
pub(super) static FOLDER: LazyLock<String> = LazyLock::new(|| format!("/static/{}", *TAG));

/// The style sheets that all others build on, in this order. Those follow by their paths: each lies
/// in the folder of what it is about.
const FIRST: [&str; 2] = ["css/tokens.css", "css/layout.css"];

/// All style sheets as one file, `page.css`: a request for each would hold up the first paint.
static STYLE: LazyLock<String> = LazyLock::new(|| {
    let sheets = sheets().into_iter().map(|file| {
        let rules = file.contents_utf8().unwrap_or("");
        format!("/* {} */\n{rules}\n", file.path().display())
    });
    sheets.collect()
});

fn sheets() -> Vec<&'static File<'static>> {
    let mut found = files(&ASSETS);
    found.retain(|file| file.path().extension().is_some_and(|kind| kind == "css"));
    found.sort_by_key(|file| {
        let place = FIRST
            .iter()
            .position(|first| file.path() == Path::new(first));
        (place.unwrap_or(FIRST.len()), file.path())
    });
    found
}

fn files<'a>(folder: &'a Dir<'a>) -> Vec<&'a File<'a>> {
    let below = folder.dirs().flat_map(files);
    folder.files().chain(below).collect()
}

/// The modules that the page loads at its start, as paths below `static/`.
pub(super) static MODULES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut found = vec!["js/main.js".to_owned()];
    let mut next = 0;
    while let Some(path) = found.get(next).cloned() {
        for target in imports(&path) {
            if !found.contains(&target) {
                found.push(target);
            }
        }
        next += 1;
    }
    found
});

/// What a module imports before it runs. `import("…")` is loaded on demand, `@import` by nobody.
fn imports(path: &str) -> Vec<String> {
    let file = ASSETS.get_file(path);
    let source = file.and_then(|file| file.contents_utf8()).unwrap_or("");
    let lines = source.lines();
    let statements =
        lines.filter(|line| line.starts_with("import ") || line.starts_with("} from "));
    let targets = statements.filter_map(|line| line.split_once(" from \"")?.1.split_once('"'));
    targets.map(|(target, _)| resolve(path, target)).collect()
}

/// `../dom.js`, seen from `js/map/view.js`, is `js/dom.js`.
fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// The files that a page needs beside its modules, under their names in a copy.
pub(super) fn apart() -> Vec<(&'static str, &'static [u8])> {
    let file = |path: &str| ASSETS.get_file(path).map_or(&[][..], File::contents);
    vec![
        ("icon.svg", file("icon.svg")),
        ("js/copy/start.js", file("js/copy/start.js")),
        ("js/early.js", file("js/early.js")),
        ("page.css", STYLE.as_bytes()),
    ]
}

/// The source of every module, by its path below `static/js/`, in order.
pub(super) fn modules() -> Vec<(&'static str, &'static str)> {
    let source = |file: &'static File<'static>| {
        let path = file.path().strip_prefix("js").ok()?.to_str()?;
        let is_module = path.ends_with(".js") && path != "server.js";
        Some((path, file.contents_utf8()?)).filter(|_| is_module)
    };
    let mut found: Vec<_> = files(&ASSETS).into_iter().filter_map(source).collect();
    found.sort_unstable();
    found
}

/// One embedded file. The lookup knows the embedded files alone, so no path can leave them.
pub(super) async fn asset(
    Segment(path): Segment,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let inner = path
        .strip_prefix(TAG.as_str())
        .and_then(|rest| rest.strip_prefix('/'));
    // What is asked for under the name of this state can never be another.
    let (path, keep) = match inner {
        Some(path) => (path, "max-age=31536000, immutable"),
        None => (path.as_str(), "no-cache"),
    };
    let contents = match path {
        "page.css" => STYLE.as_bytes(),
        _ => {
            let file = ASSETS.get_file(path);
            let missing = || ApiError::NotFound("there is no such file".to_owned());
            file.ok_or_else(missing)?.contents()
        }
    };
    let tag = HeaderValue::from_str(&format!("\"{}\"", *TAG)).map_err(|_| ApiError::Internal)?;
    let mut response = if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = HeaderValue::from_static(media_type(path));
        ([(header::CONTENT_TYPE, kind)], contents).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    Ok(response)
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_style_sheet_once_and_those_that_all_build_on_first() {
        for name in [
            FIRST[0],
            FIRST[1],
            "css/dialogs.css",
            "js/panels/cards/cards.css",
        ] {
            let rules = ASSETS.get_file(name).and_then(File::contents_utf8);
            let rules = rules.expect("there is such a sheet");
            assert_eq!(STYLE.matches(rules).count(), 1, "{name}");
        }
        let headings = STYLE.lines().filter_map(|line| line.strip_prefix("/* "));
        let order: Vec<&str> = headings
            .filter_map(|line| line.strip_suffix(".css */"))
            .collect();
        assert_eq!(order[..3], ["css/tokens", "css/layout", "css/dialogs"]);
        assert!(order[2..].is_sorted(), "{order:?}");
    }

    #[test]
    fn modules_are_found_by_their_imports_and_those_on_demand_are_not() {
        assert_eq!(resolve("js/map/view.js", "../dom.js"), "js/dom.js");
        assert_eq!(resolve("js/main.js", "./map/view.js"), "js/map/view.js");
        for expected in ["js/main.js", "js/dom.js", "js/map/view.js"] {
            assert!(MODULES.iter().any(|path| path == expected), "{expected}");
        }
        for path in MODULES.iter() {
            assert!(ASSETS.get_file(path).is_some(), "{path} is not there");
        }
        assert!(!MODULES.iter().any(|path| path == "js/help/overlay.js"));
    }
}
