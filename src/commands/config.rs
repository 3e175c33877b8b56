//! `netcensus config`: checks the file, or shows what holds.

mod check;

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Map, Value, json};

use super::interrupt;
use crate::cli::config::{ConfigAction, ConfigArgs, ShowFormat};
use crate::config::{
    ConfigEnvironment, ConfigFile, Entry, FILE_NAME, KnownNames, Origin, Overrides, Settings,
};
use crate::error::Error;
use crate::exit::Exit;
use crate::fs::atomic::{PendingFile, commit_all};
use crate::ui::Ui;

/// What `netcensus config init` writes.
const TEMPLATE: &str = include_str!("config/template.toml");

/// Runs `netcensus config`. `config_flag` is the file that `--config` names, `overrides` what the flags said.
///
/// # Errors
/// When the file cannot be read or is wrong, when there is none to check, or stdout cannot be written.
pub fn run(
    args: &ConfigArgs,
    config_flag: Option<&Path>,
    overrides: &Overrides,
    known: &KnownNames<'_>,
    ui: &Ui,
) -> Result<Exit, Error> {
    let environment = ConfigEnvironment::of_process();
    match &args.action {
        ConfigAction::Init { file } => init(file.as_deref().unwrap_or(Path::new(FILE_NAME)), ui)?,
        ConfigAction::Check { file } => {
            let file = match file {
                Some(file) => ConfigFile::read(file.clone())?,
                None => ConfigFile::find(config_flag, &environment)?
                    .ok_or_else(|| nothing_to_check(&environment))?,
            };
            // Only the file: flags would hide what is wrong in it.
            let settings = Settings::resolve(Some(&file), &Overrides::default(), known)?;
            let channels = settings.notify.value.iter();
            channels
                .filter_map(|(name, channel)| channel.warning(name))
                .for_each(|warning| ui.warn(&warning));
            check::check_names(&settings, ui)?;
            ui.data(|out| writeln!(out, "{}: ok", file.path().display()))?;
        }
        ConfigAction::Show { output, .. } => {
            let file = ConfigFile::find(config_flag, &environment)?;
            let settings = Settings::resolve(file.as_ref(), overrides, known)?;
            ui.data(|out| match output {
                ShowFormat::Toml => out.write_all(settings.to_toml().as_bytes()),
                ShowFormat::Json => write_json(out, &settings),
            })?;
        }
    }
    Ok(Exit::Clean)
}

/// Writes the commented file, unless there is a file of that name; `-` is standard output.
fn init(path: &Path, ui: &Ui) -> Result<(), Error> {
    if path.as_os_str() == "-" {
        return ui.data(|out| out.write_all(TEMPLATE.as_bytes()));
    }
    if path.symlink_metadata().is_ok() {
        return Err(Error::usage(format!("{} exists already", path.display()))
            .remedy("name another file; nothing was written"));
    }
    let file = PendingFile::write(path, |out| out.write_all(TEMPLATE.as_bytes()))?;
    commit_all(vec![file], &interrupt::defer_signals)?;
    ui.status(&format!("wrote {}; every key in it is a comment", path.display()));
    Ok(())
}

fn nothing_to_check(environment: &ConfigEnvironment) -> Error {
    let places: Vec<_> = environment.implied().iter().map(|path| path.display().to_string()).collect();
    Error::usage("there is no configuration file to check")
        .remedy(format!("name one, or put it at {}", places.join(" or ")))
        .remedy("`netcensus config init` writes one with every key as a comment")
}

fn write_json(out: &mut dyn Write, settings: &Settings) -> io::Result<()> {
    let entries: Map<String, Value> = settings.entries().into_iter().map(json_entry).collect();
    serde_json::to_writer_pretty(&mut *out, &entries)?;
    writeln!(out)
}

fn json_entry(Entry { key, value, origin }: Entry) -> (String, Value) {
    let origin = match origin {
        Origin::Default => json!({ "from": "default" }),
        Origin::File { path, line } => {
            json!({ "from": "file", "path": path.display().to_string(), "line": line })
        }
        Origin::Variable(name) => json!({ "from": "environment", "variable": name }),
        Origin::Flag(flag) => json!({ "from": "flag", "flag": flag }),
    };
    (key.name.to_owned(), json!({ "value": value, "origin": origin }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Provider;

    fn known_names() -> KnownNames<'static> {
        KnownNames {
            providers: &[Provider::Aws],
            formats: &["table"],
            columns: &|_| vec!["id"],
            fields: &|_| Ok(()),
            conditions: &|_| Ok(Vec::new()),
        }
    }

    #[test]
    fn json_has_every_key_with_value_and_origin() {
        let file = ConfigFile::new("netcensus.toml", "timeout = \"5m\"\n");
        let overrides = Overrides { concurrency: Some("4".to_owned()), ..Overrides::default() };
        let settings = Settings::resolve(Some(&file), &overrides, &known_names()).unwrap();
        let mut written = Vec::new();
        write_json(&mut written, &settings).unwrap();
        assert!(written.ends_with(b"}\n"));
        let read: Value = serde_json::from_slice(&written).unwrap();
        assert_eq!(read.as_object().unwrap().len(), settings.entries().len());
        let from_file = json!({ "from": "file", "path": "netcensus.toml", "line": 1 });
        assert_eq!(read["timeout"], json!({ "value": "5m", "origin": from_file }));
        assert_eq!(read["concurrency"]["origin"], json!({ "from": "flag", "flag": "--concurrency" }));
        assert_eq!(read["aws.org-role"], json!({ "value": null, "origin": { "from": "default" } }));
    }

    #[test]
    fn an_error_is_one_sentence_with_a_list_of_problems() {
        let file = ConfigFile::new("netcensus.toml", "timeout = 1\n");
        let error = Settings::resolve(Some(&file), &Overrides::default(), &known_names()).unwrap_err();
        let error = Error::from(error);
        assert_eq!(error.message(), "the configuration is not valid: 1 problem");
        let problems: Vec<_> = error.diagnostic().causes.iter().map(ToString::to_string).collect();
        assert_eq!(problems, ["netcensus.toml:1:11: timeout: expected a string, found integer"]);
        assert!(error.lists_problems());
        assert_eq!(error.exit(), Exit::Failed);
    }
}
