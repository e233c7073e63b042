import sys

__version__ = '@VERSION@'


def echo(message='', file=None, nl=True, err=False, color=None):
    out = file or (sys.stderr if err else sys.stdout)
    out.write(str(message) + ('\n' if nl else ''))
    out.flush()


def secho(message='', **kw):
    echo(message, err=kw.get('err', False))


def style(text, **kw):
    return text
