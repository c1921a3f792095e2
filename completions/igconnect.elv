# Completions of igconnect for Elvish: igconnect itself is asked what may come next.
use str
set edit:completion:arg-completer[igconnect] = {|@words|
    tmp E:_IGCONNECT_COMPLETE = elvish
    try {
        e:igconnect -- $@words 2>/dev/null | from-lines | each {|line|
            var value help = (str:split &max=2 "\t" $line)
            if (eq $help '') {
                put $value
            } else {
                edit:complex-candidate $value &display=$value' ('$help')'
            }
        }
    } catch e {
        nop
    }
}
