# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_netcensus_global_optspecs
    string join \n config= q/quiet v/verbose color= h/help V/version
end

function __fish_netcensus_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_netcensus_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_netcensus_using_subcommand
    set -l cmd (__fish_netcensus_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c netcensus -n "__fish_netcensus_needs_command" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_needs_command" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_needs_command" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_needs_command" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_needs_command" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "scan" -d 'Read the clouds and list what is there'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "overlap" -d 'Find addresses that are in use twice, and fail on those that hurt'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "diff" -d 'Say what changed between two inventories, and what nobody can know'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "export" -d 'Write the inventory for spreadsheets and other tools, whole or not at all'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "snapshots" -d 'List, prune and verify the snapshots that are kept'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "merge" -d 'Join the inventories of several scans into one'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "sandbox" -d 'Serve sample clouds on loopback, to try and test without an account'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "config" -d 'Check the configuration file, or show what is set and by whom'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l from -d 'Take a saved inventory instead of the clouds: a file, @latest, @previous, @~N, @2026-11-20, @7d; `-` is standard input' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l max-age -d 'Take the newest snapshot of the same scope instead, if it is not older than this, such as 15m' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l estate -d 'Serve the estate that a TOML file describes instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l generate -d 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l fault -d 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l provider -d 'Ask only this cloud; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l aws-profile -d 'Sign in with this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l aws-org-role -d 'The role to assume in the accounts of the organisation (name, with its path if it has one)' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l aws-org-external-id -d 'The external id that this role asks for' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l exclude-aws-account -d 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l exclude-region -d 'Leave this AWS region out; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l azure-subscription -d 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l exclude-azure-subscription -d 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l azure-tenant -d 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l azure-api -d 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l azure-cloud -d 'Which of Microsoft\'s clouds: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l azure-resource-manager -d 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l azure-authority -d 'URL of the authority that issues its tokens; overrides --azure-cloud' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l shard -d 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l concurrency -d 'How many scopes (account x region x kind) are read at once [default: 32]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l timeout -d 'How long one scope, or one sign-in, may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l store -d 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l save -d 'Keep all that was read as a snapshot in the folder, or in FILE; a FILE.json gets the inventory document' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -s o -l output -d 'How to write the result [default: table]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'The whole inventory document, which every command reads with --from'
ndjson\t'One JSON object a line, for streams and log pipelines'
csv\t'Comma-separated values of one kind, every column'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l columns -d 'Show these columns, comma-separated, in this order; `tag:KEY` shows a tag' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l sort -d 'Sort by these columns, comma-separated; `-NAME` turns the order round' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l filter -d 'Keep the rows that match; may be repeated, all must match' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l query -d 'Ask the JSON document by JMESPath, as the AWS and Azure CLIs do' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l dry-run -d 'Show which accounts, regions and API calls the scan would ask, and read no resource'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l sandbox -d 'Read the embedded sandbox: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l all-aws-profiles -d 'Sign in with every AWS profile that has something to sign in with'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l all-azure-subscriptions -d 'Read every Azure subscription that can be seen, whatever the file says'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l wide -d 'Show every column, however wide'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l level -d 'What to compare [default: networks; all when a Terraform plan has subnets]' -r -f -a "networks\t''
subnets\t''
all\t''"
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l between -d 'Compare only networks that one filter keeps with those that the other keeps' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l external -d 'Ranges outside the clouds, from a CSV, JSON or TOML file (exports of NetBox, phpIPAM and others too); may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l planned -d 'A prefix that shall come into use; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l planned-file -d 'Prefixes that shall come into use, from a CSV, JSON or TOML file; may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l terraform-plan -d 'What a Terraform plan creates, changes and destroys (`terraform show -json PLAN`); may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l fail-on -d 'Fail on these classes of findings, comma-separated [default: all but default-network and reserved]' -r -f -a "connected\t'Networks that are joined hold the same addresses, so some cannot be reached'
planned\t'A planned prefix holds addresses that are taken'
external\t'A range outside the clouds holds the same addresses'
latent\t'Networks that nothing joins hold the same addresses, so they cannot be joined'
outside-network\t'A subnet lies outside the network that it belongs to'
default-network\t'Default or shared address space is used again, as the clouds do by design'
reserved\t'A network holds special-purpose addresses, which breaks clients in it'"
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l baseline -d 'Fail only on what this file does not know' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l from -d 'Take a saved inventory instead of the clouds: a file, @latest, @previous, @~N, @2026-11-20, @7d; `-` is standard input' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l max-age -d 'Take the newest snapshot of the same scope instead, if it is not older than this, such as 15m' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l estate -d 'Serve the estate that a TOML file describes instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l generate -d 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l fault -d 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l provider -d 'Ask only this cloud; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l aws-profile -d 'Sign in with this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l aws-org-role -d 'The role to assume in the accounts of the organisation (name, with its path if it has one)' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l aws-org-external-id -d 'The external id that this role asks for' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l exclude-aws-account -d 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l exclude-region -d 'Leave this AWS region out; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l azure-subscription -d 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l exclude-azure-subscription -d 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l azure-tenant -d 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l azure-api -d 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l azure-cloud -d 'Which of Microsoft\'s clouds: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l azure-resource-manager -d 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l azure-authority -d 'URL of the authority that issues its tokens; overrides --azure-cloud' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l shard -d 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l concurrency -d 'How many scopes (account x region x kind) are read at once [default: 32]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l timeout -d 'How long one scope, or one sign-in, may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l store -d 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -s o -l output -d 'How to write the result [default: table]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'The whole report as one document'
ndjson\t'One JSON object a line, for streams and log pipelines'
csv\t'Comma-separated values, a line for each member of a finding'
markdown\t'GitHub tables for issues, wikis and reports'
sarif\t'SARIF 2.1.0 for code scanning'
junit\t'JUnit XML, as Jenkins and GitLab read the results of tests'
github\t'Annotations of a run of GitHub Actions'"
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l skip-bad-rows -d 'Leave out rows of these files that are wrong, and list them, instead of stopping'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l allow-incomplete -d 'Let an incomplete scan pass; the report says so'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l write-baseline -d 'Write the baseline: everything that is found now is known from then on'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l sandbox -d 'Read the embedded sandbox: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l all-aws-profiles -d 'Sign in with every AWS profile that has something to sign in with'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l all-azure-subscriptions -d 'Read every Azure subscription that can be seen, whatever the file says'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l wide -d 'Show every member of a finding, and whole ids'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l summary -d 'Print one line instead of the report'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l kind -d 'Compare only these kinds, comma-separated [default: all that both have]' -r -f -a "networks\t''
subnets\t''
instances\t''
interfaces\t''
links\t''"
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l only -d 'Look only for these sorts of changes, comma-separated; --exit-code heeds no others' -r -f -a "added\t''
removed\t''
changed\t''
moved\t''
replaced\t''"
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l filter -d 'Look only at rows that match, before or after; may be repeated, as in `scan --filter`' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l ignore -d 'Do not look at this field either: FIELD, KIND.FIELD or tag:KEY, globs; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l max-age -d 'Take the newest snapshot of the same scope instead, if it is not older than this, such as 15m' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l estate -d 'Serve the estate that a TOML file describes instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l generate -d 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l fault -d 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l provider -d 'Ask only this cloud; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l aws-profile -d 'Sign in with this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l aws-org-role -d 'The role to assume in the accounts of the organisation (name, with its path if it has one)' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l aws-org-external-id -d 'The external id that this role asks for' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l exclude-aws-account -d 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l exclude-region -d 'Leave this AWS region out; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l azure-subscription -d 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l exclude-azure-subscription -d 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l azure-tenant -d 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l azure-api -d 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l azure-cloud -d 'Which of Microsoft\'s clouds: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l azure-resource-manager -d 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l azure-authority -d 'URL of the authority that issues its tokens; overrides --azure-cloud' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l shard -d 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l concurrency -d 'How many scopes (account x region x kind) are read at once [default: 32]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l timeout -d 'How long one scope, or one sign-in, may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l store -d 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -s o -l output -d 'How to write the changes [default: table]' -r -f -a "table\t'What changed, for people, by account and region'
json\t'The whole report as one document'
ndjson\t'One change a line, for streams and log pipelines'
csv\t'Comma-separated values, a line for each field that changed'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l all-fields -d 'Look at all fields, but for those of --ignore'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l exit-code -d 'End with 1 when something differs, as git does'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l sandbox -d 'Read the embedded sandbox: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l all-aws-profiles -d 'Sign in with every AWS profile that has something to sign in with'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l all-azure-subscriptions -d 'Read every Azure subscription that can be seen, whatever the file says'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l wide -d 'Show every change, and whole values'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l to -d 'Write to this file, or into this folder (it exists, or its name ends in `/`); `-` is standard output' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l append-history -d 'Add the rows of the one --kind to this CSV file, with the day in the first column' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l format -d 'The formats, comma-separated [default: what the file\'s name ends in; csv in a folder]' -r -f -a "csv\t'A table for each kind, as RFC 4180 has it'
xlsx\t'A workbook: a sheet for each kind, a summary, the collisions, the coverage'
json\t'The whole inventory document, which every command reads with --from'
ndjson\t'One JSON object a line, its kind in `record`'
parquet\t'A table for each kind, day and cloud, for DuckDB, Athena, Trino and Spark'
sqlite\t'A database: a table for each kind, the collisions, the coverage, and views for SQL'
ansible\t'Instances as a static inventory of Ansible, in YAML'
prometheus\t'Instances as targets of Prometheus, for file_sd_configs'
html\t'A page: a picture of the address space, collisions, free space, tables to search'"
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l kind -d 'Write only these kinds, comma-separated [default: all]' -r -f -a "networks\t''
subnets\t''
instances\t''
interfaces\t''
links\t''"
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l template -d 'Take kinds and columns from this template of netcensus.toml, so that a table keeps its shape' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l tag-columns -d 'Give these tags a column each, comma-separated, instead of one column for all' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l delimiter -d 'What stands between the cells of CSV: a character, or `tab` [default: ,]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l address -d 'Which address of a machine ansible and prometheus name [default: private]' -r -f -a "private\t''
public\t''"
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l port -d 'The port that prometheus names behind each address [default: none; relabelling may add one]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l min-rows -d 'Refuse to write fewer rows than this: of all kinds together, or KIND=N; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l max-drop -d 'Refuse to replace an export that had more rows of some kind by more than this share, such as 20%' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l from -d 'Take a saved inventory instead of the clouds: a file, @latest, @previous, @~N, @2026-11-20, @7d; `-` is standard input' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l max-age -d 'Take the newest snapshot of the same scope instead, if it is not older than this, such as 15m' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l estate -d 'Serve the estate that a TOML file describes instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l generate -d 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l fault -d 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l provider -d 'Ask only this cloud; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l aws-profile -d 'Sign in with this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l aws-org-role -d 'The role to assume in the accounts of the organisation (name, with its path if it has one)' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l aws-org-external-id -d 'The external id that this role asks for' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l exclude-aws-account -d 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l exclude-region -d 'Leave this AWS region out; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l azure-subscription -d 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l exclude-azure-subscription -d 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l azure-tenant -d 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l azure-api -d 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l azure-cloud -d 'Which of Microsoft\'s clouds: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l azure-resource-manager -d 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l azure-authority -d 'URL of the authority that issues its tokens; overrides --azure-cloud' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l shard -d 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l concurrency -d 'How many scopes (account x region x kind) are read at once [default: 32]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l timeout -d 'How long one scope, or one sign-in, may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l store -d 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l all-tags -d 'Give every tag a column'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l bom -d 'Begin CSV with the byte order mark, by which Excel knows UTF-8'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l raw-formulas -d 'Leave what a spreadsheet would run as a formula as it is; for tools that are none'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l allow-incomplete -d 'Write an incomplete inventory too; its coverage tells what is missing'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l sandbox -d 'Read the embedded sandbox: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l all-aws-profiles -d 'Sign in with every AWS profile that has something to sign in with'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l all-azure-subscriptions -d 'Read every Azure subscription that can be seen, whatever the file says'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -l store -d 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -s o -l output -d 'How to write the result [default: table]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'The whole list as one document'
ndjson\t'One JSON object a line, for streams and log pipelines'
csv\t'Comma-separated values'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -f -a "list" -d 'List the snapshots that are kept, newest first'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -f -a "prune" -d 'Remove old snapshots'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -f -a "verify" -d 'Read snapshots to their end, and say which are not as they were written'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -l store -d 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -s o -l output -d 'How to write the result [default: table]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'The whole list as one document'
ndjson\t'One JSON object a line, for streams and log pipelines'
csv\t'Comma-separated values'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -l keep-last -d 'Keep the newest N of each scope, and the newest complete one' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -l keep-days -d 'Keep all that are younger than D days' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -l store -d 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -s o -l output -d 'How to write the result [default: table]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'The whole list as one document'
ndjson\t'One JSON object a line, for streams and log pipelines'
csv\t'Comma-separated values'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -l dry-run -d 'Say what would be removed, and remove nothing'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -l store -d 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -s o -l output -d 'How to write the result [default: table]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'The whole list as one document'
ndjson\t'One JSON object a line, for streams and log pipelines'
csv\t'Comma-separated values'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the snapshots that are kept, newest first'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove old snapshots'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Read snapshots to their end, and say which are not as they were written'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -s o -l output -d 'Format of standard output: json, the inventory document; `scan --from -` shows it in others' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -l store -d 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -l save -d 'Keep all that was read as a snapshot in the folder, or in FILE; a FILE.json gets the inventory document' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l port -d 'TCP port to listen on; 0 takes any free one' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l ca-file -d 'Where to write the authority\'s certificate (PEM); a temporary file otherwise' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l config-file -d 'Write an AWS config file with one profile per account, and point clients at it' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l estate -d 'Serve the estate that a TOML file describes instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l generate -d 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l fault -d 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l tls -d 'Serve HTTPS, with a certificate authority made on the spot'
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from check show help" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from check show help" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from check show help" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from check show help" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from check show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from check show help" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from check show help" -f -a "check" -d 'Check a configuration file and print every problem in it'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from check show help" -f -a "show" -d 'Show the effective settings and where each came from'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from check show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from check" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l provider -d 'Ask only this cloud; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l aws-profile -d 'Sign in with this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l aws-org-role -d 'The role to assume in the accounts of the organisation (name, with its path if it has one)' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l aws-org-external-id -d 'The external id that this role asks for' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l exclude-aws-account -d 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l exclude-region -d 'Leave this AWS region out; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l azure-subscription -d 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l exclude-azure-subscription -d 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l azure-tenant -d 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l azure-api -d 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l azure-cloud -d 'Which of Microsoft\'s clouds: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l azure-resource-manager -d 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l azure-authority -d 'URL of the authority that issues its tokens; overrides --azure-cloud' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l shard -d 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l concurrency -d 'How many scopes (account x region x kind) are read at once [default: 32]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l timeout -d 'How long one scope, or one sign-in, may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'How to write the settings' -r -f -a "toml\t'A configuration file with comments'
json\t'One object, keyed by dotted name, for machines'"
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l all-aws-profiles -d 'Sign in with every AWS profile that has something to sign in with'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l all-azure-subscriptions -d 'Read every Azure subscription that can be seen, whatever the file says'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check a configuration file and print every problem in it'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the effective settings and where each came from'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netcensus -n "__fish_netcensus_using_subcommand completions" -l config -d 'Read this configuration file [default: see `netcensus config check --help`]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand completions" -l color -d 'When to colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand completions" -s q -l quiet -d 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
complete -c netcensus -n "__fish_netcensus_using_subcommand completions" -s v -l verbose -d 'Say what is being done; twice: every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand completions" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan overlap diff export snapshots merge sandbox config completions help" -f -a "scan" -d 'Read the clouds and list what is there'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan overlap diff export snapshots merge sandbox config completions help" -f -a "overlap" -d 'Find addresses that are in use twice, and fail on those that hurt'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan overlap diff export snapshots merge sandbox config completions help" -f -a "diff" -d 'Say what changed between two inventories, and what nobody can know'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan overlap diff export snapshots merge sandbox config completions help" -f -a "export" -d 'Write the inventory for spreadsheets and other tools, whole or not at all'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan overlap diff export snapshots merge sandbox config completions help" -f -a "snapshots" -d 'List, prune and verify the snapshots that are kept'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan overlap diff export snapshots merge sandbox config completions help" -f -a "merge" -d 'Join the inventories of several scans into one'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan overlap diff export snapshots merge sandbox config completions help" -f -a "sandbox" -d 'Serve sample clouds on loopback, to try and test without an account'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan overlap diff export snapshots merge sandbox config completions help" -f -a "config" -d 'Check the configuration file, or show what is set and by whom'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan overlap diff export snapshots merge sandbox config completions help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan overlap diff export snapshots merge sandbox config completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and __fish_seen_subcommand_from snapshots" -f -a "list" -d 'List the snapshots that are kept, newest first'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and __fish_seen_subcommand_from snapshots" -f -a "prune" -d 'Remove old snapshots'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and __fish_seen_subcommand_from snapshots" -f -a "verify" -d 'Read snapshots to their end, and say which are not as they were written'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Check a configuration file and print every problem in it'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Show the effective settings and where each came from'
