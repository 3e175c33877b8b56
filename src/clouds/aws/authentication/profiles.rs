//! The profiles of the AWS configuration files: which ones there are, which ones you selected, and what each signs in
//! with.
//!
//! They are read here and not by the SDK. The SDK silently drops sections whose names it does not like, and gives up all
//! profiles for one bad line. Every section that the AWS CLI can sign in with is a profile here. Any other section with
//! credentials is reported.

use std::collections::BTreeMap;

use super::config_files::{self, ConfigFiles, ConfigSection, ConfigText, ConfigValues, UnreadableFile};
use crate::clouds::{CloudError, Event, Run, unmatched_patterns};
use crate::config::Patterns;
use crate::diagnostic::Diagnostic;

/// The most broken sections that an error names.
const MAX_SECTIONS: usize = 5;
/// The profile that is used when none is named.
pub const DEFAULT: &str = "default";

/// A profile.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    name: String,
    values: ConfigValues,
    /// Why it cannot be used: a line that is not understood, or half of a pair of keys.
    problem: Option<String>,
}

impl Profile {
    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns a setting; an empty one is not set.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Says why it cannot be used, if so.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Tells whether it has something to sign in with, or would have without a mistake in the file.
    pub fn is_meant_to_sign_in(&self) -> bool {
        self.problem.is_some()
            || CredentialMethod::of_profile(self).is_some()
            || self.unusable_key().is_some()
    }

    /// Finds a setting that looks like a credential in a profile without usable ones: a misspelt name, `export` before
    /// the name as in a shell, a token without keys.
    fn unusable_key(&self) -> Option<&str> {
        if CredentialMethod::of_profile(self).is_some() {
            return None;
        }
        let is_key = |key: &&String| {
            let name = key.rsplit(char::is_whitespace).next().unwrap_or_default();
            // `aws_account_id` is no credential: endpoints may contain it.
            (name.starts_with("aws_") && name != "aws_account_id") || name.contains("access_key")
        };
        self.values.keys().filter(|key| self.has(key)).find(is_key).map(String::as_str)
    }
}

/// A section with credentials whose header makes it no profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MisnamedSection {
    /// The name that was probably meant.
    pub name: String,
    /// Where it is, what is wrong, and what to write.
    pub reason: Diagnostic,
}

/// What the configuration files contain.
#[derive(Debug, Default)]
pub struct Profiles {
    by_name: BTreeMap<String, Profile>,
    sessions: BTreeMap<String, Profile>,
    services: BTreeMap<String, Profile>,
    /// Sections with credentials that are no profiles, in the order of the files.
    pub misnamed: Vec<MisnamedSection>,
    /// Files that could not be read, and files with settings above their first section.
    pub unreadable: Vec<UnreadableFile>,
    /// Whether `HOME` is not set, so that the files may be anywhere.
    pub is_home_unset: bool,
}

/// Which of the two files a section is in. They have different rules for headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Config,
    Credentials,
}

/// Lists the profiles of this machine that have something to sign in with.
#[must_use]
pub fn sign_in_profiles() -> Vec<String> {
    Profiles::from_files(ConfigFiles::read()).sign_in_names().map(str::to_owned).collect()
}

impl Profiles {
    /// Reads what is in `files`.
    pub fn from_files(files: ConfigFiles) -> Self {
        let mut profiles =
            Self { unreadable: files.unreadable, is_home_unset: files.is_home_unset, ..Self::default() };
        let path = |file: &Option<ConfigText>| file.as_ref().map(|file| file.path.clone());
        let is_one_file = path(&files.config) == path(&files.credentials);
        for (kind, file) in [(FileKind::Config, files.config), (FileKind::Credentials, files.credentials)] {
            if let Some(file) = file {
                profiles.add_file(kind, &file);
            }
        }
        profiles.mark_unusable_keys();
        if is_one_file {
            // Both variables may name the same file: a header that is wrong by the rules of one kind may be right by
            // those of the other.
            profiles.misnamed.retain(|section| !profiles.by_name.contains_key(&section.name));
        }
        profiles
    }

