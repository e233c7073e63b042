from uos import *
import uos as _os
import _host
import _boot
from _boot import native as _native, config as _config
import posixpath as path
from ucollections import namedtuple as _nt
import sys as _sys

name = 'posix'
sep = '/'
linesep = '\n'
curdir = '.'
pardir = '..'
pathsep = ':'
devnull = '/dev/null'
error = OSError
F_OK = 0
R_OK = 4
W_OK = 2
X_OK = 1


environ = _config['env']


def getenv(key, default=None):
    return environ.get(key, default)


def putenv(key, value):
    environ[key] = value


def getpid():
    return _config['pid']


def getppid():
    return 0


def getuid():
    return _config['uid']


def getgid():
    return _config['gid']


geteuid = getuid
getegid = getgid


def getlogin():
    return _config['user']


_Uname = _nt('uname_result', ('sysname', 'nodename', 'release', 'version', 'machine'))


def uname():
    return _Uname('Linux', _config['hostname'], '5.15.0-generic', '#1 SMP', 'x86_64')


def cpu_count():
    return 1


def getloadavg():
    return (0.0, 0.0, 0.0)


def urandom(n):
    import random
    return bytes([random.getrandbits(8) for _ in range(n)])


def _wrap(f):
    def call(p='.', *a):
        try:
            return f(p, *a)
        except OSError as e:
            raise _native(e, p)
    return call


def _host_call(*a):
    try:
        return _host.call(*a)
    except _host.HostError as e:
        raise _boot.oserror(e.code, a[1])


listdir = _wrap(_os.listdir)
remove = unlink = _wrap(_os.remove)
rmdir = _wrap(_os.rmdir)
chdir = _wrap(_os.chdir)
rename = replace = _wrap(_os.rename)


def mkdir(p, mode=0o777):
    try:
        _os.mkdir(p)
    except OSError as e:
        raise _native(e, p)


def makedirs(p, mode=0o777, exist_ok=False):
    head = path.dirname(p)
    if head and head != p and not path.exists(head):
        makedirs(head, mode, True)
    try:
        mkdir(p)
    except FileExistsError:
        if not exist_ok:
            raise


class stat_result:
    def __init__(self, t):
        self._t = t
        self.st_mode, self.st_uid, self.st_gid, self.st_size = t[0], t[4], t[5], t[6]
        self.st_mtime = self.st_atime = self.st_ctime = float(t[8])

    def __getitem__(self, i):
        return self._t[i]

    def __iter__(self):
        return iter(self._t)


def stat(p):
    try:
        return stat_result(_os.stat(p))
    except OSError as e:
        raise _native(e, p)


lstat = stat


def access(p, mode):
    return path.exists(p)


def chmod(p, mode):
    _host_call('chmod', p, str(mode))


def symlink(src, dst):
    _host_call('symlink', src, dst)


def readlink(p):
    return _host_call('readlink', p)


def walk(top, topdown=True):
    dirs, files = [], []
    for n in sorted(listdir(top)):
        (dirs if path.isdir(path.join(top, n)) else files).append(n)
    if topdown:
        yield top, dirs, files
    for d in dirs:
        yield from walk(path.join(top, d), topdown)
    if not topdown:
        yield top, dirs, files


class _Entry:
    def __init__(self, root, n):
        self.name = n
        self.path = path.join(root, n)

    def is_dir(self):
        return path.isdir(self.path)

    def is_file(self):
        return path.isfile(self.path)


def scandir(p='.'):
    return [_Entry(p, n) for n in listdir(p)]


def system(command):
    out = _host.call('spawn', 'shell', command)
    code, text = out.split('\0', 1)
    _sys.stdout.write(text)
    return int(code) << 8


def kill(pid, sig):
    raise _boot.oserror('EPERM')


def _exit(code):
    raise SystemExit(code)


def fspath(p):
    return str(p)


def get_terminal_size(fallback=(80, 24)):
    return fallback


_sys.modules['os.path'] = path
