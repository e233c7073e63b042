import _host
import sys

PIPE, STDOUT, DEVNULL = -1, -2, -3


class SubprocessError(Exception):
    pass


class CalledProcessError(SubprocessError):
    def __init__(self, returncode, cmd, output=None, stderr=None):
        self.returncode = returncode
        self.cmd = cmd
        self.output = self.stdout = output
        self.stderr = stderr

    def __str__(self):
        return 'Command %r returned non-zero exit status %d.' % (self.cmd, self.returncode)


class CompletedProcess:
    def __init__(self, args, returncode, stdout, stderr):
        self.args = args
        self.returncode = returncode
        self.stdout = stdout
        self.stderr = stderr


def _run(cmd, shell):
    args = ['shell', cmd] if shell else ['exec'] + ([cmd] if isinstance(cmd, str) else list(cmd))
    try:
        code, out = _host.call('spawn', *args).split('\0', 1)
    except _host.HostError as e:
        import _boot
        raise _boot.oserror(e.code, cmd if isinstance(cmd, str) else cmd[0])
    return int(code), out


def run(cmd, shell=False, check=False, capture_output=False, stdout=None, stderr=None, text=False, universal_newlines=False, **kw):
    code, out = _run(cmd, shell)
    keep = capture_output or stdout == PIPE
    if not keep and stdout != DEVNULL:
        sys.stdout.write(out)
    out = (out if text or universal_newlines else out.encode()) if keep else None
    if check and code:
        raise CalledProcessError(code, cmd, out)
    return CompletedProcess(cmd, code, out, '' if text else b'')


def call(cmd, **kw):
    return run(cmd, **kw).returncode


def check_call(cmd, **kw):
    run(cmd, check=True, **kw)
    return 0


def check_output(cmd, **kw):
    return run(cmd, check=True, stdout=PIPE, **kw).stdout
