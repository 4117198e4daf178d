"""The part of the server that is the same everywhere; tools and modules import from here alone."""

from .app import App
from .call import Call, Context, Next
from .content import Audio, Embedded, Image, Link, Result, Text
from .data import data_folder
from .door import Refusal
from .errors import Denied, InputRequired, Invalid, NotFound, ToolError
from .manifest import Manifest, ToolSpec
from .module import Module, Unreachable
from .peer import Peer
from .settings import SettingError, Settings, secret

__all__ = [
    "App",
    "Audio",
    "Call",
    "Context",
    "Denied",
    "Embedded",
    "Image",
    "InputRequired",
    "Invalid",
    "Link",
    "Manifest",
    "Module",
    "Next",
    "NotFound",
    "Peer",
    "Refusal",
    "Result",
    "SettingError",
    "Settings",
    "Text",
    "ToolError",
    "ToolSpec",
    "Unreachable",
    "data_folder",
    "secret",
]
