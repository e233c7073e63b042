import os
import sys
import time
import gunicorn
import _serve


def log(text):
    sys.stderr.write('[%s +0000] [%d] [INFO] %s\n' % (time.strftime('%Y-%m-%d %H:%M:%S'), os.getpid(), text))


def main():
    args = sys.argv[1:]
    bind = '127.0.0.1:8000'
    access = False
    name = None
    values = ('-w', '--workers', '--threads', '-t', '--timeout', '-k', '--worker-class', '--log-level', '--error-logfile', '--chdir', '--max-requests', '--keep-alive')
    while args:
        a = args.pop(0)
        key, eq, value = a.partition('=')
        if key in ('-b', '--bind'):
            bind = value if eq else args.pop(0)
        elif key == '--access-logfile':
            access = (value if eq else args.pop(0)) == '-'
        elif key == '--version' or a == '-v':
            print('gunicorn (version %s)' % gunicorn.__version__)
            return
        elif key in values:
            if not eq:
                args.pop(0)
        elif a[:1] != '-':
            name = a
    if not name:
        sys.stderr.write('usage: gunicorn [OPTIONS] [APP_MODULE]\ngunicorn: error: No application module specified.\n')
        raise SystemExit(1)
    host, _, port = bind.rpartition(':')
    log('Starting gunicorn ' + gunicorn.__version__)
    sys.path.insert(0, os.getcwd())
    module, _, attr = name.partition(':')
    m = __import__(module)
    for part in module.split('.')[1:]:
        m = getattr(m, part)
    attr = attr or 'application'
    app = getattr(m, attr[:-2])() if attr.endswith('()') else getattr(m, attr, None)
    if app is None:
        sys.stderr.write('Failed to find attribute %r in %r.\n' % (attr, module))
        raise SystemExit(4)
    import werkzeug.serving as serving
    if hasattr(app, '_respond'):
        from _http import REASONS, date

        def answer(raw):
            r = app._respond(raw)
            lines = r._lines()
            lines[0:0] = ['Server: gunicorn', 'Date: ' + date(), 'Connection: close']
            if access:
                print('%s - - [%s +0000] "%s %s HTTP/1.1" %d %d "-" "%s"' % (raw.remote, time.strftime('%d/%b/%Y:%H:%M:%S'), raw.method, raw.target, r.status_code, len(r._data), '-'), flush=True)
            return r.status_code, REASONS.get(r.status_code, '').upper(), lines, b'' if raw.method == 'HEAD' else r._data
    else:
        serving.log_request = lambda *a: None
        answer = serving._wsgi(app)
    _serve.listen(int(port), answer)
    log('Listening at: http://%s:%s (%d)' % (host, port, os.getpid()))
    log('Using worker: sync')
    sys.stderr.write('[%s +0000] [7] [INFO] Booting worker with pid: 7\n' % time.strftime('%Y-%m-%d %H:%M:%S'))
    _serve.forever()


if __name__ == '__main__':
    main()
