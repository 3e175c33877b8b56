//! The AWS configuration files: where they are, their text, and their format.
//!
//! The SDK takes a file that it cannot read for an empty one, so that its profiles are missing without a word. Here such
//! a file is reported, and a bad line costs its own section and no other.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs::{self, File, FileType};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::fs::paths::read_bounded;

/// What is in the two files.
#[derive(Debug, Default)]
pub struct ConfigFiles {
    /// The file of all settings.
    pub config: Option<ConfigText>,
    /// The file of keys.
    pub credentials: Option<ConfigText>,
    /// Files that exist, or that a variable names, and that could not be read.
    pub unreadable: Vec<UnreadableFile>,
    /// Whether `HOME` is not set, and a file is looked for below it: it may be anywhere.
    pub is_home_unset: bool,
}

/// A file that was read.
#[derive(Debug)]
pub struct ConfigText {
    /// Its path, as users know it.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableFile {
    /// Its path, as users know it.
    pub path: String,
    /// Why, and what to do.
    pub reason: Diagnostic,
}

/// Each file: the variable that names it, and where it is otherwise, below the home directory.
const CONFIG: (&str, &str) = ("AWS_CONFIG_FILE", ".aws/config");
const CREDENTIALS: (&str, &str) = ("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");

/// What is longer is no file of settings.
const MAX_LENGTH: u64 = 16 << 20;
/// How long what a pipe brings is waited for.
const PIPE_TIMEOUT: Duration = Duration::from_secs(10);

impl ConfigFiles {
    /// Reads the files of this machine.
    pub fn read() -> Self {
        Self::read_with(|name| std::env::var_os(name), std::env::home_dir())
    }

    /// Takes `text` for the configuration file, as the sandbox has it.
    pub fn from_text(text: String) -> Self {
        Self { config: Some(ConfigText { path: "the sandbox".to_owned(), text }), ..Self::default() }
    }

