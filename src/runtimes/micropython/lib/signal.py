import _host
import _boot

SIG_DFL, SIG_IGN = 0, 1
SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGUSR1, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGCHLD = 1, 2, 3, 9, 10, 12, 13, 14, 15, 17


class Signals:
    def __init__(self, number):
        self.value = number
        self.name = {1: 'SIGHUP', 2: 'SIGINT', 10: 'SIGUSR1', 12: 'SIGUSR2', 15: 'SIGTERM'}.get(number, str(number))


def signal(number, handler):
    if number == 9:
        raise _boot.oserror('EINVAL')
    old = _boot._handlers.get(number, SIG_DFL)
    if number not in _boot._handlers:
        _host.call('signal', str(number))
    _boot._handlers[number] = handler if callable(handler) else None
    return old


def getsignal(number):
    return _boot._handlers.get(number, SIG_DFL)


def pause():
    while True:
        _boot.sleep(3600)


def alarm(n):
    return 0
