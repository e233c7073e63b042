import io
import os
import sys
import time
import _errors
import _http
import _serve
from urllib.parse import unquote


class HTTPServer:
    def __init__(self, address, handler):
        self.server_address = address
        self.server_name = address[0]
        self.server_port = address[1]
        self.RequestHandlerClass = handler
        _serve.listen(address[1], self._answer)

    def _answer(self, request):
        h = object.__new__(self.RequestHandlerClass)
        h._take(request, self)
        method = getattr(h, 'do_' + request.method, None)
        try:
            if method is None:
                h.send_error(501, 'Unsupported method (%r)' % request.method)
            else:
                method()
        except Exception as e:
            sys.stderr.write('-' * 40 + '\nException occurred during processing of request from %r\n%s%s\n' % (h.client_address, _errors.text(e), '-' * 40))
            raise
        return h._status, h._reason, h._headers, h.wfile.getvalue()

    def serve_forever(self, poll_interval=0.5):
        _serve.forever()

    def server_close(self):
        pass

    def shutdown(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *a):
        pass


ThreadingHTTPServer = HTTPServer


class BaseHTTPRequestHandler:
    server_version = 'BaseHTTP/0.6'
    protocol_version = 'HTTP/1.0'

    def _take(self, request, server):
        self.server = server
        self.command = request.method
        self.path = request.target
        self.request_version = 'HTTP/1.1'
        self.requestline = '%s %s HTTP/1.1' % (request.method, request.target)
        self.client_address = (request.remote, 0)
        self.headers = _http.Headers()
        for line in request.lines:
            k, _, v = line.partition(': ')
            self.headers[k] = v
        self.rfile = io.BytesIO(request.body)
        self.wfile = io.BytesIO()
        self._status = 200
        self._reason = 'OK'
        self._headers = []

    def version_string(self):
        v = sys.version_info
        return '%s Python/%d.%d.%d' % (self.server_version, v[0], v[1], v[2])

    def date_time_string(self, t=None):
        return time.strftime('%a, %d %b %Y %H:%M:%S GMT', time.gmtime(t))

    def address_string(self):
        return self.client_address[0]

    def send_response(self, code, message=None):
        code = int(code)
        self._status = code
        self._reason = message or _http.REASONS.get(code, '')
        self.log_request(code)
        self.send_header('Server', self.version_string())
        self.send_header('Date', _http.date())

    def send_response_only(self, code, message=None):
        self._status = int(code)
        self._reason = message or _http.REASONS.get(int(code), '')

    def send_header(self, k, v):
        self._headers.append('%s: %s' % (k, v))

    def end_headers(self):
        pass

    def send_error(self, code, message=None, explain=None):
        message = message or _http.REASONS.get(code, '???')
        self.log_error('code %d, message %s', code, message)
        self.send_response(code, message)
        body = '<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: %d</p>\n        <p>Message: %s.</p>\n    </body>\n</html>\n' % (code, message)
        self.send_header('Content-Type', 'text/html;charset=utf-8')
        self.send_header('Content-Length', str(len(body)))
        self.wfile.write(body.encode())

    def log_request(self, code='-', size='-'):
        self.log_message('"%s" %s %s', self.requestline, str(code), str(size))

    def log_error(self, fmt, *args):
        self.log_message(fmt, *args)

    def log_message(self, fmt, *args):
        sys.stderr.write('%s - - [%s] %s\n' % (self.address_string(), time.strftime('%d/%b/%Y %H:%M:%S'), fmt % args))


_TYPES = {'.html': 'text/html', '.htm': 'text/html', '.txt': 'text/plain', '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json', '.py': 'text/x-python', '.png': 'image/png', '.svg': 'image/svg+xml'}


class SimpleHTTPRequestHandler(BaseHTTPRequestHandler):
    server_version = 'SimpleHTTP/0.6'

    def translate_path(self, path):
        return os.path.normpath(os.getcwd() + '/' + unquote(path.split('?')[0]))

    def do_GET(self):
        path = self.translate_path(self.path)
        if os.path.isdir(path):
            if not self.path.split('?')[0].endswith('/'):
                self.send_response(301)
                self.send_header('Location', self.path + '/')
                return
            index = os.path.join(path, 'index.html')
            if not os.path.exists(index):
                return self._list(path)
            path = index
        try:
            with open(path, 'rb') as f:
                body = f.read()
        except OSError:
            return self.send_error(404, 'File not found')
        self.send_response(200)
        self.send_header('Content-type', _TYPES.get(os.path.splitext(path)[1], 'application/octet-stream'))
        self.send_header('Content-Length', str(len(body)))
        if self.command != 'HEAD':
            self.wfile.write(body)

    do_HEAD = do_GET

    def _list(self, path):
        title = 'Directory listing for ' + self.path
        out = ['<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>%s</title>\n</head>\n<body>\n<h1>%s</h1>\n<hr>\n<ul>\n' % (title, title)]
        for n in sorted(os.listdir(path)):
            n += '/' if os.path.isdir(os.path.join(path, n)) else ''
            out.append('<li><a href="%s">%s</a></li>\n' % (n, n))
        body = ''.join(out + ['</ul>\n<hr>\n</body>\n</html>\n']).encode()
        self.send_response(200)
        self.send_header('Content-type', 'text/html; charset=utf-8')
        self.send_header('Content-Length', str(len(body)))
        self.wfile.write(body)


if __name__ == '__main__':
    port = 8000
    bind = '0.0.0.0'
    args = sys.argv[1:]
    while args:
        a = args.pop(0)
        if a in ('-b', '--bind'):
            bind = args.pop(0)
        elif a in ('-d', '--directory'):
            os.chdir(args.pop(0))
        else:
            port = int(a)
    HTTPServer((bind, port), SimpleHTTPRequestHandler)
    if sys.version_info[0] == 2:
        print('Serving HTTP on %s port %d ...' % (bind, port))
    else:
        print('Serving HTTP on %s port %d (http://%s:%d/) ...' % (bind, port, bind, port))
    sys.stdout.flush()
    _serve.forever()