    /// Reads the files that the variables name, or those in the `home` directory, which is that of the user in the
    /// system's list where `HOME` is not set, as the AWS CLI has it.
    fn read_with(variable: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Self {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let is_below_home = [CONFIG.0, CREDENTIALS.0].into_iter().any(|name| variable(name).is_none());
        let is_home_unset = variable("HOME").is_none() && is_below_home && cfg!(unix);
        let home = home.filter(|home| !home.as_os_str().is_empty());
        let mut files = Self { is_home_unset, ..Self::default() };
        for (name, usual) in [CONFIG, CREDENTIALS] {
            let read = match (variable(name), &home) {
                (Some(value), home) => {
                    read_from_variable(name, &expand_home(Path::new(&value), home.as_deref()))
                }
                (None, Some(home)) => read_from_home(&home.join(usual)),
                (None, None) => Err(UnreadableFile {
                    path: format!("~/{usual}"),
                    reason: Diagnostic::new("HOME is not set, so netcensus cannot know where it is")
                        .remedy(format!("set HOME or {name}")),
                }),
            };
            let place = if name == CONFIG.0 { &mut files.config } else { &mut files.credentials };
            match read {
                Ok(text) => *place = text,
                Err(file) => files.unreadable.push(file),
            }
        }
        files
    }
}

/// Replaces a leading `~` by the home directory, as every AWS SDK does.
fn expand_home(path: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// Reads a file that a variable names, and that has to be there therefore.
fn read_from_variable(variable: &str, path: &Path) -> Result<Option<ConfigText>, UnreadableFile> {
    // Process substitution of a shell, `AWS_CONFIG_FILE=<(...)`, names a pipe.
    let bytes = read_bytes(path, true).map_err(|error| {
        let remedy = match error.kind() {
            ErrorKind::NotFound => format!("create the file, or unset {variable}"),
            _ => format!("name a file that this user may read, or unset {variable}"),
        };
        unreadable(path, &format!("{variable} names it, but it could not be read: {error}"), &remedy)
    })?;
    decode_utf8(path, bytes).map(Some)
}

/// Reads a file where it usually is; that it is not there is no failure, unless a link leads nowhere.
fn read_from_home(path: &Path) -> Result<Option<ConfigText>, UnreadableFile> {
    match read_bytes(path, false) {
        Ok(bytes) => decode_utf8(path, bytes).map(Some),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            let directory = path.parent().into_iter();
            match directory.chain([path]).find(|place| place.is_symlink() && !place.exists()) {
                None => Ok(None),
                Some(link) => {
                    let why = format!("{} is a symbolic link to a place that does not exist", link.display());
                    Err(unreadable(path, &why, "restore what the link leads to, or remove the link"))
                }
            }
        }
        Err(error) => {
            let why = format!("it could not be read: {error}");
            Err(unreadable(path, &why, "put a file there that this user may read, or remove it"))
        }
    }
}

/// Reads a regular file, `/dev/null`, or a pipe where it `may_be_a_pipe`; other devices may bring anything, or nothing,
/// for ever.
fn read_bytes(path: &Path, may_be_a_pipe: bool) -> io::Result<Vec<u8>> {
    let kind = fs::metadata(path)?.file_type();
    if kind.is_file() || kind.is_dir() {
        // Reading a directory fails with the words of the system.
        return read_bounded(File::open(path)?, MAX_LENGTH);
    }
    if is_pipe(kind) && may_be_a_pipe {
        let (sender, receiver) = mpsc::channel();
        let path = path.to_owned();
        // It also takes a while to open a pipe that nothing writes to. The thread ends with the program.
        thread::spawn(move || sender.send(File::open(&path).and_then(|pipe| read_bounded(pipe, MAX_LENGTH))));
        let late =
            |_| Err(io::Error::new(ErrorKind::TimedOut, format!("nothing came within {PIPE_TIMEOUT:?}")));
        return receiver.recv_timeout(PIPE_TIMEOUT).unwrap_or_else(late);
    }
    if fs::canonicalize(path)? == Path::new("/dev/null") {
        return Ok(Vec::new());
    }
    let what = if is_pipe(kind) { "a named pipe" } else { "a device or socket" };
    Err(io::Error::other(format!("it is {what}, and not a file")))
}

#[cfg(unix)]
fn is_pipe(kind: FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
const fn is_pipe(_: FileType) -> bool {
    false
}

/// Names the format of what is no UTF-8 text, if it is known.
fn detect_format(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const UTF_8: &str = "save the file as UTF-8";
    const COMPRESSED: [&[u8]; 4] = [b"\x1f\x8b", b"PK\x03\x04", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"];
    let starts = |marks: &[&[u8]]| marks.iter().any(|mark| bytes.starts_with(mark));
    // ASCII as UTF-16 is every other byte.
    let zeros = |parity: usize| bytes.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let is_alternating = matches!((zeros(0), zeros(1)), (0, some) | (some, 0) if some > bytes.len() / 4);
    if starts(&[b"\xff\xfe\0\0", b"\0\0\xfe\xff"]) {
        Some(("it is UTF-32", UTF_8))
    } else if starts(&[b"\xff\xfe", b"\xfe\xff"]) || is_alternating {
        Some(("it is UTF-16", UTF_8))
    } else if starts(&COMPRESSED) {
        Some(("it is compressed", "unpack the file"))
    } else {
        None
    }
}

/// Refuses what is not UTF-8, as the AWS CLI does: names and keys in it would be guesses.
fn decode_utf8(path: &Path, bytes: Vec<u8>) -> Result<ConfigText, UnreadableFile> {
    if let Some((format, remedy)) = detect_format(&bytes) {
        return Err(unreadable(path, &format!("it could not be read: {format}"), remedy));
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let line = bytes[..at].split(|byte| *byte == b'\n').count();
        return Err(unreadable(
            path,
            &format!("it could not be read: line {line} has a zero byte"),
            "remove the zero byte",
        ));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.split(|byte| *byte == b'\n').count();
        unreadable(path, &format!("it could not be read: line {line} is not UTF-8"), "save the file as UTF-8")
    })?;
    Ok(ConfigText { path: path.display().to_string(), text })
}

fn unreadable(path: &Path, why: &str, remedy: &str) -> UnreadableFile {
    UnreadableFile { path: path.display().to_string(), reason: Diagnostic::new(why).remedy(remedy) }
}

/// The settings of a section: lower-case names, values as they are written.
pub type ConfigValues = BTreeMap<String, String>;

/// One `[header]` and the settings below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigSection {
    /// What is between the brackets.
    pub header: String,
    /// The line of the header.
    pub line: usize,
    /// The settings.
    pub values: ConfigValues,
    /// The first line that is not understood.
    pub problem: Option<LineProblem>,
}

/// A line that is not understood, and how to write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineProblem {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong and what to write instead.
    pub what: String,
}

