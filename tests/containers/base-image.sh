#!/usr/bin/env bash
# Makes a local stand-in for docker.io/library/python:3.12-slim where no image registry can be reached, so that an
# unmodified Dockerfile builds: Debian's minbase with a CPython in /usr/local. It proves the Dockerfile's steps, not the
# package set of the real image. A tool for tests: the CA bundle of this machine is baked in, so never ship the image.
# usage: base-image.sh PYTHON-PREFIX   (a CPython 3.12 installation, as `python3.12 -c "import sys; print(sys.prefix)"` says)
set -euo pipefail
prefix=$1
name=docker.io/library/python:3.12-slim
mirror=$(awk '/^URIs:/ {print $2; exit}' /etc/apt/sources.list.d/debian.sources)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
mmdebstrap --quiet --mode=root --variant=minbase \
  --include=ca-certificates,netbase,tzdata,libssl3,libffi8,libsqlite3-0,libreadline8,libbz2-1.0,liblzma5,zlib1g,libexpat1,libuuid1 \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  bookworm "$root" "deb $mirror bookworm main"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
tar -C "$prefix" --exclude=__pycache__ --exclude='*.a' --exclude='lib/python3.12/test' \
  --exclude='lib/python3.12/site-packages/*' -cf - bin lib include | tar -C "$root/usr/local" -xf -
find "$root/usr/local/bin" -type f -exec grep -IlZ "$prefix" {} + | xargs -0r sed -i "1s#$prefix/bin#/usr/local/bin#"
printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' >"$root/etc/pip.conf"
chroot "$root" ldconfig
chroot "$root" /usr/local/bin/python3.12 -m ensurepip --upgrade >/dev/null 2>&1
ln -sf python3.12 "$root/usr/local/bin/python"
ln -sf python3.12 "$root/usr/local/bin/python3"
ln -sf pip3.12 "$root/usr/local/bin/pip"
container=$(buildah from scratch)
buildah add -q "$container" "$root" / >/dev/null
buildah config --env PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin --env LANG=C.UTF-8 \
  --cmd python3 --label stand-in=python-3.12-debian-bookworm "$container"
buildah commit -q --rm "$container" "$name"
