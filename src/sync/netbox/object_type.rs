//! The types of objects that are kept in `NetBox`: the one table of their paths and fields.

/// A type of objects.
#[derive(Debug)]
pub struct ObjectType {
    /// The kind of the records.
    pub kind: &'static str,
    /// The path of its list below `/api/`.
    pub path: &'static str,
    /// Its name in `NetBox`, as for the custom fields of it.
    pub name: &'static str,
    /// The fields of its records.
    pub fields: &'static [Field],
    /// The fields by which an object that people made is known for the one that a record would be.
    pub natural_key: &'static [&'static str],
    /// The value of `status` for a record that is marked as deleted.
    pub deleted_status: Option<&'static str>,
}

/// A field of a record.
#[derive(Debug)]
pub struct Field {
    /// Its name in records.
    pub name: &'static str,
    /// How `NetBox` writes it.
    pub form: Form,
}

/// How `NetBox` writes a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A text; nothing is the empty text.
    Text,
    /// A text; nothing is null.
    NullableText,
    /// A whole number, or null.
    Number,
    /// True or false.
    Boolean,
    /// One of several values: it is read as an object with `value`, and written as the value.
    Choice,
    /// A custom field with a text.
    Custom,
    /// Another object of this kind: it is read as an object with `id`, and written as the id.
    Object(&'static str),
    /// As [`Object`](Self::Object), but the other object is created later, or is of the same type: it is written when all
    /// exist.
    LaterObject(&'static str),
    /// The interface that it is assigned to: `assigned_object_type` and `assigned_object_id`.
    Interface,
    /// The site that it is in: `scope_type` and `scope_id`.
    Site,
}

/// What records refer to and netcensus never changes: the kind, and the path of the list. They are found by their slug.
pub const REFERENCED: [(&str, &str); 3] =
    [(SITE, "dcim/sites/"), (CLUSTER_TYPE, "virtualization/cluster-types/"), (ROLE, "ipam/roles/")];

/// Kinds of records.
pub const TENANT: &str = "tenant";
/// A VRF.
pub const VRF: &str = "vrf";
/// A cluster.
pub const CLUSTER: &str = "cluster";
/// A prefix.
pub const PREFIX: &str = "prefix";
/// A virtual machine.
pub const MACHINE: &str = "virtual-machine";
/// An interface of a virtual machine.
pub const INTERFACE: &str = "interface";
/// A MAC address.
pub const MAC_ADDRESS: &str = "mac-address";
/// An IP address.
pub const IP_ADDRESS: &str = "ip-address";
/// A site, which people make.
pub const SITE: &str = "site";
/// A type of clusters, which `--init` creates.
pub const CLUSTER_TYPE: &str = "cluster-type";
/// A role of prefixes, which `--init` creates.
pub const ROLE: &str = "role";

/// The custom field with the key of the record.
pub const ID_FIELD: &str = "netcensus_id";
/// The custom field with the mark of the owner.
pub const OWNER_FIELD: &str = "netcensus_owner";
/// The custom field with the time at which the object was marked as deleted.
pub const DELETED_FIELD: &str = "netcensus_deleted";
/// The custom field with the time of the inventory that the object was last written from.
pub const SEEN_FIELD: &str = "netcensus_seen";
/// The custom field with the name that the cloud has.
pub const NAME_FIELD: &str = "netcensus_name";
/// The custom field with the availability zone.
pub const ZONE_FIELD: &str = "netcensus_zone";
/// The custom field with the size of a machine, such as `m7g.large`.
pub const SIZE_FIELD: &str = "netcensus_size";
/// The custom field with the architecture of a machine.
pub const ARCHITECTURE_FIELD: &str = "netcensus_architecture";
/// The slug of the tag of everything that netcensus created.
pub const TAG: &str = "netcensus";

const fn field(name: &'static str, form: Form) -> Field {
    Field { name, form }
}

const TENANT_FIELD: Field = field("tenant", Form::Object(TENANT));
const NAME: Field = field("name", Form::Text);
const STATUS: Field = field("status", Form::Choice);
const ABOUT: Field = field(DESCRIPTION, Form::Text);
const CLOUD_NAME: Field = field(NAME_FIELD, Form::Custom);
const ZONE: Field = field(ZONE_FIELD, Form::Custom);

/// The types, in the order of their creation: an object is created after those that it refers to.
pub static OBJECT_TYPES: [ObjectType; 8] = [
    ObjectType {
        kind: TENANT,
        path: "tenancy/tenants/",
        name: "tenancy.tenant",
        fields: &[NAME, field("slug", Form::Text)],
        natural_key: &["slug"],
        deleted_status: None,
    },
    ObjectType {
        kind: VRF,
        path: "ipam/vrfs/",
        name: "ipam.vrf",
        fields: &[
            NAME,
            field("rd", Form::NullableText),
            field("enforce_unique", Form::Boolean),
            TENANT_FIELD,
            ABOUT,
            CLOUD_NAME,
        ],
        natural_key: &["rd"],
        deleted_status: None,
    },
    ObjectType {
        kind: CLUSTER,
        path: "virtualization/clusters/",
        name: "virtualization.cluster",
        fields: &[
            NAME,
            field("type", Form::Object(CLUSTER_TYPE)),
            STATUS,
            field("site", Form::Site),
            TENANT_FIELD,
        ],
        natural_key: &["name"],
        deleted_status: Some("decommissioning"),
    },
    ObjectType {
        kind: PREFIX,
        path: "ipam/prefixes/",
        name: "ipam.prefix",
        fields: &[
            field("prefix", Form::Text),
            field("vrf", Form::Object(VRF)),
            STATUS,
            field("role", Form::Object(ROLE)),
            field("site", Form::Site),
            TENANT_FIELD,
            ABOUT,
            CLOUD_NAME,
            ZONE,
        ],
        // A subnet may be as large as its network: `status` tells one from the other.
        natural_key: &["vrf", "prefix", "status"],
        deleted_status: Some("deprecated"),
    },
    ObjectType {
        kind: MACHINE,
        path: "virtualization/virtual-machines/",
        name: "virtualization.virtualmachine",
        fields: &[
            NAME,
            STATUS,
            field("cluster", Form::Object(CLUSTER)),
            TENANT_FIELD,
            field("vcpus", Form::Number),
            field("primary_ip4", Form::LaterObject(IP_ADDRESS)),
            field("primary_ip6", Form::LaterObject(IP_ADDRESS)),
            CLOUD_NAME,
            ZONE,
            field(SIZE_FIELD, Form::Custom),
            field(ARCHITECTURE_FIELD, Form::Custom),
        ],
        natural_key: &["cluster", "name"],
        deleted_status: Some("decommissioning"),
    },
    ObjectType {
        kind: INTERFACE,
        path: "virtualization/interfaces/",
        name: "virtualization.vminterface",
        fields: &[
            field("virtual_machine", Form::Object(MACHINE)),
            NAME,
            field("primary_mac_address", Form::LaterObject(MAC_ADDRESS)),
            ABOUT,
            CLOUD_NAME,
        ],
        natural_key: &["virtual_machine", "name"],
        deleted_status: None,
    },
    ObjectType {
        kind: MAC_ADDRESS,
        path: "dcim/mac-addresses/",
        name: "dcim.macaddress",
        fields: &[field("mac_address", Form::Text), field("interface", Form::Interface)],
        natural_key: &["interface", "mac_address"],
        deleted_status: None,
    },
    ObjectType {
        kind: IP_ADDRESS,
        path: "ipam/ip-addresses/",
        name: "ipam.ipaddress",
        fields: &[
            field("address", Form::Text),
            field("vrf", Form::Object(VRF)),
            STATUS,
            TENANT_FIELD,
            field("interface", Form::Interface),
            field("nat_inside", Form::LaterObject(IP_ADDRESS)),
            ABOUT,
            CLOUD_NAME,
        ],
        natural_key: &["vrf", "address"],
        deleted_status: Some("deprecated"),
    },
];

/// The fields that people maintain unless the configuration lists them: written when an object is created, and left as
/// they are afterwards.
pub const MAINTAINED: [&str; 3] = ["role", "site", "enforce_unique"];
/// The field that belongs to people altogether unless the configuration lists it.
pub const DESCRIPTION: &str = "description";

/// Returns the type of a kind of records.
#[must_use]
pub fn object_type_of_kind(kind: &str) -> Option<&'static ObjectType> {
    OBJECT_TYPES.iter().find(|known| known.kind == kind)
}

impl Form {
    /// Tells whether it is written when all objects exist.
    #[must_use]
    pub const fn is_later(self) -> bool {
        matches!(self, Self::LaterObject(_))
    }
}
