//! Signing in when no profile is named: the first source of credentials that the environment has.
//!
//! Which source it is, is decided here and not by the SDK, so that every message names it, and an unreadable file or an
//! empty variable does not silently leave the choice to the next one.

use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

use super::connection::Connection;
use super::container::{Container, FULL, RELATIVE};
use super::credentials::{ByName, provider_config};
use super::profiles::{DEFAULT, Profile, Profiles};
use super::retries;
use super::session::Login;
use super::settings::Variables;
use super::signin::{SignedIn, Unidentified, WHERE_REQUESTS_GO, identify, region_of_partition};
use super::web_identity::WebIdentity;
use crate::clouds::step::bounded;
use crate::clouds::{Event, Failure, PlanError, PlanErrorKind, Run};

/// What documents call this way in.
const LABEL: &str = "default chain";

/// Where the credentials come from.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>
#[derive(Debug)]
enum Source<'a> {
    /// `AWS_ACCESS_KEY_ID` and its companions.
    Environment(Credentials),
    /// The profile that `AWS_PROFILE` names, else `default`.
    Profile(&'a Profile),
    /// `AWS_WEB_IDENTITY_TOKEN_FILE`.
    WebIdentity(String),
    /// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    Container,
    /// The metadata service of EC2, which is asked when there is nothing else.
    Instance,
}

/// The variables that say how to sign in, even if not well enough to try it.
const SOURCES: [&str; 8] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    CONTAINER[0],
    CONTAINER[1],
];
const CONTAINER: [&str; 2] = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];

impl<'a> Source<'a> {
    /// Finds the first source that there is.
    ///
    /// # Errors
    /// When `AWS_PROFILE` names a profile that does not exist, and no keys come before it.
    fn find(variables: impl Fn(&str) -> Option<String>, set: &'a Profiles) -> Result<Self, PlanError> {
        let secret = variables("AWS_SECRET_ACCESS_KEY").or_else(|| variables("SECRET_ACCESS_KEY"));
        if let (Some(id), Some(secret)) = (variables("AWS_ACCESS_KEY_ID"), secret) {
            let token = variables("AWS_SESSION_TOKEN");
            return Ok(Self::Environment(Credentials::new(id, secret, token, None, "environment")));
        }
        let selected = match variables("AWS_PROFILE") {
            Some(name) => Some(set.named(&name, "AWS_PROFILE")?),
            None => set.get(DEFAULT),
        };
        let able = |profile: &&Profile| profile.is_meant_to_sign_in();
        if let Some(profile) = selected.filter(able) {
            return Ok(Self::Profile(profile));
        }
        if let Some(file) = variables("AWS_WEB_IDENTITY_TOKEN_FILE") {
            return Ok(Self::WebIdentity(file));
        }
        let is_container = [RELATIVE, FULL].into_iter().any(|name| variables(name).is_some());
        Ok(if is_container { Self::Container } else { Self::Instance })
    }

    /// Says whose credentials these are, and what to do when they do not work.
    fn login(&self, variables: Variables, set: &Profiles) -> Login {
        match self {
            Self::Environment(keys) => {
                let beside = variables.get("AWS_PROFILE").map(|profile| {
                    format!(", which come before AWS_PROFILE={profile}: renew them, or unset them to use the profile")
                });
                let beside =
                    beside.unwrap_or_else(|| ": renew them, or unset them to use a profile".to_owned());
                let remedy = format!("the keys used are those of AWS_ACCESS_KEY_ID{beside}");
                let whose = "the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN)";
                let login = Login::new(LABEL, remedy).of(whose);
                if keys.session_token().is_none() { login.lasting() } else { login }
            }
            Self::Profile(profile) => Login::profile(set, profile.name()).labelled(LABEL),
            Self::WebIdentity(file) => Login::new(
                LABEL,
                format!(
                    "put a new token into {file}, which AWS_WEB_IDENTITY_TOKEN_FILE names, or unset the variable"
                ),
            ),
            Self::Container => Login::new(
                LABEL,
                "see that the container has a role, and that AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI leads \
                 to its credentials",
            ),
            Self::Instance => Login::new(LABEL, "sign in: `aws sso login`, `aws login`, or set keys"),
        }
    }
}

