//! What is wrong, what led to it, and what you can do about it.
//!
//! Errors and failures carry these three apart from each other. They become text only where they are printed
//! (`ui.rs`) or written into the coverage of an inventory.

use std::error::Error as StdError;
use std::fmt;

/// A message with its causes and remedies. `Display` writes `MESSAGE: CAUSE: CAUSE`, without the remedies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong: a clause that names the file, flag, profile or resource, without a final stop.
    pub message: String,
    /// What led to it, outermost first. A cause may have causes and remedies of its own.
    pub causes: Vec<Self>,
    /// What to do about it: each is enough by itself.
    pub remedies: Vec<String>,
}

/// An error that says what to do about it.
pub trait Remedies: StdError {
    /// Returns what to do: each is enough by itself. There is nothing where the message says enough.
    fn remedies(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Diagnostic {
    /// Makes one without causes and remedies.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), causes: Vec::new(), remedies: Vec::new() }
    }

    /// Makes one from a typed error: its message, and the chain of its sources as the causes.
    #[must_use]
    pub fn from_error(error: &(dyn StdError + 'static)) -> Self {
        let diagnostic = Self::new(error.to_string());
        match error.source() {
            Some(source) => diagnostic.with_source(source),
            None => diagnostic,
        }
    }

    /// Makes one from a typed error, with the remedies that it knows.
    #[must_use]
    pub fn from_remediable(error: &(impl Remedies + 'static)) -> Self {
        Self::from_error(error).with_remedies(error.remedies())
    }

    /// Adds `error` and the chain of its sources to the causes, outermost first.
    #[must_use]
    pub fn with_source(mut self, error: &(dyn StdError + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(cause) = next {
            let text = cause.to_string();
            // Wrappers such as `io::Error::other` repeat the text of what they wrap.
            if self.causes.last().is_none_or(|last| last.message != text) {
                self.causes.push(Self::new(text));
            }
            next = cause.source();
        }
        self
    }

    /// Adds a cause. Its remedies stay with it.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<Self>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Adds a cause whose remedies are those of the whole.
    #[must_use]
    pub fn with_cause_and_remedies(mut self, mut cause: Self) -> Self {
        self.remedies.append(&mut cause.remedies);
        self.causes.push(cause);
        self
    }

    /// Adds a remedy.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedies.push(remedy.into());
        self
    }

    /// Adds remedies.
    #[must_use]
    pub fn with_remedies(mut self, remedies: impl IntoIterator<Item = String>) -> Self {
        self.remedies.extend(remedies);
        self
    }

    /// Puts what the message is about before it: `CONTEXT: MESSAGE`.
    #[must_use]
    pub fn context(mut self, context: impl fmt::Display) -> Self {
        self.message = format!("{context}: {}", self.message);
        self
    }

    /// Applies `change` to the message, every cause and every remedy.
    #[must_use]
    pub fn map(self, change: impl Fn(&str) -> String) -> Self {
        self.map_texts(&change)
    }

    fn map_texts(self, change: &dyn Fn(&str) -> String) -> Self {
        Self {
            message: change(&self.message),
            causes: self.causes.into_iter().map(|cause| cause.map_texts(change)).collect(),
            remedies: self.remedies.iter().map(|remedy| change(remedy)).collect(),
        }
    }

    /// Writes the message and the causes on one line, these with their remedies: `MESSAGE: CAUSE; CAUSE (REMEDY)`.
    #[must_use]
    pub fn reason(&self) -> String {
        match self.causes.as_slice() {
            [] => self.message.clone(),
            causes => {
                let causes: Vec<String> = causes.iter().map(Self::to_line).collect();
                format!("{}: {}", self.message, causes.join("; "))
            }
        }
    }

    /// Writes all of it on one line: `MESSAGE: CAUSE; CAUSE (REMEDY; REMEDY)`.
    #[must_use]
    pub fn to_line(&self) -> String {
        Self::join(std::slice::from_ref(self))
    }

    /// Writes several on one line. A remedy that several have in common is written once, after the last of them:
    /// `A; B (REMEDY OF A AND B); C (REMEDY OF C)`.
    #[must_use]
    pub fn join(diagnostics: &[Self]) -> String {
        let mut groups: Vec<(&[String], Vec<String>)> = Vec::new();
        for diagnostic in diagnostics {
            let reason = diagnostic.reason();
            match groups.iter_mut().find(|(remedies, _)| *remedies == diagnostic.remedies) {
                Some((_, reasons)) if reasons.contains(&reason) => {}
                Some((_, reasons)) => reasons.push(reason),
                None => groups.push((&diagnostic.remedies, vec![reason])),
            }
        }
        let written = groups.iter().map(|(remedies, reasons)| match remedies {
            [] => reasons.join("; "),
            remedies => format!("{} ({})", reasons.join("; "), remedies.join("; ")),
        });
        written.collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for cause in &self.causes {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl From<String> for Diagnostic {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl From<&str> for Diagnostic {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_remedy_in_common_is_written_once() {
        let failed = |message: &str, remedy: &str| Diagnostic::new(message).remedy(remedy);
        let same = [failed("a: no", "do this"), failed("b: no", "do this"), failed("a: no", "do this")];
        assert_eq!(Diagnostic::join(&same), "a: no; b: no (do this)");
        assert_eq!(
            Diagnostic::join(&[failed("a", "do this"), failed("b", "do that")]),
            "a (do this); b (do that)"
        );
        assert_eq!(Diagnostic::join(&[Diagnostic::new("a"), failed("b", "do that")]), "a; b (do that)");
        assert_eq!(Diagnostic::join(&[]), "");
    }

    #[test]
    fn the_chain_of_an_error_is_listed_without_repetitions() {
        let wrapped = io::Error::other(io::Error::other("disk is full"));
        let diagnostic =
            Diagnostic::new("cannot write a.csv").with_source(&wrapped).remedy("free some space");
        assert_eq!(diagnostic.to_string(), "cannot write a.csv: disk is full");
        assert_eq!(diagnostic.to_line(), "cannot write a.csv: disk is full (free some space)");
        assert_eq!(diagnostic.context("export").message, "export: cannot write a.csv");
    }

    #[test]
    fn a_cause_keeps_its_remedy_or_hands_it_up() {
        let expired = || Diagnostic::new("a: expired").with_cause("since Friday").remedy("log in");
        let kept =
            Diagnostic::new("no account").with_cause(expired()).with_cause("b: refused").remedy("name one");
        assert_eq!(kept.to_line(), "no account: a: expired: since Friday (log in); b: refused (name one)");
        assert_eq!(kept.to_string(), "no account: a: expired: since Friday: b: refused");
        let handed_up = Diagnostic::new("no account").with_cause_and_remedies(expired());
        assert_eq!(
            (handed_up.remedies.len(), &*handed_up.causes[0].to_line()),
            (1, "a: expired: since Friday")
        );
        let secret = kept.map(|text| text.replace("expired", "***").replace("log in", "***"));
        assert_eq!(secret.to_line(), "no account: a: ***: since Friday (***); b: refused (name one)");
    }
}
