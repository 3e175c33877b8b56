//! What fingers type: flags and commands of other tools, and what they stand for here.
//!
//! [`expand`] rewrites a command line before it is parsed, so that the rest of the program knows one name of each flag.
//! [`explain`] says in our words what cannot be rewritten.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};

use crate::output::ExportFormat;
use crate::suggest::nearest;

/// What a typed flag stands for, if the command has that.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    /// Another flag, with the same value.
    Flag(&'static str),
    /// A flag with this value.
    FlagWithValue(&'static str, &'static str),
    /// A condition of `--filter` that begins with this text.
    Condition(&'static str),
    /// A condition on a tag: `KEY=VALUE`, or `KEY` for resources that have the tag.
    TagCondition,
    /// None: this says what to do instead.
    Advice(&'static str),
}

use Meaning::{Advice, Condition, Flag, FlagWithValue, TagCondition};

/// Flags, without their dashes. A name that a command has itself keeps its meaning there.
const FLAGS: &[(&str, Meaning)] = &[
    ("profile", Flag("aws-profile")),
    ("p", Flag("aws-profile")),
    ("profiles", Flag("aws-profile")),
    ("regions", Flag("region")),
    ("r", Flag("region")),
    ("subscription", Flag("azure-subscription")),
    ("subscriptions", Flag("azure-subscription")),
    ("tenant", Flag("azure-tenant")),
    ("cloud", Flag("provider")),
    ("clouds", Flag("provider")),
    ("providers", Flag("provider")),
    ("where", Flag("filter")),
    ("plan", Flag("terraform-plan")),
    ("kinds", Flag("kind")),
    ("out", Flag("to")),
    ("colour", Flag("color")),
    ("account", Condition("account=")),
    ("accounts", Condition("account=")),
    ("owner", Condition("account=")),
    ("name", Condition("name=")),
    ("state", Condition("state=")),
    ("ip", Condition("contains-ip=")),
    ("cidr", Condition("cidr-overlaps=")),
    ("tag", TagCondition),
    ("tags", TagCondition),
    ("json", FlagWithValue("output", "json")),
    ("csv", FlagWithValue("output", "csv")),
    ("tsv", FlagWithValue("output", "tsv")),
    ("markdown", FlagWithValue("output", "markdown")),
    ("no-color", FlagWithValue("color", "never")),
    ("no-colour", FlagWithValue("color", "never")),
    ("yaml", Advice(YAML)),
    ("limit", Advice("use `-o ndjson | head -n N`, or `-o tsv | head -n N`, to see the first rows")),
    ("no-headers", Advice("use `-o tsv | tail -n +2`, or --query with -o json, for values without headers")),
    ("since", Advice("use `netcensus diff @7d` to see what changed in the last 7 days")),
    ("n", Advice("use `-o ndjson | head -n N`, or `-o tsv | head -n N`, to see the first rows")),
    ("over", Flag("warn")),
    ("above", Flag("warn")),
    ("threshold", Flag("warn")),
    ("output-file", Advice(FILE)),
    ("file", Advice(FILE)),
];

/// Flags of a command that stand for its argument, and what the argument begins with then.
const ARGUMENTS: &[(&str, &[&str], &str)] = &[
    ("find", &["ip", "address", "cidr", "prefix", "mac", "id", "name", "host", "hostname"], ""),
    ("overlap", &["cidr", "prefix", "ip"], ""),
    ("free", &["cidr", "prefix", "within", "in", "pool"], ""),
    ("groups", &["name"], ""),
    ("diff", &["since"], "@"),
];

const YAML: &str = "every JSON document is valid YAML: use -o json";
const FILE: &str = "use `netcensus export --to FILE`, or redirect the output with `> FILE`";

/// What other tools call the formats.
const FORMATS: &[(&str, &str)] = &[("jsonl", "ndjson"), ("md", "markdown"), ("text", "table")];

/// What people list that is part of a kind.
const KINDS: &[(&str, &str)] = &[
    ("tgw", "links --filter kind=transit-gateway"),
    ("tgws", "links --filter kind=transit-gateway"),
    ("transit-gateways", "links --filter kind=transit-gateway"),
    ("vpn", "links --filter kind=vpn"),
    ("vpns", "links --filter kind=vpn"),
    ("hubs", "networks --filter kind=virtual-hub"),
    ("accounts", "networks --columns owner,account"),
    ("subscriptions", "networks --columns owner,account"),
];

/// Commands.
const COMMANDS: &[(&str, &str)] = &[
    ("list", "scan"),
    ("ls", "scan"),
    ("show", "scan"),
    ("get", "scan"),
    ("who", "find"),
    ("whois", "find"),
    ("who-has", "find"),
    ("where", "find"),
    ("search", "find"),
    ("lookup", "find"),
    ("ip", "find"),
    ("address", "find"),
    ("account", "find"),
    ("changes", "diff"),
    ("check", "overlap"),
    ("version", "--version"),
];

/// Commands of a command.
const SUBCOMMANDS: &[(&str, &str, &str)] = &[
    ("snapshots", "ls", "list"),
    ("snapshots", "show", "list"),
    ("snapshots", "check", "verify"),
    ("config", "get", "show"),
    ("config", "view", "show"),
];

/// Replaces the flags and commands of the tables by what they stand for. Everything else stays as it is, and so does what
/// is behind `--`.
#[must_use]
pub fn expand(typed: Vec<OsString>, root: &Command) -> Vec<OsString> {
    let mut line = CommandLine {
        path: vec![root],
        expanded: Vec::with_capacity(typed.len()),
        alternatives: Vec::new(),
        has_argument: false,
    };
    let mut words = typed.into_iter().peekable();
    line.expanded.extend(words.next());
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--") => {
                line.expanded.push(word);
                line.expanded.extend(words);
                break;
            }
            Some(text) if text.len() > 1 && text.starts_with('-') => line.flag(text, &mut words),
            Some(text) => line.word(text),
            None => line.expanded.push(word),
        }
    }
    line.expanded
}

