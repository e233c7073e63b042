import os
import sys
import _errors
import _serve
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound, abort
from werkzeug.serving import log_request, announce
from werkzeug.wrap import Request, Response, redirect
from _http import Mapping, REASONS, date

VERSION = '@VERSION@'
MODERN = VERSION[:2] not in ('0.', '1.')


class _Context:
    request = None
    app = None
    g = None
    session = None


_ctx = _Context()


class _Proxy:
    """The request (or app, g, session) of the moment under a global name."""

    def __init__(self, name):
        object.__setattr__(self, '_name', name)

    def _now(self):
        now = getattr(_ctx, self._name)
        if now is None:
            what = 'request' if self._name in ('request', 'session') else 'application'
            raise RuntimeError('Working outside of %s context.' % what)
        return now

    def __getattr__(self, name):
        return getattr(self._now(), name)

    def __setattr__(self, name, value):
        setattr(self._now(), name, value)

    def __getitem__(self, key):
        return self._now()[key]

    def __setitem__(self, key, value):
        self._now()[key] = value

    def __delitem__(self, key):
        del self._now()[key]

    def __contains__(self, key):
        return key in self._now()

    def __bool__(self):
        return bool(getattr(_ctx, self._name))


request = _Proxy('request')
current_app = _Proxy('app')
session = _Proxy('session')
g = _Proxy('g')


class _Globals:
    def get(self, name, default=None):
        return getattr(self, name, default)

    def __contains__(self, name):
        return hasattr(self, name)

    def pop(self, name, default=None):
        value = getattr(self, name, default)
        if hasattr(self, name):
            delattr(self, name)
        return value


class Config(Mapping):
    def from_object(self, o):
        for k in dir(o):
            if k.isupper():
                self[k] = getattr(o, k)

    def from_mapping(self, *a, **kw):
        self.update(*a, **kw)

    def from_envvar(self, name, silent=False):
        pass

    def from_pyfile(self, name, silent=False):
        pass


class Rule:
    """A route as pieces: text must be equal, a converter takes a segment."""

    def __init__(self, rule, endpoint, methods, defaults=None, strict=True):
        self.rule = rule
        self.endpoint = endpoint
        self.methods = set(methods)
        self.defaults = defaults or {}
        self.strict = strict
        self.static = '<' not in rule
        self.pieces = None if self.static else _pieces(rule)
        self.arguments = set() if self.static else set([p[1] for p in self.pieces if isinstance(p, tuple)])

    def match(self, path):
        if self.static:
            return {} if path == self.rule else None
        return _match(self.pieces, 0, path, {})


def _pieces(rule):
    out = []
    for i, part in enumerate(rule.split('<')):
        if i == 0:
            out.append(part)
            continue
        spec, _, text = part.partition('>')
        kind, _, name = spec.rpartition(':')
        out.append((kind or 'string', name))
        out.append(text)
    return [p for p in out if p != '']


def _match(pieces, i, path, values):
    if i == len(pieces):
        return values if path == '' else None
    piece = pieces[i]
    if isinstance(piece, str):
        return _match(pieces, i + 1, path[len(piece):], values) if path.startswith(piece) else None
    kind, name = piece
    end = len(path) if kind == 'path' else (path + '/').index('/')
    while end > 0:
        value = _convert(kind, path[:end])
        if value is not None:
            found = _match(pieces, i + 1, path[end:], values)
            if found is not None:
                found[name] = value
                return found
        end -= 1
    return None


def _convert(kind, text):
    kind = kind.split('(')[0]
    if kind == 'int':
        return int(text) if text.isdigit() else None
    if kind == 'float':
        a, dot, b = text.partition('.')
        return float(text) if dot and a.isdigit() and b.isdigit() else None
    if kind == 'uuid':
        return text if len(text) == 36 else None
    return text


class _Scaffold:
    def __init__(self):
        self.before_request_funcs = []
        self.after_request_funcs = []
        self.teardown_request_funcs = []
        self.error_handler_spec = []

    def route(self, rule, **options):
        def decorate(f):
            self.add_url_rule(rule, options.pop('endpoint', None), f, **options)
            return f
        return decorate

    def get(self, rule, **options):
        return self.route(rule, methods=['GET'], **options)

    def post(self, rule, **options):
        return self.route(rule, methods=['POST'], **options)

    def put(self, rule, **options):
        return self.route(rule, methods=['PUT'], **options)

    def delete(self, rule, **options):
        return self.route(rule, methods=['DELETE'], **options)

    def patch(self, rule, **options):
        return self.route(rule, methods=['PATCH'], **options)

    def before_request(self, f):
        self.before_request_funcs.append(f)
        return f

    def after_request(self, f):
        self.after_request_funcs.append(f)
        return f

    def teardown_request(self, f):
        self.teardown_request_funcs.append(f)
        return f

    teardown_appcontext = teardown_request

    def errorhandler(self, kind):
        def decorate(f):
            self.error_handler_spec.append((kind, f))
            return f
        return decorate

    def register_error_handler(self, kind, f):
        self.error_handler_spec.append((kind, f))