/// A file of settings.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ConfigDocument {
    /// Its sections, each header once, in the order of the file.
    pub sections: Vec<ConfigSection>,
    /// The first setting above every section, which belongs to none.
    pub before_sections: Option<LineProblem>,
}

/// Reads the text of a file.
pub fn parse_sections(text: &str) -> ConfigDocument {
    let mut parser = SectionParser::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    for (index, line) in text.split(['\n', '\r']).enumerate() {
        parser.read_line(index + 1, line);
    }
    parser.document
}

#[derive(Default)]
struct SectionParser {
    document: ConfigDocument,
    /// The section that settings belong to now.
    current: Option<usize>,
    /// The line of the header of that section.
    header: usize,
    /// The setting that an indented line continues.
    key: Option<String>,
    /// The lines of the settings so far, by section and name.
    lines: HashMap<(usize, String), usize>,
}

impl SectionParser {
    fn read_line(&mut self, number: usize, line: &str) {
        let content = line.trim_matches([' ', '\t']);
        if content.is_empty() || content.starts_with(['#', ';']) {
            return;
        }
        let result = if content.starts_with('[') {
            self.begin_section(number, content)
        } else if line.starts_with([' ', '\t']) {
            self.continue_setting(content)
        } else {
            self.add_setting(number, content)
        };
        if let Err(what) = result {
            let problem = LineProblem { line: number, what };
            match self.section() {
                Some(section) => _ = section.problem.get_or_insert(problem),
                None => _ = self.document.before_sections.get_or_insert(problem),
            }
        }
    }

    fn section(&mut self) -> Option<&mut ConfigSection> {
        self.document.sections.get_mut(self.current?)
    }

    /// Begins the section of a header, or goes on with it when the same header was there before.
    fn begin_section(&mut self, number: usize, content: &str) -> Result<(), String> {
        self.key = None;
        let closed = header_name(content);
        let header = closed.unwrap_or_else(|| strip_comment(content).trim_start_matches('[')).trim();
        let known = self.document.sections.iter().position(|section| section.header == header);
        let index = known.unwrap_or_else(|| {
            let section =
                ConfigSection { header: header.to_owned(), line: number, ..ConfigSection::default() };
            self.document.sections.push(section);
            self.document.sections.len() - 1
        });
        (self.current, self.header) = (Some(index), number);
        closed.map(|_| ()).ok_or_else(|| format!("`[{header}` has no closing bracket"))
    }

    fn add_setting(&mut self, number: usize, content: &str) -> Result<(), String> {
        let content = strip_comment(content);
        let (key, value) = content.split_once('=').unwrap_or((content, ""));
        let (key, value) = (key.trim(), value.trim_matches([' ', '\t']));
        if let Some((before, _)) =
            key.split_once(':').filter(|(before, _)| is_setting_name(before.trim_end()))
        {
            return Err(format!("write `{} =` instead of `{}:`", before.trim_end(), before.trim_end()));
        }
        if !content.contains('=') {
            return Err("it has no `=`".to_owned());
        }
        if key.is_empty() {
            return Err("there is no name before the `=`".to_owned());
        }
        let key = key.to_ascii_lowercase();
        let Some(index) = self.current else {
            return Err("it is above every [section], so it belongs to no profile".to_owned());
        };
        let section = &mut self.document.sections[index];
        let known = section.values.insert(key.clone(), value.to_owned());
        let earlier = self.lines.insert((index, key.clone()), number);
        self.key = Some(key.clone());
        let is_new = known.is_none_or(|known| known != value);
        // Where a header is commented out, the settings of one account take the place of another's. The AWS CLI refuses
        // such a file.
        match earlier {
            Some(earlier) if is_new => Err(format!(
                "`{key}` is set twice, in lines {earlier} and {number}: remove one, or write the header of another \
                 profile between them"
            )),
            None if section.line != self.header => Err(format!(
                "[{}] is there twice, in lines {} and {}: write its settings below one of them",
                section.header, section.line, self.header
            )),
            _ => Ok(()),
        }
    }

