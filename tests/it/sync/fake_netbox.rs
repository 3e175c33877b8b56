//! A `NetBox` on loopback that does what was measured on a real one (4.7.3): bulk requests are all or nothing, filters that
//! it does not know are ignored, deleting a machine deletes what belongs to it. It shares no code with what talks to it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Map, Value, json};

type Object = Map<String, Value>;

/// The token that it accepts.
pub const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";

/// A list of objects: its path, the fields that refer to other lists, and the fields with choices.
struct List {
    path: &'static str,
    references: &'static [(&'static str, &'static str)],
    has_status: bool,
}

const fn list(
    path: &'static str,
    references: &'static [(&'static str, &'static str)],
    has_status: bool,
) -> List {
    List { path, references, has_status }
}

const TENANTS: &str = "tenancy/tenants/";
const VRFS: &str = "ipam/vrfs/";
const MACHINES: &str = "virtualization/virtual-machines/";
const INTERFACES: &str = "virtualization/interfaces/";
const ADDRESSES: &str = "ipam/ip-addresses/";
const MACS: &str = "dcim/mac-addresses/";
const CLUSTERS: &str = "virtualization/clusters/";
const PREFIXES: &str = "ipam/prefixes/";

const LISTS: [List; 18] = [
    list("extras/custom-fields/", &[], false),
    list("extras/tags/", &[], false),
    list("dcim/sites/", &[], false),
    list("ipam/roles/", &[], false),
    list("virtualization/cluster-types/", &[], false),
    list(TENANTS, &[], false),
    list(VRFS, &[("tenant", TENANTS)], false),
    list(CLUSTERS, &[("tenant", TENANTS), ("type", "virtualization/cluster-types/")], true),
    list(PREFIXES, &[("tenant", TENANTS), ("vrf", VRFS), ("role", "ipam/roles/")], true),
    list(
        MACHINES,
        &[("tenant", TENANTS), ("cluster", CLUSTERS), ("primary_ip4", ADDRESSES), ("primary_ip6", ADDRESSES)],
        true,
    ),
    list(INTERFACES, &[("virtual_machine", MACHINES), ("primary_mac_address", MACS)], false),
    list(MACS, &[("assigned_object_id", INTERFACES)], false),
    list(
        ADDRESSES,
        &[("tenant", TENANTS), ("vrf", VRFS), ("nat_inside", ADDRESSES), ("assigned_object_id", INTERFACES)],
        true,
    ),
    list("ipam/services/", &[], false),
    list("extras/journal-entries/", &[], false),
    list("tenancy/contact-assignments/", &[], false),
    list("extras/image-attachments/", &[], false),
    list("virtualization/virtual-disks/", &[("virtual_machine", MACHINES)], false),
];

/// What is answered: a status, headers and a body.
struct Answer {
    status: u16,
    headers: String,
    body: Value,
}

impl Answer {
    fn new(status: u16, body: Value) -> Self {
        Self { status, headers: String::new(), body }
    }
}

/// Its objects, by path and id.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is something that servers differ in")]
pub struct Store {
    objects: BTreeMap<&'static str, BTreeMap<u64, Object>>,
    last_id: u64,
    /// The time of the last change.
    clock: u64,
    /// Whether filters are ignored that it knows otherwise, as by another version.
    pub ignores_filters: bool,
    /// Whether whatever an `ETag` says is refused that a list was read for, as by a version that makes them otherwise.
    pub has_other_etags: bool,
    /// Whether what has to be unique is believed to be: checking it takes a pass over all objects.
    pub is_trusting: bool,
    /// Requests with more objects than this are given up.
    pub most_objects: Option<usize>,
    /// Methods and paths of the requests so far.
    pub requests: Vec<(String, String)>,
    /// Answers instead of those of the next requests whose method and path begin so: a status.
    pub failures: Vec<(&'static str, &'static str, u16)>,
    /// Creations at these paths are done, but their answers are lost.
    pub lost: Vec<&'static str>,
    /// Every request is answered by asking to wait so many seconds.
    pub slow_down: Option<u64>,
    /// Nothing but the version is answered.
    pub is_silent: bool,
    /// After so many writes no more are answered, as when a run is killed.
    pub writes_left: Option<usize>,
}

