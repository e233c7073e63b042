from http.server import *
import sys

if __name__ == '__main__':
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    HTTPServer(('0.0.0.0', port), SimpleHTTPRequestHandler)
    print('Serving HTTP on 0.0.0.0 port %d ...' % port)
    import _serve
    _serve.forever()