    /// An indented line goes on with the setting above it, as every AWS SDK reads it: nested settings below an empty
    /// one, else more of its value. What looks like a setting of its own is no part of a value.
    fn continue_setting(&mut self, content: &str) -> Result<(), String> {
        let indented = || "it is indented: remove the blanks before it".to_owned();
        let key = self.key.clone().ok_or_else(indented)?;
        let value = self.section().and_then(|section| section.values.get_mut(&key)).ok_or_else(indented)?;
        let is_nested = value.is_empty() || value.starts_with('\n');
        if !is_nested
            && content.split_once(['=', ':']).is_some_and(|(before, _)| is_setting_name(before.trim_end()))
        {
            return Err(indented());
        }
        value.push('\n');
        value.push_str(content);
        Ok(())
    }
}

/// Finds what is between the brackets of a header; a comment may follow.
fn header_name(content: &str) -> Option<&str> {
    let inside = content.strip_prefix('[')?;
    let ends = |rest: &str| rest.trim_start().is_empty() || rest.trim_start().starts_with(['#', ';']);
    inside.match_indices(']').find(|(at, _)| ends(&inside[at + 1..])).map(|(at, _)| &inside[..at])
}

/// Cuts a comment off: a `#` or `;` after a blank.
fn strip_comment(content: &str) -> &str {
    let mut after_blank = false;
    for (at, c) in content.char_indices() {
        if after_blank && matches!(c, '#' | ';') {
            return content[..at].trim_end();
        }
        after_blank = c.is_whitespace();
    }
    content
}

/// Tells whether `text` is written as the names of AWS' settings are.
fn is_setting_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Finds a setting that is nested in `value`: `name = text` on a line of its own.
pub fn nested_setting<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    let mut settings = value.lines().filter_map(|line| line.split_once('='));
    settings.rfind(|(key, _)| key.trim() == name).map(|(_, text)| strip_comment(text.trim()))
}

