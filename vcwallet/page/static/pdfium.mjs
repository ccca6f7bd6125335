// PDFium as WebAssembly: a PDF -> what is attached to it, how many pages it has, and each page in shades of grey.
//
// It is given a place in memory and nothing else: it finds no files, no fonts of the computer, no clock and no way
// out. Whatever it asks for besides ends it, and so does memory above the ceiling. One machine reads one PDF.

const NONE = -44; // no such file (ENOENT)
const CLOSED = 8; // no such descriptor (EBADF)
const PASSWORD = 4;
const POINTS = 72; // of PDF's unit in an inch
const GREY = 1;
const WHITE = 0xffffffff;
const DRAWN = 0x01 | 0x08; // with its annotations, in shades of grey
const JUMP = Symbol("longjmp");

// What a PDF is told to be, as `vcwallet.page.elsewhere` knows it; every other error is a machine that broke.
export class Problem extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

// A machine of its own in the memory it may have.
function machine(module, ceiling) {
  let exports = null;
  const bytes = () => new Uint8Array(exports.memory.buffer);
  const given = {
    emscripten_resize_heap(wanted) {
      const size = exports.memory.buffer.byteLength;
      if (wanted >>> 0 > ceiling) return 0;
      // In larger steps, for each costs a copy.
      const target = Math.min(ceiling, Math.max(wanted >>> 0, size + (size >> 2)));
      try {
        exports.memory.grow(Math.ceil((target - size) / 65536));
        return 1;
      } catch {
        return 0;
      }
    },
    _emscripten_memcpy_js: (to, from, size) => void bytes().copyWithin(to, from, from + size),
    _emscripten_throw_longjmp() {
      throw JUMP;
    },
    emscripten_date_now: () => 0,
    _gmtime_js: (low, high, place) => void bytes().fill(0, place, place + 36),
    _localtime_js: (low, high, place) => void bytes().fill(0, place, place + 36),
    _tzset_js() {},
    environ_sizes_get(count, size) {
      new DataView(exports.memory.buffer).setUint32(count, 0, true);
      new DataView(exports.memory.buffer).setUint32(size, 0, true);
      return 0;
    },
    environ_get: () => 0,
  };
  const answer = (name) => {
    if (Object.hasOwn(given, name)) return given[name];
    if (name.startsWith("invoke_")) return (place, ...values) => jumping(place, values);
    if (name.startsWith("__syscall_")) return () => NONE;
    if (name.startsWith("fd_")) return () => CLOSED;
    return () => {
      throw new Error(name);
    };
  };
  // A call from which the libraries for pictures may jump out.
  const jumping = (place, values) => {
    const stack = exports.emscripten_stack_get_current();
    try {
      return exports.__indirect_function_table.get(place)(...values);
    } catch (error) {
      exports._emscripten_stack_restore(stack);
      if (error !== JUMP) throw error;
      exports.setThrew(1, 0);
    }
  };
  const imports = {};
  for (const each of WebAssembly.Module.imports(module)) {
    imports[each.module] ??= {};
    imports[each.module][each.name] = answer(each.name);
  }
  exports = new WebAssembly.Instance(module, imports).exports;
  exports.emscripten_stack_init();
  exports.__wasm_call_ctors();
  return exports;
}

function allocated(pdfium, size) {
  const place = pdfium.malloc(size) >>> 0;
  if (!place) throw new Problem("heavy");
  return place;
}

// A PDF in a machine of its own. Every method may throw, and the document is then done with.
export class Document {
  constructor(module, data, memory) {
    this.pdfium = machine(module, memory);
    this.pdfium.FPDF_InitLibrary();
    const place = allocated(this.pdfium, data.length + 1);
    new Uint8Array(this.pdfium.memory.buffer).set(data, place);
    this.document = this.pdfium.FPDF_LoadMemDocument(place, data.length, 0);
    if (!this.document) throw new Problem(this.pdfium.FPDF_GetLastError() === PASSWORD ? "locked" : "unreadable");
    this.pages = this.pdfium.FPDF_GetPageCount(this.document);
    if (this.pages < 1) throw new Problem("unreadable");
    this.fields = Math.max(0, this.pdfium.FPDF_GetSignatureCount(this.document));
  }

  // The contents of the first `most` attached files, of those that have at most so many bytes, alone and together.
  attached(most, largest) {
    let left = largest;
    const { pdfium } = this;
    const found = [];
    const told = allocated(pdfium, 8);
    const size = () => new DataView(pdfium.memory.buffer).getUint32(told, true);
    const count = Math.min(most, pdfium.FPDFDoc_GetAttachmentCount(this.document));
    for (let number = 0; number < count; number += 1) {
      const file = pdfium.FPDFDoc_GetAttachment(this.document, number);
      if (!file) throw new Problem("unreadable");
      new DataView(pdfium.memory.buffer).setUint32(told, 0, true);
      pdfium.FPDFAttachment_GetFile(file, 0, 0, told);
      const length = size();
      if (!length || length > left) continue;
      left -= length;
      const place = allocated(pdfium, length);
      if (!pdfium.FPDFAttachment_GetFile(file, place, length, told)) throw new Problem("unreadable");
      found.push(new Uint8Array(pdfium.memory.buffer).slice(place, place + length));
      pdfium.free(place);
    }
    return found;
  }

  // Page `number`, from 1, at `dpi` dots per inch, and smaller where it would have more points than `pixels`.
  drawn(number, dpi, pixels) {
    const { pdfium } = this;
    const page = pdfium.FPDF_LoadPage(this.document, number - 1);
    if (!page) throw new Problem("unreadable");
    const sides = [pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)];
    const at = (scale) => sides.map((side) => Math.ceil(side * scale));
    let [width, height] = at(dpi / POINTS);
    if (width * height > pixels) [width, height] = at(Math.sqrt(pixels / (sides[0] * sides[1])) * 0.99);
    if (!(width > 0 && height > 0 && width * height <= pixels)) throw new Problem("unreadable");
    const place = allocated(pdfium, width * height);
    const bitmap = pdfium.FPDFBitmap_CreateEx(width, height, GREY, place, width);
    if (!bitmap) throw new Problem("heavy");
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, DRAWN);
    const grey = new Uint8Array(pdfium.memory.buffer).slice(place, place + width * height);
    pdfium.FPDFBitmap_Destroy(bitmap);
    pdfium.free(place);
    pdfium.FPDF_ClosePage(page);
    return { grey, width, height };
  }
}
