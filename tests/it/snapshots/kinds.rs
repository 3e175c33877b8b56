//! What a command shows of a snapshot is what it shows of the document, though it decodes only what it looks at.

use crate::support::{Home, sample_document};

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_snapshot_shows_what_the_document_shows_whichever_kinds_a_command_looks_at() {
    let home = Home::new();
    home.write("kept.json", sample_document());
    home.netcensus("scan all --from kept.json --save kept.ncsnap").run().exits(0);
    let shown = |command: &str, file: &str| {
        let output = home.netcensus(&format!("{command} --from {file}")).run();
        (output.code, output.stdout)
    };
    for command in [
        "scan networks",
        "scan networks --wide",
        "scan networks -o csv --columns id,name,account_name,subnets,instances",
        "scan networks -o csv --columns id --filter instances>0",
        "scan networks -o csv --columns id --sort=-subnets",
        "scan networks -o json",
        "scan networks -o ndjson",
        "scan networks -o json --query length(interfaces)",
        "scan subnets -o markdown",
        "scan instances -o csv",
        "scan interfaces -o csv",
        "scan links -o csv",
        "scan all",
        "overlap -o json",
        "overlap -o json --level all",
    ] {
        let document = shown(command, "kept.json");
        assert!(!document.1.is_empty(), "{command}");
        assert_eq!(shown(command, "kept.ncsnap"), document, "{command}");
    }
    home.netcensus("scan networks -o csv --from kept.ncsnap --save again.ncsnap").run().exits(0);
    let all = "scan all -o json";
    assert_eq!(
        shown(all, "again.ncsnap"),
        shown(all, "kept.json"),
        "what is kept is whole, whatever is shown"
    );
}
