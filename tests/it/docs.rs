//! The documents stay true: their links lead somewhere, their commands are accepted and show what they say.

pub mod console;
mod findings;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;
use netcensus::cli::Cli;
use netcensus::exit::Exit;

use crate::support::{Home, ROOT_CERTIFICATE};

/// A document.
struct Page {
    path: PathBuf,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Reads README, changelog, and every Markdown file in `docs`, sorted by path.
fn pages() -> Vec<Page> {
    let mut paths = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    paths.extend(documents(&root().join("docs")));
    let read = |path: PathBuf| Page { text: std::fs::read_to_string(&path).expect("can be read"), path };
    paths.into_iter().map(read).collect()
}

/// Lists the Markdown files in a folder and those below it.
fn documents(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("is a folder");
    let paths = entries.map(|entry| entry.expect("can be listed").path());
    let below = |path: PathBuf| if path.is_dir() { documents(&path) } else { BTreeSet::from([path]) };
    paths.flat_map(below).filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).expect("can be read")
}

/// Where a newcomer begins to read: each row of the table names a file and an item in it.
#[test]
fn the_places_that_newcomers_ask_for_are_there() {
    let text = page("docs/CONTRIBUTING.md");
    let cells =
        |line: &str| line.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect::<Vec<_>>();
    let rows = text.lines().filter(|line| line.starts_with("| ") && line.contains("| `src/")).map(cells);
    let rows: Vec<Vec<String>> = rows.collect();
    assert!(rows.len() >= 10, "{rows:?}");
    for row in rows {
        let [_, question, file, item, _] = row.as_slice() else { panic!("{row:?}") };
        let source = page(file);
        let is_defined = ["fn ", "struct ", "enum ", "const "]
            .iter()
            .any(|word| source.contains(&format!("{word}{item}")));
        assert!(is_defined, "{question} {file} does not define {item}");
    }
}

/// The guide to a new format names a type for everything that a format may write.
#[test]
fn the_types_that_a_format_consists_of_are_there() {
    let (text, source) = (page("docs/adding-a-format.md"), page("src/output/format.rs"));
    let (_, table) = text.split_once("| content | command | type |").expect("has the table");
    let rows: Vec<&str> =
        table.lines().map(str::trim).skip(2).take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() >= 9, "{rows:?}");
    for row in rows {
        let name = row.trim_end_matches('|').rsplit('|').next().expect("has cells").trim().trim_matches('`');
        let is_there = match name.split_once("::") {
            Some((of, variant)) => {
                source.contains(&format!("pub enum {of} {{")) && source.contains(&format!("    {variant} {{"))
            }
            None => source.contains(&format!("pub struct {name} {{")),
        };
        assert!(is_there, "{row}: src/output/format.rs does not define it");
    }
}

/// Every file that the table of rooms names is in that room.
#[test]
fn the_files_that_the_architecture_names_are_there() {
    let text = page("docs/architecture.md");
    let (_, rest) = text.split_once("| module | what is in it |").expect("has the table");
    let rows = rest.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut count = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('|').collect();
        let room = root().join("src").join(cells[1].trim().trim_matches('`'));
        // What is named within a sentence is no file, such as a type or a flag.
        for name in cells[2].split('`').skip(1).step_by(2).filter(|name| is_name_of_a_file(name)) {
            count += 1;
            let is_there = [room.join(name), root().join("src").join(name)]
                .iter()
                .any(|path| path.exists() || path.with_extension("rs").is_file());
            assert!(is_there, "{row}: there is no `{name}`");
        }
    }
    assert!(count > 100, "{count}");
}

fn is_name_of_a_file(name: &str) -> bool {
    let is_of_the_user = Path::new(name).extension().is_some_and(|extension| extension == "toml");
    !is_of_the_user && name.chars().all(|letter| letter.is_ascii_lowercase() || "_/.".contains(letter))
}

/// Why each crate is there.
#[test]
fn every_dependency_has_its_reason() {
    let text = page("docs/design/dependencies.md");
    let manifest: toml::Table = page("Cargo.toml").parse().expect("is TOML");
    let tables = [manifest.get("dependencies"), manifest.get("dev-dependencies")];
    let of_systems = manifest["target"].as_table().expect("is a table").values();
    let tables = tables.into_iter().flatten().chain(of_systems.map(|system| &system["dependencies"]));
    let crates: Vec<&String> =
        tables.flat_map(|table| table.as_table().expect("is a table").keys()).collect();
    assert!(crates.len() > 60, "{crates:?}");
    for name in crates {
        let is_named = text.contains(&format!("`{name}`"))
            || (name.starts_with("aws-smithy-") && text.contains("`aws-smithy-*`"));
        assert!(is_named, "docs/design/dependencies.md does not say why `{name}` is there");
    }
}

