// The page's side of the worker that opens PDFs: it is started for the first one, held to its time, and ended when
// all that were given are read. What becomes of a PDF is told, never thrown.

const LOADING = 120_000; // of milliseconds, for what opens PDFs to be there

export class Opener {
  constructor(start) {
    this.start = start;
    this.worker = null;
    this.left = null;
    this.missing = false; // what opens PDFs cannot be had, and nobody waits for it once more
  }

  end() {
    this.worker?.terminate();
    this.worker = null;
    this.left = null;
  }

  // What Python wants to know of PDFs, one after the other.
  async answers(wanted) {
    const told = [];
    for (const each of wanted) told.push(await this.answer(each));
    return told;
  }

  answer(wanted) {
    this.left ??= wanted.allSeconds * 1000;
    const told = { opened: null, looks: [], problem: "" };
    if (this.missing) return { ...told, problem: "missing" };
    if (this.left <= 0) return { ...told, problem: "slow" };
    this.worker ??= this.start();
    const { worker } = this;
    return new Promise((resolve) => {
      let [alarm, since] = [0, null];
      const finish = (problem, ended) => {
        clearTimeout(alarm);
        if (since === null) this.missing = problem === "missing";
        else this.left -= performance.now() - since;
        if (ended) {
          worker.terminate();
          this.worker = null;
        }
        resolve({ ...told, problem });
      };
      const within = (milliseconds, problem) => {
        clearTimeout(alarm);
        alarm = setTimeout(() => finish(problem, true), milliseconds);
      };
      // One that ends over a PDF had begun with it.
      worker.onerror = () => finish(since === null ? "missing" : "heavy", true);
      worker.onmessage = ({ data }) => {
        if (data.begun) {
          since = performance.now();
          within(Math.min(wanted.seconds * 1000, this.left), "slow");
        } else if (data.opened) told.opened = data.opened;
        else if (data.look) told.looks.push(data.look);
        else finish(data.problem ?? "", data.problem === "missing");
      };
      within(LOADING, "missing");
      worker.postMessage(wanted, [wanted.data.buffer]);
    });
  }
}
