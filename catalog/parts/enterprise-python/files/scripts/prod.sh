#!/usr/bin/env bash
# Serves over HTTP for good: one process that lets requests finish when it is told to stop.
# Scale by starting more of them behind a load balancer. Settings are environment variables.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export MCP_DRAIN_SECONDS="${MCP_DRAIN_SECONDS:-8}"
exec uv run --frozen --no-dev python -m src.main --http "$@"
