//! What a process takes of the machine, as the system tells it.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used)] // Each test uses its own part of this.

/// What a process has at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// Memory in use, in kilobytes.
    pub memory: u64,
    pub threads: u64,
    /// Open files and connections.
    pub files: u64,
    /// Processor time since its start, in hundredths of a second.
    pub ticks: u64,
}

/// Of the process with this number.
pub fn usage(process: u32) -> Usage {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/{process}/{name}")).unwrap();
    let status = read("status");
    let number = |name: &str| -> u64 {
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    };
    let stat = read("stat");
    // What stands before may hold spaces: the name of the program.
    let after = stat.rsplit(") ").next().unwrap();
    let field = |at: usize| -> u64 { after.split(' ').nth(at).unwrap().parse().unwrap() };
    Usage {
        memory: number("VmRSS:"),
        threads: number("Threads:"),
        files: std::fs::read_dir(format!("/proc/{process}/fd"))
            .unwrap()
            .count() as u64,
        ticks: field(11) + field(12),
    }
}
