# What `import sys` gives: the interpreter's own module with CPython's identity.
from sys import *
import sys as _n

_print_exception = _n.print_exception


def setup(native, config, stream):
    g = globals()
    g['__name__'] = 'sys'
    v = config['version']
    full = '%d.%d.%d' % (v['major'], v['minor'], v['micro'])
    for name in dir(native):
        if name[:2] != '__':
            g[name] = getattr(native, name)
    g['version'] = full + ' (default, Apr 20 2020, 13:11:00) \n[GCC 8.3.0]' if v['major'] == 2 else full + ' (main, Oct 21 2025, 02:11:43) [GCC 14.2.0]'
    g['version_info'] = version_info_of(v)
    g['hexversion'] = (v['major'] << 24) | (v['minor'] << 16) | (v['micro'] << 8) | 0xf0
    g['executable'] = '/usr/local/bin/python'
    g['platform'] = 'linux2' if v['major'] == 2 else 'linux'
    g['prefix'] = g['exec_prefix'] = g['base_prefix'] = '/usr/local'
    g['stdin'] = stream(native.stdin, 0, '<stdin>')
    g['stdout'] = stream(native.stdout, 1, '<stdout>')
    g['stderr'] = stream(native.stderr, 2, '<stderr>')
    g['__stdout__'] = g['stdout']
    g['__stderr__'] = g['stderr']
    g['flags'] = ()
    g['maxsize'] = 9223372036854775807
    g['byteorder'] = 'little'
    g['dont_write_bytecode'] = False
    g['warnoptions'] = []
    g['builtin_module_names'] = ('sys', 'builtins')


def version_info_of(v):
    from collections import namedtuple
    return namedtuple('version_info', ('major', 'minor', 'micro', 'releaselevel', 'serial'))(
        v['major'], v['minor'], v['micro'], 'final', 0)


def exit(code=None):
    if code is None:
        raise SystemExit
    raise SystemExit(code)


_recursion = 1000


def getrecursionlimit():
    return _recursion


def setrecursionlimit(n):
    global _recursion
    _recursion = n


def getdefaultencoding():
    return 'utf-8'


def getfilesystemencoding():
    return 'utf-8'


def setdefaultencoding(name):
    pass


def getsizeof(o, default=0):
    return 64


def exc_info():
    import _errors
    e = _errors.current
    return (type(e) if e is not None else None, e, None)


def intern(s):
    return s


def _getframe(n=0):
    raise ValueError('call stack is not available')
