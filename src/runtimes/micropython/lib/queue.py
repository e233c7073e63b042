from collections import deque as _deque


class Empty(Exception):
    pass


class Full(Exception):
    pass


class Queue:
    def __init__(self, maxsize=0):
        self.maxsize = maxsize
        self._q = []

    def put(self, item, block=True, timeout=None):
        if self.maxsize and len(self._q) >= self.maxsize:
            raise Full()
        self._q.append(item)

    put_nowait = put

    def get(self, block=True, timeout=None):
        if not self._q:
            raise Empty()
        return self._q.pop(0)

    get_nowait = get

    def empty(self):
        return not self._q

    def full(self):
        return bool(self.maxsize) and len(self._q) >= self.maxsize

    def qsize(self):
        return len(self._q)

    def task_done(self):
        pass

    def join(self):
        pass


class LifoQueue(Queue):
    def get(self, block=True, timeout=None):
        if not self._q:
            raise Empty()
        return self._q.pop()
