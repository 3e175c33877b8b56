//! What is compared besides the inventory, read and checked before anything is asked of a cloud.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::declared_ranges::DeclaredRanges;
use super::super::reservation_store;
use crate::analysis::filter::Filter;
use crate::analysis::overlap::{self, Baseline, OverlapError, OverlapInput};
use crate::analysis::rows::{self, TableRequest};
use crate::cli::aliases;
use crate::cli::overlap::OverlapArgs;
use crate::config::{ConfigError, OverlapSettings, Problem, Settings};
use crate::error::Error;
use crate::model::{
    Inventory, Kind, Level, PlannedChanges, PlannedKind, Range, Reservation, Resources, typed_range,
};
use crate::ui::Ui;

/// What is compared, and how.
#[derive(Debug)]
pub struct Inputs {
    /// Ranges outside the clouds.
    pub ranges: Vec<Range>,
    /// What is planned.
    pub plan: PlannedChanges,
    /// What is compared.
    pub level: Level,
    /// The two filters of `--between`.
    pub between: Option<[Filter; 2]>,
    /// What the report has to say about the files.
    pub notes: Vec<String>,
    /// Reservations that are in force.
    pub reservations: Vec<Reservation>,
    /// What is known already, unless it is written in this run.
    pub baseline: Option<Baseline>,
}

impl Inputs {
    /// Reads the files and checks the flags.
    ///
    /// # Errors
    /// For the first that is wrong.
    pub fn read(args: &OverlapArgs, settings: &Settings, ui: &Ui) -> Result<Self, Error> {
        let between = between(&args.between)?;
        args.prefixes.iter().try_for_each(|text| check_prefix(text))?;
        let mut named = args.ranges.clone();
        named.planned.extend(args.prefixes.iter().cloned());
        let DeclaredRanges { ranges, plan, notes } = DeclaredRanges::read(&named, settings, ui)?;
        let has_subnets = plan.prefixes.iter().any(|prefix| prefix.kind == PlannedKind::Subnet);
        let default = if has_subnets { Level::All } else { Level::Networks };
        let level = settings.overlap.level.value.unwrap_or(default);
        let baseline = super::baseline::read(&args.gate)?;
        let is_sandbox = args.source.live.sandbox;
        let reservations = reservation_store::load_in_force(settings, is_sandbox, Timestamp::now(), ui)?;
        Ok(Self { ranges, plan, level, between, notes, reservations, baseline })
    }
}

/// Refuses the name of a file where a prefix is expected, and says which flag reads files.
fn refuse_file(text: &str) -> Result<(), Error> {
    let path = Path::new(text);
    // A prefix such as `10.0.0.0/16` may be the path of a file too, and is not meant as one.
    let is_prefix = text.contains([':', '/']) && typed_range(text).is_ok();
    let has_extension = ["json", "csv", "tsv", "tfplan", "toml", "xlsx"]
        .iter()
        .any(|known| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(known)));
    if is_prefix || !(has_extension || path.is_file()) {
        return Ok(());
    }
    let error = Error::usage(format!("`{text}` is a file, and a prefix is expected here"));
    let is_inventory = aliases::names_inventory(text);
    let error =
        if is_inventory { error.remedy(format!("for a saved inventory: --from {text}")) } else { error };
    Err(error
        .remedy(format!("for a plan of Terraform or OpenTofu: --terraform-plan {text}"))
        .remedy(format!("for a list of prefixes: --planned-file {text}")))
}

/// Refuses what is not a prefix, and says what answers for it.
fn check_prefix(text: &str) -> Result<(), Error> {
    refuse_file(text)?;
    let has_bits = text.contains('/');
    typed_range(text).map(drop).map_err(|error| match Error::from(error) {
        // An error in a prefix says what to write.
        error if has_bits => error,
        error => error.remedy(format!("`netcensus find {text}` says what it is, and what has it")),
    })
}

fn between(texts: &[String]) -> Result<Option<[Filter; 2]>, Error> {
    if texts.len() > 2 {
        return Err(Error::usage("--between may be given once, with its two filters"));
    }
    let parse = |text: &String| text.parse().map_err(|error| Error::from(error).context("--between"));
    let filters = texts.iter().map(parse).collect::<Result<Vec<Filter>, Error>>()?;
    let request = TableRequest { kinds: vec![Kind::Networks], filters, ..TableRequest::default() };
    rows::check_columns(&request).map_err(|error| Error::from(error).context("--between"))?;
    Ok(<[Filter; 2]>::try_from(request.filters).ok())
}

/// Checks what the configuration declares on an inventory without networks, so that a mistake costs a second and not a
/// scan.
///
/// # Errors
/// When it is impossible, such as a routing domain that is isolated from one that does not exist.
pub fn check_declarations(declared: &OverlapSettings, ranges: &[Range]) -> Result<(), Error> {
    let empty =
        Inventory::assemble(String::new(), Timestamp::UNIX_EPOCH, vec![], Resources::default(), vec![]);
    let input = OverlapInput {
        ranges,
        allow: &declared.allow.value,
        domains: &declared.domains.value,
        ..OverlapInput::networks(&empty, Date::MIN)
    };
    overlap::check_declarations(input).map_err(|error| with_config_place(error, declared))
}

/// Adds where in the configuration the mistake is.
fn with_config_place(error: OverlapError, declared: &OverlapSettings) -> Error {
    let (name, known) = match error {
        OverlapError::UnknownDomain { name, known } => (name, known),
        error @ (OverlapError::InvalidSelector(_)
        | OverlapError::EmptyBetween { .. }
        | OverlapError::TooManyRoles) => {
            return error.into();
        }
    };
    let written = declared.isolations.iter().filter(|(_, other)| *other == name);
    let problems = written.map(|(place, name)| Problem {
        place: place.clone(),
        key: Some("overlap.domains.isolated-from".to_owned()),
        message: format!("`{name}` is not a routing domain; the routing domains are {known}"),
        suggestion: None,
        remedy: None,
    });
    ConfigError::Invalid(problems.collect()).into()
}
