# HTTP without sockets: the host hands over one request per call of `_r`, a handler answers.
import builtins
import _host

_handlers = {}


def listen(port, handler):
    """Serves a port; `handler(request)` gives (status, reason, header lines, body bytes)."""
    import _boot
    try:
        _host.call('serve', str(port))
    except _host.HostError as e:
        raise _boot.oserror(e.code)
    _handlers[str(port)] = handler


def forever():
    import _boot
    raise _boot._ServeForever()


class Request:
    __slots__ = ('method', 'target', 'remote', 'lines', 'body')

    def __init__(self, method, target, remote, lines, body):
        self.method = method
        self.target = target
        self.remote = remote
        self.lines = lines
        self.body = body


def _r():
    data = _host.raw(b'request')
    head, body = data.split(b'\n\n', 1)
    lines = head.decode().split('\n')
    port, method, target, remote = lines[:4]
    status, reason, headers, body = _handlers[port](Request(method, target, remote, lines[4:], body))
    if isinstance(body, str):
        body = body.encode()
    _host.raw(b''.join((b'respond\0', ('%d %s\n' % (status, reason)).encode(), '\n'.join(headers).encode(), b'\n\n', body)))


builtins._r = _r