/// The server. It ends with the process.
pub struct FakeNetbox {
    pub url: String,
    store: Arc<Mutex<Store>>,
}

impl FakeNetbox {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let store: Arc<Mutex<Store>> = Arc::default();
        let served = Arc::clone(&store);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let store = Arc::clone(&served);
                std::thread::spawn(move || serve(stream, &store));
            }
        });
        Self { url, store }
    }

    pub fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap()
    }

    /// The objects of a list as it shows them, without times and ids of others.
    pub fn all(&self, path: &str) -> Vec<Object> {
        let store = self.store();
        store.objects.get(path).into_iter().flatten().map(|(_, object)| object.clone()).collect()
    }

    /// Does what people do by hand.
    pub fn by_hand(&self, method: &str, path: &str, body: &Value) -> Value {
        let mut store = self.store();
        let answer = store.answer(method, path, "", body, None);
        assert!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.body);
        answer.body
    }

    /// Does what people do by hand, if it is not refused.
    pub fn by_hand_if_possible(&self, method: &str, path: &str) {
        self.store().answer(method, path, "", &Value::Null, None);
    }

    /// Tells whether there is an object at this path.
    pub fn has(&self, path: &str) -> bool {
        self.store().answer("GET", path, "", &Value::Null, None).status == 200
    }

    /// Counts the writes so far.
    pub fn writes(&self) -> usize {
        self.store().requests.iter().filter(|(method, _)| method != "GET").count()
    }
}

fn serve(stream: TcpStream, shared: &Mutex<Store>) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader) {
        let mut store = shared.lock().unwrap();
        store.requests.push((request.method.clone(), request.path.clone()));
        while store.is_silent && request.path != "status/" {
            drop(store);
            std::thread::sleep(std::time::Duration::from_millis(20));
            store = shared.lock().unwrap();
        }
        let answer = store.handle(&request);
        drop(store);
        let body = if answer.body.is_null() { String::new() } else { answer.body.to_string() };
        let head = format!(
            "HTTP/1.1 {} X\r\nContent-Length: {}\r\n{}\r\n",
            answer.status,
            body.len(),
            answer.headers
        );
        if reader.get_mut().write_all(format!("{head}{body}").as_bytes()).is_err() {
            return;
        }
    }
}

struct Request {
    method: String,
    path: String,
    query: String,
    authorization: String,
    if_match: Option<String>,
    body: Value,
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut authorization, mut if_match) = (0, String::new(), None);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "authorization" => value.clone_into(&mut authorization),
            "if-match" => if_match = Some(value.to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    Some(Request {
        method,
        path: path.trim_start_matches("/api/").to_owned(),
        query: query.to_owned(),
        authorization,
        if_match,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    })
}

/// Writes the number of a change as a time, as Python does: without a fraction, or with six digits.
fn time(change: u64) -> String {
    let (seconds, fraction) = (change / 1000, change % 1000);
    let fraction = if fraction == 0 { String::new() } else { format!(".{:06}", fraction * 1000) };
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    format!("2026-11-27T{:02}:{:02}:{seconds:02}{fraction}", minutes / 60, minutes % 60)
}

fn list_of(path: &str) -> Option<&'static List> {
    static KNOWN: [List; 18] = LISTS;
    KNOWN.iter().find(|known| known.path == path)
}

