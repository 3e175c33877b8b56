//! Disks that are full, and files that may not grow: what was there stays, the error names the file, nothing is left.

use std::fs;

use super::writers::{Stage, WRITERS};
use crate::support::Home;

/// Faults (small): SIGXFSZ ended the command with 153, without a message.
#[test]
fn a_file_that_may_not_grow_is_an_error_and_the_old_files_stay() {
    const NAMES: [&str; 5] = [
        "export to a SQLite file",
        "export --append-history",
        "scan --save",
        "merge --save FILE",
        "overlap --write-baseline",
    ];
    for writer in WRITERS.iter().filter(|writer| NAMES.contains(&writer.name)) {
        let stage = Stage::new(writer, 20);
        stage.restore();
        let refused = stage.start().limit_file_size(1).run().exits(2);
        let refused = refused.says(&["error: cannot write out/"]);
        // SQLite does not tell.
        assert!(refused.stderr.contains("File too large") || writer.name.contains("SQLite"), "{refused:?}");
        assert!(stage.found() == stage.old, "{}", writer.name);
        assert!(stage.pending().is_empty() && stage.temporary().is_empty(), "{}", writer.name);
    }
}

/// As above, with a limit that stops a later file of many.
#[test]
fn an_export_that_cannot_write_its_last_files_writes_none() {
    let stage = Stage::new(&WRITERS[1], 20);
    for blocks in [8, 32, 128] {
        stage.restore();
        let run = stage.start().limit_file_size(blocks).run();
        assert!(run.code == 2 && stage.found() == stage.old, "{blocks}: {run:?}");
        assert!(stage.pending().is_empty(), "{blocks}");
    }
}

#[test]
fn help_that_cannot_be_printed_is_an_error() {
    for arguments in ["--help", "--version", "scan -h", "help export", "completions bash"] {
        let line = format!("\"$0\" {arguments} > /dev/full");
        Home::new()
            .shell(&line)
            .run()
            .refuses(&["cannot write to standard output", "No space left on device"]);
    }
    Home::new().shell("\"$0\" --help | head -1; \"$0\" --version >&-").run().exits(0);
}

/// Only root can mount.
#[test]
fn a_full_or_read_only_disk_is_an_error_and_the_old_files_stay() {
    let home = Home::new();
    fs::create_dir(home.path().join("disk")).unwrap();
    let script = "mount -t tmpfs -o size=64k tmpfs disk 2>/dev/null || exit 77
        \"$0\" scan --from a.json -q --save disk/i.ncsnap >/dev/null; echo first $?
        head -c 60000 /dev/zero > disk/fill 2>/dev/null; cp disk/i.ncsnap kept
        \"$0\" scan --from a.json -q --save disk/i.ncsnap >/dev/null; echo second $?
        \"$0\" export --from a.json --to disk/out/ --format csv,json; echo third $?
        cmp kept disk/i.ncsnap && ls -A disk
        for format in xlsx html sqlite csv; do
            \"$0\" export --from a.json --kind networks --to disk/i.$format 2>said
            echo $format $? $(grep -c ^error: said) $(grep -vcE '^(error:|  )' said) $(ls -A disk)
            cat said >&2
        done
        rm disk/fill; mount -o remount,ro disk
        \"$0\" scan --from a.json -q --save disk/i.ncsnap >/dev/null; echo fourth $?
        \"$0\" export --from a.json --to disk/out/ --format csv,json; echo fifth $?
        umount disk";
    let mut inventory = crate::output::sample::inventory();
    let network = inventory.networks[0].clone();
    inventory.networks.extend(
        (0..400)
            .map(|number| netcensus::model::Network { id: format!("vpc-{number:08x}"), ..network.clone() }),
    );
    inventory.coverage.retain(|entry| !entry.outcome.is_incomplete());
    home.write("a.json", serde_json::to_vec(&inventory).unwrap());
    let output = home.shell(script).run();
    if output.code == 77 {
        return crate::support::skipped("only root can mount");
    }
    let formats = ["xlsx", "html", "sqlite", "csv"];
    // One error and no other line, such as that of a library that gives up a file.
    let formats =
        formats.map(|format| format!("{format} 2 1 0 .netcensus-export.lock fill i.ncsnap\n")).concat();
    let expected = format!("first 0\nsecond 2\nthird 2\nfill\ni.ncsnap\n{formats}fourth 2\nfifth 2\n");
    assert_eq!(output.stdout, expected, "{output:?}");
    assert_eq!(output.stderr.matches("Read-only file system").count(), 2, "{output:?}");
    assert_eq!(output.stderr.matches("No space left on device").count(), 2 + 4, "{output:?}");
}
