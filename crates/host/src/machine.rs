//! What the machine has.

/// The widest vector units that this program uses here, in the compiler's words; `None` where it uses
/// those that every processor of the kind has.
pub fn vector_units() -> Option<&'static str> {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            return Some("avx512");
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            return Some("avx2");
        }
    }
    None
}

/// Memory that can be had without swapping, in bytes, as the system and the limit of the container
/// have it; `None` where the system does not tell (`/proc` is Linux's).
pub fn free_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let free = available(&text)?;
    let read = |name: &str| std::fs::read_to_string(format!("/sys/fs/cgroup/{name}")).ok();
    let number = |text: String| text.trim().parse::<u64>().ok();
    let Some(limit) = read("memory.max").and_then(number) else {
        return Some(free);
    };
    let used = read("memory.current").and_then(number).unwrap_or(0);
    // Files that were read are counted as used, and given back when memory is asked for.
    let cached = read("memory.stat").and_then(|text| counted(&text, "inactive_file "));
    let used = used.saturating_sub(cached.unwrap_or(0));
    Some(free.min(limit.saturating_sub(used)))
}

/// Memory that this process has in use, in bytes; `None` where the system does not tell.
pub fn resident_memory() -> Option<u64> {
    of_this_process("VmRSS:").map(|kilobytes| kilobytes * 1024)
}

/// Threads of this process; `None` where the system does not tell.
pub fn n_threads() -> Option<u64> {
    of_this_process("Threads:")
}

/// Files and connections that this process has open; `None` where the system does not tell.
pub fn n_open_files() -> Option<u64> {
    let open = std::fs::read_dir("/proc/self/fd").ok()?;
    // The folder itself is open while it is read.
    Some((open.count() as u64).saturating_sub(1))
}

/// A number of /proc/self/status.
fn of_this_process(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().trim_end_matches("kB").trim_end().parse().ok()
}

/// The number behind a name at the beginning of a line.
fn counted(text: &str, name: &str) -> Option<u64> {
    let found = text.lines().find_map(|line| line.strip_prefix(name))?;
    found.trim().parse().ok()
}

/// `MemAvailable` of /proc/meminfo, which is in units of 1,024 bytes.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let number = line.trim().strip_suffix("kB")?.trim();
    Some(number.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::{available, counted};

    #[test]
    fn memory_is_read_in_bytes() {
        let text = "MemTotal:       24000000 kB\nMemAvailable:   22000000 kB\n";
        assert_eq!(available(text), Some(22_528_000_000));
        assert_eq!(available("MemTotal: 1 kB\n"), None);
        let text = "file 12\ninactive_file 4096\nactive_file 7\n";
        assert_eq!(counted(text, "inactive_file "), Some(4096));
    }
}
