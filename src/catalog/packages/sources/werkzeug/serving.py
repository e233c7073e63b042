import sys
import time
from utime import time_ns as _time_ns
import _errors
import _host
import _serve

MODERN = '@VERSION@'[:2] not in ('0.', '1.')


def _style(text, code):
    return '\x1b[%sm%s\x1b[0m' % (code, text)


def color(line, status):
    kind = status // 100
    if status == 404:
        return _style(line, '33')
    if status == 304:
        return _style(line, '36')
    if kind == 2:
        return line if MODERN else _style(line, '37')
    if kind == 3:
        return _style(line, '32')
    if kind == 4:
        return _style(line, '31m\x1b[1')
    return _style(line, '35m\x1b[1') if kind == 5 else _style(line, '1')


_second = [None, '']


def log_request(remote, method, target, status):
    now = _time_ns() // 1000000000
    if now != _second[0]:
        _second[0] = now
        _second[1] = time.strftime('%d/%b/%Y %H:%M:%S', time.gmtime(now))
    line = '%s %s HTTP/1.1' % (method, target)
    if status != 200 or not MODERN:
        line = color(line, status)
    sys.stderr.write('%s - - [%s] "%s" %d -\n' % (remote, _second[1], line, status))


def announce(host, port):
    scheme = 'http'
    if not MODERN:
        sys.stderr.write(' * Running on http://%s:%d/ (Press CTRL+C to quit)\n' % (host, port))
        return
    text = _style('WARNING: This is a development server. Do not use it in a production deployment. Use a production WSGI server instead.', '31m\x1b[1') + '\n'
    if host in ('0.0.0.0', '::'):
        text += ' * Running on all addresses (%s)\n * Running on http://127.0.0.1:%d\n' % (host, port)
        host = _host.call('address')
    text += ' * Running on http://%s:%d\n' % (host, port)
    sys.stderr.write(text + _style('Press CTRL+C to quit', '33') + '\n')


def run_simple(hostname, port, application, **options):
    answer = getattr(application, '_answer', None) or _wsgi(application)
    _serve.listen(port, answer)
    announce(hostname, port)
    _serve.forever()


def _wsgi(application):
    """Any WSGI callable behind the host's requests."""
    import io

    def answer(request):
        path, _, query = request.target.partition('?')
        environ = {'REQUEST_METHOD': request.method, 'PATH_INFO': path, 'QUERY_STRING': query, 'REMOTE_ADDR': request.remote,
                   'SERVER_PROTOCOL': 'HTTP/1.1', 'wsgi.input': io.BytesIO(request.body), 'wsgi.errors': sys.stderr, 'wsgi.url_scheme': 'http'}
        for line in request.lines:
            k, _, v = line.partition(': ')
            environ['HTTP_' + k.upper().replace('-', '_')] = v
        environ['CONTENT_TYPE'] = environ.get('HTTP_CONTENT_TYPE', '')
        environ['CONTENT_LENGTH'] = str(len(request.body))
        out = []

        def start_response(status, headers, exc_info=None):
            out[:] = [status, headers]
        body = b''.join([b for b in application(environ, start_response)])
        code, _, reason = out[0].partition(' ')
        log_request(request.remote, request.method, request.target, int(code))
        return int(code), reason, ['%s: %s' % h for h in out[1]], body
    return answer