/// Signs in by the first source of credentials that there is.
///
/// # Errors
/// When there is none, or its credentials do not work.
pub async fn sign_in(
    connection: &Connection,
    region: Option<&Region>,
    run: &Run,
) -> Result<SignedIn, PlanError> {
    run.observer.event(Event::Doing("signing in to AWS by the default chain"));
    let set = connection.profiles();
    let variables = connection.variables();
    let source = Source::find(|name| variables.get(name), &set)?;
    let profile = match &source {
        Source::Profile(profile) => Some(*profile),
        _ => set.get(&variables.get("AWS_PROFILE").unwrap_or_else(|| DEFAULT.to_owned())),
    };
    let (retries, patience) = retries::of(variables, profile)?;
    let region = region.cloned().or_else(|| region_of_partition(&set, profile?.name()));
    let configured = connection.configure(&set, profile, retries, region.as_ref()).await?;
    let login = source.login(variables, &set);
    let login = if configured.has_region { login } else { login.without_region("AWS_REGION") };
    let config = configured.config;
    let found = bounded(
        run,
        Box::pin(async {
            let provider = provider(&source, connection, &set, &config, &login, run).await?;
            let config = config.to_builder().credentials_provider(provider).build();
            Ok(identify(config, login.clone(), patience).await)
        }),
    )
    .await
    .unwrap_or_else(|failure| Err(failure.into()));
    let session = found.map_err(|unidentified| not_found(unidentified, &source, variables, &set))?;
    let mut signed_in = SignedIn { sessions: vec![session], ..SignedIn::default() };
    // Keys of the environment come before everything that the files could say.
    if matches!(source, Source::Environment(_)) {
        for file in &set.unread {
            run.observer.event(Event::Unreadable(&format!("{} is not used: {}", file.path, file.reason)));
        }
    } else {
        signed_in.miss_files(&set);
        if variables.get("AWS_PROFILE").is_none() {
            signed_in.not_read = others(&set, profile);
        }
    }
    Ok(signed_in)
}

/// Counts the profiles that could be read too.
fn others(set: &Profiles, used: Option<&Profile>) -> usize {
    let used = used.map(Profile::name);
    set.able().filter(|name| Some(*name) != used).count() + set.strays.len()
}

async fn provider(
    source: &Source<'_>,
    connection: &Connection,
    set: &Profiles,
    config: &SdkConfig,
    login: &Login,
    run: &Run,
) -> Result<SharedCredentialsProvider, Failure> {
    let variables = connection.variables();
    Ok(match source {
        Source::Environment(keys) => SharedCredentialsProvider::new(keys.clone()),
        Source::Profile(profile) => {
            let by_name =
                ByName { connection, set, config, observer: &run.observer, limit: run.timeout / 10 * 9 };
            by_name.credentials(profile.name(), login).await?
        }
        Source::WebIdentity(file) => {
            let role = variables.get("AWS_ROLE_ARN").ok_or_else(|| {
                let why =
                    "AWS_WEB_IDENTITY_TOKEN_FILE is set, but not AWS_ROLE_ARN (set it, or unset the file)";
                Failure::new(crate::model::Outcome::Failed, why)
            })?;
            let session = variables.get("AWS_ROLE_SESSION_NAME");
            SharedCredentialsProvider::new(WebIdentity::new(file, &role, session.as_deref(), config, login))
        }
        Source::Container => SharedCredentialsProvider::new(Container::new(connection)),
        Source::Instance => {
            let config = provider_config(connection, config);
            SharedCredentialsProvider::new(ImdsCredentialsProvider::builder().configure(&config).build())
        }
    })
}