/// Splits a header into words as a shell does, which is how the AWS CLI reads it; `None` when a quote is not closed.
pub fn split_words(header: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = header.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().push(characters.next()?),
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the files of a home directory with these variables.
    fn read(home: Option<&Path>, variables: &[(&str, &Path)]) -> ConfigFiles {
        let named = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, path)| *path);
        let value = |name: &str| match (name, home) {
            ("HOME", Some(home)) => Some(home.into()),
            _ => named(name).map(Into::into),
        };
        ConfigFiles::read_with(value, home.map(Path::to_owned))
    }

    fn home() -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join(".aws")).unwrap();
        home
    }

    fn reasons(files: &ConfigFiles) -> Vec<&str> {
        files.unreadable.iter().map(|file| file.reason.message.as_str()).collect()
    }

    #[test]
    fn files_that_are_not_there_are_none() {
        let home = home();
        let files = read(Some(home.path()), &[]);
        assert!(files.config.is_none() && files.credentials.is_none() && !files.is_home_unset);
        assert_eq!(reasons(&files), [""; 0]);
        let nowhere = read(Some(Path::new("/dev/null")), &[]);
        assert_eq!(reasons(&nowhere), [""; 0], "a home that is no directory has no files");
        let empty = read(Some(home.path()), &[("AWS_CONFIG_FILE", Path::new(""))]);
        assert_eq!(reasons(&empty), [""; 0], "an empty variable is not set");
    }

    // aws/aws-sdk-go-v2#220 and #1780, aws/aws-cli#5392 and #3419, elastic/beats#14157.
    #[test]
    fn files_that_cannot_be_read_are_named_with_the_reason() {
        for (bytes, reason) in [
            (&b"# caf\xe9\n[default]\n"[..], "line 1 is not UTF-8"),
            (b"[a]\n# \xff\n", "line 2 is not UTF-8"),
            (b"\xff\xfe[\0d\0]\0", "it is UTF-16"),
            (b"\xfe\xff\0[\0d\0]", "it is UTF-16"),
            (b"[\0d\0]\0\n\0", "it is UTF-16"),
            (b"\0[\0d\0]\0\n", "it is UTF-16"),
            (b"\xff\xfe\0\0[\0\0\0", "it is UTF-32"),
            (b"\x1f\x8b\x08\0\0\0\0\0", "it is compressed (unpack the file)"),
            (b"[default]\n# a\0b\n", "line 2 has a zero byte (remove the zero byte)"),
        ] {
            let home = home();
            fs::write(home.path().join(".aws/config"), bytes).unwrap();
            fs::write(home.path().join(".aws/credentials"), "[b]\n").unwrap();
            let files = read(Some(home.path()), &[]);
            assert_eq!(files.unreadable.len(), 1);
            assert!(files.unreadable[0].path.ends_with(".aws/config"), "{:?}", files.unreadable);
            let said = files.unreadable[0].reason.to_line();
            assert!(said.starts_with(&format!("it could not be read: {reason}")), "{said}");
            assert!(files.credentials.is_some(), "the other file is read");
        }
    }

    #[test]
    fn directories_devices_and_broken_links_are_no_empty_files() {
        let home = home();
        fs::create_dir(home.path().join(".aws/config")).unwrap();
        let files = read(Some(home.path()), &[("AWS_SHARED_CREDENTIALS_FILE", Path::new("/proc/self/mem"))]);
        assert_eq!(files.unreadable.len(), 2, "{files:?}");
        #[cfg(unix)]
        {
            let home = self::home();
            std::os::unix::fs::symlink("/nowhere", home.path().join(".aws/credentials")).unwrap();
            let files = read(Some(home.path()), &[]);
            assert!(reasons(&files)[0].contains("is a symbolic link to a place that does not exist"));
            let home = tempfile::tempdir().unwrap();
            std::os::unix::fs::symlink("/nowhere", home.path().join(".aws")).unwrap();
            assert_eq!(read(Some(home.path()), &[]).unreadable.len(), 2, "both are behind it");
        }
    }

    // A pipe made every command hang, and a link to /dev/zero filled the memory.
    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_refused_unless_a_variable_names_a_pipe() {
        let home = home();
        let (config, credentials) = (home.path().join(".aws/config"), home.path().join(".aws/credentials"));
        let made = std::process::Command::new("mkfifo").arg(&config).status().unwrap();
        assert!(made.success());
        std::os::unix::fs::symlink("/dev/zero", &credentials).unwrap();
        let files = read(Some(home.path()), &[]);
        assert!(reasons(&files)[0].contains("it is a named pipe"), "{files:?}");
        assert!(reasons(&files)[1].contains("it is a device or socket"), "{files:?}");
        fs::remove_file(&credentials).unwrap();
        fs::write(&credentials, vec![b'#'; (16 << 20) + 1]).unwrap();
        let writer = {
            let config = config.clone();
            thread::spawn(move || fs::write(config, "[a]\n"))
        };
        let files = read(Some(home.path()), &[(CONFIG.0, &config)]);
        writer.join().unwrap().unwrap();
        assert_eq!(files.config.map(|file| file.text).as_deref(), Some("[a]\n"));
        assert!(
            files.unreadable[0].reason.message.contains("it is longer than 16 MiB"),
            "{:?}",
            files.unreadable
        );
        let zero = read(Some(home.path()), &[(CONFIG.0, Path::new("/dev/zero"))]);
        assert!(
            reasons(&zero)[0]
                .starts_with("AWS_CONFIG_FILE names it, but it could not be read: it is a device")
        );
    }

    #[test]
    fn a_file_that_a_variable_names_has_to_be_there() {
        let home = home();
        for (variable, _) in [CONFIG, CREDENTIALS] {
            let files = read(Some(home.path()), &[(variable, Path::new("~/missing"))]);
            let [file] = &files.unreadable[..] else { panic!("{files:?}") };
            assert_eq!(file.path, home.path().join("missing").display().to_string());
            assert!(
                file.reason.message.starts_with(&format!("{variable} names it, but it could not be read"))
            );
        }
        assert_eq!(reasons(&read(Some(home.path()), &[(CONFIG.0, Path::new("/dev/null"))])), [""; 0]);
    }

    #[test]
    fn without_a_home_the_place_of_the_files_is_not_known() {
        let files = read(None, &[]);
        assert!(files.is_home_unset || cfg!(windows));
        assert_eq!(files.unreadable.len(), 2);
        assert!(reasons(&files)[0].contains("HOME is not set"), "{files:?}");
    }

    fn section(text: &str) -> ConfigSection {
        let document = parse_sections(text);
        assert_eq!(document.sections.len(), 1, "{document:?}");
        document.sections.into_iter().next().unwrap()
    }

    fn problem(text: &str) -> (usize, String) {
        let problem = section(text).problem.unwrap_or_else(|| panic!("no problem in {text:?}"));
        (problem.line, problem.what)
    }

    #[test]
    fn settings_are_read_as_every_sdk_reads_them() {
        let text = "\u{feff}# c\n; c\n\n[default]\r\nRegion = eu-west-1 ; c\rurl=http://a/#b\n  # c\n";
        let read = section(text);
        assert_eq!((read.header.as_str(), read.problem), ("default", None));
        assert_eq!(read.values["region"], "eu-west-1");
        assert_eq!(read.values["url"], "http://a/#b");
    }

    #[test]
    fn nested_settings_and_long_values_go_on_in_indented_lines() {
        let read = section("[services s]\nec2 =\n  endpoint_url = http://a # c\n  x = y\np = run\n  --all\n");
        assert_eq!(read.problem, None);
        assert_eq!(nested_setting(&read.values["ec2"], "endpoint_url"), Some("http://a"));
        assert_eq!(nested_setting(&read.values["ec2"], "z"), None);
        assert_eq!(read.values["p"], "run\n--all");
    }

    #[test]
    fn a_bad_line_costs_its_own_section() {
        // smithy-rs 1488: one of these made every profile unreadable.
        for (line, what) in [
            ("aws_access_key_id: AKIA", "write `aws_access_key_id =` instead of `aws_access_key_id:`"),
            ("credential_process: a --b=c", "write `credential_process =` instead of `credential_process:`"),
            ("garbage", "it has no `=`"),
            ("= x", "there is no name before the `=`"),
            ("  region = x", "it is indented: remove the blanks before it"),
            ("\tregion: x", "it is indented: remove the blanks before it"),
        ] {
            let document = parse_sections(&format!("[a]\nk = v\n{line}\nl = w\n[b]\nk = v\n"));
            assert_eq!(document.sections[0].problem, Some(LineProblem { line: 3, what: what.to_owned() }));
            assert_eq!((&document.sections[1].problem, document.sections.len()), (&None, 2), "{line}");
        }
        assert_eq!(problem("[a]\n  k = v\n").0, 2, "after the header");
        assert_eq!(problem("[profile a\nk = v\n"), (1, "`[profile a` has no closing bracket".to_owned()));
        assert_eq!(section("[profile a\nk = v\n").header, "profile a");
    }

    #[test]
    fn a_setting_above_every_section_is_no_profiles() {
        let document = parse_sections("k = v\n[a]\n");
        assert_eq!(document.before_sections.map(|problem| problem.line), Some(1));
    }

    #[test]
    fn a_header_ends_with_its_last_bracket_and_may_have_a_comment() {
        assert_eq!(section("[profile a [b]] # [c]").header, "profile a [b]");
        assert_eq!(section("[profile a#1];x").header, "profile a#1");
    }

    // The first of two accounts vanished, and the scan was complete.
    #[test]
    fn what_is_set_twice_in_a_section_is_a_problem_unless_it_is_the_same() {
        let (line, what) = problem("[a]\nk = v\nl = x\n#[b]\nK = w\nl = y\n");
        assert_eq!(line, 5);
        assert!(what.starts_with("`k` is set twice, in lines 2 and 5: remove one"), "{what}");
        let (line, what) = problem("[a]\nk = v\n[a]\nk = w\n");
        assert!(line == 4 && what.starts_with("`k` is set twice, in lines 2 and 4"), "{what}");
        assert_eq!(problem("[a]\nk =\n  x = y\nk =\n").0, 4, "nested settings");
        let (line, what) = problem("[a]\nk = v\n\n[a]\nl = w\n");
        assert_eq!(line, 5);
        assert_eq!(what, "[a] is there twice, in lines 1 and 4: write its settings below one of them");
        for same in ["[a]\nk = v\nk = v\n", "[a]\nk = v\n[a]\n", "[a]\nk = v\n[a]\nk = v\n"] {
            assert_eq!(section(same).problem, None, "{same:?}");
        }
        let spelt = parse_sections("[profile a]\nk = v\n[profile  a]\nk = w\n");
        assert!(spelt.sections.iter().all(|section| section.problem.is_none()), "two spellings");
    }

    #[test]
    fn headers_are_split_as_a_shell_does() {
        let split = |header| split_words(header).map(|words| words.join("|"));
        assert_eq!(split("profile \"shop prod\"").as_deref(), Some("profile|shop prod"));
        assert_eq!(split("profile  'a'b\\ c").as_deref(), Some("profile|ab c"));
        assert_eq!(split("profile \"\"").as_deref(), Some("profile|"));
        assert_eq!(split("profile o'brien"), None);
        assert_eq!(split("profile a\\"), None);
    }
}
