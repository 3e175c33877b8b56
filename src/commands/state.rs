//! The document that the steps of a pipe pass on: one JSON object, to which each step adds its answer under a key of its
//! own. What other programs wrote into it stays.
//!
//! `netcensus.steps` lists the steps with the evidence of each: which inventory it is made from, and whether that is
//! complete. A step that fails passes the document on too, and says so in it, so that the next one refuses it.

use std::io::{self, IsTerminal};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::inventory_source::Gathered;
use super::snapshot_lookup::parse_max_age;
use crate::analysis::network_plan::NetworkPlan;
use crate::cli::source::SourceArgs;
use crate::error::{Error, ErrorKind};
use crate::input::{self, InputError};
use crate::model::{GENERATOR, Inventory, stable_hash};
use crate::output::{self, Format};
use crate::ui::Ui;
use crate::wording::{age, parser_fault};

/// The version of `netcensus` in the document.
const VERSION: u64 = 1;
/// The key that is ours in every document.
const KEY: &str = "netcensus";

/// A step of a pipe: the document that the steps before it passed on, and whether it passes that on itself.
#[derive(Debug)]
pub struct PipeStep<'p> {
    name: &'static str,
    state: PipeState,
    passes_on: bool,
    ui: &'p Ui,
}

impl<'p> PipeStep<'p> {
    /// Reads what earlier steps passed on (`--state`), and refuses it if it cannot be trusted. `--max-age` of `source` is
    /// that of their inventories too.
    ///
    /// # Errors
    /// When it cannot be read, or a step failed, is too old or incomplete.
    pub fn open(
        name: &'static str,
        path: Option<&Path>,
        source: &SourceArgs,
        allow_incomplete: bool,
        format: Format,
        ui: &'p Ui,
    ) -> Result<Self, Error> {
        let is_stdin = |path: Option<&Path>| path.is_some_and(|path| path.as_os_str() == "-");
        if is_stdin(path) && is_stdin(source.from.as_deref()) {
            return Err(Error::usage(
                "--state - and --from - both read standard input; give one of them a file",
            ));
        }
        let state = path.map(PipeState::read).transpose()?.unwrap_or_default();
        let step = Self { name, state, passes_on: format == Format::State, ui };
        let max_age = source.live.max_age.as_deref().map(parse_max_age).transpose()?;
        match step.state.check(StepRequirements { max_age, allow_incomplete }, Timestamp::now()) {
            Ok(()) => Ok(step),
            Err(error) => step.fail(&error.to_line()).and(Err(error)),
        }
    }

    /// Returns the network plan that a step before added; `None` if none did.
    ///
    /// # Errors
    /// When it is no plan.
    pub fn plan(&self) -> Result<Option<NetworkPlan>, Error> {
        self.state.plan()
    }

    /// Passes the document on with `added`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn pass_on(&self, added: Map<String, Value>, evidence: &AnswerSource) -> Result<(), Error> {
        self.state.clone().pass_on(self.name, added, evidence, self.ui)
    }

    /// Passes on that this step failed, if it passes anything on.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn fail(&self, why: &str) -> Result<(), Error> {
        if self.passes_on { self.state.clone().pass_on_error(self.name, why, self.ui) } else { Ok(()) }
    }
}

/// What an earlier step has to fulfil.
#[derive(Debug, Clone, Copy)]
struct StepRequirements {
    /// How old the inventory of a step may be.
    max_age: Option<SignedDuration>,
    /// Whether it may be incomplete.
    allow_incomplete: bool,
}

/// What an answer is made from.
#[derive(Debug, Clone)]
pub struct AnswerSource {
    taken_at: Timestamp,
    /// The file or the kept snapshot that the inventory was read from; `None` where it was scanned, or none was needed.
    saved_as: Option<String>,
    generator: String,
    /// The hash of the inventory; `None` where none was needed.
    inventory: Option<String>,
    complete: bool,
    missing: Vec<String>,
}

