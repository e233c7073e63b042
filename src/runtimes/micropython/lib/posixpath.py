import uos as _os
import _host


def join(a, *parts):
    out = str(a)
    for p in parts:
        p = str(p)
        if p[:1] == '/':
            out = p
        elif not out or out[-1] == '/':
            out += p
        else:
            out += '/' + p
    return out


def split(p):
    i = p.rfind('/') + 1
    head, tail = p[:i], p[i:]
    if head and head != '/' * len(head):
        head = head.rstrip('/')
    return head, tail


def dirname(p):
    return split(p)[0]


def basename(p):
    return split(p)[1]


def splitext(p):
    i = p.rfind('.')
    if i <= p.rfind('/') + 1:
        return p, ''
    return p[:i], p[i:]


def isabs(p):
    return p[:1] == '/'


def normpath(p):
    out = []
    for part in p.split('/'):
        if part == '..' and out and out[-1] != '..':
            out.pop()
        elif part == '..' and p[:1] != '/':
            out.append(part)
        elif part not in ('', '.', '..'):
            out.append(part)
    text = '/'.join(out)
    return '/' + text if p[:1] == '/' else text or '.'


def abspath(p):
    return normpath(p if p[:1] == '/' else join(_os.getcwd(), p))


def realpath(p):
    try:
        return _host.call('realpath', abspath(p))
    except _host.HostError:
        return abspath(p)


def _mode(p):
    try:
        return _os.stat(str(p))[0] & 0o170000
    except OSError:
        return 0


def exists(p):
    try:
        _os.stat(str(p))
        return True
    except OSError:
        return False


lexists = exists


def isdir(p):
    return _mode(p) == 0o040000


def isfile(p):
    return _mode(p) == 0o100000


def islink(p):
    try:
        return _host.call('lstat', p) == 'symlink'
    except _host.HostError:
        return False


def getsize(p):
    import os
    return os.stat(p).st_size


def getmtime(p):
    import os
    return os.stat(p).st_mtime


def expanduser(p):
    import os
    return os.environ.get('HOME', '/root') + p[1:] if p[:1] == '~' else p


def expandvars(p):
    return p


def commonprefix(names):
    if not names:
        return ''
    a, b = min(names), max(names)
    for i, c in enumerate(a):
        if i >= len(b) or c != b[i]:
            return a[:i]
    return a


def relpath(p, start='.'):
    a = abspath(start).strip('/').split('/')
    b = abspath(p).strip('/').split('/')
    i = 0
    while i < len(a) and i < len(b) and a[i] == b[i]:
        i += 1
    return '/'.join(['..'] * len([x for x in a[i:] if x]) + b[i:]) or '.'