class Blueprint(_Scaffold):
    def __init__(self, name, import_name, url_prefix=None, template_folder=None, static_folder=None):
        _Scaffold.__init__(self)
        self.name = name
        self.url_prefix = url_prefix
        self.rules = []

    def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
        self.rules.append((rule, endpoint or view_func.__name__, view_func, options))


class _Jinja:
    def __init__(self, app):
        self._app = app
        self._env = None

    def get(self):
        if self._env is None:
            from jinja2 import Environment, FileSystemLoader
            auto = lambda name: name is None or name.rsplit('.', 1)[-1] in ('html', 'htm', 'xml', 'xhtml', 'svg')
            self._env = Environment(FileSystemLoader(os.path.join(self._app.root_path, self._app.template_folder)), auto)
            self._env.globals.update({'url_for': url_for, 'get_flashed_messages': get_flashed_messages, 'config': self._app.config})
        return self._env


class Flask(_Scaffold):
    response_class = Response
    request_class = Request

    def __init__(self, import_name, static_url_path=None, static_folder='static', template_folder='templates', root_path=None, **kw):
        _Scaffold.__init__(self)
        self.import_name = import_name
        self.root_path = root_path or _root(import_name)
        self.template_folder = template_folder
        self.static_folder = static_folder
        self.config = Config({'DEBUG': False, 'TESTING': False, 'SECRET_KEY': None, 'ENV': 'production', 'JSON_SORT_KEYS': True, 'JSON_AS_ASCII': True})
        self.view_functions = {}
        self.url_rules = []
        self._static_rules = {}
        self.blueprints = {}
        self.extensions = {}
        self._first = []
        self._context_processors = []
        self._jinja = _Jinja(self)
        self._logger = None
        self.debug = os.environ.get('FLASK_DEBUG', '') in ('1', 'true', 'True')
        self.testing = False
        if static_folder:
            path = (static_url_path or '/' + static_folder.rsplit('/', 1)[-1]).rstrip('/')
            self.add_url_rule(path + '/<path:filename>', 'static', self._static)

    @property
    def name(self):
        if self.import_name == '__main__':
            import __main__
            return os.path.splitext(os.path.basename(getattr(__main__, '__file__', '__main__')))[0]
        return self.import_name

    @property
    def secret_key(self):
        return self.config['SECRET_KEY']

    @secret_key.setter
    def secret_key(self, value):
        self.config['SECRET_KEY'] = value

    @property
    def jinja_env(self):
        return self._jinja.get()

    @property
    def logger(self):
        if self._logger is None:
            import logging
            self._logger = logging.getLogger(self.name)
            if not self._logger.handlers:
                handler = logging.StreamHandler()
                handler.setFormatter(logging.Formatter('[%(asctime)s] %(levelname)s in app: %(message)s'))
                self._logger.addHandler(handler)
                self._logger.propagate = False
        return self._logger

    def add_url_rule(self, rule, endpoint=None, view_func=None, methods=None, defaults=None, strict_slashes=True, **kw):
        endpoint = endpoint or view_func.__name__
        old = self.view_functions.get(endpoint)
        if old is not None and view_func is not None and old is not view_func:
            raise AssertionError('View function mapping is overwriting an existing endpoint function: ' + endpoint)
        methods = [m.upper() for m in (methods or ('GET',))]
        if 'GET' in methods:
            methods.append('HEAD')
        if 'OPTIONS' not in methods:
            methods.append('OPTIONS')
        one = Rule(rule, endpoint, methods, defaults, strict_slashes)
        self.url_rules.append(one)
        if one.static:
            self._static_rules.setdefault(rule, []).append(one)
        if view_func is not None:
            self.view_functions[endpoint] = view_func

    def register_blueprint(self, bp, url_prefix=None):
        prefix = url_prefix if url_prefix is not None else bp.url_prefix or ''
        self.blueprints[bp.name] = bp
        for rule, endpoint, f, options in bp.rules:
            self.add_url_rule(prefix.rstrip('/') + rule if prefix else rule, bp.name + '.' + endpoint, f, **options)
        self.before_request_funcs.extend(bp.before_request_funcs)
        self.after_request_funcs.extend(bp.after_request_funcs)
        self.error_handler_spec.extend(bp.error_handler_spec)

    def before_first_request(self, f):
        self._first.append(f)
        return f

    def context_processor(self, f):
        self._context_processors.append(f)
        return f

    def template_filter(self, name=None):
        def decorate(f):
            self.jinja_env.filters[name or f.__name__] = f
            return f
        return decorate

    def _static(self, filename):
        return send_from_directory(os.path.join(self.root_path, self.static_folder), filename)

    # --- one request -------------------------------------------------------------------------------------------------

    def _find(self, req):
        path = req.path
        fixed = self._static_rules.get(path)
        if fixed and req.method in fixed[0].methods:
            return fixed[0], fixed[0].defaults.copy()
        allowed = set()
        for rule in fixed or self.url_rules:
            values = rule.match(path)
            if values is None:
                continue
            if req.method in rule.methods:
                values.update(rule.defaults)
                return rule, values
            allowed.update(rule.methods)
        if allowed:
            raise _NotAllowed(allowed)
        if path[-1:] != '/':
            for rule in self.url_rules:
                if rule.rule[-1:] == '/' and rule.strict and rule.match(path + '/') is not None:
                    raise HTTPException(response=redirect(path + '/', 308), code=308)
        raise NotFound()

    def full_dispatch_request(self, req):
        try:
            if self._first:
                while self._first:
                    self._first.pop(0)()
            rule, values = self._find(req)
            req.endpoint = rule.endpoint
            req.url_rule = rule
            req.view_args = values
            out = None
            for f in self.before_request_funcs:
                out = f()
                if out is not None:
                    break
            if out is None:
                if req.method == 'OPTIONS' and rule.endpoint:
                    out = Response()
                    out.headers['Allow'] = ', '.join(sorted(rule.methods))
                else:
                    out = self.view_functions[rule.endpoint](**values)
        except Exception as e:
            out = self.handle_user_exception(e)
        response = Response(out) if type(out) is str else self.make_response(out)
        if self.after_request_funcs:
            for f in reversed(self.after_request_funcs):
                response = f(response)
        return response

    def _handler(self, e):
        best = None
        for kind, f in self.error_handler_spec:
            if isinstance(kind, int):
                if isinstance(e, HTTPException) and e.code == kind:
                    return f
            elif isinstance(e, kind) and (best is None or issubclass(kind, best[0])):
                best = (kind, f)
        return best[1] if best else None

    def handle_user_exception(self, e):
        f = self._handler(e)
        if f is not None:
            return f(e)
        if isinstance(e, HTTPException):
            return e
        return self.handle_exception(e)

    def handle_exception(self, e):
        self.logger.error('Exception on %s [%s]', _ctx.request.path, _ctx.request.method, exc_info=e)
        error = InternalServerError()
        f = self._handler(error)
        return f(error) if f is not None else error

    def make_response(self, rv):
        status = headers = None
        if isinstance(rv, tuple):
            if len(rv) == 3:
                rv, status, headers = rv
            elif len(rv) == 2:
                rv, second = rv
                if isinstance(second, (dict, list, tuple)):
                    headers = second
                else:
                    status = second
        if rv is None:
            raise TypeError("The view function for %r did not return a valid response. The function either returned None or ended without a return statement." % _ctx.request.endpoint)
        if isinstance(rv, HTTPException):
            if rv.response is not None:
                rv = rv.response
            else:
                out = Response(rv.page(MODERN), rv.code)
                if isinstance(rv, _NotAllowed):
                    out.headers['Allow'] = ', '.join(sorted(rv.allowed))
                rv = out
        elif isinstance(rv, (str, bytes, bytearray)):
            rv = Response(rv)
        elif isinstance(rv, dict) or MODERN and isinstance(rv, list):
            rv = jsonify(rv)
        elif not isinstance(rv, Response):
            if hasattr(rv, '__next__') or hasattr(rv, '__iter__') and not isinstance(rv, (int, float)):
                rv = Response(rv)
            else:
                raise TypeError("The view function did not return a valid response. The return type must be a string, dict, list, tuple with headers or status, Response instance, or WSGI callable, but it was a %s." % type(rv).__name__)
        if status is not None:
            rv.status_code = int(str(status).split(' ')[0])
        if headers:
            for k, v in (headers.items() if hasattr(headers, 'items') else headers):
                rv.headers[k] = v
        return rv

    def _respond(self, raw):
        ctx = _ctx
        ctx.app = self
        ctx.request = req = Request(raw)
        ctx.g = _Globals()
        signed = self.config._d['SECRET_KEY']
        ctx.session = _load_session(self, req) if signed else _no_session
        try:
            response = self.full_dispatch_request(req)
            if signed:
                _save_session(self, response)
        except Exception as e:
            try:
                response = self.make_response(self.handle_exception(e))
            except Exception:
                response = Response(InternalServerError().page(MODERN), 500)
        except KeyboardInterrupt:
            response = Response(InternalServerError().page(MODERN), 500)
        for f in self.teardown_request_funcs:
            f(None)
        ctx.request = ctx.g = ctx.session = None
        return response

    def _answer(self, raw):
        response = self._respond(raw)
        status = response.status_code
        log_request(raw.remote, raw.method, raw.target, status)
        lines = response._lines()
        lines.insert(0, _server())
        reason = 'OK' if status == 200 else REASONS.get(status, 'UNKNOWN').upper()
        return status, reason, lines, b'' if raw.method == 'HEAD' else response._data

    def __call__(self, environ, start_response):
        body = environ['wsgi.input'].read() if 'wsgi.input' in environ else b''
        lines = [k[5:].replace('_', '-') + ': ' + v for k, v in environ.items() if k[:5] == 'HTTP_']
        query = environ.get('QUERY_STRING', '')
        raw = _serve.Request(environ['REQUEST_METHOD'], environ['PATH_INFO'] + ('?' + query if query else ''), environ.get('REMOTE_ADDR', ''), '\n'.join(lines), body)
        response = self._respond(raw)
        start_response(response.status, list(response.headers.items()))
        return [response._data]

    def wsgi_app(self, environ, start_response):
        return self(environ, start_response)

    def app_context(self):
        return _AppContext(self)

    def test_request_context(self, path='/', method='GET'):
        return _AppContext(self, Request(_serve.Request(method, path, '127.0.0.1', 'Host: localhost', b'')))

    def test_client(self):
        return _Client(self)

    def run(self, host=None, port=None, debug=None, load_dotenv=True, **options):
        if debug is not None:
            self.debug = bool(debug)
        host = host or '127.0.0.1'
        port = int(port if port is not None else 5000)
        banner(self.name, self.debug)
        _serve.listen(port, self._answer)
        announce(host, port)
        _serve.forever()