impl Store {
    fn handle(&mut self, request: &Request) -> Answer {
        let Request { method, path, query, body, if_match, .. } = request;
        if request.authorization != format!("Token {TOKEN}") {
            return Answer::new(403, json!({ "detail": "Invalid v1 token" }));
        }
        let is_hit = |(verb, begin, _): &(&str, &str, u16)| method == verb && path.starts_with(begin);
        if let Some(at) = self.failures.iter().position(is_hit) {
            let (_, _, status) = self.failures.remove(at);
            let headers = "Retry-After: 0\r\n".to_owned();
            return Answer { status, headers, body: json!({ "detail": "a fault of the test" }) };
        }
        if let Some(seconds) = self.slow_down {
            let headers = format!("Retry-After: {seconds}\r\n");
            return Answer { status: 429, headers, body: json!({ "detail": "throttled" }) };
        }
        if method != "GET" && self.writes_left.is_some_and(|left| left == 0) {
            let headers = "Retry-After: 0\r\n".to_owned();
            return Answer { status: 503, headers, body: json!({ "detail": "the run was killed before" }) };
        }
        let objects = body.as_array().map_or(1, Vec::len);
        if self.most_objects.is_some_and(|most| objects > most) {
            let headers = "Retry-After: 0\r\n".to_owned();
            return Answer { status: 504, headers, body: json!({ "detail": "timed out" }) };
        }
        let answer = self.answer(method, path, query, body, if_match.as_deref());
        if let Some(at) = self.lost.iter().position(|lost| method == "POST" && path == lost) {
            self.lost.remove(at);
            let headers = "Retry-After: 0\r\n".to_owned();
            return Answer { status: 504, headers, body: json!({ "detail": "timed out" }) };
        }
        if method != "GET" && answer.status < 300 {
            self.writes_left = self.writes_left.map(|left| left - 1);
        }
        answer
    }

    fn answer(
        &mut self,
        method: &str,
        path: &str,
        query: &str,
        body: &Value,
        if_match: Option<&str>,
    ) -> Answer {
        if path == "status/" {
            return Answer::new(200, json!({ "netbox-version": "4.7.3" }));
        }
        if let Some(list) = list_of(path) {
            return match method {
                "GET" => self.page(list, query),
                "POST" => self.create(list, body),
                _ => self.update_all(list, body),
            };
        }
        let Some((path, id)) = path.trim_end_matches('/').rsplit_once('/') else {
            return Answer::new(404, json!({ "detail": "Not found." }));
        };
        let found = list_of(&format!("{path}/")).zip(id.parse().ok());
        let Some((list, id)) = found.filter(|(list, id)| self.get(list.path, *id).is_some()) else {
            return Answer::new(404, json!({ "detail": "No object matches the given query." }));
        };
        if if_match.is_some_and(|etag| etag != self.etag(list.path, id)) {
            return Answer::new(412, json!({ "detail": "Precondition failed." }));
        }
        match method {
            "GET" => {
                let headers = format!("ETag: {}\r\n", self.etag(list.path, id));
                Answer { status: 200, headers, body: self.show(list, id) }
            }
            "PATCH" => self
                .update(list, id, body)
                .map_or_else(|errors| Answer::new(400, errors), |()| Answer::new(200, self.show(list, id))),
            _ => self.delete(list, id),
        }
    }

    fn get(&self, path: &str, id: u64) -> Option<&Object> {
        self.objects.get(path)?.get(&id)
    }

    fn etag(&self, path: &str, id: u64) -> String {
        let changed = self.get(path, id).and_then(|it| it["last_updated"].as_u64()).unwrap_or_default();
        if self.has_other_etags { format!("\"{changed}\"") } else { format!("W/\"{}+00:00\"", time(changed)) }
    }

    /// What else `query` says is ignored.
    fn page(&self, list: &List, query: &str) -> Answer {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value =
            |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let after: u64 = value("id__gt").map_or(0, |id| id.parse().unwrap());
        let limit = value("limit").map_or(50, |limit| limit.parse().unwrap());
        let id = value("cf_netcensus_id");
        let objects = self.objects.get(list.path).into_iter().flatten();
        let values = |name: &str| -> Vec<u64> {
            let of_name = pairs.iter().filter(|(known, _)| known == name && !self.ignores_filters);
            of_name.map(|(_, value)| value.parse().unwrap()).collect()
        };
        // Values of these filters have to be ids of objects that are there.
        let filters = [
            ("virtual_machine_id", MACHINES, "virtual_machine"),
            ("vminterface_id", INTERFACES, "assigned_object_id"),
        ];
        let filters = filters.map(|(name, path, field)| (name, path, field, values(name)));
        for (name, path, _, ids) in &filters {
            if let Some(id) = ids.iter().find(|id| self.get(path, **id).is_none()) {
                let why = format!("Select a valid choice. {id} is not one of the available choices.");
                return Answer::new(400, json!({ *name: [why] }));
            }
        }
        let (ids, id) = (values("id"), id.filter(|_| !self.ignores_filters));
        let is_listed = |object: &Object| {
            filters.iter().all(|(_, _, field, ids)| {
                let parent = object.get(*field).or_else(|| object.get("parent_object_id"));
                ids.is_empty() || parent.and_then(Value::as_u64).is_some_and(|parent| ids.contains(&parent))
            })
        };
        let objects = objects.filter(|(at, object)| {
            **at > after
                && (ids.is_empty() || ids.contains(*at))
                && id.is_none_or(|id| object["custom_fields"]["netcensus_id"] == id)
                && is_listed(object)
        });
        let mut ids: Vec<u64> = objects.map(|(id, _)| *id).collect();
        let next = if ids.len() > limit { json!("http://elsewhere.example/") } else { Value::Null };
        let count = ids.len();
        ids.truncate(limit);
        let results: Vec<Value> = ids.iter().map(|id| self.show(list, *id)).collect();
        Answer::new(200, json!({ "count": count, "next": next, "previous": null, "results": results }))
    }

