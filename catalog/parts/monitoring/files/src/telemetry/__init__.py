"""What monitoring records: figures for Prometheus, an audit log, traces for OpenTelemetry."""

from .audit import Audit
from .figures import Figures, merged
from .summary import summary
from .trace import Trace, is_wanted

__all__ = ["Audit", "Figures", "Trace", "is_wanted", "merged", "summary"]
