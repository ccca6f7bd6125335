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
                start, processor = time.perf_counter(), time.process_time()
                for _ in range(request["times"]):
                    text = json.dumps(operation(request), ensure_ascii=False)
                seconds, processor = time.perf_counter() - start, time.process_time() - processor
                reply = {"seconds": seconds, "processor": processor, "result": text, "memory": memory()}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)
