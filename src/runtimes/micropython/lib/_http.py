# One HTTP exchange through the host, for urllib, http.client and requests.
import _host


class Headers(dict):
    """Case-insensitive, as sent."""

    def get(self, key, default=None):
        key = key.lower()
        for k in self:
            if k.lower() == key:
                return dict.__getitem__(self, k)
        return default

    def __getitem__(self, key):
        value = self.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def __contains__(self, key):
        return self.get(key) is not None


def exchange(method, url, headers, body=b'', timeout=None):
    if url[:8] == 'https://':
        raise _host.HostError('ENOTFOUND', 'https')
    lines = '\n'.join(['%s: %s' % pair for pair in headers.items()])
    head = '\0'.join(('http', method, url, '' if timeout is None else str(timeout), lines)) + '\n\n'
    answer = _host.raw(head.encode() + (body or b''))
    head, body = answer.split(b'\n\n', 1)
    lines = head.decode().split('\n')
    out = Headers()
    for line in lines[2:]:
        k, _, v = line.partition(': ')
        out[k] = v
    return int(lines[0]), lines[1] or REASONS.get(int(lines[0]), ''), out, body


REASONS = {100: 'Continue', 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 206: 'Partial Content', 301: 'Moved Permanently',
           302: 'Found', 303: 'See Other', 304: 'Not Modified', 307: 'Temporary Redirect', 308: 'Permanent Redirect', 400: 'Bad Request',
           401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 406: 'Not Acceptable', 408: 'Request Timeout',
           409: 'Conflict', 410: 'Gone', 411: 'Length Required', 413: 'Request Entity Too Large', 415: 'Unsupported Media Type', 418: "I'm a teapot",
           422: 'Unprocessable Entity', 429: 'Too Many Requests', 500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway',
           503: 'Service Unavailable', 504: 'Gateway Timeout'}
