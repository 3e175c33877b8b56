//! Tags come, change and go.

use serde_json::{Value, json};

use super::event_body::items;
use super::region_change::RegionChange;
use crate::sandbox::estate::{InstanceState, Subnet, Tags, Vpc};

/// Something of the account that has tags.
struct Tagged {
    /// As ARNs have it, such as `instance`.
    kind: &'static str,
    id: String,
    tags: Tags,
}

/// What tags say.
const KEYS: [&str; 4] = ["Owner", "Environment", "CostCenter", "Name"];

impl RegionChange<'_> {
    /// Sets a tag of a VPC, a subnet, an instance or an interface.
    pub fn set_tag(&mut self) -> Option<()> {
        let mut tagged = self.pick_tagged(|_| true)?;
        let key = KEYS[self.draw.below(KEYS.len())];
        let value = format!("{}-{}", key.to_lowercase(), self.ids.number());
        tagged.tags.insert(key.into(), value.clone());
        self.put_tags(&tagged)?;
        let request = request(&tagged.id, json!({ "key": key, "value": value }));
        self.emit_call("CreateTags", request, Value::Null);
        self.emit_tags(tagged.kind, &tagged.id, key, &tagged.tags);
        Some(())
    }

    /// Deletes a tag.
    pub fn delete_tag(&mut self) -> Option<()> {
        let mut tagged = self.pick_tagged(|tags| !tags.is_empty())?;
        let keys: Vec<String> = tagged.tags.keys().cloned().collect();
        let key = self.draw.pick(&keys)?;
        tagged.tags.remove(key);
        self.put_tags(&tagged)?;
        self.emit_call("DeleteTags", request(&tagged.id, json!({ "key": key })), Value::Null);
        self.emit_tags(tagged.kind, &tagged.id, key, &tagged.tags);
        Some(())
    }

    /// Draws a kind, and something of that kind whose tags meet a condition.
    fn pick_tagged(&mut self, fits: impl Fn(&Tags) -> bool) -> Option<Tagged> {
        let account = self.place.account.clone();
        Some(match self.draw.below(5) {
            0 => {
                let vpc = self.pick_vpc(|_, vpc| fits(&vpc.tags))?;
                Tagged { kind: "vpc", id: vpc.id.clone(), tags: vpc.tags.clone() }
            }
            1 => {
                let subnet = self.pick_subnet(|_, subnet| subnet.owner == account && fits(&subnet.tags))?;
                Tagged { kind: "subnet", id: subnet.id.clone(), tags: subnet.tags.clone() }
            }
            2 => {
                let interface = self.pick_interface(|interface| fits(&interface.tags))?;
                Tagged { kind: "network-interface", id: interface.id.clone(), tags: interface.tags.clone() }
            }
            _ => {
                let is_there =
                    |state| !matches!(state, InstanceState::ShuttingDown | InstanceState::Terminated);
                let (id, _) =
                    self.pick_instance(|instance| is_there(instance.state) && fits(&instance.tags))?;
                let tags = self.instance(&id)?.tags.clone();
                Tagged { kind: "instance", id, tags }
            }
        })
    }

    fn put_tags(&mut self, tagged: &Tagged) -> Option<()> {
        let Tagged { kind, id, tags } = tagged;
        let tags = tags.clone();
        match *kind {
            "vpc" => {
                let vpcs = &self.visible()?.vpcs;
                let vpc = Vpc::clone(vpcs.iter().find(|vpc| vpc.id == *id)?);
                self.replace_vpc(Vpc { tags, ..vpc });
                Some(())
            }
            "subnet" => self.change_subnet(id, |subnet: &mut Subnet| subnet.tags = tags),
            "network-interface" => self.change_interface(id, |interface| interface.tags = tags),
            _ => self.change_instance(id, |instance| instance.tags = tags),
        }
    }
}

fn request(id: &str, tag: Value) -> Value {
    json!({ "resourcesSet": items([json!({ "resourceId": id })]), "tagSet": items([tag]) })
}