    fn add_file(&mut self, kind: FileKind, file: &ConfigText) {
        let document = config_files::parse_sections(&file.text);
        if let Some(setting) = document.before_sections {
            let reason = Diagnostic::new(format!("line {}: {}", setting.line, setting.what));
            self.unreadable.push(UnreadableFile { path: file.path.clone(), reason });
        }
        let mut found: BTreeMap<String, Profile> = BTreeMap::new();
        let has_profile_default = document.sections.iter().any(|section| {
            kind == FileKind::Config
                && config_files::split_words(&section.header)
                    .is_some_and(|words| words == ["profile", DEFAULT])
        });
        for section in document.sections {
            let place = format!("line {} of {}", section.line, file.path);
            match SectionMeaning::from_header(kind, &section.header) {
                // `[profile default]` replaces `[default]`, wherever it is.
                SectionMeaning::Profile(name)
                    if name == DEFAULT && has_profile_default && section.header == DEFAULT => {}
                SectionMeaning::Profile(name) => {
                    _ = found.insert(name.clone(), profile_from_section(name, section, file));
                }
                SectionMeaning::Session(name) => {
                    self.sessions.insert(name.clone(), profile_from_section(name, section, file));
                }
                SectionMeaning::Services(name) => {
                    self.services.insert(name.clone(), profile_from_section(name, section, file));
                }
                SectionMeaning::MisnamedSection { name, remedy } => {
                    let header = section.header.clone();
                    let profile = profile_from_section(name.clone(), section, file);
                    if profile.is_meant_to_sign_in() {
                        let reason = Diagnostic::new(format!("[{header}] on {place} is not a profile"));
                        let reason = reason.remedy(remedy);
                        self.misnamed.push(MisnamedSection { name, reason });
                    }
                }
            }
        }
        for (name, profile) in found {
            let known =
                self.by_name.entry(name.clone()).or_insert_with(|| Profile { name, ..Profile::default() });
            known.values.extend(profile.values);
            known.problem = known.problem.take().or(profile.problem);
        }
    }

    /// Marks the profiles whose credentials are unusable.
    fn mark_unusable_keys(&mut self) {
        for profile in self.by_name.values_mut().filter(|profile| profile.problem.is_none()) {
            profile.problem = profile.unusable_key().map(|key| {
                format!(
                    "it has `{key}`, but neither aws_access_key_id nor another setting that signs in: add one, or \
                     remove `{key}`"
                )
            });
        }
    }

