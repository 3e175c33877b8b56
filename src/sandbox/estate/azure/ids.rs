//! Ids of Azure, made from the path of what they name: the same estate, the same ids.

use super::super::ids::hash;

/// Makes a GUID of version 4's shape.
pub fn guid(path: &str) -> String {
    let (a, b) = (hash(&format!("{path}:1")), hash(&format!("{path}:2")));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        0x8000 | (b >> 48) & 0x3fff,
        b & 0xffff_ffff_ffff
    )
}

/// Makes a hardware address as Azure writes it; the first half is one of Microsoft's.
pub fn mac(path: &str) -> String {
    let [a, b, c, ..] = hash(path).to_be_bytes();
    format!("00-0D-3A-{a:02X}-{b:02X}-{c:02X}")
}

/// Returns the id of the application that clients of a tenant sign in as.
pub fn client_id(tenant: &str) -> String {
    guid(&format!("client/{tenant}"))
}

/// Returns a client secret that nobody takes for a real one.
pub fn client_secret(tenant: &str) -> String {
    format!("sandbox-not-a-real-secret-{tenant}")
}

/// Tells whether `text` has the shape of a GUID.
pub fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_have_the_shape_of_real_ones_and_depend_on_the_path() {
        let id = guid("a/b");
        assert!(is_guid(&id), "{id}");
        assert_eq!((&id[14..15], &id), ("4", &guid("a/b")));
        assert_ne!(guid("a/b"), guid("a/c"));
        assert!(!is_guid("shop") && !is_guid("00000000-0000-0000-0000-00000000000g"));
    }

    #[test]
    fn hardware_addresses_are_written_with_hyphens() {
        let mac = mac("a");
        assert!(mac.starts_with("00-0D-3A-") && mac.len() == 17, "{mac}");
    }
}
