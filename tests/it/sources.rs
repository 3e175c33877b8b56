//! The sources as the rules about them see them: without comments, texts and unit tests.

use std::collections::BTreeSet;
use std::path::Path;

/// A file of `src`.
#[derive(Debug)]
pub struct File {
    /// Path from the root of the project, with `/`.
    pub path: String,
    /// All of it.
    pub text: String,
    /// What is compiled into the program: comments, texts and tests are left out.
    code: String,
}

/// Reads every `.rs` file under `src`, sorted by path.
pub fn all() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("is a folder") {
            let path = entry.expect("can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    assert!(paths.len() > 50, "the sources are there");
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("can be read");
        let parts: Vec<_> = path.strip_prefix(root).expect("is inside").iter().collect();
        let path = parts.join(std::ffi::OsStr::new("/")).into_string().expect("is text");
        let code = if is_test_file(&path) { String::new() } else { without_tests(&without_texts(&text)) };
        File { path, text, code }
    };
    paths.iter().map(read).collect()
}

/// Tells whether a file has nothing but unit tests: its module is declared for tests only.
fn is_test_file(path: &str) -> bool {
    ["/tests.rs", "/fuzz.rs"].iter().any(|name| path.ends_with(name)) || path.contains("/tests/")
}

impl File {
    /// Tells whether it has nothing but unit tests.
    pub fn is_test(&self) -> bool {
        is_test_file(&self.path)
    }

    /// Returns the folder or file directly under `src`.
    pub fn room(&self) -> &str {
        self.module()[0]
    }

    /// Returns the module's path below the crate.
    fn module(&self) -> Vec<&str> {
        let inside = self.path.strip_prefix("src/").expect("is under src");
        let inside = inside.strip_suffix(".rs").expect("is Rust");
        let inside = inside.strip_suffix("/mod").unwrap_or(inside);
        inside.split('/').collect()
    }

    /// Tells whether the code has `needle` standing by itself, not as a part of a longer name.
    pub fn has(&self, needle: &str) -> bool {
        occurrences(&self.code, needle).next().is_some()
    }

    /// Tells whether a path leads into a crate whose name begins with `prefix`.
    pub fn uses_crate(&self, prefix: &str) -> bool {
        self.code.match_indices(prefix).any(|(at, _)| {
            let name_end = at + name_length(&self.code[at..]);
            !self.code[..at].ends_with(is_name) && self.code[name_end..].starts_with("::")
        })
    }

    /// Lists the rooms that paths lead to, by way of `crate`, of `super`, and in the binary of `netcensus`.
    pub fn rooms_used(&self) -> BTreeSet<String> {
        let mut rooms = BTreeSet::new();
        for start in ["crate::", "netcensus::"] {
            for at in occurrences(&self.code, start) {
                rooms.extend(first_names(&self.code[at + start.len()..]));
            }
        }
        let module = self.module();
        for at in occurrences(&self.code, "super::").filter(|at| !self.code[..*at].ends_with("super::")) {
            let mut rest = &self.code[at..];
            let mut depth = module.len();
            while let Some(further) = rest.strip_prefix("super::") {
                rest = further;
                depth = depth.checked_sub(1).expect("no path leads above the crate");
            }
            match module[..depth].first() {
                Some(room) => drop(rooms.insert((*room).to_owned())),
                None => rooms.extend(first_names(rest)),
            }
        }
        rooms
    }
}

const fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

fn name_length(text: &str) -> usize {
    text.find(|character| !is_name(character)).unwrap_or(text.len())
}

/// Finds `needle` where no name goes on to the left or, if it ends as a name does, to the right of it.
fn occurrences<'a>(code: &'a str, needle: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(needle).map(|(at, _)| at).filter(move |at| {
        let (before, after) = (&code[..*at], &code[at + needle.len()..]);
        let is_longer = needle.ends_with(is_name) && after.starts_with(is_name);
        !before.ends_with(is_name) && !is_longer
    })
}