    /// Returns a profile.
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.by_name.get(name)
    }

    /// Returns an SSO session.
    pub fn sso_session(&self, name: &str) -> Option<&Profile> {
        self.sessions.get(name)
    }

    /// Lists the services that `profile` has an endpoint of its own for, by the names that a `services` section has for
    /// them, with these endpoints.
    pub fn endpoints<'a>(&'a self, profile: &Profile) -> impl Iterator<Item = (&'a str, &'a str)> {
        let services = profile.get("services").and_then(|name| self.services.get(name));
        services.into_iter().flat_map(|services| &services.values).filter_map(|(service, nested)| {
            let url = config_files::nested_setting(nested, "endpoint_url").filter(|url| !url.is_empty())?;
            Some((service.as_str(), url))
        })
    }

    /// Lists the names of the profiles in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// Lists the profiles that have something to sign in with, or that cannot be used, which hides whether they have.
    pub fn sign_in_names(&self) -> impl Iterator<Item = &str> {
        let can_sign_in = |profile: &&Profile| profile.is_meant_to_sign_in();
        self.by_name.values().filter(can_sign_in).map(Profile::name)
    }

    /// Tells whether anything here says, or may say, how to sign in.
    pub fn is_configured(&self) -> bool {
        self.sign_in_names().next().is_some()
            || !self.misnamed.is_empty()
            || !self.unreadable.is_empty()
            || self.is_home_unset
    }

    /// Picks the profiles that `wanted` matches, or all that sign in when `all`; and the sections that are meant by the
    /// same names and are no profiles.
    ///
    /// # Errors
    /// When a pattern matches none, or there is none at all.
    pub fn select(
        &self,
        wanted: &Patterns,
        all: bool,
    ) -> Result<(Vec<String>, Vec<&MisnamedSection>), CloudError> {
        if all {
            let able: Vec<String> = self.sign_in_names().map(str::to_owned).collect();
            let is_empty = able.is_empty() && self.misnamed.is_empty() && self.unreadable.is_empty();
            return if is_empty {
                Err(self.add_home_note(no_profile_signs_in()))
            } else {
                Ok((able, self.misnamed.iter().collect()))
            };
        }
        let misnamed: Vec<&MisnamedSection> =
            self.misnamed.iter().filter(|section| wanted.matches(&section.name)).collect();
        let known: Vec<&str> =
            self.names().chain(misnamed.iter().map(|section| section.name.as_str())).collect();
        unmatched_patterns::require_matches(wanted, &known, "AWS profile").map_err(|error| {
            let error = if known.is_empty() { error.remedy("run `aws configure sso`") } else { error };
            self.add_unreadable(error)
        })?;
        let picked = self.names().filter(|name| wanted.matches(name)).map(str::to_owned);
        Ok((picked.collect(), misnamed))
    }

    /// Returns the profile `name`, which a setting names.
    ///
    /// # Errors
    /// When there is none.
    pub fn require(&self, name: &str, by: &str) -> Result<&Profile, CloudError> {
        self.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.names().collect();
            let error = match known.as_slice() {
                [] => CloudError::bad_setting(format!("no AWS profile matches `{name}`"))
                    .remedy(format!("unset {by}, or run `aws configure sso`")),
                known => unmatched_patterns::unknown(name, known, "AWS profile"),
            };
            let error = error.with_cause(format!("{by} names it"));
            let misnamed = self.misnamed.iter().filter(|section| section.name == name);
            let error =
                misnamed.fold(error, |error, section| error.with_cause_and_remedies(section.reason.clone()));
            self.add_unreadable(error)
        })
    }

    /// Adds to `error` that the files may be elsewhere, if so.
    pub fn add_home_note(&self, error: CloudError) -> CloudError {
        if !self.is_home_unset {
            return error;
        }
        error.with_cause("HOME is not set, so ~/.aws/config and ~/.aws/credentials may be in another place")
    }

    /// Lists the profile `name` and those that its `source_profile` leads to.
    pub fn source_chain(&self, name: &str) -> Vec<&Profile> {
        let mut found: Vec<&Profile> = Vec::new();
        let mut next = Some(name);
        while let Some(profile) = next.and_then(|name| self.get(name)) {
            if found.iter().any(|known| known.name() == profile.name()) {
                break;
            }
            found.push(profile);
            next = profile.get("source_profile");
        }
        found
    }

    /// Tells whether signing in by `name` may ask something on the terminal: a one-time code, or what a program wants
    /// to know.
    pub fn may_ask(&self, name: &str) -> bool {
        let may_ask = |profile: &&Profile| profile.has("mfa_serial") || profile.has("credential_process");
        self.source_chain(name).iter().any(may_ask)
    }

    /// Adds to `error` which files could not be read.
    pub fn add_unreadable(&self, error: CloudError) -> CloudError {
        self.unreadable
            .iter()
            .fold(error, |error, file| error.with_cause_and_remedies(file.reason.clone().context(&file.path)))
    }

    /// Adds to `error` what is wrong in sections of the files: one of them may have been meant.
    pub fn add_unusable_sections(&self, error: CloudError) -> CloudError {
        let unusable = self.by_name.values().filter_map(|profile| {
            let why = profile.problem()?;
            Some(Diagnostic::new(format!("profile {} cannot be used: {why}", profile.name())))
        });
        let misnamed = self.misnamed.iter().map(|section| section.reason.clone());
        unusable.chain(misnamed).take(MAX_SECTIONS).fold(error, CloudError::with_cause_and_remedies)
    }

    /// Says which files could not be read, where signing in goes on without them.
    pub fn report_unreadable(&self, run: &Run) {
        for UnreadableFile { path, reason } in &self.unreadable {
            let report = format!("{path} is not used: {}", reason.to_line());
            run.observer.event(Event::Unreadable(&report));
        }
    }

    /// Tells whether `profile` has an endpoint of its own, whose silence says nothing about AWS, nor AWS' about it.
    pub fn has_own_endpoint(&self, name: &str) -> bool {
        self.get(name).is_some_and(|profile| profile.has("endpoint_url") || profile.has("services"))
    }

    /// Follows `source_profile` to the profile whose credentials are at the root.
    pub fn credential_base<'a>(&'a self, name: &'a str) -> (&'a str, Option<CredentialMethod>) {
        let mut seen = Vec::new();
        let mut current = name;
        while !seen.contains(&current) {
            seen.push(current);
            let Some(profile) = self.get(current) else { return (current, None) };
            match (CredentialMethod::of_profile(profile), profile.get("source_profile")) {
                (Some(CredentialMethod::Role), Some(source)) if source != current => current = source,
                (Some(CredentialMethod::Role), Some(_)) => {
                    return (current, CredentialMethod::without_role(profile));
                }
                (method, _) => return (current, method),
            }
        }
        (current, None)
    }

    /// Says in a few words what signing in by `name` needs.
    pub fn describe_credentials(&self, name: &str) -> String {
        let (base, method) = self.credential_base(name);
        let from = if base == name { String::new() } else { format!(" by profile {base}") };
        let what = match method {
            Some(CredentialMethod::Sso) => self
                .get(base)
                .and_then(|profile| profile.get("sso_session"))
                .map_or_else(|| "SSO".to_owned(), |session| format!("SSO session {session}")),
            Some(CredentialMethod::Login) => "aws login session".to_owned(),
            Some(CredentialMethod::Process) => "credential_process".to_owned(),
            Some(CredentialMethod::WebIdentity) => "web identity token".to_owned(),
            Some(CredentialMethod::Keys) => "keys".to_owned(),
            Some(CredentialMethod::Role | CredentialMethod::Source) | None => "credential source".to_owned(),
        };
        format!("{what}{from}")
    }
}