    /// Shows an object: references are objects, choices have labels.
    fn show(&self, list: &List, id: u64) -> Value {
        let mut shown = self.get(list.path, id).cloned().unwrap_or_default();
        for (field, _) in list.references.iter().filter(|(field, _)| *field != "assigned_object_id") {
            if let Some(other) = shown.get(*field).and_then(Value::as_u64) {
                shown.insert((*field).to_owned(), json!({ "id": other, "display": "other" }));
            }
        }
        if list.has_status {
            let status = shown.get("status").cloned().unwrap_or_default();
            shown.insert("status".to_owned(), json!({ "value": status, "label": "Status" }));
        }
        if list.path == "extras/custom-fields/" {
            let of = shown.get("type").cloned().unwrap_or_default();
            shown.insert("type".to_owned(), json!({ "value": of, "label": "Type" }));
        }
        if let Some(vcpus) = shown.get("vcpus").and_then(Value::as_f64) {
            shown.insert("vcpus".to_owned(), json!(vcpus));
        }
        let changed = shown["last_updated"].as_u64().unwrap_or_default();
        shown.insert("last_updated".to_owned(), json!(format!("{}Z", time(changed))));
        shown.into()
    }

    fn create(&mut self, list: &'static List, body: &Value) -> Answer {
        let Some(items) = body.as_array() else {
            return match self.insert(list, body) {
                Ok(id) => Answer::new(201, self.show(list, id)),
                Err(errors) => Answer::new(400, errors),
            };
        };
        let (mut created, mut errors) = (Vec::new(), Vec::new());
        for (index, item) in items.iter().enumerate() {
            match self.insert(list, item) {
                Ok(id) => created.push(id),
                Err(error) => errors.push(json!({ "index": index, "errors": error })),
            }
        }
        if errors.is_empty() {
            return Answer::new(201, created.iter().map(|id| self.show(list, *id)).collect());
        }
        for id in created {
            self.objects.entry(list.path).or_default().remove(&id);
        }
        let detail = format!("{} of {} objects could not be created.", errors.len(), items.len());
        Answer::new(400, json!({ "detail": detail, "errors": errors }))
    }

    fn insert(&mut self, list: &'static List, body: &Value) -> Result<u64, Value> {
        let mut object: Object = Object::new();
        if list.has_status {
            object.insert("status".to_owned(), json!("active"));
        }
        object.insert("custom_fields".to_owned(), json!({}));
        object.insert("tags".to_owned(), json!([]));
        self.last_id += 1;
        let id = self.last_id;
        object.insert("id".to_owned(), id.into());
        self.write(list, object, body)?;
        Ok(id)
    }

    fn update(&mut self, list: &'static List, id: u64, body: &Value) -> Result<(), Value> {
        let object = self.get(list.path, id).cloned().unwrap_or_default();
        self.write(list, object, body)
    }

