#!/usr/bin/env bash
# Serves over HTTP while you work: starts again whenever a file under src/ changes. Ctrl-C ends it.
# Settings come from the environment and from .env, if there is one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

options=(--frozen)
if [[ -f .env ]]; then
  options+=(--env-file .env)
fi
exec uv run "${options[@]}" python scripts/reload.py "$@"
