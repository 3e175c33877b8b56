//! The resource manager: lists, page by page.
//! <https://learn.microsoft.com/rest/api/azure/>

use serde_json::{Value, json};

use super::faults::{AzureService, GatedRequest};
use super::list_items::{Item, ListOptions, items};
use super::request::AzureRequest;
use super::route::{ArmRoute, ListKind, ParentResource};
use super::{answers, entra};
use crate::sandbox::answer::Answer;
use crate::sandbox::estate::azure::Tenant;
use crate::sandbox::faults::ListFaults;
use crate::sandbox::pages::PageWindow;
use crate::sandbox::state::State;

/// Answers a request.
pub async fn answer(state: &State, request: &AzureRequest<'_>, id: &str) -> Result<Answer, Answer> {
    let tenant = entra::tenant_of_request(state, request)?;
    if request.parameter("api-version").is_none_or(|version| version.is_empty()) {
        let message = "The api-version query parameter (?api-version=) is required for all requests.";
        return Err(answers::arm_error(400, "MissingApiVersionParameter", message));
    }
    let tenant_request = TenantRequest { state, request, tenant, id };
    match ArmRoute::parse(request.path) {
        Some(ArmRoute::Subscriptions) => tenant_request.subscriptions().await,
        Some(ArmRoute::Tenants) => tenant_request.tenants().await,
        Some(ArmRoute::Within { subscription, what, parent }) => {
            tenant_request.within(subscription, what, parent).await
        }
        None => {
            let message = format!("The resource type could not be found at the path '{}'.", request.path);
            Err(answers::arm_error(404, "InvalidResourceType", message))
        }
    }
}

/// A request of a tenant's client.
struct TenantRequest<'a> {
    state: &'a State,
    request: &'a AzureRequest<'a>,
    tenant: &'a Tenant,
    id: &'a str,
}

impl TenantRequest<'_> {
    async fn subscriptions(&self) -> Result<Answer, Answer> {
        let all = self.state.estate.azure.subscriptions();
        let own = all.filter(|subscription| subscription.tenant == self.tenant.id);
        let items: Vec<_> = own.map(Item::Subscription).collect();
        let list = |faults: &ListFaults| {
            let mut body = self.list(&items, faults)?;
            body["count"] = json!({ "type": "Total", "value": items.len() });
            Ok(answers::indented(200, &body).with("x-ms-ratelimit-remaining-tenant-reads", "11999"))
        };
        let action = "Microsoft.Resources/subscriptions/read";
        Ok(self.gated(&self.tenant.id, action, "/").answer(list).await)
    }

    async fn tenants(&self) -> Result<Answer, Answer> {
        let list = |faults: &ListFaults| {
            let body = self.list(&[Item::Tenant(self.tenant)], faults)?;
            Ok(answers::indented(200, &body).with("x-ms-ratelimit-remaining-tenant-reads", "11999"))
        };
        let action = "Microsoft.Resources/tenants/read";
        Ok(self.gated(&self.tenant.id, action, "/").answer(list).await)
    }

    async fn within(
        &self,
        id: &str,
        what: ListKind,
        parent: Option<ParentResource<'_>>,
    ) -> Result<Answer, Answer> {
        let subscription = entra::subscription_of_tenant(self.state, self.tenant, id)?;
        let scope = match parent {
            Some(ParentResource { group, kind, name }) => {
                format!("/subscriptions/{}/resourceGroups/{group}/providers/{kind}/{name}", subscription.id)
            }
            None => format!("/subscriptions/{}", subscription.id),
        };
        let list = |faults: &ListFaults| {
            let items = items(subscription, what, parent, &self.list_options()?).ok_or_else(|| {
                let message = format!("The Resource '{scope}' was not found.");
                answers::arm_error(404, "ResourceNotFound", message)
            })?;
            let body = match &items[..] {
                [resource, ..] if what.is_resource() => resource.render(),
                _ => self.list(&items, faults)?,
            };
            Ok(answers::indented(200, &body).with("x-ms-ratelimit-remaining-subscription-reads", "11999"))
        };
        Ok(self.gated(&subscription.id, what.action(), &scope).answer(list).await)
    }

    /// Prepares the request for the faults.
    fn gated<'b>(&'b self, account: &'b str, action: &'b str, scope: &'b str) -> GatedRequest<'b> {
        let (state, tenant, id) = (self.state, self.tenant, self.id);
        GatedRequest { state, service: AzureService::Manager, tenant, account, action, scope, id }
    }

    fn list_options(&self) -> Result<ListOptions, Answer> {
        let is = |name: &str, wanted: &str| {
            self.request.parameter(name).is_some_and(|value| value.eq_ignore_ascii_case(wanted))
        };
        let location = match self.request.parameter("$filter") {
            Some(filter) => Some(location(&filter).ok_or_else(|| {
                answers::arm_error(
                    400,
                    "InvalidParameter",
                    format!("The filter '{filter}' is not supported."),
                )
            })?),
            None => None,
        };
        let (status_only, instance_view) = (is("statusOnly", "true"), is("$expand", "instanceView"));
        Ok(ListOptions { status_only, instance_view, location })
    }

    /// Writes the page that is asked for.
    fn list(&self, items: &[Item<'_>], faults: &ListFaults) -> Result<Value, Answer> {
        let rest = || self.request.parameters().filter(|(name, _)| !name.eq_ignore_ascii_case("$skiptoken"));
        let query = |token: Option<&str>| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(rest()).extend_pairs(token.map(|token| ("$skiptoken", token))).finish()
        };
        let scope = format!("{}/{}?{}", self.tenant.id, self.request.path, query(None));
        let token = self.request.parameter("$skiptoken");
        let size = self.state.estate.azure.page_size;
        let page = PageWindow::from_token(scope, token.as_deref(), size, faults.page_loop);
        let page = page.ok_or_else(|| {
            answers::arm_error(400, "InvalidParameter", "The value of parameter $skiptoken is invalid.")
        })?;
        let (range, next) = page.slice(items.len());
        let value: Vec<Value> = items[range].iter().map(Item::render).collect();
        let mut body = json!({ "value": value });
        let astray = faults.astray.as_deref();
        if next.is_some() || astray.is_some() {
            let host = astray.unwrap_or(&self.state.server.url);
            body["nextLink"] = format!("{host}{}?{}", self.request.path, query(next.as_deref())).into();
        }
        Ok(body)
    }
}

/// Reads the one filter that the SKU list has:
/// <https://learn.microsoft.com/rest/api/compute/resource-skus/list>.
fn location(filter: &str) -> Option<String> {
    let mut words = filter.split_whitespace();
    let (field, operator, value) = (words.next()?, words.next()?, words.next()?);
    let value = value.strip_prefix('\'')?.strip_suffix('\'')?;
    (field == "location" && operator == "eq" && words.next().is_none()).then(|| value.to_lowercase())
}
