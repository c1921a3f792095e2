//! A credential helper of a few lines, for what no real one can be made to do.

use super::World;

/// Keeps each secret in a file of the home folder, whose name begins with `kept_`.
const HELPER: &str = r#"#!/bin/sh
cd "$HOME" || exit 9
FIRST
name() { tr -c 'a-z0-9\n' _; }
case $1 in
store) cat >in; cp in "kept_$(sed 's/.*"ServerURL":"\([^"]*\)".*/\1/' in | name)"; rm in ;;
get) f=kept_$(name); [ -e "$f" ] && cat "$f" || { echo credentials not found in native keychain; exit 1; } ;;
erase) rm -f "kept_$(name)" ;;
list) echo '{}' ;;
esac
"#;

impl World {
    /// Installs the helper of the store `command:NAME`. `first` is a line of sh, run before it does what `$1` says.
    pub fn keeps_in_files(&self, name: &str, first: &str) {
        let script = HELPER.replace("FIRST", first);
        self.script(&format!("docker-credential-{name}"), &script);
    }
}
