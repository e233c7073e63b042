class URLError(OSError):
    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason

    def __str__(self):
        return '<urlopen error %s>' % self.reason


class HTTPError(URLError):
    def __init__(self, url, code, msg, headers, body):
        URLError.__init__(self, msg)
        self.url = url
        self.code = self.status = code
        self.msg = msg
        self.headers = headers
        self._body = body

    def read(self):
        return self._body

    def __str__(self):
        return 'HTTP Error %d: %s' % (self.code, self.msg)
