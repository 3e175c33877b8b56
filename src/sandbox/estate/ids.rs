//! Ids, keys and hardware addresses, made from the path of what they name: the same estate, the same ids.

/// The region where a partition's global services answer.
pub const PARTITION_REGION: &str = "us-east-1";

const LONG_TERM: &str = "AKIA0000";
const TEMPORARY: &str = "ASIA0000";

/// Makes an id of AWS's shape: the prefix and 17 hexadecimal digits, the first one 0 as in most real ids.
pub fn resource_id(prefix: &str, path: &str) -> String {
    format!("{prefix}-0{:016x}", hash(&format!("{prefix}:{path}")))
}

/// Makes a locally administered hardware address.
pub fn mac_address(path: &str) -> String {
    let [a, b, c, rest @ ..] = hash(path).to_be_bytes();
    format!("02:{a:02x}:{b:02x}:{c:02x}:{:02x}:{:02x}", rest[0], rest[1])
}

/// Hashes with FNV-1a and a last mix; the standard library's hasher may change between releases.
pub fn hash(text: &str) -> u64 {
    let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (fnv ^ (fnv >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

/// Returns the access key id of an account's static keys; twenty characters, as AWS's have.
pub fn access_key(account: &str) -> String {
    format!("{LONG_TERM}{account}")
}

/// Returns the access key id of an account's temporary keys.
pub fn temporary_key(account: &str) -> String {
    format!("{TEMPORARY}{account}")
}

/// Returns a secret that is visibly not a real one. Signatures are not verified.
pub fn secret_key(account: &str) -> String {
    format!("sandbox-not-a-real-secret-{account}")
}

/// Reads an access key id: the account, and whether the keys are temporary.
pub fn account_of_key(key: &str) -> Option<(&str, bool)> {
    let long_term = key.strip_prefix(LONG_TERM).map(|account| (account, false));
    long_term.or_else(|| key.strip_prefix(TEMPORARY).map(|account| (account, true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_shape_of_real_ones_and_depend_on_kind_and_path() {
        let id = resource_id("vpc", "a/b");
        assert_eq!(id.len(), "vpc-".len() + 17);
        assert_eq!(id, resource_id("vpc", "a/b"));
        assert_ne!(id[4..], resource_id("subnet", "a/b")[7..]);
        assert_ne!(id, resource_id("vpc", "a/c"));
    }

    #[test]
    fn keys_lead_back_to_the_account() {
        let key = access_key("111111111111");
        assert_eq!(key.len(), 20);
        assert_eq!(account_of_key(&key), Some(("111111111111", false)));
        assert_eq!(account_of_key(&temporary_key("111111111111")), Some(("111111111111", true)));
        assert_eq!(account_of_key("AKIAIOSFODNN7EXAMPLE"), None);
    }
}
