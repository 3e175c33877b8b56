//! Which ways into Azure this machine offers, by the environment variables that Azure's own SDKs read:
//! <https://learn.microsoft.com/azure/developer/rust/sdk/authentication/credential-chains>.

use std::collections::HashMap;
use std::path::PathBuf;

use super::developer_tool::Tool;
use super::ways::{Principal, Proof, Way};
use crate::clouds::PlanError;
use crate::suggest::nearest;

/// The variables of the process, as far as they matter; an empty one counts as absent.
#[derive(Debug, Clone, Default)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// Takes them from the process.
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// Returns a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Lists the ways in to try, the surest first. Whether a metadata service exists is for the caller to find out.
    ///
    /// # Errors
    /// When variables contradict each other, or only half of a way is there.
    pub fn ways(&self) -> Result<Vec<Way>, PlanError> {
        let chosen = self.chosen()?;
        let mut ways = Vec::new();
        if chosen.contains(&Link::Environment) {
            ways.extend(self.service_principal()?);
        }
        if chosen.contains(&Link::WorkloadIdentity) {
            ways.extend(self.workload_identity()?);
        }
        if !ways.is_empty() {
            // What somebody set up for this process is meant; another identity would see another estate.
            return Ok(ways);
        }
        if chosen.contains(&Link::Environment) && !self.names_an_identity_endpoint() {
            self.check_proof()?;
        }
        if chosen.contains(&Link::ManagedIdentity) {
            ways.push(Way::ManagedIdentity { client: self.get("AZURE_CLIENT_ID").map(str::to_owned) });
        }
        for (link, tool) in [(Link::AzureCli, Tool::Az), (Link::AzureDeveloperCli, Tool::Azd)] {
            let path = self.get("PATH").filter(|_| chosen.contains(&link));
            let program = path.and_then(|path| tool.find(path.as_ref()));
            ways.extend(program.map(|program| Way::DeveloperTool { tool, program }));
        }
        Ok(ways)
    }

    /// Tells whether a managed identity is offered by other means than the metadata service of a virtual machine.
    pub fn names_an_identity_endpoint(&self) -> bool {
        self.get("IDENTITY_ENDPOINT").is_some()
    }

    /// What `AZURE_TOKEN_CREDENTIALS` leaves of the chain, as in Azure's other SDKs.
    fn chosen(&self) -> Result<Vec<Link>, PlanError> {
        let Some(word) = self.get("AZURE_TOKEN_CREDENTIALS") else { return Ok(Link::ALL.to_vec()) };
        let all = || Link::ALL.into_iter();
        let chosen: Vec<Link> = match word.to_ascii_lowercase().as_str() {
            "prod" => all().filter(|link| !link.is_developers()).collect(),
            "dev" => all().filter(|link| link.is_developers()).collect(),
            word => all().filter(|link| link.name().eq_ignore_ascii_case(word)).collect(),
        };
        if !chosen.is_empty() {
            return Ok(chosen);
        }
        let names: Vec<&str> = ["prod", "dev"].into_iter().chain(all().map(Link::name)).collect();
        let error =
            PlanError::bad_setting(format!("AZURE_TOKEN_CREDENTIALS is `{word}`, which names no credential"));
        Err(match nearest(word, names.iter().copied()) {
            Some(name) => error.remedy(format!("did you mean `{name}`?")),
            None => error.remedy(format!("there are: {}", names.join(", "))),
        })
    }

    /// A secret or a certificate: `AZURE_CLIENT_SECRET`, `AZURE_CLIENT_CERTIFICATE_PATH`.
    fn service_principal(&self) -> Result<Option<Way>, PlanError> {
        let secret = self.get("AZURE_CLIENT_SECRET");
        let certificate = self.get("AZURE_CLIENT_CERTIFICATE_PATH");
        let (variable, proof) = match (secret, certificate) {
            (Some(secret), _) => ("AZURE_CLIENT_SECRET", Proof::Secret(secret.to_owned().into())),
            (None, Some(path)) => {
                if self.get("AZURE_CLIENT_CERTIFICATE_PASSWORD").is_some() {
                    return Err(PlanError::bad_setting("AZURE_CLIENT_CERTIFICATE_PASSWORD is set, and only a certificate without password can be read")
                        .remedy("make one: openssl pkcs12 -in cert.pfx -nodes -out cert.pem, readable for you only"));
                }
                ("AZURE_CLIENT_CERTIFICATE_PATH", Proof::Certificate(PathBuf::from(path)))
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(Way::ServicePrincipal(self.principal(variable)?, proof)))
    }

    /// A federated token in a file, as Kubernetes and CI systems give it: `AZURE_FEDERATED_TOKEN_FILE`.
    fn workload_identity(&self) -> Result<Option<Way>, PlanError> {
        let variable = "AZURE_FEDERATED_TOKEN_FILE";
        let Some(path) = self.get(variable) else { return Ok(None) };
        Ok(Some(Way::ServicePrincipal(self.principal(variable)?, Proof::Federated(PathBuf::from(path)))))
    }

    /// Refuses a service principal without a proof: an empty secret is how CI systems say that one is missing, and
    /// another identity, or none, must not pass for it.
    fn check_proof(&self) -> Result<(), PlanError> {
        if self.get("AZURE_TENANT_ID").is_none() || self.get("AZURE_CLIENT_ID").is_none() {
            return Ok(());
        }
        let message = "AZURE_TENANT_ID and AZURE_CLIENT_ID are set, and AZURE_CLIENT_SECRET, \
                       AZURE_CLIENT_CERTIFICATE_PATH and AZURE_FEDERATED_TOKEN_FILE are not, or are empty";
        Err(PlanError::bad_setting(message).remedy(
            "set one of them; AZURE_TOKEN_CREDENTIALS=ManagedIdentityCredential takes the machine's identity instead",
        ))
    }

    fn principal(&self, because: &str) -> Result<Principal, PlanError> {
        let need = |name: &str| {
            self.get(name).map(str::to_owned).ok_or_else(|| {
                PlanError::bad_setting(format!("{because} is set, and {name} is not"))
                    .remedy(format!("set {name} too, or unset {because} to sign in another way"))
            })
        };
        Ok(Principal { tenant: need("AZURE_TENANT_ID")?, client: need("AZURE_CLIENT_ID")? })
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }
}

