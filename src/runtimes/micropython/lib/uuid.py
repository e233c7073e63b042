import random


class UUID:
    def __init__(self, hex):
        self.hex = hex.replace('-', '')

    @property
    def int(self):
        return int(self.hex, 16)

    def __str__(self):
        h = self.hex
        return '-'.join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))

    def __repr__(self):
        return "UUID('%s')" % str(self)

    def __eq__(self, other):
        return isinstance(other, UUID) and self.hex == other.hex

    def __hash__(self):
        return hash(self.hex)


def uuid4():
    b = [random.getrandbits(8) for _ in range(16)]
    b[6] = b[6] & 0x0f | 0x40
    b[8] = b[8] & 0x3f | 0x80
    return UUID(''.join(['%02x' % x for x in b]))


uuid1 = uuid4


def getnode():
    return 0x0242ac110002
