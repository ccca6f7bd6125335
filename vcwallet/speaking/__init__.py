"""People's words, under every door: sentences of reasons, names of fields, dates, numbers.

Lower modules give codes and evidence; a door renders what stands here, in the language it was asked for.
"""
