//! Who may ask: the Host header, the site that a request comes from, the token, and the headers
//! that tell a browser what this page may do.
//!
//! A server on loopback is reachable from every page in the user's browser. The Host check stops
//! DNS rebinding, the Sec-Fetch-Site and Origin checks stop other sites, also for GET routes that
//! compute. Beyond loopback a token is asked for.

use std::borrow::Cow;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;
use super::error::ApiError;

/// What the page may load: its own files, and nothing inline.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// Longest path and query: a few thousand conditions. hyper itself refuses twice as much.
const MAX_ADDRESS_BYTES: usize = 32 * 1024;

/// The rules of one server.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The secret, as its hash: comparing hashes tells nothing of the secret by time.
    token: Option<blake3::Hash>,
    /// The cookie that carries it. Cookies are shared by all ports of a host, so the name has one.
    cookie: String,
    /// The address that was asked for, allowed as a Host beside the loopback names.
    host: String,
}

impl Gate {
    /// The rules for a server on `host`:`port`; with a token the Host header may be any, because
    /// a rebinding page has no token.
    pub fn new(host: &str, port: u16, token: Option<&str>) -> Self {
        Self {
            token: token.map(|token| blake3::hash(token.as_bytes())),
            cookie: format!("negatoscope-{port}"),
            host: host.to_owned(),
        }
    }

    fn admits_host(&self, headers: &HeaderMap) -> bool {
        if self.token.is_some() {
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
        self.token == Some(blake3::hash(given.as_bytes()))
    }

    fn set_cookie(&self, token: &str) -> Option<HeaderValue> {
        let cookie = format!("{}={token}; HttpOnly; SameSite=Strict; Path=/", self.cookie);
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
    with_headers(answer)
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
    if opens_page
        && gate.token.is_some()
        && let Some(token) = token_of(request.uri())
    {
        return login(gate, request.uri(), &token);
    }
    if gate.token.is_none() || gate.shown(headers).any(|token| gate.admits_token(token)) {
        Ok(Passage::Open)
    } else {
        Err(ApiError::Unauthorized)
    }
}

/// Keeps the token in a cookie and takes it out of the address bar; the page's state stays.
fn login(gate: &Gate, uri: &Uri, token: &str) -> Result<Passage, ApiError> {
    if !gate.admits_token(token) {
        return Err(ApiError::Unauthorized);
    }
    let state = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs(uri).filter(|(name, _)| name != "token"))
        .finish();
    let place = if state.is_empty() {
        "/".to_owned()
    } else {
        format!("/?{state}")
    };
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response();
    if let Some(cookie) = gate.set_cookie(token) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(Passage::Redirect(response))
}

fn token_of(uri: &Uri) -> Option<String> {
    let token = pairs(uri).find(|(name, _)| name == "token");
    token.map(|(_, value)| value.into_owned())
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

fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
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
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
