//! Who may ask: the Host header, the site that a request comes from, the token, and the headers
//! that tell a browser what this page may do.
//!
//! A server on loopback is reachable from every page in the user's browser. The Host check stops
//! DNS rebinding, the Sec-Fetch-Site and Origin checks stop other sites, also for GET routes that
//! compute. Beyond loopback a token is asked for, which a browser gets for the code of a link.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;
use super::error::ApiError;

/// What the page may load: its own files, and nothing inline. Who may show it in a frame comes behind it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors";

/// Longest path and query: a few thousand conditions. hyper itself refuses twice as much.
const MAX_ADDRESS_BYTES: usize = 32 * 1024;

/// The parameter of a link that has its code.
const CODE: &str = "code";

/// The parameter in which whoever shows the page in a frame gives the token: the address of a frame is in no
/// browser's history.
const TOKEN: &str = "token";

/// The rules of one server.
#[derive(Debug)]
pub struct Gate {
    secret: Option<Secret>,
    /// The cookie that carries it. Cookies are shared by all ports of a host, so the name has one.
    cookie: String,
    /// The address that was asked for, allowed as a Host beside the loopback names.
    host: String,
    /// What the page may load, and who may show it.
    policy: HeaderValue,
    /// Whether somebody may show it in a frame.
    is_framed: bool,
}

/// What a server beyond loopback asks for: a token, which a browser gets for the code of a link. A link
/// stays in histories and logs, and opens one browser.
#[derive(Debug)]
struct Secret {
    token: String,
    /// When the server started, so that no code of an earlier one opens it.
    started: u128,
    /// Codes that were used.
    n_used: AtomicU64,
}

impl Secret {
    fn new(token: &str) -> Self {
        let started = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            token: token.to_owned(),
            started: started.unwrap_or_default().as_nanos(),
            n_used: AtomicU64::new(0),
        }
    }

    /// The code after so many.
    fn code(&self, n_used: u64) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("negatoscope 2026 code of a link");
        hasher.update(&self.started.to_le_bytes());
        hasher.update(&n_used.to_le_bytes());
        hasher.update(self.token.as_bytes());
        hasher.finalize().to_hex()[..32].to_owned()
    }

    /// Takes a code, once.
    fn takes(&self, code: &str) -> bool {
        let n_used = self.n_used.load(Ordering::SeqCst);
        let (after, order) = (n_used + 1, Ordering::SeqCst);
        is_same(&self.code(n_used), code)
            && (self.n_used.compare_exchange(n_used, after, order, order)).is_ok()
    }
}

/// Whether two secrets are equal; comparing their hashes tells nothing of them by time.
fn is_same(one: &str, other: &str) -> bool {
    blake3::hash(one.as_bytes()) == blake3::hash(other.as_bytes())
}

impl Gate {
    /// The rules for a server on `host`:`port`; with a token the Host header may be any, because
    /// a rebinding page has no token.
    pub fn new(host: &str, port: u16, token: Option<&str>) -> Self {
        Self {
            secret: token.map(Secret::new),
            cookie: format!("negatoscope-{port}"),
            host: host.to_owned(),
            policy: policy("'none'"),
            is_framed: false,
        }
    }

    /// Pages of these sites may show this one in a frame, as a notebook does; nobody's may otherwise. Whoever
    /// makes the frame may give the token in its address.
    #[must_use]
    pub fn framed_by(self, sites: &[String]) -> Self {
        match sites {
            [] => self,
            _ => Self {
                policy: policy(&sites.join(" ")),
                is_framed: true,
                ..self
            },
        }
    }

    /// What the next link has to say, where a token is asked for.
    pub fn code(&self) -> Option<String> {
        let secret = self.secret.as_ref()?;
        Some(secret.code(secret.n_used.load(Ordering::SeqCst)))
    }

    fn admits_host(&self, headers: &HeaderMap) -> bool {
        if self.secret.is_some() {
            return true;
        }
        let host = headers
            .get(header::HOST)
            .and_then(|value| value.to_str().ok());
        let name = host.and_then(|host| host.parse::<axum::http::uri::Authority>().ok());
        name.is_some_and(|name| {
            let name = name.host().trim_start_matches('[').trim_end_matches(']');
            ["localhost", "127.0.0.1", "::1", &self.host].contains(&name)
        })
    }

    fn admits_token(&self, given: &str) -> bool {
        let secret = self.secret.as_ref();
        secret.is_some_and(|secret| is_same(&secret.token, given))
    }

    fn set_cookie(&self) -> Option<HeaderValue> {
        let (name, token) = (&self.cookie, &self.secret.as_ref()?.token);
        let cookie = format!("{name}={token}; HttpOnly; SameSite=Strict; Path=/");
        HeaderValue::from_str(&cookie).ok()
    }

