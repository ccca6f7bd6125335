// Files that are dropped, and those in dropped folders: pairs of the place below what was dropped, and the file.
//
//   dropZone(form, (files) => { for (const [name, file] of files) ... });

export function dropZone(zone, take) {
  const over = (on) => zone.classList.toggle("over", on);
  zone.addEventListener("dragover", (event) => (event.preventDefault(), over(true)));
  zone.addEventListener("dragleave", () => over(false));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    over(false);
    take(await dropped(event.dataTransfer));
  });
}

// What falls beside such a place would be opened in place of the page, and a file can look like an answer. Text still
// goes into a line for text.
for (const kind of ["dragover", "drop"])
  document.addEventListener(kind, (event) => {
    if (event.defaultPrevented) return;
    const { target, dataTransfer } = event;
    const at = target instanceof Element ? target : target.parentElement;
    if (at?.closest(dataTransfer.types.includes("Files") ? "input[type=file]" : "input, textarea")) return;
    event.preventDefault();
    dataTransfer.dropEffect = "none";
  });

// What was dropped is forgotten as soon as somebody waits, so both lists are read before.
async function dropped(transfer) {
  const entries = [...transfer.items].map((each) => each.webkitGetAsEntry()).filter(Boolean);
  const plain = [...transfer.files].map((file) => [file.name, file]);
  const found = [];
  for (const entry of entries) found.push(...(await inside(entry)));
  return found.length ? found : plain;
}

const inside = (entry) =>
  new Promise((resolve) => {
    if (entry.isFile) return entry.file((file) => resolve([[entry.fullPath.replace(/^\//, ""), file]]), () => resolve([]));
    const reader = entry.createReader();
    const found = [];
    const more = () =>
      reader.readEntries(async (entries) => {
        if (!entries.length) return resolve(found);
        for (const each of entries) found.push(...(await inside(each)));
        more();
      }, () => resolve(found));
    more();
  });