/// Makes a profile, or another section with a name, of what is in a file.
fn profile_from_section(name: String, section: ConfigSection, file: &ConfigText) -> Profile {
    let problem =
        section.problem.map(|problem| format!("line {} of {}: {}", problem.line, file.path, problem.what));
    Profile { name, values: section.values, problem }
}

/// What a header means, as the AWS CLI reads it.
enum SectionMeaning {
    Profile(String),
    Session(String),
    Services(String),
    MisnamedSection { name: String, remedy: String },
}

impl SectionMeaning {
    fn from_header(kind: FileKind, header: &str) -> Self {
        let misnamed = |name: &str, remedy: String| Self::MisnamedSection { name: name.to_owned(), remedy };
        let (first, rest) = header.split_once([' ', '\t']).unwrap_or((header, ""));
        let rest = rest.trim();
        if kind == FileKind::Credentials {
            return match first {
                "profile" if !rest.is_empty() => {
                    misnamed(rest, format!("in this file it is written [{rest}]"))
                }
                "sso-session" | "services" if !rest.is_empty() => {
                    misnamed(header, "move it to the AWS configuration file".to_owned())
                }
                _ => Self::Profile(header.to_owned()),
            };
        }
        let words = config_files::split_words(header);
        match words.as_deref() {
            Some([only]) if header == DEFAULT => Self::Profile(only.clone()),
            Some([word, name]) if !name.is_empty() && word == "profile" => Self::Profile(name.clone()),
            Some([word, name]) if !name.is_empty() && word == "sso-session" => Self::Session(name.clone()),
            Some([word, name]) if !name.is_empty() && word == "services" => Self::Services(name.clone()),
            None if first == "profile" => {
                misnamed(rest, "its name has a quote that is not closed: write it without quotes".to_owned())
            }
            Some([_, name @ ..]) if first == "profile" => match name.join(" ").trim() {
                "" => {
                    misnamed(header, "it names no profile: write its name, as in [profile prod]".to_owned())
                }
                name => misnamed(name, format!("its name has blanks, so it is written [profile \"{name}\"]")),
            },
            _ if first.eq_ignore_ascii_case("profile") && !rest.is_empty() => {
                misnamed(rest, format!("`profile` is written in small letters: [profile {rest}]"))
            }
            _ => misnamed(header, format!("in this file it is written [profile {header}]")),
        }
    }
}

