import _boot


def getuser():
    return _boot.config['user']


def getpass(prompt='Password: '):
    return input(prompt)
