"""The mapping of the http benchmark as a plain script does it: the same pages, no Redis, nothing kept.

Prints `records N` and `seconds S`. Argument: the URL of the first page.
"""

import http.client
import re
import sys
import time
import urllib.parse

import orjson

url = urllib.parse.urlsplit(sys.argv[1])
connection = http.client.HTTPConnection(url.hostname, url.port)
path = url.path
records = written = 0
start = time.perf_counter()
while path:
    connection.request("GET", path)
    response = connection.getresponse()
    page = orjson.loads(response.read())
    for record in page["items"]:
        entity = {
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {
                "name": record["name"],
                "annotations": {"github.com/project-slug": record["full_name"]},
            },
            "spec": {"type": "service", "lifecycle": "production", "owner": record["owner"]["login"]},
        }
        written += len(orjson.dumps(entity, option=orjson.OPT_SORT_KEYS))
        records += 1
    link = re.search(r'<([^>]*)>; rel="next"', response.getheader("Link") or "")
    path = link and link[1]
print("records", records)
print("seconds", time.perf_counter() - start)