    fn update_all(&mut self, list: &'static List, body: &Value) -> Answer {
        let items = body.as_array().cloned().unwrap_or_default();
        let mut before: Vec<(u64, Object)> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let id = item["id"].as_u64().unwrap_or_default();
            let updated = match self.get(list.path, id).cloned() {
                Some(object) => {
                    before.push((id, object));
                    self.update(list, id, item)
                }
                None => Err(json!({ "id": [format!("Object with ID {id} does not exist")] })),
            };
            if let Err(errors) = updated {
                self.objects.entry(list.path).or_default().extend(before);
                let errors = json!([{ "index": index, "errors": errors }]);
                return Answer::new(400, json!({ "detail": "1 object failed.", "errors": errors }));
            }
        }
        Answer::new(200, Value::Array(items))
    }

    fn write(&mut self, list: &'static List, mut object: Object, body: &Value) -> Result<(), Value> {
        for (name, value) in body.as_object().into_iter().flatten() {
            match name.as_str() {
                "custom_fields" => {
                    for (name, value) in value.as_object().into_iter().flatten() {
                        self.check_custom_field(name)?;
                        object["custom_fields"][name] = value.clone();
                    }
                }
                "tags" => drop(object.insert("tags".to_owned(), self.tags(value)?)),
                _ => drop(object.insert(name.clone(), value.clone())),
            }
        }
        self.check(list, &object)?;
        self.clock += 1;
        object.insert("last_updated".to_owned(), self.clock.into());
        let id = object["id"].as_u64().unwrap_or_default();
        self.objects.entry(list.path).or_default().insert(id, object);
        Ok(())
    }

    fn check_custom_field(&self, name: &str) -> Result<(), Value> {
        let mut fields = self.objects.get("extras/custom-fields/").into_iter().flatten();
        let is_known = fields.any(|(_, field)| field["name"] == name);
        let unknown = || json!({ "custom_fields": [format!("Custom field {name} does not exist")] });
        is_known.then_some(()).ok_or_else(unknown)
    }

    fn tags(&self, tags: &Value) -> Result<Value, Value> {
        let known = |tag: &Value| {
            let mut all = self.objects.get("extras/tags/").into_iter().flatten();
            all.find(|(_, known)| known["slug"] == tag["slug"]).map(|(_, known)| known.clone().into())
        };
        let found: Option<Vec<Value>> = tags.as_array().into_iter().flatten().map(known).collect();
        found.map(Value::Array).ok_or_else(|| json!({ "tags": ["Related object not found"] }))
    }

    fn check(&self, list: &List, object: &Object) -> Result<(), Value> {
        for (field, target) in list.references {
            let other = object.get(*field).and_then(Value::as_u64);
            if other.is_some_and(|id| self.get(target, id).is_none()) {
                return Err(json!({ *field: ["Related object not found"] }));
            }
        }
        let longest = if matches!(list.path, MACHINES | INTERFACES) { 64 } else { 100 };
        let name = object.get("name").and_then(Value::as_str).unwrap_or_default();
        if name.chars().count() > longest {
            return Err(
                json!({ "name": [format!("Ensure this field has no more than {longest} characters.")] }),
            );
        }
        if self.is_trusting {
            return Ok(());
        }
        let id = object["custom_fields"].get("netcensus_id").filter(|id| !id.is_null());
        if let Some(id) = id.filter(|id| {
            self.has_other(list, object, |it| it["custom_fields"].get("netcensus_id") == Some(*id))
        }) {
            return Err(json!({ "custom_fields": [format!("Custom field must have a unique value: {id}")] }));
        }
        self.check_unique(list, object)
    }

    fn has_other(&self, list: &List, object: &Object, is_same: impl Fn(&Object) -> bool) -> bool {
        let mut others = self.objects.get(list.path).into_iter().flatten();
        others.any(|(_, other)| other["id"] != object["id"] && is_same(other))
    }

    fn check_unique(&self, list: &List, object: &Object) -> Result<(), Value> {
        let same = |name: &'static str| {
            move |other: &Object| {
                let value = object.get(name).filter(|value| !value.is_null());
                value.is_some() && other.get(name) == value
            }
        };
        let refused = match list.path {
            TENANTS if self.has_other(list, object, same("slug")) => "slug",
            VRFS if self.has_other(list, object, same("rd")) => "rd",
            MACHINES => {
                let name = |it: &Object| it["name"].as_str().unwrap_or_default().to_lowercase();
                let is_same = |other: &Object| {
                    name(other) == name(object)
                        && other.get("cluster") == object.get("cluster")
                        && other.get("tenant") == object.get("tenant")
                };
                if !self.has_other(list, object, is_same) {
                    return self.check_primary(object);
                }
                "__all__"
            }
            // The global table; our VRFs do not enforce it.
            ADDRESSES if object.get("vrf").is_none_or(Value::is_null) => {
                let is_same = |other: &Object| {
                    other.get("vrf").is_none_or(Value::is_null) && other["address"] == object["address"]
                };
                if !self.has_other(list, object, is_same) {
                    return Ok(());
                }
                "address"
            }
            _ => return Ok(()),
        };
        Err(json!({ refused: ["This already exists."] }))
    }

    /// Primary addresses have to be assigned to an interface of the machine.
    fn check_primary(&self, machine: &Object) -> Result<(), Value> {
        for field in ["primary_ip4", "primary_ip6"] {
            let Some(address) = machine.get(field).and_then(Value::as_u64) else { continue };
            let interface =
                self.get(ADDRESSES, address).and_then(|it| it.get("assigned_object_id")?.as_u64());
            let owner = interface.and_then(|id| self.get(INTERFACES, id)).map(|it| &it["virtual_machine"]);
            if owner != machine.get("id") {
                return Err(json!({ field: ["The specified IP address is not assigned to this VM."] }));
            }
        }
        Ok(())
    }

    fn delete(&mut self, list: &List, id: u64) -> Answer {
        let in_use = |(from, field): (&str, &str)| {
            let mut objects = self.objects.get(from).into_iter().flatten();
            objects.any(|(_, object)| object.get(field).and_then(Value::as_u64) == Some(id))
        };
        let protects: &[(&str, &str)] = match list.path {
            VRFS => &[(PREFIXES, "vrf"), (ADDRESSES, "vrf")],
            CLUSTERS => &[(MACHINES, "cluster")],
            TENANTS => &[(VRFS, "tenant"), (MACHINES, "tenant"), (PREFIXES, "tenant"), (ADDRESSES, "tenant")],
            _ => &[],
        };
        if protects.iter().copied().any(in_use) {
            let detail = "Unable to delete object. 1 dependent objects were found: x (1)";
            return Answer::new(409, json!({ "detail": detail }));
        }
        self.remove(list.path, id);
        Answer::new(204, Value::Null)
    }

    /// Removes an object and what belongs to it, and clears what refers to it.
    fn remove(&mut self, path: &str, id: u64) {
        self.objects.entry(list_of(path).map_or("", |list| list.path)).or_default().remove(&id);
        let belongs: &[(&str, &str)] = match path {
            MACHINES => {
                &[(INTERFACES, "virtual_machine"), ("virtualization/virtual-disks/", "virtual_machine")]
            }
            INTERFACES => &[(ADDRESSES, "assigned_object_id"), (MACS, "assigned_object_id")],
            _ => &[],
        };
        for (from, field) in belongs {
            for other in self.referring(from, field, id) {
                self.remove(from, other);
            }
        }
        let clears: &[(&str, &str)] = match path {
            ADDRESSES => &[(MACHINES, "primary_ip4"), (MACHINES, "primary_ip6"), (ADDRESSES, "nat_inside")],
            MACS => &[(INTERFACES, "primary_mac_address")],
            _ => &[],
        };
        for (from, field) in clears {
            for other in self.referring(from, field, id) {
                self.clock += 1;
                let clock = self.clock;
                if let Some(object) = self.objects.get_mut(from).and_then(|all| all.get_mut(&other)) {
                    object.insert((*field).to_owned(), Value::Null);
                    object.insert("last_updated".to_owned(), clock.into());
                }
            }
        }
    }

    fn referring(&self, path: &str, field: &str, id: u64) -> Vec<u64> {
        let objects = self.objects.get(path).into_iter().flatten();
        let refer = objects.filter(|(_, object)| object.get(field).and_then(Value::as_u64) == Some(id));
        refer.map(|(id, _)| *id).collect()
    }
}