/// Lists what is understood besides our own names, and what it stands for, as a user would type both: for the
/// documentation.
#[must_use]
pub fn documented() -> Vec<(String, String)> {
    let dashes = |name: &str| if name.len() == 1 { "-" } else { "--" };
    let flags = FLAGS.iter().filter_map(|(typed, meaning)| {
        let target = meaning.target()?;
        let typed = format!("{}{typed}", dashes(typed));
        Some(match meaning {
            Flag(_) => (format!("{typed} VALUE"), format!("--{target} VALUE")),
            FlagWithValue(_, value) => (typed, format!("--{target} {value}")),
            Condition(prefix) => (format!("{typed} VALUE"), format!("--{target} {prefix}VALUE")),
            TagCondition => (format!("{typed} KEY=VALUE"), format!("--{target} tag:KEY=VALUE")),
            Advice(_) => return None,
        })
    });
    let commands =
        COMMANDS.iter().map(|(typed, meant)| (format!("netcensus {typed}"), format!("netcensus {meant}")));
    let wide = ("-o wide".to_owned(), "--wide".to_owned());
    let nested = SUBCOMMANDS.iter().map(|(command, typed, meant)| {
        (format!("netcensus {command} {typed}"), format!("netcensus {command} {meant}"))
    });
    let arguments = ARGUMENTS.iter().flat_map(|(command, flags, begin)| {
        flags.iter().map(move |flag| {
            (format!("netcensus {command} --{flag} VALUE"), format!("netcensus {command} {begin}VALUE"))
        })
    });
    commands.chain(nested).chain(flags).chain([wide]).chain(arguments).collect()
}

/// The words that are not expanded yet.
type Words = std::iter::Peekable<std::vec::IntoIter<OsString>>;

/// Tells whether a word can be the value of the flag before it, rather than the next flag.
fn is_value(word: &OsString) -> bool {
    !word.as_encoded_bytes().starts_with(b"-")
}

/// A command line of which a part was expanded.
struct CommandLine<'a> {
    /// The commands that were named: `netcensus`, `snapshots`, `prune`.
    path: Vec<&'a Command>,
    expanded: Vec<OsString>,
    /// The beginnings of the conditions that flags were replaced by, and where these are.
    alternatives: Vec<(&'static str, usize)>,
    /// Whether the current command has an argument that belongs to no flag.
    has_argument: bool,
}

