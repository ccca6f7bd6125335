"""How it travels: a presentation and what is stapled to it, as bytes, parts, codes and paper.

    data = codec.encode(Bundle(presentation))
    Path("codes.png").write_bytes(symbols.png(symbols.lay_out(data)))

    for found in scanning.read_inputs([Path("codes.png")]):
        print(found.kind, found.document or found.problem)

`codec` turns JSON into few bytes, `frames` bytes into parts of which some may be lost, `symbols` parts into
QR codes; `scanning` is the way back from any file. Nothing here verifies anything.
"""