class _NotAllowed(MethodNotAllowed):
    def __init__(self, allowed):
        MethodNotAllowed.__init__(self)
        self.allowed = allowed


class _AppContext:
    def __init__(self, app, req=None):
        self._app = app
        self._req = req

    def __enter__(self):
        _ctx.app = self._app
        _ctx.g = _Globals()
        _ctx.request = self._req
        return self

    push = __enter__

    def __exit__(self, *a):
        _ctx.app = _ctx.g = _ctx.request = None

    pop = __exit__


class _Client:
    def __init__(self, app):
        self._app = app

    def open(self, path, method='GET', data=None, json=None, headers=None):
        lines = ['Host: localhost'] + ['%s: %s' % h for h in (headers or {}).items()]
        body = b''
        if json is not None:
            import json as j
            body = j.dumps(json).encode()
            lines.append('Content-Type: application/json')
        elif isinstance(data, dict):
            from urllib.parse import urlencode
            body = urlencode(data).encode()
            lines.append('Content-Type: application/x-www-form-urlencoded')
        elif data:
            body = data if isinstance(data, bytes) else data.encode()
        return self._app._respond(_serve.Request(method, path, '127.0.0.1', '\n'.join(lines), body))

    def get(self, path, **kw):
        return self.open(path, 'GET', **kw)

    def post(self, path, **kw):
        return self.open(path, 'POST', **kw)