/// A link of the chain, by the name that `AZURE_TOKEN_CREDENTIALS` has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Environment,
    WorkloadIdentity,
    ManagedIdentity,
    AzureCli,
    AzureDeveloperCli,
}

impl Link {
    const ALL: [Self; 5] = [
        Self::Environment,
        Self::WorkloadIdentity,
        Self::ManagedIdentity,
        Self::AzureCli,
        Self::AzureDeveloperCli,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Environment => "EnvironmentCredential",
            Self::WorkloadIdentity => "WorkloadIdentityCredential",
            Self::ManagedIdentity => "ManagedIdentityCredential",
            Self::AzureCli => "AzureCliCredential",
            Self::AzureDeveloperCli => "AzureDeveloperCliCredential",
        }
    }

    const fn is_developers(self) -> bool {
        matches!(self, Self::AzureCli | Self::AzureDeveloperCli)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINCIPAL: [(&str, &str); 2] = [("AZURE_TENANT_ID", "t"), ("AZURE_CLIENT_ID", "c")];

    fn labels(variables: &[(&str, &str)]) -> Vec<String> {
        of(variables).unwrap().iter().map(Way::label).collect()
    }

    fn of(variables: &[(&str, &str)]) -> Result<Vec<Way>, PlanError> {
        let pairs = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        pairs.collect::<Environment>().ways()
    }

    fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
        PRINCIPAL.into_iter().chain(more.iter().copied()).collect()
    }

    #[test]
    fn what_is_set_up_for_the_process_goes_before_what_the_machine_offers() {
        assert_eq!(labels(&with(&[("AZURE_CLIENT_SECRET", "s")])), ["service principal c (secret)"]);
        assert_eq!(
            labels(&with(&[("AZURE_CLIENT_CERTIFICATE_PATH", "p")])),
            ["service principal c (certificate)"]
        );
        assert_eq!(
            labels(&with(&[("AZURE_FEDERATED_TOKEN_FILE", "p")])),
            ["service principal c (federated token)"]
        );
        assert_eq!(labels(&[("AZURE_CLIENT_ID", "c")]), ["managed identity c"]);
        assert_eq!(labels(&[]), ["managed identity"]);
    }

    #[test]
    fn the_chain_can_be_narrowed() {
        let secret = with(&[("AZURE_CLIENT_SECRET", "s"), ("AZURE_TOKEN_CREDENTIALS", "dev")]);
        assert!(labels(&secret).is_empty(), "nothing of a developer is there");
        let secret =
            with(&[("AZURE_CLIENT_SECRET", "s"), ("AZURE_TOKEN_CREDENTIALS", "managedidentitycredential")]);
        assert_eq!(labels(&secret), ["managed identity c"]);
        let error = of(&[("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredentials")]).unwrap_err();
        assert_eq!(error.diagnostic.remedies, ["did you mean `EnvironmentCredential`?"]);
    }

    #[test]
    fn half_a_service_principal_is_an_error_and_not_another_identity() {
        let error = of(&[("AZURE_CLIENT_SECRET", "s"), ("AZURE_CLIENT_ID", "c")]).unwrap_err();
        assert_eq!(error.message(), "AZURE_CLIENT_SECRET is set, and AZURE_TENANT_ID is not");
        for secret in [&[][..], &[("AZURE_CLIENT_SECRET", "")]] {
            let error = of(&with(secret)).unwrap_err();
            assert!(error.is_bad_setting() && error.message().contains("AZURE_CLIENT_SECRET"), "{error}");
        }
        let password =
            with(&[("AZURE_CLIENT_CERTIFICATE_PATH", "p"), ("AZURE_CLIENT_CERTIFICATE_PASSWORD", "x")]);
        assert!(of(&password).unwrap_err().is_bad_setting());
    }
}
