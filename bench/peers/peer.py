"""The worker's side of the lines: one JSON request in, one JSON answer out. Needs nothing but Python."""

import json
import sys
import time


def memory():
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def serve(setup, operations):
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "setup":
                setup(request)
                reply = {}
            else:
                operation = operations[request["do"]]
                start = time.perf_counter()
                for _ in range(request["times"]):
                    result = operation(request)
                seconds = time.perf_counter() - start
                text = json.dumps(result, ensure_ascii=False)
                reply = {"seconds": seconds, "result": text, "memory": memory()}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)
