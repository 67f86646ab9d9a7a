//! Where the native library may lie, and whether a file is one at all.

use std::path::{Path, PathBuf};

use super::BackendError;

/// Paths to try, best first; those that exist, except for `ORT_DYLIB_PATH`, which is always tried.
pub(super) fn candidates() -> Vec<PathBuf> {
    if let Some(path) = std::env::var_os("ORT_DYLIB_PATH").filter(|path| !path.is_empty()) {
        return vec![path.into()];
    }
    let mut folders = Vec::new();
    if let Some(folder) = std::env::current_exe()
        .ok()
        .as_deref()
        .and_then(Path::parent)
    {
        folders.extend([folder.to_owned(), folder.join("lib")]);
    }
    folders.extend(system_folders());
    let mut found: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| libraries_in(folder))
        .collect();
    found.extend(known_to_the_loader());
    // One library often has several names; a second try would end as the first.
    let mut seen = std::collections::HashSet::new();
    found.retain(|path| path.canonicalize().is_ok_and(|real| seen.insert(real)));
    found
}

/// Refuses a file that would crash the process when it is loaded.
///
/// The loader maps a library's segments without looking whether the file is long enough; touching
/// the missing part raises SIGBUS. Other faults the loader reports by itself.
pub(super) fn check(path: &Path) -> Result<(), BackendError> {
    let broken = |reason: &str| BackendError::BrokenLibrary(reason.to_owned());
    let bytes = Header::read(path).map_err(|error| broken(&error.to_string()))?;
    if !cfg!(all(unix, not(target_vendor = "apple"))) {
        return Ok(());
    }
    let end = bytes
        .elf_end()
        .ok_or_else(|| broken("no 64-bit ELF file"))?;
    if end > bytes.file_length {
        return Err(broken("it is cut short"));
    }
    Ok(())
}

fn system_folders() -> Vec<PathBuf> {
    let variable = if cfg!(target_vendor = "apple") {
        "DYLD_LIBRARY_PATH"
    } else {
        "LD_LIBRARY_PATH"
    };
    let listed = std::env::var_os(variable).unwrap_or_default();
    // An empty entry would mean the working directory, from which nothing may be loaded.
    let listed = std::env::split_paths(&listed).filter(|folder| folder.is_absolute());
    let usual = [
        "/usr/local/lib",
        "/opt/homebrew/lib",
        "/usr/lib",
        "/usr/lib64",
    ];
    listed.chain(usual.map(PathBuf::from)).collect()
}

/// `libonnxruntime.so`, `libonnxruntime.so.1.32.0`, `libonnxruntime.dylib`, `onnxruntime.dll`; the
/// plain name first, then the newest.
fn libraries_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(is_library)
        })
        .collect();
    found.sort_by_cached_key(|path| (version(path).map(std::cmp::Reverse), path.clone()));
    found
}

fn is_library(name: &str) -> bool {
    let plain = format!(
        "{}onnxruntime{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    let numbered = |rest: &str| {
        rest.bytes()
            .all(|byte| byte == b'.' || byte.is_ascii_digit())
    };
    name.strip_prefix(&plain).is_some_and(numbered)
}

/// The numbers after `.so.`; none for the plain name.
fn version(path: &Path) -> Option<Vec<u32>> {
    let (_, numbers) = path.file_name()?.to_str()?.rsplit_once(".so.")?;
    numbers
        .split('.')
        .map(|number| number.parse().ok())
        .collect()
}

/// Paths that the dynamic loader has in its index (`ldconfig` made it), read so that a file can be
/// checked before the loader opens it.
fn known_to_the_loader() -> Vec<PathBuf> {
    let index = std::fs::read("/etc/ld.so.cache").unwrap_or_default();
    let paths = index
        .split(|&byte| byte == 0)
        .filter(|text| text.starts_with(b"/"));
    let paths = paths.filter_map(|text| Some(Path::new(std::str::from_utf8(text).ok()?)));
    let ours = paths.filter(|path| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(is_library)
    });
    let mut found: Vec<PathBuf> = ours.map(Path::to_owned).collect();
    found.sort_by_cached_key(|path| (version(path).map(std::cmp::Reverse), path.clone()));
    found
}

/// The tables at the start of an ELF file.
struct Header {
    bytes: Vec<u8>,
    file_length: u64,
}

impl Header {
    /// The tables of segments lie at the start, so a megabyte is ample.
    const LENGTH: u64 = 1 << 20;

    fn read(path: &Path) -> std::io::Result<Self> {
        use std::io::Read as _;
        let file = std::fs::File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(std::io::Error::other("it is no file"));
        }
        let mut bytes = Vec::new();
        file.take(Self::LENGTH).read_to_end(&mut bytes)?;
        Ok(Self {
            bytes,
            file_length: metadata.len(),
        })
    }

    /// Where the last segment or table ends; `None` if this is no 64-bit little-endian ELF file.
    fn elf_end(&self) -> Option<u64> {
        if !self.bytes.starts_with(b"\x7fELF\x02\x01") {
            return None;
        }
        let segments = Table {
            at: self.u64(32)?,
            entry: self.u16(54)?,
            n: self.u16(56)?,
        };
        let sections = Table {
            at: self.u64(40)?,
            entry: self.u16(58)?,
            n: self.u16(60)?,
        };
        let mut end = segments.end()?.max(sections.end()?);
        for index in 0..segments.n {
            let at = usize::try_from(segments.at + index * segments.entry).ok()?;
            // p_offset + p_filesz
            end = end.max(self.u64(at + 8)?.checked_add(self.u64(at + 32)?)?);
        }
        Some(end)
    }

    fn u64(&self, at: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at.checked_add(8)?)?;
        Some(u64::from_le_bytes(bytes.try_into().ok()?))
    }

    fn u16(&self, at: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?;
        Some(u16::from_le_bytes(bytes.try_into().ok()?).into())
    }
}

struct Table {
    at: u64,
    entry: u64,
    n: u64,
}

impl Table {
    fn end(&self) -> Option<u64> {
        self.at.checked_add(self.entry * self.n)
    }
}

#[cfg(test)]
mod tests;
