//! Completions for Bash.
//!
//! The script of clap is not used: Bash splits words at `=`, `:` and `@`, so that in `--filter region=eu` the value would
//! be taken for a word of its own.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_complete::engine;
use clap_complete::env::EnvCompleter;

/// The variable that has the part of the word that Bash replaces.
const TYPED: &str = "_NETCENSUS_TYPED";
/// Where Bash splits words, as far as netcensus does not: those of `COMP_WORDBREAKS` that need no quotes.
const BREAKS: [char; 3] = ['=', ':', '@'];

/// Bash, of any version.
pub struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(
        &self,
        variable: &str,
        name: &str,
        bin: &str,
        completer: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        // `nosort` is new in Bash 4.4, and `compopt` in Bash 4.0.
        write!(
            out,
            r#"_{name}() {{
    local IFS=$'\n'
    COMPREPLY=($({TYPED}="$2" {variable}=bash {completer} -- "${{COMP_WORDS[@]:0:COMP_CWORD+1}}" 2>/dev/null))
    if [[ "${{COMPREPLY-}}" =~ [=:/]$ ]]; then
        compopt -o nospace 2>/dev/null
    fi
}}

complete -o bashdefault -o nosort -F _{name} {bin} 2>/dev/null || complete -o bashdefault -F _{name} {bin}
"#
        )
    }

    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        directory: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let typed = std::env::var(TYPED).unwrap_or_default();
        let line = JoinedLine::new(&words, &typed);
        let last = line.words.len().saturating_sub(1);
        for candidate in engine::complete(command, line.words, last, directory)? {
            let value = candidate.get_value().to_string_lossy();
            writeln!(out, "{}", value.strip_prefix(&line.kept).unwrap_or(&value))?;
        }
        Ok(())
    }
}

/// A command line whose words are whole again.
#[derive(Debug, PartialEq, Eq)]
struct JoinedLine {
    words: Vec<OsString>,
    /// The beginning of the last word that Bash keeps.
    kept: String,
}

impl JoinedLine {
    /// Joins what Bash split; `typed` is the part of the last word up to the cursor that Bash replaces.
    fn new(split: &[OsString], typed: &str) -> Self {
        let typed = typed.trim_start_matches(['\'', '"']);
        let mut words: Vec<String> = Vec::new();
        let mut is_joined = false;
        for (at, word) in split.iter().enumerate() {
            let mut word = word.to_string_lossy().into_owned();
            let is_break = !word.is_empty() && word.chars().all(|character| BREAKS.contains(&character));
            if at + 1 == split.len() && !is_break {
                // The word may go on behind the cursor. Bash splits at an `@`, and yet replaces it.
                let rest = if is_joined { typed.strip_prefix('@').unwrap_or(typed) } else { typed };
                rest.clone_into(&mut word);
            }
            match words.last_mut() {
                // Names of snapshots begin with an `@`, and no word has one inside.
                Some(before) if is_joined || (is_break && !word.starts_with('@')) => before.push_str(&word),
                _ => words.push(word.clone()),
            }
            is_joined = is_break;
        }
        let last = words.last().cloned().unwrap_or_default();
        let kept = last.strip_suffix(typed).unwrap_or_default().to_owned();
        Self { words: words.into_iter().map(OsString::from).collect(), kept }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joins a line, whose words are separated by spaces, as Bash splits it.
    fn join(split: &str, typed: &str) -> (String, String) {
        let words: Vec<OsString> = split.split(' ').map(OsString::from).collect();
        let line = JoinedLine::new(&words, typed);
        let words: Vec<_> = line.words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        (words.join(" "), line.kept)
    }

    #[test]
    fn words_that_bash_splits_are_joined_and_their_beginning_is_kept() {
        let joined = |line: &str, kept: &str| (line.to_owned(), kept.to_owned());
        assert_eq!(join("netcensus sc", "sc"), joined("netcensus sc", ""));
        assert_eq!(
            join("netcensus --filter region = eu", "eu"),
            joined("netcensus --filter region=eu", "region=")
        );
        assert_eq!(join("netcensus --filter region =", ""), joined("netcensus --filter region=", "region="));
        assert_eq!(
            join("netcensus --filter = tag : env", "env"),
            joined("netcensus --filter=tag:env", "--filter=tag:")
        );
        assert_eq!(join("netcensus --from @ la", "@la"), joined("netcensus --from @la", ""));
        assert_eq!(join("netcensus --from =@ la", "@la"), joined("netcensus --from=@la", "--from="));
        assert_eq!(join("netcensus --from @", "@"), joined("netcensus --from @", ""));
        assert_eq!(
            join("netcensus --from @ 2026-11-20T06 : 00", "00"),
            joined("netcensus --from @2026-11-20T06:00", "@2026-11-20T06:")
        );
        assert_eq!(
            join("netcensus --filter 'region=eu", "'region=eu"),
            joined("netcensus --filter region=eu", "")
        );
        assert_eq!(join("netcensus scan ", ""), joined("netcensus scan ", ""));
        // The cursor is within a word.
        assert_eq!(join("netcensus subnets", "sub"), joined("netcensus sub", ""));
    }
}
