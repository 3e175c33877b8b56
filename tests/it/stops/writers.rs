//! The commands that write, and the states of the files before and after them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use netcensus::model::{Instance, Inventory, Network};

use crate::output::sample;
use crate::support::{Home, Run};

/// The directory that all of them write to.
pub const OUT: &str = "out";
/// The temporary directory (`TMPDIR`).
pub const TEMPORARY: &str = "temporary";

/// A command that writes.
#[expect(clippy::struct_excessive_bools, reason = "each says something else of a command")]
pub struct Writer {
    pub name: &'static str,
    /// Commands that write the files which it replaces or adds to.
    pub before: &'static [&'static str],
    pub arguments: &'static str,
    /// Whether its exit code tells that its files are in their places. `scan --save` prints its result after that, and
    /// may be stopped then.
    pub is_told: bool,
    /// What is removed before it is run again over what it wrote, where it would refuse to write over that.
    pub removes: &'static [&'static str],
    /// Whether what it leaves is only removed by a run a day later: another run may still be writing it.
    pub leaves_for_a_day: bool,
    /// Whether it may write a line twice if it is stopped: a message that is told twice is better than one that is lost.
    pub may_repeat: bool,
    /// Whether it is stopped in long runs only (`NETCENSUS_STOPS`), since it writes as others do.
    pub is_alike: bool,
    /// Its exit code.
    pub code: i32,
}

