# Runs once before the program: makes the builtins and modules that differ from CPython alike, then finds the program.
import builtins
import sys as _sys
import _host
import json as _json

# Garbage can be collected only between two top-level calls, and each time costs what is alive. MicroPython's own threshold of
# 16 kB would mean once in five requests; this is half of the first heap.
__import__('gc').threshold(512 * 1024)

config = _json.loads(_host.call('config'))
v = config['version']
major = v['major']
short = '%d.%d' % (major, v['minor'])
lib = config['lib']
_print = builtins.print
_open = builtins.open

_sys.argv[:] = config['argv']
_sys.path[:] = ['', lib, lib + '/site-packages', '.frozen']


class FileNotFoundError(OSError):
    pass


class FileExistsError(OSError):
    pass


class PermissionError(OSError):
    pass


class IsADirectoryError(OSError):
    pass


class NotADirectoryError(OSError):
    pass


class ConnectionError(OSError):
    pass


class ConnectionRefusedError(ConnectionError):
    pass


class ConnectionResetError(ConnectionError):
    pass


class ConnectionAbortedError(ConnectionError):
    pass


class BrokenPipeError(ConnectionError):
    pass


class TimeoutError(OSError):
    pass


class _ServeForever(BaseException):
    pass


class _EndOfInput(BaseException):
    pass


# Linux numbers and texts by code: what a program prints must be Linux's.
LINUX = {
    'EPERM': (1, 'Operation not permitted', PermissionError),
    'ENOENT': (2, 'No such file or directory', FileNotFoundError),
    'EBADF': (9, 'Bad file descriptor', OSError),
    'EAGAIN': (11, 'Resource temporarily unavailable', OSError),
    'EACCES': (13, 'Permission denied', PermissionError),
    'EEXIST': (17, 'File exists', FileExistsError),
    'ENOTDIR': (20, 'Not a directory', NotADirectoryError),
    'EISDIR': (21, 'Is a directory', IsADirectoryError),
    'EINVAL': (22, 'Invalid argument', OSError),
    'ENOSPC': (28, 'No space left on device', OSError),
    'EROFS': (30, 'Read-only file system', OSError),
    'EPIPE': (32, 'Broken pipe', BrokenPipeError),
    'ENOSYS': (38, 'Function not implemented', OSError),
    'ENOTEMPTY': (39, 'Directory not empty', OSError),
    'ELOOP': (40, 'Too many levels of symbolic links', OSError),
    'EADDRINUSE': (98, 'Address already in use', OSError),
    'ENETUNREACH': (101, 'Network is unreachable', OSError),
    'ECONNRESET': (104, 'Connection reset by peer', ConnectionResetError),
    'ETIMEDOUT': (110, 'Connection timed out', TimeoutError),
    'ECONNREFUSED': (111, 'Connection refused', ConnectionRefusedError),
    'EHOSTUNREACH': (113, 'No route to host', OSError),
}
_BY_NUMBER = {2: 'EACCES', 6: 'EAGAIN', 8: 'EBADF', 20: 'EEXIST', 28: 'EINVAL', 31: 'EISDIR', 32: 'ELOOP', 44: 'ENOENT',
              51: 'ENOSPC', 52: 'ENOSYS', 54: 'ENOTDIR', 55: 'ENOTEMPTY', 63: 'EPERM', 64: 'EPIPE', 69: 'EROFS'}


def oserror(code, path=None):
    number, text, kind = LINUX.get(code, (5, 'Input/output error', OSError))
    error = kind(number, text) if path is None else kind(number, text, path)
    error.strerror = text
    error.filename = path
    return error


def native(error, path=None):
    return oserror(_BY_NUMBER.get(error.errno, 'EIO'), path)


def _oserror_str(self):
    a = self.args
    if len(a) > 2:
        return '[Errno %s] %s: %r' % (a[0], a[1], a[2])
    if len(a) == 2:
        return '[Errno %s] %s' % (a[0], a[1])
    return str(a[0]) if a else ''


for _kind in (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError,
              ConnectionError, ConnectionRefusedError, ConnectionResetError, BrokenPipeError, TimeoutError):
    _kind.__str__ = _oserror_str
    setattr(builtins, _kind.__name__, _kind)
builtins.ConnectionAbortedError = ConnectionAbortedError
builtins._ServeForever = _ServeForever


def _new_open(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True):
    try:
        return _open(file, mode)
    except OSError as e:
        raise native(e, file)


builtins.open = _new_open