impl<'a> CommandLine<'a> {
    /// Takes the name of a command, or a value that belongs to no flag.
    fn word(&mut self, text: &str) {
        let known = |name| self.path.last().and_then(|command| command.find_subcommand(name));
        let is_first = self.path.len() == 1;
        let above = self.path.last().map(|command| command.get_name());
        let meant = COMMANDS.iter().find(|(typed, _)| is_first && *typed == text).map(|(_, meant)| *meant);
        let nested = SUBCOMMANDS.iter().find(|(command, typed, _)| above == Some(*command) && *typed == text);
        let meant = meant.or(nested.map(|(.., meant)| *meant));
        let name = match meant {
            Some(meant) if known(text).is_none() && (known(meant).is_some() || meant.starts_with('-')) => {
                meant
            }
            _ => text,
        };
        match known(name) {
            Some(command) => self.path.push(command),
            None => self.has_argument = true,
        }
        self.expanded.push(name.into());
    }

    /// Takes a flag, and its value if that is a word of its own.
    fn flag(&mut self, text: &str, words: &mut Words) {
        let doubled = format!("-{text}");
        let text = if self.is_long_with_one_dash(text) { &doubled } else { text };
        let Typed { name, value } = Typed::parse(text);
        if let Some(arg) = self.find(name) {
            let mut value = value.map(OsString::from);
            let is_separate = value.is_none() && takes_value(arg);
            if is_separate {
                value = words.next();
            }
            // It is a format to many tools, and a flag here.
            if arg.get_id() == "output" && value.as_deref() == Some(OsStr::new("wide")) {
                self.expanded.push("--wide".into());
                return;
            }
            self.expanded.push(text.into());
            self.expanded.extend(value.filter(|_| is_separate));
            return;
        }
        if let Some(begin) = self.argument_of(name)
            && let Some(value) = value.map(OsString::from).or_else(|| words.next_if(is_value))
        {
            self.argument(begin, &value);
            return;
        }
        let meaning = FLAGS.iter().find(|(typed, _)| *typed == name).map(|(_, meaning)| *meaning);
        let target = meaning.and_then(Meaning::target).filter(|target| self.find(target).is_some());
        let (Some(meaning), Some(target)) = (meaning, target) else {
            self.expanded.push(text.into());
            return;
        };
        let earlier =
            self.alternatives.iter().find(|(prefix, _)| matches!(meaning, Condition(it) if it == *prefix));
        if let Some((_, at)) = earlier.copied() {
            // Repeated, such flags mean one of several. Conditions would all have to hold.
            if let Some(value) = value.map(OsString::from).or_else(|| words.next_if(is_value)) {
                self.expanded[at].push(",");
                self.expanded[at].push(value);
            }
            return;
        }
        self.expanded.push(format!("--{target}").into());
        if let FlagWithValue(_, fixed) = meaning {
            self.expanded.push(fixed.into());
        } else if let Some(value) = value.map(OsString::from).or_else(|| words.next_if(is_value)) {
            self.expanded.push(meaning.condition(&value).unwrap_or(value));
            if let Condition(prefix) = meaning {
                self.alternatives.push((prefix, self.expanded.len() - 1));
            }
        }
    }