fn no_profile_signs_in() -> CloudError {
    let file = |variable: &str, usual: &str| {
        std::env::var(variable).ok().filter(|path| !path.is_empty()).unwrap_or_else(|| usual.to_owned())
    };
    CloudError::new("no AWS profile defines credentials")
        .with_cause(format!(
            "looked in {} and {}",
            file("AWS_CONFIG_FILE", "~/.aws/config"),
            file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
        ))
        .remedy("run `aws configure sso`")
}

/// How a profile gets its credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialMethod {
    /// IAM Identity Center.
    Sso,
    /// `aws login`.
    Login,
    /// A role of another profile or source.
    Role,
    /// The environment, the container or the instance, without a role.
    Source,
    /// A program.
    Process,
    /// A token file.
    WebIdentity,
    /// Keys in the file.
    Keys,
}

impl CredentialMethod {
    /// Tells how `profile` signs in; `None` when it defines no credentials (only a region, say).
    pub fn of_profile(profile: &Profile) -> Option<Self> {
        if profile.has("web_identity_token_file") {
            Some(Self::WebIdentity)
        } else if profile.has("role_arn") {
            Some(Self::Role)
        } else {
            Self::without_role(profile)
        }
    }

    /// Tells how `profile` gets the credentials that it has without assuming a role.
    pub fn without_role(profile: &Profile) -> Option<Self> {
        let has = |key: &str| profile.has(key);
        let any = |keys: &[&str]| keys.iter().any(|key| has(key));
        // As the AWS CLI: without an account or a role the other SSO settings say nothing of signing in.
        if has("credential_source") {
            Some(Self::Source)
        } else if any(&["sso_account_id", "sso_role_name"]) && any(&["sso_session", "sso_start_url"]) {
            Some(Self::Sso)
        } else if has("login_session") {
            Some(Self::Login)
        } else if has("credential_process") {
            Some(Self::Process)
        } else if any(&["aws_access_key_id", "aws_secret_access_key"]) {
            Some(Self::Keys)
        } else {
            any(&["sso_session", "sso_start_url", "sso_account_id", "sso_role_name"]).then_some(Self::Sso)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &str = "aws_access_key_id = A\naws_secret_access_key = s\n";

    /// Reads a configuration file and one of keys.
    fn read(config: &str, credentials: &str) -> Profiles {
        let file = |path: &str, text: &str| Some(ConfigText { path: path.to_owned(), text: text.to_owned() });
        let (config, credentials) = (file("config", config), file("credentials", credentials));
        Profiles::from_files(ConfigFiles { config, credentials, ..ConfigFiles::default() })
    }

    /// Writes sections with keys.
    fn sections(headers: &[&str]) -> String {
        headers.iter().map(|header| format!("[{header}]\n{KEYS}")).collect::<Vec<_>>().concat()
    }

    fn sign_in_names(profiles: &Profiles) -> Vec<&str> {
        profiles.sign_in_names().collect()
    }

    fn misnamed(profiles: &Profiles) -> Vec<&str> {
        profiles.misnamed.iter().map(|section| section.name.as_str()).collect()
    }

    // aws-sdk-rust 1097; aws-sso-cli 552; aws-sso-util 16.
    #[test]
    fn what_the_aws_cli_signs_in_with_is_a_profile() {
        let names = [
            "\"shop prod\"",
            "'finance'",
            "b\u{fc}ro",
            "ops@lab/x+1:y.z%2",
            "r&d",
            "a\\ b",
            "(x)",
            "[y]",
            "a#1",
        ];
        let headers: Vec<String> = names.iter().map(|name| format!("profile {name}")).collect();
        let profiles = read(
            &sections(&headers.iter().map(String::as_str).collect::<Vec<_>>()),
            &sections(&["two words", "c\u{e4}"]),
        );
        let expected = [
            "(x)",
            "[y]",
            "a b",
            "a#1",
            "b\u{fc}ro",
            "c\u{e4}",
            "finance",
            "ops@lab/x+1:y.z%2",
            "r&d",
            "shop prod",
            "two words",
        ];
        assert_eq!(sign_in_names(&profiles), expected);
        assert_eq!(misnamed(&profiles), [""; 0]);
    }

    #[test]
    fn every_other_section_with_credentials_is_named_with_what_to_write() {
        for (kind, header, name, remedy) in [
            ("config", "x", "x", "[profile x]"),
            ("config", "Profile x", "x", "`profile` is written in small letters: [profile x]"),
            ("config", "profile prod (old)", "prod (old)", "[profile \"prod (old)\"]"),
            ("config", "profile \"a\" 'b c'", "a b c", "[profile \"a b c\"]"),
            (
                "config",
                "profile \"\"",
                "profile \"\"",
                "it names no profile: write its name, as in [profile prod]",
            ),
            ("config", "profile", "profile", "it names no profile"),
            ("config", "profile o'brien", "o'brien", "a quote that is not closed"),
            ("config", "Default", "Default", "[profile Default]"),
            ("config", "my-sso corp", "my-sso corp", "[profile my-sso corp]"),
            ("credentials", "profile x", "x", "in this file it is written [x]"),
            ("credentials", "sso-session x", "sso-session x", "move it to the AWS configuration file"),
        ] {
            let text = sections(&[header]);
            let profiles = if kind == "config" { read(&text, "") } else { read("", &text) };
            assert_eq!((sign_in_names(&profiles), misnamed(&profiles)), (vec![], vec![name]), "{header}");
            let reason = profiles.misnamed[0].reason.to_line();
            let begins = format!("[{header}] on line 1 of {kind} is not a profile (");
            assert!(reason.starts_with(&begins) && reason.contains(remedy), "{reason}");
        }
        let harmless =
            read("[plugins]\ncli_legacy_plugin_path = x\n[x]\nregion = y\n[preview]\na = true\n", "");
        assert!(harmless.misnamed.is_empty() && !harmless.is_configured(), "nothing to sign in with");
    }

    #[test]
    fn the_last_spelling_of_a_name_wins_and_files_add_up() {
        let profiles = read(
            "[profile a]\naws_access_key_id = 1\n[profile  a]\naws_access_key_id = 2\n[profile 'a']\nregion = r\n\
             [profile default]\nregion = p\n[default]\nregion = d\nrole_arn = x\n",
            "[a]\naws_access_key_id = 3\n[default]\nregion = k\n",
        );
        let get = |name: &str, key: &str| {
            profiles.get(name).and_then(|profile| profile.get(key).map(str::to_owned))
        };
        assert_eq!(get("a", "region").as_deref(), Some("r"));
        assert_eq!(get("a", "aws_access_key_id").as_deref(), Some("3"), "the file of keys comes last");
        assert_eq!((get("default", "region").as_deref(), get("default", "role_arn")), (Some("k"), None));
        let config = "[profile a]\naws_access_key_id = 1\n[profile  a]\naws_access_key_id = 2\n";
        let spelt = read(config, "");
        assert_eq!(spelt.get("a").unwrap().get("aws_access_key_id"), Some("2"));
    }

    // smithy-rs 1488.
    #[test]
    fn a_profile_with_a_bad_line_is_one_that_cannot_be_used() {
        let profiles = read(&format!("[profile a]\nregion: x\n[profile b]\n{KEYS}"), "");
        assert_eq!(sign_in_names(&profiles), ["a", "b"]);
        let problem = profiles.get("a").unwrap().problem().unwrap();
        assert_eq!(problem, "line 2 of config: write `region =` instead of `region:`");
        assert_eq!(profiles.get("b").unwrap().problem(), None);
        let above = read("aws_access_key_id = A\n", "");
        assert!(
            above.is_configured()
                && above.unreadable[0].reason.message.starts_with("line 1: it is above every [section]")
        );
    }

    // Each of these was a profile without anything to sign in with, and left out.
    #[test]
    fn a_profile_whose_keys_are_misspelt_is_one_that_cannot_be_used() {
        for key in ["export aws_access_key_id", "aws_acces_key_id", "aws_session_token", "access_key_id"] {
            let profiles = read(&format!("[profile a]\n{key} = A\nregion = x\n"), "");
            assert_eq!(sign_in_names(&profiles), ["a"], "{key}");
            let problem = profiles.get("a").unwrap().problem().unwrap();
            assert!(
                problem.starts_with(&format!("it has `{key}`, but neither aws_access_key_id")),
                "{problem}"
            );
            let elsewhere = read(&format!("[profile a]\n{key} = A\n"), &sections(&["a"]));
            assert_eq!(elsewhere.get("a").unwrap().problem(), None, "the keys are in the other file");
            assert_eq!(misnamed(&read(&format!("[a]\n{key} = A\n"), "")), ["a"]);
        }
        let harmless =
            read("[profile a]\naws_account_id = 1\nregion = x\n[default]\naws_access_key_id =\n", "");
        assert_eq!(sign_in_names(&harmless), [""; 0]);
    }

    // The first of two accounts vanished, and the scan was complete.
    #[test]
    fn a_profile_with_two_sets_of_keys_cannot_be_used() {
        let keys = |id: &str| format!("aws_access_key_id = {id}\naws_secret_access_key = s\n");
        let (one, two) = (keys("1"), keys("2"));
        for text in [
            format!("[profile y]\n{one}#[profile x]\n{two}"),
            format!("[profile y]\n{one}[profile y]\n{two}"),
        ] {
            let profiles = read(&text, "");
            let problem = profiles.get("y").unwrap().problem().unwrap();
            let words = "of config: `aws_access_key_id` is set twice, in lines 2 and 5";
            assert!(problem.contains(words), "{problem}");
        }
    }

    #[test]
    fn a_source_of_credentials_without_a_role_is_enough() {
        let profiles = read("[profile a]\ncredential_source = Environment\n", "");
        assert_eq!(sign_in_names(&profiles), ["a"]);
    }

    #[test]
    fn one_file_for_both_has_the_profiles_of_either_spelling() {
        let text =
            || Some(ConfigText { path: "one".to_owned(), text: sections(&["profile a", "b", "Profile c"]) });
        let profiles = Profiles::from_files(ConfigFiles {
            config: text(),
            credentials: text(),
            ..ConfigFiles::default()
        });
        assert!(["a", "b"].iter().all(|name| profiles.get(name).is_some()), "{:?}", sign_in_names(&profiles));
        assert!(
            !misnamed(&profiles).contains(&"a") && !misnamed(&profiles).contains(&"b"),
            "{:?}",
            misnamed(&profiles)
        );
    }
}
