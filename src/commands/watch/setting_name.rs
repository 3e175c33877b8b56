//! What a message calls a setting of `[watch]`.

use crate::config::Origin;

/// Names a setting where you wrote it: its flag, its variable, or its key with its place in the file.
pub fn setting_name(origin: &Origin, key: &str, flag: &str) -> String {
    match origin {
        Origin::File { .. } => format!("{origin}: {key}"),
        Origin::Variable(name) => (*name).to_owned(),
        Origin::Flag(_) | Origin::Default => flag.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_named_where_it_was_written() {
        let file = Origin::File { path: "netcensus.toml".into(), line: 2 };
        let name = |origin: &Origin| setting_name(origin, "watch.serve", "--serve");
        assert_eq!(name(&file), "netcensus.toml:2: watch.serve");
        assert_eq!(name(&Origin::Variable("NETCENSUS_SERVE")), "NETCENSUS_SERVE");
        assert_eq!(name(&Origin::Flag("--serve")), "--serve");
    }
}
