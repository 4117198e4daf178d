#!/usr/bin/env bash
# Serves over HTTP for good: MCP_WORKERS processes behind one address, which let requests finish when
# told to stop. Settings are environment variables.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export MCP_DRAIN_SECONDS="${MCP_DRAIN_SECONDS:-8}"
exec uv run --frozen --no-dev python -m src.main --http "$@"
