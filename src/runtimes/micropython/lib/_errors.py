# The exception being handled, as far as the library knows it (set by what catches for the program).
import io
import sys

current = None


def text(e):
    """The traceback of an exception as CPython prints it."""
    import _host
    out = io.StringIO()
    sys._print_exception(e, out)
    return _host.call('traceback', type(e).__name__, out.getvalue())
