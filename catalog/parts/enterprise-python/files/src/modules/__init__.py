"""The capabilities that are switched on, one file each; `manifest.json` names them in order."""
