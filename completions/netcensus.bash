_netcensus() {
    local IFS=$'\n'
    COMPREPLY=($(_NETCENSUS_TYPED="$2" COMPLETE=bash netcensus -- "${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null))
    if [[ "${COMPREPLY-}" =~ [=:/]$ ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

complete -o bashdefault -o nosort -F _netcensus netcensus 2>/dev/null || complete -o bashdefault -F _netcensus netcensus
