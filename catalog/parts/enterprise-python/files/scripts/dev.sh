#!/usr/bin/env bash
# Serves over HTTP while you work: starts again whenever a file under src/ changes. Ctrl-C ends it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

environment=()
if [[ -f .env ]]; then
  environment=(--env-file .env)
fi
exec uv run --frozen "${environment[@]}" python scripts/reload.py "$@"
