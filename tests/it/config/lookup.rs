//! Which file is the configuration, and what is none.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use netcensus::config::{ConfigEnvironment, ConfigError, ConfigFile, Origin, parents};
use netcensus::error::Error;
use netcensus::exit::Exit;

use super::resolve;
use crate::support::Home;

/// A directory with a working directory and a configuration home in it.
struct Places {
    root: tempfile::TempDir,
    environment: ConfigEnvironment,
}

impl Places {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("work");
        let config_home = root.path().join("config");
        fs::create_dir_all(&directory).unwrap();
        fs::create_dir_all(config_home.join("netcensus")).unwrap();
        let environment =
            ConfigEnvironment { directory, config_home: Some(config_home), ..ConfigEnvironment::default() };
        Self { root, environment }
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root.path().join(path);
        fs::write(&path, content).unwrap();
        path
    }

    fn find(&self, flag: Option<&Path>) -> Option<PathBuf> {
        let file = ConfigFile::find(flag, &self.environment).unwrap();
        file.map(|file| file.path().to_owned())
    }

    fn error(&self, flag: &Path) -> String {
        let error = ConfigFile::find(Some(flag), &self.environment).unwrap_err();
        assert!(error.problems().is_empty());
        let error = Error::from(error);
        assert_eq!(error.exit(), Exit::Failed);
        error.to_string().replace(&flag.display().to_string(), "FILE")
    }
}

#[test]
fn the_first_file_of_the_lookup_order_is_read() {
    let mut places = Places::new();
    assert_eq!(places.find(None), None, "nobody has to write one");

    let home = places.write("config/netcensus/netcensus.toml", "");
    assert_eq!(places.find(None), Some(home.clone()));

    let here = places.write("work/netcensus.toml", "");
    assert_eq!(places.find(None), Some(here.clone()));

    let env = places.write("env.toml", "");
    places.environment.env_config = Some(env.clone().into());
    assert_eq!(places.find(None), Some(env));

    let flag = places.write("flag.toml", "");
    assert_eq!(places.find(Some(&flag)), Some(flag));

    places.environment.env_config = Some(OsString::new());
    assert_eq!(places.find(None), Some(here.clone()), "an empty variable counts as not set");

    fs::remove_file(here).unwrap();
    places.environment.config_home = Some(home.join("below a file"));
    assert_eq!(places.find(None), None, "a path through a file is absent too");
    places.environment.config_home = None;
    assert_eq!(places.find(None), None, "no home, no file");
}

#[test]
fn a_named_file_must_exist() {
    let mut places = Places::new();
    places.write("work/netcensus.toml", "");
    let missing = places.root.path().join("missing.toml");
    assert!(places.error(&missing).starts_with("the configuration file: there is no file FILE"));
    places.environment.env_config = Some(missing.into());
    assert!(matches!(ConfigFile::find(None, &places.environment), Err(ConfigError::Read { .. })));
}

#[test]
fn what_is_no_text_file_is_refused_by_name() {
    let places = Places::new();
    assert_eq!(places.error(places.root.path()), "the configuration file: FILE is a directory");
    let latin1 = places.write("latin1.toml", b"timeout = '1s'\n# caf\xe9\n");
    assert_eq!(places.error(&latin1), "FILE is not UTF-8 text (line 2)");
    let huge = places.write("huge.toml", vec![b'#'; (1 << 20) + 1]);
    assert_eq!(places.error(&huge), "FILE is larger than 1 MiB, so not a configuration file");
    let largest = places.write("largest.toml", vec![b'#'; 1 << 20]);
    assert_eq!(places.find(Some(&largest)), Some(largest));
}

#[test]
fn a_file_that_is_there_and_wrong_does_not_fall_through_to_the_next() {
    let places = Places::new();
    places.write("config/netcensus/netcensus.toml", "");
    places.write("work/netcensus.toml", b"\xff");
    assert!(matches!(ConfigFile::find(None, &places.environment), Err(ConfigError::NotText { .. })));
}

#[test]
fn directories_above_are_searched_up_to_the_repository_or_the_home() {
    let root = tempfile::tempdir().unwrap();
    let home = root.path().join("home");
    let inner = home.join("repo/a/b");
    fs::create_dir_all(&inner).unwrap();
    let above = |directory: &Path| parents(directory, Some(&home));
    assert_eq!(above(&inner), [home.join("repo/a"), home.join("repo"), home.clone()]);
    assert!(above(&home).is_empty());
    assert!(above(root.path()).is_empty(), "others could write a file there");
    // In a worktree, `.git` is a file.
    fs::write(home.join("repo/.git"), "gitdir: elsewhere").unwrap();
    assert_eq!(above(&inner), [home.join("repo/a"), home.join("repo")]);
    assert!(above(&home.join("repo")).is_empty());
    assert_eq!(parents(&inner, None), [home.join("repo/a"), home.join("repo")]);
}

