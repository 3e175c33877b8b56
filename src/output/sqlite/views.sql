-- The views of the database, one after the other. One whose tables or columns were not exported is left out.
-- What was not read is NULL and not zero; ids and regions are compared without case, as their columns say.

-- What is in each network, and how many of its IPv4 addresses are free. A subnet without any has none to count.
CREATE VIEW network_usage AS
SELECT n.provider, n.account, n.region, n.id, n.name, n.subnets, n.instances,
    CASE WHEN n.subnets IS NOT NULL AND count(s.network) = count(s.addresses_total)
        THEN coalesce(sum(s.addresses_total), 0) END AS addresses_total,
    CASE WHEN n.subnets IS NOT NULL AND NOT coalesce(max(s.addresses_total IS NOT 0 AND s.addresses_available IS NULL
            AND s.network IS NOT NULL), 0)
        THEN coalesce(sum(s.addresses_available), 0) END AS addresses_available
FROM networks AS n
LEFT JOIN subnets AS s ON s.network = n.id AND s.provider = n.provider AND s.region = n.region
GROUP BY n.rowid;

-- Machines of each size that are not terminated; there may be more while scopes are unread. It is unknown how many are
-- when the inventory is a part of the estate.
CREATE VIEW instances_by_type AS
SELECT provider, type, count(*) AS instances,
    CASE WHEN count(*) = count(vcpus) THEN sum(vcpus) END AS vcpus,
    CASE WHEN (SELECT filters = '[]' AND shard IS NULL FROM about) THEN (SELECT count(*) FROM coverage AS c
        WHERE c.provider = i.provider AND c.outcome NOT IN ('complete', 'skipped')
            AND c.kind IN ('instances', 'credentials', 'accounts', 'regions')) END AS unread_scopes
FROM instances AS i
WHERE state IS NOT 'terminated'
GROUP BY provider, type;

-- Machines of each account and region that are not terminated: 0 where there are none, NULL where it could not be read. An
-- account that is read as a whole, and has none, has one row without a region.
CREATE VIEW instances_by_region AS
WITH scopes AS (
    SELECT provider, account, region FROM instances
    UNION
    SELECT provider, account, region FROM coverage AS c
    WHERE kind = 'instances' AND outcome <> 'skipped' AND (region IS NOT NULL OR outcome <> 'complete'
            OR NOT EXISTS (SELECT 1 FROM instances AS i WHERE i.provider = c.provider AND i.account = c.account))
        OR kind IN ('credentials', 'accounts', 'regions') AND outcome NOT IN ('complete', 'skipped')
), outcomes AS (
    SELECT provider, account, region, min(outcome = 'complete') AS is_complete FROM coverage
    WHERE kind = 'instances' GROUP BY provider, account, region
), found AS (
    SELECT provider, account, region, count(*) AS instances FROM instances
    WHERE state IS NOT 'terminated' GROUP BY provider, account, region
)
SELECT scopes.provider, scopes.account, scopes.region,
    CASE WHEN (SELECT filters FROM about) = '[]'
        AND min(coalesce(own.is_complete, whole.is_complete), coalesce(whole.is_complete, own.is_complete))
        THEN coalesce(found.instances, 0) END AS instances
FROM scopes
LEFT JOIN found USING (provider, account, region)
LEFT JOIN outcomes AS own ON own.provider = scopes.provider AND own.account = scopes.account
    AND own.region = scopes.region
LEFT JOIN outcomes AS whole ON whole.provider = scopes.provider AND whole.account = scopes.account
    AND whole.region IS NULL;

-- Each address of a machine. Prefixes that are delegated to it are in the table of prefixes.
CREATE VIEW instance_addresses AS
SELECT a.value AS address, 0 AS is_public, provider, account, region, i.id, name, network, subnet
FROM instances AS i, json_each(private_ips) AS a
UNION ALL
SELECT a.value, 0, provider, account, region, i.id, name, network, subnet
FROM instances AS i, json_each(customer_owned_ips) AS a
UNION ALL
SELECT a.value, 0, provider, account, region, i.id, name, network, subnet
FROM instances AS i, json_each(carrier_ips) AS a
UNION ALL
SELECT a.value, 1, provider, account, region, i.id, name, network, subnet
FROM instances AS i, json_each(public_ips) AS a;

-- Each address of an interface, and what that is attached to. Delegated prefixes are in the table of prefixes.
CREATE VIEW interface_addresses AS
SELECT a.value AS address, 0 AS is_public, provider, account, region, i.id, kind, attached_to, description, network,
    subnet
FROM interfaces AS i, json_each(private_ips) AS a
UNION ALL
SELECT a.value, 0, provider, account, region, i.id, kind, attached_to, description, network, subnet
FROM interfaces AS i, json_each(customer_owned_ips) AS a
UNION ALL
SELECT a.value, 0, provider, account, region, i.id, kind, attached_to, description, network, subnet
FROM interfaces AS i, json_each(carrier_ips) AS a
UNION ALL
SELECT a.value, 1, provider, account, region, i.id, kind, attached_to, description, network, subnet
FROM interfaces AS i, json_each(public_ips) AS a;

-- Each address and what has it. That of a machine stands twice: the machine has it, and its interface does.
CREATE VIEW addresses AS
SELECT address, is_public, 'instances' AS kind, provider, account, region, id, name, network, subnet
FROM instance_addresses
UNION ALL
SELECT address, is_public, 'interfaces', provider, account, region, id, description, network, subnet
FROM interface_addresses;

-- What could not be read, and may hold more; and the kinds that were not scanned, without a provider and an account. A
-- part of the estate that no account falls to lacks none.
CREATE VIEW unread AS
SELECT provider, account, account_name, region, kind, outcome, detail, requests, duration_ms FROM coverage
WHERE outcome NOT IN ('complete', 'skipped')
UNION ALL
SELECT NULL, NULL, NULL, NULL, name, 'skipped', 'not scanned', NULL, NULL
FROM (
    SELECT name FROM sqlite_schema WHERE name IN ('networks', 'subnets', 'instances', 'interfaces', 'links')
    UNION
    VALUES ('networks'), ('links')
)
WHERE name NOT IN (SELECT kind FROM coverage WHERE outcome <> 'skipped')
    AND ((SELECT shard FROM about) IS NULL OR EXISTS (SELECT 1 FROM coverage WHERE outcome <> 'skipped'));

-- The collisions that were not accepted, a row for each; its members are in the table.
CREATE VIEW open_collisions AS
SELECT collision, code, class, fails, space, count(*) AS members, what FROM collisions
WHERE status = 'open' GROUP BY collision;
