# How the library asks the host: one write with the operation, then the answer.
_f = open('/dev/host', 'r+b', buffering=0)
_buf = bytearray(2048)
_view = memoryview(_buf)


class HostError(Exception):
    def __init__(self, code, text):
        super().__init__(code, text)
        self.code = code
        self.text = text


def raw(data):
    _f.write(data)
    n = _f.readinto(_buf)
    if n < 2048:
        if _buf[0] == 107:
            return bytes(_view[1:n])
        data = bytes(_view[:n])
    else:
        parts = [bytes(_buf)]
        while n == 2048:
            n = _f.readinto(_buf)
            if n:
                parts.append(bytes(_view[:n]))
        data = b''.join(parts)
        if data[0] == 107:
            return data[1:]
    code, text = data[1:].decode().split('\0', 1)
    raise HostError(code, text)


def call(*args):
    return raw('\0'.join(args).encode()).decode()