#[test]
fn a_file_above_is_used_and_told() {
    let home = Home::new();
    fs::create_dir_all(home.path().join("repo/.git")).unwrap();
    fs::create_dir_all(home.path().join("repo/a")).unwrap();
    let file = home.write("repo/netcensus.toml", "timeout = '5m'\n");
    let run = home.shell("cd repo/a && \"$0\" config show -v").run().exits(0);
    let file = fs::canonicalize(file).unwrap().display().to_string();
    assert!(run.stdout.contains(&format!("timeout = \"5m\" # from {file}:1")), "{}", run.stdout);
}

#[test]
fn init_writes_a_file_that_is_valid_with_and_without_its_signs_and_replaces_none() {
    let home = Home::new();
    home.netcensus("config init").run().exits(0).says(&["wrote netcensus.toml"]);
    home.netcensus("config check").run().succeeds();
    let written = fs::read_to_string(home.path().join("netcensus.toml")).unwrap();
    home.netcensus("config init").run().refuses(&["netcensus.toml exists already", "nothing was written"]);
    assert_eq!(home.netcensus("config init -").run().exits(0).stdout, written, "on standard output");
    assert!(!home.path().join("-").exists());
    let is_key = |line: &&str| line.contains(" = ") || line.starts_with("# [");
    let keys: Vec<&str> = written.lines().filter(is_key).map(|line| line.trim_start_matches("# ")).collect();
    let settings = resolve(&keys.join("\n")).unwrap();
    let lacking = settings.entries().into_iter().filter(|entry| entry.origin == Origin::Default);
    assert_eq!(lacking.map(|entry| entry.key.name).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn a_shell_with_the_variables_of_a_sandbox_that_is_gone_is_told_so() {
    let home = Home::new();
    // Nothing listens at port 1.
    let run = |address: &str| {
        home.netcensus("scan")
            .env("NETCENSUS_CONFIG", "/tmp/netcensus-sandbox-1-netcensus.toml")
            .env("AWS_ENDPOINT_URL", address)
            .run()
            .exits(2)
            .stderr
    };
    let told = "variables of a sandbox that no longer runs at http://127.0.0.1:1: unset AWS_ENDPOINT_URL ";
    let stderr = run("http://127.0.0.1:1");
    assert!(stderr.contains(told), "{stderr}");
    assert!(!run("http://emulator.example:1").contains("sandbox that no longer runs"));
}

#[cfg(unix)]
#[test]
fn a_directory_that_was_deleted_is_named() {
    let line = "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" config init";
    Home::new().shell(line).run().exits(2).says(&[
        "cannot write netcensus.toml",
        "the directory that you are in was deleted",
        "change to another one",
    ]);
}

/// What every command would refuse, or what names something that does not exist, is not ok.
#[test]
fn a_check_finds_names_of_nothing() {
    let home = Home::new();
    let bad = "from = \"@lates\"\n[watch]\nnotify = [\"zz\"]\nsync = [\"yy\"]\nexport = [\"x.foo\"]\nserve = \"0.0.0.0:1\"\n";
    home.write("netcensus.toml", bad);
    home.netcensus("config check").run().refuses(&[
        "the configuration is not valid: 5 problems",
        ":1: from: `@lates` is not the name of a snapshot",
        ":3: watch.notify: there is no channel `zz`",
        ":4: watch.sync: there is no registry `yy`",
        ":5: watch.export: the name x.foo does not say",
        ":6: watch.serve: other machines could read the inventory at 0.0.0.0:1",
    ]);
    home.write("netcensus.toml", "[watch]\nserve = '0.0.0.0:1'\nserve-token-file = 'none'\n");
    home.netcensus("config check").run().refuses(&[":3: watch.serve-token-file: there is no file "]);
    let domain = "[[overlap.domains]]\nname = \"a\"\nmembers = [{ prefix = \"10.0.0.0/8\" }]\nisolated-from = [\"ww\"]\n";
    home.write("netcensus.toml", domain);
    home.netcensus("config check")
        .run()
        .exits(0)
        .says(&["isolated-from: `ww` is not a routing domain of this file"]);
    home.write("netcensus.toml", "from = \"none.json\"\n");
    home.netcensus("config check").run().refuses(&[":1: from: there is no file ", "none.json"]);
    let fine = "from = \"@latest\"\n[watch]\nnotify = [\"ops\"]\nexport = [\"prometheus=t.json\"]\nserve = \"9464\"\n\
                [notify.ops]\ntype = \"file\"\npath = \"log.ndjson\"\n";
    home.write("netcensus.toml", fine);
    home.netcensus("config check").run().succeeds();
}