impl AnswerSource {
    /// Describes an inventory. `complete` and `missing` are those of the answer: not every gap matters to it.
    pub fn new(gathered: &Gathered, complete: bool, missing: &[String]) -> Self {
        let inventory = &gathered.inventory;
        let Inventory { networks, subnets, links, coverage, .. } = inventory;
        let text = serde_json::to_vec(&(networks, subnets, links, coverage));
        Self {
            taken_at: inventory.taken_at,
            saved_as: gathered.saved_as.clone(),
            generator: inventory.generator.clone(),
            inventory: Some(format!("{:08x}", stable_hash(text.unwrap_or_default()))),
            complete,
            missing: missing.to_vec(),
        }
    }

    /// Describes an answer of a store of reservations, which was read at `now`: no inventory can change it.
    pub fn of_store(now: Timestamp) -> Self {
        let generator = GENERATOR.to_owned();
        Self {
            taken_at: now,
            saved_as: None,
            generator,
            inventory: None,
            complete: true,
            missing: Vec::new(),
        }
    }
}

/// The document.
#[derive(Debug, Clone, Default)]
struct PipeState(Map<String, Value>);

impl PipeState {
    /// Reads a document from a file, or for `-` from standard input. It may have a byte order mark and CRLF.
    ///
    /// # Errors
    /// When it cannot be read, or is no JSON object.
    fn read(path: &Path) -> Result<Self, Error> {
        let is_stdin = path.as_os_str() == "-";
        if is_stdin && io::stdin().is_terminal() {
            return Err(Error::usage("--state - reads standard input, but standard input is a terminal")
                .remedy("pipe a JSON document into it, such as `echo '{}' | netcensus free --state - ...`"));
        }
        let name = if is_stdin { "standard input".to_owned() } else { path.display().to_string() };
        let bytes = if is_stdin { input::read_text_stdin() } else { input::read_text_file(path) }?;
        let wrong = |reason: &str| {
            let remedy = "give --state what a step before printed with `-o state`";
            Error::from(InputError::invalid(format!("{name} {reason}")).remedy(remedy))
        };
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(document)) => Ok(Self(document)),
            Ok(_) => Err(wrong("is JSON, but not an object")),
            Err(error) => {
                let place = format!("line {}, column {}", error.line(), error.column());
                Err(wrong(&format!("is not JSON ({place})")))
            }
        }
    }

    /// Refuses a document of which a step failed, or is too old or incomplete.
    ///
    /// # Errors
    /// For the first such step.
    fn check(&self, requirements: StepRequirements, now: Timestamp) -> Result<(), Error> {
        let version = self.0.get(KEY).and_then(|own| own["version"].as_u64());
        if version.is_some_and(|version| version > VERSION) {
            return Err(
                Error::input("a newer version of netcensus wrote the state").remedy("update netcensus")
            );
        }
        self.steps().iter().try_for_each(|step| check_step(step, requirements, now))
    }

    /// Returns the network plan that a step added; `None` if none did.
    ///
    /// # Errors
    /// When it is no plan.
    fn plan(&self) -> Result<Option<NetworkPlan>, Error> {
        let Some(plan) = self.0.get("plan") else { return Ok(None) };
        let plan: Result<NetworkPlan, _> = serde_json::from_value(plan.clone());
        let plan = plan.map_err(|error| parser_fault(&error)).and_then(NetworkPlan::checked);
        plan.map(Some)
            .map_err(|reason| Error::input("`plan` of the state is not a network plan").with_cause(reason))
    }

    /// Prints the document with `added`, and the step `name` at the end of the steps.
    ///
    /// # Errors
    /// When it cannot be written.
    fn pass_on(
        mut self,
        name: &str,
        added: Map<String, Value>,
        evidence: &AnswerSource,
        ui: &Ui,
    ) -> Result<(), Error> {
        let AnswerSource { taken_at, saved_as, generator, inventory, complete, missing } = evidence;
        self.0.extend(added);
        self.add_step(json!({
            "step": name,
            "at": Timestamp::now(),
            "status": "done",
            "taken_at": taken_at,
            "snapshot": saved_as,
            "generator": generator,
            "inventory": inventory,
            "complete": complete,
            "missing": missing,
        }));
        ui.data(|out| output::render_value(&Value::Object(self.0), out))
    }

    /// Prints the document with the step `name`, which failed.
    ///
    /// # Errors
    /// When it cannot be written.
    fn pass_on_error(mut self, name: &str, error: &str, ui: &Ui) -> Result<(), Error> {
        self.add_step(json!({"step": name, "at": Timestamp::now(), "status": "failed", "error": error}));
        ui.data(|out| output::render_value(&Value::Object(self.0), out))
    }

    fn steps(&self) -> &[Value] {
        let steps = self.0.get(KEY).and_then(|own| own["steps"].as_array());
        steps.map_or(&[], Vec::as_slice)
    }

    fn add_step(&mut self, step: Value) {
        let mut steps = self.steps().to_vec();
        steps.push(step);
        self.0.insert(KEY.to_owned(), json!({"version": VERSION, "steps": steps}));
    }
}

