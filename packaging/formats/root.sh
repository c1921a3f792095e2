# shellcheck shell=sh
# The files that every package of Linux installs. Read after metadata.sh.

# root_of TARGET FOLDER ZSH: the tree below /, with the folder of Zsh that this distribution reads.
root_of() {
    fresh "$2"
    install -D -m 755 "$(program "$1")" "$2/usr/bin/igconnect"
    for page in man/*; do
        install -D -m 644 "$page" "$2/usr/share/man/man${page##*.}/${page#man/}"
    done
    find "$2/usr/share/man" -type f -exec gzip -9n {} +
    install -D -m 644 completions/igconnect.bash "$2/usr/share/bash-completion/completions/igconnect"
    install -D -m 644 completions/_igconnect "$2/usr/share/zsh/$3/_igconnect"
    install -D -m 644 completions/igconnect.fish "$2/usr/share/fish/vendor_completions.d/igconnect.fish"
    install -D -m 644 -t "$2/usr/lib/systemd/user" packaging/systemd/*
    install -D -m 644 -t "$2/usr/share/doc/igconnect" README.md
    gzip -9n <"target/packages/$1/THIRD-PARTY.txt" >"$2/usr/share/doc/igconnect/THIRD-PARTY.txt.gz"
    gzip -9n <CHANGELOG.md >"$2/usr/share/doc/igconnect/changelog.gz"
    find "$2" -type f -exec chmod u=rwX,go=rX {} +
}
