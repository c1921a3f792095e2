"""A network for `packaging/try-linux`: DNS that knows every name, and a proxy that refuses every connection."""

import socketserver
import threading


class Names(socketserver.BaseRequestHandler):
    def handle(self):
        query, socket = self.request
        end = query.index(b"\0", 12) + 5  # behind the name, its type and class
        is_ipv4 = query[end - 4 : end - 2] == b"\0\1"
        answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1" if is_ipv4 else b""
        head = query[:2] + b"\x81\x80\0\1" + (b"\0\1" if is_ipv4 else b"\0\0") + b"\0\0\0\0"
        socket.sendto(head + query[12:end] + answer, self.client_address)


class Proxy(socketserver.StreamRequestHandler):
    def handle(self):
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")


names = socketserver.ThreadingUDPServer(("127.0.0.1", 53), Names)
threading.Thread(target=names.serve_forever, daemon=True).start()
socketserver.ThreadingTCPServer(("127.0.0.1", 3128), Proxy).serve_forever()