    /// Returns what the argument begins with that a flag stands for, if it stands for one in the current command.
    fn argument_of(&self, flag: &str) -> Option<&'static str> {
        let command = self.path.last()?.get_name();
        let (.., begin) =
            ARGUMENTS.iter().find(|(name, flags, _)| *name == command && flags.contains(&flag))?;
        // A group has one name, and what follows is about its members.
        (command != "groups" || !self.has_argument).then_some(*begin)
    }

    /// Adds the argument that the value of a flag is.
    fn argument(&mut self, begin: &str, value: &OsStr) {
        self.has_argument = true;
        let is_named = || value.to_str().is_none_or(|text| !text.starts_with(|c: char| c.is_ascii_digit()));
        // What is no age or date, such as a file, has no `@` before it.
        let mut argument = OsString::from(if is_named() { "" } else { begin });
        argument.push(value);
        self.expanded.push(argument);
    }

    /// Tells whether a flag has the name of a long one behind one dash, as in Terraform: `-region`.
    fn is_long_with_one_dash(&self, text: &str) -> bool {
        let name = text.trim_start_matches('-').split('=').next().unwrap_or_default();
        let is_known = || FLAGS.iter().any(|(typed, _)| *typed == name) || self.find(name).is_some();
        !text.starts_with("--") && name.len() > 1 && is_known()
    }

    /// Finds an argument of the current command by its long or short name. Global ones may be those of a command above.
    fn find(&self, name: &str) -> Option<&'a Arg> {
        let (current, above) = self.path.split_last()?;
        let global =
            above.iter().flat_map(|command| command.get_arguments()).filter(|arg| arg.is_global_set());
        current.get_arguments().chain(global).find(|arg| has_name(arg, name))
    }
}

/// A flag as it was typed.
struct Typed<'t> {
    /// Its name without dashes.
    name: &'t str,
    /// What was joined to it.
    value: Option<&'t str>,
}

impl<'t> Typed<'t> {
    fn parse(text: &'t str) -> Self {
        if let Some(long) = text.strip_prefix("--") {
            let (name, value) =
                long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
            return Self { name, value };
        }
        let short = text.trim_start_matches('-');
        let end = short.chars().next().map_or(0, char::len_utf8);
        let value = Some(&short[end..]).filter(|value| !value.is_empty());
        Self { name: &short[..end], value: value.map(|value| value.strip_prefix('=').unwrap_or(value)) }
    }
}

impl Meaning {
    /// Returns the flag that the command has to have.
    const fn target(self) -> Option<&'static str> {
        match self {
            Flag(flag) | FlagWithValue(flag, _) => Some(flag),
            Condition(_) | TagCondition => Some("filter"),
            Advice(_) => None,
        }
    }

    /// Returns the condition that a value makes, if it is one.
    fn condition(self, value: &OsStr) -> Option<OsString> {
        let prefix = match self {
            Condition(prefix) => prefix,
            TagCondition => "tag:",
            Flag(_) | FlagWithValue(..) | Advice(_) => return None,
        };
        let mut condition = OsString::from(prefix);
        condition.push(value);
        let is_key = matches!(self, TagCondition) && !value.as_encoded_bytes().contains(&b'=');
        if is_key {
            condition.push("!=");
        }
        Some(condition)
    }
}

fn has_name(arg: &Arg, name: &str) -> bool {
    let mut chars = name.chars();
    match (chars.next(), chars.next()) {
        (Some(short), None) => {
            arg.get_short() == Some(short)
                || arg.get_all_short_aliases().is_some_and(|aliases| aliases.contains(&short))
        }
        _ => {
            arg.get_long() == Some(name)
                || arg.get_all_aliases().is_some_and(|aliases| aliases.contains(&name))
        }
    }
}

/// Tells whether the word behind a flag is its value.
fn takes_value(arg: &Arg) -> bool {
    arg.get_action().takes_values() && arg.get_num_args().is_none_or(|number| number.min_values() > 0)
}

/// Replaces the suggestions of clap, which likes names with equal letters, by ours: what the typed text means elsewhere,
/// or a name that is near. `words` is the command line that was parsed.
pub fn explain(error: &mut clap::Error, root: &Command, words: &[OsString]) {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let Some(typed) = text(ContextKind::InvalidArg) else { return };
            error.remove(ContextKind::SuggestedArg);
            // It has the flag that clap would suggest.
            error.remove(ContextKind::Usage);
            let current = words.iter().skip(1).find_map(|word| root.find_subcommand(word));
            suggest(error, unknown_flag(&typed, root, current));
        }
        ErrorKind::InvalidSubcommand => {
            let Some(typed) = text(ContextKind::InvalidSubcommand) else { return };
            error.remove(ContextKind::SuggestedSubcommand);
            suggest(error, unknown_command(&typed, root));
        }
        ErrorKind::InvalidValue => {
            let (Some(arg), Some(value)) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue))
            else {
                return;
            };
            let names = match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(names)) => names.clone(),
                _ => Vec::new(),
            };
            error.remove(ContextKind::SuggestedValue);
            suggest(error, unknown_value(&arg, &value, &names));
        }
        _ => {}
    }
}

