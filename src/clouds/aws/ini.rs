//! The format of the AWS configuration files, read so that a bad line costs its own section and no other.

use std::collections::{BTreeMap, HashMap};

/// The settings of a section: lower-case names, values as they are written.
pub type Values = BTreeMap<String, String>;

/// One `[header]` and the settings below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// What is between the brackets.
    pub header: String,
    /// The line of the header.
    pub line: usize,
    /// The settings.
    pub values: Values,
    /// The first line that is not understood.
    pub problem: Option<Problem>,
}

/// A line that is not understood, and how to write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong and what to write instead.
    pub what: String,
}

/// A file of settings.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its sections, each header once, in the order of the file.
    pub sections: Vec<Section>,
    /// The first setting above every section, which belongs to none.
    pub stray: Option<Problem>,
}

/// Reads the text of a file.
pub fn parse(text: &str) -> Document {
    let mut parser = Parser::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    for (index, line) in text.split(['\n', '\r']).enumerate() {
        parser.read(index + 1, line);
    }
    parser.document
}

#[derive(Default)]
struct Parser {
    document: Document,
    /// The section that settings belong to now.
    current: Option<usize>,
    /// The line of the header of that section.
    header: usize,
    /// The setting that an indented line continues.
    key: Option<String>,
    /// The lines of the settings so far, by section and name.
    lines: HashMap<(usize, String), usize>,
}

impl Parser {
    fn read(&mut self, number: usize, line: &str) {
        let content = line.trim_matches([' ', '\t']);
        if content.is_empty() || content.starts_with(['#', ';']) {
            return;
        }
        let result = if content.starts_with('[') {
            self.begin(number, content)
        } else if line.starts_with([' ', '\t']) {
            self.continue_setting(content)
        } else {
            self.set(number, content)
        };
        if let Err(what) = result {
            let problem = Problem { line: number, what };
            match self.section() {
                Some(section) => _ = section.problem.get_or_insert(problem),
                None => _ = self.document.stray.get_or_insert(problem),
            }
        }
    }

    fn section(&mut self) -> Option<&mut Section> {
        self.document.sections.get_mut(self.current?)
    }

    /// Begins the section of a header, or goes on with it when the same header was there before.
    fn begin(&mut self, number: usize, content: &str) -> Result<(), String> {
        self.key = None;
        let closed = header(content);
        let header = closed.unwrap_or_else(|| uncommented(content).trim_start_matches('[')).trim();
        let known = self.document.sections.iter().position(|section| section.header == header);
        let index = known.unwrap_or_else(|| {
            let section = Section { header: header.to_owned(), line: number, ..Section::default() };
            self.document.sections.push(section);
            self.document.sections.len() - 1
        });
        (self.current, self.header) = (Some(index), number);
        closed.map(|_| ()).ok_or_else(|| format!("`[{header}` has no closing bracket"))
    }

    fn set(&mut self, number: usize, content: &str) -> Result<(), String> {
        let content = uncommented(content);
        let (key, value) = content.split_once('=').unwrap_or((content, ""));
        let (key, value) = (key.trim(), value.trim_matches([' ', '\t']));
        if let Some((before, _)) = key.split_once(':').filter(|(before, _)| is_key(before.trim_end())) {
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
        if !is_nested && content.split_once(['=', ':']).is_some_and(|(before, _)| is_key(before.trim_end())) {
            return Err(indented());
        }
        value.push('\n');
        value.push_str(content);
        Ok(())
    }
}

/// Finds what is between the brackets of a header; a comment may follow.
fn header(content: &str) -> Option<&str> {
    let inside = content.strip_prefix('[')?;
    let ends = |rest: &str| rest.trim_start().is_empty() || rest.trim_start().starts_with(['#', ';']);
    inside.match_indices(']').find(|(at, _)| ends(&inside[at + 1..])).map(|(at, _)| &inside[..at])
}

/// Cuts a comment off: a `#` or `;` after a blank.
fn uncommented(content: &str) -> &str {
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
fn is_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Finds a setting that is nested in `value`: `name = text` on a line of its own.
pub fn nested<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    let mut settings = value.lines().filter_map(|line| line.split_once('='));
    settings.rfind(|(key, _)| key.trim() == name).map(|(_, text)| uncommented(text.trim()))
}

/// Splits a header into words as a shell does, which is how the AWS CLI reads it; `None` when a quote is not closed.
pub fn words(header: &str) -> Option<Vec<String>> {
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

    fn section(text: &str) -> Section {
        let document = parse(text);
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
        assert_eq!(nested(&read.values["ec2"], "endpoint_url"), Some("http://a"));
        assert_eq!(nested(&read.values["ec2"], "z"), None);
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
            let document = parse(&format!("[a]\nk = v\n{line}\nl = w\n[b]\nk = v\n"));
            assert_eq!(document.sections[0].problem, Some(Problem { line: 3, what: what.to_owned() }));
            assert_eq!((&document.sections[1].problem, document.sections.len()), (&None, 2), "{line}");
        }
        assert_eq!(problem("[a]\n  k = v\n").0, 2, "after the header");
        assert_eq!(problem("[profile a\nk = v\n"), (1, "`[profile a` has no closing bracket".to_owned()));
        assert_eq!(section("[profile a\nk = v\n").header, "profile a");
    }

    #[test]
    fn a_setting_above_every_section_is_no_profiles() {
        let document = parse("k = v\n[a]\n");
        assert_eq!(document.stray.map(|problem| problem.line), Some(1));
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
        let spelt = parse("[profile a]\nk = v\n[profile  a]\nk = w\n");
        assert!(spelt.sections.iter().all(|section| section.problem.is_none()), "two spellings");
    }

    #[test]
    fn headers_are_split_as_a_shell_does() {
        let split = |header| words(header).map(|words| words.join("|"));
        assert_eq!(split("profile \"shop prod\"").as_deref(), Some("profile|shop prod"));
        assert_eq!(split("profile  'a'b\\ c").as_deref(), Some("profile|ab c"));
        assert_eq!(split("profile \"\"").as_deref(), Some("profile|"));
        assert_eq!(split("profile o'brien"), None);
        assert_eq!(split("profile a\\"), None);
    }
}
