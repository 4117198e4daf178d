#!/usr/bin/env bash
# Makes local stand-ins for the images of PostgreSQL and Redis where no image registry can be reached: Debian's packages
# under the official images' names and user numbers, with as much of PostgreSQL's entry point as docker-compose.yml uses.
# A tool for tests: it proves the composition, not the official images.
# usage: service-images.sh POSTGRES-IMAGE REDIS-IMAGE
set -euo pipefail
postgres=$1 redis=$2
mirror=$(awk '/^URIs:/ {print $2; exit}' /etc/apt/sources.list.d/debian.sources)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
mmdebstrap --quiet --mode=root --variant=minbase --include=postgresql-15,redis-server,redis-tools,locales-all \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  bookworm "$root" "deb $mirror bookworm main"
rm -rf "$root/var/lib/postgresql"
mkdir -p "$root/var/lib/postgresql/data" "$root/data"
sed -i 's/^postgres:[^:]*:[0-9]*:[0-9]*:/postgres:x:70:70:/' "$root/etc/passwd"
cat >"$root/usr/local/bin/docker-entrypoint.sh" <<'ENTRY'
#!/bin/bash
set -eu
data=/var/lib/postgresql/data/pgdata
if [ ! -e "$data/PG_VERSION" ]; then
  # shellcheck disable=SC2086 # these are words
  initdb --pgdata "$data" --username "$POSTGRES_USER" --pwfile "$POSTGRES_PASSWORD_FILE" $POSTGRES_INITDB_ARGS
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  pg_ctl --pgdata "$data" --options "-c listen_addresses= -k /tmp" --wait start
  createdb --host /tmp --username "$POSTGRES_USER" "$POSTGRES_DB"
  pg_ctl --pgdata "$data" --mode fast --wait stop
fi
exec postgres -D "$data" -c 'listen_addresses=*' -k
ENTRY
chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
container=$(buildah from scratch)
buildah add -q "$container" "$root" / >/dev/null
buildah run --isolation chroot "$container" chown -R 70:70 /var/lib/postgresql
buildah run --isolation chroot "$container" chown 999:1000 /data
buildah config --env PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin --env LANG=C.UTF-8 \
  --entrypoint '["docker-entrypoint.sh"]' --stop-signal SIGINT --label stand-in=debian-bookworm "$container"
buildah commit -q --format docker --rm "$container" "$postgres"
podman tag "$postgres" "$redis"
