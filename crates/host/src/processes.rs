//! Other processes that run this program, and where they listen.

use std::net::SocketAddr;

/// The addresses at which other processes of this program listen, the oldest process first. Empty where
/// the system does not tell (`/proc` is Linux's).
pub fn listening() -> Vec<SocketAddr> {
    #[cfg(target_os = "linux")]
    return linux::listening().unwrap_or_default();
    #[cfg(not(target_os = "linux"))]
    return Vec::new();
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::io;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

    /// The state of a socket that listens, in /proc/net/tcp.
    const LISTENS: &str = "0A";

    pub(super) fn listening() -> io::Result<Vec<SocketAddr>> {
        let program = fs::read_link("/proc/self/exe")?;
        let own = std::process::id();
        let numbers = fs::read_dir("/proc")?.filter_map(|entry| {
            let name = entry.ok()?.file_name();
            name.to_str()?.parse::<u32>().ok()
        });
        let mut numbers: Vec<u32> = numbers.filter(|number| *number != own).collect();
        numbers.sort_unstable();
        numbers.retain(|number| {
            fs::read_link(format!("/proc/{number}/exe")).is_ok_and(|link| link == program)
        });
        Ok(numbers.into_iter().flat_map(of_process).collect())
    }

    /// Where a process listens: its sockets, looked up among those of its network.
    fn of_process(number: u32) -> Vec<SocketAddr> {
        let folder = format!("/proc/{number}/fd");
        let files = fs::read_dir(folder).into_iter().flatten().flatten();
        let links = files.filter_map(|file| fs::read_link(file.path()).ok());
        let own: Vec<String> = links
            .filter_map(|link| {
                let socket = link.to_str()?.strip_prefix("socket:[")?;
                Some(socket.strip_suffix(']')?.to_owned())
            })
            .collect();
        let tables = ["tcp", "tcp6"].map(|table| format!("/proc/{number}/net/{table}"));
        let tables = tables
            .iter()
            .filter_map(|table| fs::read_to_string(table).ok());
        tables.flat_map(|text| listed(&text, &own)).collect()
    }

    /// The addresses of a table in which one of these sockets listens.
    fn listed(table: &str, sockets: &[String]) -> Vec<SocketAddr> {
        let address = |line: &str| {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let (local, state, socket) = (cells.get(1)?, cells.get(3)?, cells.get(9)?);
            let is_own = sockets.iter().any(|own| own == socket);
            if *state == LISTENS && is_own {
                socket_address(local)
            } else {
                None
            }
        };
        table.lines().skip(1).filter_map(address).collect()
    }

    /// "0100007F:20E4": words of 32 bits in the order of the machine, and the port.
    fn socket_address(text: &str) -> Option<SocketAddr> {
        let (host, port) = text.split_once(':')?;
        let words: Vec<[u8; 4]> = (0..host.len() / 8)
            .map(|word| host.get(8 * word..8 * word + 8))
            .map(|digits| Some(u32::from_str_radix(digits?, 16).ok()?.to_ne_bytes()))
            .collect::<Option<_>>()?;
        let host: IpAddr = match *words {
            [word] => Ipv4Addr::from(word).into(),
            [_, _, _, _] => {
                let bytes: [u8; 16] = words.concat().try_into().ok()?;
                Ipv6Addr::from(bytes).into()
            }
            _ => return None,
        };
        Some(SocketAddr::new(host, u16::from_str_radix(port, 16).ok()?))
    }

    #[cfg(test)]
    mod tests {
        use super::listed;
        use std::net::TcpListener;

        #[test]
        fn a_listener_of_this_process_is_found() {
            for host in ["127.0.0.1", "::1"] {
                let Ok(listener) = TcpListener::bind((host, 0)) else {
                    continue; // Not every machine has IPv6.
                };
                let address = listener.local_addr().unwrap();
                let found = super::of_process(std::process::id());
                assert!(found.contains(&address), "{address} in {found:?}");
            }
        }

        #[test]
        fn what_does_not_listen_or_is_another_s_is_none() {
            let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
                0: 0100007F:20E4 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 77 1 0\n\
                1: 0100007F:20E5 0100007F:9999 01 00000000:00000000 00:00000000 00000000 0 0 78 1 0\n\
                2: nonsense\n";
            let own = ["77".to_owned(), "78".to_owned()];
            let found = listed(table, &own);
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].port(), 0x20E4);
            assert!(listed(table, &["79".to_owned()]).is_empty());
        }
    }
}
