# What `netcensus diff` counts, by jq: jq -n -f peer.jq OLD NEW
def index: reduce (.networks[], .subnets[], .instances[], .interfaces[], .links[]) as $row
  ({}; . + {"\($row.provider) \($row.account) \($row.region) \($row.id)": $row});
(input | index) as $old | (input | index) as $new
| {
    added: [$new | keys_unsorted[] | select($old[.] == null)] | length,
    removed: [$old | keys_unsorted[] | select($new[.] == null)] | length,
    changed: [$new | to_entries[] | select($old[.key] != null and $old[.key] != .value)] | length
  }
