#!/bin/sh
# Tests the Debian package: builds it, looks at what is in it, installs, upgrades,
# removes and purges it in a folder of its own, and sees that the home of the node
# outlives all of it. Nothing of this machine is changed.
#
#   packaging/test.sh [COMITY [ORX-VERIFY]]
#
# Without programs it packs stand-ins. Installing wants root (chroot); what a
# machine lacks (lintian, mandoc, systemd-analyze, shellcheck) is said and left out.
set -eu
LC_ALL=C
export LC_ALL
umask 022

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

fail() {
    echo "FAIL  $*"
    failed=1
}
ok() { echo "ok    $*"; }
skip() { echo "skip  $*"; }
has() { command -v "$1" >/dev/null 2>&1; }
# check WHAT COMMAND...
check() {
    what=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        ok "$what"
    else
        fail "$what"
        sed 's/^/        /' "$work/out"
    fi
}
not() { ! "$@"; }

if ! has dpkg-deb || ! has dpkg; then
    skip "there is no dpkg here: nothing is tested"
    exit 0
fi

# The programs: those that were named, or stand-ins.
comity=${1:-} verify=${2:-}
if [ -z "$comity" ]; then
    comity=$work/comity
    cat >"$comity" <<'EOF'
#!/bin/sh
# A stand-in for the program, with what the package asks of it.
case ${1:-} in
version) echo "comity 0.0.0" ;;
manual)
    mkdir -p "$2/man1" "$2/bash" "$2/zsh" "$2/fish"
    for c in comity comity-serve; do
        printf '.Dd November 23, 2026\n.Dt %s 1\n.Os comity\n.Sh NAME\n.Nm %s\n.Nd a stand-in\n.Sh DESCRIPTION\nNothing.\n' "$c" "$c" >"$2/man1/$c.1"
    done
    printf '_comity() { COMPREPLY=(partner); }\ncomplete -F _comity comity\n' >"$2/bash/comity"
    printf '#compdef comity\ncompadd partner\n' >"$2/zsh/_comity"
    echo 'complete -c comity -f -a partner' >"$2/fish/comity.fish"
    ;;
esac
EOF
    chmod 0755 "$comity"
fi
if [ -z "$verify" ]; then
    verify=$work/orx-verify
    printf '#!/bin/sh\nexit 0\n' >"$verify"
    chmod 0755 "$verify"
fi

SOURCE_DATE_EPOCH=1764000000
export SOURCE_DATE_EPOCH

build() { # VERSION OUT
    "$here/deb.sh" --binary "$comity" --verify "$verify" --version "$1" --out "$2" --level 0
}

# 1. It is built, and the same twice, whatever the hour, the mask and the folder.
deb=$(build 0.1.0 "$work/one")
again=$(cd / && umask 077 && TZ=Asia/Tokyo build 0.1.0 "$work/two")
check "the same package is built twice" cmp "$deb" "$again"
next=$(build 0.2.0 "$work/one")
check "a version that is none is refused" not build "x; y" "$work/one"
check "no program, no package" not "$here/deb.sh" --binary "$work/none" --verify "$verify" --version 1 --out "$work/one"

# 2. What is in it, and how it may be touched.
dpkg-deb -c "$deb" >"$work/list"
there() { # MODE PATH
    check "it brings $2 ($1)" grep -q "^$1 root/root .* \./$2\$" "$work/list"
}
there -rwxr-xr-x usr/bin/comity
there -rwxr-xr-x usr/bin/orx-verify
there -rw-r--r-- usr/share/man/man1/comity.1.gz
there -rw-r--r-- usr/share/man/man1/comity-serve.1.gz
there -rw-r--r-- usr/share/man/man1/orx-verify.1.gz
there -rw-r--r-- usr/share/bash-completion/completions/comity
there -rw-r--r-- usr/share/zsh/vendor-completions/_comity
there -rw-r--r-- usr/share/fish/vendor_completions.d/comity.fish
there -rw-r--r-- lib/systemd/system/comity.service
there -rw-r--r-- etc/comity/environment
check "nothing in it is anybody's but root's to write" not grep -qE '^.....w|^........w' "$work/list"
check "it brings no home" not grep -q ' \./var' "$work/list"
check "the configuration is kept as one" sh -c "dpkg-deb --ctrl-tarfile '$deb' | tar -xO ./conffiles | grep -qx /etc/comity/environment"

# 3. What others say of it.
if has lintian; then
    check "lintian finds no error" lintian --allow-root --fail-on error "$deb"
else
    skip "lintian is not installed"