fn suggest(error: &mut clap::Error, tip: Option<String>) {
    match tip {
        Some(tip) => error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()])),
        None => error.remove(ContextKind::Suggested),
    };
}

fn unknown_flag(typed: &str, root: &Command, current: Option<&Command>) -> Option<String> {
    let Typed { name, .. } = Typed::parse(typed);
    match FLAGS.iter().find(|(known, _)| *known == name) {
        Some((_, Advice(advice))) => return Some((*advice).to_owned()),
        Some((_, meaning)) => {
            let target = meaning.target()?;
            let commands = commands_with(target, root);
            return Some(format!("it stands for --{target}, which only {commands} can use"));
        }
        None => {}
    }
    if super::kinds::kind_named(name).is_some() {
        return Some(format!("use `netcensus scan {name}` to list them"));
    }
    let flags = root.get_subcommands().chain([root]).flat_map(Command::get_arguments);
    let names: Vec<&str> = flags.filter_map(Arg::get_long).chain(["help", "version"]).collect();
    let near = nearest(name, names).filter(|_| name.len() > 1)?;
    Some(match commands_with(near, root) {
        commands if near == name && !commands.is_empty() => format!("only {commands} can use --{name}"),
        commands if commands.is_empty() || current.is_some_and(|command| has_flag(command, near)) => {
            format!("did you mean --{near}?")
        }
        commands => format!("did you mean --{near}, of {commands}?"),
    })
}

fn has_flag(command: &Command, flag: &str) -> bool {
    command.get_arguments().any(|arg| has_name(arg, flag))
}

/// Lists the commands that have a flag of their own.
fn commands_with(flag: &str, root: &Command) -> String {
    let has = |command: &&Command| has_flag(command, flag);
    let names = root.get_subcommands().filter(has).map(|command| format!("`{}`", command.get_name()));
    names.collect::<Vec<_>>().join(", ")
}

fn unknown_command(typed: &str, root: &Command) -> Option<String> {
    let names = root.get_subcommands().map(Command::get_name);
    if let Some(name) = nearest(typed, names) {
        return Some(format!("did you mean `netcensus {name}`?"));
    }
    if typed.contains(|c: char| c.is_ascii_digit()) {
        return Some(format!("use `netcensus find {typed}` to look for it"));
    }
    if let Some((_, meant)) = KINDS.iter().find(|(known, _)| *known == typed) {
        return Some(format!("use `netcensus scan {meant}`"));
    }
    let kinds = super::kinds::kind_named(typed).is_some();
    kinds.then(|| format!("use `netcensus scan {typed}` to list them"))
}