/// Lists the first names of what follows `crate::`: one, or one for each member of a group in braces.
fn first_names(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else { return vec![rest[..name_length(rest)].to_owned()] };
    let mut names = Vec::new();
    let (mut depth, mut fresh) = (0, true);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            _ if fresh && is_name(character) => {
                names.push(group[at..at + name_length(&group[at..])].to_owned());
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

/// Leaves out comments, and what stands in texts and character literals.
fn without_texts(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = raw_text(rest).filter(|_| !code.ends_with(is_name)) {
            length
        } else if first == '"' {
            text(rest)
        } else if first == '\'' {
            character(rest)
        } else {
            0
        };
        if skipped == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            // So that the names on either side stay two.
            code.push(' ');
            rest = &rest[skipped..];
        }
    }
    code
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                break;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

fn raw_text(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = inner.len() - inner.trim_start_matches('#').len();
    let opened = inner[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(rest.len() - opened.len() + opened.find(&end)? + end.len())
}

fn text(rest: &str) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Returns the length of a character literal; zero for a lifetime.
fn character(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    let escaped = matches!(characters.next(), Some((_, '\\')));
    if escaped {
        characters.next();
    }
    let mut close = characters.map(|(at, character)| (at, character == '\''));
    match close.next() {
        Some((at, true)) => at + 1,
        // `'\u{1b}'` and `'\x1b'` are longer.
        Some(_) if escaped => close.find(|(_, is_quote)| *is_quote).map_or(0, |(at, _)| at + 1),
        _ => 0,
    }
}

/// Leaves out every item that `#[cfg(test)]` stands before.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, item)) = rest.split_once(MARK) {
        kept.push_str(before);
        let mut depth = 0;
        let end = item.char_indices().find(|(_, character)| {
            depth += match character {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            depth == 0 && matches!(character, '}' | ';')
        });
        rest = end.map_or("", |(at, _)| &item[at + 1..]);
    }
    kept.push_str(rest);
    kept
}

fn file(path: &str, source: &str) -> File {
    File { path: path.into(), text: source.into(), code: without_tests(&without_texts(source)) }
}

#[test]
fn paths_lead_to_rooms() {
    let used = |path: &str, source: &str| file(path, source).rooms_used().into_iter().collect::<Vec<_>>();
    assert_eq!(
        used("src/a/b.rs", "use crate::model::Kind; fn f() -> crate::exit::Exit {}"),
        ["exit", "model"]
    );
    assert_eq!(used("src/a/b.rs", "use crate::{model::{self, Kind}, ui};"), ["model", "ui"]);
    assert_eq!(used("src/a/b.rs", "use super::c; use super::super::model;"), ["a", "model"]);
    assert_eq!(used("src/a/mod.rs", "use super::{ui::Ui, error};"), ["error", "ui"]);
    assert_eq!(used("src/main.rs", "netcensus::commands::main()"), ["commands"]);
    assert_eq!(
        used("src/a.rs", "// crate::ui\n/* crate::ui /* */ crate::ui */ \"crate::ui\" r#\"crate::ui\"#"),
        [""; 0]
    );
    assert_eq!(
        used("src/a.rs", "#[cfg(test)]\nmod tests { use crate::ui; fn f() {} }\nuse crate::exit;"),
        ["exit"]
    );
    assert_eq!(used("src/a.rs", "#[cfg(test)]\nuse crate::ui::{Ui, ask};\nuse crate::exit;"), ["exit"]);
    assert_eq!(
        used("src/a.rs", "fn f<'a>(c: &'a str) { m('\"', '\\'', '\\u{1b}'); crate::ui::x('\"') }"),
        ["ui"]
    );
}

#[test]
fn names_are_found_whole() {
    let file = file("src/a.rs", "eprintln!(); let aws_profiles = aws_config(); my_async(); \"dbg!\"");
    assert!(file.has("eprintln!") && !file.has("println!") && !file.has("async") && !file.has("dbg!"));
    assert!(!file.uses_crate("aws_"));
    assert!(self::file("src/a.rs", "use aws_sdk_ec2::Client;").uses_crate("aws_"));
}