fi
for s in "$here"/*.sh "$here"/debian/postinst "$here"/debian/prerm "$here"/debian/postrm; do
    check "$(basename "$s") is read by sh" sh -n "$s"
    if has shellcheck; then check "shellcheck finds nothing in $(basename "$s")" shellcheck -S warning "$s"; fi
done
has shellcheck || skip "shellcheck is not installed"
if has mandoc; then
    check "mandoc finds nothing in orx-verify.1" sh -c "! mandoc -Tlint -Wwarning '$here/orx-verify.1' | grep ."
else
    skip "mandoc is not installed"
fi
if has systemd-analyze; then
    mkdir "$work/unit"
    sed -e 's,^ExecStart=.*,ExecStart=/bin/true,' -e '/^Documentation=/d' "$here/comity.service" >"$work/unit/comity.service"
    check "systemd understands the unit" sh -c "! systemd-analyze verify '$work/unit/comity.service' 2>&1 | grep ."
    check "systemd finds the unit closed (2.0 of 10 at the most)" systemd-analyze security --offline=true --threshold=20 "$work/unit/comity.service"
else
    skip "systemd-analyze is not installed"
fi
check "the unit starts nothing that is not configured" grep -q '^ConditionPathExists=/var/lib/comity/node/config.toml$' "$here/comity.service"
check "no script starts or enables the node" not grep -hE '(systemctl|deb-systemd-(invoke|helper)).* (start|restart|enable|unmask)' "$here/debian/postinst" "$here/debian/prerm" "$here/debian/postrm"
check "no script deletes anything" not grep -hE '\b(rm|unlink|rmdir|deluser|userdel|delgroup)\b' "$here/debian/postinst" "$here/debian/prerm" "$here/debian/postrm"

# 4. Installed, upgraded, removed and purged.
#
# machine makes a small Debian of the packages that this one has installed: those
# that dpkg and the scripts need, with what they depend on.
machine() {
    m=$1
    mkdir -p "$m/var/lib/dpkg/info" "$m/var/lib/dpkg/updates" "$m/var/lib/dpkg/triggers" "$m/var/log" "$m/dev" "$m/tmp" "$m/etc" "$m/proc" "$m/var/cache"
    for d in bin sbin lib lib64 lib32 libx32; do
        if [ -L "/$d" ]; then
            mkdir -p "$m/usr/$d"
            ln -s "usr/$d" "$m/$d"
        fi
    done
    wanted="adduser bash coreutils dash debianutils diffutils dpkg findutils grep gzip init-system-helpers libc-bin libpam-modules login mawk passwd perl-base sed tar"
    all=
    while [ -n "$wanted" ]; do
        more=
        for p in $wanted; do
            case " $all " in *" $p "*) continue ;; esac
            [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null | cut -c1-9)" = installed ] || continue
            all="$all $p"
            more="$more $(dpkg-query -W -f '${Pre-Depends}, ${Depends}\n' "$p" | tr ',' '\n' | sed -e 's/|.*//' -e 's/(.*//' -e 's/:[a-z0-9]*//' | tr -d ' \t' | sort -u | tr '\n' ' ')"
        done
        wanted=$more
    done
    for p in $all; do
        dpkg-query -L "$p" 2>/dev/null
        a=$(dpkg-query -W -f '${Architecture}' "$p")
        for f in "/var/lib/dpkg/info/$p".* "/var/lib/dpkg/info/$p:$a".*; do
            if [ -f "$f" ]; then cp -p "$f" "$m/var/lib/dpkg/info/"; fi
        done
    done | grep -v -e '^/usr/share/doc' -e '^/usr/share/man' -e '^/usr/share/locale' -e '^/\.$' | sort -u >"$work/files"
    while read -r f; do if [ -e "$f" ] || [ -L "$f" ]; then echo "$f"; fi; done <"$work/files" >"$work/files.there"
    tar -C / --no-recursion -cf - -T "$work/files.there" 2>/dev/null | tar -C "$m" --keep-directory-symlink -xf -
    cp -a /etc/alternatives /etc/pam.d "$m/etc/"
    if [ -e /usr/bin/awk ]; then cp -a /usr/bin/awk "$m/usr/bin/"; fi
    cp /usr/share/base-passwd/passwd.master "$m/etc/passwd"
    cp /usr/share/base-passwd/group.master "$m/etc/group"
    sed 's/:.*/:*:19000:0:99999:7:::/' "$m/etc/passwd" >"$m/etc/shadow"
    sed 's/:.*/:*::/' "$m/etc/group" >"$m/etc/gshadow"
    awk -v all=" $all " 'BEGIN { RS = ""; ORS = "\n\n" } { split($0, l, "\n"); sub(/^Package: /, "", l[1]); if (index(all, " " l[1] " ")) print }' /var/lib/dpkg/status >"$m/var/lib/dpkg/status"
    touch "$m/var/lib/dpkg/available"
    if [ -f /var/lib/dpkg/info/format ]; then cp /var/lib/dpkg/info/format "$m/var/lib/dpkg/info/"; fi
    mknod -m 0666 "$m/dev/null" c 1 3 2>/dev/null || touch "$m/dev/null"
}

