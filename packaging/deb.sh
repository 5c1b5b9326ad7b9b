#!/bin/sh
# Builds the Debian package of Comity from built programs. The same input gives
# the same package, byte for byte: every file has the time of SOURCE_DATE_EPOCH.
#
#   SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) packaging/deb.sh \
#       --binary bin/comity --verify bin/orx-verify --version 0.1.0 --out bin
#
# --manual DIR takes the pages and completions from DIR (man1, bash, zsh, fish)
# rather than from "comity manual", which writes them there. --arch names the
# architecture if it is not this machine's. --level is the compression, 0 to 9.
# It needs dpkg-deb, and no root.
set -eu
LC_ALL=C
TZ=UTC
export LC_ALL TZ
umask 022

here=$(cd "$(dirname "$0")" && pwd)
binary='' verify='' manual='' version='' out=. arch='' level=6

die() {
    echo "deb.sh: $1" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || die "$1 wants a value"
    case $1 in
    --binary) binary=$2 ;;
    --verify) verify=$2 ;;
    --manual) manual=$2 ;;
    --version) version=$2 ;;
    --out) out=$2 ;;
    --arch) arch=$2 ;;
    --level) level=$2 ;;
    *) die "there is no flag $1: see the head of the file" ;;
    esac
    shift 2
done

[ -f "$binary" ] || die "--binary names no file: build it first (make build)"
[ -f "$verify" ] || die "--verify names no file: build it first (make build)"
case $version in
[0-9]*) ;;
*) die "--version must begin with a digit, such as 0.1.0" ;;
esac
case $version in
*[!0-9A-Za-z.+~]*) die "--version has letters, digits, and . + ~ only" ;;
esac
[ -n "$arch" ] || arch=$(dpkg --print-architecture)
: "${SOURCE_DATE_EPOCH:?is not set: say the time of the release, such as \$(git log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

if [ -z "$manual" ]; then
    manual=$work/manual
    "$binary" manual "$manual" >/dev/null || die "the program writes no manual: give --manual DIR"
fi
for part in man1/comity.1 bash/comity zsh/_comity fish/comity.fish; do
    [ -f "$manual/$part" ] || die "$manual has no $part"
done

# put MODE FROM TO
put() {
    mkdir -p "$root/$(dirname "$3")"
    cp "$2" "$root/$3"
    chmod "$1" "$root/$3"
}

put 0755 "$binary" usr/bin/comity
put 0755 "$verify" usr/bin/orx-verify
for page in "$manual"/man1/*.1 "$here/orx-verify.1"; do
    put 0644 "$page" "usr/share/man/man1/$(basename "$page")"
done
gzip -9n "$root"/usr/share/man/man1/*.1
put 0644 "$manual/bash/comity" usr/share/bash-completion/completions/comity
put 0644 "$manual/zsh/_comity" usr/share/zsh/vendor-completions/_comity
put 0644 "$manual/fish/comity.fish" usr/share/fish/vendor_completions.d/comity.fish
put 0644 "$here/comity.service" lib/systemd/system/comity.service
put 0644 "$here/environment" etc/comity/environment
put 0644 "$here/debian/copyright" usr/share/doc/comity/copyright
put 0644 "$here/debian/overrides" usr/share/lintian/overrides/comity
for page in operating restore; do
    if [ -f "$here/../doc/$page.md" ]; then
        put 0644 "$here/../doc/$page.md" "usr/share/doc/comity/$page.md"
    fi
done

cat >"$work/changelog" <<EOF
comity ($version) unstable; urgency=medium

  * Version $version: see CHANGELOG.md in the source.

 -- The Comity maintainers <maintainers@comity.invalid>  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
EOF
put 0644 "$work/changelog" usr/share/doc/comity/changelog
gzip -9n "$root/usr/share/doc/comity/changelog"

mkdir "$root/DEBIAN"
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" \
    -e "s/@SIZE@/$(find "$root" -path "$root/DEBIAN" -prune -o -type f -printf '%s\n' | awk '{ n += int(($1 + 1023) / 1024) } END { print n }')/" \
    "$here/debian/control" >"$root/DEBIAN/control"
echo /etc/comity/environment >"$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do
    cp "$here/debian/$script" "$root/DEBIAN/$script"
    chmod 0755 "$root/DEBIAN/$script"
done
(cd "$root" && find . -path ./DEBIAN -prune -o -path ./etc -prune -o -type f -printf '%P\n' | sort | xargs md5sum) >"$root/DEBIAN/md5sums"

find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

mkdir -p "$out"
file=$out/comity_${version}_$arch.deb
# One thread: with several, xz cuts the input by how many there are.
threads=
if dpkg-deb --help | grep -q -- --threads-max; then
    threads=--threads-max=1
fi
dpkg-deb --root-owner-group -Zxz "-z$level" $threads --build "$root" "$file" >/dev/null
echo "$file"
