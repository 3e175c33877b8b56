//! Reads an estate from its file, or from the sample that is built in.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use super::build;
use super::spec::Spec;
use super::types::Estate;

/// What is wrong with an estate file.
#[derive(Debug, thiserror::Error)]
pub enum EstateError {
    /// The file cannot be read.
    #[error("cannot read {file}")]
    Read {
        /// The file as given.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file does not describe an estate.
    #[error("{file}, line {line}: {message}")]
    Invalid {
        /// The file as given.
        file: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
}

/// Something wrong, and where in the text.
#[derive(Debug)]
pub struct EstateProblem {
    pub message: String,
    pub at: Range<usize>,
}

/// The most bytes that an estate may have.
const MAX_BYTES: u64 = 64 << 20;

const SAMPLE: &str = concat!(include_str!("../sample.toml"), include_str!("../sample-azure.toml"));

impl Estate {
    /// Returns the estate that is built in: a company's organisation with the usual sins.
    ///
    /// # Panics
    /// Never: it is part of the program, and tested.
    #[must_use]
    pub fn sample() -> Self {
        parse(SAMPLE, "sample.toml").expect("the built-in sample is tested")
    }

    /// Reads an estate file (TOML; `sample.toml` and `sample-azure.toml` in `src/sandbox` show all of it).
    ///
    /// # Errors
    /// When the file cannot be read, or does not describe an estate; then with file, line and what is wrong.
    pub fn load(path: &Path) -> Result<Self, EstateError> {
        let file = path.display().to_string();
        let text = read(path).map_err(|source| EstateError::Read { file: file.clone(), source })?;
        parse(&text, &file)
    }
}

/// To open a pipe that nothing writes to would wait for ever, and a device may have no end.
fn read(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut text = String::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(io::Error::other(format!(
            "it has more than {} MiB, which no estate has",
            MAX_BYTES >> 20
        )));
    }
    Ok(text)
}

fn parse(text: &str, file: &str) -> Result<Estate, EstateError> {
    let spec: Result<Spec, EstateProblem> = toml::from_str(text).map_err(|error| EstateProblem {
        message: error.message().to_owned(),
        at: error.span().unwrap_or(0..0),
    });
    spec.and_then(|spec| build::build_estate(&spec)).map_err(|flaw| EstateError::Invalid {
        file: file.to_owned(),
        line: 1 + text.bytes().take(flaw.at.start).filter(|byte| *byte == b'\n').count(),
        message: flaw.message,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw(tail: &str) -> String {
        let head = "[[region]]\nname = \"eu-west-1\"\n[[account]]\nname = \"a\"\nid = \"111111111111\"\n";
        parse(&format!("{head}{tail}"), "estate.toml").expect_err("is wrong").to_string()
    }

    /// Faults F14: a file was read into memory whatever its size. This one has nothing but a length.
    #[test]
    fn an_estate_has_a_largest_size() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
        file.as_file().set_len(1 << 40).expect("can be written");
        let error = Estate::load(file.path()).expect_err("is too large");
        let source = std::error::Error::source(&error).expect("has a reason").to_string();
        assert_eq!(source, "it has more than 64 MiB, which no estate has");
    }

    #[test]
    fn errors_name_file_line_and_what() {
        let network = "[[network]]\nname = \"n\"\naccount = \"a\"\nregion = \"eu-west-1\"\n";
        assert_eq!(
            flaw(&format!("{network}cidrs = [\"10.0.0.1/16\"]")),
            "estate.toml, line 10: `10.0.0.1/16` has host bits set; did you mean `10.0.0.0/16`?"
        );
        assert_eq!(
            flaw("[[network]]\nname = \"n\"\naccount = \"b\"\nregion = \"eu-west-1\"\ncidrs = []"),
            "estate.toml, line 7: there is no account named `b`"
        );
        assert_eq!(
            flaw(&format!(
                "{network}cidrs = [\"10.0.0.0/16\"]\nsubnets = [{{ name = \"s\", cidr = \"10.1.0.0/24\" }}]"
            )),
            "estate.toml, line 11: subnet 10.1.0.0/24 is outside the network's blocks"
        );
        assert_eq!(
            flaw("[[instance]]\nname = \"i\"\ntype = \"t3.micro\"\nin = [\"n/s\"]"),
            "estate.toml, line 9: there is no network named `n`"
        );
        assert!(flaw("colour = 1").starts_with("estate.toml, line 6: unknown field `colour`"));
    }

    #[test]
    fn a_full_subnet_is_an_error() {
        let text = "[[network]]\nname = \"n\"\naccount = \"a\"\nregion = \"eu-west-1\"\ncidrs = [\"10.0.0.0/28\"]\n\
            subnets = [{ name = \"s\", cidr = \"10.0.0.0/28\" }]\n\
            [[instance]]\nname = \"i\"\ntype = \"t3.micro\"\nin = [\"n/s\"]\ncount = 12";
        assert_eq!(flaw(text), "estate.toml, line 15: subnet 10.0.0.0/28 has no address left");
    }
}
