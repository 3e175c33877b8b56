//! Examples in blocks of ` ```console `: what is typed, and what comes out.

/// A command, and the lines shown below it.
#[derive(Debug, PartialEq, Eq)]
pub struct Example {
    /// What is typed, continued lines joined.
    pub command: String,
    /// What comes out; empty when the example does not show it.
    pub output: Vec<String>,
}

/// Lists the examples of a document.
///
/// Where a line of a block begins with `$ `, that is a command and the others are output; a block without
/// such a line has commands only.
pub fn examples(markdown: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if line != "```console" {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let prompt = if block.iter().any(|line| line.starts_with("$ ")) { "$ " } else { "" };
        let mut block = block.into_iter();
        let mut output = Vec::new();
        while let Some(line) = block.next() {
            let Some(command) = line.strip_prefix(prompt) else {
                output.push(line.to_owned());
                continue;
            };
            let mut command = command.to_owned();
            while let Some(begun) = command.strip_suffix('\\') {
                command = format!("{begun}{}", block.next().expect("goes on"));
            }
            close(&mut examples, &mut output);
            examples.push(Example { command, output: Vec::new() });
        }
        close(&mut examples, &mut output);
    }
    examples
}

/// Lists the files that a document shows, each with its name: blocks below a line that ends with "`NAME` is:".
pub fn files(markdown: &str) -> Vec<(String, String)> {
    let parts: Vec<&str> = markdown.split("` is:\n\n```").collect();
    let shown = |pair: &[&str]| {
        let (_, name) = pair[0].rsplit_once('`')?;
        let (_, block) = pair[1].split_once('\n')?;
        let (content, _) = block.split_once("\n```")?;
        Some((name.to_owned(), format!("{content}\n")))
    };
    parts.windows(2).filter_map(shown).collect()
}

/// Gives the last example its output, blank lines at the end left out.
fn close(examples: &mut [Example], output: &mut Vec<String>) {
    while output.last().is_some_and(String::is_empty) {
        output.pop();
    }
    if let Some(example) = examples.last_mut().filter(|_| !output.is_empty()) {
        example.output = std::mem::take(output);
    }
}

/// Lists the invocations of netcensus in a line, each as the shell would pass it, the program first.
pub fn invocations(line: &str) -> Vec<Vec<String>> {
    let invocation = |words: Vec<String>| {
        let is_assignment = |word: &&String| word.contains('=') && !word.starts_with('-');
        let words: Vec<String> = words.iter().skip_while(is_assignment).cloned().collect();
        let is_cargo = words.starts_with(&["cargo".to_owned(), "run".to_owned()]);
        match words.first()?.as_str() {
            "netcensus" => Some(words),
            "cargo" if is_cargo => {
                let passed = words.iter().skip_while(|word| *word != "--").skip(1).cloned();
                Some(std::iter::once("netcensus".to_owned()).chain(passed).collect())
            }
            _ => None,
        }
    };
    commands(line).into_iter().filter_map(invocation).collect()
}

/// Tells whether what comes out goes elsewhere than to the terminal.
pub fn is_piped(line: &str) -> bool {
    commands(line).len() > 1 || line.contains(" > ")
}

/// Splits a line into commands and their words, as far as a shell's grammar is used in the documents:
/// quotes, pipes, `;`, `&&`, redirections, comments.
fn commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some('"') | None, '\\') => word.get_or_insert_default().extend(characters.next()),
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ' | '|' | ';' | '&') => {
                commands.last_mut().expect("there is one").extend(word.take());
                if character != ' ' {
                    commands.push(Vec::new());
                }
            }
            (None, '#') if word.is_none() => break,
            _ => word.get_or_insert_default().push(character),
        }
    }
    commands.last_mut().expect("there is one").extend(word);
    for command in &mut commands {
        if let Some(at) = command.iter().position(|word| word == ">" || word == "<") {
            command.drain(at..command.len().min(at + 2));
        }
    }
    commands.retain(|command| !command.is_empty());
    commands
}

/// Tells whether `said` is what `shown` shows; a line `...` stands for any number of lines.
pub fn shows(shown: &[String], said: &str) -> bool {
    let said: Vec<&str> = said.lines().map(str::trim_end).collect();
    let parts: Vec<&[String]> = shown.split(|line| line == "...").collect();
    let (mut from, last) = (0, parts.len() - 1);
    for (index, part) in parts.iter().enumerate() {
        let is_here = |at: &usize| {
            let there = said.get(*at..*at + part.len());
            let equal = there.is_some_and(|lines| lines.iter().zip(*part).all(|(a, b)| a == b));
            equal
                && (index > 0 || *at == 0)
                && (index < last || at + part.len() == said.len() || part.is_empty())
        };
        let Some(at) = (from..=said.len()).find(is_here) else { return false };
        from = at + part.len();
    }
    true
}

#[test]
fn commands_and_output_are_told_apart() {
    let markdown = "```console\n$ a \\\n    b\nout\n\n$ c\n```\n```console\nd\n```\n```toml\n$ e\n```\n";
    let example = |command: &str, output: &[&str]| Example {
        command: command.into(),
        output: output.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(examples(markdown), [example("a     b", &["out"]), example("c", &[]), example("d", &[])]);
}

#[test]
fn files_are_found_by_the_line_above_them() {
    let markdown = "Say that `a.csv` is:\n\n```csv\n1\n2\n```\n\nThis `is` no file:\n\n```toml\nx\n```\n";
    assert_eq!(files(markdown), [("a.csv".to_owned(), "1\n2\n".to_owned())]);
}

#[test]
fn lines_are_split_as_a_shell_splits_them() {
    let one = |line: &str| invocations(line).concat().join("|");
    assert_eq!(
        one("A=1 netcensus scan --query \"a[?b==\\`1\\`]\" > x.json # why"),
        "netcensus|scan|--query|a[?b==`1`]"
    );
    assert_eq!(one("cargo run --release -- scan 'a b'"), "netcensus|scan|a b");
    assert_eq!(one("gzip -dc x | netcensus scan --from - && echo"), "netcensus|scan|--from|-");
    assert_eq!(one("eval cargo test"), "");
}

#[test]
fn three_dots_stand_for_lines_left_out() {
    let shown = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(shows(&shown("a\n...\nd"), "a\nb\nc\nd\n"));
    assert!(shows(&shown("a\n..."), "a\nb\n"));
    assert!(shows(&shown("...\nb"), "a\nb\n"));
    assert!(!shows(&shown("a\n...\nc"), "a\nb\n"));
    assert!(!shows(&shown("b\n..."), "a\nb\n"));
    assert!(!shows(&shown("a"), "a\nb\n"));
}
