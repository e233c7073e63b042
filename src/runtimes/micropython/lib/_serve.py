# HTTP without sockets: the host hands over one request per call of `respond`, a handler answers.
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
    __slots__ = ('method', 'target', 'remote', 'head', 'body')

    def __init__(self, method, target, remote, head, body):
        self.method = method
        self.target = target
        self.remote = remote
        self.head = head
        self.body = body

    @property
    def lines(self):
        """The header lines; apart only when asked for, because every new string is looked up among all that are interned."""
        return self.head.split('\n') if self.head else []


def respond():
    head, body = _host.raw(b'request').split(b'\n\n', 1)
    head = head.decode().split('\n', 4)
    status, reason, headers, body = _handlers[head[0]](Request(head[1], head[2], head[3], head[4] if len(head) > 4 else '', body))
    if isinstance(body, str):
        body = body.encode()
    _host.raw(b''.join((b'respond\0', ('%d %s\n' % (status, reason)).encode(), '\n'.join(headers).encode(), b'\n\n', body)))
