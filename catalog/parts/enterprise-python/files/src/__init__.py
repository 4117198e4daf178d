"""An MCP server: `main` starts it, `runtime` serves what `manifest.json` says, `tools` is yours."""
