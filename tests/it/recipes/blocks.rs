//! Scripts in YAML, found by their indentation: as much of YAML as the recipes use.

/// A step of a workflow of GitHub that runs a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is called.
    pub name: String,
    /// What later steps call it; empty when they do not.
    pub id: String,
    /// When it runs; empty: when nothing failed before.
    pub condition: String,
    /// What it runs.
    pub script: String,
}

/// Lists the steps that run a script, in order.
///
/// # Panics
/// At a script that is no block, which this reading would miss.
pub fn steps(yaml: &str) -> Vec<Step> {
    let lines: Vec<&str> = yaml.lines().collect();
    let mut steps = Vec::new();
    let mut step = Step::of("");
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim_start();
        if let Some(name) = line.strip_prefix("- name: ") {
            step = Step::of(name);
        } else if let Some(id) = line.strip_prefix("id: ") {
            id.clone_into(&mut step.id);
        } else if let Some(condition) = line.strip_prefix("if: ") {
            condition.clone_into(&mut step.condition);
        } else if let Some(style) = line.strip_prefix("run:").filter(|style| !style.is_empty()) {
            assert_eq!(style, " |", "{}: a script is a block", step.name);
            steps.push(Step { script: block(&lines, at), ..step.clone() });
        }
    }
    steps
}

impl Step {
    fn of(name: &str) -> Self {
        Self { name: name.to_owned(), id: String::new(), condition: String::new(), script: String::new() }
    }
}

/// Lists the scripts below `key` of a job of GitLab, in order.
///
/// # Panics
/// At a script that is no block, which this reading would miss.
pub fn scripts(yaml: &str, key: &str) -> Vec<String> {
    let lines: Vec<&str> = yaml.lines().collect();
    let head = format!("{key}:");
    let from = lines.iter().position(|line| line.trim() == head).expect("there is the key");
    let below = (from + 1..lines.len()).take_while(|at| is_below(lines[*at], indent(lines[from])));
    let items = below.filter(|at| indent(lines[*at]) == indent(lines[from]) + 2);
    let blocks = items.filter(|at| !lines[*at].trim_start().starts_with('#') && !lines[*at].is_empty());
    blocks
        .map(|at| {
            assert_eq!(lines[at].trim(), "- |", "{key}: a script is a block");
            block(&lines, at)
        })
        .collect()
}

/// Returns the block below the line at `head`, without its indentation.
fn block(lines: &[&str], head: usize) -> String {
    let within = lines[head + 1..].iter().take_while(|line| is_below(line, indent(lines[head])));
    let within: Vec<&str> = within.copied().collect();
    let margin = within.first().map_or(0, |line| indent(line));
    let text = within.iter().map(|line| line.get(margin..).unwrap_or_default());
    let text = text.collect::<Vec<_>>().join("\n");
    format!("{}\n", text.trim_end())
}

fn is_below(line: &str, margin: usize) -> bool {
    line.trim().is_empty() || indent(line) > margin
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[test]
fn steps_are_found_with_their_conditions() {
    let yaml = "steps:\n  - name: A\n    uses: x\n  - name: B\n    id: b\n    if: always()\n    run: |\n      one\n\n        \
                two\n  - name: C\n    run: |\n      three\n";
    let step = |name: &str, id: &str, condition: &str, script: &str| Step {
        id: id.to_owned(),
        condition: condition.to_owned(),
        script: script.to_owned(),
        ..Step::of(name)
    };
    assert_eq!(steps(yaml), [step("B", "b", "always()", "one\n\n  two\n"), step("C", "", "", "three\n")]);
}

#[test]
fn scripts_are_found_below_their_key() {
    let yaml = "job:\n  before_script:\n    - |\n      zero\n  script:\n    # why\n    - |\n      one\n        two\n\n    \
                - |\n      three\n  artifacts:\n    - |\n      four\n";
    assert_eq!(scripts(yaml, "script"), ["one\n  two\n", "three\n"]);
}

#[test]
#[should_panic(expected = "B: a script is a block")]
fn a_script_that_is_no_block_is_not_missed() {
    steps("- name: B\n  run: true\n");
}
