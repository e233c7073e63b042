import random
from binascii import hexlify


def token_bytes(n=32):
    return bytes([random.getrandbits(8) for _ in range(n)])


def token_hex(n=32):
    return hexlify(token_bytes(n)).decode()


token_urlsafe = token_hex
choice = random.choice
randbelow = random.randrange