const fn writer(name: &'static str, before: &'static [&'static str], arguments: &'static str) -> Writer {
    Writer {
        name,
        before,
        arguments,
        is_told: true,
        removes: &[],
        leaves_for_a_day: false,
        may_repeat: false,
        is_alike: false,
        code: 0,
    }
}

/// A command that writes one file as others do.
const fn alike(name: &'static str, before: &'static [&'static str], arguments: &'static str) -> Writer {
    Writer { is_alike: true, ..writer(name, before, arguments) }
}

/// The commands that write files whole.
pub const WRITERS: [Writer; 26] = [
    writer("export, new directory", &[], "export --from new.json --to out/ --format FORMATS"),
    writer(
        "export over an older one",
        &["export --from old.json --to out/ --format FORMATS"],
        "export --from new.json --to out/ --format FORMATS",
    ),
    writer(
        "export --format parquet",
        &["export --from old.json --to out/ --format parquet"],
        "export --from new.json --to out/ --format parquet",
    ),
    writer(
        "export to a SQLite file",
        &["export --from old.json --to out/i.sqlite"],
        "export --from new.json --to out/i.sqlite",
    ),
    writer(
        "export --append-history",
        &["export --from old.json --kind networks --append-history out/history.csv"],
        "export --from new.json --kind networks --to out/n.csv --append-history out/history.csv",
    ),
    Writer {
        is_told: false,
        leaves_for_a_day: true,
        ..writer(
            "scan --save",
            &["scan all --from old.json --save --store out"],
            "scan all --from new.json --save --store out",
        )
    },
    Writer {
        is_told: false,
        ..writer(
            "scan --save FILE",
            &["scan all --from old.json --save out/i.ncsnap"],
            "scan all --from new.json --save out/i.ncsnap",
        )
    },
    Writer {
        is_told: false,
        ..writer("scan --save FILE.json", &[], "scan --from new.json --save out/i.json -o csv")
    },
    Writer {
        is_told: false,
        leaves_for_a_day: true,
        ..alike("merge --save", &[], "merge old.json new.json --save --store out")
    },
    Writer {
        removes: &["i.ncsnap"],
        ..writer("merge --save FILE", &[], "merge old.json new.json --save out/i.ncsnap")
    },
    writer(
        "snapshots prune",
        &[
            "scan all --from old.json --save --store out",
            "scan all --from older.json --save --store out",
            "scan all --from new.json --save --store out",
        ],
        "snapshots prune --keep-last 1 --store out",
    ),
    writer(
        "overlap --write-baseline --allow-incomplete",
        &["overlap --from old.json --baseline out/b.json --write-baseline --allow-incomplete"],
        "overlap --from new.json --baseline out/b.json --write-baseline --allow-incomplete",
    ),
    writer(
        "overlap -o FORMAT=FILE",
        &["overlap --from old.json --fail-on none --allow-incomplete -o csv=out/f.csv -o json=out/f.json"],
        "overlap --from new.json --fail-on none --allow-incomplete -o csv=out/f.csv -o json=out/f.json",
    ),
    Writer { removes: &["netcensus.toml"], ..writer("config init", &[], "config init out/netcensus.toml") },
    writer("man", &[], "man out"),
    Writer {
        is_told: false,
        ..writer(
            "reserve",
            &[
                "reserve 172.16.0.0/12 --size 24 --from old.json --allow-incomplete --reservations out/r.json --name a --owner o",
            ],
            "reserve 172.16.0.0/12 --size 24 --from old.json --allow-incomplete --reservations out/r.json --name b --owner o",
        )
    },
    Writer {
        is_told: false,
        is_alike: true,
        removes: &["r.json"],
        ..writer(
            "release",
            &[
                "reserve 172.16.0.0/12 --size 24 --from old.json --allow-incomplete --reservations out/r.json --name a --owner o",
            ],
            "release a --reservations out/r.json",
        )
    },
    Writer {
        is_told: false,
        may_repeat: true,
        ..writer(
            "overlap --notify, a file",
            &[
                "overlap --from old.json --fail-on none --allow-incomplete --config notify.toml --store out --notify log",
            ],
            "overlap --from new.json --fail-on none --allow-incomplete --config notify.toml --store out --notify log",
        )
    },
    Writer {
        is_told: false,
        may_repeat: true,
        ..alike(
            "diff --notify, a file",
            &["diff older.json old.json --config notify.toml --store out --notify log"],
            "diff old.json new.json --config notify.toml --store out --notify log",
        )
    },
    Writer {
        is_told: false,
        may_repeat: true,
        code: 3,
        ..alike(
            "usage --notify, a file",
            &[
                "usage networks --from old.json --warn 1 --fail-on none --config notify.toml --store out --notify log",
            ],
            "usage networks --from new.json --warn 1 --fail-on none --config notify.toml --store out --notify log",
        )
    },
    alike(
        "diff -o FORMAT=FILE",
        &["diff older.json old.json -o csv=out/f.csv -o json=out/f.json"],
        "diff old.json new.json -o csv=out/f.csv -o json=out/f.json",
    ),
    Writer {
        code: 3,
        ..alike(
            "usage -o FORMAT=FILE",
            &["usage networks --from old.json -o csv=out/f.csv -o json=out/f.json"],
            "usage networks --from new.json -o csv=out/f.csv -o json=out/f.json",
        )
    },
    alike(
        "export to a file of Excel",
        &["export --from old.json --to out/i.xlsx"],
        "export --from new.json --to out/i.xlsx",
    ),
    alike(
        "export to a page",
        &["export --from old.json --to out/i.html"],
        "export --from new.json --to out/i.html",
    ),
    alike(
        "export to a CSV file",
        &["export --from old.json --kind networks --to out/i.csv"],
        "export --from new.json --kind networks --to out/i.csv",
    ),
    alike(
        "export of hosts to a file",
        &["export --from old.json --format ansible --address private --to out/i.yml"],
        "export --from new.json --format ansible --address private --to out/i.yml",
    ),
];

/// The channel of the writers with `--notify`.
const CHANNEL: &str = "[notify.log]\ntype = \"file\"\npath = \"out/alerts.ndjson\"\n";

/// Every format that is not partitioned by day.
const FORMATS: &str = "csv,tsv,xlsx,json,ndjson,sqlite,ansible,prometheus,html --address private";

/// Everything in the directory: files with their contents, directories with `None`.
pub type Tree = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// A home in which a writer is run again and again.
pub struct Stage {
    home: Home,
    writer: &'static Writer,
    before: Tree,
    /// The trees before and after it, with names that every run gives.
    pub old: Tree,
    pub new: Tree,
}

impl Stage {
    /// Runs the writer once to its end.
    pub fn new(writer: &'static Writer, rows: usize) -> Self {
        let home = Home::new();
        for (name, day, networks) in [("older", 18, 2), ("old", 19, 3), ("new", 20, rows)] {
            home.write(&format!("{name}.json"), serde_json::to_vec(&inventory(day, networks)).unwrap());
        }
        home.write("notify.toml", CHANNEL);
        fs::create_dir(home.path().join(OUT)).unwrap();
        fs::create_dir(home.path().join(TEMPORARY)).unwrap();
        let mut stage = Self { home, writer, before: Tree::new(), old: Tree::new(), new: Tree::new() };
        for arguments in writer.before {
            stage.run(arguments).run().exits(writer.code);
        }
        stage.before = tree(&stage.out());
        stage.old = stage.found();
        stage.start().run().exits(writer.code);
        stage.new = stage.found();
        assert_ne!(stage.old, stage.new, "{}", writer.name);
        stage
    }

    /// Returns the exit code of the writer.
    pub fn code(&self) -> i32 {
        self.writer.code
    }

    /// Prepares a run of the writer.
    pub fn start(&self) -> Run {
        self.run(self.writer.arguments)
    }

    fn run(&self, arguments: &str) -> Run {
        let run = self.home.netcensus(&arguments.replace("FORMATS", FORMATS));
        run.env("TMPDIR", self.home.path().join(TEMPORARY))
    }

    fn out(&self) -> PathBuf {
        self.home.path().join(OUT)
    }

    /// Makes the directory as it was before the writer.
    pub fn restore(&self) {
        for directory in [self.out(), self.home.path().join(TEMPORARY)] {
            fs::remove_dir_all(&directory).unwrap();
            fs::create_dir(&directory).unwrap();
        }
        // Sorted, so a directory comes before what is in it.
        for (path, content) in &self.before {
            let path = self.out().join(path);
            match content {
                Some(bytes) => fs::write(path, bytes).unwrap(),
                None => fs::create_dir(path).unwrap(),
            }
        }
    }

    /// Reads what is there now, except the lock and pending files.
    pub fn found(&self) -> Tree {
        let tree = tree(&self.out()).into_iter();
        let is_ours = |path: &Path| is_lock(path) || is_pending(path);
        let timeless = |content: Option<Vec<u8>>| content.map(|bytes| without_times(&bytes));
        tree.filter(|(path, _)| !is_ours(path))
            .map(|(path, content)| (by_time(path), timeless(content)))
            .collect()
    }

    /// Removes what the writer would refuse to write over.
    pub fn make_way(&self) {
        for name in self.writer.removes {
            let _ = fs::remove_file(self.out().join(name));
        }
        if !self.writer.removes.is_empty() {
            for (path, content) in &self.before {
                fs::write(self.out().join(path), content.as_deref().unwrap()).unwrap();
            }
        }
    }

    /// Lists the pending files.
    pub fn pending(&self) -> Vec<PathBuf> {
        tree(&self.out())
            .into_keys()
            .filter(|path| is_pending(path))
            .map(|path| self.out().join(path))
            .collect()
    }

    /// Counts the bytes of each file that is left in the temporary directory.
    pub fn temporary(&self) -> Vec<usize> {
        tree(&self.home.path().join(TEMPORARY)).into_values().flatten().map(|bytes| bytes.len()).collect()
    }
}

/// Tells whether it is a file that is empty and stays, for locks.
fn is_lock(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "lock")
}

fn is_pending(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    name.starts_with('.') && path.extension().is_some_and(|extension| extension == "tmp")
}

/// Shortens the name of a kept snapshot to the time at which it was taken: the rest is random.
fn by_time(path: PathBuf) -> PathBuf {
    match path.extension() {
        Some(extension) if extension == "ncsnap" && path != Path::new("i.ncsnap") => {
            path.to_str().unwrap()[..16].into()
        }
        _ => path,
    }
}

/// Leaves out the times at which something was reserved or told, and the ids of messages, which differ in each run.
fn without_times(bytes: &[u8]) -> Vec<u8> {
    let Ok(text) = str::from_utf8(bytes) else { return bytes.to_vec() };
    let names: &[&str] = if text.contains("\"netcensus_reservations\"") {
        &["\"created_at\": \"", "\"expires_at\": \""]
    } else if text.contains("\"specversion\"") {
        &["\"id\":\"", "\"time\":\""]
    } else {
        &[]
    };
    let without = |text: String, name: &&str| {
        let mut parts = text.split(name);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + name + part.split_once('"').map_or(part, |(_, rest)| rest))
    };
    names.iter().fold(text.to_owned(), without).into_bytes()
}

fn tree(directory: &Path) -> Tree {
    let mut found = Tree::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = PathBuf::from(path.file_name().unwrap());
        if path.is_dir() {
            found.extend(tree(&path).into_iter().map(|(inner, content)| (name.join(inner), content)));
            found.insert(name, None);
        } else {
            found.insert(name, Some(fs::read(path).unwrap()));
        }
    }
    found
}

/// Makes an inventory of a day with so many networks and instances.
fn inventory(day: u8, rows: usize) -> Inventory {
    let mut inventory = sample::inventory();
    inventory.taken_at = format!("2026-11-{day}T06:00:00Z").parse().unwrap();
    inventory.coverage.retain(|entry| !entry.outcome.is_incomplete());
    let (network, instance) = (inventory.networks[0].clone(), inventory.instances[0].clone());
    let network = |number| Network { id: format!("vpc-{number:08x}"), ..network.clone() };
    let instance = |number| Instance { id: format!("i-{number:08x}"), ..instance.clone() };
    inventory.networks.extend((0..rows).map(network));
    inventory.instances.extend((0..rows).map(instance));
    inventory
}