/// Lists the targets of the links in a text, blocks of code left out.
fn links(text: &str) -> Vec<String> {
    let mut targets = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        }
        if !in_code {
            let ends = line.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
            targets.extend(ends.map(|(target, _)| target.to_owned()));
        }
    }
    targets
}

/// Lists the fragments that headings can be linked by, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| -> String {
        let title = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        title.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let folder = page.path.parent().expect("lies in a folder");
        for target in links(&page.text).iter().filter(|target| !target.starts_with("https://")) {
            let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
            let linked = if path.is_empty() { page.path.clone() } else { folder.join(path) };
            let has_heading = || {
                let text = std::fs::read_to_string(&linked).expect("can be read");
                anchors(&text).contains(fragment)
            };
            if !linked.exists() || !(fragment.is_empty() || has_heading()) {
                broken.push(format!("{}: {target}", page.path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "these lead nowhere: {broken:#?}");
}

#[test]
fn the_index_has_every_document() {
    let linked = links(&page("docs/README.md"));
    let docs = root().join("docs");
    for path in documents(&docs) {
        let name = path.strip_prefix(&docs).ok().and_then(Path::to_str).expect("lies in docs");
        assert!(name == "README.md" || linked.iter().any(|target| target == name), "{name} is not linked");
    }
}

#[test]
fn every_command_shown_is_accepted() {
    let mut shown = 0;
    for page in pages() {
        for example in console::examples(&page.text) {
            for arguments in console::invocations(&example.command) {
                if let Err(error) = Cli::try_parse_from(&arguments) {
                    assert!(!error.use_stderr(), "{}: {}\n{error}", page.path.display(), example.command);
                }
                shown += 1;
            }
        }
    }
    assert!(shown > 30, "the examples are found: {shown}");
}

/// What an example with `--sandbox` shows is what comes out; `...` stands for lines left out.
#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn what_the_sandbox_examples_show_comes_out() {
    let pages = pages();
    let files: Vec<_> = pages.iter().flat_map(|page| console::files(&page.text)).collect();
    let mut compared = 0;
    for page in pages {
        for example in console::examples(&page.text) {
            let [arguments] = &console::invocations(&example.command)[..] else { continue };
            let is_live = arguments.iter().any(|argument| argument == "--sandbox");
            if example.output.is_empty() || !is_live || console::is_piped(&example.command) {
                continue;
            }
            let said = run(&arguments[1..], &files);
            let shown = example.output.join("\n");
            assert!(
                console::shows(&example.output, &said),
                "{}: {}\n--- shown\n{shown}\n--- said\n{said}",
                page.path.display(),
                example.command
            );
            compared += 1;
        }
    }
    assert!(compared >= 5, "the examples are found: {compared}");
}

/// Runs the program, away from the user's own settings and with the documented files at hand; returns what it says
/// on stdout, then on stderr.
fn run(arguments: &[String], files: &[(String, String)]) -> String {
    let home = tempfile::tempdir().expect("can be made");
    for (name, content) in files {
        std::fs::write(home.path().join(name), content).expect("can be written");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_netcensus"))
        .args(arguments)
        .env_clear()
        .envs([("COLUMNS", "100"), ("TERM", "dumb"), ("AWS_EC2_METADATA_DISABLED", "true")])
        .env("SSL_CERT_FILE", ROOT_CERTIFICATE)
        .env("HOME", home.path())
        .current_dir(home.path())
        .output()
        .expect("runs");
    let text = |bytes| String::from_utf8(bytes).expect("is text");
    text(output.stdout) + &text(output.stderr)
}

#[test]
fn the_settings_of_pages_about_collisions_are_accepted() {
    for name in ["docs/findings.md", "docs/recipes/github-actions.md", "docs/recipes/gitlab-ci.md"] {
        let text = page(name);
        let blocks = text.split("```toml\n").skip(1).map(|rest| rest.split_once("```").expect("ends").0);
        let settings: String = blocks.collect();
        assert!(settings.contains("[[overlap.allow]]"), "{name} has no settings");
        let home = Home::new();
        home.write("netcensus.toml", settings);
        home.netcensus("config check").run().succeeds();
    }
}

#[test]
fn the_channels_of_pages_are_accepted() {
    for name in ["docs/notify.md", "docs/recipes/usage-alerts.md"] {
        let text = page(name);
        let blocks: Vec<&str> =
            text.split("```toml\n").skip(1).map(|rest| rest.split_once("```").expect("ends").0).collect();
        assert!(!blocks.is_empty(), "{name} has no channels");
        for block in blocks {
            let home = Home::new();
            home.write("netcensus.toml", block);
            home.netcensus("config check").run().succeeds();
        }
    }
}

#[test]
fn the_exit_codes_are_the_documented_ones() {
    let codes: Vec<_> = Exit::ALL.map(|exit| exit.code().to_string()).to_vec();
    for name in ["docs/exit-codes.md", "README.md"] {
        let text = page(name);
        let (_, table) = text.split_once("| code |").expect("has the table");
        let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        let documented: Vec<_> = rows
            .map(|row| row.split('|').nth(1).expect("has a cell").trim().trim_matches('`').to_owned())
            .collect();
        assert_eq!(documented, codes, "{name}");
    }
}

#[cfg(feature = "aws")]
#[test]
fn the_policy_allows_the_calls_that_are_made_and_no_other() {
    use netcensus::clouds::aws::{DISCOVERY_CALLS, ORGANIZATION_CALLS, USAGE_CALLS, calls};
    use netcensus::model::Kind;

    let policy: serde_json::Value =
        serde_json::from_str(include_str!("../../docs/iam-policy.json")).expect("is JSON");
    let allowed = |sids: &[&str]| -> BTreeSet<&str> {
        let statements = policy["Statement"].as_array().expect("has statements");
        let meant = statements.iter().filter(|one| sids.contains(&one["Sid"].as_str().expect("is named")));
        meant
            .flat_map(|one| one["Action"].as_array().expect("is a list"))
            .filter_map(|it| it.as_str())
            .collect()
    };
    let made = Kind::ALL.iter().flat_map(|kind| calls(*kind)).chain(DISCOVERY_CALLS).chain(USAGE_CALLS);
    assert_eq!(allowed(&["ReadEachAccount"]), made.copied().collect());
    let organization = allowed(&["ListTheOrganization", "AssumeTheRole"]);
    assert_eq!(organization, ORGANIZATION_CALLS.iter().copied().collect());
    assert_eq!(policy["Statement"].as_array().map(Vec::len), Some(3));

    let text = page("docs/iam.md");
    for call in allowed(&["ReadEachAccount"]).iter().chain(&organization) {
        assert!(text.contains(&format!("`{call}`")), "docs/iam.md does not say what {call} is for");
    }
}

#[cfg(feature = "azure")]
#[test]
fn the_custom_role_allows_the_calls_that_are_made_and_no_other() {
    use netcensus::clouds::azure::{DISCOVERY_CALLS, USAGE_CALLS, calls};
    use netcensus::model::Kind;

    let role: serde_json::Value =
        serde_json::from_str(include_str!("../../docs/azure-role.json")).expect("is JSON");
    let listed = |key: &str| role[key].as_array().unwrap_or_else(|| panic!("{key} is a list")).iter();
    let allowed: Vec<&str> = listed("Actions").filter_map(serde_json::Value::as_str).collect();
    let calls = Kind::ALL.iter().flat_map(|kind| calls(*kind)).chain(DISCOVERY_CALLS).chain(USAGE_CALLS);
    let made: BTreeSet<&str> = calls.copied().collect();
    assert_eq!(allowed, made.into_iter().collect::<Vec<_>>(), "each once, and in order");
    for key in ["NotActions", "DataActions", "NotDataActions"] {
        assert_eq!(listed(key).count(), 0, "{key}");
    }

    let text = page("docs/iam.md");
    for call in allowed {
        assert!(text.contains(&format!("`{call}`")), "docs/iam.md does not say what {call} is for");
    }
}

#[test]
fn anchors_are_made_as_github_makes_them() {
    let made = anchors("# The `aws` part\n## What, and why?\n");
    assert_eq!(made, ["the-aws-part", "what-and-why"].map(str::to_owned).into());
}
