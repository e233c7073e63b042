_TEXTS = {
    400: ('Bad Request', 'The browser (or proxy) sent a request that this server could not understand.'),
    401: ('Unauthorized', 'The server could not verify that you are authorized to access the URL requested. You either supplied the wrong credentials (e.g. a bad password), or your browser doesn\'t understand how to supply the credentials required.'),
    403: ('Forbidden', "You don't have the permission to access the requested resource. It is either read-protected or not readable by the server."),
    404: ('Not Found', 'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.'),
    405: ('Method Not Allowed', 'The method is not allowed for the requested URL.'),
    406: ('Not Acceptable', 'The resource identified by the request is only capable of generating response entities which have content characteristics not acceptable according to the accept headers sent in the request.'),
    409: ('Conflict', 'A conflict happened while processing the request. The resource might have been modified while the request was being processed.'),
    410: ('Gone', 'The requested URL is no longer available on this server and there is no forwarding address. If you followed a link from a foreign page, please contact the author of this page.'),
    413: ('Request Entity Too Large', 'The data value transmitted exceeds the capacity limit.'),
    415: ('Unsupported Media Type', 'The server does not support the media type transmitted in the request.'),
    418: ("I'm a teapot", 'This server is a teapot, not a coffee machine'),
    422: ('Unprocessable Entity', 'The request was well-formed but was unable to be followed due to semantic errors.'),
    429: ('Too Many Requests', 'This user has exceeded an allotted request count. Try again later.'),
    500: ('Internal Server Error', 'The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.'),
    501: ('Not Implemented', 'The server does not support the action requested by the browser.'),
    502: ('Bad Gateway', 'The proxy server received an invalid response from an upstream server.'),
    503: ('Service Unavailable', 'The server is temporarily unable to service your request due to maintenance downtime or capacity problems. Please try again later.'),
    504: ('Gateway Timeout', 'The connection to an upstream server timed out.'),
}


class HTTPException(Exception):
    code = 500

    def __init__(self, description=None, response=None, code=None):
        if code is not None:
            self.code = code
        self.name, text = _TEXTS.get(self.code, ('Unknown Error', ''))
        self.description = description if description is not None else text
        self.response = response
        super().__init__('%d %s: %s' % (self.code, self.name, self.description))

    def __str__(self):
        return '%d %s: %s' % (self.code, self.name, self.description)

    def page(self, modern):
        head = '<!doctype html>\n<html lang=en>\n' if modern else '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n'
        name = self.name.replace("'", '&#39;')
        text = self.description.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;').replace("'", '&#39;' if modern else "'").replace('"', '&#34;' if modern else '&quot;')
        return '%s<title>%d %s</title>\n<h1>%s</h1>\n<p>%s</p>\n' % (head, self.code, name, name, text)


def _make(name, number):
    class Kind(HTTPException):
        code = number
    Kind.__name__ = name
    return Kind


class BadRequest(HTTPException):
    code = 400


class BadRequestKeyError(BadRequest):
    code = 400


class Unauthorized(HTTPException):
    code = 401


class Forbidden(HTTPException):
    code = 403


class NotFound(HTTPException):
    code = 404


class MethodNotAllowed(HTTPException):
    code = 405


class Conflict(HTTPException):
    code = 409


class UnsupportedMediaType(HTTPException):
    code = 415


class InternalServerError(HTTPException):
    code = 500


class ServiceUnavailable(HTTPException):
    code = 503


_KINDS = {400: BadRequest, 401: Unauthorized, 403: Forbidden, 404: NotFound, 405: MethodNotAllowed, 409: Conflict, 415: UnsupportedMediaType, 500: InternalServerError, 503: ServiceUnavailable}


def abort(code, description=None, response=None):
    if not isinstance(code, int):
        raise HTTPException(response=code)
    kind = _KINDS.get(code)
    raise kind(description, response) if kind else HTTPException(description, response, code)
