#!/usr/bin/env bash
# Makes the passwords that docker-compose.yml names, as files in secrets/, once; git ignores them.
# The folder is closed to other users; the files are open, because the containers' users are others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mkdir -p secrets
chmod 700 secrets

password() {
  head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'
}

wanted() {
  grep -q "\"\./secrets/$1\"" docker-compose.yml && [[ ! -e "secrets/$1" ]]
}

keep() {
  printf '%s\n' "$2" >"secrets/$1"
  chmod 644 "secrets/$1"
  echo "made secrets/$1"
}

if wanted POSTGRES_PASSWORD; then
  secret=$(password)
  keep POSTGRES_PASSWORD "$secret"
  keep DATABASE_URL "postgresql://server:$secret@postgres:5432/server"
fi
if wanted REDIS_CONF; then
  secret=$(password)
  keep REDIS_CONF "requirepass $secret
save \"\"
appendonly no
maxmemory 128mb
maxmemory-policy volatile-ttl"
  keep REDIS_URL "redis://:$secret@redis:6379/0"
fi
if wanted AUTH_SIGNING_KEY; then
  keep AUTH_SIGNING_KEY "$(password)"
fi
if wanted GRAFANA_PASSWORD; then
  keep GRAFANA_PASSWORD "$(password)"
fi
