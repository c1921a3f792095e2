# shellcheck shell=sh
# What the scripts of this folder share. They read it after `cd` into the project: . packaging/lib.sh

say() { printf '%s\n' "${0#"$PWD"/}: $*" >&2; }
fail() {
    say "$*"
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

have cargo || PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
have cargo || fail "cargo was not found; install Rust first: https://rustup.rs"

# ensure_packages PROGRAM PACKAGE…: installs Debian packages unless the program is there. A function of sh has no
# variables of its own, so these have names that no script uses.
ensure_packages() {
    _needed=$1
    shift
    have "$_needed" && return 0
    _as_root=
    [ "$(id -u)" -eq 0 ] || _as_root=sudo
    say "$_needed is missing; installing $*"
    # shellcheck disable=SC2086 # one word or nothing
    have apt-get && $_as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends "$@" </dev/null >&2
    have "$_needed" || fail "$_needed is missing and could not be installed (Debian: $*)"
}

# debian_mirror: where the packages of this machine come from.
debian_mirror() {
    sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[.*\] \)*\([^ ]*\).*/\2/p' \
        /etc/apt/sources.list /etc/apt/sources.list.d/debian* 2>/dev/null | head -n 1
}

# ensure_target TARGET: the standard library of Rust for this target.
ensure_target() {
    [ -d "$(rustc --print sysroot)/lib/rustlib/$1/lib" ] || rustup target add "$1" </dev/null >&2 ||
        fail "the standard library for $1 is missing and rustup could not add it"
}

# ensure_zig: a C compiler for every target, and cargo-zigbuild, below target/parts (some 400 MB).
ensure_zig() {
    zig=$PWD/target/parts/zig/bin
    [ -x "$zig/cargo-zigbuild" ] && return 0
    say "installing zig and cargo-zigbuild into target/parts/zig"
    ensure_packages python3 python3 python3-venv
    python3 -m venv target/parts/zig </dev/null >&2 &&
        "$zig/pip" -q --disable-pip-version-check install ziglang==0.17.1 cargo-zigbuild==0.24.1 </dev/null >&2 ||
        fail "zig could not be installed"
}
