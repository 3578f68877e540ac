//! Which network addresses may be connected to.
//!
//! A name or number that somebody writes into a descriptor must not make the server talk to what only the server can
//! reach: itself, its neighbours, or the service that hands out the credentials of its machine.
//! What lifts the guard, and why: docs/adr/0006-outbound-requests.md.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far requests to a host may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Addresses of the Internet only.
    Internet,
    /// Also the networks of the organisation and this machine. For hosts that the configuration names one by one.
    Network,
    /// Any address. For hosts that the configuration names by their number.
    Anything,
}

/// What kind of network an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Zone {
    /// Reachable from anywhere.
    Internet,
    /// Loopback, private, shared (carrier-grade NAT) and unique-local addresses, where servers of organisations live.
    Network,
    /// Addresses under which no source of descriptors lives: link-local, metadata services, multicast, reserved.
    Special,
}

/// Services that hand out credentials to whoever asks from the right machine, beside those at link-local addresses.
const METADATA_V4: [Ipv4Addr; 2] = [
    Ipv4Addr::new(100, 100, 100, 200), // Alibaba Cloud
    Ipv4Addr::new(168, 63, 129, 16),   // Azure, the agent of virtual machines
];
const METADATA_V6: [Ipv6Addr; 2] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), // AWS
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),  // Google Cloud
];

impl Reach {
    /// Whether an address is within reach.
    #[must_use]
    pub fn includes(self, ip: IpAddr) -> bool {
        let zone = match ip {
            IpAddr::V4(ip) => zone_v4(ip),
            IpAddr::V6(ip) => zone_v6(ip),
        };
        match self {
            Self::Internet => zone == Zone::Internet,
            Self::Network => zone <= Zone::Network,
            Self::Anything => true,
        }
    }
}

/// Source: the IANA registry of special-purpose IPv4 addresses (RFC 6890 and its updates).
fn zone_v4(ip: Ipv4Addr) -> Zone {
    if METADATA_V4.contains(&ip) {
        return Zone::Special;
    }
    match ip.octets() {
        [10 | 127, ..] | [192, 168, ..] => Zone::Network,
        [172, second, ..] if second & 0xf0 == 16 => Zone::Network,
        [100, second, ..] if second & 0xc0 == 64 => Zone::Network, // Shared by carriers and cloud networks.
        [198, 18 | 19, ..] => Zone::Network,                       // For measurements; used inside of networks.
        [0 | 224.., ..] => Zone::Special,                          // This network, multicast, reserved, broadcast.
        [169, 254, ..] => Zone::Special,                           // Link-local, with the metadata of most clouds.
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Zone::Special, // Protocols, documentation.
        [192, 88, 99, _] => Zone::Special,                         // Relays of 6to4, withdrawn.
        _ => Zone::Internet,
    }
}

/// Source: the IANA registry of special-purpose IPv6 addresses; only `2000::/3` is given out for the Internet.
fn zone_v6(ip: Ipv6Addr) -> Zone {
    if METADATA_V6.contains(&ip) {
        return Zone::Special;
    }
    let [first, second, third, .., last_but_one, last] = ip.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        zone_v4(Ipv4Addr::new(a, b, c, d))
    };
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Zone::Network,
        // IPv4-mapped, and IPv4-translated: the address inside is the one that answers.
        [0, 0, 0, 0, 0, 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..] => v4(last_but_one, last),
        // NAT64: a network without IPv4 reaches all IPv4 servers so.
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => v4(last_but_one, last),
        // 6to4.
        [0x2002, ..] => v4(second, third),
        // Protocols, among them Teredo, which carries an IPv4 address in disguise.
        [0x2001, 0..=0x1ff, ..] => Zone::Special,
        // Documentation.
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Zone::Special,
        // Unique-local.
        _ if first & 0xfe00 == 0xfc00 => Zone::Network,
        _ if first & 0xe000 == 0x2000 => Zone::Internet,
        // Unspecified, IPv4-compatible, NAT64 of local use, link-local, site-local, multicast, and all not given out.
        _ => Zone::Special,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, least: Reach) {
        let ip: IpAddr = address.parse().unwrap();
        for reach in [Reach::Internet, Reach::Network, Reach::Anything] {
            assert_eq!(reach.includes(ip), reach >= least, "{address} from {reach:?}");
        }
    }

    #[test]
    fn ssrf_only_addresses_of_the_internet_are_reached_by_everyone() {
        for address in ["8.8.8.8", "1.1.1.1", "140.82.121.3", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1"] {
            check(address, Reach::Internet);
        }
        for address in ["2606:4700::1111", "2a00:1450:4001::1", "2001:200::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"] {
            check(address, Reach::Internet);
        }
    }

    #[test]
    fn ssrf_networks_of_the_organisation_need_a_named_host() {
        for address in ["127.0.0.1", "127.8.9.10", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"] {
            check(address, Reach::Network);
        }
        for address in ["100.64.0.1", "100.127.255.255", "198.18.0.1", "::1", "fc00::1", "fd12:3456::1"] {
            check(address, Reach::Network);
        }
        // The same in disguise.
        for address in ["::ffff:127.0.0.1", "::ffff:10.1.2.3", "64:ff9b::192.168.0.1", "2002:7f00:1::", "2002:a00:1::1"]
        {
            check(address, Reach::Network);
        }
        check("::ffff:0:127.0.0.1", Reach::Network);
    }

    #[test]
    fn ssrf_metadata_and_reserved_addresses_are_reached_by_their_number_only() {
        for address in ["169.254.169.254", "169.254.0.1", "100.100.100.200", "168.63.129.16", "0.0.0.0", "0.1.2.3"] {
            check(address, Reach::Anything);
        }
        for address in ["224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.0.8", "192.0.2.1"] {
            check(address, Reach::Anything);
        }
        for address in ["198.51.100.7", "203.0.113.7", "192.88.99.1", "::", "fe80::1", "fec0::1", "ff02::1"] {
            check(address, Reach::Anything);
        }
        for address in ["fd00:ec2::254", "fd20:ce::254", "2001:db8::1", "3fff::1", "2001::1", "100::1", "4000::1"] {
            check(address, Reach::Anything);
        }
        // The same in disguise: mapped, compatible, NAT64, 6to4, Teredo, NAT64 of local use.
        for address in ["::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::169.254.169.254", "2002:a9fe:a9fe::"] {
            check(address, Reach::Anything);
        }
        for address in ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "64:ff9b:1::10.0.0.1"] {
            check(address, Reach::Anything);
        }
    }
}