in_machine() { PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive chroot "$m" "$@" </dev/null; }

if [ "$(id -u)" != 0 ]; then
    skip "only root can install it, in a folder of its own"
elif ! [ -f /usr/share/base-passwd/passwd.master ] || ! dpkg-query -W adduser init-system-helpers >/dev/null 2>&1; then
    skip "this is no Debian with adduser and init-system-helpers"
elif ! machine "$work/machine" || ! in_machine true 2>/dev/null; then
    skip "no chroot can be made here"
else
    mode() { in_machine stat -c '%a %U:%G' "$1"; }
    is() { # WHAT GOT WANTED
        if [ "$2" = "$3" ]; then ok "$1"; else fail "$1: $2, not $3"; fi
    }
    home=/var/lib/comity
    cp "$deb" "$m/tmp/one.deb"
    cp "$next" "$m/tmp/two.deb"

    check "it is installed" in_machine dpkg -i /tmp/one.deb
    is "the home is the node's alone" "$(mode $home)" "700 comity:comity"
    is "the user cannot log in" "$(in_machine getent passwd comity | cut -d: -f6,7)" "$home:/usr/sbin/nologin"
    check "the program runs" in_machine comity version
    check "nothing is enabled" not test -e "$m/etc/systemd/system/multi-user.target.wants/comity.service"
    check "no node was made" not test -e "$m$home/node"
    if has man && MANWIDTH=80 man -M "$m/usr/share/man" comity >"$work/page" 2>&1 </dev/null && grep -q NAME "$work/page"; then
        ok "man shows the page"
    elif has man && ! grep -qi minimized "$work/page"; then
        fail "man shows no page"
    else
        skip "there is no man here"
    fi
    if has bash; then
        # shellcheck disable=SC2016 # bash expands it
        check "bash completes from the file" bash --norc -c '. "$1"; COMP_WORDS=(comity par) COMP_CWORD=1; _comity; [[ " ${COMPREPLY[*]} " == *" partner "* ]]' - "$m/usr/share/bash-completion/completions/comity"
    fi

    # A node is made, and the key file and a setting put in place.
    in_machine install -d -m 0700 -o comity -g comity $home/node
    in_machine install -m 0600 -o comity -g comity /dev/null $home/node/config.toml
    echo 'what a service was told' >"$m$home/node/vault"
    install -m 0600 /dev/null "$m/etc/comity/unlock.key"
    echo 'GOMEMLIMIT=1GiB' >>"$m/etc/comity/environment"
    state() { (cd "$m$home" && find . -printf '%p %m %U:%G %s\n' | sort && cat node/vault); }
    before=$(state)
    same() { is "$1" "$(state)" "$before"; }

    check "it is upgraded" in_machine dpkg -i /tmp/two.deb
    same "the home is as it was after the upgrade"
    check "the setting is as it was" grep -q GOMEMLIMIT=1GiB "$m/etc/comity/environment"
    check "it is installed once more" in_machine dpkg -i /tmp/two.deb
    same "the home is as it was after that"

    check "it is removed" in_machine dpkg -r comity
    check "the program is gone" not test -e "$m/usr/bin/comity"
    check "the completion is gone" not test -e "$m/usr/share/bash-completion/completions/comity"
    check "the setting stays" test -e "$m/etc/comity/environment"
    same "the home outlives the removal"
    check "it is purged" in_machine dpkg -P comity
    check "the setting is gone" not test -e "$m/etc/comity/environment"
    check "the key file stays" test -e "$m/etc/comity/unlock.key"
    check "the user stays, whose the home is" in_machine getent passwd comity
    same "the home outlives the purge"
    is "nothing is half there" "$(in_machine dpkg -s comity 2>/dev/null | grep Status)" ""

    check "it is installed again" in_machine dpkg -i /tmp/one.deb
    same "and finds the home as it was"
    in_machine dpkg -P comity >/dev/null 2>&1
    mv "$m$home" "$m/srv-comity"
    ln -s /srv-comity "$m$home"
    check "it is installed beside a home on another disk" in_machine dpkg -i /tmp/one.deb
    is "which stays a link" "$(readlink "$m$home")" /srv-comity
fi

if [ $failed = 0 ]; then echo "all is well"; else echo "something is wrong"; fi
exit $failed
