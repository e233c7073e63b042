import uhashlib as _h
import binascii as _b
import struct as _s


class _Hash:
    def __init__(self, name, data=b''):
        self.name = name
        self._data = data

    def update(self, data):
        self._data += data

    def digest(self):
        return bytes(_DIGESTS[self.name](self._data))

    def hexdigest(self):
        return _b.hexlify(self.digest()).decode()

    def copy(self):
        return _Hash(self.name, self._data)


def _sha256(data):
    return _h.sha256(data).digest()


def _pad(data, big):
    n = len(data) * 8
    data = data + b'\x80'
    data += bytes((56 - len(data)) % 64)
    return data + _s.pack('>Q' if big else '<Q', n)


def _rol(x, n):
    x &= 0xffffffff
    return (x << n | x >> (32 - n)) & 0xffffffff


def _sha1(data):
    h = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
    data = _pad(data, True)
    for i in range(0, len(data), 64):
        w = list(_s.unpack('>16I', data[i:i + 64]))
        for t in range(16, 80):
            w.append(_rol(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1))
        a, b, c, d, e = h
        for t in range(80):
            if t < 20:
                f, k = b & c | ~b & d, 0x5a827999
            elif t < 40:
                f, k = b ^ c ^ d, 0x6ed9eba1
            elif t < 60:
                f, k = b & c | b & d | c & d, 0x8f1bbcdc
            else:
                f, k = b ^ c ^ d, 0xca62c1d6
            a, b, c, d, e = (_rol(a, 5) + (f & 0xffffffff) + e + k + w[t]) & 0xffffffff, a, _rol(b, 30), c, d
        h = [(x + y) & 0xffffffff for x, y in zip(h, (a, b, c, d, e))]
    return _s.pack('>5I', *h)


_R = (7, 12, 17, 22) * 4 + (5, 9, 14, 20) * 4 + (4, 11, 16, 23) * 4 + (6, 10, 15, 21) * 4


def _md5(data):
    from math import sin
    h = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
    k = [int(abs(sin(i + 1)) * 4294967296) & 0xffffffff for i in range(64)]
    data = _pad(data, False)
    for o in range(0, len(data), 64):
        w = _s.unpack('<16I', data[o:o + 64])
        a, b, c, d = h
        for i in range(64):
            if i < 16:
                f, g = b & c | ~b & d, i
            elif i < 32:
                f, g = d & b | ~d & c, (5 * i + 1) % 16
            elif i < 48:
                f, g = b ^ c ^ d, (3 * i + 5) % 16
            else:
                f, g = c ^ (b | (~d & 0xffffffff)), 7 * i % 16
            a, d, c, b = d, c, b, (b + _rol(a + (f & 0xffffffff) + k[i] + w[g], _R[i])) & 0xffffffff
        h = [(x + y) & 0xffffffff for x, y in zip(h, (a, b, c, d))]
    return _s.pack('<4I', *h)


_DIGESTS = {'sha256': _sha256, 'sha1': _sha1, 'md5': _md5}


def new(name, data=b''):
    if name not in _DIGESTS:
        raise ValueError('unsupported hash type ' + name)
    return _Hash(name, data)


def sha256(data=b''):
    return _Hash('sha256', data)


def sha1(data=b''):
    return _Hash('sha1', data)


def md5(data=b''):
    return _Hash('md5', data)
