//! Which file is the configuration, and what is none.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use netcensus::config::{ConfigEnvironment, ConfigError, ConfigFile};
use netcensus::error::Error;
use netcensus::exit::Exit;

/// A directory with a working directory and a configuration home in it.
struct Places {
    root: tempfile::TempDir,
    surroundings: ConfigEnvironment,
}

impl Places {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("work");
        let config_home = root.path().join("config");
        fs::create_dir_all(&directory).unwrap();
        fs::create_dir_all(config_home.join("netcensus")).unwrap();
        let surroundings = ConfigEnvironment { env_config: None, directory, config_home: Some(config_home) };
        Self { root, surroundings }
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root.path().join(path);
        fs::write(&path, content).unwrap();
        path
    }

    fn find(&self, flag: Option<&Path>) -> Option<PathBuf> {
        let file = ConfigFile::find(flag, &self.surroundings).unwrap();
        file.map(|file| file.path().to_owned())
    }

    fn error(&self, flag: &Path) -> String {
        let error = ConfigFile::find(Some(flag), &self.surroundings).unwrap_err();
        assert!(error.problems().is_empty());
        let error = Error::from(error);
        assert_eq!(error.exit(), Exit::Unusable);
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
    places.surroundings.env_config = Some(env.clone().into());
    assert_eq!(places.find(None), Some(env));

    let flag = places.write("flag.toml", "");
    assert_eq!(places.find(Some(&flag)), Some(flag));

    places.surroundings.env_config = Some(OsString::new());
    assert_eq!(places.find(None), Some(here.clone()), "an empty variable counts as not set");

    fs::remove_file(here).unwrap();
    places.surroundings.config_home = Some(home.join("below a file"));
    assert_eq!(places.find(None), None, "a path through a file is absent too");
    places.surroundings.config_home = None;
    assert_eq!(places.find(None), None, "no home, no file");
}

#[test]
fn a_named_file_must_exist() {
    let mut places = Places::new();
    places.write("work/netcensus.toml", "");
    let missing = places.root.path().join("missing.toml");
    assert!(places.error(&missing).starts_with("cannot read the configuration file FILE: "));
    places.surroundings.env_config = Some(missing.into());
    assert!(matches!(ConfigFile::find(None, &places.surroundings), Err(ConfigError::Read { .. })));
}

#[test]
fn what_is_no_text_file_is_refused_by_name() {
    let places = Places::new();
    assert_eq!(places.error(places.root.path()), "FILE is a directory, not a configuration file");
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
    assert!(matches!(ConfigFile::find(None, &places.surroundings), Err(ConfigError::NotText { .. })));
}
