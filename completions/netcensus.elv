
use builtin;
use str;

set edit:completion:arg-completer[netcensus] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'netcensus'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'netcensus'= {
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand scan 'Read the clouds and list what is there'
            cand overlap 'Find addresses that are in use twice, and fail on those that hurt'
            cand diff 'Say what changed between two inventories, and what nobody can know'
            cand export 'Write the inventory for spreadsheets and other tools, whole or not at all'
            cand snapshots 'List, prune and verify the snapshots that are kept'
            cand merge 'Join the inventories of several scans into one'
            cand sandbox 'Serve sample clouds on loopback, to try and test without an account'
            cand config 'Check the configuration file, or show what is set and by whom'
            cand completions 'Print the completion script of a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'netcensus;scan'= {
            cand --from 'Take a saved inventory instead of the clouds: a file, @latest, @previous, @~N, @2026-11-20, @7d; `-` is standard input'
            cand --max-age 'Take the newest snapshot of the same scope instead, if it is not older than this, such as 15m'
            cand --estate 'Serve the estate that a TOML file describes instead of the built-in sample'
            cand --generate 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`'
            cand --fault 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]'
            cand --provider 'Ask only this cloud; comma-separated or repeated'
            cand --aws-profile 'Sign in with this AWS profile; globs (`prod-*`), may be repeated'
            cand --aws-org-role 'The role to assume in the accounts of the organisation (name, with its path if it has one)'
            cand --aws-org-external-id 'The external id that this role asks for'
            cand --exclude-aws-account 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only'
            cand --region 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]'
            cand --exclude-region 'Leave this AWS region out; globs, comma-separated or repeated'
            cand --azure-subscription 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]'
            cand --exclude-azure-subscription 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated'
            cand --azure-tenant 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]'
            cand --azure-api 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]'
            cand --azure-cloud 'Which of Microsoft''s clouds: public, usgovernment or china [default: public]'
            cand --azure-resource-manager 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud'
            cand --azure-authority 'URL of the authority that issues its tokens; overrides --azure-cloud'
            cand --shard 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work'
            cand --concurrency 'How many scopes (account x region x kind) are read at once [default: 32]'
            cand --timeout 'How long one scope, or one sign-in, may take [default: 2m]'
            cand --store 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]'
            cand --save 'Keep all that was read as a snapshot in the folder, or in FILE; a FILE.json gets the inventory document'
            cand -o 'How to write the result [default: table]'
            cand --output 'How to write the result [default: table]'
            cand --columns 'Show these columns, comma-separated, in this order; `tag:KEY` shows a tag'
            cand --sort 'Sort by these columns, comma-separated; `-NAME` turns the order round'
            cand --filter 'Keep the rows that match; may be repeated, all must match'
            cand --query 'Ask the JSON document by JMESPath, as the AWS and Azure CLIs do'
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand --dry-run 'Show which accounts, regions and API calls the scan would ask, and read no resource'
            cand --sandbox 'Read the embedded sandbox: sample clouds, no account needed'
            cand --all-aws-profiles 'Sign in with every AWS profile that has something to sign in with'
            cand --aws-org 'Read every active account of the AWS organisation, through a role in each'
            cand --all-azure-subscriptions 'Read every Azure subscription that can be seen, whatever the file says'
            cand --wide 'Show every column, however wide'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'netcensus;overlap'= {
            cand --level 'What to compare [default: networks; all when a Terraform plan has subnets]'
            cand --between 'Compare only networks that one filter keeps with those that the other keeps'
            cand --external 'Ranges outside the clouds, from a CSV, JSON or TOML file (exports of NetBox, phpIPAM and others too); may be repeated'
            cand --planned 'A prefix that shall come into use; may be repeated'
            cand --planned-file 'Prefixes that shall come into use, from a CSV, JSON or TOML file; may be repeated'
            cand --terraform-plan 'What a Terraform plan creates, changes and destroys (`terraform show -json PLAN`); may be repeated'
            cand --fail-on 'Fail on these classes of findings, comma-separated [default: all but default-network and reserved]'
            cand --baseline 'Fail only on what this file does not know'
            cand --from 'Take a saved inventory instead of the clouds: a file, @latest, @previous, @~N, @2026-11-20, @7d; `-` is standard input'
            cand --max-age 'Take the newest snapshot of the same scope instead, if it is not older than this, such as 15m'
            cand --estate 'Serve the estate that a TOML file describes instead of the built-in sample'
            cand --generate 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`'
            cand --fault 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]'
            cand --provider 'Ask only this cloud; comma-separated or repeated'
            cand --aws-profile 'Sign in with this AWS profile; globs (`prod-*`), may be repeated'
            cand --aws-org-role 'The role to assume in the accounts of the organisation (name, with its path if it has one)'
            cand --aws-org-external-id 'The external id that this role asks for'
            cand --exclude-aws-account 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only'
            cand --region 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]'
            cand --exclude-region 'Leave this AWS region out; globs, comma-separated or repeated'
            cand --azure-subscription 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]'
            cand --exclude-azure-subscription 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated'
            cand --azure-tenant 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]'
            cand --azure-api 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]'
            cand --azure-cloud 'Which of Microsoft''s clouds: public, usgovernment or china [default: public]'
            cand --azure-resource-manager 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud'
            cand --azure-authority 'URL of the authority that issues its tokens; overrides --azure-cloud'
            cand --shard 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work'
            cand --concurrency 'How many scopes (account x region x kind) are read at once [default: 32]'
            cand --timeout 'How long one scope, or one sign-in, may take [default: 2m]'
            cand --store 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]'
            cand -o 'How to write the result [default: table]'
            cand --output 'How to write the result [default: table]'
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand --skip-bad-rows 'Leave out rows of these files that are wrong, and list them, instead of stopping'
            cand --allow-incomplete 'Let an incomplete scan pass; the report says so'
            cand --write-baseline 'Write the baseline: everything that is found now is known from then on'
            cand --sandbox 'Read the embedded sandbox: sample clouds, no account needed'
            cand --all-aws-profiles 'Sign in with every AWS profile that has something to sign in with'
            cand --aws-org 'Read every active account of the AWS organisation, through a role in each'
            cand --all-azure-subscriptions 'Read every Azure subscription that can be seen, whatever the file says'
            cand --wide 'Show every member of a finding, and whole ids'
            cand --summary 'Print one line instead of the report'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'netcensus;diff'= {
            cand --kind 'Compare only these kinds, comma-separated [default: all that both have]'
            cand --only 'Look only for these sorts of changes, comma-separated; --exit-code heeds no others'
            cand --filter 'Look only at rows that match, before or after; may be repeated, as in `scan --filter`'
            cand --ignore 'Do not look at this field either: FIELD, KIND.FIELD or tag:KEY, globs; may be repeated'
            cand --max-age 'Take the newest snapshot of the same scope instead, if it is not older than this, such as 15m'
            cand --estate 'Serve the estate that a TOML file describes instead of the built-in sample'
            cand --generate 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`'
            cand --fault 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]'
            cand --provider 'Ask only this cloud; comma-separated or repeated'
            cand --aws-profile 'Sign in with this AWS profile; globs (`prod-*`), may be repeated'
            cand --aws-org-role 'The role to assume in the accounts of the organisation (name, with its path if it has one)'
            cand --aws-org-external-id 'The external id that this role asks for'
            cand --exclude-aws-account 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only'
            cand --region 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]'
            cand --exclude-region 'Leave this AWS region out; globs, comma-separated or repeated'
            cand --azure-subscription 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]'
            cand --exclude-azure-subscription 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated'
            cand --azure-tenant 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]'
            cand --azure-api 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]'
            cand --azure-cloud 'Which of Microsoft''s clouds: public, usgovernment or china [default: public]'
            cand --azure-resource-manager 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud'
            cand --azure-authority 'URL of the authority that issues its tokens; overrides --azure-cloud'
            cand --shard 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work'
            cand --concurrency 'How many scopes (account x region x kind) are read at once [default: 32]'
            cand --timeout 'How long one scope, or one sign-in, may take [default: 2m]'
            cand --store 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]'
            cand -o 'How to write the changes [default: table]'
            cand --output 'How to write the changes [default: table]'
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand --all-fields 'Look at all fields, but for those of --ignore'
            cand --exit-code 'End with 1 when something differs, as git does'
            cand --sandbox 'Read the embedded sandbox: sample clouds, no account needed'
            cand --all-aws-profiles 'Sign in with every AWS profile that has something to sign in with'
            cand --aws-org 'Read every active account of the AWS organisation, through a role in each'
            cand --all-azure-subscriptions 'Read every Azure subscription that can be seen, whatever the file says'
            cand --wide 'Show every change, and whole values'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'netcensus;export'= {
            cand --to 'Write to this file, or into this folder (it exists, or its name ends in `/`); `-` is standard output'
            cand --append-history 'Add the rows of the one --kind to this CSV file, with the day in the first column'
            cand --format 'The formats, comma-separated [default: what the file''s name ends in; csv in a folder]'
            cand --kind 'Write only these kinds, comma-separated [default: all]'
            cand --template 'Take kinds and columns from this template of netcensus.toml, so that a table keeps its shape'
            cand --tag-columns 'Give these tags a column each, comma-separated, instead of one column for all'
            cand --delimiter 'What stands between the cells of CSV: a character, or `tab` [default: ,]'
            cand --address 'Which address of a machine ansible and prometheus name [default: private]'
            cand --port 'The port that prometheus names behind each address [default: none; relabelling may add one]'
            cand --min-rows 'Refuse to write fewer rows than this: of all kinds together, or KIND=N; may be repeated'
            cand --max-drop 'Refuse to replace an export that had more rows of some kind by more than this share, such as 20%'
            cand --from 'Take a saved inventory instead of the clouds: a file, @latest, @previous, @~N, @2026-11-20, @7d; `-` is standard input'
            cand --max-age 'Take the newest snapshot of the same scope instead, if it is not older than this, such as 15m'
            cand --estate 'Serve the estate that a TOML file describes instead of the built-in sample'
            cand --generate 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`'
            cand --fault 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]'
            cand --provider 'Ask only this cloud; comma-separated or repeated'
            cand --aws-profile 'Sign in with this AWS profile; globs (`prod-*`), may be repeated'
            cand --aws-org-role 'The role to assume in the accounts of the organisation (name, with its path if it has one)'
            cand --aws-org-external-id 'The external id that this role asks for'
            cand --exclude-aws-account 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only'
            cand --region 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]'
            cand --exclude-region 'Leave this AWS region out; globs, comma-separated or repeated'
            cand --azure-subscription 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]'
            cand --exclude-azure-subscription 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated'
            cand --azure-tenant 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]'
            cand --azure-api 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]'
            cand --azure-cloud 'Which of Microsoft''s clouds: public, usgovernment or china [default: public]'
            cand --azure-resource-manager 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud'
            cand --azure-authority 'URL of the authority that issues its tokens; overrides --azure-cloud'
            cand --shard 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work'
            cand --concurrency 'How many scopes (account x region x kind) are read at once [default: 32]'
            cand --timeout 'How long one scope, or one sign-in, may take [default: 2m]'
            cand --store 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]'
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand --all-tags 'Give every tag a column'
            cand --bom 'Begin CSV with the byte order mark, by which Excel knows UTF-8'
            cand --raw-formulas 'Leave what a spreadsheet would run as a formula as it is; for tools that are none'
            cand --allow-incomplete 'Write an incomplete inventory too; its coverage tells what is missing'
            cand --sandbox 'Read the embedded sandbox: sample clouds, no account needed'
            cand --all-aws-profiles 'Sign in with every AWS profile that has something to sign in with'
            cand --aws-org 'Read every active account of the AWS organisation, through a role in each'
            cand --all-azure-subscriptions 'Read every Azure subscription that can be seen, whatever the file says'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'netcensus;snapshots'= {
            cand --store 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]'
            cand -o 'How to write the result [default: table]'
            cand --output 'How to write the result [default: table]'
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand list 'List the snapshots that are kept, newest first'
            cand prune 'Remove old snapshots'
            cand verify 'Read snapshots to their end, and say which are not as they were written'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'netcensus;snapshots;list'= {
            cand --store 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]'
            cand -o 'How to write the result [default: table]'
            cand --output 'How to write the result [default: table]'
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'netcensus;snapshots;prune'= {
            cand --keep-last 'Keep the newest N of each scope, and the newest complete one'
            cand --keep-days 'Keep all that are younger than D days'
            cand --store 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]'
            cand -o 'How to write the result [default: table]'
            cand --output 'How to write the result [default: table]'
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand --dry-run 'Say what would be removed, and remove nothing'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'netcensus;snapshots;verify'= {
            cand --store 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]'
            cand -o 'How to write the result [default: table]'
            cand --output 'How to write the result [default: table]'
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'netcensus;snapshots;help'= {
            cand list 'List the snapshots that are kept, newest first'
            cand prune 'Remove old snapshots'
            cand verify 'Read snapshots to their end, and say which are not as they were written'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'netcensus;snapshots;help;list'= {
        }
        &'netcensus;snapshots;help;prune'= {
        }
        &'netcensus;snapshots;help;verify'= {
        }
        &'netcensus;snapshots;help;help'= {
        }
        &'netcensus;merge'= {
            cand -o 'Format of standard output: json, the inventory document; `scan --from -` shows it in others'
            cand --output 'Format of standard output: json, the inventory document; `scan --from -` shows it in others'
            cand --store 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]'
            cand --save 'Keep all that was read as a snapshot in the folder, or in FILE; a FILE.json gets the inventory document'
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'netcensus;sandbox'= {
            cand --port 'TCP port to listen on; 0 takes any free one'
            cand --ca-file 'Where to write the authority''s certificate (PEM); a temporary file otherwise'
            cand --config-file 'Write an AWS config file with one profile per account, and point clients at it'
            cand --estate 'Serve the estate that a TOML file describes instead of the built-in sample'
            cand --generate 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`'
            cand --fault 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]'
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand --tls 'Serve HTTPS, with a certificate authority made on the spot'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'netcensus;config'= {
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand check 'Check a configuration file and print every problem in it'
            cand show 'Show the effective settings and where each came from'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'netcensus;config;check'= {
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'netcensus;config;show'= {
            cand --provider 'Ask only this cloud; comma-separated or repeated'
            cand --aws-profile 'Sign in with this AWS profile; globs (`prod-*`), may be repeated'
            cand --aws-org-role 'The role to assume in the accounts of the organisation (name, with its path if it has one)'
            cand --aws-org-external-id 'The external id that this role asks for'
            cand --exclude-aws-account 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only'
            cand --region 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]'
            cand --exclude-region 'Leave this AWS region out; globs, comma-separated or repeated'
            cand --azure-subscription 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]'
            cand --exclude-azure-subscription 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated'
            cand --azure-tenant 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]'
            cand --azure-api 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]'
            cand --azure-cloud 'Which of Microsoft''s clouds: public, usgovernment or china [default: public]'
            cand --azure-resource-manager 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud'
            cand --azure-authority 'URL of the authority that issues its tokens; overrides --azure-cloud'
            cand --shard 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work'
            cand --concurrency 'How many scopes (account x region x kind) are read at once [default: 32]'
            cand --timeout 'How long one scope, or one sign-in, may take [default: 2m]'
            cand -o 'How to write the settings'
            cand --output 'How to write the settings'
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand --all-aws-profiles 'Sign in with every AWS profile that has something to sign in with'
            cand --aws-org 'Read every active account of the AWS organisation, through a role in each'
            cand --all-azure-subscriptions 'Read every Azure subscription that can be seen, whatever the file says'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'netcensus;config;help'= {
            cand check 'Check a configuration file and print every problem in it'
            cand show 'Show the effective settings and where each came from'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'netcensus;config;help;check'= {
        }
        &'netcensus;config;help;show'= {
        }
        &'netcensus;config;help;help'= {
        }
        &'netcensus;completions'= {
            cand --config 'Read this configuration file [default: see `netcensus config check --help`]'
            cand --color 'When to colour [default: auto]'
            cand -q 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand --quiet 'Suppress progress, notes and warnings; errors and what could not be read are still reported'
            cand -v 'Say what is being done; twice: every request'
            cand --verbose 'Say what is being done; twice: every request'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'netcensus;help'= {
            cand scan 'Read the clouds and list what is there'
            cand overlap 'Find addresses that are in use twice, and fail on those that hurt'
            cand diff 'Say what changed between two inventories, and what nobody can know'
            cand export 'Write the inventory for spreadsheets and other tools, whole or not at all'
            cand snapshots 'List, prune and verify the snapshots that are kept'
            cand merge 'Join the inventories of several scans into one'
            cand sandbox 'Serve sample clouds on loopback, to try and test without an account'
            cand config 'Check the configuration file, or show what is set and by whom'
            cand completions 'Print the completion script of a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'netcensus;help;scan'= {
        }
        &'netcensus;help;overlap'= {
        }
        &'netcensus;help;diff'= {
        }
        &'netcensus;help;export'= {
        }
        &'netcensus;help;snapshots'= {
            cand list 'List the snapshots that are kept, newest first'
            cand prune 'Remove old snapshots'
            cand verify 'Read snapshots to their end, and say which are not as they were written'
        }
        &'netcensus;help;snapshots;list'= {
        }
        &'netcensus;help;snapshots;prune'= {
        }
        &'netcensus;help;snapshots;verify'= {
        }
        &'netcensus;help;merge'= {
        }
        &'netcensus;help;sandbox'= {
        }
        &'netcensus;help;config'= {
            cand check 'Check a configuration file and print every problem in it'
            cand show 'Show the effective settings and where each came from'
        }
        &'netcensus;help;config;check'= {
        }
        &'netcensus;help;config;show'= {
        }
        &'netcensus;help;completions'= {
        }
        &'netcensus;help;help'= {
        }
    ]
    $completions[$command]
}
