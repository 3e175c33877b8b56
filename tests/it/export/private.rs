//! Who can read what an export writes, while it writes and afterwards, and what a run that is stopped leaves.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{export, files, save};
use crate::support::{Home, Output, Run};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Lists the paths below a directory that other users could read.
fn looked_at(folder: &Path, open: &mut Vec<String>) {
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(known) = file.metadata() else { continue };
        if known.permissions().mode() & 0o077 != 0 {
            open.push(format!("{} {:o}", file.path().display(), known.permissions().mode()));
        }
        if known.is_dir() {
            looked_at(&file.path(), open);
        }
    }
}

/// Exports with a temporary directory of its own, and looks into it all the time; returns what others could read there.
fn watched(home: &Home, run: Run, folder: &Path) -> Vec<String> {
    let mut open = Vec::new();
    let mut child = run.env("TMPDIR", home.path().join("temporary")).spawn();
    while child.try_wait().unwrap().is_none() {
        looked_at(folder, &mut open);
    }
    Output::of(child).exits(0);
    open
}

/// Faults F7: the database was made in a directory that all could look into, and stayed when the run was killed.
#[test]
fn nothing_that_others_can_read_is_in_the_temporary_directory_and_no_row_stays_there() {
    let home = Home::new();
    let temporary = home.path().join("temporary");
    fs::create_dir(&temporary).unwrap();
    for to in ["a.sqlite", "b.xlsx"] {
        let run = export(&home, &format!("--to {to} -q"));
        assert_eq!(watched(&home, run, &temporary), [""; 0], "{to}");
    }
    for attempt in 0..20 {
        let run = export(&home, "--to a.sqlite -q").env("TMPDIR", &temporary);
        let mut child = run.spawn();
        std::thread::sleep(Duration::from_millis(5 * attempt));
        let _ = child.kill();
        child.wait().unwrap();
        // Between its making and its unlinking the database is there, without a row, for its owner alone.
        let mut open = Vec::new();
        looked_at(&temporary, &mut open);
        assert_eq!(open, [""; 0], "killed after {} ms", 5 * attempt);
        for left in fs::read_dir(&temporary).unwrap().flatten() {
            assert_eq!(left.metadata().unwrap().len(), 0, "killed after {} ms", 5 * attempt);
            fs::remove_file(left.path()).unwrap();
        }
    }
}

/// Faults F12: replacing a private export opened it to all while it was written.
#[test]
fn a_private_export_stays_private_all_the_time() {
    let home = Home::new();
    let folder = home.path().join("out");
    for format in ["csv,json,xlsx", "sqlite,html"] {
        export(&home, &format!("--to out/ --format {format} -q")).run().succeeds();
        for file in fs::read_dir(&folder).unwrap().flatten() {
            fs::set_permissions(file.path(), fs::Permissions::from_mode(0o600)).unwrap();
        }
        fs::create_dir_all(home.path().join("temporary")).unwrap();
        let run = export(&home, &format!("--to out/ --format {format} -q"));
        assert_eq!(watched(&home, run, &folder), [""; 0], "{format}");
    }
    // A new one is for those whom the umask lets.
    home.shell("umask 027; exec \"$0\" export --from a.json --to new.json -q").run().succeeds();
    assert_eq!(mode(&home.path().join("new.json")), 0o640);
    fs::set_permissions(home.path().join("new.json"), fs::Permissions::from_mode(0o664)).unwrap();
    home.shell("umask 077; exec \"$0\" export --from a.json --to new.json -q").run().succeeds();
    assert_eq!(mode(&home.path().join("new.json")), 0o664, "as it was before");
}

/// Faults F13: a signal in the last moments left some files of today and others of yesterday.
#[test]
fn a_signal_leaves_all_files_as_they_were_or_all_of_them_new() {
    let home = Home::new();
    let formats = "--to out/ --format csv,json,ndjson,prometheus,ansible --address private -q";
    save(&home, "a.json", |inventory| inventory.taken_at = "2026-11-19T06:00:00Z".parse().unwrap());
    export(&home, formats).run().succeeds();
    let old = files(&home.path().join("out"));
    save(&home, "b.json", |inventory| inventory.taken_at = "2026-11-20T06:00:00Z".parse().unwrap());
    home.netcensus(&format!("export --from b.json {}", formats.replace("out/", "new/"))).run().succeeds();
    let new = files(&home.path().join("new"));
    assert_ne!(old, new);
    let is_about_to_move = |folder: &Path| {
        let mut names = fs::read_dir(folder).unwrap().flatten().map(|file| file.file_name());
        names.any(|name| name.to_string_lossy().starts_with(".manifest.json."))
    };
    let folder = home.path().join("out");
    for (attempt, signal) in (0..30).zip(["-TERM", "-INT", "-HUP"].into_iter().cycle()) {
        export(&home, formats).run().succeeds();
        let mut child = home.netcensus(&format!("export --from b.json {formats}")).spawn();
        let begun = Instant::now();
        while !is_about_to_move(&folder)
            && child.try_wait().unwrap().is_none()
            && begun.elapsed() < Duration::from_secs(20)
        {}
        std::thread::sleep(Duration::from_micros(100 * attempt));
        let _ = Command::new("/bin/kill").args([signal, &child.id().to_string()]).output();
        let output = child.wait_with_output().unwrap();
        let mut found = files(&folder);
        found.retain(|name, _| !is_draft(name));
        assert!(found == old || found == new, "{signal}: {:?}", output.status);
        assert_eq!(output.status.success(), found == new, "{signal}: {:?}", output.status);
    }
    // Drafts of runs that were stopped are removed by the next.
    export(&home, formats).run().succeeds();
    assert!(!files(&folder).keys().any(|name| is_draft(name)));
}

/// Faults F10 and F15: what stands in the place of the manifest or the lock is refused, and never waited for.
#[test]
fn a_pipe_a_link_or_a_directory_in_the_place_of_the_manifest_or_the_lock_is_refused() {
    for name in ["manifest.json", ".netcensus-export.lock", ".i.json.manifest.json"] {
        for make in ["mkfifo out/NAME", "ln -s ../target out/NAME", "mkdir out/NAME"] {
            let home = Home::new();
            home.write("target", "kept");
            fs::create_dir(home.path().join("out")).unwrap();
            let made = Command::new("/bin/sh")
                .args(["-c", &make.replace("NAME", name)])
                .current_dir(home.path())
                .status()
                .unwrap();
            assert!(made.success());
            let to = if name.starts_with(".i") { "out/i.json" } else { "out/" };
            export(&home, &format!("--to {to}")).run().refuses(&[name]);
            assert_eq!(fs::read(home.path().join("target")).unwrap(), b"kept");
            assert!(!home.path().join("out/networks.csv").exists());
        }
    }
}

/// Faults F10: `--max-drop` was off where the manifest could not be read. Root reads everything.
#[test]
fn a_manifest_that_cannot_be_read_stops_the_export() {
    let home = Home::new();
    export(&home, "--to out/ -q").run().succeeds();
    let manifest = home.path().join("out/manifest.json");
    fs::set_permissions(&manifest, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(&manifest).is_ok() {
        return crate::support::skipped("root can read every file");
    }
    save(&home, "a.json", |inventory| inventory.networks.truncate(1));
    let refused = export(&home, "--to out/ --max-drop 1%").run();
    refused.refuses(&["cannot read out/manifest.json", "Permission denied"]);
}

fn is_draft(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "tmp")
}