class _Stream:
    encoding = 'utf-8'
    errors = 'strict'

    def __init__(self, native, fd, name):
        self._native = native
        self._fd = fd
        self.name = name
        self.buffer = getattr(native, 'buffer', native)

    def write(self, text):
        self._native.write(text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self._native.write(line)

    def flush(self):
        if self._fd == 1:
            _host.call('flush')

    def isatty(self):
        return config['tty']

    def fileno(self):
        return self._fd

    def readline(self, n=-1):
        return _host.raw(b'line').decode()

    def read(self, n=-1):
        if n >= 0:
            return self._native.read(n)
        parts = []
        while True:
            line = self.readline()
            if not line:
                return ''.join(parts)
            parts.append(line)

    def readlines(self):
        return self.read().splitlines(True) if hasattr(str, 'splitlines') else [l + '\n' for l in self.read().split('\n')]

    def __iter__(self):
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def close(self):
        pass

    def reconfigure(self, **kw):
        pass


import _sysmod
_sysmod.setup(_sys, config, _Stream)
sys = _sysmod
_sys.modules['sys'] = _sysmod


def print(*args, sep=' ', end='\n', file=None, flush=False):
    out = sys.stdout if file is None else file
    if out is _stdout:
        _print(*args, sep=' ' if sep is None else sep, end='\n' if end is None else end)
    elif isinstance(out, _Stream):
        _print(*args, sep=' ' if sep is None else sep, end='\n' if end is None else end, file=out._native)
    else:
        out.write((' ' if sep is None else sep).join([str(a) for a in args]) + ('\n' if end is None else end))
    if flush and hasattr(out, 'flush'):
        out.flush()


_stdout = sys.stdout
builtins.print = print


def input(prompt=''):
    if prompt:
        sys.stdout.write(str(prompt))
        sys.stdout.flush()
    line = _host.raw(b'line').decode()
    if not line:
        raise EOFError('EOF when reading a line')
    return line[:-1] if line[-1:] == '\n' else line


builtins.input = input
builtins.ModuleNotFoundError = ImportError
builtins.RecursionError = RuntimeError
builtins.IOError = OSError
builtins.EnvironmentError = OSError
if not hasattr(builtins, 'vars'):
    def vars(o=None):
        return o.__dict__
    builtins.vars = vars
if not hasattr(builtins, 'ascii'):
    builtins.ascii = repr
if not hasattr(builtins, 'format'):
    def format(value, spec=''):
        return ('{:' + spec + '}').format(value)
    builtins.format = format
for _name in ('exit', 'quit'):
    setattr(builtins, _name, sys.exit)
if major == 2:
    builtins.unicode = str
    builtins.basestring = str
    builtins.long = int
    builtins.unichr = chr
    builtins.xrange = range
    builtins.raw_input = input

    def reduce(f, items, *start):
        items = iter(items)
        value = start[0] if start else next(items)
        for item in items:
            value = f(value, item)
        return value
    builtins.reduce = reduce

_atexit = []
_handlers = {}


def deliver():
    """Runs the handlers of signals that came meanwhile."""
    for number in _host.call('signals').split():
        handler = _handlers.get(int(number))
        if handler is not None:
            handler(int(number), None)


def sleep(seconds):
    left = float(seconds)
    if left < 0:
        raise ValueError('sleep length must be non-negative')
    while True:
        left = float(_host.call('sleep', str(left)))
        if _handlers:
            deliver()
        if left <= 0:
            return


def _read(path):
    with _open(path) as f:
        return f.read()


def _die(text, code=2):
    _host.call('flush')
    sys.stderr.write(text)
    raise SystemExit(code)


def _translated(text):
    return _host.call('translate', text) if major == 2 else text


def _main_file(path):
    import __main__
    if path[:1] != '/' and major == 3 and v['minor'] >= 9:
        import os
        path = os.path.abspath(path)
    __main__.__file__ = path
    return compile(_read(path), path, 'exec')


def _module_path(name):
    base = name.replace('.', '/')
    for root in sys.path:
        for tail in ('/__main__.py', '.py'):
            path = (root + '/' if root else '') + base + tail
            try:
                _open(path).close()
                return path
            except OSError:
                pass
    return None


def code():
    """The program as a code object, to be run in `__main__`."""
    mode = config['mode']
    target = config['target']
    if mode == 'command':
        return compile(target, '<string>', 'exec')
    if mode == 'stdin':
        return compile(_translated(sys.stdin.read()), '<stdin> ', 'exec')
    if mode == 'module':
        path = _module_path(target)
        if path is None:
            _die('%s: No module named %s\n' % (sys.executable, target), 1)
        sys.argv[0] = path
        return _main_file(path)
    try:
        with _open(target):
            pass
    except OSError as e:
        number, text, _ = LINUX.get(_BY_NUMBER.get(e.errno, 'EIO'), (5, 'Input/output error', None))
        import os
        full = target if major == 2 or v['minor'] < 9 or target[:1] == '/' else os.getcwd().rstrip('/') + '/' + target
        shown = repr(full) if major == 3 and v['minor'] >= 9 else "'%s'" % target if major == 2 else "'%s'" % target
        _die("%s: can't open file %s: [Errno %d] %s\n" % (sys.executable if major == 3 and v['minor'] >= 9 else config.get('called', 'python'), shown, number, text))
    sys.path[0] = target.rsplit('/', 1)[0] if '/' in target else ''
    return _main_file(target)


def interact():
    """One statement typed at the prompt."""
    sys.stdout.write('>>> ')
    sys.stdout.flush()
    line = _host.raw(b'line').decode()
    if not line:
        sys.stdout.write('\n')
        raise _EndOfInput()
    source = line
    if line.rstrip().endswith(':') or line.lstrip().startswith('@'):
        while True:
            sys.stdout.write('... ')
            sys.stdout.flush()
            line = _host.raw(b'line').decode()
            if not line.strip():
                break
            source += line
    source = _translated(source)
    try:
        value = compile('_=(' + source.strip() + '\n)\nif _ is not None: print(repr(_))', '<stdin> ', 'exec')
        return value
    except SyntaxError:
        return compile(source, '<stdin> ', 'exec')


def finish():
    while _atexit:
        f, args, kw = _atexit.pop()
        f(*args, **kw)
    try:
        sys.stdout.flush()
    except Exception:
        pass
