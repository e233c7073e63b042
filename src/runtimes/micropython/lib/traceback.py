import sys
import _errors


def format_exc(limit=None, chain=True):
    e = _errors.current
    return _errors.text(e) if e is not None else 'NoneType: None\n'


def print_exc(limit=None, file=None, chain=True):
    (file or sys.stderr).write(format_exc())


def format_exception(t, v=None, tb=None):
    return [_errors.text(v if v is not None else t)]


def print_exception(t, v=None, tb=None, limit=None, file=None):
    (file or sys.stderr).write(format_exception(t, v)[0])


def format_exception_only(t, v=None):
    return ['%s: %s\n' % (type(v or t).__name__, v or t)]


def print_stack(*a, **kw):
    pass
