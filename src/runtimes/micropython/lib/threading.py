# Threads without parallelism: a thread runs to its end when it is started. Locks are therefore always free.


class Lock:
    def __init__(self):
        self._held = False

    def acquire(self, blocking=True, timeout=-1):
        self._held = True
        return True

    def release(self):
        self._held = False

    def locked(self):
        return self._held

    def __enter__(self):
        self.acquire()
        return self

    def __exit__(self, *a):
        self.release()


RLock = Condition = Lock


class Semaphore(Lock):
    def __init__(self, value=1):
        Lock.__init__(self)


BoundedSemaphore = Semaphore


class Event:
    def __init__(self):
        self._set = False

    def set(self):
        self._set = True

    def clear(self):
        self._set = False

    def is_set(self):
        return self._set

    isSet = is_set

    def wait(self, timeout=None):
        import time
        if not self._set and timeout:
            time.sleep(timeout)
        return self._set


class local:
    pass


_count = [0]


class Thread:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, daemon=None):
        _count[0] += 1
        self._target = target
        self._args = args
        self._kwargs = kwargs or {}
        self.name = name or 'Thread-%d' % _count[0]
        self.daemon = bool(daemon)
        self.ident = None

    def run(self):
        if self._target:
            self._target(*self._args, **self._kwargs)

    def start(self):
        global _current
        if self.daemon:
            raise RuntimeError("can't start new thread: background threads are not supported by this Python")
        self.ident = _count[0]
        before, _current = _current, self
        try:
            self.run()
        except Exception as e:
            import sys
            import _errors
            sys.stderr.write('Exception in thread %s:\n%s' % (self.name, _errors.text(e)))
        finally:
            _current = before

    def join(self, timeout=None):
        pass

    def is_alive(self):
        return False

    def setDaemon(self, flag):
        self.daemon = flag


_main = Thread(name='MainThread')
_main.ident = 1
_current = _main


def current_thread():
    return _current


currentThread = current_thread


def main_thread():
    return _main


def get_ident():
    return _current.ident


def active_count():
    return 1


def enumerate():
    return [_main]
