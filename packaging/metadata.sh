# shellcheck shell=sh
# What every package says about igconnect, read from Cargo.toml. Read after lib.sh.

# field NAME: a value of the section [package].
field() { sed -n "/^\[package\]/,/^$/s/^$1 = \"\(.*\)\"$/\1/p" Cargo.toml; }

version=$(field version)
repository=$(field repository)
description=$(field description)
license=$(field license)
maintainer=$(sed -n 's|^authors = \["\(.*\)"\]$|\1|p' Cargo.toml)
dist=$PWD/target/packages/dist

# The date of all files in packages. The same commit gives the same bytes.
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}"
[ -n "$SOURCE_DATE_EPOCH" ] || fail "this is no clone of the repository; set SOURCE_DATE_EPOCH to the date of the release"
export TZ=UTC0 LC_ALL=C

# name TARGET: the name of an archive, without its ending, and of the folder in it.
name() { echo "igconnect-$version-$1"; }

# program TARGET: the built program.
program() {
    case $1 in
        *windows*) echo "target/packages/$1/igconnect.exe" ;;
        *) echo "target/packages/$1/igconnect" ;;
    esac
}

# fresh FOLDER: an empty folder.
fresh() { rm -rf "${1:?}" && mkdir -p "$1"; }

# same_date FOLDER: gives everything in it the date of the release.
same_date() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

# tar_of FOLDER ARGUMENT…: a tar archive, whose bytes depend only on names, modes and contents.
tar_of() {
    folder=$1
    shift
    tar --create --format=gnu --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$folder" "$@"
}

# fill: replaces the placeholders of a template from stdin.
fill() {
    sed "s|@VERSION@|$version|g; s|@REPOSITORY@|$repository|g; s|@DESCRIPTION@|$description|g
        s|@LICENSE@|$license|g; s|@DATE@|$(date -d "@$SOURCE_DATE_EPOCH" +%F)|g; s|@MAINTAINER@|$maintainer|g"
}
