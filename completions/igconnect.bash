# Completions of igconnect for bash: igconnect itself is asked what may come next.
_igconnect() {
    local part rest trimmed value help last=-1 i
    local -a words=()
    COMPREPLY=()
    rest=${COMP_LINE:0:COMP_POINT}
    # Bash parts words at '@', '=' and ':' too. Parts without a space between them are one word again.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        trimmed=${rest#"${rest%%[![:space:]]*}"}
        # The last word ends at the cursor.
        ((i < COMP_CWORD)) || part=${part:0:${#trimmed}}
        if ((last >= 0)) && [[ $trimmed == "$rest" ]]; then
            words[last]+=$part
        else
            words[++last]=$part
        fi
        rest=${trimmed#"$part"}
    done
    # Bash replaces only what follows the last of these characters.
    part=${words[last]%"$2"}
    while IFS=$'\t' read -r value help; do
        COMPREPLY+=("${value#"$part"}")
    done < <(_IGCONNECT_COMPLETE=bash command igconnect -- "${words[@]}" 2>/dev/null)
}
complete -F _igconnect igconnect
