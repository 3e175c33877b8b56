//! The plans in a file that more than `terraform show -json` wrote to: the wrapper of GitHub's `setup-terraform` prints
//! the command first and debug lines after it, and `terragrunt run --all` prints one plan after the other.

use serde_json::value::RawValue;

use crate::input::error::InputError;

/// What to do instead of giving a file with other lines.
const REMEDY: &str =
    "give only what `terraform show -json FILE` prints, such as with `terraform_wrapper: false`";

/// Returns the JSON documents of `bytes`. Lines of a known wrapper are left out, and any other is an error: it may tell
/// that a plan is missing.
pub fn split<'b>(bytes: &'b [u8], name: &str) -> Result<Vec<&'b [u8]>, InputError> {
    let (mut documents, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let rest = &bytes[at..];
        let blanks = rest.len() - rest.trim_ascii_start().len();
        let end =
            rest.iter().skip(blanks).position(|byte| *byte == b'\n').map_or(rest.len(), |end| blanks + end);
        let line = rest[blanks..end].trim_ascii();
        match start_of_document(line) {
            _ if line.is_empty() => at += end,
            Some(start) => {
                let from = at + blanks + start;
                let Some(length) = length_of_document(&bytes[from..]) else {
                    // The caller decodes the rest, and says what is wrong with it.
                    documents.push(&bytes[from..]);
                    return Ok(documents);
                };
                documents.push(&bytes[from..from + length]);
                at = from + length;
            }
            None if is_noise(line) => at += end,
            None => {
                let line_number = bytes[..at + blanks].split(|byte| *byte == b'\n').count();
                let text: String = String::from_utf8_lossy(line).chars().take(60).collect();
                let what = format!("line {line_number} does not belong to a plan ({text:?})");
                return Err(not_plan(name, what).remedy(REMEDY));
            }
        }
    }
    if documents.is_empty() {
        return Err(not_plan(name, "it has no plan between the lines of a wrapper").remedy(REMEDY));
    }
    Ok(documents)
}

/// Tells whether a file begins with a line of a known wrapper.
pub fn is_wrapped(start: &[u8]) -> bool {
    let line = start.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
    is_noise(line.trim_ascii()) || start_of_document(line).is_some()
}

/// Returns where a document starts in a line: at its beginning, or after what Terragrunt puts before what Terraform
/// prints (`12:00:00.000 STDOUT [net] terraform: {`).
fn start_of_document(line: &[u8]) -> Option<usize> {
    if line.starts_with(b"{") {
        return Some(0);
    }
    if line.starts_with(b"::") {
        return None;
    }
    let key = br#"{"format_version""#;
    line.windows(key.len()).position(|window| window == key)
}

/// Returns the length of the JSON document that `bytes` begin with; `None` where there is no whole one.
fn length_of_document(bytes: &[u8]) -> Option<usize> {
    let mut documents = serde_json::Deserializer::from_slice(bytes).into_iter::<&RawValue>();
    documents.next()?.ok()?;
    Some(documents.byte_offset())
}

/// Tells whether a line is one that a wrapper prints beside what the command prints, and that tells of no failure.
fn is_noise(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    let is_workflow_command =
        line.starts_with("[command]") || line.starts_with("::debug::") || line.starts_with("::set-output ");
    let tells_failure =
        ["ERROR", "level=error", "level=fatal", "STDERR"].iter().any(|sign| line.contains(sign));
    is_workflow_command || (is_terragrunts(&line) && !tells_failure)
}

/// Tells whether a line is of the log of Terragrunt, in one of its formats, or of its summary.
fn is_terragrunts(line: &str) -> bool {
    let levels = ["INFO", "DEBUG", "WARN", "TRACE"];
    let words: Vec<&str> = line.split_whitespace().take(2).collect();
    let has_time = |word: &str| word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit());
    match words[..] {
        [time, level] if has_time(time) && levels.contains(&level) => true,
        _ => line.starts_with("time=") || line.starts_with("[terragrunt]"),
    }
}

/// Makes the error for a file that is not a plan in JSON; `what` says what it is instead.
pub fn not_plan(name: &str, what: impl Into<String>) -> InputError {
    InputError::invalid(format!("{name} is not a Terraform plan in JSON: {}", what.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<&str> {
        split(text.as_bytes(), "p").unwrap().into_iter().map(|bytes| str::from_utf8(bytes).unwrap()).collect()
    }

    #[test]
    fn what_wrappers_print_around_a_plan_is_left_out() {
        let plan = r#"{"format_version":"1.2"}"#;
        for text in [
            plan.to_owned(),
            format!("[command]/opt/terraform-bin show -json tfplan\n{plan}"),
            format!("[command]C:\\terraform-bin.exe show -json tfplan\r\n{plan}\r\n\r\n"),
            format!(
                "{plan}\n::debug::Terraform exited with code 0.\n::debug::stdout: {plan}\n::debug::exitcode: 0\n"
            ),
            format!(
                "[command]/t show\n{plan}\n::set-output name=stdout::{plan}\n::set-output name=exitcode::0\n"
            ),
            format!("time=2025-01-01T00:00:00Z level=info msg=Running\n{plan}\n"),
            format!("12:00:00.000 INFO   [net] Running\n12:00:00.100 STDOUT [net] terraform: {plan}\n"),
        ] {
            assert_eq!(read(&text), [plan], "{text}");
        }
        assert_eq!(
            read("{\"a\":\n 1}\n\n{\"b\": {}}{\"c\": []}"),
            ["{\"a\":\n 1}", "{\"b\": {}}", "{\"c\": []}"]
        );
    }

    #[test]
    fn a_line_that_may_tell_of_a_failure_is_an_error() {
        let plan = r#"{"format_version":"1.2"}"#;
        for line in [
            "Error: Failed to read the given file as a state or plan file",
            "time=2025-01-01T00:00:00Z level=error msg=\"1 error occurred\"",
            "12:00:00.000 ERROR  [app] exit status 1",
            "]",
        ] {
            let text = format!("{plan}\n{line}\n{plan}");
            let said = split(text.as_bytes(), "p").unwrap_err().to_string();
            assert!(said.contains("line 2 does not belong to a plan"), "{said}");
        }
        assert!(split(b"[command]/t show -json\n", "p").unwrap_err().to_string().contains("has no plan"));
    }

    #[test]
    fn a_document_that_is_cut_short_is_left_to_the_caller() {
        assert_eq!(read("{\"a\": 1}\n{\"b\":"), ["{\"a\": 1}", "{\"b\":"]);
    }
}