fn check_step(step: &Value, requirements: StepRequirements, now: Timestamp) -> Result<(), Error> {
    let name = step["step"].as_str().unwrap_or("?");
    if step["status"] != "done" {
        let error = step["error"].as_str().unwrap_or("it does not say why");
        return Err(Error::input(format!("the step `{name}` before this one failed")).with_cause(error));
    }
    if step["complete"] != true && !requirements.allow_incomplete {
        return Err(Error::new(
            ErrorKind::Incomplete,
            format!("the step `{name}` before this one used an incomplete inventory"),
        )
        .remedy("scan again, or accept it with --allow-incomplete"));
    }
    let Some(max_age) = requirements.max_age else { return Ok(()) };
    let taken_at = step["taken_at"].as_str().and_then(|text| text.parse::<Timestamp>().ok());
    let since = taken_at.map(|taken_at| now.duration_since(taken_at));
    match since {
        Some(since) if since <= max_age => Ok(()),
        Some(since) => Err(Error::input(format!(
            "the inventory of the step `{name}` is {} old, and --max-age allows {}",
            age(since),
            age(max_age)
        ))
        .remedy("run that step again")),
        None => Err(Error::input(format!("the step `{name}` does not say when its inventory was taken"))),
    }
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests {
    use super::*;

    fn state(step: &Value) -> PipeState {
        let document = json!({"ticket": 7, "netcensus": {"version": 1, "steps": [step]}});
        PipeState(document.as_object().cloned().unwrap_or_default())
    }

    fn refusal(state: &PipeState, max_age: Option<i64>, allow_incomplete: bool) -> String {
        let requirements =
            StepRequirements { max_age: max_age.map(SignedDuration::from_secs), allow_incomplete };
        let now = "2026-06-15T12:00:00Z".parse().unwrap();
        state.check(requirements, now).map_or_else(|error| error.to_string(), |()| "fine".to_owned())
    }

    /// A failed step is refused by the next one, and so is a plan that is old or incomplete.
    #[test]
    fn what_failed_or_is_old_or_incomplete_is_refused() {
        let done =
            json!({"step": "plan", "status": "done", "complete": true, "taken_at": "2026-06-15T11:50:00Z"});
        assert_eq!(refusal(&state(&done), None, false), "fine");
        assert_eq!(refusal(&state(&done), Some(600), false), "fine");
        assert_eq!(
            refusal(&state(&done), Some(599), false),
            "the inventory of the step `plan` is 10 min old, and --max-age allows 9 min"
        );
        let mut incomplete = done.clone();
        incomplete["complete"] = json!(false);
        assert_eq!(
            refusal(&state(&incomplete), None, false),
            "the step `plan` before this one used an incomplete inventory"
        );
        assert_eq!(refusal(&state(&incomplete), None, true), "fine");
        let failed = json!({"step": "plan", "status": "failed", "error": "no room"});
        assert_eq!(refusal(&state(&failed), None, true), "the step `plan` before this one failed: no room");
        assert_eq!(refusal(&PipeState::default(), Some(1), false), "fine", "nothing was said before");
        let newer = PipeState(Map::from_iter([(KEY.to_owned(), json!({"version": 2}))]));
        assert_eq!(refusal(&newer, None, false), "a newer version of netcensus wrote the state");
    }
}
