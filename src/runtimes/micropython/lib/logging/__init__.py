import sys
import time

CRITICAL, ERROR, WARNING, INFO, DEBUG, NOTSET = 50, 40, 30, 20, 10, 0
_NAMES = {50: 'CRITICAL', 40: 'ERROR', 30: 'WARNING', 20: 'INFO', 10: 'DEBUG', 0: 'NOTSET'}
WARN, FATAL = WARNING, CRITICAL


def getLevelName(level):
    return _NAMES.get(level, 'Level %s' % level)


def _level(level):
    if isinstance(level, str):
        for n, name in _NAMES.items():
            if name == level:
                return n
    return level


class LogRecord:
    def __init__(self, name, level, msg, args, exc):
        self.name = name
        self.levelno = level
        self.levelname = getLevelName(level)
        self.msg = msg
        self.args = args
        self.exc = exc
        self.created = time.time()
        self.message = ''
        self.asctime = ''
        self.process = 1
        self.threadName = 'MainThread'
        self.module = self.filename = self.pathname = self.funcName = ''
        self.lineno = 0

    def getMessage(self):
        return str(self.msg) % self.args if self.args else str(self.msg)


class Formatter:
    def __init__(self, fmt=None, datefmt=None, style='%'):
        self.fmt = fmt or '%(message)s'
        self.datefmt = datefmt
        self.style = style

    def formatTime(self, record):
        t = time.gmtime(record.created)
        if self.datefmt:
            return time.strftime(self.datefmt, t)
        return time.strftime('%Y-%m-%d %H:%M:%S', t) + ',%03d' % (int(record.created * 1000) % 1000)

    def format(self, record):
        record.message = record.getMessage()
        record.asctime = self.formatTime(record)
        text = self.fmt % record.__dict__ if self.style == '%' else self.fmt.format(**record.__dict__)
        if record.exc is not None:
            import _errors
            text += '\n' + _errors.text(record.exc).rstrip('\n')
        return text


class Handler:
    def __init__(self, level=NOTSET):
        self.level = level
        self.formatter = Formatter()

    def setLevel(self, level):
        self.level = _level(level)

    def setFormatter(self, f):
        self.formatter = f

    def format(self, record):
        return self.formatter.format(record)

    def handle(self, record):
        if record.levelno >= self.level:
            self.emit(record)

    def close(self):
        pass


class StreamHandler(Handler):
    def __init__(self, stream=None):
        Handler.__init__(self)
        self.stream = stream

    def emit(self, record):
        (self.stream or sys.stderr).write(self.format(record) + '\n')


class FileHandler(StreamHandler):
    def __init__(self, filename, mode='a', **kw):
        StreamHandler.__init__(self, open(filename, mode))


class NullHandler(Handler):
    def emit(self, record):
        pass


class Logger:
    def __init__(self, name, level=NOTSET):
        self.name = name
        self.level = level
        self.handlers = []
        self.propagate = True
        self.disabled = False

    def setLevel(self, level):
        self.level = _level(level)

    def getEffectiveLevel(self):
        return self.level or root.level

    def isEnabledFor(self, level):
        return level >= self.getEffectiveLevel()

    def addHandler(self, h):
        self.handlers.append(h)

    def removeHandler(self, h):
        if h in self.handlers:
            self.handlers.remove(h)

    def log(self, level, msg, *args, **kw):
        if self.disabled or not self.isEnabledFor(level):
            return
        exc = kw.get('exc_info')
        if exc is True:
            import _errors
            exc = _errors.current
        record = LogRecord(self.name, level, msg, args, exc if isinstance(exc, BaseException) else None)
        handlers = self.handlers + (root.handlers if self.propagate and self is not root else [])
        for h in handlers:
            h.handle(record)
        if not handlers and level >= WARNING:
            sys.stderr.write(Formatter().format(record) + '\n')

    def debug(self, msg, *a, **kw):
        self.log(DEBUG, msg, *a, **kw)

    def info(self, msg, *a, **kw):
        self.log(INFO, msg, *a, **kw)

    def warning(self, msg, *a, **kw):
        self.log(WARNING, msg, *a, **kw)

    warn = warning

    def error(self, msg, *a, **kw):
        self.log(ERROR, msg, *a, **kw)

    def critical(self, msg, *a, **kw):
        self.log(CRITICAL, msg, *a, **kw)

    def exception(self, msg, *a, **kw):
        kw['exc_info'] = kw.get('exc_info', True)
        self.log(ERROR, msg, *a, **kw)


root = Logger('root', WARNING)
_loggers = {}


def getLogger(name=None):
    if not name:
        return root
    if name not in _loggers:
        _loggers[name] = Logger(name)
    return _loggers[name]


def basicConfig(level=None, format=None, datefmt=None, stream=None, filename=None, handlers=None, force=False, **kw):
    if root.handlers and not force:
        return
    root.handlers = list(handlers or [FileHandler(filename) if filename else StreamHandler(stream)])
    for h in root.handlers:
        h.setFormatter(Formatter(format or '%(levelname)s:%(name)s:%(message)s', datefmt))
    if level is not None:
        root.setLevel(level)


def _root(method):
    def call(msg, *a, **kw):
        if not root.handlers:
            basicConfig()
        getattr(root, method)(msg, *a, **kw)
    return call


debug = _root('debug')
info = _root('info')
warning = warn = _root('warning')
error = _root('error')
critical = _root('critical')
exception = _root('exception')


def disable(level=CRITICAL):
    pass