    /// The tokens in the cookie and in the Authorization header: either may be a stale one.
    fn shown<'h>(&'h self, headers: &'h HeaderMap) -> impl Iterator<Item = &'h str> {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        let cookies = text(header::COOKIE).unwrap_or("").split(';');
        let pairs = cookies.filter_map(|pair| pair.trim().split_once('='));
        let ours = pairs
            .filter(|(name, _)| *name == self.cookie)
            .map(|(_, value)| value);
        let bearer = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        ours.chain(bearer)
    }
}

/// Lets a request through, or answers it.
pub(super) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let answer = match check(&app.gate, &request) {
        Ok(Passage::Open) => next.run(request).await,
        Ok(Passage::Redirect(response)) => response,
        Err(error) => error.into_response(),
    };
    with_headers(answer, &app.gate.policy)
}

enum Passage {
    Open,
    Redirect(Response),
}

fn check(gate: &Gate, request: &Request) -> Result<Passage, ApiError> {
    let headers = request.headers();
    if !gate.admits_host(headers) {
        return Err(ApiError::Forbidden(
            "this name is not one of the server's: open it as http://127.0.0.1 with its port",
        ));
    }
    // The health check of a container knows no token and learns nothing.
    if request.uri().path() == "/healthz" {
        return Ok(Passage::Open);
    }
    let length = request
        .uri()
        .path_and_query()
        .map_or(0, |address| address.as_str().len());
    if length > MAX_ADDRESS_BYTES {
        let message = format!(
            "an address may have {MAX_ADDRESS_BYTES} bytes, and this one has {length}: ask for less."
        );
        return Err(ApiError::TooLarge(StatusCode::URI_TOO_LONG, message));
    }
    let opens_page = request.method() == Method::GET && request.uri().path() == "/";
    if !opens_page && !same_site(headers) {
        return Err(ApiError::Forbidden("this request comes from another site"));
    }
    let Some(secret) = &gate.secret else {
        return Ok(Passage::Open);
    };
    if gate.shown(headers).any(|token| gate.admits_token(token)) {
        // One who is known already and follows a link again has its code out of the address, too.
        let has_secret = [CODE, TOKEN]
            .iter()
            .any(|name| given(request.uri(), name).is_some());
        return Ok(match opens_page && has_secret {
            true => Passage::Redirect(without_secrets(request.uri())),
            false => Passage::Open,
        });
    }
    if !opens_page {
        return Err(ApiError::Unauthorized);
    }
    let uri = request.uri();
    if gate.is_framed && given(uri, TOKEN).is_some_and(|token| gate.admits_token(&token)) {
        return Ok(login(gate, uri));
    }
    if given(uri, CODE).is_none_or(|code| !secret.takes(&code)) {
        return Err(ApiError::Unauthorized);
    }
    if let Some(code) = gate.code() {
        tracing::info!("that link is used up: another browser opens with /?{CODE}={code}");
    }
    Ok(login(gate, uri))
}

/// Gives the token to a browser, in a cookie.
fn login(gate: &Gate, uri: &Uri) -> Passage {
    let mut response = without_secrets(uri);
    if let Some(cookie) = gate.set_cookie() {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Passage::Redirect(response)
}

/// Leads to the same page without code and token in its address; its state stays.
fn without_secrets(uri: &Uri) -> Response {
    let state = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs(uri).filter(|(name, _)| name != CODE && name != TOKEN))
        .finish();
    let place = if state.is_empty() {
        "/".to_owned()
    } else {
        format!("/?{state}")
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

/// What stands under a name in an address.
fn given(uri: &Uri, name: &str) -> Option<String> {
    let found = pairs(uri).find(|(found, _)| found == name);
    found.map(|(_, value)| value.into_owned())
}

fn pairs(uri: &Uri) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(uri.query().unwrap_or("").as_bytes())
}

/// Whether a browser says that this request comes from our own page, or no browser is involved.
fn same_site(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    let fetched = text(HeaderName::from_static("sec-fetch-site"));
    if !matches!(fetched, None | Some("same-origin" | "none")) {
        return false;
    }
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    let authority = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    authority.is_some() && authority == text(header::HOST)
}

/// The policy with these sites as those that may show the page.
fn policy(ancestors: &str) -> HeaderValue {
    let whole = format!("{CONTENT_SECURITY_POLICY} {ancestors}");
    HeaderValue::from_str(&whole).unwrap_or(HeaderValue::from_static(
        "default-src 'none'; frame-ancestors 'none'",
    ))
}

fn with_headers(mut response: Response, policy: &HeaderValue) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        // The report has a stricter policy of its own.
        let header = headers.entry(name);
        header.or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert_with(|| policy.clone());
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
