import os
import sys


def main():
    args = sys.argv[1:]
    options = {}
    name = os.environ.get('FLASK_APP')
    command = None
    while args:
        a = args.pop(0)
        if a == '--version':
            import flask
            import platform
            import werkzeug
            print('Python %s\nFlask %s\nWerkzeug %s' % (platform.python_version(), flask.__version__, werkzeug.__version__))
            return
        key, eq, value = a.partition('=')
        if key in ('--app', '-A'):
            name = value if eq else args.pop(0)
        elif key in ('--host', '-h'):
            options['host'] = value if eq else args.pop(0)
        elif key in ('--port', '-p'):
            options['port'] = int(value if eq else args.pop(0))
        elif key in ('--debug', '--reload', '--no-reload', '--with-threads', '--without-threads', '--no-debug', '--no-debugger'):
            options['debug'] = key == '--debug'
        elif command is None:
            command = a
    if command != 'run':
        sys.stderr.write('Usage: flask [OPTIONS] COMMAND [ARGS]...\n')
        raise SystemExit(2)
    sys.path.insert(0, os.getcwd())
    if not name:
        name = 'app' if os.path.exists('app.py') else 'wsgi' if os.path.exists('wsgi.py') else None
    if not name:
        sys.stderr.write("Error: Could not locate a Flask application. Use the 'flask --app' option, 'FLASK_APP' environment variable, or a 'wsgi.py' or 'app.py' file in the current directory.\n")
        raise SystemExit(2)
    module, _, attr = name.partition(':')
    module = module[:-3] if module.endswith('.py') else module
    m = __import__(module)
    for part in module.split('.')[1:]:
        m = getattr(m, part)
    app = getattr(m, attr or 'app', None) or getattr(m, 'application', None)
    if app is None and hasattr(m, 'create_app'):
        app = m.create_app()
    if app is None:
        sys.stderr.write("Error: Failed to find Flask application or factory in module '%s'. Use '%s:name' to specify one.\n" % (module, module))
        raise SystemExit(2)
    app.import_name = module + '.py' if os.environ.get('FLASK_APP', '').endswith('.py') else module
    app.run(options.get('host') or os.environ.get('FLASK_RUN_HOST'), options.get('port') or os.environ.get('FLASK_RUN_PORT'), options.get('debug'))


if __name__ == '__main__':
    main()