def _root(name):
    if name == '__main__':
        import __main__
        return os.path.dirname(os.path.abspath(getattr(__main__, '__file__', 'x')))
    module = sys.modules.get(name)
    return os.path.dirname(os.path.abspath(getattr(module, '__file__', 'x')))


_banner = []


def _server():
    if not _banner:
        import werkzeug
        v = sys.version_info
        _banner.append('Server: Werkzeug/%s Python/%d.%d.%d\nDate: ' % (werkzeug.__version__, v[0], v[1], v[2]))
    return _banner[0] + date()


def banner(name, debug):
    out = sys.stdout
    if MODERN:
        out.write(" * Serving Flask app '%s'\n" % name)
    else:
        out.write(' * Serving Flask app "%s" (lazy loading)\n * Environment: production\n' % name)
        out.write('   WARNING: This is a development server. Do not use it in a production deployment.\n   Use a production WSGI server instead.\n')
    out.write(' * Debug mode: %s\n' % ('on' if debug else 'off'))
    out.flush()


class _Session(Mapping):
    permanent = False
    modified = False


class _NoSession(Mapping):
    def __setitem__(self, key, value):
        raise RuntimeError('The session is unavailable because no secret key was set.  Set the secret_key on the application to something unique and secret.')


_no_session = _NoSession()