/// Tells whether a text is probably meant as a saved inventory: the name of a snapshot, or of a file.
pub fn names_inventory(text: &str) -> bool {
    let extension = Path::new(text).extension().and_then(OsStr::to_str).unwrap_or_default();
    text.starts_with('@') || ["json", "ncsnap"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

fn unknown_value(arg: &str, value: &str, names: &[String]) -> Option<String> {
    let is_format = arg.contains("--output") || arg.contains("--format");
    if is_format && (value.eq_ignore_ascii_case("yaml") || value.eq_ignore_ascii_case("yml")) {
        return Some(YAML.to_owned());
    }
    let format = value.split('=').next().unwrap_or_default();
    if is_format && format != value && names.iter().any(|name| name == format) {
        return Some(format!(
            "use `> FILE` with -o {format}, or `netcensus export --to FILE`, to write a file"
        ));
    }
    if let Some((_, ours)) = FORMATS.iter().find(|(typed, _)| is_format && *typed == value) {
        return Some(format!("did you mean `{ours}`?"));
    }
    // What `scan` cannot write either, and whose name is that of its files.
    let exported = ExportFormat::from_name(value).filter(|format| !format.is_of_scan());
    if is_format && exported.is_some_and(|format| format.extensions().contains(&value)) {
        return Some(format!("use `netcensus export --to FILE.{value}`"));
    }
    if is_format && (Path::new(value).extension().is_some() || value.contains('/')) {
        return Some(format!(
            "a format is expected here; use `netcensus export --to {value}` to write the file"
        ));
    }
    if names_inventory(value) && (arg.contains("KIND") || arg.contains("WHAT")) {
        return Some(format!("use `--from {value}` to read a saved inventory"));
    }
    if let Some((_, meant)) = KINDS.iter().find(|(typed, _)| arg.contains("KIND") && *typed == value) {
        return Some(format!("use `netcensus scan {meant}`"));
    }
    if arg.contains("WHAT") && value.trim_start_matches('>').parse::<u8>().is_ok() {
        return Some(format!("use --warn {}", value.trim_start_matches('>')));
    }
    let near = nearest(value, names.iter().map(String::as_str));
    let is_thing = || arg.contains("KIND") && value.contains(|c: char| c.is_ascii_digit());
    near.map(|near| format!("did you mean `{near}`?"))
        .or_else(|| is_thing().then(|| format!("use `netcensus find {value}` to look for it")))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::cli::Cli;

    fn expanded(line: &str) -> String {
        let words = expand(line.split(' ').map(OsString::from).collect(), &Cli::command());
        words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    fn answer(line: &str) -> String {
        let root = Cli::command();
        let words = expand(line.split(' ').map(OsString::from).collect(), &root);
        let mut error = Cli::try_parse_from(&words).expect_err("it is wrong");
        explain(&mut error, &root, &words);
        error.to_string()
    }

    #[test]
    fn what_fingers_type_becomes_our_flags() {
        for (typed, meant) in [
            ("scan -p prod", "scan --aws-profile prod"),
            ("scan -pprod", "scan --aws-profile prod"),
            ("scan --profile=prod vms", "scan --aws-profile prod vms"),
            ("scan --regions eu-west-1,us-east-1", "scan --region eu-west-1,us-east-1"),
            ("overlap --subscription a --tenant b", "overlap --azure-subscription a --azure-tenant b"),
            ("scan --cloud aws --json", "scan --provider aws --output json"),
            ("scan --csv --no-color", "scan --output csv --color never"),
            ("scan -o wide", "scan --wide"),
            ("scan -owide", "scan --wide"),
            ("scan --format=wide subnets", "scan --wide subnets"),
            ("scan --account 1 --name web*", "scan --filter account=1 --filter name=web*"),
            ("scan --tag env=prod --tag=team", "scan --filter tag:env=prod --filter tag:team!="),
            ("scan --where a=b", "scan --filter a=b"),
            ("overlap --plan plan.json", "overlap --terraform-plan plan.json"),
            ("export --out night/", "export --to night/"),
            ("export --csv --to a", "export --output csv --to a"),
            ("--no-color ls vpcs", "--color never scan vpcs"),
            ("--config show check", "--config show overlap"),
            ("--color never ls", "--color never scan"),
            ("version", "--version"),
            ("scan -region eu-west-1 -profile=prod", "scan --region eu-west-1 --aws-profile prod"),
            ("scan --account --json", "scan --filter --output json"),
            ("scan --account 1 --account=b --name c", "scan --filter account=1,b --filter name=c"),
            ("find --ip 10.0.0.1 --name=web", "find 10.0.0.1 web"),
            ("who 10.0.0.1", "find 10.0.0.1"),
            ("overlap --cidr 10.0.0.0/8 -o json", "overlap 10.0.0.0/8 -o json"),
            ("groups --name web", "groups web"),
            ("groups web --name a*", "groups web --filter name=a*"),
            ("diff --since 7d", "diff @7d"),
            ("diff --since=2026-11-01", "diff @2026-11-01"),
            ("diff --since @latest", "diff @latest"),
            ("diff --since yesterday", "diff yesterday"),
            ("snapshots ls", "snapshots list"),
            ("usage --threshold 80", "usage --warn 80"),
        ] {
            assert_eq!(expanded(&format!("netcensus {typed}")), format!("netcensus {meant}"));
        }
    }

    #[test]
    fn what_a_command_knows_is_left_alone() {
        for line in [
            "netcensus",
            "netcensus scan --filter --json",
            "netcensus scan --sort -p",
            "netcensus scan --save --save",
            "netcensus config show",
            "netcensus scan -- --json",
            "netcensus export --to --csv",
            "netcensus snapshots --tenant x",
            "netcensus scan -o json -vv",
            "netcensus sandbox --limit 3",
            "netcensus find --ip",
            "netcensus merge --since 7d",
            "netcensus find ls",
        ] {
            assert_eq!(expanded(line), line);
        }
    }

    /// A row that no command can use would lie.
    #[test]
    fn every_alias_stands_for_something() {
        let root = Cli::command();
        let commands: Vec<&Command> = root.get_subcommands().chain([&root]).collect();
        for (typed, meaning) in FLAGS {
            let target = meaning.target().unwrap_or("output");
            let mut flags = commands.iter().flat_map(|command| command.get_arguments());
            assert!(flags.any(|arg| has_name(arg, target)), "--{typed}");
        }
        for (command, flags, _) in ARGUMENTS {
            let command = root.find_subcommand(command).expect("it is a command");
            assert!(command.get_positionals().next().is_some(), "{}", command.get_name());
            for flag in *flags {
                let is_own = command.get_arguments().any(|arg| has_name(arg, flag));
                assert!(!is_own, "{} has --{flag}", command.get_name());
            }
        }
        for (command, typed, meant) in SUBCOMMANDS {
            let command = root.find_subcommand(command).expect("it is a command");
            assert!(command.find_subcommand(meant).is_some() && command.find_subcommand(typed).is_none());
        }
        for (typed, meant) in COMMANDS {
            assert!(meant.starts_with('-') || root.find_subcommand(meant).is_some(), "{typed}");
            assert!(root.find_subcommand(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_answered_in_our_words() {
        for (typed, words) in [
            ("scan --limit 3", "head -n N"),
            ("scan -o yaml", "every JSON document is valid YAML"),
            ("scan -o inventory.xlsx", "netcensus export --to inventory.xlsx"),
            ("merge --profile x a b", "it stands for --aws-profile, which only `scan`,"),
            ("scan --concurency 3", "did you mean --concurrency?"),
            ("diff --concurency 3 --quite", "did you mean --concurrency?"),
            ("merge --concurency 3", "did you mean --concurrency, of `scan`,"),
            ("scan subnts", "did you mean `subnets`?"),
            ("scan tgw", "use `netcensus scan links --filter kind=transit-gateway`"),
            ("scna", "did you mean `netcensus scan`?"),
            ("vpcs", "use `netcensus scan vpcs`"),
            ("10.0.0.7", "use `netcensus find 10.0.0.7`"),
            ("show vpc-0a1b2c3d", "use `netcensus find vpc-0a1b2c3d`"),
            ("scan -o csv=x.csv", "`> FILE` with -o csv"),
            ("scan -o jsonl", "did you mean `ndjson`?"),
            ("overlap --filter a=b", "can use --filter"),
            ("scan --count 3", "only `free` can use --count"),
            ("scan --vpcs", "use `netcensus scan vpcs`"),
            ("accounts", "use `netcensus scan networks --columns owner,account`"),
            ("usage 80", "use --warn 80"),
            ("scan --since 7d", "netcensus diff @7d"),
        ] {
            let said = answer(&format!("netcensus {typed}"));
            assert!(said.contains(words), "{typed}: {said}");
        }
    }

    #[test]
    fn a_poor_likeness_is_not_suggested() {
        for typed in ["scan --xyzzy", "scan --amount", "frobnicate", "scan -o word", "scan -x"] {
            let said = answer(&format!("netcensus {typed}"));
            assert!(!said.contains("tip:") && !said.contains("similar"), "{typed}: {said}");
        }
    }

    #[test]
    fn formats_and_kinds_ignore_case() {
        for line in ["netcensus scan VMs -o JSON", "netcensus diff --kind Subnet,NICs -o Markdown"] {
            Cli::try_parse_from(line.split(' ')).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
    }
}