fn not_found(
    unidentified: Unidentified,
    source: &Source<'_>,
    variables: Variables,
    set: &Profiles,
) -> PlanError {
    let Unidentified { failure, absent } = unidentified;
    let error = PlanError::new("no AWS account could be signed in to").cause(failure.detail());
    if failure.unreachable {
        return error.remedy(WHERE_REQUESTS_GO);
    }
    // What is wrong with another source, its own words say.
    if !matches!(source, Source::Instance) {
        return set.with_unread(error);
    }
    let is_configured = set.is_configured() || SOURCES.into_iter().any(|name| variables.get(name).is_some());
    let mut error = set.with_home(set.with_unread(error));
    if absent && !is_configured {
        error.kind = PlanErrorKind::NotConfigured;
    }
    for [one, other] in [
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
        ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"],
        ["AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID"],
    ] {
        if variables.get(one).is_some() && variables.get(other).is_none() {
            error = error.cause(format!("{one} is set without {other}"));
        }
    }
    error
        .cause(
            "tried: AWS_ACCESS_KEY_ID, the profile that AWS_PROFILE names or `default`, a web identity token, container \
             credentials, instance metadata",
        )
        .remedy("name profiles with --aws-profile, or take all with --all-aws-profiles")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::aws::files::Files;

    const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s")];

    /// Finds the source on a machine with this AWS configuration and these variables.
    fn source(config: &str, variables: &[(&str, &str)]) -> String {
        let set = Profiles::of(Files::of(config.to_owned()));
        let value = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned()).filter(|value| !value.is_empty())
        };
        match Source::find(value, &set) {
            Ok(Source::Environment(keys)) => format!("keys {}", keys.access_key_id()),
            Ok(Source::Profile(profile)) => format!("profile {}", profile.name()),
            Ok(Source::WebIdentity(file)) => format!("token {file}"),
            Ok(Source::Container) => "container".to_owned(),
            Ok(Source::Instance) => "instance".to_owned(),
            Err(error) => error.diagnostic.to_line(),
        }
    }

    // botocore 1460: keys come first, and an empty AWS_PROFILE is none.
    #[test]
    fn the_first_source_is_used_as_aws_documents_them() {
        let config =
            "[default]\naws_access_key_id = D\n[profile a]\nlogin_session = x\n[profile b]\nregion = x\n";
        let with = |more: (&'static str, &'static str)| [&KEYS[..], &[more]].concat();
        assert_eq!(source(config, &with(("AWS_PROFILE", ""))), "keys A");
        assert_eq!(source(config, &with(("AWS_PROFILE", "nowhere"))), "keys A");
        assert_eq!(source(config, &[("AWS_PROFILE", "")]), "profile default");
        assert_eq!(source(config, &[("AWS_PROFILE", "a")]), "profile a");
        assert_eq!(
            source(config, &[("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "")]),
            "profile default"
        );
        let token = ("AWS_WEB_IDENTITY_TOKEN_FILE", "/t");
        assert_eq!(
            source(config, &[("AWS_PROFILE", "b"), token]),
            "token /t",
            "b has nothing to sign in with"
        );
        assert_eq!(source("", &[(FULL, "http://x"), (token.0, "")]), "container");
        assert_eq!(source("", &[(RELATIVE, "")]), "instance");
        let missing = source(config, &[("AWS_PROFILE", "nowhere")]);
        assert!(missing.contains("no AWS profile matches `nowhere`: AWS_PROFILE names it"), "{missing}");
        assert_eq!(source("[default]\nbad\n", &[token]), "profile default", "and not the next source");
    }

    fn configured(aws_config: &str) -> bool {
        Profiles::of(Files::of(aws_config.to_owned())).is_configured()
    }

    #[test]
    fn a_machine_is_configured_when_anything_says_how_to_sign_in() {
        assert!(!configured("") && !configured("[default]\nregion = eu-west-1\n[plugins]\nx = y\n"));
        assert!(configured("[profile prod]\nsso_session = corp\n"), "named, so not in the chain");
        assert!(configured("[default]\ncredential_process = /bin/false\n"));
        assert!(configured("[prod]\nrole_arn = x\n"), "no profile, but meant to be one");
        assert!(configured("[default]\nnonsense\n"));
    }
}
