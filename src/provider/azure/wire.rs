//! stub
use serde::{Deserialize, de::DeserializeOwned};
pub trait Resource {
    fn id(&self) -> Option<&str>;
}
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct Malformed;
pub fn item<T: DeserializeOwned>(raw: &str) -> Result<T, Malformed> {
    serde_json::from_str(raw).map_err(|_| Malformed)
}
#[derive(Debug, Deserialize)]
pub struct VirtualNetwork {
    pub id: Option<String>,
}
impl Resource for VirtualNetwork {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
#[derive(Debug, Deserialize)]
pub struct VirtualHub {
    pub id: Option<String>,
}
impl Resource for VirtualHub {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
#[derive(Debug, Deserialize)]
pub struct HubConnection {
    pub id: Option<String>,
}
impl Resource for HubConnection {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
#[derive(Debug, Deserialize)]
pub struct Nic {
    pub id: Option<String>,
}
impl Resource for Nic {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
#[derive(Debug, Deserialize)]
pub struct PublicIp {
    pub id: Option<String>,
}
impl Resource for PublicIp {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
#[derive(Debug, Deserialize)]
pub struct PrivateEndpoint {
    pub id: Option<String>,
}
impl Resource for PrivateEndpoint {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
#[derive(Debug, Deserialize)]
pub struct Machine {
    pub id: Option<String>,
}
impl Resource for Machine {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
#[derive(Debug, Deserialize)]
pub struct ScaleSet {
    pub id: Option<String>,
}
impl Resource for ScaleSet {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
#[derive(Debug, Deserialize)]
pub struct ScaleSetMachine {
    pub id: Option<String>,
}
impl Resource for ScaleSetMachine {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
impl ScaleSet {
    pub fn is_uniform(&self) -> bool {
        true
    }
}
#[derive(Debug, Deserialize)]
pub struct Sku {
    pub name: Option<String>,
}
#[derive(Debug, Deserialize)]
pub struct Subscription {
    pub subscription_id: Option<String>,
    pub display_name: Option<String>,
    pub tenant_id: Option<String>,
    pub state: Option<String>,
}
#[derive(Debug, Deserialize)]
pub struct Tenant {
    pub tenant_id: Option<String>,
}
