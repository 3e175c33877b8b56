//! The program that shows a text which is longer than the screen, as `git` and `man` have it.

use std::io::Write;
use std::process::{Command, Stdio};

/// A pager: a program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pager {
    program: String,
    arguments: Vec<String>,
}

impl Pager {
    /// Chooses the pager by the value of `PAGER`: `less` if there is none, no pager if it is empty or `cat`.
    pub fn new(variable: Option<&str>) -> Option<Self> {
        let mut words = variable.unwrap_or("less").split_whitespace().map(str::to_owned);
        let program = words.next().filter(|program| program != "cat")?;
        Some(Self { program, arguments: words.collect() })
    }

    /// Shows a text, and waits until the user has seen it. Returns whether the pager could be started.
    pub fn show(&self, text: &[u8]) -> bool {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped());
        if std::env::var_os("LESS").is_none() {
            // Ends without a key if one screen is enough, shows colours, and leaves the text where it is.
            command.env("LESS", "FRX");
        }
        let Ok(mut pager) = command.spawn() else { return false };
        if let Some(mut input) = pager.stdin.take() {
            // Who has seen enough ends the pager before the end.
            let _ = input.write_all(text);
        }
        let _ = pager.wait();
        true
    }
}

/// Tells whether a text has more lines than a screen has room for above the next prompt.
pub(super) fn is_longer_than_screen(text: &[u8], height: u16) -> bool {
    text.split(|byte| *byte == b'\n').count() > usize::from(height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pager_is_less_unless_a_variable_names_another_one_or_none() {
        let pager = |program: &str, arguments: &[&str]| {
            let arguments = arguments.iter().map(|&text| text.to_owned()).collect();
            Some(Pager { program: program.to_owned(), arguments })
        };
        assert_eq!(Pager::new(None), pager("less", &[]));
        assert_eq!(Pager::new(Some("less -S -R")), pager("less", &["-S", "-R"]));
        for none in ["", " ", "cat"] {
            assert_eq!(Pager::new(Some(none)), None);
        }
    }

    #[test]
    fn a_pager_that_is_missing_or_ends_early_is_no_error() {
        assert!(!Pager::new(Some("no-such-pager-here")).unwrap().show(b"text"));
        #[cfg(unix)]
        assert!(Pager::new(Some("true")).unwrap().show(&vec![b'\n'; 1 << 20]));
    }

    #[test]
    fn the_line_of_the_prompt_counts() {
        assert!(!is_longer_than_screen(b"1\n2\n", 3));
        assert!(is_longer_than_screen(b"1\n2\n3\n", 3));
    }
}
