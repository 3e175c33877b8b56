//! Almost valid objects of `NetBox`: nothing panics, and what is read of one can be written.

use super::client::{Object, id_of};
use super::current::etag_of_listed;
use super::object_type::OBJECT_TYPES;
use super::objects::{
    ObjectIndex, additions, dependents, key_of, marked_at, owner_mark, place_of, read_fields, seen_at,
    write_fields,
};
use crate::fuzz_harness::{INPUTS, Target, run};

const OBJECTS: &[&str] = &[
    r#"{"id":7,"prefix":"10.0.0.0/16","vrf":{"id":3,"name":"v"},"tenant":{"id":2},"status":{"value":"active","label":"Active"},
"scope_type":"dcim.site","scope_id":4,"role":null,"description":"","comments":"","tags":[{"slug":"netcensus"}],
"custom_fields":{"netcensus_id":"aws/1/eu-west-1/vpc-1","netcensus_owner":"netcensus:n:aws/1/eu-west-1/networks",
"netcensus_seen":"2026-11-27T12:00:00Z","netcensus_deleted":null,"people":"x"}}"#,
    r#"{"id":8,"name":"web","vcpus":2.0,"memory":4096,"cluster":{"id":5},"status":{"value":"active"},"primary_ip4":{"id":9},
"assigned_object_type":"virtualization.vminterface","assigned_object_id":11,"address":"10.0.0.4/24","enabled":true,
"mac_address":"02:00:00:00:00:01","last_updated":"2026-11-27T12:00:00Z","custom_fields":{}}"#,
];

fn check(bytes: &[u8]) -> bool {
    let Ok(object) = serde_json::from_slice::<Object>(bytes) else { return false };
    let mut index = ObjectIndex::default();
    for object_type in &OBJECT_TYPES {
        let fields = read_fields(&object, object_type, &index);
        assert_eq!(fields.len(), object_type.fields.len(), "{}", object_type.kind);
        let _ = additions(&object, object_type, true);
        if let (Some(key), Some(id)) = (key_of(&object), id_of(&object)) {
            index.insert(object_type.kind, key, id);
        }
        // It refers to objects that are not there, or it can be written.
        let fields = fields.iter().map(|(name, value)| (name.as_str(), value));
        if let Err((kind, key)) = write_fields(fields, object_type, &index) {
            assert!(index.id(&kind, &key).is_none(), "{kind} {key} is there");
        }
    }
    let _ = (owner_mark(&object), seen_at(&object), marked_at(&object), place_of(&object));
    let _ = etag_of_listed(&object);
    let _ = dependents([("dcim.site", &object)]);
    true
}

#[test]
fn objects() {
    let tokens =
        &["{", "}", "[", "]", ",", ":", "\"", "{\"id\":", "null", "true", "1e9", "1e308", "\"value\""];
    let seeds = OBJECTS.iter().map(|object| object.as_bytes().to_vec()).collect();
    let target = Target { name: "netbox-object", seeds, tokens, check: Box::new(check) };
    run(&target, INPUTS);
}