def _sign(app, text):
    import hashlib
    return hashlib.sha256((str(app.config['SECRET_KEY']) + '\0' + text).encode()).hexdigest()[:40]


def _load_session(app, req):
    import json
    from binascii import a2b_base64
    out = _Session()
    text, _, signature = req.cookies.get('session', '').partition('.')
    if text and _sign(app, text) == signature:
        out.update(json.loads(a2b_base64(text.replace('-', '+').replace('_', '/')).decode()))
    out._before = text
    return out


def _save_session(app, response):
    import json
    from binascii import b2a_base64
    text = b2a_base64(json.dumps(_ctx.session.copy()).encode()).decode().strip().replace('+', '-').replace('/', '_') if _ctx.session else ''
    if text != _ctx.session._before:
        response.set_cookie('session', text + '.' + _sign(app, text) if text else '', httponly=True)


def flash(message, category='message'):
    flashes = session.get('_flashes', [])
    session['_flashes'] = flashes + [[category, message]]


def get_flashed_messages(with_categories=False, category_filter=()):
    flashes = _ctx.session.pop('_flashes', []) if _ctx.session else []
    return [tuple(f) for f in flashes] if with_categories else [f[1] for f in flashes]


def has_request_context():
    return _ctx.request is not None


def jsonify(*args, **kw):
    import json
    data = args[0] if len(args) == 1 and not kw else list(args) if args else kw
    pretty = not MODERN and _ctx.app is not None and _ctx.app.debug
    text = json.dumps(data, sort_keys=True, separators=None if pretty else (',', ':'), indent=2 if pretty else None, default=_json_default)
    return Response(text + '\n', mimetype='application/json')


def _json_default(o):
    if hasattr(o, 'isoformat'):
        return o.isoformat()
    if hasattr(o, 'hex'):
        return str(o)
    raise TypeError('Object of type %s is not JSON serializable' % type(o).__name__)


def make_response(*args):
    if not args:
        return Response()
    return _ctx.app.make_response(args[0] if len(args) == 1 else args)


def url_for(endpoint, _external=False, _anchor=None, **values):
    from urllib.parse import quote, urlencode
    if endpoint[:1] == '.' and _ctx.request and '.' in (_ctx.request.endpoint or ''):
        endpoint = _ctx.request.endpoint.rpartition('.')[0] + endpoint
    for rule in _ctx.app.url_rules:
        if rule.endpoint == endpoint and rule.arguments <= set(values):
            path = rule.rule if rule.static else ''.join([p if isinstance(p, str) else quote(str(values[p[1]])) for p in rule.pieces])
            rest = {k: v for k, v in values.items() if k not in rule.arguments}
            if rest:
                path += '?' + urlencode(rest)
            if _anchor:
                path += '#' + _anchor
            return 'http://' + _ctx.request.host + path if _external else path
    raise BuildError("Could not build url for endpoint %r." % endpoint)


class BuildError(LookupError):
    pass


def _render(template, context):
    names = {'request': _ctx.request, 'session': _ctx.session, 'g': _ctx.g}
    for f in _ctx.app._context_processors:
        names.update(f())
    names.update(context)
    return template.render(names)


def render_template(name, **context):
    return _render(_ctx.app.jinja_env.get_template(name), context)


_strings = {}


def render_template_string(source, **context):
    if source not in _strings:
        from jinja2 import Template
        _strings[source] = Template(source, _ctx.app.jinja_env, True)
    return _render(_strings[source], context)


_TYPES = {'html': 'text/html', 'css': 'text/css', 'js': 'text/javascript', 'json': 'application/json', 'png': 'image/png', 'jpg': 'image/jpeg', 'svg': 'image/svg+xml', 'txt': 'text/plain'}


def send_file(path, mimetype=None, as_attachment=False, **kw):
    if not isinstance(path, str):
        return Response(path.read(), mimetype=mimetype or 'application/octet-stream')
    with open(path if path[:1] == '/' else os.path.join(_ctx.app.root_path, path), 'rb') as f:
        return Response(f.read(), mimetype=mimetype or _TYPES.get(path.rsplit('.', 1)[-1], 'application/octet-stream'))


def send_from_directory(directory, filename, **kw):
    path = os.path.normpath(os.path.join(directory, filename))
    if not path.startswith(os.path.normpath(directory) + '/') or not os.path.isfile(path):
        raise NotFound()
    return send_file(path)
