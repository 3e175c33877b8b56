//! What a configuration names that does not exist. Each value is well-formed, and the command that uses it would fail.

use std::path::Path;

use super::super::watch;
use crate::config::{Origin, Problem, Settings};
use crate::diagnostic::{Diagnostic, Remedies};
use crate::error::{Error, ErrorKind};
use crate::snapshot::SnapshotName;
use crate::ui::Ui;

/// Checks the names in `settings`, which are those of the file alone. Warns of a routing domain that only a file of ranges may
/// name.
///
/// # Errors
/// When something does not exist: all of it at once, a line each.
pub fn check_names(settings: &Settings, ui: &Ui) -> Result<(), Error> {
    warn_of_unknown_domains(settings, ui);
    let mut problems = Problems::default();
    let from = &settings.from;
    if let Some(saved) = &from.value {
        problems.add(&from.origin, "from", check_saved(saved));
    }
    let (channels, registries) = (&settings.watch.notify, &settings.watch.syncs);
    for name in &channels.value {
        problems.add(&channels.origin, "watch.notify", check_known(settings.channel(name)));
    }
    for name in &registries.value {
        problems.add(&registries.origin, "watch.sync", check_known(settings.registry(name)));
    }
    for (key, origin, result) in watch::check_settings(settings) {
        problems.add(origin, key, result);
    }
    problems.finish()
}

/// What is wrong, a line each.
#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn add(&mut self, origin: &Origin, key: &str, result: Result<(), Error>) {
        if let (Origin::File { path, line }, Err(error)) = (origin, result) {
            self.0.push(format!("{}:{line}: {key}: {}", path.display(), error.to_line()));
        }
    }

    fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Error::of_problems(ErrorKind::Usage, "the configuration", self.0))
    }
}

/// Checks that a saved inventory exists. Whether there is a snapshot of a well-formed name depends on when it is used.
fn check_saved(saved: &Path) -> Result<(), Error> {
    if let Some(name) = saved.to_str().and_then(SnapshotName::parse) {
        let known = name.map(drop);
        return known.map_err(|error| {
            let says_what_to_do = !error.remedies().is_empty();
            let error = Error::from(error);
            if says_what_to_do {
                error
            } else {
                error.remedy("write one such as `@latest`, or `./@FILE` for a file")
            }
        });
    }
    if saved.exists() {
        return Ok(());
    }
    Err(Error::usage(format!("there is no file {}", saved.display()))
        .remedy("name a saved inventory, or a snapshot such as `@latest`"))
}

fn check_known<T>(found: Result<T, Diagnostic>) -> Result<(), Error> {
    found.map(drop).map_err(|unknown| Error::from_diagnostic(ErrorKind::Usage, unknown))
}

fn warn_of_unknown_domains(settings: &Settings, ui: &Ui) {
    let overlap = &settings.overlap;
    let declared = overlap.domains.value.iter().map(|domain| domain.name.as_str());
    let of_ranges = settings.external.value.iter().filter_map(|range| range.domain.as_deref());
    let known: Vec<&str> = declared.chain(of_ranges).collect();
    let unknown = overlap.isolations.iter().filter(|(_, name)| !known.contains(&name.as_str()));
    for (place, name) in unknown {
        let problem = Problem {
            place: place.clone(),
            key: Some("overlap.domains.isolated-from".to_owned()),
            message: format!("`{name}` is not a routing domain of this file"),
            suggestion: None,
            remedy: Some(
                "name a domain of the file, or one of the ranges that you give to --external".to_owned(),
            ),
        };
        ui.warn(&problem.to_string());
    }
}
